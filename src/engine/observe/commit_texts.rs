//! Pushing what a commit holds instead of what the files say: the same push, with another Local.
//!
//! Only the documents that the commit brings count. The other document of a score is as its base has it, because what the
//! commit has of it may be older than what was pulled since; only a score without a base is taken from the commit whole.
//! The files are left alone: what was edited since the commit is an edit of the version that comes of it.

use crate::engine::observe::git::branch_of;
use crate::git::{Blob, CommitId, GitError, Repository};
use crate::model::{
    BrokenFile, Content, Digest, LocalDoc, LocalFile, LocalScore, RelPath, ScorePaths, Snapshot, Style, SyncedScore, document_at,
    other_document, read_as,
};
use crate::workspace::FileError;
use std::collections::BTreeMap;

/// The texts of a commit that are to be pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitTexts {
    commit: CommitId,
    branch: Option<String>,
    files: BTreeMap<RelPath, CommittedFile>,
}

/// One document as a commit has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CommittedFile {
    blob: Blob,
    /// It is to be pushed; otherwise it only goes along with the other document of its score.
    brought: bool,
}

impl CommitTexts {
    /// Reads the documents among `paths`, and the other documents of their scores, as `commit` has them.
    pub fn read(repository: &Repository, commit: &CommitId, paths: &[RelPath]) -> Result<Self, GitError> {
        let brought: Vec<&RelPath> = paths.iter().filter(|path| document_at(path).is_some()).collect();
        let others: Vec<RelPath> = brought.iter().filter_map(|path| other_document(path)).collect();
        let mut wanted: BTreeMap<RelPath, bool> = others.into_iter().map(|path| (path, false)).collect();
        wanted.extend(brought.into_iter().map(|path| (path.clone(), true)));
        let paths: Vec<RelPath> = wanted.keys().cloned().collect();
        let texts = repository.texts_at(commit, &paths)?;
        let files = wanted.into_iter().zip(texts);
        let files = files.filter_map(|((path, brought), blob)| Some((path, CommittedFile { blob: blob?, brought }))).collect();
        Ok(Self { commit: commit.clone(), branch: branch_of(&repository.head()?), files })
    }

    /// The commit.
    pub(in crate::engine) fn commit(&self) -> &CommitId {
        &self.commit
    }

    /// The branch that HEAD is on, if it is on one.
    pub(in crate::engine) fn branch(&self) -> Option<&str> {
        self.branch.as_deref()
    }

    /// There is nothing to push.
    pub fn is_empty(&self) -> bool {
        self.paths().next().is_none()
    }

    /// The documents that are to be pushed.
    pub fn paths(&self) -> impl Iterator<Item = &RelPath> {
        self.files.iter().filter(|(_, file)| file.brought).map(|(path, _)| path)
    }

    /// What the commit has at a place; none where it has no code there, or one that is no text.
    pub(super) fn snapshot(&self, paths: &ScorePaths) -> Option<Snapshot> {
        let content = |path: &RelPath| Some(document(path, &self.files.get(path)?.blob).file()?.content.clone());
        Some(Snapshot { code: content(&paths.code)?, guidelines: paths.guidelines.as_ref().and_then(content) })
    }

    /// What the commit has at a place that it need not bring anything at.
    pub(super) fn read_at(&self, repository: &Repository, paths: &ScorePaths) -> Option<Snapshot> {
        let files: Vec<RelPath> = paths.files().cloned().collect();
        let blobs = repository.texts_at(&self.commit, &files).ok()?;
        let mut contents = files.iter().zip(blobs).map(|(path, blob)| Some(document(path, &blob?).file()?.content.clone()));
        Some(Snapshot { code: contents.next().flatten()?, guidelines: contents.next().flatten() })
    }

    /// The Local of a score whose files the commit has at a place.
    pub(super) fn local(&self, at: &ScorePaths, synced: Option<&SyncedScore>) -> LocalScore {
        let base_code = synced.map(|synced| &synced.docs.code);
        let code = match (self.files.get(&at.code), base_code) {
            (Some(file), None) => document(&at.code, &file.blob),
            (Some(file), Some(_)) if file.brought => document(&at.code, &file.blob),
            (_, Some(code)) => LocalDoc::Present(as_base(code)),
            (None, None) => LocalDoc::Absent,
        };
        let guidelines = at.guidelines.as_ref().and_then(|path| {
            let file = self.files.get(path).filter(|file| file.brought || synced.is_none())?;
            Some(document(path, &file.blob))
        });
        LocalScore { code, guidelines: guidelines.unwrap_or_default(), ..LocalScore::default() }
    }

    /// A document at this place is to be pushed.
    pub(super) fn brings(&self, paths: &ScorePaths) -> bool {
        paths.files().any(|path| self.files.get(path).is_some_and(|file| file.brought))
    }
}

/// A document of a commit as a file would be.
fn document(path: &RelPath, blob: &Blob) -> LocalDoc {
    let broken = |reason| LocalDoc::Broken(BrokenFile { path: path.as_str().into(), place: None, reason });
    match blob {
        Blob::TooLarge(bytes) => broken(FileError::too_large(path.as_str(), *bytes).reason()),
        Blob::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => LocalDoc::Present(LocalFile::of(read_as(path), text)),
            Err(_) => broken("not UTF-8".to_owned()),
        },
    }
}

/// A file that says what the base says.
fn as_base(content: &Content) -> LocalFile {
    let text = content.text.as_deref().unwrap_or_default();
    LocalFile { content: content.clone(), raw: Digest::of(text), style: Style::of(text) }
}
