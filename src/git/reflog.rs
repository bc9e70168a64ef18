//! Whether HEAD went to another commit by something else than committing, and whether HEAD has files as they are in the
//! working tree; and the log of HEAD's moves, which tells what git may have brought since a moment.

use super::commit_id::CommitId;
use super::error::GitError;
use super::program::literal;
use super::repository::Repository;
use crate::model::RelPath;
use git2::ErrorCode;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

/// Entries of the reflog that are looked through.
const MOST: usize = 100;
/// How entries of the reflog begin that changed no file of the working tree.
const COMMITS: [&str; 4] = ["commit:", "commit (initial):", "commit (amend):", "commit (cherry-pick):"];

/// The log of HEAD's moves, in the folder of its working tree: a line for each, oldest first.
const REFLOG: &str = "logs/HEAD";

/// The bytes of a line of it, at most, that are looked at: two ids, a person, words.
const LONGEST_MOVE: u64 = 4096;

/// An end of the log of HEAD's moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovesEnd {
    /// The commit that HEAD went to last.
    pub head: CommitId,
    /// How many bytes the log has.
    pub end: u64,
}

/// How HEAD moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadMoves {
    /// To other commits, by a checkout, a merge, a pull: from where, and to where.
    pub ends: Vec<[CommitId; 2]>,
    /// Commits were made.
    pub commits: bool,
}

/// That HEAD went elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// How, in git's words: a checkout, a reset, a pull.
    pub how: String,
    /// When it last moved, where git leaves a mark of that.
    pub at: Option<SystemTime>,
}

/// The commit that HEAD went to, and the reflog's words.
type ReflogEntry = (String, String);

impl Repository {
    /// How and when HEAD went elsewhere since it was at `before`. None if it is there still, or only commits were made on
    /// top.
    ///
    /// # Errors
    /// Neither the library nor the program can answer.
    pub fn went_elsewhere(&self, before: Option<&CommitId>) -> Result<Option<Elsewhere>, GitError> {
        let now = self.head()?.commit().cloned();
        if now.as_ref() == before {
            return Ok(None);
        }
        let entries = self.read(built_in_reflog, || self.program_reflog())?;
        if entries.is_empty() {
            return Ok(Some(Elsewhere { how: "HEAD is at another commit".to_owned(), at: self.moved_at() }));
        }
        let is_known = |at: &String| before.is_some_and(|before| before.as_str() == at);
        let since = entries.into_iter().take_while(|(to, _)| !is_known(to));
        let how = since.map(|(_, words)| words).find(|words| !COMMITS.iter().any(|commit| words.starts_with(commit)));
        Ok(how.map(|how| Elsewhere { how, at: self.moved_at() }))
    }

    /// Where the log of HEAD's moves ends now; none where there is none, or it is no file.
    pub fn moves_end(&self) -> Option<MovesEnd> {
        let end = fs::metadata(self.git_dir.join(REFLOG)).ok()?.len();
        let (before, _) = self.log_around(end)?;
        Some(MovesEnd { head: move_of(before.lines().last()?)?[1].clone(), end })
    }

    /// How HEAD moved since its log ended there. None where that cannot be told: the log was cut since, or is another one; or there
    /// was a reset, as of a stash, which writes files wherever it goes.
    pub fn moves_since(&self, since: &MovesEnd) -> Option<HeadMoves> {
        let (before, after) = self.log_around(since.end)?;
        if move_of(before.lines().last()?)?[1] != since.head {
            return None;
        }
        if after.lines().any(|line| words_of(line).starts_with("reset:")) {
            return None;
        }
        let is_commit = |line: &&str| COMMITS.iter().any(|commit| words_of(line).starts_with(commit));
        let (commits, others): (Vec<&str>, Vec<&str>) = after.lines().partition(is_commit);
        Some(HeadMoves { ends: others.into_iter().map(move_of).collect::<Option<_>>()?, commits: !commits.is_empty() })
    }

    /// The log before a place where a line ends, or the last of it, and the log after it.
    fn log_around(&self, end: u64) -> Option<(String, String)> {
        #[expect(clippy::disallowed_methods, reason = "the log is a file of git; the program does not tell where it ended")]
        let mut log = File::open(self.git_dir.join(REFLOG)).ok()?;
        let start = end.saturating_sub(LONGEST_MOVE);
        log.seek(SeekFrom::Start(start)).ok()?;
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes).ok()?;
        let (before, after) = bytes.split_at_checked(usize::try_from(end - start).ok()?)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        before.ends_with(b"\n").then(|| (text(before), text(after)))
    }

    /// When the reflog of HEAD was last written. The entries' own times are what `GIT_COMMITTER_DATE` says.
    fn moved_at(&self) -> Option<SystemTime> {
        let places = [REFLOG, "reftable/tables.list"].map(|place| self.git_dir.join(place));
        places.iter().find_map(|place| fs::metadata(place).ok()?.modified().ok())
    }

    /// HEAD and the index hold these files as they are in the working tree, after git's own conversions of line ends.
    ///
    /// # Errors
    /// A path lies outside of the repository; neither the library nor the program can answer.
    pub fn holds(&self, paths: &[RelPath]) -> Result<bool, GitError> {
        let paths = paths.iter().map(|path| self.in_repository(path)).collect::<Result<Vec<_>, _>>()?;
        self.read(|repository| built_in_holds(repository, &paths), || self.program_holds(&paths))
    }

    fn program_reflog(&self) -> Result<Vec<ReflogEntry>, GitError> {
        let most = MOST.to_string();
        let form = ["--no-show-signature", "--format=%H %gs", "--max-count", &most];
        let answer = self.git(&[&["log", "--walk-reflogs"], &form[..], &["HEAD", "--"]].concat());
        let lines = String::from_utf8_lossy(&answer?).into_owned();
        Ok(lines.lines().filter_map(|line| line.split_once(' ')).map(|(to, words)| (to.to_owned(), words.to_owned())).collect())
    }

    fn program_holds(&self, paths: &[String]) -> Result<bool, GitError> {
        let literal: Vec<String> = paths.iter().map(|path| literal(path)).collect();
        let fixed = ["status", "--porcelain", "--ignored", "--untracked-files=all", "--no-renames", "--"];
        let args: Vec<&str> = fixed.into_iter().chain(literal.iter().map(String::as_str)).collect();
        Ok(self.git(&args)?.is_empty())
    }
}

fn built_in_reflog(repository: &git2::Repository) -> Result<Vec<ReflogEntry>, git2::Error> {
    let log = repository.reflog("HEAD")?;
    let words = |entry: &git2::ReflogEntry<'_>| String::from_utf8_lossy(entry.message_bytes().unwrap_or_default()).into_owned();
    Ok(log.iter().take(MOST).map(|entry| (entry.id_new().to_string(), words(&entry))).collect())
}

fn built_in_holds(repository: &git2::Repository, paths: &[String]) -> Result<bool, git2::Error> {
    for path in paths {
        match repository.status_file(Path::new(path)) {
            Ok(status) if !status.is_empty() => return Ok(false),
            Err(error) if error.code() != ErrorCode::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(true)
}

/// The commits of a line `<from> <to> <person> <time>\t<words>`.
fn move_of(line: &str) -> Option<[CommitId; 2]> {
    let mut ids = line.split(' ').map(CommitId::new);
    Some([ids.next()?, ids.next()?])
}

/// How it moved, in git's words; it may have none.
fn words_of(line: &str) -> &str {
    line.split_once('\t').map(|(_, words)| words).unwrap_or_default()
}
