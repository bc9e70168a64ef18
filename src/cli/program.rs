//! The program from start to end: arguments, environment, one command, and how it ends.

use super::app::App;
use super::args::GlobalArgs;
use super::clock;
use super::command::{Cli, counterpart};
use super::command_line;
use super::complete::answered;
use super::error::Problem;
use super::exit::Exit;
use super::render;
use super::ui::Ui;
use crate::settings::{Env, LogSetting, Terminal, current_directory, directory};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// The program `scoresync`: reads the arguments and the environment of this process, does what they say, and gives the exit
/// status that the process is to end with.
///
/// It writes to stdout and stderr, and may ask on the terminal.
///
/// ```no_run
/// let status: std::process::ExitCode = scoresync::cli::main();
/// ```
pub fn main() -> ExitCode {
    match answered::<Cli>() {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        Err(error) => return usage_error(error),
    }
    let words: Vec<OsString> = std::env::args_os().collect();
    let (cli, command_line) = match parsed(&words) {
        Ok(parsed) => parsed,
        Err(error) => return usage_error(advised(error)),
    };
    let env = Env::process();
    let mut ui = Ui::new(&cli.global, &Terminal::of(&env));
    let name = cli.command.name();
    let program = cli.global.json.then(|| if cli.command.tells_by_lines() { Format::Line } else { Format::Document(name) });
    let logging = clock::check().and_then(|()| log(&cli.global, &env, &mut ui));
    tracing::debug!(command = name, version = env!("CARGO_PKG_VERSION"), "started");
    let result = logging.and_then(|()| app(command_line, &cli.global, env)).and_then(|app| {
        ui.is_read_in(app.chosen_folder.clone());
        cli.command.run(&app, &mut ui)
    });
    let exit = result.unwrap_or_else(|problem| fail(&mut ui, problem, program));
    match ui.finish() {
        Ok(()) => exit.into(),
        Err(problem) => fail(&mut ui, problem, None).into(),
    }
}

/// How a program that asked for JSON is told why a run ended badly.
#[derive(Clone, Copy)]
enum Format {
    /// As the document of this command.
    Document(&'static str),
    /// As the last of the lines by which a command tells what happens.
    Line,
}

impl Format {
    fn of(self, problem: &Problem) -> String {
        match self {
            Self::Document(command) => render::json::document(command, problem.exit, serde_json::json!({}), Some(problem)),
            Self::Line => render::watch::json::ended(clock::now(), problem.exit, Some(problem)),
        }
    }
}

/// What was typed, and how others may read it.
fn parsed(words: &[OsString]) -> Result<(Cli, String), clap::Error> {
    match parsed_by(Cli::only_named(words), words) {
        Err(error) if error.kind() != ErrorKind::DisplayVersion => parsed_by(Cli::command(), words),
        known => known,
    }
}

fn parsed_by(mut command: clap::Command, words: &[OsString]) -> Result<(Cli, String), clap::Error> {
    let matches = command.try_get_matches_from_mut(words)?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok((cli, command_line::told(&command, &matches)))
}

/// What was typed makes no sense, or asked for help.
fn usage_error(error: clap::Error) -> ExitCode {
    error.print().ok();
    if error.use_stderr() && std::env::args_os().any(|word| word == "--json") {
        usage_json(&error);
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8))
}

/// With what does here what the command does elsewhere.
fn advised(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return error };
    if let Some(advice) = counterpart(word) {
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![advice.into()]));
    }
    error
}

/// The same for a program that asked for JSON; people have been told already.
fn usage_json(error: &clap::Error) {
    let text = error.render().to_string();
    let sentence = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ").trim_end();
    let problem = Problem::new(Exit::Usage, "USAGE", sentence).help("scoresync --help");
    let mut ui = Ui::new(&GlobalArgs { json: true, ..GlobalArgs::default() }, &Terminal::default());
    ui.data(&if wants_lines() { Format::Line } else { Format::Document("") }.of(&problem));
}

/// What was typed makes no sense, and is of a command that tells what happens by lines.
fn wants_lines() -> bool {
    let matches = Cli::command().ignore_errors(true).try_get_matches();
    let of_watch = matches.ok().and_then(|matches| matches.subcommand_matches("watch").cloned());
    of_watch.is_some_and(|watch| !matches!(watch.try_get_one("resume"), Ok(Some(true))))
}

/// Logs this run, if that is asked for.
fn log(global: &GlobalArgs, env: &Env, ui: &mut Ui) -> Result<(), Problem> {
    LogSetting::of(env, global.verbose)?.map_or(Ok(()), |setting| ui.log(&setting))
}

fn app(command_line: String, global: &GlobalArgs, env: Env) -> Result<App, Problem> {
    let here = current_directory(&env).map_err(|error| {
        Problem::new(Exit::Usage, "NO_DIRECTORY", format!("the current folder cannot be used: {error}"))
            .help("cd to a folder that is there")
    })?;
    let working_directory = directory(&here, global.working_directory.as_deref().unwrap_or(Path::new(".")))?;
    Ok(App::new(command_line, global.clone(), env, here, working_directory))
}

fn fail(ui: &mut Ui, problem: Problem, program: Option<Format>) -> Exit {
    if let Some(format) = program {
        ui.data(&format.of(&ui.chosen_folder().problem(problem.clone())));
    }
    ui.problem(&problem);
    problem.exit
}
