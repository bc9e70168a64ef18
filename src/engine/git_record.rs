//! What a run leaves for git to record: the files that it wrote or pushed, and the words of the commit. Pure.

use crate::engine::report::{Action, Outcome, Report, ScoreReport, Verb};
use crate::git::{Entry, Message};
use crate::model::{Changes, RelPath, ScorePaths};

/// One commit's worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The files, from the scorecards root; those that are gone count as removed.
    pub paths: Vec<RelPath>,
    /// What the commit says.
    pub message: Message,
}

/// What to commit after a run; none if it changed and pushed no file.
pub fn record_of(report: &Report) -> Option<Record> {
    if report.dry_run {
        return None;
    }
    let (mut paths, mut entries) = (Vec::new(), Vec::new());
    for score in &report.scores {
        let actions: Vec<&Action> = actions(score).collect();
        let files: Vec<RelPath> = actions.iter().flat_map(|action| changed_files(score, action)).collect();
        if !files.is_empty() {
            entries.extend(actions.last().map(|action| entry(score, action, files.clone())));
            paths.extend(files);
        }
    }
    paths.sort();
    paths.dedup();
    let message = Message { verb: verb(report.verb).to_owned(), entries };
    (!paths.is_empty()).then_some(Record { paths, message })
}

/// What was done for a score, in its order.
fn actions(score: &ScoreReport) -> impl Iterator<Item = &Action> {
    let last = if let Outcome::Done(action) = &score.outcome { Some(action) } else { None };
    score.earlier.as_deref().into_iter().chain(last).filter(|action| !matches!(action, Action::Recorded { .. }))
}

/// The files of a score that an action changed.
pub(in crate::engine) fn changed_files(score: &ScoreReport, action: &Action) -> Vec<RelPath> {
    let both = Changes { code: true, guidelines: true };
    let moved = score.moved_from.as_deref();
    match action {
        Action::Pulled { written, .. } if moved.is_none() => of(&score.paths, *written),
        Action::Resolved { written, .. } => of(score.files_at(), *written),
        Action::Pushed { changes, .. } => of(&score.paths, *changes),
        Action::Recorded { .. } | Action::Marked { .. } => Vec::new(),
        Action::Pulled { .. } | Action::Moved | Action::Removed => {
            [Some(&score.paths), moved].into_iter().flatten().flat_map(|paths| of(paths, both)).collect()
        }
    }
}

fn of(paths: &ScorePaths, changes: Changes) -> Vec<RelPath> {
    paths.documents().filter(|(kind, _)| changes.has(*kind)).map(|(_, path)| path.clone()).collect()
}

/// What a commit says of a score that something was done to, with these files.
pub(in crate::engine) fn entry(score: &ScoreReport, action: &Action, files: Vec<RelPath>) -> Entry {
    let (what, version, by) = match action {
        Action::Pulled { version, merged, .. } => {
            (if *merged { "merged with edits" } else { "pulled" }, Some(version), score.author.clone())
        }
        Action::Resolved { version, .. } => ("resolved", Some(version), score.author.clone()),
        Action::Pushed { version, promoted, .. } => {
            (if *promoted { "pushed and promoted" } else { "pushed" }, Some(version), None)
        }
        Action::Recorded { version } => ("recorded", Some(version), None),
        Action::Marked { version, .. } => ("marked", Some(version), None),
        Action::Removed => ("removed", None, None),
        Action::Moved => ("moved", None, None),
    };
    let score = format!("{}/{}", score.scorecard, score.name);
    Entry { score, version: version.cloned(), what: what.to_owned(), by, files }
}

/// What a commit calls a run.
pub(in crate::engine) fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Status => "Look at",
        Verb::Pull => "Pull",
        Verb::Push => "Push",
        Verb::Sync => "Sync",
        Verb::Resolve => "Resolve",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LocalScore, RemoteScore, ScoreSides};

    fn paths(name: &str) -> ScorePaths {
        ScorePaths::parse(&format!("Card/{name}.yaml"), &format!("Card/guidelines/{name}.md")).expect("safe paths")
    }

    fn score(name: &str, outcome: Outcome) -> ScoreReport {
        let sides = ScoreSides { paths: paths(name), local: LocalScore::default(), remote: RemoteScore::Gone, synced: None };
        ScoreReport { outcome, author: Some("Ann".into()), ..ScoreReport::new(&"s".into(), None, None, &sides) }
    }

    fn record(verb: Verb, scores: Vec<ScoreReport>, dry_run: bool) -> Option<Record> {
        record_of(&Report { dry_run, scores, ..Report::new(verb, String::new(), false) })
    }

    fn pulled(code: bool, guidelines: bool) -> Action {
        Action::Pulled { version: "v1".into(), written: Changes { code, guidelines }, merged: false }
    }

    fn pushed() -> Action {
        Action::Pushed {
            version: "v2".into(),
            changes: Changes { code: true, guidelines: false },
            existed: false,
            promoted: true,
        }
    }

    fn texts(record: &Record) -> Vec<&str> {
        record.paths.iter().map(RelPath::as_str).collect()
    }

    #[test]
    fn only_what_was_done_to_files_is_recorded() {
        let scores = || {
            vec![
                score("A", Outcome::Done(pulled(true, false))),
                score("B", Outcome::Untouched),
                score("C", Outcome::Planned(pulled(true, true))),
                score("D", Outcome::Done(Action::Recorded { version: "v".into() })),
                score("E", Outcome::Done(Action::Removed)),
            ]
        };
        let found = record(Verb::Pull, scores(), false).expect("files were written");
        assert_eq!(texts(&found), ["Card/A.yaml", "Card/E.yaml", "Card/guidelines/E.md"]);
        let expected =
            "Pull Card/A, Card/E\n\n- Card/A: pulled, version v1 by Ann\n- Card/E: removed\n\nScore-Version: Card/A v1\n";
        assert_eq!(found.message.text(), expected);
        assert_eq!(record(Verb::Pull, scores(), true), None);
        assert_eq!(record(Verb::Pull, vec![score("B", Outcome::Untouched)], false), None);
    }

    #[test]
    fn a_sync_records_both_steps_and_the_last_version() {
        let score = ScoreReport { earlier: Some(Box::new(pulled(false, true))), ..score("A", Outcome::Done(pushed())) };
        let found = record(Verb::Sync, vec![score], false).expect("files were written");
        assert_eq!(texts(&found), ["Card/A.yaml", "Card/guidelines/A.md"]);
        assert_eq!(
            found.message.text(),
            "Sync Card/A\n\n- Card/A: pushed and promoted, version v2\n\nScore-Version: Card/A v2\n"
        );
    }

    #[test]
    fn a_rename_is_recorded_at_both_places() {
        let score = ScoreReport { moved_from: Some(Box::new(paths("Old"))), ..score("New", Outcome::Done(Action::Moved)) };
        let found = record(Verb::Pull, vec![score], false).expect("files moved");
        assert_eq!(texts(&found), ["Card/New.yaml", "Card/Old.yaml", "Card/guidelines/New.md", "Card/guidelines/Old.md"]);
    }
}
