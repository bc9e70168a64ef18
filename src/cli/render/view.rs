//! How text is to look.

use crate::cli::ui::Styler;
use std::path::Path;

/// How text is to look.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Colour.
    pub styler: Styler,
    /// Also what is clean or unchanged.
    pub verbose: bool,
    /// Of what was done, only what did not go well.
    pub quiet: bool,
    /// Columns of a line; none where lines may be as long as they are.
    pub width: Option<usize>,
    /// The scorecards root as a person sees it.
    pub root: &'a Path,
}
