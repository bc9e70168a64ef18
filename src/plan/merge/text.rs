//! A text that a merge looks at from several sides: it is taken apart at most once, and only if somebody asks.

use crate::model::DocKind;
use crate::model::outline::Outline;
use crate::model::yaml::{Defect, Tree};
use std::cell::OnceCell;

/// A text with what was read of it.
pub(super) struct MergeText<'a> {
    pub kind: DocKind,
    pub text: &'a str,
    yaml: OnceCell<(Tree<'a>, Vec<Defect>)>,
    outline: OnceCell<Option<Outline<'a>>>,
}

impl<'a> MergeText<'a> {
    /// A text of which nothing was read.
    pub fn new(kind: DocKind, text: &'a str) -> Self {
        Self { kind, text, yaml: OnceCell::new(), outline: OnceCell::new() }
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
