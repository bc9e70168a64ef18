//! What a person sees of a watch, or a program reads, and what a person can type.

use crate::cli::app::App;
use crate::cli::clock::now;
use crate::cli::commands::resolve::{self, ResolveArgs};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::offline_session;
use crate::cli::render::Clock;
use crate::cli::render::diff::unified;
use crate::cli::render::watch::{EventFormatter, json, live};
use crate::cli::ui::{Key, Keys, Live, Ui};
use crate::engine::follow::{Event, FollowStatus, UserCommand, WaitReason};
use crate::engine::{Against, Selector, Targets, diff};
use crate::model::RelPath;
use crate::settings::{Settings, Terminal};
use jiff::tz::TimeZone;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// How long questions that are open may take to end when the watch does.
const QUESTIONS_GRACE: Duration = Duration::from_secs(2);

/// What a person sees, or a program reads.
pub struct WatchView<'a> {
    app: &'a App,
    ui: &'a mut Ui,
    formatter: EventFormatter,
    root: PathBuf,
    settings: &'a Settings,
    /// How conflicts are resolved.
    resolve: ResolveArgs,
    times: live::Times,
    live: Option<Live>,
    keys: Option<Keys>,
    /// The terminal is left to questions about conflicts, until this comes.
    questions: Option<oneshot::Receiver<()>>,
    /// What was to be said meanwhile.
    unsaid: String,
}

impl<'a> WatchView<'a> {
    /// Takes the terminal, if there is one.
    pub fn new(app: &'a App, ui: &'a mut Ui, settings: &'a Settings, resolve: ResolveArgs) -> Self {
        let formatter = EventFormatter {
            styler: ui.styler,
            width: None,
            zone: TimeZone::system,
            root: app.shown(&settings.root.value).to_owned(),
            least_items: settings.gate.value.least_items(),
            chosen_folder: app.chosen_folder.clone(),
        };
        let (live, keys) = ui.live().map_or((None, None), |(live, keys)| (Some(live), keys));
        let root = settings.root.value.clone();
        let times = live::Times::new(instant(), Clock::new(now(), formatter.zone));
        Self { app, ui, formatter, root, settings, times, resolve, live, keys, questions: None, unsaid: String::new() }
    }

    /// Says what happened.
    pub fn tell(&mut self, event: Event) {
        let text = if self.app.global.json {
            json::event(now(), event, self.app.roots(self.settings))
        } else {
            self.formatter.width = self.live.as_ref().map(Live::width);
            self.formatter.event(now(), event)
        };
        self.say(&text);
    }

    /// Prints lines that stay. A terminal that is gone is no reason to end.
    fn say(&mut self, text: &str) {
        match &mut self.live {
            Some(_) if self.questions.is_some() => self.unsaid += text,
            Some(live) => drop(live.above(text)),
            None => self.ui.data(text),
        }
    }

    /// Nobody reads any more what is said.
    pub fn is_unread(&self) -> bool {
        self.ui.is_unread()
    }

    /// Draws how everything stands.
    pub fn draw(&mut self, status: &FollowStatus) {
        if let Some(live) = self.live.as_mut().filter(|_| self.questions.is_none()) {
            self.times.go_on(instant(), Clock::new(now(), self.formatter.zone), &status.waiting);
            let lines = live::lines(&self.formatter, status, &self.times, (live.width(), live.height()), self.keys.is_some());
            drop(live.draw(lines));
        }
    }

    /// What is drawn changes as time passes.
    pub fn is_ticking(&self, status: &FollowStatus) -> bool {
        self.live.is_some() && self.questions.is_none() && live::is_ticking(status)
    }

    /// The next key that is typed; waits for ever where none can be. While questions are open, their end.
    pub async fn key(&mut self) -> Key {
        if let Some(questions) = &mut self.questions {
            // An error says that they are over, too.
            questions.await.ok();
            self.come_back();
            return Key::Resized;
        }
        let key = match &mut self.keys {
            Some(keys) => keys.next().await,
            None => None,
        };
        match key {
            Some(key) => key,
            None => std::future::pending().await,
        }
    }

    /// Waits a moment for questions that are open: Ctrl-C ends them as it ends the watch, and what is being written is
    /// finished. Others are left; nothing was written for them.
    pub async fn leave_questions(&mut self) {
        if let Some(questions) = &mut self.questions {
            tokio::time::timeout(QUESTIONS_GRACE, questions).await.ok();
            self.come_back();
        }
    }

    /// Takes the terminal again after questions.
    fn come_back(&mut self) {
        self.questions = None;
        if let Some(live) = &mut self.live {
            drop(live.take_again());
        }
        let unsaid = std::mem::take(&mut self.unsaid);
        if !unsaid.is_empty() {
            self.say(&unsaid);
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
            Key::Letter('r') => self.resolve(status),
            Key::Letter('?') => self.say(live::help()),
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

    /// Leaves the terminal to the questions of `resolve`. Files and dashboard are followed meanwhile.
    fn resolve(&mut self, status: &FollowStatus) {
        if !status.waiting.iter().any(|one| one.wait == WaitReason::Conflict) {
            return self.say("nothing is in conflict\n");
        }
        if let Some(live) = &mut self.live {
            drop(live.give_back());
        }
        let (app, args, (end, questions)) = (self.app.clone(), self.resolve.clone(), oneshot::channel());
        std::thread::spawn(move || {
            let mut ui = Ui::new(&app.global, &Terminal::of(&app.env));
            ui.is_read_in(app.chosen_folder.clone());
            if let Err(problem) = resolve::run(&app, &args, &mut ui) {
                ui.problem(&problem);
            }
            end.send(()).ok();
        });
        self.questions = Some(questions);
    }

    /// Gives the terminal back, and prints the last line of JSON. Why a watch ended badly is told as with any command.
    pub fn end(mut self, result: &Result<Exit, Problem>) {
        self.live = None;
        if let (Ok(exit), true) = (result, self.app.global.json) {
            self.ui.data(&json::ended(now(), *exit, None));
        }
    }
}

/// The moment now by the runtime's clock, which the times in a status are of.
fn instant() -> Instant {
    tokio::time::Instant::now().into_std()
}
