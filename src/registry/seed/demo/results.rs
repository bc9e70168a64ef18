//! What an evaluation answered to each of its calls, made from its confusion matrix.

use serde_json::{Value, json};

use super::ids;

/// The evaluation that the results are of.
pub(super) struct EvaluationRun<'a> {
    pub number: usize,
    pub id: &'a str,
    pub score: &'a str,
    /// The score's name.
    pub name: &'a str,
    pub scorecard: &'a str,
    /// Counts by what people say and what was answered.
    pub matrix: [[u64; 2]; 2],
    pub labels: [&'a str; 2],
    pub at: &'a str,
}

/// One result for each call. Runs of the same size judge the same calls, and what one of them gets wrong, a worse one does too.
pub(super) fn items(run: &EvaluationRun<'_>) -> Vec<(&'static str, Value)> {
    let mut items = Vec::new();
    for (label, row) in run.matrix.iter().enumerate() {
        let (total, wrong) = (row[0] + row[1], row[1 - label]);
        for call in 0..total {
            // Steps of 37 spread the wrong ones.
            let answer = if call * 37 % total < wrong { 1 - label } else { label };
            let number = ids::FIRST_EVALUATED + items.len();
            items.push(("ScoreResult", item(run, number, label, answer)));
        }
    }
    items
}

fn item(run: &EvaluationRun<'_>, number: usize, label: usize, answer: usize) -> Value {
    let (wanted, said, item) = (run.labels[label], run.labels[answer], ids::item(number));
    let judged = json!({"human_label": wanted, "correct": label == answer});
    let explanation =
        if said == "Yes" { "Two pieces of identification were asked for." } else { "The account was opened too early." };
    json!({
        "id": ids::result(100 + run.number, number), "value": said, "itemId": item, "accountId": ids::ACCOUNT,
        "scorecardId": run.scorecard, "scoreId": run.score, "evaluationId": run.id, "type": "evaluation", "status": "COMPLETED",
        "code": "200", "createdAt": run.at, "updatedAt": run.at,
        "metadata": {"item_id": item, "results": {run.name: {"value": said, "explanation": explanation, "metadata": judged}}},
    })
}
