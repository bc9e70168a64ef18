//! `doctor`: each setting with its value and source, what is wrong with it, and whether the dashboard answers.

use super::doctor_machine as machine;
use crate::cli::app::App;
use crate::cli::clock::now;
use crate::cli::commands::hook::hooks_of;
use crate::cli::dashboard::dashboard;
use crate::cli::error::{Problem, unfinished_problem, warning};
use crate::cli::exit::Exit;
use crate::cli::open_session::offline_session;
use crate::cli::render::hook::ShownHook;
use crate::cli::text::quoted;
use crate::cli::ui::{GREEN, RED, Ui};
use crate::cli::{render, runtime};
use crate::engine::{Halt, Targets, Warning, status, unfinished_in};
use crate::git::{Program, Repository, Tracking};
use crate::model::{Layout, RelPath};
use crate::remote::Remote;
use crate::settings::{AuthMode, Endpoint, Grant, STATE_FOLDER, Setting, SettingSource, Settings, SettingsError};
use crate::state::{Origin, State, StateError};
use crate::workspace::Workspace;
use serde_json::{Value, json};
use std::fmt::Display;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// One line: a setting or a finding.
struct SettingLine {
    name: &'static str,
    value: String,
    source: String,
}

/// Prints everything, then the first problem of each kind with its way out.
///
/// # Errors
/// The settings files cannot be read; anything else that is wrong is part of the output.
pub fn run(app: &App, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut settings = app.settings(ui)?;
    app.sign(&mut settings);
    let mut problems = Vec::new();
    let mut lines = lines(&settings);
    lines.extend(state(&settings, &mut problems));
    lines.extend(left_over(&settings, &mut problems));
    lines.extend(hooks(app, &settings, &mut problems));
    problems.extend(settings.secret_files().into_iter().filter_map(exposed_key));
    let missing = [settings.workspace().err(), settings.grant().err(), needed_key(&settings)];
    problems.extend(missing.into_iter().flatten().map(Problem::from));
    if app.global.offline {
        lines.push(SettingLine::new("dashboard", "not asked", "--offline"));
    } else if settings.endpoint().is_ok() {
        let (clock, asked) = ask(&settings, ui);
        problems.extend(clock);
        match asked {
            Ok(found) => lines.push(SettingLine::new("dashboard", found, "asked now")),
            Err(problem) if !problems.iter().any(|known| known.code == problem.code) => problems.push(problem),
            Err(_) => {}
        }
    }
    // It is running.
    problems.iter_mut().for_each(|problem| problem.help.retain(|help| !help.starts_with("scoresync doctor")));
    let exit = problems.iter().map(|problem| problem.exit).max_by_key(|exit| *exit as u8).unwrap_or(Exit::Ok);
    if app.global.json {
        let settings: Vec<Value> = lines.iter().map(SettingLine::json).collect();
        let problems: Vec<Value> = problems
            .into_iter()
            .map(|problem| app.chosen_folder.problem(problem))
            .map(|problem| json!({"code": problem.code, "message": problem.message, "next": problem.help}))
            .collect();
        let body = json!({ "settings": settings, "problems": problems });
        ui.data(&render::json::document("doctor", exit, body, None));
        return Ok(exit);
    }
    let verdict = if problems.is_empty() { ui.styler.apply(GREEN, "all well") } else { ui.styler.apply(RED, "not ready:") };
    let view = app.view(ui, &settings);
    let text: String = lines.iter().map(|line| render::setting(view, line.name, &line.value, &line.source)).collect();
    ui.data(&format!("{text}\n{verdict}\n"));
    problems.iter().for_each(|problem| ui.problem(problem));
    Ok(exit)
}

impl SettingLine {
    fn new(name: &'static str, value: impl Display, source: impl Display) -> Self {
        Self { name, value: value.to_string(), source: source.to_string() }
    }

    fn of<T: Display>(name: &'static str, setting: Option<&Setting<T>>) -> Self {
        setting.map_or_else(|| Self::new(name, "not set", ""), |setting| Self::new(name, &setting.value, &setting.source))
    }

    fn json(&self) -> Value {
        json!({ "name": self.name, "value": self.value, "source": self.source })
    }
}

fn lines(settings: &Settings) -> Vec<SettingLine> {
    let workspace = settings.workspace.as_ref();
    let actor = &settings.actor;
    let mut lines = vec![
        workspace.map_or_else(
            || SettingLine::new("workspace", "none", ""),
            |found| SettingLine::new("workspace", found.root.display(), found.marker),
        ),
        SettingLine::new("scorecards in", settings.root.value.display(), &settings.root.source),
        SettingLine::of("api_url", settings.endpoint.as_ref()),
        SettingLine::new("sign-in", settings.auth.value, &settings.auth.source),
    ];
    match settings.auth.value {
        AuthMode::ApiKey => lines.push(SettingLine::of("api_key", settings.api_key.as_ref())),
        AuthMode::Iam => lines.extend([
            settings.aws.as_ref().map_or_else(
                || SettingLine::new("credentials", "not set", ""),
                |aws| SettingLine::of("credentials", Some(&aws.secret_access_key)),
            ),
            SettingLine::of("region", settings.region.as_ref()),
        ]),
    }
    lines.extend(settings.endpoint().is_ok().then(|| trust(&settings.grant())));
    let selected = &settings.scorecards;
    let names = if selected.value.is_empty() { "all".to_owned() } else { selected.value.join(", ") };
    let user = actor.value.user_id.as_ref().map_or(String::new(), |user| format!(", user {user}"));
    lines.extend([
        SettingLine::of("account_key", settings.account_key.as_ref()),
        SettingLine::new("scorecards", names, &selected.source),
        SettingLine::new("author", format_args!("{} {}{user}", actor.value.kind, actor.value.key), &actor.source),
        SettingLine::new("concurrency", settings.concurrency.value, &settings.concurrency.source),
        SettingLine::new("keep_runs", settings.keep_runs.value, &settings.keep_runs.source),
    ]);
    let documents = &settings.documents;
    let folders: Vec<&str> = documents.value.iter().filter_map(|kind| kind.folder()).collect();
    lines.extend((!folders.is_empty()).then(|| SettingLine::new("documents", folders.join(", "), &documents.source)));
    lines.extend(settings.commit.value.then(|| SettingLine::new("git.commit", "true", &settings.commit.source)));
    let tasks = Some(&settings.tasks).filter(|tasks| tasks.source != SettingSource::Default);
    lines.extend(tasks.map(|tasks| SettingLine::of("tasks", Some(tasks))));
    lines.extend(settings.note.as_ref().map(|note| SettingLine::of("push.note", Some(note))));
    lines.extend(settings.unused.iter().map(|unused| SettingLine::new(unused.value, "not used by scoresync", &unused.source)));
    lines
}

/// Whether secrets go to the dashboard.
fn trust(grant: &Result<Grant, SettingsError>) -> SettingLine {
    let why = match grant {
        Ok(Grant::Trusted(source)) => return SettingLine::new("trusted", "yes, by you", source),
        Ok(Grant::Own) => "your own settings name the address",
        Ok(Grant::SameFile) => "address and key are in one file",
        Ok(Grant::ThisMachine) => "address and key are of this machine",
        Ok(Grant::InWorkspace) => "a file of this workspace",
        Ok(Grant::NoSecret) => "there is no key to send",
        Err(_) => return SettingLine::new("trusted", "no: nothing is sent there", ""),
    };
    SettingLine::new("trusted", "yes", why)
}

/// What the state remembers, and the names that make the same file in it; a folder that is not there yet is not made.
fn state(settings: &Settings, problems: &mut Vec<Problem>) -> Vec<SettingLine> {
    let Some(folder) = settings.workspace.as_ref().map(|found| found.root.join(STATE_FOLDER)) else { return Vec::new() };
    let line = |value: String| SettingLine::new("state", value, folder.display());
    let nothing = || line("nothing synced yet".to_owned());
    if !folder.is_dir() {
        if folder.exists() || folder.is_symlink() {
            problems.push(StateError::NotAFolder(folder.clone()).into());
            return Vec::new();
        }
        problems.extend((!State::can_be_made(&folder)).then(|| StateError::Denied(folder.clone()).into()));
        return vec![nothing()];
    }
    match State::open(&folder).and_then(|state| Ok((state.is_copy(), state.origin()?, state.load()?, unfinished_in(&state)?))) {
        Ok((is_copy, origin, loaded, unfinished)) => {
            // Looking goes on, and no command that changes anything does.
            problems.extend(is_copy.then(|| StateError::Denied(folder.clone()).into()));
            problems.extend(stopped_by_guard(settings));
            problems.extend(origin.as_ref().and_then(|origin| other_origin(settings, origin)));
            problems.extend(unfinished.iter().map(unfinished_problem));
            let told = |origin: Origin| {
                line(format!("{} scores of {} at {}", loaded.synced.len(), origin.account_name, origin.endpoint))
            };
            let shared = Layout::of(&loaded.catalog).shared_names.into_iter().map(Warning::SharedName);
            let shared = shared.map(|shared| SettingLine::new("file names", warning(&settings.root.value, &shared), ""));
            std::iter::once(origin.map_or_else(nothing, told)).chain(shared).collect()
        }
        Err(error) => {
            problems.push(error.into());
            Vec::new()
        }
    }
}

/// The files look so that no command goes on.
fn stopped_by_guard(settings: &Settings) -> Option<Problem> {
    let mut session = offline_session(settings).ok()?;
    let everything = Targets::default();
    match runtime::block_on(&CancellationToken::new(), status(&mut session, &everything, false)) {
        Ok(Err(halt @ Halt::Guard { .. })) => Some(halt.into()),
        _ => None,
    }
}

/// Files of runs that died, each with what to do with it; and where nothing can be read, that.
fn left_over(settings: &Settings, problems: &mut Vec<Problem>) -> Vec<SettingLine> {
    let root = &settings.root.value;
    let files = Workspace::new(root).left_over().unwrap_or_else(|error| {
        problems.push(Halt::from(error).into());
        Vec::new()
    });
    let folder = settings.workspace.as_ref().map(|found| found.root.join(STATE_FOLDER));
    let remove = |path: &Path| format!("rm {}", quoted(&path.display().to_string()));
    let file = |file: &RelPath| {
        let path = file.under(root);
        let what = if file.as_str().ends_with(".tmp") {
            "of a run that died or is at work"
        } else {
            "saved while a run died: look at it first"
        };
        SettingLine::new("left over", path.display(), format_args!("{what}; {}", remove(&path)))
    };
    let damaged = folder.iter().flat_map(|folder| State::aside(folder)).map(|path| {
        let all = ["", "-wal", "-shm"].map(|end| quoted(&format!("{}{end}", path.display())).into_owned()).join(" ");
        SettingLine::new("left over", path.display(), format_args!("a damaged state, no longer used; rm -f {all}"))
    });
    files.iter().map(file).chain(damaged).collect()
}

/// A file with a key that git tracks, or would with the next `git add`.
fn exposed_key(file: &Path) -> Option<Problem> {
    let name = RelPath::parse(file.file_name()?.to_str()?).ok()?;
    let repository = Repository::discover(file.parent()?, Program::default()).ok()??;
    let tracking = repository.tracking(std::slice::from_ref(&name)).ok()?;
    let word = quoted(&file.display().to_string()).into_owned();
    let ignore =
        format!("echo {} >> {}", quoted(name.as_str()), quoted(&file.with_file_name(".gitignore").display().to_string()));
    let problem = |message: &str| Problem::new(Exit::Usage, "KEY_IN_GIT", message).at(file.display());
    match tracking.first()? {
        Tracking::Ignored => None,
        Tracking::Untracked => Some(problem("your key stands in a file that git would take with the next git add").help(ignore)),
        Tracking::Tracked => {
            let problem = problem("your key stands in a file that git tracks: whoever has the repository has the key");
            Some(
                problem
                    .help(format!("git rm --cached {word} && {ignore}"))
                    .help("then make a new key: the old one is in the history"),
            )
        }
    }
}

/// The git hooks that there are.
fn hooks(app: &App, settings: &Settings, problems: &mut Vec<Problem>) -> Vec<SettingLine> {
    let repository = Repository::discover(&settings.root.value, Program::default());
    let found = repository.and_then(|repository| repository.map(|repository| hooks_of(app, &repository)).transpose());
    let hooks = found.unwrap_or_else(|error| {
        problems.push(error.into());
        None
    });
    let hooks: Vec<ShownHook> = hooks.into_iter().flatten().filter(ShownHook::is_there).collect();
    let faulty = hooks.iter().filter(|hook| hook.is_faulty());
    problems.extend(faulty.map(|hook| {
        let problem = Problem::new(Exit::Failed, "HOOK_FAULTY", format!("the {} hook: {}", hook.name, hook.words)).at(&hook.path);
        hook.help().iter().fold(problem, |problem, help| problem.help(help))
    }));
    hooks.iter().map(|hook| SettingLine::new(hook.name, &hook.words, &hook.path)).collect()
}

/// The state was made with another dashboard than the settings name.
fn other_origin(settings: &Settings, origin: &Origin) -> Option<Problem> {
    let endpoint = settings.origin().ok()?;
    let account = settings.account_key().ok();
    let same = endpoint == origin.endpoint && account.is_none_or(|account| account == origin.account_key);
    let words = |endpoint: &str, account: &str| format!("{endpoint} account {account:?}");
    (!same).then(|| {
        Halt::OtherOrigin {
            known: words(&origin.endpoint, &origin.account_key),
            given: words(&endpoint, account.unwrap_or_default()),
        }
        .into()
    })
}

/// An API over HTTP needs an account key, and with `api_key` sign-in the key.
fn needed_key(settings: &Settings) -> Option<SettingsError> {
    match settings.endpoint() {
        Ok(Endpoint::File(_)) => None,
        _ if settings.auth.value == AuthMode::ApiKey => settings.api_key().err().or_else(|| settings.account_key().err()),
        _ => settings.account_key().err(),
    }
}

/// A clock that is off; account and scorecards, in words.
fn ask(settings: &Settings, ui: &Ui) -> (Option<Problem>, Result<String, Problem>) {
    let progress = ui.progress();
    let dashboard = match dashboard(settings, &progress) {
        Ok(dashboard) => dashboard,
        Err(problem) => return (None, Err(problem)),
    };
    let both = async {
        let remote = dashboard.remote.as_ref();
        (machine::clock(remote, now).await, look(remote, &dashboard.account_key).await)
    };
    let result = runtime::block_on(&CancellationToken::new(), both);
    progress.finish();
    let (clock, found) = match result {
        Ok(both) => both,
        Err(problem) => return (None, Err(problem)),
    };
    let explained = |problem| match settings.endpoint() {
        Ok(Endpoint::Http(address)) => machine::unreachable(problem, address),
        _ => problem,
    };
    (clock, found.map_err(explained))
}

async fn look(remote: &dyn Remote, key: &str) -> Result<String, Problem> {
    let account = remote.account(key).await?.ok_or_else(|| Problem::from(Halt::NoAccount(key.to_owned())))?;
    let (catalog, _) = remote.catalog(&account.id).await?;
    Ok(format!("account {}, {} scorecards, {} scores", account.name, catalog.scorecards.len(), catalog.scores.len()))
}
