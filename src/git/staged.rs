//! What the next commit would hold: the blobs of the index, not the working files.

use super::blob::{Blob, blob};
use super::error::GitError;
use super::index_changes::{IndexChange, StagedChange, changes_in};
use super::index_file::{self, IndexFile, Written};
use super::repository::Repository;
use crate::model::{Digest, RelPath};
use git2::{Delta, DiffDelta, DiffOptions, FileMode, ObjectFormat, ObjectType, Oid};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A file whose staged content differs from HEAD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    /// Relative to the scorecards root.
    pub path: RelPath,
    /// What staging did to it.
    pub change: StagedChange,
    /// What is staged; empty for files that are deleted or unmerged.
    pub blob: Blob,
}

/// A difference before its blob is read.
pub(super) struct StagedBlob {
    pub path: RelPath,
    change: StagedChange,
    /// In hexadecimal.
    blob: String,
}

impl Repository {
    /// Staged files under the root that are `wanted`, ordered by path; links and submodules are no files. A rename is a
    /// deleted file and an added one.
    ///
    /// # Errors
    /// Neither the library nor the program can answer.
    pub fn staged(&self, wanted: impl Fn(&RelPath) -> bool) -> Result<Vec<Staged>, GitError> {
        let mut staged = self.read(|repository| self.built_in_staged(repository, &wanted), || self.program_staged(&wanted))?;
        staged.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(staged)
    }

    /// Whether the index has exactly these texts for files under the root, but for line ends that a checkout may have made.
    ///
    /// # Errors
    /// A path lies outside of the repository; neither the library nor the program can answer.
    pub fn has_staged(&self, files: &[(RelPath, &str)]) -> Result<Vec<bool>, GitError> {
        let names = self.all_in_repository(files.iter().map(|(path, _)| path))?;
        let files: Vec<(&String, &str)> = names.iter().zip(files).map(|(name, (_, text))| (name, *text)).collect();
        let asked: Vec<String> = names.iter().map(|name| format!(":{name}")).collect();
        self.read(
            |repository| {
                if let Some(staged) = self.staged_in_file(repository, &names) {
                    return files
                        .iter()
                        .map(|(name, text)| is_blob(staged.get(name.as_str()).map(|(id, _)| *id), text))
                        .collect();
                }
                let index = self.index_of(repository)?;
                let staged = |name: &str| index.get_path(Path::new(name), 0).map(|entry| entry.id);
                files.iter().map(|(name, text)| is_blob(staged(name), text)).collect()
            },
            || {
                let staged = self.objects(&asked)?;
                let same = |bytes: Vec<u8>, text: &str| bytes == text.as_bytes() || bytes == unix(text).as_bytes();
                let is_staged = |blob: Option<Blob>, text| blob.and_then(Blob::bytes).is_some_and(|bytes| same(bytes, text));
                Ok(staged.into_iter().zip(&files).map(|(blob, (_, text))| is_staged(blob, text)).collect())
            },
        )
    }

    /// Changes whenever HEAD or the index does; none where that cannot be told.
    ///
    /// # Errors
    /// Neither the library nor the program can answer.
    pub fn mark(&self) -> Result<Option<Digest>, GitError> {
        let head = self.head()?.commit().map(ToString::to_string).unwrap_or_default();
        Ok(index_file::checksum(&self.index_path()).map(|sum| Digest::of([head.as_bytes(), &sum].concat())))
    }

    /// What the index has for these paths, if that can be looked up in its file.
    pub(super) fn staged_in_file<'n>(
        &self,
        repository: &git2::Repository,
        names: &'n [String],
    ) -> Option<HashMap<&'n str, (Oid, Written)>> {
        index_file::staged(&self.index_bytes(repository)?, names.iter().map(String::as_str))
    }

    fn built_in_staged(
        &self,
        repository: &git2::Repository,
        wanted: &impl Fn(&RelPath) -> bool,
    ) -> Result<Vec<Staged>, git2::Error> {
        let mut staged = Vec::new();
        for IndexChange { path, change, id, is_file } in self.index_changes(repository)? {
            let Some(path) = self.below_root(&path).filter(wanted) else { continue };
            let blob = match change {
                StagedChange::Added | StagedChange::Modified if !is_file => continue,
                StagedChange::Added | StagedChange::Modified => blob(repository, id)?,
                StagedChange::Deleted | StagedChange::Unmerged => Some(Blob::Bytes(Vec::new())),
            };
            staged.extend(blob.map(|blob| Staged { path, change, blob }));
        }
        Ok(staged)
    }

    /// What is staged under the root, by the index's file if that can be read, else by the library's index.
    fn index_changes(&self, repository: &git2::Repository) -> Result<Vec<IndexChange>, git2::Error> {
        let head = repository.head().ok().map(|head| head.peel_to_tree()).transpose()?;
        let mut folders = self.folders();
        if folders.iter().any(String::is_empty) {
            folders = vec![String::new()];
        }
        let bytes = self.index_bytes(repository);
        if let Some(index) = bytes.as_deref().and_then(IndexFile::parse) {
            let changes = folders.iter().map(|folder| changes_in(repository, &index, head.as_ref(), folder));
            return Ok(changes.collect::<Result<Vec<_>, _>>()?.concat());
        }
        let index = self.index_of(repository)?;
        let mut options = DiffOptions::new();
        options.disable_pathspec_match(true);
        folders.iter().filter(|folder| !folder.is_empty()).for_each(|folder| {
            options.pathspec(folder);
        });
        let diff = repository.diff_tree_to_index(head.as_ref(), Some(&index), Some(&mut options))?;
        Ok(diff.deltas().filter_map(|delta| of_delta(&delta)).collect())
    }

    /// The index's file, if there is one of a form that can be read.
    fn index_bytes(&self, repository: &git2::Repository) -> Option<Vec<u8>> {
        let is_known = repository.object_format() == ObjectFormat::Sha1;
        is_known.then(|| index_file::read(&self.index_path())).flatten()
    }

    fn index_path(&self) -> PathBuf {
        self.index_file.clone().unwrap_or_else(|| self.git_dir.join("index"))
    }

    fn program_staged(&self, wanted: &impl Fn(&RelPath) -> bool) -> Result<Vec<Staged>, GitError> {
        let head = match self.head()?.commit() {
            Some(commit) => commit.to_string(),
            None => self.empty_tree()?,
        };
        let folders = self.folder_specs();
        let form = ["--raw", "-z", "--no-renames", "--no-abbrev", "--ita-invisible-in-index"];
        let fixed = ["diff-index", "--cached"].into_iter().chain(form).chain([head.as_str(), "--"]);
        let raw = self.git(&fixed.chain(folders.iter().map(String::as_str)).collect::<Vec<_>>())?;
        let entries: Vec<StagedBlob> = self.entries(&raw).into_iter().filter(|entry| wanted(&entry.path)).collect();
        let names: Vec<String> = entries.iter().filter(|entry| has_blob(entry.change)).map(|entry| entry.blob.clone()).collect();
        let mut blobs = self.objects(&names)?.into_iter();
        let file = |StagedBlob { path, change, .. }| {
            let blob = if has_blob(change) { blobs.next()?? } else { Blob::Bytes(Vec::new()) };
            Some(Staged { path, change, blob })
        };
        Ok(entries.into_iter().filter_map(file).collect())
    }

    /// Reads `:<mode> <mode> <blob> <blob> <status>\0<path>\0…`. Links and submodules are no files.
    pub(super) fn entries(&self, raw: &[u8]) -> Vec<StagedBlob> {
        let mut fields = raw.split(|byte| *byte == 0);
        let mut entries = Vec::new();
        while let (Some(about), Some(path)) = (fields.next(), fields.next()) {
            let about = String::from_utf8_lossy(about);
            let [_, mode, _, blob, status] = about.split(' ').collect::<Vec<_>>()[..] else { continue };
            let change = match status {
                "A" => StagedChange::Added,
                "M" | "T" => StagedChange::Modified,
                "D" => StagedChange::Deleted,
                "U" => StagedChange::Unmerged,
                _ => continue,
            };
            let Some(path) = self.below_root(path).filter(|_| !has_blob(change) || mode.starts_with("100")) else { continue };
            entries.push(StagedBlob { path, change, blob: blob.to_owned() });
        }
        entries
    }
}

fn is_blob(id: Option<Oid>, text: &str) -> Result<bool, git2::Error> {
    let Some(id) = id else { return Ok(false) };
    let hash = |text: &str| Oid::hash_object(ObjectType::Blob, text.as_bytes());
    Ok(hash(text)? == id || (text.contains('\r') && hash(&unix(text))? == id))
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn of_delta(delta: &DiffDelta<'_>) -> Option<IndexChange> {
    let (path, id) = (delta.new_file().path_bytes()?.to_vec(), delta.new_file().id());
    let is_file = matches!(delta.new_file().mode(), FileMode::Blob | FileMode::BlobExecutable | FileMode::BlobGroupWritable);
    Some(IndexChange { path, change: change_of(delta.status())?, id, is_file })
}

fn change_of(delta: Delta) -> Option<StagedChange> {
    match delta {
        Delta::Added | Delta::Copied => Some(StagedChange::Added),
        Delta::Modified | Delta::Renamed | Delta::Typechange => Some(StagedChange::Modified),
        Delta::Deleted => Some(StagedChange::Deleted),
        Delta::Conflicted => Some(StagedChange::Unmerged),
        _ => None,
    }
}

fn has_blob(change: StagedChange) -> bool {
    matches!(change, StagedChange::Added | StagedChange::Modified)
}
