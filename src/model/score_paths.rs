//! Where the two documents of a score are: `<Scorecard>/<Score>.yaml` and `<Scorecard>/guidelines/<Score>.md`. Reads
//! these paths too, but does not choose names; that is the [`Layout`](super::Layout).

use super::document::DocKind;
use super::path::RelPath;

/// The two files of a score, relative to the scorecards root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScorePaths {
    /// `<Scorecard>/<Score>.yaml`.
    pub code: RelPath,
    /// `<Scorecard>/guidelines/<Score>.md`.
    pub guidelines: RelPath,
}

impl ScorePaths {
    /// One of the files is `path`, or lies in that folder.
    pub fn lie_at(&self, path: &RelPath) -> bool {
        let below = |file: &RelPath| {
            file.as_str().strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        below(&self.code) || below(&self.guidelines)
    }

    /// The paths for a scorecard folder and a score stem, both already safe.
    pub(super) fn new(folder: &str, stem: &str) -> Self {
        let path = |text: String| RelPath::parse(&text).expect("folder and stem are safe by construction");
        Self { code: path(format!("{folder}/{stem}.yaml")), guidelines: path(format!("{folder}/guidelines/{stem}.md")) }
    }

    /// The paths of the score whose code is `code`; none where `code` is no `<Scorecard>/<Score>.yaml`.
    pub fn of_code(code: &RelPath) -> Option<Self> {
        let (folder, file) = code.as_str().split_once('/')?;
        let stem = file.strip_suffix(".yaml").filter(|stem| !stem.is_empty() && !stem.contains('/'))?;
        Some(Self::new(folder, stem))
    }

    /// The path of one document.
    pub fn get(&self, kind: DocKind) -> &RelPath {
        match kind {
            DocKind::Code => &self.code,
            DocKind::Guidelines => &self.guidelines,
        }
    }

    /// The place beside the YAML where guidelines lived before they had a folder.
    pub fn legacy_guidelines(&self) -> RelPath {
        let stem = self.code.as_str().strip_suffix(".yaml").unwrap_or(self.code.as_str());
        RelPath::parse(&format!("{stem}.md")).expect("a safe path with another extension is safe")
    }
}

/// What kind of document belongs at a path, as `<Scorecard>/<Score>.yaml` and `<Scorecard>/guidelines/<Score>.md`; none
/// elsewhere, nor in the folder of a knowledge base, whose YAML files are no scores.
pub fn document_at(path: &RelPath) -> Option<DocKind> {
    match path.as_str().split('/').collect::<Vec<_>>()[..] {
        [folder, file] if !folder.ends_with(".knowledge-base") && file.ends_with(".yaml") => Some(DocKind::Code),
        [_, "guidelines", file] if file.ends_with(".md") => Some(DocKind::Guidelines),
        _ => None,
    }
}

/// The other document of the score that the document at `path` belongs to; none where no document belongs.
pub fn other_document(path: &RelPath) -> Option<RelPath> {
    let kind = document_at(path)?;
    let (folder, stem) = folder_and_stem(path);
    let paths = ScorePaths::new(folder, stem);
    Some(match kind {
        DocKind::Code => paths.guidelines,
        DocKind::Guidelines => paths.code,
    })
}

/// The scorecard's folder and the score's stem in the path of a document; both documents of a score have the same. The
/// folder is empty for a path in the root.
pub fn folder_and_stem(path: &RelPath) -> (&str, &str) {
    let (folder, file) = path.as_str().split_once('/').unwrap_or(("", path.as_str()));
    let file = file.strip_prefix("guidelines/").unwrap_or(file);
    (folder, file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".md")).unwrap_or(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath::parse(text).expect("a safe path")
    }

    #[test]
    fn legacy_guidelines_lie_beside_the_code() {
        let paths = ScorePaths::new("Card", "A.b");
        assert_eq!(paths.legacy_guidelines().as_str(), "Card/A.b.md");
    }

    #[test]
    fn the_code_names_the_guidelines() {
        let paths = ScorePaths::of_code(&path("Card/A.b.yaml")).expect("the code of a score");
        assert_eq!(paths.get(DocKind::Code).as_str(), "Card/A.b.yaml");
        assert_eq!(paths.get(DocKind::Guidelines).as_str(), "Card/guidelines/A.b.md");
        for at in ["Tone.yaml", "Card/Tone.md", "Card/.yaml", "Card/deep/Tone.yaml", "Card/Tone"] {
            assert_eq!(ScorePaths::of_code(&path(at)), None, "{at}");
        }
    }

    #[test]
    fn documents_have_their_places() {
        for (at, kind, other) in [
            ("Calls/Tone.yaml", Some(DocKind::Code), Some("Calls/guidelines/Tone.md")),
            ("Calls/guidelines/A.b.md", Some(DocKind::Guidelines), Some("Calls/A.b.yaml")),
            ("Calls/.yaml", Some(DocKind::Code), Some("Calls/guidelines/.md")),
            ("calls.yaml", None, None),
            ("Calls/Tone.md", None, None),
            ("Calls/guidelines/Tone.yaml", None, None),
            ("Calls/Tone/deep/x.yaml", None, None),
            ("Tone.knowledge-base/x.yaml", None, None),
        ] {
            assert_eq!(document_at(&path(at)), kind, "{at}");
            assert_eq!(other_document(&path(at)), other.map(path), "{at}");
        }
    }

    #[test]
    fn both_documents_have_one_folder_and_stem() {
        for (at, expected) in [
            ("Calls/A.b.yaml", ("Calls", "A.b")),
            ("Calls/guidelines/A.b.md", ("Calls", "A.b")),
            ("Calls/notes.txt", ("Calls", "notes.txt")),
            ("Calls", ("", "Calls")),
        ] {
            assert_eq!(folder_and_stem(&path(at)), expected, "{at}");
        }
    }
}
