//! What a person sees of a watch, or a program reads, and what a person can type.

use crate::cli::app::App;
use crate::cli::clock::now;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::offline_session;
use crate::cli::render::diff::unified;
use crate::cli::render::watch::{EventFormatter, json, live};
use crate::cli::ui::{Key, Live, Ui};
use crate::engine::follow::{Event, FollowStatus, UserCommand, WaitReason};
use crate::engine::{Against, Selector, Targets, diff};
use crate::model::RelPath;
use crate::settings::Settings;
use jiff::tz::TimeZone;
use std::path::PathBuf;
use std::time::Instant;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// What a person sees, or a program reads.
pub struct WatchView<'a> {
    app: &'a App,
    ui: &'a mut Ui,
    formatter: EventFormatter,
    root: PathBuf,
    settings: &'a Settings,
    live: Option<Live>,
    keys: Option<mpsc::Receiver<Key>>,
}

impl<'a> WatchView<'a> {
    /// Takes the terminal, if there is one.
    pub fn new(app: &'a App, ui: &'a mut Ui, settings: &'a Settings) -> Self {
        let formatter =
            EventFormatter { styler: ui.styler, zone: TimeZone::system(), root: app.shown(&settings.root.value).to_owned() };
        let (live, keys) = ui.live().map_or((None, None), |(live, keys)| (Some(live), keys));
        Self { app, ui, formatter, root: settings.root.value.clone(), settings, live, keys }
    }

    /// Says what happened.
    pub fn tell(&mut self, event: Event) {
        let text = if self.app.global.json {
            json::event(now(), event, self.app.roots(self.settings))
        } else {
            self.formatter.event(now(), event)
        };
        self.say(&text);
    }

    /// Prints lines that stay. A terminal that is gone is no reason to end.
    fn say(&mut self, text: &str) {
        match &mut self.live {
            Some(live) => drop(live.above(text)),
            None => self.ui.data(text),
        }
    }

    /// Draws how everything stands.
    pub fn draw(&mut self, status: &FollowStatus) {
        if let Some(live) = &mut self.live {
            let lines = live::lines(&self.formatter, status, instant(), live.width(), self.keys.is_some());
            drop(live.draw(lines));
        }
    }

    /// What is drawn changes as time passes.
    pub fn is_ticking(&self, status: &FollowStatus) -> bool {
        self.live.is_some() && live::is_ticking(status)
    }

    /// The next key that is typed; waits for ever where none can be.
    pub async fn key(&mut self) -> Key {
        match next(&mut self.keys).await {
            Some(key) => key,
            None => std::future::pending().await,
        }
    }

    /// Does what a key says; how the run ends, if it ends at once.
    pub async fn press(
        &mut self,
        key: Key,
        status: &FollowStatus,
        commands: &mpsc::Sender<UserCommand>,
        cancellation: &CancellationToken,
    ) -> Option<Exit> {
        // A queue that is full holds the same command already.
        let send = |command| commands.try_send(command).unwrap_or_default();
        match key {
            Key::Interrupt if cancellation.is_cancelled() => return Some(Exit::Interrupted),
            Key::Interrupt => cancellation.cancel(),
            Key::Suspend => {
                if let Some(live) = &mut self.live {
                    drop(live.suspend());
                }
            }
            Key::Letter('p') => send(UserCommand::Push),
            Key::Letter('c') => send(UserCommand::Resume),
            Key::Letter('q') => send(UserCommand::Quit),
            Key::Letter('d') => self.diff(status).await,
            Key::Letter('r') => self.conflicts(status),
            Key::Resized | Key::Letter(_) => {}
        }
        None
    }

    /// Shows the edits that wait to be pushed.
    async fn diff(&mut self, status: &FollowStatus) {
        let edited: Vec<RelPath> = status.waiting.iter().filter(|one| one.edited).map(|one| one.path.clone()).collect();
        let text = match self.edits(edited).await {
            Ok(text) if text.is_empty() => "nothing is edited\n".to_owned(),
            Ok(text) => text,
            Err(problem) => self.formatter.problem(&problem),
        };
        self.say(&text);
    }

    async fn edits(&self, edited: Vec<RelPath>) -> Result<String, Problem> {
        if edited.is_empty() {
            return Ok(String::new());
        }
        let mut session = offline_session(self.settings)?;
        let selectors = edited.into_iter().map(Selector::Path).collect();
        let targets = Targets { selectors, scorecards: Vec::new() };
        let (diffs, _) = diff(&mut session, &targets, &Against::Base).await?;
        let root = self.app.shown(&self.root);
        Ok(diffs.iter().map(|diff| unified(self.formatter.styler, &diff.path.under(root), diff)).collect())
    }

    /// Says how the conflicts that wait are ended.
    fn conflicts(&mut self, status: &FollowStatus) {
        let paths = status.waiting.iter().filter(|one| one.wait == WaitReason::Conflict).map(|one| &one.path);
        let text = self.formatter.conflicts(paths);
        let text = if text.is_empty() { "nothing is in conflict\n".to_owned() } else { text };
        self.say(&text);
    }

    /// Gives the terminal back, and prints the last line of JSON.
    ///
    /// # Errors
    /// Why the watch ended, where that was not printed here.
    pub fn end(mut self, result: Result<Exit, Problem>) -> Result<Exit, Problem> {
        self.live = None;
        if !self.app.global.json {
            return result;
        }
        let (exit, problem) = match &result {
            Ok(exit) => (*exit, None),
            Err(problem) => (problem.exit, Some(problem)),
        };
        self.ui.data(&json::ended(now(), exit, problem));
        if let Some(problem) = problem {
            self.ui.problem(problem);
        }
        Ok(exit)
    }
}

/// The moment now by the runtime's clock, which the times in a status are of.
fn instant() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// The next value of a source; waits for ever where there is none.
pub async fn next<T>(source: &mut Option<mpsc::Receiver<T>>) -> Option<T> {
    match source {
        Some(source) => source.recv().await,
        None => std::future::pending().await,
    }
}
