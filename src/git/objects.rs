//! Reading objects with the program, many at once.

use super::blob::Blob;
use super::error::GitError;
use super::repository::Repository;
use crate::model::MAX_FILE_BYTES;

impl Repository {
    /// What git has by these names (`<id>`, `<commit>:<path>`), in their order; none where there is no such file. It is asked for
    /// all sizes first, and then for what is not too large.
    pub(super) fn objects(&self, names: &[String]) -> Result<Vec<Option<Blob>>, GitError> {
        let sizes = self.sizes(names)?;
        let wanted = sizes.iter().flatten().filter(|(_, size)| *size <= MAX_FILE_BYTES);
        let answer = self.batch("--batch", wanted.map(|(id, _)| id.as_str()))?;
        let mut rest = answer.as_slice();
        sizes
            .into_iter()
            .map(|about| about.map(|(_, size)| Blob::of_size(size, || next_bytes(&mut rest, size))).transpose())
            .collect()
    }

    /// The id and size of each file: the program answers `<id> <type> <size>`, or `<name> missing`.
    fn sizes(&self, names: &[String]) -> Result<Vec<Option<(String, u64)>>, GitError> {
        let answer = self.batch("--batch-check", names.iter().map(String::as_str))?;
        let answer = String::from_utf8_lossy(&answer);
        let about = |line: &str| match line.rsplitn(3, ' ').collect::<Vec<_>>()[..] {
            [size, "blob", id] => Some((id.to_owned(), size.parse().ok()?)),
            _ => None,
        };
        let sizes: Vec<_> = answer.lines().map(about).collect();
        if sizes.len() == names.len() { Ok(sizes) } else { Err(cut()) }
    }

    /// One program for all names.
    fn batch<'n>(&self, form: &str, names: impl Iterator<Item = &'n str>) -> Result<Vec<u8>, GitError> {
        let asked: String = names.map(|name| format!("{name}\n")).collect();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        self.program().feed(&self.workdir, &["cat-file", form], asked.as_bytes())
    }

    /// The id of the empty tree, whatever the repository's kind of ids.
    pub(super) fn empty_tree(&self) -> Result<String, GitError> {
        Ok(String::from_utf8_lossy(&self.git(&["hash-object", "-t", "tree", "--stdin"])?).trim().to_owned())
    }
}

/// Takes the next object of an answer: `<id> <type> <size>\n<bytes>\n`.
fn next_bytes(rest: &mut &[u8], size: u64) -> Result<Vec<u8>, GitError> {
    let start = rest.iter().position(|byte| *byte == b'\n').ok_or_else(cut)? + 1;
    let end = start + usize::try_from(size).map_err(|_| cut())?;
    let bytes = rest.get(start..end).ok_or_else(cut)?.to_vec();
    *rest = rest.get(end + 1..).ok_or_else(cut)?;
    Ok(bytes)
}

fn cut() -> GitError {
    GitError::Program { command: "cat-file".to_owned(), message: "an answer that ends too early".to_owned() }
}
