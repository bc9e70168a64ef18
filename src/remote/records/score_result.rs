//! `ScoreResult`: what a version answered, in production or in an evaluation.

use super::reader::{Records, at_any_time, text};
use crate::model::{ScoreAnswer, ScoreId, VersionId};
use crate::remote::call::{AliasedField, Call};
use crate::remote::lists::{ListRequest, Rows, read_list, read_lists};
use crate::remote::types::RemoteError;
use crate::remote::wire::{decode, object, page};
use serde::Deserialize;
use serde_json::{Value, json};

/// Calls that are asked for in one document.
const CALLS: usize = 25;
/// Answers that are read of one call.
const ANSWERS: usize = 2_000;
/// Answers of an evaluation in a page: each has the whole call in its metadata.
const EVALUATED: usize = 100;
/// The most answers of an evaluation that are read.
const MAX_EVALUATED: usize = 20_000;

/// What is asked for by call, kind and score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerQuery {
    /// The call.
    pub item_id: String,
    /// In production or in evaluations.
    pub kind: AnswerKind,
    /// Of one score, or of all.
    pub score: Option<ScoreId>,
    /// With why it was answered so.
    pub explanations: bool,
}

/// Where a score answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// In production.
    Prediction,
    /// In an evaluation.
    Evaluation,
}

/// An answer in an evaluation beside what people say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluatedAnswer {
    /// The call.
    pub item_id: String,
    /// What was answered.
    pub said: String,
    /// What people say.
    pub should_be: String,
    /// Why it was answered so, where that was asked for.
    pub explanation: Option<String>,
}

impl Records {
    /// The newest answer for each query, in their order; none where nothing was answered.
    pub async fn newest_answers(&self, queries: &[AnswerQuery]) -> Vec<Result<Option<ScoreAnswer>, RemoteError>> {
        let asked: Vec<&AnswerQuery> = queries.iter().collect();
        let compose = |part: &[&AnswerQuery]| answers(&part.iter().map(|query| (*query, None)).collect::<Vec<_>>(), 1);
        let replies = self.client.in_batches(&asked, CALLS, compose).await;
        replies.into_iter().map(|reply| reply.and_then(newest)).collect()
    }

    /// All answers for each query, in their order, those of one score together and the newest first.
    pub async fn answers(&self, queries: &[AnswerQuery]) -> Vec<Result<Vec<ScoreAnswer>, RemoteError>> {
        let request = ListRequest { name: "the list of answers", most: ANSWERS, decode: &identified };
        let compose = |lists: &[(usize, Option<&str>)]| {
            answers(&lists.iter().map(|(at, token)| (&queries[*at], *token)).collect::<Vec<_>>(), 1000)
        };
        let lists = read_lists(&self.client, queries.len(), &request, compose).await;
        lists.into_iter().map(|list| list.map(|list| list.rows)).collect()
    }

    /// The answers of an evaluation of a score of this name, and whether these are all; in no order that means anything.
    /// Answers that do not say what people say are left out.
    pub async fn evaluated_answers(
        &self,
        evaluation: &str,
        score: &str,
        explanations: bool,
    ) -> Result<(Vec<EvaluatedAnswer>, bool), RemoteError> {
        let decode = |row: Value| evaluated(row, score, explanations);
        let request = ListRequest { name: "the answers of the evaluation", most: MAX_EVALUATED, decode: &decode };
        let compose = |token: Option<&str>| of_evaluation(evaluation, token);
        let Rows { rows, complete } = read_list(&self.client, &request, compose).await?;
        Ok((rows, complete))
    }
}

fn answers(queries: &[(&AnswerQuery, Option<&str>)], limit: usize) -> Call {
    let kind = "ModelScoreResultByItemIdAndTypeAndScoreIdAndUpdatedAtCompositeKeyConditionInput";
    let field = |explanation: &str| {
        format!(
            "listScoreResultByItemIdAndTypeAndScoreIdAndUpdatedAt(itemId: $i, typeScoreIdUpdatedAt: $r, sortDirection: DESC, \
             limit: {limit}, nextToken: $t) {{ items {{ id value confidence{explanation} scoreId scoreVersionId evaluationId \
             createdAt }} nextToken }}"
        )
    };
    let (short, full) = (field(""), field(" explanation"));
    let fields = queries.iter().map(|(query, token)| {
        let word = if query.kind == AnswerKind::Prediction { "prediction" } else { "evaluation" };
        let range = match &query.score {
            Some(score) => at_any_time(&json!({ "type": word, "scoreId": score }), "updatedAt"),
            None => json!({ "beginsWith": { "type": word } }),
        };
        let variables = vec![("i", "String!", json!(query.item_id)), ("r", kind, range), ("t", "String", json!(token))];
        AliasedField { field: if query.explanations { &full } else { &short }, variables }
    });
    Call::aliased("Answers", "", fields)
}

/// What was answered rightly stands in the metadata of each answer only.
fn of_evaluation(evaluation: &str, token: Option<&str>) -> Call {
    let query = format!(
        "query EvaluationResults($evaluation: String!, $token: String) {{ listScoreResultByEvaluationId(evaluationId: $evaluation, \
         limit: {EVALUATED}, nextToken: $token) {{ items {{ id itemId value metadata }} nextToken }} }}"
    );
    let variables = json!({ "evaluation": evaluation, "token": token });
    Call::single("EvaluationResults", "listScoreResultByEvaluationId", query, variables)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResultRow {
    id: Option<String>,
    item_id: Option<String>,
    score_id: Option<String>,
    value: Option<String>,
    confidence: Option<f64>,
    explanation: Option<String>,
    score_version_id: Option<String>,
    evaluation_id: Option<String>,
    #[serde(default)]
    metadata: Value,
    created_at: Option<String>,
}

fn newest(reply: Value) -> Result<Option<ScoreAnswer>, RemoteError> {
    let rows = page("the list of answers", reply)?.items;
    Ok(rows.into_iter().filter_map(identified).next().map(|(_, answer)| answer))
}

fn identified(row: Value) -> Option<(String, ScoreAnswer)> {
    let row: ResultRow = decode(row).ok()?;
    let answer = ScoreAnswer {
        score: text(row.score_id).map(ScoreId::from),
        value: row.value?,
        confidence: row.confidence,
        explanation: text(row.explanation),
        version: text(row.score_version_id).map(VersionId::from),
        evaluation: text(row.evaluation_id),
        at: row.created_at?.parse().ok()?,
    };
    Some((row.id?, answer))
}

fn evaluated(row: Value, score: &str, explanations: bool) -> Option<(String, EvaluatedAnswer)> {
    let row: ResultRow = decode(row).ok()?;
    let metadata = object(row.metadata);
    let said_of = &metadata["results"][score];
    let own = |key: &str| said_of["metadata"][key].as_str().or_else(|| metadata[key].as_str()).map(str::to_owned);
    let answer = EvaluatedAnswer {
        item_id: row.item_id?,
        said: said_of["value"].as_str().map(str::to_owned).or(row.value)?,
        should_be: own("human_label")?,
        explanation: said_of["explanation"].as_str().filter(|_| explanations).map(str::to_owned),
    };
    Some((row.id?, answer))
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    let query = AnswerQuery { item_id: "i".into(), kind: AnswerKind::Prediction, score: Some("s".into()), explanations: false };
    let all = AnswerQuery { kind: AnswerKind::Evaluation, score: None, explanations: true, ..query.clone() };
    vec![answers(&[(&query, None)], 1), answers(&[(&query, None), (&all, Some("t"))], 1000), of_evaluation("e", Some("t"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_say_stands_in_the_metadata() {
        let of_accuracy = json!({"results": {"Tone": {"value": "Yes", "explanation": "words", "metadata": {"human_label": "No", "text": "a call"}}}});
        let of_history = json!({"human_label": "No", "initial_value": "Yes", "text": "a call"});
        let row =
            |metadata: &Value, value: &str| json!({"id": "r", "itemId": "i", "value": value, "metadata": metadata.to_string()});
        let read = |metadata: &Value| evaluated(row(metadata, "Yes"), "Tone", false).map(|(_, answer)| answer);
        let expected = EvaluatedAnswer { item_id: "i".into(), said: "Yes".into(), should_be: "No".into(), explanation: None };
        assert_eq!(read(&of_accuracy), Some(expected.clone()));
        assert_eq!(read(&of_history), Some(expected));
        assert_eq!(read(&json!({"results": {"Other": {}}})), None);
        let explained = evaluated(row(&of_accuracy, "Yes"), "Tone", true).expect("a row").1;
        assert_eq!(explained.explanation.as_deref(), Some("words"));
    }
}
