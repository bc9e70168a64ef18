//! [`Records`]: one connection, by which the files of all models read.

use crate::remote::client::Client;
use crate::remote::types::RemoteError;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

/// What people and programs recorded about scores.
#[derive(Clone)]
pub struct Records {
    pub(super) client: Arc<Client>,
}

impl Records {
    pub(in crate::remote) fn new(client: Arc<Client>) -> Self {
        Self { client }
    }
}

/// A text that says something.
pub(super) fn text(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// The condition of a key that is a time: not before `since`.
pub(super) fn not_before(since: Timestamp) -> Value {
    json!({ "ge": format!("{since:.0}") })
}

/// A range of a composite key that ends with a time: all rows that have just these first parts. The beginning of a key would
/// also be that of a longer id.
pub(super) fn at_any_time(key: &Value, time: &str) -> Value {
    let bound = |at: &str| {
        let mut bound = key.clone();
        bound[time] = at.into();
        bound
    };
    json!({ "between": [bound("1970-01-01T00:00:00Z"), bound("9999-01-01T00:00:00Z")] })
}

/// The answer of a model that not every dashboard has; none where it has not. Such a document is refused before it is carried
/// out, and then no error has a type. Nothing else may be asked for in it, so that nothing else can be the reason.
pub(super) fn if_known(reply: Result<Value, RemoteError>) -> Result<Option<Value>, RemoteError> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(RemoteError::Rejected { error_type: None, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_is_not_there_is_no_failure() {
        let refused = |error_type: Option<&str>| {
            if_known(Err(RemoteError::Rejected { error_type: error_type.map(str::to_owned), message: "m".into() }))
        };
        assert_eq!(refused(None), Ok(None));
        assert!(refused(Some("DynamoDB:ValidationException")).is_err());
        assert!(if_known(Err(RemoteError::Unreachable("x".into()))).is_err());
        assert_eq!(if_known(Ok(Value::Null)), Ok(Some(Value::Null)));
    }
}
