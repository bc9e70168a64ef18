//! What can be typed about the life of a version after a push, and about taking things back.

use super::Selection;
use crate::check::TYPES;
use clap::Args;

/// `log`.
#[derive(Debug, Args)]
#[command(after_help = "\
◆ champion   ○ version   @ edits here that are not pushed

Examples:
  scoresync log Tone              the versions of one score, who made them, from what
  scoresync log QA                what happened lately to the scores of a scorecard
  scoresync log -n 100            what happened lately to all scores")]
pub struct Log {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// Show at most this many versions, the newest; 0 shows all
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 30)]
    pub limit: usize,
}

/// `new`.
#[derive(Debug, Args)]
#[command(after_help = "\
The file says what the flags do not: name, key, external_id and type; its folder says which scorecard. The score gets its
first version, which becomes its champion. Whoever creates the same score twice, or at the same time, makes one.

Examples:
  scoresync new -n 'scorecards/QA/Silence.yaml'       what would be created
  scoresync new QA/Silence.yaml --section Compliance --external-id 45813")]
pub struct New {
    /// The code of the score: <Scorecard>/<Score>.yaml in the scorecards folder
    #[arg(value_name = "FILE")]
    pub file: String,
    /// The scorecard (name, key, id or external id), if not the one of the folder
    #[arg(long, value_name = "SCORECARD")]
    pub scorecard: Option<String>,
    /// The section (name or id), if there are several
    #[arg(long, value_name = "SECTION")]
    pub section: Option<String>,
    /// Its type, if neither the file nor its classes say it
    #[arg(long = "type", value_name = "TYPE", value_parser = TYPES)]
    pub kind: Option<String>,
    /// Its external id, if the file does not say it
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    /// Its key, if the file does not say it
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Its name, if the file does not say it
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What the first version's note says
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// `promote`.
#[derive(Debug, Args)]
#[command(after_help = "\
The champion must still be the one that was shown: of two who promote at once, one is told who was first.

Examples:
  scoresync promote                                your drafts
  scoresync promote Tone --version 1a2b3c4d        any version of a score
  scoresync promote --min-accuracy 90              only what was evaluated, and reached this
  scoresync promote Tone --undo                    the champion before this one again")]
pub struct Promote {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// This version (id or the start of it) of the one score that is named, instead of its draft
    #[arg(long, value_name = "VERSION", conflicts_with = "undo")]
    pub version: Option<String>,
    /// Go back to the champion before this one
    #[arg(long, requires = "targets")]
    pub undo: bool,
    /// Refuse versions that were not evaluated
    #[arg(long)]
    pub require_evaluation: bool,
    /// Refuse versions whose last evaluation has a lower accuracy, in percent
    #[arg(long, value_name = "PERCENT")]
    pub min_accuracy: Option<f64>,
    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// `blame`.
#[derive(Debug, Args)]
#[command(after_help = "\
A line that no version has is an edit that is not pushed. The commit is the one that a push named, or the one that
--commit made.")]
pub struct Blame {
    /// One score: the file of its code or guidelines, name, key, id or external id
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// Its guidelines
    #[arg(long)]
    pub guidelines: bool,
    /// Never use a pager
    #[arg(long)]
    pub no_pager: bool,
}

/// `restore`.
#[derive(Debug, Args)]
#[command(after_help = "\
What comes back is an edit like any other; what is there now is kept first. To take back a whole pull, use undo.

Examples:
  scoresync restore --list                   everything that was replaced, newest first
  scoresync restore QA/Tone.yaml             the bytes that were replaced last, or a file that was deleted
  scoresync restore --entry 17               what was replaced under this number
  scoresync restore Tone --version 1a2b3c4d  a version of the score into its files")]
pub struct Restore {
    /// Files, or scores for both of their files
    #[arg(value_name = "TARGET", required_unless_present_any = ["list", "entry"])]
    pub targets: Vec<String>,
    /// List what was replaced: number, run, time, size, file
    #[arg(long, conflicts_with_all = ["version", "entry", "dry_run"])]
    pub list: bool,
    /// Bring back this version (id or the start of it) of the one score that is named
    #[arg(long, value_name = "VERSION", conflicts_with = "entry")]
    pub version: Option<String>,
    /// Bring back what was replaced under this number of the list
    #[arg(long, value_name = "NUMBER", conflicts_with = "targets")]
    pub entry: Option<i64>,
    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// `undo`.
#[derive(Debug, Args)]
#[command(after_help = "\
A file goes back only if it still is what the command wrote. Undoing an undo does it again. The dashboard is not changed:
a pushed version stays, see promote --undo.")]
pub struct Undo {
    /// Undo this run of restore --list instead of the last one
    #[arg(long, value_name = "NUMBER")]
    pub run: Option<i64>,
    /// Only say what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}
