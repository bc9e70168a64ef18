//! `show`: one score in full, or one of its parts.

use crate::cli::app::App;
use crate::cli::args::Show;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::target;
use crate::cli::ui::Ui;
use crate::cli::{render, run};
use crate::engine::Shown;

/// Prints the score.
pub(super) fn run(app: &App, args: &Show, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "show", Access::Look)?;
    let target = target(&opened.settings, &args.target);
    let stop = opened.session.stop_flag();
    let result = run::to_end(&stop, opened.session.show(&target));
    opened.bar.finish();
    let shown = result??;
    let root = &opened.settings.root.value;
    if app.global.json {
        ui.data(&render::json::document("show", Exit::Ok, render::show::fields(&shown, root), None));
    } else if args.classes {
        let found = render::show::found(&shown).ok_or_else(|| no_classes(&shown))?;
        ui.data(&render::show::class_text(&found));
    } else if args.code {
        ui.data(shown.code.as_deref().ok_or_else(|| nothing("NO_CODE", "code"))?);
    } else if args.guidelines {
        ui.data(shown.guidelines.as_deref().ok_or_else(|| nothing("NO_GUIDELINES", "guidelines"))?);
    } else {
        ui.data(&render::show::text(ui.styler, &shown, root));
    }
    Ok(Exit::Ok)
}

fn nothing(code: &'static str, what: &str) -> Problem {
    Problem::new(Exit::Failed, code, format!("this score has no {what}, neither here nor in Plexus"))
}

fn no_classes(shown: &Shown) -> Problem {
    match shown.code {
        Some(_) => Problem::new(Exit::Failed, "INVALID_YAML", "the code is no YAML, so its classes cannot be told")
            .at(&shown.score.paths.code),
        None => nothing("NO_CODE", "code"),
    }
}
