//! Somebody saves a file while an undo changes scores that gave each other their names: no text becomes another score's version.

use crate::support::{Desk, locked, world};
use jiff::Timestamp;
use scoresync::engine::{PullOptions, RestoreOutcome, RestoreReport, RestoredFile, Targets, pull, undo, undo_preview};
use scoresync::model::{Score, ScoreId};
use scoresync::remote::{MemoryRemote, Remote};
use scoresync::workspace::FileError;
use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

/// What is typed into a file.
const TYPED: &str = "# typed meanwhile\n";

/// What somebody does when the time is asked for so often.
type Meanwhile = (usize, Box<dyn FnOnce()>);

thread_local! {
    static MEANWHILE: RefCell<Option<Meanwhile>> = const { RefCell::new(None) };
}

/// A run asks for the time when the workspace is locked, and when the files are to be replaced.
fn now() -> Timestamp {
    let acts = MEANWHILE.with_borrow_mut(|meanwhile| {
        let (questions, _) = meanwhile.as_mut()?;
        *questions -= 1;
        meanwhile.take_if(|(questions, _)| *questions == 0)
    });
    if let Some((_, act)) = acts {
        act();
    }
    Timestamp::now()
}

/// Whether somebody did it.
fn is_done() -> bool {
    MEANWHILE.take().is_none()
}

fn type_into(file: PathBuf) -> impl FnOnce() {
    move || {
        let text = std::fs::read_to_string(&file).expect("a file");
        std::fs::write(&file, format!("{text}{TYPED}")).expect("written");
    }
}

/// An undo, and somebody who types into a file just before it, or meanwhile.
fn undone(desk: &Desk, file: &str, is_before: bool) -> RestoreReport {
    MEANWHILE.set(Some((if is_before { 1 } else { 2 }, Box::new(type_into(desk.path(file))))));
    if is_before {
        now();
    }
    let report = undo(&mut locked(&mut desk.session_at(None, now)), None).expect("undone");
    assert!(is_done(), "nothing was typed");
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
    rename(remote, &[(0, "Score 1"), (1, "Score 0")]).await;
}

async fn rename(remote: &MemoryRemote, names: &[(usize, &str)]) {
    for (score, name) in names {
        let score = remote.score(&format!("score-{score}").as_str().into()).await.expect("readable").expect("there");
        remote.put_score(Score { name: (*name).into(), ..score });
    }
}

/// What says `of score 1` is that score's, and so is what was typed below it.
pub fn assert_nothing_crossed(remote: &MemoryRemote, what: &str) {
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

/// Two scores that swapped names, and of which each got a new champion, so that an undo has to write their files.
async fn swapped_and_changed() -> (Arc<MemoryRemote>, Desk) {
    let (remote, desk) = (world(2), Desk::new());
    (0..2).for_each(|score| save(&remote, score, true, ""));
    desk.pull(remote.clone()).await;
    swap(&remote).await;
    (0..2).for_each(|score| save(&remote, score, true, "key12: new\n"));
    desk.pull(remote.clone()).await;
    (remote, desk)
}

/// Everything that is done was done by the run that died: what was saved since is not its business, and nothing is turned back.
#[tokio::test]
async fn a_save_after_an_undo_that_died_at_its_end_turns_nothing_back() {
    for file in ["Score 0.yaml", "Score 1.yaml", "guidelines/Score 0.md", "guidelines/Score 1.md"] {
        let (remote, desk) = swapped_and_changed().await;
        desk.sql("CREATE TRIGGER files BEFORE UPDATE OF pending ON replaced BEGIN SELECT RAISE(ABORT, 'dies'); END;");
        undo(&mut locked(&mut desk.offline()), None).expect_err("it dies");
        desk.sql("DROP TRIGGER files;");
        let mut undone = desk.files();
        let text = undone.get_mut(&desk.path(file)).expect("a file");
        text.push_str(TYPED);
        std::fs::write(desk.path(file), text).expect("written");
        undo(&mut locked(&mut desk.offline()), None).expect("finished");
        assert_eq!(desk.files(), undone, "{file}");
        desk.push(remote.clone(), true).await;
        assert_nothing_crossed(&remote, file);
    }
}

/// What cannot be written is tried again, by all of them together.
#[tokio::test]
async fn an_undo_that_cannot_write_one_file_takes_none_back_until_it_can() {
    use std::os::unix::fs::PermissionsExt;
    for file in ["Score 0.yaml", "guidelines/Score 1.md"] {
        let (remote, desk) = swapped_and_changed().await;
        let pulled = desk.files();
        let mode = |mode| std::fs::set_permissions(desk.path(file), std::fs::Permissions::from_mode(mode)).expect("a mode");
        mode(0o444);
        for _ in 0..2 {
            let report = undo(&mut locked(&mut desk.offline()), None).expect("it runs");
            let is_told = |one: &RestoredFile| matches!(&one.outcome, RestoreOutcome::Failed(FileError::ReadOnly(_)));
            assert!(report.files.iter().all(is_told) && report.files.len() == 4, "{file}: {report:?}");
            assert_eq!(desk.files(), pulled, "{file}");
        }
        mode(0o644);
        undo(&mut locked(&mut desk.offline()), None).expect("it runs");
        assert!(desk.files().values().all(|text| !text.contains("key12")), "{file}");
        desk.push(remote.clone(), true).await;
        assert_nothing_crossed(&remote, file);
    }
}

/// What a pull moved stays in its new place, also where the text that is to come cannot be written.
#[tokio::test]
async fn what_was_moved_is_not_turned_back_where_its_text_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    for file in ["Score 0.yaml", "Score 1.yaml", "guidelines/Score 1.md"] {
        let (remote, desk) = (world(2), Desk::new());
        (0..2).for_each(|score| save(&remote, score, true, ""));
        desk.pull(remote.clone()).await;
        swap(&remote).await;
        save(&remote, 0, true, "key12: new\n");
        std::fs::set_permissions(desk.path(file), std::fs::Permissions::from_mode(0o444)).expect("a mode");
        desk.pull(remote.clone()).await;
        for score in 0..2 {
            for place in [format!("Score {}.yaml", 1 - score), format!("guidelines/Score {}.md", 1 - score)] {
                assert!(desk.read(&place).contains(&format!("of score {score}\n")), "{file}: {place}");
            }
        }
        desk.push(remote.clone(), true).await;
        assert_nothing_crossed(&remote, file);
    }
}

/// What somebody does while a pull moves scores 0 and 1.
#[derive(Clone, Copy, Debug)]
enum Act {
    Types(&'static str),
    Deletes(&'static str),
    /// A file where none is, and where score 1 is to come.
    Makes,
}

/// A pull asks for the time several times, and people do not wait for it.
#[tokio::test]
async fn what_somebody_does_while_a_pull_moves_files_stays_as_it_is() {
    let acts = [
        Act::Types("Score 0.yaml"),
        Act::Types("guidelines/Score 1.md"),
        Act::Deletes("Score 0.yaml"),
        Act::Deletes("guidelines/Score 1.md"),
        Act::Makes,
    ];
    let swap: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 0")];
    let chain: &[(usize, &str)] = &[(0, "Score 1"), (1, "Other")];
    for (names, act) in [swap, chain].into_iter().flat_map(|names| acts.map(|act| (names, act))) {
        for question in 1.. {
            if !assert_stays(names, act, question).await {
                assert!(question > 2, "{act:?}: the time is asked for when files are to be replaced");
                break;
            }
        }
    }
}

/// A link does not change places with a file, nor does then the other document of its score, or of the other score.
#[tokio::test]
async fn where_one_document_cannot_move_neither_does_the_other() {
    let swap: &[(usize, &str)] = &[(0, "Score 1"), (1, "Score 0")];
    let chain: &[(usize, &str)] = &[(0, "Score 1"), (1, "Other")];
    for names in [swap, chain] {
        for file in ["Score 0.yaml", "Score 1.yaml", "guidelines/Score 0.md", "guidelines/Score 1.md"] {
            let what = format!("{names:?}, {file}");
            let (remote, desk) = (world(2), Desk::new());
            (0..2).for_each(|score| save(&remote, score, true, ""));
            desk.pull(remote.clone()).await;
            let elsewhere = desk.folder().join("scorecards/elsewhere.txt");
            std::fs::rename(desk.path(file), &elsewhere).expect("moved");
            std::os::unix::fs::symlink(&elsewhere, desk.path(file)).expect("a link");
            let before = desk.files();
            rename(&remote, names).await;
            desk.pull(remote.clone()).await;
            // Where nothing is in the way a link is moved as a file is.
            assert_eq!(desk.files() == before, names == swap, "{what}");
            desk.push(remote.clone(), true).await;
            assert_nothing_crossed(&remote, &what);
        }
    }
}

/// Whether the time was asked for so often.
async fn assert_stays(names: &[(usize, &str)], act: Act, question: usize) -> bool {
    let what = format!("{names:?}, {act:?} at {question}");
    let (remote, desk) = (world(2), Desk::new());
    (0..2).for_each(|score| save(&remote, score, true, ""));
    desk.pull(remote.clone()).await;
    rename(&remote, names).await;
    let made = desk.path("Other.yaml");
    let file = match act {
        Act::Types(file) | Act::Deletes(file) => desk.path(file),
        Act::Makes => made.clone(),
    };
    let happened = Rc::new(Cell::new(false));
    let acts = {
        let happened = Rc::clone(&happened);
        move || {
            // A file that has moved is not there any more, and where one has come none is made.
            happened.set(file.exists() != matches!(act, Act::Makes));
            match act {
                _ if !happened.get() => {}
                Act::Types(_) => type_into(file)(),
                Act::Deletes(_) => std::fs::remove_file(file).expect("there"),
                Act::Makes => std::fs::write(file, TYPED).expect("written"),
            }
        }
    };
    MEANWHILE.set(Some((question, Box::new(acts))));
    let mut session = desk.session_at(Some(remote.clone()), now);
    pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await.expect("pulls");
    if !is_done() {
        return false;
    }
    if !happened.get() {
        return true;
    }
    let files = desk.files();
    let typed = files.values().filter(|text| text.ends_with(TYPED)).count();
    match act {
        Act::Types(_) => assert_eq!((typed, files.len()), (1, 4), "{what}"),
        Act::Deletes(_) => assert_eq!(files.len(), 3, "{what}: what is deleted stays so"),
        Act::Makes => assert_eq!(std::fs::read_to_string(made).expect("there"), TYPED, "{what}"),
    }
    for _ in 0..2 {
        desk.push(remote.clone(), true).await;
        assert_nothing_crossed(&remote, &what);
        desk.pull(remote.clone()).await;
    }
    true
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
