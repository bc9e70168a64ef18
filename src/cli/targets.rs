//! From what was typed to what is selected: files and folders as seen from here, else words for the catalog.

use super::args::Selection;
use crate::engine::{Selector, Targets};
use crate::model::{RelPath, below};
use crate::settings::Settings;
use std::path::{Component, Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// The targets of a command line.
pub fn targets(settings: &Settings, selection: &Selection) -> Targets {
    let parser = TargetParser { here: &settings.working_directory, root: &settings.root.value };
    if selection.targets.iter().any(|word| parser.is_everything(word)) {
        return Targets { selectors: Vec::new(), scorecards: selection.scorecard.clone() };
    }
    Targets {
        selectors: selection.targets.iter().map(|word| parser.selector(word)).collect(),
        scorecards: selection.scorecard.clone(),
    }
}

/// The target of a command about one score.
pub fn target(settings: &Settings, word: &str) -> Targets {
    targets(settings, &Selection::of(vec![word.to_owned()]))
}

/// Whether a word names something that is there, in the scorecards folder of these settings or around it.
pub fn is_known_path(settings: &Settings, word: &str) -> bool {
    let parser = TargetParser { here: &settings.working_directory, root: &settings.root.value };
    parser.is_everything(word) || parser.there(word).is_some()
}

/// Whether a word looks like a document of a score.
pub fn is_document(word: &str) -> bool {
    word.ends_with(".yaml") || word.ends_with(".md")
}

/// Reads words as paths, where they are some, as seen from `here`.
struct TargetParser<'a> {
    here: &'a Path,
    root: &'a Path,
}

impl TargetParser<'_> {
    /// A path counts if something is there, or if it looks like a document: as seen from here first, then from the root,
    /// as reports print it. A name of a score may contain a slash as well.
    fn selector(&self, word: &str) -> Selector {
        let gone = || self.candidates(word).iter().find_map(|path| self.named(path)).filter(|_| is_document(word));
        self.there(word).or_else(gone).map_or_else(|| Selector::Word(word.to_owned()), Selector::Path)
    }

    fn candidates(&self, word: &str) -> [PathBuf; 2] {
        [self.here.join(word), self.root.join(word)].map(|path| normalized(&path))
    }

    /// What is there, if it is inside the root.
    fn there(&self, word: &str) -> Option<RelPath> {
        self.candidates(word).iter().find(|path| path.exists()).and_then(|path| self.named(path))
    }

    /// What a path names, in the Unicode form of Plexus, but where another file has that name.
    fn named(&self, path: &Path) -> Option<RelPath> {
        let typed = self.inside(path)?;
        let composed = RelPath::parse(&typed.as_str().nfc().collect::<String>()).ok()?;
        let [here, there] = [&typed, &composed].map(|path| path.under(self.root).canonicalize());
        Some(if here.is_ok() && there.is_ok() && here.ok() != there.ok() { typed } else { composed })
    }

    /// The scorecards folder, or one that it lies in.
    fn is_everything(&self, word: &str) -> bool {
        let path = normalized(&self.here.join(word));
        let real = self.root.canonicalize().ok();
        let holds_root = [Some(normalized(self.root)), real].iter().flatten().any(|root| root.starts_with(&path));
        !word.is_empty() && holds_root && path.is_dir()
    }

    /// A path relative to the root, or of a standalone document beside it; the root itself and what is outside have none.
    fn inside(&self, path: &Path) -> Option<RelPath> {
        let real = self.root.canonicalize().ok();
        let roots = [Some(normalized(self.root)), real];
        let relative = roots.iter().flatten().find_map(|root| below(root, path))?;
        let parts: Option<Vec<&str>> = relative.components().map(|part| part.as_os_str().to_str()).collect();
        RelPath::parse(&parts?.join("/")).ok()
    }
}

/// Without `.` and `..`, as written: symlinks are not followed.
pub fn normalized(path: &Path) -> PathBuf {
    let mut normalized = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normalized.pop();
            }
            part => normalized.push(part),
        }
    }
    normalized
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests make the files that are named")]
    fn a_word_is_a_path_where_one_is() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().join("cards");
        std::fs::create_dir_all(root.join("QA/guidelines")).expect("folders");
        std::fs::write(root.join("QA/Tone.yaml"), "").expect("a file");
        let select = |here: &Path, word: &str| TargetParser { here, root: &root }.selector(word);
        let path = |text: &str| Selector::Path(RelPath::parse(text).expect("a safe path"));
        let word = |text: &str| Selector::Word(text.to_owned());
        assert_eq!(select(dir.path(), "cards/QA/Tone.yaml"), path("QA/Tone.yaml"));
        assert_eq!(select(&root.join("QA"), "Tone.yaml"), path("QA/Tone.yaml"));
        assert_eq!(select(&root.join("QA"), "../QA/./guidelines"), path("QA/guidelines"));
        assert_eq!(select(dir.path(), "QA/Tone.yaml"), path("QA/Tone.yaml"));
        assert_eq!(select(dir.path(), "QA/Deleted.yaml"), path("QA/Deleted.yaml"));
        assert_eq!(select(dir.path(), "QA"), path("QA"));
        assert_eq!(select(dir.path(), "Computer w/ Internet"), word("Computer w/ Internet"));
        assert_eq!(select(dir.path(), "../outside.yaml"), word("../outside.yaml"));
        assert_eq!(select(dir.path(), "45813"), word("45813"));
        let everything = |here: &Path, word: &str| TargetParser { here, root: &root }.is_everything(word);
        assert!(everything(dir.path(), ".") && everything(dir.path(), "cards") && everything(&root.join("QA"), ".."));
        assert!(!everything(dir.path(), "") && !everything(dir.path(), "cards/QA") && !everything(&root.join("QA"), "."));
    }
}
