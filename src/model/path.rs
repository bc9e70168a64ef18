//! A path inside the scorecards root that cannot lead out of it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Relative, `/`-separated, without `.`, `..`, empty or absolute parts. Paths are relative to the scorecards root.
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
        let safe = !raw.is_empty() && raw.split('/').all(is_safe_component);
        if safe { Ok(Self(raw.into())) } else { Err(UnsafePath(raw.to_owned())) }
    }

    /// The path as text with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path under `root`.
    pub fn under(&self, root: &Path) -> PathBuf {
        root.join(&*self.0)
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

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_safe_component(part: &str) -> bool {
    !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0'])
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
}
