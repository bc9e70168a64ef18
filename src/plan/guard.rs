//! Reasons to stop a whole run before it touches anything.

use super::types::Guard;
use crate::model::{LocalDoc, RemoteScore, Trees};

/// With fewer known scores than this, deleting most of them is everyday work.
const FEWEST_FOR_MASS: usize = 3;

/// A root that vanished, or most known scores deleted at once, is more likely an unmounted disk, a wrong folder or another
/// branch than a wish. Scores that are gone from the dashboard do not count as deleted: removing those is tidying up.
pub fn guard(trees: &Trees, root_present: bool, root_empty: bool) -> Option<Guard> {
    let synced = || trees.values().filter(|trio| trio.synced.is_some());
    let known = synced().count();
    if known > 0 && (!root_present || root_empty) {
        return Some(Guard::RootEmptied { known });
    }
    let alive = || synced().filter(|trio| trio.remote != RemoteScore::Gone);
    let (known, deleted) = (alive().count(), alive().filter(|trio| trio.local.code == LocalDoc::Absent).count());
    (known >= FEWEST_FOR_MASS && deleted * 2 > known).then_some(Guard::MassDeletion { deleted, known })
}
