//! Answers fields: three small objects (a root, an item, a connection) serve every type of the schema.
//!
//! It knows verbs and relations, not models; how rows are found is `page`'s and `store`'s.

use std::borrow::Cow;

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::{JsonMap, JsonValue};

use super::catalogue::{Catalogue, Field, Index, Model, Verb};
use super::errors::Refusal;
use super::faults::{Faults, Kind};
use super::store::Store;
use super::{Sources, page, scalars, write};

/// What one request is answered from.
pub(super) struct Session<'a> {
    pub catalogue: &'a Catalogue,
    pub store: &'a Store,
    pub sources: &'a Sources,
    pub faults: &'a Faults,
    /// The fault that this request took.
    pub fault: Option<&'a Kind>,
}

impl Session<'_> {
    fn refuse_rejected(&self, id: &str) -> Result<(), Refusal> {
        match self.fault {
            Some(Kind::Reject(rejected)) if rejected == id => {
                Err(Refusal::new("InternalFailure", format!("the fault script rejects {id}")))
            }
            _ => Ok(()),
        }
    }

    fn item(&self, model: &str, id: &str) -> Result<ResolvedValue<'_>, Refusal> {
        self.refuse_rejected(id)?;
        let model = self.catalogue.model(model);
        let item = self.store.get(model, id)?;
        Ok(ResolvedValue::nullable_object(item.map(|item| Item { session: self, model, values: Cow::Owned(item) })))
    }

    fn list(&self, model: &str, partition: Option<(&Index, &str)>, arguments: &JsonMap) -> Result<ResolvedValue<'_>, Refusal> {
        let model = self.catalogue.model(model);
        let mut page = page::read(self.store, model, partition, arguments, &self.faults.hidden(&model.name))?;
        if self.fault == Some(&Kind::Duplicate) {
            page.items.extend(page.items.first().cloned());
        }
        Ok(ResolvedValue::object(Connection { session: self, model, page }))
    }

    fn mutate(&self, verb: &Verb, model: &str, arguments: &JsonMap) -> Result<ResolvedValue<'_>, Refusal> {
        let model = self.catalogue.model(model);
        let id = arguments.get("input").and_then(|input| input.get("id")).and_then(JsonValue::as_str);
        self.refuse_rejected(id.unwrap_or_default())?;
        let item = write::mutate(self.store, self.sources, (verb, model), arguments)?;
        if let (Verb::Create, Some(Kind::Stale(lists))) = (verb, self.fault) {
            self.faults.hide(&model.name, text(&item, "id"), *lists);
        }
        Ok(ResolvedValue::object(Item { session: self, model, values: Cow::Owned(item) }))
    }
}

/// `Query` or `Mutation`.
pub(super) struct Root<'a> {
    pub session: &'a Session<'a>,
    pub type_name: &'a str,
}

impl ObjectValue for Root<'_> {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let Some(operation) = self.session.catalogue.operation(info.field_name()) else {
            return Err(self.unknown_field_error(info));
        };
        let (arguments, model) = (info.arguments(), operation.model.as_str());
        let resolved = match &operation.verb {
            Verb::Get => self.session.item(model, text(arguments, "id")),
            Verb::List => self.session.list(model, None, arguments),
            Verb::Query(index) => self.session.list(model, Some((index, text(arguments, &index.key))), arguments),
            Verb::Denied => Err(Refusal::denied(info.field_name(), self.type_name)),
            verb => self.session.mutate(verb, model, arguments),
        };
        Ok(resolved?)
    }
}

struct Item<'a> {
    session: &'a Session<'a>,
    model: &'a Model,
    values: Cow<'a, JsonMap>,
}

impl ObjectValue for Item<'_> {
    fn type_name(&self) -> &str {
        &self.model.name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let name = info.field_name();
        let resolved = match self.model.fields.get(name) {
            None => return Err(self.unknown_field_error(info)),
            Some(Field::Leaf { scalar, required }) => self.leaf(name, scalar, *required),
            Some(Field::Denied) => Err(Refusal::denied(name, &self.model.name)),
            Some(Field::BelongsTo { model, key }) => match text(&self.values, key) {
                "" => Ok(ResolvedValue::null()),
                id => self.session.item(model, id),
            },
            Some(Field::HasMany { model, index }) => {
                self.session.list(model, Some((index, text(&self.values, "id"))), info.arguments())
            }
        };
        Ok(resolved?)
    }
}

impl Item<'_> {
    fn leaf(&self, name: &str, scalar: &str, required: bool) -> Result<ResolvedValue<'_>, Refusal> {
        let value = self.values.get(name).map_or(JsonValue::Null, |value| scalars::answered(scalar, value));
        match value {
            JsonValue::Null if required => Err(Refusal::forbidden_null(scalar, &self.model.name)),
            JsonValue::Array(items) => Ok(ResolvedValue::list(items.into_iter().map(ResolvedValue::Leaf))),
            value => Ok(ResolvedValue::Leaf(value)),
        }
    }
}

struct Connection<'a> {
    session: &'a Session<'a>,
    model: &'a Model,
    page: page::Page,
}

impl ObjectValue for Connection<'_> {
    fn type_name(&self) -> &str {
        &self.model.connection
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let item = |values| Item { session: self.session, model: self.model, values: Cow::Borrowed(values) };
        match info.field_name() {
            "items" => Ok(ResolvedValue::list(self.page.items.iter().map(move |values| ResolvedValue::object(item(values))))),
            "nextToken" => Ok(ResolvedValue::leaf(self.page.next_token.clone())),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

fn text<'a>(values: &'a JsonMap, key: &str) -> &'a str {
    values.get(key).and_then(JsonValue::as_str).unwrap_or_default()
}
