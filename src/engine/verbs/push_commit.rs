//! Pushing what a commit holds instead of what the files say: for hooks that git runs.

use crate::engine::error::Halt;
use crate::engine::execute::provenance::Provenance;
use crate::engine::execute::recover::recover;
use crate::engine::locked::Locked;
use crate::engine::observe::catalog::{or_last_seen, read_catalog};
use crate::engine::observe::commit_texts::CommitTexts;
use crate::engine::observe::trees::{observe, selected};
use crate::engine::observe::types::{CatalogSource, ObserveRequest};
use crate::engine::report::{Report, Verb};
use crate::engine::select::Targets;
use crate::engine::session::{PushOptions, Session};
use crate::engine::verbs::push::push_observed;
use crate::model::{Catalog, Layout};
use crate::state::Loaded;

/// Gives the dashboard what a commit has, as new versions that name the commit. Doing it again makes nothing.
///
/// # Errors
/// As [`push`](super::push::push).
pub async fn push_commit(session: &mut Locked<'_>, texts: &CommitTexts, options: &PushOptions) -> Result<Report, Halt> {
    recover(session).await?;
    let (read, _) = read_catalog(session).await?;
    let mut loaded = session.state.load()?;
    let catalog = or_last_seen(read, &mut loaded)?;
    let targets = brought_scores(session, texts, &catalog, &loaded)?;
    if targets.selectors.is_empty() {
        return Ok(Report::new(Verb::Push, String::new(), session.remote.is_none()));
    }
    let observation = observe(
        session,
        ObserveRequest::contents(&targets)
            .with_catalog(CatalogSource::Given(catalog))
            .with_texts(texts)
            .for_push(options.reformat),
    )
    .await?;
    let provenance = Provenance::of_commit(texts, &observation);
    push_observed(session, &observation, options, Some(provenance)).await
}

fn brought_scores(session: &Session, texts: &CommitTexts, catalog: &Catalog, loaded: &Loaded) -> Result<Targets, Halt> {
    let layout = Layout::of(catalog);
    let meant = selected(session, catalog, &layout, loaded, &Targets::default())?;
    Ok(texts.targets(catalog, &layout, &loaded.synced, |id| meant.contains(id)))
}
