//! The documents that write a task and its stages. What is selected is what those who listen get to see.

use super::rows::{StageChange, StageCreation, TaskChange, TaskCreation};
use crate::remote::call::{AliasedField, Call};
use serde_json::{Value, json};

const CREATED: &str = "id accountId type status target command metadata dispatchStatus workerNodeId scorecardId currentStageId \
                       startedAt completedAt errorMessage createdAt updatedAt";
const STAGE: &str = "id taskId name order status statusMessage startedAt completedAt processedItems totalItems";

/// One mutation of a document.
pub(super) enum Mutation {
    CreateStage(StageCreation),
    UpdateStage(StageChange),
    UpdateTask(TaskChange),
}

/// Creates a task.
pub(super) fn create_task(task: &TaskCreation<'_>) -> Call {
    let query = format!("mutation CreateTask($input: CreateTaskInput!) {{ createTask(input: $input) {{ {CREATED} }} }}");
    Call::single("CreateTask", "createTask", query, json!({ "input": task }))
}

/// Some mutations in one document.
pub(super) fn mutations(operation: &'static str, mutations: &[&Mutation]) -> Call {
    let fields: Vec<(String, Vec<_>)> = mutations.iter().map(|mutation| mutation.field()).collect();
    Call::mutations(operation, "", fields.iter().map(|(field, variables)| AliasedField { field, variables: variables.clone() }))
}

type Variables = Vec<(&'static str, &'static str, Value)>;

impl Mutation {
    fn field(&self) -> (String, Variables) {
        match self {
            Self::CreateStage(stage) => {
                let field = format!("createTaskStage(input: $i) {{ {STAGE} }}");
                (field, vec![("i", "CreateTaskStageInput!", json!(stage))])
            }
            Self::UpdateStage(stage) => {
                let field = format!("updateTaskStage(input: $i, condition: $c) {{ {STAGE} }}");
                let input = ("i", "UpdateTaskStageInput!", json!(stage));
                (field, vec![input, ("c", "ModelTaskStageConditionInput", has_not_ended())])
            }
            Self::UpdateTask(task) => {
                let field = format!("updateTask(input: $i, condition: $c) {{ {CREATED} }}");
                let input = ("i", "UpdateTaskInput!", json!(task));
                (field, vec![input, ("c", "ModelTaskConditionInput", has_not_ended())])
            }
        }
    }
}

/// What has ended stays as it ended: a late write of progress changes nothing, nor does one of a run that was taken for dead.
fn has_not_ended() -> Value {
    let is_not = |status: &str| json!({ "status": { "ne": status } });
    json!({ "and": [is_not("COMPLETED"), is_not("FAILED"), is_not("CANCELLED")] })
}
