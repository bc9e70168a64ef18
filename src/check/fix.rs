//! Carries out the safe edits of findings. Everything outside of them stays byte for byte.

use super::finding::{Finding, Fix};
use super::syntax::syntax;
use crate::model::DocKind;

/// A text with edits carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedText {
    /// The new text.
    pub text: String,
    /// How many findings it ends.
    pub count: usize,
}

/// The text with every edit of its findings; none if there are none, or if the outcome would be worse.
///
/// `findings` must have been found in this very text; those of the other document are passed over. Of edits that overlap
/// the first one is carried out: run the check again for the others.
pub fn fix_text<'a>(kind: DocKind, text: &str, findings: impl IntoIterator<Item = &'a Finding>) -> Option<FixedText> {
    let mut edits: Vec<&Fix> =
        findings.into_iter().filter(|one| one.kind == kind).filter_map(|one| one.fix_text.as_ref()).collect();
    // The longest of those that begin at one place: a line that goes away needs no quotes.
    edits.sort_by_key(|edit| (edit.range.start, std::cmp::Reverse(edit.range.end)));
    let (mut fixed, mut at, mut count) = (String::with_capacity(text.len()), 0, 0);
    for edit in edits {
        let Some(before) = text.get(at..edit.range.start.max(at)).filter(|_| edit.range.start >= at) else { continue };
        fixed.push_str(before);
        fixed.push_str(&edit.replacement);
        (at, count) = (edit.range.end, count + 1);
    }
    fixed.push_str(text.get(at..)?);
    let is_good = syntax(kind, &fixed).is_none() || syntax(kind, text).is_some();
    (count > 0 && is_good).then_some(FixedText { text: fixed, count })
}
