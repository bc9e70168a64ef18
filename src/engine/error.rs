//! Why a run stopped, and why one score failed. Values only: `cli` words them.

use crate::model::{DocKind, Fault, RelPath, ScoreId, SyncKind, VersionId, VersionMeta};
use crate::plan::{Guard, ScoreProblem};
use crate::remote::RemoteError;
use crate::state::StateError;
use crate::workspace::FileError;
use std::path::PathBuf;

/// What became of one score: a failure costs only that score, while a [`Halt`] around it stops the run.
pub(in crate::engine) type Attempt<T> = Result<T, Failure>;

/// Why one score failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It cannot be handled as it is.
    #[error("{0:?}")]
    Problem(ScoreProblem),
    /// It has no base version that could be promoted.
    #[error("no base version")]
    NoBase,
    /// The file or the champion changed after a person decided, so nothing was written. What was decided is kept under these
    /// numbers, to be restored.
    #[error("the decision is about other texts")]
    LateResolution(Vec<i64>),
    /// This file holds conflict markers already, so that none were put around them.
    #[error("{0} holds conflict markers already")]
    MarkedBefore(RelPath),
    /// What an interrupted run was about to create cannot be read from the state any more.
    #[error("what was to be created is no longer known")]
    LostProposal,
    /// The dashboard did not give a version that it lists.
    #[error("version {0} was not read")]
    UnreadVersion(VersionId),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The dashboard refused or failed.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The version was created, but another champion came first.
    #[error("version {version} was created, but the champion is no longer the one last seen")]
    NotPromoted {
        /// The version that stays a draft.
        version: VersionId,
        /// The champion that came first, if it could be read.
        winner: Option<Box<VersionMeta>>,
    },
    /// The version was created but may not become champion: it carries items of an optimizer run that were invalidated.
    #[error("version {0} was created, but its code lists optimizer_shadow_invalid_feedback_item_ids")]
    ShadowInvalidated(VersionId),
}

/// Why a whole run stopped. Except where said, nothing was touched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// The files look as if a disk was not mounted or a folder was wiped.
    #[error("refused by a guard: {guard:?}")]
    Guard {
        /// What it saw.
        guard: Guard,
        /// The scorecards root.
        root: PathBuf,
        /// Standalone documents that are synced; their folders lie beside the root.
        standalone: Vec<SyncKind>,
    },
    /// The state was made with another endpoint or account.
    #[error("this workspace belongs to {known}, the settings say {given}")]
    OtherOrigin {
        /// Endpoint and account of the state.
        known: String,
        /// Endpoint and account of the settings.
        given: String,
    },
    /// What is asked for is known of scores only, and this is something else.
    #[error("a {0} is no score")]
    NoScore(SyncKind),
    /// There is no account with this key.
    #[error("no account has the key {0:?}")]
    NoAccount(String),
    /// The run was asked to end while it only looked.
    #[error("interrupted")]
    Interrupted,
    /// This needs the dashboard.
    #[error("this needs the dashboard")]
    Offline,
    /// Nothing was ever synced here, so there is nothing to say offline.
    #[error("nothing was synced here yet")]
    NeverSynced,
    /// There is no run with this number, or none at all of which anything is to be taken back.
    #[error("nothing to undo")]
    NothingToUndo {
        /// The run that was asked for.
        run: Option<i64>,
    },
    /// Nothing was replaced under this number.
    #[error("nothing was replaced under number {0}")]
    NotKept(i64),
    /// Not exactly one version of the score has an id that starts so.
    #[error("{version:?} is the start of {} versions of this score", .matches.len())]
    NoVersion {
        /// What was asked for.
        version: String,
        /// The versions that match.
        matches: Vec<VersionId>,
    },
    /// This version was never champion, or nobody wrote down when.
    #[error("nothing says when version {0} was champion")]
    NeverChampion(VersionId),
    /// No report of this id, and no report configuration of this name.
    #[error("no report {0:?}")]
    NoReport(String),
    /// No call of this name, or several: these.
    #[error("{} calls are named {name:?}", .matches.len())]
    NotOneCall {
        /// What was asked for.
        name: String,
        /// The ids of the calls that match.
        matches: Vec<String>,
    },
    /// The files or the champion come from this version: it is no update of the score with this code file.
    #[error("version {version} is older than what is here")]
    OlderVersion {
        /// The code file.
        path: RelPath,
        /// The version.
        version: VersionId,
    },
    /// A version that was to be taken into the files conflicts with edits of them.
    #[error("version {version} conflicts with the files")]
    VersionConflict {
        /// The code file.
        path: RelPath,
        /// The version.
        version: VersionId,
        /// The documents in conflict.
        docs: Vec<DocKind>,
    },
    /// The score with this code file is gone from Plexus.
    #[error("{0} is gone from the dashboard")]
    Gone(RelPath),
    /// This is about one score, and none or several were named: these, with their code files.
    #[error("this is about one score, not {}", .0.len())]
    NotOneScore(Vec<(ScoreId, RelPath)>),
    /// A selector matches only what the command is not about.
    #[error("{selector:?} is of scorecard {scorecard:?}, which is left out")]
    LeftOut {
        /// What was asked for.
        selector: String,
        /// The name of a scorecard that it matches in.
        scorecard: String,
        /// The settings leave it out, not the command line.
        by_settings: bool,
    },
    /// The settings limit everything to a scorecard that does not exist.
    #[error("the settings name scorecard {word:?}, which does not exist")]
    NoSuchScorecard {
        /// The name.
        word: String,
        /// The scorecards that there are.
        known: Vec<String>,
    },
    /// A selector matches nothing.
    #[error("no score matches {selector:?}")]
    NoMatch {
        /// What was asked for.
        selector: String,
        /// The nearest name, if one is near.
        suggestion: Option<String>,
    },
    /// A file that no score has; code or guidelines by its place.
    #[error("no score has the file {0}")]
    OfNoScore(RelPath),
    /// A selector matches several scores.
    #[error("{selector:?} matches {} scores", .matches.len())]
    Ambiguous {
        /// What was asked for.
        selector: String,
        /// `<path> (<id>)` of each.
        matches: Vec<String>,
    },
    /// No score can be created from this file.
    #[error(transparent)]
    NotNew(#[from] NotNew),
    /// The dashboard could not be read at all.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The state could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// The root could not be scanned.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Why a score cannot be created. Nothing was touched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNew {
    /// The file is no `<Scorecard>/<Score>.yaml`.
    #[error("{0} is not the code of a score")]
    NoCode(RelPath),
    /// The file belongs to a score already.
    #[error("{path} belongs to score {name:?}")]
    Taken {
        /// The file.
        path: RelPath,
        /// The score's name.
        name: String,
    },
    /// The file is of a score that is gone from Plexus, and another one has its name by now.
    #[error("{path} was of another score than {name:?}")]
    TakenOver {
        /// The file.
        path: RelPath,
        /// The name of both.
        name: String,
    },
    /// No scorecard has this folder, or this name.
    #[error("no scorecard {0:?}")]
    NoScorecard(String),
    /// This workspace does not sync such documents.
    #[error("{0}s are not synced here")]
    NotSynced(SyncKind),
    /// A document cannot be sent as it is.
    #[error("{path}:{fault}")]
    Fault {
        /// The file.
        path: RelPath,
        /// What, and where in it.
        fault: Fault,
    },
    /// Code and guidelines have this many bytes, which do not fit.
    #[error("{0} bytes do not fit")]
    TooLarge(usize),
    /// A score of this name would have another file.
    #[error("a score named {name:?} has the file {wanted}")]
    WrongPlace {
        /// The file as it is.
        path: RelPath,
        /// The name.
        name: String,
        /// The file that it would have.
        wanted: RelPath,
    },
    /// Another score of the scorecard has this external id.
    #[error("score {name:?} has the external id {external_id}")]
    ExternalIdTaken {
        /// That score's name.
        name: String,
        /// The id.
        external_id: String,
    },
    /// Nobody said which external id.
    #[error("no external id")]
    NoExternalId,
    /// Nobody said which section, or there is no such one; these are there.
    #[error("no section {wanted:?}")]
    NoSection {
        /// What was asked for.
        wanted: Option<String>,
        /// The names of all sections.
        sections: Vec<String>,
    },
}
