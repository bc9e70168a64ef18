//! Create, update and delete: what the server fills in, what it refuses, and conditions.
//!
//! Each is one transaction that reads the item, checks the condition and writes, so a condition is a compare-and-set.

use apollo_compiler::response::serde_json_bytes::ByteString;
use apollo_compiler::response::{JsonMap, JsonValue};

use super::catalogue::{Index, Model, ModelField, RootVerb};
use super::errors::FieldRefusal;
use super::ids_and_clock::IdsAndClock;
use super::store::Store;
use super::{filter, scalars};

/// DynamoDB's limit on an item, names of attributes included.
const ITEM_BYTES: usize = 400 * 1024;

/// Carries out a mutation and returns the item: as written, or as it was before it was deleted.
pub(super) fn mutate(
    store: &Store,
    ids_and_clock: &IdsAndClock,
    (verb, model): (&RootVerb, &Model),
    arguments: &JsonMap,
) -> Result<JsonMap, FieldRefusal> {
    let input = arguments.get("input").and_then(JsonValue::as_object).cloned().unwrap_or_default();
    let condition = arguments.get("condition").and_then(JsonValue::as_object);
    let input = converted(model, input)?;
    match verb {
        RootVerb::Create => create(store, ids_and_clock, model, input, condition),
        RootVerb::Update => update(store, ids_and_clock, model, input, condition),
        _ => delete(store, model, &input, condition),
    }
}

fn create(
    store: &Store,
    ids_and_clock: &IdsAndClock,
    model: &Model,
    mut input: JsonMap,
    condition: Option<&JsonMap>,
) -> Result<JsonMap, FieldRefusal> {
    refuse_partial_key(model, &input, "creating")?;
    let now = JsonValue::from(ids_and_clock.timestamp());
    for stamp in ["createdAt", "updatedAt"] {
        fill(&mut input, stamp, || now.clone());
    }
    if model.key == ["id"] {
        fill(&mut input, "id", || ids_and_clock.id().into());
    }
    refuse_bad_keys(model, &input)?;
    input.retain(|_, value| !value.is_null());
    refuse_large(&input)?;
    let id = model.row_id(&input);
    store.write(|writer| {
        if writer.get(model, &id)?.is_some() || !holds(condition, &JsonMap::new()) {
            return Err(FieldRefusal::condition());
        }
        writer.put(model, &id, &input)?;
        Ok(input)
    })
}

fn update(
    store: &Store,
    ids_and_clock: &IdsAndClock,
    model: &Model,
    mut input: JsonMap,
    condition: Option<&JsonMap>,
) -> Result<JsonMap, FieldRefusal> {
    refuse_partial_key(model, &input, "updating")?;
    fill(&mut input, "updatedAt", || ids_and_clock.timestamp().into());
    refuse_bad_keys(model, &input)?;
    let id = model.row_id(&input);
    store.write(|writer| {
        let mut item = writer.get(model, &id)?.ok_or_else(FieldRefusal::condition)?;
        if !holds(condition, &item) {
            return Err(FieldRefusal::condition());
        }
        input.into_iter().for_each(|(key, value)| drop(item.insert(key, value)));
        item.retain(|_, value| !value.is_null());
        refuse_large(&item)?;
        writer.put(model, &id, &item)?;
        Ok(item)
    })
}

fn delete(store: &Store, model: &Model, input: &JsonMap, condition: Option<&JsonMap>) -> Result<JsonMap, FieldRefusal> {
    let id = model.row_id(input);
    store.write(|writer| {
        let item = writer.get(model, &id)?.filter(|item| holds(condition, item)).ok_or_else(FieldRefusal::condition)?;
        writer.delete(model, &id)?;
        Ok(item)
    })
}

/// Somebody else's update of an item: a new time, and a line more in the text of `field`. An item that is not there stays so.
pub(super) fn overtake(
    store: &Store,
    ids_and_clock: &IdsAndClock,
    model: &Model,
    id: &str,
    field: Option<&str>,
) -> Result<(), FieldRefusal> {
    store.write(|writer| {
        let Some(mut item) = writer.get(model, id)? else { return Ok(()) };
        item.insert("updatedAt", ids_and_clock.timestamp().into());
        if let Some(field) = field {
            let text = item.get(field).and_then(JsonValue::as_str).unwrap_or_default();
            let text = JsonValue::from(format!("{text}\n# by somebody else\n"));
            item.insert(field, text);
        }
        Ok(writer.put(model, id, &item)?)
    })
}

/// Values as they are kept. Literals in a document pass the executor unchecked, so AWS's scalars are checked here again.
fn converted(model: &Model, input: JsonMap) -> Result<JsonMap, FieldRefusal> {
    let convert = |(key, value): (ByteString, JsonValue)| {
        let Some(ModelField::Leaf { scalar, .. }) = model.fields.get(key.as_str()) else { return Ok((key, value)) };
        if !scalars::accepts(scalar, &value) {
            return Err(FieldRefusal::untyped(format!("Unable to parse `{value}` as valid {scalar}.")));
        }
        Ok((key, scalars::stored(scalar, value)))
    };
    input.into_iter().map(convert).collect()
}

/// A composite sort key is written whole: its parts are given together or not at all. The server fills in the times, which
/// leaves the other parts to the caller; a part that is given as null is given.
fn refuse_partial_key(model: &Model, input: &JsonMap, doing: &str) -> Result<(), FieldRefusal> {
    let composite = model.indexes.iter().filter(|index| index.sort.len() > 1);
    composite.filter_map(|index| missing_part(index, input, doing)).next().map_or(Ok(()), Err)
}

fn missing_part(index: &Index, input: &JsonMap, doing: &str) -> Option<FieldRefusal> {
    let filled = |part: &&String| *part == "updatedAt" || (doing == "creating" && *part == "createdAt");
    let given = |part: &&String| input.contains_key(part.as_str());
    let any = index.sort.iter().any(|part| given(&part) || filled(&part));
    let missing = index.sort.iter().find(|part| !given(part) && !filled(part))?;
    let name = index.name();
    any.then(|| {
        FieldRefusal::untyped(format!(
            "When {doing} any part of the composite sort key for @index '{name}', you must provide all fields for the key. Missing key: '{missing}'."
        ))
    })
}

/// Keys of indexes are text or numbers. DynamoDB does not take the empty string for one, nor null for a sort key; a partition key that
/// is null is left out, and the item is not in that index.
fn refuse_bad_keys(model: &Model, input: &JsonMap) -> Result<(), FieldRefusal> {
    for (name, value) in input {
        let name = name.as_str();
        let sorted = model.sorted_by(name);
        if let (JsonValue::Null, Some(index)) = (value, sorted) {
            let wanted = if index.numeric { 'N' } else { 'S' };
            let message = format!(
                "One or more parameter values were invalid: Type mismatch for Index Key {name} Expected: {wanted} Actual: NULL"
            );
            return Err(FieldRefusal::invalid(message));
        }
        if value.as_str() == Some("") && (sorted.is_some() || model.is_partition_key(name)) {
            let message = "The AttributeValue for a key attribute cannot contain an empty string value.";
            return Err(FieldRefusal::invalid(format!("One or more parameter values are not valid. {message} Key: {name}")));
        }
    }
    Ok(())
}

fn refuse_large(item: &JsonMap) -> Result<(), FieldRefusal> {
    let size: usize = item.iter().map(|(name, value)| name.as_str().len() + size(value)).sum();
    if size > ITEM_BYTES { Err(FieldRefusal::invalid("Item size has exceeded the maximum allowed size")) } else { Ok(()) }
}

/// Bytes as DynamoDB counts them, to within a few per number and container.
pub(super) fn size(value: &JsonValue) -> usize {
    match value {
        JsonValue::String(text) => text.as_str().len(),
        JsonValue::Array(items) => 3 + items.iter().map(size).sum::<usize>(),
        JsonValue::Object(map) => 3 + map.iter().map(|(name, value)| name.as_str().len() + size(value)).sum::<usize>(),
        JsonValue::Number(number) => number.to_string().len() / 2 + 1,
        JsonValue::Bool(_) | JsonValue::Null => 1,
    }
}

fn fill(input: &mut JsonMap, field: &str, value: impl FnOnce() -> JsonValue) {
    if input.get(field).is_none_or(JsonValue::is_null) {
        input.insert(field, value());
    }
}

fn holds(condition: Option<&JsonMap>, item: &JsonMap) -> bool {
    condition.is_none_or(|condition| filter::matches(condition, item))
}
