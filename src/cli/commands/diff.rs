//! `diff`: what differs, line by line.

use crate::cli::app::App;
use crate::cli::args::Diff;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::cli::{render, run};
use crate::engine::Against;

/// Prints the documents that differ.
pub(super) fn run(app: &App, args: &Diff, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "diff", Access::Look)?;
    let targets = targets(&opened.settings, &args.selection);
    if args.from.is_some() && targets.selectors.len() != 1 {
        return Err(Problem::new(Exit::Usage, "ONE_SCORE", "a version belongs to one score: name it")
            .help("scoresync diff TARGET --from VERSION"));
    }
    let stop = opened.session.stop_flag();
    let against = against(args);
    let result = run::to_end(&stop, opened.session.diff(&targets, &against));
    opened.bar.finish();
    let (diffs, unreadable) = result??;
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
    let root = app.shown(&opened.settings.root.value);
    let unified = || diffs.iter().map(|diff| render::diff::unified(ui.styler, root, diff)).collect::<Vec<String>>().join("\n");
    let text = if args.summary { render::summary::text(ui.styler, root, &diffs) } else { unified() };
    if args.no_pager {
        ui.data(&text)
    } else {
        ui.page(&text)
    }
    super::unreadable(ui, &unreadable);
    if diffs.is_empty() && unreadable.is_empty() {
        ui.note("nothing differs");
    }
    Ok(exit)
}

fn against(args: &Diff) -> Against {
    match (&args.from, &args.to) {
        (Some(from), Some(to)) => Against::Versions(from.clone(), to.clone()),
        (Some(from), None) => Against::Version(from.clone()),
        _ if args.base => Against::Base,
        _ => Against::Champion,
    }
}
