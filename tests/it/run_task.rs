//! Long runs that the dashboard shows as tasks: which ones, what that costs, and that nothing comes of it when it cannot be
//! written, when the program dies, or when nobody answers.

use crate::support::{API_KEY, Browser, Dashboard, Desk, Fault, Faulty, InProcess, Weather, fill, locked, registry, remote};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use scoresync::engine::{
    Outcome, PromoteOptions, Promotion, PullOptions, PushOptions, Report, RunTasks, Session, Targets, candidates, promote, pull,
    push, push_preview, status, sync,
};
use scoresync::model::{ScoreId, TaskWhen};
use scoresync::registry::{FaultKind, Registry, ScriptedFault};
use scoresync::remote::{Remote, Reply, Request, RunTaskWriter, Transport, TransportError};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Scores of a run that is just long enough.
const LONG: usize = 25;

/// A desk whose scores are pulled, beside a registry.
struct Office {
    registry: Registry,
    browser: Browser,
    desk: Desk,
}

impl Office {
    async fn new(scores: usize) -> Self {
        let registry = registry();
        let browser = Browser::new(Arc::new(InProcess(registry.clone()))).await;
        fill(&browser, scores).await;
        let office = Self { registry, browser, desk: Desk::new() };
        office.desk.pull(office.remote()).await;
        office
    }

    fn remote(&self) -> Arc<dyn Remote> {
        Arc::new(remote(Arc::new(InProcess(self.registry.clone()))))
    }

    fn edit(&self, scores: usize) {
        (0..scores).for_each(|n| self.desk.write(&format!("Score {n}.yaml"), &format!("key: edited {n}\n")));
    }

    /// A session that shows runs over this transport.
    fn session(&self, remote: Arc<dyn Remote>, when: TaskWhen, transport: Arc<dyn Transport>) -> Session {
        self.desk.session(remote).with_tasks(RunTasks {
            when,
            command: "scoresync push".to_owned(),
            host: "desk".to_owned(),
            connect: Arc::new(move || Some(RunTaskWriter::new(Arc::clone(&transport), fastrand::Rng::with_seed(7)))),
        })
    }

    fn usual(&self) -> Session {
        self.session(self.remote(), TaskWhen::Long, Arc::new(InProcess(self.registry.clone())))
    }

    /// The names of the requests that write tasks, from a request on.
    fn written(&self, from: usize) -> Vec<String> {
        let sent = self.registry.requests().into_iter().skip(from).map(|request| request.operation);
        sent.filter(|operation| operation.contains("Task")).collect()
    }

    /// Tasks as the dashboard's Activity lists them.
    fn tasks(&self) -> Vec<Value> {
        let query = "{ listTaskByAccountIdAndUpdatedAt(accountId: \"a\") { items { status errorMessage metadata \
                     stages { items { name status processedItems totalItems } } } } }";
        let answer = self.registry.execute(Some(API_KEY), json!({ "query": query }).to_string().as_bytes()).expect("an answer");
        let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
        body["data"]["listTaskByAccountIdAndUpdatedAt"]["items"].as_array().expect("a list").clone()
    }

    /// Status and error of the only task.
    fn task(&self) -> (String, String) {
        let tasks = self.tasks();
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        let text = |field: &str| tasks[0][field].as_str().unwrap_or_default().to_owned();
        (text("status"), text("errorMessage"))
    }

    fn intents(&self) -> usize {
        self.desk.state().intents().expect("readable").len()
    }
}

async fn pushed(session: &mut Session, promote: bool) -> Report {
    let options = PushOptions { promote, ..PushOptions::default() };
    push(&mut locked(session), &Targets::default(), &options).await.expect("a push")
}

fn done(report: &Report) -> usize {
    report.scores.iter().filter(|score| matches!(score.outcome, Outcome::Done(_))).count()
}

#[tokio::test(start_paused = true)]
async fn a_long_push_is_one_task() {
    let office = Office::new(LONG + 5).await;
    office.edit(LONG);
    let before = office.registry.requests().len();
    assert_eq!(done(&pushed(&mut office.usual(), false).await), LONG);
    assert_eq!(office.written(before), ["CreateTask", "CreateTaskStages", "UpdateTask"]);
    assert_eq!((office.task(), office.intents()), (("COMPLETED".to_owned(), String::new()), 0));
    let task = &office.tasks()[0];
    let metadata: Value = serde_json::from_str(task["metadata"].as_str().expect("a text")).expect("JSON");
    assert_eq!((&metadata["pushes"], &metadata["scorecard"]), (&json!(LONG), &json!("Calls")));
    let pushing = task["stages"]["items"].as_array().expect("stages").iter().find(|stage| stage["name"] == "Pushing");
    assert_eq!((&pushing.expect("one")["processedItems"], &pushing.expect("one")["totalItems"]), (&json!(LONG), &json!(LONG)));
}

/// The requests of a run, by the names of their operations.
async fn requests(edited: usize, when: TaskWhen, run: impl AsyncFnOnce(&mut Session)) -> Vec<String> {
    let office = Office::new(LONG).await;
    office.edit(edited);
    let before = office.registry.requests().len();
    run(&mut office.session(office.remote(), when, Arc::new(InProcess(office.registry.clone())))).await;
    assert_eq!(office.intents(), 0);
    office.registry.requests().into_iter().skip(before).map(|request| request.operation).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_short_unwanted_or_only_looks_sends_nothing_more() {
    let push_all = async |session: &mut Session| drop(pushed(session, false).await);
    for (edited, when) in [(LONG - 1, TaskWhen::Long), (LONG, TaskWhen::Never)] {
        let sent = requests(edited, when, push_all).await;
        assert_eq!(sent, requests(edited, TaskWhen::Never, push_all).await, "{edited} {when}");
        assert!(sent.iter().all(|operation| !operation.contains("Task")), "{sent:?}");
    }
    let preview = async |session: &mut Session| {
        drop(push_preview(session, &Targets::default(), &PushOptions::default()).await.expect("a preview"));
    };
    let looked = async |session: &mut Session| drop(status(session, &Targets::default(), true).await.expect("a status"));
    let pulled = async |session: &mut Session| {
        drop(pull(&mut locked(session), &Targets::default(), PullOptions::default()).await.expect("a pull"));
    };
    assert_eq!(requests(LONG, TaskWhen::Long, preview).await, requests(LONG, TaskWhen::Never, preview).await);
    assert_eq!(requests(LONG, TaskWhen::Long, looked).await, requests(LONG, TaskWhen::Never, looked).await);
    assert_eq!(requests(LONG, TaskWhen::Long, pulled).await, requests(LONG, TaskWhen::Never, pulled).await);
}

#[tokio::test(start_paused = true)]
async fn promotions_and_syncs_are_tasks_too() {
    let office = Office::new(LONG + 1).await;
    office.edit(LONG);
    assert_eq!(done(&pushed(&mut office.usual(), true).await), LONG);
    let stages = office.tasks()[0]["stages"]["items"].clone();
    let promoting = stages.as_array().expect("stages").iter().find(|stage| stage["name"] == "Promoting").expect("one").clone();
    assert_eq!((&promoting["status"], &promoting["processedItems"]), (&json!("COMPLETED"), &json!(LONG)));

    // Half of them are drafts that wait, half are edits: one score is counted once.
    let office = Office::new(LONG + 1).await;
    office.edit(13);
    pushed(&mut office.usual(), false).await;
    (13..LONG).for_each(|n| office.desk.write(&format!("Score {n}.yaml"), "key: edited\n"));
    assert!(office.tasks().is_empty());
    pushed(&mut office.usual(), true).await;
    let metadata: Value = serde_json::from_str(office.tasks()[0]["metadata"].as_str().expect("a text")).expect("JSON");
    assert_eq!((&metadata["scores"], &metadata["pushes"], &metadata["promotions"]), (&json!(25), &json!(12), &json!(25)));

    let office = Office::new(LONG + 1).await;
    office.edit(LONG);
    let mut session = office.usual();
    sync(&mut locked(&mut session), &Targets::default(), PullOptions::default(), &PushOptions::default()).await.expect("a sync");
    assert_eq!(office.task().0, "COMPLETED");
    let mut found = candidates(&mut session, &Targets::default(), &PromoteOptions::default()).await.expect("candidates").all;
    promote(&mut locked(&mut session), &mut found).await.expect("promoted");
    assert!(found.iter().all(|candidate| matches!(candidate.promotion, Promotion::Done)));
    assert_eq!(office.tasks().iter().filter(|task| task["status"] == "COMPLETED").count(), 2);
}

/// What the dashboard shows of a run before it got anywhere.
#[tokio::test(start_paused = true)]
async fn a_task_begins_with_the_stage_that_has_something_to_do() {
    for drafts in [false, true] {
        let office = Office::new(LONG).await;
        office.edit(LONG);
        if drafts {
            pushed(&mut office.session(office.remote(), TaskWhen::Never, Arc::new(InProcess(office.registry.clone()))), false)
                .await;
        }
        let (inner, trouble) = (InProcess(office.registry.clone()), Trouble::Silence);
        let silent = Arc::new(Troubled { inner, from: 2, trouble, sent: AtomicUsize::new(0) });
        let slow = Faulty::slow(office.remote(), Duration::from_secs(1));
        pushed(&mut office.session(slow, TaskWhen::Long, silent), true).await;
        let task = &office.tasks()[0];
        let stages = task["stages"]["items"].as_array().expect("stages");
        let running: Vec<&Value> =
            stages.iter().filter(|stage| stage["status"] == "RUNNING").map(|stage| &stage["name"]).collect();
        assert_eq!(running, [if drafts { "Promoting" } else { "Pushing" }], "{task}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_is_told_whoever_refused_it() {
    let office = Office::new(LONG + 5).await;
    office.edit(LONG + 5);
    // A champion that moved, which the plan refuses.
    let score = ScoreId::from("score-0");
    let theirs = office.browser.save(&score, None, "key: theirs\n", None).await;
    office.browser.promote(&score, Some(&theirs)).await;
    // And two that the dashboard refuses.
    office.registry.faults().add(ScriptedFault::once(FaultKind::Status(400)).times(2).matching("createScoreVersion"));
    let report = pushed(&mut office.usual(), false).await;
    assert_eq!(done(&report), LONG + 2);
    assert_eq!(office.task(), ("FAILED".to_owned(), "3 of 30 scores refused".to_owned()));
    assert_eq!(office.intents(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_stopped_says_how_far_it_was() {
    let office = Office::new(LONG).await;
    office.edit(LONG);
    let slow = Faulty::slow(office.remote(), Duration::from_millis(500));
    let mut session = office.session(slow, TaskWhen::Long, Arc::new(InProcess(office.registry.clone())));
    let cancellation = session.cancellation();
    let run = async {
        tokio::time::sleep(Duration::from_millis(2600)).await;
        cancellation.cancel();
    };
    let (report, ()) = tokio::join!(pushed(&mut session, false), run);
    let reached = done(&report);
    assert!((1..LONG).contains(&reached), "{reached}");
    assert_eq!(office.task(), ("FAILED".to_owned(), format!("stopped after {reached} of 25 scores")));
}

/// Progress is told every two seconds at most, and a new stage at once.
#[tokio::test(start_paused = true)]
async fn progress_is_told_now_and_then() {
    let office = Office::new(40).await;
    office.edit(40);
    // Ten times four creations, a second each; then five times eight promotions of four requests each.
    let slow = Faulty::slow(office.remote(), Duration::from_secs(1));
    let before = office.registry.requests().len();
    let start = Instant::now();
    pushed(&mut office.session(slow, TaskWhen::Long, Arc::new(InProcess(office.registry.clone()))), true).await;
    let updates = office.written(before).iter().filter(|operation| *operation == "UpdateTask").count();
    let most = start.elapsed().as_secs() / 2 + 2;
    assert!((10..=most as usize).contains(&updates), "{updates} of {most} in {:?}", start.elapsed());
    assert_eq!(office.task().0, "COMPLETED");
}

/// However fast they are.
#[tokio::test(start_paused = true)]
async fn quick_steps_are_told_together() {
    let office = Office::new(40).await;
    office.edit(40);
    let slow = Faulty::slow(office.remote(), Duration::from_millis(500));
    let before = office.registry.requests().len();
    let start = Instant::now();
    pushed(&mut office.session(slow, TaskWhen::Long, Arc::new(InProcess(office.registry.clone()))), false).await;
    let updates = office.written(before).iter().filter(|operation| *operation == "UpdateTask").count();
    let most = start.elapsed().as_secs() / 2 + 1;
    assert!((2..=most as usize).contains(&updates), "{updates} of {most} in {:?}", start.elapsed());
}

/// What happens to the requests that write tasks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    /// There is no such model.
    Undefined,
    Status(u16),
    Broken,
    /// No answer, ever.
    Silence,
    /// It is done, and nobody hears of it.
    LostReply,
}

/// A transport in trouble from a request on.
struct Troubled {
    inner: InProcess,
    from: usize,
    trouble: Trouble,
    sent: AtomicUsize,
}

#[async_trait]
impl Transport for Troubled {
    async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        if self.sent.fetch_add(1, Ordering::SeqCst) < self.from {
            return self.inner.send(request).await;
        }
        let reply = |status, body: Value| Ok(Reply { status, retry_after: None, body: body.to_string().into_bytes() });
        match self.trouble {
            Trouble::Undefined => reply(200, json!({"data": null, "errors": [{"message": "FieldUndefined"}]})),
            Trouble::Status(status) => reply(status, json!({})),
            Trouble::Broken => Err(TransportError::Broken("reset".to_owned())),
            Trouble::Silence => std::future::pending().await,
            Trouble::LostReply => {
                self.inner.send(request).await?;
                Err(TransportError::Broken("reset".to_owned()))
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_that_befalls_a_task_befalls_the_run() {
    let told = async |trouble: Option<(Trouble, usize)>| {
        let office = Office::new(LONG + 1).await;
        office.edit(LONG);
        let inner = InProcess(office.registry.clone());
        let slow = Faulty::slow(office.remote(), Duration::from_millis(700));
        let mut session = match trouble {
            None => office.desk.session(slow),
            Some((trouble, from)) => {
                let troubled = Arc::new(Troubled { inner, from, trouble, sent: AtomicUsize::new(0) });
                office.session(slow, TaskWhen::Long, troubled)
            }
        };
        let start = Instant::now();
        let report = pushed(&mut session, false).await;
        let outcomes: Vec<String> = report.scores.iter().map(|score| format!("{} {:?}", score.id, score.outcome)).collect();
        drop(session);
        (outcomes, report.warnings.len(), start.elapsed(), office)
    };
    let (outcomes, warnings, alone, _) = told(None).await;
    for trouble in [Trouble::Undefined, Trouble::Status(403), Trouble::Status(500), Trouble::Broken, Trouble::LostReply] {
        for from in 0..3 {
            let (found, found_warnings, took, office) = told(Some((trouble, from))).await;
            assert_eq!((&found, found_warnings), (&outcomes, warnings), "{trouble:?} from {from}");
            // Trouble that came before the end is no reason to wait for it.
            assert!(took <= alone + Duration::from_secs(2), "{trouble:?} from {from}: {took:?} instead of {alone:?}");
            // The next run ends what was left.
            pull(&mut locked(&mut office.usual()), &Targets::default(), PullOptions::default()).await.expect("a pull");
            let open = office.tasks().iter().filter(|task| task["status"] == "RUNNING").count();
            assert_eq!((open, office.intents()), (0, 0), "{trouble:?} from {from}");
        }
    }
    for from in [0, 2] {
        let (found, _, took, _) = told(Some((Trouble::Silence, from))).await;
        assert_eq!(found, outcomes);
        assert!(took <= alone + Duration::from_secs(2), "silence from {from}: {took:?} instead of {alone:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_cannot_be_ended_holds_nobody_up() {
    let office = Office::new(LONG).await;
    office.edit(LONG);
    let silent = |from| {
        let (inner, trouble) = (InProcess(office.registry.clone()), Trouble::Silence);
        Arc::new(Troubled { inner, from, trouble, sent: AtomicUsize::new(0) })
    };
    pushed(&mut office.session(office.remote(), TaskWhen::Long, silent(2)), false).await;
    assert_eq!((office.task().0.as_str(), office.intents()), ("RUNNING", 1));
    let start = Instant::now();
    let mut session = office.session(office.remote(), TaskWhen::Long, silent(0));
    pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await.expect("a pull");
    assert!(start.elapsed() <= Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(office.intents(), 1, "it is tried again");
    // Offline nothing can be told.
    drop(session);
    push_preview(&mut office.desk.offline(), &Targets::default(), &PushOptions::default()).await.expect("a preview");
    // Whoever wants no more tasks still gets the last one ended, as it really ended.
    let mut session = office.session(office.remote(), TaskWhen::Never, Arc::new(InProcess(office.registry.clone())));
    pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await.expect("a pull");
    assert_eq!((office.task(), office.intents()), (("COMPLETED".to_owned(), String::new()), 0));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_task_is_told_again_unless_it_was_refused() {
    for (trouble, left) in [(Trouble::Broken, 1), (Trouble::Status(500), 1), (Trouble::Status(403), 0), (Trouble::Undefined, 0)] {
        let office = Office::new(LONG).await;
        office.edit(LONG);
        let troubled = |from, trouble| {
            let inner = InProcess(office.registry.clone());
            Arc::new(Troubled { inner, from, trouble, sent: AtomicUsize::new(0) })
        };
        pushed(&mut office.session(office.remote(), TaskWhen::Long, troubled(2, Trouble::Silence)), false).await;
        assert_eq!(office.intents(), 1);
        let mut session = office.session(office.remote(), TaskWhen::Long, troubled(0, trouble));
        pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await.expect("a pull");
        assert_eq!(office.intents(), left, "{trouble:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_could_not_be_ended_for_a_week_is_forgotten() {
    for (hours, left) in [(7 * 24 - 1, 1), (7 * 24 + 1, 0)] {
        let office = Office::new(LONG).await;
        office.edit(LONG);
        let broken = |from| {
            let (inner, trouble) = (InProcess(office.registry.clone()), Trouble::Broken);
            Arc::new(Troubled { inner, from, trouble, sent: AtomicUsize::new(0) })
        };
        pushed(&mut office.session(office.remote(), TaskWhen::Long, broken(2)), false).await;
        let mut state = office.desk.state();
        let intent = state.intents().expect("readable").remove(0);
        let mut payload = intent.payload.clone();
        payload["began_at"] = json!(Timestamp::now() - SignedDuration::from_hours(hours));
        let changed = state.transaction(|tx| {
            tx.remove_intent(intent.id)?;
            tx.add_intent(&intent.score, &intent.kind, &payload)
        });
        changed.expect("recorded");
        drop(state);
        let mut session = office.session(office.remote(), TaskWhen::Long, broken(0));
        pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await.expect("a pull");
        assert_eq!(office.intents(), left, "after {hours} hours");
    }
}

#[tokio::test(start_paused = true)]
async fn a_promotion_ends_what_is_left_too() {
    let office = Office::new(LONG).await;
    office.edit(LONG);
    let (inner, trouble) = (InProcess(office.registry.clone()), Trouble::Silence);
    let silent = Arc::new(Troubled { inner, from: 2, trouble, sent: AtomicUsize::new(0) });
    pushed(&mut office.session(office.remote(), TaskWhen::Long, silent), false).await;
    assert_eq!(office.task().0, "RUNNING");
    let mut session = office.usual();
    let mut found = candidates(&mut session, &Targets::default(), &PromoteOptions::default()).await.expect("candidates").all;
    promote(&mut locked(&mut session), &mut found[..1]).await.expect("promoted");
    assert_eq!((office.task().0.as_str(), office.intents()), ("COMPLETED", 0));
}

/// A transport at whose request number `at` the program dies: before it is carried out, or after.
struct Deadly {
    inner: InProcess,
    at: usize,
    after: bool,
    sent: AtomicUsize,
    died: Arc<Notify>,
}

#[async_trait]
impl Transport for Deadly {
    async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        if self.sent.fetch_add(1, Ordering::SeqCst) != self.at {
            return self.inner.send(request).await;
        }
        if self.after {
            self.inner.send(request).await?;
        }
        self.died.notify_one();
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_death_at_any_request_of_a_task_the_next_run_ends_it() {
    let deaths = Arc::new(Mutex::new(Vec::new()));
    for (at, after) in (0..5).flat_map(|at| [(at, false), (at, true)]) {
        let office = Office::new(LONG + 1).await;
        office.edit(LONG);
        let died = Arc::new(Notify::new());
        let inner = InProcess(office.registry.clone());
        let deadly = Arc::new(Deadly { inner, at, after, sent: AtomicUsize::new(0), died: Arc::clone(&died) });
        {
            let slow = Faulty::slow(office.remote(), Duration::from_millis(700));
            let mut session = office.session(slow, TaskWhen::Long, deadly);
            tokio::select! {
                biased;
                () = died.notified() => deaths.lock().expect("no panic").push((at, after)),
                _ = pushed(&mut session, false) => {}
            }
        }
        pushed(&mut office.usual(), false).await;
        let tasks = office.tasks();
        let ended = tasks.iter().all(|task| ["COMPLETED", "FAILED"].contains(&task["status"].as_str().unwrap_or_default()));
        assert!(ended, "{at} {after}: {tasks:?}");
        let silent = tasks.iter().filter(|task| task["errorMessage"] == "the run ended without saying so").count();
        assert!(silent <= 1 && office.intents() == 0, "{at} {after}: {tasks:?}");
    }
    // Three requests at least, each before and after its effect.
    assert!(deaths.lock().expect("no panic").len() >= 6);
}

#[tokio::test(start_paused = true)]
async fn after_a_death_at_any_request_of_the_run_the_next_run_ends_its_task() {
    for at in (0..40).step_by(3) {
        for fault in [Fault::DieBefore, Fault::DieAfter] {
            let office = Office::new(LONG + 1).await;
            office.edit(LONG);
            let deadly = Faulty::slow(office.remote(), Duration::from_millis(700));
            deadly.plan(Weather { faults: [(at, fault)].into(), meddling: None });
            {
                let mut session = office.session(deadly.clone(), TaskWhen::Long, Arc::new(InProcess(office.registry.clone())));
                deadly.run(pushed(&mut session, false)).await;
            }
            if !deadly.was_met() {
                return;
            }
            pushed(&mut office.usual(), false).await;
            let tasks = office.tasks();
            let open = tasks.iter().filter(|task| task["status"] == "RUNNING").count();
            assert_eq!((open, office.intents()), (0, 0), "{at} {fault:?}: {tasks:?}");
        }
    }
    panic!("the run has an end");
}
