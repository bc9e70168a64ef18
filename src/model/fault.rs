//! What keeps a document from being pushed, or a score from being read, as values: what, where and why. Whoever shows them
//! words them.

use super::document::DocKind;
use super::ids::{ScoreId, VersionId};
use super::path::RelPath;
use std::fmt;
use std::path::PathBuf;

/// What keeps a document from being pushed as it is, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In which document.
    pub kind: DocKind,
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What kind of fault that is.
    pub cause: FaultCause,
}

/// What kind of fault a document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultCause {
    /// Its text is no document.
    Text,
    /// A merge is unfinished: conflict markers are left.
    UnfinishedMerge,
    /// The text is that of another score, whose own file has another one.
    OfAnother,
    /// The text is one of another score, whose own file may have it as well. Somebody can mean it so.
    Copy,
}

impl BrokenScore {
    /// The champion that is no version of the score, so that another has to take its place; none where it may only be
    /// unreadable for now.
    pub fn lost_champion(&self) -> Option<&VersionId> {
        match self {
            Self::LostChampion(id) | Self::ForeignChampion { id, .. } => Some(id),
            Self::Unlisted(_) | Self::Champion { .. } => None,
        }
    }
}

impl Fault {
    /// A file without a text: emptied by mistake, as nothing runs without its code or configuration.
    pub fn emptied(kind: DocKind) -> Self {
        Self::new(kind, 1, 1, "the file is empty".to_owned())
    }

    /// The YAML is a text or a list, or only comments.
    pub fn keyless(kind: DocKind) -> Self {
        Self::new(kind, 1, 1, "a mapping from keys to values is expected here".to_owned())
    }

    /// What is wrong with the text of a document.
    pub fn new(kind: DocKind, line: usize, column: usize, message: String) -> Self {
        Self { kind, line, column, message, cause: FaultCause::Text }
    }

    /// Conflict markers that begin in this line.
    pub fn unfinished_merge(kind: DocKind, line: usize) -> Self {
        Self { cause: FaultCause::UnfinishedMerge, ..Self::new(kind, line, 1, "unresolved merge markers".to_owned()) }
    }

    /// The text is another score's.
    pub fn is_of_another(&self) -> bool {
        matches!(self.cause, FaultCause::OfAnother | FaultCause::Copy)
    }

    /// The text of the score whose code belongs at `place`.
    pub fn of_another(kind: DocKind, place: &RelPath) -> Self {
        let message = format!("this is the text of {place}, where it is missing: names may have changed hands");
        Self { cause: FaultCause::OfAnother, ..Self::new(kind, 1, 1, message) }
    }

    /// The text of the score that has its document at `place`, now or from earlier.
    pub fn copy(kind: DocKind, place: &RelPath, is_earlier: bool) -> Self {
        let whose = if is_earlier { "an earlier text" } else { "the text" };
        Self { cause: FaultCause::Copy, ..Self::new(kind, 1, 1, format!("this is {whose} of {place}, too")) }
    }

    /// The text of the score that has its document at `place` now, and had it here before.
    pub fn of_former_owner(kind: DocKind, place: &RelPath) -> Self {
        let message = format!("this is the text of {place}, which was here before names changed hands");
        Self { cause: FaultCause::Copy, ..Self::new(kind, 1, 1, message) }
    }

    /// Guidelines like those at `place`, which were here before anything was synced.
    pub fn found_guidelines(place: &RelPath) -> Self {
        let message = format!("this was here before the first pull, and is like {place}: names may have changed hands");
        Self { cause: FaultCause::Copy, ..Self::new(DocKind::Guidelines, 1, 1, message) }
    }
}

/// `line:column: what`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// A file that cannot be read as a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenFile {
    /// What is in the way: the file, from the scorecards root, or a folder above it, absolute.
    pub path: PathBuf,
    /// Line and column (1-based, in characters) where its bytes stop being text.
    pub place: Option<(usize, usize)>,
    /// What is wrong, without a full stop.
    pub reason: String,
}

/// Why a score cannot be read from the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrokenScore {
    /// It is listed in a form that cannot be understood; in the words of the client.
    Unlisted(String),
    /// Its champion cannot be read.
    Champion {
        /// The champion; none where `why` names it.
        id: Option<VersionId>,
        /// In the words of the client.
        why: String,
    },
    /// Its champion does not exist.
    LostChampion(VersionId),
    /// Its champion belongs to another score.
    ForeignChampion {
        /// The champion.
        id: VersionId,
        /// Whose version it is.
        owner: ScoreId,
    },
}
