//! Typed replies: what rows look like on the wire, and the model values they become.
//!
//! Every field is optional here, because a reply may lack any of them; the conversions ask for what they need by name, so
//! that the error names what is missing.

use super::types::RemoteError;
use crate::model::{
    Account, Content, DocKind, Evaluation, EvaluationDetails, Score, ScoreId, Scorecard, ScorecardId, Section, Snapshot, Version,
    VersionId, VersionMeta,
};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

/// One page of a list. Rows may stay undecoded, so that a bad one costs only itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RowPage<R = Value> {
    pub items: Vec<R>,
    pub next_token: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct AccountRow {
    id: Option<String>,
    name: Option<String>,
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScorecardRow {
    id: Option<String>,
    name: Option<String>,
    key: Option<String>,
    external_id: Option<String>,
    /// A page of them, unread.
    pub scores: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScoreRow {
    id: Option<String>,
    scorecard_id: Option<String>,
    name: Option<String>,
    key: Option<String>,
    external_id: Option<String>,
    champion_version_id: Option<String>,
    is_disabled: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct SectionRow {
    id: Option<String>,
    name: Option<String>,
    order: Option<i64>,
    scores: Option<OrderPage>,
}

#[derive(Deserialize)]
struct OrderPage {
    items: Vec<Option<OrderRow>>,
}

#[derive(Deserialize)]
struct OrderRow {
    order: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VersionRow {
    id: Option<String>,
    score_id: Option<String>,
    parent_version_id: Option<String>,
    created_at: Option<String>,
    note: Option<String>,
    #[serde(default)]
    metadata: Value,
    configuration: Option<String>,
    guidelines: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EvaluationRow {
    id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    status: Option<String>,
    accuracy: Option<f64>,
    processed_items: Option<u64>,
    total_items: Option<u64>,
    error_message: Option<String>,
    cost: Option<f64>,
    score_version_id: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
}

/// The large fields of an evaluation.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EvaluationDetailsRow {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    parameters: Value,
    #[serde(default)]
    confusion_matrix: Value,
}

/// Decodes `value` as a `T`; the error says what is wrong with it, and nothing of what stands there.
pub(super) fn decode<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| unquoted(&error.to_string()))
}

/// The same from its text.
pub(super) fn decode_text<T: DeserializeOwned>(text: &RawValue) -> Result<T, String> {
    let said = |error: serde_json::Error| {
        let said = error.to_string();
        // Of a part of a reply, line and column say nothing.
        unquoted(said.rsplit_once(" at line ").map_or(&*said, |(said, _)| said))
    };
    serde_json::from_str(text.get()).map_err(said)
}

/// What serde says without the value that it quotes, which may be words of customers: `invalid type: string, expected u64`.
fn unquoted(said: &str) -> String {
    let Some((found, expected)) = said.rsplit_once(", expected ") else { return said.to_owned() };
    let kind = found.split(['"', '`']).next().unwrap_or_default().trim_end();
    format!("{kind}, expected {expected}")
}

/// A page of the list called `list`.
pub(super) fn page(list: &str, value: Value) -> Result<RowPage, RemoteError> {
    decode(value).map_err(|fault| RemoteError::Protocol(format!("{list}: {fault}")))
}

impl AccountRow {
    pub(super) fn account(self) -> Result<Account, String> {
        Ok(Account { id: needed(self.id, "id")?.into(), name: self.name.unwrap_or_default(), key: needed(self.key, "key")? })
    }
}

impl ScorecardRow {
    pub(super) fn scorecard(self) -> Result<Scorecard, String> {
        Ok(Scorecard {
            id: needed(self.id, "id")?.into(),
            name: self.name.ok_or("it has no name")?,
            key: self.key.unwrap_or_default(),
            external_id: self.external_id.unwrap_or_default(),
        })
    }
}

impl ScoreRow {
    /// Its id, whatever else is missing.
    pub(super) fn shown(&self) -> Option<&str> {
        self.id.as_deref().filter(|id| !id.is_empty())
    }

    /// The score, in `scorecard` if it was listed there.
    pub(super) fn score(self, scorecard: Option<&ScorecardId>) -> Result<Score, String> {
        let scorecard_id = match scorecard {
            Some(id) => id.clone(),
            None => needed(self.scorecard_id, "scorecardId")?.into(),
        };
        Ok(Score {
            id: needed(self.id, "id")?.into(),
            scorecard_id,
            name: self.name.ok_or("it has no name")?.into(),
            key: self.key.unwrap_or_default().into(),
            external_id: self.external_id.unwrap_or_default().into(),
            champion: self.champion_version_id.filter(|id| !id.is_empty()).map(VersionId::from),
            disabled: self.is_disabled.unwrap_or(false),
        })
    }
}

impl SectionRow {
    pub(super) fn section(self) -> Result<Section, String> {
        let name = self.name.ok_or("it has no name")?;
        let scores = self.scores.map(|page| page.items).unwrap_or_default();
        let last = scores.iter().flatten().filter_map(|score| score.order).max();
        let next_order = last.map_or(0, |last| last.saturating_add(1));
        Ok(Section { id: needed(self.id, "id")?.into(), name, order: self.order.unwrap_or(0), next_order })
    }
}

impl EvaluationRow {
    /// The evaluation, if it is one of `version`.
    pub(super) fn evaluation(self, version: &VersionId) -> Result<Evaluation, String> {
        if self.score_version_id.as_deref() != Some(version.as_str()) {
            return Err("it is one of another version".to_owned());
        }
        self.of_any_version()
    }

    /// The evaluation, whatever it is of.
    pub(super) fn of_any_version(self) -> Result<Evaluation, String> {
        let time = |text: String, field: &str| text.parse().map_err(|_| format!("its {field} is {text:?}"));
        let created_at = time(needed(self.created_at, "createdAt")?, "createdAt")?;
        Ok(Evaluation {
            id: needed(self.id, "id")?,
            kind: self.kind.unwrap_or_default(),
            status: self.status.unwrap_or_default(),
            accuracy: self.accuracy.ok_or("it has no accuracy")?,
            items: self.processed_items.or(self.total_items),
            total: self.total_items,
            error: self.error_message.filter(|text| !text.is_empty()),
            cost: self.cost,
            created_at,
            updated_at: self.updated_at.map_or(Ok(created_at), |text| time(text, "updatedAt"))?,
            details: None,
        })
    }
}

impl EvaluationDetailsRow {
    pub(super) fn details(self) -> EvaluationDetails {
        let kind = self.kind.unwrap_or_default();
        EvaluationDetails::parse(&kind, &object(self.parameters), &object(self.confusion_matrix))
    }
}

impl VersionRow {
    pub(super) fn meta(self) -> Result<VersionMeta, String> {
        Ok(self.split()?.0)
    }

    pub(super) fn version(self) -> Result<Version, String> {
        let (meta, code, guidelines) = self.split()?;
        let code = Content::of(DocKind::Code, code.ok_or("it has no configuration")?);
        let guidelines = guidelines.map(|text| Content::of(DocKind::Guidelines, text));
        Ok(Version { meta, docs: Snapshot { code, guidelines } })
    }

    fn split(self) -> Result<(VersionMeta, Option<String>, Option<String>), String> {
        let created_at = needed(self.created_at, "createdAt")?;
        let meta = VersionMeta {
            id: needed(self.id, "id")?.into(),
            score_id: ScoreId::from(needed(self.score_id, "scoreId")?),
            parent: VersionId::parent(self.parent_version_id),
            created_at: created_at.parse::<Timestamp>().map_err(|_| format!("its createdAt is {created_at:?}"))?,
            note: self.note,
            metadata: object(self.metadata),
        };
        Ok((meta, self.configuration, self.guidelines))
    }
}

fn needed(value: Option<String>, field: &str) -> Result<String, String> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| format!("it has no {field}"))
}

/// AWSJSON: a string that contains JSON; some clients stored an object, or encoded it twice. Anything but an object is null.
pub(super) fn object(value: Value) -> Value {
    let inner = |value: Value| match value {
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::Null),
        other => other,
    };
    Some(inner(inner(value))).filter(Value::is_object).unwrap_or(Value::Null)
}

/// A time as the API's clients write it. Its sort keys compare as text, so milliseconds are always there; finer digits
/// are kept, because an update that carries `createdAt` must not change it.
pub(super) fn timestamp(at: Timestamp) -> String {
    if at.subsec_nanosecond() % 1_000_000 == 0 { format!("{at:.3}") } else { at.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(change: impl FnOnce(&mut Value)) -> Result<Version, String> {
        let mut row = json!({
            "id": "v", "scoreId": "s", "parentVersionId": "None", "createdAt": "2025-01-02T03:04:05+02:00",
            "note": null, "metadata": "{\"a\": 1}", "configuration": "x: 1\n", "guidelines": null,
        });
        change(&mut row);
        decode::<VersionRow>(row)?.version()
    }

    #[test]
    fn a_version_row_becomes_a_version() {
        let version = row(|_| ()).expect("a good row");
        assert_eq!(version.meta.parent, None);
        assert_eq!(version.meta.metadata, json!({"a": 1}));
        assert_eq!(timestamp(version.meta.created_at), "2025-01-02T01:04:05.000Z");
        assert_eq!(version.docs.code.text.as_deref(), Some("x: 1\n"));
        assert_eq!(version.docs.guidelines, None);
        assert!(
            row(|row| row["guidelines"] = json!("")).expect("a good row").docs.guidelines.is_some_and(|none| none.is_empty())
        );
    }

    #[test]
    fn bad_rows_name_what_they_lack() {
        assert_eq!(row(|row| row["configuration"] = Value::Null), Err("it has no configuration".to_owned()));
        assert_eq!(row(|row| row["scoreId"] = json!("")), Err("it has no scoreId".to_owned()));
        assert_eq!(row(|row| row["createdAt"] = json!("today")), Err("its createdAt is \"today\"".to_owned()));
        let quoted = json!("words, expected \"of a customer\"");
        assert_eq!(decode::<u64>(quoted), Err("invalid type: string, expected u64".to_owned()));
        assert_eq!(row(|row| row["configuration"] = json!(7)), Err("invalid type: integer, expected a string".to_owned()));
        assert!(row(|row| *row = json!([])).is_err());
    }

    #[test]
    fn metadata_is_an_object_or_null() {
        for (sent, read) in [
            (json!({"a": 1}), json!({"a": 1})),
            (json!("\"{\\\"a\\\":1}\""), json!({"a": 1})),
            (json!("{"), Value::Null),
            (json!("[1]"), Value::Null),
            (Value::Null, Value::Null),
        ] {
            assert_eq!(object(sent), read);
        }
    }

    #[test]
    fn fine_times_keep_their_digits() {
        let at: Timestamp = "2025-01-02T03:04:05.123456Z".parse().expect("a time");
        assert_eq!(timestamp(at), "2025-01-02T03:04:05.123456Z");
    }
}
