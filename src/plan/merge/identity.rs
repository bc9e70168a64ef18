//! Whether a merge made two of one thing.
//!
//! Keys of a mapping, items of a list that have a name, key or id, members of lists that are sets, and headings are things:
//! no two of one parent are meant to be the same. Where both sides add one in different places, a merge by lines has both. A
//! thing that the base repeats (several headings "Example") is told apart by what it says. Looks at whole texts; knows
//! nothing of how they were merged.

use super::text::MergeText;
use crate::model::outline::{NAMING_KEYS, Part, SET_KEYS, heading};
use crate::model::yaml::{Id, NodeShape, Tree};
use std::collections::{HashMap, HashSet};

/// No parent in `merged` has a thing more often than a parent of that path has it in one of `texts`, which are base, ours and
/// theirs.
pub(super) fn keeps(texts: [&MergeText<'_>; 3], merged: &MergeText<'_>) -> bool {
    if texts.iter().any(|text| text.text == merged.text) {
        return true;
    }
    let mut paths = Paths::default();
    // Things that are told apart by what they say are the same less often.
    if paths.repeated(merged, &HashSet::new()).is_empty() {
        return true;
    }
    let repeated: HashSet<Thing> = paths.repeated(texts[0], &HashSet::new()).into_keys().collect();
    let before = texts.map(|text| paths.repeated(text, &repeated));
    let most = |thing: &Thing| before.iter().filter_map(|counts| counts.get(thing)).max().copied().unwrap_or(1);
    paths.repeated(merged, &repeated).iter().all(|(thing, count)| *count <= most(thing))
}

/// A thing by the names that lead to it.
type Thing = usize;
/// What a thing is in: another thing, or the whole text.
type Parent = Option<Thing>;

/// Numbers for paths, the same in every text.
#[derive(Default)]
struct Paths(HashMap<(Parent, String), Thing>);

impl Paths {
    /// The things that stand more than once in one parent, with how often at most. Those in `told_apart` are not the same
    /// unless they say the same.
    fn repeated(&mut self, text: &MergeText<'_>, told_apart: &HashSet<Thing>) -> HashMap<Thing, usize> {
        let mut census = Census { paths: self, told_apart, most: HashMap::new() };
        if text.kind.is_yaml() {
            census.yaml(text.tree());
        } else {
            census.sections(text);
        }
        census.most
    }

    fn join(&mut self, parent: Parent, name: &str) -> Thing {
        let next = self.0.len();
        *self.0.entry((parent, name.to_owned())).or_insert(next)
    }
}

/// How often each thing stands in one parent.
type Counts = HashMap<Thing, usize>;

struct Census<'p> {
    paths: &'p mut Paths,
    told_apart: &'p HashSet<Thing>,
    most: Counts,
}

impl Census<'_> {
    fn yaml(&mut self, tree: &Tree<'_>) {
        let mut open: Vec<(Id, Parent, bool)> = tree.root().map(|root| (root, None, false)).into_iter().collect();
        while let Some((node, parent, is_set)) = open.pop() {
            let mut counts = Counts::new();
            match &tree.node(node).shape {
                NodeShape::Mapping(pairs) => {
                    for &(key, value) in pairs {
                        let Some(name) = tree.text_of(key) else { continue };
                        let inside = self.count(&mut counts, parent, &format!(".{name}"), tree.source(value));
                        open.push((value, Some(inside), SET_KEYS.contains(&name)));
                    }
                }
                NodeShape::Sequence(items) => {
                    for &item in items {
                        let names = names(tree, item, is_set);
                        let things = names.iter().map(|name| self.count(&mut counts, parent, name, tree.source(item)));
                        let inside = things.last().unwrap_or_else(|| self.paths.join(parent, "[]"));
                        open.push((item, Some(inside), false));
                    }
                }
                NodeShape::Scalar { .. } | NodeShape::Alias(_) => {}
            }
            self.note(counts);
        }
    }

    fn sections(&mut self, text: &MergeText<'_>) {
        let Some(outline) = text.outline() else { return };
        let mut open: Vec<(&Part, Parent)> = vec![(&outline.root, None)];
        while let Some((part, parent)) = open.pop() {
            let mut counts = Counts::new();
            for section in &part.parts {
                let source = outline.source(section);
                let title = source.lines().next().and_then(heading).map_or("", |heading| heading.title);
                let inside = self.count(&mut counts, parent, title, source);
                open.push((section, Some(inside)));
            }
            self.note(counts);
        }
    }

    /// Counts a thing among those of its parent.
    fn count(&mut self, counts: &mut Counts, parent: Parent, name: &str, source: &str) -> Thing {
        let thing = self.paths.join(parent, name);
        let counted = if self.told_apart.contains(&thing) { self.paths.join(Some(thing), source.trim()) } else { thing };
        *counts.entry(counted).or_default() += 1;
        thing
    }

    fn note(&mut self, counts: Counts) {
        for (thing, count) in counts.into_iter().filter(|(_, count)| *count > 1) {
            let most = self.most.entry(thing).or_default();
            *most = count.max(*most);
        }
    }
}

/// What says which item of its list this one is.
fn names(tree: &Tree<'_>, item: Id, is_set: bool) -> Vec<String> {
    if is_set && let Some(text) = tree.text_of(item) {
        return vec![format!("={text}")];
    }
    let name = |key: &&str| Some(format!("{key}={}", tree.text_of(tree.get(item, key)?).filter(|name| !name.is_empty())?));
    NAMING_KEYS.iter().filter_map(name).collect()
}
