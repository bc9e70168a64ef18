//! The API's schema: the models of `fixtures/schema.graphql`, and everything that Amplify makes of a model by rule.
//!
//! | of each model | comes |
//! |---|---|
//! | its type | with the key and the two times, and relations that are read in pages |
//! | queries | `get<Model>`, `list<Model>s`, and one for each index, named after its keys |
//! | mutations | `create<Model>`, `update<Model>`, `delete<Model>`, each with a condition |
//! | subscriptions | `onCreate<Model>`, `onUpdate<Model>`, `onDelete<Model>` |
//! | inputs | of the mutations, of filters and conditions, of composite keys; and the type of a page |
//!
//! It is text made from text: nobody needs the parts, and the whole can be read with an introspection query.

use std::fmt::Display;

use apollo_compiler::ast::{Definition, Directive, Document, FieldDefinition, ObjectTypeDefinition, Type, Value};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};

const MODELS: &str = include_str!("../fixtures/schema.graphql");
/// What the service fills in itself.
const STAMPS: [&str; 2] = ["createdAt", "updatedAt"];
const PAGING: &str = "limit: Int, nextToken: String";

/// Which models there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Those that the service has today.
    Current,
    /// Those besides that it had once, as older deployments do.
    WithRetired,
}

/// The schema of the service.
///
/// # Panics
/// If the file is no schema, which the tests that use it would tell.
pub fn schema(extent: Extent) -> Valid<Schema> {
    Schema::parse_and_validate(expanded(MODELS, extent), "schema.graphql").expect("the checked-in schema is valid")
}

/// The whole schema that Amplify makes of these models.
fn expanded(models: &str, extent: Extent) -> String {
    let models = Document::parse(models, "schema.graphql").expect("the checked-in schema can be parsed");
    let is_retired = |definition: &&Definition| extent == Extent::Current && definition.directives().has("retired");
    let (retired, there): (Vec<&Definition>, Vec<&Definition>) = models.definitions.iter().partition(is_retired);
    let retired: Vec<&str> = retired.into_iter().filter_map(|definition| Some(definition.name()?.as_str())).collect();
    let mut text = SchemaText::default();
    for definition in there {
        match definition {
            Definition::ObjectTypeDefinition(object) if object.directives.has("model") => {
                text.add(&ModelText::read(object, &retired));
            }
            other => text.types += &format!("{other}\n"),
        }
    }
    text.joined()
}

/// The schema, as far as it is written.
#[derive(Default)]
struct SchemaText {
    types: String,
    queries: Vec<String>,
    mutations: Vec<String>,
    subscriptions: Vec<String>,
}

impl SchemaText {
    fn add(&mut self, model: &ModelText<'_>) {
        self.types.extend([model.object(), model.page(), model.inputs(), model.conditions(), model.composite_keys()]);
        self.queries.extend(model.queries());
        self.mutations.extend(["create", "update", "delete"].map(|verb| model.mutation(verb)));
        self.subscriptions.extend(["create", "update", "delete"].map(|verb| model.subscription(verb)));
    }

    fn joined(self) -> String {
        let roots = [("Query", self.queries), ("Mutation", self.mutations), ("Subscription", self.subscriptions)];
        self.types + &roots.map(|(name, fields)| block("type", name, fields)).concat()
    }
}

/// A model as the file declares it, and what is written of it.
struct ModelText<'a> {
    object: &'a ObjectTypeDefinition,
    name: &'a str,
    /// The attributes that are an item's key.
    key: Vec<&'a str>,
    indexes: Vec<IndexText<'a>>,
    /// What an item holds, its key and times included.
    attributes: Vec<Attribute<'a>>,
    /// What it finds of other models.
    relations: Vec<&'a FieldDefinition>,
}

struct Attribute<'a> {
    name: &'a str,
    ty: Type,
    /// Whether it can be written.
    declared: bool,
}

struct IndexText<'a> {
    directive: &'a Directive,
    key: &'a str,
    sort: Vec<&'a str>,
}

impl<'a> ModelText<'a> {
    fn read(object: &'a ObjectTypeDefinition, retired: &[&str]) -> Self {
        let model = object.directives.get("model").expect("it is one");
        let given = texts(model, "key");
        let key = if given.is_empty() { vec!["id"] } else { given };
        let fields =
            object.fields.iter().map(AsRef::as_ref).filter(|field| !retired.contains(&field.ty.inner_named_type().as_str()));
        let (relations, fields): (Vec<&FieldDefinition>, Vec<_>) = fields.partition(|field| is_relation(field));
        let declared: Vec<_> =
            fields.iter().map(|field| Attribute { name: &field.name, ty: field.ty.clone(), declared: true }).collect();
        let is_missing = |name: &&str| !declared.iter().any(|attribute| attribute.name == *name);
        let id =
            key.iter().filter(|name| **name == "id").map(|name| Attribute { name, ty: named("ID").non_null(), declared: true });
        let stamps = STAMPS.into_iter().filter(is_missing);
        let stamps: Vec<_> =
            stamps.map(|name| Attribute { name, ty: named("AWSDateTime").non_null(), declared: false }).collect();
        let indexes = object.directives.get_all("index").map(|directive| IndexText::read(directive)).collect();
        Self { object, name: &object.name, relations, indexes, attributes: id.chain(declared).chain(stamps).collect(), key }
    }

    fn object(&self) -> String {
        let attributes = self.attributes.iter().map(Attribute::as_declared);
        let relations = self.relations.iter().map(|field| relation(field));
        let described = self.object.description.as_ref().map(|text| format!("\"\"\"{text}\"\"\"\n")).unwrap_or_default();
        described + &block("type", &format!("{}{}", self.name, spaced(&self.object.directives.0)), attributes.chain(relations))
    }

    fn page(&self) -> String {
        block(
            "type",
            &format!("Model{}Connection", self.name),
            [format!("items: [{}]!", self.name), "nextToken: String".to_owned()],
        )
    }

    fn queries(&self) -> Vec<String> {
        let name = self.name;
        let filter = format!("filter: Model{name}FilterInput");
        let keys = self.keyed().map(Attribute::as_declared).collect::<Vec<_>>().join(", ");
        let get = format!("get{name}({keys}): {name}");
        let list = format!("list{name}s({}{filter}, {PAGING}): Model{name}Connection", self.key_arguments());
        let by_index = self.indexes.iter().map(|index| {
            let key = format!("{}: {}!", index.key, self.type_of(index.key));
            let range = self.range(&index.sort, &capitalised(&index.name()));
            let arguments = format!("{key}, {range}sortDirection: ModelSortDirection, {filter}, {PAGING}");
            format!("list{name}{}({arguments}): Model{name}Connection {}", index.keys_in_words(), index.directive)
        });
        [get, list].into_iter().chain(by_index).collect()
    }

    /// The arguments by which a list goes by a key of its own, with the comma behind them.
    fn key_arguments(&self) -> String {
        let [partition, sort @ ..] = self.key.as_slice() else { return String::new() };
        if sort.is_empty() {
            return String::new();
        }
        format!("{partition}: {}, {}sortDirection: ModelSortDirection, ", self.type_of(partition), self.range(sort, "Primary"))
    }

    /// The argument that limits a sort key, with the comma behind it; nothing where there is no sort key.
    fn range(&self, sort: &[&str], index: &str) -> String {
        match sort {
            [] => String::new(),
            [one] => format!("{one}: Model{}KeyConditionInput, ", operand(&self.type_of(one))),
            [first, rest @ ..] => {
                let argument = rest.iter().fold((*first).to_owned(), |name, part| name + &capitalised(part));
                format!("{argument}: Model{}{index}CompositeKeyConditionInput, ", self.name)
            }
        }
    }

    fn mutation(&self, verb: &str) -> String {
        let name = self.name;
        let input = format!("input: {}{name}Input!, condition: Model{name}ConditionInput", capitalised(verb));
        format!("{verb}{name}({input}): {name}")
    }

    fn subscription(&self, verb: &str) -> String {
        let name = self.name;
        let filter = format!("filter: ModelSubscription{name}FilterInput");
        format!("on{}{name}({filter}): {name} @aws_subscribe(mutations: [\"{verb}{name}\"])", capitalised(verb))
    }

    fn inputs(&self) -> String {
        let written = || self.attributes.iter().filter(|attribute| attribute.declared);
        let filled = |name: &str| name == "id" || STAMPS.contains(&name);
        let create = written().map(|one| if filled(one.name) { one.optional() } else { one.as_declared() });
        let update = written().map(|one| if self.key.contains(&one.name) { one.as_declared() } else { one.optional() });
        let delete = self.keyed().map(Attribute::as_declared);
        let of = |verb: &str, fields: Vec<String>| block("input", &format!("{verb}{}Input", self.name), fields);
        of("Create", create.collect()) + &of("Update", update.collect()) + &of("Delete", delete.collect())
    }

    /// The inputs of filters, of conditions and of filters of subscriptions.
    fn conditions(&self) -> String {
        let name = self.name;
        let compared = |one: &Attribute<'_>| format!("{}: Model{}Input", one.name, operand(one.ty.inner_named_type()));
        let heard =
            |one: &Attribute<'_>| format!("{}: ModelSubscription{}Input", one.name, heard_operand(one.ty.inner_named_type()));
        let of = |input: String, fields: Vec<String>, joins: &[&str]| {
            let joins =
                joins.iter().map(|join| if *join == "not" { format!("not: {input}") } else { format!("{join}: [{input}]") });
            block("input", &input, fields.into_iter().chain(joins))
        };
        let all = || self.attributes.iter();
        let but_key = all().filter(|one| !self.key.contains(&one.name));
        of(format!("Model{name}FilterInput"), all().map(compared).collect(), &["and", "or", "not"])
            + &of(format!("Model{name}ConditionInput"), but_key.map(compared).collect(), &["and", "or", "not"])
            + &of(format!("ModelSubscription{name}FilterInput"), all().map(heard).collect(), &["and", "or"])
    }

    fn composite_keys(&self) -> String {
        let composite = self.indexes.iter().filter(|index| index.sort.len() > 1);
        let inputs = composite.map(|index| {
            let key = format!("Model{}{}CompositeKey", self.name, capitalised(&index.name()));
            let operators = ["eq", "le", "lt", "ge", "gt", "beginsWith"].map(|operator| format!("{operator}: {key}Input"));
            let operators = operators.into_iter().chain([format!("between: [{key}Input]")]);
            let parts = index.sort.iter().map(|part| format!("{part}: {}", self.type_of(part)));
            block("input", &format!("{key}ConditionInput"), operators) + &block("input", &format!("{key}Input"), parts)
        });
        inputs.collect()
    }

    /// The attributes of the key.
    fn keyed(&self) -> impl Iterator<Item = &Attribute<'a>> {
        self.attributes.iter().filter(|attribute| self.key.contains(&attribute.name))
    }

    /// The scalar of an attribute.
    fn type_of(&self, name: &str) -> String {
        let attribute = self.attributes.iter().find(|attribute| attribute.name == name);
        let attribute = attribute.unwrap_or_else(|| panic!("{}: there is no attribute {name}", self.name));
        attribute.ty.inner_named_type().to_string()
    }
}

impl<'a> IndexText<'a> {
    fn read(directive: &'a Directive) -> Self {
        let key = directive.specified_argument_by_name("key").and_then(|key| key.as_str()).expect("an index has a key");
        Self { directive, key, sort: texts(directive, "sort") }
    }

    /// The service's name for it.
    fn name(&self) -> String {
        let given = self.directive.specified_argument_by_name("name").and_then(|name| name.as_str());
        given.map_or_else(|| format!("b{}", &self.keys_in_words()[1..]), str::to_owned)
    }

    /// `ByScoreIdAndCreatedAt`
    fn keys_in_words(&self) -> String {
        let parts: Vec<String> = [self.key].iter().chain(&self.sort).map(|part| capitalised(part)).collect();
        format!("By{}", parts.join("And"))
    }
}

impl Attribute<'_> {
    fn as_declared(&self) -> String {
        format!("{}: {}", self.name, self.ty)
    }

    fn optional(&self) -> String {
        format!("{}: {}", self.name, self.ty.clone().nullable())
    }
}

/// Relations are not stored, and neither is what only people can read.
fn is_relation(field: &FieldDefinition) -> bool {
    ["hasMany", "hasOne", "belongsTo", "aws_cognito_user_pools"].iter().any(|name| field.directives.has(name))
}

/// A relation as the service answers it: many items come in pages.
fn relation(field: &FieldDefinition) -> String {
    let (name, directives) = (&field.name, spaced(&field.directives.0));
    if !field.directives.has("hasMany") {
        return format!("{name}: {}{directives}", field.ty);
    }
    let other = field.ty.inner_named_type();
    let arguments = format!("filter: Model{other}FilterInput, sortDirection: ModelSortDirection, {PAGING}");
    format!("{name}({arguments}): Model{other}Connection{directives}")
}

/// The scalar whose operators compare values of a type; an enumeration has its own.
fn operand(scalar: &str) -> &str {
    if ["AWSDateTime", "AWSJSON"].contains(&scalar) { "String" } else { scalar }
}

/// The same for a subscriber's filter, which takes all but numbers and truth for text.
fn heard_operand(scalar: &str) -> &str {
    if ["ID", "Int", "Float", "Boolean"].contains(&scalar) { scalar } else { "String" }
}

fn block(kind: &str, name: &str, fields: impl IntoIterator<Item = String>) -> String {
    let fields: String = fields.into_iter().map(|field| format!("  {field}\n")).collect();
    format!("{kind} {name} {{\n{fields}}}\n\n")
}

fn spaced(directives: &[impl Display]) -> String {
    directives.iter().map(|directive| format!(" {directive}")).collect()
}

fn named(name: &str) -> Type {
    Type::Named(Name::new_unchecked(name))
}

fn texts<'a>(directive: &'a Directive, argument: &str) -> Vec<&'a str> {
    let values = directive.specified_argument_by_name(argument).and_then(|value| value.as_list()).unwrap_or_default();
    values.iter().filter_map(|value| Value::as_str(value)).collect()
}

/// `scoreId` as a part of a longer name: `ScoreId`.
pub fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
