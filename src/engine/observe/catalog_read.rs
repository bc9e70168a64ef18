//! What the dashboard says about the catalog, for whoever looks often: all of it, or a few scores of it.
//!
//! Nothing is planned here. What was learned is handed to a pull or push in its request.

use crate::engine::error::Halt;
use crate::engine::observe::catalog::{account, remember};
use crate::engine::session::Session;
use crate::model::{Catalog, Score, ScoreId};
use crate::remote::RemoteEvent;
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
}

impl CatalogRead {
    /// The catalog; what is missing in a partial one is as it was `before`.
    pub fn over(self, before: &Catalog) -> Catalog {
        let mut now = match self {
            Self::Whole(now) => return now,
            Self::Partial(now) => now,
        };
        let (cards, scores): (HashSet<_>, HashSet<_>) = (
            now.scorecards.iter().map(|card| card.id.clone()).collect(),
            now.scores.iter().map(|score| score.id.clone()).collect(),
        );
        now.scorecards.extend(before.scorecards.iter().filter(|card| !cards.contains(&card.id)).cloned());
        now.scores.extend(before.scores.iter().filter(|score| !scores.contains(&score.id)).cloned());
        now
    }

    /// The catalog, if it is all there.
    pub fn whole(self) -> Option<Catalog> {
        if let Self::Whole(catalog) = self { Some(catalog) } else { None }
    }
}

/// The whole catalog now. Remembered as last seen if it is complete; otherwise nothing may be concluded from what is
/// missing in it.
///
/// # Errors
/// The dashboard cannot be read; [`Halt::Offline`] without one.
pub(in crate::engine) async fn read_all(session: &mut Session) -> Result<CatalogRead, Halt> {
    let remote = session.remote.clone().ok_or(Halt::Offline)?;
    let account = account(session, remote.as_ref()).await?;
    let (catalog, unreadable) = remote.catalog(&account).await?;
    if !unreadable.is_empty() {
        return Ok(CatalogRead::Partial(catalog));
    }
    remember(session, &session.state.catalog()?, &catalog)?;
    Ok(CatalogRead::Whole(catalog))
}

/// The catalog last seen with just these scores as they are now, one small request for each; none where they are too
/// many, or one is not where it was seen last: then the whole catalog has to be read.
///
/// # Errors
/// As `read_all`.
pub(in crate::engine) async fn read_few(session: &mut Session, ids: &BTreeSet<ScoreId>) -> Result<Option<Catalog>, Halt> {
    let remote = session.remote.clone().ok_or(Halt::Offline)?;
    if ids.len() > FEW {
        return Ok(None);
    }
    account(session, remote.as_ref()).await?;
    let read = stream::iter(ids).map(|id| remote.score(id)).buffered(SCORES_AT_ONCE);
    let scores: Vec<Option<Score>> = read.try_collect().await?;
    let before = session.state.catalog()?;
    let mut catalog = before.clone();
    for score in scores {
        let Some(score) = score else { return Ok(None) };
        let known = catalog.scores.iter_mut().find(|known| known.id == score.id);
        match known.filter(|known| known.scorecard_id == score.scorecard_id) {
            Some(known) => *known = score,
            None => return Ok(None),
        }
    }
    remember(session, &before, &catalog)?;
    Ok(Some(catalog))
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
