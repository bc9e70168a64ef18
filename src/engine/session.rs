//! One session: a workspace, its state and a dashboard, and the verbs that join them.

use super::legacy::Legacy;
use super::observe::{Depth, Observation};
use super::provenance::Provenance;
use super::pull::action;
use super::report::{Failure, Halt, Outcome, Report, ScoreReport, Verb};
use super::select::Targets;
use super::stop::Stop;
use crate::check;
use crate::git::Program;
use crate::model::{AccountId, Catalog, DocKind, Progress, ProgressStage, Score, ScoreId};
use crate::plan::{Guard, Mode, Plan, Standing, Step, guard, reconcile};
use crate::remote::Remote;
use crate::state::{Origin, State};
use crate::workspace::{RootState, Workspace};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Plain values that decide how a session behaves.
pub struct Config {
    /// Which account, by its key.
    pub account_key: String,
    /// Where the dashboard is; the state remembers it.
    pub endpoint: String,
    /// Only these scorecards, by id, key, external id or name. Empty means all.
    pub scorecards: Vec<String>,
    /// Put into the metadata of every version that is pushed.
    pub metadata: Map<String, Value>,
    /// How many runs the history of replaced files goes back.
    pub keep_runs: usize,
    /// What to put before a path under the root when a person is told of it: the root as seen from where they work.
    pub shown_root: PathBuf,
    /// The clock.
    pub now: fn() -> Timestamp,
}

/// How a pull behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct PullOptions {
    /// Only plan.
    pub dry_run: bool,
    /// Remove clean files of scores that are gone.
    pub prune: bool,
    /// Move guidelines from beside the code into their folder first.
    pub move_legacy: bool,
}

/// How a push behaves.
#[derive(Clone, Debug, Default)]
pub struct PushOptions {
    /// Only plan.
    pub dry_run: bool,
    /// What the versions' notes say; a summary of the change otherwise.
    pub note: Option<String>,
    /// Make every pushed version, and every draft that waits, champion.
    pub promote: bool,
}

/// A workspace, its state and a dashboard.
pub struct Session {
    pub(super) workspace: Workspace,
    pub(super) state: State,
    pub(super) remote: Option<Arc<dyn Remote>>,
    pub(super) config: Config,
    pub(super) progress: Arc<dyn Progress>,
    pub(super) git: Option<Program>,
    stop: Arc<Stop>,
}

impl Session {
    /// A session; without a remote it is offline and knows what was last seen.
    pub fn new(workspace: Workspace, state: State, remote: Option<Arc<dyn Remote>>, config: Config) -> Self {
        Self {
            workspace,
            state,
            remote,
            config,
            progress: Arc::new(|_: ProgressStage, _: usize, _: usize| {}),
            git: None,
            stop: Arc::default(),
        }
    }

    /// The same session, telling `progress` how far it is.
    pub fn with_progress(mut self, progress: Arc<dyn Progress>) -> Self {
        self.progress = progress;
        self
    }

    /// The same session, asked to stop together with others.
    pub fn with_stop(mut self, stop: Arc<Stop>) -> Self {
        self.stop = stop;
        self
    }

    /// The same session, asking `git` where versions and texts come from. Otherwise it knows nothing of git.
    pub fn with_git(mut self, git: Program) -> Self {
        self.git = Some(git);
        self
    }

    /// Ask it to end the run after the operation under way; what happened is recorded.
    pub fn stop_flag(&self) -> Arc<Stop> {
        Arc::clone(&self.stop)
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.is_asked()
    }

    /// How every selected score stands. Writes nothing but the state's caches. Unless `every` score is asked for, clean
    /// ones may be counted instead of listed.
    pub async fn status(&mut self, targets: &Targets, every: bool) -> Result<Report, Halt> {
        if !every && let Some(report) = self.still_clean(targets)? {
            return Ok(report);
        }
        let observation = self.observe(targets, Depth::Standings, None).await?;
        let plan = self.plan(&observation, Mode::Pull { prune: false })?;
        let mut report = self.report(Verb::Status, &observation, &plan)?;
        for score in &mut report.scores {
            if score.standing != Standing::Broken && !matches!(score.outcome, Outcome::Conflict(_)) {
                score.outcome = Outcome::Untouched;
            }
        }
        self.add_ahead_behind(&mut report).await?;
        self.take_clean_snapshot(targets, &observation, &report)?;
        Ok(report)
    }

    /// Takes what the dashboard has into the files.
    pub async fn pull(&mut self, targets: &Targets, options: PullOptions) -> Result<Report, Halt> {
        let finished = self.finish_interrupted(options.dry_run).await?;
        Ok(Report { finished, ..self.pull_knowing(targets, options, None).await? })
    }

    /// [`Session::pull`], where what was interrupted is finished; the catalog, if it was read since.
    pub(super) async fn pull_knowing(
        &mut self,
        targets: &Targets,
        options: PullOptions,
        catalog: Option<Catalog>,
    ) -> Result<Report, Halt> {
        Ok(self.pull_observed(targets, options, catalog).await?.0)
    }

    async fn pull_observed(
        &mut self,
        targets: &Targets,
        options: PullOptions,
        catalog: Option<Catalog>,
    ) -> Result<(Report, Catalog), Halt> {
        let mode = Mode::Pull { prune: options.prune };
        let mut observation = self.observe(targets, Depth::Contents, catalog).await?;
        let mut plan = self.plan(&observation, mode)?;
        let mut legacy = Legacy::default();
        if options.move_legacy {
            (observation, legacy) = self.move_legacy(targets, observation, options.dry_run).await?;
            plan = self.plan(&observation, mode)?;
        }
        let mut report = self.report(Verb::Pull, &observation, &plan)?;
        report.dry_run = options.dry_run;
        report.legacy_moved = legacy.moved;
        report.warnings.extend(legacy.stay);
        if !options.dry_run {
            let outcomes = self.execute_pull(&observation, &plan, "pull").await?;
            report.settle(outcomes);
        }
        Ok((report, observation.catalog))
    }

    /// Gives the dashboard what the files have, as new versions.
    pub async fn push(&mut self, targets: &Targets, options: &PushOptions) -> Result<Report, Halt> {
        let finished = self.finish_interrupted(options.dry_run).await?;
        Ok(Report { finished, ..self.push_knowing(targets, options, None).await? })
    }

    /// [`Session::push`], where what was interrupted is finished; the catalog, if it was read since.
    pub(super) async fn push_knowing(
        &mut self,
        targets: &Targets,
        options: &PushOptions,
        catalog: Option<Catalog>,
    ) -> Result<Report, Halt> {
        let observation = self.observe(targets, Depth::Contents, catalog).await?;
        self.push_seen(&observation, options, None).await
    }

    /// Plans and carries out a push. Where the versions come from is asked of git unless it is told.
    pub(super) async fn push_seen(
        &mut self,
        observation: &Observation,
        options: &PushOptions,
        told: Option<Provenance>,
    ) -> Result<Report, Halt> {
        let plan = self.plan(observation, Mode::Push)?;
        let mut report = self.report(Verb::Push, observation, &plan)?;
        report.dry_run = options.dry_run;
        if options.dry_run && options.promote {
            report.plan_promotions();
        } else if !options.dry_run {
            let (provenance, fault) = told.map_or_else(|| self.provenance(observation, &plan), |told| (told, None));
            report.warnings.extend(fault);
            let outcomes = self.execute_push(observation, &plan, options, &provenance).await?;
            report.settle(outcomes);
        }
        Ok(report)
    }

    /// Pull, then push what is edited and not in conflict. The dashboard's catalog is read once.
    pub async fn sync(&mut self, targets: &Targets, pull: PullOptions, push: &PushOptions) -> Result<Report, Halt> {
        let finished = self.finish_interrupted(pull.dry_run).await?;
        let (pulled, catalog) = self.pull_observed(targets, pull, None).await?;
        let pulled = Report { finished, ..pulled };
        if self.stopped() {
            return Ok(pulled);
        }
        let pushed = self.push_knowing(targets, push, Some(catalog)).await?;
        Ok(pulled.followed_by(pushed))
    }

    /// Guards first, then the plan.
    pub(super) fn plan(&self, observation: &Observation, mode: Mode) -> Result<Plan, Halt> {
        let root = self.workspace.root_state();
        let (present, empty) = (matches!(root, RootState::Empty | RootState::Populated), root == RootState::Empty);
        let counts = |guard: &Guard| !observation.picked || !matches!(guard, Guard::MassDeletion { .. });
        if let Some(guard) = guard(&observation.trees, present, empty).filter(counts) {
            return Err(Halt::Guard(guard));
        }
        Ok(reconcile(&observation.trees, mode, yaml_fault))
    }

    /// The account that the settings name, checked against the one that the state was made with.
    pub(super) async fn account(&mut self, remote: &dyn Remote) -> Result<AccountId, Halt> {
        let key = &self.config.account_key;
        if let Some(known) = self.state.origin()? {
            if known.endpoint != self.config.endpoint || known.account_key != *key {
                return Err(Halt::OtherOrigin {
                    known: format!("{} account {:?}", known.endpoint, known.account_key),
                    given: format!("{} account {key:?}", self.config.endpoint),
                });
            }
            return Ok(known.account_id);
        }
        let account = remote.account(key).await?.ok_or_else(|| Halt::NoAccount(key.clone()))?;
        self.state.set_origin(&Origin {
            endpoint: self.config.endpoint.clone(),
            account_key: account.key,
            account_id: account.id.clone(),
            account_name: account.name,
        })?;
        Ok(account.id)
    }

    pub(super) fn report(&self, verb: Verb, observation: &Observation, plan: &Plan) -> Result<Report, Halt> {
        let mut scores = observation.score_reports();
        for report in &mut scores {
            let plan = &plan.scores[&report.id];
            report.standing = plan.standing;
            report.author = observation.authors.get(&report.id).cloned();
            report.notes.clone_from(&plan.notes);
            report.base = plan.found.as_ref().map(|found| found.version.clone()).or(report.base.take());
            report.found.clone_from(&plan.found);
            report.outcome = planned(&plan.step, !plan.moves.is_empty());
        }
        scores.sort_by(|a, b| a.paths.code.cmp(&b.paths.code));
        let account = self.state.origin()?.map(|origin| origin.account_name).unwrap_or_default();
        let mut report = Report {
            scores,
            warnings: observation.warnings.clone(),
            unreadable: observation.unreadable.clone(),
            unknown: observation.unknown.clone(),
            legacy: observation.legacy.clone(),
            ..Report::new(verb, account, self.remote.is_none())
        };
        self.find_renamed(observation, &mut report)?;
        Ok(report)
    }
}

impl Observation {
    /// The selected scores by id, as they were observed; nothing is decided yet.
    pub(super) fn score_reports(&self) -> Vec<ScoreReport> {
        let by_id: HashMap<&ScoreId, &Score> = self.catalog.scores.iter().map(|score| (&score.id, score)).collect();
        let cards: HashMap<_, &str> = self.catalog.scorecards.iter().map(|card| (&card.id, card.name.as_str())).collect();
        let report = |(id, sides)| {
            let score = by_id.get(id).copied();
            ScoreReport::new(id, score, score.and_then(|score| cards.get(&score.scorecard_id).copied()), sides)
        };
        self.trees.iter().map(report).collect()
    }
}

/// A step as it is reported before it is carried out.
fn planned(step: &Step, moved: bool) -> Outcome {
    match step {
        Step::Nothing => Outcome::Untouched,
        Step::Do(operation) => Outcome::Planned(action(operation, moved)),
        Step::Conflict(conflict) => Outcome::Conflict(Box::new(conflict.clone())),
        Step::Refuse(refusal) => Outcome::Refused(refusal.clone()),
        Step::Problem(problem) => Outcome::Failed(Failure::Problem(problem.clone())),
    }
}

fn yaml_fault(text: &str) -> Option<(usize, usize)> {
    check::syntax(DocKind::Code, text).map(|fault| (fault.line, fault.column))
}
