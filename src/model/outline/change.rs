//! What one version of a document changes against another, by the names of its parts.

use super::part::{Part, PartShape};
use super::path::Path;
use super::read::Outline;
use crate::model::document::DocKind;
use crate::model::reformatted::is_same_document;
use std::fmt;

/// The most parts that are named in a sentence.
const MOST_NAMED: usize = 6;
/// The longest path that is written whole, in characters.
const MOST_PATH: usize = 120;

/// A part that is not in both versions, or says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartChange {
    /// It is new.
    Added(String),
    /// It says something else.
    Changed(String),
    /// It is gone.
    Removed(String),
}

/// What a document's new text changes. Written out it is short: at most six parts are named, the others counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocChange {
    /// These parts: first what there is, in the order of the new text, then what is gone.
    Parts(Vec<PartChange>),
    /// The parts are the same, in another order.
    Order,
    /// Comments, and maybe how values are written.
    Layout,
    /// Code that says the same and is only written in another way.
    Reformatted,
    /// There was no such document, or an empty one.
    New,
    /// There is no such document any more, or an empty one.
    Gone,
    /// One of the texts cannot be taken apart.
    Unclear,
}

/// What `new` changes against `old`, two texts as they travel.
pub fn change(kind: DocKind, old: &str, new: &str) -> DocChange {
    match (old.trim().is_empty(), new.trim().is_empty()) {
        (true, false) => return DocChange::New,
        (false, true) => return DocChange::Gone,
        _ if kind.is_yaml() && is_same_document(old, new) => return DocChange::Reformatted,
        _ => {}
    }
    let (Some(before), Some(after)) = (Outline::read(kind, old), Outline::read(kind, new)) else { return DocChange::Unclear };
    if before.root.shape != after.root.shape {
        return DocChange::Unclear;
    }
    let mut comparison = Comparison { kind, found: Vec::new(), gone: Vec::new() };
    comparison.compare(&before.root, &after.root, &Path::default());
    comparison.found.append(&mut comparison.gone);
    if !comparison.found.is_empty() {
        return DocChange::Parts(comparison.found);
    }
    let paths = |outline: &Outline<'_>| outline.parts().into_iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>();
    if paths(&before) == paths(&after) { DocChange::Layout } else { DocChange::Order }
}

struct Comparison {
    kind: DocKind,
    found: Vec<PartChange>,
    gone: Vec<PartChange>,
}

impl Comparison {
    fn compare(&mut self, old: &Part, new: &Part, path: &Path<'_>) {
        let renumbered = new.shape == PartShape::Numbered && old.parts.len() != new.parts.len();
        if old.shape != new.shape || renumbered || old.meaning != new.meaning {
            self.found.push(PartChange::Changed(self.name(path)));
        }
        if old.shape != new.shape || renumbered {
            return;
        }
        let (before, after) = (old.by_name(), new.by_name());
        for part in &new.parts {
            let path = path.join(&part.name);
            match before.get(part.name.as_str()) {
                Some(other) => self.compare(other, part, &path),
                None => self.found.push(PartChange::Added(self.name(&path))),
            }
        }
        for part in old.parts.iter().filter(|part| !after.contains_key(part.name.as_str())) {
            let name = self.name(&path.join(&part.name));
            self.gone.push(PartChange::Removed(name));
        }
    }

    /// A key with what leads to it, a section by its heading alone.
    fn name(&self, path: &Path<'_>) -> String {
        if self.kind.is_yaml() {
            ending(path.to_string())
        } else if path.is_empty() {
            "the beginning".to_owned()
        } else {
            path.last().to_string()
        }
    }
}

/// The end of a long path says most.
fn ending(path: String) -> String {
    let length = path.chars().count();
    if length <= MOST_PATH { path } else { std::iter::once('…').chain(path.chars().skip(length + 1 - MOST_PATH)).collect() }
}

impl fmt::Display for PartChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(name) => write!(f, "+{name}"),
            Self::Changed(name) => f.write_str(name),
            Self::Removed(name) => write!(f, "-{name}"),
        }
    }
}

impl fmt::Display for DocChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parts(parts) => {
                let shown: Vec<String> = parts.iter().take(MOST_NAMED).map(PartChange::to_string).collect();
                f.write_str(&shown.join(", "))?;
                match parts.len().saturating_sub(MOST_NAMED) {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
            Self::Order => f.write_str("order"),
            Self::Layout => f.write_str("comments and layout"),
            Self::Reformatted => f.write_str("reformatted"),
            Self::New => f.write_str("new"),
            Self::Gone => f.write_str("removed"),
            Self::Unclear => f.write_str("changed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(old: &str, new: &str) -> String {
        change(DocKind::Code, old, new).to_string()
    }

    #[test]
    fn keys_are_named_by_their_path() {
        let old = "name: A\ngraph:\n- class: C\n  system_message: |\n    hi\nvalid_classes: [Yes, No]\nold: 1\n";
        let new = "name: A\ngraph:\n- class: C\n  system_message: |\n    hello\nvalid_classes: [Yes]\nnew: {a: 1}\n";
        assert_eq!(code(old, new), "graph[0].system_message, valid_classes, +new, -old");
        let named = "graph:\n- name: a\n  x: 1\n- name: b\n  x: 1\n";
        assert_eq!(code(named, "graph:\n- name: b\n  x: 2\n- name: c\n"), "graph[b].x, +graph[c], -graph[a]");
        assert_eq!(code("l:\n- a: 1\n", "l:\n- b: 1\n- a: 1\n"), "l");
        assert_eq!(code("a: 1\n", "a:\n  b: 1\n"), "a");
    }

    #[test]
    fn sections_are_named_by_their_heading() {
        let of = |old: &str, new: &str| change(DocKind::Guidelines, old, new).to_string();
        let old = "# Tone\n\n## Classes\n- Yes\n\n## Conditions for No\nx\n";
        assert_eq!(of(old, &old.replace("x\n", "y\n## More\n")), "Conditions for No, +More");
        assert_eq!(of("a\n# T\n", "b\n# T\n"), "the beginning");
        assert_eq!(
            (of("", old), of(old, " \n"), of("a\n\nb\n", "a\nb\n")),
            ("new".into(), "removed".into(), "comments and layout".into())
        );
    }

    #[test]
    fn what_has_no_name_has_a_word() {
        assert_eq!(code("a: 1\nb: 2\n", "# why\na: 1\nb:   2\n"), "comments and layout");
        assert_eq!(code("a: 1\nb: x\n", "a:   1\n\nb: 'x'\n"), "reformatted");
        assert_eq!(code("a: 1\nb: 2\n", "b: 2\na: 1\n"), "order");
        assert_eq!(code("a: 1\n", "a: [\n"), "changed");
        assert_eq!(code("- a\n", "- b\n"), "changed");
    }

    #[test]
    fn many_parts_are_counted() {
        let of = |value: u8| (0..20).map(|n| format!("k{n}: {value}\n")).collect::<String>();
        assert_eq!(code(&of(1), &of(2)), "k0, k1, k2, k3, k4, k5 and 14 more");
        let deep = |value: u8| {
            (0..60).map(|n| format!("{}key{n}:\n", " ".repeat(n))).collect::<String>()
                + &format!("{}x: {value}\n", " ".repeat(60))
        };
        let told = code(&deep(1), &deep(2));
        assert!(told.chars().count() == 120 && told.starts_with('…') && told.ends_with("key58.key59.x"), "{told}");
    }
}
