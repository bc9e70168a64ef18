//! `--commit`: lets git record what a run wrote or pushed, and what earlier runs owe.

use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::render::commit::{left_out, not_committed_yet, once_staged};
use crate::cli::roots::seen_from;
use crate::cli::text::plain;
use crate::cli::ui::Ui;
use crate::engine::{CommitReport, Report, Session, commit_owed, owes_commit, record_of};
use crate::git::{GitError, Program, Repository};
use crate::settings::Settings;
use std::path::Path;

/// Makes one commit with the files of the report, if one is given, and of those that earlier runs owe, and tells of it; none where
/// there are no files, or where git has something under way that it would become a part of.
///
/// # Errors
/// There is no repository, or git refuses.
pub fn commit(
    ui: &Ui,
    session: &mut Session,
    settings: &Settings,
    report: Option<&Report>,
) -> Result<Option<CommitReport>, Problem> {
    let own = report.and_then(record_of);
    if own.is_none() && !owes_commit(session)? {
        return Ok(None);
    }
    let repository = repository(settings, NO_COMMIT)?;
    let committed = match commit_owed(session, &repository, own)? {
        Err(error @ GitError::InProgress(_)) => {
            ui.warning(&format!("{error}: files are committed by the first command after it"));
            return Ok(None);
        }
        committed => committed?,
    };
    let root = seen_from(&settings.working_directory, &settings.root.value);
    if let Some((id, subject)) = &committed.made {
        ui.note(format_args!("committed {}: {}", id.short(), plain(subject)));
    }
    let warnings = left_out(&committed.left_out, root).into_iter().chain(not_committed_yet(&committed, root));
    warnings.for_each(|warning| ui.warning(&warning));
    let is_elsewhere = !settings.working_directory.starts_with(repository.workdir());
    once_staged(&committed.left_out, root, is_elsewhere).iter().for_each(|help| ui.help(help));
    Ok(Some(committed))
}

/// Makes the commit that earlier runs owe, after a command that was not asked for one: a failure is only told.
pub fn commit_earlier(ui: &Ui, session: &mut Session, settings: &Settings) {
    if let Err(problem) = commit(ui, session, settings, None) {
        ui.warning(&format!("files of an earlier run are not committed yet: {}", problem.message));
    }
}

/// What helps where nothing is to be committed.
pub const NO_COMMIT: &str = "if it is to be in none: leave out --commit, and `git: {commit: true}` in scoresync.yaml";

/// The repository that holds the scorecards, or will: before the first pull there need be no root. `without` says what helps
/// where there is to be none.
///
/// # Errors
/// There is none, or it cannot be opened.
pub fn repository(settings: &Settings, without: &str) -> Result<Repository, Problem> {
    let root = settings.root.value.as_path();
    let there = root.ancestors().find(|folder| folder.exists()).unwrap_or(root);
    Repository::discover(there, Program::default())?.ok_or_else(|| no_repository(root, without))
}

/// There is no repository that holds `root`.
pub fn no_repository(root: &Path, without: &str) -> Problem {
    Problem::new(Exit::Usage, "NO_REPOSITORY", "the scorecards are in no git repository")
        .at(root.display())
        .help("git init    # in the folder that is to become one")
        .help(without)
}
