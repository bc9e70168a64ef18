//! `schema`: JSON Schemas for editors.

use crate::check;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use crate::settings::project_schema;
use clap::Args;

/// Print a JSON Schema of score YAML, for editors
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The schema of scoresync.yaml instead
    #[arg(long)]
    pub settings: bool,
}

/// Prints the schema.
pub fn run(args: &SchemaArgs, ui: &mut Ui) -> Exit {
    let schema = if args.settings { project_schema() } else { check::schema() };
    ui.data(&format!("{schema:#}\n"));
    Exit::Ok
}
