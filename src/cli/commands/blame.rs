//! `blame`: who wrote each line, in which version and commit.

use crate::cli::app::App;
use crate::cli::complete::TargetCompleter;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::target;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::blame;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;

/// Show which version, author and commit each line of a score comes from
#[derive(Debug, Args)]
#[command(after_help = "\
A line that is in no version is an edit that is not pushed. The commit is the one that a push recorded, or that \
--commit made.")]
pub struct BlameArgs {
    /// One score: the file of its code or guidelines, name, key, id or external id
    #[arg(value_name = "TARGET", add = ArgValueCompleter::new(TargetCompleter))]
    pub target: String,
    /// Of its guidelines instead of its code
    #[arg(long)]
    pub guidelines: bool,
}

/// Prints the document with where its lines come from.
///
/// # Errors
/// The dashboard cannot be asked, or not exactly one score is named.
pub fn run(app: &App, args: &BlameArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "blame", Access::Dashboard)?;
    let target = target(&opened.settings, &args.target);
    let cancellation = opened.session.cancellation();
    let result = runtime::block_on(&cancellation, blame(&mut opened.session, &target, args.guidelines));
    opened.progress.finish();
    let blame = result??;
    if app.global.json {
        ui.data(&render::json::document("blame", Exit::Ok, render::blame::fields(&blame, &opened.settings.root.value), None));
        return Ok(Exit::Ok);
    }
    let text = render::blame::text(ui.styler, &app.clock(), &blame);
    ui.page(&text);
    Ok(Exit::Ok)
}
