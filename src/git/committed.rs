//! What commits hold: the texts of files, and which files a commit or a push brings. Neither the index nor the working files
//! are looked at.

use super::blob::{Blob, blob};
use super::commit_id::CommitId;
use super::error::GitError;
use super::history::CommitFolders;
use super::repository::Repository;
use crate::model::RelPath;
use git2::{Commit, Delta, DiffOptions, ErrorCode, FileMode, Oid, Tree};
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

/// One line that git gives to `pre-push` on stdin: a reference that is about to be pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefUpdate {
    /// What is pushed, as `refs/heads/main` or `HEAD`.
    pub local: String,
    /// Its commit.
    pub commit: CommitId,
    /// What the other side has under the name that it is pushed to; none where that is new.
    pub before: Option<CommitId>,
}

impl RefUpdate {
    /// Reads `<local ref> <local id> <remote ref> <remote id>` lines. References that are deleted bring nothing. What is pushed may be
    /// called by words, as `HEAD@{2 days ago}`.
    pub fn parse(lines: &str) -> Vec<Self> {
        let is_none = |id: &str| id.bytes().all(|digit| digit == b'0');
        let update = |line: &str| match line.rsplitn(4, ' ').collect::<Vec<_>>()[..] {
            [before, _, commit, local] if !is_none(commit) => Some(Self {
                local: local.to_owned(),
                commit: CommitId::new(commit),
                before: (!is_none(before)).then(|| CommitId::new(before)),
            }),
            _ => None,
        };
        lines.lines().filter_map(update).collect()
    }
}

impl Repository {
    /// What a commit has for files under the root, in their order; none where it has no such file.
    ///
    /// # Errors
    /// The commit is not there; a path lies outside of the repository; neither the library nor the program can
    /// answer.
    pub fn texts_at(&self, commit: &CommitId, paths: &[RelPath]) -> Result<Vec<Option<Blob>>, GitError> {
        let paths = paths.iter().map(|path| self.in_repository(path)).collect::<Result<Vec<_>, _>>()?;
        let names: Vec<String> = paths.iter().map(|path| format!("{commit}:{path}")).collect();
        self.read(|repository| built_in_texts(repository, commit, &paths), || self.objects(&names))
    }

    /// Whether both commits of each pair have the same, for each of these groups of files under the root.
    ///
    /// # Errors
    /// A commit is not there; a path lies outside of the repository; neither the library nor the program can answer.
    pub fn have_same(&self, pairs: &[[CommitId; 2]], groups: &[Vec<RelPath>]) -> Result<Vec<bool>, GitError> {
        let groups = self.groups_in_repository(groups)?;
        let mut same = vec![true; groups.len()];
        for [before, after] in pairs {
            let now = self.read(
                |repository| built_in_same(repository, [before, after], &groups),
                || self.program_same([before, after], &groups),
            )?;
            same.iter_mut().zip(now).for_each(|(same, now)| *same &= now);
        }
        Ok(same)
    }

    fn program_same(&self, commits: [&CommitId; 2], groups: &[Vec<String>]) -> Result<Vec<bool>, GitError> {
        let of = |commit: &CommitId| groups.iter().flatten().map(|name| format!("{commit}:{name}")).collect::<Vec<_>>();
        let [before, after] = [self.objects(&of(commits[0]))?, self.objects(&of(commits[1]))?];
        let mut same = before.into_iter().zip(after).map(|(before, after)| before == after);
        // All of a group are taken, whatever they say.
        let mut take = |group: &Vec<String>| same.by_ref().take(group.len()).filter(|same| !same).count() == 0;
        Ok(groups.iter().map(&mut take).collect())
    }

    /// The files under the root that a commit adds or changes, compared with its first parent; ordered by path.
    ///
    /// # Errors
    /// The commit is not there; neither the library nor the program can answer.
    pub fn changed_by(&self, commit: &CommitId) -> Result<Vec<RelPath>, GitError> {
        let parent = self.read(
            |repository| {
                let commit = repository.find_commit(oid(commit)?)?;
                Ok(commit.parent_ids().next().map(|parent| CommitId::new(parent.to_string())))
            },
            || Ok(self.resolved(&format!("{commit}^1"))),
        )?;
        self.changed_between(parent.as_ref(), commit)
    }

    /// The same updates with the commits that are meant: a tag with words of its own is an object that leads to one. What leads to none, as
    /// a tag of a file, is left out.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn with_commits(&self, updates: &[RefUpdate]) -> Result<Vec<RefUpdate>, GitError> {
        let mut meant = Vec::new();
        for update in updates {
            let commit = self.read(
                |repository| built_in_commit(repository, &update.commit),
                || Ok(self.resolved(&format!("{}^{{commit}}", update.commit))),
            )?;
            meant.extend(commit.map(|commit| RefUpdate { commit, ..update.clone() }));
        }
        Ok(meant)
    }

    /// The commit is in the history of `later`, or is that one.
    ///
    /// # Errors
    /// Neither the library nor the program can answer.
    pub fn leads_to(&self, commit: &CommitId, later: &CommitId) -> Result<bool, GitError> {
        let words = ["merge-base", "--is-ancestor", commit.as_str(), later.as_str()];
        self.read(
            |repository| Ok(commit == later || repository.graph_descendant_of(oid(later)?, oid(commit)?)?),
            || Ok(self.program.find(&self.workdir, &words, b"")?.is_some()),
        )
    }

    /// The files under the root that a push brings to a remote: what its commit adds or changes against the nearest commit
    /// that the remote is known to have. Everything where it has none.
    ///
    /// # Errors
    /// The commit is not there; neither the library nor the program can answer.
    pub fn brought_by(&self, update: &RefUpdate, remote: &str) -> Result<Vec<RelPath>, GitError> {
        let base = self.read(|repository| built_in_base(repository, update, remote), || self.program_base(update, remote))?;
        self.changed_between(base.as_ref(), &update.commit)
    }

    fn changed_between(&self, from: Option<&CommitId>, to: &CommitId) -> Result<Vec<RelPath>, GitError> {
        let mut paths = self.read(|repository| self.built_in_changes(repository, from, to), || self.program_changes(from, to))?;
        paths.sort();
        Ok(paths)
    }

    fn built_in_changes(
        &self,
        repository: &git2::Repository,
        from: Option<&CommitId>,
        to: &CommitId,
    ) -> Result<Vec<RelPath>, git2::Error> {
        let from = from.map(|commit| tree(repository, commit)).transpose()?;
        let mut options = DiffOptions::new();
        options.disable_pathspec_match(true);
        let folders = self.folders();
        folders.iter().filter(|_| folders.iter().all(|folder| !folder.is_empty())).for_each(|folder| {
            options.pathspec(folder);
        });
        let diff = repository.diff_tree_to_tree(from.as_ref(), Some(&tree(repository, to)?), Some(&mut options))?;
        let brought = diff.deltas().filter(|delta| {
            let is_file =
                matches!(delta.new_file().mode(), FileMode::Blob | FileMode::BlobExecutable | FileMode::BlobGroupWritable);
            is_file && !matches!(delta.status(), Delta::Deleted)
        });
        Ok(brought.filter_map(|delta| self.below_root(delta.new_file().path_bytes()?)).collect())
    }

    fn program_changes(&self, from: Option<&CommitId>, to: &CommitId) -> Result<Vec<RelPath>, GitError> {
        let from = match from {
            Some(commit) => commit.to_string(),
            None => self.empty_tree()?,
        };
        let folders = self.folder_specs();
        let fixed =
            ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--diff-filter=AMT", &from, to.as_str(), "--"];
        let answer = self.git(&fixed.into_iter().chain(folders.iter().map(String::as_str)).collect::<Vec<_>>())?;
        Ok(self.entries(&answer).into_iter().map(|entry| entry.path).collect())
    }

    fn program_base(&self, update: &RefUpdate, remote: &str) -> Result<Option<CommitId>, GitError> {
        let tip = update.commit.as_str();
        if let Some(before) = &update.before
            && self.resolved(&format!("{before}^{{commit}}")).is_some()
        {
            return Ok(self.program_merge_base(tip, before.as_str()));
        }
        let known = format!("refs/remotes/{remote}/");
        if self.git(&["for-each-ref", "--count=1", "--format=%(refname)", &known])?.is_empty() {
            return Ok(None);
        }
        let known = format!("--glob={known}*");
        let listed = self.git(&["rev-list", "--boundary", tip, "--not", &known])?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let (edges, new): (Vec<&str>, Vec<&str>) = listed.lines().partition(|line| line.starts_with('-'));
        if new.is_empty() {
            return Ok(Some(update.commit.clone()));
        }
        let mut nearest: Option<(usize, CommitId)> = None;
        for edge in edges.iter().filter_map(|line| line.strip_prefix('-')) {
            let distance = match edges.len() {
                1 => 0,
                _ => {
                    let count = self.git(&["rev-list", "--count", &format!("{edge}..{tip}")])?;
                    String::from_utf8_lossy(&count).trim().parse().unwrap_or(usize::MAX)
                }
            };
            if nearest.as_ref().is_none_or(|(least, _)| distance < *least) {
                nearest = Some((distance, CommitId::new(edge)));
            }
        }
        Ok(nearest.map(|(_, base)| base))
    }

    fn program_merge_base(&self, a: &str, b: &str) -> Option<CommitId> {
        let answer = self.git(&["merge-base", a, b]).ok()?;
        Some(CommitId::new(String::from_utf8_lossy(&answer).trim()))
    }

    /// The id of what `name` means to the program; none where there is no such thing.
    fn resolved(&self, name: &str) -> Option<CommitId> {
        let answer = self.git(&["rev-parse", "--quiet", "--verify", name]).ok()?;
        Some(CommitId::new(String::from_utf8_lossy(&answer).trim()))
    }
}

fn built_in_texts(repository: &git2::Repository, commit: &CommitId, paths: &[String]) -> Result<Vec<Option<Blob>>, git2::Error> {
    let tree = tree(repository, commit)?;
    let one = |path: &String| match tree.get_path(Path::new(path)) {
        Ok(entry) => blob(repository, entry.id()),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    paths.iter().map(one).collect()
}

fn built_in_same(
    repository: &git2::Repository,
    commits: [&CommitId; 2],
    groups: &[Vec<String>],
) -> Result<Vec<bool>, git2::Error> {
    let [before, after] = [tree(repository, commits[0])?, tree(repository, commits[1])?];
    let [mut before, mut after] = [&before, &after].map(|top| CommitFolders::of(repository, top));
    let mut is_same = |name: &String| before.blob_at(name) == after.blob_at(name);
    Ok(groups.iter().map(|group| group.iter().all(&mut is_same)).collect())
}

/// Where the history of the pushed commit leaves what the remote has; of several places, as there are after a merge, the nearest. One
/// walk finds them: a remote can have thousands of branches.
fn built_in_base(repository: &git2::Repository, update: &RefUpdate, remote: &str) -> Result<Option<CommitId>, git2::Error> {
    let tip = oid(&update.commit)?;
    if let Some(before) = update.before.as_ref().map(oid).transpose()?
        && repository.find_commit(before).is_ok()
    {
        return merge_base(repository, tip, before).map(|base| base.map(|base| CommitId::new(base.to_string())));
    }
    let mut walk = repository.revwalk()?;
    walk.push(tip)?;
    let mut is_known = false;
    for reference in repository.references_glob(&format!("refs/remotes/{remote}/*"))? {
        let Ok(known) = reference?.peel_to_commit() else { continue };
        walk.hide(known.id())?;
        is_known = true;
    }
    if !is_known {
        return Ok(None);
    }
    let new = walk.collect::<Result<HashSet<Oid>, git2::Error>>()?;
    if new.is_empty() {
        return Ok(Some(update.commit.clone()));
    }
    let mut edges = BTreeSet::new();
    for commit in &new {
        edges.extend(repository.find_commit(*commit)?.parent_ids().filter(|parent| !new.contains(parent)));
    }
    // A shallow clone lacks the parents of its oldest commits.
    edges.retain(|edge| repository.find_commit(*edge).is_ok());
    let mut nearest: Option<(usize, Oid)> = None;
    for edge in &edges {
        let distance = if edges.len() == 1 { 0 } else { repository.graph_ahead_behind(tip, *edge)?.0 };
        if nearest.is_none_or(|(least, _)| distance < least) {
            nearest = Some((distance, *edge));
        }
    }
    Ok(nearest.map(|(_, base)| CommitId::new(base.to_string())))
}

fn built_in_commit(repository: &git2::Repository, id: &CommitId) -> Result<Option<CommitId>, git2::Error> {
    let found = repository.find_object(oid(id)?, None)?;
    Ok(found.peel_to_commit().ok().map(|commit| CommitId::new(commit.id().to_string())))
}

fn merge_base(repository: &git2::Repository, a: Oid, b: Oid) -> Result<Option<Oid>, git2::Error> {
    match repository.merge_base(a, b) {
        Ok(base) => Ok(Some(base)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn tree<'a>(repository: &'a git2::Repository, commit: &CommitId) -> Result<Tree<'a>, git2::Error> {
    repository.find_commit(oid(commit)?).and_then(|commit: Commit<'_>| commit.tree())
}

fn oid(commit: &CommitId) -> Result<Oid, git2::Error> {
    Oid::from_str(commit.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_is_read_as_git_says_it() {
        let (a, b, none) = ("a".repeat(40), "b".repeat(40), "0".repeat(40));
        let lines =
            format!("refs/heads/x {a} refs/heads/y {b}\nHEAD {b} refs/heads/new {none}\n(delete) {none} refs/heads/z {a}\n\n");
        let update = |local: &str, commit: &str, before: Option<&str>| RefUpdate {
            local: local.into(),
            commit: CommitId::new(commit),
            before: before.map(CommitId::new),
        };
        assert_eq!(RefUpdate::parse(&lines), [update("refs/heads/x", &a, Some(&b)), update("HEAD", &b, None)]);
        let words = format!("HEAD@{{2 days ago}} {a} refs/heads/y {b}\n");
        assert_eq!(RefUpdate::parse(&words), [update("HEAD@{2 days ago}", &a, Some(&b))]);
    }
}
