//! New scores while replies are lost, the program dies, and two people do the same: one score, one version, one champion.

use crate::support::locked;
use crate::support::{Desk, Fault, Faulty, Meddler, world};
use scoresync::engine::{
    Creation, Failure, NewOptions, PullOptions, PushOptions, Report, RestoreOutcome, Session, Targets, create_new, propose, pull,
    push, recover, status, told, undo,
};
use scoresync::model::{NewScore, NewVersion, RelPath, ScoreId, Section};
use scoresync::plan::Standing;
use scoresync::remote::{MemoryRemote, Remote};
use std::sync::Arc;

const CODE: &str = "name: Silence\nkey: silence\nexternal_id: '77'\nclass: Classifier\n";

fn dashboard() -> Arc<MemoryRemote> {
    let remote = world(1);
    remote.put_section(&"card".into(), Section { id: "all".into(), name: "All".to_owned(), order: 0, next_order: 0 });
    remote
}

async fn desk(remote: &Arc<MemoryRemote>) -> Desk {
    let desk = Desk::new();
    desk.pull(remote.clone()).await;
    desk.write("Silence.yaml", CODE);
    desk.write("guidelines/Silence.md", "# Silence\n");
    desk
}

async fn create(session: &mut Session) -> Option<Creation> {
    let file = RelPath::parse("Calls/Silence.yaml").expect("a safe path");
    recover(&mut locked(session)).await.ok()?;
    let proposal = propose(session, &file, &NewOptions::default()).await.ok()?;
    create_new(&mut locked(session), &proposal).await.ok()
}

fn id() -> ScoreId {
    NewScore::id_of(&"card".into(), "77")
}

/// One score, one version, which is its champion and the base, and a champion history of one entry.
async fn assert_created(remote: &Arc<MemoryRemote>, desk: &Desk, story: &str) {
    let score = remote.score(&id()).await.expect("an answer").expect("the score");
    let history = remote.history(&id()).await.expect("an answer");
    assert_eq!((history.len(), &*score.name), (1, "Silence"), "{story}");
    assert_eq!(score.champion.as_ref(), Some(&history[0].id), "{story}");
    assert_eq!(history[0].metadata["championHistory"].as_array().map(Vec::len), Some(1), "{story}");
    let synced = desk.state().with_texts(&id()).expect("readable").expect("a base, whatever is looked at next");
    assert_eq!((&synced.base, synced.champion), (&history[0].id, score.champion), "{story}");
    let status = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("a status");
    let standings: Vec<(&str, Standing)> = status.scores.iter().map(|score| (&*score.name, score.standing)).collect();
    assert_eq!(standings, [("Score 0", Standing::Clean), ("Silence", Standing::Clean)], "{story}");
    assert!(status.unknown.is_empty(), "{story}");
    assert!(desk.state().intents().expect("readable").is_empty(), "{story}");
}

#[tokio::test]
async fn a_new_score_that_dies_anywhere_is_finished_by_the_next_run() {
    for fault in [Fault::Before, Fault::After, Fault::DieBefore, Fault::DieAfter] {
        for at in 0.. {
            let remote = dashboard();
            let desk = desk(&remote).await;
            let faulty = Faulty::new(remote.clone(), at, fault);
            let mut session = desk.session(faulty.clone());
            let _ = faulty.run(create(&mut session)).await;
            drop(session);
            let reached = faulty.was_met();
            // Whoever types it again, or just pushes, gets the same.
            if at % 2 == 0 {
                let mut session = desk.session(remote.clone());
                create(&mut session).await;
            } else {
                desk.push(remote.clone(), false).await;
                if remote.score(&id()).await.expect("an answer").is_none() {
                    create(&mut desk.session(remote.clone())).await;
                }
            }
            assert_created(&remote, &desk, &format!("{fault:?} at {at}")).await;
            if !reached {
                assert!(at > 5, "a new score takes several requests");
                break;
            }
        }
    }
}

#[tokio::test]
async fn two_people_at_once_make_one_score() {
    let remote = dashboard();
    let (mine, theirs) = (desk(&remote).await, desk(&remote).await);
    let other = remote.clone();
    let new = NewScore {
        id: id(),
        scorecard_id: "card".into(),
        section_id: "all".into(),
        name: "Silence".to_owned(),
        key: None,
        external_id: "77".to_owned(),
        kind: "binary".to_owned(),
        order: 9,
        account: None,
    };
    let first = NewVersion::new(new.id.clone(), None, "name: Silence\n".to_owned(), None);
    let meddler = Meddler::new(remote.clone(), "create_score", move || {
        let created = futures_util::FutureExt::now_or_never(other.create_score(&new, &first)).expect("memory answers at once");
        created.expect("the other was first");
    });
    assert!(matches!(create(&mut mine.session(meddler)).await, Some(Creation::Done { existed: true })));
    assert_created(&remote, &mine, "the second").await;
    // The other desk only learns it.
    theirs.pull(remote.clone()).await;
    assert_created(&remote, &theirs, "the third").await;
}

#[tokio::test]
async fn a_champion_that_came_first_stays() {
    let remote = dashboard();
    let desk = desk(&remote).await;
    let other = remote.clone();
    let meddler = Meddler::new(remote.clone(), "set_champion", move || {
        let version = other.save(&id(), None, "name: Silence\nother: true\n", None);
        other.promote(&id(), Some(&version));
    });
    let lost = create(&mut desk.session(meddler)).await;
    assert!(matches!(lost, Some(Creation::Failed(Failure::NotPromoted { .. }))), "{lost:?}");
    assert!(desk.state().intents().expect("readable").is_empty());
    let options = PushOptions::default();
    push(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), &options).await.expect("a push");
    assert_eq!(remote.history(&id()).await.expect("an answer").len(), 2);
}

/// Makes a score anew of the files of one that is gone from Plexus.
async fn create_again(remote: &Arc<MemoryRemote>, desk: &Desk) {
    let session = &mut desk.session(remote.clone());
    let file = RelPath::parse("Calls/Score 0.yaml").expect("a safe path");
    let options = NewOptions { external_id: Some("again".to_owned()), ..NewOptions::default() };
    let proposal = propose(session, &file, &options).await.expect("nobody's file");
    let created = create_new(&mut locked(session), &proposal).await;
    assert!(matches!(created, Ok(Creation::Done { existed: false })), "{created:?}");
}

const PRUNE: PullOptions = PullOptions { prune: true, only_moved: false, move_legacy: false };

#[tokio::test]
async fn a_score_that_is_made_anew_takes_the_place_of_one_that_is_gone() {
    let (remote, desk) = (dashboard(), Desk::new());
    desk.pull(remote.clone()).await;
    desk.write("Score 0.yaml", "edited: here\n");
    remote.remove_score(&"score-0".into());
    desk.pull(remote.clone()).await;
    create_again(&remote, &desk).await;
    assert!(desk.state().with_texts(&"score-0".into()).expect("readable").is_none(), "it is forgotten");
    for prune in [false, true] {
        let pull = PullOptions { prune, ..PRUNE };
        let report = pull_all(&remote, &desk, pull).await;
        let standings: Vec<_> = report.scores.iter().map(|score| (&*score.external_id, score.standing)).collect();
        assert_eq!(standings, [("again", Standing::Clean)]);
        assert_eq!(desk.read("Score 0.yaml"), "edited: here\n");
    }
}

#[tokio::test]
async fn no_undo_removes_the_files_of_a_score_that_was_made_anew() {
    let (remote, desk) = (dashboard(), Desk::new());
    desk.pull(remote.clone()).await;
    let before = desk.read("Score 0.yaml");
    remote.remove_score(&"score-0".into());
    pull_all(&remote, &desk, PRUNE).await;
    undo(&mut locked(&mut desk.session(remote.clone())), None).expect("the files come back");
    told(&mut desk.session(remote.clone())).expect("told");
    create_again(&remote, &desk).await;
    let undone = undo(&mut locked(&mut desk.session(remote.clone())), None).expect("a report");
    let outcomes: Vec<&RestoreOutcome> = undone.files.iter().map(|file| &file.outcome).collect();
    assert!(!outcomes.is_empty() && outcomes.iter().all(|outcome| matches!(outcome, RestoreOutcome::Taken)), "{undone:?}");
    assert_eq!(desk.read("Score 0.yaml"), before);
    let seen = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("a status");
    assert!(matches!(seen.scores[..], [ref one] if one.standing == Standing::Clean), "{seen:?}");
}

async fn pull_all(remote: &Arc<MemoryRemote>, desk: &Desk, options: PullOptions) -> Report {
    pull(&mut locked(&mut desk.session(remote.clone())), &Targets::default(), options).await.expect("pulls")
}
