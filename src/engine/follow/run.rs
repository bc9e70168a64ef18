//! The loop: waits, tells the [`Policy`], carries out its steps.

use super::channels::{EventSink, FollowEnd, Sources, UserCommand, finished, next};
use super::check_saved::check_saved;
use super::clock::{SLEEP_GAP, instant, until};
use super::evaluations::{FoundEvaluations, PushedVersions};
use super::event::Event;
use super::facts::{NextStep, Obstacle, Rules, Trouble};
use super::from_report::{has_moved, seen, task_ends, trouble};
use super::git::GitWatch;
use super::notifier::Notifier;
use super::path_index::PathIndex;
use super::pending::PendingScore;
use super::policy::Policy;
use super::task::{Brought, Ended, Task};
use crate::check::RuleSet;
use crate::engine::error::Halt;
use crate::engine::git_record::{Record, record_of};
use crate::engine::observe::catalog_read::changed_scores;
use crate::engine::report::{Recovered, Report};
use crate::engine::select::Targets;
use crate::engine::session::{PushOptions, Session};
use crate::engine::verbs::commit_owed::{commit_owed, owes_commit};
use crate::engine::verbs::status::status;
use crate::git::Repository;
use crate::model::{Catalog, RelPath, ScoreId, ScorePaths, SleepDetector};
use crate::remote::{Remote, RemoteEvent};
use crate::state::{State, StateError};
use crate::watch::{Batch, Debounce, WatchEvent};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A save is several events; they are one when this long none came, or the first is this old.
const SAVE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(500));

/// Between two looks whether a person says `--resume`, while that is waited for.
const LISTEN: Duration = Duration::from_secs(1);
/// What another command records can be read a moment after the system tells of it: in between it is made durable.
const DURABLE: Duration = Duration::from_millis(500);

/// What the loop works with.
pub struct Follow {
    /// A session without the dashboard, to look at files.
    pub here: Session,
    /// A session with it, for tasks.
    pub there: Session,
    /// Which scores are followed.
    pub targets: Targets,
    /// What a person chose; git is asked if there is a repository.
    pub rules: Rules,
    /// What saved files are checked for.
    pub check: RuleSet,
    /// How pushes go.
    pub push: PushOptions,
    /// The repository that holds the scorecards, if one does.
    pub repository: Option<Repository>,
    /// Git records what is done.
    pub commit: bool,
}

type Running = Pin<Box<dyn Future<Output = Ended>>>;

/// The dashboard's next answer: true if it was away.
type NextAnswer = Pin<Box<dyn Future<Output = bool>>>;

impl Follow {
    /// Follows the workspace until a person quits or it is cancelled; what is under way then is finished.
    ///
    /// # Errors
    /// What makes it useless from the start: no such account, another dashboard, a damaged state. Later only that the state was
    /// removed ([`StateError::Gone`]), without which nothing can be done any more. Whatever else happens is told, and tried again.
    pub async fn run(self, sources: Sources, sink: EventSink, cancellation: CancellationToken) -> Result<FollowEnd, Halt> {
        let now = self.here.config.now;
        let mut there = self.there.with_cancellation(cancellation.clone());
        if self.commit && self.repository.is_some() {
            there.owe_commits();
        }
        let rules = Rules { git: self.repository.is_some(), ..self.rules };
        let mut watcher = Watcher {
            policy: Policy::new(rules, instant()),
            debounce: Debounce::new(SAVE.0, SAVE.1),
            path_index: PathIndex::default(),
            git: self.repository.map(|repository| GitWatch::new(repository, now)),
            generation: self.here.state.generation()?,
            here: self.here,
            remote: there.remote.clone(),
            there: Some(there),
            targets: self.targets,
            rules: self.check,
            push: self.push,
            commit: self.commit,
            notifier: Notifier::new(sink),
            doing: None,
            pushed: PushedVersions::default(),
            started: false,
        };
        watcher.follow(sources, &cancellation).await
    }
}

struct Watcher {
    policy: Policy,
    debounce: Debounce,
    path_index: PathIndex,
    git: Option<GitWatch>,
    /// The generation of the state after our last write; another one means that another command wrote.
    generation: i64,
    here: Session,
    there: Option<Session>,
    remote: Option<Arc<dyn Remote>>,
    targets: Targets,
    rules: RuleSet,
    push: PushOptions,
    commit: bool,
    notifier: Notifier,
    doing: Option<Task>,
    /// What may be evaluated.
    pushed: PushedVersions,
    /// Everything was compared once.
    started: bool,
}

impl Watcher {
    async fn follow(&mut self, mut sources: Sources, cancellation: &CancellationToken) -> Result<FollowEnd, Halt> {
        let (mut running, mut answer): (Option<Running>, Option<NextAnswer>) = (None, None);
        let mut evaluations: Option<FoundEvaluations> = None;
        let (mut end, mut durable) = (None, None);
        let now = self.here.config.now;
        let mut sleep_detector = SleepDetector::new(now(), instant(), SLEEP_GAP);
        loop {
            let wake = match end {
                Some(end) if running.is_none() => return Ok(end),
                Some(_) => None,
                None => {
                    if sleep_detector.slept(now(), instant()) {
                        self.policy.woke();
                    }
                    self.steps(&mut running).await
                }
            };
            // Kept while other things happen: it counts the time between two questions.
            answer = if self.policy.awaits_answer() { answer.or_else(|| self.answer()) } else { None };
            let look = if evaluations.is_none() { self.pushed.due(instant()) } else { None };
            self.notifier.show(&self.policy, self.path_index.len(), self.doing.as_ref().map(Task::doing));
            tokio::select! {
                biased;
                () = cancellation.cancelled(), if end.is_none() => end = Some(FollowEnd::Stopped),
                ended = finished(&mut running) => {
                    running = None;
                    self.ended(ended)?;
                }
                was_away = finished(&mut answer) => {
                    answer = None;
                    self.policy.answered(was_away);
                }
                found = finished(&mut evaluations) => {
                    evaluations = None;
                    let news = self.pushed.answered(instant(), now(), &found);
                    news.into_iter().for_each(|one| self.notifier.tell(Event::Evaluated(Box::new(one))));
                }
                () = until(look), if look.is_some() => evaluations = self.remote.as_ref().map(|remote| self.pushed.ask(remote)),
                Some(command) = sources.commands.recv() => {
                    if command == UserCommand::Quit {
                        end.get_or_insert(FollowEnd::Quit);
                    }
                    self.command(command);
                }
                Some(event) = sources.files.recv() => {
                    self.file_event(event);
                    // With all that wait already: what follows each turn of the loop costs the same for one and for many.
                    for _ in 0..sources.files.len() {
                        sources.files.try_recv().into_iter().for_each(|event| self.file_event(event));
                    }
                }
                Some(()) = next(&mut sources.elsewhere) => {
                    self.notice()?;
                    durable = Some(instant() + DURABLE);
                }
                () = until(durable), if durable.is_some() => {
                    durable = None;
                    self.notice()?;
                }
                Some(event) = next(&mut sources.remote_events) => self.remote_event(&event),
                () = until(wake) => {}
            }
        }
    }

    /// Carries out steps until there is one to wait for; until when that is.
    async fn steps(&mut self, running: &mut Option<Running>) -> Option<Instant> {
        loop {
            let now = instant();
            if let Some(batch) = self.debounce.take(now) {
                self.batch(now, batch);
            }
            // Also when nothing waits for it: it is not meant for what comes later.
            if State::take_resume(self.here.state.folder()) {
                self.command(UserCommand::Resume);
            }
            let step = self.policy.next(now, running.is_some());
            if let Some(task) = Task::of(&step)
                && let Some(session) = self.there.take()
            {
                self.doing = Some(task.clone());
                *running = Some(Box::pin(task.run(session, now, self.targets.clone(), self.push.clone())));
                continue;
            }
            match step {
                NextStep::LocalStatus(scores) => self.look(scores).await,
                NextStep::CheckGit(waiting) => self.ask_git(&waiting),
                NextStep::Wait(wake) => {
                    self.notifier.changes(&self.policy);
                    let resume = self.policy.paused().map(|_| now + LISTEN);
                    return [wake, self.debounce.due(), resume].into_iter().flatten().min();
                }
                _ => return None,
            }
        }
    }

    fn answer(&self) -> Option<NextAnswer> {
        let remote = Arc::clone(self.remote.as_ref()?);
        Some(Box::pin(async move { remote.answered().await }))
    }

    fn file_event(&mut self, event: WatchEvent) {
        match event {
            // Before the first pull there need be no root.
            WatchEvent::RootGone if self.has_synced() => {
                self.policy.root(false);
                self.notifier.tell(Event::RootGone);
            }
            WatchEvent::RootBack => {
                self.policy.root(true);
                self.notifier.tell(Event::RootBack);
            }
            WatchEvent::Polling(why) => self.notifier.tell(Event::FilesPolled(why)),
            event => self.debounce.saw(instant(), event),
        }
    }

    fn has_synced(&self) -> bool {
        self.here.state.synced().is_ok_and(|synced| !synced.is_empty())
    }

    fn batch(&mut self, now: Instant, batch: Batch) {
        if batch.rescan.is_some() {
            self.policy.look_at_all();
        }
        let touched: Vec<_> = batch.paths.iter().flat_map(|path| self.path_index.at(path)).collect();
        // The quiet time began with the last event, not when the batch was taken.
        self.policy.touched(batch.last.unwrap_or(now), touched);
    }

    fn remote_event(&mut self, event: &RemoteEvent) {
        let path_index = &self.path_index;
        self.policy.remote_event(instant(), event, |id| path_index.of(id).map(|paths| paths.code.clone()));
        self.notifier.heard(event);
    }

    fn command(&mut self, command: UserCommand) {
        match command {
            UserCommand::Push => drop(self.policy.push_now()),
            UserCommand::Resume => drop(self.policy.resume(instant())),
            UserCommand::Quit => {}
        }
    }

    /// Another command may have recorded something. Before everything was compared nothing is known that could be another thing now.
    /// While a task is under way, its end says what became of the state.
    fn notice(&mut self) -> Result<(), Halt> {
        if !self.started || self.there.is_none() {
            return Ok(());
        }
        self.here.require_state()?;
        self.learn_elsewhere().or_else(|halt| self.stuck(halt))
    }

    /// Learns from what another command recorded; if that fails it is still to be learnt.
    fn learn_elsewhere(&mut self) -> Result<(), Halt> {
        let generation = self.here.state.generation()?;
        if generation != self.generation {
            self.policy.look_at_all();
            self.learn(instant(), Some(self.here.state.catalog()?))?;
            self.generation = generation;
        }
        Ok(())
    }

    async fn look(&mut self, scores: Option<BTreeSet<ScoreId>>) {
        let scores = scores.map(|scores| &scores | &self.policy.related());
        let targets = scores.as_ref().map_or_else(|| self.targets.clone(), Targets::scores);
        match status(&mut self.here, &targets, true).await {
            Ok(report) => {
                self.policy.looked(instant(), scores.as_ref(), seen(&self.here, &report));
                self.check(scores);
            }
            // There is nothing to look at in an account without scores.
            Err(Halt::NeverSynced) => {}
            Err(halt) => {
                self.policy.look_failed(instant());
                self.notifier.stuck(Obstacle::Look, halt, self.policy.retry_at(Obstacle::Look));
            }
        }
    }

    /// Checks the scores that were saved, and those of which something was said before.
    fn check(&mut self, looked_at: Option<BTreeSet<ScoreId>>) {
        let is_to_check = |score: &PendingScore| (score.edited && score.fault.is_none()) || score.has_broken_file();
        let is_edited = |id: &ScoreId| self.policy.pending.get(id).is_some_and(is_to_check);
        let mut scores = looked_at.unwrap_or_else(|| self.path_index.ids().cloned().collect());
        scores.retain(|id| is_edited(id) || self.notifier.knows_of(id));
        if scores.is_empty() {
            return;
        }
        let files = self.here.workspace.reader().ok();
        for id in scores {
            let Some(paths) = self.files_of(&id) else { continue };
            let found = check_saved(&self.here, files.as_ref(), &id, &paths, &self.path_index, &self.rules);
            self.notifier.found(id, found);
        }
    }

    fn ask_git(&mut self, waiting: &BTreeSet<ScoreId>) {
        let waiting: Vec<(&ScoreId, ScorePaths)> = waiting.iter().filter_map(|id| Some((id, self.files_of(id)?))).collect();
        let waiting = waiting.iter().map(|(id, paths)| (*id, paths));
        let seen = self.git.as_mut().map(|git| git.ask(waiting)).unwrap_or_default();
        self.policy.saw_git(instant(), seen);
    }

    /// Where the files of a score were found, or else belong.
    fn files_of(&self, id: &ScoreId) -> Option<ScorePaths> {
        let found = self.policy.pending.get(id).and_then(PendingScore::paths);
        found.or_else(|| self.path_index.of(id).cloned())
    }

    fn ended(&mut self, ended: Ended) -> Result<(), Halt> {
        let Ended { session, task, began, result, lock } = ended;
        (self.there, self.doing) = (Some(session), None);
        let mut record = None;
        match result.and_then(|brought| self.brought(instant(), began, &task, brought)) {
            Ok(to_record) => record = to_record,
            Err(Halt::Interrupted) => {}
            Err(halt) if !self.started && matches!(trouble(&halt), Trouble::Refused | Trouble::Other) => return Err(halt),
            Err(halt) => self.stuck(halt)?,
        }
        // Under the lock only we record. What another command did before it was taken is not known yet; a full compare has seen it.
        let is_ours = lock.as_ref().is_some_and(|held| held.generation == self.generation);
        if is_ours || task == Task::FullCompare {
            self.here.require_state()?;
            self.generation = self.here.state.generation().unwrap_or(self.generation);
        } else {
            self.notice()?;
        }
        // The lock is not held while git commits: a hook that git runs may need it, or a person signs.
        drop(lock);
        if (record.is_some() || task == Task::FullCompare)
            && let Err(halt) = self.record(record)
        {
            self.stuck(halt)?;
        }
        Ok(())
    }

    /// Learns from what a task brought; what git is to record of it.
    fn brought(&mut self, now: Instant, began: Instant, task: &Task, brought: Brought) -> Result<Option<Record>, Halt> {
        let Brought { report, catalog } = brought;
        let (few, catalog) = catalog.map(|read| read.settled(self.path_index.catalog())).unwrap_or_default();
        let took = now - began;
        if *task == Task::Poll {
            self.policy.polled(now, took);
        }
        let catalog = if self.path_index.keep_few(&few) { catalog } else { Some(self.here.state.catalog()?) };
        self.learn(now, catalog)?;
        match (task, report) {
            (Task::FullCompare, Some(mut report)) => {
                let recovered = std::mem::take(&mut report.recovered);
                self.policy.compared(now, took, seen(&self.here, &report));
                self.check(None);
                self.notifier.knows_drafts(&report);
                self.notifier.tell(Event::Started { account: report.account.clone(), scores: self.path_index.len() });
                self.notifier.did(Report { recovered, scores: Vec::new(), ..report }, None);
                self.targets = self.path_index.by_id(&self.targets, &self.here.config.scorecards);
                self.started = true;
            }
            (task, Some(report)) => {
                self.learn_run(now, &report)?;
                let pushed = matches!(task, Task::Push(_));
                self.policy.ran(now, began, pushed, task_ends(&report));
                // Others may belong where the files of these were.
                if report.scores.iter().any(has_moved) {
                    self.index_paths(self.path_index.catalog().clone())?;
                    self.policy.look_at_all();
                }
                self.pushed.ran(now, &report);
                let record = if self.commit { record_of(&report) } else { None };
                self.notifier.drafts(&report);
                self.notifier.did(report, self.policy.retry_at(Obstacle::Task));
                return Ok(record);
            }
            _ => {}
        }
        Ok(None)
    }

    /// Another catalog may put files elsewhere, and what moved in it is behind: whoever read it, this watch or another command.
    fn learn(&mut self, now: Instant, catalog: Option<Catalog>) -> Result<(), Halt> {
        let Some(catalog) = catalog else { return Ok(()) };
        let changed = if self.started { changed_scores(self.path_index.catalog(), &catalog) } else { BTreeSet::new() };
        if !self.path_index.keep(&catalog) {
            self.index_paths(catalog)?;
        }
        let behind = self.not_as_synced(changed)?;
        self.policy.fell_behind(now, behind);
        Ok(())
    }

    /// Where files belong, and where they are recorded to be.
    fn index_paths(&mut self, catalog: Catalog) -> Result<(), Halt> {
        let mut recorded = self.here.state.unsynced_places()?;
        recorded.extend(self.here.state.synced()?.into_iter().map(|(id, synced)| (id, synced.paths)));
        self.path_index = PathIndex::new(catalog, &recorded, &self.targets, &self.here.config.scorecards)?;
        Ok(())
    }

    /// What a run made champion is known from then on: if Plexus goes back to what it had before, that is news.
    fn learn_run(&mut self, now: Instant, report: &Report) -> Result<(), Halt> {
        let recovered = report.recovered.iter().filter_map(|recovered| match recovered {
            Recovered::Operation(operation) => Some(&operation.score),
            Recovered::Run(_) => None,
        });
        let ids: BTreeSet<ScoreId> = report.scores.iter().map(|score| &score.id).chain(recovered).cloned().collect();
        let scores = self.here.state.catalog_part(&ids)?.scores;
        let changed = self.path_index.promoted(&scores).map(|score| score.id.clone()).collect();
        if !self.path_index.keep_few(&scores) {
            return self.learn(now, Some(self.here.state.catalog()?));
        }
        let behind = self.not_as_synced(changed)?;
        self.policy.fell_behind(now, behind);
        Ok(())
    }

    fn not_as_synced(&self, scores: BTreeSet<ScoreId>) -> Result<Vec<(ScoreId, RelPath)>, Halt> {
        if scores.is_empty() {
            return Ok(Vec::new());
        }
        let synced = self.here.state.load_some(&scores, &[])?.synced;
        Ok(self.path_index.not_as_synced(&scores, &synced))
    }

    /// Lets git record what was done, and what earlier runs owe.
    fn record(&mut self, record: Option<Record>) -> Result<(), Halt> {
        let Some(git) = self.git.as_ref().filter(|_| record.is_some() || self.commit) else { return Ok(()) };
        if record.is_none() && !owes_commit(&self.here)? {
            return Ok(());
        }
        match commit_owed(&mut self.here, git.repository(), record)? {
            Ok(committed) if committed.made.is_none() && committed.left_out.files().next().is_none() => {}
            Ok(committed) => self.notifier.tell(Event::Committed(committed)),
            Err(error) => self.notifier.tell(Event::NotCommitted(error)),
        }
        Ok(())
    }

    /// What failed is told and tried again; without its state there is nothing to try.
    fn stuck(&mut self, halt: Halt) -> Result<(), Halt> {
        if let Halt::State(StateError::Gone(_)) = halt {
            return Err(halt);
        }
        let trouble = trouble(&halt);
        self.policy.failed(instant(), trouble);
        if trouble != Trouble::Locked {
            self.notifier.stuck(Obstacle::Task, halt, self.policy.retry_at(Obstacle::Task));
        }
        Ok(())
    }
}
