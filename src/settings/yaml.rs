//! A YAML file as a tree in which every node knows its place, for settings that must be refused with line and column.

use super::SettingsError;
use crate::check;
use crate::model::DocKind;
use granit_parser::{Event, Marker, Parser};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where in which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// One node.
#[derive(Debug)]
pub(super) struct Node {
    pub place: Place,
    pub value: Value,
}

/// What a node holds. Scalars are text: what they mean depends on where they stand.
#[derive(Debug)]
pub(super) enum Value {
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// Reads a file's text. An empty document is an empty mapping.
    pub fn parse(file: &Path, text: &str) -> Result<Self, SettingsError> {
        let place = |line, column| Place { file: file.to_owned(), line, column };
        if let Some(fault) = check::syntax(DocKind::Code, text) {
            return Err(SettingsError::Invalid { place: place(fault.line, fault.column), message: fault.message });
        }
        let at = |marker: &Marker| place(marker.line(), marker.col() + 1);
        let mut open: Vec<(Place, Vec<Node>, bool)> = vec![(place(1, 1), Vec::new(), false)];
        for event in Parser::new_from_str(text.strip_prefix('\u{feff}').unwrap_or(text)) {
            let (event, span) =
                event.map_err(|e| SettingsError::Invalid { place: at(e.marker()), message: e.info().to_owned() })?;
            let here = at(&span.start);
            let done = match event {
                Event::MappingStart(..) => {
                    open.push((here, Vec::new(), true));
                    continue;
                }
                Event::SequenceStart(..) => {
                    open.push((here, Vec::new(), false));
                    continue;
                }
                Event::MappingEnd | Event::SequenceEnd => open.pop().map(collect),
                Event::Scalar(text, ..) => Some(Self { place: here, value: Value::Scalar(text.into_owned()) }),
                Event::Alias(_) => {
                    let message = "settings have no aliases: write the value out".to_owned();
                    return Err(SettingsError::Invalid { place: here, message });
                }
                _ => None,
            };
            if let (Some(node), Some((_, nodes, _))) = (done, open.last_mut()) {
                nodes.push(node);
            }
        }
        let root = open.pop().and_then(|(_, nodes, _)| nodes.into_iter().next());
        Ok(root.filter(|root| !root.is_null()).unwrap_or(Self { place: place(1, 1), value: Value::Map(Vec::new()) }))
    }

    /// Nothing was written, or `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(text) if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// The entries of a mapping by the text of their keys.
    pub fn entries(&self) -> Result<impl Iterator<Item = (&str, &Node, &Node)>, SettingsError> {
        let Value::Map(entries) = &self.value else { return Err(self.expected("`key: value` lines")) };
        Ok(entries.iter().map(|(key, value)| {
            let name = if let Value::Scalar(name) = &key.value { name.as_str() } else { "" };
            (name, key, value)
        }))
    }

    /// A text that is not empty.
    pub fn text(&self) -> Result<String, SettingsError> {
        match &self.value {
            Value::Scalar(text) if !self.is_null() => Ok(text.clone()),
            _ => Err(self.expected("a text")),
        }
    }

    /// A whole number from 1 to `most`.
    pub fn count(&self, most: usize) -> Result<usize, SettingsError> {
        let number = if let Value::Scalar(text) = &self.value { text.parse().ok() } else { None };
        number
            .filter(|number| (1..=most).contains(number))
            .ok_or_else(|| self.expected(&format!("a whole number from 1 to {most}")))
    }

    /// `true` or `false`.
    pub fn switch(&self) -> Result<bool, SettingsError> {
        match &self.value {
            Value::Scalar(text) if text == "true" => Ok(true),
            Value::Scalar(text) if text == "false" => Ok(false),
            _ => Err(self.expected("true or false")),
        }
    }

    /// A length of time, with its unit: `500ms`, `5s`, `2m`.
    pub fn duration(&self, most: Duration) -> Result<Duration, SettingsError> {
        let wrong = || self.expected("a length of time such as 500ms, 5s or 2m");
        let Value::Scalar(text) = &self.value else { return Err(wrong()) };
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let length = match unit {
            "ms" => Duration::from_millis(number),
            "s" => Duration::from_secs(number),
            "m" => Duration::from_secs(number.saturating_mul(60)),
            _ => return Err(wrong()),
        };
        if length > most { Err(self.expected(&format!("at most {} s", most.as_secs()))) } else { Ok(length) }
    }

    /// A list of texts.
    pub fn texts(&self) -> Result<Vec<String>, SettingsError> {
        let Value::List(items) = &self.value else { return Err(self.expected("a list")) };
        items.iter().map(Self::text).collect()
    }

    pub fn expected(&self, what: &str) -> SettingsError {
        SettingsError::Invalid { place: self.place.clone(), message: format!("{what} is expected here") }
    }
}

fn collect((place, nodes, is_map): (Place, Vec<Node>, bool)) -> Node {
    if !is_map {
        return Node { place, value: Value::List(nodes) };
    }
    let (mut entries, mut nodes) = (Vec::new(), nodes.into_iter());
    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
        entries.push((key, value));
    }
    Node { place, value: Value::Map(entries) }
}
