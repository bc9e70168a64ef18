//! Texts of standalone documents that a push takes out of the dashboard. They are kept as earlier bytes of their file: `restore`
//! finds them, and it is known when one of them comes back.

use crate::model::{Content, RelPath, ScoreId, SyncKind};
use crate::state::{RunId, RunKind, StateError, Tx};
use jiff::Timestamp;

/// Keeps what `after` replaced, in the transaction that records it, and in the run that the command keeps such texts in: it is begun
/// for the first of them. Versions of scores are kept by the dashboard.
pub(super) fn keep_replaced(
    tx: &Tx<'_>,
    kept_in: &mut Option<RunId>,
    document: &ScoreId,
    path: &RelPath,
    [before, after]: [Option<&Content>; 2],
    at: Timestamp,
) -> Result<(), StateError> {
    let [before, after] = [before, after].map(|content| content.and_then(|content| content.text.as_deref()).map(str::as_bytes));
    if !SyncKind::of(document).is_standalone() || before.is_none() || before == after {
        return Ok(());
    }
    let run = kept_in.map_or_else(|| tx.begin_run(&RunKind::Push, None, at), Ok)?;
    *kept_in = Some(run);
    let replaced = tx.plan_file(run, path, before, after, at)?;
    tx.settle_file(replaced)
}
