//! `blame`: who wrote each line, in which version and commit.

use crate::cli::app::App;
use crate::cli::args::Blame;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::target;
use crate::cli::ui::Ui;
use crate::cli::{render, run};

/// Prints the document with where its lines come from.
pub(super) fn run(app: &App, args: &Blame, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "blame", Access::Look)?;
    let target = target(&opened.settings, &args.target);
    let stop = opened.session.stop_flag();
    let result = run::to_end(&stop, opened.session.blame(&target, args.guidelines));
    opened.bar.finish();
    let blame = result??;
    if app.global.json {
        ui.data(&render::json::document("blame", Exit::Ok, render::blame::fields(&blame, &opened.settings.root.value), None));
        return Ok(Exit::Ok);
    }
    let text = render::blame::text(ui.styler, &app.clock(), &blame);
    if args.no_pager {
        ui.data(&text)
    } else {
        ui.page(&text)
    }
    Ok(Exit::Ok)
}
