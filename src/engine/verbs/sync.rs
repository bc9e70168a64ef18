//! `sync`: a pull, then a push of what is edited and not in conflict.

use crate::engine::error::Halt;
use crate::engine::execute::recover::recover;
use crate::engine::locked::Locked;
use crate::engine::observe::types::ObserveRequest;
use crate::engine::report::Report;
use crate::engine::select::Targets;
use crate::engine::session::{PullOptions, PushOptions, Session};
use crate::engine::verbs::drafts::hear_of_drafts;
use crate::engine::verbs::{pull, push};

/// Pulls, then pushes what is edited and not in conflict. The dashboard's catalog is read once.
///
/// # Errors
/// Offline; the run stopped before it touched anything, or the state cannot be written; what failed for one score is in the report.
pub async fn sync(
    session: &mut Locked<'_>,
    targets: &Targets,
    pull_options: PullOptions,
    push_options: &PushOptions,
) -> Result<Report, Halt> {
    session.require_remote()?;
    let recovered = recover(session).await?;
    let (pulled, catalog) = pull::pull_requested(session, ObserveRequest::contents(targets), pull_options).await?;
    let pulled = Report { recovered, ..pulled };
    let request = ObserveRequest::contents(targets).with_catalog(catalog);
    if session.is_cancelled() {
        let left = left_to_push(session, request, push_options).await?;
        return Ok(Report { interrupted: true, ..pulled.followed_by(left) });
    }
    let mut report = pulled.followed_by(push::push_requested(session, request, push_options).await?);
    hear_of_drafts(session, &mut report).await?;
    Ok(report)
}

/// What a push would have done that was not begun; nobody is asked any more.
async fn left_to_push(session: &mut Session, request: ObserveRequest<'_>, options: &PushOptions) -> Result<Report, Halt> {
    let remote = session.remote.take();
    let left = push::preview_requested(session, request, options).await;
    session.remote = remote;
    left
}

/// What [`sync`] would do. Writes nothing but the state's caches.
///
/// # Errors
/// As [`sync`].
pub async fn sync_preview(
    session: &mut Session,
    targets: &Targets,
    pull_options: PullOptions,
    push_options: &PushOptions,
) -> Result<Report, Halt> {
    let (pulled, catalog) = pull::preview_requested(session, ObserveRequest::contents(targets), pull_options).await?;
    let request = ObserveRequest::contents(targets).with_catalog(catalog);
    Ok(pulled.followed_by(push::preview_requested(session, request, push_options).await?))
}
