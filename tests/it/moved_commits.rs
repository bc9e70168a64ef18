//! Commits whose files belong elsewhere by now, or did not yet when they were made: a hook pushes each text for its own score.

use crate::moves::{assert_nobody_has_anothers_text, both, edit, pulled, push_file, put_new, rename};
use crate::support::{Desk, git, locked};
use scoresync::engine::{CommitTexts, PushOptions, Report, Targets, push, push_commit};
use scoresync::git::{Program, Repository};
use scoresync::model::{RelPath, ScoreId};
use scoresync::remote::MemoryRemote;
use std::sync::Arc;

/// Names that change hands in Plexus.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Names {
    Swap,
    Chain,
    Rename,
    /// A score that nobody has pulled gets the old name.
    New,
}

/// What was done about that when the hook runs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Moved {
    No,
    Pulled,
    /// A teammate pulled it, and git brought the files.
    ByGit,
}

/// Where the files of the first and of the second score are to be.
fn new_names(names: Names) -> [&'static str; 2] {
    match names {
        Names::Swap => ["Score 1", "Score 0"],
        Names::Chain => ["Score 9", "Score 0"],
        Names::Rename | Names::New => ["Score 9", "Score 1"],
    }
}

async fn change_hands(remote: &MemoryRemote, names: Names) {
    let [first, second] = new_names(names);
    rename(remote, &[(0, first), (1, second)]).await;
    if names == Names::New {
        put_new(remote, 7, "Score 0").await;
    }
}

async fn move_files(remote: &Arc<MemoryRemote>, desk: &Desk, moved: Moved, names: Names) {
    match moved {
        Moved::No => {}
        Moved::Pulled => drop(desk.pull(remote.clone()).await),
        Moved::ByGit => {
            let texts = ["Score 0", "Score 1"].map(|name| both(name).map(|file| desk.read(&file)));
            ["Score 0", "Score 1"].iter().flat_map(|name| both(name)).for_each(|file| {
                std::fs::remove_file(desk.path(&file)).expect("removed");
            });
            for (name, texts) in new_names(names).iter().zip(texts) {
                both(name).iter().zip(texts).for_each(|(file, text)| desk.write(file, &text));
            }
        }
    }
}

/// Commits all files and gives what a hook would push.
pub fn commit(desk: &Desk) -> CommitTexts {
    let run = |args: &[&str]| git(desk.folder(), desk.folder(), args);
    run(&["add", "scorecards"]);
    run(&["commit", "-qm", "x"]);
    let repository = Repository::discover(&desk.root(), Program::default()).expect("git answers").expect("a repository");
    let head = repository.head().expect("readable").commit().expect("a commit").clone();
    let paths: Vec<RelPath> = repository.changed_by(&head).expect("readable");
    CommitTexts::read(&repository, &head, &paths).expect("readable")
}

pub async fn run_hook(remote: &Arc<MemoryRemote>, desk: &Desk, texts: &CommitTexts) -> Report {
    push_commit(&mut locked(&mut desk.session(remote.clone())), texts, &PushOptions::default()).await.expect("pushes")
}

fn versions_of(remote: &MemoryRemote, score: &str) -> usize {
    remote.all_versions().values().filter(|version| version.meta.score_id == ScoreId::from(score)).count()
}

pub async fn desk_in_git() -> (Arc<MemoryRemote>, Desk) {
    let (remote, desk) = pulled(3).await;
    git(desk.folder(), desk.folder(), &["init", "-q", "-b", "main"]);
    commit(&desk);
    (remote, desk)
}

fn cases() -> impl Iterator<Item = (Names, Moved, Vec<&'static str>)> {
    let names = [Names::Swap, Names::Chain, Names::Rename, Names::New];
    let moved = [Moved::No, Moved::Pulled, Moved::ByGit];
    let edits: [&[&'static str]; 3] = [&["Score 0"], &["Score 1"], &["Score 0", "Score 1"]];
    names.into_iter().flat_map(move |names| {
        moved.into_iter().flat_map(move |moved| edits.into_iter().map(move |edits| (names, moved, edits.to_vec())))
    })
}

async fn assert_each_edit_is_its_score_s(remote: &MemoryRemote, edits: &[&str], case: &str) {
    assert_nobody_has_anothers_text(remote);
    for (score, name) in [("score-0", "Score 0"), ("score-1", "Score 1")] {
        assert_eq!(versions_of(remote, score), 1 + usize::from(edits.contains(&name)), "{case}: {score}");
    }
    assert!(versions_of(remote, "score-7") < 2, "{case}");
}

/// Edits are committed, then names change hands, a pull moves the files or not, and a push of git runs the hook. (What git
/// brings is in HEAD, which is what hooks push.)
#[tokio::test]
async fn a_commit_from_before_names_changed_hands_is_pushed_for_the_scores_it_was_made_of() {
    for (names, moved, edits) in cases().filter(|(_, moved, _)| *moved != Moved::ByGit) {
        let (remote, desk) = desk_in_git().await;
        edits.iter().for_each(|name| edit(&desk, name));
        let texts = commit(&desk);
        change_hands(&remote, names).await;
        move_files(&remote, &desk, moved, names).await;
        let case = format!("{names:?}, {moved:?}, {edits:?}");
        run_hook(&remote, &desk, &texts).await;
        assert_each_edit_is_its_score_s(&remote, &edits, &case).await;
        // What was pushed is known: nothing is left to be done but moves.
        run_hook(&remote, &desk, &texts).await;
        desk.push(remote.clone(), false).await;
        assert_each_edit_is_its_score_s(&remote, &edits, &case).await;
    }
}

/// Names change hands, files are moved, or not, and then edits are committed.
#[tokio::test]
async fn a_commit_of_moved_files_is_pushed_for_the_scores_they_are_of() {
    for (names, moved, edits) in cases() {
        let (remote, desk) = desk_in_git().await;
        change_hands(&remote, names).await;
        move_files(&remote, &desk, moved, names).await;
        let now = if moved == Moved::No { ["Score 0", "Score 1"] } else { new_names(names) };
        ["Score 0", "Score 1"].iter().zip(now).filter(|(name, _)| edits.contains(name)).for_each(|(_, now)| edit(&desk, now));
        run_hook(&remote, &desk, &commit(&desk)).await;
        assert_each_edit_is_its_score_s(&remote, &edits, &format!("{names:?}, {moved:?}, {edits:?}")).await;
    }
}

/// A file that a person made anew where another score was is the one's that belongs there; a copy is one, too, once it is named.
#[tokio::test]
async fn a_text_that_lies_where_its_score_belongs_is_that_one_s() {
    for copied in [false, true] {
        let (remote, desk) = desk_in_git().await;
        change_hands(&remote, Names::Swap).await;
        desk.pull(remote.clone()).await;
        commit(&desk);
        let text = if copied { desk.read("Score 1.yaml") } else { "key: quite another\n".into() };
        desk.write("Score 0.yaml", &text);
        run_hook(&remote, &desk, &commit(&desk)).await;
        if copied {
            assert_eq!([versions_of(&remote, "score-0"), versions_of(&remote, "score-1")], [1, 1]);
            push_file(&remote, &desk, "Score 0.yaml").await;
        }
        assert_eq!([versions_of(&remote, "score-0"), versions_of(&remote, "score-1")], [1, 2], "{copied}");
    }
}

/// Names changed hands twice, and git has the files of in between: a clone takes none of them for edits to be pushed.
#[tokio::test]
async fn a_clone_of_files_that_are_another_score_s_pushes_none() {
    let (remote, desk) = desk_in_git().await;
    rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
    desk.pull(remote.clone()).await;
    commit(&desk);
    rename(&remote, &[(0, "Score 0"), (1, "Score 1")]).await;
    let clone = Desk::new();
    git(clone.folder(), desk.folder(), &["clone", "-q", desk.folder().to_str().expect("UTF-8"), "."]);
    let mut session = clone.session(remote.clone()).with_git(Program::default());
    push(&mut locked(&mut session), &Targets::default(), &PushOptions::default()).await.expect("runs");
    assert_eq!(remote.all_versions().len(), 3);
}

/// Names changed hands, a pull moved the files, that is committed, and somebody goes on in a branch from before.
#[tokio::test]
async fn a_commit_in_an_older_branch_is_pushed_for_the_score_it_is_of() {
    for names in [Names::Swap, Names::Chain, Names::Rename, Names::New] {
        let (remote, desk) = desk_in_git().await;
        change_hands(&remote, names).await;
        desk.pull(remote.clone()).await;
        commit(&desk);
        git(desk.folder(), desk.folder(), &["checkout", "-q", "-b", "older", "HEAD~1"]);
        edit(&desk, "Score 0");
        run_hook(&remote, &desk, &commit(&desk)).await;
        assert_each_edit_is_its_score_s(&remote, &["Score 0"], &format!("{names:?}")).await;
    }
}

/// A new score has the old name of another one, and its file is begun with that one's text: git has both where they belong.
#[tokio::test]
async fn a_text_made_of_another_one_that_moved_is_pushed_for_no_score_until_it_is_named() {
    let (remote, desk) = desk_in_git().await;
    change_hands(&remote, Names::New).await;
    desk.pull(remote.clone()).await;
    commit(&desk);
    desk.write("Score 0.yaml", &format!("{}# a fix\n", desk.read("Score 9.yaml")));
    let texts = commit(&desk);
    desk.write("Score 0.yaml", &format!("{}# and more\n", desk.read("Score 0.yaml")));
    run_hook(&remote, &desk, &texts).await;
    assert_eq!([versions_of(&remote, "score-0"), versions_of(&remote, "score-7")], [1, 1]);
    push_file(&remote, &desk, "Score 0.yaml").await;
    assert_eq!([versions_of(&remote, "score-0"), versions_of(&remote, "score-7")], [1, 2]);
}
