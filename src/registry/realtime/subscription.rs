//! [`Subscription`]: a validated document, and the payload that it makes of an event.
//!
//! An event has the fields that its mutation selected and no other. A field that is missing is null, and a null that the
//! schema forbids takes everything around it away, up to the whole event, which is sent all the same.

use std::cell::Cell;

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::{JsonMap, JsonValue, serde_json_bytes};
use serde_json::{Value, json};

use super::frames;
use crate::registry::budget::Budget;
use crate::registry::catalogue::Catalogue;
use crate::registry::errors::{self, FieldRefusal};
use crate::registry::events::MutationEvent;
use crate::registry::filter;
use crate::registry::request::{Documents, Prepared, RequestBody, RequestRefusal, prepare};
use crate::registry::write;

/// A subscription that was accepted.
pub(super) struct Subscription {
    catalogue: &'static Catalogue,
    prepared: Prepared,
}

impl Subscription {
    /// Validates the document; what is wrong comes back as the service's errors.
    pub fn new(catalogue: &'static Catalogue, documents: &Documents, request: &RequestBody) -> Result<Self, Vec<Value>> {
        let prepared = prepare(catalogue, documents, request).map_err(RequestRefusal::into_errors)?;
        if prepared.operation.is_subscription() {
            Ok(Self { catalogue, prepared })
        } else {
            Err(vec![frames::error("UnsupportedOperation", "only subscriptions are served over a socket")])
        }
    }

    /// The payload for an event; none if the event is not for this subscription.
    pub fn payload(&self, event: &MutationEvent) -> Option<Value> {
        let field = self.prepared.operation.root_fields(&self.prepared.document).next()?;
        if !self.catalogue.mutations_of(&field.name).contains(&event.mutation) {
            return None;
        }
        let selected = serde_json_bytes::serde_json::from_value(event.selected.clone()).ok()?;
        let root = EventObject { selected, filtered_out: Cell::new(false), budget: Budget::default() };
        let response = self.prepared.execution(&self.catalogue.schema).execute_sync(&root).ok()?;
        if root.filtered_out.get() {
            return None;
        }
        if let Some(refusal) = root.budget.refusal() {
            return Some(json!({ "data": null, "errors": [refusal] }));
        }
        let mut payload = json!({ "data": response.data });
        if !response.errors.is_empty() {
            payload["errors"] = response.errors.iter().map(errors::reshape).collect();
        }
        Some(payload)
    }
}

/// `Subscription`, for one event.
struct EventObject {
    selected: JsonMap,
    filtered_out: Cell<bool>,
    /// What the payload may still cost: a document can ask for one field under thousands of names.
    budget: Budget,
}

impl ObjectValue for EventObject {
    fn type_name(&self) -> &str {
        "Subscription"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let filter = info.arguments().get("filter").and_then(JsonValue::as_object);
        if filter.is_some_and(|filter| !filter::matches(filter, &self.selected)) {
            self.filtered_out.set(true);
            return Ok(ResolvedValue::null());
        }
        Ok(ResolvedValue::object(SelectedObject {
            type_name: info.field_definition().ty.inner_named_type(),
            values: &self.selected,
            budget: &self.budget,
        }))
    }
}

/// An object as a mutation selected it.
struct SelectedObject<'a> {
    type_name: &'a str,
    values: &'a JsonMap,
    budget: &'a Budget,
}

impl ObjectValue for SelectedObject<'_> {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let (definition, budget) = (info.field_definition(), self.budget);
        if !budget.place() {
            return Ok(ResolvedValue::null());
        }
        let type_name = definition.ty.inner_named_type().as_str();
        let resolve = move |value: &'a JsonValue| match value {
            JsonValue::Object(values) => ResolvedValue::object(SelectedObject { type_name, values, budget }),
            value if budget.read(write::size(value)) => ResolvedValue::Leaf(value.clone()),
            _ => ResolvedValue::null(),
        };
        match self.values.get(info.field_name()) {
            _ if definition.directives.has("aws_cognito_user_pools") => {
                Err(FieldRefusal::denied(info.field_name(), self.type_name).into())
            }
            None | Some(JsonValue::Null) if definition.ty.is_non_null() => {
                Err(FieldRefusal::forbidden_null(type_name, self.type_name).into())
            }
            None => Ok(ResolvedValue::null()),
            Some(JsonValue::Array(items)) => {
                Ok(ResolvedValue::list(items.iter().take_while(move |_| budget.place()).map(resolve)))
            }
            Some(value) => Ok(resolve(value)),
        }
    }
}
