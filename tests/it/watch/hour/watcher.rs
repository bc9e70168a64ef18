//! Somebody who follows the workspace and answers when asked.

use crate::support::Desk;
use scoresync::check::RuleSet;
use scoresync::engine::follow::{
    Event, EventSink, Follow, FollowEnd, FollowStatus, Rules, Sources, UserCommand, WaitReason, Waiting,
};
use scoresync::engine::{PushOptions, Targets};
use scoresync::git::{Program, Repository};
use scoresync::model::PushWhen;
use scoresync::remote::Remote;
use scoresync::watch::{ChangeNotifier, WatchOptions, Watching, notify_changes, watch};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch as latest};
use tokio::task::JoinHandle;

/// How long files must be left alone.
const QUIET: Duration = Duration::from_millis(200);
/// Long enough for the slowest machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running watcher.
pub struct Watcher {
    _files: Watching,
    _state: Option<ChangeNotifier>,
    commands: mpsc::Sender<UserCommand>,
    events: mpsc::UnboundedReceiver<Event>,
    status: latest::Receiver<FollowStatus>,
    run: JoinHandle<FollowEnd>,
    /// Whatever it pauses at is meant: much happens at once in a short hour.
    pub pauses_are_answered: bool,
}

impl Watcher {
    /// Follows `desk`.
    pub fn start(desk: &Desk, remote: &Arc<dyn Remote>) -> Self {
        let (files_watching, files) = watch(&desk.root(), &[], WatchOptions::default());
        let (state, elsewhere) = notify_changes(&desk.state_folder(), |name| name.starts_with("state.db")).unzip();
        let (commands, ordered) = mpsc::channel(8);
        let (told, events) = mpsc::unbounded_channel();
        let (show, status) = latest::channel(FollowStatus::default());
        let follow = Follow {
            targets: Targets::default(),
            here: desk.offline(),
            there: desk.session(Arc::clone(remote)),
            rules: Rules { push: PushWhen::OnIdle, quiet: QUIET, git: true },
            check: RuleSet::default(),
            push: PushOptions::default(),
            repository: Repository::discover(&desk.root(), Program::default()).expect("a repository can be looked for"),
            commit: false,
        };
        let sources = Sources { files, elsewhere, remote_events: remote.listen(), commands: ordered };
        let sink = EventSink { events: told, status: show };
        let run = tokio::task::spawn_local(async move {
            let cancellation = follow.there.cancellation();
            follow.run(sources, sink, cancellation).await.expect("it follows to the end")
        });
        Self { _files: files_watching, _state: state, commands, events, status, run, pauses_are_answered: true }
    }

    /// Waits for an event.
    pub async fn until(&mut self, what: &str, is_it: impl Fn(&Event) -> bool) {
        let mut heard = Vec::new();
        loop {
            let event = tokio::time::timeout(PATIENCE, self.events.recv()).await;
            let event = event.unwrap_or_else(|_| panic!("no {what} in {heard:#?}")).expect("it follows");
            let found = is_it(&event);
            self.answer(&event);
            heard.push(event);
            if found {
                return;
            }
        }
    }

    /// How everything stands.
    pub fn status(&self) -> FollowStatus {
        self.status.borrow().clone()
    }

    /// Hears what happened meanwhile.
    pub fn catch_up(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.answer(&event);
        }
    }

    fn answer(&mut self, event: &Event) {
        if self.pauses_are_answered && matches!(event, Event::Paused(_)) {
            self.commands.try_send(UserCommand::Resume).expect("orders are taken");
        }
    }

    /// Waits until nothing is left to do but to end conflicts; the names of the files that are in one.
    pub async fn is_calm(&mut self) -> Vec<String> {
        loop {
            self.catch_up();
            if let Some(conflicts) = conflicts(&self.status.borrow_and_update()) {
                return conflicts;
            }
            self.status.changed().await.expect("it follows");
        }
    }

    /// Ends it.
    pub async fn quit(mut self) {
        self.commands.send(UserCommand::Quit).await.expect("orders are taken");
        self.catch_up();
        assert_eq!(self.run.await.expect("no panic"), FollowEnd::Quit);
    }
}

/// The files in conflict, if there is nothing else to do.
fn conflicts(status: &FollowStatus) -> Option<Vec<String>> {
    let is_busy = status.scores == 0 || status.doing.is_some() || status.stuck.is_some();
    let is_conflict = |waiting: &Waiting| waiting.wait == WaitReason::Conflict;
    let is_calm = !is_busy && status.waiting.iter().all(is_conflict);
    is_calm.then(|| status.waiting.iter().map(|waiting| waiting.path.file_name().to_owned()).collect())
}
