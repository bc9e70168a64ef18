//! What the dashboard says about the catalog, for whoever looks often: all of it, or a few scores of it.
//!
//! Nothing is planned here. What was learned is handed to a pull or push in its request.

use crate::engine::error::Halt;
use crate::engine::observe::catalog::{account, read_catalog};
use crate::engine::session::Session;
use crate::model::{Catalog, Score, ScoreId};
use crate::remote::{RemoteError, RemoteEvent};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::{BTreeSet, HashMap, HashSet};
use tokio::sync::mpsc;

/// More scores than this are cheaper to read with the whole catalog.
const FEW: usize = 20;

/// Scores read at the same time.
const SCORES_AT_ONCE: usize = 6;

/// A catalog as it was read.
pub(in crate::engine) enum CatalogRead {
    /// All of it.
    Whole(Catalog),
    /// Some rows could not be shown.
    Partial(Catalog),
    /// A few scores of it, which are called as they were.
    Few(Vec<Score>),
}

impl CatalogRead {
    /// The few scores that were read, or the whole catalog; what could not be shown of it is as it was `before`.
    pub fn settled(self, before: &Catalog) -> (Vec<Score>, Option<Catalog>) {
        match self {
            Self::Few(few) => (few, None),
            Self::Whole(now) => (Vec::new(), Some(now)),
            Self::Partial(now) => (Vec::new(), Some(completed(now, before))),
        }
    }
}

/// A catalog some rows of which could not be shown; what is missing in it is as it was `before`.
fn completed(mut now: Catalog, before: &Catalog) -> Catalog {
    let (cards, scores): (HashSet<_>, HashSet<_>) =
        (now.scorecards.iter().map(|card| card.id.clone()).collect(), now.scores.iter().map(|score| score.id.clone()).collect());
    now.scorecards.extend(before.scorecards.iter().filter(|card| !cards.contains(&card.id)).cloned());
    now.scores.extend(before.scores.iter().filter(|score| !scores.contains(&score.id)).cloned());
    now
}

/// The whole catalog now. Remembered as last seen if it is complete; otherwise nothing may be concluded from what is
/// missing in it.
///
/// # Errors
/// The dashboard cannot be read; [`Halt::Offline`] without one.
pub(in crate::engine) async fn read_all(session: &mut Session) -> Result<CatalogRead, Halt> {
    let (catalog, unreadable) = read_catalog(session).await?;
    let catalog = catalog.ok_or(Halt::Offline)?;
    Ok(if unreadable.is_empty() { CatalogRead::Whole(catalog) } else { CatalogRead::Partial(catalog) })
}

/// Just these scores as they are now, one small request for each, recorded; none where they are too many, one cannot be shown,
/// or is not where and called as it was: then the whole catalog has to be read.
///
/// # Errors
/// The dashboard cannot be asked; [`Halt::Offline`] without one.
pub(in crate::engine) async fn read_few(session: &mut Session, ids: &BTreeSet<ScoreId>) -> Result<Option<Vec<Score>>, Halt> {
    let remote = session.remote.clone().ok_or(Halt::Offline)?;
    if ids.len() > FEW {
        return Ok(None);
    }
    account(session, remote.as_ref()).await?;
    let read = stream::iter(ids).map(|id| remote.score(id)).buffered(SCORES_AT_ONCE);
    let scores: Vec<Option<Score>> = match read.try_collect().await {
        Ok(scores) => scores,
        // Its row is broken: the catalog tells what can be told of it.
        Err(RemoteError::Rejected { .. } | RemoteError::Protocol(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(scores) = scores.into_iter().collect::<Option<Vec<Score>>>() else { return Ok(None) };
    let before = session.state.catalog_part(ids)?.scores;
    let is_called_so = |known: &Score, score: &Score| (&known.scorecard_id, &known.name) == (&score.scorecard_id, &score.name);
    let known = |score: &Score| before.iter().find(|known| known.id == score.id && is_called_so(known, score));
    if !scores.iter().all(|score| known(score).is_some()) {
        return Ok(None);
    }
    let changed: Vec<&Score> = scores.iter().filter(|score| known(score) != Some(score)).collect();
    if !changed.is_empty() {
        session.state.transaction(|tx| tx.save_scores(&changed))?;
    }
    Ok(Some(scores))
}

/// What the dashboard tells from now on; none if it cannot be listened to. To be called inside a runtime.
pub fn listen(session: &Session) -> Option<mpsc::Receiver<RemoteEvent>> {
    session.remote.as_ref()?.listen()
}

/// The scores that came, went, or are told otherwise.
pub(in crate::engine) fn changed_scores(before: &Catalog, now: &Catalog) -> BTreeSet<ScoreId> {
    let mut gone: HashMap<&ScoreId, &Score> = before.scores.iter().map(|score| (&score.id, score)).collect();
    let mut moved: BTreeSet<ScoreId> =
        now.scores.iter().filter(|score| gone.remove(&score.id) != Some(score)).map(|score| score.id.clone()).collect();
    moved.extend(gone.into_keys().cloned());
    if before.scorecards != now.scorecards {
        let renamed: BTreeSet<_> =
            now.scorecards.iter().filter(|card| !before.scorecards.contains(card)).map(|card| &card.id).collect();
        let below = now.scores.iter().filter(|score| renamed.contains(&score.scorecard_id));
        moved.extend(below.map(|score| score.id.clone()));
    }
    moved
}
