//! Consent to what a run would do: it is shown first, and asked about.

use super::run_verb::{recover_first, to_end};
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::Opened;
use crate::cli::render::{self, View};
use crate::cli::targets::targets;
use crate::cli::text::counted;
use crate::cli::ui::Ui;
use crate::engine::{Action, Halt, Outcome, Report, Session, Targets};
use crate::settings::Settings;

/// Shows what `preview` says would be done and asks, if it makes versions champions or removes files. False if it does neither:
/// then nobody has said yes, and the run must not do it either, should there be something by now.
///
/// # Errors
/// The answer is not yes, or nobody is there to give it; the preview failed.
pub fn consent(
    app: &App,
    ui: &mut Ui,
    opened: &mut Opened,
    selection: &Selection,
    preview: impl AsyncFnOnce(&mut Session, &Targets) -> Result<Report, Halt>,
) -> Result<bool, Problem> {
    let asks = ui.must_ask();
    if let Ok(false) = asks {
        return Ok(true);
    }
    recover_first(ui, opened)?;
    let targets = targets(&opened.settings, selection);
    let cancellation = opened.session.cancellation();
    let report = to_end(ui, &cancellation, preview(&mut opened.session, &targets));
    opened.progress.finish();
    // It is no dry run: what is shown is about to be done.
    let report = Report { dry_run: false, ..report? };
    let Some(question) = question(&report) else { return Ok(false) };
    asks?;
    let view = View { styler: ui.stderr_styler, ..app.view(ui, &opened.settings) };
    ui.show(&render::report(view, &app.clock(), &report));
    ui.confirm(&question).map(|()| true)
}

/// Refuses to make champions of versions that are new, where the settings require that they were evaluated.
///
/// # Errors
/// The settings require it.
pub fn require_no_gate(settings: &Settings) -> Result<(), Problem> {
    if !settings.gate.value.asks_for_evaluation() {
        return Ok(());
    }
    let why = "a version must be evaluated before it is promoted, and a new one cannot have been: nothing was done";
    let problem = Problem::new(Exit::Guard, "EVALUATION_REQUIRED", why).at(&settings.gate.source);
    Err(problem.help("scoresync push    # makes drafts: evaluate them, then: scoresync promote"))
}

/// What has to be asked; nothing where the run does neither.
fn question(report: &Report) -> Option<String> {
    let count = |asked: fn(&Action) -> bool| {
        let planned = |outcome: &Outcome| matches!(outcome, Outcome::Planned(action) if asked(action));
        report.scores.iter().filter(|score| planned(&score.outcome)).count()
    };
    let removed = count(|action| matches!(action, Action::Removed));
    let promoted = count(|action| matches!(action, Action::Pushed { promoted: true, .. }));
    let files = format!("the files of {}", counted(removed, "score"));
    let versions = if promoted == 1 { "1 version the champion".to_owned() } else { format!("{promoted} versions the champions") };
    match (removed, promoted) {
        (0, 0) => None,
        (_, 0) => Some(format!("Remove {files}?")),
        (0, _) => Some(format!("Make {versions} at once?")),
        _ => Some(format!("Remove {files}, and make {versions} at once?")),
    }
}
