//! YAML syntax, duplicate keys and leftover merge markers, each with its place.

use super::lines::place;
use crate::model::yaml::{Defect, Tree};
use crate::model::{DocKind, Fault, canonical};

/// The first thing that keeps a document from being pushed: no text where one is needed, what [`syntax`] finds, and YAML that has
/// no keys, as a file of comments, or a note that was saved under a score's name.
pub fn unpushable(kind: DocKind, text: &str) -> Option<Fault> {
    if kind != DocKind::Guidelines && canonical(kind, text).is_empty() {
        return Some(Fault::emptied(kind));
    }
    markers(kind, text).or_else(|| if kind.is_yaml() { keyless(kind, text) } else { None })
}

/// The first thing that is wrong with a document's syntax: merge markers in any kind, YAML in code and data sources.
pub fn syntax(kind: DocKind, text: &str) -> Option<Fault> {
    markers(kind, text).or_else(|| if kind.is_yaml() { yaml(kind, text) } else { None })
}

/// A line that `resolve --merge`, git or another merge tool left: a start, a middle and an end, in this order. One that
/// `resolve` wrote is enough: somebody saved before all of them were gone.
pub fn markers(kind: DocKind, text: &str) -> Option<Fault> {
    let lines = || text.lines().enumerate();
    if let Some((own, _)) = lines().find(|(_, line)| is_own_marker(line)) {
        return Some(Fault::unfinished_merge(kind, own + 1));
    }
    let starts = |marker: &'static str| move |(_, line): &(usize, &str)| is_marker(line, marker);
    let (start, _) = lines().find(starts("<<<<<<<"))?;
    let (middle, _) = lines().skip(start).find(|(_, line)| *line == "=======")?;
    lines().skip(middle).find(starts(">>>>>>>"))?;
    Some(Fault::unfinished_merge(kind, start + 1))
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// As `engine/verbs/resolve` labels it: with a side and, but for the file's, the start of a version's id.
fn is_own_marker(line: &str) -> bool {
    let labelled = |marker: &str, sides: &[&str]| {
        let label = line.strip_prefix(marker).and_then(|rest| rest.strip_prefix(' '));
        let version = label.and_then(|label| sides.iter().find_map(|side| label.strip_prefix(side)?.strip_prefix(' ')));
        version.is_some_and(|version| !version.is_empty() && !version.contains(' '))
    };
    line == "<<<<<<< local" || labelled("|||||||", &["base"]) || labelled(">>>>>>>", &["champion", "version"])
}

fn yaml(kind: DocKind, text: &str) -> Option<Fault> {
    let (_, defects) = Tree::read(text);
    first(kind, text, defects)
}

fn keyless(kind: DocKind, text: &str) -> Option<Fault> {
    let (tree, defects) = Tree::read(text);
    let has_keys = || tree.root().is_some_and(|root| tree.pairs(root).is_some());
    first(kind, text, defects).or_else(|| (!has_keys()).then(|| Fault::keyless(kind)))
}

fn first(kind: DocKind, text: &str, defects: Vec<Defect>) -> Option<Fault> {
    defects.into_iter().next().map(|defect| {
        let (line, column) = place(text, defect.at);
        Fault::new(kind, line, column, defect.message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Option<(usize, usize)> {
        syntax(DocKind::Code, text).map(|fault| (fault.line, fault.column))
    }

    #[test]
    fn good_documents_have_no_fault() {
        for good in [
            "",
            "name: A\n",
            "a: &x {b: 1}\nc: *x\n",
            "<<: {a: 1}\nb: 2\n",
            "p: |\n  =======\n",
            "- a: 1\n- a: 1\n",
            "---\na: 1\n",
        ] {
            assert_eq!(syntax(DocKind::Code, good), None, "{good:?}");
        }
        assert_eq!(syntax(DocKind::Guidelines, "Title\n=======\na: [\n"), None);
    }

    #[test]
    fn faults_have_their_place() {
        assert!(place("a: 1\nb: [1,\nc: 2\n").is_some_and(|(line, _)| line >= 2));
        assert_eq!(place("a: 1\nb: 2\na: 3\n"), Some((3, 1)));
        assert_eq!(place("x:\n  b: 2\n  b: 3\n"), Some((3, 3)));
        assert_eq!(place("a: 1\n---\nb: 2\n"), Some((2, 1)));
        assert_eq!(place("a: 1\n<<<<<<< local\nb: 2\n=======\nb: 3\n>>>>>>> remote\n"), Some((2, 1)));
        assert!(place(&"[".repeat(100_000)).is_some());
        for left in ["<<<<<<< local", "||||||| base 41e2348a", ">>>>>>> champion 7d8153af", ">>>>>>> version 7d8153af"] {
            assert_eq!(place(&format!("a: 1\n{left}\nb: 2\n")), Some((2, 1)), "{left}");
        }
        for text in ["<<<<<<< locally", ">>>>>>> champion", ">>>>>>> quoted", ">>>>>>> champion of the day", "|||||||"] {
            assert_eq!(syntax(DocKind::Guidelines, text), None, "{text}");
        }
    }

    #[test]
    fn code_without_a_text_is_not_pushed() {
        // Stamps are no text of a score.
        for emptied in ["", "\u{feff}\r\n", "version: v1\n"] {
            assert_eq!(unpushable(DocKind::Code, emptied), Some(Fault::emptied(DocKind::Code)), "{emptied:?}");
        }
        for keyless in ["# todo\n", "hello\n", "- name: A\n", "null\n"] {
            assert_eq!(unpushable(DocKind::Code, keyless), Some(Fault::keyless(DocKind::Code)), "{keyless:?}");
        }
        assert_eq!((unpushable(DocKind::Code, "name: A\n"), unpushable(DocKind::Guidelines, "")), (None, None));
    }
}
