//! How text is to look.

use crate::cli::ui::Styler;

/// How text is to look.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Colour.
    pub styler: Styler,
    /// Also what is clean or unchanged.
    pub verbose: bool,
}
