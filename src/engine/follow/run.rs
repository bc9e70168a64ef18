//! The loop: waits, tells the [`Policy`], carries out its steps.

use super::errand::{Brought, Ended, Errand, Locks};
use super::event::{Event, Picture, Waiting};
use super::git::GitWatch;
use super::places::Places;
use super::policy::{Policy, Rules, Step, Trouble};
use super::verdict::{seen, trouble, verdicts};
use crate::engine::commit::record_of;
use crate::engine::report::{Action, Halt, Outcome, Report, ScoreReport};
use crate::engine::select::Targets;
use crate::engine::session::{PushOptions, Session};
use crate::engine::sight::moved;
use crate::engine::stop::Stop;
use crate::git::Repository;
use crate::model::{Catalog, ScoreId};
use crate::remote::Hint;
use crate::state::State;
use crate::watch::{Batch, Debounce, Signal};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// A save is several events; they are one when this long none came, or the first is this old.
const SAVE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(500));
/// Between two looks whether a person says `--resume`, while that is waited for.
const LISTEN: Duration = Duration::from_secs(1);
/// The wall clock went on by so much more than we did: the machine slept.
const SLEPT: i64 = 20;

/// What is told to the loop. A source that ends is silent from then on.
pub struct Sources {
    /// What happens to files.
    pub files: mpsc::Receiver<Signal>,
    /// What happens to the state: other commands.
    pub elsewhere: Option<mpsc::Receiver<()>>,
    /// What the dashboard says; none if it cannot be listened to.
    pub hints: Option<mpsc::Receiver<Hint>>,
    /// What a person wants.
    pub orders: mpsc::Receiver<Order>,
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Push everything that can be, now.
    Push,
    /// What waits for a word is meant.
    Resume,
    /// End.
    Quit,
}

/// Where the loop speaks.
pub struct Voice {
    /// What happens.
    pub events: mpsc::UnboundedSender<Event>,
    /// How everything stands.
    pub picture: watch::Sender<Picture>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A person quit.
    Quit,
    /// It was asked to stop.
    Stopped,
}

/// What the loop works with.
pub struct Follow {
    /// A session without the dashboard, to look at files.
    pub here: Session,
    /// A session with it, for errands.
    pub there: Session,
    /// What a person chose; git is asked if there is a repository.
    pub rules: Rules,
    /// How pushes go.
    pub push: PushOptions,
    /// The repository that holds the scorecards, if one does.
    pub repository: Option<Repository>,
    /// Git records what is done.
    pub commit: bool,
    /// Where the state is.
    pub state_folder: PathBuf,
}

type Running = Pin<Box<dyn Future<Output = Ended>>>;

impl Follow {
    /// Follows the workspace until a person quits or `stop` is asked; what is under way then is finished.
    ///
    /// # Errors
    /// What makes it useless from the start: no such account, another dashboard, a damaged state. Whatever happens later is
    /// told, and tried again.
    pub async fn run(self, sources: Sources, voice: Voice, stop: Arc<Stop>) -> Result<End, Halt> {
        let now = self.here.config.now;
        let there = self.there.with_stop(Arc::clone(&stop));
        let rules = Rules { git: self.repository.is_some(), ..self.rules };
        let mut watcher = Watcher {
            policy: Policy::new(rules, instant()),
            debounce: Debounce::new(SAVE.0, SAVE.1),
            places: Places::default(),
            git: self.repository.map(GitWatch::new),
            generation: self.here.state.generation()?,
            locks: Locks { folder: self.state_folder, now },
            here: self.here,
            there: Some(there),
            push: self.push,
            commit: self.commit,
            voice,
            said: Said::default(),
            doing: None,
        };
        watcher.follow(sources, &stop).await
    }
}

/// What was said already, so that it is not said again.
#[derive(Default)]
struct Said {
    started: bool,
    faults: BTreeMap<ScoreId, String>,
    outcomes: HashMap<ScoreId, String>,
    stuck: Option<String>,
    paused: bool,
    listening: bool,
}

struct Watcher {
    policy: Policy,
    debounce: Debounce,
    places: Places,
    git: Option<GitWatch>,
    /// Of the state, as we left it.
    generation: i64,
    locks: Locks,
    here: Session,
    there: Option<Session>,
    push: PushOptions,
    commit: bool,
    voice: Voice,
    said: Said,
    doing: Option<Errand>,
}

impl Watcher {
    async fn follow(&mut self, mut sources: Sources, stop: &Stop) -> Result<End, Halt> {
        let mut running: Option<Running> = None;
        let mut end = None;
        let mut clocks = Clocks::new(self.locks.now);
        loop {
            let wake = match end {
                Some(end) if running.is_none() => return Ok(end),
                Some(_) => None,
                None => {
                    if clocks.slept() {
                        self.policy.woke();
                    }
                    self.steps(&mut running).await?
                }
            };
            self.show();
            tokio::select! {
                biased;
                () = stop.asked(), if end.is_none() => end = Some(End::Stopped),
                ended = finished(&mut running) => {
                    running = None;
                    self.ended(ended)?;
                }
                Some(order) = sources.orders.recv() => {
                    if order == Order::Quit {
                        end.get_or_insert(End::Quit);
                    }
                    self.order(order);
                }
                Some(signal) = sources.files.recv() => self.signal(signal),
                Some(()) = next(&mut sources.elsewhere) => self.notice()?,
                Some(hint) = next(&mut sources.hints) => self.hint(&hint),
                () = until(wake) => {}
            }
        }
    }

    /// Carries out steps until there is one to wait for; until when that is.
    async fn steps(&mut self, running: &mut Option<Running>) -> Result<Option<Instant>, Halt> {
        loop {
            let now = instant();
            if let Some(batch) = self.debounce.take(now) {
                self.batch(now, batch);
            }
            if self.policy.paused().is_some() && State::take_resume(&self.locks.folder) {
                self.order(Order::Resume);
            }
            let step = self.policy.next(now, running.is_some());
            if let Some(errand) = Errand::of(&step)
                && let Some(session) = self.there.take()
            {
                self.doing = Some(errand.clone());
                *running = Some(Box::pin(errand.run(session, now, self.locks.clone(), self.push.clone())));
                continue;
            }
            match step {
                Step::Look(scores) => self.look(scores).await,
                Step::AskGit(waiting) => self.ask_git(&waiting),
                Step::Wait(wake) => {
                    self.speak();
                    let resume = self.policy.paused().map(|_| now + LISTEN);
                    return Ok([wake, self.debounce.due(), resume].into_iter().flatten().min());
                }
                _ => return Ok(None),
            }
        }
    }

    fn signal(&mut self, signal: Signal) {
        match signal {
            // Before the first pull there need be no root.
            Signal::RootGone if self.has_synced() => {
                self.policy.root(false);
                self.tell(Event::RootGone);
            }
            Signal::RootBack => {
                self.policy.root(true);
                self.tell(Event::RootBack);
            }
            Signal::Polling(why) => self.tell(Event::FilesPolled(why)),
            signal => self.debounce.saw(instant(), signal),
        }
    }

    fn has_synced(&self) -> bool {
        self.here.state.load().is_ok_and(|loaded| !loaded.synced.is_empty())
    }

    fn batch(&mut self, now: Instant, batch: Batch) {
        if batch.rescan.is_some() {
            self.policy.look_at_all();
        }
        let touched: Vec<_> = batch.paths.iter().flat_map(|path| self.places.at(path)).collect();
        self.policy.touched(now, touched);
    }

    fn hint(&mut self, hint: &Hint) {
        let places = &self.places;
        self.policy.hint(instant(), hint, |id| places.of(id).map(|paths| paths.code.clone()));
        let listening = match hint {
            Hint::Connected => true,
            Hint::Lost { .. } | Hint::Refused(_) => false,
            Hint::Score(_) | Hint::Catalog => return,
        };
        if let Hint::Lost { why, .. } | Hint::Refused(why) = hint
            && (self.said.listening || matches!(hint, Hint::Refused(_)))
        {
            self.tell(Event::Asking(why.clone()));
        }
        if listening && !self.said.listening {
            self.tell(Event::Listening);
        }
        self.said.listening = listening;
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Push => drop(self.policy.push_now()),
            Order::Resume => drop(self.policy.resume(instant())),
            Order::Quit => {}
        }
    }

    /// Another command may have recorded something.
    fn notice(&mut self) -> Result<(), Halt> {
        if self.there.is_none() || self.here.state.generation()? == self.generation {
            return Ok(());
        }
        self.generation = self.here.state.generation()?;
        self.policy.look_at_all();
        self.learn(Some(self.here.state.catalog()?))
    }

    async fn look(&mut self, scores: Option<BTreeSet<ScoreId>>) {
        let targets = scores.as_ref().map_or_else(Targets::default, Targets::scores);
        match self.here.status(&targets, true).await {
            Ok(report) => self.policy.looked(instant(), scores.as_ref(), seen(&report)),
            Err(halt) => self.stuck(halt),
        }
        self.settle_generation();
    }

    fn ask_git(&mut self, waiting: &BTreeSet<ScoreId>) {
        let places = &self.places;
        let waiting = waiting.iter().filter_map(|id| Some((id, places.of(id)?)));
        let seen = self.git.as_mut().map(|git| git.ask(waiting)).unwrap_or_default();
        self.policy.saw_git(instant(), seen);
    }

    /// What is recorded while we are at work was recorded by us.
    fn settle_generation(&mut self) {
        if let Ok(generation) = self.here.state.generation() {
            self.generation = generation;
        }
    }

    fn ended(&mut self, ended: Ended) -> Result<(), Halt> {
        let Ended { session, errand, began, result, lock } = ended;
        (self.there, self.doing) = (Some(session), None);
        let now = instant();
        match result {
            Ok(brought) => self.brought(now, began, &errand, brought)?,
            Err(Halt::Interrupted) => {}
            Err(halt) if !self.said.started && trouble(&halt) == Trouble::Other => return Err(halt),
            Err(halt) => self.stuck(halt),
        }
        drop(lock);
        if errand == Errand::Poll {
            self.notice()?;
        } else {
            self.settle_generation();
        }
        Ok(())
    }

    fn brought(&mut self, now: Instant, began: Instant, errand: &Errand, brought: Brought) -> Result<(), Halt> {
        let Brought { report, catalog } = brought;
        let before = self.places.catalog().clone();
        let news: BTreeSet<ScoreId> = catalog.as_ref().map(|catalog| moved(&before, catalog)).unwrap_or_default();
        self.learn(catalog)?;
        let took = now - began;
        match (errand, report) {
            (Errand::Survey, Some(report)) => {
                self.policy.surveyed(now, took, seen(&report));
                self.tell(Event::Started { account: report.account, scores: self.places.len() });
                self.said.started = true;
            }
            (Errand::Poll, _) => {
                let moved = news.into_iter().filter_map(|id| Some((id.clone(), self.places.of(&id)?.code.clone())));
                self.policy.polled(now, took, moved.collect::<Vec<_>>());
            }
            (errand, Some(report)) => {
                let pushed = matches!(errand, Errand::Push(_));
                self.policy.ran(now, began, pushed, verdicts(&report));
                self.did(report);
            }
            _ => {}
        }
        if self.policy.retry_at().is_none() && self.said.stuck.take().is_some() {
            self.tell(Event::Unstuck);
        }
        Ok(())
    }

    /// Another catalog may put files elsewhere.
    fn learn(&mut self, catalog: Option<Catalog>) -> Result<(), Halt> {
        let Some(catalog) = catalog else { return Ok(()) };
        if !self.places.keep(&catalog) {
            let synced = self.here.state.load()?.synced;
            self.places = Places::new(catalog, &synced, &self.here.config.scorecards)?;
        }
        Ok(())
    }

    fn did(&mut self, mut report: Report) {
        let said = &mut self.said.outcomes;
        report.scores.retain(|score| is_news(said, score));
        let record = if self.commit { record_of(&report) } else { None };
        if !report.scores.is_empty() {
            self.tell(Event::Did(report));
        }
        let (Some(record), Some(git)) = (record, &self.git) else { return };
        let text = record.message.text();
        match git.repository().commit(&record.paths, &text) {
            Ok(Some(made)) => self.tell(Event::Committed(made, text.lines().next().unwrap_or_default().to_owned())),
            Ok(None) => {}
            Err(error) => self.tell(Event::NotCommitted(error)),
        }
    }

    fn stuck(&mut self, halt: Halt) {
        let trouble = trouble(&halt);
        let now = instant();
        self.policy.failed(now, trouble);
        let words = halt.to_string();
        if trouble == Trouble::Locked || self.said.stuck.is_some() {
            return;
        }
        let retry_in = self.policy.retry_at().map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        self.said.stuck = Some(words);
        self.tell(Event::Stuck { why: halt, retry_in });
    }

    /// Says what changed while steps were carried out.
    fn speak(&mut self) {
        let faults: BTreeMap<ScoreId, String> =
            self.policy.items.iter().filter_map(|(id, item)| Some((id.clone(), item.fault.clone()?))).collect();
        if faults != self.said.faults {
            self.tell(Event::Checked(faults.values().cloned().collect()));
            self.said.faults = faults;
        }
        match self.policy.paused() {
            Some(pause) if !self.said.paused && !matches!(pause.why, super::PauseWhy::GitBusy(_)) => {
                self.said.paused = true;
                self.tell(Event::Paused(pause.clone()));
            }
            None if self.said.paused => {
                self.said.paused = false;
                self.tell(Event::Resumed);
            }
            _ => {}
        }
    }

    fn show(&self) {
        let now = instant();
        let waiting = |item: &super::item::Item| Waiting {
            path: item.path.clone(),
            edited: item.edited,
            behind: item.behind,
            wait: item.wait(&self.policy.rules, now),
            since: item.since,
        };
        let mut all: Vec<Waiting> = self.policy.items.values().filter(|item| !item.is_calm()).map(waiting).collect();
        all.sort_by(|a, b| a.path.cmp(&b.path));
        let picture = Picture {
            scores: self.places.len(),
            waiting: all,
            paused: self.policy.paused().cloned(),
            stuck: self.policy.retry_at().zip(self.said.stuck.clone()),
            listening: self.said.listening,
            doing: self.doing.as_ref().map(Errand::doing),
        };
        self.voice.picture.send_if_modified(|shown| {
            let differs = *shown != picture;
            *shown = picture;
            differs
        });
    }

    /// Nobody listening is no reason to end.
    fn tell(&self, event: Event) {
        let _ = self.voice.events.send(event);
    }
}

/// There is something to say about a score: it was done, or cannot be done for another reason than last time.
fn is_news(said: &mut HashMap<ScoreId, String>, score: &ScoreReport) -> bool {
    match &score.outcome {
        Outcome::Untouched | Outcome::Planned(_) => false,
        Outcome::Done(action) => {
            said.remove(&score.id);
            !matches!(action, Action::Recorded { .. })
        }
        // It is pulled at once.
        Outcome::Refused(crate::plan::Refusal::Stale { .. } | crate::plan::Refusal::UnknownBase) => false,
        outcome => {
            let words = format!("{outcome:?}");
            said.insert(score.id.clone(), words.clone()) != Some(words)
        }
    }
}

/// By the runtime's clock, which tests can hold.
fn instant() -> Instant {
    tokio::time::Instant::now().into_std()
}

async fn until(wake: Option<Instant>) {
    match wake {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

async fn finished(running: &mut Option<Running>) -> Ended {
    match running {
        Some(running) => running.await,
        None => std::future::pending().await,
    }
}

async fn next<T>(source: &mut Option<mpsc::Receiver<T>>) -> Option<T> {
    match source {
        Some(source) => source.recv().await,
        None => std::future::pending().await,
    }
}

/// Tells when the machine slept: the wall clock went on, ours did not.
struct Clocks {
    now: fn() -> Timestamp,
    wall: Timestamp,
    ours: Instant,
}

impl Clocks {
    fn new(now: fn() -> Timestamp) -> Self {
        Self { now, wall: now(), ours: instant() }
    }

    fn slept(&mut self) -> bool {
        let (wall, ours) = ((self.now)(), instant());
        let gone = wall.duration_since(self.wall).as_secs() - (ours - self.ours).as_secs().cast_signed();
        (self.wall, self.ours) = (wall, ours);
        gone > SLEPT
    }
}
