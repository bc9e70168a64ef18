//! What people and programs recorded about scores, to be read only: one file for each model of Plexus, with its documents, its
//! rows, and what they become.
//!
//! Every list is asked for by an index, newest first, and says whether it is complete. Lists select neither texts nor other
//! large fields. What not every dashboard has travels in a document of its own.

mod batch_job;
mod data_set;
mod evaluation;
mod feedback_change_detail;
mod feedback_item;
mod item;
mod report;
mod score_result;
mod scoring_job;
mod task;

pub use evaluation::RunningEvaluation;
pub use feedback_item::{FeedbackList, FeedbackQuery};
pub use score_result::{AnswerKind, AnswerQuery, EvaluatedAnswer};

use super::client::Client;
use super::types::RemoteError;
use serde_json::Value;
use std::sync::Arc;

/// What people and programs recorded about scores.
#[derive(Clone)]
pub struct Records {
    client: Arc<Client>,
}

impl Records {
    pub(super) fn new(client: Arc<Client>) -> Self {
        Self { client }
    }
}

/// A text that says something.
fn text(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// The answer of a model that not every dashboard has; none where it has not. Such a document is refused before it is carried
/// out, and then no error has a type. Nothing else may be asked for in it, so that nothing else can be the reason.
fn if_known(reply: Result<Value, RemoteError>) -> Result<Option<Value>, RemoteError> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(RemoteError::Rejected { error_type: None, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::call::Call;
    use crate::remote::schema_check;
    use crate::schema::Extent;

    fn of_every_dashboard() -> Vec<Call> {
        let all = [
            data_set::samples(),
            evaluation::samples(),
            feedback_item::samples(),
            item::samples(),
            report::samples(),
            score_result::samples(),
            scoring_job::samples(),
            task::samples(),
        ];
        all.concat()
    }

    fn of_some_dashboards() -> Vec<Call> {
        [batch_job::samples(), feedback_change_detail::samples()].concat()
    }

    #[test]
    fn every_document_is_valid() {
        schema_check::hold(Extent::Current, &of_every_dashboard());
        schema_check::hold(Extent::WithRetired, &of_some_dashboards());
    }

    #[test]
    fn lists_scan_no_table_and_select_no_large_fields() {
        for call in of_every_dashboard().iter().chain(&of_some_dashboards()) {
            let query = &call.request.query;
            let fields: Vec<&str> = query.split(|c: char| !c.is_ascii_alphanumeric()).collect();
            let lists: Vec<&&str> = fields.iter().filter(|field| field.starts_with("list")).collect();
            assert!(lists.iter().all(|list| list.contains("By")), "a scan of a table: {query}");
            // What is asked for is the output.
            let shows_output = call.request.operation == "ReportBlocks";
            let large = ["text", "trace", "parameters", "output", "configuration", "yamlConfiguration"];
            let selects = large.iter().filter(|large| fields.contains(large) && !(shows_output && **large == "output"));
            assert!(lists.is_empty() || selects.count() == 0, "a large field in a list: {query}");
        }
    }

    #[test]
    fn a_model_that_is_not_there_is_no_failure() {
        let refused = |error_type: Option<&str>| {
            if_known(Err(RemoteError::Rejected { error_type: error_type.map(str::to_owned), message: "m".into() }))
        };
        assert_eq!(refused(None), Ok(None));
        assert!(refused(Some("DynamoDB:ValidationException")).is_err());
        assert!(if_known(Err(RemoteError::Unreachable("x".into()))).is_err());
        assert_eq!(if_known(Ok(Value::Null)), Ok(Some(Value::Null)));
    }
}
