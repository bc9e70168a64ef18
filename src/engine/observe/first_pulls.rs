//! Scores that were never pulled and have no files: all that a pull needs of them is their champions, so that these can be read
//! portion by portion while earlier ones are written. What is read is dropped with its portion.

use crate::engine::error::Halt;
use crate::engine::observe::champions::take_in;
use crate::engine::observe::types::{ChampionMetas, Observation};
use crate::model::{Champion, RemoteScore, ScoreId, ScoreSides, Trees, VersionId};
use crate::remote::{Reads, Remote};
use std::collections::VecDeque;
use std::sync::Arc;

/// Scores of one portion: some megabytes of texts, and enough of them that requests and writes go many at once.
const PORTION: usize = 256;

/// Portions that are still to be read.
#[derive(Default)]
pub(in crate::engine) struct FirstPulls(VecDeque<Trees>);

impl FirstPulls {
    /// Takes them out of an observation that did not read them, in the order of their files.
    pub fn take_from(observation: &mut Observation) -> Self {
        let trees = std::mem::take(&mut observation.trees);
        let (later, now): (Trees, Trees) = trees.into_iter().partition(|(_, sides)| is_unread(sides));
        observation.trees = now;
        let mut later: Vec<(ScoreId, ScoreSides)> = later.into_iter().collect();
        later.sort_by(|a, b| a.1.paths.code.cmp(&b.1.paths.code));
        let mut portions = Self::default();
        let mut later = later.into_iter().peekable();
        while later.peek().is_some() {
            portions.0.push_back(later.by_ref().take(PORTION).collect());
        }
        portions
    }

    /// Scores that no portion was made of yet.
    pub fn left(&self) -> usize {
        self.0.iter().map(Trees::len).sum()
    }

    /// The next portion, not read yet.
    pub fn next(&mut self) -> Option<Trees> {
        self.0.pop_front()
    }

    /// Everything that is left, and `portion`.
    pub fn given_up(self, mut portion: Trees) -> Trees {
        portion.extend(self.0.into_iter().flatten());
        portion
    }
}

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

fn is_unread(sides: &ScoreSides) -> bool {
    let is_unread = matches!(sides.remote, RemoteScore::Champion(Champion { docs: None, .. }, _));
    is_unread && sides.synced.is_none() && sides.local.is_absent()
}
