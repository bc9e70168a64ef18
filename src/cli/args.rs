//! What can be typed. Doc comments are the help texts.

mod embedded;
mod hook;
mod life;
mod watch;

pub use embedded::{Demo, Serve};
pub use hook::{Hook, HookAction, HookName};
pub use life::{Blame, Log, New, Promote, Restore, Undo};
pub use watch::Watch;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  scoresync demo                  see it work, with no account and no setup
  scoresync init                  make this folder a workspace
  scoresync status                how files and dashboard stand to each other
  scoresync pull                  take champions into files, merging with your edits
  scoresync push --note 'Why'     give your edits to the dashboard as new versions

Exit status: 0 ok, 1 differences (--exit-code) or findings (check), 2 usage or settings, 3 a conflict needs a person, 4 not authorised,
5 unreachable or throttled (safe to run again), 6 some scores failed, 7 refused by a guard, 130 interrupted.";

/// Keep a folder of Plexus score configurations and the Plexus dashboard in step, in both directions.
#[derive(Debug, Parser)]
#[command(name = "scoresync", version, after_help = EXAMPLES)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Work in this folder instead of the current one
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub working_directory: Option<PathBuf>,
    /// Print data and errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print more: clean scores, ids, where things come from; -vv also logs requests to stderr, as SCORESYNC_LOG=debug does
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", global = true)]
    pub color: When,
    /// Do not ask the dashboard: use what was last seen
    #[arg(long, global = true)]
    pub offline: bool,
    /// Print JSON (version 1) on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// Never ask a question
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Answer questions with yes
    #[arg(short, long, global = true)]
    pub yes: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the current folder a workspace
    Init(Init),
    /// Show how files and dashboard stand to each other
    Status(Status),
    /// Show what differs, line by line
    Diff(Diff),
    /// Take what the dashboard has into the files, merging with edits
    Pull(Pull),
    /// Give edits to the dashboard as new versions
    Push(Push),
    /// Pull, then push
    Sync(Sync),
    /// Keep both sides in step while you edit
    Watch(Watch),
    /// End conflicts by choosing a side, or by merging by hand
    Resolve(Resolve),
    /// Make a version the champion, after showing what that changes
    Promote(Promote),
    /// Bring back what a command replaced, a deleted file, or any version of a score
    Restore(Restore),
    /// Take back what the last command did to the files here
    Undo(Undo),
    /// Create a score in Plexus from a file that belongs to none
    New(New),
    /// Show the versions of a score as a lineage, or what happened lately to many
    Log(Log),
    /// Show one score: versions, standing, documents, classes
    Show(Show),
    /// Show which version, author and commit each line of a score comes from
    Blame(Blame),
    /// Print the files of scores
    Path(Paths),
    /// Check what is about to be committed, or push what was, whenever git makes a commit
    Hook(Hook),
    /// Check the files of scores, offline
    Check(Check),
    /// Print a JSON Schema of score YAML, for editors
    Schema,
    /// Run a Plexus-compatible API on this machine
    Serve(Serve),
    /// Make a workspace to play with, with its own embedded dashboard
    Demo(Demo),
    /// Show each setting and where it comes from, and try the connection
    Doctor,
    /// Print a completion script
    Completions(Completions),
    /// Print the manual page, or write one page per command into a folder
    Man(Man),
}

/// Which scores.
#[derive(Clone, Debug, Default, Args)]
pub struct Which {
    /// Scores or scorecards: files, folders, names, keys, ids or external ids; all if none is given
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Only scores of this scorecard (name, key, id or external id; can be repeated)
    #[arg(long, value_name = "SCORECARD", action = ArgAction::Append)]
    pub scorecard: Vec<String>,
}

/// `init`.
#[derive(Debug, Args)]
#[command(after_help = "Keys are never written: set PLEXUS_API_KEY in the environment, in .env or in ~/.plexus/config.yaml.")]
pub struct Init {
    /// Address of the Plexus API, or file:PATH for an embedded one
    #[arg(long, value_name = "URL")]
    pub api_url: Option<String>,
    /// Key of the account
    #[arg(long, value_name = "KEY")]
    pub account: Option<String>,
    /// Make this editor complete and check score YAML while you type
    #[arg(long, value_enum, value_name = "EDITOR")]
    pub editor: Option<Editor>,
}

/// Editors that can be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Editor {
    /// Visual Studio Code, with its YAML extension.
    Vscode,
}

/// `status`.
#[derive(Debug, Args)]
pub struct Status {
    /// Which scores.
    #[command(flatten)]
    pub which: Which,
    /// Exit with 1 if anything is not clean
    #[arg(long)]
    pub exit_code: bool,
}

/// `diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scoresync diff                                  files against champions
  scoresync diff --base 'QA/Tone.yaml'            your own edits only
  scoresync diff --summary                        which keys and sections
  scoresync diff Tone --from 1a2b3c4d             a version against the file
  scoresync diff Tone --from 1a2b3c4d --to 5e6f   a version against another")]
pub struct Diff {
    /// Which scores.
    #[command(flatten)]
    pub which: Which,
    /// Compare with the champion (this is the default)
    #[arg(long, conflicts_with_all = ["base", "from"])]
    pub champion: bool,
    /// Compare with the version that the files come from
    #[arg(long, conflicts_with = "from")]
    pub base: bool,
    /// Compare with this version (id or the start of it) of the one score that is named
    #[arg(long, value_name = "VERSION")]
    pub from: Option<String>,
    /// Compare the version of --from with this one instead of the file
    #[arg(long, value_name = "VERSION", requires = "from")]
    pub to: Option<String>,
    /// Only name the keys and sections that differ (+ added, - removed), one line for each score
    #[arg(long)]
    pub summary: bool,
    /// Never use a pager
    #[arg(long)]
    pub no_pager: bool,
    /// Exit with 1 if anything differs
    #[arg(long)]
    pub exit_code: bool,
}

/// `pull`.
#[derive(Debug, Args)]
pub struct Pull {
    /// Which scores.
    #[command(flatten)]
    pub which: Which,
    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Commit the files that this run writes or pushes, and nothing else, to git
    #[arg(long)]
    pub commit: bool,
    /// Remove unedited files of scores that are gone from Plexus (their bytes are kept)
    #[arg(long)]
    pub prune: bool,
    /// Move guidelines that lie beside the code (<Score>.md, as older tools wrote them) into guidelines/, unless something
    /// is there already
    #[arg(long)]
    pub move_legacy: bool,
}

/// What a push does besides pushing.
#[derive(Clone, Debug, Default, Args)]
pub struct Publish {
    /// What the new versions' notes say, instead of which keys and sections they change
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Make the pushed versions champions, if nobody made another champion meanwhile
    #[arg(long)]
    pub promote: bool,
}

/// `push`.
#[derive(Debug, Args)]
pub struct Push {
    /// Which scores.
    #[command(flatten)]
    pub which: Which,
    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Commit the files that this run writes or pushes, and nothing else, to git
    #[arg(long)]
    pub commit: bool,
    /// What else.
    #[command(flatten)]
    pub publish: Publish,
}

/// `sync`.
#[derive(Debug, Args)]
pub struct Sync {
    /// Which scores.
    #[command(flatten)]
    pub which: Which,
    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Commit the files that this run writes or pushes, and nothing else, to git
    #[arg(long)]
    pub commit: bool,
    /// Remove unedited files of scores that are gone from Plexus (their bytes are kept)
    #[arg(long)]
    pub prune: bool,
    /// What else.
    #[command(flatten)]
    pub publish: Publish,
}

/// `resolve`.
#[derive(Debug, Args)]
#[group(skip)]
#[command(after_help = "\
On a terminal, without a choice, each place where both sides differ is shown and asked about; nothing is written before
the end. What is replaced is kept: see undo.

Examples:
  scoresync resolve                      place by place
  scoresync resolve --list               what conflicts, and with whom
  scoresync resolve Tone --theirs        the champion's text
  scoresync resolve --tool=meld          in a merge tool")]
pub struct Resolve {
    /// Which scores.
    #[command(flatten)]
    pub which: Which,
    /// How.
    #[command(flatten)]
    pub choice: ResolveChoice,
    /// Commit the files that this run writes, and nothing else, to git
    #[arg(long, conflicts_with = "merge")]
    pub commit: bool,
}

/// How conflicts are ended.
#[derive(Debug, Args)]
#[group(required = false, multiple = false)]
pub struct ResolveChoice {
    /// Only list the conflicts: what, who, when, why (what happens off a terminal where nothing else is asked for)
    #[arg(long)]
    pub list: bool,
    /// Keep what the file says
    #[arg(long)]
    pub ours: bool,
    /// Take what the champion says
    #[arg(long)]
    pub theirs: bool,
    /// Write both into the file, between conflict markers, to be edited
    #[arg(long)]
    pub merge: bool,
    /// Start a merge tool as git is set up to: this one, or merge.tool of git's configuration
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true)]
    pub tool: Option<Option<String>>,
}

/// `show`.
#[derive(Debug, Args)]
pub struct Show {
    /// One score: file, name, key, id or external id
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// Only the valid classes and how many there are
    #[arg(long, conflicts_with_all = ["code", "guidelines"])]
    pub classes: bool,
    /// Only the code
    #[arg(long, conflicts_with = "guidelines")]
    pub code: bool,
    /// Only the guidelines
    #[arg(long)]
    pub guidelines: bool,
}

/// `path`.
#[derive(Debug, Args)]
pub struct Paths {
    /// Which scores.
    #[command(flatten)]
    pub which: Which,
}

/// `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exits with 1 if there are errors. Rules are switched in scoresync.yaml:
  check:
    rules:
      missing-class: off
      ambiguous-text: error")]
pub struct Check {
    /// Files, folders, or names of scores or scorecards; everything if none is given
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Do what is safe: quote texts that YAML readers disagree on, remove stamps of other tools
    #[arg(long)]
    pub fix: bool,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: CheckFormat,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people.
    #[default]
    Text,
    /// As `--json`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
}

/// `completions`.
#[derive(Debug, Args)]
#[command(after_help = "Example: scoresync completions bash > ~/.local/share/bash-completion/completions/scoresync")]
pub struct Completions {
    /// For which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `man`.
#[derive(Debug, Args)]
pub struct Man {
    /// Write one page per command into this folder
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_of_every_command_stand_anywhere() {
        let cli = Cli::try_parse_from(["scoresync", "push", "-n", "QA/Tone.yaml", "--json", "-C", "x"]).expect("good");
        assert!(cli.global.json && cli.global.working_directory == Some("x".into()));
        assert!(matches!(cli.command, Command::Push(Push { dry_run: true, .. })));
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
        // The key of a score is a name.
        assert!(flags.contains(&"note") && flags.contains(&"key"));
        assert!(!flags.iter().any(|flag| *flag != "key" && (flag.contains("key") || flag.contains("token"))), "{flags:?}");
    }
}
