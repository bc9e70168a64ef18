//! `watch`: keeps both sides in step while people edit, and says so. What is done is the engine's; here it gets its sources,
//! a face and keys.

use super::commit::repository;
use crate::cli::app::App;
use crate::cli::args::Watch;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{self, Access, Opened, now, open};
use crate::cli::render::watch::{EventFormatter, json, live};
use crate::cli::run;
use crate::cli::ui::{Key, Live, Ui};
use crate::engine::follow::{Command, Event, EventSink, Follow, FollowEnd, FollowStatus, Rules, Sources, WaitReason};
use crate::engine::{Against, PushOptions, Session, Stop, Targets};
use crate::git::{Program, Repository};
use crate::model::{PushWhen, RelPath};
use crate::settings::{STATE_FOLDER, Settings};
use crate::state::{State, StateError};
use crate::watch::{self as files, WatchOptions};
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// Orders that may wait.
const ORDERS: usize = 8;
/// Between two drawings while only time goes on.
const TICK: Duration = Duration::from_secs(1);

/// Watches until Ctrl-C or `q`.
pub(super) fn run(app: &App, args: &Watch, ui: &mut Ui) -> Result<Exit, Problem> {
    if app.global.offline {
        return Err(Problem::new(Exit::Usage, "OFFLINE", "watch needs the dashboard").help("scoresync watch"));
    }
    let settings = app.settings(ui)?;
    let folder = settings.workspace()?.root.join(STATE_FOLDER);
    if args.resume {
        return resume(ui, &folder);
    }
    let _alone = State::lock_watch(&folder, now())?;
    let opened = open(app, ui, "watch", Access::Follow)?;
    let stop = opened.session.stop_flag();
    let mut face = LiveView::new(app, ui, &settings);
    let result = run::to_end(&stop, watch(app, args, opened, &folder, &stop, &mut face));
    face.end(result.flatten())
}

/// Tells the watcher of this workspace that what it waits for is meant.
fn resume(ui: &Ui, folder: &Path) -> Result<Exit, Problem> {
    match State::lock_watch(folder, now()) {
        Err(StateError::Watched(_)) => {
            State::ask_resume(folder)?;
            ui.note("the watcher goes on, if it had paused");
            Ok(Exit::Ok)
        }
        Err(error) => Err(error.into()),
        Ok(_) => Err(Problem::new(Exit::Guard, "NOT_WATCHED", "nobody watches this workspace").help("scoresync watch")),
    }
}

async fn watch(
    app: &App,
    args: &Watch,
    opened: Opened,
    folder: &Path,
    stop: &std::sync::Arc<Stop>,
    face: &mut LiveView<'_>,
) -> Result<Exit, Problem> {
    let settings = &opened.settings;
    let here = open_session::offline_session(app, settings)?;
    let commit = args.commit || settings.commit.value;
    let repository = found(settings, commit)?;
    let (_watching, file_signals) =
        files::watch(&settings.root.value, WatchOptions { poll: args.poll, ..WatchOptions::default() });
    let (_change_notifier, elsewhere) =
        files::notify_changes(folder, |name| name.starts_with("state.db") || name == "watch.resume").unzip();
    let (commands, taken) = mpsc::channel(ORDERS);
    let (events, mut told) = mpsc::unbounded_channel();
    let (status, mut shown) = watch::channel(FollowStatus::default());
    let sources = Sources { files: file_signals, elsewhere, remote_events: opened.session.listen(), commands: taken };
    let follow = Follow {
        here,
        rules: Rules { push: settings.watch_push.value, quiet: settings.watch_quiet.value, git: repository.is_some() },
        check: settings.rules.value.clone(),
        push: PushOptions {
            dry_run: false,
            note: settings.note.as_ref().map(|note| note.value.clone()),
            promote: settings.watch_promote.value,
        },
        repository,
        commit,
        state_folder: folder.to_owned(),
        there: opened.session,
    };
    let following = follow.run(sources, EventSink { events, status }, std::sync::Arc::clone(stop));
    tokio::pin!(following);
    let mut asked = asked_to_end();
    let ended = loop {
        let status = shown.borrow_and_update().clone();
        face.draw(&status);
        tokio::select! {
            biased;
            Some(event) = told.recv() => face.tell(event),
            ended = &mut following => break ended,
            key = face.key() => if let Some(exit) = face.press(key, &status, &commands, stop).await {
                return Ok(exit);
            },
            Some(()) = next(&mut asked) => drop(stop.ask()),
            _ = shown.changed() => {}
            () = tokio::time::sleep(TICK), if face.is_ticking(&status) => {}
        }
    };
    while let Ok(event) = told.try_recv() {
        face.tell(event);
    }
    Ok(match ended? {
        FollowEnd::Quit => Exit::Ok,
        FollowEnd::Stopped => Exit::Interrupted,
    })
}

/// The repository of the scorecards, if there is one; it must be there where something depends on it.
fn found(settings: &Settings, commit: bool) -> Result<Option<Repository>, Problem> {
    if commit || settings.watch_push.value == PushWhen::OnCommit {
        return repository(settings).map(Some);
    }
    Ok(Repository::discover(&settings.root.value, Program::default()).ok().flatten())
}

/// The system's polite request to end.
fn asked_to_end() -> Option<mpsc::Receiver<()>> {
    #[cfg(unix)]
    {
        let mut signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok()?;
        let (to, asked) = mpsc::channel(1);
        tokio::spawn(async move {
            signal.recv().await;
            to.send(()).await.ok();
        });
        Some(asked)
    }
    #[cfg(not(unix))]
    None
}

async fn next<T>(source: &mut Option<mpsc::Receiver<T>>) -> Option<T> {
    match source {
        Some(source) => source.recv().await,
        None => std::future::pending().await,
    }
}

/// What a person sees, or a program reads.
struct LiveView<'a> {
    app: &'a App,
    ui: &'a mut Ui,
    formatter: EventFormatter,
    root: PathBuf,
    settings: &'a Settings,
    live: Option<Live>,
    keys: Option<mpsc::Receiver<Key>>,
}

impl<'a> LiveView<'a> {
    fn new(app: &'a App, ui: &'a mut Ui, settings: &'a Settings) -> Self {
        let formatter = EventFormatter { paint: ui.paint, zone: TimeZone::system() };
        let (live, keys) = ui.live().map_or((None, None), |(live, keys)| (Some(live), keys));
        Self { app, ui, formatter, root: settings.root.value.clone(), settings, live, keys }
    }

    fn tell(&mut self, event: Event) {
        let text = if self.app.global.json { json::event(now(), event, &self.root) } else { self.formatter.event(now(), event) };
        self.say(&text);
    }

    /// A terminal that is gone is no reason to end.
    fn say(&mut self, text: &str) {
        match &mut self.live {
            Some(live) => drop(live.above(text)),
            None => self.ui.data(text),
        }
    }

    fn draw(&mut self, status: &FollowStatus) {
        if let Some(live) = &mut self.live {
            let lines = live::lines(&self.formatter, status, instant(), live.width(), self.keys.is_some());
            drop(live.draw(lines));
        }
    }

    fn is_ticking(&self, status: &FollowStatus) -> bool {
        self.live.is_some() && live::is_ticking(status)
    }

    async fn key(&mut self) -> Key {
        match next(&mut self.keys).await {
            Some(key) => key,
            None => std::future::pending().await,
        }
    }

    /// What a key does; how the run ends, if it ends at once.
    async fn press(&mut self, key: Key, status: &FollowStatus, commands: &mpsc::Sender<Command>, stop: &Stop) -> Option<Exit> {
        // A queue that is full says the same already.
        let order = |order| commands.try_send(order).unwrap_or_default();
        match key {
            Key::Interrupt if stop.ask() => return Some(Exit::Interrupted),
            Key::Suspend => {
                if let Some(live) = &mut self.live {
                    drop(live.suspend());
                }
            }
            Key::Letter('p') => order(Command::Push),
            Key::Letter('c') => order(Command::Resume),
            Key::Letter('q') => order(Command::Quit),
            Key::Letter('d') => self.diff(status).await,
            Key::Letter('r') => self.conflicts(status),
            Key::Interrupt | Key::Resized | Key::Letter(_) => {}
        }
        None
    }

    /// The edits that wait.
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
        let mut session: Session = open_session::offline_session(self.app, self.settings)?;
        let selectors = edited.into_iter().map(crate::engine::Selector::Path).collect();
        let targets = Targets { selectors, scorecards: Vec::new() };
        let (diffs, _) = session.diff(&targets, &Against::Base).await?;
        let root = self.app.shown(&self.root);
        Ok(diffs.iter().map(|diff| crate::cli::render::diff::unified(self.formatter.paint, root, diff)).collect())
    }

    fn conflicts(&mut self, status: &FollowStatus) {
        let paths = status.waiting.iter().filter(|one| one.wait == WaitReason::Conflict).map(|one| &one.path);
        let text = self.formatter.conflicts(paths);
        let text = if text.is_empty() { "nothing is in conflict\n".to_owned() } else { text };
        self.say(&text);
    }

    /// Gives the terminal back; the last line.
    fn end(mut self, result: Result<Exit, Problem>) -> Result<Exit, Problem> {
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

/// By the runtime's clock, as pictures are.
fn instant() -> Instant {
    tokio::time::Instant::now().into_std()
}
