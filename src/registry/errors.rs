//! The service's errors, carried through an executor whose field errors are only a message.
//!
//! A [`FieldRefusal`] is packed into that message on the way in and unpacked by [`reshape`] on the way out, which is the only
//! place that knows the service's format of errors.

use apollo_compiler::resolvers::FieldError;
use apollo_compiler::response::{GraphQLError, ResponseDataPathSegment};
use serde_json::{Value, json};

/// Separates the parts of a packed refusal; it cannot occur in an error type.
const MARK: char = '\u{1}';
/// What the executor puts in front of a field error's message.
const PREFIX: &str = "resolver error: ";
/// The packed type of a null that the schema forbids.
const FORBIDDEN_NULL: &str = "forbidden null";

/// A field that could not be answered, in the service's words.
#[derive(Debug)]
pub(super) struct FieldRefusal {
    /// `errorType`; the service leaves it null where its own templates raise the error.
    pub kind: Option<&'static str>,
    pub message: String,
}

impl FieldRefusal {
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind: Some(kind), message: message.into() }
    }

    /// Raised by a resolver template: no `errorType`.
    pub fn untyped(message: impl Into<String>) -> Self {
        Self { kind: None, message: message.into() }
    }

    /// DynamoDB refuses a value, a key or a limit.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new("DynamoDB:ValidationException", message)
    }

    /// A condition does not hold, an id exists on create, or is missing on update and delete.
    pub fn condition() -> Self {
        Self::new("DynamoDB:ConditionalCheckFailedException", "The conditional request failed")
    }

    /// A field that an API key may not read.
    pub fn denied(field: &str, parent: &str) -> Self {
        Self::new("Unauthorized", format!("Not Authorized to access {field} on type {parent}"))
    }

    /// A value that the schema promises is missing.
    pub fn forbidden_null(scalar: &str, parent: &str) -> Self {
        Self::new(FORBIDDEN_NULL, format!("Cannot return null for non-nullable type: '{scalar}' within parent '{parent}'"))
    }
}

impl From<rusqlite::Error> for FieldRefusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::new("InternalFailure", format!("the registry's database failed: {error}"))
    }
}

impl From<FieldRefusal> for FieldError {
    fn from(refusal: FieldRefusal) -> Self {
        FieldError { message: format!("{}{MARK}{}", refusal.kind.unwrap_or_default(), refusal.message) }
    }
}

/// An executor's error as the service writes it.
pub(super) fn reshape(error: &GraphQLError) -> Value {
    let path = json!(error.path);
    let message = error.message.strip_prefix(PREFIX).unwrap_or(&error.message);
    match message.split_once(MARK) {
        Some((FORBIDDEN_NULL, message)) => {
            json!({"path": path, "locations": null, "message": format!("{message} ({})", written(&error.path))})
        }
        Some((kind, message)) => {
            let kind = if kind.is_empty() { Value::Null } else { json!(kind) };
            json!({"path": path, "data": null, "errorType": kind, "errorInfo": null, "locations": located(error), "message": message})
        }
        None => json!({"path": path, "locations": located(error), "message": message}),
    }
}

/// An error of a request that never reached a resolver: it has neither a path nor an `errorType`.
pub(super) fn invalid_request(error: &GraphQLError) -> Value {
    json!({"message": error.message, "locations": located(error)})
}

/// The answer to a document that asks for what a schema does not have.
pub(super) fn undefined() -> Value {
    json!({"data": null, "errors": [{"message": "Validation error of type FieldUndefined", "locations": []}]})
}

/// An error of the transport, outside GraphQL: the body of a 4xx answer.
pub(super) fn transport(kind: &str, message: &str) -> Value {
    json!({"errors": [{"errorType": kind, "message": message}]})
}

fn located(error: &GraphQLError) -> Value {
    let spot = |at: &apollo_compiler::parser::LineColumn| json!({"line": at.line, "column": at.column, "sourceName": null});
    Value::Array(error.locations.iter().map(spot).collect())
}

/// `/listScores/items[0]/name`
fn written(path: &[ResponseDataPathSegment]) -> String {
    let segment = |segment: &ResponseDataPathSegment| match segment {
        ResponseDataPathSegment::Field(name) => format!("/{name}"),
        ResponseDataPathSegment::ListIndex(index) => format!("[{index}]"),
    };
    path.iter().map(segment).collect()
}
