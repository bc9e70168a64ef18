//! [`Notifier`]: tells what happens, each thing once, and shows how everything stands.

use super::channels::EventSink;
use super::clock::instant;
use super::event::{Doing, Drafted, Event, FollowStatus, Stuck, Waiting};
use super::facts::{Obstacle, TaskOutcome, WaitReason};
use super::from_report::task_outcome;
use super::pause::PauseWhy;
use super::pending::PendingScore;
use super::policy::Policy;
use crate::engine::diagnostic::Diagnostic;
use crate::engine::error::{Failure, Halt};
use crate::engine::report::{Action, Outcome, Recovered, Report, ScoreReport, Verb};
use crate::model::{ScoreId, VersionId};
use crate::plan::{Note, Refusal};
use crate::remote::{RemoteError, RemoteEvent};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::slice;
use std::time::Instant;

/// Who tells, and what was told already.
pub(super) struct Notifier {
    sink: EventSink,
    /// What `check` finds in the files that were saved.
    found: BTreeMap<ScoreId, Vec<Diagnostic>>,
    checked: Vec<Diagnostic>,
    outcomes: HashMap<ScoreId, String>,
    recovered: Vec<Recovered>,
    stuck: BTreeMap<Obstacle, Halt>,
    /// The pause that was told of, until it is over.
    paused: Option<PauseWhy>,
    listening: bool,
    /// Versions of others that somebody was told of, and our own.
    drafts: BTreeSet<VersionId>,
    /// What scores wait for that only a person ends, as it was told.
    waits: BTreeMap<ScoreId, WaitReason>,
}

impl Notifier {
    pub fn new(sink: EventSink) -> Self {
        let (found, checked, outcomes, recovered) = (BTreeMap::new(), Vec::new(), HashMap::new(), Vec::new());
        let (drafts, waits) = (BTreeSet::new(), BTreeMap::new());
        Self { sink, found, checked, outcomes, recovered, stuck: BTreeMap::new(), paused: None, listening: false, drafts, waits }
    }

    /// Nobody listening is no reason to end.
    pub fn tell(&self, event: Event) {
        let _ = self.sink.events.send(event);
    }

    /// The line to the dashboard came up or went down.
    pub fn heard(&mut self, event: &RemoteEvent) {
        match event {
            RemoteEvent::Score(_) | RemoteEvent::Catalog => {}
            RemoteEvent::Connected => {
                if !std::mem::replace(&mut self.listening, true) {
                    self.tell(Event::Listening);
                }
            }
            RemoteEvent::Lost { why, .. } | RemoteEvent::Refused(why) => {
                if std::mem::take(&mut self.listening) || matches!(event, RemoteEvent::Refused(_)) {
                    self.tell(Event::Asking(why.clone()));
                }
            }
        }
    }

    /// Drafts of others that were heard of: a status tells of them.
    pub fn knows_drafts(&mut self, report: &Report) {
        let known = report.scores.iter().flat_map(|score| &score.drafts).flat_map(|drafts| &drafts.versions);
        self.drafts.extend(known.map(|version| version.id.clone()));
    }

    /// Drafts of others that were not heard of before, each once, the oldest first.
    pub fn drafts(&mut self, report: &Report) {
        for score in &report.scores {
            if let Outcome::Done(Action::Pushed { version, .. }) = &score.outcome {
                self.drafts.insert(version.clone());
            }
            for version in score.drafts.iter().flat_map(|drafts| drafts.versions.iter().rev()) {
                if self.drafts.insert(version.id.clone()) {
                    let name = format!("{}/{}", score.scorecard, score.name);
                    let drafted = Drafted { score: score.id.clone(), name, version: version.clone() };
                    self.tell(Event::Drafted(Box::new(drafted)));
                }
            }
        }
    }

    /// What a run did, as far as there is something to say about it.
    pub fn did(&mut self, mut report: Report, retry_at: Option<Instant>) {
        if let Some(error) = unreached(&report) {
            self.stuck(Obstacle::Task, Halt::Remote(error.clone()), retry_at);
        }
        report.recovered.retain(|one| !self.recovered.contains(one));
        self.recovered.extend(report.recovered.iter().cloned());
        let verb = report.verb;
        report.scores.retain(|score| is_news(&mut self.outcomes, verb, score));
        if !report.scores.is_empty() || !report.recovered.is_empty() {
            self.tell(Event::Did(report));
        }
    }

    /// Something is in the way of everything. Told once, until it is over.
    pub fn stuck(&mut self, obstacle: Obstacle, halt: Halt, retry_at: Option<Instant>) {
        if self.stuck.contains_key(&obstacle) {
            return;
        }
        self.stuck.insert(obstacle, halt.clone());
        let retry_in = retry_at.map(|at| at.saturating_duration_since(instant()));
        self.tell(Event::Stuck { why: halt, retry_in });
    }

    /// Tells what changed while steps were carried out.
    pub fn changes(&mut self, policy: &Policy) {
        let told = self.stuck.len();
        self.stuck.retain(|obstacle, _| policy.is_stuck(*obstacle));
        if self.stuck.is_empty() && told > 0 {
            self.tell(Event::Unstuck);
        }
        // First, so that nobody reads that files can be pushed while none will be.
        self.pause(policy);
        let faults = faults(policy);
        let found = self.diagnostics(&faults);
        if !found.iter().copied().eq(&self.checked) {
            let checked: Vec<Diagnostic> = found.into_iter().cloned().collect();
            self.tell(Event::Checked { found: checked.clone(), paused: self.paused.is_some() });
            self.checked = checked;
        }
        self.waits(policy);
    }

    /// Tells what scores wait for from now on that only a person ends.
    fn waits(&mut self, policy: &Policy) {
        let held = policy.pending.iter().filter_map(|(id, score)| Some((id, score, score.held.as_ref()?)));
        let found: Vec<_> = held.filter(|(.., held)| held.is_found()).collect();
        let is_told = |id: &ScoreId, held: &WaitReason| self.waits.get(id).is_some_and(|told| is_same(told, held));
        let news = found.iter().filter(|(id, _, held)| !is_told(id, held));
        let mut news: Vec<Waiting> =
            news.map(|(_, score, held)| Waiting { wait: (*held).clone(), ..waiting(policy, score, instant()) }).collect();
        // One that is about to be pulled may wait on after that: it is not over yet.
        let is_under_way = |id: &ScoreId| policy.pending.get(id).is_some_and(|score| score.behind && score.held.is_none());
        self.waits.retain(|id, _| is_under_way(id));
        self.waits.extend(found.into_iter().map(|(id, _, held)| (id.clone(), held.clone())));
        if !news.is_empty() {
            news.sort_by(|a, b| a.path.cmp(&b.path));
            self.tell(Event::Waits(news));
        }
    }

    /// Tells of a pause when it begins, when its reason is another one, and when it is over.
    fn pause(&mut self, policy: &Policy) {
        match policy.lasting_pause(instant()) {
            Some(pause) if self.paused.as_ref().is_none_or(|told| is_another(told, &pause.why)) => {
                self.paused = Some(pause.why.clone());
                self.tell(Event::Paused(pause.clone()));
            }
            None if self.paused.take().is_some() => self.tell(Event::Resumed),
            _ => {}
        }
    }

    /// Something was found in the files of a score before.
    pub fn knows_of(&self, score: &ScoreId) -> bool {
        self.found.contains_key(score)
    }

    /// What `check` finds in the files of a score now.
    pub fn found(&mut self, score: ScoreId, diagnostics: Vec<Diagnostic>) {
        if diagnostics.is_empty() {
            self.found.remove(&score);
        } else {
            self.found.insert(score, diagnostics);
        }
    }

    /// By file. Of a score that cannot be pushed only its fault is said: the rest mostly follows from it.
    fn diagnostics<'a>(&'a self, faults: &'a BTreeMap<&ScoreId, Diagnostic>) -> Vec<&'a Diagnostic> {
        let found = self.found.iter().filter(|(id, _)| !faults.contains_key(id)).map(|(_, found)| found.as_slice());
        let mut by_file: Vec<&[Diagnostic]> = faults.values().map(slice::from_ref).chain(found).collect();
        by_file.sort_by(|a, b| a[0].path.cmp(&b[0].path));
        by_file.into_iter().flatten().collect()
    }

    /// How everything stands, if that changed.
    pub fn show(&self, policy: &Policy, scores: usize, doing: Option<Doing>) {
        let now = instant();
        let waiting = policy.pending.values().filter(|score| !score.is_calm()).map(|score| waiting(policy, score, now));
        let mut waiting: Vec<Waiting> = waiting.collect();
        // What somebody deleted is mostly meant: it hides nothing that is not.
        let order = |one: &Waiting| one.wait == WaitReason::Deleted;
        waiting.sort_by(|a, b| (order(a), &a.path).cmp(&(order(b), &b.path)));
        let mut stuck = self.stuck.iter().filter(|(obstacle, _)| policy.is_stuck(**obstacle));
        let stuck = stuck.next().map(|(obstacle, why)| Stuck { why: why.clone(), retry_at: policy.retry_at(*obstacle) });
        let status = FollowStatus { scores, waiting, paused: policy.paused().cloned(), stuck, listening: self.listening, doing };
        self.sink.status.send_if_modified(|shown| {
            let differs = *shown != status;
            *shown = status;
            differs
        });
    }
}

/// There is nothing new to tell of what a score waits for.
fn is_same(told: &WaitReason, held: &WaitReason) -> bool {
    match (told, held) {
        (WaitReason::Renamed(told), WaitReason::Renamed(held)) => told.to == held.to,
        _ => told == held,
    }
}

fn waiting(policy: &Policy, score: &PendingScore, now: Instant) -> Waiting {
    Waiting {
        path: score.path.clone(),
        edited: score.edited,
        behind: score.behind,
        wait: score.wait(&policy.rules, now),
        since: score.since,
    }
}

/// Why scores cannot be pushed.
fn faults(policy: &Policy) -> BTreeMap<&ScoreId, Diagnostic> {
    let fault = |(id, score): (_, &PendingScore)| Some((id, Diagnostic::of_fault(&score.paths()?, score.fault.as_ref()?)));
    policy.pending.iter().filter_map(fault).collect()
}

/// Whether a pause is to be told of anew: what ends it is another thing.
fn is_another(told: &PauseWhy, why: &PauseWhy) -> bool {
    match (told, why) {
        (PauseWhy::GitBusy(told), PauseWhy::GitBusy(activity)) => told != activity,
        (PauseWhy::GitBusy(_), _) | (_, PauseWhy::GitBusy(_)) => true,
        _ => false,
    }
}

/// Why the dashboard was not reached for a score, if it was not.
fn unreached(report: &Report) -> Option<&RemoteError> {
    report.scores.iter().find_map(|score| match &score.outcome {
        Outcome::Failed(Failure::Remote(error)) if task_outcome(score) == TaskOutcome::Later => Some(error),
        _ => None,
    })
}

/// There is something to say about a score: it was done, or cannot be done for another reason than last time.
fn is_news(said: &mut HashMap<ScoreId, String>, verb: Verb, score: &ScoreReport) -> bool {
    let mut is_new = |words: String| said.insert(score.id.clone(), words.clone()) != Some(words);
    match &score.outcome {
        // Each edit of what has no drafts is told once: it is not pushed before somebody promotes it.
        Outcome::Untouched if verb == Verb::Push && score.notes.contains(&Note::HasNoDrafts) => {
            is_new(format!("{:?}", score.files))
        }
        Outcome::Untouched | Outcome::Planned(_) => false,
        Outcome::Done(action) => {
            said.remove(&score.id);
            !matches!(action, Action::Recorded { .. })
        }
        // It is pulled at once.
        Outcome::Refused(Refusal::Stale { .. } | Refusal::UnknownBase) => false,
        // It is tried again; the reason concerns all.
        Outcome::Failed(_) if task_outcome(score) == TaskOutcome::Later => false,
        outcome => is_new(format!("{outcome:?}")),
    }
}
