//! What is wrong with what is about to be committed: staged texts that could not be pushed, and scores that are behind a
//! champion already seen. Plain values in and out: asks neither git nor the dashboard.

use crate::check::{Fault, syntax};
use crate::git::{Staged, StagedChange};
use crate::model::{DocKind, RelPath, ScoreId, VersionId};
use crate::state::Loaded;
use std::collections::{HashMap, HashSet};

/// Something that a person should know before the commit is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedFinding {
    /// The staged file, from the scorecards root.
    pub path: RelPath,
    /// What it is.
    pub news: StagedNews,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StagedNews {
    /// The staged text could not be pushed; the commit should not be made.
    Fault(Fault),
    /// The dashboard has a champion that the files do not come from; worth a warning.
    Behind(VersionId),
}

impl StagedFinding {
    /// The commit should not be made.
    pub fn is_error(&self) -> bool {
        matches!(self.news, StagedNews::Fault(_))
    }
}

/// What kind of document belongs at a path, as `<Scorecard>/<Score>.yaml` and `<Scorecard>/guidelines/<Score>.md`; none
/// elsewhere.
pub fn document_at(path: &RelPath) -> Option<DocKind> {
    match path.as_str().split('/').collect::<Vec<_>>()[..] {
        [folder, file] if !folder.ends_with(".knowledge-base") && file.ends_with(".yaml") => Some(DocKind::Code),
        [_, "guidelines", file] if file.ends_with(".md") => Some(DocKind::Guidelines),
        _ => None,
    }
}

/// Findings in the order of the staged files; a score that is behind is told once. What the state knows is empty where
/// there is none.
pub fn check_staged(staged: &[Staged], known: &Loaded) -> Vec<StagedFinding> {
    let behind = behind(known);
    let mut told = HashSet::new();
    let mut findings = Vec::new();
    for file in staged.iter().filter(|file| matches!(file.change, StagedChange::Added | StagedChange::Modified)) {
        let Some(kind) = document_at(&file.path) else { continue };
        let finding = |news| StagedFinding { path: file.path.clone(), news };
        findings.extend(fault(kind, &file.bytes).map(|fault| finding(StagedNews::Fault(fault))));
        if let Some((score, champion)) = behind.get(&file.path)
            && told.insert(*score)
        {
            findings.push(finding(StagedNews::Behind((*champion).clone())));
        }
    }
    findings
}

/// The files of scores whose champion moved since they were synced, and did not become their base.
fn behind(known: &Loaded) -> HashMap<&RelPath, (&ScoreId, &VersionId)> {
    let mut files = HashMap::new();
    for score in &known.catalog.scores {
        let (Some(champion), Some(synced)) = (&score.champion, known.synced.get(&score.id)) else { continue };
        if *champion != synced.base && Some(champion) != synced.champion.as_ref() {
            files.insert(&synced.paths.code, (&score.id, champion));
            files.insert(&synced.paths.guidelines, (&score.id, champion));
        }
    }
    files
}

fn fault(kind: DocKind, bytes: &[u8]) -> Option<Fault> {
    match std::str::from_utf8(bytes) {
        Ok(text) => syntax(kind, text),
        Err(error) => {
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let line = good.matches('\n').count() + 1;
            let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            Some(Fault { line, column, message: "not UTF-8".to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Catalog, Content, Score, ScorePaths, Snapshot, SyncedScore};

    fn path(text: &str) -> RelPath {
        RelPath::parse(text).expect("a safe path")
    }

    fn staged(at: &str, bytes: &[u8]) -> Staged {
        Staged { path: path(at), change: StagedChange::Modified, bytes: bytes.to_vec() }
    }

    /// One score whose files come from `base`, last synced when `synced` was champion; now `seen` is.
    fn known(base: &str, synced: &str, seen: &str) -> Loaded {
        let score = Score { champion: Some(seen.into()), ..Score::sample("1", "card", "Tone") };
        let docs = Snapshot { code: Content::of(DocKind::Code, "a: 1\n"), guidelines: None };
        let paths = ScorePaths { code: path("Calls/Tone.yaml"), guidelines: path("Calls/guidelines/Tone.md") };
        let entry = SyncedScore { base: base.into(), docs, champion: Some(synced.into()), champion_docs: None, paths };
        Loaded {
            synced: [(score.id.clone(), entry)].into(),
            catalog: Catalog { scorecards: Vec::new(), scores: vec![score] },
            ..Loaded::default()
        }
    }

    #[test]
    fn only_places_of_documents_are_looked_at() {
        for (at, kind) in [
            ("Calls/Tone.yaml", Some(DocKind::Code)),
            ("Calls/guidelines/Tone.md", Some(DocKind::Guidelines)),
            ("calls.yaml", None),
            ("Calls/Tone.md", None),
            ("Calls/guidelines/Tone.yaml", None),
            ("Calls/Tone/deep/x.yaml", None),
            ("Tone.knowledge-base/x.yaml", None),
        ] {
            assert_eq!(document_at(&path(at)), kind, "{at}");
        }
    }

    #[test]
    fn faults_have_their_place() {
        let files = [
            staged("Calls/A.yaml", b"a: 1\na: 2\n"),
            staged("Calls/B.yaml", "a: é\nbé: \u{fc}".as_bytes()),
            staged("Calls/C.yaml", b"a: 1\n\xc3\xa9 \xff\n"),
            Staged { change: StagedChange::Deleted, ..staged("Calls/D.yaml", b"") },
            staged("Calls/guidelines/E.md", b"<<<<<<< a\n=======\n>>>>>>> b\n"),
        ];
        let found: Vec<_> = check_staged(&files, &Loaded::default())
            .into_iter()
            .map(|finding| match finding.news {
                StagedNews::Fault(fault) => (finding.path.to_string(), fault.line, fault.column),
                news => panic!("{news:?}"),
            })
            .collect();
        let expected = [("Calls/A.yaml", 2, 1), ("Calls/C.yaml", 2, 3), ("Calls/guidelines/E.md", 1, 1)];
        assert_eq!(found, expected.map(|(at, line, column)| (at.to_owned(), line, column)));
    }

    #[test]
    fn a_champion_that_was_seen_and_not_taken_is_a_warning_once() {
        let files = [staged("Calls/Tone.yaml", b"a: 2\n"), staged("Calls/guidelines/Tone.md", b"x\n")];
        let news = |loaded| check_staged(&files, &loaded).into_iter().map(|finding| finding.news).collect::<Vec<_>>();
        assert_eq!(news(known("v1", "v1", "v2")), [StagedNews::Behind("v2".into())]);
        assert_eq!(news(known("v1", "v1", "v1")), []);
        assert_eq!(news(known("draft", "v1", "v1")), []);
        assert_eq!(news(known("draft", "v1", "draft")), []);
    }
}
