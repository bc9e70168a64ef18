//! [`Call`]: a request, and where its answers stand in the reply.

use super::transport::Request;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// A request and the response keys of its top fields.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub request: Request,
    pub fields: Vec<String>,
}

/// One aliased field of a document with what is selected below it, and its variables: a letter, the type, the value.
pub(super) struct AliasedField<'a> {
    pub field: &'a str,
    pub variables: Vec<(&'static str, &'static str, Value)>,
}

impl Call {
    /// A document with the one top field `field`.
    pub fn single(operation: &'static str, field: &str, query: String, mut variables: Value) -> Self {
        // An explicit null for a paging token is not the same as none for every server.
        if let Some(variables) = variables.as_object_mut() {
            variables.retain(|_, value| !value.is_null());
        }
        Self { request: Request { query, variables, operation }, fields: vec![field.to_owned()] }
    }

    /// A query of all `fields`, under the aliases `a0`, `a1`, …; the variable `$i` of the first one becomes `$i0`, that of
    /// the second one `$i1`, and so do all others.
    pub fn aliased<'a>(operation: &'static str, fragment: &str, fields: impl Iterator<Item = AliasedField<'a>>) -> Self {
        Self::document("query", operation, fragment, fields)
    }

    /// The same for mutations, which the server carries out in their order.
    pub fn mutations<'a>(operation: &'static str, fragment: &str, fields: impl Iterator<Item = AliasedField<'a>>) -> Self {
        Self::document("mutation", operation, fragment, fields)
    }

    fn document<'a>(verb: &str, operation: &'static str, fragment: &str, fields: impl Iterator<Item = AliasedField<'a>>) -> Self {
        let (mut declared, mut body) = (String::new(), String::new());
        let (mut variables, mut aliases) = (Map::new(), Vec::new());
        for (at, AliasedField { field, variables: own }) in fields.enumerate() {
            let numbered = |field: String, name: &str| field.replace(&format!("${name}"), &format!("${name}{at}"));
            let field = own.iter().fold(field.to_owned(), |field, (name, _, _)| numbered(field, name));
            // Writing to a String cannot fail.
            let _ = write!(body, " a{at}: {field}");
            for (name, kind, value) in own {
                let _ = write!(declared, " ${name}{at}: {kind}");
                if !value.is_null() {
                    variables.insert(format!("{name}{at}"), value);
                }
            }
            aliases.push(format!("a{at}"));
        }
        let query = format!("{verb} {operation}({}) {{{body} }} {fragment}", declared.trim_start());
        Self { request: Request { query, variables: Value::Object(variables), operation }, fields: aliases }
    }
}
