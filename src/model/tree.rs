//! The three trees: what the files say (Local), what the champions say (Remote), what both last agreed on (Synced).
//!
//! A tree holds one entry per score. The three entries of one score, with its paths, are a [`ScoreSides`]; planning looks at
//! nothing else.

use super::digest::Digest;
use super::document::{Content, DocKind, Style};
use super::fault::{BrokenFile, BrokenScore, Fault};
use super::file::CachedFile;
use super::ids::{ScoreId, VersionId};
use super::path::RelPath;
use super::reformatted::is_reformatted;
use super::score_paths::{ScorePaths, read_as};
use super::sync_kind::SyncKind;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Both documents of a score as one side has them, or the one of a standalone document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The code, or the standalone document.
    pub code: Content,
    /// The guidelines; none is "no opinion" (a missing file, null on the wire), empty content is "there are none".
    pub guidelines: Option<Content>,
}

/// Which documents differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The code, or the standalone document, differs.
    pub code: bool,
    /// The guidelines differ.
    pub guidelines: bool,
}

impl Changes {
    /// These documents.
    pub fn of(kinds: &[DocKind]) -> Self {
        let is_main = |kind: &DocKind| *kind != DocKind::Guidelines;
        Self { code: kinds.iter().any(is_main), guidelines: kinds.contains(&DocKind::Guidelines) }
    }

    /// Something differs.
    pub fn any(self) -> bool {
        self.code || self.guidelines
    }

    /// This document differs.
    pub fn has(self, kind: DocKind) -> bool {
        if kind == DocKind::Guidelines { self.guidelines } else { self.code }
    }

    /// What differs here or there.
    pub fn or(self, other: Self) -> Self {
        Self { code: self.code || other.code, guidelines: self.guidelines || other.guidelines }
    }

    /// What differs here and not there.
    pub fn except(self, other: Self) -> Self {
        Self { code: self.code && !other.code, guidelines: self.guidelines && !other.guidelines }
    }
}

impl Snapshot {
    /// The documents of a version of `kind` by their texts.
    pub fn of(kind: SyncKind, main: impl Into<Arc<str>>, guidelines: Option<&str>) -> Self {
        let guidelines = guidelines.map(|text| Content::of(DocKind::Guidelines, text));
        Self { code: Content::of(kind.main_document(), main), guidelines }
    }

    /// One document; none only for guidelines that there is no opinion about.
    pub fn get(&self, kind: DocKind) -> Option<&Content> {
        if kind == DocKind::Guidelines { self.guidelines.as_ref() } else { Some(&self.code) }
    }

    /// What `newer` changes. A side without an opinion on guidelines changes nothing; "none" said where there was no
    /// opinion before changes nothing either.
    pub fn changes_to(&self, newer: &Self) -> Changes {
        let guidelines = match (&self.guidelines, &newer.guidelines) {
            (_, None) => false,
            (None, Some(new)) => !new.is_empty(),
            (Some(old), Some(new)) => old != new,
        };
        Changes { code: self.code != newer.code, guidelines }
    }

    /// Neither side says anything that the other contradicts or lacks.
    pub fn agrees_with(&self, other: &Self) -> bool {
        !self.changes_to(other).any() && !other.changes_to(self).any()
    }

    /// The same with a side that may write its code in another way.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let is_same_code = self.code == other.code || is_reformatted(&self.code, &other.code);
        is_same_code && Self { code: other.code.clone(), guidelines: self.guidelines.clone() }.agrees_with(other)
    }
}

/// A file of a score as the scan found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFile {
    /// Its content; the text is there unless the stat cache answered.
    pub content: Content,
    /// Digest of its raw bytes: the precondition of replacing it.
    pub raw: Digest,
    /// How it writes its text.
    pub style: Style,
}

impl LocalFile {
    /// A file with this text.
    pub fn of(kind: DocKind, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let style = Style::of(&text);
        let content = Content::of(kind, text);
        let raw = content.text.as_ref().expect("it was just given").digest();
        Self { content, raw, style }
    }
}

/// A place where a score's file belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LocalDoc {
    /// Nothing there.
    #[default]
    Absent,
    /// A readable UTF-8 file.
    Present(LocalFile),
    /// Something that cannot be synced: not UTF-8, a directory, unreadable, a link that leaves the root.
    Broken(BrokenFile),
}

impl LocalDoc {
    /// The file at `path` as it was when it was read, without its text.
    pub fn remembered(path: &RelPath, file: &CachedFile) -> Self {
        let content = Content { kind: read_as(path), digest: file.canonical, text: None };
        Self::Present(LocalFile { content, raw: file.raw, style: file.style })
    }

    /// The file, if there is a good one.
    pub fn file(&self) -> Option<&LocalFile> {
        if let Self::Present(file) = self { Some(file) } else { None }
    }
}

/// What the files of one score say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalScore {
    /// The file of the code, or of the standalone document.
    pub code: LocalDoc,
    /// The file of the guidelines.
    pub guidelines: LocalDoc,
    /// Where these files were found, if a rename in Plexus gives the score other paths now.
    pub found_at: Option<ScorePaths>,
    /// Files of others that lie where files of this score are to come: it goes there once all of them are gone.
    pub in_the_way: Vec<RelPath>,
    /// The version that another tool stamped into the code file; looked for only where the score has no base, where it
    /// is a hint.
    pub stamp: Option<VersionId>,
    /// Where the files differ from the base, git has them exactly as they are, and may have written them since the base was
    /// recorded: a checkout, reset, stash or pull may have brought them. Never for what a `restore` wrote, which is an edit
    /// whatever it says.
    pub from_git: bool,
    /// The same, and HEAD has them so: git took back what was there.
    pub as_head: bool,
    /// What git had in HEAD and before it, newest first; looked for only where the score has no base and its files equal no
    /// version, or where it differs from the base and git may have brought what is under the edits since the base was recorded:
    /// then as far back as the base.
    pub past: Vec<Snapshot>,
    /// Merge markers or YAML that does not parse, found when the text was read, or the text of another score. Not to be pushed.
    pub fault: Option<Fault>,
}

impl LocalScore {
    /// What is at the place of one document.
    pub fn get(&self, kind: DocKind) -> &LocalDoc {
        if kind == DocKind::Guidelines { &self.guidelines } else { &self.code }
    }

    /// Nothing is at either place.
    pub fn is_absent(&self) -> bool {
        self.code == LocalDoc::Absent && self.guidelines == LocalDoc::Absent
    }

    /// What the files say; none where there is no code that can be read.
    pub fn docs(&self) -> Option<Snapshot> {
        let content = |doc: &LocalDoc| doc.file().map(|file| file.content.clone());
        Some(Snapshot { code: content(&self.code)?, guidelines: content(&self.guidelines) })
    }

    /// What the files say other than `base`: code that is only written in another way changes nothing. Where texts were not
    /// read, whatever differs counts.
    pub fn edits_of(&self, base: &Snapshot) -> Changes {
        let changes = self.changes_from(base);
        let is_edit = |file: &LocalFile| !is_reformatted(&base.code, &file.content);
        Changes { code: changes.code && self.code.file().is_some_and(is_edit), ..changes }
    }

    /// What the files change against `base`, from digests alone. Code that has no readable file changes nothing.
    pub fn changes_from(&self, base: &Snapshot) -> Changes {
        let content = |doc: &LocalDoc| doc.file().map(|file| file.content.clone());
        let code = content(&self.code).unwrap_or_else(|| base.code.clone());
        base.changes_to(&Snapshot { code, guidelines: content(&self.guidelines) })
    }
}

/// The champion of a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Champion {
    /// Which version.
    pub id: VersionId,
    /// Its documents; not read when it is the version that Synced already knows.
    pub docs: Option<Snapshot>,
    /// It says what the files here said before: somebody may have saved a form that was open all the while. Looked for only
    /// where a standalone document moved, which a form replaces whole and unseen.
    pub is_older: bool,
}

impl Champion {
    /// A champion whose documents were read or not.
    pub fn new(id: VersionId, docs: Option<Snapshot>) -> Self {
        Self { id, docs, is_older: false }
    }
}

/// What the dashboard says about one score. Known versions are listed newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RemoteScore {
    /// The score is not there any more.
    #[default]
    Gone,
    /// It has no champion yet.
    Unchampioned(Vec<Known>),
    /// It has a champion.
    Champion(Champion, Vec<Known>),
    /// It could not be read.
    Broken(BrokenScore),
}

impl RemoteScore {
    /// Earlier versions that are known.
    pub fn known(&self) -> &[Known] {
        match self {
            Self::Unchampioned(known) | Self::Champion(_, known) => known,
            Self::Gone | Self::Broken(_) => &[],
        }
    }
}

/// An earlier version of a score with its documents, read only where a base has to be found: for a score without one
/// (adopt), for files that git may have brought, or for the nearest common ancestor of a draft and a champion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Which version.
    pub id: VersionId,
    /// The version it was made from.
    pub parent: Option<VersionId>,
    /// Its documents; absent where only the lineage was needed.
    pub docs: Option<Snapshot>,
}

/// What both sides of one score last agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncedScore {
    /// The version that the files were last equal to: a champion, or a draft of ours.
    pub base: VersionId,
    /// Its documents; texts are loaded where a merge needs them.
    pub docs: Snapshot,
    /// The champion at the last sync; another than `base` after a push that did not promote.
    pub champion: Option<VersionId>,
    /// That champion's documents, where it is not the base.
    pub champion_docs: Option<Snapshot>,
    /// The paths that the files had at the last sync.
    pub paths: ScorePaths,
    /// What the files said after it, where that was something else than the base: a pull merged their edits, or kept them.
    pub local: Option<Box<Snapshot>>,
}

impl SyncedScore {
    /// The documents of a version, if it is one that both sides agreed on.
    pub fn docs_of(&self, version: &VersionId) -> Option<&Snapshot> {
        if *version == self.base {
            return Some(&self.docs);
        }
        self.champion_docs.as_ref().filter(|_| self.champion.as_ref() == Some(version))
    }

    /// The base is a draft: another version was champion at the last sync, or none.
    pub fn is_draft(&self) -> bool {
        self.champion.as_ref() != Some(&self.base)
    }

    /// What the files said after the last sync.
    pub fn as_left(&self) -> &Snapshot {
        self.local.as_deref().unwrap_or(&self.docs)
    }
}

/// The three sides of one score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreSides {
    /// Where its files belong.
    pub paths: ScorePaths,
    /// What the files say.
    pub local: LocalScore,
    /// What the dashboard says.
    pub remote: RemoteScore,
    /// What both last agreed on.
    pub synced: Option<SyncedScore>,
}

impl ScoreSides {
    /// Where its files are now: not where they belong if a rename in Plexus gave the score other paths since.
    pub fn files_at(&self) -> &ScorePaths {
        self.local.found_at.as_ref().unwrap_or(&self.paths)
    }

    /// Its champion, if the dashboard told one.
    pub fn champion(&self) -> Option<&Champion> {
        if let RemoteScore::Champion(champion, _) = &self.remote { Some(champion) } else { None }
    }

    /// What its versions in the dashboard say, as far as they were read: its champion, then earlier ones.
    pub fn versions_read(&self) -> impl Iterator<Item = &Snapshot> {
        let champion = self.champion().and_then(|champion| champion.docs.as_ref());
        champion.into_iter().chain(self.remote.known().iter().filter_map(|version| version.docs.as_ref()))
    }
}

/// Everything that planning looks at.
pub type Trees = BTreeMap<ScoreId, ScoreSides>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RelPath;

    fn paths(stem: &str) -> ScorePaths {
        let code = RelPath::parse(&format!("Card/{stem}.yaml")).expect("a safe path");
        ScorePaths::of_code(&code).expect("the code of a score")
    }

    fn file(kind: DocKind, text: &str) -> LocalDoc {
        LocalDoc::Present(LocalFile::of(kind, text))
    }

    #[test]
    fn files_are_where_they_were_found() {
        let local = LocalScore::default();
        let mut sides = ScoreSides { paths: paths("New"), local, remote: RemoteScore::Gone, synced: None };
        assert_eq!(sides.files_at(), &paths("New"));
        sides.local.found_at = Some(paths("Old"));
        assert_eq!(sides.files_at(), &paths("Old"));
    }

    #[test]
    fn only_what_is_there_can_change_the_base() {
        let base =
            Snapshot { code: Content::of(DocKind::Code, "a: 1\n"), guidelines: Some(Content::of(DocKind::Guidelines, "x\n")) };
        let mut local = LocalScore::default();
        assert!(local.is_absent());
        assert_eq!(local.changes_from(&base), Changes::default());
        local.guidelines = file(DocKind::Guidelines, "y\n");
        assert!(!local.is_absent());
        assert_eq!(local.changes_from(&base), Changes { code: false, guidelines: true });
        local.code = file(DocKind::Code, "a: 2\n");
        assert_eq!(local.changes_from(&base), Changes { code: true, guidelines: true });
    }
}
