//! The commit where there is no `git` program: only where no hook and no signature is wanted, because libgit2 makes neither.
//!
//! The tree comes from HEAD and the files alone, in an index of its own. The person's index learns the files before HEAD
//! moves: a crash in between leaves them staged, which is what they are about to be anyway.

use super::commit::Files;
use super::{CommitId, GitError, Repository};
use git2::{Index, IndexEntry, Oid, Signature, Tree};
use std::path::Path;

/// Hooks that `git commit` runs.
const HOOKS: [&str; 4] = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"];

/// What the person's index had for a path.
type Before<'a> = Vec<(&'a Path, Option<IndexEntry>)>;

impl Repository {
    pub(super) fn commit_built_in(&self, files: &Files, message: &str) -> Result<Option<CommitId>, GitError> {
        let needs = |why: &str| GitError::NeedsProgram { why: why.to_owned() };
        let repository = self.library.as_ref().map_err(|why| needs(why))?;
        if repository.config()?.get_bool("commit.gpgsign").unwrap_or(false) {
            return Err(needs("commits are signed here"));
        }
        let hooks = self.hooks_folder()?;
        if HOOKS.iter().any(|hook| hooks.join(hook).exists()) {
            return Err(needs("commits run hooks here"));
        }
        let author = repository.signature()?;
        let mut index = repository.index().map_err(|error| needs(error.message()))?;
        Ok(write(repository, &author, &mut index, &files.all, message)?.map(|id| CommitId::new(id.to_string())))
    }
}

fn write(
    repository: &git2::Repository,
    author: &Signature<'_>,
    index: &mut Index,
    files: &[String],
    message: &str,
) -> Result<Option<Oid>, git2::Error> {
    let parent = repository.head().ok().map(|head| head.peel_to_commit()).transpose()?;
    let old = parent.as_ref().map(git2::Commit::tree).transpose()?;
    let before: Before<'_> = files.iter().map(|file| (Path::new(file), index.get_path(Path::new(file), 0))).collect();
    let tree = tree_with(repository, old.as_ref(), index, files)?;
    if old.as_ref().is_some_and(|old| old.id() == tree.id()) {
        return Ok(None);
    }
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    let id = repository.commit(None, author, author, message, &tree, &parents)?;
    index.write()?;
    if let Err(error) = move_head(repository, id, parent.as_ref(), message) {
        restore(index, before)?;
        return Err(error);
    }
    Ok(Some(id))
}

/// The tree of HEAD with the files as they are. `index` learns them too, in memory.
fn tree_with<'r>(
    repository: &'r git2::Repository,
    old: Option<&Tree<'_>>,
    index: &mut Index,
    files: &[String],
) -> Result<Tree<'r>, git2::Error> {
    let mut next = Index::new_ext(repository.object_format())?;
    if let Some(old) = old {
        next.read_tree(old)?;
    }
    let workdir = repository.workdir().unwrap_or_else(|| repository.path());
    for file in files.iter().map(Path::new) {
        if workdir.join(file).exists() {
            index.add_path(file)?;
            let entry = index.get_path(file, 0).ok_or_else(|| git2::Error::from_str("a file was not added"))?;
            next.add(&entry)?;
        } else {
            index.remove_path(file)?;
            next.remove_path(file)?;
        }
    }
    repository.find_tree(next.write_tree_to(repository)?)
}

/// Moves HEAD, or the branch that it is on, if it still is where the commit was made for.
fn move_head(
    repository: &git2::Repository,
    id: Oid,
    parent: Option<&git2::Commit<'_>>,
    message: &str,
) -> Result<(), git2::Error> {
    let log = format!("commit: {}", message.lines().next().unwrap_or_default());
    let head = repository.find_reference("HEAD")?;
    let name = head.symbolic_target().ok().flatten().unwrap_or("HEAD").to_owned();
    match parent {
        Some(parent) => repository.reference_matching(&name, id, true, parent.id(), &log)?,
        None => repository.reference(&name, id, false, &log)?,
    };
    Ok(())
}

fn restore(index: &mut Index, before: Before<'_>) -> Result<(), git2::Error> {
    for (path, entry) in before {
        match entry {
            Some(entry) => index.add(&entry)?,
            None => index.remove_path(path)?,
        }
    }
    index.write()
}
