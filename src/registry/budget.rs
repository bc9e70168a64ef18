//! [`Budget`]: what one request may cost. The service has limits of its own on depth and on resolvers; the one on bytes is
//! ours, because the service pays for memory and time with limits that are not known.

use std::cell::Cell;
use std::collections::HashMap;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::{Field, FragmentMap, Operation, Selection, SelectionSet};
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
/// The most of them that have another name than their own or stand below one that has, and of `__typename`s that have, wherever
/// they stand: the library answers each anew, and asks nobody. No tool needs any.
const MAX_SCHEMA_NAMES: usize = 20;
/// The most lists of the schema within each other, as reference servers have it.
const MAX_SCHEMA_LISTS: usize = 2;
/// The fields of types that are such lists.
const SCHEMA_LISTS: [&str; 5] = ["fields", "interfaces", "possibleTypes", "inputFields", "enumValues"];
/// What a field or an item costs besides its own bytes: its name, and its place in the answer.
const PLACE_BYTES: usize = 32;

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

    /// So many bytes were read, or are to be answered; false if there were too many, and they must not be.
    pub fn read(&self, bytes: usize) -> bool {
        self.bytes.set(self.bytes.get() + bytes);
        self.is_left()
    }

    /// One more field or item, besides its own bytes; false if there were too many, and it must not be answered.
    pub fn place(&self) -> bool {
        self.read(PLACE_BYTES)
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
    let asked = asked(&operation.selection_set, &document.fragments, SchemaPlace::Outside, &mut HashMap::new());
    let is_too_much = asked.fields > MAX_SCHEMA_FIELDS || asked.renamed > MAX_SCHEMA_NAMES || asked.lists > MAX_SCHEMA_LISTS;
    is_too_much.then(|| {
        limit("ResolverExecutionLimitReached", "Resolver invocation limit reached: the request asks for too much of the schema.")
    })
}

/// What a selection asks of the schema.
#[derive(Clone, Copy, Default)]
struct SchemaAsked {
    fields: usize,
    /// Those of the fields that are in [`SchemaPlace::Renamed`].
    renamed: usize,
    /// Lists within each other.
    lists: usize,
}

/// Where a field stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum SchemaPlace {
    /// Among what is not the schema's.
    Outside,
    /// In the schema.
    Schema,
    /// The same, under another name than its own or below such a field.
    Renamed,
}

impl SchemaPlace {
    /// The place of a field that is selected here. What `__type` tells of one type is little, whatever it is called.
    fn of(self, field: &Field) -> Self {
        let is_renamed = field.response_key() != &field.name;
        match (self, field.name.as_str()) {
            (Self::Outside, "__type") => Self::Schema,
            (Self::Outside, "__schema") if !is_renamed => Self::Schema,
            (Self::Outside, "__schema" | "__typename") | (Self::Schema, _) if is_renamed => Self::Renamed,
            _ => self,
        }
    }
}

/// What a selection asks of the schema. Each fragment is counted once for each place where it is used, and looked into once.
fn asked<'a>(
    selections: &'a SelectionSet,
    fragments: &'a FragmentMap,
    place: SchemaPlace,
    known: &mut HashMap<(&'a str, SchemaPlace), SchemaAsked>,
) -> SchemaAsked {
    let mut sum = SchemaAsked::default();
    for selection in &selections.selections {
        let found = match selection {
            Selection::Field(field) => {
                let place = place.of(field);
                let below = asked(&field.selection_set, fragments, place, known);
                let is_list = place != SchemaPlace::Outside && SCHEMA_LISTS.contains(&field.name.as_str());
                SchemaAsked {
                    fields: below.fields.saturating_add(usize::from(place != SchemaPlace::Outside)),
                    renamed: below.renamed.saturating_add(usize::from(place == SchemaPlace::Renamed)),
                    lists: below.lists + usize::from(is_list),
                }
            }
            Selection::InlineFragment(inline) => asked(&inline.selection_set, fragments, place, known),
            Selection::FragmentSpread(spread) => {
                let key = (spread.fragment_name.as_str(), place);
                if let Some(found) = known.get(&key) {
                    *found
                } else {
                    let fragment = fragments.get(key.0);
                    let found =
                        fragment.map_or_else(SchemaAsked::default, |it| asked(&it.selection_set, fragments, place, known));
                    known.insert(key, found);
                    found
                }
            }
        };
        sum = SchemaAsked {
            fields: sum.fields.saturating_add(found.fields),
            renamed: sum.renamed.saturating_add(found.renamed),
            lists: sum.lists.max(found.lists),
        };
    }
    sum
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
