//! Puts items into the database, past all rules of the server.

use serde_json::{Value, json};

use crate::registry::open_error::OpenError;
use crate::registry::service::Registry;

/// When seeded items were made, unless they say so themselves.
const SEEDED_AT: &str = "2026-01-05T08:00:00.000Z";

/// Puts items as they are, in one transaction: `(model, item)`, where the item has its key and values as the schema
/// types them, but `AWSJSON` as the JSON value that it stands for. Missing times are filled in; nothing is checked, so
/// that a test can make a server whose data are wrong. An item of the same key is replaced.
///
/// # Errors
/// The database cannot be written.
///
/// # Panics
/// If the model is not in the schema or an item has no key.
pub fn insert(registry: &Registry, items: impl IntoIterator<Item = (&'static str, Value)>) -> Result<(), OpenError> {
    registry.0.store.write(|writer| {
        for (model, item) in items {
            let mut values = json!({"createdAt": SEEDED_AT, "updatedAt": SEEDED_AT});
            item.as_object().into_iter().flatten().for_each(|(key, value)| values[key.as_str()] = value.clone());
            let values = apollo_compiler::response::JsonValue::from(values);
            let values = values.as_object().expect("made above as an object");
            let mut values = values.clone();
            values.retain(|_, value| !value.is_null());
            let model = registry.0.catalogue.model(model);
            assert!(model.key.iter().all(|name| values.contains_key(name.as_str())), "a seeded {} has a key", model.name);
            writer.put(model, &model.row_id(&values), &values)?;
        }
        Ok(())
    })
}
