//! `schema`: JSON Schemas for editors.

use crate::check;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use crate::settings::project_schema;
use clap::Args;

/// Print a JSON Schema of score YAML, or of other files, for editors
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The schema of scoresync.yaml instead
    #[arg(long)]
    pub settings: bool,
    /// The schema of data sources instead
    #[arg(long, conflicts_with = "settings")]
    pub data_sources: bool,
}

/// Prints the schema.
pub fn run(args: &SchemaArgs, ui: &mut Ui) -> Exit {
    let schema = match (args.settings, args.data_sources) {
        (true, _) => project_schema(),
        (false, true) => check::data_source_schema(),
        (false, false) => check::schema(),
    };
    ui.data(&format!("{schema:#}\n"));
    Exit::Ok
}
