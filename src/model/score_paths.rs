//! Where the documents are: `<Scorecard>/<Score>.yaml` and `<Scorecard>/guidelines/<Score>.md`, or
//! `report-configurations/<Name>.md`, or `data-sources/<Name>.yaml`. Reads these paths too, but does not choose names; that is
//! the [`Layout`](super::Layout).

use super::document::DocKind;
use super::path::{RelPath, UnsafePath};
use super::sync_kind::SyncKind;

/// The ending of code and data sources.
const YAML: &str = ".yaml";
/// The ending of guidelines and report configurations.
const MARKDOWN: &str = ".md";
/// The folder of guidelines in that of a scorecard, as it stands in paths.
const GUIDELINES: &str = "guidelines/";

/// The files of a score, relative to the scorecards root; or the one of a standalone document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScorePaths {
    /// `<Scorecard>/<Score>.yaml`; for a standalone document, its only file.
    pub code: RelPath,
    /// `<Scorecard>/guidelines/<Score>.md`; none for a standalone document.
    pub guidelines: Option<RelPath>,
}

impl ScorePaths {
    /// One of the files is `path`, or lies in that folder.
    pub fn lie_at(&self, path: &RelPath) -> bool {
        self.files().any(|file| path.holds(file))
    }

    /// The paths for a folder and a stem, both already safe.
    pub(super) fn new(folder: &str, stem: &str) -> Self {
        let code = safe(&[folder, "/", stem, SyncKind::at(folder).ending()]);
        Self { code, guidelines: guidelines(folder, stem) }
    }

    /// The paths of the score whose code is `code`, or of the standalone document there; none where `code` is neither.
    pub fn of_code(code: &RelPath) -> Option<Self> {
        let (folder, file) = code.as_str().split_once('/')?;
        let stem = file.strip_suffix(SyncKind::at(folder).ending())?;
        let is_stem = !stem.is_empty() && !stem.contains('/');
        is_stem.then(|| Self { code: code.clone(), guidelines: guidelines(folder, stem) })
    }

    /// The paths by their texts; that of the guidelines is empty for a standalone document.
    ///
    /// # Errors
    /// One of them is no safe path.
    pub fn parse(code: &str, guidelines: &str) -> Result<Self, UnsafePath> {
        let guidelines = Some(guidelines).filter(|path| !path.is_empty()).map(RelPath::parse).transpose()?;
        Ok(Self { code: RelPath::parse(code)?, guidelines })
    }

    /// The path of the guidelines as text; empty for a standalone document.
    pub fn guidelines_text(&self) -> &str {
        self.guidelines.as_ref().map_or("", RelPath::as_str)
    }

    /// What the files are of.
    pub fn kind(&self) -> SyncKind {
        SyncKind::at(self.code.as_str())
    }

    /// All files, the main one first.
    pub fn files(&self) -> impl Iterator<Item = &RelPath> {
        std::iter::once(&self.code).chain(&self.guidelines)
    }

    /// All documents, the main one first.
    pub fn documents(&self) -> impl Iterator<Item = (DocKind, &RelPath)> {
        let guidelines = self.guidelines.iter().map(|path| (DocKind::Guidelines, path));
        std::iter::once((self.kind().main_document(), &self.code)).chain(guidelines)
    }

    /// The path of one document; that of the main one where there is no other.
    pub fn get(&self, kind: DocKind) -> &RelPath {
        self.guidelines.as_ref().filter(|_| kind == DocKind::Guidelines).unwrap_or(&self.code)
    }

    /// The place beside the YAML where guidelines lived before they had a folder; none for a standalone document.
    pub fn legacy_guidelines(&self) -> Option<RelPath> {
        let stem = self.guidelines.as_ref().and(self.code.as_str().strip_suffix(YAML))?;
        RelPath::parse(&format!("{stem}{MARKDOWN}")).ok()
    }
}

/// The guidelines for a folder and a stem, both already safe; none in that of standalone documents.
fn guidelines(folder: &str, stem: &str) -> Option<RelPath> {
    (SyncKind::at(folder) == SyncKind::Score).then(|| safe(&[folder, "/", GUIDELINES, stem, MARKDOWN]))
}

fn safe(parts: &[&str]) -> RelPath {
    RelPath::parse(&parts.concat()).expect("folder and stem are safe by construction")
}

/// Where the main document of the score is whose document `path` is, or would be; none where that is no path.
pub fn code_of(path: &RelPath) -> Option<RelPath> {
    let (folder, stem) = folder_and_stem(path);
    RelPath::parse(&format!("{folder}/{stem}{}", SyncKind::at(folder).ending())).ok()
}

/// What kind of document belongs at a path, as [`ScorePaths`] say; none elsewhere, nor in the folder of a knowledge base, whose
/// YAML files are no scores.
pub fn document_at(path: &RelPath) -> Option<DocKind> {
    let kind = SyncKind::at(path.as_str());
    let (folder, below) = path.as_str().split_once('/')?;
    let (file, is_main) = below.strip_prefix(GUIDELINES).map_or((below, true), |file| (file, false));
    let is_here = match is_main {
        true => !folder.ends_with(".knowledge-base") && file.ends_with(kind.ending()),
        false => kind == SyncKind::Score && file.ends_with(MARKDOWN),
    };
    let what = if is_main { kind.main_document() } else { DocKind::Guidelines };
    (is_here && !file.contains('/')).then_some(what)
}

/// How a file is read, by where it is: as the document that belongs there, else by its ending.
pub fn read_as(path: &RelPath) -> DocKind {
    document_at(path).unwrap_or(if path.as_str().ends_with(MARKDOWN) { DocKind::Guidelines } else { DocKind::Code })
}

/// The other document of the score that the document at `path` belongs to; none where there is no other.
pub fn other_document(path: &RelPath) -> Option<RelPath> {
    let kind = document_at(path)?;
    let (folder, stem) = folder_and_stem(path);
    let paths = ScorePaths::new(folder, stem);
    if kind == DocKind::Guidelines { Some(paths.code) } else { paths.guidelines }
}

/// The scorecard's folder and the score's stem in the path of a document; both documents of a score have the same. The
/// folder is empty for a path in the root.
pub fn folder_and_stem(path: &RelPath) -> (&str, &str) {
    let (folder, file) = path.as_str().split_once('/').unwrap_or(("", path.as_str()));
    let file = file.strip_prefix(GUIDELINES).unwrap_or(file);
    (folder, file.strip_suffix(YAML).or_else(|| file.strip_suffix(MARKDOWN)).unwrap_or(file))
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
        assert_eq!(paths.legacy_guidelines(), Some(path("Card/A.b.md")));
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
    fn a_standalone_document_has_one_file() {
        let paths = ScorePaths::of_code(&path("report-configurations/A.b.md")).expect("a report configuration");
        assert_eq!(
            paths.documents().collect::<Vec<_>>(),
            [(DocKind::ReportConfiguration, &path("report-configurations/A.b.md"))]
        );
        assert_eq!((paths.guidelines.as_ref(), paths.legacy_guidelines()), (None, None));
        assert_eq!(ScorePaths::of_code(&path("report-configurations/A.yaml")), None);
    }

    #[test]
    fn documents_have_their_places() {
        for (at, kind, other) in [
            ("Calls/Tone.yaml", Some(DocKind::Code), Some("Calls/guidelines/Tone.md")),
            ("Calls/guidelines/A.b.md", Some(DocKind::Guidelines), Some("Calls/A.b.yaml")),
            ("Calls/.yaml", Some(DocKind::Code), Some("Calls/guidelines/.md")),
            ("report-configurations/Weekly.md", Some(DocKind::ReportConfiguration), None),
            ("data-sources/Calls.yaml", Some(DocKind::DataSource), None),
            ("data-sources/Calls.md", None, None),
            ("data-sources/guidelines/Calls.md", None, None),
            ("calls.yaml", None, None),
            ("Calls/Tone.md", None, None),
            ("Calls/guidelines/Tone.yaml", None, None),
            ("Calls/Tone/deep/x.yaml", None, None),
            ("Tone.knowledge-base/x.yaml", None, None),
            ("Tone.knowledge-base/guidelines/x.md", Some(DocKind::Guidelines), Some("Tone.knowledge-base/x.yaml")),
            ("Calls/guidelines/deep/x.md", None, None),
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
