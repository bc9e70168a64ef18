//! AWS's scalars: what is accepted, how it is kept, how it comes back.
//!
//! `AWSDateTime` is kept as written; `AWSJSON` arrives as a JSON string, is kept as the value that it holds, and comes
//! back written anew. It does not touch the GraphQL scalars, which the executor checks.

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::executable::Operation;
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::schema::ExtendedType;

/// The first variable that is not what its AWS scalar asks for, in words.
pub(super) fn bad_variable(schema: &Schema, operation: &Operation, variables: &JsonMap) -> Option<String> {
    operation.variables.iter().find_map(|definition| {
        let value = variables.get(definition.name.as_str())?;
        let bad = bad_value(schema, &definition.ty, value)?;
        Some(format!("Variable '{}' has an invalid value. {bad}", definition.name))
    })
}

fn bad_value(schema: &Schema, ty: &Type, value: &JsonValue) -> Option<String> {
    if let JsonValue::Array(items) = value {
        return items.iter().find_map(|item| bad_value(schema, ty.item_type(), item));
    }
    let name = ty.inner_named_type();
    match schema.types.get(name)? {
        ExtendedType::Scalar(_) => (!accepts(name, value)).then(|| format!("Unable to parse `{value}` as valid {name}.")),
        ExtendedType::InputObject(input) => {
            let fields = value.as_object()?.iter();
            fields
                .filter_map(|(key, value)| Some((input.fields.get(key.as_str())?, value)))
                .find_map(|(field, value)| bad_value(schema, &field.ty, value))
        }
        _ => None,
    }
}

/// Whether an AWS scalar accepts the value; other scalars accept anything here.
pub(super) fn accepts(scalar: &str, value: &JsonValue) -> bool {
    match (scalar, value) {
        (_, JsonValue::Null) => true,
        ("AWSDateTime", JsonValue::String(text)) => is_date_time(text.as_str()),
        ("AWSJSON", JsonValue::String(text)) => serde_json::from_str::<serde_json::Value>(text.as_str()).is_ok(),
        ("AWSDateTime" | "AWSJSON", _) => false,
        _ => true,
    }
}

/// The value as it is kept.
pub(super) fn stored(scalar: &str, value: JsonValue) -> JsonValue {
    match (scalar, &value) {
        ("AWSJSON", JsonValue::String(text)) => serde_json::from_str(text.as_str()).unwrap_or(value),
        ("ID", JsonValue::Number(number)) => number.to_string().into(),
        _ => value,
    }
}

/// The kept value as it is answered.
pub(super) fn answered(scalar: &str, value: &JsonValue) -> JsonValue {
    match (scalar, value) {
        (_, JsonValue::Null) => JsonValue::Null,
        ("AWSJSON", value) => value.to_string().into(),
        ("Float", JsonValue::Number(number)) => number.as_f64().map_or(JsonValue::Null, JsonValue::from),
        _ => value.clone(),
    }
}

/// RFC 3339 with `Z` or an offset. jiff reads more than that (a space for the `T`, a time zone in brackets).
fn is_date_time(text: &str) -> bool {
    text.as_bytes().get(10) == Some(&b'T') && !text.contains('[') && text.parse::<jiff::Timestamp>().is_ok()
}
