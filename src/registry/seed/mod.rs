//! Fills a registry without asking it: the demo account, accounts of any size, and items that its own rules refuse.
//!
//! It writes no logs and sends no events: to a client, seeded items have always been there.

mod bulk;
mod demo;

use serde_json::{Value, json};

use super::catalogue::CATALOGUE;
use super::{OpenError, Registry};

pub use bulk::{Bulk, bulk};
pub use demo::{DEMO_ACCOUNT_KEY, demo};

/// When seeded items were made, unless they say so themselves.
const SEEDED_AT: &str = "2026-01-05T08:00:00.000Z";

/// Puts items as they are, in one transaction: `(model, item)`, where the item has an `id` and values as the schema
/// types them, but `AWSJSON` as the JSON value that it stands for. Missing times are filled in; nothing is checked, so
/// that a test can make a server whose data are wrong. An item of the same id is replaced.
///
/// # Panics
///
/// If the model is not in the schema or the item has no `id`.
pub fn insert(registry: &Registry, items: impl IntoIterator<Item = (&'static str, Value)>) -> Result<(), OpenError> {
    registry.0.store.write(|writer| {
        for (model, item) in items {
            let mut values = json!({"createdAt": SEEDED_AT, "updatedAt": SEEDED_AT});
            item.as_object().into_iter().flatten().for_each(|(key, value)| values[key.as_str()] = value.clone());
            let values = apollo_compiler::response::JsonValue::from(values);
            let values = values.as_object().expect("made above as an object");
            let id = values.get("id").and_then(|id| id.as_str()).expect("a seeded item has an id");
            let mut values = values.clone();
            values.retain(|_, value| !value.is_null());
            writer.put(CATALOGUE.model(model), id, &values)?;
        }
        Ok(())
    })
}
