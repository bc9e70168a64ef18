//! [`Budget`]: what one request may cost. The service has limits of its own on depth and on resolvers; the one on bytes is
//! ours, because the service pays for memory and time with limits that are not known.

use std::cell::Cell;
use std::collections::HashMap;

use apollo_compiler::executable::{FragmentMap, Selection, SelectionSet};
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
