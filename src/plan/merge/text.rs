//! A text that a merge looks at from several sides: it is taken apart at most once, when somebody asks or is about to.

use crate::model::DocKind;
use crate::model::outline::Outline;
use crate::model::yaml::{Defect, Tree};
use std::sync::OnceLock;
use std::thread;

/// Texts of fewer bytes are taken apart one after the other: that takes hardly longer than to make a thread.
const LARGE: usize = 64 << 10;

/// A text with what was read of it.
pub(super) struct MergeText<'a> {
    pub kind: DocKind,
    pub text: &'a str,
    yaml: OnceLock<(Tree<'a>, Vec<Defect>)>,
    outline: OnceLock<Option<Outline<'a>>>,
}

impl<'a> MergeText<'a> {
    /// A text of which nothing was read.
    pub fn new(kind: DocKind, text: &'a str) -> Self {
        Self { kind, text, yaml: OnceLock::new(), outline: OnceLock::new() }
    }

    fn yaml(&self) -> &(Tree<'a>, Vec<Defect>) {
        self.yaml.get_or_init(|| Tree::read(self.text))
    }

    /// The tree of a YAML text.
    pub fn tree(&self) -> &Tree<'a> {
        &self.yaml().0
    }

    /// Not YAML with a defect.
    pub fn parses(&self) -> bool {
        !self.kind.is_yaml() || self.yaml().1.is_empty()
    }

    /// See [`Outline::read`].
    pub fn outline(&self) -> Option<&Outline<'a>> {
        let read = || match self.kind.is_yaml() {
            true => Outline::of_yaml(&self.yaml().0, &self.yaml().1),
            false => Outline::read(self.kind, self.text),
        };
        self.outline.get_or_init(read).as_ref()
    }
}

/// What `outline` gives for each of these texts, by its number; large ones are taken apart side by side.
pub(super) fn outlines<'o, const N: usize>(
    texts: [&str; N],
    outline: impl Fn(usize) -> Option<&'o Outline<'o>> + Sync,
) -> [Option<&'o Outline<'o>>; N] {
    if texts.iter().filter(|text| text.len() >= LARGE).count() > 1 {
        let outline = &outline;
        thread::scope(|scope| {
            (1..N).for_each(|number| drop(scope.spawn(move || outline(number).is_some())));
            outline(0);
        });
    }
    std::array::from_fn(outline)
}
