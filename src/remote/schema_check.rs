//! Holds documents to the schema, for the tests of whoever makes them.

use super::call::Call;
use super::transport::Request;
use crate::schema::{Extent, schema};
use apollo_compiler::ExecutableDocument;
use serde_json::Value;

/// Each document is valid, has the name that is sent, answers under the keys that are expected, and its variables fit.
pub(super) fn hold(extent: Extent, calls: &[Call]) {
    let schema = schema(extent);
    for Call { request, fields } in calls {
        let Request { query, variables, operation } = request;
        let document = ExecutableDocument::parse_and_validate(&schema, query.as_str(), "document.graphql")
            .unwrap_or_else(|fault| panic!("{query}\n{fault}"));
        let found = document.operations.get(Some(*operation)).expect("the operation has the name that is sent");
        let keys: Vec<_> = found.root_fields(&document).map(|field| field.response_key().to_string()).collect();
        assert_eq!(keys, *fields);
        apollo_compiler::request::coerce_variable_values(&schema, found, &as_json(variables))
            .unwrap_or_else(|fault| panic!("{query} {variables} {fault:?}"));
    }
}

fn as_json(variables: &Value) -> apollo_compiler::response::JsonMap {
    serde_json::from_value(variables.clone()).expect("variables are an object")
}
