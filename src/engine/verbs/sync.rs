//! `sync`: a pull, then a push of what is edited and not in conflict.

use crate::engine::error::Halt;
use crate::engine::execute::recover::recover;
use crate::engine::locked::Locked;
use crate::engine::observe::types::ObserveRequest;
use crate::engine::report::{Action, Outcome, Report, ScoreReport, Verb, Warning};
use crate::engine::select::Targets;
use crate::engine::session::{PullOptions, PushOptions, Session};
use crate::engine::verbs::drafts::hear_of_drafts;
use crate::engine::verbs::{pull, push};
use crate::model::ScoreId;
use std::collections::BTreeMap;

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
        return Ok(Report { interrupted: true, ..followed_by(pulled, left) });
    }
    let pushed = push::push_requested(session, request, push_options).await?;
    let mut report = followed_by(pulled, pushed);
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
    let pushed = push::preview_requested(session, request, push_options).await?;
    Ok(followed_by(pulled, pushed))
}

/// What the push did after the pull. What the pull could not do stays said.
fn followed_by(mut pulled: Report, pushed: Report) -> Report {
    pulled.verb = Verb::Sync;
    pulled.interrupted |= pushed.interrupted;
    let news: Vec<Warning> = pushed.warnings.into_iter().filter(|warning| !pulled.warnings.contains(warning)).collect();
    pulled.warnings.extend(news);
    let mut pushed: BTreeMap<ScoreId, ScoreReport> = pushed.scores.into_iter().map(|score| (score.id.clone(), score)).collect();
    for score in &mut pulled.scores {
        let Some(after) = pushed.remove(&score.id).filter(|after| is_news(&score.outcome, &after.outcome)) else { continue };
        if let Outcome::Done(action) = std::mem::replace(&mut score.outcome, Outcome::Untouched) {
            score.earlier = Some(Box::new(action));
        }
        (score.base, score.champion, score.outcome) = (after.base, after.champion, after.outcome);
    }
    pulled
}

/// The push has something to say of a score beyond what the pull did. What only would be pulled it does not know of; what would be
/// recorded it would do more with.
fn is_news(pulled: &Outcome, pushed: &Outcome) -> bool {
    match (pulled, pushed) {
        (_, Outcome::Untouched) | (Outcome::Conflict(_) | Outcome::Failed(_), _) => false,
        (Outcome::Planned(Action::Recorded { .. }), pushed) => matches!(pushed, Outcome::Planned(Action::Pushed { .. })),
        (Outcome::Planned(_), _) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::error::Failure;
    use crate::engine::report::tests::{pulled, pushed, report};
    use crate::git::GitError;
    use crate::plan::Refusal;

    #[test]
    fn a_sync_tells_what_both_steps_warn_of_once() {
        let warnings = |said: &[&str]| -> Vec<Warning> {
            said.iter().map(|said| Warning::NoProvenance(GitError::Library((*said).to_owned()))).collect()
        };
        let pull = Report { warnings: warnings(&["a", "b"]), ..report(Verb::Pull, Outcome::Untouched) };
        let push = Report { warnings: warnings(&["b", "c"]), ..report(Verb::Push, Outcome::Untouched) };
        assert_eq!(followed_by(pull, push).warnings, warnings(&["a", "b", "c"]));
    }

    #[test]
    fn a_sync_tells_both_steps_and_keeps_conflicts() {
        let mut push = report(Verb::Push, Outcome::Untouched);
        push.settle(BTreeMap::from([("s".into(), Outcome::Done(pushed()))]));
        let sync = followed_by(report(Verb::Pull, Outcome::Done(pulled())), push);
        assert_eq!(sync.scores[0].earlier.as_deref(), Some(&pulled()));
        assert_eq!(sync.scores[0].champion, Some("d".into()));
        let failed = report(Verb::Pull, Outcome::Failed(Failure::NoBase));
        let refused = report(Verb::Push, Outcome::Refused(Refusal::UnknownBase));
        assert!(matches!(followed_by(failed, refused).scores[0].outcome, Outcome::Failed(_)));
    }

    #[test]
    fn what_would_be_pulled_hides_what_the_files_say_now_and_what_would_be_recorded_does_not() {
        let after = |pull: Action| {
            let report = followed_by(report(Verb::Pull, Outcome::Planned(pull)), report(Verb::Push, Outcome::Planned(pushed())));
            report.scores.into_iter().next().expect("one score").outcome
        };
        assert!(matches!(after(pulled()), Outcome::Planned(action) if action == pulled()));
        assert!(matches!(after(Action::Recorded { version: "d".into() }), Outcome::Planned(action) if action == pushed()));
    }
}
