//! How a score stands: from its three sides to its row of the truth table, with all that the row's steps need.

use super::adopt::{adopt, find_again, find_under_edits};
use super::lineage::{distance, nearest_common_ancestor};
use super::types::{Found, Note, ScoreProblem, Standing};
use crate::model::{
    Champion, Changes, Content, DocKind, Fault, Known, LocalDoc, LocalScore, RemoteScore, ScoreSides, Snapshot, SyncedScore,
    VersionId, is_reformatted,
};

/// A version with its documents.
pub(super) type VersionDocs = (VersionId, Snapshot);

/// Files with a base.
pub(super) struct Based {
    /// What the files say, with the base's guidelines where there is no guidelines file, and with the base's code where the
    /// file only writes that in another way.
    pub local: Snapshot,
    /// The code as the file writes it, where that is only another way.
    pub reformatted: Option<Content>,
    /// The base, from the state or adopted. In [`TruthRow::Current`] it has the champion of now.
    pub synced: SyncedScore,
    /// The state does not know this base yet.
    pub adopted: bool,
}

/// A champion that has to be taken, seen from the merge base.
pub(super) struct MovedChampion {
    /// What both sides started from.
    pub merge_base: VersionDocs,
    /// The champion.
    pub theirs: VersionDocs,
    /// What the files change.
    pub local: Changes,
    /// What the champion changes.
    pub remote: Changes,
}

/// A row of the truth table.
pub(super) enum TruthRow {
    /// No champion, no code file, no base.
    Empty,
    /// A base, and no code file.
    DeletedLocally,
    /// No such score any more.
    GoneRemotely { clean: bool },
    /// A champion, no code file, no base. Its documents are not needed to say so.
    NotPulled { champion: VersionId, docs: Option<Snapshot> },
    /// Nothing says what the files and the champion both come from; these documents differ.
    UnknownBase { theirs: VersionDocs, docs: Vec<DocKind> },
    /// Files without a base for a score without a champion.
    New { local: Snapshot },
    /// The champion has nothing new for these files.
    Current(Based),
    /// The champion moved to what the files say.
    Converged { theirs: VersionDocs },
    /// The champion moved to something else.
    Moved(Based, Box<MovedChampion>),
}

/// Finds the row of a score; an error says why the score cannot be handled.
pub(super) fn classify(sides: &ScoreSides) -> Result<TruthRow, ScoreProblem> {
    for doc in [&sides.local.code, &sides.local.guidelines] {
        if let LocalDoc::Broken(why) = doc {
            return Err(ScoreProblem::File(why.clone()));
        }
    }
    match &sides.remote {
        RemoteScore::Broken(why) => Err(ScoreProblem::Remote(why.clone())),
        RemoteScore::Gone => Ok(TruthRow::GoneRemotely { clean: is_clean(sides) }),
        RemoteScore::Unchampioned(known) => Ok(unchampioned(sides, known)),
        RemoteScore::Champion(champion, known) => championed(sides, champion, known),
    }
}

fn unchampioned(sides: &ScoreSides, known: &[Known]) -> TruthRow {
    let Some(local) = snapshot(&sides.local) else {
        return if sides.synced.is_some() { TruthRow::DeletedLocally } else { TruthRow::Empty };
    };
    let Some(mut based) = based(sides, &local, None, known) else { return TruthRow::New { local } };
    (based.synced.champion, based.synced.champion_docs) = (None, None);
    TruthRow::Current(based)
}

fn championed(sides: &ScoreSides, champion: &Champion, known: &[Known]) -> Result<TruthRow, ScoreProblem> {
    let in_state = || sides.synced.as_ref()?.docs_of(&champion.id);
    let docs = champion.docs.as_ref().or_else(in_state);
    let theirs = || docs.map(|docs| (champion.id.clone(), docs.clone())).ok_or_else(|| unread(&champion.id));
    let Some(local) = snapshot(&sides.local) else {
        return if sides.synced.is_some() { Ok(TruthRow::DeletedLocally) } else { not_pulled(sides, &champion.id, docs, known) };
    };
    if sides.synced.is_none() && docs.is_none() {
        return Err(unread(&champion.id));
    }
    let Some(mut based) = based(sides, &local, docs.map(|docs| (&champion.id, docs)), known) else {
        return Ok(unknown(theirs()?, &local));
    };
    let synced = &based.synced;
    let ancestor =
        if synced.is_draft() { nearest_common_ancestor(known, &synced.base, &champion.id) } else { Some(&synced.base) }.cloned();
    if synced.champion.as_ref() == Some(&champion.id) || ancestor.as_ref() == Some(&champion.id) {
        based.synced.champion_docs = docs.filter(|_| champion.id != based.synced.base).cloned();
        based.synced.champion = Some(champion.id.clone());
        return Ok(TruthRow::Current(based));
    }
    let theirs = theirs()?;
    if based.local.agrees_with(&theirs.1) || based.as_written().says_the_same(&theirs.1) {
        return Ok(TruthRow::Converged { theirs });
    }
    let Some(merge_base) = merge_base(&based.synced, ancestor, known) else { return Ok(unknown(theirs, &based.local)) };
    let (local, remote) = (merge_base.1.changes_to(&based.local), merge_base.1.changes_to(&theirs.1));
    Ok(TruthRow::Moved(based, Box::new(MovedChampion { merge_base, theirs, local, remote })))
}

/// The base from the state, unless git brought another version; without a state an adopted one.
fn based(sides: &ScoreSides, local: &Snapshot, champion: Option<(&VersionId, &Snapshot)>, known: &[Known]) -> Option<Based> {
    let (synced, adopted) = match &sides.synced {
        Some(synced) => match again(sides, synced, local, champion, known) {
            Some(found) => (found, true),
            None => (synced.clone(), false),
        },
        None => (adopt(local, &sides.local, champion, known, &sides.paths)?, true),
    };
    let guidelines = local.guidelines.clone().or_else(|| synced.docs.guidelines.clone());
    let reformatted = Some(&local.code).filter(|code| is_reformatted(&synced.docs.code, code)).cloned();
    let code = if reformatted.is_some() { &synced.docs.code } else { &local.code }.clone();
    Some(Based { local: Snapshot { code, guidelines }, reformatted, synced, adopted })
}

/// The version that files are, or come from, which git may have brought, if it is another one than the base. To files that are as the
/// last sync left them nobody brought anything.
fn again(
    sides: &ScoreSides,
    synced: &SyncedScore,
    local: &Snapshot,
    champion: Option<(&VersionId, &Snapshot)>,
    known: &[Known],
) -> Option<SyncedScore> {
    if !synced.docs.changes_to(local).any() || !synced.as_left().changes_to(local).any() {
        return None;
    }
    let brought = if sides.local.from_git { find_again(local, champion, known, &synced.paths) } else { None };
    brought.or_else(|| find_under_edits(local, &sides.local.past, synced, champion, known, sides.local.as_head))
}

/// The documents of the common ancestor; where they or the ancestor are unknown, those of the champion last seen.
fn merge_base(synced: &SyncedScore, ancestor: Option<VersionId>, known: &[Known]) -> Option<VersionDocs> {
    let docs_of = |id: &VersionId| {
        synced.docs_of(id).or_else(|| known.iter().find(|known| known.id == *id).and_then(|known| known.docs.as_ref()))
    };
    let side = |id: VersionId| docs_of(&id).cloned().map(|docs| (id, docs));
    ancestor.and_then(side).or_else(|| synced.champion.clone().and_then(side))
}

/// Without code and base, guidelines that no version has are a person's own, and keep the score from being pulled.
fn not_pulled(
    sides: &ScoreSides,
    champion: &VersionId,
    docs: Option<&Snapshot>,
    known: &[Known],
) -> Result<TruthRow, ScoreProblem> {
    let row = || TruthRow::NotPulled { champion: champion.clone(), docs: docs.cloned() };
    let Some(own) = guidelines(&sides.local) else { return Ok(row()) };
    let docs = docs.ok_or_else(|| unread(champion))?;
    let mut versions = known.iter().filter_map(|known| known.docs.as_ref()).chain([docs]);
    let is_known = versions.any(|docs| docs.guidelines.as_ref() == Some(own));
    if docs.guidelines.is_none() || is_known {
        return Ok(row());
    }
    Ok(TruthRow::UnknownBase { theirs: (champion.clone(), docs.clone()), docs: vec![DocKind::Guidelines] })
}

fn unknown(theirs: VersionDocs, local: &Snapshot) -> TruthRow {
    let (there, here) = (theirs.1.changes_to(local), local.changes_to(&theirs.1));
    // Without a file there is no opinion on guidelines, and nothing to decide.
    let guidelines = there.guidelines || here.guidelines && local.guidelines.is_some();
    let differ = [(theirs.1.code.kind, there.code), (DocKind::Guidelines, guidelines)];
    TruthRow::UnknownBase { theirs, docs: differ.into_iter().filter_map(|(kind, differs)| differs.then_some(kind)).collect() }
}

pub(super) fn unread(champion: &VersionId) -> ScoreProblem {
    ScoreProblem::UnreadChampion(champion.clone())
}

fn guidelines(local: &LocalScore) -> Option<&Content> {
    local.guidelines.file().map(|file| &file.content)
}

/// What the files say, if there is a code file.
fn snapshot(local: &LocalScore) -> Option<Snapshot> {
    Some(Snapshot { code: local.code.file()?.content.clone(), guidelines: guidelines(local).cloned() })
}

/// The files that are there say nothing beyond the base.
fn is_clean(sides: &ScoreSides) -> bool {
    match &sides.synced {
        Some(synced) => !sides.local.edits_of(&synced.docs).any(),
        None => sides.local.is_absent(),
    }
}

impl TruthRow {
    /// What the row is called.
    pub(super) fn standing(&self) -> Standing {
        match self {
            Self::Empty => Standing::Empty,
            Self::DeletedLocally => Standing::DeletedLocally,
            Self::GoneRemotely { clean } => Standing::GoneRemotely { clean: *clean },
            Self::NotPulled { .. } => Standing::NotPulled,
            Self::UnknownBase { .. } => Standing::UnknownBase,
            Self::New { .. } => Standing::New,
            Self::Current(based) => based.standing(),
            Self::Converged { .. } => Standing::Converged,
            Self::Moved(_, moved) if moved.local.any() => Standing::Diverged { local: moved.local, remote: moved.remote },
            Self::Moved(based, _) if based.adopted => Standing::Adopted { current: false },
            Self::Moved(_, moved) => Standing::Behind(moved.remote),
        }
    }

    /// The version that the files turned out to be, where the state did not say so.
    pub(super) fn found(&self, sides: &ScoreSides) -> Option<Found> {
        let (Self::Current(based) | Self::Moved(based, _)) = self else { return None };
        let version = based.adopted.then(|| based.synced.base.clone())?;
        let (behind, ahead) = match &sides.remote {
            RemoteScore::Champion(champion, known) => {
                (distance(known, &champion.id, &version), distance(known, &version, &champion.id))
            }
            _ => (None, None),
        };
        Some(Found { version, behind, ahead })
    }

    /// What the files change against the version that they were found to come from; none in rows that look for none.
    pub(super) fn edits(&self) -> Option<Changes> {
        if let Self::Current(based) | Self::Moved(based, _) = self { Some(based.edits()) } else { None }
    }

    /// What else a person should know.
    pub(super) fn notes(&self, sides: &ScoreSides) -> Vec<Note> {
        let is_of_another = sides.local.fault.as_ref().is_some_and(Fault::is_of_another);
        let dropped = self.champion_docs().is_some_and(|docs| docs.guidelines.is_none())
            && !is_of_another
            && guidelines(&sides.local).is_some_and(|own| !own.is_empty());
        let without_code = matches!(self, Self::DeletedLocally) && !is_clean(sides);
        let promoted = match (self, &sides.synced) {
            (Self::Current(now), Some(then)) => !now.synced.is_draft() && now.synced.champion != then.champion,
            _ => false,
        };
        let reformatted = match self {
            Self::Current(based) | Self::Moved(based, _) => {
                based.reformatted.is_some() && self.standing() != Standing::Reformatted
            }
            _ => false,
        };
        let is_edited = matches!(self.standing(), Standing::Modified(_) | Standing::New | Standing::Diverged { .. });
        let has_no_drafts = is_edited && !sides.paths.kind().has_drafts();
        [
            (dropped, Note::GuidelinesDropped),
            (without_code, Note::GuidelinesWithoutCode),
            (promoted, Note::Promoted),
            (has_no_drafts, Note::HasNoDrafts),
            (reformatted, Note::Reformatted),
        ]
        .into_iter()
        .filter_map(|(applies, note)| applies.then_some(note))
        .collect()
    }

    /// The champion's documents, unless a draft of ours stands between them and the files.
    fn champion_docs(&self) -> Option<&Snapshot> {
        match self {
            Self::Current(based) if based.synced.is_draft() => None,
            Self::Current(based) => Some(&based.synced.docs),
            Self::NotPulled { docs, .. } => docs.as_ref(),
            Self::UnknownBase { theirs, .. } | Self::Converged { theirs } => Some(&theirs.1),
            Self::Moved(_, moved) => Some(&moved.theirs.1),
            Self::Empty | Self::DeletedLocally | Self::GoneRemotely { .. } | Self::New { .. } => None,
        }
    }
}

impl Based {
    /// What the files say, as they write it.
    pub(super) fn as_written(&self) -> Snapshot {
        let code = self.reformatted.as_ref().unwrap_or(&self.local.code).clone();
        Snapshot { code, guidelines: self.local.guidelines.clone() }
    }

    /// What the files change against the base.
    fn edits(&self) -> Changes {
        self.synced.docs.changes_to(&self.local)
    }

    fn standing(&self) -> Standing {
        match self.edits() {
            edits if edits.any() && self.synced.champion.is_none() => Standing::New,
            edits if edits.any() => Standing::Modified(edits),
            _ if self.adopted => Standing::Adopted { current: !self.synced.is_draft() },
            _ if self.synced.is_draft() => Standing::Ahead,
            _ if self.reformatted.is_some() => Standing::Reformatted,
            _ => Standing::Clean,
        }
    }
}
