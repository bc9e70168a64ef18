//! One page of a list, of an index or of a nested connection: limits, range arguments, filters and tokens.
//!
//! `limit` counts rows that are *examined*; the filter runs behind it, so a page may be empty and still have a token.
//! A token is the position of the last examined row, bound to the query that it came from.

use std::ops::ControlFlow;

use apollo_compiler::response::{JsonMap, JsonValue};
use sha2::{Digest, Sha256};

use super::catalogue::{Index, Model};
use super::errors::FieldRefusal;
use super::filter;
use super::store::{IndexScan, Position, Range, Store};

/// Rows that a page examines when nothing else is said.
const DEFAULT_LIMIT: i64 = 100;
/// Bytes that a page examines at most.
const PAGE_BYTES: usize = 1 << 20;

/// The items of a page and the token of the next one.
pub(super) struct ItemPage {
    pub items: Vec<JsonMap>,
    /// Bytes of all rows that were examined.
    pub examined: usize,
    pub next_token: Option<String>,
}

/// Reads the page of `model` that `arguments` ask for; rows that `hidden` names are passed over, uncounted.
pub(super) fn read(
    store: &Store,
    model: &Model,
    partition: Option<(&Index, &str)>,
    arguments: &JsonMap,
    hidden: &[String],
) -> Result<ItemPage, FieldRefusal> {
    let limit = limit(arguments)?;
    let range = partition.and_then(|(index, _)| index.range_argument().map(|name| (index, name)));
    let range = range.map(|(index, name)| range_argument(index, arguments.get(name.as_str()))).transpose()?.flatten();
    let descending = arguments.get("sortDirection").and_then(JsonValue::as_str) == Some("DESC");
    let binding = binding(model, partition, range.as_ref(), descending);
    let after = arguments.get("nextToken").and_then(JsonValue::as_str).map(|token| open(token, &binding)).transpose()?;
    let scan = IndexScan { partition, range, descending, after, rows: limit.saturating_add(hidden.len()) };
    let examined = examine(store, model, &scan, limit, hidden)?;
    let wanted = arguments.get("filter").and_then(JsonValue::as_object);
    let items = examined.rows.into_iter().filter(|item| wanted.is_none_or(|wanted| filter::matches(wanted, item)));
    Ok(ItemPage { items: items.collect(), examined: examined.bytes, next_token: examined.last.map(|last| seal(&last, &binding)) })
}

struct Examined {
    rows: Vec<JsonMap>,
    bytes: usize,
    /// Where the next page starts; none when the index is known to be exhausted.
    last: Option<Position>,
}

/// Reads until the limit, the byte limit, or the end. A page that ends exactly at the last row does not know that it is
/// the last one, and neither does the service's.
fn examine(
    store: &Store,
    model: &Model,
    scan: &IndexScan<'_>,
    limit: usize,
    hidden: &[String],
) -> Result<Examined, FieldRefusal> {
    let (mut rows, mut bytes, mut last, mut full) = (Vec::new(), 0, None, false);
    store.scan(model, scan, |row| {
        if hidden.contains(&row.position.1) {
            return ControlFlow::Continue(());
        }
        full = rows.len() == limit || (bytes + row.size > PAGE_BYTES && !rows.is_empty());
        if full {
            return ControlFlow::Break(());
        }
        bytes += row.size;
        rows.push(row.item);
        last = Some(row.position);
        ControlFlow::Continue(())
    })?;
    full |= rows.len() == limit;
    Ok(Examined { rows, bytes, last: last.filter(|_| full) })
}

fn limit(arguments: &JsonMap) -> Result<usize, FieldRefusal> {
    let limit = arguments.get("limit").and_then(JsonValue::as_i64).unwrap_or(DEFAULT_LIMIT);
    usize::try_from(limit).ok().filter(|limit| *limit > 0).ok_or_else(|| {
        let rule = "Member must have value greater than or equal to 1";
        FieldRefusal::invalid(format!(
            "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: {rule}"
        ))
    })
}

/// The range of the sort key: `{eq|le|lt|ge|gt: v}`, `{between: [a, b]}` or `{beginsWith: v}`.
fn range_argument(index: &Index, argument: Option<&JsonValue>) -> Result<Option<Range>, FieldRefusal> {
    let operators = argument.and_then(JsonValue::as_object).into_iter().flatten();
    let mut operators = operators.filter(|(_, value)| !value.is_null());
    let Some((operator, value)) = operators.next() else { return Ok(None) };
    if operators.next().is_some() {
        return Err(FieldRefusal::invalid("a sort key condition takes one operator"));
    }
    let key = |value: &JsonValue| sort_key(index, value);
    let range = match operator.as_str() {
        "eq" => Range::Eq(key(value)),
        "le" => Range::Le(key(value)),
        "lt" => Range::Lt(key(value)),
        "ge" => Range::Ge(key(value)),
        "gt" => Range::Gt(key(value)),
        "between" => match value.as_array().map(Vec::as_slice) {
            Some([low, high]) => Range::Between(key(low), key(high)),
            _ => return Err(FieldRefusal::invalid("`between` takes two values")),
        },
        _ => Range::BeginsWith(key(value)),
    };
    Ok(Some(range))
}

/// A composite key condition gives its parts by name; they are joined as the key is.
fn sort_key(index: &Index, value: &JsonValue) -> String {
    match value {
        JsonValue::Object(parts) => {
            let parts = index.sort.iter().map_while(|part| parts.get(part.as_str()).and_then(JsonValue::as_str));
            parts.collect::<Vec<_>>().join("#")
        }
        JsonValue::String(text) => text.as_str().to_owned(),
        number => number.to_string(),
    }
}

fn binding(model: &Model, partition: Option<(&Index, &str)>, range: Option<&Range>, descending: bool) -> String {
    let index = partition.map(|(index, key)| (index.name(), index.queried, key));
    let digest = Sha256::digest(format!("{:?}", (&model.name, index, range, descending)));
    hex(&digest[..8])
}

fn seal((sort, id): &Position, binding: &str) -> String {
    format!("{binding}{}.{}", hex(sort.as_bytes()), hex(id.as_bytes()))
}

fn open(token: &str, binding: &str) -> Result<Position, FieldRefusal> {
    let position = token.strip_prefix(binding).and_then(|rest| rest.split_once('.'));
    let position = position.and_then(|(sort, id)| Some((unhex(sort)?, unhex(id)?)));
    position.ok_or_else(|| FieldRefusal::new("BadRequestException", "Invalid Pagination Token given."))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<String> {
    let pairs = text.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    String::from_utf8(bytes?).ok()
}
