//! The rules of documents that stand for themselves: report configurations and data sources. No rule of scores is asked.
//!
//! What Plexus 1.50 does with them is what counts: `plexus/reports/service.py` and `parameter_utils.py` read report
//! configurations, `plexus/data/FeedbackItems.py` and the `dataset` commands data sources (github.com/AnthusAI/Plexus).

mod blocks;
mod data_source;
mod parameters;
mod report;
mod schema;
mod scope;
mod tables;
mod template;

pub use schema::data_source_schema;
pub use scope::KnownCatalog;

use super::collector::Collector;
use super::finding::Finding;
use super::rule::{Rule, RuleSet};
use crate::model::{DocKind, canonical};

/// Everything that the rules find in a report configuration or a data source, by place. Nothing in a document of a score.
pub fn standalone(kind: DocKind, text: &str, known: KnownCatalog<'_>, rules: &RuleSet) -> Vec<Finding> {
    let mut collector = Collector::new(kind, text, rules);
    let check = match kind {
        DocKind::ReportConfiguration => report::check,
        DocKind::DataSource => data_source::check,
        DocKind::Code | DocKind::Guidelines => return Vec::new(),
    };
    if canonical(kind, text).is_empty() {
        collector.add(Rule::EmptyDocument, 0..0, "the file is empty", format!("write the {kind}, or delete the file"));
    } else {
        check(text, known, &mut collector);
    }
    collector.into_findings()
}
