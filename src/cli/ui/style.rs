//! Whether to use colour, and the few styles there are.

use crate::cli::args::When;
use crate::settings::Terminal;
use anstyle::{AnsiColor, Style};
use std::fmt::Display;

/// Headings, names.
pub const BOLD: Style = Style::new().bold();
/// What matters least.
pub const DIM: Style = Style::new().dimmed();
/// Errors, conflicts, removed lines.
pub const RED: Style = AnsiColor::Red.on_default();
/// What was done, added lines.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// Warnings, what waits to be done.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
/// Commands to type, places.
pub const CYAN: Style = AnsiColor::Cyan.on_default();

/// Dresses text in a style, or does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Styler {
    on: bool,
}

impl Styler {
    /// No colour.
    pub const PLAIN: Self = Self { on: false };

    /// The decision for one stream: the flag, else `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, `TERM=dumb`, in this order, else
    /// whether it is a terminal.
    pub fn for_stream(when: When, terminal: &Terminal, is_terminal: bool) -> Self {
        let on = match when {
            When::Always => true,
            When::Never => false,
            When::Auto if terminal.no_color => false,
            When::Auto if terminal.color_forced => true,
            When::Auto => is_terminal && !terminal.color_off && !terminal.dumb,
        };
        Self { on }
    }

    /// Text is dressed.
    pub fn is_coloured(self) -> bool {
        self.on
    }

    /// `text` in `style`.
    pub fn apply(self, style: Style, text: impl Display) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}

#[cfg(test)]
impl Styler {
    /// Colour, for tests.
    pub(crate) const COLOURED: Self = Self { on: true };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_beats_variables_which_beat_the_stream() {
        let none = Terminal::default();
        let no_color = Terminal { no_color: true, color_forced: true, ..Terminal::default() };
        let forced = Terminal { color_forced: true, color_off: true, dumb: true, ..Terminal::default() };
        let off = Terminal { color_off: true, ..Terminal::default() };
        let dumb = Terminal { dumb: true, ..Terminal::default() };
        for (when, terminal, is_terminal, on) in [
            (When::Auto, &none, true, true),
            (When::Auto, &none, false, false),
            (When::Auto, &no_color, true, false),
            (When::Auto, &forced, false, true),
            (When::Auto, &off, true, false),
            (When::Auto, &dumb, true, false),
            (When::Always, &no_color, false, true),
            (When::Never, &forced, true, false),
        ] {
            assert_eq!(Styler::for_stream(when, terminal, is_terminal).is_coloured(), on, "{when:?} {terminal:?} {is_terminal}");
        }
    }
}
