//! Runs that die while they move files: whatever the moment, the next run ends where the unbroken one would have, and what people do
//! meanwhile stays with its score.

use crate::interlocked::assert_nothing_crossed;
use crate::moves::{edit, of, pulled, rename};
use crate::support::{Desk, locked, world};
use scoresync::engine::{Action, Outcome, PullOptions, Targets, pull, recover};
use scoresync::remote::MemoryRemote;
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::Arc;

type Files = BTreeMap<PathBuf, String>;

/// As where a file system cannot move, and a run died between the new name and the old one.
#[tokio::test]
async fn a_file_under_both_names_ends_under_the_new_one() {
    let away: &[(usize, &str)] = &[(0, "Other")];
    let chain: &[(usize, &str)] = &[(0, "Score 1"), (1, "Other")];
    for names in [away, chain] {
        let (remote, desk) = pulled(2).await;
        let before = desk.files();
        rename(&remote, names).await;
        die(&desk, &remote).await;
        let after = desk.files();
        for (path, text) in before.iter().filter(|(path, _)| !after.contains_key(*path)) {
            std::fs::write(path, text).expect("written");
        }
        assert_eq!(desk.files().len(), after.len() + 2, "both documents of score 0 have two names");
        desk.pull(remote.clone()).await;
        assert_eq!(desk.files(), after, "{names:?}");
        assert_eq!(desk.state().unfinished_runs().expect("readable"), []);
    }
}

/// Runs a pull until it wants to record what it did.
async fn die(desk: &Desk, remote: &Arc<MemoryRemote>) {
    desk.sql("CREATE TRIGGER files BEFORE UPDATE OF pending ON replaced BEGIN SELECT RAISE(ABORT, 'dies'); END;");
    let died = pull(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), PullOptions::default()).await;
    desk.sql("DROP TRIGGER files;");
    assert!(died.is_err());
}

/// An edited desk whose pull carried out renames, and died before it recorded that; with its files before and since.
async fn died_while_moving(names: &[(usize, &str)]) -> (Arc<MemoryRemote>, Desk, [Files; 2]) {
    let (remote, desk) = pulled(3).await;
    edit(&desk, "Score 0");
    rename(&remote, names).await;
    let before = desk.files();
    die(&desk, &remote).await;
    let after = desk.files();
    (remote, desk, [before, after])
}

/// What the files of a kind go through when they move, from what they were to what they become.
fn stages(before: &Files, after: &Files, end: &str) -> Vec<Files> {
    let of = |files: &Files| -> Files {
        files
            .iter()
            .filter(|(path, _)| path.to_string_lossy().ends_with(end))
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect()
    };
    let (mut now, goal) = (of(before), of(after));
    let mut stages = vec![now.clone()];
    while now != goal {
        let free = goal.iter().find(|(path, text)| !now.contains_key(*path) && now.values().any(|other| other == *text));
        let wrong = free.or_else(|| goal.iter().find(|(path, text)| now.get(*path) != Some(*text)));
        let (to, text) = wrong.map(|(to, text)| (to.clone(), text.clone())).expect("something is to move");
        let from = now.iter().find(|(_, other)| **other == text).map(|(path, _)| path.clone()).expect("it is somewhere");
        let others = now.insert(to, text);
        match others {
            Some(others) => drop(now.insert(from, others)),
            None => drop(now.remove(&from)),
        }
        stages.push(now.clone());
    }
    stages
}

fn put(desk: &Desk, files: &Files) {
    for path in desk.files().keys().filter(|path| !files.contains_key(*path)) {
        std::fs::remove_file(path).expect("removed");
    }
    for (path, text) in files {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }
}

#[tokio::test]
async fn a_move_that_dies_between_two_files_is_finished_by_the_next_run() {
    let swap: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 0")];
    let circle: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 2"), (2, "Score 0")];
    let chain: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 2"), (2, "Other")];
    let by_case: &[(usize, &str)] = &[(0, "SCORE 0")];
    for names in [swap, circle, chain, by_case] {
        let (mut at, mut last) = ((0, 0), (0, 0));
        loop {
            for edited in [false, true] {
                let (remote, desk, [before, after]) = died_while_moving(names).await;
                assert_ne!(before, after, "{names:?}");
                let [code, guidelines] = [".yaml", ".md"].map(|end| stages(&before, &after, end));
                last = (code.len() - 1, guidelines.len() - 1);
                let mut files = code[at.0].clone();
                files.extend(guidelines[at.1].clone());
                put(&desk, &files);
                let mut expected = after.clone();
                if edited {
                    // Somebody saves a file before the next run, wherever it is then: it is still that of its score.
                    let (path, text) = code[at.0].iter().find(|(_, text)| text.contains("of score 1\n")).expect("there");
                    std::fs::write(path, format!("{text}# late\n")).expect("written");
                    let place = after.iter().find(|(_, other)| *other == text).map(|(path, _)| path.clone()).expect("there");
                    expected.insert(place, format!("{text}# late\n"));
                }
                for _ in 0..2 {
                    pull(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), PullOptions::default())
                        .await
                        .expect("the pull runs");
                }
                assert_eq!(desk.files(), expected, "{names:?} at {at:?}, edited {edited}");
                assert_eq!(desk.state().unfinished_runs().expect("readable"), []);
                let push = desk.push(remote.clone(), false).await;
                let pushed = |id: &str| matches!(of(&push, id).outcome, Outcome::Done(Action::Pushed { .. }));
                assert_eq!([pushed("score-0"), pushed("score-1"), pushed("score-2")], [true, edited, false], "{push:?}");
            }
            at = if at.0 < last.0 { (at.0 + 1, at.1) } else { (at.0, at.1 + 1) };
            if at.1 > last.1 {
                break;
            }
        }
    }
}

/// A teammate's pull had brought it there. The way to it is closed, so that nothing moves or is written anew.
#[tokio::test]
async fn files_stay_where_the_last_place_has_what_is_to_come_there() {
    let (remote, desk) = pulled(2).await;
    let next = remote.save(&"score-1".into(), None, "key: of score 1\n", Some("- of score 1\n"));
    remote.promote(&"score-1".into(), Some(&next));
    rename(&remote, &[(0, "Score 1"), (1, "Other")]).await;
    let before = desk.files();
    die(&desk, &remote).await;
    let mut files = before.clone();
    files.extend(desk.files().into_iter().filter(|(path, _)| !before.contains_key(path)));
    put(&desk, &files);
    let inode = || std::fs::metadata(desk.path("Score 0.yaml")).expect("there").ino();
    let same = inode();
    recover(&mut locked(&mut desk.session(remote.clone()))).await.expect("recovers");
    assert_eq!((desk.files(), inode()), (files, same));
    assert_eq!(desk.state().unfinished_runs().expect("readable"), []);
}

/// A file that somebody made at the old place is not the score's, and does not keep what became of the score from being recorded.
#[tokio::test]
async fn a_new_file_at_the_old_place_is_none_of_the_scores_that_moved() {
    let (remote, desk) = pulled(2).await;
    let next = remote.save(&"score-0".into(), None, "key: of score 0\n", Some("- of score 0\n"));
    remote.promote(&"score-0".into(), Some(&next));
    rename(&remote, &[(0, "Other")]).await;
    die(&desk, &remote).await;
    desk.write("Score 0.yaml", "nobody's\n");
    recover(&mut locked(&mut desk.session(remote.clone()))).await.expect("recovers");
    let synced = desk.state().with_texts(&"score-0".into()).expect("readable").expect("synced");
    assert_eq!((synced.base, synced.paths.code.as_str()), (next, "Calls/Other.yaml"));
    assert_eq!(desk.read("Score 0.yaml"), "nobody's\n");
}

/// Where files cannot be exchanged, those that go round are written, one after another.
#[tokio::test]
async fn a_circle_that_is_written_and_dies_between_two_files_is_finished_by_the_next_run() {
    let swap: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 0")];
    let circle: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 2"), (2, "Score 0")];
    for (names, every) in [(swap, 1), (circle, 5)] {
        for written in (0..1 << (2 * names.len())).step_by(every) {
            let (remote, desk, [before, after]) = died_while_moving(names).await;
            let mut files = before.clone();
            let changed = after.iter().filter(|(path, text)| before.get(*path) != Some(text)).enumerate();
            let written_files = changed.filter(|(at, _)| written >> at & 1 == 1);
            files.extend(written_files.map(|(_, (path, text))| (path.clone(), text.clone())));
            put(&desk, &files);
            desk.pull(remote.clone()).await;
            assert_eq!(desk.files(), after, "{names:?}, written {written:b}");
            assert_eq!(desk.state().unfinished_runs().expect("readable"), []);
            let push = desk.push(remote.clone(), false).await;
            let pushed = |id: &str| matches!(of(&push, id).outcome, Outcome::Done(Action::Pushed { .. }));
            assert_eq!([pushed("score-0"), pushed("score-1"), pushed("score-2")], [true, false, false], "{push:?}");
        }
    }
}

/// What somebody does to a file.
#[derive(Clone, Copy, Debug)]
enum Act {
    Types(&'static str),
    Deletes(&'static str),
    /// Where there is none.
    Makes(&'static str),
}

const MINE: &str = "# typed since\n";
const NOBODYS: &str = "# nobody's\n";

impl Act {
    /// Does it, if it can be done.
    fn is_done(self, desk: &Desk) -> bool {
        let (Self::Types(file) | Self::Deletes(file) | Self::Makes(file)) = self;
        let text = std::fs::read_to_string(desk.path(file)).ok();
        match (self, text) {
            (Self::Types(_), Some(text)) => desk.write(file, &(text + MINE)),
            (Self::Deletes(_), Some(_)) => std::fs::remove_file(desk.path(file)).expect("there"),
            (Self::Makes(_), None) => desk.write(file, NOBODYS),
            _ => return false,
        }
        true
    }
}

/// No version says what nobody's file said.
fn assert_nobodys_stays(remote: &MemoryRemote, what: &str) {
    for version in remote.all_versions().into_values() {
        for text in [Some(&version.docs.code), version.docs.guidelines.as_ref()].into_iter().flatten() {
            assert_ne!(text.text.as_deref(), Some(NOBODYS), "{what}: a version of {} is nobody's", version.meta.score_id);
        }
    }
}

/// A desk that pulled only score 0.
async fn pulled_one() -> (Arc<MemoryRemote>, Desk) {
    let (remote, desk) = (world(2), Desk::new());
    let first = Targets::scores([&"score-0".into()]);
    pull(&mut locked(&mut desk.session(remote.clone())), &first, PullOptions::default()).await.expect("pulled");
    (remote, desk)
}

/// Two things that people do at once before the next run, or one. Where one file is deleted and another one made, that is a file which
/// somebody moved and changed.
#[tokio::test]
async fn what_people_do_after_a_run_of_moves_died_stays_with_its_score() {
    let acts = [
        Act::Types("Score 0.yaml"),
        Act::Types("Score 1.yaml"),
        Act::Types("guidelines/Score 1.md"),
        Act::Deletes("Score 0.yaml"),
        Act::Deletes("guidelines/Score 1.md"),
        Act::Makes("Other.yaml"),
        Act::Makes("guidelines/Another.md"),
        Act::Makes("Score 0.yaml"),
    ];
    let apart: &[(usize, &str)] = &[(0, "Other"), (1, "Another")];
    let swap: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 0")];
    let chain: &[(usize, &str)] = &[(0, "Score 1"), (1, "Other")];
    let is_pulled = [true, false];
    for (names, is_second_pulled) in [apart, swap, chain].into_iter().flat_map(|names| is_pulled.map(|second| (names, second))) {
        for (at, first) in acts.iter().enumerate() {
            for (second, is_moved) in acts[at..].iter().flat_map(|second| [(second, false), (second, true)]) {
                let what = format!("{names:?}, second pulled {is_second_pulled}, moved {is_moved}, {first:?}, {second:?}");
                let (remote, desk) = if is_second_pulled { pulled(2).await } else { pulled_one().await };
                rename(&remote, names).await;
                let before = desk.files();
                die(&desk, &remote).await;
                if !is_moved {
                    put(&desk, &before);
                }
                let is_alone = std::ptr::eq(first, second);
                if !first.is_done(&desk) || !(is_alone || second.is_done(&desk)) {
                    continue;
                }
                let count = |text: &str| desk.files().values().filter(|other| other.ends_with(text)).count();
                let (typed, made) = (count(MINE), count(NOBODYS));
                let is_deleted = matches!(first, Act::Deletes(_)) || matches!(second, Act::Deletes(_));
                for _ in 0..2 {
                    desk.push(remote.clone(), true).await;
                    assert_nothing_crossed(&remote, &what);
                    if !is_deleted {
                        assert_nobodys_stays(&remote, &what);
                    }
                    assert_eq!((count(MINE), count(NOBODYS)), (typed, made), "{what}: {:?}", desk.files());
                    desk.pull(remote.clone()).await;
                }
                assert_eq!(desk.state().unfinished_runs().expect("readable"), [], "{what}");
            }
        }
    }
}
