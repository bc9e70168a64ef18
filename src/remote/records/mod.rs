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
mod reader;
mod report;
mod score_result;
mod scoring_job;
mod task;

pub use evaluation::RunningEvaluation;
pub use feedback_item::{FeedbackList, FeedbackQuery};
pub use reader::Records;
pub use score_result::{AnswerKind, AnswerQuery, EvaluatedAnswer};

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
}
