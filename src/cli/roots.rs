//! [`Roots`]: the scorecards root, for programs and for people.

use std::path::Path;

/// The scorecards root.
#[derive(Clone, Copy, Debug)]
pub struct Roots<'a> {
    /// Absolute, as programs are told of it.
    pub absolute: &'a Path,
    /// As a person sees it from where they work.
    pub shown: &'a Path,
}
