//! Whether to use colour, and the few styles there are.

use crate::cli::args::ColorWhen;
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

/// Puts text in a style, or leaves it as it is: whether one stream has colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Styler {
    coloured: bool,
}

impl Styler {
    /// No colour.
    pub const PLAIN: Self = Self { coloured: false };

    /// The decision for one stream: the flag, else `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, `TERM=dumb`, in this order, else
    /// whether it is a terminal.
    pub fn for_stream(when: ColorWhen, terminal: &Terminal, is_terminal: bool) -> Self {
        let coloured = match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto if terminal.no_color => false,
            ColorWhen::Auto if terminal.color_forced => true,
            ColorWhen::Auto => is_terminal && !terminal.color_off && !terminal.dumb,
        };
        Self { coloured }
    }

    /// Text gets its style.
    pub fn is_coloured(self) -> bool {
        self.coloured
    }

    /// `text` in `style`.
    pub fn apply(self, style: Style, text: impl Display) -> String {
        if self.coloured { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}

#[cfg(test)]
impl Styler {
    /// Colour, for tests.
    pub(crate) const COLOURED: Self = Self { coloured: true };
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
            (ColorWhen::Auto, &none, true, true),
            (ColorWhen::Auto, &none, false, false),
            (ColorWhen::Auto, &no_color, true, false),
            (ColorWhen::Auto, &forced, false, true),
            (ColorWhen::Auto, &off, true, false),
            (ColorWhen::Auto, &dumb, true, false),
            (ColorWhen::Always, &no_color, false, true),
            (ColorWhen::Never, &forced, true, false),
        ] {
            assert_eq!(Styler::for_stream(when, terminal, is_terminal).is_coloured(), on, "{when:?} {terminal:?} {is_terminal}");
        }
    }
}
