//! Making the commit that runs owe to git: that of this run, and those of earlier ones which died before they made it, or which
//! git refused. All of them are one commit.
//!
//! Of an earlier run only files that still are what it wrote are committed, and only on the branch that was checked out then.
//! What changed since belongs to whoever changed it, and is named; what was committed by hand meanwhile is in order.

use crate::engine::error::Halt;
use crate::engine::execute::commit::{COMMIT, CommitNote, branch_of};
use crate::engine::git_record::Record;
use crate::engine::session::Session;
use crate::git::{CommitId, Entry, GitError, Message, Repository, Uncommitted};
use crate::model::{Digest, RelPath, joined};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What became of the commit that was owed.
#[derive(Debug, Default)]
pub struct CommitReport {
    /// The commit, and its subject; none if everything is in HEAD as it is, or left out.
    pub made: Option<(CommitId, String)>,
    /// Files that are not in it and are not owed any more.
    pub left_out: Uncommitted,
    /// Files of earlier runs that were changed since, and are not in a commit.
    pub changed: BTreeSet<RelPath>,
    /// The branch on which earlier runs owe a commit, where another one is checked out. They go on owing it.
    pub elsewhere: Option<String>,
}

/// Whether a commit is owed.
///
/// # Errors
/// The state cannot be read.
pub fn owes_commit(session: &Session) -> Result<bool, Halt> {
    Ok(session.state.intents()?.iter().any(|intent| intent.kind == COMMIT))
}

/// Makes the commit that is owed, of what this run did (`own`) and of what earlier runs left. The inner error is git's: the
/// commit is owed on.
///
/// # Errors
/// The state cannot be read or written.
pub fn commit_owed(
    session: &mut Session,
    repository: &Repository,
    own: Option<Record>,
) -> Result<Result<CommitReport, GitError>, Halt> {
    let mut owed = Owed::collect(session, repository, own.as_ref())?;
    if let Some(own) = own {
        owed.add(own);
    }
    let mut committed = owed.report;
    if !owed.paths.is_empty() {
        let mut entries = last_words(owed.said);
        let (groups, parted) = bound_together(&entries, &owed.paths, &committed.changed);
        entries.retain(|entry| !entry.files.iter().any(|file| parted.contains(file)));
        let verb = match owed.verbs.iter().next() {
            Some(only) if owed.verbs.len() == 1 => only.clone(),
            _ => "Sync".to_owned(),
        };
        let message = Message { verb, entries };
        let mut subject = String::new();
        let text = |left_out: &Uncommitted| {
            let text = message.without(left_out).text();
            text.lines().next().unwrap_or_default().clone_into(&mut subject);
            text
        };
        match repository.commit(&groups, text) {
            Ok(outcome) => {
                committed.made = outcome.id.map(|id| (id, subject));
                committed.left_out = outcome.left_out;
                committed.left_out.bound.extend(parted);
            }
            Err(error) => return Ok(Err(error)),
        }
    }
    session.state.transaction(|tx| owed.intents.iter().try_for_each(|intent| tx.remove_intent(*intent)))?;
    Ok(Ok(committed))
}

/// The files of scores that have to do with each other: both documents of one, and those of scores that took each other's places.
/// Where one was changed since, none of them is to be committed; those, apart.
fn bound_together(
    entries: &[Entry],
    paths: &BTreeSet<RelPath>,
    changed: &BTreeSet<RelPath>,
) -> (Vec<Vec<RelPath>>, BTreeSet<RelPath>) {
    let groups = joined(entries.iter().map(|entry| &entry.files));
    let files = |group: Vec<usize>| -> BTreeSet<&RelPath> { group.into_iter().flat_map(|at| &entries[at].files).collect() };
    let is_whole = |files: &BTreeSet<&RelPath>| !files.iter().any(|path| changed.contains(*path));
    let (whole, parted): (Vec<_>, Vec<_>) = groups.into_iter().map(files).partition(is_whole);
    let owed =
        |files: BTreeSet<&RelPath>| -> Vec<RelPath> { files.into_iter().filter(|path| paths.contains(*path)).cloned().collect() };
    (whole.into_iter().map(owed).collect(), parted.into_iter().flat_map(owed).collect())
}

/// The last word on a score counts; its files are those of all.
fn last_words(said: Vec<Entry>) -> Vec<Entry> {
    let mut last: Vec<Entry> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for entry in said.into_iter().rev() {
        match places.get(&entry.score) {
            Some(place) => last[*place].files.extend(entry.files),
            None => {
                places.insert(entry.score.clone(), last.len());
                last.push(entry);
            }
        }
    }
    last.reverse();
    last
}

/// Everything that one commit is to hold.
#[derive(Default)]
struct Owed {
    intents: Vec<i64>,
    paths: BTreeSet<RelPath>,
    /// What is said of scores, in its order.
    said: Vec<Entry>,
    verbs: BTreeSet<String>,
    report: CommitReport,
}

impl Owed {
    /// What earlier runs left; the notes of this run are as good as what its report tells.
    fn collect(session: &Session, repository: &Repository, own: Option<&Record>) -> Result<Self, Halt> {
        let mut owed = Self::default();
        let branch = branch_of(repository);
        let own: HashSet<&str> =
            own.map(|own| own.message.entries.iter().map(|entry| entry.score.as_str()).collect()).unwrap_or_default();
        for intent in session.state.intents()?.into_iter().filter(|intent| intent.kind == COMMIT) {
            let Ok(note) = serde_json::from_value::<CommitNote>(intent.payload) else {
                owed.intents.push(intent.id);
                continue;
            };
            let is_own = own.contains(note.score());
            if !is_own && note.branch.is_some() && note.branch != branch {
                owed.report.elsewhere = note.branch;
                continue;
            }
            owed.intents.push(intent.id);
            if !is_own {
                owed.add_note(session, repository, &note);
            }
        }
        Ok(owed)
    }

    fn add_note(&mut self, session: &Session, repository: &Repository, note: &CommitNote) {
        let before = self.paths.len();
        for (path, digest) in &note.files {
            let Ok(path) = RelPath::parse(path) else { continue };
            let now = session.workspace.bytes_now(&path).map(|now| now.map(|bytes| Digest::of(bytes).to_string()));
            if now.is_ok_and(|now| now == *digest) {
                self.report.changed.remove(&path);
                self.paths.insert(path);
            } else if !repository.holds(std::slice::from_ref(&path)).unwrap_or(false) {
                self.report.changed.insert(path);
            }
        }
        if self.paths.len() > before {
            self.verbs.insert(note.verb.clone());
            self.said.push(note.entry());
        }
    }

    fn add(&mut self, own: Record) {
        own.paths.iter().for_each(|path| _ = self.report.changed.remove(path));
        self.paths.extend(own.paths);
        self.verbs.insert(own.message.verb);
        self.said.extend(own.message.entries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_on_a_score_has_the_files_of_all() {
        let entry = |score: &str, what: &str, file: &str| {
            let files = vec![RelPath::parse(file).expect("a safe path")];
            Entry { score: score.to_owned(), version: None, what: what.to_owned(), by: None, files }
        };
        let said = vec![entry("A", "pulled", "c/a"), entry("B", "pulled", "c/b"), entry("A", "pushed", "c/guidelines/a")];
        let words: Vec<String> =
            last_words(said).iter().map(|entry| format!("{} {} {:?}", entry.score, entry.what, entry.files)).collect();
        assert_eq!(words, [r#"B pulled [RelPath("c/b")]"#, r#"A pushed [RelPath("c/guidelines/a"), RelPath("c/a")]"#]);
    }
}
