//! What files said in earlier commits.

use super::blob::{Blob, blob};
use super::error::GitError;
use super::repository::Repository;
use crate::model::RelPath;
use git2::{ErrorCode, Oid, Sort, Tree};
use std::collections::HashMap;
use std::path::Path;

/// The most commits that are looked at, newest first.
pub const COMMITS: usize = 1000;
/// The most commits where the program has to be asked about every one of them.
const COMMITS_BY_PROGRAM: usize = 100;
/// The most different texts of one group of files.
const TEXTS: usize = 20;

/// What one commit has of a group of files, in the group's order; none where there is no such file.
pub type PastTexts = Vec<Option<Blob>>;

/// What commits have of a group of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Newest first, each text of the group once.
    pub texts: Vec<PastTexts>,
    /// Some are left out: a partial clone lacks them.
    pub lacks: bool,
}

impl Repository {
    /// For each group of files under the root, what it said in HEAD and the commits before; not further back than `commits`. Empty
    /// where there is no commit, or a shallow clone has no more. What a partial clone lacks is left out, as each would be fetched by
    /// itself; where only the program can read the repository, it fetches.
    ///
    /// # Errors
    /// A path lies outside of the repository; neither the library nor the program can answer.
    pub fn history_of(&self, groups: &[Vec<RelPath>], commits: usize) -> Result<Vec<Past>, GitError> {
        if self.head()?.commit().is_none() || groups.is_empty() {
            return Ok(groups.iter().map(|_| Past::default()).collect());
        }
        let groups = self.groups_in_repository(groups)?;
        self.read(|repository| built_in_history(repository, &groups, commits), || self.program_history(&groups, commits))
    }

    /// The clone has no commits before some depth.
    ///
    /// # Errors
    /// Neither the library nor the program can answer.
    pub fn is_shallow(&self) -> Result<bool, GitError> {
        let by_program = || Ok(self.git(&["rev-parse", "--is-shallow-repository"])?.starts_with(b"true"));
        self.read(|repository| Ok(repository.is_shallow()), by_program)
    }

    fn program_history(&self, groups: &[Vec<String>], commits: usize) -> Result<Vec<Past>, GitError> {
        let commits =
            self.git(&["rev-list", "--topo-order", &format!("--max-count={}", commits.min(COMMITS_BY_PROGRAM)), "HEAD"])?;
        let commits = String::from_utf8_lossy(&commits).into_owned();
        let mut history = vec![Vec::new(); groups.len()];
        for commit in commits.lines() {
            let names: Vec<String> = groups.iter().flatten().map(|path| format!("{commit}:{path}")).collect();
            let mut texts = self.objects(&names)?.into_iter();
            for (group, history) in groups.iter().zip(&mut history) {
                add(history, texts.by_ref().take(group.len()).collect());
            }
        }
        Ok(history.into_iter().map(|texts| Past { texts, lacks: false }).collect())
    }
}

fn built_in_history(repository: &git2::Repository, groups: &[Vec<String>], commits: usize) -> Result<Vec<Past>, git2::Error> {
    let mut walk = repository.revwalk()?;
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
    walk.push_head()?;
    let mut history: Vec<Vec<Vec<Option<Oid>>>> = vec![Vec::new(); groups.len()];
    for commit in walk.take(commits) {
        // A shallow clone has no commits from here on.
        let Ok(tree) = commit.and_then(|commit| repository.find_commit(commit)?.tree()) else { break };
        let mut folders = CommitFolders::of(repository, &tree);
        for (group, history) in groups.iter().zip(&mut history) {
            add(history, group.iter().map(|path| folders.blob_at(path)).collect());
        }
    }
    let mut past = Vec::with_capacity(history.len());
    for group in history {
        let texts: Vec<Option<PastTexts>> =
            group.into_iter().map(|ids| texts_of(repository, ids)).collect::<Result<_, git2::Error>>()?;
        let lacks = texts.iter().any(Option::is_none);
        past.push(Past { texts: texts.into_iter().flatten().collect(), lacks });
    }
    Ok(past)
}

/// What these objects say; none where one of them is not here.
fn texts_of(repository: &git2::Repository, ids: Vec<Option<Oid>>) -> Result<Option<PastTexts>, git2::Error> {
    let text = |id: Option<Oid>| Ok(id.map(|id| blob(repository, id)).transpose()?.flatten());
    match ids.into_iter().map(text).collect::<Result<PastTexts, git2::Error>>() {
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        texts => texts.map(Some),
    }
}

/// The folders of a commit's tree, each read once: to find a file in a large folder takes as long as to read the folder.
pub(super) struct CommitFolders<'r> {
    repository: &'r git2::Repository,
    top: &'r Tree<'r>,
    found: HashMap<String, Option<Tree<'r>>>,
}

impl<'r> CommitFolders<'r> {
    pub(super) fn of(repository: &'r git2::Repository, top: &'r Tree<'r>) -> Self {
        Self { repository, top, found: HashMap::new() }
    }

    pub(super) fn blob_at(&mut self, path: &str) -> Option<Oid> {
        let Some((folder, name)) = path.rsplit_once('/') else { return self.top.get_name(path).map(|entry| entry.id()) };
        if !self.found.contains_key(folder) {
            let id = self.top.get_path(Path::new(folder)).ok().map(|entry| entry.id());
            let tree = id.and_then(|id| self.repository.find_tree(id).ok());
            self.found.insert(folder.to_owned(), tree);
        }
        self.found.get(folder)?.as_ref()?.get_name(name).map(|entry| entry.id())
    }
}

/// Adds what is new, as long as there is room.
fn add<T: PartialEq>(history: &mut Vec<Vec<Option<T>>>, files: Vec<Option<T>>) {
    let is_something = files.iter().any(Option::is_some);
    if is_something && history.len() < TEXTS && !history.contains(&files) {
        history.push(files);
    }
}
