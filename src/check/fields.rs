//! The top-level keys of a score's YAML and what may stand there: one table for the rules and for the JSON Schema.
//! The keys of its nodes are in `nodes`.
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
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// The key.
    pub key: &'static str,
    /// What its value may be; the first kind is the one that is meant.
    pub kinds: &'static [ValueKind],
    /// The only values it may have; empty if any.
    pub values: &'static [&'static str],
    /// What it is for.
    pub about: &'static str,
    /// What Plexus takes where the key is not there, as JSON; none if that is nothing.
    pub default: Option<&'static str>,
    /// Values that an editor offers, as JSON.
    pub examples: &'static [&'static str],
    /// The keys of its mapping, or of each mapping in its list; empty if any.
    pub inside: &'static [FieldSpec],
}

impl FieldSpec {
    /// With the only values that it may have.
    pub const fn values(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }

    /// With what Plexus takes where it is not there.
    pub const fn default(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    /// With values that an editor offers.
    pub const fn examples(self, examples: &'static [&'static str]) -> Self {
        Self { examples, ..self }
    }

    /// With the keys inside its value.
    pub const fn inside(self, inside: &'static [Self]) -> Self {
        Self { inside, ..self }
    }

    /// A text is meant.
    pub fn is_text(&self) -> bool {
        self.kinds.first() == Some(&ValueKind::Text)
    }
}

/// A text, or nothing.
pub const TEXT: &[ValueKind] = &[ValueKind::Text, ValueKind::Null];
/// A list, or nothing.
pub const LIST: &[ValueKind] = &[ValueKind::List, ValueKind::Null];
/// A mapping, or nothing.
pub const MAP: &[ValueKind] = &[ValueKind::Map, ValueKind::Null];

/// A key that may have any value of its kinds.
pub const fn field(key: &'static str, kinds: &'static [ValueKind], about: &'static str) -> FieldSpec {
    FieldSpec { key, kinds, values: &[], about, default: None, examples: &[], inside: &[] }
}

/// A number, which may be written as a text, or nothing.
pub const NUMBER: &[ValueKind] = &[ValueKind::Number, ValueKind::Text, ValueKind::Null];
/// A flag in each way that Plexus understands, or nothing.
pub const FLAG: &[ValueKind] = &[ValueKind::Bool, ValueKind::Text, ValueKind::Number, ValueKind::Null];

/// The keys about the language model. They stand in a score, and in a node that has another model.
pub const MODEL: &[FieldSpec] = &[
    field("model_provider", TEXT, "The client of the language model.").examples(&[
        "\"ChatOpenAI\"",
        "\"AzureChatOpenAI\"",
        "\"BedrockChat\"",
        "\"ChatVertexAI\"",
        "\"ChatOllama\"",
    ]),
    field("model_name", TEXT, "The language model.").examples(&["\"gpt-4o-mini-2024-07-18\""]),
    field("base_model_name", TEXT, "The model that a fine-tuned one was made from."),
    field("model_region", TEXT, "The region in which the model runs.").examples(&["\"us-east-1\""]),
    field("temperature", NUMBER, "How freely the model chooses its words; 0 is the least."),
    field("top_p", NUMBER, "The share of likely words from which the model chooses."),
    field("max_tokens", NUMBER, "The most tokens of an answer."),
    field("reasoning_effort", TEXT, "How long a reasoning model thinks.").examples(&["\"low\"", "\"medium\"", "\"high\""]),
    field("verbosity", TEXT, "How much a reasoning model writes.").examples(&["\"low\"", "\"medium\"", "\"high\""]),
    field("logprobs", FLAG, "Ask the model how probable its tokens were."),
    field("top_logprobs", NUMBER, "How many likely tokens are told at each place."),
];

/// What [`is_key`] accepts, as a regular expression.
pub const KEY_PATTERN: &str = "^[a-z0-9_-]+$";

/// The top-level keys, besides those of [`MODEL`].
const SCORE: &[FieldSpec] = &[
    field("name", &[ValueKind::Text], "The score's name; other scores refer to it."),
    field("key", TEXT, "A short identifier made of a-z, 0-9, _ and -."),
    field("id", &[ValueKind::Text, ValueKind::Number, ValueKind::Null], "The score's external id."),
    field("externalId", TEXT, "The score's external id, as a text."),
    field("external_id", TEXT, "The score's external id, as a text."),
    field("description", TEXT, "What the score judges."),
    field("version", TEXT, "A stamp of other tools; it is never sent to the dashboard."),
    field("parent", TEXT, "A stamp of other tools; it is never sent to the dashboard."),
    field("type", TEXT, "What kind of value the score gives.").values(&["binary", "numeric", "categorical", "text"]),
    field("class", TEXT, "The class that runs the score, such as LangGraphScore or TactusScore.")
        .default("\"LangGraphScore\"")
        .examples(&["\"LangGraphScore\"", "\"TactusScore\""]),
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

/// The keys of a score.
pub fn score_fields() -> impl Iterator<Item = &'static FieldSpec> {
    SCORE.iter().chain(MODEL)
}

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
