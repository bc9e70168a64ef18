//! The keys of a score's YAML and what may stand there: one table for the rules and for the JSON Schema.
//!
//! From the score documentation and the lint rules of Plexus 1.50. A key that is not listed is allowed: scores carry keys
//! of their own.

use crate::model::yaml_scalars::Reading;

/// The kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// Nothing; an empty optional key.
    Null,
    /// A list.
    List,
    /// A mapping.
    Map,
}

impl ValueKind {
    /// As a person says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::Null => "empty",
            Self::List => "a list",
            Self::Map => "a mapping",
        }
    }

    /// As JSON Schema says it.
    pub fn json_type(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Number => "number",
            Self::Bool => "boolean",
            Self::Null => "null",
            Self::List => "array",
            Self::Map => "object",
        }
    }

    /// The kind of what a scalar is read as; dates and special values are no JSON values.
    pub fn of(reading: &Reading) -> Option<Self> {
        match reading {
            Reading::Text => Some(Self::Text),
            Reading::Bool(_) => Some(Self::Bool),
            Reading::Null => Some(Self::Null),
            Reading::Int(_) | Reading::Huge | Reading::Float => Some(Self::Number),
            Reading::Date | Reading::Special => None,
        }
    }
}

/// One known key.
#[derive(Debug)]
pub struct FieldSpec {
    /// The key.
    pub key: &'static str,
    /// What its value may be.
    pub kinds: &'static [ValueKind],
    /// The only values it may have; empty if any.
    pub values: &'static [&'static str],
    /// What it is for.
    pub about: &'static str,
}

/// A text, or nothing.
pub const TEXT: &[ValueKind] = &[ValueKind::Text, ValueKind::Null];
const LIST: &[ValueKind] = &[ValueKind::List, ValueKind::Null];
/// A mapping, or nothing.
pub const MAP: &[ValueKind] = &[ValueKind::Map, ValueKind::Null];

/// A key that may have any value of its kinds.
pub const fn field(key: &'static str, kinds: &'static [ValueKind], about: &'static str) -> FieldSpec {
    FieldSpec { key, kinds, values: &[], about }
}

/// What [`is_key`] accepts, as a regular expression.
pub const KEY_PATTERN: &str = "^[a-z0-9_-]+$";

/// The top-level keys.
pub const SCORE: &[FieldSpec] = &[
    field("name", &[ValueKind::Text], "The score's name; other scores refer to it."),
    field("key", TEXT, "A short identifier made of a-z, 0-9, _ and -."),
    field("id", &[ValueKind::Text, ValueKind::Number, ValueKind::Null], "The score's external id."),
    field("externalId", TEXT, "The score's external id, as a text."),
    field("external_id", TEXT, "The score's external id, as a text."),
    field("description", TEXT, "What the score judges."),
    field("version", TEXT, "A stamp of other tools; it never travels to the dashboard."),
    field("parent", TEXT, "A stamp of other tools; it never travels to the dashboard."),
    FieldSpec {
        key: "type",
        kinds: TEXT,
        values: &["binary", "numeric", "categorical", "text"],
        about: "What kind of value the score gives.",
    },
    field("class", TEXT, "The class that runs the score, such as LangGraphScore or TactusScore."),
    field("model_provider", TEXT, "The client of the language model, such as ChatOpenAI."),
    field("model_name", TEXT, "The language model."),
    field("graph", LIST, "The nodes of a LangGraphScore, in order."),
    field("depends_on", &[ValueKind::List, ValueKind::Map, ValueKind::Null], "Scores of the scorecard that run before this one."),
    field("data", MAP, "Where training and evaluation items come from."),
    field("item", MAP, "How the text of an item is made."),
    field("parameters", &[ValueKind::Map, ValueKind::List, ValueKind::Null], "Parameters of the score's class."),
    field("processors", LIST, "Processors of an item's text, in order."),
    field("valid_classes", LIST, "The classes that the score may answer with."),
    field("classes", LIST, "The classes with what they count as."),
    field("code", TEXT, "The Lua program of a TactusScore."),
    field("tactus_code", TEXT, "Deprecated: use `code`."),
    field("output", MAP, "Which state becomes the score's value and explanation."),
];

/// The keys of a node in `graph`.
pub const NODE: &[FieldSpec] = &[
    field("name", &[ValueKind::Text], "The node's name; edges and conditions refer to it."),
    field("class", &[ValueKind::Text], "What the node does."),
    field("valid_classes", LIST, "The classes that the node may answer with."),
    field("system_message", TEXT, "The model's instructions; a template."),
    field("user_message", TEXT, "What the model is asked; a template."),
    field("conditions", LIST, "Where an answer leads, and what it puts out."),
    field("edge", MAP, "Where the node leads, and what it puts out."),
    field("output", MAP, "Which state gets which of the node's values."),
    field("code", TEXT, "The program of a logical node."),
];

/// Classes of nodes.
pub const NODE_CLASSES: &[&str] = &[
    "Classifier",
    "Extractor",
    "BeforeAfterSlicer",
    "LogicalClassifier",
    "LogicalNode",
    "FuzzyMatchClassifier",
    "Generator",
    "ContextExtractor",
    "FuzzyMatchExtractor",
    "NumericClassifier",
];

/// Classes of nodes that still run, each with its successor.
pub const DEPRECATED_NODE_CLASSES: &[(&str, &str)] =
    &[("YesOrNoClassifier", "Classifier"), ("MultiClassClassifier", "Classifier")];

/// Classes of processors.
pub const PROCESSOR_CLASSES: &[&str] = &[
    "AddEnumeratedSpeakerIdentifiersTranscriptFilter",
    "AddUnknownSpeakerIdentifiersTranscriptFilter",
    "ByColumnValueDatasetFilter",
    "ColumnDatasetFilter",
    "DeepgramFormatProcessor",
    "DeepgramTimeSliceProcessor",
    "DownsampleClassDatasetFilter",
    "ExpandContractionsProcessor",
    "FilterCustomerOnlyProcessor",
    "MergeColumnsDatasetFilter",
    "RelevantWindowsTranscriptFilter",
    "RemoveSpeakerIdentifiersTranscriptFilter",
    "RemoveStopWordsTranscriptFilter",
];

/// Names that an edge may lead to without a node of that name.
pub const GRAPH_ENDS: &[&str] = &["START", "END", "__start__", "__end__"];

/// Whether a score's `key` is well made.
pub fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}
