//! Somebody saves a file while an undo changes scores that gave each other their names: no text becomes another score's version.

use crate::support::{Desk, locked, world};
use jiff::Timestamp;
use scoresync::engine::{PullOptions, RestoreReport, Targets, pull, undo, undo_preview};
use scoresync::model::{Score, ScoreId};
use scoresync::remote::{MemoryRemote, Remote};
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

/// What is typed into a file.
const TYPED: &str = "# typed meanwhile\n";

thread_local! {
    /// The file into which somebody types when an undo is planned, and has changed nothing.
    static SAVED: RefCell<(usize, Option<PathBuf>)> = const { RefCell::new((0, None)) };
}

/// The time is asked for when the workspace is locked, and when the files are to be replaced.
fn now() -> Timestamp {
    SAVED.with_borrow_mut(|(questions, path)| {
        *questions += 1;
        if let Some(path) = path.take_if(|_| *questions == 2) {
            let text = std::fs::read_to_string(&path).expect("a file");
            std::fs::write(&path, format!("{text}{TYPED}")).expect("written");
        }
    });
    Timestamp::now()
}

/// An undo, and somebody who types into a file just before it, or meanwhile.
fn undone(desk: &Desk, file: &str, is_before: bool) -> RestoreReport {
    SAVED.set((if is_before { 1 } else { 0 }, Some(desk.path(file))));
    if is_before {
        now();
    }
    let report = undo(&mut locked(&mut desk.session_at(None, now)), None).expect("undone");
    SAVED.with_borrow(|(_, path)| assert_eq!(*path, None, "nothing was typed"));
    report
}

fn save(remote: &MemoryRemote, score: usize, guidelines: bool, more: &str) {
    let id = ScoreId::from(format!("score-{score}"));
    let code: String = (0..12).map(|line| format!("key{line}: {line} of score {score}\n")).collect();
    let rules: String = (0..12).map(|line| format!("- rule {line} of score {score}\n")).collect();
    let rules = format!("{rules}{}", more.replace("key", "- key"));
    let version = remote.save(&id, None, &format!("{code}{more}"), guidelines.then_some(rules.as_str()));
    remote.promote(&id, Some(&version));
}

async fn swap(remote: &MemoryRemote) {
    let mut scores = Vec::new();
    for id in ["score-0", "score-1"] {
        scores.push(remote.score(&id.into()).await.expect("readable").expect("there"));
    }
    let names = [scores[1].name.clone(), scores[0].name.clone()];
    scores.into_iter().zip(names).for_each(|(score, name)| remote.put_score(Score { name, ..score }));
}

/// What says `of score 1` is that score's, and so is what was typed below it.
fn assert_nothing_crossed(remote: &MemoryRemote, what: &str) {
    for version in remote.all_versions().into_values() {
        let own = version.meta.score_id.as_str().replace("score-", "of score ");
        for text in [Some(&version.docs.code), version.docs.guidelines.as_ref()].into_iter().flatten() {
            let text = text.text.as_deref().unwrap_or_default();
            let others = text.lines().find(|line| line.contains("of score") && !line.contains(&own));
            assert_eq!(others, None, "{what}: a version of {} says that", version.meta.score_id);
        }
    }
}

/// What the run that is undone did, beside exchanging the names.
#[derive(Clone, Copy, Debug)]
enum Beside {
    Nothing,
    /// One score has a new champion, or both have.
    Champions(usize),
    /// One of the scores was not there before.
    FirstPull,
}

#[tokio::test]
async fn a_save_between_the_files_of_an_undo_stays_with_its_score() {
    let mut in_vain = 0;
    for beside in [Beside::Nothing, Beside::Champions(1), Beside::Champions(2), Beside::FirstPull] {
        for guidelines in [false, true] {
            for (file, is_guidelines) in [
                ("Score 0.yaml", false),
                ("Score 1.yaml", false),
                ("guidelines/Score 0.md", true),
                ("guidelines/Score 1.md", true),
            ] {
                for is_before in [false, true] {
                    if is_guidelines <= guidelines {
                        let is_in_vain = assert_stays_with_its_score(beside, guidelines, file, is_before).await;
                        in_vain += usize::from(is_in_vain);
                    }
                }
            }
        }
    }
    assert!(in_vain > 0, "no undo came to nothing");
}

/// Whether the undo came to nothing.
async fn assert_stays_with_its_score(beside: Beside, guidelines: bool, file: &str, is_before: bool) -> bool {
    let what = format!("{beside:?}, guidelines {guidelines}, {file}, before {is_before}");
    let (remote, desk): (Arc<MemoryRemote>, _) = (world(2), Desk::new());
    (0..2).for_each(|score| save(&remote, score, guidelines, ""));
    let first = match beside {
        Beside::FirstPull => Targets::scores([&ScoreId::from("score-0")]),
        _ => Targets::default(),
    };
    pull(&mut locked(&mut desk.session(remote.clone())), &first, PullOptions::default()).await.expect("pulls");
    swap(&remote).await;
    if let Beside::Champions(count) = beside {
        (0..count).for_each(|score| save(&remote, score, guidelines, "key12: new\n"));
    }
    desk.pull(remote.clone()).await;

    let report = undone(&desk, file, is_before);
    let is_in_vain = !report.files.iter().any(|one| one.outcome.is_done());
    if is_in_vain {
        let next = undo_preview(&desk.offline(), None).expect("there is a run");
        assert_eq!(next.undone, report.undone, "{what}: an undo that came to nothing is not undone");
    }
    let is_kept = |desk: &Desk| desk.files().values().filter(|text| text.ends_with(TYPED)).count();
    assert_eq!(is_kept(&desk), 1, "{what}: {report:?}");
    desk.push(remote.clone(), true).await;
    assert_nothing_crossed(&remote, &format!("{what}, pushed"));
    for _ in 0..2 {
        desk.pull(remote.clone()).await;
        desk.push(remote.clone(), true).await;
    }
    assert_nothing_crossed(&remote, &format!("{what}, at rest"));
    assert_eq!(is_kept(&desk), 1, "{what}: {report:?}");
    let state = desk.state();
    let unfinished = state.unfinished_runs().expect("readable");
    assert_eq!(unfinished, [], "{what}");
    for score in 0..2 {
        let place = desk.read(&format!("Score {}.yaml", 1 - score));
        assert!(place.contains(&format!("of score {score}\n")), "{what}: {place}");
    }
    is_in_vain
}
