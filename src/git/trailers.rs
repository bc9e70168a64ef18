//! From versions to the commits that recorded them, by the trailers that our own commits have.

use super::commit_id::CommitId;
use super::error::GitError;
use super::message::{TRAILERS, versions_in};
use super::repository::Repository;
use crate::model::VersionId;
use git2::Sort;
use std::collections::{BTreeMap, BTreeSet};

/// Commits that are looked at, newest first.
const COMMITS: usize = 5000;

impl Repository {
    /// The earliest commit of HEAD's history that names each of `versions` in a trailer. Versions without one,
    /// or with one too far back, are not in the answer.
    ///
    /// # Errors
    /// Neither the library nor the program can answer.
    pub fn commits_of(&self, versions: &BTreeSet<VersionId>) -> Result<BTreeMap<VersionId, CommitId>, GitError> {
        if versions.is_empty() || self.head()?.commit().is_none() {
            return Ok(BTreeMap::new());
        }
        let mut found = BTreeMap::new();
        for (commit, message) in self.read(built_in_messages, || self.program_messages())? {
            for (_, version) in versions_in(&message).into_iter().filter(|(_, version)| versions.contains(version)) {
                found.insert(version, commit.clone());
            }
        }
        Ok(found)
    }

    fn program_messages(&self) -> Result<Vec<(CommitId, String)>, GitError> {
        let limit = format!("--max-count={COMMITS}");
        let greps = TRAILERS.map(|trailer| format!("--grep=^{trailer}: "));
        let fixed = ["log", "-z", "--topo-order", "--no-show-signature", "--format=%H%n%B", &limit];
        let words = fixed.into_iter().chain(greps.iter().map(String::as_str)).chain(["HEAD"]);
        let answer = self.git(&words.collect::<Vec<_>>())?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let commits = answer.split('\0').filter_map(|entry| entry.split_once('\n'));
        Ok(commits.map(|(id, message)| (CommitId::new(id), message.to_owned())).collect())
    }
}

/// Messages that may have a trailer, newest first.
fn built_in_messages(repository: &git2::Repository) -> Result<Vec<(CommitId, String)>, git2::Error> {
    let mut walk = repository.revwalk()?;
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
    walk.push_head()?;
    let mut messages = Vec::new();
    for id in walk.take(COMMITS) {
        // A shallow clone has no commits from here on.
        let Ok(commit) = id.and_then(|id| repository.find_commit(id)) else { break };
        let message = String::from_utf8_lossy(commit.message_bytes());
        if TRAILERS.iter().any(|trailer| message.contains(trailer)) {
            messages.push((CommitId::new(commit.id().to_string()), message.into_owned()));
        }
    }
    Ok(messages)
}
