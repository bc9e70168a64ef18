//! Who is asked about conflicts: a person at the terminal, with their editor, or a script in tests.

use crate::cli::editor::edited;
use crate::cli::error::Problem;
use crate::cli::ui::{Styler, Ui};
use crate::model::RelPath;

/// Shows texts, asks questions, and opens an editor.
pub trait Prompter {
    /// How text may look.
    fn question_styler(&self) -> Styler;
    /// Shows a text.
    fn show(&mut self, text: &str);
    /// Asks for a line; none if nobody answers any more.
    ///
    /// # Errors
    /// Ctrl-C.
    fn ask(&mut self, question: &str) -> Result<Option<String>, Problem>;
    /// The text as it is left in an editor; none if the editor failed.
    ///
    /// # Errors
    /// A temporary file cannot be read or written, or the editor cannot be started.
    fn edit(&mut self, document: &RelPath, text: &str) -> Result<Option<String>, Problem>;
}

/// A person at the terminal.
pub struct TerminalPrompter<'a> {
    /// Where they are asked.
    pub ui: &'a Ui,
    /// The command line of their editor, if they named one.
    pub editor: Option<&'a str>,
}

impl Prompter for TerminalPrompter<'_> {
    fn question_styler(&self) -> Styler {
        self.ui.stderr_styler
    }

    fn show(&mut self, text: &str) {
        self.ui.show(text);
    }

    fn ask(&mut self, question: &str) -> Result<Option<String>, Problem> {
        self.ui.ask(question)
    }

    fn edit(&mut self, document: &RelPath, text: &str) -> Result<Option<String>, Problem> {
        edited(self.editor, document, text)
    }
}
