//! `path`: the files of scores, for other programs. Asks nobody.

use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::render;
use crate::cli::targets::targets;
use crate::cli::ui::Ui;
use crate::engine::locate;
use clap::Args;
use serde_json::{Value, json};

/// Print the paths of the files of scores
#[derive(Debug, Args)]
pub struct PathArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
}

/// Prints two absolute paths for each score, code first.
///
/// # Errors
/// Nothing was synced yet, or nothing matches what is named.
pub fn run(app: &App, args: &PathArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let opened = open(app, ui, "path", Access::Offline)?;
    opened.progress.finish();
    let targets = targets(&opened.settings, &args.selection);
    let scores = locate(&opened.session, &targets)?;
    let root = &opened.settings.root.value;
    if app.global.json {
        let scores: Vec<Value> = scores
            .iter()
            .map(|score| {
                json!({
                    "id": score.id.as_str(),
                    "name": score.name,
                    "scorecard": score.scorecard,
                    "code_file_path": score.paths.code.under(root).display().to_string(),
                    "guidelines_file_path": score.paths.guidelines.as_ref().map(|path| path.under(root).display().to_string()),
                })
            })
            .collect();
        ui.data(&render::json::document("path", Exit::Ok, json!({ "scores": scores }), None));
        return Ok(Exit::Ok);
    }
    let lines: String =
        scores.iter().flat_map(|score| score.paths.files()).map(|path| format!("{}\n", path.under(root).display())).collect();
    ui.data(&lines);
    Ok(Exit::Ok)
}
