//! Which files have to be written, moved or removed so that a score's files say what was decided.

use super::types::{FileMove, FileWrite, NewBase, Removal, ScoreProblem};
use crate::model::{Content, DocKind, Expect, LocalFile, RelPath, ScoreSides, Snapshot, SourceText, Style};
use std::borrow::Cow;
use std::sync::Arc;

/// Writes that make the files say `wanted`, code first. A guidelines file that is not there is made only if
/// `with_new_guidelines`.
pub(super) fn writes(sides: &ScoreSides, wanted: &Snapshot, with_new_guidelines: bool) -> Result<Vec<FileWrite>, ScoreProblem> {
    let code = write(sides, &wanted.code)?;
    let is_missing = sides.local.guidelines.file().is_none();
    let guidelines = match &wanted.guidelines {
        Some(content) if is_missing && (content.is_empty() || !with_new_guidelines) => None,
        Some(content) => write(sides, content)?,
        None => None,
    };
    Ok(code.into_iter().chain(guidelines).collect())
}

/// The write of one file, in its own style, if it does not say `wanted` yet.
fn write(sides: &ScoreSides, wanted: &Content) -> Result<Option<FileWrite>, ScoreProblem> {
    let kind = wanted.kind;
    let file = sides.local.get(kind).file();
    if file.is_some_and(|file| file.content == *wanted) {
        return Ok(None);
    }
    let style = file.map_or(Style::default(), |file| file.style);
    let text = shared(wanted)?;
    // A text in plain style is left as it is.
    let text = match style.dress(text) {
        Cow::Borrowed(_) => text.clone(),
        Cow::Owned(dressed) => dressed.into(),
    };
    Ok(Some(FileWrite { kind, path: sides.paths.get(kind).clone(), text, expect: file.map_or(Expect::Absent, expect) }))
}

impl NewBase {
    /// The same base with what the files say beside it, once what is written of them is there.
    pub fn leaving(mut self, sides: &ScoreSides, written: impl Fn(DocKind) -> Option<Content>) -> Self {
        let content = |kind| written(kind).or_else(|| sides.local.get(kind).file().map(|file| file.content.clone()));
        let local = content(self.docs.code.kind).map(|code| Snapshot { code, guidelines: content(DocKind::Guidelines) });
        self.local = local.filter(|local| self.docs.changes_to(local).any()).map(Box::new);
        self
    }
}

/// The text of a content, which observing should have read.
pub(super) fn text(content: &Content) -> Result<&str, ScoreProblem> {
    shared(content).map(|text| &**text)
}

fn shared(content: &Content) -> Result<&Arc<str>, ScoreProblem> {
    content.text.as_ref().map(SourceText::shared).ok_or(ScoreProblem::UnreadText(content.kind))
}

/// Moves of the files that are there, after a rename.
pub(super) fn moves(sides: &ScoreSides) -> Vec<FileMove> {
    let Some(from) = &sides.local.found_at else { return Vec::new() };
    let move_of = |(kind, to): (DocKind, &RelPath)| {
        let from = from.get(kind);
        let file = sides.local.get(kind).file().filter(|_| from != to)?;
        Some(FileMove { from: from.clone(), to: to.clone(), expect: expect(file) })
    };
    sides.paths.documents().filter_map(move_of).collect()
}

/// Removals of the files that are there.
pub(super) fn removals(sides: &ScoreSides) -> Vec<Removal> {
    let removal = |(kind, path): (DocKind, &RelPath)| {
        let file = sides.local.get(kind).file()?;
        Some(Removal { path: path.clone(), expect: expect(file) })
    };
    sides.files_at().documents().filter_map(removal).collect()
}

fn expect(file: &LocalFile) -> Expect {
    Expect::Bytes(file.raw)
}
