//! `diff`: what differs, line by line.

use super::output::print_unreadable;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::complete::VersionCompleter;
use crate::cli::error::{Problem, score_problem, warning};
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{Against, DocDiff, Warning, diff, unfinished};
use clap::Args;
use clap_complete::engine::ArgValueCompleter;

/// Show what differs, line by line
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scoresync diff                                  files against champions
  scoresync diff --base 'QA/Tone.yaml'            your own edits only
  scoresync diff --summary                        which keys and sections
  scoresync diff Tone --from 1a2b3c4d             a version against the file
  scoresync diff Tone --version 1a2b3c4d          what a version would bring
  scoresync diff Tone --from 1a2b3c4d --to 5e6f   a version against another")]
pub struct DiffArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// Compare with the champion (this is the default)
    #[arg(long, conflicts_with_all = ["base", "from"])]
    pub champion: bool,
    /// Compare with the version that the files come from
    #[arg(long, conflicts_with = "from")]
    pub base: bool,
    /// Compare with this version (id or the start of it) of the one score that is named
    #[arg(long, value_name = "VERSION", add = ArgValueCompleter::new(VersionCompleter))]
    pub from: Option<String>,
    /// Show what `pull --version` would bring into the file: this version instead of it
    #[arg(long, value_name = "VERSION", add = ArgValueCompleter::new(VersionCompleter), conflicts_with_all = ["champion", "base", "from"])]
    pub version: Option<String>,
    /// Compare the version of --from with this one instead of the file
    #[arg(long, value_name = "VERSION", add = ArgValueCompleter::new(VersionCompleter), requires = "from")]
    pub to: Option<String>,
    /// Only name the keys and sections that differ (+ added, - removed), one line for each score
    #[arg(long)]
    pub summary: bool,
    /// Exit with 1 if anything differs
    #[arg(long)]
    pub exit_code: bool,
}

/// Prints the documents that differ.
///
/// # Errors
/// The dashboard cannot be asked, nothing matches what is named, or there is no such version.
pub fn run(app: &App, args: &DiffArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "diff", Access::Dashboard)?;
    let targets = targets(&opened.settings, &args.selection);
    if (args.from.is_some() || args.version.is_some()) && targets.selectors.len() != 1 {
        return Err(Problem::new(Exit::Usage, "ONE_SCORE", "a version belongs to one score: name it")
            .help("scoresync diff TARGET --from VERSION"));
    }
    let cancellation = opened.session.cancellation();
    let against = against(args);
    let result = runtime::block_on(&cancellation, diff(&mut opened.session, &targets, &against));
    opened.progress.finish();
    let (diffs, unread) = result??;
    let root = app.shown(&opened.settings.root.value);
    let unreadable: Vec<String> = unread.iter().map(|problem| score_problem(root, problem)).collect();
    let exit = match (unreadable.is_empty(), args.exit_code && !diffs.is_empty()) {
        (false, _) => Exit::Failed,
        (true, true) => Exit::Differences,
        (true, false) => Exit::Ok,
    };
    if app.global.json {
        let root = &opened.settings.root.value;
        let body = match args.summary {
            true => render::summary::json(&diffs, &unreadable, root),
            false => render::json::diffs(&diffs, &unreadable, root),
        };
        ui.data(&render::json::document("diff", exit, body, None));
        return Ok(exit);
    }
    let one = |diff: &DocDiff| render::diff::unified(ui.styler, app.shown(&diff.path.under(&opened.settings.root.value)), diff);
    let unified = || diffs.iter().map(one).collect::<Vec<String>>().join("\n");
    let text = if args.summary { render::summary::text(ui.styler, ui.width(), root, &diffs) } else { unified() };
    ui.page(&text);
    print_unreadable(ui, &unreadable);
    let unfinished = unfinished(&opened.session)?;
    unfinished.into_iter().for_each(|what| ui.warning(&warning(root, &Warning::Unfinished(what))));
    if diffs.is_empty() && unreadable.is_empty() {
        ui.note("nothing differs");
    }
    Ok(exit)
}

fn against(args: &DiffArgs) -> Against {
    if let Some(version) = &args.version {
        return Against::Update(version.clone());
    }
    match (&args.from, &args.to) {
        (Some(from), Some(to)) => Against::Versions(from.clone(), to.clone()),
        (Some(from), None) => Against::Version(from.clone()),
        _ if args.base => Against::Base,
        _ => Against::Champion,
    }
}
