//! Which names make events: documents and folders, never what tools and editors keep beside them.
//!
//! Editors' backups, swap and lock files (`Tone.yaml~`, `.Tone.yaml.swp`, `4913`, `Tone.yaml___jb_tmp___`) and our own
//! temporary files need no list: a file that is no document by its ending makes no event, unless it may be a folder.
//! Emacs's lock `.#Tone.yaml` has a document's ending and makes one; the scan sees that it is none.

use crate::model::{RelPath, SyncKind};
use std::ffi::OsStr;
use std::path::{Component, Path};

/// How the names of documents end.
const ENDINGS: [&str; 2] = [".yaml", ".md"];

/// What a path means to a watcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// The root itself.
    Root,
    /// A document, judged by its name; a folder may have such a name too.
    Document(RelPath),
    /// No document; perhaps a folder.
    Other(RelPath),
    /// A path that [`RelPath`] refuses, as text.
    Strange(String),
    /// Inside `.git` or our own state, or outside the root.
    Foreign,
}

/// What `path` means to a watcher of `root`.
pub(super) fn name(root: &Path, path: &Path) -> Name {
    let Ok(below) = path.strip_prefix(root) else { return Name::Foreign };
    if below.components().any(|part| is_foreign(part.as_os_str())) {
        return Name::Foreign;
    }
    let parts: Option<Vec<&str>> = below.components().map(|part| plain(part)).collect();
    match parts.map(|parts| parts.join("/")) {
        Some(path) if path.is_empty() => Name::Root,
        // The path of such a folder means the one beside the root.
        Some(path) if SyncKind::at(&path).is_standalone() => Name::Foreign,
        Some(path) => RelPath::parse(&path).map_or(Name::Strange(path), classify),
        None => Name::Strange(below.to_string_lossy().into_owned()),
    }
}

fn classify(path: RelPath) -> Name {
    if is_document(path.file_name()) { Name::Document(path) } else { Name::Other(path) }
}

fn plain(part: Component<'_>) -> Option<&str> {
    match part {
        Component::Normal(part) => part.to_str(),
        _ => None,
    }
}

/// Folders and files of git and of this program.
pub(super) fn is_foreign(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name == b".git" || name.starts_with(b".scoresync")
}

/// Whether a name ends as those of documents do, in either case.
pub(super) fn is_document(name: &str) -> bool {
    let ends = |ending: &str| name.len().checked_sub(ending.len()).and_then(|at| name.get(at..));
    ENDINGS.iter().any(|ending| ends(ending).is_some_and(|end| end.eq_ignore_ascii_case(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str) -> &'static str {
        match name(Path::new("/r"), Path::new(path)) {
            Name::Root => "root",
            Name::Document(_) => "document",
            Name::Other(_) => "other",
            Name::Strange(_) => "strange",
            Name::Foreign => "foreign",
        }
    }

    #[test]
    fn names_are_classified() {
        let cases = [
            ("/r", "root"),
            ("/r/Card/Tone.yaml", "document"),
            ("/r/Card/guidelines/Tone.MD", "document"),
            ("/r/Card/.hidden.yaml", "document"),
            ("/r/Card/#1 rule.yaml", "document"),
            ("/r/Card", "other"),
            ("/r/Card/Tone.yaml~", "other"),
            ("/r/Card/.Tone.yaml.swp", "other"),
            ("/r/Card/4913", "other"),
            ("/r/Card/Tone.yaml___jb_tmp___", "other"),
            ("/r/Card/a\\b.yaml", "strange"),
            ("/r/.git/index", "foreign"),
            ("/r/sub/.git", "foreign"),
            ("/r/.scoresync/state.db", "foreign"),
            ("/r/Card/.scoresync-x1.tmp", "foreign"),
            ("/elsewhere/Tone.yaml", "foreign"),
        ];
        for (path, expected) in cases {
            assert_eq!(kind(path), expected, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_strange() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new("/r").join(OsStr::from_bytes(b"Card/\xff.yaml"));
        assert!(matches!(name(Path::new("/r"), &path), Name::Strange(_)));
    }
}
