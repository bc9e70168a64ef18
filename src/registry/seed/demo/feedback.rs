//! What people made of 288 older calls of one score, so that its agreement is worth a look: most answers stand, some were
//! wrong, and the records have the flaws that real ones have.

use serde_json::{Value, json};

use super::ago::Ago;
use super::ids;

/// The score's answer, that of people, and how many calls went so.
const ANSWERS: [(&str, &str, usize); 7] = [
    ("Yes", "Yes", 118),
    ("No", "No", 96),
    ("NA", "NA", 20),
    ("Yes", "No", 17),
    ("No", "Yes", 10),
    ("NA", "No", 3),
    ("Yes", "NA", 2),
];
/// Calls that count in no figure, since people said so.
const INVALID: usize = 4;
/// Calls that the score gave no answer to.
const UNANSWERED: usize = 5;
/// Calls that were looked at twice: the second time by somebody else.
const REPEATED: usize = 4;
/// The oldest calls, from before the class `NA` had its name: people went over the first of them again.
const RENAMED: [(&str, &str, usize); 2] = [("Not applicable", "NA", 5), ("Not applicable", "Not applicable", 4)];

/// Minutes from the newest of them to the start, and from one to the next.
const NEWEST: u32 = 4000;
const APART: u32 = 211;
/// The number of the newest call here; the twelve calls after it have a file of their own.
const NEWEST_CALL: usize = 288;
const EDITORS: [&str; 3] = ["Ines", "Ravi", "Mona"];

/// One look of a person at one answer.
#[derive(Clone, Default)]
struct Review {
    said: Option<&'static str>,
    should_be: &'static str,
    invalid: bool,
    /// The call of the review so many places before, and not one of its own.
    repeats: Option<usize>,
}

/// All of them, with the calls that they are about; their texts are not kept that long.
pub(super) fn items(ago: &Ago) -> Vec<(&'static str, Value)> {
    let of = |(at, review): (usize, Review)| {
        let minutes = NEWEST + APART * u32::try_from(at).expect("a few hundred");
        let call = NEWEST_CALL - at - review.repeats.unwrap_or_default();
        let looked_at = ("FeedbackItem", item(ago, &review, at, call, minutes));
        let made = review.repeats.is_none().then(|| call_items(ago, &review, call, minutes + 90));
        std::iter::once(looked_at).chain(made.into_iter().flatten())
    };
    reviews().into_iter().enumerate().flat_map(of).collect()
}

/// A call and what the score answered to it.
fn call_items(ago: &Ago, review: &Review, call: usize, minutes: u32) -> Vec<(&'static str, Value)> {
    let at = ago.minutes_in_python(minutes);
    let item = json!({
        "id": ids::item(call), "accountId": ids::ACCOUNT, "isEvaluation": false, "evaluationId": "prediction-default",
        "createdByType": "prediction", "externalId": ids::external_id(call), "createdAt": at, "updatedAt": at,
    });
    let answer = review.said.map(|said| {
        let answer = json!({
            "id": ids::result(1, call), "value": said, "explanation": explanation(said), "itemId": ids::item(call),
            "accountId": ids::ACCOUNT, "scorecardId": ids::HARBOR, "scoreId": ids::IDENTITY_CHECK, "type": "prediction",
            "status": "COMPLETED", "code": "200", "metadata": {"source": "Worker"}, "createdAt": at, "updatedAt": at,
        });
        ("ScoreResult", answer)
    });
    std::iter::once(("Item", item)).chain(answer).collect()
}

/// Newest first. Kinds are mixed by walking through them in steps that meet each one once.
fn reviews() -> Vec<Review> {
    const STEP: usize = 110;
    let answered = |(said, should_be, count): (&'static str, &'static str, usize)| {
        std::iter::repeat_n(Review { said: Some(said), should_be, ..Review::default() }, count)
    };
    let wrong = Review { said: Some("Yes"), should_be: "No", ..Review::default() };
    let mut kinds: Vec<Review> = ANSWERS.into_iter().flat_map(answered).collect();
    kinds.extend(std::iter::repeat_n(Review { invalid: true, ..wrong.clone() }, INVALID));
    kinds.extend(std::iter::repeat_n(Review { said: None, should_be: "No", ..Review::default() }, UNANSWERED));
    kinds.extend(std::iter::repeat_n(Review { repeats: Some(1), ..wrong }, REPEATED));
    let mixed = (0..kinds.len()).map(|at| kinds[at * STEP % kinds.len()].clone());
    mixed.chain(RENAMED.into_iter().flat_map(answered)).collect()
}

fn item(ago: &Ago, review: &Review, at: usize, call: usize, minutes: u32) -> Value {
    let agrees = review.said == Some(review.should_be);
    // Two programs write these records.
    let edited = if at.is_multiple_of(3) { ago.minutes_in_python(minutes) } else { ago.minutes(minutes) };
    json!({
        "id": ids::feedback(NEWEST_CALL - at), "accountId": ids::ACCOUNT, "scorecardId": ids::HARBOR,
        "scoreId": ids::IDENTITY_CHECK, "itemId": ids::item(call),
        "cacheKey": format!("{}:{}", ids::IDENTITY_CHECK, 70_000 + NEWEST_CALL - at),
        "initialAnswerValue": review.said, "finalAnswerValue": review.should_be,
        "initialCommentValue": review.said.map(explanation),
        "editCommentValue": comment(review),
        "editorName": EDITORS[at % EDITORS.len()], "isAgreement": (!at.is_multiple_of(4)).then_some(agrees),
        "isInvalid": review.invalid.then_some(true),
        "editedAt": edited, "createdAt": ago.minutes(minutes + 90), "updatedAt": ago.minutes(minutes),
    })
}

fn explanation(said: &str) -> &'static str {
    match said {
        "Yes" => "Two pieces of identification were asked for.",
        "No" => "The account was opened before the caller was known.",
        _ => "Nothing in an account was opened.",
    }
}

fn comment(review: &Review) -> Option<&'static str> {
    match (review.said?, review.should_be) {
        _ if review.invalid => Some("The recording is of another call."),
        ("Yes", "No") => Some("Only one piece was asked for."),
        ("No", "Yes") => Some("The PIN was typed in before the agent spoke."),
        ("NA", "No") => Some("A plan was looked up."),
        ("Yes", "NA") => Some("No account was opened."),
        _ => None,
    }
}
