//! `--commit`: lets git record what a run wrote or pushed.

use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::roots::shown;
use crate::cli::text::plain;
use crate::cli::ui::Ui;
use crate::engine::{Report, record_of};
use crate::git::{Program, Repository};
use crate::settings::Settings;

/// Makes one commit with the files of the report; none where there are none.
///
/// # Errors
/// There is no repository, or git refuses.
pub fn commit(ui: &Ui, settings: &Settings, report: &Report) -> Result<(), Problem> {
    let Some(record) = record_of(report) else { return Ok(()) };
    let text = record.message.text();
    let Some(made) = repository(settings)?.commit(&record.paths, &text)? else { return Ok(()) };
    let id = made.id.as_str();
    let subject = text.lines().next().unwrap_or_default();
    ui.note(format_args!("committed {}: {}", id.get(..8).unwrap_or(id), plain(subject)));
    let root = &settings.root.value;
    let root = root.strip_prefix(&settings.working_directory).unwrap_or(root);
    for path in &made.ignored {
        ui.warning(&format!("{}: ignored by git, not committed", shown(root, path)));
    }
    Ok(())
}

/// The repository that holds the scorecards.
///
/// # Errors
/// There is none, or it cannot be opened.
pub fn repository(settings: &Settings) -> Result<Repository, Problem> {
    let root = &settings.root.value;
    Repository::discover(root, Program::default())?.ok_or_else(|| {
        Problem::new(Exit::Usage, "NO_REPOSITORY", "the scorecards are in no git repository").at(root.display()).help("git init")
    })
}
