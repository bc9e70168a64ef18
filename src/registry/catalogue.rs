//! The one table of models, read from the schema: what is stored, by which keys it is found, and what each
//! root field does.
//!
//! No other file of the server names a model. This one executes and stores nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use apollo_compiler::Schema;
use apollo_compiler::ast::{Directive, FieldDefinition, Value};
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::schema::{ExtendedType, ObjectType};
use apollo_compiler::validation::Valid;

use crate::schema::{Extent, capitalised, schema};

/// Each is parsed once a process; every registry shares it.
static CURRENT: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(schema(Extent::Current)));
static WITH_RETIRED: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(schema(Extent::WithRetired)));

/// The schema and what its directives say.
pub(super) struct Catalogue {
    pub schema: Valid<Schema>,
    models: BTreeMap<String, Model>,
    root_fields: HashMap<String, RootField>,
    subscriptions: HashMap<String, Vec<String>>,
}

/// One stored type.
pub(super) struct Model {
    pub name: String,
    /// The type of its pages.
    pub connection: String,
    /// The attributes that are an item's key.
    pub key: Vec<String>,
    pub fields: HashMap<String, ModelField>,
    /// Keys that a query or a connection looks things up by.
    pub indexes: Vec<Index>,
}

/// How one field of a stored type is answered.
#[derive(Clone)]
pub(super) enum ModelField {
    /// A value of the item itself.
    Leaf { scalar: String, required: bool },
    /// The item of `model` whose id is in this item's `key`.
    BelongsTo { model: String, key: String },
    /// The first item of `model` whose `index.key` is this item's id.
    HasOne { model: String, index: Index },
    /// The items of `model` whose `index.key` is this item's id.
    HasMany { model: String, index: Index },
    /// Refused to an API key.
    Denied,
}

/// A partition key and the parts of the sort key (none, one, or a composite).
#[derive(Clone, PartialEq)]
pub(super) struct Index {
    pub key: String,
    pub sort: Vec<String>,
    /// Whether the sort key is a number; all other keys are texts.
    pub numeric: bool,
    /// The service's name for it, where it is not made of its keys.
    pub given_name: Option<String>,
    /// True for the indexes of root queries, whose keys the service checks when they are written.
    pub queried: bool,
}

impl Index {
    /// The name of the range argument: `createdAt`, or `isFeaturedCreatedAt` for a composite.
    pub fn range_argument(&self) -> Option<String> {
        let mut parts = self.sort.iter();
        let first = parts.next()?.clone();
        Some(parts.fold(first, |name, part| name + &capitalised(part)))
    }

    /// The service's name for it, for messages.
    pub fn name(&self) -> String {
        if let Some(name) = &self.given_name {
            return name.clone();
        }
        let parts = std::iter::once(&self.key).chain(&self.sort);
        format!("by{}", parts.map(|part| capitalised(part)).collect::<Vec<_>>().join("And"))
    }
}

/// What a root field does, and to which model.
#[derive(Clone)]
pub(super) struct RootField {
    pub verb: RootVerb,
    pub model: String,
}

/// What a root field does.
#[derive(Clone)]
pub(super) enum RootVerb {
    Get,
    /// Every item, or, where the items have a key of several attributes, those that share its first.
    List(Option<Index>),
    Query(Index),
    Create,
    Update,
    Delete,
    Denied,
}

impl Catalogue {
    /// The one of these models.
    pub fn of(extent: Extent) -> &'static Self {
        match extent {
            Extent::Current => &CURRENT,
            Extent::WithRetired => &WITH_RETIRED,
        }
    }

    fn read(schema: Valid<Schema>) -> Self {
        let stored = schema.types.values().filter_map(ExtendedType::as_object);
        let mut models: BTreeMap<String, Model> = stored
            .filter(|object| object.directives.has("model"))
            .map(|object| (object.name.to_string(), read_model(&schema, object)))
            .collect();
        let mut root_fields = HashMap::new();
        for root in ["Query", "Mutation"] {
            let root = schema.get_object(root).expect("the schema has both roots");
            root_fields.extend(root.fields.iter().map(|(name, field)| (name.to_string(), read_root_field(&schema, field))));
        }
        collect_indexes(&mut models, &root_fields);
        let root = schema.get_object("Subscription").expect("the schema has all three roots");
        let subscriptions = root.fields.iter().map(|(name, field)| (name.to_string(), read_subscription(field))).collect();
        Self { schema, models, root_fields, subscriptions }
    }

    /// The model of that name; every name in the catalogue resolves.
    pub fn model(&self, name: &str) -> &Model {
        self.models.get(name).expect("the catalogue only names models of its own")
    }

    /// What the root field of that name does.
    pub fn root_field(&self, field: &str) -> Option<&RootField> {
        self.root_fields.get(field)
    }

    /// The mutations that the subscription of that name delivers.
    pub fn mutations_of(&self, subscription: &str) -> &[String] {
        self.subscriptions.get(subscription).map(Vec::as_slice).unwrap_or_default()
    }

    /// All models, in order of name.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.models.values()
    }
}

impl Model {
    /// Whether `field` is the partition key of an index that queries use.
    pub fn is_partition_key(&self, field: &str) -> bool {
        self.indexes.iter().any(|index| index.queried && index.key == field)
    }

    /// The index that queries use whose whole sort key is `field`, which is not a part of a composite one.
    pub fn sorted_by(&self, field: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.queried && index.sort == [field])
    }

    /// The text that an item is stored under: its `id`, or the attributes of its key together.
    pub fn row_id(&self, item: &JsonMap) -> String {
        let part = |name: &String| item.get(name.as_str()).and_then(JsonValue::as_str).unwrap_or_default();
        match self.key.as_slice() {
            [one] => part(one).to_owned(),
            several => JsonValue::from(several.iter().map(|name| part(name).into()).collect::<Vec<JsonValue>>()).to_string(),
        }
    }
}

fn read_model(schema: &Schema, object: &ObjectType) -> Model {
    let fields = object.fields.iter().map(|(name, field)| (name.to_string(), read_field(schema, field)));
    Model {
        name: object.name.to_string(),
        connection: format!("Model{}Connection", object.name),
        key: key(object),
        fields: fields.collect(),
        indexes: Vec::new(),
    }
}

fn read_field(schema: &Schema, field: &FieldDefinition) -> ModelField {
    let model = || item_type(schema, field);
    if let Some(directive) = field.directives.get("belongsTo") {
        return ModelField::BelongsTo { model: model(), key: text(directive, "key") };
    }
    let related =
        |directive| Index { key: text(directive, "key"), sort: Vec::new(), numeric: false, given_name: None, queried: false };
    if let Some(directive) = field.directives.get("hasMany") {
        return ModelField::HasMany { model: model(), index: related(directive) };
    }
    if let Some(directive) = field.directives.get("hasOne") {
        return ModelField::HasOne { model: model(), index: related(directive) };
    }
    if field.directives.has("aws_cognito_user_pools") {
        return ModelField::Denied;
    }
    ModelField::Leaf { scalar: field.ty.inner_named_type().to_string(), required: field.ty.is_non_null() }
}

fn read_root_field(schema: &Schema, field: &FieldDefinition) -> RootField {
    let model = item_type(schema, field);
    let verb = if let Some(directive) = field.directives.get("index") {
        let given_name = directive.specified_argument_by_name("name").and_then(|value| value.as_str()).map(str::to_owned);
        let numeric = field.arguments.iter().any(|argument| argument.ty.inner_named_type() == "ModelIntKeyConditionInput");
        RootVerb::Query(Index { key: text(directive, "key"), sort: texts(directive, "sort"), numeric, given_name, queried: true })
    } else if field.directives.has("aws_cognito_user_pools") {
        RootVerb::Denied
    } else {
        match field.name.split_at(field.name.find(char::is_uppercase).unwrap_or(0)).0 {
            "get" => RootVerb::Get,
            "list" => RootVerb::List(schema.get_object(&model).and_then(|object| primary_index(object))),
            "create" => RootVerb::Create,
            "update" => RootVerb::Update,
            "delete" => RootVerb::Delete,
            other => panic!("schema.graphql: no meaning for a root field that starts with {other:?}"),
        }
    };
    RootField { verb, model }
}

fn read_subscription(field: &FieldDefinition) -> Vec<String> {
    field.directives.get("aws_subscribe").map(|directive| texts(directive, "mutations")).unwrap_or_default()
}

/// The field's own type, or that of a connection's items.
fn item_type(schema: &Schema, field: &FieldDefinition) -> String {
    let named = field.ty.inner_named_type();
    let page = schema.get_object(named).filter(|object| !object.directives.has("model"));
    let items = page.and_then(|object| object.fields.get("items"));
    items.map_or(named, |items| items.ty.inner_named_type()).to_string()
}

fn collect_indexes(models: &mut BTreeMap<String, Model>, root_fields: &HashMap<String, RootField>) {
    let queried = root_fields.values().filter_map(|root_field| match &root_field.verb {
        RootVerb::Query(index) | RootVerb::List(Some(index)) => Some((root_field.model.clone(), index.clone())),
        _ => None,
    });
    let related = models.values().flat_map(|model| model.fields.values()).filter_map(|field| match field {
        ModelField::HasMany { model, index } | ModelField::HasOne { model, index } => Some((model.clone(), index.clone())),
        _ => None,
    });
    let found: Vec<(String, Index)> = queried.chain(related).collect();
    for (name, index) in found {
        let model = models.get_mut(&name).expect("an index is of a model");
        if !model.indexes.contains(&index) {
            model.indexes.push(index);
        }
    }
}

/// The attributes that are an item's key.
fn key(object: &ObjectType) -> Vec<String> {
    let given = object.directives.get("model").map(|directive| texts(directive, "key")).unwrap_or_default();
    if given.is_empty() { vec!["id".to_owned()] } else { given }
}

/// How items are found by the first attribute of a key of several.
fn primary_index(object: &ObjectType) -> Option<Index> {
    let mut key = key(object).into_iter();
    let (partition, sort): (_, Vec<String>) = (key.next()?, key.collect());
    let given_name = Some("primary".to_owned());
    (!sort.is_empty()).then_some(Index { key: partition, sort, numeric: false, given_name, queried: true })
}

fn text(directive: &Directive, argument: &str) -> String {
    let value = directive.specified_argument_by_name(argument).and_then(|value| value.as_str());
    value.expect("validation requires the argument").to_owned()
}

fn texts(directive: &Directive, argument: &str) -> Vec<String> {
    let values = directive.specified_argument_by_name(argument).and_then(|value| value.as_list()).unwrap_or_default();
    values.iter().filter_map(|value| Value::as_str(value)).map(str::to_owned).collect()
}
