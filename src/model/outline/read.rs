//! A document taken apart: its text and its parts. How YAML and Markdown are taken apart is told in their own files.

use super::part::{Part, PartShape};
use super::path::Path;
use super::{markdown, yaml};
use crate::model::digest::Digest;
use crate::model::document::DocKind;
use crate::model::yaml::{Defect, Tree};
use std::collections::BTreeMap;

/// A document with its parts.
#[derive(Clone, Debug)]
pub struct Outline<'a> {
    /// The whole document.
    pub root: Part,
    /// Every part stands for itself, so that parts of several versions of the document can be put together: no two have one
    /// path, and there is no text whose end depends on what follows it.
    pub separable: bool,
    text: &'a str,
}

/// What a part consists of besides its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own<'a> {
    /// The bytes before its parts; all of them if it has none.
    pub head: &'a str,
    /// The bytes after its parts.
    pub tail: &'a str,
    /// See [`Part::meaning`].
    pub meaning: Digest,
    /// What it is made of.
    pub shape: PartShape,
    /// See [`Part::shared`].
    pub shared: bool,
}

impl<'a> Outline<'a> {
    /// The outline of `text` as it travels (LF, no byte-order mark); none for code that does not parse, has a key twice, or
    /// is not made of keys on lines of their own.
    pub fn read(kind: DocKind, text: &'a str) -> Option<Self> {
        if kind.is_yaml() {
            let (tree, defects) = Tree::read(text);
            return Self::of_yaml(&tree, &defects);
        }
        let (root, separable) = markdown::read(text);
        Some(Self { root, separable, text })
    }

    /// The outline of a YAML text that was read, with the defects that were found.
    pub fn of_yaml(tree: &Tree<'a>, defects: &[Defect]) -> Option<Self> {
        let (root, separable) = yaml::of_tree(tree, defects)?;
        Some(Self { root, separable, text: tree.text })
    }

    /// The bytes of a part.
    pub fn source(&self, part: &Part) -> &'a str {
        &self.text[part.span.clone()]
    }

    /// What a part consists of besides its parts.
    pub fn own(&self, part: &Part) -> Own<'a> {
        let (head, tail) = match (part.parts.first(), part.parts.last()) {
            (Some(first), Some(last)) => (first.span.start, last.span.end),
            _ => (part.span.end, part.span.end),
        };
        Own {
            head: &self.text[part.span.start..head],
            tail: &self.text[tail..part.span.end],
            meaning: part.meaning,
            shape: part.shape,
            shared: part.shared,
        }
    }

    /// Every part by its path, the document itself under the empty one.
    pub fn by_path(&self) -> BTreeMap<Path<'_>, Own<'a>> {
        self.parts().into_iter().map(|(path, part)| (path, self.own(part))).collect()
    }

    /// Every part with its path, in the order of the document, the document itself first.
    pub fn parts(&self) -> Vec<(Path<'_>, &Part)> {
        let mut found = vec![(Path::default(), &self.root)];
        let mut open = vec![(Path::default(), self.root.parts.iter())];
        while let Some((path, parts)) = open.last_mut() {
            let Some(part) = parts.next() else {
                open.pop();
                continue;
            };
            let path = path.join(&part.name);
            found.push((path.clone(), part));
            open.push((path, part.parts.iter()));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "# Who\nname: Tone\ngraph:\n  - name: polite # first\n    prompt: |\n      # Title\n      Hi\n\n    # how\n    \
                        model: {id: 1,\n      t: 2}\n  # odd\n  - name: loud\n    x: \"a\n      b\"\n  # after\nend: 1\n# the end\n";

    /// Every part as `path: "own bytes"`.
    fn told(kind: DocKind, text: &str) -> Vec<String> {
        let outline = Outline::read(kind, text).expect("an outline");
        let mut told = Vec::new();
        for (path, part) in outline.parts() {
            let own = outline.own(part);
            told.push(format!(
                "{path}: {:?}{}",
                own.head,
                if own.tail.is_empty() { String::new() } else { format!(" … {:?}", own.tail) }
            ));
        }
        told
    }

    #[test]
    fn keys_own_their_lines_and_the_comments_above() {
        insta::assert_snapshot!(told(DocKind::Code, CODE).join("\n"), @r##"
        : "" … "# the end\n"
        name: "# Who\nname: Tone\n"
        graph: "graph:\n" … "  # after\n"
        graph[polite]: "  - "
        graph[polite].name: "name: polite # first\n"
        graph[polite].prompt: "    prompt: |\n      # Title\n      Hi\n"
        graph[polite].model: "\n    # how\n    model: {id: 1,\n      t: 2}\n"
        graph[loud]: "  # odd\n  - "
        graph[loud].name: "name: loud\n"
        graph[loud].x: "    x: \"a\n      b\"\n"
        end: "end: 1\n"
        "##);
    }

    #[test]
    fn sections_nest_by_level_and_fences_hide_headings() {
        let text = "Intro\n# Tone\n\n## Classes\n- Yes\n```\n## no\n```\n### Deep\nx\n## Examples\ny\n";
        insta::assert_snapshot!(told(DocKind::Guidelines, text).join("\n"), @r####"
        : "Intro\n"
        Tone: "# Tone\n\n"
        Tone.Classes: "## Classes\n- Yes\n```\n## no\n```\n"
        Tone.Classes.Deep: "### Deep\nx\n"
        Tone.Examples: "## Examples\ny\n"
        "####);
    }

    #[test]
    fn what_cannot_be_taken_apart_is_whole_or_not_separable() {
        let read = |text: &str| Outline::read(DocKind::Code, text).map(|outline| outline.separable);
        for none in ["", "# only\n", "- a\n", "{a: 1}\n", "a: [\n", "a: 1\na: 2\n", "just text\n", "? a\n: 1\n", "--- {a: 1}\n"] {
            assert_eq!(read(none), None, "{none:?}");
        }
        assert_eq!(read("a: |+\n  x\n\nb: 1\n"), Some(false));
        assert_eq!(told(DocKind::Code, "---\na:\n- - x\n- {b: 1}\nc: {d: 1}\n").len(), 3);
        assert_eq!(told(DocKind::Code, "a:\n- b: 1\n- b: 2\n")[2], "a[0]: \"- \"");
        let twice = Outline::read(DocKind::Guidelines, "# A\n# A\n").expect("an outline");
        assert!(!twice.separable && twice.root.parts[1].name == "A (2)");
    }

    #[test]
    fn anchors_and_aliases_share_what_they_hold() {
        let outline = Outline::read(DocKind::Code, "d: &d\n  t: 1\ng:\n- <<: *d\n  x: 1\nl: [*d]\nz: 1\n").expect("an outline");
        let shared = outline.parts().into_iter().filter(|(_, part)| part.shared).map(|(path, _)| path.to_string());
        assert_eq!(shared.collect::<Vec<_>>(), ["d", "d.t", "g[0].<<", "l"]);
    }

    #[test]
    fn comments_and_layout_have_no_meaning_and_quotes_have() {
        let meanings = |text: &str| -> Vec<Digest> {
            let outline = Outline::read(DocKind::Code, text).expect("an outline");
            outline.parts().into_iter().map(|(_, part)| part.meaning).collect()
        };
        assert_eq!(meanings("a: [1, 2]\nb:\n  c: x\n"), meanings("# c\na: [1,\n  2] # d\n\nb: # e\n    c:   x\n"));
        assert_ne!(meanings("a: Yes\n"), meanings("a: \"Yes\"\n"));
        assert_ne!(meanings("a: 1\n"), meanings("a: 2\n"));
    }
}
