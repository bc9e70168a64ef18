//! What the demo's workers are at: an evaluation of one score under way, and calls that wait to be scored.

use serde_json::{Value, json};

use super::ago::Ago;
use super::ids;

const TASK: &str = "5c0e51c0-000a-4000-8000-000000000003";
/// Name, status, and how much is done of how much; of most stages that is not known.
const STAGES: [(&str, &str, Option<[u32; 2]>); 3] =
    [("Setup", "COMPLETED", None), ("Processing", "RUNNING", Some([84, 200])), ("Finalizing", "PENDING", None)];
const WAITING: usize = 3;

/// The task, its stages and the jobs.
pub(super) fn items(ago: &Ago) -> Vec<(&'static str, Value)> {
    let stages = STAGES.iter().enumerate().map(|(order, stage)| ("TaskStage", stage_item(ago, order, stage)));
    let jobs = (1..=WAITING).map(|number| ("ScoringJob", job(ago, number)));
    std::iter::once(("Task", task(ago))).chain(stages).chain(jobs).collect()
}

/// As upstream writes it: only its metadata say which score it is about.
fn task(ago: &Ago) -> Value {
    json!({
        "id": TASK, "accountId": ids::ACCOUNT, "type": "Accuracy Evaluation", "status": "RUNNING", "dispatchStatus": "DISPATCHED",
        "target": "evaluation/accuracy/cancellation-reason", "workerNodeId": "celery@worker-2",
        "command": "evaluate accuracy --scorecard harbor-retention --score cancellation-reason --number-of-samples 200",
        "metadata": {"type": "Accuracy Evaluation", "scorecard": "harbor-retention", "score": "cancellation-reason"},
        "scorecardId": ids::HARBOR, "currentStageId": stage_id(1), "startedAt": ago.minutes(4),
        "createdAt": ago.minutes(5), "updatedAt": ago.minutes(0),
    })
}

fn stage_item(ago: &Ago, order: usize, (name, status, progress): &(&str, &str, Option<[u32; 2]>)) -> Value {
    json!({
        "id": stage_id(order), "taskId": TASK, "name": name, "order": order, "status": status,
        "startedAt": (*status != "PENDING").then(|| ago.minutes(4)),
        "processedItems": progress.map(|[done, _]| done), "totalItems": progress.map(|[_, all]| all),
        "createdAt": ago.minutes(5), "updatedAt": ago.minutes(0),
    })
}

fn job(ago: &Ago, number: usize) -> Value {
    json!({
        "id": format!("5c0e51c0-0011-4000-8000-{number:012}"), "status": "PENDING", "itemId": ids::item(300 - number),
        "accountId": ids::ACCOUNT, "scorecardId": ids::HARBOR, "scoreId": ids::CANCELLATION_REASON,
        "createdAt": ago.minutes(2), "updatedAt": ago.minutes(2),
    })
}

fn stage_id(order: usize) -> String {
    format!("5c0e51c0-000b-4000-8000-{order:012}")
}
