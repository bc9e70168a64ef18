//! Reading objects with the program, many at once.

use super::error::GitError;
use super::repository::Repository;

impl Repository {
    /// The contents of objects by their names (`<id>`, `<commit>:<path>`), in their order; none where there is no such file.
    /// One program for all of them: it answers `<id> <type> <size>\n<bytes>\n`, or `<name> missing\n`.
    pub(super) fn objects(&self, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let asked: String = names.iter().map(|name| format!("{name}\n")).collect();
        let answer = self.program().feed(&self.workdir, &["cat-file", "--batch"], asked.as_bytes())?;
        let cut = || GitError::Program { command: "cat-file".to_owned(), message: "an answer that ends too early".to_owned() };
        let (mut rest, mut objects) = (answer.as_slice(), Vec::with_capacity(names.len()));
        for _ in names {
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(cut)?;
            let about = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = &rest[end + 1..];
            if about.ends_with(" missing") {
                objects.push(None);
                continue;
            }
            let (kind, size) = about.rsplit_once(' ').ok_or_else(cut)?;
            let size: usize = size.parse().map_err(|_| cut())?;
            let bytes = rest.get(..size).ok_or_else(cut)?;
            objects.push(kind.ends_with("blob").then(|| bytes.to_vec()));
            rest = rest.get(size + 1..).ok_or_else(cut)?;
        }
        Ok(objects)
    }

    /// The id of the empty tree, whatever the repository's kind of ids.
    pub(super) fn empty_tree(&self) -> Result<String, GitError> {
        Ok(String::from_utf8_lossy(&self.git(&["hash-object", "-t", "tree", "--stdin"])?).trim().to_owned())
    }
}
