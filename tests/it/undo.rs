//! What commands replaced comes back, and what Synced says comes back with it.

use crate::support::locked;
use crate::support::{Desk, world};
use jiff::Timestamp;
use scoresync::engine::{
    Action, Choice, Halt, Locked, Outcome, PullOptions, RestoreFrom, RestoreOutcome, RestoreReport, Selector, Session, Targets,
    backups, pull, resolve, status, told, undo_preview,
};
use scoresync::model::{RelPath, ScoreId};
use scoresync::plan::Standing;
use scoresync::remote::MemoryRemote;
use scoresync::state::RunKind;
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

const CODE: &str = "Score 0.yaml";
const GUIDELINES: &str = "guidelines/Score 0.md";

/// A desk that has pulled, and then pulled a newer champion of score 0 over an edit of its guidelines.
async fn pulled_twice() -> (Arc<MemoryRemote>, Desk) {
    let remote = world(2);
    let desk = Desk::new();
    desk.pull(remote.clone()).await;
    desk.write(GUIDELINES, &(desk.read(GUIDELINES) + "- mine\n"));
    promote(&remote, &desk.read(CODE).replace("key0: 0", "key0: theirs"), Some("- theirs\n"));
    desk.pull(remote.clone()).await;
    (remote, desk)
}

fn promote(remote: &MemoryRemote, code: &str, guidelines: Option<&str>) {
    let score = ScoreId::from("score-0");
    let old: String = (0..12).map(|line| format!("- rule {line} of score 0\n")).collect();
    let next = remote.save(&score, None, code, Some(&guidelines.map_or(old.clone(), |first| format!("{first}{old}"))));
    remote.promote(&score, Some(&next));
}

fn offline(desk: &Desk) -> Session {
    desk.session(world(0))
}

fn undo(desk: &Desk) -> RestoreReport {
    let mut session = offline(desk);
    let report = scoresync::engine::undo(&mut locked(&mut session), None).expect("there is a run");
    told(&mut session).expect("recorded");
    report
}

/// Brings texts back, and tells how it ended.
async fn restore(session: &mut Locked<'_>, targets: &Targets, from: &RestoreFrom) -> Result<RestoreReport, Halt> {
    let report = scoresync::engine::restore(session, targets, from).await;
    told(session).expect("recorded");
    report
}

fn file(name: &str) -> Targets {
    let path = RelPath::parse(&format!("Calls/{name}")).expect("a safe path");
    Targets { selectors: vec![Selector::Path(path)], ..Targets::default() }
}

async fn standing(desk: &Desk, remote: &Arc<MemoryRemote>) -> Standing {
    status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("status").scores[0].standing
}

fn outcomes(restoration: &RestoreReport) -> Vec<(&str, &RestoreOutcome)> {
    restoration.files.iter().map(|file| (file.path.file_name(), &file.outcome)).collect()
}

/// A pull that could do nothing is no run: nothing of it is there to be taken back before the one that did something.
#[tokio::test]
async fn a_pull_that_came_to_nothing_is_not_what_is_undone() {
    let (remote, desk) = pulled_twice().await;
    let pulled = desk.read(CODE);
    promote(&remote, "key0: newest\n", Some("- theirs\n"));
    let read_only = |yes: bool| {
        let mut permissions = std::fs::metadata(desk.path(CODE)).expect("there").permissions();
        permissions.set_readonly(yes);
        std::fs::set_permissions(desk.path(CODE), permissions).expect("set");
    };
    read_only(true);
    let failed = desk.pull(remote.clone()).await;
    read_only(false);
    assert!(failed.scores.iter().any(|score| matches!(score.outcome, Outcome::Failed(_))), "{failed:?}");
    assert_eq!(desk.read(CODE), pulled, "it was not touched");
    undo(&desk);
    assert!(desk.read(CODE).contains("key0: 0"), "the pull before it is taken back");
}

#[tokio::test]
async fn undoing_a_pull_is_no_edit_against_the_champion() {
    let (remote, desk) = pulled_twice().await;
    let merged = desk.files();
    assert!(desk.read(GUIDELINES).contains("- mine\n") && desk.read(GUIDELINES).contains("- theirs\n"));
    let undone = undo(&desk);
    assert!(matches!(
        outcomes(&undone)[..],
        [("Score 0.yaml", RestoreOutcome::Written(_)), ("Score 0.md", RestoreOutcome::Written(_))]
    ));
    assert!(desk.read(CODE).starts_with("key0: 0") && !desk.read(GUIDELINES).contains("theirs"));
    assert!(matches!(standing(&desk, &remote).await, Standing::Diverged { .. }), "as before the pull");
    let versions = remote.all_versions().len();
    assert!(matches!(desk.push(remote.clone(), true).await.scores[0].outcome, Outcome::Refused(_)), "pull first");
    assert_eq!(remote.all_versions().len(), versions);
    desk.pull(remote.clone()).await;
    assert_eq!(desk.files(), merged);
}

#[tokio::test]
async fn undoing_an_undo_does_it_again() {
    let (remote, desk) = pulled_twice().await;
    let merged = desk.files();
    undo(&desk);
    undo(&desk);
    assert_eq!(desk.files(), merged);
    assert!(matches!(standing(&desk, &remote).await, Standing::Modified(_)), "only the edit is left to push");
}

/// The program may die after the end of an undo is recorded, and before anybody is told of it.
#[tokio::test]
async fn an_undo_that_is_asked_for_again_tells_what_the_first_one_did() {
    for guidelines in [None, Some("- since\n")] {
        let (_remote, desk) = pulled_twice().await;
        let code = desk.read(CODE);
        if let Some(since) = guidelines {
            desk.write(GUIDELINES, since);
        }
        let untold = || scoresync::engine::undo(&mut locked(&mut offline(&desk)), None).expect("there is a run");
        let (first, again) = (untold(), untold());
        assert_ne!(desk.read(CODE), code);
        let changed = |report: &RestoreReport| {
            let done = outcomes(report).into_iter().filter(|(_, outcome)| outcome.is_done());
            done.map(|(file, outcome)| (file.to_owned(), outcome.clone())).collect::<Vec<_>>()
        };
        assert_eq!(changed(&first), changed(&again));
        assert_eq!(again.undone.map(|run| run.id), first.undone.map(|run| run.id));
        desk.write(CODE, "key0: typed since\n");
        assert!(outcomes(&untold()).contains(&("Score 0.yaml", &RestoreOutcome::Edited)));
    }
}

#[tokio::test]
async fn an_edit_since_is_left_alone_and_merges_later() {
    let (remote, desk) = pulled_twice().await;
    desk.write(GUIDELINES, &(desk.read(GUIDELINES) + "- later\n"));
    let undone = undo(&desk);
    assert!(matches!(
        outcomes(&undone)[..],
        [("Score 0.yaml", RestoreOutcome::Written(_)), ("Score 0.md", RestoreOutcome::Edited)]
    ));
    assert!(desk.read(GUIDELINES).ends_with("- mine\n- later\n"));
    desk.pull(remote.clone()).await;
    assert!(desk.read(CODE).contains("theirs") && desk.read(GUIDELINES).ends_with("- mine\n- later\n"));
}

#[tokio::test]
async fn the_history_keeps_as_many_runs_as_is_set() {
    let (remote, desk) = (world(1), Desk::new().keeping(2));
    let runs = || desk.state().runs().expect("readable").len();
    let mut kept = Vec::new();
    for pulls in 0..4 {
        promote(&remote, &format!("key: {pulls}\n"), None);
        desk.pull(remote.clone()).await;
        kept.push(runs());
    }
    undo(&desk);
    kept.push(runs());
    let mut session = offline(&desk);
    std::fs::remove_file(desk.path(CODE)).expect("there");
    restore(&mut locked(&mut session), &file(CODE), &RestoreFrom::Last).await.expect("restored");
    drop(session);
    kept.push(runs());
    assert_eq!(kept, [1, 2, 2, 2, 2, 2]);
}

/// A push replaces bases as a pull does, and a promotion champions: texts that nothing refers to any more go.
#[tokio::test]
async fn a_workspace_that_only_pushes_does_not_grow() {
    let (remote, desk) = (world(1), Desk::new().keeping(2));
    desk.pull(remote.clone()).await;
    for promote in [false, true] {
        let mut kept = Vec::new();
        for pushes in 0..6 {
            desk.write(CODE, &format!("key: {pushes}, {promote}\n"));
            let pushed = desk.push(remote.clone(), promote).await;
            assert!(matches!(pushed.scores[0].outcome, Outcome::Done(_)), "{pushed:?}");
            kept.push(desk.count("blob"));
        }
        assert!(kept[1..].iter().all(|later| *later == kept[1]), "promote {promote}: {kept:?}");
    }
}

#[tokio::test]
async fn what_is_restored_where_it_is_already_is_not_written() {
    let (remote, desk) = pulled_twice().await;
    let again = async || {
        let mut session = desk.session(remote.clone());
        let version = RestoreFrom::Version("dashboard-1".into());
        restore(&mut locked(&mut session), &file(CODE), &version).await.expect("restored")
    };
    let first = again().await;
    assert!(matches!(outcomes(&first)[..], [(_, RestoreOutcome::Written(_))]), "{first:?}");
    let second = again().await;
    assert_eq!(outcomes(&second), [("Score 0.yaml", &RestoreOutcome::Unchanged)]);
}

#[tokio::test]
async fn a_score_that_was_pushed_since_stays() {
    let (remote, desk) = pulled_twice().await;
    desk.push(remote.clone(), false).await;
    let before = desk.files();
    let undone = undo(&desk);
    assert!(undone.files.iter().all(|file| matches!(file.outcome, RestoreOutcome::SyncedSince)), "{undone:?}");
    assert_eq!((undone.bases.len(), desk.files()), (0, before));
    assert_eq!(standing(&desk, &remote).await, Standing::Ahead);
}

#[tokio::test]
async fn the_first_pull_can_be_undone_and_done_again() {
    let remote = world(2);
    let desk = Desk::new();
    assert!(matches!(scoresync::engine::undo(&mut locked(&mut offline(&desk)), None), Err(Halt::NothingToUndo { run: None })));
    desk.pull(remote.clone()).await;
    let pulled = desk.files();
    assert_eq!(undo_preview(&offline(&desk), None).expect("a run").files.len(), 4);
    assert_eq!(desk.files(), pulled, "a dry run changes nothing");
    undo(&desk);
    assert!(desk.files().is_empty());
    assert_eq!(standing(&desk, &remote).await, Standing::NotPulled);
    desk.pull(remote).await;
    assert_eq!(desk.files(), pulled);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_keeps_its_base() {
    use std::os::unix::fs::PermissionsExt;
    let (remote, desk) = pulled_twice().await;
    let before = desk.files();
    for name in [CODE, GUIDELINES] {
        std::fs::set_permissions(desk.path(name), std::fs::Permissions::from_mode(0o444)).expect("read-only");
    }
    let undone = undo(&desk);
    assert!(undone.files.iter().all(|file| matches!(file.outcome, RestoreOutcome::Failed(_))), "{undone:?}");
    assert_eq!(desk.files(), before);
    assert!(matches!(standing(&desk, &remote).await, Standing::Modified(_)), "the base is still the champion");
}

#[tokio::test]
async fn a_resolution_is_undone_to_the_conflict() {
    for choice in [Choice::Ours, Choice::Theirs, Choice::Merge] {
        let remote = world(1);
        let desk = Desk::new();
        desk.pull(remote.clone()).await;
        desk.write(CODE, &desk.read(CODE).replace("key0: 0", "key0: mine"));
        let mine = desk.files();
        promote(&remote, "key0: theirs\n", None);
        desk.pull(remote.clone()).await;
        resolve(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), choice).await.expect("resolves");
        let undone = undo(&desk);
        assert_eq!((undone.bases.len(), desk.files()), (1, mine), "{choice:?}");
        assert_eq!(desk.state().runs().expect("readable").len(), 3, "{choice:?}: it can be undone, with or without files");
        let report = desk.pull(remote.clone()).await;
        assert!(matches!(report.scores[0].outcome, Outcome::Conflict(_)), "{choice:?}");
    }
}

/// Somebody took all of the newest run back by hand, but for the base: that is what an undo is left with, and not an older run.
#[tokio::test]
async fn a_base_goes_back_alone_where_its_files_are_back() {
    let (remote, desk) = (world(2), Desk::new());
    desk.pull(remote.clone()).await;
    desk.write(CODE, &desk.read(CODE).replace("key0: 0", "key0: mine"));
    let mine = desk.read(CODE);
    promote(&remote, "key0: theirs\n", None);
    desk.pull(remote.clone()).await;
    resolve(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), Choice::Merge).await.expect("resolves");
    assert_ne!(desk.read(CODE), mine);
    desk.write(CODE, &mine);
    let before = desk.files();
    let undone = undo(&desk);
    assert_eq!((undone.bases.len(), desk.files()), (1, before), "{undone:?}");
    let report = desk.pull(remote.clone()).await;
    assert!(matches!(report.scores[0].outcome, Outcome::Conflict(_)), "{report:?}");
}

#[tokio::test]
async fn replaced_bytes_come_back_and_what_they_replace_is_kept() {
    let (remote, desk) = pulled_twice().await;
    let merged = desk.read(GUIDELINES);
    let mut session = desk.session(remote.clone());
    for _ in 0..2 {
        restore(&mut locked(&mut session), &file(GUIDELINES), &RestoreFrom::Last).await.expect("restored");
        assert!(desk.read(GUIDELINES).ends_with("- mine\n") && !desk.read(GUIDELINES).contains("theirs"));
        restore(&mut locked(&mut session), &file(GUIDELINES), &RestoreFrom::Last).await.expect("restored");
        assert_eq!(desk.read(GUIDELINES), merged);
    }
    let list = backups(&mut session, &file(GUIDELINES)).expect("the list");
    assert_eq!(list.iter().filter(|kept| kept.run.kind == RunKind::Restore).count(), 4);
    let made = list.last().expect("the first pull");
    assert_eq!((&made.run.kind, made.bytes), (&RunKind::Pull, None));
    let entry = RestoreFrom::Entry(list[list.len() - 2].replaced.id);
    restore(&mut locked(&mut session), &Targets::default(), &entry).await.expect("restored");
    assert!(!desk.read(GUIDELINES).contains("theirs"));
    let missing = restore(&mut locked(&mut session), &Targets::default(), &RestoreFrom::Entry(999)).await;
    assert!(matches!(missing, Err(Halt::NotKept(999))));
}

#[tokio::test]
async fn a_deleted_file_comes_back_as_its_base_and_is_clean() {
    let (remote, desk) = pulled_twice().await;
    std::fs::remove_file(desk.path(CODE)).expect("removed");
    let restored = restore(&mut locked(&mut offline(&desk)), &file(CODE), &RestoreFrom::Last).await.expect("restored");
    assert!(matches!(outcomes(&restored)[..], [("Score 0.yaml", RestoreOutcome::Written(_))]));
    assert!(desk.read(CODE).contains("theirs"), "what was last agreed on");
    assert!(matches!(standing(&desk, &remote).await, Standing::Modified(changes) if !changes.code));
}

#[tokio::test]
async fn any_version_comes_into_the_files_as_an_edit() {
    let (remote, desk) = pulled_twice().await;
    desk.write(CODE, &desk.read(CODE).replace('\n', "\r\n"));
    let word = Targets { selectors: vec![Selector::Word("Score 0".into())], ..Targets::default() };
    let first = RestoreFrom::Version("dashboard-1".into());
    let mut session = desk.session(remote.clone());
    let guidelines = desk.read(GUIDELINES);
    restore(&mut locked(&mut session), &file(CODE), &first).await.expect("restored");
    assert!(desk.read(CODE).starts_with("key0: 0 of score 0\r\n"), "in the file's own style");
    assert_eq!(desk.read(GUIDELINES), guidelines, "one file was named");
    restore(&mut locked(&mut session), &word, &first).await.expect("restored");
    assert!(!desk.read(GUIDELINES).contains("mine"));
    let report = desk.push(remote.clone(), false).await;
    assert!(matches!(report.scores[0].outcome, Outcome::Done(Action::Pushed { .. })), "{report:?}");
    let none = restore(&mut locked(&mut session), &word, &RestoreFrom::Version("zzz".into())).await;
    assert!(matches!(none, Err(Halt::NoVersion { .. })));
    let two = restore(&mut locked(&mut session), &Targets::default(), &first).await;
    assert!(matches!(two, Err(Halt::NotOneScore(named)) if named.len() == 2));
}

#[tokio::test]
async fn a_crash_between_the_base_and_the_files_costs_nothing() {
    let (remote, desk) = pulled_twice().await;
    let (files, versions) = (desk.files(), remote.all_versions().len());
    let mut state = desk.state();
    let run = state.runs().expect("runs")[0].id;
    state.transaction(|tx| tx.restore_synced(run, &"score-0".into())).expect("the first step of an undo");
    drop(state);
    assert!(matches!(desk.push(remote.clone(), true).await.scores[0].outcome, Outcome::Refused(_)));
    desk.pull(remote.clone()).await;
    assert_eq!((desk.files(), remote.all_versions().len()), (files, versions));
    assert!(matches!(standing(&desk, &remote).await, Standing::Modified(changes) if !changes.code));
}

#[tokio::test]
async fn a_score_means_its_missing_file_and_leaves_the_other_one() {
    let (_, desk) = pulled_twice().await;
    let guidelines = desk.read(GUIDELINES);
    std::fs::remove_file(desk.path(CODE)).expect("removed");
    let word = Targets { selectors: vec![Selector::Word("Score 0".into())], ..Targets::default() };
    let restored = restore(&mut locked(&mut offline(&desk)), &word, &RestoreFrom::Last).await.expect("restored");
    assert!(matches!(outcomes(&restored)[..], [("Score 0.yaml", RestoreOutcome::Written(_))]), "{restored:?}");
    assert_eq!(desk.read(GUIDELINES), guidelines);
}

thread_local! {
    /// Files that somebody saves when the clock is read next.
    static TO_SAVE: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
}

/// A run reads the clock when it is about to replace files, after it has looked at them.
fn clock_of_somebody_who_saves() -> Timestamp {
    for path in TO_SAVE.take() {
        std::fs::write(path, "saved at that moment\n").expect("saved");
    }
    Timestamp::now()
}

#[tokio::test]
async fn a_pull_that_comes_too_late_for_every_file_is_nothing_to_undo() {
    for (saved, is_kept) in [(vec![CODE, GUIDELINES], false), (vec![GUIDELINES], true)] {
        let (remote, desk) = (world(2), Desk::new());
        desk.pull(remote.clone()).await;
        let first = desk.state().runs().expect("runs");
        promote(&remote, &desk.read(CODE).replace("key0: 0", "key0: theirs"), Some("- theirs\n"));
        let mut session = desk.session_at(Some(remote.clone()), clock_of_somebody_who_saves);
        let mut locked = locked(&mut session);
        TO_SAVE.set(saved.iter().map(|file| desk.path(file)).collect());
        let report = pull(&mut locked, &Targets::default(), PullOptions::default()).await.expect("pulls");
        assert!(matches!(report.scores[0].outcome, Outcome::Failed(_)), "{report:?}");
        saved.iter().for_each(|file| assert_eq!(desk.read(file), "saved at that moment\n"));
        drop(locked);
        assert_eq!(desk.state().runs().expect("runs").len() - first.len(), usize::from(is_kept));
        if !is_kept {
            assert_eq!(
                undo(&desk).undone.expect("a run").id,
                first[0].id,
                "the one before it is the last one that did something"
            );
        }
    }
}
