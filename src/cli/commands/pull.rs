//! `pull`: champions into files, merging with edits.

use super::consent::{Consent, consent};
use super::run_verb::{change, commits, look};
use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::complete::VersionCompleter;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::ui::Ui;
use crate::engine::{
    Choice, Locked, PullOptions, Session, Targets, VersionChoice, pull, pull_preview, pull_version, pull_version_preview,
};
use clap::Args;
use clap_complete::engine::ArgValueCompleter;

/// Update your files from the dashboard, merging with your edits
#[derive(Debug, Args)]
pub struct PullArgs {
    /// Which scores, and how far it goes.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Delete unedited files of scores that no longer exist in Plexus (a backup is kept)
    #[arg(long)]
    pub prune: bool,
    /// Move guidelines that older tools wrote beside the code (<Score>.md) into guidelines/, unless a file is there already
    #[arg(long)]
    pub move_legacy: bool,
    /// Take this version (id or the start of it) of the one score that is named, as if it were champion: a draft of somebody
    /// else. It is merged with your edits, and what you push next comes from it
    #[arg(long, value_name = "VERSION", add = ArgValueCompleter::new(VersionCompleter), conflicts_with_all = ["prune", "move_legacy"])]
    pub version: Option<String>,
    /// What becomes of places that the version and your edits both changed.
    #[command(flatten)]
    pub side: SideArgs,
}

/// Which side wins where a version conflicts with edits.
#[derive(Debug, Default, Args)]
#[group(required = false, multiple = false)]
pub struct SideArgs {
    /// With --version: where both sides changed the same lines, keep what the file says
    #[arg(long, requires = "version")]
    pub ours: bool,
    /// With --version: where both sides changed the same lines, take what the version says
    #[arg(long, requires = "version")]
    pub theirs: bool,
    /// With --version: where both sides changed the same lines, write both, between conflict markers
    #[arg(long, requires = "version")]
    pub merge: bool,
}

impl SideArgs {
    fn choice(&self) -> Option<Choice> {
        let choices = [(self.ours, Choice::Ours), (self.theirs, Choice::Theirs), (self.merge, Choice::Merge)];
        choices.into_iter().find_map(|(chosen, choice)| chosen.then_some(choice))
    }
}

/// Takes what the dashboard has into the files.
///
/// # Errors
/// The answer is no, or the whole run stopped.
pub fn run(app: &App, args: &PullArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    if let Some(version) = &args.version {
        return take_version(app, args, version, ui);
    }
    let only_moved = !app.global.json && app.global.verbose == 0;
    let options = PullOptions { prune: args.prune, move_legacy: args.move_legacy, only_moved };
    let mut opened = open(app, ui, "pull", Access::Dashboard)?;
    let preview = async |session: &mut Session, targets: &Targets| pull_preview(session, targets, options).await;
    let selection = &args.change.selection;
    if args.change.dry_run {
        return look(app, ui, opened, "pull", selection, false, preview);
    }
    let commit = commits(&opened.settings, args.change.commit)?;
    let wanted = Consent { removal: args.prune, promotion: false };
    let agreed = consent(app, ui, &mut opened, selection, wanted, preview)?;
    let options = PullOptions { prune: agreed.removal, ..options };
    let pull = async |session: &mut Locked<'_>, targets: &Targets| pull(session, targets, options).await;
    change(app, ui, opened, "pull", selection, commit, pull)
}

fn take_version(app: &App, args: &PullArgs, version: &str, ui: &mut Ui) -> Result<Exit, Problem> {
    let selection = &args.change.selection;
    if selection.typed().is_empty() {
        return Err(Problem::new(Exit::Usage, "ONE_SCORE", "a version belongs to one score: name it")
            .help("scoresync pull TARGET --version VERSION"));
    }
    let opened = open(app, ui, "pull", Access::Dashboard)?;
    let wanted = VersionChoice { version: version.to_owned(), choice: args.side.choice() };
    if args.change.dry_run {
        let preview = async |session: &mut Session, targets: &Targets| pull_version_preview(session, targets, &wanted).await;
        return look(app, ui, opened, "pull", selection, false, preview);
    }
    // Files with conflict markers are nothing to commit.
    let commit = !args.side.merge && commits(&opened.settings, args.change.commit)?;
    let pull = async |session: &mut Locked<'_>, targets: &Targets| pull_version(session, targets, &wanted).await;
    change(app, ui, opened, "pull", selection, commit, pull)
}
