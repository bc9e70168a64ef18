//! Making versions champion: what is refused, who wins a race, what a crash leaves, and going back.

use crate::support::locked;
use crate::support::{Desk, Fault, Faulty, Meddler, TestLog, Weather, world};
use scoresync::engine::{
    Action, Candidate, Halt, NotPromotable, Outcome, PromoteOptions, Promotion, ScoreReport, Selector, Session, Targets,
    candidates, status,
};
use scoresync::model::{ScoreId, Silence, VersionId};
use scoresync::plan::{Gate, Shortcoming, Standing, Verdict};
use scoresync::remote::{MemoryRemote, Remote, RemoteError};
use std::sync::Arc;
use std::time::Duration;

const CODE: &str = "Score 0.yaml";

/// A desk with a draft of score 0.
async fn drafted(scores: usize) -> (Arc<MemoryRemote>, Desk) {
    let remote = world(scores);
    let desk = Desk::new();
    desk.pull(remote.clone()).await;
    desk.write(CODE, &desk.read(CODE).replace("key0: 0", "key0: draft"));
    desk.push(remote.clone(), false).await;
    (remote, desk)
}

fn the_score() -> Targets {
    Targets { selectors: vec![Selector::Word("score-0".into())], ..Targets::default() }
}

fn version(word: &str) -> PromoteOptions {
    PromoteOptions { version: Some(word.to_owned()), ..PromoteOptions::default() }
}

async fn promote(session: &mut Session, targets: &Targets, options: &PromoteOptions) -> Result<Vec<Candidate>, Halt> {
    let mut candidates = candidates(session, targets, options).await?.all;
    scoresync::engine::promote(&mut locked(session), &mut candidates).await?;
    Ok(candidates)
}

/// What becomes of the one candidate.
async fn one(desk: &Desk, remote: Arc<dyn Remote>, options: &PromoteOptions) -> Promotion {
    let mut candidates = promote(&mut desk.session(remote), &the_score(), options).await.expect("runs");
    assert_eq!(candidates.len(), 1);
    candidates.remove(0).promotion
}

fn champion(remote: &MemoryRemote) -> VersionId {
    let score = futures_util::FutureExt::now_or_never(remote.score(&ScoreId::from("score-0"))).expect("memory answers at once");
    score.expect("readable").expect("there").champion.expect("a champion")
}

async fn standing(desk: &Desk, remote: &Arc<MemoryRemote>) -> Standing {
    status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("status").scores[0].standing
}

fn history(remote: &MemoryRemote, version: &VersionId) -> Vec<serde_json::Value> {
    remote.all_versions()[version].meta.metadata["championHistory"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_draft_is_shown_with_its_diff_and_evaluations_then_promoted_and_taken_back() {
    let (remote, desk) = drafted(3).await;
    let old = champion(&remote);
    let mut session = desk.session(remote.clone());
    let found = candidates(&mut session, &Targets::default(), &PromoteOptions::default()).await.expect("candidates").all;
    let [candidate] = &found[..] else { panic!("scores without a draft are left out: {found:?}") };
    assert_eq!(candidate.champion.as_ref().map(|meta| &meta.id), Some(&old));
    assert_eq!((candidate.diffs.len(), candidate.evaluations.as_ref().expect("read").candidate.len()), (1, 0));
    assert_eq!(champion(&remote), old, "looking changes nothing");
    let draft = candidate.version.as_ref().expect("a draft").id.clone();
    assert!(matches!(one(&desk, remote.clone(), &PromoteOptions::default()).await, Promotion::Done));
    assert_eq!((champion(&remote), standing(&desk, &remote).await), (draft.clone(), Standing::Clean));
    assert!(matches!(one(&desk, remote.clone(), &version(draft.as_str())).await, Promotion::Already));

    let files = desk.files();
    let back = PromoteOptions { back: true, ..PromoteOptions::default() };
    assert!(matches!(one(&desk, remote.clone(), &back).await, Promotion::Done));
    assert_eq!((champion(&remote), standing(&desk, &remote).await), (old.clone(), Standing::Ahead), "a draft again");
    desk.pull(remote.clone()).await;
    assert_eq!(desk.files(), files);
    assert!(history(&remote, &draft).iter().all(|entry| entry["nextChampionVersionId"] == old.as_str()));
    assert_eq!(history(&remote, &old).len(), 2, "left, and came back");
    assert!(matches!(one(&desk, remote.clone(), &back).await, Promotion::Done), "back and forth");
    assert_eq!(champion(&remote), draft);
}

#[tokio::test]
async fn what_must_not_become_champion_is_refused() {
    let (remote, desk) = drafted(2).await;
    let before = champion(&remote);
    let refusal = async |options: &PromoteOptions| match one(&desk, remote.clone(), options).await {
        Promotion::Refused(not_promotable) => not_promotable,
        other => panic!("{other:?}"),
    };
    let save = |code: &str| remote.save(&"score-0".into(), None, code, None);
    let invalid = save("optimizer_shadow_invalid_feedback_item_ids: [a]\n");
    assert_eq!(refusal(&version(invalid.as_str())).await, NotPromotable::ShadowInvalidated);
    assert!(matches!(refusal(&version(save("a: [\n").as_str())).await, NotPromotable::Fault(_)));
    let stranger = remote.save(&"score-1".into(), None, "a: 1\n", None);
    assert_eq!(refusal(&version(stranger.as_str())).await, NotPromotable::OtherScore("score-1".into()));
    let back = PromoteOptions { back: true, ..PromoteOptions::default() };
    assert_eq!(refusal(&back).await, NotPromotable::NoPrevious);
    let none = candidates(&mut desk.session(remote.clone()), &the_score(), &version("nope")).await;
    assert!(matches!(none, Err(Halt::NoVersion { .. })));
    let two = candidates(&mut desk.session(remote.clone()), &Targets::default(), &version("d")).await;
    assert!(matches!(two, Err(Halt::NotOneScore(named)) if named.len() == 2));
    assert_eq!(champion(&remote), before);
}

/// Whoever is told that there is no such version looks for another word.
#[tokio::test]
async fn a_version_that_is_not_read_for_now_is_not_said_to_be_none() {
    let (remote, desk) = drafted(1).await;
    let unread = Faulty::slow(remote, Duration::ZERO);
    unread.plan(Weather { faults: (0..12).map(|at| (at, Fault::Piecemeal)).collect(), meddling: None });
    let none = candidates(&mut desk.session(unread), &the_score(), &version("nope")).await;
    assert!(matches!(none, Err(Halt::Remote(RemoteError::Throttled(_)))), "{none:?}");
}

/// Reads are eventually consistent: a version that was made just now can be missing for a moment.
#[tokio::test(start_paused = true)]
async fn a_version_that_reads_do_not_show_yet_is_promoted() {
    let mut seen = 0;
    for at in 0..12 {
        let (remote, desk) = drafted(1).await;
        desk.write(CODE, &desk.read(CODE).replace("key1: 1", "key1: draft"));
        let lagging = Faulty::slow(remote.clone(), Duration::ZERO);
        lagging.plan(Weather { faults: [(at, Fault::Unseen)].into(), meddling: None });
        let report = desk.push(lagging.clone(), true).await;
        assert!(matches!(report.scores[0].outcome, Outcome::Done(Action::Pushed { promoted: true, .. })), "{at}: {report:?}");
        seen += lagging.met().len();
    }
    assert!(seen > 0, "a version is read");
}

fn asked(gate: Gate) -> PromoteOptions {
    PromoteOptions { gate, ..PromoteOptions::default() }
}

async fn shortcoming(desk: &Desk, remote: &Arc<MemoryRemote>, gate: Gate) -> Shortcoming {
    match one(desk, remote.clone(), &asked(gate)).await {
        Promotion::Refused(NotPromotable::Evaluation(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_evaluation_can_be_asked_for() {
    let (remote, desk) = drafted(1).await;
    let draft = desk.state().load().expect("the state").synced[&ScoreId::from("score-0")].base.clone();
    let evaluated = Gate { require_evaluation: true, ..Gate::default() };
    let wanted = |min_accuracy| Gate { min_accuracy: Some(min_accuracy), ..evaluated };
    assert_eq!(shortcoming(&desk, &remote, evaluated).await, Shortcoming::NotEvaluated);
    remote.evaluate(&draft, "FAILED", 99.0, |_| {});
    assert_eq!(shortcoming(&desk, &remote, evaluated).await, Shortcoming::Silent(Silence::Failed));
    remote.evaluate(&draft, "COMPLETED", 100.0, |one| one.items = Some(1));
    assert_eq!(shortcoming(&desk, &remote, wanted(90.0)).await, Shortcoming::TooFewItems { items: 1, wanted: 20 });
    remote.evaluate(&draft, "COMPLETED", 0.0, |one| one.items = Some(0));
    assert_eq!(shortcoming(&desk, &remote, evaluated).await, Shortcoming::Silent(Silence::Empty));
    remote.evaluate(&draft, "COMPLETED", 99.0, |one| one.kind = "feedback".to_owned());
    assert_eq!(shortcoming(&desk, &remote, evaluated).await, Shortcoming::Silent(Silence::History));
    remote.evaluate(&draft, "COMPLETED", 95.0, |_| {});
    remote.evaluate(&draft, "COMPLETED", 89.5, |_| {});
    let low = Shortcoming::Inaccurate { accuracy: 89.5, wanted: 90.0 };
    assert_eq!(shortcoming(&desk, &remote, wanted(90.0)).await, low, "the newest counts");
    assert!(matches!(one(&desk, remote.clone(), &asked(wanted(89.5))).await, Promotion::Done));
}

#[tokio::test]
async fn a_feedback_run_of_the_version_speaks_for_it() {
    let (remote, desk) = drafted(1).await;
    let draft = desk.state().load().expect("the state").synced[&ScoreId::from("score-0")].base.clone();
    remote.evaluate(&draft, "COMPLETED", 91.0, |one| {
        one.kind = "feedback".to_owned();
        one.details.as_mut().expect("details").mode = Some("accuracy_with_feedback_dataset".to_owned());
    });
    let gate = Gate { require_evaluation: true, ..Gate::default() };
    assert!(matches!(one(&desk, remote.clone(), &asked(gate)).await, Promotion::Done));
}

#[tokio::test]
async fn what_is_worse_than_the_champion_is_refused() {
    let (remote, desk) = drafted(1).await;
    let draft = desk.state().load().expect("the state").synced[&ScoreId::from("score-0")].base.clone();
    remote.evaluate(&champion(&remote), "COMPLETED", 92.0, |_| {});
    remote.evaluate(&draft, "COMPLETED", 90.0, |_| {});
    let not_worse = Gate { not_worse: true, ..Gate::default() };
    assert_eq!(shortcoming(&desk, &remote, not_worse).await, Shortcoming::Worse { by: 2.0 });
    let found = candidates(&mut desk.session(remote.clone()), &the_score(), &PromoteOptions::default()).await.expect("found").all;
    assert_eq!(found[0].comparison().expect("known").verdict, Verdict::Worse(2.0));
    assert!(matches!(one(&desk, remote.clone(), &PromoteOptions::default()).await, Promotion::Done));
}

#[tokio::test]
async fn evaluations_that_cannot_be_read_stop_only_what_depends_on_them() {
    let gate = Gate { min_accuracy: Some(90.0), ..Gate::default() };
    let mut depends = 0;
    for at in 0..12 {
        let (remote, desk) = drafted(1).await;
        let with = async |options: &PromoteOptions| {
            let away = Faulty::new(remote.clone(), at, Fault::Before);
            candidates(&mut desk.session(away), &the_score(), options).await.map(|mut found| found.all.remove(0).promotion)
        };
        if let (Ok(Promotion::Failed(_)), Ok(Promotion::Fit)) = (with(&asked(gate)).await, with(&PromoteOptions::default()).await)
        {
            depends += 1;
        }
    }
    assert_eq!(depends, 1, "one request is about evaluations");
}

#[tokio::test(start_paused = true)]
async fn an_evaluation_under_way_can_be_waited_for() {
    let (remote, desk) = drafted(1).await;
    let draft = desk.state().load().expect("the state").synced[&ScoreId::from("score-0")].base.clone();
    remote.evaluate(&draft, "RUNNING", 0.0, |one| one.updated_at = jiff::Timestamp::now());
    let gate = Gate { require_evaluation: true, ..Gate::default() };
    let waiting = |seconds| PromoteOptions { wait: Some(Duration::from_secs(seconds)), ..asked(gate) };
    let given_up = one(&desk, remote.clone(), &waiting(60)).await;
    assert!(
        matches!(given_up, Promotion::Refused(NotPromotable::Evaluation(Shortcoming::Silent(Silence::Running(..))))),
        "{given_up:?}"
    );
    let ending = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        remote.complete(&draft, 95.0);
    };
    let patient = waiting(600);
    let (promoted, ()) = tokio::join!(one(&desk, remote.clone(), &patient), ending);
    assert!(matches!(promoted, Promotion::Done), "{promoted:?}");
}

#[tokio::test]
async fn two_promoters_and_the_other_one_is_told_who() {
    let (remote, desk) = drafted(1).await;
    let theirs = remote.save(&"score-0".into(), None, "key0: theirs\n", None);
    let meddler = Meddler::new(remote.clone(), "set_champion", {
        let (remote, theirs) = (remote.clone(), theirs.clone());
        move || remote.promote(&"score-0".into(), Some(&theirs))
    });
    let (log, logging) = TestLog::start();
    let lost = one(&desk, meddler, &PromoteOptions::default()).await;
    drop(logging);
    assert!(matches!(&lost, Promotion::Lost(Some(winner)) if winner.id == theirs), "{lost:?}");
    let told = log.text();
    for expected in
        ["locked command=", "intent written", "promotion{intent=", "lost the race expected=", &format!("champion=\"{theirs}\"")]
    {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert!(!told.contains("key0"), "no texts: {told}");
    assert_eq!((champion(&remote), history(&remote, &theirs)), (theirs.clone(), Vec::new()));
    let again = one(&desk, remote.clone(), &PromoteOptions::default()).await;
    assert!(matches!(again, Promotion::Refused(NotPromotable::ChampionMoved)), "{again:?}");
    assert_eq!(desk.state().intents().expect("intents"), []);
}

#[tokio::test]
async fn another_persons_version_comes_into_the_files_with_the_next_pull() {
    let remote = world(1);
    let desk = Desk::new();
    desk.pull(remote.clone()).await;
    let theirs = remote.save(&"score-0".into(), None, "key0: theirs\n", Some("- rules\n"));
    assert!(matches!(one(&desk, remote.clone(), &version("dashboard-2")).await, Promotion::Done));
    assert_eq!(champion(&remote), theirs);
    assert!(matches!(standing(&desk, &remote).await, Standing::Behind(_)));
    desk.pull(remote.clone()).await;
    assert_eq!((desk.read(CODE).as_str(), standing(&desk, &remote).await), ("key0: theirs\n", Standing::Clean));
}

/// Dies, loses the reply, or is given only one of two versions at every request of a promotion and of its undo in turn; the
/// next plain run finishes it.
#[tokio::test]
async fn a_promotion_that_dies_anywhere_is_finished_by_the_next_run() {
    for back in [false, true] {
        for fault in [Fault::Before, Fault::After, Fault::DieBefore, Fault::DieAfter, Fault::OnlyFirst] {
            for at in 0.. {
                let (remote, desk) = drafted(1).await;
                let (old, options) = (champion(&remote), PromoteOptions { back, ..PromoteOptions::default() });
                if back {
                    one(&desk, remote.clone(), &PromoteOptions::default()).await;
                }
                let before = champion(&remote);
                let faulty = Faulty::new(remote.clone(), at, fault);
                let mut session = desk.session(faulty.clone());
                let _ = faulty.run(promote(&mut session, &the_score(), &options)).await;
                drop(session);
                let met = faulty.was_met();
                desk.pull(remote.clone()).await;
                if champion(&remote) == before {
                    one(&desk, remote.clone(), &options).await;
                }
                let after = champion(&remote);
                assert_eq!(after == old, back, "{fault:?} at {at}, back {back}");
                let expected = if back { Standing::Ahead } else { Standing::Clean };
                assert_eq!(standing(&desk, &remote).await, expected, "{fault:?} at {at}, back {back}");
                let (left, entered) = (history(&remote, &before), history(&remote, &after));
                let [left, entered] = [left.last(), entered.last()].map(|entry| entry.expect("an entry").clone());
                assert_eq!(left["transitionId"], entered["transitionId"], "{fault:?} at {at}, back {back}");
                assert_eq!(desk.state().intents().expect("intents"), []);
                if !met {
                    break;
                }
            }
        }
    }
}

/// A champion that is another score's version gives its place up, and stays what it is where it belongs.
#[tokio::test]
async fn another_score_s_version_that_is_champion_is_replaced_and_left_as_it_is() {
    let (remote, desk) = drafted(2).await;
    let theirs = remote.score(&"score-1".into()).await.expect("readable").and_then(|score| score.champion).expect("a champion");
    remote.promote(&"score-0".into(), Some(&theirs));
    let before = remote.all_versions()[&theirs].clone();
    let draft = desk.state().load().expect("the state").synced[&ScoreId::from("score-0")].base.clone();
    let forced = PromoteOptions { force: true, ..version(draft.as_str()) };
    let promoted = one(&desk, remote.clone(), &forced).await;
    assert!(matches!(promoted, Promotion::Done), "{promoted:?}");
    assert_eq!(remote.all_versions()[&theirs], before);
}

#[test]
fn different_scores_are_promoted_at_the_same_time() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        const SCORES: usize = 20;
        let remote = world(SCORES);
        let desk = Desk::new();
        desk.pull(remote.clone()).await;
        for score in 0..SCORES {
            desk.write(&format!("Score {score}.yaml"), &format!("key: draft of {score}\n"));
        }
        let began = tokio::time::Instant::now();
        let report = desk.push(Faulty::slow(remote.clone(), Duration::from_millis(80)), true).await;
        let round_trips = began.elapsed().as_millis() / 80;
        assert!(round_trips <= 30, "{round_trips} requests one after another");
        let promoted = |score: &&ScoreReport| matches!(score.outcome, Outcome::Done(Action::Pushed { promoted: true, .. }));
        assert_eq!(report.scores.iter().filter(promoted).count(), SCORES);
        assert!(desk.state().intents().expect("readable").is_empty());
    });
}

/// A fresh clone of files that are a draft promotes them at once, and one whose files are of before the champion promotes nothing.
#[tokio::test]
async fn a_push_that_promotes_takes_drafts_that_only_their_history_tells() {
    let (remote, desk) = drafted(3).await;
    let (old, draft) = (champion(&remote), desk.read(CODE));
    let clone = |text: &str| {
        let clone = Desk::new();
        desk.files().iter().for_each(|(file, text)| clone.write(file.to_str().expect("UTF-8"), text));
        clone.write(CODE, text);
        clone
    };
    let report = clone(&draft).push(remote.clone(), true).await;
    let new = champion(&remote);
    assert_eq!(remote.all_versions()[&new].docs.code.text.as_deref(), Some(&*draft), "{report:?}");
    let first = report.scores.iter().find(|score| score.id.as_str() == "score-0").expect("it is there");
    assert!(matches!(&first.outcome, Outcome::Done(Action::Pushed { promoted: true, existed: true, .. })), "{first:?}");
    let of_before = remote.all_versions()[&old].docs.code.text.clone().expect("a text");
    clone(&of_before).push(remote.clone(), true).await;
    assert_eq!(champion(&remote), new, "nothing goes back by itself");
}
