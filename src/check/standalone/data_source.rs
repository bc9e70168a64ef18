//! A data source: which class loads it, and what the one for feedback takes. Other classes take what they like.

use super::scope::{self, KnownCatalog, SaidName};
use super::tables::{COUNTS, FEEDBACK_ITEMS, OTHER_WORDS, PARAMETERS, SAMPLING_MODES};
use crate::check::collector::Collector;
use crate::check::rule::Rule;
use crate::check::wellformed::is_wellformed;
use crate::model::suggest;
use crate::model::yaml::{Id, Tree};
use crate::model::yaml_scalars::{Reading, pyyaml};

/// The key of items that a program chose; such a source needs nothing else.
const CHOSEN: &str = "feedback_item_ids";
/// How many keys are compared with those that are known; a source has ten.
const MOST_UNKNOWN: usize = 100;

/// Every rule of data sources.
pub fn check(text: &str, known: KnownCatalog<'_>, collector: &mut Collector<'_>) {
    let (tree, defects) = Tree::read(text);
    if !is_wellformed(&tree, &defects, collector) {
        return;
    }
    let Some(map) = tree.root().filter(|root| tree.pairs(*root).is_some()) else {
        return collector.add(Rule::NotAMapping, 0..0, "a data source is a mapping from keys to values", "begin with `class: …`");
    };
    let Some((class, parameters)) = class(&tree, map, collector) else { return };
    let name = tree.text_of(class).unwrap_or_default();
    if name.rsplit('.').next() == Some(FEEDBACK_ITEMS) {
        FeedbackSource { tree: &tree, class, parameters }.check(known, collector);
    }
}

/// The class, and the mapping with its parameters: both under `data`, if that is there, else at the top.
fn class(tree: &Tree<'_>, map: Id, collector: &mut Collector<'_>) -> Option<(Id, Id)> {
    let data = tree.entry(map, "data").filter(|(_, data)| !is_nothing(tree, *data));
    if let Some((key, data)) = data.filter(|(_, data)| tree.pairs(*data).is_none()) {
        let at = tree.node(if tree.items(data).is_some() { key } else { data }).span.clone();
        collector.add(Rule::SourceClass, at, "data must be a mapping", "write `class: …` below it");
        return None;
    }
    let section = data.map_or(map, |(_, data)| data);
    let entry = tree.entry(section, "class");
    let class = entry.map(|(_, class)| class).filter(|class| !is_nothing(tree, *class) && tree.text_of(*class).is_some());
    let Some(class) = class else {
        let first = tree.pairs(map).and_then(<[_]>::first).map_or(map, |(key, _)| *key);
        let at = tree.node(entry.or(data).map_or(first, |(key, _)| key)).span.clone();
        collector.add(
            Rule::SourceClass,
            at,
            "there is no class that loads the data",
            "add `class: FeedbackItems`, or another one",
        );
        return None;
    };
    let parameters = if data.is_some() { tree.get(section, "parameters").unwrap_or(section) } else { map };
    Some((class, parameters))
}

/// Nothing is written there.
fn is_nothing(tree: &Tree<'_>, id: Id) -> bool {
    match tree.plain(tree.target(id)) {
        Some(text) => pyyaml(text) == Reading::Null,
        None => tree.text_of(id).is_some_and(|text| text.trim().is_empty()),
    }
}

/// A source that draws from feedback.
struct FeedbackSource<'t> {
    tree: &'t Tree<'t>,
    class: Id,
    parameters: Id,
}

impl FeedbackSource<'_> {
    fn check(&self, known: KnownCatalog<'_>, collector: &mut Collector<'_>) {
        if self.value(CHOSEN).is_none() {
            for key in ["scorecard", "score"] {
                self.required(key, collector);
            }
        }
        for key in COUNTS {
            self.count(key, collector);
        }
        self.sampling(collector);
        self.misspelt(collector);
        scope::check(self.name("scorecard"), self.name("score"), known, collector);
    }

    /// The value of a key; none where nothing is written there.
    fn value(&self, key: &str) -> Option<Id> {
        self.tree.get(self.parameters, key).filter(|value| !is_nothing(self.tree, *value))
    }

    fn name(&self, key: &str) -> Option<SaidName<'_>> {
        let value = self.value(key)?;
        Some(SaidName { text: self.tree.text_of(value)?, at: self.tree.node(value).span.clone() })
    }

    fn required(&self, key: &str, collector: &mut Collector<'_>) {
        if self.name(key).is_none() {
            let at = self.tree.entry(self.parameters, key).map_or(self.class, |(key, _)| key);
            let fix = format!("add `{key}: …` with its name, key or id");
            collector.add(Rule::FeedbackItems, self.tree.node(at).span.clone(), format!("no {key} is given"), fix);
        }
    }

    fn count(&self, key: &str, collector: &mut Collector<'_>) {
        let Some(value) = self.value(key) else { return };
        if !self.tree.text_of(value).is_some_and(|text| is_count(text, self.tree.plain(self.tree.target(value)).is_some())) {
            let (at, fix) = (self.tree.node(value).span.clone(), "write a whole number of at least 1");
            collector.add(Rule::FeedbackItems, at, format!("{key} must be a positive whole number"), fix);
        }
    }

    fn sampling(&self, collector: &mut Collector<'_>) {
        let mode = self.value("sampling_mode");
        let word = mode.map(|mode| self.tree.text_of(mode).unwrap_or_default().trim().to_lowercase());
        if let (Some(mode), Some(word)) = (mode, &word)
            && !SAMPLING_MODES.contains(&word.as_str())
        {
            let fix = format!("write one of {}", SAMPLING_MODES.join(", "));
            let message = format!("sampling_mode cannot be {word:?}");
            return collector.add(Rule::FeedbackItems, self.tree.node(mode).span.clone(), message, fix);
        }
        if let Some((key, _)) = self.tree.entry(self.parameters, "sample_seed").filter(|(_, seed)| !is_nothing(self.tree, *seed))
            && word.as_deref() != Some("random")
        {
            let (at, fix) = (self.tree.node(key).span.clone(), "add `sampling_mode: random`, or remove the seed");
            collector.add(Rule::FeedbackItems, at, "a seed is of use only to random sampling", fix);
        }
    }

    /// The class passes over keys that it does not know.
    fn misspelt(&self, collector: &mut Collector<'_>) {
        let known = || PARAMETERS.iter().map(|field| field.key);
        let missing: Vec<&str> = known().filter(|key| self.tree.get(self.parameters, key).is_none()).collect();
        for (key, _) in self.tree.pairs(self.parameters).unwrap_or_default().iter().take(MOST_UNKNOWN) {
            let Some(text) = self.tree.text_of(*key).filter(|text| !known().any(|key| key == *text)) else { continue };
            let other =
                OTHER_WORDS.iter().find(|(word, meant)| *word == text && missing.contains(meant)).map(|(_, meant)| *meant);
            if let Some(meant) = other.or_else(|| suggest(text, missing.iter().copied())) {
                let at = self.tree.node(*key).span.clone();
                let message = format!("FeedbackItems does not take {text}");
                collector.add(Rule::MisspeltParameter, at, message, format!("did you mean `{meant}`?"));
            }
        }
    }
}

/// A whole number above 0. Plexus takes a text of one, too.
fn is_count(text: &str, is_plain: bool) -> bool {
    match pyyaml(text) {
        Reading::Int(number) => number > 0,
        Reading::Huge => true,
        Reading::Float => text.parse().is_ok_and(|number: f64| number > 0.0 && number.fract() == 0.0),
        _ => !is_plain && text.trim().parse().is_ok_and(|number: i128| number > 0),
    }
}
