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

/// What needs a yes, or has one.
#[derive(Clone, Copy, Default)]
pub struct Consent {
    /// Files are removed.
    pub removal: bool,
    /// Versions are made champions.
    pub promotion: bool,
}

/// Shows what `preview` says would be done and asks, if there is something of what is `wanted`; what somebody said yes to. What nobody
/// was asked about, because the preview did not have it, a run must not do either, should there be something by now.
///
/// # Errors
/// The answer is not yes, or nobody is there to give it; the preview failed.
pub fn consent(
    app: &App,
    ui: &mut Ui,
    opened: &mut Opened,
    selection: &Selection,
    wanted: Consent,
    preview: impl AsyncFnOnce(&mut Session, &Targets) -> Result<Report, Halt>,
) -> Result<Consent, Problem> {
    if !wanted.removal && !wanted.promotion {
        return Ok(wanted);
    }
    let asks = ui.must_ask();
    if let Ok(false) = asks {
        return Ok(wanted);
    }
    // Where nobody can say yes, nothing is done before it is known that nobody has to.
    if asks.is_ok() {
        recover_first(ui, opened)?;
    }
    let targets = targets(&opened.settings, selection);
    let cancellation = opened.session.cancellation();
    let report = to_end(ui, &cancellation, preview(&mut opened.session, &targets));
    opened.progress.finish();
    // It is no dry run: what is shown is about to be done.
    let report = Report { dry_run: false, ..report? };
    let Some((question, agreed)) = question(&report, wanted) else { return Ok(Consent::default()) };
    asks?;
    let view = View { styler: ui.stderr_styler, ..app.view(ui, &opened.settings) };
    ui.show(&render::report(view, &app.clock(), &report));
    ui.confirm(&question).map(|()| agreed)
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

/// What has to be asked, and what a yes to it means; nothing where the run does neither.
fn question(report: &Report, wanted: Consent) -> Option<(String, Consent)> {
    let count = |asked: fn(&Action) -> bool| {
        let planned = |outcome: &Outcome| matches!(outcome, Outcome::Planned(action) if asked(action));
        report.scores.iter().filter(|score| planned(&score.outcome)).count()
    };
    let removed = count(|action| matches!(action, Action::Removed));
    // What a sync merges it pushes next.
    let is_promoted =
        |action: &Action| matches!(action, Action::Pushed { promoted: true, .. } | Action::Pulled { merged: true, .. });
    let promoted = if wanted.promotion { count(is_promoted) } else { 0 };
    let agreed = Consent { removal: removed > 0, promotion: promoted > 0 };
    let files = format!("the files of {}", counted(removed, "score"));
    let versions = if promoted == 1 { "1 version the champion".to_owned() } else { format!("{promoted} versions the champions") };
    let question = match (removed, promoted) {
        (0, 0) => return None,
        (_, 0) => format!("Remove {files}?"),
        (0, _) => format!("Make {versions} at once?"),
        _ => format!("Remove {files}, and make {versions} at once?"),
    };
    Some((question, agreed))
}
