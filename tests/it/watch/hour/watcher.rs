//! Somebody who follows the workspace and answers when asked.

use crate::support::Desk;
use scoresync::check::RuleSet;
use scoresync::engine::PushOptions;
use scoresync::engine::follow::{End, Event, Follow, Order, Picture, Rules, Sources, Voice, Wait, Waiting};
use scoresync::git::{Program, Repository};
use scoresync::model::PushWhen;
use scoresync::remote::Remote;
use scoresync::watch::{Nudging, Options, Watching, nudges, watch};
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
    _state: Option<Nudging>,
    orders: mpsc::Sender<Order>,
    events: mpsc::UnboundedReceiver<Event>,
    picture: latest::Receiver<Picture>,
    run: JoinHandle<End>,
    /// Whatever it pauses at is meant: much happens at once in a short hour.
    pub pauses_are_answered: bool,
}

impl Watcher {
    /// Follows `desk`.
    pub fn start(desk: &Desk, remote: &Arc<dyn Remote>) -> Self {
        let (files_watching, files) = watch(&desk.root(), Options::default());
        let (state, elsewhere) = nudges(&desk.state_folder(), |name| name.starts_with("state.db")).unzip();
        let (orders, ordered) = mpsc::channel(8);
        let (told, events) = mpsc::unbounded_channel();
        let (show, picture) = latest::channel(Picture::default());
        let follow = Follow {
            here: desk.offline(),
            there: desk.session(Arc::clone(remote)),
            rules: Rules { push: PushWhen::OnIdle, quiet: QUIET, git: true },
            check: RuleSet::default(),
            push: PushOptions::default(),
            repository: Repository::discover(&desk.root(), Program::default()).expect("a repository can be looked for"),
            commit: false,
            state_folder: desk.state_folder(),
        };
        let sources = Sources { files, elsewhere, hints: remote.listen(), orders: ordered };
        let voice = Voice { events: told, picture: show };
        let run = tokio::task::spawn_local(async move {
            let stop = follow.there.stop_flag();
            follow.run(sources, voice, stop).await.expect("it follows to the end")
        });
        Self { _files: files_watching, _state: state, orders, events, picture, run, pauses_are_answered: true }
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
    pub fn picture(&self) -> Picture {
        self.picture.borrow().clone()
    }

    /// Hears what happened meanwhile.
    pub fn catch_up(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.answer(&event);
        }
    }

    fn answer(&mut self, event: &Event) {
        if self.pauses_are_answered && matches!(event, Event::Paused(_)) {
            self.orders.try_send(Order::Resume).expect("orders are taken");
        }
    }

    /// Waits until nothing is left to do but to end conflicts; the names of the files that are in one.
    pub async fn is_calm(&mut self) -> Vec<String> {
        loop {
            self.catch_up();
            if let Some(conflicts) = conflicts(&self.picture.borrow_and_update()) {
                return conflicts;
            }
            self.picture.changed().await.expect("it follows");
        }
    }

    /// Ends it.
    pub async fn quit(mut self) {
        self.orders.send(Order::Quit).await.expect("orders are taken");
        self.catch_up();
        assert_eq!(self.run.await.expect("no panic"), End::Quit);
    }
}

/// The files in conflict, if there is nothing else to do.
fn conflicts(picture: &Picture) -> Option<Vec<String>> {
    let is_busy = picture.scores == 0 || picture.doing.is_some() || picture.stuck.is_some();
    let is_conflict = |waiting: &Waiting| waiting.wait == Wait::Conflict;
    let is_calm = !is_busy && picture.waiting.iter().all(is_conflict);
    is_calm.then(|| picture.waiting.iter().map(|waiting| waiting.path.file_name().to_owned()).collect())
}
