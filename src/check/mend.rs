//! Carries out the safe edits of findings. Everything outside of them stays byte for byte.

use super::finding::{Finding, Mend};
use super::syntax::syntax;
use crate::model::DocKind;

/// A text with edits carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The new text.
    pub text: String,
    /// How many findings it ends.
    pub count: usize,
}

/// The text with every edit of its findings; none if there are none, or if the outcome would be worse.
///
/// `findings` must have been found in this very text; those of the other document are passed over. Of edits that overlap
/// the first one is carried out: run the check again for the others.
pub fn mend(kind: DocKind, text: &str, findings: &[Finding]) -> Option<Mended> {
    let mut edits: Vec<&Mend> = findings.iter().filter(|one| one.kind == kind).filter_map(|one| one.mend.as_ref()).collect();
    // The longest of those that begin at one place: a line that goes away needs no quotes.
    edits.sort_by_key(|edit| (edit.range.start, std::cmp::Reverse(edit.range.end)));
    let (mut mended, mut at, mut count) = (String::with_capacity(text.len()), 0, 0);
    for edit in edits {
        let Some(before) = text.get(at..edit.range.start.max(at)).filter(|_| edit.range.start >= at) else { continue };
        mended.push_str(before);
        mended.push_str(&edit.replacement);
        (at, count) = (edit.range.end, count + 1);
    }
    mended.push_str(text.get(at..)?);
    let is_good = syntax(kind, &mended).is_none() || syntax(kind, text).is_some();
    (count > 0 && is_good).then_some(Mended { text: mended, count })
}
