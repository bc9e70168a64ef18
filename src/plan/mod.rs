//! Pure decisions: from the three trees and a mode to a plan. No I/O, no clock; the same trees give the same plan.
//!
//! [`reconcile`] is the entry point. Each score is planned for itself: `classify` finds its row in the table below, `pull` or
//! `push` turns the row into a step. [`guard`] may stop a run before its first step; [`fold`] says what Synced becomes
//! when a step has really happened. [`Gate`] says whether evaluations allow a version to become champion.
//!
//! `L` is what the files say, `B` the base, `C` the champion now, `S` the champion at the last sync.
//!
//! | L vs B | C vs S | standing | pull | push |
//! |---|---|---|---|---|
//! | = | = | `Clean`; `Ahead` if B is a draft | – | – |
//! | = in another way | = | `Reformatted` | – | –; with reformat create, parent B |
//! | ≠ | = | `Modified` | – | create, parent B |
//! | = | ≠ | `Behind` | write C | refuse: stale |
//! | ≠ | ≠ | `Diverged` | write the merge, or conflict | refuse: stale |
//! | L = C | ≠ | `Converged` | record C | record C |
//! | any | C = B | rows one and two, promoted | record C | as those rows, and record C |
//! | code gone | any | `DeletedLocally` | – | – |
//! | any | score gone | `GoneRemotely` | –; with prune remove clean files | refuse if edited |
//! | no files | no champion | `Empty` | – | – |
//! | ≠ or no B | no champion | `New` | – | create, parent B if any |
//! | no files, no B | any | `NotPulled` | write C | – |
//! | no B, L is C | | `Adopted{current}` | record C | record C |
//! | no B, L is another version | | `Adopted{}` | as row `Behind` | refuse: stale |
//! | no B, L is no version | | `UnknownBase` | conflict | refuse |
//! | cannot be read | | `Broken` | problem | problem |
//!
//! - `L` and `B` differ by [canonical content](crate::model::canonical); `C` and `S` by version id. A missing
//!   guidelines file, and null on the wire, are no opinion: never a change, and whatever the other side or the base says
//!   is carried on. A champion that dropped its guidelines empties no file, and is noted.
//! - *Reformatted* code says what B says in another way (quotes, indentation, blank lines): another tool has read and dumped
//!   it ([`is_reformatted`](crate::model::is_reformatted)). It counts as B in every row; where that row is another than
//!   `Clean`, the score has a note. The file stays until the champion moves, and is replaced then, without conflict; a push
//!   of edited guidelines carries the code of B. Only a push with reformat takes it for an edit. Files that say what C, or,
//!   without B, a version says in another way are that version's.
//! - *Drafts.* Where B is a draft, the merge base of L and C is the nearest common ancestor of B and C. If that is C
//!   itself, the draft already contains what the champion says, and the champion counts as not moved. Where the lineage
//!   is broken, S is the merge base; where even S is unknown, a person decides. Where B is no draft, it is the merge
//!   base whatever the lineage of C: a rollback is taken like any other champion.
//! - *Merging* takes each document by itself: changed on one side, that side; else line by line ([`merge()`]), else by
//!   keys and sections ([`merge_parts()`]). Keys, items with a name, key or id, classes and headings are things: a merge never
//!   makes two of one, so that what both sides added is there once if it is the same, and else a person decides. One document
//!   that does not merge leaves the whole score alone. Merged code must parse. After a pull B and S are C, so that what the files say beyond C is the next push.
//! - *Adopting.* Without B, the version that the files equal is B: the champion, else the newest known one. Equal code
//!   with guidelines on one side only is the next best, then the latest commit in which the files equalled a version (they
//!   were edited and merged in git, and are pushed by a machine that never synced), then the version that another tool
//!   stamped into the code. Files that equal a descendant of the champion are a draft: they stay, and are not reverted to the
//!   champion; a version on a branch of its own is a draft on the nearest common ancestor of it and the champion. A first
//!   pull writes guidelines that are missing here, as nobody can have deleted them.
//! - *Git.* Files that git has exactly as they are, and that it may have written since B was recorded (`from_git`), and that
//!   equal another version than B are that version: a checkout, reset, stash or pull brought it, nobody edited B. It is B
//!   then, and the score stands as if adopted: an older version is behind and is fast-forwarded, and a push makes no version
//!   of it, so that a checkout never reverts the champion silently. To go back on purpose there is `restore --version`: what
//!   a restore wrote is an edit. Edited files, committed or not, come from the version that git brought under the edits
//!   (`past`) if fewer lines differ from it than from B and from what the last sync left: somebody edited after a checkout,
//!   before any pull or push. Where git wrote nothing since, files are edits of B, however like an older version they are:
//!   somebody took out what a pull brought. Files that say what the last sync left are edits of B, whatever git has: a pull
//!   merged a draft that was committed, or a person decided.
//! - *Reuse.* Where a version made from B since, or one whose parents are lost, says exactly what `L` would make, a push
//!   records it as the base instead of making another: another tool pushed the very files. Older versions do not count, so
//!   that going back is an edit.
//! - *Guidelines without code and base* stay if they equal some version's, or the champion has none; else they
//!   conflict, and nothing is written.
//! - *No loss.* A file is replaced only where its content is a version's, or says the same, or went into the merge; each write names the
//!   bytes that it replaces.

mod adopt;
mod ahead_behind;
mod attribution;
mod classify;
mod files;
mod fold;
mod gate;
mod guard;
mod line_counts;
mod lineage;
mod merge;
mod newer_drafts;
mod pair;
mod pull;
mod push;
mod reconcile;
mod renamed;
mod types;

pub use ahead_behind::{AheadBehind, ahead_behind, children_first};
pub use attribution::Attribution;
pub use fold::fold;
pub use gate::{Evidence, Gate, MIN_ITEMS, Shortcoming, SideBySide, Verdict};
pub use guard::guard;
pub use line_counts::{LineProfile, difference};
pub use lineage::{is_ancestor, nearest_common_ancestor, successors};
pub use merge::{Labels, Piece, conflict_markers, conflict_pieces, merge, merge_document, merge_parts, pieces};
pub use newer_drafts::newer_drafts;
pub use reconcile::reconcile;
pub use renamed::look_alikes;
pub use types::{
    Conflict, ConflictKind, FileMove, FileWrite, Found, Guard, Mode, NewBase, Note, Operation, Plan, Refusal, Removal, ScorePlan,
    ScoreProblem, Standing, Step, YamlFault,
};
