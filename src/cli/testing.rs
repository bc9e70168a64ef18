//! Reports for unit tests.

use crate::engine::{Outcome, Report, ScoreReport, Verb};
use crate::model::{Changes, Content, DocKind, ScorePaths, Snapshot};
use crate::plan::{Conflict, ConflictKind, Standing};

/// A score of the scorecard "Card".
pub(crate) fn score(name: &str, standing: Standing, outcome: Outcome) -> ScoreReport {
    let paths = ScorePaths::parse(&format!("Card/{name}.yaml"), &format!("Card/guidelines/{name}.md")).expect("safe paths");
    ScoreReport {
        id: format!("id-{name}").into(),
        name: name.into(),
        scorecard: "Card".into(),
        key: name.to_lowercase().into(),
        external_id: "7".into(),
        disabled: false,
        paths,
        moved_from: None,
        waits_for: None,
        standing,
        base: Some("base5678-0".into()),
        champion: Some("cham5678-0".into()),
        files: [None; 2],
        fault: None,
        author: None,
        renamed: None,
        ahead_behind: None,
        drafts: None,
        git_gap: None,
        found: None,
        edits: Changes::default(),
        notes: Vec::new(),
        earlier: None,
        outcome,
    }
}

/// Both sides changed the same lines of the code.
pub(crate) fn conflict() -> Box<Conflict> {
    let docs = Snapshot { code: Content::of(DocKind::Code, "name: A\n"), guidelines: None };
    Box::new(Conflict { kind: ConflictKind::Lines, docs: vec![DocKind::Code], base: None, theirs: ("cham5678-0".into(), docs) })
}

/// A report of these scores.
pub(crate) fn report(verb: Verb, scores: Vec<ScoreReport>) -> Report {
    Report { scores, ..Report::new(verb, "Acme".to_owned(), false) }
}
