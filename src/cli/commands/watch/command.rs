//! Starts a watch: gives the engine its sources of events, shows what it says, and hands it what is typed.

use super::view::WatchView;
use crate::cli::app::App;
use crate::cli::args::{Publish, Selection};
use crate::cli::clock::now;
use crate::cli::commands::commit::{NO_COMMIT, repository};
use crate::cli::commands::consent::require_no_gate;
use crate::cli::commands::resolve::{ResolveArgs, ResolveChoice};
use crate::cli::commands::run_verb::push_options;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, Opened, offline_session, open};
use crate::cli::runtime;
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::engine::follow::{EventSink, Follow, FollowEnd, FollowStatus, Rules, Sources, UserCommand, next};
use crate::engine::listen;
use crate::git::{Program, Repository};
use crate::model::PushWhen;
use crate::settings::{STATE_FOLDER, Settings};
use crate::state::{State, StateError};
use crate::watch::{self as files, WatchOptions};
use clap::Args;
use std::path::Path;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Keep files and dashboard in sync while you edit
#[derive(Debug, Args)]
#[command(after_help = "\
A save is checked at once and pushed when the file has been left alone; a new champion lands in the file. On a terminal: \
p pushes now, d shows what differs, r resolves conflicts, c continues after a pause, ? shows all keys, q quits.

In scoresync.yaml:
  watch:
    push: on-idle      on-commit, manual or never
    quiet: 5s          how long a file must be left alone
    promote: false     make what is pushed champion; asks at the start, or needs --yes")]
pub struct WatchArgs {
    /// Which scores; others are left alone.
    #[command(flatten)]
    pub selection: Selection,
    /// Commit the files that are written or pushed, and nothing else, to git
    #[arg(long)]
    pub commit: bool,
    /// Tell the watch that runs in this workspace to go on: the changes that it paused at are intended
    #[arg(long, conflicts_with = "commit")]
    pub resume: bool,
    /// Check the files for changes now and then, where the system does not report changes
    #[arg(long)]
    pub poll: bool,
}

/// The most typed commands that wait to be taken.
const COMMAND_QUEUE: usize = 8;
/// The time between two drawings while nothing but the clock changes.
const TICK: Duration = Duration::from_secs(1);

/// Watches until Ctrl-C or `q`, or until nobody reads what it says.
///
/// # Errors
/// The dashboard or the settings rule out a watch, or another one watches this workspace.
pub fn run(app: &App, args: &WatchArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    if app.global.offline {
        return Err(Problem::new(Exit::Usage, "OFFLINE", "watch needs the dashboard").help("scoresync watch"));
    }
    let settings = app.settings(ui)?;
    let folder = settings.workspace()?.root.join(STATE_FOLDER);
    if args.resume {
        return resume(ui, &folder);
    }
    if settings.watch_promote.value {
        require_no_gate(&settings)?;
        agree_to_promote(ui, &settings)?;
    }
    let _only_watcher = State::lock_watch(&folder, now())?;
    let opened = open(app, ui, "watch", Access::Watch)?;
    let cancellation = opened.session.cancellation();
    let commit = args.commit || settings.commit.value;
    let git = WatchedGit { repository: watched_repository(ui, &settings, commit)?, commit };
    let resolve =
        ResolveArgs { selection: args.selection.clone(), choice: ResolveChoice::default(), dry_run: false, commit: args.commit };
    let mut view = WatchView::new(app, ui, &settings, resolve);
    let result = runtime::block_on(&cancellation, watch(args, opened, git, &folder, &cancellation, &mut view));
    let result = result.flatten();
    view.end(&result);
    result
}

/// What it will push is not known yet: there is no preview to send anybody to.
fn agree_to_promote(ui: &Ui, settings: &Settings) -> Result<(), Problem> {
    let help = "add --yes to go on, or set watch.promote to false";
    let at = &settings.watch_promote.source;
    ui.must_ask().map_err(|problem| Problem { help: vec![help.to_owned()], ..problem }.at(at))?;
    ui.confirm("Make every version that this watch pushes the champion at once?")
}

/// Tells the watcher of this workspace that the changes it paused at are meant.
fn resume(ui: &Ui, folder: &Path) -> Result<Exit, Problem> {
    match State::lock_watch(folder, now()) {
        Err(StateError::Watched(_)) => {
            State::ask_resume(folder)?;
            ui.note("the watch goes on, if it had paused");
            Ok(Exit::Ok)
        }
        Err(error) => Err(error.into()),
        Ok(_) => Err(Problem::new(Exit::Guard, "NOT_WATCHED", "nobody watches this workspace").help("scoresync watch")),
    }
}

/// What a watcher has to do with git.
struct WatchedGit {
    repository: Option<Repository>,
    /// Git records what is done.
    commit: bool,
}

async fn watch(
    args: &WatchArgs,
    opened: Opened,
    git: WatchedGit,
    folder: &Path,
    cancellation: &CancellationToken,
    view: &mut WatchView<'_>,
) -> Result<Exit, Problem> {
    let settings = &opened.settings;
    let here = offline_session(settings)?;
    let WatchedGit { repository, commit } = git;
    let publish = Publish { promote: settings.watch_promote.value, ..Publish::default() };
    let (_watching, file_events) = files::watch(
        &settings.root.value,
        &settings.documents.value,
        WatchOptions { poll: args.poll, ..WatchOptions::default() },
    );
    let (_change_notifier, elsewhere) =
        files::notify_changes(folder, |name| name.starts_with("state.db") || name == "watch.resume").unzip();
    let (commands, taken) = mpsc::channel(COMMAND_QUEUE);
    let (events, mut received) = mpsc::unbounded_channel();
    let (status, mut shown) = watch::channel(FollowStatus::at_start());
    let sources = Sources { files: file_events, elsewhere, remote_events: listen(&opened.session), commands: taken };
    let follow = Follow {
        here,
        targets: targets(settings, &args.selection),
        rules: Rules { push: settings.watch_push.value, quiet: settings.watch_quiet.value, git: repository.is_some() },
        check: settings.rules.value.clone(),
        push: push_options(settings, &publish),
        repository,
        commit,
        there: opened.session,
    };
    let following = follow.run(sources, EventSink { events, status }, cancellation.clone());
    tokio::pin!(following);
    let mut terminated = termination();
    let ended = loop {
        let status = shown.borrow_and_update().clone();
        view.draw(&status);
        tokio::select! {
            biased;
            Some(event) = received.recv() => {
                view.tell(event);
                // Unseen it would push for ever, and keep others from watching. A queue that is full is tried at the next event.
                if view.is_unread() {
                    commands.try_send(UserCommand::Quit).unwrap_or_default();
                }
            }
            ended = &mut following => break ended,
            key = view.key() => if let Some(exit) = view.press(key, &status, &commands, cancellation).await {
                return Ok(exit);
            },
            Some(()) = next(&mut terminated) => cancellation.cancel(),
            _ = shown.changed() => {}
            () = tokio::time::sleep(TICK), if view.is_ticking(&status) => {}
        }
    };
    view.leave_questions().await;
    while let Ok(event) = received.try_recv() {
        view.tell(event);
    }
    Ok(match ended? {
        FollowEnd::Quit => Exit::Ok,
        FollowEnd::Stopped => Exit::Interrupted,
    })
}

/// The repository of the scorecards, if there is one; it must be there where something depends on it.
fn watched_repository(ui: &Ui, settings: &Settings, commit: bool) -> Result<Option<Repository>, Problem> {
    if commit {
        return repository(settings, NO_COMMIT).map(Some);
    }
    if settings.watch_push.value == PushWhen::OnCommit {
        let without = "if it is to be in none: set `watch: {push: on-idle}` in scoresync.yaml";
        return repository(settings, without).map_err(|problem| problem.at(&settings.watch_push.source)).map(Some);
    }
    Ok(Repository::discover(&settings.root.value, Program::default()).unwrap_or_else(|error| {
        let problem = Problem::from(error);
        ui.warning(&format!("it does not wait while git is at work: {}", problem.message));
        problem.help.iter().for_each(|help| ui.help(help));
        None
    }))
}

/// The system's request to end (SIGTERM), where there is one.
fn termination() -> Option<mpsc::Receiver<()>> {
    #[cfg(unix)]
    {
        let mut signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok()?;
        let (to, terminated) = mpsc::channel(1);
        tokio::spawn(async move {
            signal.recv().await;
            to.send(()).await.ok();
        });
        Some(terminated)
    }
    #[cfg(not(unix))]
    None
}
