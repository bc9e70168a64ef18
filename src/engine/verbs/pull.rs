//! `pull`: champions into files.
//!
//! What is synced, or has files, is planned and carried out first. Scores that were never pulled follow portion by portion, each
//! planned, written and recorded while the next one is read: the first files are there when the first portion is, a pull that
//! dies is continued where it was, and no more than two portions are in memory.

use crate::engine::error::Halt;
use crate::engine::execute::files::PullRun;
use crate::engine::execute::recover::recover;
use crate::engine::locked::Locked;
use crate::engine::observe::portion::{observe_portion, read_portion};
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{CatalogSource, Depth, Observation, ObserveRequest};
use crate::engine::planned::{build_plan, build_report};
use crate::engine::report::{Action, Outcome, Report, Verb};
use crate::engine::select::Targets;
use crate::engine::session::{PullOptions, Session};
use crate::engine::verbs::drafts::{FEW, hear_of_drafts};
use crate::engine::verbs::first_index::FirstIndex;
use crate::engine::verbs::move_legacy::{LegacyMoves, legacy_moves, move_legacy};
use crate::model::Changes;
use crate::plan::{Mode, Standing};
use crate::state::RunKind;

/// Takes what the dashboard has into the files.
///
/// # Errors
/// The run stopped before it touched anything, or the state cannot be written; the dashboard stopped to answer: what was
/// pulled until then is recorded. What failed for one score is in the report.
pub async fn pull(session: &mut Locked<'_>, targets: &Targets, options: PullOptions) -> Result<Report, Halt> {
    let recovered = recover(session).await?;
    let (mut report, _) = pull_requested(session, ObserveRequest::contents(targets), options).await?;
    hear_of_drafts(session, &mut report).await?;
    Ok(Report { recovered, ..report })
}

/// What [`pull`] would do. Writes nothing but the state's caches.
///
/// # Errors
/// As [`pull`].
pub async fn pull_preview(session: &mut Session, targets: &Targets, options: PullOptions) -> Result<Report, Halt> {
    Ok(preview_requested(session, ObserveRequest::contents(targets), options).await?.0)
}

/// [`pull`] without recovery; says where the catalog is that was read.
pub(in crate::engine) async fn pull_requested(
    session: &mut Locked<'_>,
    request: ObserveRequest<'_>,
    options: PullOptions,
) -> Result<(Report, CatalogSource), Halt> {
    let targets = request.targets;
    let only_moved = only_moved(session, options)?;
    let mut observation = observe(session, without_first_pulls(request).only_moved(only_moved)).await?;
    let (mut moves, mut begun) = (LegacyMoves::default(), None);
    if options.move_legacy {
        (moves, begun) = move_legacy(session, &observation)?;
        if !moves.moved.is_empty() {
            observation = observe(session, without_first_pulls(ObserveRequest::contents(targets))).await?;
        }
    }
    let mut index = FirstIndex::begin(session, &observation, targets);
    let mut later = std::mem::take(&mut observation.first_pulls);
    let mut run = PullRun::going_on(RunKind::Pull, begun);
    let mut whole = WholeReport::of(observation.trees.len() + later.left());
    loop {
        let plan = build_plan(session, &observation, Mode::Pull { prune: options.prune })?;
        let mut report = build_report(session, Verb::Pull, &observation, &plan)?;
        run.more_to_come(later.left());
        let (next, remote, cancellation) = (later.next(), session.remote.clone(), session.cancellation());
        // What was asked for arrives while files are written.
        let (reads, outcomes) = tokio::join!(
            biased;
            cancellation.run_until_cancelled(read_portion(remote, next.as_ref())),
            run.execute(session, &observation, &plan, &report)
        );
        report.settle(outcomes?);
        let written = run.take_written();
        if let Some(index) = &mut index {
            index.add(&report.scores, written);
        }
        whole.add(report);
        match (next, reads) {
            (Some(portion), Some(reads)) => observe_portion(&mut observation, portion, &reads?),
            (None, _) => break,
            (Some(portion), None) => {
                observation.trees = later.given_up(portion);
                whole.add(unread(session, &observation));
                break;
            }
        }
    }
    run.end(session)?;
    if let Some(index) = index {
        index.keep(session, &observation, whole.so_far());
    }
    Ok((moves.told_in(whole.end()), observation.catalog_again()))
}

/// [`pull_preview`]; says where the catalog is that was read.
pub(in crate::engine) async fn preview_requested(
    session: &mut Session,
    request: ObserveRequest<'_>,
    options: PullOptions,
) -> Result<(Report, CatalogSource), Halt> {
    let only_moved = only_moved(session, options)?;
    let mut observation = observe(session, without_first_pulls(request).only_moved(only_moved)).await?;
    let moves = if options.move_legacy { legacy_moves(&observation) } else { LegacyMoves::default() };
    let mut later = std::mem::take(&mut observation.first_pulls);
    let mut whole = WholeReport::of(observation.trees.len() + later.left());
    loop {
        let plan = build_plan(session, &observation, Mode::Pull { prune: options.prune })?;
        whole.add(build_report(session, Verb::Pull, &observation, &plan)?);
        let Some(portion) = later.next() else { break };
        let (remote, cancellation) = (session.remote.clone(), session.cancellation());
        let reads = cancellation.run_until_cancelled(read_portion(remote, Some(&portion))).await.ok_or(Halt::Interrupted)??;
        observe_portion(&mut observation, portion, &reads);
    }
    Ok((Report { dry_run: true, ..moves.told_in(whole.end()) }, observation.catalog_again()))
}

/// One report of a run that is carried out in parts, of which there is at least one. The first says what is of no score.
struct WholeReport {
    report: Option<Report>,
    /// The scores that there will be.
    all: usize,
}

impl WholeReport {
    fn of(all: usize) -> Self {
        Self { report: None, all }
    }

    fn add(&mut self, part: Report) {
        match &mut self.report {
            Some(whole) => {
                whole.interrupted |= part.interrupted;
                whole.scores.extend(part.scores);
            }
            None => {
                let first = self.report.insert(part);
                first.scores.reserve_exact(self.all - first.scores.len());
            }
        }
    }

    /// The scores in the order in which they came.
    fn so_far(&self) -> &Report {
        self.report.as_ref().expect("a run has a first part")
    }

    fn end(self) -> Report {
        let mut whole = self.report.expect("a run has a first part");
        // In place, because there may be many.
        whole.scores.sort_unstable_by(|a, b| (&a.paths.code, &a.id).cmp(&(&b.paths.code, &b.id)));
        whole
    }
}

/// Of a few scores every one is asked about, and so is each that may have old guidelines.
fn only_moved(session: &Session, options: PullOptions) -> Result<bool, Halt> {
    Ok(options.only_moved && !options.move_legacy && session.state.has_more_scores_than(FEW)?)
}

fn without_first_pulls(request: ObserveRequest<'_>) -> ObserveRequest<'_> {
    ObserveRequest { depth: Depth::Standings, ..request }.first_pulls_apart()
}

/// Scores that a run did not reach.
fn unread(session: &Session, observation: &Observation) -> Report {
    let mut scores = observation.score_reports();
    for score in &mut scores {
        score.standing = Standing::NotPulled;
        let written = Changes { code: true, guidelines: true };
        let pulled = |version| Action::Pulled { version, written, merged: false };
        score.outcome = score.champion.clone().map_or(Outcome::Untouched, |version| Outcome::Planned(pulled(version)));
    }
    Report { scores, interrupted: true, ..Report::new(Verb::Pull, String::new(), session.remote.is_none()) }
}
