//! `schema`: the JSON Schema of score YAML, for editors.

use crate::check::schema;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;

/// Prints the schema.
pub fn run(ui: &mut Ui) -> Exit {
    ui.data(&format!("{:#}\n", schema()));
    Exit::Ok
}
