//! Whether git follows a file.

use super::error::GitError;
use super::repository::Repository;
use crate::model::RelPath;
use git2::Index;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What git makes of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracking {
    /// It is in the index.
    Tracked,
    /// It is not, but could be added.
    Untracked,
    /// It is not, and `.gitignore` or its kin say that it shall not be.
    Ignored,
}

impl Repository {
    /// What git makes of files under the root, in their order. They need not exist.
    ///
    /// # Errors
    /// A path lies outside of the repository; neither the library nor the program can answer.
    pub fn tracking(&self, paths: &[RelPath]) -> Result<Vec<Tracking>, GitError> {
        let paths = self.all_in_repository(paths.iter())?;
        self.tracking_of(&paths)
    }

    /// The same for paths of the repository.
    pub(super) fn tracking_of(&self, paths: &[String]) -> Result<Vec<Tracking>, GitError> {
        self.read(|repository| self.built_in_tracking(repository, paths), || self.program_tracking(paths))
    }

    /// A path under the root as the repository names it. Links inside the root are followed: git does not look through
    /// them.
    pub(super) fn in_repository(&self, path: &RelPath) -> Result<String, GitError> {
        let place = self.place(path.as_str());
        self.named(&place, &really(&place))
    }

    /// The same for many paths: each folder is looked at once.
    pub(super) fn all_in_repository<'p>(&self, paths: impl Iterator<Item = &'p RelPath>) -> Result<Vec<String>, GitError> {
        let mut folders: HashMap<&str, PathBuf> = HashMap::new();
        let name = |path: &'p RelPath| {
            let place = self.place(path.as_str());
            // Elsewhere a file may be there under another form of its name.
            let is_plain = cfg!(target_os = "linux") && path.file_name().is_ascii();
            if !is_plain || fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_symlink()) {
                return self.in_repository(path);
            }
            let folder = folders.entry(path.folder()).or_insert_with(|| really(&self.place(path.folder())));
            self.named(&place, &folder.join(path.file_name()))
        };
        paths.map(name).collect()
    }

    /// The same for groups of paths.
    pub(super) fn groups_in_repository(&self, groups: &[Vec<RelPath>]) -> Result<Vec<Vec<String>>, GitError> {
        let mut names = self.all_in_repository(groups.iter().flatten())?.into_iter();
        Ok(groups.iter().map(|group| names.by_ref().take(group.len()).collect()).collect())
    }

    fn named(&self, place: &Path, real: &Path) -> Result<String, GitError> {
        let inside = real.strip_prefix(&self.workdir).ok().and_then(Path::to_str);
        let inside = inside.filter(|_| !real.starts_with(&self.git_dir)).ok_or_else(|| GitError::Outside(place.to_owned()))?;
        Ok(if std::path::MAIN_SEPARATOR == '/' { inside.to_owned() } else { inside.replace(std::path::MAIN_SEPARATOR, "/") })
    }

    pub(super) fn index_of(&self, repository: &git2::Repository) -> Result<Index, git2::Error> {
        match &self.index_file {
            // A hook of the very first commit is given an index that is not there yet.
            Some(file) => Index::open_ext(file, repository.object_format()),
            None => repository.index(),
        }
    }

    fn built_in_tracking(&self, repository: &git2::Repository, paths: &[String]) -> Result<Vec<Tracking>, git2::Error> {
        let index = self.index_of(repository)?;
        let one = |path: &String| {
            if (0..4).any(|stage| index.get_path(Path::new(path), stage).is_some()) {
                return Ok(Tracking::Tracked);
            }
            Ok(if repository.is_path_ignored(path)? { Tracking::Ignored } else { Tracking::Untracked })
        };
        paths.iter().map(one).collect()
    }

    fn program_tracking(&self, paths: &[String]) -> Result<Vec<Tracking>, GitError> {
        let tracked = self.git(&["ls-files", "-z"])?;
        let tracked: HashSet<&[u8]> = tracked.split(|byte| *byte == 0).collect();
        let unknown: Vec<&String> = paths.iter().filter(|path| !tracked.contains(path.as_bytes())).collect();
        let ignored = self.ignored(&unknown)?;
        let one = |path: &String| match path.as_bytes() {
            path if tracked.contains(path) => Tracking::Tracked,
            path if ignored.contains(path) => Tracking::Ignored,
            _ => Tracking::Untracked,
        };
        Ok(paths.iter().map(one).collect())
    }

    fn ignored(&self, paths: &[&String]) -> Result<HashSet<Vec<u8>>, GitError> {
        let input: Vec<u8> = paths.iter().flat_map(|path| path.bytes().chain([0])).collect();
        let answer = self.program().find(&self.workdir, &["check-ignore", "-z", "--stdin"], &input)?.unwrap_or_default();
        Ok(answer.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect())
    }
}

/// The path with the links resolved on its way, as far as it exists.
fn really(place: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(place) {
        return real;
    }
    match (place.parent(), place.file_name()) {
        (Some(parent), Some(name)) => really(parent).join(name),
        _ => place.to_owned(),
    }
}
