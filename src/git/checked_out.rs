//! What git wrote into the working tree, or noted as it is there, since a time: by a checkout of files, a stash, a reset. A checkout
//! of another commit shows in the reflog ([`super::reflog`]).
//!
//! For each file the index has the time that the file had when git last wrote it or found it to be what is staged. So an entry
//! from before that time says that git has not touched the file since; one from after it that git may have.

use super::blob::{Blob, blob};
use super::error::GitError;
use super::history::PastTexts;
use super::index_file::Written;
use super::repository::Repository;
use crate::model::RelPath;
use git2::Oid;
use jiff::Timestamp;
use std::path::Path;

impl Repository {
    /// What the index has for groups of files under the root, where an entry of the group is from that time or later; none
    /// elsewhere. Where times cannot be read all are.
    ///
    /// # Errors
    /// A path lies outside of the repository; neither the library nor the program can answer.
    pub fn staged_since(&self, groups: &[(Vec<RelPath>, Timestamp)]) -> Result<Vec<Option<PastTexts>>, GitError> {
        let names = self.all_in_repository(groups.iter().flat_map(|(paths, _)| paths))?;
        self.read(
            |repository| {
                let entries = self.entries_of(repository, &names)?;
                let mut entries = entries.into_iter();
                let group = |(paths, at): &(Vec<RelPath>, Timestamp)| {
                    let own: Vec<Option<(Oid, Written)>> = entries.by_ref().take(paths.len()).collect();
                    let is_touched = own.iter().flatten().any(|(_, written)| is_since(*written, *at));
                    let text =
                        |entry: Option<(Oid, Written)>| Ok(entry.map(|(id, _)| blob(repository, id)).transpose()?.flatten());
                    is_touched.then(|| own.into_iter().map(text).collect()).transpose()
                };
                groups.iter().map(group).collect()
            },
            || {
                let asked: Vec<String> = names.iter().map(|name| format!(":{name}")).collect();
                let mut texts = self.objects(&asked)?.into_iter();
                let group = |(paths, _): &(Vec<RelPath>, Timestamp)| -> PastTexts { texts.by_ref().take(paths.len()).collect() };
                let has_some = |texts: &Vec<Option<Blob>>| texts.iter().any(Option::is_some);
                Ok(groups.iter().map(group).map(|texts| Some(texts).filter(has_some)).collect())
            },
        )
    }

    fn entries_of(&self, repository: &git2::Repository, names: &[String]) -> Result<Vec<Option<(Oid, Written)>>, git2::Error> {
        if let Some(staged) = self.staged_in_file(repository, names) {
            return Ok(names.iter().map(|name| staged.get(name.as_str()).copied()).collect());
        }
        let index = self.index_of(repository)?;
        let entry = |name: &String| {
            let entry = index.get_path(Path::new(name), 0)?;
            Some((entry.id, (i64::from(entry.mtime.seconds()), entry.mtime.nanoseconds())))
        };
        Ok(names.iter().map(entry).collect())
    }
}

/// A time without a fraction may be of a git that keeps none.
fn is_since((seconds, nanoseconds): Written, at: Timestamp) -> bool {
    let fraction = u32::try_from(at.subsec_nanosecond()).unwrap_or_default();
    seconds > at.as_second() || seconds == at.as_second() && (nanoseconds == 0 || nanoseconds >= fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_a_fraction_counts_as_later() {
        let at = Timestamp::new(1_000, 500).expect("a time");
        let cases = [((999, 999), false), ((1_000, 499), false), ((1_000, 500), true), ((1_000, 0), true), ((1_001, 1), true)];
        for (written, expected) in cases {
            assert_eq!(is_since(written, at), expected, "{written:?}");
        }
    }
}
