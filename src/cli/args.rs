//! Groups of options that commands share. What only one command takes stands in the file of that command; doc comments are
//! the help texts.

use super::text::quoted;
use crate::cli::complete::{ScorecardCompleter, TargetCompleter};
use clap::{ArgAction, Args, ValueEnum};
use clap_complete::engine::ArgValueCompleter;
use std::path::PathBuf;

/// Options of every command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalArgs {
    /// Work in this folder instead of the current one
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub working_directory: Option<PathBuf>,
    /// Print data and errors only; a command that changes something prints only what did not go well
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print more: clean scores, ids, where things come from; -vv also logs requests to stderr, as SCORESYNC_LOG=debug does
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", global = true)]
    pub color: ColorWhen,
    /// Do not contact the dashboard: use what was last seen
    #[arg(long, global = true)]
    pub offline: bool,
    /// Print JSON (version 1) on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// Do not use a pager (by default SCORESYNC_PAGER, or the pager of git)
    #[arg(long, global = true)]
    pub no_pager: bool,
    /// Never ask a question
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Answer questions with yes, except whether to trust an address
    #[arg(short, long, global = true)]
    pub yes: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// Which scores.
#[derive(Clone, Debug, Default, Args)]
pub struct Selection {
    /// Scores or scorecards: files, folders, names, keys, ids, external ids, or patterns such as 'QA/*'; all if none is given
    #[arg(value_name = "TARGET", add = ArgValueCompleter::new(TargetCompleter))]
    pub targets: Vec<String>,
    /// Only scores of this scorecard (name, key, id or external id; can be repeated)
    #[arg(long, value_name = "SCORECARD", action = ArgAction::Append, add = ArgValueCompleter::new(ScorecardCompleter))]
    pub scorecard: Vec<String>,
}

impl Selection {
    /// What these words name, in all scorecards.
    pub fn of(targets: Vec<String>) -> Self {
        Self { targets, scorecard: Vec::new() }
    }

    /// The same words for a shell, to be put behind all options: a name that begins with a hyphen is none.
    pub fn typed(&self) -> Vec<String> {
        let scorecards = self.scorecard.iter().map(|word| option("--scorecard", word));
        let ends_options = self.targets.iter().any(|word| word.starts_with('-')).then(|| "--".to_owned());
        scorecards.chain(ends_options).chain(self.targets.iter().map(|word| quoted(word).into_owned())).collect()
    }
}

/// An option with its value, for a shell. A value that begins with a hyphen is joined to it: else it would be an option, too.
pub fn option(name: &str, value: &str) -> String {
    format!("{name}{}{}", if value.starts_with('-') { "=" } else { " " }, quoted(value))
}

/// What `pull`, `push` and `sync` have in common.
#[derive(Clone, Debug, Default, Args)]
pub struct ChangeArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// Only show what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Commit the files that this run writes or pushes, and nothing else, to git
    #[arg(long)]
    pub commit: bool,
}

/// What a push does besides pushing.
#[derive(Clone, Debug, Default, Args)]
pub struct Publish {
    /// Note of the new versions; by default it lists the changed keys and sections
    #[arg(short = 'm', long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Also promote the pushed versions, unless the champion has changed meanwhile
    #[arg(long)]
    pub promote: bool,
    /// Also push code in which only the formatting changed
    #[arg(long)]
    pub reformat: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_can_be_typed_again() {
        let typed = |targets: &[&str], cards: &[&str]| {
            let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            Selection { targets: own(targets), scorecard: own(cards) }.typed().join(" ")
        };
        assert_eq!(typed(&["Tone", "It's"], &["QA 1"]), r"--scorecard 'QA 1' Tone 'It'\''s'");
        assert_eq!(typed(&["Tone", "-n"], &["-QA"]), "--scorecard=-QA -- Tone -n");
    }
}
