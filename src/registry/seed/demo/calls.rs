//! Twelve recent calls with all that is known of them: text, identifiers, predictions, and what people made of one of those.

use serde::Deserialize;
use serde_json::{Value, json};

use super::ago::Ago;
use super::ids;

const CALLS: &str = include_str!("calls.yaml");

#[derive(Deserialize)]
struct SeedCall {
    number: usize,
    /// Minutes before the start.
    answered: u32,
    /// Minutes after the answer.
    reviewed: u32,
    said: String,
    /// None where people agreed.
    should_be: Option<String>,
    explanation: String,
    comment: Option<String>,
    editor: String,
    text: String,
}

/// The newest first.
pub(super) fn items(ago: &Ago) -> Vec<(&'static str, Value)> {
    let calls: Vec<SeedCall> = serde_yaml::from_str(CALLS).expect("a test loads the calls");
    calls.iter().flat_map(|call| of(call, ago)).collect()
}

fn of(call: &SeedCall, ago: &Ago) -> Vec<(&'static str, Value)> {
    let identifiers = [("form", 70_000 + call.number, true), ("session", 880_000 + 7 * call.number, false)];
    let identifiers = identifiers.map(|(name, value, linked)| {
        let url = linked.then(|| format!("https://forms.example/{value}"));
        json!({"name": name, "value": value.to_string(), "url": url})
    });
    let mut items = vec![("Item", item(call, ago, &identifiers)), ("FeedbackItem", feedback(call, ago))];
    items.extend(identifiers.iter().enumerate().map(|(at, one)| ("Identifier", identifier(call, one, at))));
    items.push(("ScoreResult", prediction(call, ago, (1, ids::IDENTITY_CHECK), &call.said, &call.explanation)));
    if call.number.is_multiple_of(3) {
        let why = "The agent gave a name and the company's.";
        items.push(("ScoreResult", prediction(call, ago, (2, ids::GREETING), "Yes", why)));
    }
    items
}

fn item(call: &SeedCall, ago: &Ago, identifiers: &[Value]) -> Value {
    json!({
        "id": ids::item(call.number), "accountId": ids::ACCOUNT, "isEvaluation": false, "evaluationId": "prediction-default",
        "createdByType": "prediction", "externalId": ids::external_id(call.number), "description": "Call to the retention desk",
        "identifiers": identifiers, "text": call.text, "metadata": {"channel": "phone", "language": "en"},
        "createdAt": ago.minutes(call.answered + 5), "updatedAt": ago.minutes(call.answered),
    })
}

fn identifier(call: &SeedCall, identifier: &Value, position: usize) -> Value {
    json!({
        "itemId": ids::item(call.number), "name": identifier["name"], "value": identifier["value"], "url": identifier["url"],
        "position": position, "accountId": ids::ACCOUNT,
    })
}

fn prediction(call: &SeedCall, ago: &Ago, (run, score): (usize, &str), said: &str, explanation: &str) -> Value {
    let at = ago.minutes_in_python(call.answered);
    json!({
        "id": ids::result(run, call.number), "value": said, "explanation": explanation, "itemId": ids::item(call.number),
        "accountId": ids::ACCOUNT, "scorecardId": ids::HARBOR, "scoreId": score, "type": "prediction", "status": "COMPLETED",
        "code": "200", "metadata": {"source": "Worker", "cached_at": at, "external_id": ids::external_id(call.number)},
        "createdAt": at, "updatedAt": at,
    })
}

fn feedback(call: &SeedCall, ago: &Ago) -> Value {
    let should_be = call.should_be.as_ref().unwrap_or(&call.said);
    let at = ago.minutes(call.answered - call.reviewed);
    json!({
        "id": ids::feedback(call.number), "accountId": ids::ACCOUNT, "scorecardId": ids::HARBOR, "scoreId": ids::IDENTITY_CHECK,
        "itemId": ids::item(call.number), "cacheKey": format!("{}:{}", ids::IDENTITY_CHECK, 70_000 + call.number),
        "initialAnswerValue": call.said, "finalAnswerValue": should_be, "initialCommentValue": call.explanation,
        "editCommentValue": call.comment, "editorName": call.editor, "isAgreement": call.should_be.is_none(),
        "editedAt": at, "createdAt": ago.minutes(call.answered), "updatedAt": at,
    })
}
