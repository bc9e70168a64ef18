//! What goes wrong in the middle: lost replies, death between requests, races, edits under the program's hands, files that
//! cannot be written. Each time the next plain run puts it right, and nothing is lost.

use crate::support::locked;
use crate::support::{Desk, Fault, Faulty, Meddler, world};
use jiff::Timestamp;
use scoresync::engine::{
    Action, Choice, Failure, Halt, Outcome, PullOptions, PushOptions, Recovered, RecoveryOutcome, Report, Targets, pull, push,
    resolve, status,
};
use scoresync::model::{ScoreId, SyncedScore, VersionId};
use scoresync::plan::{Guard, Note, Standing};
use scoresync::remote::{MemoryRemote, Remote};
use scoresync::state::{State, StateError};
use std::cell::RefCell;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const CODE: &str = "Score 0.yaml";
const GUIDELINES: &str = "guidelines/Score 0.md";

async fn pulled(remote: &Arc<MemoryRemote>) -> Desk {
    let desk = Desk::new();
    desk.pull(remote.clone()).await;
    desk
}

fn edit(desk: &Desk, file: &str, from: &str, to: &str) {
    let text = desk.read(file);
    assert!(text.contains(from), "{text}");
    desk.write(file, &text.replace(from, to));
}

fn champion(remote: &MemoryRemote, score: &str) -> VersionId {
    let score = futures_util::FutureExt::now_or_never(remote.score(&ScoreId::from(score))).expect("memory answers at once");
    score.expect("readable").expect("there").champion.expect("a champion")
}

fn the_one(report: &Report) -> &Outcome {
    assert_eq!(report.scores.len(), 1);
    &report.scores[0].outcome
}

/// Dies, or loses the reply, at every request of a promoting push in turn; then one plain push finishes it.
#[tokio::test]
async fn a_push_that_dies_anywhere_is_finished_by_the_next_one() {
    for fault in [Fault::Before, Fault::After, Fault::DieBefore, Fault::DieAfter] {
        for at in 0.. {
            let remote = world(1);
            let desk = pulled(&remote).await;
            edit(&desk, CODE, "key3: 3", "key3: edited");
            let before = champion(&remote, "score-0");
            let faulty = Faulty::new(remote.clone(), at, fault);
            let options = PushOptions { promote: true, ..PushOptions::default() };
            let mut session = desk.session(faulty.clone());
            let _ = faulty.run(push(&mut locked(&mut session), &Targets::default(), &options)).await;
            drop(session);
            let reached = faulty.was_met();
            let begun = desk.state().intents().expect("intents");
            let next = desk.push(remote.clone(), true).await;
            let after = champion(&remote, "score-0");
            assert_ne!(after, before, "{fault:?} at {at}");
            let versions = remote.all_versions();
            assert_eq!(versions.len(), 2, "{fault:?} at {at}");
            let (old, new) = (&versions[&before].meta.metadata, &versions[&after].meta.metadata);
            let history = |metadata: &serde_json::Value| metadata["championHistory"].as_array().map(Vec::len);
            assert_eq!((history(old), history(new)), (Some(1), Some(1)), "{fault:?} at {at}");
            assert_eq!(old["championHistory"][0]["transitionId"], new["championHistory"][0]["transitionId"]);
            assert_eq!(desk.state().intents().expect("intents"), []);
            let promoting = begun.iter().filter(|intent| intent.kind == "promote").count();
            let ends = next.recovered.iter().filter_map(|one| match one {
                Recovered::Operation(one) => Some((one.version.clone(), one.outcome)),
                Recovered::Run(_) => None,
            });
            let told = ends.filter(|(_, end)| *end == RecoveryOutcome::Promoted).collect::<Vec<_>>();
            assert_eq!(told, vec![(after, RecoveryOutcome::Promoted); promoting], "{fault:?} at {at}");
            assert!(matches!(the_one(&desk.push(remote.clone(), true).await), Outcome::Untouched));
            if !reached {
                break;
            }
        }
    }
}

#[tokio::test]
async fn two_promoters_and_exactly_one_wins() {
    let remote = world(1);
    let desk = pulled(&remote).await;
    edit(&desk, CODE, "key3: 3", "key3: mine");
    let theirs = remote.save(&"score-0".into(), Some(&champion(&remote, "score-0")), "key3: theirs\n", None);
    let meddler = Meddler::new(remote.clone(), "set_champion", {
        let (remote, theirs) = (remote.clone(), theirs.clone());
        move || remote.promote(&"score-0".into(), Some(&theirs))
    });
    let report = desk.push(meddler, true).await;
    let Outcome::Failed(Failure::NotPromoted { winner, .. }) = the_one(&report) else { panic!("{report:?}") };
    assert_eq!(winner.as_ref().map(|winner| &winner.id), Some(&theirs));
    assert_eq!(champion(&remote, "score-0"), theirs);
    assert!(remote.all_versions()[&theirs].meta.metadata.is_null(), "no history was written");
}

#[tokio::test]
async fn a_file_edited_while_the_pull_runs_is_not_overwritten() {
    let remote = world(1);
    let desk = pulled(&remote).await;
    let next = remote.save(&"score-0".into(), None, "key0: from the dashboard\n", None);
    remote.promote(&"score-0".into(), Some(&next));
    let path = desk.path(CODE);
    let meddler = Meddler::new(remote.clone(), "versions", move || std::fs::write(&path, "key0: just typed\n").expect("written"));
    let report = desk.pull(meddler).await;
    assert!(matches!(the_one(&report), Outcome::Failed(Failure::File(_))), "{report:?}");
    assert_eq!(desk.read(CODE), "key0: just typed\n");
    let report = desk.pull(remote.clone()).await;
    assert!(matches!(the_one(&report), Outcome::Conflict(_)), "{report:?}");
    assert_eq!(desk.read(CODE), "key0: just typed\n");
}

thread_local! {
    /// Into which file somebody types, and when: at which question for the time.
    static TYPING: RefCell<(usize, PathBuf)> = const { RefCell::new((0, PathBuf::new())) };
}

fn typing_now() -> Timestamp {
    TYPING.with_borrow_mut(|(questions, path)| {
        *questions = questions.wrapping_sub(1);
        if *questions == 0 {
            std::fs::write(path, "key0: just typed\n").expect("written");
        }
    });
    Timestamp::now()
}

/// A pull asks for the time when it is locked, before it replaces files, and once more or less in between.
#[tokio::test]
async fn whenever_somebody_types_a_pull_says_what_is_recorded() {
    let mut left = [0, 0];
    for (question, swapped) in (1..8).flat_map(|question| [(question, false), (question, true)]) {
        let remote = world(2);
        let desk = pulled(&remote).await;
        let next = remote.save(&"score-0".into(), None, "key0: from the dashboard\n", Some("- from the dashboard\n"));
        remote.promote(&"score-0".into(), Some(&next));
        if swapped {
            rename(&remote, "score-0", "Score 1").await;
            rename(&remote, "score-1", "Score 0").await;
        }
        TYPING.set((question, desk.path(CODE)));
        let mut session = desk.session_at(Some(remote.clone()), typing_now);
        let report = pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await.expect("pulls");
        if TYPING.with_borrow(|(questions, _)| (1..8).contains(questions)) {
            continue;
        }
        let what = format!("at {question}, swapped {swapped}: {report:?}");
        let of = |id: &str| {
            let synced = desk.state().with_texts(&id.into()).expect("readable").expect("synced");
            (synced, &report.scores.iter().find(|score| score.id.as_str() == id).expect("it is there").outcome)
        };
        let (synced, outcome) = of("score-0");
        assert_eq!(matches!(outcome, Outcome::Done(Action::Pulled { .. })), synced.base == next, "{what}");
        let (other, others) = of("score-1");
        assert_eq!(matches!(others, Outcome::Done(Action::Moved)), other.paths.code.as_str() == "Calls/Score 0.yaml", "{what}");
        assert!(desk.files().values().any(|text| text == "key0: just typed\n"), "{what}");
        left[usize::from(swapped)] += usize::from(matches!(outcome, Outcome::Failed(_)));
    }
    assert!(left.iter().all(|left| *left > 0), "nobody typed in time: {left:?}");
}

#[tokio::test]
async fn a_fresh_clone_finds_its_base_by_content() {
    let remote = world(2);
    let desk = pulled(&remote).await;
    edit(&desk, CODE, "key3: 3", "key3: edited");
    desk.push(remote.clone(), false).await;
    let next = remote.save(&"score-1".into(), None, "key0: newer\n", Some("- rules\n"));
    remote.promote(&"score-1".into(), Some(&next));
    std::fs::remove_dir_all(desk.state_folder()).expect("removed");
    let count = remote.all_versions().len();
    let status = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("status");
    assert_eq!(status.scores[0].standing, Standing::Adopted { current: false }, "our draft is a version");
    let report = desk.pull(remote.clone()).await;
    assert!(matches!(&report.scores[1].outcome, Outcome::Done(Action::Pulled { version, .. }) if *version == next), "{report:?}");
    assert!(desk.read(CODE).contains("edited"), "a draft is kept");
    assert_eq!(desk.read("Score 1.yaml"), "key0: newer\n");
    let push = desk.push(remote.clone(), false).await;
    assert!(push.scores.iter().all(|score| matches!(score.outcome, Outcome::Untouched)), "{push:?}");
    assert_eq!(remote.all_versions().len(), count);
}

#[tokio::test]
async fn dropped_guidelines_are_kept_and_carried_up_again() {
    let remote = world(1);
    let desk = pulled(&remote).await;
    let rules = desk.read(GUIDELINES);
    let agents = remote.save(&"score-0".into(), Some(&champion(&remote, "score-0")), "key0: agent\n", None);
    remote.promote(&"score-0".into(), Some(&agents));
    desk.pull(remote.clone()).await;
    assert_eq!((desk.read(CODE).as_str(), &desk.read(GUIDELINES)), ("key0: agent\n", &rules));
    let status = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("status");
    assert_eq!(status.scores[0].notes, [Note::GuidelinesDropped]);
    let report = desk.push(remote.clone(), false).await;
    let Outcome::Done(Action::Pushed { version, .. }) = the_one(&report) else { panic!("{report:?}") };
    let docs = &remote.all_versions()[version].docs;
    assert_eq!(docs.guidelines.as_ref().and_then(|content| content.text.as_deref()), Some(rules.as_str()));
}

#[tokio::test]
async fn a_rename_in_plexus_moves_the_files_with_their_edits() {
    let remote = world(1);
    let desk = pulled(&remote).await;
    edit(&desk, CODE, "key3: 3", "key3: edited");
    let mut score = remote.score(&"score-0".into()).await.expect("readable").expect("there");
    score.name = "Renamed: Score".into();
    remote.put_score(score);
    let report = desk.pull(remote.clone()).await;
    assert!(matches!(the_one(&report), Outcome::Done(Action::Moved)), "{report:?}");
    assert!(desk.read("Renamed- Score.yaml").contains("edited"));
    assert!(!desk.path(CODE).exists() && !desk.path(GUIDELINES).exists());
    assert!(matches!(the_one(&desk.push(remote.clone(), false).await), Outcome::Done(Action::Pushed { .. })));
}

async fn rename(remote: &MemoryRemote, score: &str, name: &str) {
    let mut score = remote.score(&score.into()).await.expect("readable").expect("there");
    score.name = name.into();
    remote.put_score(score);
}

#[tokio::test]
async fn a_conflict_of_a_renamed_score_can_be_resolved() {
    let remote = world(1);
    let desk = pulled(&remote).await;
    edit(&desk, CODE, "key3: 3", "key3: mine");
    let theirs = remote.save(&"score-0".into(), None, &desk.read(CODE).replace("mine", "theirs"), None);
    remote.promote(&"score-0".into(), Some(&theirs));
    rename(&remote, "score-0", "Renamed").await;
    assert!(matches!(the_one(&desk.pull(remote.clone()).await), Outcome::Conflict(_)));
    let mut session = desk.session(remote.clone());
    let report = resolve(&mut locked(&mut session), &Targets::default(), Choice::Theirs).await.expect("resolves");
    assert!(matches!(the_one(&report), Outcome::Done(Action::Resolved { .. })), "{report:?}");
    drop(session);
    desk.pull(remote.clone()).await;
    assert!(desk.read("Renamed.yaml").contains("theirs") && !desk.path(CODE).exists());
}

#[tokio::test]
async fn what_a_pull_could_not_merge_is_resolved_without_the_dashboard() {
    for choice in [Choice::Ours, Choice::Theirs] {
        let remote = world(1);
        let desk = pulled(&remote).await;
        edit(&desk, CODE, "key3: 3", "key3: mine");
        let theirs = remote.save(&"score-0".into(), None, &desk.read(CODE).replace("mine", "theirs"), None);
        remote.promote(&"score-0".into(), Some(&theirs));
        assert!(matches!(the_one(&desk.pull(remote.clone()).await), Outcome::Conflict(_)));
        let parked = desk.state().conflict(&"score-0".into()).expect("readable").expect("a conflict");
        assert_eq!((parked.kind.as_str(), parked.theirs.0), ("lines", theirs));
        let report = resolve(&mut locked(&mut desk.offline()), &Targets::default(), choice).await.expect("resolves");
        assert!(matches!(the_one(&report), Outcome::Done(Action::Resolved { .. })), "{report:?}");
        assert_eq!(desk.read(CODE).contains("key3: theirs"), choice == Choice::Theirs);
    }
}

/// Score 0 gets the name that score 1 gives up: its files must not be taken for those of score 1, nor the other way round.
#[tokio::test]
async fn names_that_change_hands_never_mix_two_scores() {
    let remote = world(3);
    let desk = pulled(&remote).await;
    rename(&remote, "score-0", "Score 1").await;
    rename(&remote, "score-1", "Score 9").await;
    for _ in 0..2 {
        let push = desk.push(remote.clone(), false).await;
        assert!(!push.scores.iter().any(|score| matches!(score.outcome, Outcome::Done(Action::Pushed { .. }))), "{push:?}");
        desk.pull(remote.clone()).await;
    }
    assert!(desk.read("Score 1.yaml").contains("of score 0") && desk.read("Score 9.yaml").contains("of score 1"));
    rename(&remote, "score-0", "Score 9").await;
    rename(&remote, "score-1", "Score 1").await;
    let pull = desk.pull(remote.clone()).await;
    let push = desk.push(remote.clone(), false).await;
    for report in [pull, push] {
        assert!(report.scores.iter().all(|score| matches!(score.standing, Standing::Clean)), "{report:?}");
    }
    assert!(desk.read("Score 9.yaml").contains("of score 0") && desk.read("Score 1.yaml").contains("of score 1"));
}

#[tokio::test]
async fn a_score_that_is_gone_keeps_its_files_unless_pruned_clean() {
    let remote = world(3);
    let desk = pulled(&remote).await;
    edit(&desk, "Score 1.yaml", "key3: 3", "key3: edited");
    for score in ["score-0", "score-1"] {
        remote.remove_score(&score.into());
    }
    desk.pull(remote.clone()).await;
    assert!(desk.path(CODE).exists());
    let prune = PullOptions { prune: true, ..PullOptions::default() };
    let report = pull(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), prune).await.expect("pulls");
    assert!(matches!(report.scores[0].outcome, Outcome::Done(Action::Removed)), "{report:?}");
    assert!(!desk.path(CODE).exists() && !desk.path(GUIDELINES).exists());
    assert_eq!(desk.state().with_texts(&"score-0".into()), Ok(None), "nor is anything known of it");
    assert!(desk.read("Score 1.yaml").contains("edited"), "an edited file stays");
}

/// Before the catalog without it is seen, and after; what nobody has had is no score.
#[tokio::test]
async fn a_score_that_is_gone_is_still_meant_by_its_id() {
    let remote = world(2);
    let desk = pulled(&remote).await;
    remote.remove_score(&"score-0".into());
    for _ in 0..2 {
        let gone = Targets::scores([&"score-0".into(), &"nobody".into()]);
        let report = status(&mut desk.session(remote.clone()), &gone, true).await.expect("a status");
        assert!(matches!(report.scores[..], [ref one] if matches!(one.standing, Standing::GoneRemotely { .. })), "{report:?}");
    }
}

#[tokio::test]
async fn one_bad_file_costs_only_its_own_score() {
    let remote = world(5);
    let desk = pulled(&remote).await;
    for score in 0..5 {
        let id = ScoreId::from(format!("score-{score}"));
        let next = remote.save(&id, None, "key0: newer\n", None);
        remote.promote(&id, Some(&next));
    }
    let read_only = desk.path("Score 0.yaml");
    std::fs::set_permissions(&read_only, std::fs::Permissions::from_mode(0o444)).expect("read-only");
    std::fs::write(desk.path("Score 1.yaml"), b"key0: \xff\xfe\n").expect("written");
    std::fs::remove_file(desk.path("Score 2.yaml")).expect("removed");
    std::fs::create_dir(desk.path("Score 2.yaml")).expect("a folder");
    let report = desk.pull(remote.clone()).await;
    for (score, bad) in report.scores.iter().zip([true, true, true, false, false]) {
        assert_eq!(matches!(score.outcome, Outcome::Failed(_)), bad, "{score:?}");
    }
    assert_eq!(desk.read("Score 4.yaml"), "key0: newer\n");
    assert!(std::fs::read_to_string(read_only).expect("readable").contains("of score 0"));
    assert!(desk.path("Score 2.yaml").is_dir());
}

#[tokio::test]
async fn guards_stop_a_run_before_it_touches_anything() {
    let remote = world(6);
    let desk = pulled(&remote).await;
    for score in 0..4 {
        std::fs::remove_file(desk.path(&format!("Score {score}.yaml"))).expect("removed");
    }
    let mut session = desk.session(remote.clone());
    let halt = pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await.expect_err("halts");
    assert!(matches!(halt, Halt::Guard { guard: Guard::MassDeletion { deleted: 4, known: 6 }, .. }), "{halt:?}");
    std::fs::remove_dir_all(desk.root()).expect("removed");
    let halt = push(&mut locked(&mut session), &Targets::default(), &PushOptions::default()).await.expect_err("halts");
    assert!(matches!(halt, Halt::Guard { guard: Guard::RootEmptied { known: 6, .. }, .. }), "{halt:?}");
}

#[tokio::test]
async fn line_ends_of_a_checkout_survive_a_pull() {
    let remote = world(1);
    let desk = pulled(&remote).await;
    let crlf = desk.read(CODE).replace('\n', "\r\n");
    desk.write(CODE, &crlf);
    assert!(matches!(the_one(&desk.push(remote.clone(), false).await), Outcome::Untouched));
    let rules = remote.save(&"score-0".into(), None, &crlf.replace("\r\n", "\n"), Some("- other rules\n"));
    remote.promote(&"score-0".into(), Some(&rules));
    desk.pull(remote.clone()).await;
    assert_eq!((desk.read(CODE), desk.read(GUIDELINES).as_str()), (crlf, "- other rules\n"));
    let code = remote.save(&"score-0".into(), None, "key0: a\nkey1: b\n", None);
    remote.promote(&"score-0".into(), Some(&code));
    desk.pull(remote.clone()).await;
    assert_eq!(desk.read(CODE), "key0: a\r\nkey1: b\r\n");
}

#[tokio::test]
async fn another_account_is_refused() {
    let remote = world(1);
    let desk = pulled(&remote).await;
    let mut state = desk.state();
    let mut origin = state.origin().expect("readable").expect("set");
    origin.endpoint = "https://elsewhere.example/graphql".into();
    state.set_origin(&origin).expect("set");
    state.transaction(|_| Ok(())).expect("usable");
    let halt =
        pull(&mut locked(&mut desk.session(remote)), &Targets::default(), PullOptions::default()).await.expect_err("halts");
    assert!(matches!(halt, Halt::OtherOrigin { .. }), "{halt:?}");
}

#[tokio::test]
async fn status_reads_no_contents_before_the_first_pull_and_after_it() {
    let remote = world(3);
    let desk = Desk::new();
    for expected in [Standing::NotPulled, Standing::Clean] {
        let meddler = Meddler::new(remote.clone(), "versions", || panic!("contents were read"));
        let status = status(&mut desk.session(meddler), &Targets::default(), true).await.expect("status");
        assert!(status.scores.iter().all(|score| score.standing == expected), "{status:?}");
        assert!(status.scores.iter().all(|score| matches!(score.outcome, Outcome::Untouched)), "{status:?}");
        desk.pull(remote.clone()).await;
    }
}

/// The short way to an offline status must notice whatever the long way would.
#[tokio::test]
async fn a_short_status_notices_every_change() {
    let remote = world(3);
    type Change = (&'static str, fn(&Desk));
    let changes: [Change; 5] = [
        ("an edit", |desk| edit(desk, CODE, "key3: 3", "key3: X")),
        ("a same-size edit with the same time", |desk| {
            let path = desk.path(CODE);
            let time = std::fs::metadata(&path).and_then(|metadata| metadata.modified()).expect("a time");
            edit(desk, CODE, "key3: 3", "key3: 4");
            std::fs::File::options().write(true).open(path).and_then(|file| file.set_modified(time)).expect("set back");
        }),
        ("a removed file", |desk| std::fs::remove_file(desk.path(CODE)).expect("removed")),
        ("a new file", |desk| desk.write("Stray.yaml", "a: 1\n")),
        ("another base", |desk| {
            let state = desk.state().with_texts(&"score-0".into()).expect("readable").expect("synced");
            let docs = state.docs.clone();
            let changed = SyncedScore { base: "other".into(), docs, ..state };
            desk.state().transaction(|tx| tx.set_base(&"score-0".into(), &changed)).expect("recorded");
        }),
    ];
    for (what, change) in changes {
        let desk = pulled(&remote).await;
        let status = async || status(&mut desk.offline(), &Targets::default(), false).await.expect("status");
        while status().await.unlisted_clean == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let short = status().await;
        assert_eq!((short.unlisted_clean, short.scores.len()), (3, 0), "{what}");
        change(&desk);
        let changed = status().await;
        assert_eq!(changed.unlisted_clean + changed.scores.len(), 3, "{what}");
        let is_seen = !changed.unknown.is_empty() || changed.scores.iter().any(|score| score.standing != Standing::Clean);
        assert!(is_seen, "{what}");
    }
}

/// What is recorded in a database that nobody finds is lost: nothing is replaced then.
#[tokio::test]
async fn a_state_that_was_removed_beneath_a_run_is_not_gone_on_with() {
    let (remote, desk) = crate::moves::pulled(1).await;
    for is_made_again in [false, true] {
        let mut session = desk.session(remote.clone());
        std::fs::remove_dir_all(desk.state_folder()).expect("a state");
        if is_made_again {
            drop(desk.state());
        }
        let refused = session.lock("watch", Duration::ZERO).err();
        assert!(matches!(refused, Some(Halt::State(StateError::Gone(_)))), "made again: {is_made_again}");
        assert!(desk.session(remote.clone()).lock("watch", Duration::ZERO).is_ok());
    }
}

/// How often that run has asked for the lock.
static TRIES: AtomicUsize = AtomicUsize::new(0);

fn counting() -> Timestamp {
    TRIES.fetch_add(1, Ordering::SeqCst);
    Timestamp::now()
}

#[tokio::test]
async fn a_state_that_was_removed_while_its_lock_was_waited_for_is_not_gone_on_with() {
    let (remote, desk) = crate::moves::pulled(1).await;
    let (another, folder) = (Desk::new(), desk.state_folder());
    drop(another.state());
    let mut session = desk.session_at(Some(remote), counting);
    let watching = State::lock(&folder, "watch", Timestamp::now()).expect("free");
    let removal = std::thread::spawn(move || {
        while TRIES.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
        std::fs::rename(another.state_folder().join("state.db"), folder.join("state.db")).expect("replaced");
        drop(watching);
    });
    let refused = session.lock("pull", Duration::from_secs(60)).err();
    removal.join().expect("it ends");
    assert!(matches!(refused, Some(Halt::State(StateError::Gone(_)))), "{refused:?}");
}
