//! Answers fields: three small objects (a root, an item, a connection) serve every type of the schema.
//!
//! It knows verbs and relations, not models; `page` and `store` find the rows.

use std::borrow::Cow;
use std::ops::ControlFlow;

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::{JsonMap, JsonValue};

use super::budget::Budget;
use super::catalogue::{Catalogue, Index, Model, ModelField, RootVerb};
use super::errors::FieldRefusal;
use super::faults::{FaultKind, Faults};
use super::ids_and_clock::IdsAndClock;
use super::store::{IndexScan, Store};
use super::{page, scalars, write};

/// What one request is answered from.
pub(super) struct RequestContext<'a> {
    pub catalogue: &'a Catalogue,
    pub store: &'a Store,
    pub ids_and_clock: &'a IdsAndClock,
    pub faults: &'a Faults,
    /// The fault that this request took.
    pub fault: Option<&'a FaultKind>,
    /// What the request may still cost.
    pub budget: Budget,
}

impl RequestContext<'_> {
    fn refuse_rejected(&self, id: &str) -> Result<(), FieldRefusal> {
        match self.fault {
            Some(FaultKind::Reject(rejected)) if rejected == id => {
                Err(FieldRefusal::new("InternalFailure", format!("the fault script rejects {id}")))
            }
            _ => Ok(()),
        }
    }

    fn item(&self, model: &str, id: &str) -> Result<ResolvedValue<'_>, FieldRefusal> {
        self.refuse_rejected(id)?;
        if !self.budget.resolver() {
            return Ok(ResolvedValue::null());
        }
        let model = self.catalogue.model(model);
        let found = self.store.get(model, id)?;
        let item = found.map(|(size, item)| {
            self.budget.read(size);
            item
        });
        Ok(ResolvedValue::nullable_object(item.map(|item| ItemObject { context: self, model, values: Cow::Owned(item) })))
    }

    /// The first item that a relation finds, if there is one.
    fn first(&self, model: &str, index: &Index, key: &str) -> Result<ResolvedValue<'_>, FieldRefusal> {
        let mut id = None;
        let scan = IndexScan { partition: Some((index, key)), range: None, descending: false, after: None, rows: 1 };
        self.store.scan(self.catalogue.model(model), &scan, |row| {
            id = Some(row.position.1);
            ControlFlow::Break(())
        })?;
        id.map_or_else(|| Ok(ResolvedValue::null()), |id| self.item(model, &id))
    }

    /// All items, or those of one key's first attribute.
    fn list_by_key(&self, model: &str, primary: Option<&Index>, arguments: &JsonMap) -> Result<ResolvedValue<'_>, FieldRefusal> {
        let Some(index) = primary else { return self.list(model, None, arguments) };
        let given = |name: &str| arguments.get(name).filter(|value| !value.is_null());
        let range = index.range_argument().filter(|name| given(name).is_some());
        match (given(&index.key).and_then(JsonValue::as_str), range) {
            (None, Some(range)) => {
                let message = format!("When providing argument '{range}' you must also provide arguments {}", index.key);
                Err(FieldRefusal::new("InvalidArgumentsError", message))
            }
            (key, _) => self.list(model, key.map(|key| (index, key)), arguments),
        }
    }

    fn list(
        &self,
        model: &str,
        partition: Option<(&Index, &str)>,
        arguments: &JsonMap,
    ) -> Result<ResolvedValue<'_>, FieldRefusal> {
        if !self.budget.resolver() {
            return Ok(ResolvedValue::null());
        }
        let model = self.catalogue.model(model);
        let mut page = page::read(self.store, model, partition, arguments, &self.faults.hidden(&model.name))?;
        self.budget.read(page.examined);
        if self.fault == Some(&FaultKind::Duplicate) {
            page.items.extend(page.items.first().cloned());
        }
        Ok(ResolvedValue::object(ConnectionObject { context: self, model, page }))
    }

    fn mutate(&self, verb: &RootVerb, model: &str, arguments: &JsonMap) -> Result<ResolvedValue<'_>, FieldRefusal> {
        if !self.budget.resolver() {
            return Ok(ResolvedValue::null());
        }
        let model = self.catalogue.model(model);
        let input = arguments.get("input").and_then(JsonValue::as_object);
        let id = input.map(|input| model.row_id(input)).unwrap_or_default();
        self.refuse_rejected(&id)?;
        if let (RootVerb::Update, Some(FaultKind::Overtake(field))) = (verb, self.fault) {
            write::overtake(self.store, self.ids_and_clock, model, &id, field.as_deref())?;
        }
        let item = write::mutate(self.store, self.ids_and_clock, (verb, model), arguments)?;
        if let (RootVerb::Create, Some(FaultKind::Stale(lists))) = (verb, self.fault) {
            self.faults.hide(&model.name, &model.row_id(&item), *lists);
        }
        Ok(ResolvedValue::object(ItemObject { context: self, model, values: Cow::Owned(item) }))
    }
}

/// `Query` or `Mutation`.
pub(super) struct RootObject<'a> {
    pub context: &'a RequestContext<'a>,
    pub type_name: &'a str,
}

impl ObjectValue for RootObject<'_> {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let Some(root_field) = self.context.catalogue.root_field(info.field_name()) else {
            return Err(self.unknown_field_error(info));
        };
        let (arguments, model) = (info.arguments(), root_field.model.as_str());
        let resolved = match &root_field.verb {
            RootVerb::Get => self.context.item(model, &self.context.catalogue.model(model).row_id(arguments)),
            RootVerb::List(primary) => self.context.list_by_key(model, primary.as_ref(), arguments),
            RootVerb::Query(index) => self.context.list(model, Some((index, text(arguments, &index.key))), arguments),
            RootVerb::Denied => Err(FieldRefusal::denied(info.field_name(), self.type_name)),
            verb => self.context.mutate(verb, model, arguments),
        };
        Ok(resolved?)
    }
}

struct ItemObject<'a> {
    context: &'a RequestContext<'a>,
    model: &'a Model,
    values: Cow<'a, JsonMap>,
}

impl ObjectValue for ItemObject<'_> {
    fn type_name(&self) -> &str {
        &self.model.name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let name = info.field_name();
        if !self.context.budget.place() {
            return Ok(ResolvedValue::null());
        }
        let resolved = match self.model.fields.get(name) {
            None => return Err(self.unknown_field_error(info)),
            Some(ModelField::Leaf { scalar, required }) => self.leaf(name, scalar, *required),
            Some(ModelField::Denied) => Err(FieldRefusal::denied(name, &self.model.name)),
            Some(ModelField::BelongsTo { model, key }) => match text(&self.values, key) {
                "" => Ok(ResolvedValue::null()),
                id => self.context.item(model, id),
            },
            Some(ModelField::HasOne { model, index }) => self.context.first(model, index, text(&self.values, "id")),
            Some(ModelField::HasMany { model, index }) => {
                self.context.list(model, Some((index, text(&self.values, "id"))), info.arguments())
            }
        };
        Ok(resolved?)
    }
}

impl ItemObject<'_> {
    fn leaf(&self, name: &str, scalar: &str, required: bool) -> Result<ResolvedValue<'_>, FieldRefusal> {
        let kept = self.values.get(name).unwrap_or(&JsonValue::Null);
        if !self.context.budget.read(write::size(kept)) {
            return Ok(ResolvedValue::null());
        }
        let value = scalars::answered(scalar, kept);
        match value {
            JsonValue::Null if required => Err(FieldRefusal::forbidden_null(scalar, &self.model.name)),
            JsonValue::Array(items) => Ok(ResolvedValue::list(items.into_iter().map(ResolvedValue::Leaf))),
            value => Ok(ResolvedValue::Leaf(value)),
        }
    }
}

struct ConnectionObject<'a> {
    context: &'a RequestContext<'a>,
    model: &'a Model,
    page: page::ItemPage,
}

impl ObjectValue for ConnectionObject<'_> {
    fn type_name(&self) -> &str {
        &self.model.connection
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        if !self.context.budget.place() {
            return Ok(ResolvedValue::null());
        }
        let item = |values| ItemObject { context: self.context, model: self.model, values: Cow::Borrowed(values) };
        match info.field_name() {
            "items" => {
                let items = self.page.items.iter().take_while(|_| self.context.budget.place());
                Ok(ResolvedValue::list(items.map(move |values| ResolvedValue::object(item(values)))))
            }
            "nextToken" => {
                let token = self.page.next_token.as_deref().filter(|token| self.context.budget.read(token.len()));
                Ok(ResolvedValue::leaf(token))
            }
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

fn text<'a>(values: &'a JsonMap, key: &str) -> &'a str {
    values.get(key).and_then(JsonValue::as_str).unwrap_or_default()
}
