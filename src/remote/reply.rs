//! Judges replies: the result of each field that was asked for, and for each failure whether to try again.
//!
//! Only the HTTP status and `errorType` decide, never a message: ids and prompts inside messages contain any number and
//! any word.

use super::transport::{Reply, TransportError};
use super::types::RemoteError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest message of a server that is passed on, in characters.
const MAX_WORDS: usize = 400;

/// What the answer to a field is read as: a value, or its text, where there is much of it and its rows are decoded right away.
pub(super) trait FieldAnswer: DeserializeOwned + Clone + Send {
    /// The server has nothing.
    fn is_null(&self) -> bool;
}

impl FieldAnswer for Value {
    fn is_null(&self) -> bool {
        Self::is_null(self)
    }
}

impl FieldAnswer for Box<RawValue> {
    fn is_null(&self) -> bool {
        self.get() == "null"
    }
}

/// What could make a failed request succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetryAdvice {
    /// Nothing.
    Never,
    /// Nothing, and no other request can succeed either: the key is wrong.
    Hopeless,
    /// The same request later, and no sooner than the server asked for.
    Later(Option<Duration>),
    /// The same request, a few times only: there is no connection.
    Reconnect,
    /// Asking for fewer fields at once.
    Less,
}

/// A failed field or request.
#[derive(Clone, Debug)]
pub(super) struct ReplyFailure {
    pub error: RemoteError,
    pub advice: RetryAdvice,
    /// The server works; only this field failed, which says nothing about other requests.
    pub of_one_field: bool,
}

impl ReplyFailure {
    fn new(error: RemoteError, advice: RetryAdvice) -> Self {
        Self { error, advice, of_one_field: false }
    }

    fn not_before(self, after: Option<Duration>) -> Self {
        let advice = if let RetryAdvice::Later(_) = self.advice { RetryAdvice::Later(after) } else { self.advice };
        Self { advice, ..self }
    }
}

/// The result of each of `fields`, in their order. A field that the server answered with null is `Ok(Null)`.
pub(super) fn judge<A: FieldAnswer>(fields: &[String], outcome: Result<Reply, TransportError>) -> Vec<Result<A, ReplyFailure>> {
    let after = outcome.as_ref().ok().and_then(|reply| reply.retry_after);
    let data = outcome.map_err(unanswered).and_then(|reply| envelope(&reply)).and_then(Envelope::into_data);
    let results = match data {
        Ok((data, errors)) => each(fields, data, &errors),
        Err(failure) => fields.iter().map(|_| Err(failure.clone())).collect(),
    };
    results.into_iter().map(|result| result.map_err(|failure| failure.not_before(after))).collect()
}

fn unanswered(error: TransportError) -> ReplyFailure {
    let words = words(&error.to_string());
    match error {
        TransportError::Connect(_) => ReplyFailure::new(RemoteError::Unreachable(words), RetryAdvice::Reconnect),
        TransportError::Broken(_) | TransportError::Timeout(_) => {
            ReplyFailure::new(RemoteError::Unreachable(words), RetryAdvice::Later(None))
        }
        TransportError::Redirect(_) => ReplyFailure::new(RemoteError::Protocol(words), RetryAdvice::Never),
        TransportError::TooLarge(_) => ReplyFailure::new(RemoteError::Protocol(words), RetryAdvice::Less),
    }
}

/// The body of a GraphQL reply.
#[derive(Deserialize)]
struct Envelope<A> {
    data: Option<BTreeMap<String, A>>,
    errors: Option<Vec<ErrorEntry>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorEntry {
    message: Option<String>,
    error_type: Option<String>,
    path: Option<Vec<Value>>,
}

impl<A> Envelope<A> {
    /// Data and the errors beside it; without data, the failure of the whole.
    fn into_data(self) -> Result<(BTreeMap<String, A>, Vec<ErrorEntry>), ReplyFailure> {
        let errors = self.errors.unwrap_or_default();
        match self.data {
            Some(data) => Ok((data, errors)),
            None => Err(errors.iter().map(ErrorEntry::of_the_whole).reduce(worse).unwrap_or_else(|| {
                ReplyFailure::new(RemoteError::Protocol("neither data nor errors".to_owned()), RetryAdvice::Never)
            })),
        }
    }
}

impl ErrorEntry {
    fn failure(&self) -> ReplyFailure {
        let words = words(self.message.as_deref().or(self.error_type.as_deref()).unwrap_or("no message"));
        match self.error_type.as_deref().map(Class::of) {
            Some(Class::Throttled) => ReplyFailure::new(RemoteError::Throttled(words), RetryAdvice::Later(None)),
            Some(Class::Overloaded) => ReplyFailure::new(RemoteError::Unreachable(words), RetryAdvice::Later(None)),
            Some(Class::Unauthorised) => ReplyFailure::new(RemoteError::Unauthorised(words), RetryAdvice::Never),
            Some(Class::Condition) => ReplyFailure::new(RemoteError::Condition, RetryAdvice::Never),
            Some(Class::Other) | None => ReplyFailure::new(
                RemoteError::Rejected { error_type: self.error_type.clone(), message: words },
                RetryAdvice::Never,
            ),
        }
    }

    /// An error of execution that took the whole reply with it may be that of one field; a document or a variable that
    /// the server refuses (no path, no type) stays refused however little is asked.
    fn of_the_whole(&self) -> ReplyFailure {
        let failure = self.failure();
        let of_execution = self.path.is_some() || self.error_type.is_some();
        match failure.error {
            RemoteError::Rejected { .. } if of_execution => ReplyFailure { advice: RetryAdvice::Less, ..failure },
            _ => failure,
        }
    }

    fn of_a_field(&self) -> ReplyFailure {
        let failure = self.failure();
        let of_one_field = !matches!(failure.error, RemoteError::Throttled(_));
        ReplyFailure { of_one_field, ..failure }
    }

    /// An error without a path may be that of any field.
    fn concerns(&self, field: &str) -> bool {
        self.path.as_ref().and_then(|path| path.first()).is_none_or(|first| first == field)
    }
}

/// Of two errors of one reply, the one that decides: what may pass, then what never will, then what can be split.
fn worse(a: ReplyFailure, b: ReplyFailure) -> ReplyFailure {
    let rank = |failure: &ReplyFailure| match failure.advice {
        RetryAdvice::Later(_) | RetryAdvice::Reconnect => 0,
        RetryAdvice::Never | RetryAdvice::Hopeless => 1,
        RetryAdvice::Less => 2,
    };
    if rank(&b) < rank(&a) { b } else { a }
}

/// The classes of `errorType` that are told apart; its namespace (`DynamoDB:`) and the ending `Exception` do not count.
enum Class {
    Throttled,
    Overloaded,
    Unauthorised,
    Condition,
    Other,
}

impl Class {
    fn of(error_type: &str) -> Self {
        let name = error_type.rsplit(':').next().unwrap_or(error_type);
        match name.strip_suffix("Exception").unwrap_or(name) {
            "Throttling" | "Throttled" | "TooManyRequests" | "ProvisionedThroughputExceeded" | "RequestLimitExceeded" => {
                Self::Throttled
            }
            "InternalFailure" | "InternalServerError" | "ServiceUnavailable" | "ExecutionTimeout" | "TransactionConflict" => {
                Self::Overloaded
            }
            "Unauthorized"
            | "AccessDenied"
            | "UnrecognizedClient"
            | "ExpiredToken"
            | "InvalidSignature"
            | "IncompleteSignature" => Self::Unauthorised,
            "ConditionalCheckFailed" => Self::Condition,
            _ => Self::Other,
        }
    }
}

fn envelope<A: FieldAnswer>(reply: &Reply) -> Result<Envelope<A>, ReplyFailure> {
    let parsed = serde_json::from_slice::<Envelope<A>>(&reply.body);
    match (reply.status, parsed) {
        (200..=299, Ok(envelope)) => Ok(envelope),
        (200..=299, Err(error)) => {
            Err(ReplyFailure::new(RemoteError::Protocol(not_json(&reply.body, &error)), RetryAdvice::Later(None)))
        }
        (status, parsed) => {
            let entry = parsed.ok().and_then(|envelope| envelope.errors).and_then(|errors| errors.into_iter().next());
            Err(refused(status, entry.unwrap_or_default()))
        }
    }
}

/// A reply with an error status; an `errorType` in its body is more precise than the status.
fn refused(status: u16, entry: ErrorEntry) -> ReplyFailure {
    let failure = entry.failure();
    let words =
        entry.message.as_deref().map_or_else(|| format!("HTTP {status}"), |text| format!("HTTP {status}: {}", words(text)));
    match (failure.error, status) {
        (_, 401) => ReplyFailure::new(RemoteError::Unauthorised(words), RetryAdvice::Hopeless),
        // A firewall in front of the API refuses single requests like this, for what their texts look like.
        (RemoteError::Unauthorised(_), _) | (_, 403) => ReplyFailure::new(RemoteError::Unauthorised(words), RetryAdvice::Never),
        (RemoteError::Throttled(_), _) | (_, 429) => ReplyFailure::new(RemoteError::Throttled(words), RetryAdvice::Later(None)),
        (RemoteError::Unreachable(_), _) | (_, 408 | 500..=599) => {
            ReplyFailure::new(RemoteError::Unreachable(words), RetryAdvice::Later(None))
        }
        // Nobody answers like this at the address of an API, whatever is asked.
        (_, 300..=399 | 404 | 405) => ReplyFailure::new(RemoteError::Protocol(words), RetryAdvice::Never),
        (_, 413) => ReplyFailure::new(RemoteError::Rejected { error_type: entry.error_type, message: words }, RetryAdvice::Less),
        _ => ReplyFailure::new(RemoteError::Rejected { error_type: entry.error_type, message: words }, RetryAdvice::Never),
    }
}

fn each<A: FieldAnswer>(fields: &[String], mut data: BTreeMap<String, A>, errors: &[ErrorEntry]) -> Vec<Result<A, ReplyFailure>> {
    let one = |field: &String| match data.remove(field) {
        Some(value) if !value.is_null() => Ok(value),
        null_or_missing => match errors.iter().find(|error| error.concerns(field)) {
            Some(error) => Err(error.of_a_field()),
            None => null_or_missing
                .ok_or_else(|| ReplyFailure::new(RemoteError::Protocol(format!("no answer for {field}")), RetryAdvice::Never)),
        },
    };
    fields.iter().map(one).collect()
}

fn not_json(body: &[u8], error: &serde_json::Error) -> String {
    match body.trim_ascii_start().first() {
        None => "an empty body".to_owned(),
        Some(b'<') => "HTML instead of JSON".to_owned(),
        Some(_) if error.is_eof() => format!("cut off after {} bytes", body.len()),
        Some(_) => format!("not the JSON of a GraphQL reply: {error}"),
    }
}

/// A server's words on one line of bounded length, without control characters that would act on a terminal.
fn words(text: &str) -> String {
    let mut words: String = text.chars().take(MAX_WORDS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MAX_WORDS).is_some() {
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(status: u16, body: &str) -> Vec<Result<Value, ReplyFailure>> {
        let reply = Reply { status, retry_after: Some(Duration::from_secs(7)), body: body.as_bytes().to_vec() };
        judge(&["a0".to_owned(), "a1".to_owned()], Ok(reply))
    }

    fn advice(status: u16, body: &str) -> (RetryAdvice, &'static str) {
        let Err(failure) = of(status, body).remove(0) else { return (RetryAdvice::Never, "Ok") };
        let name = match failure.error {
            RemoteError::Unauthorised(_) => "Unauthorised",
            RemoteError::Unreachable(_) => "Unreachable",
            RemoteError::Throttled(_) => "Throttled",
            RemoteError::Rejected { .. } => "Rejected",
            RemoteError::Condition => "Condition",
            RemoteError::Protocol(_) => "Protocol",
            RemoteError::Missing(_)
            | RemoteError::OtherContent(_)
            | RemoteError::OtherScore(_)
            | RemoteError::TooLarge { .. } => "other",
        };
        (failure.advice, name)
    }

    #[test]
    fn status_and_error_type_decide_and_messages_never() {
        let after = RetryAdvice::Later(Some(Duration::from_secs(7)));
        let typed = |kind: &str| json!({"data": null, "errors": [{"message": "m", "errorType": kind}]}).to_string();
        for (status, body, expected) in [
            (401, typed("UnauthorizedException"), (RetryAdvice::Hopeless, "Unauthorised")),
            (403, "<html>".to_owned(), (RetryAdvice::Never, "Unauthorised")),
            (429, String::new(), (after, "Throttled")),
            (400, typed("ThrottlingException"), (after, "Throttled")),
            (400, typed("MalformedHttpRequestException"), (RetryAdvice::Never, "Rejected")),
            (413, String::new(), (RetryAdvice::Less, "Rejected")),
            (503, "<html>busy</html>".to_owned(), (after, "Unreachable")),
            (302, String::new(), (RetryAdvice::Never, "Protocol")),
            (404, "<html>".to_owned(), (RetryAdvice::Never, "Protocol")),
            (405, String::new(), (RetryAdvice::Never, "Protocol")),
            (200, "<html>".to_owned(), (after, "Protocol")),
            (200, "{\"data\":{\"a0\":".to_owned(), (after, "Protocol")),
            (200, "{}".to_owned(), (RetryAdvice::Never, "Protocol")),
            (200, typed("DynamoDB:ThrottlingException"), (after, "Throttled")),
            (200, typed("DynamoDB:ConditionalCheckFailedException"), (RetryAdvice::Never, "Condition")),
            (200, typed("DynamoDB:ValidationException"), (RetryAdvice::Less, "Rejected")),
            (200, json!({"data": null, "errors": [{"message": "503 Throttled"}]}).to_string(), (RetryAdvice::Never, "Rejected")),
        ] {
            assert_eq!(advice(status, &body), expected, "{status} {body}");
        }
    }

    #[test]
    fn one_failed_field_does_not_spoil_the_others() {
        let body = json!({
            "data": {"a0": {"id": 1}, "a1": null},
            "errors": [{"message": "a\u{1b}[2Jb", "errorType": "TooManyRequestsException", "path": ["a1"]}],
        });
        let fields = of(200, &body.to_string());
        assert_eq!(fields[0].as_ref().expect("a0 is there"), &json!({"id": 1}));
        let failure = fields[1].as_ref().expect_err("a1 failed");
        assert_eq!(failure.advice, RetryAdvice::Later(Some(Duration::from_secs(7))));
        assert_eq!(failure.error.to_string(), "throttled: a [2Jb");
        assert_eq!(of(200, r#"{"data":{"a0":null,"a1":{}}}"#)[0].as_ref().expect("null is an answer"), &Value::Null);
        assert!(of(200, r#"{"data":{"a1":{}}}"#)[0].is_err());
    }

    #[test]
    fn a_server_has_so_many_words_at_most() {
        let said = |message: String| {
            let body = json!({"data": null, "errors": [{"message": message, "errorType": "ThrottlingException"}]});
            of(400, &body.to_string())[0].as_ref().expect_err("it failed").error.to_string()
        };
        assert_eq!(said("é".repeat(MAX_WORDS)), format!("throttled: HTTP 400: {}", "é".repeat(MAX_WORDS)));
        assert_eq!(said("é".repeat(1_000_000)), format!("throttled: HTTP 400: {}…", "é".repeat(MAX_WORDS)));
    }
}
