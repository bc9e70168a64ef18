//! Pushing what a commit holds instead of what the files say: for hooks that git runs.

use crate::engine::error::Halt;
use crate::engine::execute::provenance::Provenance;
use crate::engine::execute::recover::recover;
use crate::engine::locked::Locked;
use crate::engine::observe::catalog::{load_beside, or_last_seen, read_catalog};
use crate::engine::observe::commit_texts::CommitTexts;
use crate::engine::observe::owners::of_commit::OwnedTexts;
use crate::engine::observe::selection::selected;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{CatalogSource, ObserveRequest};
use crate::engine::report::{Report, Verb};
use crate::engine::select::{Selector, Targets};
use crate::engine::session::PushOptions;
use crate::engine::verbs::push::push_observed;
use crate::model::Layout;

/// Gives the dashboard what a commit has, as new versions that name the commit. Doing it again makes nothing.
///
/// # Errors
/// As [`push`](super::push::push).
pub async fn push_commit(session: &mut Locked<'_>, texts: &CommitTexts, options: &PushOptions) -> Result<Report, Halt> {
    let recovered = recover(session).await?;
    let (read, _) = read_catalog(session).await?;
    let mut loaded = load_beside(session, read.as_ref())?;
    let catalog = or_last_seen(read, &mut loaded)?;
    let layout = Layout::of(&catalog);
    let texts = OwnedTexts::of(session, texts, &layout, &loaded)?;
    let meant = selected(session, &session.config.scorecards, &catalog, &layout, &loaded, &Targets::default())?;
    let brought = texts.scores().filter(|id| meant.contains(id)).cloned();
    let targets = Targets { selectors: brought.map(Selector::Score).collect(), scorecards: Vec::new() };
    if targets.selectors.is_empty() {
        return Ok(Report { recovered, ..Report::new(Verb::Push, String::new(), session.remote.is_none()) });
    }
    let observation = observe(
        session,
        ObserveRequest::contents(&targets)
            .with_catalog(CatalogSource::Given(catalog))
            .with_texts(&texts)
            .for_push(options.reformat),
    )
    .await?;
    let provenance = Provenance::of_commit(texts.texts, &observation);
    Ok(Report { recovered, ..push_observed(session, &observation, options, Some(provenance)).await? })
}
