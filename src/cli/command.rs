//! What can be typed, and which file does it.

use super::app::App;
use super::args::{ChangeArgs, GlobalArgs};
#[cfg(not(feature = "embedded"))]
use super::commands::not_embedded::{demo, serve};
use super::commands::{
    blame, call, check, completions, diff, doctor, eval, feedback, hook, init, jobs, log, man, new, open, path, promote, pull,
    push, report, resolve, restore, schema, show, status, sync, trust, undo, watch,
};
#[cfg(feature = "embedded")]
use super::commands::{demo, serve};
use super::error::Problem;
use super::exit::Exit;
use super::ui::Ui;
use super::workspaces::only_workspace;
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::ffi::OsString;

const EXAMPLES: &str = "\
Examples:
  scoresync demo                  see it work, with no account and no setup
  scoresync init                  make this folder a workspace
  scoresync status                what changed here and in the dashboard
  scoresync pull                  update your files, merging with your edits
  scoresync push --note 'Why'     send your edits to the dashboard

Exit status: 0 ok, 1 differences (--exit-code) or findings (check), 2 usage or settings, 3 a conflict needs a person, 4 not authorised, \
5 unreachable or throttled (safe to run again), 6 some scores failed, 7 refused by a guard, 130 interrupted.";

/// Keep a folder of Plexus score configurations and the Plexus dashboard in sync, in both directions.
#[derive(Debug, Parser)]
#[command(name = "scoresync", version, after_help = EXAMPLES)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands. The help of each one is the doc comment of its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(init::InitArgs),
    #[command(alias = "st")]
    Status(status::StatusArgs),
    Diff(diff::DiffArgs),
    Pull(pull::PullArgs),
    Push(push::PushArgs),
    Sync(sync::SyncArgs),
    Watch(watch::WatchArgs),
    Resolve(resolve::ResolveArgs),
    Promote(promote::PromoteArgs),
    Eval(eval::EvalArgs),
    Feedback(feedback::FeedbackArgs),
    Call(call::CallArgs),
    Jobs(jobs::JobsArgs),
    Report(report::ReportArgs),
    Restore(restore::RestoreArgs),
    Undo(undo::UndoArgs),
    New(new::NewArgs),
    Log(log::LogArgs),
    Show(show::ShowArgs),
    Blame(blame::BlameArgs),
    Path(path::PathArgs),
    Open(open::OpenArgs),
    Hook(hook::HookArgs),
    Check(check::CheckArgs),
    Schema(schema::SchemaArgs),
    Serve(serve::ServeArgs),
    Demo(demo::DemoArgs),
    /// Show each setting and where it comes from, and test the connection
    Doctor,
    Trust(trust::TrustArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// Adds the arguments of a command to its bare definition.
type Arguments = fn(clap::Command) -> clap::Command;

/// The arguments of each command by the words that name it.
const ARGUMENTS: [(&str, Arguments); 32] = [
    ("init", init::InitArgs::augment_args),
    ("status", |command| status::StatusArgs::augment_args(command.alias("st"))),
    ("st", |command| status::StatusArgs::augment_args(command.name("status").alias("st"))),
    ("diff", diff::DiffArgs::augment_args),
    ("pull", pull::PullArgs::augment_args),
    ("push", push::PushArgs::augment_args),
    ("sync", sync::SyncArgs::augment_args),
    ("watch", watch::WatchArgs::augment_args),
    ("resolve", resolve::ResolveArgs::augment_args),
    ("promote", promote::PromoteArgs::augment_args),
    ("eval", eval::EvalArgs::augment_args),
    ("feedback", feedback::FeedbackArgs::augment_args),
    ("call", call::CallArgs::augment_args),
    ("jobs", jobs::JobsArgs::augment_args),
    ("report", report::ReportArgs::augment_args),
    ("restore", restore::RestoreArgs::augment_args),
    ("undo", undo::UndoArgs::augment_args),
    ("new", new::NewArgs::augment_args),
    ("log", log::LogArgs::augment_args),
    ("show", show::ShowArgs::augment_args),
    ("blame", blame::BlameArgs::augment_args),
    ("path", path::PathArgs::augment_args),
    ("open", open::OpenArgs::augment_args),
    ("hook", hook::HookArgs::augment_args),
    ("check", check::CheckArgs::augment_args),
    ("schema", schema::SchemaArgs::augment_args),
    ("serve", serve::ServeArgs::augment_args),
    ("demo", demo::DemoArgs::augment_args),
    ("doctor", |command| command),
    ("trust", trust::TrustArgs::augment_args),
    ("completions", completions::CompletionsArgs::augment_args),
    ("man", man::ManArgs::augment_args),
];

impl Cli {
    /// The definition with only the command that the first such word of `words` names, or with none. To define every option
    /// of every command takes longer than most commands do.
    ///
    /// A command line that is good for this definition is good for the whole one, and means the same there. What is wrong
    /// with any other, only the whole one can say.
    pub fn only_named(words: &[OsString]) -> clap::Command {
        let whole = GlobalArgs::augment_args(clap::Command::new("scoresync").version(env!("CARGO_PKG_VERSION")));
        let named = words.iter().skip(1).find_map(|word| ARGUMENTS.iter().find(|(name, _)| word == name));
        match named {
            Some((name, arguments)) => whole.subcommand(arguments(clap::Command::new(*name))),
            None => whole,
        }
    }
}

/// What people of other tools type first, and what does that here.
const ELSEWHERE: [(&str, &str); 7] = [
    ("fetch", "scoresync status looks at the dashboard, scoresync pull updates your files"),
    ("merge", "scoresync pull merges, and scoresync resolve settles conflicts"),
    ("login", "there is no login: set PLEXUS_API_KEY, and scoresync doctor says what is missing"),
    ("commit", "scoresync push makes a version; with --commit, git records it as well"),
    ("checkout", "scoresync restore FILE --version VERSION"),
    ("config", "settings are in scoresync.yaml, and scoresync doctor shows where each comes from"),
    ("clone", "scoresync init in a new folder, then scoresync pull"),
];

/// What does here what `word` does elsewhere.
pub fn counterpart(word: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(known, _)| *known == word).map(|(_, advice)| *advice)
}

impl Command {
    /// Does what was typed.
    ///
    /// # Errors
    /// Why the command could not be done. What went wrong with single scores is part of its output.
    pub fn run(mut self, app: &App, ui: &mut Ui) -> Result<Exit, Problem> {
        let name = self.name();
        let app = &only_workspace(app, name, self.targets())?;
        match self {
            Self::Init(args) => init::run(app, &args, ui),
            Self::Status(args) => status::run(app, &args, ui),
            Self::Diff(args) => diff::run(app, &args, ui),
            Self::Pull(args) => pull::run(app, &args, ui),
            Self::Push(args) => push::run(app, &args, ui),
            Self::Sync(args) => sync::run(app, &args, ui),
            Self::Watch(args) => watch::run(app, &args, ui),
            Self::Resolve(args) => resolve::run(app, &args, ui),
            Self::Promote(args) => promote::run(app, &args, ui),
            Self::Eval(args) => eval::run(app, &args, ui),
            Self::Feedback(args) => feedback::run(app, &args, ui),
            Self::Call(args) => call::run(app, &args, ui),
            Self::Jobs(args) => jobs::run(app, &args, ui),
            Self::Report(args) => report::run(app, &args, ui),
            Self::Restore(args) => restore::run(app, &args, ui),
            Self::Undo(args) => undo::run(app, &args, ui),
            Self::New(args) => new::run(app, &args, ui),
            Self::Log(args) => log::run(app, &args, ui),
            Self::Show(args) => show::run(app, &args, ui),
            Self::Blame(args) => blame::run(app, &args, ui),
            Self::Path(args) => path::run(app, &args, ui),
            Self::Open(args) => open::run(app, &args, ui),
            Self::Hook(args) => hook::run(app, &args, ui),
            Self::Check(args) => check::run(app, &args, ui),
            Self::Schema(args) => Ok(schema::run(&args, ui)),
            Self::Serve(args) => serve::run(app, &args, ui),
            Self::Demo(args) => demo::run(app, &args, ui),
            Self::Doctor => doctor::run(app, ui),
            Self::Trust(args) => trust::run(app, &args, ui),
            Self::Completions(args) => Ok(completions::run(&args, ui)),
            Self::Man(args) => man::run(app, Cli::command(), &args, ui),
        }
    }

    /// The words that may be paths in a workspace, of commands that work on one workspace. `check` works on several.
    fn targets(&mut self) -> Vec<&mut String> {
        match self {
            Self::Status(status::StatusArgs { selection, .. })
            | Self::Diff(diff::DiffArgs { selection, .. })
            | Self::Pull(pull::PullArgs { change: ChangeArgs { selection, .. }, .. })
            | Self::Push(push::PushArgs { change: ChangeArgs { selection, .. }, .. })
            | Self::Sync(sync::SyncArgs { change: ChangeArgs { selection, .. }, .. })
            | Self::Resolve(resolve::ResolveArgs { selection, .. })
            | Self::Promote(promote::PromoteArgs { selection, .. })
            | Self::Eval(eval::EvalArgs { selection, .. })
            | Self::Feedback(feedback::FeedbackArgs { selection, .. })
            | Self::Call(call::CallArgs { selection, .. })
            | Self::Jobs(jobs::JobsArgs { selection })
            | Self::Log(log::LogArgs { selection, .. })
            | Self::Path(path::PathArgs { selection, .. }) => selection.targets.iter_mut().collect(),
            Self::Restore(restore::RestoreArgs { targets, .. }) | Self::Open(open::OpenArgs { targets, .. }) => {
                targets.iter_mut().collect()
            }
            Self::New(new::NewArgs { file: target, .. })
            | Self::Show(show::ShowArgs { target, .. })
            | Self::Blame(blame::BlameArgs { target, .. }) => vec![target],
            _ => Vec::new(),
        }
    }

    /// To a program it tells each thing that happens by a line of its own, and its end by the last one.
    pub fn tells_by_lines(&self) -> bool {
        matches!(self, Self::Watch(args) if !args.resume)
    }

    /// The name of the command, for JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Status(_) => "status",
            Self::Diff(_) => "diff",
            Self::Pull(_) => "pull",
            Self::Push(_) => "push",
            Self::Sync(_) => "sync",
            Self::Watch(_) => "watch",
            Self::Resolve(_) => "resolve",
            Self::Promote(_) => "promote",
            Self::Eval(_) => "eval",
            Self::Feedback(_) => "feedback",
            Self::Call(_) => "call",
            Self::Jobs(_) => "jobs",
            Self::Report(_) => "report",
            Self::Restore(_) => "restore",
            Self::Undo(_) => "undo",
            Self::New(_) => "new",
            Self::Log(_) => "log",
            Self::Show(_) => "show",
            Self::Blame(_) => "blame",
            Self::Path(_) => "path",
            Self::Open(_) => "open",
            Self::Hook(_) => "hook",
            Self::Check(_) => "check",
            Self::Schema(_) => "schema",
            Self::Serve(_) => "serve",
            Self::Demo(_) => "demo",
            Self::Doctor => "doctor",
            Self::Trust(_) => "trust",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;

    #[test]
    fn help_lines_name_a_folder_for_every_command_that_works_in_one() {
        let everywhere = ["st", "schema", "demo", "trust", "completions", "man"];
        let ours: Vec<&str> = ARGUMENTS.iter().map(|(word, _)| *word).filter(|word| !everywhere.contains(word)).collect();
        let mut known = crate::cli::chosen_folder::OURS;
        known.sort_unstable();
        assert_eq!(known.iter().copied().collect::<std::collections::BTreeSet<_>>(), ours.into_iter().collect());
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn each_command_is_defined_alone_as_among_all() {
        let whole = Cli::command();
        let mut known: Vec<&str> = whole.get_subcommands().flat_map(clap::Command::get_name_and_visible_aliases).collect();
        known.extend(whole.get_subcommands().flat_map(clap::Command::get_all_aliases));
        let mut words = ARGUMENTS.map(|(word, _)| word);
        known.sort_unstable();
        words.sort_unstable();
        assert_eq!(words[..], known);
        for word in words {
            let alone = Cli::only_named(&["scoresync".into(), word.into()]);
            // Its line in the list of all commands does not matter.
            let shown = |command: &clap::Command| format!("{:?}", command.clone().about(None).display_order(0));
            let alone = shown(alone.get_subcommands().next().expect("it is known"));
            assert_eq!(alone, shown(whole.find_subcommand(word).expect("it is known")));
        }
    }

    #[test]
    fn what_is_good_for_one_command_means_the_same_among_all() {
        for line in [
            "--json -C x push -n QA/Tone.yaml --note status",
            "st -vv --color=never status",
            "--color never diff --from 1 -- --json",
            "hook run pre-commit",
            "-C status doctor",
            "-C status",
            "help status",
            "stats status",
            "pull --version",
            "pull --help",
            "--verison",
            "--color status pull",
            "",
        ] {
            let words: Vec<OsString> = ["scoresync"].into_iter().chain(line.split_whitespace()).map(OsString::from).collect();
            let read = |mut command: clap::Command| {
                let matches = command.try_get_matches_from_mut(&words).ok()?;
                Cli::from_arg_matches(&matches).ok()
            };
            let (alone, among_all) = (read(Cli::only_named(&words)), read(Cli::command()));
            assert!(alone.is_none() || format!("{alone:?}") == format!("{among_all:?}"), "{line}: {alone:?} {among_all:?}");
        }
    }

    #[test]
    fn options_of_every_command_stand_anywhere() {
        let cli = Cli::try_parse_from(["scoresync", "push", "-n", "QA/Tone.yaml", "--json", "-C", "x"]).expect("good");
        assert!(cli.global.json && cli.global.working_directory == Some("x".into()));
        assert!(matches!(cli.command, Command::Push(push::PushArgs { change: ChangeArgs { dry_run: true, .. }, .. })));
    }

    #[test]
    fn what_excludes_each_other_is_refused() {
        for bad in [
            &["scoresync", "diff", "--base", "--from", "x"][..],
            &["scoresync", "diff", "--to", "x"],
            &["scoresync", "resolve", "x", "--ours", "--theirs"],
            &["scoresync", "show"],
        ] {
            assert!(Cli::try_parse_from(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_folder_to_make_is_not_the_folder_to_work_in() {
        let cli = Cli::try_parse_from(["scoresync", "demo", "x"]).expect("good");
        assert_eq!(cli.global.working_directory, None);
    }

    #[test]
    fn no_flag_takes_a_secret() {
        let mut command = Cli::command();
        command.build();
        let all = std::iter::once(&command).chain(command.get_subcommands());
        let flags: Vec<&str> = all.flat_map(|c| c.get_arguments()).filter_map(|a| a.get_long()).collect();
        // The key of a score is a name.
        assert!(flags.contains(&"note") && flags.contains(&"key"));
        assert!(!flags.iter().any(|flag| *flag != "key" && (flag.contains("key") || flag.contains("token"))), "{flags:?}");
    }
}
