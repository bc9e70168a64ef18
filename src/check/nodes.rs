//! The classes of nodes in the `graph` of a LangGraphScore, and the keys that each one takes: one table for the rules and for
//! the JSON Schema.
//!
//! From the classes in `plexus/scores/nodes` of Plexus 1.50 (github.com/AnthusAI/Plexus), with the keys that
//! `LangGraphScore` itself reads. A node passes over keys that its class does not take. Keys that no class takes are
//! allowed: they may be somebody's own.

use super::fields::{FLAG, FieldSpec, LIST, MAP, MODEL, NUMBER, TEXT, ValueKind, field};
use std::collections::BTreeSet;

/// A class of nodes.
#[derive(Debug)]
pub struct NodeClass {
    /// Its name.
    pub name: &'static str,
    /// What its nodes do.
    pub about: &'static str,
    /// The keys that it takes besides those of every node.
    pub keys: &'static [FieldSpec],
    /// The class to use instead, if it is deprecated.
    pub successor: Option<&'static str>,
}

impl NodeClass {
    const fn new(name: &'static str, about: &'static str, keys: &'static [FieldSpec]) -> Self {
        Self { name, about, keys, successor: None }
    }

    const fn succeeded_by(self, successor: &'static str) -> Self {
        Self { successor: Some(successor), ..self }
    }

    /// The class with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        NODE_CLASSES.iter().find(|class| class.name == name)
    }

    /// The names of classes that are not deprecated.
    pub fn current() -> impl Iterator<Item = &'static str> + Clone {
        NODE_CLASSES.iter().filter(|class| class.successor.is_none()).map(|class| class.name)
    }

    /// The keys that only nodes of other classes take.
    pub fn foreign_keys(&self) -> BTreeSet<&'static str> {
        let keys = NODE_CLASSES.iter().flat_map(|class| class.keys).map(|field| field.key);
        keys.filter(|key| !self.keys.iter().any(|field| field.key == *key)).collect()
    }
}

/// The keys of a node of this class; of one that is not known, those that mean the same wherever they are.
pub fn node_fields(class: Option<&NodeClass>) -> impl Iterator<Item = &'static FieldSpec> {
    NODE.iter().chain(MODEL).chain(class.map_or(OF_ANY_CLASS, |class| class.keys))
}

/// The keys that mean the same in whatever class has them.
pub const OF_ANY_CLASS: &[FieldSpec] = &[VALID_CLASSES, CODE];

/// The classes that take a key which not every node has.
pub fn takers(key: &str) -> Vec<&'static str> {
    let has = |class: &&NodeClass| class.successor.is_none() && class.keys.iter().any(|field| field.key == key);
    NODE_CLASSES.iter().filter(has).map(|class| class.name).collect()
}

/// The keys of every node.
pub const NODE: &[FieldSpec] = &[
    field("name", &[ValueKind::Text], "The node's name; edges and conditions refer to it."),
    field("class", &[ValueKind::Text], "What the node does."),
    field("system_message", TEXT, "The model's instructions; a template."),
    field("user_message", TEXT, "What the model is asked; a template.").examples(&["\"{{text}}\""]),
    field("example_refinement_message", TEXT, "How examples for fine-tuning are made better."),
    field("single_line_messages", FLAG, "Put each message on one line.").default("false"),
    field("conditions", LIST, "Where an answer leads, and what it puts out.").inside(CONDITION),
    field("edge", MAP, "Where the node leads if no condition holds, and what it puts out.").inside(EDGE),
    field("input", MAP, "Which state the node reads under another name."),
    field("output", MAP, "Which state gets which of the node's values."),
];

const ANYTHING: &[ValueKind] =
    &[ValueKind::Text, ValueKind::Bool, ValueKind::Number, ValueKind::List, ValueKind::Map, ValueKind::Null];

const CONDITION: &[FieldSpec] = &[
    field("state", TEXT, "The state that is compared.").default("\"classification\""),
    field("value", ANYTHING, "What it must be; upper and lower case are the same."),
    field("node", TEXT, "The node that comes next, or END.").examples(&["\"END\""]),
    field("output", MAP, "What is put out: state by state, a name of another state or a text."),
];

const EDGE: &[FieldSpec] = &[
    field("node", TEXT, "The node that comes next, or END.").examples(&["\"END\""]),
    field("output", MAP, "What is put out: state by state, a name of another state or a text."),
];

const VALID_CLASSES: FieldSpec =
    field("valid_classes", LIST, "The classes that the node may answer with.").examples(&["[\"Yes\", \"No\"]"]);
const CODE: FieldSpec = field("code", TEXT, "The program of a logical node.");
const LANGUAGE: FieldSpec = field("language", TEXT, "What the program is written in.").examples(&["\"lua\"", "\"python\""]);
const BATCH: FieldSpec = field("batch", FLAG, "Let the calls of the model wait and run together.").default("false");
const RETRIES: FieldSpec = field("maximum_retry_count", NUMBER, "How often the model is asked again for a valid answer.");
const FROM_START: FieldSpec =
    field("parse_from_start", FLAG, "The answer is looked for from the start of the model's text, not from its end.")
        .default("false");
const EXPLANATION: FieldSpec = field("explanation_message", TEXT, "How the model is asked for an explanation; a template.");
const TARGETS: FieldSpec = field("targets", MAP, "The text to look for, or several that are joined.").inside(TARGET_OR_GROUP);

const TARGET_OR_GROUP: &[FieldSpec] = &[
    TARGET[0],
    TARGET[1],
    TARGET[2],
    TARGET[3],
    field("operator", TEXT, "Whether all items must be found, or one of them.").values(&["and", "or"]),
    field("items", LIST, "The targets that are joined.").inside(TARGET),
];

const TARGET: &[FieldSpec] = &[
    field("target", TEXT, "The text to look for."),
    field("threshold", NUMBER, "How much of it must match, from 0 to 100."),
    field("scorer", TEXT, "How two texts are compared.").default("\"ratio\"").values(&[
        "ratio",
        "partial_ratio",
        "token_sort_ratio",
        "token_set_ratio",
        "WRatio",
        "QRatio",
    ]),
    field("preprocess", FLAG, "Compare without punctuation, and whatever the case.").default("false"),
];

/// The classes that Plexus has, those that are used most first.
pub const NODE_CLASSES: &[NodeClass] = &[
    NodeClass::new(
        "Classifier",
        "Asks a language model for one of several classes.",
        &[
            VALID_CLASSES,
            FROM_START,
            RETRIES.default("6"),
            EXPLANATION,
            field("confidence", FLAG, "Measure how sure the model is of its answer.").default("false"),
            field("confidence_calibration", MAP, "How a measured confidence becomes one that can be relied on."),
            BATCH,
        ],
    ),
    NodeClass::new(
        "Extractor",
        "Asks a language model for a passage of the text.",
        &[
            field("trust_model_output", FLAG, "Take what the model says without looking for it in the text.").default("false"),
            field("use_exact_matching", FLAG, "Look for the passage as it is, not for one that is like it.").default("false"),
            field("fuzzy_match_score_cutoff", NUMBER, "How much of the passage must match, from 0 to 100.").default("50"),
            BATCH,
        ],
    ),
    NodeClass::new("BeforeAfterSlicer", "Cuts the text where a language model finds a passage.", &[]),
    NodeClass::new("LogicalClassifier", "Runs a program that answers with a class.", &[CODE, LANGUAGE, VALID_CLASSES]),
    NodeClass::new(
        "LogicalNode",
        "Runs a program that changes the state.",
        &[
            CODE,
            LANGUAGE,
            field("function_name", TEXT, "The function of the program that is called.").default("\"execute\""),
            field("output_mapping", MAP, "Which state gets which part of the function's result."),
        ],
    ),
    NodeClass::new(
        "FuzzyMatchClassifier",
        "Compares values of the state with texts, and answers with the class of the best match.",
        &[
            field("data_paths", LIST, "Where in the state the values are.").examples(&["[\"text\"]"]),
            TARGETS,
            field("classification_mapping", MAP, "The class of each target that can be found."),
            field("default_classification", TEXT, "The class where nothing is found."),
            VALID_CLASSES,
        ],
    ),
    NodeClass::new("Generator", "Asks a language model for a text.", &[RETRIES.default("1"), BATCH]),
    NodeClass::new(
        "ContextExtractor",
        "Asks a language model for a passage of the text, and takes what stands around it.",
        &[
            field("context_before", NUMBER, "How many characters before the passage are taken.").default("100"),
            field("context_after", NUMBER, "How many characters after the passage are taken.").default("100"),
            field("use_sentence_boundaries", FLAG, "Take whole sentences.").default("true"),
            field("fuzzy_match_threshold", NUMBER, "How much of the passage must match, from 0 to 100.").default("70"),
        ],
    ),
    NodeClass::new("FuzzyMatchExtractor", "Looks for texts in the text.", &[TARGETS]),
    NodeClass::new(
        "NumericClassifier",
        "Asks a language model for a number.",
        &[
            field("numeric_min", TEXT_OR_NUMBER, "The least number that is valid, in quotes."),
            field("numeric_max", TEXT_OR_NUMBER, "The greatest number that is valid, in quotes."),
            VALID_CLASSES,
        ],
    ),
    NodeClass::new(
        "AgenticExtractor",
        "Asks a language model for an entity, and for what the text says of it.",
        &[field("human_message", TEXT, "What the model is asked; a template.")],
    ),
    NodeClass::new("YesOrNoClassifier", "Asks a language model for yes or no.", OF_OLD_CLASSIFIERS).succeeded_by("Classifier"),
    NodeClass::new("MultiClassClassifier", "Asks a language model for one of several classes.", OF_OLD_CLASSIFIERS)
        .succeeded_by("Classifier"),
];

const TEXT_OR_NUMBER: &[ValueKind] = &[ValueKind::Text, ValueKind::Number, ValueKind::Null];

const OF_OLD_CLASSIFIERS: &[FieldSpec] = &[
    VALID_CLASSES,
    FROM_START,
    RETRIES,
    EXPLANATION,
    field("explanation_model", MAP, "The model that explains, if it is another one."),
    field("prompt", TEXT, "What the model is asked; a template."),
    field("fuzzy_match", FLAG, "Take the class that is most like the answer.").default("false"),
    field("fuzzy_match_threshold", NUMBER, "How much of a class must match, from 0 to 1.").default("0.8"),
    BATCH,
];
