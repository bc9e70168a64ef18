//! One line for what a version changes: `graph[0].system_message, valid_classes; guidelines: Conditions for No`.

use super::change::{DocChange, change};
use crate::model::document::{Content, DocKind, outgoing};
use crate::model::tree::Snapshot;
use std::fmt;

/// What becomes of the documents of a score that change, code first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary(pub Vec<(DocKind, DocChange)>);

impl Summary {
    /// From one version to the next; none is before the first. A document whose text is not there is merely "changed".
    pub fn between(old: Option<&Snapshot>, new: &Snapshot) -> Self {
        let kind = new.code.kind;
        let nothing = Snapshot { code: Content::of(kind, ""), guidelines: None };
        let old = old.unwrap_or(&nothing);
        let changes = old.changes_to(new);
        let code = changes.code.then_some((kind, Some(&old.code), Some(&new.code)));
        let guidelines = changes.guidelines.then_some((DocKind::Guidelines, old.guidelines.as_ref(), new.guidelines.as_ref()));
        let told = |(kind, old, new): (DocKind, Option<&Content>, Option<&Content>)| {
            let text = |side: Option<&Content>| match side {
                None => Some(String::new()),
                Some(content) => content.text.as_deref().map(|text| outgoing(kind, text).into_owned()),
            };
            (kind, text(old).zip(text(new)).map_or(DocChange::Unclear, |(old, new)| change(kind, &old, &new)))
        };
        Self(code.into_iter().chain(guidelines).map(told).collect())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (kind, change)) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            match (kind, change) {
                (DocKind::Guidelines, _) => write!(f, "{kind}: {change}")?,
                (_, DocChange::Parts(_)) => change.fmt(f)?,
                _ => write!(f, "{kind}: {change}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn docs(code: &str, guidelines: Option<&str>) -> Snapshot {
        Snapshot {
            code: Content::of(DocKind::Code, code),
            guidelines: guidelines.map(|text| Content::of(DocKind::Guidelines, text)),
        }
    }

    #[test]
    fn both_documents_are_told_apart() {
        let told = |old: Option<&Snapshot>, new: &Snapshot| Summary::between(old, new).to_string();
        let old = docs("graph:\n- system_message: hi\nversion: 1\n", Some("# T\n## A\na\n"));
        let new = docs("graph:\r\n- system_message: hello\r\nversion: 2\r\n", Some("# T\n## A\nb\n"));
        assert_eq!(told(Some(&old), &new), "graph[0].system_message; guidelines: A");
        assert_eq!(told(Some(&old), &docs("# c\ngraph:\n- system_message: hi\n", None)), "code: comments and layout");
        assert_eq!(told(None, &new), "code: new; guidelines: new");
        assert_eq!(told(Some(&docs("a: 1\n", Some("x\n"))), &docs("a: 1\n", Some(""))), "guidelines: removed");
    }

    #[test]
    fn a_text_that_was_not_read_is_merely_changed() {
        let mut old = docs("a: 1\n", None);
        old.code.text = None;
        assert_eq!(Summary::between(Some(&old), &docs("a: 2\n", None)).to_string(), "code: changed");
    }
}
