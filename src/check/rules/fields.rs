//! Known keys: their types and values, what is required, what has a successor, and stamps.

use crate::check::collector::Collector;
use crate::check::fields::{FieldSpec, KEY_PATTERN, PROCESSOR_CLASSES, ValueKind, is_key, score_fields};
use crate::check::rule::Rule;
use crate::model::yaml::{Id, NodeShape, Tree};
use crate::model::yaml_scalars::{Reading, ruamel};
use crate::model::{line_of_entry, suggest};
use std::collections::BTreeSet;
use std::ops::Range;

/// Keys that are compared with those that are known; nobody writes more of them by hand, and to compare takes long.
const MOST_UNKNOWN: usize = 2_000;

/// Every rule about the top-level keys of a score.
pub fn check(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    types(tree, score, score_fields(), collector);
    required(tree, score, collector);
    key(tree, score, collector);
    external_ids(tree, score, collector);
    successors(tree, score, collector);
    misspelt(tree, score, score_fields(), &BTreeSet::new(), collector);
    stamps(tree, score, collector);
    processors(tree, score, collector);
}

/// Known keys have values of their kinds.
pub fn types(tree: &Tree<'_>, map: Id, fields: impl Iterator<Item = &'static FieldSpec>, collector: &mut Collector<'_>) {
    for field in fields {
        let Some(value) = tree.get(map, field.key) else { continue };
        let kind = kind(tree, value);
        // A name without a value is missing, which has its own rule.
        let is_empty = kind == Some(ValueKind::Null) && field.key == "name";
        if !is_empty && !kind.is_some_and(|kind| field.kinds.contains(&kind)) {
            wrong_type(tree, field, value, collector);
        }
        if let Some(text) = tree.text_of(value)
            && kind == Some(ValueKind::Text)
            && !field.values.is_empty()
            && !field.values.contains(&text)
        {
            let (list, at) = (field.values.join(", "), tree.node(value).span.clone());
            collector.add(Rule::BadValue, at, format!("{} cannot be {text:?}", field.key), format!("write one of {list}"));
        }
    }
}

fn kind(tree: &Tree<'_>, id: Id) -> Option<ValueKind> {
    match &tree.node(tree.target(id)).shape {
        NodeShape::Scalar { value, plain: true, .. } => ValueKind::of(&ruamel(value)),
        NodeShape::Scalar { .. } => Some(ValueKind::Text),
        NodeShape::Sequence(_) => Some(ValueKind::List),
        NodeShape::Mapping(_) => Some(ValueKind::Map),
        NodeShape::Alias(_) => None,
    }
}

fn wrong_type(tree: &Tree<'_>, field: &FieldSpec, value: Id, collector: &mut Collector<'_>) {
    let words: Vec<&str> = field.kinds.iter().filter(|kind| **kind != ValueKind::Null).map(|kind| kind.word()).collect();
    let message = format!("{} must be {}", field.key, words.join(" or "));
    let at = tree.node(value).span.clone();
    let is_meant = kind(tree, value).is_some_and(|kind| kind != ValueKind::Null) && field.kinds.contains(&ValueKind::Text);
    match tree.plain(value).filter(|text| is_meant && is_quotable(text)) {
        Some(text) => quote(tree, value, text, Rule::WrongType, message, collector),
        None => collector.add(Rule::WrongType, at, message, format!("make it {}", words.join(" or "))),
    }
}

/// A plain `text` to be put into quotes, which is done where no other place means this very value: there a number may be meant.
/// What is part of a value that other places mean is quoted where the runtime reads a text already, which it is there as well.
pub fn quote(tree: &Tree<'_>, id: Id, text: &str, rule: Rule, message: String, collector: &mut Collector<'_>) {
    let (at, quoted) = (tree.node(id).span.clone(), format!("\"{text}\""));
    let fix = format!("quote it: {quoted}");
    let is_read_as_text = || ruamel(text) == Reading::Text;
    if tree.is_shared(id) || (!is_read_as_text() && collector.wants(rule) && is_part_of_shared(tree, id)) {
        collector.add(rule, at, message, fix);
    } else {
        collector.add_fixable(rule, at, message, fix, quoted);
    }
}

/// It is part of something that has an anchor, so that other places mean it with that (`*name`, `<<: *name`).
fn is_part_of_shared(tree: &Tree<'_>, id: Id) -> bool {
    let start = tree.node(id).span.start;
    tree.nodes().take(id).any(|(around, node)| node.span.contains(&start) && tree.is_shared(around))
}

/// A plain word that means the same text between double quotes.
pub fn is_quotable(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-_.:~<=".contains(&byte))
}

fn required(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    let has = |key: &str| {
        tree.get(score, key).is_some_and(|value| match tree.text_of(value) {
            Some(text) => !text.trim().is_empty() && kind(tree, value) != Some(ValueKind::Null),
            None => true,
        })
    };
    let at = |key: &str| tree.entry(score, key).map_or_else(|| first_line(tree, score), |(key, _)| tree.node(key).span.clone());
    if !has("name") {
        collector.add(Rule::MissingName, at("name"), "the score has no name", "add `name: …` with the score's name");
    }
    if !has("class") {
        collector.add(Rule::MissingClass, at("class"), "the score has no class", "add `class: …`, such as LangGraphScore");
    }
}

/// The first key, which stands for the whole mapping.
fn first_line(tree: &Tree<'_>, map: Id) -> Range<usize> {
    let start = tree.node(map).span.start;
    tree.pairs(map).and_then(<[_]>::first).map_or(start..start, |(key, _)| tree.node(*key).span.clone())
}

fn key(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    let Some(value) = tree.get(score, "key") else { return };
    if let Some(text) = tree.text_of(value).filter(|text| !is_key(text) && kind(tree, value) == Some(ValueKind::Text)) {
        let fix = format!("use only a-z, 0-9, _ and - ({KEY_PATTERN})");
        collector.add(Rule::BadKey, tree.node(value).span.clone(), format!("{text:?} cannot be a key"), fix);
    }
}

fn external_ids(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    let text = |key| tree.get(score, key).and_then(|value| Some((value, tree.text_of(value)?)));
    if let (Some((_, camel)), Some((id, snake))) = (text("externalId"), text("external_id"))
        && camel != snake
    {
        let message = format!("externalId is {camel:?}, external_id is {snake:?}");
        collector.add(Rule::ExternalIds, tree.node(id).span.clone(), message, "keep one of the two");
    }
}

fn successors(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    if let Some((key, _)) = tree.entry(score, "tactus_code") {
        let at = tree.node(key).span.clone();
        if tree.get(score, "code").is_some() {
            collector.add(Rule::DeprecatedKey, at, "tactus_code and code are both set", "keep only `code`");
            return;
        }
        let (message, fix) = ("tactus_code was replaced by code", "rename it to `code`");
        match tree.is_shared(key) || is_part_of_shared(tree, key) {
            true => collector.add(Rule::DeprecatedKey, at, message, fix),
            false => collector.add_fixable(Rule::DeprecatedKey, at, message, fix, "code"),
        }
    }
}

/// No key of a mapping is one of the known keys that it lacks, with a letter wrong; keys that are spared are none.
pub fn misspelt(
    tree: &Tree<'_>,
    map: Id,
    fields: impl Iterator<Item = &'static FieldSpec>,
    spared: &BTreeSet<&str>,
    collector: &mut Collector<'_>,
) {
    let known: Vec<&str> = fields.map(|field| field.key).collect();
    let missing: Vec<&str> = known.iter().copied().filter(|key| tree.get(map, key).is_none()).collect();
    let unknown = |key: &(Id, Id)| {
        tree.text_of(key.0).filter(|text| !known.contains(text) && !spared.contains(text)).map(|text| (key.0, text))
    };
    for (key, text) in tree.pairs(map).unwrap_or_default().iter().filter_map(unknown).take(MOST_UNKNOWN) {
        if let Some(meant) = suggest(text, missing.iter().copied()) {
            let message = format!("{text} is not a key that Plexus knows");
            collector.add(Rule::Misspelt, tree.node(key).span.clone(), message, format!("did you mean `{meant}`?"));
        }
    }
}

/// Lines that other tools stamp into files. They never travel to the dashboard; only whole lines can be cut.
fn stamps(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    for &(key, value) in tree.pairs(score).unwrap_or_default() {
        let Some(name @ ("version" | "parent")) = tree.plain(key) else { continue };
        let Some(line) = stamp_line(tree, key, value) else { continue };
        let message = format!("a {name} stamp of another tool");
        collector.add_line(Rule::Stamp, line, message, "remove the line; it is never sent to the dashboard");
    }
}

/// The line of a one-line scalar entry, if it starts there. What another place means by an anchor stays.
fn stamp_line(tree: &Tree<'_>, key: Id, value: Id) -> Option<Range<usize>> {
    tree.scalar(value)?;
    let (key, value) = (tree.node(key).span.clone(), tree.node(value).span.clone());
    let anchored = tree.text[key.start..value.start.max(key.start)].contains('&');
    line_of_entry(tree.text, key, value).filter(|_| !anchored)
}

fn processors(tree: &Tree<'_>, score: Id, collector: &mut Collector<'_>) {
    list_of_processors(tree, score, collector);
    for section in ["item", "data"] {
        let Some(map) = tree.get(score, section) else { continue };
        list_of_processors(tree, map, collector);
        if let Some((key, _)) = tree.entry(map, "processors").filter(|_| section == "data") {
            let at = tree.node(key).span.clone();
            collector.add(
                Rule::LegacyProcessors,
                at,
                "processors under data are the old way",
                "move them to `item: processors:`",
            );
        }
    }
}

fn list_of_processors(tree: &Tree<'_>, map: Id, collector: &mut Collector<'_>) {
    let Some(list) = tree.get(map, "processors").filter(|list| kind(tree, *list) != Some(ValueKind::Null)) else { return };
    let Some(items) = tree.items(list) else {
        return collector.add(Rule::Processors, tree.node(list).span.clone(), "processors must be a list", "write `- class: …`");
    };
    for &item in items {
        let at = tree.node(item).span.clone();
        let Some(class) = tree.get(item, "class") else {
            collector.add(Rule::Processors, at, "a processor has no class", "write it as `- class: …`");
            continue;
        };
        if let Some(name) = tree.text_of(class).filter(|name| !PROCESSOR_CLASSES.contains(name)) {
            unknown_class(tree, class, name, "processor", PROCESSOR_CLASSES.iter().copied(), collector);
        }
    }
}

/// A class that is not in the list of those that are known.
pub fn unknown_class(
    tree: &Tree<'_>,
    class: Id,
    name: &str,
    what: &str,
    mut known: impl Iterator<Item = &'static str> + Clone,
    collector: &mut Collector<'_>,
) {
    let fix = match suggest(name, known.clone()) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("use a {what} class that Plexus has, such as {}", known.next().unwrap_or_default()),
    };
    collector.add(Rule::UnknownClass, tree.node(class).span.clone(), format!("{name} is not a known {what} class"), fix);
}
