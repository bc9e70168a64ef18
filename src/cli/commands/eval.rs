//! `eval`: how versions did when they were evaluated.

use super::private_output;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::complete::VersionCompleter;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{EvalOptions, eval};
use clap::Args;
use clap_complete::engine::ArgValueCompleter;

/// Show how versions scored in their evaluations
#[derive(Debug, Args)]
#[command(after_help = "\
An evaluation counts if it completed and ran the version over at least 20 labelled items, or as many as promote.min_items in \
scoresync.yaml says; promote --min-items can ask for more. Two evaluations can be compared only if they ran over the same items. \
This command starts no evaluation: plexus evaluate does.

Examples:
  scoresync eval                          champions and drafts of all scores
  scoresync eval Tone                     the newest versions of one score
  scoresync eval Tone --version 1a2b3c4d  one version beside the champion
  scoresync eval Tone --version 1a2b3c4d --misjudged    and its wrong answers")]
pub struct EvalArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// This version (id or the start of it) of the one score that is named, beside the champion
    #[arg(long, value_name = "VERSION", add = ArgValueCompleter::new(VersionCompleter), requires = "targets")]
    pub version: Option<String>,
    /// Also list the calls that this version answered wrongly
    #[arg(long, requires = "version")]
    pub misjudged: bool,
    /// Also show why it answered so: this may contain words of customers
    #[arg(long, requires = "misjudged")]
    pub comments: bool,
}

/// Prints evaluations.
///
/// # Errors
/// The dashboard cannot be asked, or nothing matches what is named.
pub fn run(app: &App, args: &EvalArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "eval", Access::Dashboard)?;
    let targets = targets(&opened.settings, &args.selection);
    let options = EvalOptions {
        version: args.version.clone(),
        misjudged: args.misjudged,
        explanations: args.comments,
        gate: opened.settings.gate.value,
    };
    let cancellation = opened.session.cancellation();
    let result = runtime::block_on(&cancellation, eval(&mut opened.session, &targets, &options));
    opened.progress.finish();
    let scores = result??;
    if args.comments {
        private_output::warn(ui);
    }
    let unread = scores.iter().flat_map(|score| &score.versions).any(|version| version.evaluations.is_err());
    let is_untold = scores.iter().any(|score| matches!(score.misjudged, Some(Err(_))));
    let exit = if unread || is_untold { Exit::Failed } else { Exit::Ok };
    if app.global.json {
        ui.data(&render::json::document("eval", exit, render::eval::json(&scores, &opened.settings.root.value), None));
        return Ok(exit);
    }
    ui.page(&render::eval::text(app.view(ui, &opened.settings), &app.clock(), &scores, args.version.is_some()));
    render::eval::help(&scores).iter().for_each(|help| ui.help(help));
    Ok(exit)
}
