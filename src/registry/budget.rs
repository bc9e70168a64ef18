//! [`Budget`]: what one request may cost. The service has limits of its own on depth and on resolvers; the one on bytes is
//! ours, because the service pays for memory and time with limits that are not known.

use std::cell::Cell;
use std::collections::HashMap;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::{FragmentMap, Operation, Selection, SelectionSet};
use apollo_compiler::introspection::check_max_depth;
use apollo_compiler::validation::Valid;
use serde_json::{Value, json};

/// The most tokens of a document; a batch of fifty reads has about a thousand.
pub(super) const MAX_TOKENS: usize = 15_000;
/// The most levels of a selection, leaves included. The service takes up to 75 where it is told to; no known client has
/// more than ten, and the schema itself is asked for with thirteen.
const MAX_DEPTH: usize = 20;
/// The most resolvers of one request: root fields, relations and connections. The service's own limit.
const MAX_RESOLVERS: usize = 10_000;
/// The most bytes that are read and answered for one request.
const MAX_BYTES: usize = 64 << 20;
/// The most fields of the schema that are asked for, wherever a fragment brings one. Tools ask for about two hundred.
const MAX_SCHEMA_FIELDS: usize = 500;
/// The fields at the root that tell of the schema.
const SCHEMA_FIELDS: [&str; 2] = ["__schema", "__type"];
/// What a leaf costs besides its own bytes: its name, and its place in the answer.
const LEAF_BYTES: usize = 32;

/// What is left for one request. Once it is exhausted, fields answer null, so that the execution ends soon; its answer is
/// replaced by [`Budget::refusal`].
#[derive(Debug, Default)]
pub(super) struct Budget {
    resolvers: Cell<usize>,
    bytes: Cell<usize>,
}

impl Budget {
    /// One more resolver; false if there were too many, and it must not run.
    pub fn resolver(&self) -> bool {
        self.resolvers.set(self.resolvers.get() + 1);
        self.is_left()
    }

    /// So many bytes were read.
    pub fn read(&self, bytes: usize) {
        self.bytes.set(self.bytes.get() + bytes);
    }

    /// One more leaf with so many bytes; false if there were too many, and it must not be answered.
    pub fn leaf(&self, bytes: usize) -> bool {
        self.read(bytes + LEAF_BYTES);
        self.is_left()
    }

    /// The request may go on.
    pub fn is_left(&self) -> bool {
        self.resolvers.get() <= MAX_RESOLVERS && self.bytes.get() <= MAX_BYTES
    }

    /// The error of a request that cost too much, if it did.
    pub fn refusal(&self) -> Option<Value> {
        let what = if self.resolvers.get() > MAX_RESOLVERS { "resolvers" } else { "bytes" };
        let message = format!("Resolver invocation limit reached: the request needs too many {what}.");
        (!self.is_left()).then(|| limit("ResolverExecutionLimitReached", &message))
    }
}

/// The error of an operation whose selections are nested too deeply, if they are.
pub(super) fn too_deep(selections: &SelectionSet, fragments: &FragmentMap) -> Option<Value> {
    let depth = depth(selections, fragments, &mut HashMap::new());
    (depth > MAX_DEPTH).then(depth_refusal)
}

/// The error of an operation that asks for more of the schema than tools do, if it does: lists of fields within each other, or
/// many fields. No resolver runs for these, and each level has all that is below it in many places.
pub(super) fn too_much_schema(operation: &Operation, document: &Valid<ExecutableDocument>) -> Option<Value> {
    let asked = schema_fields(&operation.selection_set, &document.fragments, false, &mut HashMap::new());
    let is_too_deep = || check_max_depth(document, operation).is_err();
    (asked > MAX_SCHEMA_FIELDS || asked > 0 && is_too_deep()).then(|| {
        limit("ResolverExecutionLimitReached", "Resolver invocation limit reached: the request asks for too much of the schema.")
    })
}

/// How many fields of the schema are selected. Each fragment is counted once for each place where it is used, and looked into once.
fn schema_fields<'a>(
    selections: &'a SelectionSet,
    fragments: &'a FragmentMap,
    is_inside: bool,
    known: &mut HashMap<(&'a str, bool), usize>,
) -> usize {
    selections.selections.iter().fold(0, |sum: usize, selection| {
        let count = match selection {
            Selection::Field(field) => {
                let is_inside = is_inside || SCHEMA_FIELDS.contains(&field.name.as_str());
                usize::from(is_inside).saturating_add(schema_fields(&field.selection_set, fragments, is_inside, known))
            }
            Selection::InlineFragment(inline) => schema_fields(&inline.selection_set, fragments, is_inside, known),
            Selection::FragmentSpread(spread) => {
                let key = (spread.fragment_name.as_str(), is_inside);
                if let Some(count) = known.get(&key) {
                    *count
                } else {
                    let found = fragments.get(key.0);
                    let count = found.map_or(0, |found| schema_fields(&found.selection_set, fragments, is_inside, known));
                    known.insert(key, count);
                    count
                }
            }
        };
        sum.saturating_add(count)
    })
}

/// The error of a document whose selections are nested too deeply.
pub(super) fn depth_refusal() -> Value {
    limit("QueryDepthLimitReached", &format!("Query depth limit of {MAX_DEPTH} reached."))
}

/// The error of a document that is too long.
pub(super) fn token_refusal() -> Value {
    limit("BadRequestException", &format!("The document has more than {MAX_TOKENS} tokens."))
}

fn limit(kind: &str, message: &str) -> Value {
    json!({"path": null, "locations": null, "errorType": kind, "message": message})
}

/// Levels of a selection. Each fragment is measured once, however often it is used; validation has refused circles.
fn depth<'a>(selections: &'a SelectionSet, fragments: &'a FragmentMap, known: &mut HashMap<&'a str, usize>) -> usize {
    let mut deepest = 0;
    for selection in &selections.selections {
        let depth = match selection {
            Selection::Field(field) => 1 + depth(&field.selection_set, fragments, known),
            Selection::InlineFragment(inline) => depth(&inline.selection_set, fragments, known),
            Selection::FragmentSpread(spread) => {
                let name = spread.fragment_name.as_str();
                if let Some(depth) = known.get(name) {
                    *depth
                } else {
                    let inside = fragments.get(name).map_or(0, |found| depth(&found.selection_set, fragments, known));
                    known.insert(name, inside);
                    inside
                }
            }
        };
        deepest = deepest.max(depth);
    }
    deepest
}
