//! What can be wrong with settings.

use super::destination::Destination;
use super::position::FilePosition;
use super::setting::SettingSource;
use crate::model::WebAddress;
use std::path::PathBuf;

/// Settings that cannot be used. No variant carries a secret.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A settings file that says something else than it may.
    #[error("{place}: {message}")]
    Invalid {
        /// Where.
        place: FilePosition,
        /// What is wrong, or expected.
        message: String,
    },
    /// A key of `scoresync.yaml` that does not exist.
    #[error("{place}: there is no setting {key:?}")]
    UnknownKey {
        /// Where.
        place: FilePosition,
        /// As it was written, with its parent.
        key: String,
        /// The known setting that looks most like it, if one does.
        suggestion: Option<String>,
    },
    /// `api_key` in `scoresync.yaml`, which is committed.
    #[error("{place}: a key does not belong into a committed file")]
    SecretInProject {
        /// Where.
        place: FilePosition,
    },
    /// A settings file that cannot be read.
    #[error("{}: {why}", .path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// A value that a setting cannot have. The value is not repeated where it may be secret.
    #[error("{name} cannot be {value}: {expected} is expected")]
    BadValue {
        /// The setting.
        name: &'static str,
        /// As it was given.
        value: String,
        /// What it may be.
        expected: &'static str,
        /// Where it came from.
        source_of_value: SettingSource,
    },
    /// An address that is none of an API.
    #[error("api_url cannot be {address}")]
    BadAddress {
        /// As it was given.
        address: WebAddress,
        /// Where it stands.
        source_of_value: SettingSource,
    },
    /// A scorecards root where none may be.
    #[error("the scorecards cannot be in {root}")]
    BadRoot {
        /// As it was given.
        root: String,
        /// Why not.
        why: NoRoot,
        /// Where it stands.
        source_of_value: SettingSource,
    },
    /// An endpoint that a file of the workspace names and that the user does not trust.
    #[error("{} is not trusted", .0.destination)]
    Untrusted(Untrusted),
    /// Everybody on the way could read the key.
    #[error("{destination} is plain http")]
    PlainHttp {
        /// What would have to be trusted.
        destination: Destination,
        /// Where the address stands.
        source_of_address: SettingSource,
    },
    /// There is no workspace here.
    #[error("there is no workspace in {} or above", .from.display())]
    NoWorkspace {
        /// Where the search began.
        from: PathBuf,
    },
    /// A setting that is needed is nowhere.
    #[error("{name} is not set")]
    Missing {
        /// What it is, for a person.
        what: &'static str,
        /// The variable that would set it.
        name: &'static str,
    },
    /// The directory to work in does not exist.
    #[error("{}: {why}", .path.display())]
    NoDirectory {
        /// Which.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
}

/// Why a folder cannot be the scorecards root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoot {
    /// It lies outside of the workspace, and a file of the workspace names it.
    Outside,
    /// Git or this program keep their own files there.
    Private,
    /// Standalone documents lie beside it, and there is no such place inside the workspace.
    NothingBeside,
}

/// An endpoint that the user does not trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untrusted {
    /// What would have to be trusted.
    pub destination: Destination,
    /// Where the address stands.
    pub address: SettingSource,
    /// Where the secret stands that would be sent there; none where a file would be opened.
    pub secret: Option<SettingSource>,
}
