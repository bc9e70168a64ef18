//! Runs that die while they replace files: whatever the moment, the next run ends where the unbroken one would have.
//!
//! The run dies when it wants to record what it did. Then its effects are taken back one after another from the last, so that
//! every state of the files in between is met.

use crate::support::{Desk, locked, world};
use scoresync::check::{KnownCatalog, RuleSet};
use scoresync::engine::{
    Choice, Halt, PullOptions, PushOptions, RestoreFrom, RestoreOutcome, Selector, Targets, check_files, fix_files, pull, push,
    recover, resolve, restore, undo, unfinished,
};
use scoresync::model::{Catalog, Digest, ScoreId};
use scoresync::remote::{MemoryRemote, Remote};
use scoresync::workspace::Workspace;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const CODE: &str = "Score 0.yaml";
const GUIDELINES: &str = "guidelines/Score 0.md";

/// What replaces files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Undo,
    Restore,
    RestoreVersion,
    Resolve(Choice),
    Fix,
    Pull,
    /// A pull after a rename in Plexus.
    Move,
}

const ALL: [Command; 9] = [
    Command::Undo,
    Command::Restore,
    Command::RestoreVersion,
    Command::Resolve(Choice::Ours),
    Command::Resolve(Choice::Theirs),
    Command::Resolve(Choice::Merge),
    Command::Fix,
    Command::Pull,
    Command::Move,
];

impl Command {
    /// A desk on which it has something to do to both files of score 0.
    async fn set_up(self) -> (Arc<MemoryRemote>, Desk) {
        let (remote, desk) = (world(2), Desk::new());
        desk.pull(remote.clone()).await;
        match self {
            Self::Undo | Self::RestoreVersion => {
                promote(&remote, "theirs");
                desk.pull(remote.clone()).await;
            }
            Self::Restore => {
                [CODE, GUIDELINES].into_iter().for_each(|file| std::fs::remove_file(desk.path(file)).expect("there"))
            }
            Self::Resolve(_) => {
                edit(&desk, "mine");
                promote(&remote, "theirs");
                desk.pull(remote.clone()).await;
            }
            Self::Fix => ["Score 0.yaml", "Score 1.yaml"].into_iter().for_each(|file| {
                desk.write(file, &format!("{}parent: abc\n", desk.read(file)));
            }),
            Self::Pull => promote(&remote, "theirs"),
            Self::Move => {
                edit(&desk, "mine");
                let mut score = remote.score(&"score-0".into()).await.expect("readable").expect("there");
                score.name = "Renamed".into();
                remote.put_score(score);
            }
        }
        (remote, desk)
    }

    async fn run(self, desk: &Desk, remote: &Arc<MemoryRemote>) -> Result<(), Halt> {
        let mut session = desk.session(remote.clone());
        let score = Targets { selectors: vec![Selector::Score("score-0".into())], ..Targets::default() };
        let mut session = locked(&mut session);
        match self {
            Self::Undo => undo(&mut session, None).map(drop),
            Self::Restore => restore(&mut session, &score, &RestoreFrom::Last).await.map(drop),
            Self::RestoreVersion => restore(&mut session, &score, &RestoreFrom::Version("dashboard-1".into())).await.map(drop),
            Self::Resolve(choice) => resolve(&mut session, &Targets::default(), choice).await.map(drop),
            Self::Fix => {
                recover(&mut session).await?;
                let workspace = Workspace::new(&desk.root());
                let known = KnownCatalog { catalog: &Catalog::default(), is_whole: true };
                let rules = RuleSet::default();
                let checked: Vec<_> = check_files(&workspace, &[], known, &rules)?.flatten().collect();
                fix_files(&mut session, &checked).map(drop)
            }
            Self::Pull | Self::Move => pull(&mut session, &Targets::default(), PullOptions::default()).await.map(drop),
        }
    }
}

fn edit(desk: &Desk, word: &str) {
    for file in [CODE, GUIDELINES] {
        desk.write(file, &desk.read(file).replace("of score 0", &format!("of score 0 {word}")));
    }
}

fn promote(remote: &MemoryRemote, word: &str) {
    let code: String = (0..12).map(|line| format!("key{line}: {line} of score 0 {word}\n")).collect();
    let guidelines: String = (0..12).map(|line| format!("- rule {line} of score 0 {word}\n")).collect();
    let next = remote.save(&ScoreId::from("score-0"), None, &code, Some(&guidelines));
    remote.promote(&ScoreId::from("score-0"), Some(&next));
}

/// Runs a command until it wants to record what it did.
async fn die(command: Command, desk: &Desk, remote: &Arc<MemoryRemote>) {
    let trigger =
        |name: &str, on: &str| desk.sql(&format!("CREATE TRIGGER {name} BEFORE {on} BEGIN SELECT RAISE(ABORT, 'dies'); END;"));
    trigger("files", "UPDATE OF pending ON replaced");
    trigger("bases", "DELETE ON synced_after");
    let died = command.run(desk, remote).await;
    desk.sql("DROP TRIGGER files; DROP TRIGGER bases;");
    assert!(died.is_err(), "{command:?} records nothing");
}

type Files = BTreeMap<PathBuf, String>;

/// The files that differ; what moves or belongs together in another way is one effect.
fn effects(command: Command, before: &Files, after: &Files) -> Vec<Vec<PathBuf>> {
    let all: std::collections::BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    let changed: Vec<PathBuf> = all.into_iter().filter(|path| before.get(*path) != after.get(*path)).cloned().collect();
    if command != Command::Move {
        return changed.into_iter().map(|path| vec![path]).collect();
    }
    let (code, guidelines) = changed.into_iter().partition(|path| path.extension().is_some_and(|end| end == "yaml"));
    vec![code, guidelines]
}

/// The files by their names below the root, which differs from desk to desk.
fn named(desk: &Desk, files: &Files) -> Files {
    let name = |path: &PathBuf| path.strip_prefix(desk.root()).expect("below the root").to_owned();
    files.iter().map(|(path, text)| (name(path), text.clone())).collect()
}

fn take_back(path: &Path, before: &Files) {
    match before.get(path) {
        Some(text) => {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("written");
        }
        None => std::fs::remove_file(path).expect("removed"),
    }
}

fn bases(desk: &Desk) -> BTreeMap<ScoreId, String> {
    let synced = desk.state().load().expect("readable").synced;
    synced.into_iter().map(|(id, synced)| (id, format!("{} {}", synced.base, synced.paths.code))).collect()
}

#[tokio::test]
async fn a_run_that_dies_between_two_files_is_finished_by_the_next_one() {
    for command in ALL {
        let (remote, desk) = command.set_up().await;
        command.run(&desk, &remote).await.expect("unbroken");
        let (files, synced) = (named(&desk, &desk.files()), bases(&desk));
        let mut kept = 0;
        while kept < 10 {
            for again in [true, false] {
                let (remote, desk) = command.set_up().await;
                let before = desk.files();
                die(command, &desk, &remote).await;
                let effects = effects(command, &before, &desk.files());
                effects.iter().skip(kept).flatten().for_each(|path| take_back(path, &before));
                if let Some(path) = effects.first().and_then(|paths| paths.first()) {
                    let text = before.get(path).map_or("", String::as_str);
                    let name = format!(".scoresync-{}-Ab3dEf9h.tmp", desk.state().identity());
                    std::fs::write(path.with_file_name(name), text).expect("a temporary file");
                }
                let unfinished = unfinished(&desk.offline()).expect("readable");
                assert_eq!(unfinished.len(), 1, "{command:?} {kept} {unfinished:?}");
                if again {
                    command.run(&desk, &remote).await.expect("runs");
                    assert_eq!(bases(&desk), synced, "{command:?} {kept}");
                } else {
                    let options = PushOptions::default();
                    push(&mut locked(&mut desk.session(remote)), &Targets::default(), &options).await.expect("runs");
                }
                assert_eq!(named(&desk, &desk.files()), files, "{command:?} after {kept} files, again {again}");
                assert_eq!(desk.state().unfinished_runs().expect("readable"), [], "{command:?} {kept}");
                if kept >= effects.len() {
                    kept = 10;
                }
            }
            kept += 1;
        }
    }
}

#[tokio::test]
async fn an_edit_since_the_run_died_stays() {
    let (remote, desk) = Command::Undo.set_up().await;
    let before = desk.files();
    die(Command::Undo, &desk, &remote).await;
    take_back(&desk.path(GUIDELINES), &before);
    desk.write(GUIDELINES, "- mine\n");
    let mut session = desk.offline();
    let report = undo(&mut locked(&mut session), None).expect("finished");
    let left: Vec<&RestoreOutcome> = report.files.iter().map(|file| &file.outcome).collect();
    assert!(matches!(left[..], [RestoreOutcome::Written(_), RestoreOutcome::Edited]), "{report:?}");
    assert_eq!(desk.read(GUIDELINES), "- mine\n");
    assert_eq!(desk.state().unfinished_runs().expect("readable"), [], "it is given up");
}

/// Its base does not go back before its files do.
#[tokio::test]
async fn an_undo_that_can_write_nothing_is_finished_when_it_can() {
    let (_remote, desk) = Command::Undo.set_up().await;
    let (newer, pulled) = (bases(&desk), desk.files());
    let mode = |mode| {
        let set = |file| std::fs::set_permissions(desk.path(file), std::fs::Permissions::from_mode(mode)).expect("a mode");
        [CODE, GUIDELINES].into_iter().for_each(set);
    };
    mode(0o444);
    for _ in 0..2 {
        undo(&mut locked(&mut desk.offline()), None).expect("runs");
        assert_eq!((bases(&desk), desk.files()), (newer.clone(), pulled.clone()));
    }
    mode(0o644);
    undo(&mut locked(&mut desk.offline()), None).expect("runs");
    assert!(!desk.read(CODE).contains("theirs") && !desk.read(GUIDELINES).contains("theirs"));
    assert_ne!(bases(&desk), newer, "the base goes back with the files");
    assert_eq!(desk.state().unfinished_runs().expect("readable"), []);
}

/// Nobody can tell whether it had replaced a file that a person saved since.
#[tokio::test]
async fn what_a_run_that_died_may_have_replaced_stays_kept() {
    for command in [Command::Pull, Command::Resolve(Choice::Theirs), Command::Fix, Command::RestoreVersion] {
        for is_done in [false, true] {
            let (remote, desk) = command.set_up().await;
            let before = desk.files();
            die(command, &desk, &remote).await;
            let paths: Vec<PathBuf> = effects(command, &before, &desk.files()).into_iter().flatten().collect();
            for path in &paths {
                if !is_done {
                    take_back(path, &before);
                }
                std::fs::write(path, "saved since\n").expect("saved");
            }
            recover(&mut locked(&mut desk.session(remote))).await.expect("finished");
            assert_eq!(desk.state().unfinished_runs().expect("readable"), [], "{command:?}");
            let kept = desk.state().backups().expect("readable");
            let is_kept = |text: &String| {
                kept.iter().any(|one| one.bytes.is_some() && one.replaced.before == Some(Digest::of(text.as_bytes())))
            };
            let replaced: Vec<&String> = paths.iter().filter_map(|path| before.get(path)).collect();
            assert!(replaced.iter().all(|text| is_kept(text)), "{command:?}, done: {is_done}");
            assert!(!replaced.is_empty(), "{command:?} replaces something");
        }
    }
}

#[tokio::test]
async fn an_undo_that_cannot_write_a_file_is_finished_when_it_can() {
    for push_first in [false, true] {
        let (remote, desk) = Command::Undo.set_up().await;
        let (pulled, newer) = (desk.read(GUIDELINES), bases(&desk));
        let mode = |mode| std::fs::set_permissions(desk.path(GUIDELINES), std::fs::Permissions::from_mode(mode)).expect("a mode");
        mode(0o444);
        for _ in 0..3 {
            let report = undo(&mut locked(&mut desk.offline()), None).expect("runs");
            assert!(report.files.iter().any(|file| matches!(file.outcome, RestoreOutcome::Failed(_))), "{report:?}");
            assert!(!desk.read(CODE).contains("theirs"), "it does not go to and fro");
            assert_eq!(desk.read(GUIDELINES), pulled);
        }
        mode(0o644);
        if push_first {
            desk.push(remote.clone(), false).await;
        } else {
            undo(&mut locked(&mut desk.offline()), None).expect("runs");
        }
        assert!(!desk.read(CODE).contains("theirs") && !desk.read(GUIDELINES).contains("theirs"));
        assert_ne!(bases(&desk), newer, "the base goes back with the files");
        assert_eq!(desk.state().unfinished_runs().expect("readable"), []);
    }
}

#[tokio::test]
async fn a_resolution_that_cannot_write_a_file_is_finished_when_it_can() {
    let (remote, desk) = Command::Resolve(Choice::Theirs).set_up().await;
    let mine = desk.read(GUIDELINES);
    let mode = |mode| std::fs::set_permissions(desk.path(GUIDELINES), std::fs::Permissions::from_mode(mode)).expect("a mode");
    mode(0o444);
    Command::Resolve(Choice::Theirs).run(&desk, &remote).await.expect("runs");
    assert_eq!((desk.read(CODE).contains("theirs"), desk.read(GUIDELINES)), (true, mine));
    assert_eq!(desk.state().unfinished_runs().expect("readable").len(), 1, "it is not given up");
    mode(0o644);
    recover(&mut locked(&mut desk.session(remote))).await.expect("finished");
    assert!(desk.read(GUIDELINES).contains("theirs"));
    assert_eq!(desk.state().unfinished_runs().expect("readable"), []);
}

#[tokio::test]
async fn a_run_that_is_finished_later_counts_among_those_that_are_kept() {
    let (remote, desk) = Command::Pull.set_up().await;
    die(Command::Pull, &desk, &remote).await;
    assert_eq!(desk.state().runs().expect("readable").len(), 2);
    let desk = desk.keeping(1);
    recover(&mut locked(&mut desk.session(remote))).await.expect("finished");
    assert_eq!(desk.state().runs().expect("readable").len(), 1);
}

/// An undo goes on with the other file.
#[tokio::test]
async fn a_resolution_is_given_up_for_a_score_of_which_a_person_changed_a_file() {
    for (command, left) in [(Command::Undo, 1), (Command::Resolve(Choice::Theirs), 0)] {
        let (remote, desk) = command.set_up().await;
        let before = desk.files();
        die(command, &desk, &remote).await;
        [CODE, GUIDELINES].into_iter().for_each(|file| take_back(&desk.path(file), &before));
        desk.write(GUIDELINES, "- a person's\n");
        std::fs::remove_file(desk.path(CODE)).expect("removed");
        std::fs::create_dir(desk.path(CODE)).expect("what cannot be written");
        recover(&mut locked(&mut desk.session(remote.clone()))).await.expect("recovers");
        assert_eq!(desk.state().unfinished_runs().expect("readable").len(), left, "{command:?}");
        assert_eq!(desk.read(GUIDELINES), "- a person's\n");
    }
}

#[tokio::test]
async fn bytes_that_nobody_else_has_are_kept_aside() {
    let (remote, desk) = Command::Undo.set_up().await;
    die(Command::Undo, &desk, &remote).await;
    let owner = desk.state().identity().to_owned();
    let temporary = |owner: &str| desk.path(CODE).with_file_name(format!(".scoresync-{owner}-Ab3dEf9h.tmp"));
    std::fs::write(temporary(&owner), "saved at that moment\n").expect("written");
    std::fs::write(temporary("another"), "somebody else's\n").expect("written");
    let report = undo(&mut locked(&mut desk.offline()), None).expect("runs");
    let kept = &report.recovered[0].kept_aside;
    assert_eq!(kept.len(), 1, "{report:?}");
    assert_eq!(std::fs::read_to_string(kept[0].under(&desk.root())).expect("kept"), "saved at that moment\n");
    assert!(!temporary(&owner).exists() && temporary("another").exists());
}

/// The base of a score whose undo waits for a file must not be taken for that of the undo.
#[tokio::test]
async fn what_was_synced_since_is_not_taken_back_later() {
    let (remote, desk) = Command::Undo.set_up().await;
    let before = desk.files();
    die(Command::Undo, &desk, &remote).await;
    [CODE, GUIDELINES].iter().for_each(|file| take_back(&desk.path(file), &before));
    let synced = desk.state().with_texts(&"score-0".into()).expect("readable").expect("synced");
    let newer = scoresync::model::SyncedScore { base: "newer".into(), ..synced };
    desk.state().transaction(|tx| tx.set_base(&"score-0".into(), &newer)).expect("recorded");
    let report = undo(&mut locked(&mut desk.offline()), None).expect("runs");
    assert!(report.files.iter().all(|file| file.outcome == RestoreOutcome::SyncedSince), "{report:?}");
    assert_eq!((desk.files(), bases(&desk)[&"score-0".into()].starts_with("newer")), (before, true));
}

#[tokio::test]
async fn markers_are_not_put_around_markers() {
    let (remote, desk) = Command::Resolve(Choice::Merge).set_up().await;
    Command::Resolve(Choice::Merge).run(&desk, &remote).await.expect("resolved");
    promote(&remote, "newer");
    desk.pull(remote.clone()).await;
    let marked = desk.files();
    Command::Resolve(Choice::Merge).run(&desk, &remote).await.expect("runs");
    assert_eq!(desk.files(), marked);
}

#[tokio::test]
async fn an_undo_or_restore_that_nobody_was_told_of_is_not_done_twice() {
    for command in [Command::Undo, Command::Restore, Command::RestoreVersion] {
        let (remote, desk) = command.set_up().await;
        command.run(&desk, &remote).await.expect("runs");
        let once = desk.files();
        command.run(&desk, &remote).await.expect("runs");
        assert_eq!(
            (desk.files(), desk.state().runs().expect("runs").len()),
            (once, 2 + usize::from(command != Command::Restore))
        );
    }
}
