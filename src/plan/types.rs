//! What a plan is made of.

use crate::model::{
    BrokenFile, BrokenScore, Changes, DocKind, Expect, Fault, NewVersion, RelPath, ScoreId, ScorePaths, Snapshot, VersionId,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Finds the first syntax error of a code text: 1-based line and column.
pub type YamlFault = fn(&str) -> Option<(usize, usize)>;

/// What a plan is for. The standings are the same in every mode; only the steps differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Take what the dashboard has.
    Pull {
        /// Remove clean files of scores that are gone.
        prune: bool,
    },
    /// Give the dashboard what the files have.
    Push {
        /// Also code that says what the base says, and is only written in another way.
        reformat: bool,
        /// What is pushed is to run at once: only then is a document pushed that has no drafts.
        promote: bool,
    },
}

/// How a score stands: the row of the truth table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Files, base and champion agree.
    Clean,
    /// As clean, but the code file is written in another way: another tool has read and dumped it.
    Reformatted,
    /// The files are as the base, which is a draft that is not champion yet.
    Ahead,
    /// Edited here; the champion has not moved.
    Modified(Changes),
    /// The champion moved; not edited here. What the champion changes.
    Behind(Changes),
    /// Edited here, and the champion moved.
    Diverged {
        /// What the files change against the base.
        local: Changes,
        /// What the champion changes against the base.
        remote: Changes,
    },
    /// The champion moved to what the files already say; only the state has to learn it.
    Converged,
    /// The score is in Plexus, synced before, and its code file is gone.
    DeletedLocally,
    /// The score is gone from Plexus, its files are here.
    GoneRemotely {
        /// The files are as the base, so that nothing is lost with them.
        clean: bool,
    },
    /// No champion, and no files: nothing to sync yet.
    Empty,
    /// Files for a score that has no champion.
    New,
    /// A champion, no files and no base: to be pulled.
    NotPulled,
    /// No base in the state, but the files equal a version, which becomes the base.
    Adopted {
        /// That version is the champion. If not, it is behind the champion, or a draft beyond it.
        current: bool,
    },
    /// Nothing tells what files and champion both come from: no base and the files equal no version, or a draft whose
    /// lineage is lost.
    UnknownBase,
    /// This score cannot be read on one side.
    Broken,
}

/// What is to be done for one score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing in this mode.
    Nothing,
    /// Carry this out.
    Do(Operation),
    /// A person must decide.
    Conflict(Conflict),
    /// Not done in this mode, and why.
    Refuse(Refusal),
    /// This score cannot be handled. The others go on.
    Problem(ScoreProblem),
}

/// One step of a plan. What it replaces is checked again when it is carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Nothing to write anywhere; the state learns a new base or champion.
    Record(NewBase),
    /// Write files, then record.
    Write {
        /// The files, code first; never empty.
        files: Vec<FileWrite>,
        /// What is recorded afterwards.
        base: NewBase,
        /// The pair becomes a merge of both sides instead of the champion's documents.
        merged: bool,
    },
    /// Create a version, then record it as the base.
    Create {
        /// The version; its id is made from its content.
        version: NewVersion,
        /// What it changes against its parent.
        changes: Changes,
        /// What is recorded afterwards.
        base: NewBase,
    },
    /// A version that somebody made from the same base says what would be pushed: record it as the base, make none.
    Reuse {
        /// What is recorded.
        base: NewBase,
        /// What the version changes against its parent.
        changes: Changes,
    },
    /// Remove clean files of a score that is gone, then forget it.
    Remove(Vec<Removal>),
}

/// What Synced becomes for a score when its operation has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBase {
    /// The base version.
    pub version: VersionId,
    /// Its documents, with texts wherever the state does not have them yet.
    pub docs: Snapshot,
    /// The champion seen.
    pub champion: Option<VersionId>,
    /// That champion's documents where it is not the base.
    pub champion_docs: Option<Snapshot>,
    /// Where the files are.
    pub paths: ScorePaths,
    /// What the files say then, if something else than the base.
    pub local: Option<Box<Snapshot>>,
}

/// One file to write, atomically.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileWrite {
    /// Which document.
    pub kind: DocKind,
    /// Where.
    pub path: RelPath,
    /// The exact text, already in the file's style.
    pub text: Arc<str>,
    /// What must still be there.
    pub expect: Expect,
}

/// One file to remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// Where.
    pub path: RelPath,
    /// What must still be there.
    pub expect: Expect,
}

/// A file to move because its score was renamed in Plexus. Done before the step; at `to` there is nothing, or a file that
/// another move of the plan takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMove {
    /// Where the file is.
    pub from: RelPath,
    /// Where it belongs now.
    pub to: RelPath,
    /// What must still be at `from`.
    pub expect: Expect,
}

/// Why a person must decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictKind {
    /// Both sides changed the same lines.
    Lines,
    /// The lines merge, but a key, an item, a class or a section would be there twice, or lose what one side made of it.
    Parts,
    /// The merge is line-clean but the YAML does not parse; line and column in the merged text.
    Yaml {
        /// 1-based.
        line: usize,
        /// 1-based.
        column: usize,
    },
    /// Nothing tells what both sides come from: the files equal no version of the score, or a draft's lineage is lost.
    UnknownBase,
    /// The other side went back to a text that was replaced here: nobody may have meant that.
    OlderText,
}

/// A conflict of one score. The files stay as they are; both other sides are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Why.
    pub kind: ConflictKind,
    /// The documents that conflict, code first.
    pub docs: Vec<DocKind>,
    /// The merge base, if one is known.
    pub base: Option<(VersionId, Snapshot)>,
    /// The champion on the other side.
    pub theirs: (VersionId, Snapshot),
}

/// Why a push leaves a score alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The champion moved since the last sync: pull first.
    Stale {
        /// The champion now.
        champion: VersionId,
    },
    /// No base: pull first.
    UnknownBase,
    /// The score is gone from Plexus.
    GoneRemotely,
    /// Merge markers, YAML that does not parse, no text at all, or the text of another score.
    Fault(Fault),
    /// Code, guidelines and metadata do not fit into one item.
    TooLarge {
        /// Bytes of code and guidelines together.
        bytes: usize,
        /// The most that fits.
        limit: usize,
    },
}

/// Why a score cannot be handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScoreProblem {
    /// One of its files cannot be read.
    File(BrokenFile),
    /// The dashboard's side of it cannot be read.
    Remote(BrokenScore),
    /// A text that planning needs was not given.
    UnreadText(DocKind),
    /// The content of its champion, which planning needs, was not given.
    UnreadChampion(VersionId),
}

/// Something a person should know about a score, whatever its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The champion has no guidelines (null), the file does: it stays, and the next push carries them again.
    GuidelinesDropped,
    /// The code file is gone but the guidelines were edited: they cannot be pushed without it.
    GuidelinesWithoutCode,
    /// The champion moved to our draft: it was promoted.
    Promoted,
    /// The edit is pushed only together with its promotion: such a document has no drafts.
    HasNoDrafts,
    /// The code file says what the base says in another way, beside what else there is to say of the score.
    Reformatted,
}

/// A version that files turned out to be by what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which; files that were edited since it come from it.
    pub version: VersionId,
    /// How many versions it is behind the champion; none if the champion is not known to come from it.
    pub behind: Option<usize>,
    /// How many drafts it is ahead of the champion; none if it is not known to come from it.
    pub ahead: Option<usize>,
}

/// The plan for one score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScorePlan {
    /// How the score stands.
    pub standing: Standing,
    /// Moves that come first.
    pub moves: Vec<FileMove>,
    /// What lies where one of its files belongs, and stays, so that none of them goes there.
    pub waits_for: Option<RelPath>,
    /// What is to be done.
    pub step: Step,
    /// What else a person should know.
    pub notes: Vec<Note>,
    /// The version that the files turned out to be, where the state did not say so.
    pub found: Option<Found>,
    /// What the files change against the version that they come from, formatting aside.
    pub edits: Changes,
}

impl Standing {
    /// The files are a draft, which a promotion makes champion; also where only their history said so, which `found` tells.
    pub fn is_draft(self, found: Option<&Found>) -> bool {
        let is_found_ahead = || found.is_some_and(|found| found.ahead.is_some());
        self == Self::Ahead || (self == Self::Adopted { current: false } && is_found_ahead())
    }
}

impl ScorePlan {
    /// Places that no file of the score is at afterwards.
    pub fn leaves(&self) -> impl Iterator<Item = &RelPath> {
        let removals = if let Step::Do(Operation::Remove(removals)) = &self.step { removals.as_slice() } else { &[] };
        self.moves.iter().map(|step| &step.from).chain(removals.iter().map(|removal| &removal.path))
    }
}

/// One entry per score, in the order of the scores' ids. Printing sorts by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Plans by score.
    pub scores: BTreeMap<ScoreId, ScorePlan>,
}

impl Plan {
    /// The operations, in order.
    pub fn operations(&self) -> impl Iterator<Item = (&ScoreId, &Operation)> {
        self.scores
            .iter()
            .filter_map(|(id, plan)| if let Step::Do(operation) = &plan.step { Some((id, operation)) } else { None })
    }
}

/// Why a run stops before it touches anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The scorecards root is missing or empty although scores were synced into it.
    RootEmptied {
        /// Scores that were there.
        known: usize,
        /// The root is there, and empty.
        is_there: bool,
    },
    /// More than half of the known scores have no code file any more.
    MassDeletion {
        /// Scores without a file.
        deleted: usize,
        /// Scores known.
        known: usize,
    },
}
