//! Somebody who follows the workspace and answers when asked.

use crate::support::Desk;
use scoresync::engine::PushOptions;
use scoresync::engine::follow::{End, Event, Follow, Order, PauseWhy, Picture, Rules, Sources, Voice, Wait};
use scoresync::git::{Program, Repository};
use scoresync::model::PushWhen;
use scoresync::remote::Remote;
use scoresync::watch::{Options, Watching, watch};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch as latest};
use tokio::task::JoinHandle;

/// How long files must be left alone.
const QUIET: Duration = Duration::from_millis(200);
/// Long enough for the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running watcher.
pub struct Watcher {
    _files: Watching,
    orders: mpsc::Sender<Order>,
    events: mpsc::UnboundedReceiver<Event>,
    picture: latest::Receiver<Picture>,
    run: JoinHandle<End>,
    paused: Vec<PauseWhy>,
}

impl Watcher {
    /// Follows `desk`.
    pub fn start(desk: &Desk, remote: &Arc<dyn Remote>) -> Self {
        let (files_watching, files) = watch(&desk.root(), Options::default());
        let (orders, ordered) = mpsc::channel(8);
        let (told, events) = mpsc::unbounded_channel();
        let (show, picture) = latest::channel(Picture::default());
        let follow = Follow {
            here: desk.offline(),
            there: desk.session(Arc::clone(remote)),
            rules: Rules { push: PushWhen::OnIdle, quiet: QUIET, git: true },
            push: PushOptions::default(),
            repository: Repository::discover(&desk.root(), Program::default()).expect("a repository can be looked for"),
            commit: false,
            state_folder: desk.state_folder(),
        };
        let sources = Sources { files, elsewhere: None, hints: remote.listen(), orders: ordered };
        let voice = Voice { events: told, picture: show };
        let run = tokio::task::spawn_local(async move {
            let stop = follow.there.stop_flag();
            follow.run(sources, voice, stop).await.expect("it follows to the end")
        });
        Self { _files: files_watching, orders, events, picture, run, paused: Vec::new() }
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

    /// Hears what happened meanwhile.
    pub fn catch_up(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.answer(&event);
        }
    }

    /// Many edits at once are meant: this hour is a short one.
    fn answer(&mut self, event: &Event) {
        if let Event::Paused(pause) = event {
            self.paused.push(pause.why.clone());
            if matches!(pause.why, PauseWhy::Many(_)) {
                self.orders.try_send(Order::Resume).expect("orders are taken");
            }
        }
    }

    /// Waits until nothing waits but conflicts, which only a person ends.
    pub async fn is_calm(&mut self) {
        let is_calm = |picture: &Picture| {
            let waits = picture.waiting.iter().any(|waiting| waiting.wait != Wait::Conflict);
            picture.scores > 0 && picture.doing.is_none() && picture.stuck.is_none() && !waits
        };
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            self.catch_up();
            if is_calm(&self.picture.borrow_and_update()) {
                return;
            }
            let changed = tokio::time::timeout_at(deadline, self.picture.changed()).await;
            changed.unwrap_or_else(|_| panic!("{:#?}", self.picture.borrow())).expect("it follows");
        }
    }

    /// Ends it.
    pub async fn quit(mut self) {
        self.orders.send(Order::Quit).await.expect("orders are taken");
        self.catch_up();
        assert_eq!(self.run.await.expect("no panic"), End::Quit);
    }
}
