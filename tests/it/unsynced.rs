//! Files of scores that are not synced when these are renamed in Plexus: typed by somebody, restored, or left by an undo. Whose they
//! are only the catalog last seen says; they stay that score's, and go along with it once there is a base.

use crate::moves::{assert_nobody_has_anothers_text, both, of, owner, pulled, put_empty, rename};
use crate::support::{Desk, locked, world};
use scoresync::engine::{
    Choice, Outcome, PullOptions, PushOptions, Report, RestoreFrom, Selector, Targets, pull, push, resolve, restore, status, undo,
};
use scoresync::model::{RelPath, ScoreId, Scorecard};
use scoresync::plan::{Refusal, Standing};
use scoresync::remote::MemoryRemote;
use std::fs;
use std::sync::Arc;

async fn look(remote: &Arc<MemoryRemote>, desk: &Desk) -> Report {
    status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks")
}

async fn swap(remote: &MemoryRemote) {
    rename(remote, &[(0, "Score 1"), (1, "Score 0")]).await;
}

fn found_at(report: &Report, id: &str) -> Option<String> {
    of(report, id).moved_from.as_ref().map(|at| at.code.to_string())
}

fn only(id: &str) -> Targets {
    Targets { selectors: vec![Selector::Score(id.into())], ..Targets::default() }
}

async fn restore_from(desk: &Desk, remote: &Arc<MemoryRemote>, id: &str, from: RestoreFrom) {
    restore(&mut locked(&mut desk.session(remote.clone())), &only(id), &from).await.expect("restores");
}

/// A fresh desk with the first version of one score, restored before anything was pulled; then names are swapped.
async fn restored_and_swapped() -> (Arc<MemoryRemote>, Desk) {
    let (remote, desk) = (world(2), Desk::new());
    restore_from(&desk, &remote, "score-0", RestoreFrom::Version("dashboard-1".to_owned())).await;
    swap(&remote).await;
    (remote, desk)
}

#[tokio::test]
async fn a_version_that_was_restored_goes_along_with_its_score() {
    let (remote, desk) = restored_and_swapped().await;
    let seen = look(&remote, &desk).await;
    assert_eq!(found_at(&seen, "score-0").as_deref(), Some("Calls/Score 0.yaml"), "{seen:?}");
    assert_eq!(of(&seen, "score-0").standing, Standing::Adopted { current: true });
    assert_eq!(look(&remote, &desk).await.scores.len(), seen.scores.len(), "also once the rename is known");
    desk.push(remote.clone(), true).await;
    desk.pull(remote.clone()).await;
    assert_eq!([owner(&desk, "Score 0"), owner(&desk, "Score 1")], [Some(1), Some(0)]);
    assert!(desk.state().unsynced_places().expect("readable").is_empty());
    assert_eq!(remote.all_versions().len(), 2);
}

/// The other score may not take the place before it is free.
#[tokio::test]
async fn what_somebody_typed_stays_where_it_is_until_it_is_decided() {
    let (remote, desk) = (world(2), Desk::new());
    let typed = "mine: of score 0\nname: Score 0\n";
    desk.write("Score 0.yaml", typed);
    look(&remote, &desk).await;
    swap(&remote).await;
    for _ in 0..2 {
        let pull = desk.pull(remote.clone()).await;
        assert!(matches!(of(&pull, "score-0").outcome, Outcome::Conflict(_)), "{pull:?}");
        assert_eq!(desk.read("Score 0.yaml"), typed);
        assert!(!matches!(of(&pull, "score-1").outcome, Outcome::Done(_)), "{pull:?}");
        desk.push(remote.clone(), true).await;
    }
    let named = only("score-0");
    resolve(&mut locked(&mut desk.session(remote.clone())), &named, Choice::Ours).await.expect("resolves");
    desk.pull(remote.clone()).await;
    assert_eq!(desk.read("Score 1.yaml"), typed);
    assert_eq!(owner(&desk, "Score 0"), Some(1));
    desk.push(remote.clone(), true).await;
    assert_nobody_has_anothers_text(&remote);
}

#[tokio::test]
async fn a_first_version_is_that_of_the_score_that_was_called_so() {
    let (remote, desk) = pulled(2).await;
    let new: ScoreId = put_empty(&remote, 5, "New").await;
    desk.write("New.yaml", "key: of score 5\n");
    look(&remote, &desk).await;
    rename(&remote, &[(5, "Newer")]).await;
    put_empty(&remote, 6, "New").await;
    desk.push(remote.clone(), true).await;
    desk.pull(remote.clone()).await;
    assert_eq!(desk.read("Newer.yaml"), "key: of score 5\n");
    assert!(!desk.path("New.yaml").exists());
    let made: Vec<_> = remote.all_versions().into_values().map(|version| version.meta.score_id).collect();
    assert_eq!(made.iter().filter(|id| **id == new).count(), 1, "{made:?}");
    assert_nobody_has_anothers_text(&remote);
}

/// Nobody knows under which names such a file came: git may have brought it from a teammate who pulled already.
#[tokio::test]
async fn a_file_that_nobody_saw_before_a_rename_is_that_of_who_is_called_so() {
    let (remote, desk) = (world(2), Desk::new());
    look(&remote, &desk).await;
    let other = Desk::new();
    swap(&remote).await;
    other.pull(remote.clone()).await;
    for file in ["Score 0.yaml", "guidelines/Score 0.md"] {
        desk.write(file, &other.read(file));
    }
    let seen = look(&remote, &desk).await;
    assert_eq!(of(&seen, "score-1").standing, Standing::Adopted { current: true });
    desk.pull(remote.clone()).await;
    assert_eq!([owner(&desk, "Score 0"), owner(&desk, "Score 1")], [Some(1), Some(0)]);
}

/// An undo leaves guidelines that were edited since the first pull, and names were swapped in between.
#[tokio::test]
async fn what_an_undo_leaves_stays_with_its_score() {
    let (remote, desk) = pulled(2).await;
    swap(&remote).await;
    look(&remote, &desk).await;
    let edited = format!("{}- mine\n", desk.read("guidelines/Score 1.md"));
    desk.write("guidelines/Score 1.md", &edited);
    undo(&mut locked(&mut desk.session(remote.clone())), None).expect("undone");
    desk.pull(remote.clone()).await;
    desk.push(remote.clone(), true).await;
    let score_0 = remote.all_versions().into_values().filter(|version| version.meta.score_id.as_str() == "score-0").count();
    assert_eq!(score_0, 1, "it has no edit: {:?}", desk.files());
}

/// Who deletes the file gives the place up.
#[tokio::test]
async fn a_place_without_a_file_is_free() {
    let (remote, desk) = restored_and_swapped().await;
    look(&remote, &desk).await;
    for file in ["Score 0.yaml", "guidelines/Score 0.md"] {
        fs::remove_file(desk.path(file)).expect("there");
    }
    desk.pull(remote.clone()).await;
    assert_eq!([owner(&desk, "Score 0"), owner(&desk, "Score 1")], [Some(1), Some(0)]);
    assert!(desk.state().unsynced_places().expect("readable").is_empty());
}

/// Files come back as they were, and with them whose they are.
#[tokio::test]
async fn an_undo_of_the_first_pull_leaves_files_to_their_score() {
    let (remote, desk) = restored_and_swapped().await;
    let before = desk.files();
    desk.pull(remote.clone()).await;
    undo(&mut locked(&mut desk.session(remote.clone())), None).expect("undone");
    assert_eq!(desk.files(), before);
    let places = desk.state().unsynced_places().expect("readable");
    let places: Vec<_> = places.iter().map(|(id, at)| (id.as_str(), at.code.as_str())).collect();
    assert_eq!(places, [("score-0", "Calls/Score 0.yaml")]);
    let seen = look(&remote, &desk).await;
    assert_eq!(found_at(&seen, "score-0").as_deref(), Some("Calls/Score 0.yaml"), "{seen:?}");
    desk.pull(remote.clone()).await;
    assert_eq!([owner(&desk, "Score 0"), owner(&desk, "Score 1")], [Some(1), Some(0)], "pulled again");
    assert!(desk.state().unsynced_places().expect("readable").is_empty());
}

/// Somebody deleted the files before the undo: nothing lies there that could be anybody's.
#[tokio::test]
async fn an_undo_without_files_leaves_no_place() {
    let (remote, desk) = pulled(2).await;
    for file in both("Score 0") {
        fs::remove_file(desk.path(&file)).expect("there");
    }
    undo(&mut locked(&mut desk.session(remote.clone())), None).expect("undone");
    assert!(desk.state().unsynced_places().expect("readable").is_empty());
}

/// The first pull is taken back after a rename: what was typed before it comes back at the old name.
#[tokio::test]
async fn an_undo_after_a_rename_leaves_files_to_their_score() {
    let (remote, desk) = (world(2), Desk::new());
    let typed = "mine: of score 0\nname: Score 0\n";
    desk.write("Score 0.yaml", typed);
    let pull = desk.pull(remote.clone()).await;
    assert!(matches!(of(&pull, "score-0").outcome, Outcome::Conflict(_)), "{pull:?}");
    resolve(&mut locked(&mut desk.session(remote.clone())), &only("score-0"), Choice::Theirs).await.expect("resolves");
    swap(&remote).await;
    look(&remote, &desk).await;
    undo(&mut locked(&mut desk.session(remote.clone())), None).expect("undone");
    assert_eq!(desk.read("Score 0.yaml"), typed);
    let seen = look(&remote, &desk).await;
    let score = of(&seen, "score-0");
    let found = (score.paths.code.as_str(), score.standing, score.waits_for.is_some());
    assert_eq!(found, ("Calls/Score 0.yaml", Standing::UnknownBase, true), "the other one is to be moved first");
    desk.push(remote.clone(), true).await;
    assert_eq!(remote.all_versions().len(), 2, "nobody has decided yet");
}

/// Another one got the name of a score that is gone: what lies there is not its text.
#[tokio::test]
async fn the_file_of_a_score_that_is_gone_is_not_that_of_who_got_its_name() {
    let (remote, desk) = pulled(2).await;
    let gone = put_empty(&remote, 5, "Score 5").await;
    let text = "key: of score 5\nother: of score 5\n";
    let first = remote.save(&gone, None, text, None);
    remote.promote(&gone, Some(&first));
    restore_from(&desk, &remote, "score-5", RestoreFrom::Version(first.to_string())).await;
    remote.remove_score(&gone);
    rename(&remote, &[(0, "Score 5")]).await;
    for file in ["Score 0.yaml", "guidelines/Score 0.md"] {
        fs::remove_file(desk.path(file)).expect("there");
    }
    let versions = remote.all_versions().len();
    for _ in 0..2 {
        let seen = look(&remote, &desk).await;
        assert_eq!(of(&seen, "score-0").standing, Standing::DeletedLocally, "{seen:?}");
        desk.push(remote.clone(), true).await;
        desk.pull(remote.clone()).await;
    }
    assert_eq!(remote.all_versions().len(), versions);
    assert_eq!(desk.read("Score 5.yaml"), text);
    fs::remove_file(desk.path("Score 5.yaml")).expect("there");
    restore_from(&desk, &remote, "score-0", RestoreFrom::Last).await;
    desk.pull(remote.clone()).await;
    assert_eq!(owner(&desk, "Score 5"), Some(0), "the place is free");
}

/// An edit kept the file there when the pull was undone. It is told like any other of a score that is gone, as long as it is there.
#[tokio::test]
async fn what_an_undo_left_of_a_score_that_is_gone_is_told() {
    let (remote, desk) = pulled(3).await;
    let edited = format!("{}mine: 1\n", desk.read("Score 1.yaml"));
    desk.write("Score 1.yaml", &edited);
    remote.remove_score(&"score-1".into());
    look(&remote, &desk).await;
    undo(&mut locked(&mut desk.session(remote.clone())), None).expect("undoes");
    let path = RelPath::parse("Calls/Score 1.yaml").expect("a safe path");
    let file = Targets { selectors: vec![Selector::Path(path)], ..Targets::default() };
    for targets in [Targets::default(), only("score-1"), file] {
        let seen = status(&mut desk.session(remote.clone()), &targets, true).await.expect("looks");
        assert_eq!((of(&seen, "score-1").standing, seen.unknown), (Standing::GoneRemotely { clean: false }, Vec::new()));
    }
    let pushed = desk.push(remote.clone(), true).await;
    assert!(matches!(of(&pushed, "score-1").outcome, Outcome::Refused(Refusal::GoneRemotely)), "{pushed:?}");
    let prune = PullOptions { prune: true, ..PullOptions::default() };
    pull(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), prune).await.expect("pulls");
    assert_eq!(desk.read("Score 1.yaml"), edited, "no base says what of it is lost with it");
    fs::remove_file(desk.path("Score 1.yaml")).expect("there");
    let seen = look(&remote, &desk).await;
    assert!(seen.scores.iter().all(|score| score.id != "score-1".into()), "{seen:?}");
}

/// Git brings the files of a teammate who pulled all scores after names went round; here only one of them was pulled before, and the
/// files are seen before the new names are.
#[tokio::test]
async fn a_text_of_a_score_that_was_never_pulled_is_not_pushed_for_another_one() {
    let (remote, desk, other) = (world(4), Desk::new(), Desk::new());
    let one = PullOptions::default();
    pull(&mut locked(&mut desk.session(remote.clone())), &only("score-2"), one).await.expect("pulls");
    rename(&remote, &[(0, "Score 2"), (2, "Score 3"), (3, "Score 0")]).await;
    other.pull(remote.clone()).await;
    for file in (0..4).flat_map(|number| both(&format!("Score {number}"))) {
        desk.write(&file, &other.read(&file));
    }
    status(&mut desk.offline(), &Targets::default(), true).await.expect("looks");
    let (id, name, key, external_id) = ("card".into(), "Letters".into(), "calls".into(), "1".into());
    remote.put_scorecard(Scorecard { id, name, key, external_id });
    for targets in [only("score-2"), Targets::default()] {
        let options = PushOptions::default();
        push(&mut locked(&mut desk.session(remote.clone())), &targets, &options).await.expect("runs");
    }
    assert_nobody_has_anothers_text(&remote);
}
