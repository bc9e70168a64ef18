//! `watch`, as it is typed.

use clap::Args;

/// `watch`.
#[derive(Debug, Args)]
#[command(after_help = "\
A save is checked at once and pushed when the file has been left alone; a new champion lands in the file. On a terminal:
p pushes now, d shows what differs, r says how conflicts are resolved, c continues after a pause, q quits.

In scoresync.yaml:
  watch:
    push: on-idle      on-commit, manual or never
    quiet: 5s          how long a file must be left alone
    promote: false     make what is pushed champion")]
pub struct Watch {
    /// Commit the files that are written or pushed, and nothing else, to git
    #[arg(long)]
    pub commit: bool,
    /// Tell the watch of this workspace that the changes it paused at are meant
    #[arg(long, conflicts_with = "commit")]
    pub resume: bool,
    /// Look at the files now and then, where the system does not tell of changes
    #[arg(long)]
    pub poll: bool,
}
