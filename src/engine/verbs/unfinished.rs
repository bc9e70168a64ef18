//! What earlier runs began and did not see the end of, for commands that only look.

use crate::engine::error::Halt;
use crate::engine::execute::commit::COMMIT;
use crate::engine::execute::creation::NEW;
use crate::engine::execute::promotion::PROMOTE;
use crate::engine::execute::versions::CREATE;
use crate::engine::report::UnfinishedWork;
use crate::engine::session::Session;
use crate::state::{State, StateError};

/// What is unfinished, each kind once. A run that is at work now looks the same as one that died.
///
/// # Errors
/// The state cannot be read.
pub fn unfinished(session: &Session) -> Result<Vec<UnfinishedWork>, Halt> {
    Ok(unfinished_in(&session.state)?)
}

/// The same of a state without a session.
///
/// # Errors
/// The state cannot be read.
pub fn unfinished_in(state: &State) -> Result<Vec<UnfinishedWork>, StateError> {
    let mut found: Vec<UnfinishedWork> = Vec::new();
    let runs = state.unfinished_runs()?.into_iter().map(|one| UnfinishedWork::Run(one.run.kind));
    let intents = state.intents()?.into_iter().filter_map(|intent| match intent.kind.as_str() {
        CREATE => Some(UnfinishedWork::Push),
        NEW => Some(UnfinishedWork::Creation),
        PROMOTE => Some(UnfinishedWork::Promotion),
        COMMIT => Some(UnfinishedWork::Commit),
        _ => None,
    });
    for one in runs.chain(intents) {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}
