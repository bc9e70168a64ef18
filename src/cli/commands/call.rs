//! `call`: one call with what scores answered, and what people say of that.

use super::private_output;
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{CallOptions, call};
use clap::Args;

/// Show one call: what scores answered, and what people say
#[derive(Debug, Args)]
#[command(after_help = "\
A call is found by its id, its external id, the value of one of its identifiers, or the id of its feedback. Its words are \
printed only if you ask for them.

Examples:
  scoresync call 4711                    all scores that answered
  scoresync call 4711 Tone --comments    one score, with what people wrote
  scoresync call 4711 --text             what was said")]
pub struct CallArgs {
    /// The call: id, external id, identifier, or id of feedback
    #[arg(value_name = "CALL")]
    pub call: String,
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// Also show what was said in the call: these are words of customers
    #[arg(long)]
    pub text: bool,
    /// Also show why scores answered so, and what people wrote: this may contain words of customers
    #[arg(long)]
    pub comments: bool,
}

/// Prints the call.
///
/// # Errors
/// The dashboard cannot be asked; no call, or several, are named so; nothing matches the scores that are named.
pub fn run(app: &App, args: &CallArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "call", Access::Dashboard)?;
    let targets = targets(&opened.settings, &args.selection);
    let options = CallOptions { text: args.text, comments: args.comments };
    let cancellation = opened.session.cancellation();
    let report = runtime::block_on(&cancellation, call(&mut opened.session, &args.call, &targets, options));
    opened.progress.finish();
    let report = report??;
    if args.text || args.comments {
        private_output::warn(ui);
    }
    let exit = if report.is_incomplete() { Exit::Failed } else { Exit::Ok };
    if app.global.json {
        let body = render::call::json(&report, &opened.settings.root.value);
        ui.data(&render::json::document("call", exit, body, None));
    } else {
        ui.page(&render::call::text(app.view(ui, &opened.settings), &app.clock(), &report));
    }
    Ok(exit)
}
