//! The writes: create a score or a version, set a champion, update a version. Each may be sent twice without doing more.
//!
//! A reply can be lost after its request had its effect. Then the same request is sent again, its condition fails because
//! of our own effect, and reading back tells this from somebody else's: a version by its content, a champion by its id.

use super::client::Client;
use super::types::{Created, RemoteError, WriteAttribution};
use super::wire::{ScoreRow, decode, timestamp};
use super::{documents, versions};
use crate::model::{MAX_ITEM_BYTES, NewScore, NewVersion, Quiet, Score, ScoreId, Version, VersionId, VersionMeta};
use serde_json::{Map, Value, json};
use tracing::debug;

/// An allowance, in bytes, for names of attributes, ids, times and index keys, which count as well.
const ITEM_OVERHEAD: usize = 1024;
/// How often a write that happened is read back until reads show it.
const READ_BACKS: u32 = 4;

/// Creates `version`, or finds that it was made before.
pub(super) async fn create_version(
    client: &Client,
    attribution: &WriteAttribution,
    version: &NewVersion,
    note: &str,
    metadata: Value,
) -> Result<Created, RemoteError> {
    let metadata = attributed(metadata, attribution);
    check_size(version, note, &metadata)?;
    let call = documents::create_version(creation(attribution, version, note, &metadata));
    match client.write(call, format!("the creation of version {}", version.id)).await {
        Ok(()) => Ok(Created::New),
        Err(RemoteError::Condition) => {
            debug!(score = %version.score_id, version = %version.id, "the version exists");
            existing(client, version).await
        }
        Err(error) => Err(error),
    }
}

/// Creates `score`, or finds that it was created before.
pub(super) async fn create_score(client: &Client, score: &NewScore) -> Result<Created, RemoteError> {
    let mut input = json!({
        "id": score.id, "name": score.name, "order": score.order, "type": score.kind, "sectionId": score.section_id,
        "scorecardId": score.scorecard_id, "externalId": score.external_id,
    });
    if let Some(key) = &score.key {
        input["key"] = key.as_str().into();
    }
    match client.write(documents::create_score(input), format!("the creation of score {}", score.id)).await {
        Ok(()) => Ok(Created::New),
        Err(RemoteError::Condition) => {
            debug!(score = %score.id, "the score exists");
            existing_score(client, score).await
        }
        Err(error) => Err(error),
    }
}

/// What was created under the id of `score`, which exists.
async fn existing_score(client: &Client, score: &NewScore) -> Result<Created, RemoteError> {
    for tried in 1..=READ_BACKS {
        match read_score(client, &score.id).await? {
            Some(stored) if score.is_same(&stored) => return Ok(Created::Existed),
            Some(_) => return Err(RemoteError::OtherScore(score.id.clone())),
            None => client.pause(tried).await,
        }
    }
    Err(RemoteError::Unreachable(format!("score {} was refused because it exists, but cannot be read yet", score.id)))
}

/// Refuses what the server could not store.
pub(super) fn check_size(version: &NewVersion, note: &str, metadata: &Value) -> Result<(), RemoteError> {
    let optional = [&version.guidelines, &version.branch].map(|text| text.as_deref().map_or(0, str::len));
    let bytes = version.code.len() + optional.iter().sum::<usize>() + note.len() + metadata.to_string().len() + ITEM_OVERHEAD;
    if bytes > MAX_ITEM_BYTES { Err(RemoteError::TooLarge { bytes, limit: MAX_ITEM_BYTES }) } else { Ok(()) }
}

fn creation(attribution: &WriteAttribution, version: &NewVersion, note: &str, metadata: &Value) -> Value {
    // Null is an error for some fields and a value for others: what is not there is left out.
    let mut input = json!({
        "id": version.id,
        "scoreId": version.score_id,
        "configuration": version.code,
        "isFeatured": "false",
        "note": note,
        "metadata": metadata.to_string(),
    });
    let optional = [
        ("guidelines", version.guidelines.as_deref()),
        ("parentVersionId", version.parent.as_ref().map(VersionId::as_str)),
        ("createdByUserId", attribution.user_id.as_deref()),
        ("branch", version.branch.as_deref()),
    ];
    for (field, value) in optional {
        if let Some(value) = value {
            input[field] = value.into();
        }
    }
    input
}

/// What was created under the id of `version`, which exists.
async fn existing(client: &Client, version: &NewVersion) -> Result<Created, RemoteError> {
    for tried in 1..=READ_BACKS {
        match versions::read(client, std::slice::from_ref(&version.id), &Quiet).await.remove(&version.id) {
            Some(Ok(stored)) if is_same(&stored, version) => return Ok(Created::Existed),
            Some(Ok(_)) => return Err(RemoteError::OtherContent(version.id.clone())),
            Some(Err(RemoteError::Rejected { .. } | RemoteError::Missing(_))) | None => client.pause(tried).await,
            Some(Err(error)) => return Err(error),
        }
    }
    Err(RemoteError::Unreachable(format!("version {} was refused because it exists, but cannot be read yet", version.id)))
}

pub(super) fn is_same(stored: &Version, version: &NewVersion) -> bool {
    let guidelines = stored.docs.guidelines.as_ref().map(|content| content.text.as_deref());
    stored.meta.score_id == version.score_id
        && stored.docs.code.text.as_deref() == Some(version.code.as_str())
        && guidelines == version.guidelines.as_deref().map(Some)
}

/// `metadata` with the attribution that other Plexus tools write; keys that are not ours stay.
pub(super) fn attributed(metadata: Value, by: &WriteAttribution) -> Value {
    let mut attribution = json!({ "actorType": by.actor_type, "actorKey": by.actor_key, "source": by.source });
    if let Some(user) = &by.user_id {
        attribution["requestUserId"] = user.as_str().into();
    }
    let mut metadata = if let Value::Object(metadata) = metadata { metadata } else { Map::new() };
    metadata.insert("attribution".to_owned(), attribution);
    Value::Object(metadata)
}

/// Sets the champion if it still is `expected`.
pub(super) async fn set_champion(
    client: &Client,
    score: &ScoreId,
    expected: Option<&VersionId>,
    champion: &VersionId,
) -> Result<(), RemoteError> {
    let call = documents::set_champion(score, expected, champion);
    let error = match client.write(call, format!("the update of score {score}")).await {
        Ok(()) => return Ok(()),
        // Any other refusal says that nothing happened.
        Err(error @ (RemoteError::Unauthorised(_) | RemoteError::Rejected { .. } | RemoteError::Missing(_))) => {
            return Err(error);
        }
        Err(error) => error,
    };
    for tried in 1..=READ_BACKS {
        let now = match read_score(client, score).await {
            Ok(Some(now)) => now.champion,
            Ok(None) => return Err(RemoteError::Missing(format!("score {score}"))),
            Err(_) => return Err(error),
        };
        debug!(%score, ?expected, %champion, found = ?now, error = error.kind(), "read the champion back");
        if now.as_ref() == Some(champion) {
            return Ok(());
        }
        // A failed condition contradicts the champion that was expected: this read is older than the write.
        if !matches!(error, RemoteError::Condition) || now.as_ref() != expected {
            return Err(error);
        }
        client.pause(tried).await;
    }
    Err(error)
}

/// One score as it is now.
pub(super) async fn read_score(client: &Client, id: &ScoreId) -> Result<Option<Score>, RemoteError> {
    let row: Value = client.one(documents::score(id)).await?;
    if row.is_null() {
        return Ok(None);
    }
    let score = decode::<ScoreRow>(row).and_then(|row| row.score(None));
    score.map(Some).map_err(|fault| RemoteError::Protocol(format!("score {id}: {fault}")))
}

/// Writes a version's metadata; `featured` also pins it, which needs the fields of the index that it is in.
pub(super) async fn update_version(
    client: &Client,
    version: &VersionMeta,
    metadata: &Value,
    featured: bool,
) -> Result<(), RemoteError> {
    let mut input = json!({ "id": version.id, "metadata": metadata.to_string() });
    if featured {
        input["scoreId"] = version.score_id.as_str().into();
        input["createdAt"] = timestamp(version.created_at).into();
        input["isFeatured"] = "true".into();
    }
    match client.write(documents::update_version(input), format!("the update of version {}", version.id)).await {
        Ok(()) => Ok(()),
        Err(RemoteError::Condition) => {
            debug!(version = %version.id, "the version to update does not exist");
            Err(RemoteError::Missing(format!("version {}", version.id)))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribution_is_added_and_foreign_keys_stay() {
        let by = WriteAttribution { actor_type: "service".into(), actor_key: "cli".into(), source: "cli".into(), user_id: None };
        let expected = json!({"other": [1], "attribution": {"actorType": "service", "actorKey": "cli", "source": "cli"}});
        assert_eq!(attributed(json!({"other": [1], "attribution": "old"}), &by), expected);
        let known = attributed(Value::Null, &WriteAttribution { user_id: Some("u".to_owned()), ..by });
        assert_eq!(known["attribution"]["requestUserId"], "u");
    }
}
