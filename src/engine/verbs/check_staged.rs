//! What is wrong with what is about to be committed: staged texts that could not be pushed, and scores that are behind a
//! champion already seen. Plain values in and out: asks neither git nor the dashboard.

use crate::check::{Finding, KnownCatalog, RuleSet, Severity, TextPosition, documents};
use crate::engine::diagnostic::{Cause, Diagnostic};
use crate::git::{Blob, Staged, StagedChange};
use crate::model::{DocKind, RelPath, ScoreId, VersionId, document_at, folder_and_stem};
use crate::state::Loaded;
use crate::workspace::FileError;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A staged document: what it is, where, and its text.
type StagedDocument<'a> = (DocKind, &'a RelPath, &'a str);

/// Findings, score by score. A document is checked with the other one of its score if that is staged too; what scores say
/// about each other is not looked at, because most of them are not staged. What the state knows is empty where there is none;
/// `is_whole` says whether all scorecards of the account are in it.
pub fn check_staged(staged: &[Staged], known: &Loaded, is_whole: bool, rules: &RuleSet) -> Vec<Diagnostic> {
    let behind = behind(known);
    let (mut pairs, mut findings) = (BTreeMap::<(&str, &str), Vec<StagedDocument<'_>>>::new(), Vec::new());
    let mut told = HashSet::new();
    for file in staged.iter().filter(|file| matches!(file.change, StagedChange::Added | StagedChange::Modified)) {
        let Some(kind) = document_at(&file.path) else { continue };
        if let Some((score, champion)) = behind.get(&file.path)
            && told.insert(*score)
        {
            findings.push(behind_champion(&file.path, champion));
        }
        let bytes = match &file.blob {
            Blob::Bytes(bytes) => bytes,
            Blob::TooLarge(bytes) => {
                let too_large = FileError::too_large(file.path.as_str(), *bytes);
                findings.push(Diagnostic::of_unreadable(file.path.clone(), too_large));
                continue;
            }
        };
        match std::str::from_utf8(bytes) {
            Ok(text) => pairs.entry(folder_and_stem(&file.path)).or_default().push((kind, &file.path, text)),
            Err(error) => findings.push(not_text(&file.path, &bytes[..error.valid_up_to()])),
        }
    }
    let names = KnownCatalog { catalog: &known.catalog, is_whole };
    findings.extend(pairs.values().flat_map(|pair| check_pair(pair, names, rules)));
    findings.sort_by(|a, b| a.path.cmp(&b.path));
    findings
}

/// The documents of a score, or one that stands for itself.
fn check_pair(pair: &[StagedDocument<'_>], known: KnownCatalog<'_>, rules: &RuleSet) -> Vec<Diagnostic> {
    let texts: Vec<(DocKind, &str)> = pair.iter().map(|(kind, _, text)| (*kind, *text)).collect();
    let path = |finding: &Finding| pair.iter().find(|(kind, ..)| *kind == finding.kind).map(|(_, path, _)| (*path).clone());
    let found = documents(&texts, None, known, rules).into_iter();
    found.filter_map(|finding| Some(Diagnostic::of_finding(path(&finding)?, finding))).collect()
}

/// A file that is text up to the end of `good`.
fn not_text(path: &RelPath, good: &[u8]) -> Diagnostic {
    let good = String::from_utf8_lossy(good);
    let last = good.rsplit('\n').next().unwrap_or_default();
    let start = TextPosition { line: good.matches('\n').count() + 1, column: last.chars().count() + 1 };
    let (severity, cause) = (Severity::Error, Cause::NotText);
    Diagnostic { path: path.clone(), start: Some(start), severity, cause, blocks_push: true }
}

/// A file that does not come from the champion; worth a warning.
fn behind_champion(path: &RelPath, champion: &VersionId) -> Diagnostic {
    let (severity, cause) = (Severity::Warning, Cause::Behind(champion.clone()));
    Diagnostic { path: path.clone(), start: None, severity, cause, blocks_push: false }
}

/// The files of scores whose champion moved since they were synced, and did not become their base.
fn behind(known: &Loaded) -> HashMap<&RelPath, (&ScoreId, &VersionId)> {
    let mut files = HashMap::new();
    for score in &known.catalog.scores {
        let (Some(champion), Some(synced)) = (&score.champion, known.synced.get(&score.id)) else { continue };
        if *champion != synced.base && Some(champion) != synced.champion.as_ref() {
            files.extend(synced.paths.files().map(|path| (path, (&score.id, champion))));
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Catalog, Content, Score, ScorePaths, Snapshot, SyncedScore};

    fn path(text: &str) -> RelPath {
        RelPath::parse(text).expect("a safe path")
    }

    fn staged(at: &str, bytes: &[u8]) -> Staged {
        Staged { path: path(at), change: StagedChange::Modified, blob: Blob::Bytes(bytes.to_vec()) }
    }

    /// One score whose files come from `base`, last synced when `synced` was champion; now `seen` is.
    fn known(base: &str, synced: &str, seen: &str) -> Loaded {
        let score = Score { champion: Some(seen.into()), ..Score::sample("1", "card", "Tone") };
        let docs = Snapshot { code: Content::of(DocKind::Code, "a: 1\n"), guidelines: None };
        let paths = ScorePaths::parse("Calls/Tone.yaml", "Calls/guidelines/Tone.md").expect("safe paths");
        let entry =
            SyncedScore { base: base.into(), docs, champion: Some(synced.into()), champion_docs: None, paths, local: None };
        Loaded {
            synced: [(score.id.clone(), entry)].into(),
            catalog: Catalog { scorecards: Vec::new(), scores: vec![score] },
            ..Loaded::default()
        }
    }

    #[test]
    fn faults_have_their_place() {
        let files = [
            staged("Calls/A.yaml", b"name: A\nname: B\n"),
            staged("Calls/B.yaml", "name: é\nclass: \u{fc}".as_bytes()),
            staged("Calls/C.yaml", b"a: 1\n\xc3\xa9 \xff\n"),
            Staged { change: StagedChange::Deleted, ..staged("Calls/D.yaml", b"") },
            staged("Calls/guidelines/E.md", b"<<<<<<< a\n=======\n>>>>>>> b\n"),
        ];
        let errors = check_staged(&files, &Loaded::default(), true, &RuleSet::default()).into_iter().filter(Diagnostic::is_error);
        let place = |one: Diagnostic| one.start.map(|start| (one.path.to_string(), start.line, start.column));
        let found: Vec<_> = errors.map(|one| place(one).expect("errors have a place")).collect();
        let expected = [("Calls/A.yaml", 2, 1), ("Calls/C.yaml", 2, 3), ("Calls/guidelines/E.md", 1, 1)];
        assert_eq!(found, expected.map(|(at, line, column)| (at.to_owned(), line, column)));
    }

    #[test]
    fn what_is_too_large_to_be_read_is_an_error() {
        let large = Staged { blob: Blob::TooLarge(1 << 30), ..staged("Calls/A.yaml", b"") };
        let found = check_staged(&[large], &Loaded::default(), true, &RuleSet::default());
        let reason = |one: &Diagnostic| if let Cause::Unreadable(error) = &one.cause { error.reason() } else { String::new() };
        assert_eq!(found.iter().map(reason).collect::<Vec<_>>(), ["1073741824 bytes, the limit is 4194304"]);
        assert!(found[0].is_error() && found[0].blocks_push);
    }

    #[test]
    fn a_champion_that_was_seen_and_not_taken_is_a_warning_once() {
        let files = [staged("Calls/Tone.yaml", b"a: 2\n"), staged("Calls/guidelines/Tone.md", b"x\n")];
        let behind = |loaded| {
            let found = check_staged(&files, &loaded, true, &RuleSet::default()).into_iter();
            found.filter_map(|one| if let Cause::Behind(id) = one.cause { Some(id) } else { None }).collect::<Vec<_>>()
        };
        assert_eq!(behind(known("v1", "v1", "v2")), ["v2".into()]);
        assert_eq!(behind(known("v1", "v1", "v1")), []);
        assert_eq!(behind(known("draft", "v1", "v1")), []);
        assert_eq!(behind(known("draft", "v1", "draft")), []);
    }
}
