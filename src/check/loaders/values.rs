//! Whether a document's nodes become Python values, as the constructors of PyYAML and ruamel.yaml make them.

use super::construct::{CORE, Kind, Scalar, scalar};
use super::loader::{LoadError, Loader};
use crate::model::yaml::{Id, NodeShape, Tree};
use std::collections::{HashMap, HashSet};

const QUOTE: &str = "quote it if a text is meant";

/// Everything in `tree` that `loader` can make no value of.
pub fn check(tree: &Tree<'_>, loader: Loader) -> Vec<LoadError> {
    let kinds = tree.nodes().map(|(id, _)| kind(tree, id, loader)).collect();
    let mut values = Constructor { tree, loader, kinds, free: HashSet::new(), errors: Vec::new() };
    for (id, node) in tree.nodes() {
        match values.kinds[id] {
            Kind::OrderedMap | Kind::Pairs => values.pairs(id),
            Kind::Map | Kind::Set if matches!(node.shape, NodeShape::Mapping(_)) => values.mapping(id),
            _ => {}
        }
    }
    for (id, node) in tree.nodes() {
        // Most nodes are texts, and every text can be loaded.
        if !(values.kinds[id] == Kind::Str && matches!(node.shape, NodeShape::Scalar { .. } | NodeShape::Alias(_))) {
            values.node(id);
        }
    }
    values.errors
}

/// What a node becomes; an alias has no tag of its own.
fn kind(tree: &Tree<'_>, id: Id, loader: Loader) -> Kind {
    match (&tree.node(id).shape, tree.tag(id)) {
        (_, Some(tag)) if tag != "!" => Kind::of_tag(tag),
        (NodeShape::Scalar { value, plain, .. }, tag) if *plain || tag.is_some() => Kind::of_plain(value, loader),
        (NodeShape::Scalar { .. } | NodeShape::Alias(_), _) => Kind::Str,
        (NodeShape::Sequence(_), _) => Kind::Seq,
        (NodeShape::Mapping(_), _) => Kind::Map,
    }
}

struct Constructor<'t, 'a> {
    tree: &'t Tree<'a>,
    loader: Loader,
    /// What each node becomes.
    kinds: Vec<Kind>,
    /// Nodes that no value is made of: merge keys, and what stands behind them.
    free: HashSet<Id>,
    errors: Vec<LoadError>,
}

impl Constructor<'_, '_> {
    fn refuse(&mut self, id: Id, what: impl Into<String>, fix: impl Into<String>) {
        let span = &self.tree.node(id).span;
        self.errors.push(LoadError { at: span.start, end: span.end, what: what.into().into(), fix: fix.into().into() });
    }

    /// A scalar as it is written.
    fn shown(&self, id: Id) -> &str {
        match self.tree.source(id).trim_end() {
            "" => "(empty)",
            source => source,
        }
    }

    fn node(&mut self, id: Id) {
        if self.free.contains(&id) {
            return;
        }
        let (tree, kind) = (self.tree, self.kinds[id]);
        match (&tree.node(id).shape, kind) {
            (NodeShape::Alias(_), _) => {}
            (_, Kind::Unknown) => {
                let tag = tree.tag(id).unwrap_or_default().replace(CORE, "!!");
                self.refuse(id, format!("the tag {tag}"), "remove the tag, or quote the text that begins with `!`");
            }
            (_, Kind::Merge | Kind::Default) => self.refuse(id, format!("`{}` as a value", self.shown(id)), "quote it"),
            (NodeShape::Scalar { value, .. }, kind) if is_scalar(kind) => {
                if scalar(kind, value, self.loader).is_none() {
                    let what = match kind {
                        Kind::Timestamp => format!("{}, a date that does not exist", self.shown(id)),
                        Kind::Int | Kind::Float => format!("{}, which is not a number", self.shown(id)),
                        _ => format!("{}, which its tag does not fit", self.shown(id)),
                    };
                    self.refuse(id, what, QUOTE);
                }
            }
            (NodeShape::Sequence(_), Kind::Seq | Kind::OrderedMap | Kind::Pairs) => {}
            (NodeShape::Mapping(_), Kind::Map | Kind::Set) => {}
            (NodeShape::Mapping(pairs), kind)
                if is_scalar(kind) && pairs.iter().any(|(key, _)| self.kinds[*key] == Kind::Default) => {}
            _ => self.refuse(id, "a tag that does not fit its value", "remove the tag"),
        }
    }

    /// The items of `!!omap` and `!!pairs` have one key each, which is not merged.
    fn pairs(&mut self, id: Id) {
        let mut keys: HashSet<Scalar> = HashSet::new();
        for &item in self.tree.items(id).unwrap_or_default() {
            match self.tree.pairs(item) {
                Some(&[(key, _)]) => {
                    let is_twice = self.key_value(key).is_some_and(|value| !keys.insert(value));
                    if is_twice && self.kinds[id] == Kind::OrderedMap && self.loader == Loader::Ruamel {
                        self.refuse(key, "a key that is there before", "remove one of them");
                    }
                }
                _ => self.refuse(item, "an item that is not a mapping with one key", "write it as `- key: value`"),
            }
        }
    }

    fn mapping(&mut self, map: Id) {
        let mut has_merged = false;
        let pairs = self.tree.node(map).pairs();
        for &(key, value) in pairs {
            if self.kinds[self.tree.target(key)] == Kind::Merge {
                self.free.insert(key);
                if has_merged && self.loader == Loader::Ruamel {
                    self.refuse(key, "a second `<<`", "write one `<<` with a list: `<<: [*a, *b]`");
                }
                has_merged |= self.merge(value);
            } else {
                if self.kinds[key] == Kind::Default {
                    self.free.insert(key);
                }
                self.key(key);
            }
        }
        // ruamel.yaml does not look for equal keys where others are merged in.
        if self.loader == Loader::Ruamel && !has_merged {
            self.equal_keys(pairs);
        }
    }

    /// Keys that are one value. Whoever reads the syntax sees texts that are there twice, so there must be another kind.
    fn equal_keys(&mut self, pairs: &[(Id, Id)]) {
        let is_text = |&(key, _): &(Id, Id)| self.kinds[key] == Kind::Str && key == self.tree.target(key);
        if pairs.iter().all(is_text) {
            return;
        }
        let mut keys: HashMap<Scalar, Id> = HashMap::new();
        for &(key, _) in pairs {
            let Some(value) = self.key_value(key) else { continue };
            if let Some(first) = keys.insert(value, key) {
                let what = format!("the key {}, which equals {}", self.shown(key), self.shown(first));
                self.refuse(key, what, "remove one of them, or quote it if a text is meant");
            }
        }
    }

    /// What stands behind `<<`: a mapping or a list of some. Whether it has any keys.
    fn merge(&mut self, value: Id) -> bool {
        let tree = self.tree;
        if value == tree.target(value) {
            self.free.insert(value);
        }
        let fix = "write a mapping or an alias of one behind `<<`, or quote the key";
        if let Some(items) = tree.items(value) {
            let mut is_some = false;
            for &item in items {
                match tree.pairs(item) {
                    Some(pairs) => is_some |= !pairs.is_empty(),
                    None => self.refuse(item, "a list of something other than mappings behind `<<`", fix),
                }
                self.free.insert(item);
            }
            return is_some;
        }
        match tree.pairs(value) {
            Some(pairs) => !pairs.is_empty(),
            None => {
                self.refuse(value, "a value other than a mapping behind `<<`", fix);
                false
            }
        }
    }

    fn key(&mut self, key: Id) {
        let (tree, target) = (self.tree, self.tree.target(key));
        let is_simple = |id: &Id| matches!(tree.node(tree.target(*id)).shape, NodeShape::Scalar { .. });
        match (&tree.node(target).shape, self.loader, self.kinds[target]) {
            (NodeShape::Scalar { .. } | NodeShape::Alias(_), ..) => {}
            (NodeShape::Sequence(items), Loader::Ruamel, Kind::Seq) if items.iter().all(is_simple) => {}
            (NodeShape::Sequence(_), Loader::Ruamel, Kind::Pairs) => {}
            (NodeShape::Sequence(_), ..) => self.refuse(key, "a list as a key", "quote it if a text is meant"),
            (NodeShape::Mapping(_), ..) => {
                self.refuse(key, "a mapping as a key", "quote the text if `{` begins one, as in \"{{ text }}\"");
            }
        }
    }

    /// What a key becomes; none for others than scalars, and for what is no value.
    fn key_value(&self, key: Id) -> Option<Scalar> {
        let target = self.tree.target(key);
        let NodeShape::Scalar { value, .. } = &self.tree.node(target).shape else { return None };
        match self.kinds[target] {
            Kind::Default => Some(Scalar::Text(value.to_string())),
            kind => scalar(kind, value, self.loader),
        }
    }
}

fn is_scalar(kind: Kind) -> bool {
    matches!(kind, Kind::Null | Kind::Bool | Kind::Int | Kind::Float | Kind::Binary | Kind::Timestamp | Kind::Str)
}
