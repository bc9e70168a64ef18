//! Filters of lists and conditions of writes: one small language, evaluated on one item.
//!
//! A missing attribute fails every comparison but `ne` and `notContains`, as in DynamoDB. The same code answers
//! subscription filters, which know `in` and `notIn` besides.

use std::cmp::Ordering;

use apollo_compiler::response::{JsonMap, JsonValue};

/// Whether the item satisfies every part of the filter; an empty filter is satisfied.
pub(super) fn matches(filter: &JsonMap, item: &JsonMap) -> bool {
    filter.iter().all(|(key, value)| match (key.as_str(), value) {
        (_, JsonValue::Null) => true,
        ("and", value) => each(value).all(|filter| matches(filter, item)),
        ("or", value) => each(value).any(|filter| matches(filter, item)),
        ("not", value) => !each(value).all(|filter| matches(filter, item)),
        (field, JsonValue::Object(operators)) => satisfies(operators, item.get(field)),
        _ => true,
    })
}

/// `and` and `or` take a list; a lone filter is a list of one.
fn each(value: &JsonValue) -> impl Iterator<Item = &JsonMap> {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter().filter_map(JsonValue::as_object)
}

fn satisfies(operators: &JsonMap, attribute: Option<&JsonValue>) -> bool {
    operators.iter().all(|(operator, operand)| holds(operator.as_str(), operand, attribute))
}

fn holds(operator: &str, operand: &JsonValue, attribute: Option<&JsonValue>) -> bool {
    let compared = |accept: fn(Ordering) -> bool| attribute.and_then(|found| compare(found, operand)).is_some_and(accept);
    match operator {
        "eq" => attribute.unwrap_or(&JsonValue::Null) == operand || compared(Ordering::is_eq),
        "ne" => !holds("eq", operand, attribute),
        "lt" => compared(Ordering::is_lt),
        "le" => compared(Ordering::is_le),
        "gt" => compared(Ordering::is_gt),
        "ge" => compared(Ordering::is_ge),
        "between" => between(operand, attribute),
        "contains" => contains(operand, attribute),
        "notContains" => !contains(operand, attribute),
        "beginsWith" => texts(attribute, operand).is_some_and(|(text, prefix)| text.starts_with(prefix)),
        "in" => members(operand).any(|member| holds("eq", member, attribute)),
        "notIn" => !holds("in", operand, attribute),
        "attributeExists" => operand.as_bool().is_none_or(|wanted| attribute.is_some() == wanted),
        "attributeType" => attribute.is_some_and(|found| operand.as_str() == Some(type_name(found))),
        "size" => {
            operand.as_object().is_none_or(|operators| size(attribute).is_some_and(|size| satisfies(operators, Some(&size))))
        }
        _ => true,
    }
}

/// Text by bytes, numbers by value; anything else has no order.
fn compare(left: &JsonValue, right: &JsonValue) -> Option<Ordering> {
    match (left, right) {
        (JsonValue::String(left), JsonValue::String(right)) => Some(left.as_str().cmp(right.as_str())),
        (JsonValue::Number(left), JsonValue::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        _ => None,
    }
}

fn between(operand: &JsonValue, attribute: Option<&JsonValue>) -> bool {
    match operand.as_array().map(Vec::as_slice) {
        Some([low, high]) => holds("ge", low, attribute) && holds("le", high, attribute),
        _ => false,
    }
}

fn contains(operand: &JsonValue, attribute: Option<&JsonValue>) -> bool {
    match attribute {
        Some(JsonValue::Array(items)) => items.contains(operand),
        _ => texts(attribute, operand).is_some_and(|(text, part)| text.contains(part)),
    }
}

fn texts<'a>(attribute: Option<&'a JsonValue>, operand: &'a JsonValue) -> Option<(&'a str, &'a str)> {
    Some((attribute?.as_str()?, operand.as_str()?))
}

fn members(operand: &JsonValue) -> impl Iterator<Item = &JsonValue> {
    operand.as_array().into_iter().flatten()
}

fn size(attribute: Option<&JsonValue>) -> Option<JsonValue> {
    match attribute? {
        JsonValue::String(text) => Some(JsonValue::from(text.as_str().len())),
        JsonValue::Array(items) => Some(JsonValue::from(items.len())),
        _ => None,
    }
}

fn type_name(value: &JsonValue) -> &'static str {
    match value {
        JsonValue::Null => "_null",
        JsonValue::Bool(_) => "bool",
        JsonValue::Number(_) => "number",
        JsonValue::String(_) => "string",
        JsonValue::Array(_) => "list",
        JsonValue::Object(_) => "map",
    }
}
