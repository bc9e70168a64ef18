//! What Plexus 1.50 knows: the classes of report blocks, and what a data source of feedback takes.

use crate::check::fields::{FieldSpec, MAP, TEXT, ValueKind, field};

/// The classes of report blocks, from `plexus/reports/blocks` of github.com/AnthusAI/Plexus.
pub const BLOCK_CLASSES: &[&str] = &[
    "AcceptanceRate",
    "AcceptanceRateTimeline",
    "ActionItems",
    "CorrectionRate",
    "CostAnalysis",
    "ExplanationAnalysis",
    "FeedbackAlignment",
    "FeedbackAlignmentTimeline",
    "FeedbackAnalysis",
    "FeedbackContradictions",
    "FeedbackVolumeTimeline",
    "OverturnRate",
    "RecentFeedback",
    "ScoreChampionVersionTimeline",
    "ScoreInfo",
    "ScoreResultsReport",
    "ScorecardHistory",
    "TopicAnalysis",
    "VectorTopicMemory",
];

/// The class of data sources that draw from feedback.
pub const FEEDBACK_ITEMS: &str = "FeedbackItems";
/// The keys of such a source that count something.
pub const COUNTS: [&str; 4] = ["days", "max_items", "limit", "limit_per_cell"];
/// How items are drawn.
pub const SAMPLING_MODES: &[&str] = &["newest", "random"];

const COUNT: &[ValueKind] = &[ValueKind::Number, ValueKind::Text, ValueKind::Null];
const NAME: &[ValueKind] = &[ValueKind::Text, ValueKind::Number];
const VALUE: &[ValueKind] = &[ValueKind::Text, ValueKind::Number, ValueKind::Bool, ValueKind::Null];

/// What the class takes, from `plexus/data/FeedbackItems.py`. It passes over all other keys.
pub const PARAMETERS: &[FieldSpec] = &[
    field("scorecard", NAME, "The scorecard, by name, key, id or external id."),
    field("score", NAME, "The score, by name, key, id or external id."),
    field("days", COUNT, "How many days back feedback is looked for; all of it if it is not there."),
    field("max_items", COUNT, "The most items, taken as sampling_mode says."),
    field("sampling_mode", &[ValueKind::Text], "Which items max_items takes.").values(SAMPLING_MODES).default("\"newest\""),
    field("sample_seed", COUNT, "The seed of a random sample."),
    field("limit", COUNT, "The most items in all."),
    field("limit_per_cell", COUNT, "The most items with one pair of answers, before and after."),
    field("initial_value", VALUE, "Only items to which the score gave this answer."),
    field("final_value", VALUE, "Only items to which people gave this answer."),
    field("feedback_id", TEXT, "The one feedback item to take."),
    field("backfill_cells", &[ValueKind::Bool, ValueKind::Null], "Older items fill up pairs of answers that have too few."),
    field("identifier_extractor", TEXT, "The class that finds the identifiers of an item."),
    field("column_mappings", MAP, "New names of columns, by the names of scores."),
    field("item_config", MAP, "How the text of an item is made."),
    field("cache_file", &[ValueKind::Text], "Where the items are kept between runs."),
    field("local_cache_directory", &[ValueKind::Text], "The folder of that file."),
];

/// What other programs write for a key of [`PARAMETERS`] that no slip of the finger leads to.
pub const OTHER_WORDS: &[(&str, &str)] =
    &[("seed", "sample_seed"), ("random_seed", "sample_seed"), ("sampling", "sampling_mode")];
