//! Names changed hands in Plexus and a pull moved the files. Then an editor saves what it had read before at an old place, or an
//! old file is brought back: what another score says, and has in its own file too, is not pushed unless somebody names the file.

use crate::moves::{both, edit, of, owner, pulled, push_file, put_empty, put_new, rename};
use crate::support::{Desk, locked, world};
use scoresync::engine::{
    Outcome, PullOptions, PushOptions, Report, RestoreFrom, RestoreOutcome, Selector, Targets, pull, push, push_preview, restore,
    restore_preview, status,
};
use scoresync::model::{DocKind, FaultCause, RelPath};
use scoresync::plan::{Refusal, Standing};
use scoresync::remote::MemoryRemote;
use std::sync::Arc;

/// Two scores whose names were swapped, and a third one whose name a new score got; files are where they belong.
async fn changed_hands() -> (Arc<MemoryRemote>, Desk, Vec<(String, String)>) {
    let (remote, desk) = pulled(4).await;
    let buffers = ["Score 0", "Score 1", "Score 2"].iter().flat_map(|name| both(name));
    let buffers = buffers.map(|file| (desk.read(&file), file)).map(|(text, file)| (file, text)).collect();
    rename(&remote, &[(0, "Score 1"), (1, "Score 0"), (2, "Score 9")]).await;
    put_new(&remote, 7, "Score 2").await;
    desk.pull(remote.clone()).await;
    assert_eq!([owner(&desk, "Score 0"), owner(&desk, "Score 2"), owner(&desk, "Score 9")], [Some(1), Some(7), Some(2)]);
    (remote, desk, buffers)
}

async fn look(remote: &Arc<MemoryRemote>, desk: &Desk) -> Report {
    status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("looks")
}

async fn push_of(remote: &Arc<MemoryRemote>, desk: &Desk, selectors: Vec<Selector>) -> Report {
    let targets = Targets { selectors, ..Targets::default() };
    push(&mut locked(&mut desk.session(remote.clone())), &targets, &PushOptions::default()).await.expect("runs")
}

fn path(file: &str) -> Selector {
    Selector::Path(RelPath::parse(&format!("Calls/{file}")).expect("a safe path"))
}

#[tokio::test]
async fn a_buffer_that_is_saved_at_an_old_place_is_pushed_by_its_name_alone() {
    for (number, changed) in (0..6).flat_map(|number| [false, true].map(|changed| (number, changed))) {
        let (remote, desk, buffers) = changed_hands().await;
        let (file, text) = &buffers[number];
        let text = if changed { format!("{text}# mine\n") } else { text.clone() };
        desk.write(file, &text);
        let score = ["score-1", "score-0", "score-7"][number / 2];
        let before = remote.all_versions().len();
        for _ in 0..2 {
            let seen = look(&remote, &desk).await;
            let faults: Vec<_> =
                seen.scores.iter().filter_map(|one| Some((one.id.as_str(), one.fault.as_ref()?.cause))).collect();
            assert_eq!(faults, [(score, FaultCause::Copy)], "{file}, {changed}: {seen:?}");
        }
        let folder = Selector::Path(RelPath::parse("Calls").expect("a safe path"));
        let pattern = |word: &str| vec![Selector::Word(word.into())];
        let one = file.trim_start_matches("guidelines/").trim_end_matches(".yaml").trim_end_matches(".md");
        let both = vec![path(file), path("Score 3.yaml")];
        let some = [vec![folder], pattern("Score ?"), pattern(&one.replace("Score", "?core")), both];
        for asked in some.into_iter().chain([vec![], vec![Selector::Score(score.into())]]) {
            push_of(&remote, &desk, asked.clone()).await;
            assert_eq!(remote.all_versions().len(), before, "{file}, {changed}, {asked:?}");
        }
        let options = PushOptions::default();
        let named = Targets { selectors: vec![path(file)], ..Targets::default() };
        push_preview(&mut desk.session(remote.clone()), &named, &options).await.expect("looks");
        assert!(of(&look(&remote, &desk).await, score).fault.is_some(), "{file}: a preview decides nothing");
        push_file(&remote, &desk, file).await;
        assert_eq!(remote.all_versions().len(), before + 1, "{file}, {changed}");
        assert!(look(&remote, &desk).await.scores.iter().all(|one| one.fault.is_none()), "{file}: it is decided");
    }
}

/// Most of a buffer was deleted before it was saved at an old place: a few lines tell whose it is, if none of them is the own
/// score's, and fewer do not.
#[tokio::test]
async fn what_is_left_of_a_buffer_is_still_that_of_its_score() {
    for (lines, is_told) in [(3, true), (2, false)] {
        let (remote, desk, buffers) = changed_hands().await;
        for (file, text) in &buffers[..2] {
            let now = desk.read(file);
            let left: String = text.split_inclusive('\n').take(lines).collect();
            desk.write(file, &left);
            assert_eq!(of(&look(&remote, &desk).await, "score-1").fault.is_some(), is_told, "{file}, {lines}");
            desk.write(file, &format!("{left}{}", now.lines().last().expect("a line")));
            assert!(of(&look(&remote, &desk).await, "score-1").fault.is_none(), "{file}: it has a line of its own");
            desk.write(file, &now);
        }
    }
}

/// What an editor has read was edited before names changed hands, and is not pushed yet: its lines tell whose the rest is.
#[tokio::test]
async fn what_is_left_of_an_edited_buffer_is_that_of_its_score() {
    let (remote, desk, buffers) = changed_hands().await;
    for (place, file) in both("Score 1").iter().zip(both("Score 0")) {
        let text = &buffers.iter().find(|(known, _)| *known == file).expect("it was read").1;
        let edited = format!("typed: here\n{text}");
        desk.write(place, &edited);
        let now = desk.read(&file);
        desk.write(&file, &edited.split_inclusive('\n').take(3).collect::<String>());
        assert!(of(&look(&remote, &desk).await, "score-1").fault.is_some(), "{file}");
        desk.write(&file, &now);
    }
}

/// Scores made from one template swapped names, and then both got the same edit.
#[tokio::test]
async fn one_edit_of_two_scores_that_are_alike_is_pushed_for_both() {
    let (remote, desk) = pulled(2).await;
    let shared: String = (0..8).map(|n| format!("rule{n}: 1\n")).collect();
    let text = |n: usize| format!("name: n{n}\nkey: of score {n}\n{shared}");
    for (n, name) in [(0, "Score 0"), (1, "Score 1")] {
        desk.write(&format!("{name}.yaml"), &text(n));
        push_file(&remote, &desk, &format!("{name}.yaml")).await;
    }
    rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
    desk.pull(remote.clone()).await;
    let edited = |n| text(n).replace("rule0: 1\nrule1: 1\nrule2: 1\nrule3: 1\n", "rule0: 2\nrule1: 2\nrule2: 2\nrule3: 2\n");
    desk.write("Score 1.yaml", &edited(0));
    desk.write("Score 0.yaml", &edited(1));
    let before = remote.all_versions().len();
    let report = push_of(&remote, &desk, Vec::new()).await;
    assert_eq!(remote.all_versions().len(), before + 2, "{report:?}");
}

/// Git brought the files of a swap that no pull has followed, and one was written anew from the text of the other.
#[tokio::test]
async fn a_text_begun_from_another_one_is_pushed_by_its_name_where_that_one_has_its_file() {
    let (remote, desk) = pulled(2).await;
    let [first, second] = ["Score 0", "Score 1"].map(|name| both(name).map(|file| desk.read(&file)));
    rename(&remote, &[(0, "Score 1"), (1, "Score 9")]).await;
    for (name, texts) in [("Score 1", &first), ("Score 9", &second)] {
        both(name).iter().zip(texts).for_each(|(file, text)| desk.write(file, text));
    }
    both("Score 0").iter().for_each(|file| std::fs::remove_file(desk.path(file)).expect("there"));
    desk.write("Score 9.yaml", &format!("{}typed: 1\n", second[0]));
    let own: String = (0..4).map(|n| format!("own{n}: 1\n")).collect();
    desk.write("Score 1.yaml", &format!("{}{own}", second[0]));
    let old = Targets { selectors: vec![path("Score 0.yaml")], ..Targets::default() };
    let seen = status(&mut desk.session(remote.clone()), &old, true).await.expect("looks");
    assert_eq!(&*of(&seen, "score-0").name, "Score 1", "where nobody is, who was there is meant");
    let report = push_file(&remote, &desk, "Score 1.yaml").await;
    assert!(matches!(of(&report, "score-0").outcome, Outcome::Done(_)), "{report:?}");
    assert_eq!((report.scores.len(), remote.all_versions().len()), (1, 3), "who was there before is not named: {report:?}");
}

/// The champion of the score that they were of has none any more.
#[tokio::test]
async fn guidelines_that_a_score_had_once_are_its_own() {
    let (remote, desk) = pulled(2).await;
    let buffer = desk.read("guidelines/Score 0.md");
    let score = "score-0".into();
    let champion = remote.save(&score, Some(&"dashboard-1".into()), &desk.read("Score 0.yaml"), None);
    remote.promote(&score, Some(&champion));
    rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
    desk.pull(remote.clone()).await;
    desk.write("guidelines/Score 0.md", &format!("{buffer}- mine\n"));
    for _ in 0..2 {
        let seen = look(&remote, &desk).await;
        assert_eq!(of(&seen, "score-1").fault.as_ref().map(|fault| fault.cause), Some(FaultCause::Copy), "{seen:?}");
        push_of(&remote, &desk, Vec::new()).await;
    }
    assert_eq!(remote.all_versions().len(), 3);
}

/// Files were deleted, and where they were lies by now what a score says that was never pulled and belongs there.
#[tokio::test]
async fn a_text_of_who_belongs_there_is_not_that_of_who_was_there() {
    let (remote, desk) = pulled(2).await;
    rename(&remote, &[(0, "Score 9")]).await;
    let new = put_empty(&remote, 7, "Score 0").await;
    let code: String = (0..6).map(|n| format!("key{n}: of score 7\n")).collect();
    let champion = remote.save(&new, None, &code, Some("- of score 7\n"));
    remote.promote(&new, Some(&champion));
    both("Score 0").iter().for_each(|file| std::fs::remove_file(desk.path(file)).expect("there"));
    desk.write("Score 0.yaml", &format!("{code}mine: 1\n"));
    let before = remote.all_versions().len();
    for _ in 0..2 {
        push_of(&remote, &desk, Vec::new()).await;
        assert_eq!(remote.all_versions().len(), before);
    }
    assert!(look(&remote, &desk).await.scores.iter().any(|one| one.fault.is_some()));
}

/// What lies there is replaced by the own text of the score, and kept.
#[tokio::test]
async fn a_restore_ends_it() {
    let (remote, desk, buffers) = changed_hands().await;
    let today = desk.read("Score 0.yaml");
    desk.write("Score 0.yaml", &buffers[0].1);
    let base = of(&look(&remote, &desk).await, "score-1").base.clone().expect("a base");
    let named = Targets { selectors: vec![path("Score 0.yaml")], ..Targets::default() };
    let own = RestoreFrom::Version(base.to_string());
    restore(&mut locked(&mut desk.session(remote.clone())), &named, &own).await.expect("restores");
    assert_eq!(desk.read("Score 0.yaml"), today);
    assert!(look(&remote, &desk).await.scores.iter().all(|score| score.standing == Standing::Clean));
}

/// One file is saved over another one, both are saved at once, or are edits that the last look knows.
#[tokio::test]
async fn an_edit_that_is_copied_over_another_score_is_a_copy() {
    for looked in [false, true] {
        let (remote, desk) = pulled(3).await;
        edit(&desk, "Score 0");
        if looked {
            look(&remote, &desk).await;
        }
        desk.write("Score 1.yaml", &desk.read("Score 0.yaml"));
        for _ in 0..2 {
            let seen = look(&remote, &desk).await;
            assert_eq!(of(&seen, "score-1").fault.as_ref().map(|fault| fault.cause), Some(FaultCause::Copy), "{looked}");
        }
        let report = push_of(&remote, &desk, Vec::new()).await;
        assert_eq!(remote.all_versions().len(), 4, "{looked}: {report:?}");
    }
}

/// Three names go round, a pull moves the files, and git brings those from before: each is told whose text it has, and naming a
/// file is no way out.
#[tokio::test]
async fn files_from_before_three_names_went_round_are_not_pushed() {
    let (remote, desk) = pulled(4).await;
    let before = desk.files();
    rename(&remote, &[(0, "Score 1"), (1, "Score 2"), (2, "Score 0")]).await;
    desk.pull(remote.clone()).await;
    before.iter().for_each(|(path, text)| std::fs::write(path, text).expect("written"));
    let seen = look(&remote, &desk).await;
    for (number, at) in [(0, "Score 2.yaml"), (1, "Score 0.yaml"), (2, "Score 1.yaml")] {
        let fault = of(&seen, &format!("score-{number}")).fault.as_ref().expect("another one's text");
        assert_eq!(fault.cause, FaultCause::OfAnother);
        assert!(fault.message.contains(at), "score-{number}: {}", fault.message);
    }
    for name in ["Score 0.yaml", "Score 1.yaml", "Score 2.yaml"] {
        push_file(&remote, &desk, name).await;
    }
    assert_eq!(remote.all_versions().len(), 4);
    for number in 0..3 {
        let score = format!("score-{number}");
        let base = of(&seen, &score).base.clone().expect("a base");
        let own =
            (Targets { selectors: vec![Selector::Word(score)], ..Targets::default() }, RestoreFrom::Version(base.to_string()));
        restore(&mut locked(&mut desk.session(remote.clone())), &own.0, &own.1).await.expect("restores");
    }
    assert!(look(&remote, &desk).await.scores.iter().all(|score| score.standing == Standing::Clean), "the way out");
}

/// A score gets a copy of another one's text, and that one is written anew.
#[tokio::test]
async fn what_is_written_anew_is_no_text_of_a_copy() {
    let (remote, desk) = pulled(3).await;
    desk.write("Score 1.yaml", &desk.read("Score 0.yaml"));
    desk.write("Score 0.yaml", "key: all of it is new\n");
    let report = push_of(&remote, &desk, Vec::new()).await;
    assert_eq!(of(&report, "score-1").fault.as_ref().map(|fault| fault.cause), Some(FaultCause::Copy), "{report:?}");
    assert!(of(&report, "score-0").fault.is_none(), "{report:?}");
    push_file(&remote, &desk, "Score 1.yaml").await;
    assert_eq!(remote.all_versions().len(), 5);
}

/// Both documents of a former owner are brought back, the code edited: the code is told.
#[tokio::test]
async fn of_both_documents_of_a_former_owner_the_code_is_told() {
    let (remote, desk, buffers) = changed_hands().await;
    let [(code, text), (guidelines, rules)] = &buffers[..2] else { unreachable!("two files each") };
    desk.write(code, &format!("{text}# mine\n"));
    desk.write(guidelines, rules);
    let seen = look(&remote, &desk).await;
    assert_eq!(of(&seen, "score-1").fault.as_ref().map(|fault| fault.kind), Some(DocKind::Code));
}

/// A score was begun as a copy at the former place of another one: what it said then is its own.
#[tokio::test]
async fn a_text_that_a_score_once_had_is_its_own_at_a_former_place_too() {
    let (remote, desk, buffers) = changed_hands().await;
    let copied = &buffers[0].1;
    desk.write("Score 0.yaml", copied);
    push_file(&remote, &desk, "Score 0.yaml").await;
    desk.write("Score 0.yaml", "key: all of it is new\n");
    push_of(&remote, &desk, Vec::new()).await;
    let before = remote.all_versions().len();
    desk.write("Score 0.yaml", copied);
    push_of(&remote, &desk, Vec::new()).await;
    assert_eq!(remote.all_versions().len(), before + 1);
}

/// The text stays another one's when that one has moved on.
#[tokio::test]
async fn what_another_score_said_once_is_its_text_still() {
    let (remote, desk) = pulled(3).await;
    desk.write("Score 1.yaml", &desk.read("Score 0.yaml"));
    edit(&desk, "Score 0");
    for _ in 0..2 {
        push_of(&remote, &desk, Vec::new()).await;
        assert_eq!(remote.all_versions().len(), 4, "only its own edit");
        assert!(of(&look(&remote, &desk).await, "score-1").fault.is_some());
    }
    push_file(&remote, &desk, "Score 1.yaml").await;
    edit(&desk, "Score 1");
    push_of(&remote, &desk, Vec::new()).await;
    // By now it was a text of its own.
    let copied = desk.read("Score 1.yaml").replace("# mine, of Score 1\n", "");
    desk.write("Score 1.yaml", "key: quite another\n");
    push_of(&remote, &desk, Vec::new()).await;
    desk.write("Score 1.yaml", &copied);
    push_of(&remote, &desk, Vec::new()).await;
    assert_eq!(remote.all_versions().len(), 8);
}

/// Two scores swapped names, and of one nothing was ever pulled here: a version of it does not come over the other one's files,
/// which a pull has yet to move.
#[tokio::test]
async fn a_version_is_not_restored_over_the_files_of_another_score() {
    for half in 0..3 {
        let (remote, desk) = (world(3), Desk::new());
        let only = Targets { selectors: vec![Selector::Score("score-1".into())], ..Targets::default() };
        pull(&mut locked(&mut desk.session(remote.clone())), &only, PullOptions::default()).await.expect("pulls");
        rename(&remote, &[(1, "Score 2"), (2, "Score 1")]).await;
        let gone = if half == 0 { Vec::new() } else { both("Score 1")[2 - half..].to_vec() };
        gone.iter().for_each(|file| std::fs::remove_file(desk.path(file)).expect("removed"));
        let before = desk.files();
        let named = Targets { selectors: vec![Selector::Score("score-2".into())], ..Targets::default() };
        let from = RestoreFrom::Version("dashboard-3".into());
        let preview = restore_preview(&mut desk.session(remote.clone()), &named, &from).await.expect("looks");
        let report = restore(&mut locked(&mut desk.session(remote.clone())), &named, &from).await.expect("looks");
        assert_eq!(preview.files, report.files);
        assert_eq!(report.files.iter().map(|file| &file.outcome).collect::<Vec<_>>(), [&RestoreOutcome::Taken; 2]);
        assert_eq!(desk.files(), before);
        desk.pull(remote.clone()).await;
        let report = restore(&mut locked(&mut desk.session(remote.clone())), &named, &from).await.expect("restores");
        assert!(report.files.iter().all(|file| file.outcome.is_done()), "{report:?}");
    }
}

/// Where names changed hands people edit as elsewhere.
#[tokio::test]
async fn edits_of_the_own_text_and_new_texts_are_pushed() {
    let (remote, desk, _) = changed_hands().await;
    ["Score 0", "Score 2"].iter().for_each(|name| edit(&desk, name));
    desk.write("Score 1.yaml", "key: all of it is new\n");
    let before = remote.all_versions().len();
    push_of(&remote, &desk, Vec::new()).await;
    assert_eq!(remote.all_versions().len(), before + 3);
}

/// Scores that nobody has begun are no files that somebody deleted, however many there are.
#[tokio::test]
async fn a_text_is_known_beside_many_scores_without_a_version() {
    let (remote, desk) = pulled(2).await;
    for number in 10..50 {
        put_empty(&remote, number, &format!("Empty {number}")).await;
    }
    desk.pull(remote.clone()).await;
    desk.write("Score 0.yaml", &format!("{}mine: 1\n", desk.read("Score 1.yaml")));
    std::fs::remove_file(desk.path("Score 1.yaml")).expect("there");
    let pushed = desk.push(remote.clone(), false).await;
    let refused = matches!(&of(&pushed, "score-0").outcome, Outcome::Refused(Refusal::Fault(fault)) if fault.cause == FaultCause::OfAnother);
    assert!(refused, "{pushed:?}");
}
