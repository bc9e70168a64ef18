//! Guidelines that were there before anything was synced, as in a fresh clone, beside a version that has none: where they are like
//! those of another score, names may have changed hands, and nothing but a person knows whose they are.

use crate::moves::{both, of, pulled, push_file, rename};
use crate::support::{Desk, locked};
use scoresync::engine::{Choice, Report, Targets, resolve, status};
use scoresync::model::FaultCause;
use scoresync::remote::{MemoryRemote, Remote};
use std::fs;
use std::sync::Arc;

/// Where score 1 belongs, since names were swapped; the files of score 0 lie there.
const CODE: &str = "Score 0.yaml";
const GUIDELINES: &str = "guidelines/Score 0.md";

/// A clone with the files from before the swap. The champion of score 1 has no guidelines, and `others` whether that of score 0 has.
async fn cloned(others: bool) -> (Arc<MemoryRemote>, Desk) {
    let (remote, first) = pulled(2).await;
    for number in if others { 1..2 } else { 0..2 } {
        forget_guidelines(&remote, &first, number, None);
    }
    rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
    let desk = Desk::new();
    ["Score 0", "Score 1"].iter().flat_map(|name| both(name)).for_each(|file| desk.write(&file, &first.read(&file)));
    (remote, desk)
}

/// The next champion of a score says the same, and has no guidelines.
fn forget_guidelines(remote: &MemoryRemote, desk: &Desk, number: usize, guidelines: Option<&str>) {
    let base = format!("dashboard-{}", number + 1).as_str().into();
    let score = format!("score-{number}").as_str().into();
    let champion = remote.save(&score, Some(&base), &desk.read(&format!("Score {number}.yaml")), guidelines);
    remote.promote(&score, Some(&champion));
}

async fn look(remote: &Arc<MemoryRemote>, desk: &Desk) -> Report {
    status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks")
}

/// The code of score 1 comes from the dashboard, over the other one's or where that was deleted.
async fn take_code(remote: &Arc<MemoryRemote>, desk: &Desk, is_deleted: bool) {
    if is_deleted {
        fs::remove_file(desk.path(CODE)).expect("there");
    }
    desk.pull(remote.clone()).await;
    resolve(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), Choice::Theirs).await.expect("resolves");
    assert!(desk.read(CODE).contains("of score 1\n"));
}

#[tokio::test]
async fn guidelines_of_another_score_are_pushed_by_their_name_alone() {
    for (is_deleted, typed) in [(true, ""), (true, "- typed here\n"), (false, ""), (false, "- typed here\n")] {
        let case = format!("deleted {is_deleted}, typed {typed:?}");
        let (remote, desk) = cloned(true).await;
        desk.write(GUIDELINES, &format!("{}{typed}", desk.read(GUIDELINES)));
        take_code(&remote, &desk, is_deleted).await;
        let before = remote.all_versions().len();
        for _ in 0..2 {
            let seen = look(&remote, &desk).await;
            let fault = of(&seen, "score-1").fault.as_ref().expect(&case);
            assert_eq!(fault.cause, FaultCause::Copy, "{case}");
            assert!(fault.message.contains("guidelines/Score 1.md"), "{}", fault.message);
            assert_eq!(of(&seen, "score-1").notes, [], "nothing says that a push sends them");
            desk.push(remote.clone(), true).await;
            assert_eq!(remote.all_versions().len(), before, "{case}");
        }
        push_file(&remote, &desk, GUIDELINES).await;
        assert_eq!(remote.all_versions().len(), before + 1, "{case}");
        assert!(look(&remote, &desk).await.scores.iter().all(|score| score.fault.is_none()), "{case}: it is decided");
    }
}

/// The champion of the other one has none any more, and its own file has them no more.
#[tokio::test]
async fn guidelines_that_another_score_had_once_are_told_too() {
    let (remote, desk) = cloned(false).await;
    desk.write(CODE, &desk.read("Score 1.yaml"));
    let before = remote.all_versions().len();
    desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), before);
    assert!(of(&look(&remote, &desk).await, "score-1").fault.is_some());
}

/// Most of them is rewritten: they are no longer another one's.
#[tokio::test]
async fn guidelines_that_are_not_like_another_ones_are_pushed() {
    let (remote, desk) = cloned(true).await;
    take_code(&remote, &desk, true).await;
    let kept: String = desk.read(GUIDELINES).split_inclusive('\n').take(6).collect();
    let own: String = (0..6).map(|line| format!("- a rule of one's own, number {line}\n")).collect();
    desk.write(GUIDELINES, &format!("{kept}{own}"));
    let before = remote.all_versions().len();
    desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), before + 1);
}

/// Guidelines are often begun as a copy of others: what comes after the first sync is meant, also once a new champion was pulled.
#[tokio::test]
async fn guidelines_that_are_copied_after_a_sync_are_pushed() {
    for is_moved in [false, true] {
        let (remote, desk) = cloned(true).await;
        fs::remove_file(desk.path(CODE)).expect("there");
        fs::remove_file(desk.path(GUIDELINES)).expect("there");
        take_code(&remote, &desk, false).await;
        desk.write(GUIDELINES, &desk.read("guidelines/Score 1.md"));
        if is_moved {
            let score = "score-1".into();
            let champion = remote.save(&score, Some(&"dashboard-3".into()), &format!("{}more: 1\n", desk.read(CODE)), None);
            remote.promote(&score, Some(&champion));
            desk.pull(remote.clone()).await;
            assert!(desk.read(CODE).contains("more: 1"));
        }
        let before = remote.all_versions().len();
        let report = desk.push(remote.clone(), false).await;
        assert_eq!(remote.all_versions().len(), before + 1, "moved {is_moved}: {report:?}");
    }
}

/// On the wire an empty text is none, also once the base has changed.
#[tokio::test]
async fn empty_guidelines_are_none() {
    let (remote, first) = pulled(2).await;
    forget_guidelines(&remote, &first, 1, Some(""));
    rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
    let desk = Desk::new();
    desk.write(CODE, &first.read("Score 1.yaml"));
    desk.write(GUIDELINES, &first.read(GUIDELINES));
    desk.pull(remote.clone()).await;
    resolve(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), Choice::Ours).await.expect("resolves");
    let score = "score-1".into();
    let champion = remote.save(&score, Some(&"dashboard-3".into()), &format!("{}more: 1\n", desk.read(CODE)), Some(""));
    remote.promote(&score, Some(&champion));
    desk.pull(remote.clone()).await;
    let before = remote.all_versions().len();
    let report = desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), before, "{report:?}");
}

/// Names went round among more scores than are compared line by line.
#[tokio::test]
async fn of_many_the_equal_ones_are_told() {
    let count = 40;
    let (remote, first) = pulled(count).await;
    (0..count).for_each(|number| forget_guidelines(&remote, &first, number, None));
    let names: Vec<String> = (0..count).map(|number| format!("Score {}", (number + 1) % count)).collect();
    rename(&remote, &names.iter().enumerate().map(|(number, name)| (number, name.as_str())).collect::<Vec<_>>()).await;
    let desk = Desk::new();
    for number in 0..count {
        let guidelines = format!("guidelines/Score {number}.md");
        let typed = if number < 5 { "- typed\n" } else { "" };
        desk.write(&guidelines, &format!("{}{typed}", first.read(&guidelines)));
        desk.write(&format!("Score {number}.yaml"), &first.read(&format!("Score {}.yaml", (number + count - 1) % count)));
    }
    let told = look(&remote, &desk).await.scores.iter().filter(|score| score.fault.is_some()).count();
    assert_eq!(told, count - 5);
}

/// The champion has none any more, and those that are here are the score's own, made from one template with others.
#[tokio::test]
async fn own_guidelines_that_the_dashboard_dropped_are_pushed() {
    let (remote, desk) = pulled(2).await;
    let template: String = (0..12).map(|line| format!("- rule {line} of every score\n")).collect();
    for number in 0..2 {
        desk.write(&format!("guidelines/Score {number}.md"), &format!("# Score {number}\n{template}"));
    }
    desk.push(remote.clone(), true).await;
    let score = "score-1".into();
    let champion = remote.score(&score).await.expect("readable").expect("there").champion.expect("a champion");
    let without = remote.save(&score, Some(&champion), &desk.read("Score 1.yaml"), None);
    remote.promote(&score, Some(&without));
    desk.pull(remote.clone()).await;
    desk.write("guidelines/Score 1.md", &format!("{}- mine\n", desk.read("guidelines/Score 1.md")));
    let before = remote.all_versions().len();
    let report = desk.push(remote.clone(), false).await;
    assert_eq!(remote.all_versions().len(), before + 1, "{report:?}");
}
