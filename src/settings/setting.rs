//! One setting: its value, and where it came from.

use std::fmt;
use std::path::{Path, PathBuf};

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: SettingSource,
}

impl<T> Setting<T> {
    /// Another value from the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        Setting { value: change(self.value), source: self.source }
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingSource {
    /// It was not set.
    Default,
    /// A settings file of the workspace.
    File(PathBuf),
    /// A file in the user's home or configuration folder.
    HomeFile(PathBuf),
    /// A variable in a `.env` file.
    DotEnv(PathBuf, &'static str),
    /// A variable of the environment.
    Variable(&'static str),
    /// An option that was typed.
    Flag(&'static str),
    /// A setting of git.
    Git(&'static str),
}

impl SettingSource {
    /// Only the user decides what it says: a file of the workspace may come from anybody.
    pub fn is_users(&self) -> bool {
        matches!(self, Self::Default | Self::HomeFile(_) | Self::Variable(_) | Self::Flag(_) | Self::Git(_))
    }

    /// Both are one file.
    pub(super) fn is_in_file_of(&self, other: &Self) -> bool {
        self.file().is_some() && self.file() == other.file()
    }

    /// The file that it stands in, if it stands in one.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) | Self::HomeFile(path) | Self::DotEnv(path, _) => Some(path),
            Self::Default | Self::Variable(_) | Self::Flag(_) | Self::Git(_) => None,
        }
    }
}

impl fmt::Display for SettingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) | Self::HomeFile(path) => write!(f, "{}", path.display()),
            Self::DotEnv(path, name) => write!(f, "{name} in {}", path.display()),
            Self::Variable(name) => write!(f, "environment, {name}"),
            Self::Flag(name) => f.write_str(name),
            Self::Git(name) => write!(f, "git, {name}"),
        }
    }
}
