//! Files that lie where their scores belong by now, because a teammate's pull moved them and git brought that. It is recorded
//! of all of them before anything else is, so that no two scores are at one place in Synced.

use crate::engine::locked::Locked;
use crate::engine::observe::types::Observation;
use crate::state::StateError;

/// Records where files were found.
pub(in crate::engine) fn record_arrivals(session: &mut Locked<'_>, observation: &Observation) -> Result<(), StateError> {
    if observation.arrivals.is_empty() {
        return Ok(());
    }
    session.state.transaction(|tx| {
        observation.arrivals.iter().try_for_each(|(score, paths)| tx.set_places(score, paths))?;
        tx.own_places(&observation.arrivals.iter().map(|(score, _)| score).collect::<Vec<_>>())
    })
}
