//! Reads a portion of the scores that were never pulled. What is read is dropped with it.

use crate::engine::error::Halt;
use crate::engine::observe::champions::take_in;
use crate::engine::observe::types::{ChampionMetas, Observation};
use crate::model::{Trees, VersionId};
use crate::remote::{Reads, Remote};
use std::sync::Arc;

/// The texts of a portion's champions.
pub(in crate::engine) async fn read_portion(remote: Option<Arc<dyn Remote>>, portion: Option<&Trees>) -> Result<Reads, Halt> {
    let (Some(remote), Some(portion)) = (remote, portion) else { return Ok(Reads::new()) };
    let ids: Vec<VersionId> = portion.values().filter_map(|sides| Some(sides.champion()?.id.clone())).collect();
    Ok(remote.versions(&ids).await?)
}

/// Makes a portion with its texts what is observed.
pub(in crate::engine) fn observe_portion(observation: &mut Observation, mut portion: Trees, reads: &Reads) {
    observation.champions = ChampionMetas::new();
    take_in(&mut portion, reads, &mut observation.champions);
    observation.trees = portion;
}
