//! What a person types and sees: arguments, commands, words, exit codes. Decides nothing about files or versions.
//!
//! ```text
//! args → app (settings, terminal) → commands → session (connect) → engine → Report
//!   Report → render → ui, and exit        Halt, settings errors → error::Problem → ui, JSON, exit
//! ```

mod app;
mod args;
mod commands;
mod editor;
mod embedded;
mod error;
mod exit;
mod open_session;
mod render;
mod run;
mod targets;
#[cfg(test)]
mod testing;
mod ui;

use crate::settings::{Env, LogSetting, Terminal, current_directory, directory};
use app::App;
use args::{Cli, Global};
use clap::Parser;
use error::Problem;
use exit::Exit;
use std::path::Path;
use std::process::ExitCode;
use ui::Ui;

/// The program: reads the arguments and the environment of this process, does what they say.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            error.print().ok();
            if error.use_stderr() && std::env::args_os().any(|word| word == "--json") {
                usage_json(&error);
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8));
        }
    };
    let env = Env::process();
    let mut ui = Ui::new(&cli.global, &Terminal::of(&env));
    let name = commands::name(&cli.command);
    let logging = LogSetting::of(&env, cli.global.verbose).map_err(Problem::from);
    let result = logging.and_then(|setting| setting.map_or(Ok(()), |setting| ui.log(&setting)));
    tracing::debug!(command = name, version = env!("CARGO_PKG_VERSION"), "started");
    let result = result.and_then(|()| app(&cli, env)).and_then(|app| commands::run(&app, cli.command, &mut ui));
    let exit = result.unwrap_or_else(|problem| fail(&mut ui, &problem, name, cli.global.json));
    match ui.finish() {
        Ok(()) => exit.into(),
        Err(problem) => fail(&mut ui, &problem, name, false).into(),
    }
}

/// What was typed makes no sense, for a program that asked for JSON; people have been told already.
fn usage_json(error: &clap::Error) {
    let text = error.render().to_string();
    let sentence = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ").trim_end();
    let problem = Problem::new(Exit::Usage, "USAGE", sentence).help("scoresync --help");
    let mut ui = Ui::new(&Global { json: true, ..Global::default() }, &Terminal::default());
    ui.data(&render::json::document("", Exit::Usage, serde_json::json!({}), Some(&problem)));
}

fn app(cli: &Cli, env: Env) -> Result<App, Problem> {
    let here = current_directory(&env)
        .map_err(|error| Problem::new(Exit::Usage, "NO_DIRECTORY", format!("the current folder cannot be used: {error}")))?;
    let working_directory = directory(&here, cli.global.working_directory.as_deref().unwrap_or(Path::new(".")))?;
    Ok(App { global: cli.global.clone(), env, working_directory })
}

fn fail(ui: &mut Ui, problem: &Problem, command: &str, json: bool) -> Exit {
    if json {
        ui.data(&render::json::document(command, problem.exit, serde_json::json!({}), Some(problem)));
    }
    ui.problem(problem);
    problem.exit
}
