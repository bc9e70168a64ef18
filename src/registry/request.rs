//! From the bytes of a request to the bytes of its answer: parse, validate, execute, and the service's error shapes.
//!
//! It knows neither keys nor faults of the transport nor HTTP.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use apollo_compiler::executable::Operation;
use apollo_compiler::parser::{Parser, SourceMap};
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::{GraphQLError, JsonMap};
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Node, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::budget;
use super::catalogue::Catalogue;
use super::errors;
use super::events::MutationEvent;
use super::resolve::{RequestContext, RootObject};
use super::scalars;

/// Documents kept parsed; a client has a handful.
const CACHED_DOCUMENTS: usize = 256;
/// Longer documents are not kept.
const CACHED_BYTES: usize = 64 << 10;

/// What the service says of a request that it cannot parse.
pub(super) const UNPARSABLE: &str = "Unable to parse GraphQL query.";

/// A document that is no GraphQL.
#[derive(Debug)]
pub(super) struct Unparsable;

/// The JSON of a request.
#[derive(Debug, Deserialize)]
pub(super) struct RequestBody {
    pub query: String,
    #[serde(default)]
    variables: Option<JsonMap>,
    #[serde(default, rename = "operationName")]
    operation_name: Option<String>,
}

impl RequestBody {
    /// The name that the request is logged and matched by: the operation's, or that of its first field.
    pub fn name(&self, documents: &Documents, catalogue: &Catalogue) -> String {
        let named = self.operation_name.clone();
        named.or_else(|| documents.get(catalogue, &self.query).ok().as_deref().and_then(first_name)).unwrap_or_default()
    }
}

fn first_name(document: &Valid<ExecutableDocument>) -> Option<String> {
    let operation = document.operations.iter().next()?;
    let field = || operation.root_fields(document).next().map(|field| &field.name);
    operation.name.as_ref().or_else(field).map(ToString::to_string)
}

/// The answer, and the events for subscribers.
#[derive(Serialize)]
pub(super) struct Executed {
    pub data: Option<JsonMap>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Value>,
    #[serde(skip)]
    pub events: Vec<MutationEvent>,
}

impl Executed {
    /// A request that never reached a resolver.
    fn refused(errors: Vec<Value>) -> Self {
        Self { data: None, errors, events: Vec::new() }
    }
}

/// Parsed and validated documents, by their text.
#[derive(Default)]
pub(super) struct Documents(Mutex<HashMap<String, Arc<Valid<ExecutableDocument>>>>);

impl Documents {
    fn get(&self, catalogue: &Catalogue, text: &str) -> Result<Arc<Valid<ExecutableDocument>>, RequestRefusal> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(document) = known.get(text) {
            return Ok(document.clone());
        }
        let parsed = Parser::new().token_limit(budget::MAX_TOKENS).parse_ast(text, "document");
        let parsed = parsed.map_err(|unparsed| RequestRefusal::of_text(&unparsed.errors))?;
        let valid = parsed.to_executable_validate(&catalogue.schema);
        let document = Arc::new(valid.map_err(|invalid| RequestRefusal::of_document(&invalid.errors))?);
        if known.len() == CACHED_DOCUMENTS {
            known.clear();
        }
        if text.len() <= CACHED_BYTES {
            known.insert(text.to_owned(), document.clone());
        }
        Ok(document)
    }
}

/// Why a request reaches no resolver.
#[derive(Debug)]
pub(super) enum RequestRefusal {
    /// Its document cannot be parsed: for HTTP it is no request.
    Syntax,
    /// What is wrong with it, as the service's errors.
    Invalid(Vec<Value>),
}

impl RequestRefusal {
    /// Text that the parser did not take: no GraphQL, or more of it than is taken.
    fn of_text(found: &DiagnosticList) -> Self {
        let mut words = found.iter().map(|found| found.error.to_string()).filter(|words| words.contains(" limit reached"));
        let refusal = |words: String| if words.starts_with("token") { budget::token_refusal() } else { budget::depth_refusal() };
        words.next().map_or(Self::Syntax, |words| Self::Invalid(vec![refusal(words)]))
    }

    /// A document that the schema does not allow. The arguments of a field that does not exist count as used here, as they
    /// do for the service.
    fn of_document(found: &DiagnosticList) -> Self {
        let is_unused = |name: Option<&str>| matches!(name, Some("UnusedVariable" | "UnusedFragment"));
        let (unused, wrong): (Vec<_>, Vec<_>) = found.iter().partition(|found| is_unused(found.error.unstable_error_name()));
        let told = if wrong.is_empty() { unused } else { wrong };
        Self::Invalid(told.into_iter().map(|found| errors::invalid_request(&found.to_json())).collect())
    }

    /// The service's errors.
    pub fn into_errors(self) -> Vec<Value> {
        match self {
            Self::Syntax => vec![plain(UNPARSABLE)],
            Self::Invalid(errors) => errors,
        }
    }
}

/// A valid request.
pub(super) struct Prepared {
    pub document: Arc<Valid<ExecutableDocument>>,
    pub operation: Node<Operation>,
    pub variables: Valid<JsonMap>,
}

impl Prepared {
    /// An executor of the operation.
    pub fn execution<'a>(&'a self, schema: &'a Valid<Schema>) -> Execution<'a> {
        Execution::new(schema, &self.document).operation(&self.operation).coerced_variable_values(&self.variables)
    }
}

/// Validates a request, its variables included; what is wrong comes back as the service's errors.
pub(super) fn prepare(catalogue: &Catalogue, documents: &Documents, request: &RequestBody) -> Result<Prepared, RequestRefusal> {
    let schema = &catalogue.schema;
    let refuse = |error| RequestRefusal::Invalid(vec![error]);
    let document = documents.get(catalogue, &request.query)?;
    let operation = document.operations.get(request.operation_name.as_deref());
    let operation = operation.map_err(|error| refuse(plain(error.message().to_string())))?.clone();
    if let Some(too_deep) = budget::too_deep(&operation.selection_set, &document.fragments) {
        return Err(refuse(too_deep));
    }
    if let Some(too_much) = budget::too_much_schema(&operation, &document) {
        return Err(refuse(too_much));
    }
    let given = request.variables.clone().unwrap_or_default();
    let variables = coerce_variable_values(schema, &operation, &given);
    let variables = variables.map_err(|error| refuse(errors::invalid_request(&error.to_graphql_error(&document.sources))))?;
    match scalars::bad_variable(schema, &operation, &variables) {
        Some(message) => Err(refuse(plain(message))),
        None => Ok(Prepared { document, operation, variables }),
    }
}

/// An error without a location.
fn plain(message: impl Into<String>) -> Value {
    errors::invalid_request(&GraphQLError::new(message, None, &SourceMap::default()))
}

/// Executes one request; every failure but a document that is none is an answer.
pub(super) fn execute(
    context: &RequestContext<'_>,
    documents: &Documents,
    request: &RequestBody,
) -> Result<Executed, Unparsable> {
    let prepared = match prepare(context.catalogue, documents, request) {
        Ok(prepared) if prepared.operation.is_subscription() => {
            return Ok(Executed::refused(vec![plain("Subscriptions are not served over HTTP.")]));
        }
        Ok(prepared) => prepared,
        Err(RequestRefusal::Syntax) => return Err(Unparsable),
        Err(RequestRefusal::Invalid(errors)) => return Ok(Executed::refused(errors)),
    };
    let Prepared { document, operation, .. } = &prepared;
    let root = RootObject { context, type_name: operation.object_type() };
    let response = prepared.execution(&context.catalogue.schema).enable_schema_introspection(true).execute_sync(&root);
    let executed = match response {
        Ok(response) => answer(operation, document, response.data, &response.errors),
        Err(error) => Executed::refused(vec![errors::invalid_request(&error.to_graphql_error(&document.sources))]),
    };
    // What a mutation did is done; subscribers are told of it where its fields were answered.
    Ok(match context.budget.refusal() {
        Some(refusal) => Executed { data: None, errors: vec![refusal], ..executed },
        None => executed,
    })
}

fn answer(operation: &Operation, document: &ExecutableDocument, data: Option<JsonMap>, errors: &[GraphQLError]) -> Executed {
    let events = data.as_ref().filter(|_| operation.is_mutation()).map(|data| events(operation, document, data));
    Executed { data, errors: errors.iter().map(errors::reshape).collect(), events: events.unwrap_or_default() }
}

/// One event per mutation that succeeded, with the fields that the mutation selected.
fn events(operation: &Operation, document: &ExecutableDocument, data: &JsonMap) -> Vec<MutationEvent> {
    let fields = operation.root_fields(document);
    let selected = fields.filter_map(|field| {
        let selected = data.get(field.response_key().as_str())?.as_object()?;
        Some(MutationEvent { mutation: field.name.to_string(), selected: serde_json::to_value(selected).ok()? })
    });
    selected.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Extent;

    #[test]
    fn documents_are_kept_up_to_a_number_and_a_size() {
        let (documents, catalogue) = (Documents::default(), Catalogue::of(Extent::Current));
        let kept = |text: &str| {
            documents.get(catalogue, text).map(drop).expect("a document");
            documents.0.lock().expect("no panic").len()
        };
        assert_eq!(kept(&format!("{{ __typename }}{}", " ".repeat(CACHED_BYTES))), 0);
        let most = (0..3 * CACHED_DOCUMENTS).map(|number| kept(&format!("query Q{number} {{ __typename }}"))).max();
        assert_eq!(most, Some(CACHED_DOCUMENTS));
    }
}
