//! Scores that are renamed in Plexus so that their files get each other's places: one pull moves them, both documents of each,
//! with whatever a person made of them, and whatever the moment is at which it dies.

use crate::support::{Desk, locked, world};
use scoresync::engine::{
    Action, Outcome, PullOptions, PushOptions, Report, RestoreFrom, RestoreOutcome, RestoredFile, ScoreReport, Selector, Targets,
    backups, pull, pull_preview, push, restore, restore_preview, status, undo,
};
use scoresync::model::{DocKind, FaultCause, RelPath, ScoreId, Scorecard, Version};
use scoresync::plan::Standing;
use scoresync::remote::{MemoryRemote, Remote};
use scoresync::state::Backup;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::sync::Arc;

pub async fn pulled(scores: usize) -> (Arc<MemoryRemote>, Desk) {
    let (remote, desk) = (world(scores), Desk::new());
    desk.pull(remote.clone()).await;
    (remote, desk)
}

/// Each score gets the name beside it.
pub async fn rename(remote: &MemoryRemote, names: &[(usize, &str)]) {
    for (score, name) in names {
        let mut score = remote.score(&format!("score-{score}").as_str().into()).await.expect("readable").expect("there");
        score.name = (*name).into();
        remote.put_score(score);
    }
}

/// A score that has no version yet.
pub async fn put_empty(remote: &MemoryRemote, number: usize, name: &str) -> ScoreId {
    let mut fresh = remote.score(&"score-1".into()).await.expect("readable").expect("there");
    let id = ScoreId::from(format!("score-{number}"));
    (fresh.id, fresh.name, fresh.external_id) = (id.clone(), name.into(), number.to_string().into());
    fresh.champion = None;
    remote.put_score(fresh);
    id
}

/// A score that nobody has pulled yet.
pub async fn put_new(remote: &MemoryRemote, number: usize, name: &str) {
    let id = put_empty(remote, number, name).await;
    let [code, guidelines] = [format!("key: of score {number}\n"), format!("- of score {number}\n")];
    let first = remote.save(&id, None, &code, Some(&guidelines));
    remote.promote(&id, Some(&first));
}

pub fn edit(desk: &Desk, name: &str) {
    for file in [format!("{name}.yaml"), format!("guidelines/{name}.md")] {
        desk.write(&file, &format!("{}# mine, of {name}\n", desk.read(&file)));
    }
}

/// Whose both documents of a name are, by what they say.
pub fn owner(desk: &Desk, name: &str) -> Option<usize> {
    let says = |file: String| {
        let text = std::fs::read_to_string(desk.path(&file)).ok()?;
        (0..9).find(|n| text.contains(&format!("of score {n}\n")))
    };
    let [code, guidelines] = [format!("{name}.yaml"), format!("guidelines/{name}.md")].map(says);
    assert_eq!(code, guidelines, "the documents of {name} are apart");
    code
}

pub fn of<'a>(report: &'a Report, id: &str) -> &'a ScoreReport {
    report.scores.iter().find(|score| score.id.as_str() == id).expect("it is reported")
}

/// As when a teammate pulled the swap, and git brought it.
fn swap_files(desk: &Desk, first: &str, second: &str) {
    for [first, second] in
        [[first, second].map(|name| format!("{name}.yaml")), [first, second].map(|name| format!("guidelines/{name}.md"))]
    {
        let [of_first, of_second] = [&first, &second].map(|file| desk.read(file));
        desk.write(&first, &of_second);
        desk.write(&second, &of_first);
    }
}

/// What each version says is its own score's.
pub fn assert_nobody_has_anothers_text(remote: &MemoryRemote) {
    for version in remote.all_versions().values() {
        let number = version.meta.score_id.as_str().trim_start_matches("score-").to_owned();
        let code = version.docs.code.text.as_deref().expect("a text");
        assert!(code.contains(&format!("of score {number}\n")), "{}: {code}", version.meta.score_id);
    }
}

/// The files of a score with this name.
pub fn both(name: &str) -> [String; 2] {
    [format!("{name}.yaml"), format!("guidelines/{name}.md")]
}

/// Somebody pushes a file by its name, and promotes it.
pub async fn push_file(remote: &Arc<MemoryRemote>, desk: &Desk, file: &str) -> Report {
    let selectors = vec![Selector::Path(RelPath::parse(&format!("Calls/{file}")).expect("a safe path"))];
    let (targets, options) =
        (Targets { selectors, ..Targets::default() }, PushOptions { promote: true, ..PushOptions::default() });
    push(&mut locked(&mut desk.session(remote.clone())), &targets, &options).await.expect("runs")
}

fn only(score: &str) -> Targets {
    Targets { selectors: vec![Selector::Score(score.into())], ..Targets::default() }
}

fn moved(report: &Report) -> usize {
    let is_moved = |score: &&ScoreReport| score.moved_from.is_some() && matches!(score.outcome, Outcome::Done(_));
    report.scores.iter().filter(is_moved).count()
}

#[tokio::test]
async fn names_that_are_swapped_take_their_edits_along_in_one_pull() {
    let (remote, desk) = pulled(3).await;
    edit(&desk, "Score 0");
    rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
    let before = desk.files();
    let look = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
    assert_eq!(of(&look, "score-0").moved_from.as_ref().map(|at| at.code.as_str()), Some("Calls/Score 0.yaml"));
    assert!(matches!(of(&look, "score-0").standing, Standing::Modified(_)), "{look:?}");
    assert_eq!(of(&look, "score-1").standing, Standing::Clean);
    let preview =
        pull_preview(&mut desk.session(remote.clone()), &Targets::default(), PullOptions::default()).await.expect("looks");
    assert!(matches!(of(&preview, "score-1").outcome, Outcome::Planned(Action::Moved)), "{preview:?}");
    assert_eq!(desk.files(), before);

    assert_eq!(moved(&desk.pull(remote.clone()).await), 2);
    assert_eq!([owner(&desk, "Score 0"), owner(&desk, "Score 1")], [Some(1), Some(0)]);
    assert!(desk.read("Score 1.yaml").contains("# mine") && desk.read("guidelines/Score 1.md").contains("# mine"));
    let after = desk.files();
    assert_eq!(moved(&desk.pull(remote.clone()).await), 0);
    let look = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
    assert!(matches!(of(&look, "score-0").standing, Standing::Modified(_)), "the edit is that of its score: {look:?}");
    assert_eq!(of(&look, "score-1").standing, Standing::Clean);

    undo(&mut locked(&mut desk.offline()), None).expect("undone");
    assert_eq!(desk.files(), before, "an undo brings the names back");
    desk.pull(remote.clone()).await;
    assert_eq!(desk.files(), after, "and the next pull does it again");
}

#[tokio::test]
async fn names_that_go_round_or_are_handed_on_move_in_one_pull() {
    let (remote, desk) = pulled(6).await;
    let next = remote.save(&"score-1".into(), None, "key: of score 1\n", Some("- of score 1\n"));
    remote.promote(&"score-1".into(), Some(&next));
    // A circle of three, one of them with a new champion; a chain, into whose first place a score comes that is new.
    rename(&remote, &[(0, "Score 1"), (1, "Score 2"), (2, "Score 0"), (3, "Score 4"), (4, "Other")]).await;
    put_new(&remote, 7, "Score 3").await;
    let report = desk.pull(remote.clone()).await;
    assert_eq!(moved(&report), 5, "{report:?}");
    let names = ["Score 0", "Score 1", "Score 2", "Score 3", "Score 4", "Other", "Score 5"];
    assert_eq!(names.map(|name| owner(&desk, name)), [2, 0, 1, 7, 3, 4, 5].map(Some));
    assert_eq!(desk.read("Score 2.yaml"), "key: of score 1\n");
    let again = desk.pull(remote.clone()).await;
    assert!(again.scores.iter().all(|score| matches!(score.outcome, Outcome::Untouched)), "{again:?}");
    assert_eq!(desk.files().len(), 14);
}

/// It is not written anew: it keeps its mode, and what an editor saves into it meanwhile.
#[tokio::test]
async fn a_file_that_moves_is_the_same_file() {
    let swap: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 0")];
    let circle: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 2"), (2, "Score 0")];
    let chain: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 2"), (2, "Other")];
    for (names, is_alike) in [(swap, false), (circle, false), (chain, false), (chain, true)] {
        let (remote, desk) = pulled(3).await;
        if is_alike {
            // Two files that say the same are still two.
            let text =
                |score: usize| (desk.read(&format!("Score {score}.yaml")), desk.read(&format!("guidelines/Score {score}.md")));
            let (code, guidelines) = text(0);
            let next = remote.save(&"score-2".into(), None, &code, Some(&guidelines));
            remote.promote(&"score-2".into(), Some(&next));
            desk.pull(remote.clone()).await;
            assert_eq!(text(2), text(0));
        }
        let files = |name: &str| [format!("{name}.yaml"), format!("guidelines/{name}.md")];
        let inodes = |name: &str| {
            let inode = |file: String| std::fs::metadata(desk.path(&file)).expect("there").ino();
            files(name).map(inode)
        };
        let before: Vec<_> = (0..3).map(|score| inodes(&format!("Score {score}"))).collect();
        rename(&remote, names).await;
        desk.pull(remote.clone()).await;
        for (score, name) in names {
            assert_eq!(inodes(name), before[*score], "{names:?}: {name}");
        }
        undo(&mut locked(&mut desk.offline()), None).expect("undone");
        for (score, _) in names {
            assert_eq!(inodes(&format!("Score {score}")), before[*score], "{names:?}: {score}");
        }
    }
}

/// What has another text, too, is written; and so is what it takes the place of, or leaves one for.
#[tokio::test]
async fn an_undo_brings_back_what_was_renamed_and_changed() {
    let swap: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 0")];
    let circle: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 2"), (2, "Score 0")];
    let chain: &[(usize, &str)] = &[(0, "Score 1"), (1, "Other")];
    let away: &[(usize, &str)] = &[(0, "Other"), (1, "Another")];
    for names in [swap, circle, chain, away] {
        for changed in [vec![0], vec![1], vec![0, 1]] {
            let (remote, desk) = pulled(3).await;
            let before = desk.files();
            for score in &changed {
                let id = format!("score-{score}").as_str().into();
                let next = remote.save(&id, None, &format!("key: of score {score}\n"), Some(&format!("- of score {score}\n")));
                remote.promote(&id, Some(&next));
            }
            rename(&remote, names).await;
            desk.pull(remote.clone()).await;
            let after = desk.files();
            for (score, name) in names {
                assert_eq!(owner(&desk, name), Some(*score), "{names:?}, changed {changed:?}");
            }
            let report = undo(&mut locked(&mut desk.offline()), None).expect("undone");
            assert_eq!(desk.files(), before, "{names:?}, changed {changed:?}: {report:?}");
            desk.pull(remote.clone()).await;
            assert_eq!(desk.files(), after, "{names:?}, changed {changed:?}");
        }
    }
}

/// What an undo could not do at first it does at the next run, of scores that only got other names, too: a text that lies at the
/// place of another score must never be pushed as that one's.
#[tokio::test]
async fn an_undo_that_comes_late_says_of_every_score_where_its_files_are() {
    for changed in [0, 1] {
        let (remote, desk) = pulled(2).await;
        let before = desk.files();
        let id = format!("score-{changed}").as_str().into();
        let next = remote.save(&id, None, &format!("key: of score {changed}\n"), Some(&format!("- of score {changed}\n")));
        remote.promote(&id, Some(&next));
        rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
        desk.pull(remote.clone()).await;
        let after = desk.files();
        let set_mode = |mode| {
            for file in desk.files().keys() {
                std::fs::set_permissions(desk.place(file), Permissions::from_mode(mode)).expect("its mode");
            }
        };
        set_mode(0o444);
        let report = undo(&mut locked(&mut desk.offline()), None).expect("it fails for each file");
        assert!(report.files.iter().all(|file| matches!(file.outcome, RestoreOutcome::Failed(_))), "{report:?}");
        assert_eq!(desk.files(), after);
        set_mode(0o644);
        let pushed = desk.push(remote.clone(), false).await;
        assert_eq!(desk.files(), before, "{changed}");
        let is_pushed = |score: &&ScoreReport| matches!(score.outcome, Outcome::Done(_));
        assert_eq!(pushed.scores.iter().filter(is_pushed).count(), 0, "{changed}: {pushed:?}");
        desk.pull(remote.clone()).await;
        assert_eq!(desk.files(), after, "{changed}");
    }
}

/// A run that only moved files has the same base before and after: where the files went since tells that others went on.
#[tokio::test]
async fn a_run_after_which_a_score_got_yet_another_name_is_not_undone() {
    let (remote, desk) = pulled(2).await;
    rename(&remote, &[(0, "Other")]).await;
    desk.pull(remote.clone()).await;
    let run = desk.state().runs().expect("readable")[0].id;
    rename(&remote, &[(0, "Third")]).await;
    desk.pull(remote.clone()).await;
    let now = desk.files();
    let report = undo(&mut locked(&mut desk.offline()), Some(run.0)).expect("it tells why not");
    assert_eq!(desk.files(), now, "{report:?}");
    let stays = |file: &RestoredFile| matches!(file.outcome, RestoreOutcome::SyncedSince | RestoreOutcome::Unchanged);
    assert!(report.files.iter().all(stays), "{report:?}");
    // Once the later one is undone, it is the last that moved them.
    undo(&mut locked(&mut desk.offline()), None).expect("undone");
    undo(&mut locked(&mut desk.offline()), Some(run.0)).expect("undone");
    assert_eq!(owner(&desk, "Score 0"), Some(0));
}

/// An edit in a file that a pull moved stays with its score: of the file that an undo would leave there, nobody would know whose
/// it is.
#[tokio::test]
async fn an_edited_file_that_was_moved_stays_with_its_score() {
    for edited in ["Other.yaml", "guidelines/Other.md"] {
        let (remote, desk) = pulled(2).await;
        rename(&remote, &[(0, "Other")]).await;
        desk.pull(remote.clone()).await;
        desk.write(edited, &(desk.read(edited) + "mine: 1\n"));
        let now = desk.files();
        let report = undo(&mut locked(&mut desk.offline()), None).expect("it tells why not");
        let stays = |file: &RestoredFile| matches!(file.outcome, RestoreOutcome::Edited | RestoreOutcome::StaysWithOthers);
        assert!(report.files.iter().all(stays), "{report:?}");
        assert_eq!(desk.files(), now);
        let pushed = desk.push(remote.clone(), false).await;
        let is_pushed = |score: &&ScoreReport| matches!(score.outcome, Outcome::Done(_));
        let pushed: Vec<&str> = pushed.scores.iter().filter(is_pushed).map(|score| score.id.as_str()).collect();
        assert_eq!(pushed, ["score-0"], "{edited}");
    }
}

/// Each is one, although nobody can tell them apart.
#[tokio::test]
async fn files_that_say_the_same_and_are_handed_on_stay_as_many() {
    let chain: &[(usize, &str)] = &[(0, "Score 1"), (1, "Other")];
    let longer: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 2"), (2, "Other")];
    let circle: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 2"), (2, "Score 0")];
    for names in [chain, longer, circle] {
        let (remote, desk) = pulled(3).await;
        for (score, _) in names {
            let id = format!("score-{score}").as_str().into();
            let next = remote.save(&id, None, "key: of score 0\n", Some("- of score 0\n"));
            remote.promote(&id, Some(&next));
        }
        desk.pull(remote.clone()).await;
        rename(&remote, names).await;
        assert_eq!(moved(&desk.pull(remote.clone()).await), names.len(), "{names:?}");
        for (_, name) in names {
            assert_eq!(owner(&desk, name), Some(0), "{names:?}: {name}");
        }
        assert_eq!((desk.files().len(), desk.state().unfinished_runs().expect("readable")), (6, vec![]), "{names:?}");
    }
}

/// However many there are, and wherever they stand among them.
#[tokio::test]
async fn scores_that_take_each_others_places_do_so_together() {
    let (first, middle, last) = ("Score 0", "Score 299", "Score 99");
    let circle: &[(usize, &str)] = &[(0, middle), (299, last), (99, first)];
    let swap: &[(usize, &str)] = &[(0, last), (99, first)];
    let down: &[(usize, &str)] = &[(0, last), (99, "Other")];
    let up: &[(usize, &str)] = &[(99, first), (0, "Zero")];
    for names in [circle, swap, down, up] {
        let (remote, desk) = pulled(300).await;
        for score in 0..300 {
            let (id, text) = (format!("score-{score}").as_str().into(), format!("of score {score}\n"));
            let next = remote.save(&id, None, &format!("key: {text}"), Some(&format!("- {text}")));
            remote.promote(&id, Some(&next));
        }
        rename(&remote, names).await;
        let report = desk.pull(remote.clone()).await;
        assert!(report.scores.iter().all(|score| matches!(score.outcome, Outcome::Done(_))), "{names:?}");
        for (score, name) in names {
            assert_eq!(desk.read(&format!("{name}.yaml")), format!("key: of score {score}\n"), "{names:?}");
        }
    }
}

/// What is pruned makes room, and what goes there does so for the next one.
#[tokio::test]
async fn scores_that_wait_for_a_place_of_a_pruned_one_move_in_the_same_pull() {
    let (remote, desk) = pulled(4).await;
    remote.remove_score(&"score-0".into());
    rename(&remote, &[(1, "Score 0"), (2, "Score 1"), (3, "Score 2")]).await;
    let options = PullOptions { prune: true, ..PullOptions::default() };
    let report = pull(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), options).await.expect("pulls");
    assert_eq!(moved(&report), 3, "{report:?}");
    assert_eq!(["Score 0", "Score 1", "Score 2", "Score 3"].map(|name| owner(&desk, name)), [Some(1), Some(2), Some(3), None]);
}

#[tokio::test]
async fn scorecards_that_swap_names_and_names_that_change_by_case_move_too() {
    let (remote, desk) = pulled(2).await;
    let card = |id: &str, name: &str| Scorecard { id: id.into(), name: name.into(), key: id.into(), external_id: id.into() };
    remote.put_scorecard(card("second", "Letters"));
    let mut score = remote.score(&"score-1".into()).await.expect("readable").expect("there");
    score.scorecard_id = "second".into();
    remote.put_score(score);
    desk.pull(remote.clone()).await;
    assert!(desk.root().join("Letters/Score 1.yaml").exists());
    rename(&remote, &[(0, "Tone"), (1, "Tone")]).await;
    desk.pull(remote.clone()).await;
    remote.put_scorecard(Scorecard { external_id: "1".into(), key: "calls".into(), ..card("card", "Letters") });
    remote.put_scorecard(card("second", "Calls"));
    assert_eq!(moved(&desk.pull(remote.clone()).await), 2);
    let read = |path: &str| std::fs::read_to_string(desk.root().join(path)).expect("a file");
    assert!(read("Letters/Tone.yaml").contains("of score 0") && read("Calls/guidelines/Tone.md").contains("of score 1"));
    rename(&remote, &[(0, "TONE")]).await;
    assert_eq!(moved(&desk.pull(remote.clone()).await), 1);
    let names = std::fs::read_dir(desk.root().join("Letters")).expect("a folder");
    let names: Vec<_> = names.map(|entry| entry.expect("an entry").file_name()).filter(|name| name != "guidelines").collect();
    assert_eq!(names, ["TONE.yaml"]);
}

#[tokio::test]
async fn what_is_in_the_way_stays_and_so_does_what_waits_for_it() {
    let (remote, desk) = pulled(4).await;
    desk.write("Other.yaml", "nobody's\n");
    rename(&remote, &[(0, "Score 1"), (1, "Other"), (2, "Score 3"), (3, "Score 2")]).await;
    put_new(&remote, 7, "Score 0").await;
    let mine = desk.read("Score 2.yaml").replace("key3: 3", "key3: mine");
    desk.write("Score 2.yaml", &mine);
    let theirs: String = (0..12).map(|line| format!("key{line}: {line} of theirs\n")).collect();
    let next = remote.save(&"score-2".into(), None, &theirs, None);
    remote.promote(&"score-2".into(), Some(&next));
    let before = desk.files();
    let report = desk.pull(remote.clone()).await;
    assert_eq!(desk.files(), before, "{report:?}");
    let waits = |id: &str| of(&report, id).waits_for.as_ref().map(|place| place.as_str());
    assert_eq!([waits("score-0"), waits("score-1")], [Some("Calls/Score 1.yaml"), Some("Calls/Other.yaml")]);
    assert_eq!(waits("score-7"), Some("Calls/Score 0.yaml"), "a new score waits, too");
    assert!(matches!(of(&report, "score-7").outcome, Outcome::Untouched), "{report:?}");
    assert!(matches!(of(&report, "score-2").outcome, Outcome::Conflict(_)), "{report:?}");
    assert_eq!(waits("score-3"), Some("Calls/Score 2.yaml"), "a score in conflict stays where it is");
    let push = desk.push(remote.clone(), false).await;
    assert!(!push.scores.iter().any(|score| matches!(score.outcome, Outcome::Done(Action::Pushed { .. }))), "{push:?}");

    std::fs::remove_file(desk.path("Other.yaml")).expect("removed");
    // Without its score a place is not free.
    let only = Targets { selectors: vec![Selector::Score("score-0".into())], ..Targets::default() };
    pull(&mut locked(&mut desk.session(remote.clone())), &only, PullOptions::default()).await.expect("pulls");
    assert_eq!([owner(&desk, "Score 0"), owner(&desk, "Score 1")], [Some(0), Some(1)]);
    desk.pull(remote.clone()).await;
    assert_eq!([owner(&desk, "Score 0"), owner(&desk, "Score 1"), owner(&desk, "Other")], [Some(7), Some(0), Some(1)]);
}

/// Whatever lies where a renamed score goes, and whatever became of it: it follows Plexus where it is, and comes once the place
/// is free.
#[tokio::test]
async fn a_file_of_nobody_is_in_the_way_of_both_documents() {
    for case in 0..18 {
        let (remote, desk) = pulled(2).await;
        let in_the_way = &both("Other")[[0..1, 1..2, 0..2][case % 3].clone()];
        in_the_way.iter().for_each(|file| desk.write(file, "nobody's\n"));
        rename(&remote, &[(0, "Other")]).await;
        if case / 3 % 2 == 1 {
            std::fs::remove_file(desk.path("guidelines/Score 0.md")).expect("removed");
        }
        let theirs = case / 6;
        if theirs > 0 {
            let code = if theirs == 1 { desk.read("Score 0.yaml") } else { format!("{}# theirs\n", desk.read("Score 0.yaml")) };
            let next = remote.save(&"score-0".into(), None, &code, Some("- theirs\n- of score 0\n"));
            remote.promote(&"score-0".into(), Some(&next));
        }
        let versions = remote.all_versions().len();
        for _ in 0..2 {
            let report = desk.pull(remote.clone()).await;
            let waits_for = of(&report, "score-0").waits_for.as_ref().map(|place| place.as_str());
            assert_eq!(waits_for, Some(format!("Calls/{}", in_the_way[0]).as_str()), "{case}: {report:?}");
            assert!(!matches!(of(&report, "score-0").outcome, Outcome::Failed(_)), "{case}: {report:?}");
            desk.push(remote.clone(), false).await;
        }
        assert!(in_the_way.iter().all(|file| desk.read(file) == "nobody's\n"), "{case}");
        assert_eq!(remote.all_versions().len(), versions, "{case}");
        in_the_way.iter().for_each(|file| std::fs::remove_file(desk.path(file)).expect("removed"));
        let report = desk.pull(remote.clone()).await;
        assert_eq!(of(&report, "score-0").waits_for, None, "{case}: {report:?}");
        assert!(desk.read("Other.yaml").contains("of score 0\n"), "{case}");
        assert!(!desk.path("Score 0.yaml").exists(), "{case}");
    }
}

/// A teammate pulled the swap, and git brought it: only the state has to learn it.
#[tokio::test]
async fn files_that_are_moved_already_are_taken_for_what_they_are() {
    for edited in [false, true] {
        let (remote, desk) = pulled(2).await;
        rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
        swap_files(&desk, "Score 0", "Score 1");
        if edited {
            edit(&desk, "Score 0");
        }
        let before = desk.files();
        let report = desk.pull(remote.clone()).await;
        assert_eq!(desk.files(), before, "{report:?}");
        let push = desk.push(remote.clone(), false).await;
        let pushed: Vec<&str> = push
            .scores
            .iter()
            .filter(|score| matches!(score.outcome, Outcome::Done(Action::Pushed { .. })))
            .map(|score| score.id.as_str())
            .collect();
        assert_eq!(pushed, if edited { vec!["score-1"] } else { vec![] });
    }
}

/// The files of a score were deleted before another one got its name: what lies there is the other one's, for ever.
#[tokio::test]
async fn a_place_that_another_score_took_is_not_that_of_a_deleted_one() {
    for only_the_other in [false, true] {
        let (remote, desk) = pulled(3).await;
        ["Score 0.yaml", "guidelines/Score 0.md"].iter().for_each(|file| std::fs::remove_file(desk.path(file)).expect("there"));
        rename(&remote, &[(1, "Score 0"), (0, "Score 1")]).await;
        let selectors = if only_the_other { vec![Selector::Score("score-1".into())] } else { Vec::new() };
        let targets = Targets { selectors, ..Targets::default() };
        pull(&mut locked(&mut desk.session(remote.clone())), &targets, PullOptions::default()).await.expect("pulls");
        rename(&remote, &[(1, "Elsewhere")]).await;
        for _ in 0..2 {
            desk.pull(remote.clone()).await;
            let pushed = desk.push(remote.clone(), true).await;
            assert!(pushed.scores.iter().all(|score| matches!(score.outcome, Outcome::Untouched)), "{pushed:?}");
        }
        assert_eq!(["Score 0", "Score 1", "Elsewhere"].map(|name| owner(&desk, name)), [None, None, Some(1)]);
        assert_eq!(remote.all_versions().len(), 3, "nobody's text became another one's version");
    }
}

/// A restore finds what a score was synced with, whatever it is called in Plexus by now.
#[tokio::test]
async fn a_deleted_score_that_was_renamed_comes_back() {
    for (new_name, taken) in [("Tone", false), ("Score 1", true)] {
        for pull_first in [false, true] {
            let (remote, desk) = pulled(3).await;
            ["Score 0.yaml", "guidelines/Score 0.md"]
                .iter()
                .for_each(|file| std::fs::remove_file(desk.path(file)).expect("there"));
            rename(&remote, &[(0, new_name)]).await;
            if taken {
                rename(&remote, &[(1, "Score 0")]).await;
            }
            if pull_first {
                desk.pull(remote.clone()).await;
            } else {
                status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
            }
            let score = Targets { selectors: vec![Selector::Score("score-0".into())], ..Targets::default() };
            restore(&mut locked(&mut desk.offline()), &score, &RestoreFrom::Last).await.expect("restores");
            desk.pull(remote.clone()).await;
            assert_eq!(owner(&desk, new_name), Some(0), "{new_name}, {pull_first}");
            let look = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
            assert!(look.scores.iter().all(|score| score.standing == Standing::Clean), "{look:?}");
        }
    }
}

/// A teammate pulled new names, git brought the moved files, and they were edited since: each is what it is, also for who asks
/// for one of them alone, and whatever names the scores get next.
#[tokio::test]
async fn files_that_are_moved_already_and_edited_are_no_other_score_s() {
    let swap: (&[(usize, &str)], _) = (&[(0, "Score 1"), (1, "Score 0")], ["Score 0", "Score 1"]);
    let chain: (&[(usize, &str)], _) = (&[(0, "Score 1"), (1, "Other")], ["Score 1", "Other"]);
    let asked = ["score-0", "score-1"].map(only).into_iter().chain([Targets::default()]);
    for (asked, n) in asked.flat_map(|asked| (0..32).map(move |n| (asked.clone(), n))) {
        let [indexed, again, both, is_chain, fresh] = [1, 2, 4, 8, 16].map(|bit| n & bit > 0);
        let ((names, edited), (remote, desk)) = (if is_chain { chain } else { swap }, pulled(12).await);
        if indexed {
            status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        }
        rename(&remote, names).await;
        if is_chain {
            desk.write("Other.yaml", "");
            desk.write("guidelines/Other.md", "");
            swap_files(&desk, "Other", "Score 1");
            swap_files(&desk, "Score 0", "Score 1");
            ["Score 0.yaml", "guidelines/Score 0.md"]
                .iter()
                .for_each(|file| std::fs::remove_file(desk.path(file)).expect("there"));
        } else {
            swap_files(&desk, "Score 0", "Score 1");
        }
        if is_chain && fresh {
            put_new(&remote, 20, "Score 0").await;
            desk.write("Score 0.yaml", "key: of score 20\n# edited\n");
            desk.write("guidelines/Score 0.md", "- of score 20\n");
            status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        }
        let edits = if both { 2 } else { 1 };
        edited[..edits].iter().for_each(|name| edit(&desk, name));
        let options = PushOptions { promote: true, ..PushOptions::default() };
        push(&mut locked(&mut desk.session(remote.clone())), &asked, &options).await.expect("pushes");
        assert_nobody_has_anothers_text(&remote);
        if again {
            rename(&remote, &[(0, "Third"), (1, "Fourth")]).await;
        }
        desk.pull(remote.clone()).await;
        desk.push(remote.clone(), true).await;
        assert_nobody_has_anothers_text(&remote);
        let all = remote.all_versions();
        let own = all.values().filter(|version| version.meta.score_id.as_str() != "score-20").count();
        assert_eq!(own, 12 + edits, "{asked:?} {n}: the edits are versions, and nothing else");
    }
}

/// A person wrote the text of a score over the file of another one, which lies where the first one belongs.
#[tokio::test]
async fn a_copy_where_a_score_belongs_is_not_its_file_while_its_own_is_there() {
    for third in [None, Some("Elsewhere")] {
        let (remote, desk) = pulled(3).await;
        rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
        desk.pull(remote.clone()).await;
        rename(&remote, &[(0, third.unwrap_or("Score 0")), (1, "Score 1")]).await;
        desk.write("Score 1.yaml", &desk.read("Score 0.yaml"));
        edit(&desk, "Score 0");
        let edited = desk.read("Score 0.yaml");
        for _ in 0..2 {
            desk.push(remote.clone(), true).await;
            desk.pull(remote.clone()).await;
        }
        let says = |version: &Version| version.docs.code.text.as_deref() == Some(edited.as_str());
        let of: Vec<String> =
            remote.all_versions().values().filter(|one| says(one)).map(|one| one.meta.score_id.to_string()).collect();
        assert_eq!(of, ["score-1"], "{third:?}");
        assert_eq!(desk.read("Score 1.yaml"), edited, "{third:?}");
        // That one's file is a copy, which is pushed once it is named.
        push_file(&remote, &desk, &format!("{}.yaml", third.unwrap_or("Score 0"))).await;
        let look = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        assert!(look.scores.iter().all(|score| score.standing == Standing::Clean), "{third:?}: {look:?}");
    }
}

/// A person moved a file to where it belongs, over that of another score.
#[tokio::test]
async fn a_file_that_was_moved_over_another_score_s_is_not_both() {
    for third in [None, Some("Elsewhere")] {
        let (remote, desk) = pulled(3).await;
        rename(&remote, &[(0, third.unwrap_or("Score 1")), (1, "Score 0")]).await;
        for (from, to) in [("Score 1.yaml", "Score 0.yaml"), ("guidelines/Score 1.md", "guidelines/Score 0.md")] {
            std::fs::rename(desk.path(from), desk.path(to)).expect("moved");
        }
        for _ in 0..2 {
            desk.push(remote.clone(), true).await;
            desk.pull(remote.clone()).await;
        }
        assert_nobody_has_anothers_text(&remote);
        assert_eq!(remote.all_versions().len(), 3, "{third:?}: nothing was written");
        restore(&mut locked(&mut desk.offline()), &only("score-0"), &RestoreFrom::Last).await.expect("restores");
        desk.pull(remote.clone()).await;
        let look = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        assert!(look.scores.iter().all(|score| score.standing == Standing::Clean), "{third:?}: {look:?}");
        assert_eq!([owner(&desk, third.unwrap_or("Score 1")), owner(&desk, "Score 0")], [Some(0), Some(1)], "{third:?}");
    }
}

/// Where names changed hands, what was replaced in a place was another score's.
#[tokio::test]
async fn a_restore_brings_a_score_no_other_one_s_text() {
    for by_path in [false, true] {
        for changed in [false, true] {
            let (remote, desk) = pulled(2).await;
            let first = desk.read("Score 0.yaml");
            if changed {
                let champion = remote.score(&"score-0".into()).await.expect("readable").expect("there").champion;
                let next = remote.save(&"score-0".into(), champion.as_ref(), "key: 2 of score 0\n", None);
                remote.promote(&"score-0".into(), Some(&next));
                desk.pull(remote.clone()).await;
            }
            rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
            desk.pull(remote.clone()).await;
            let before = desk.files();
            let path = RelPath::parse("Calls/Score 1.yaml").expect("a safe path");
            let targets = match by_path {
                true => Targets { selectors: vec![Selector::Path(path)], ..Targets::default() },
                false => only("score-0"),
            };
            restore(&mut locked(&mut desk.offline()), &targets, &RestoreFrom::Last).await.expect("restores");
            match changed {
                true => assert_eq!(desk.read("Score 1.yaml"), first, "its own text from before it moved"),
                false => assert_eq!(desk.files(), before, "nothing of it was ever replaced"),
            }
            assert_eq!(owner(&desk, "Score 0"), Some(1));
        }
    }
}

/// Two scores swapped names, and a pull moved their files, or a teammate's did and git brought that, of which no run has told yet:
/// what a file lost, and what was replaced before, comes back where its score is now.
#[tokio::test]
async fn a_restore_after_a_swap_goes_where_the_scores_are() {
    for (by_git, half) in [false, true].into_iter().flat_map(|by_git| [0, 1].map(|half| (by_git, half))) {
        let (remote, desk) = pulled(2).await;
        let [old, new] = ["Score 0", "Score 1"].map(|name| both(name)[half].clone());
        let first = desk.read(&old);
        let docs = both("Score 0").map(|file| desk.read(&file) + "# theirs\n");
        let next = remote.save(&"score-0".into(), None, &docs[0], Some(&docs[1]));
        remote.promote(&"score-0".into(), Some(&next));
        desk.pull(remote.clone()).await;
        rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
        match by_git {
            true => {
                swap_files(&desk, "Score 0", "Score 1");
                status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
            }
            false => drop(desk.pull(remote.clone()).await),
        }
        let moved = desk.files();
        let bring = async |path: &str, from| {
            let selectors = vec![Selector::Path(RelPath::parse(&format!("Calls/{path}")).expect("a safe path"))];
            let targets = Targets { selectors, ..Targets::default() };
            let preview = restore_preview(&mut desk.offline(), &targets, &from).await.expect("looks");
            let done = restore(&mut locked(&mut desk.offline()), &targets, &from).await.expect("restores");
            assert_eq!(preview.files.len(), done.files.len(), "{preview:?} {done:?}");
        };
        std::fs::remove_file(desk.path(&new)).expect("removed");
        bring(&new, RestoreFrom::Last).await;
        assert_eq!(desk.files(), moved, "{by_git}, {half}: a deleted file is its own score's");

        let kept = backups(&mut desk.offline(), &Targets::default()).expect("listed");
        let is_first = |entry: &&Backup| entry.replaced.path.as_str().ends_with(&old) && entry.replaced.before.is_some();
        let kept = kept.iter().rfind(is_first).expect("the pull replaced it");
        bring(&old, RestoreFrom::Entry(kept.replaced.id)).await;
        assert_eq!(desk.read(&new), first, "{by_git}, {half}: the number's text is where its score is");
        assert_eq!(owner(&desk, "Score 0"), Some(1), "{by_git}, {half}");
    }
}

/// Git brings files from before two scores swapped names, and the state knows of the swap: no text is pushed for the other one,
/// whoever is asked for; today's files end that.
#[tokio::test]
async fn files_from_before_a_swap_are_not_pushed() {
    let asked = [None, Some("score-0"), Some("score-1")];
    let edits = (0..3).flat_map(|edits| asked.map(|asked| (edits, asked)));
    for (edits, asked, only_code) in edits.flat_map(|(edits, asked)| [false, true].map(|code| (edits, asked, code))) {
        let (remote, desk) = pulled(12).await;
        let before = desk.files();
        rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
        desk.pull(remote.clone()).await;
        status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        let today = desk.files();
        before.iter().for_each(|(path, text)| std::fs::write(path, text).expect("written"));
        for name in &["Score 1", "Score 0"][..edits] {
            if only_code {
                let file = format!("{name}.yaml");
                desk.write(&file, &format!("{}# mine\n", desk.read(&file)));
            } else {
                edit(&desk, name);
            }
        }
        let look = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        let faults: Vec<_> = look.scores.iter().filter_map(|score| Some(score.fault.as_ref()?.kind)).collect();
        assert_eq!(faults, [DocKind::Code; 2], "{edits}: {look:?}");
        let targets = asked.map_or_else(Targets::default, only);
        let options = PushOptions { promote: true, ..PushOptions::default() };
        push(&mut locked(&mut desk.session(remote.clone())), &targets, &options).await.expect("runs");
        assert_eq!(remote.all_versions().len(), 12, "{edits}, {asked:?}");
        if asked.is_none() && edits == 0 {
            assert_a_pull_merges_nothing(&remote, &desk).await;
            continue;
        }
        today.iter().for_each(|(path, text)| std::fs::write(path, text).expect("written"));
        edit(&desk, "Score 0");
        push(&mut locked(&mut desk.session(remote.clone())), &targets, &options).await.expect("pushes");
        let pushed = usize::from(asked != Some("score-0"));
        assert_eq!(remote.all_versions().len(), 12 + pushed, "{edits}, {asked:?}");
        assert_nobody_has_anothers_text(&remote);
    }
}

/// The champion moves on of a score whose file has another one's text.
async fn assert_a_pull_merges_nothing(remote: &Arc<MemoryRemote>, desk: &Desk) {
    let (score, before) = (ScoreId::from("score-0"), desk.files());
    let champion = remote.score(&score).await.expect("readable").expect("there").champion.expect("a champion");
    let code: String =
        (0..12).map(|line| format!("key{line}: {line} of score 0{}\n", if line == 5 { ", new" } else { "" })).collect();
    let next = remote.save(&score, Some(&champion), &code, None);
    remote.promote(&score, Some(&next));
    let report = desk.pull(remote.clone()).await;
    assert!(matches!(of(&report, "score-0").outcome, Outcome::Conflict(_)), "{report:?}");
    assert_eq!(desk.files(), before);
}

/// A score that has another text gets just what another one says, whose file stays as it is, or is edited: somebody has to say
/// that it is meant.
#[tokio::test]
async fn a_copy_of_another_score_is_an_edit_once_it_is_named() {
    for edited in [false, true] {
        let (remote, desk) = pulled(3).await;
        status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        desk.write("Score 1.yaml", &desk.read("Score 0.yaml"));
        if edited {
            edit(&desk, "Score 0");
        }
        let seen = status(&mut desk.session(remote.clone()), &only("score-1"), true).await.expect("looks");
        assert!(seen.scores[0].fault.is_some(), "whoever is asked for: {seen:?}");
        let report = desk.push(remote.clone(), true).await;
        assert_eq!(of(&report, "score-1").fault.as_ref().map(|fault| fault.cause), Some(FaultCause::Copy), "{report:?}");
        assert_eq!(remote.all_versions().len(), if edited { 4 } else { 3 });
        push_file(&remote, &desk, "Score 1.yaml").await;
        assert_eq!(remote.all_versions().len(), if edited { 5 } else { 4 });
    }
}

/// Scores that are much alike are edited so that they say the same, and new ones are begun as copies.
#[tokio::test]
async fn a_copy_between_twins_and_one_without_a_version_is_an_edit() {
    let (remote, desk) = pulled(3).await;
    let twin = format!("{}# the twin\n", desk.read("Score 0.yaml"));
    let next = remote.save(&"score-1".into(), None, &twin, None);
    remote.promote(&"score-1".into(), Some(&next));
    put_empty(&remote, 7, "Copy").await;
    desk.pull(remote.clone()).await;
    desk.write("Score 1.yaml", &desk.read("Score 0.yaml"));
    desk.write("Copy.yaml", &desk.read("Score 0.yaml"));
    let before = remote.all_versions().len();
    let report = desk.push(remote.clone(), true).await;
    assert_eq!(remote.all_versions().len(), before + 2, "{report:?}");
}

/// A score that has no version yet gets the old name of another one: files, and what is kept of them, stay the other one's.
#[tokio::test]
async fn an_empty_score_at_an_old_name_gets_no_text_of_the_one_that_had_it() {
    let (remote, desk) = pulled(3).await;
    let before = desk.files();
    rename(&remote, &[(0, "Score 9")]).await;
    put_empty(&remote, 7, "Score 0").await;
    // A fresh clone of files that no pull has moved yet, and what it shows.
    let clone = Desk::new();
    ["Score 0", "Score 1", "Score 2"].iter().flat_map(|name| both(name)).for_each(|file| clone.write(&file, &desk.read(&file)));
    let look = status(&mut clone.session(remote.clone()), &Targets::default(), true).await.expect("looks");
    assert!(of(&look, "score-7").fault.is_some(), "{look:?}");
    clone.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), 3);
    // The same for who pulled, and went back to files of before.
    desk.pull(remote.clone()).await;
    let back =
        restore(&mut locked(&mut desk.session(remote.clone())), &only("score-7"), &RestoreFrom::Last).await.expect("looks");
    assert!(back.files.iter().all(|file| matches!(file.outcome, RestoreOutcome::NotKept(_))), "{back:?}");
    std::fs::remove_dir_all(desk.root()).expect("removed");
    for (path, text) in &before {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), 3);
    edit(&desk, "Score 0");
    desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), 3, "an edited text of the other one");
    // A text of its own is one, without the guidelines of the other.
    desk.write("Score 0.yaml", "key: of score 7\n");
    let report = desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), 3);
    assert_eq!(of(&report, "score-7").fault.as_ref().map(|fault| fault.kind), Some(DocKind::Guidelines));
    std::fs::remove_file(desk.path("guidelines/Score 0.md")).expect("removed");
    desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), 4);
    assert_nobody_has_anothers_text(&remote);
}

/// A score gets the name of another one whose guidelines are left where it belongs, and has none itself: they are not taken for
/// its own.
#[tokio::test]
async fn guidelines_that_another_score_left_behind_are_not_taken_along() {
    for names in [[(0, "Score 9"), (1, "Score 0")], [(0, "Score 1"), (1, "Score 0")]] {
        let (remote, desk) = pulled(3).await;
        std::fs::remove_file(desk.path("Score 0.yaml")).expect("removed");
        std::fs::remove_file(desk.path("guidelines/Score 1.md")).expect("removed");
        rename(&remote, &names).await;
        for _ in 0..2 {
            desk.pull(remote.clone()).await;
            desk.push(remote.clone(), false).await;
        }
        assert_eq!(remote.all_versions().len(), 3, "{names:?}");
        // Whoever removes them frees the place.
        std::fs::remove_file(desk.path("guidelines/Score 0.md")).expect("removed");
        desk.pull(remote.clone()).await;
        assert!(desk.read("Score 0.yaml").contains("of score 1\n"), "{names:?}");
    }
}

/// Somebody committed only one document of each score after a swap, and git brings that: the other one is not pushed.
#[tokio::test]
async fn half_of_a_swap_that_git_brings_is_not_pushed() {
    for (half, done_before) in [0, 1].into_iter().flat_map(|half| [false, true].map(|done_before| (half, done_before))) {
        let (remote, desk) = pulled(3).await;
        rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
        let [first, second] = ["Score 0", "Score 1"].map(|name| both(name)[half].clone());
        let [of_first, of_second] = [&first, &second].map(|file| desk.read(file));
        desk.write(&first, &of_second);
        desk.write(&second, &of_first);
        if done_before {
            status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        }
        let report = desk.push(remote.clone(), false).await;
        assert_eq!(remote.all_versions().len(), 3, "{half}: {report:?}");
        // The other half ends it.
        let [first, second] = ["Score 0", "Score 1"].map(|name| both(name)[1 - half].clone());
        let [of_first, of_second] = [&first, &second].map(|file| desk.read(file));
        desk.write(&first, &of_second);
        desk.write(&second, &of_first);
        let report = desk.push(remote.clone(), false).await;
        assert!(report.scores.iter().all(|score| score.fault.is_none()), "{half}: {report:?}");
        assert_eq!(remote.all_versions().len(), 3, "{half}");
    }
}

/// Guidelines that are handed on, and come back to nobody, are edits.
#[tokio::test]
async fn guidelines_that_do_not_go_round_are_pushed() {
    let (remote, desk) = pulled(3).await;
    let [first, second] = ["guidelines/Score 0.md", "guidelines/Score 1.md"];
    desk.write("guidelines/Score 2.md", &desk.read(second));
    desk.write(second, &desk.read(first));
    desk.write(first, "- of score 0, all new\n");
    desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), 6);
}

/// A fresh clone has an old text of a score, of which somebody made another score that nobody pulled: it is an old text.
#[tokio::test]
async fn a_clone_that_is_behind_has_no_text_of_a_copy() {
    let (remote, desk) = pulled(3).await;
    let copy = put_empty(&remote, 7, "Copy").await;
    let first = remote.save(&copy, None, &desk.read("Score 0.yaml"), None);
    remote.promote(&copy, Some(&first));
    let score = ScoreId::from("score-0");
    let champion = remote.score(&score).await.expect("readable").expect("there").champion.expect("a champion");
    let next = remote.save(&score, Some(&champion), "key: quite another\n", None);
    remote.promote(&score, Some(&next));
    let clone = Desk::new();
    ["Score 0", "Score 1", "Score 2"].iter().flat_map(|name| both(name)).for_each(|file| clone.write(&file, &desk.read(&file)));
    let look = status(&mut clone.session(remote.clone()), &Targets::default(), true).await.expect("looks");
    assert!(look.scores.iter().all(|score| score.fault.is_none()), "{look:?}");
    let report = clone.pull(remote.clone()).await;
    assert!(matches!(of(&report, "score-0").outcome, Outcome::Done(Action::Pulled { .. })), "{report:?}");
}

/// A score is removed in Plexus and a new one gets its name; a teammate prunes the one and pulls the other, and git brings that.
#[tokio::test]
async fn the_files_of_a_new_score_are_not_edits_of_a_removed_one_with_its_name() {
    for edited in [false, true] {
        let (remote, desk) = pulled(3).await;
        remote.remove_score(&"score-0".into());
        put_new(&remote, 7, "Score 0").await;
        let teammate = Desk::new();
        teammate.pull(remote.clone()).await;
        both("Score 0").iter().for_each(|file| desk.write(file, &teammate.read(file)));
        if edited {
            edit(&desk, "Score 0");
        }
        let look = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        assert_eq!(of(&look, "score-0").standing, Standing::GoneRemotely { clean: true });
        let report = desk.pull(remote.clone()).await;
        assert!(of(&report, "score-7").waits_for.is_none(), "{report:?}");
        let prune = PullOptions { prune: true, ..PullOptions::default() };
        pull(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), prune).await.expect("prunes");
        assert_eq!(owner(&desk, "Score 0"), Some(7), "the files stay");
        desk.push(remote.clone(), false).await;
        assert_nobody_has_anothers_text(&remote);
        let look = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        assert_eq!(look.scores.len() + look.unlisted_clean, 3, "{look:?}");
    }
}

/// The same where only this desk has files of the removed one: what a person made of them is not the new one's.
#[tokio::test]
async fn edits_of_a_removed_score_are_not_those_of_a_new_one_with_its_name() {
    let (remote, desk) = pulled(3).await;
    remote.remove_score(&"score-0".into());
    put_new(&remote, 7, "Score 0").await;
    edit(&desk, "Score 0");
    let before = desk.files();
    let report = desk.pull(remote.clone()).await;
    assert!(of(&report, "score-7").waits_for.is_some(), "{report:?}");
    desk.push(remote.clone(), false).await;
    assert_eq!(desk.files(), before);
    assert_nobody_has_anothers_text(&remote);
}

/// A score was renamed, a teammate moved its files and began a new file at the old name, and git brings that.
#[tokio::test]
async fn a_file_that_was_begun_at_an_old_name_is_no_edit_of_the_score_that_had_it() {
    let (remote, desk) = pulled(3).await;
    rename(&remote, &[(0, "Score 9")]).await;
    both("Score 0").iter().zip(both("Score 9")).for_each(|(from, to)| {
        std::fs::rename(desk.path(from), desk.path(&to)).expect("renamed");
    });
    desk.write("Score 0.yaml", "key: of no score yet\n");
    let look = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
    assert_eq!(look.unknown.iter().map(RelPath::as_str).collect::<Vec<_>>(), ["Calls/Score 0.yaml"], "it is told of");
    desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), 3);
    edit(&desk, "Score 9");
    desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), 4);
    assert_nobody_has_anothers_text(&remote);
}

/// A new score gets the old name of a renamed one, a teammate pulls both, and git brings that.
#[tokio::test]
async fn the_place_of_a_moved_score_can_be_a_new_ones() {
    for edited in [false, true] {
        let (remote, desk) = pulled(3).await;
        rename(&remote, &[(0, "Score 0 old")]).await;
        put_new(&remote, 20, "Score 0").await;
        for (file, ending) in [("Score 0", ".yaml"), ("guidelines/Score 0", ".md")] {
            desk.write(&format!("{file} old{ending}"), &desk.read(&format!("{file}{ending}")));
        }
        desk.write("Score 0.yaml", "key: of score 20\n");
        desk.write("guidelines/Score 0.md", "- of score 20\n");
        if edited {
            edit(&desk, "Score 0 old");
        }
        for _ in 0..2 {
            desk.push(remote.clone(), true).await;
            desk.pull(remote.clone()).await;
        }
        assert_nobody_has_anothers_text(&remote);
        let own = remote.all_versions().values().filter(|version| version.meta.score_id.as_str() != "score-20").count();
        assert_eq!(own, if edited { 4 } else { 3 });
        let look = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks");
        assert!(look.scores.iter().all(|score| score.standing == Standing::Clean), "{look:?}");
    }
}
