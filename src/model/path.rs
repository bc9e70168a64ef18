//! A path inside the scorecards root, or in a folder of standalone documents beside it, that cannot lead anywhere else.

use super::sync_kind::SyncKind;
use std::borrow::Borrow;
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Relative, `/`-separated, without `.`, `..`, empty or absolute parts. Paths are relative to the scorecards root; those that
/// start with the folder of a [`SyncKind`], to the folder that the root is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(Arc<str>);

/// A text that is no safe relative path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a safe relative path")]
pub struct UnsafePath(pub String);

impl RelPath {
    /// Checks `raw`; a path that came from disk or state goes through here.
    ///
    /// # Errors
    /// The path is absolute or empty, or has an empty part, a `.`, a `..`, a backslash or a zero byte.
    pub fn parse(raw: &str) -> Result<Self, UnsafePath> {
        if is_safe(raw.as_bytes()) { Ok(Self(raw.into())) } else { Err(UnsafePath(raw.to_owned())) }
    }

    /// The path as text with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same name, in whatever Unicode form: a Mac writes another one than Plexus.
    pub fn is_form_of(&self, other: &str) -> bool {
        is_same_name(&self.0, other)
    }

    /// `path` is this place or lies below it, in whatever Unicode forms.
    pub fn holds(&self, path: &Self) -> bool {
        let is_at =
            |place: &str, path: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let composed = |path: &Self| path.0.nfc().collect::<String>();
        let may_differ = !(self.0.is_ascii() && path.0.is_ascii());
        is_at(&self.0, &path.0) || may_differ && is_at(&composed(self), &composed(path))
    }

    /// The path on disk, where `root` is the scorecards root: below it, or beside it.
    pub fn under(&self, root: &Path) -> PathBuf {
        match SyncKind::at(&self.0) {
            SyncKind::Score => root.join(&*self.0),
            _ => beside(root).join(&*self.0),
        }
    }

    /// The folder that it is in; empty for one in the root itself.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

/// Two names are one, in whatever Unicode forms.
pub fn is_same_name(one: &str, other: &str) -> bool {
    one == other || one.nfc().eq(other.nfc())
}

impl Borrow<str> for RelPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The folder that `root` is in, by its name alone.
pub fn beside(root: &Path) -> PathBuf {
    match root.components().next_back() {
        Some(Component::Normal(_)) => root.parent().unwrap_or(root).to_owned(),
        None | Some(Component::CurDir) => PathBuf::from(".."),
        Some(_) => root.join(".."),
    }
}

/// The path below `root`, or in a folder of standalone documents beside it, as text with the separators of the system; empty
/// for the root itself; none elsewhere.
pub fn below<'a>(root: &Path, path: &'a Path) -> Option<&'a Path> {
    let in_beside = || {
        let below = path.strip_prefix(beside(root)).ok()?;
        let first = below.components().next()?.as_os_str().to_str()?;
        SyncKind::at(first).is_standalone().then_some(below)
    };
    let is_ours = |below: &&Path| {
        below
            .components()
            .next()
            .is_none_or(|first| first.as_os_str().to_str().is_none_or(|first| !SyncKind::at(first).is_standalone()))
    };
    in_beside().or_else(|| path.strip_prefix(root).ok().filter(is_ours))
}

/// In one go, byte by byte: this is done for every path of every run.
fn is_safe(raw: &[u8]) -> bool {
    let mut name = 0;
    for at in 0..=raw.len() {
        match raw.get(at) {
            Some(b'\\' | 0) => return false,
            Some(b'/') | None if matches!(&raw[name..at], b"" | b"." | b"..") => return false,
            Some(b'/') => name = at + 1,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths_are_accepted() {
        for good in ["A/B.yaml", "A/guidelines/B.md", "a b", "..."] {
            assert!(RelPath::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "/etc", "../x", "a/../b", "a//b", "./a", "a/", "a\\b", "a\0b"] {
            assert!(RelPath::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn standalone_documents_lie_beside_the_root() {
        let path = |text: &str| RelPath::parse(text).expect("a safe path");
        for (root, at, on_disk) in [
            ("/w/scorecards", "Card/A.yaml", "/w/scorecards/Card/A.yaml"),
            ("/w/scorecards", "data-sources/A.yaml", "/w/data-sources/A.yaml"),
            ("scorecards", "data-sources/A.yaml", "data-sources/A.yaml"),
            ("", "data-sources/A.yaml", "../data-sources/A.yaml"),
            (".", "report-configurations/A.md", "../report-configurations/A.md"),
            ("..", "data-sources/A.yaml", "../../data-sources/A.yaml"),
        ] {
            assert_eq!(path(at).under(Path::new(root)), Path::new(on_disk), "{root} {at}");
            if !on_disk.starts_with("..") {
                assert_eq!(below(Path::new(root), Path::new(on_disk)), Some(Path::new(at)));
            }
        }
        let root = Path::new("/w/scorecards");
        assert_eq!(below(root, root), Some(Path::new("")));
        for elsewhere in ["/w/other/A.yaml", "/w", "/w/scorecards/data-sources/A.yaml", "/w/data-sources2/A.yaml"] {
            assert_eq!(below(root, Path::new(elsewhere)), None, "{elsewhere}");
        }
    }
}
