//! Merging what two sides made of one document: by lines, and where that fails by its parts.
//!
//! ```text
//! lines  → clean and it parses ──────────────────────────────→ merged
//!    └──── conflict, or no YAML → parts → proof: holds ──────→ merged
//!                                    └────── or not ─────────→ a person decides
//! ```

mod lines;
mod parts;
mod proof;
mod sides;

pub(super) use lines::differing;
pub use lines::{Labels, Merged, Piece, merge, pieces, with_markers};
pub use parts::merge_parts;

use crate::model::DocKind;
use crate::model::yaml::Tree;

/// What `ours` and `theirs` made of `base`, as they travel; none where a person must decide. Code whose lines merge but do
/// not parse is given as it is where its parts do not merge either: the caller looks at its syntax.
pub fn merge_document(kind: DocKind, base: &str, ours: &str, theirs: &str) -> Option<String> {
    let by_lines = merge(base, ours, theirs).clean;
    let parses = |text: &String| kind != DocKind::Code || Tree::read(text).1.is_empty();
    if by_lines.as_ref().is_some_and(parses) {
        return by_lines;
    }
    merge_parts(kind, base, ours, theirs).or(by_lines)
}
