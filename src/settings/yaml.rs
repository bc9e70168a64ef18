//! A settings file of YAML, read so that whatever is wrong can be named with line and column.

use super::error::SettingsError;
use super::length_of_time::length_of_time;
use super::position::FilePosition;
use crate::check::{self, Lines};
use crate::model::DocKind;
use crate::model::yaml::{Id, NodeShape, Tree};
use crate::model::yaml_scalars::{Reading, pyyaml};
use std::path::Path;
use std::time::Duration;

/// A file that parses and has no aliases.
pub(super) struct YamlFile<'a> {
    path: &'a Path,
    tree: Tree<'a>,
    lines: Lines<'a>,
}

/// One node of a file. Scalars are text: what they mean depends on where they stand.
#[derive(Clone, Copy)]
pub(super) struct SettingNode<'a> {
    file: &'a YamlFile<'a>,
    /// None in an empty document, which is an empty mapping.
    id: Option<Id>,
}

impl<'a> YamlFile<'a> {
    /// Reads a file's text.
    pub(super) fn read(path: &'a Path, text: &'a str) -> Result<Self, SettingsError> {
        if let Some(fault) = check::syntax(DocKind::Code, text) {
            let place = FilePosition { file: path.to_owned(), line: fault.line, column: fault.column };
            return Err(SettingsError::Invalid { place, message: fault.message });
        }
        let file = Self { path, tree: Tree::read(text).0, lines: Lines::of(text) };
        let alias = file.tree.nodes().find(|(_, node)| matches!(node.shape, NodeShape::Alias(_)));
        if let Some((id, _)) = alias {
            let message = "settings have no aliases: write the value out".to_owned();
            return Err(SettingsError::Invalid { place: file.position(Some(id)), message });
        }
        Ok(file)
    }

    /// The topmost node.
    pub(super) fn root(&'a self) -> SettingNode<'a> {
        let id = self.tree.root().filter(|root| !self.is_null(*root));
        SettingNode { file: self, id }
    }

    fn position(&self, id: Option<Id>) -> FilePosition {
        let (line, column) = self.lines.place(id.map_or(0, |id| self.tree.node(id).span.start));
        FilePosition { file: self.path.to_owned(), line, column }
    }

    fn is_null(&self, id: Id) -> bool {
        is_null(&self.tree, id)
    }
}

/// Nothing was written, or `~` or `null`; in quotes these are texts.
pub(super) fn is_null(tree: &Tree<'_>, id: Id) -> bool {
    tree.plain(tree.target(id)).is_some_and(|text| pyyaml(text) == Reading::Null)
}

impl<'a> SettingNode<'a> {
    /// Where it begins.
    pub(super) fn position(&self) -> FilePosition {
        self.file.position(self.id)
    }

    /// The entries of a mapping by the text of their keys: key and value. It has none where nothing was written, as where all of
    /// its lines are comments.
    pub(super) fn entries(&self) -> Result<impl Iterator<Item = (&'a str, Self, Self)> + use<'a>, SettingsError> {
        let file = self.file;
        let pairs = match self.id.filter(|id| !file.is_null(*id)) {
            Some(id) => file.tree.pairs(id).ok_or_else(|| self.expected("a block of `key: value` lines"))?,
            None => &[],
        };
        let node = move |id| Self { file, id: Some(id) };
        Ok(pairs.iter().map(move |&(key, value)| (file.tree.text_of(key).unwrap_or_default(), node(key), node(value))))
    }

    /// A text that is not blank.
    pub(super) fn text(&self) -> Result<String, SettingsError> {
        let is_null = self.id.is_some_and(|id| self.file.is_null(id));
        let text = self.scalar().filter(|text| !is_null && !text.trim().is_empty());
        text.map(str::to_owned).ok_or_else(|| self.expected("a text"))
    }

    /// A whole number from 1 to `most`.
    pub(super) fn count(&self, most: usize) -> Result<usize, SettingsError> {
        let number = self.scalar().and_then(|text| text.parse().ok());
        number
            .filter(|number| (1..=most).contains(number))
            .ok_or_else(|| self.expected(&format!("a whole number from 1 to {most}")))
    }

    /// A number in a range.
    pub(super) fn number(&self, least: f64, most: f64) -> Result<f64, SettingsError> {
        let number = self.scalar().and_then(|text| text.parse().ok());
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| self.expected(&format!("a number from {least} to {most}")))
    }

    /// `true` or `false`.
    pub(super) fn switch(&self) -> Result<bool, SettingsError> {
        match self.scalar() {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            _ => Err(self.expected("true or false")),
        }
    }

    /// A length of time, with its unit: `500ms`, `5s`, `2m`.
    pub(super) fn duration(&self, most: Duration) -> Result<Duration, SettingsError> {
        let wrong = || self.expected("a length of time such as 500ms, 5s or 2m");
        let units = [("ms", 1), ("s", 1_000), ("m", 60_000)];
        let length = self.scalar().and_then(|text| length_of_time(text, &units)).ok_or_else(wrong)?;
        if length > most { Err(self.expected(&format!("at most {} s", most.as_secs()))) } else { Ok(length) }
    }

    /// A list of texts.
    pub(super) fn texts(&self) -> Result<Vec<String>, SettingsError> {
        let items = self.id.and_then(|id| self.file.tree.items(id)).ok_or_else(|| self.expected("a list"))?;
        items.iter().map(|&id| Self { file: self.file, id: Some(id) }.text()).collect()
    }

    /// The error for a node that is something else.
    pub(super) fn expected(&self, what: &str) -> SettingsError {
        SettingsError::Invalid { place: self.position(), message: format!("{what} is expected here") }
    }

    fn scalar(&self) -> Option<&'a str> {
        self.file.tree.text_of(self.id?)
    }
}
