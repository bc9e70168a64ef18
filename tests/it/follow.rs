//! The loop of `watch` with sources that a test feeds, a dashboard in memory, and a clock that jumps to what is waited for.

use crate::moves::rename;
use crate::support::{Desk, git, world};
use scoresync::check::RuleSet;
use scoresync::engine::follow::{
    Event, EventSink, Follow, FollowEnd, FollowStatus, GitActivity, PauseWhy, Rules, Sources, UserCommand, WaitReason, Waiting,
};
use scoresync::engine::{Action, Halt, Outcome, PushOptions, Report, Selector, Targets, Verb, status};
use scoresync::git::{GitOperation, Program, Repository};
use scoresync::model::{PushWhen, RelPath, ScoreId, Scorecard};
use scoresync::remote::{MemoryRemote, Remote, RemoteEvent};
use scoresync::state::State;
use scoresync::watch::WatchEvent;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, LocalSet};
use tokio::time::Instant;

const QUIET: Duration = Duration::from_secs(5);

/// A running loop.
struct Loop {
    files: mpsc::Sender<WatchEvent>,
    remote_events: mpsc::Sender<RemoteEvent>,
    elsewhere: mpsc::Sender<()>,
    commands: mpsc::Sender<UserCommand>,
    events: mpsc::UnboundedReceiver<Event>,
    status: watch::Receiver<FollowStatus>,
    run: JoinHandle<FollowEnd>,
}

impl Loop {
    async fn start(desk: &Desk, remote: &Arc<MemoryRemote>, push: PushWhen) -> Self {
        Self::with(desk, Arc::clone(remote) as Arc<dyn Remote>, push, false).await
    }

    async fn with(desk: &Desk, remote: Arc<dyn Remote>, push: PushWhen, commit: bool) -> Self {
        Self::of(desk, remote, push, commit, Targets::default()).await
    }

    /// Follows `targets` on `desk`; they were compared when this returns.
    async fn of(desk: &Desk, remote: Arc<dyn Remote>, push: PushWhen, commit: bool, targets: Targets) -> Self {
        let ((files, took_files), (remote_events, took_remote_events)) = (mpsc::channel(64), mpsc::channel(64));
        let ((elsewhere, took_elsewhere), (commands, took_commands)) = (mpsc::channel(1), mpsc::channel(8));
        let ((told, events), (show, status)) = (mpsc::unbounded_channel(), watch::channel(FollowStatus::default()));
        let repository = Repository::discover(&desk.root(), Program::default()).expect("git can be asked");
        let follow = Follow {
            targets,
            here: desk.offline(),
            there: desk.session(remote),
            rules: Rules { push, quiet: QUIET, git: repository.is_some() },
            check: RuleSet::default(),
            push: PushOptions::default(),
            repository,
            commit,
        };
        let sources = Sources {
            files: took_files,
            elsewhere: Some(took_elsewhere),
            remote_events: Some(took_remote_events),
            commands: took_commands,
        };
        let run = tokio::task::spawn_local(async move {
            let cancellation = follow.there.cancellation();
            follow.run(sources, EventSink { events: told, status: show }, cancellation).await.expect("it follows to the end")
        });
        let mut started = Self { files, remote_events, elsewhere, commands, events, status, run };
        started.until(|event| matches!(event, Event::Started { .. })).await;
        started
    }

    /// The next event of a kind. With a paused clock an hour is a moment.
    async fn until(&mut self, is_it: impl Fn(&Event) -> bool) -> Event {
        let mut heard = Vec::new();
        loop {
            let event = tokio::time::timeout(Duration::from_secs(3600), self.events.recv()).await;
            let event = event.unwrap_or_else(|_| panic!("only heard {heard:#?}")).expect("it follows");
            if is_it(&event) {
                return event;
            }
            heard.push(event);
        }
    }

    /// What the next task did to a score.
    async fn outcome(&mut self) -> Outcome {
        let Event::Did(Report { mut scores, .. }) = self.until(|event| matches!(event, Event::Did(_))).await else {
            unreachable!("it was looked for")
        };
        scores.remove(0).outcome
    }

    async fn shows(&mut self, is_it: impl FnMut(&FollowStatus) -> bool) -> FollowStatus {
        let shown = tokio::time::timeout(Duration::from_secs(3600), self.status.wait_for(is_it)).await;
        let shown = shown.map(|shown| shown.expect("it follows").clone());
        shown.unwrap_or_else(|_| panic!("it only shows {:#?}", *self.status.borrow()))
    }

    async fn touch(&self, file: &str) {
        let path = RelPath::parse(&format!("Calls/{file}")).expect("a safe path");
        self.files.send(WatchEvent::Touched(path)).await.expect("it follows");
    }

    async fn save(&self, desk: &Desk, file: &str, text: &str) {
        desk.write(file, text);
        self.touch(file).await;
    }

    async fn quit(self) {
        self.commands.send(UserCommand::Quit).await.expect("it follows");
        assert_eq!(self.run.await.expect("no panic"), FollowEnd::Quit);
    }
}

/// Runs a test whose clock jumps when everybody waits.
fn paused(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    LocalSet::new().block_on(&runtime, test);
}

fn score(number: usize) -> ScoreId {
    format!("score-{number}").as_str().into()
}

async fn versions(remote: &MemoryRemote, number: usize) -> usize {
    remote.history(&score(number)).await.expect("memory answers").len()
}

/// A desk with `scores` scores, pulled.
async fn desk(scores: usize) -> (Desk, Arc<MemoryRemote>) {
    let (desk, remote) = (Desk::new(), world(scores));
    desk.pull(Arc::clone(&remote) as Arc<dyn Remote>).await;
    (desk, remote)
}

#[test]
fn saves_are_pushed_together_once_they_are_old_enough() {
    paused(async {
        let (desk, remote) = desk(3).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        let began = Instant::now();
        for text in ["a: 1\n", "a: 2\n", "a: 3\n"] {
            watcher.save(&desk, "Score 1.yaml", text).await;
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pushed { promoted: false, .. })));
        let waited = began.elapsed();
        assert!(waited >= Duration::from_secs(9) && waited < Duration::from_millis(9_600), "{waited:?}");
        assert_eq!((versions(&remote, 1).await, versions(&remote, 0).await), (2, 1));
        watcher.quit().await;
    });
}

/// Two scores swapped names, and somebody checked out their files from before, all of them or only the guidelines: a save of one
/// of them gives no score the text of the other.
#[test]
fn a_save_of_a_file_from_before_a_swap_is_not_pushed() {
    paused(async {
        for only_guidelines in [false, true] {
            let (desk, remote) = desk(3).await;
            let before = desk.files();
            rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
            desk.pull(remote.clone()).await;
            let is_old = |path: &Path| !only_guidelines || path.extension().is_some_and(|ending| ending == "md");
            before.iter().filter(|(path, _)| is_old(path)).for_each(|(path, text)| std::fs::write(path, text).expect("written"));
            let follow = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
            follow.save(&desk, "Score 0.yaml", &format!("{}# mine\n", desk.read("Score 0.yaml"))).await;
            tokio::time::sleep(10 * QUIET).await;
            assert_eq!((versions(&remote, 0).await, versions(&remote, 1).await), (1, 1), "{only_guidelines}");
            follow.quit().await;
        }
    });
}

#[test]
fn a_champion_that_moves_lands_in_the_file_by_a_hint_or_by_asking() {
    paused(async {
        let (desk, remote) = desk(3).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        let rules = desk.read("guidelines/Score 2.md");
        let moved = |text: &str| remote.promote(&score(2), Some(&remote.save(&score(2), None, text, Some(&rules))));
        moved("asked: 1\n");
        let began = Instant::now();
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pulled { .. })));
        assert!(began.elapsed() <= Duration::from_secs(3), "{:?}", began.elapsed());
        watcher.remote_events.send(RemoteEvent::Connected).await.expect("it follows");
        watcher.shows(|status| status.listening && status.doing.is_none()).await;
        moved("told: 1\n");
        let began = Instant::now();
        watcher.remote_events.send(RemoteEvent::Score(score(2))).await.expect("it follows");
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pulled { .. })));
        assert!(began.elapsed() <= Duration::from_millis(100), "{:?}", began.elapsed());
        assert_eq!(desk.read("Score 2.yaml"), "told: 1\n");
        watcher.quit().await;
    });
}

#[test]
fn a_file_that_is_edited_is_merged_when_it_is_left_alone() {
    paused(async {
        let (desk, remote) = desk(1).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        let text = desk.read("Score 0.yaml");
        let mine = text.replace("key0: 0", "key0: mine");
        watcher.save(&desk, "Score 0.yaml", &mine).await;
        let theirs = remote.save(&score(0), None, &text.replace("key11: 11", "key11: theirs"), None);
        remote.promote(&score(0), Some(&theirs));
        watcher.remote_events.send(RemoteEvent::Score(score(0))).await.expect("it follows");
        tokio::time::sleep(Duration::from_secs(4)).await;
        assert_eq!(desk.read("Score 0.yaml"), mine);
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pulled { merged: true, .. })));
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pushed { .. })));
        let merged = desk.read("Score 0.yaml");
        assert!(merged.contains("key0: mine") && merged.contains("key11: theirs"), "{merged}");
        watcher.quit().await;
    });
}

#[test]
fn a_new_score_gets_its_files_and_a_foreign_file_is_nobodys() {
    paused(async {
        let (desk, remote) = desk(1).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        watcher.save(&desk, "notes.yaml", "a: 1\n").await;
        let mut new = remote.score(&score(0)).await.expect("memory answers").expect("it is there");
        (new.id, new.name, new.key, new.external_id) = (score(9), "New".into(), "new".into(), "99".into());
        remote.put_score(new);
        let version = remote.save(&score(9), None, "new: 1\n", None);
        remote.promote(&score(9), Some(&version));
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pulled { .. })));
        assert_eq!(desk.read("New.yaml"), "new: 1\n");
        watcher.save(&desk, "New.yaml", "new: 2\n").await;
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pushed { .. })));
        watcher.quit().await;
    });
}

#[test]
fn what_another_command_did_is_noticed() {
    paused(async {
        let (desk, remote) = desk(2).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::Manual).await;
        watcher.save(&desk, "Score 0.yaml", "a: 1\n").await;
        let status = watcher.shows(|status| status.waiting.iter().any(|one| one.wait == WaitReason::Person)).await;
        assert_eq!((status.scores, status.waiting.len()), (2, 1));
        desk.push(Arc::clone(&remote) as Arc<dyn Remote>, false).await;
        watcher.elsewhere.send(()).await.expect("it follows");
        watcher.shows(|status| status.waiting.is_empty()).await;
        watcher.quit().await;
    });
}

#[test]
fn a_champion_that_another_command_saw_first_is_pulled() {
    paused(async {
        let (desk, remote) = desk(2).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        watcher.remote_events.send(RemoteEvent::Connected).await.expect("it follows");
        watcher.shows(|status| status.listening && status.doing.is_none()).await;
        remote.promote(&score(1), Some(&remote.save(&score(1), None, "theirs: 1\n", None)));
        let mut another = desk.session(Arc::clone(&remote) as Arc<dyn Remote>);
        status(&mut another, &Targets::default(), false).await.expect("memory answers");
        watcher.elsewhere.send(()).await.expect("it follows");
        let began = Instant::now();
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pulled { .. })));
        assert!(began.elapsed() <= Duration::from_secs(1), "{:?}", began.elapsed());
        watcher.quit().await;
    });
}

/// Whatever was typed for it: it goes on to mean the score, or the scorecard, that it meant.
#[test]
fn a_score_that_is_followed_by_its_name_is_followed_under_another_one() {
    let file = |path: &str| Selector::Path(RelPath::parse(path).expect("a safe path"));
    let word = |word: &str| Selector::Word(word.to_owned());
    let of_one = [word("Score 1"), word("Calls/Score 1"), file("Calls/Score 1.yaml"), file("Calls/guidelines/Score 1.md")];
    let of_all = [word("Calls"), file("Calls")];
    let all = of_one.into_iter().map(|one| (one, 1)).chain(of_all.into_iter().map(|one| (one, 2)));
    paused(async {
        for (selector, scores) in all {
            let (desk, remote) = desk(2).await;
            let targets = Targets { selectors: vec![selector.clone()], ..Targets::default() };
            let mut watcher = Loop::of(&desk, remote.clone(), PushWhen::OnIdle, false, targets).await;
            let (id, name, key, external_id) = ("card".into(), "Phone".into(), "calls".into(), "1".into());
            remote.put_scorecard(Scorecard { id, name, key, external_id });
            rename(&remote, &[(1, "Manners"), (0, "Score 1")]).await;
            let at = desk.place(Path::new("Phone/Manners.yaml"));
            let status = watcher.shows(|_| at.exists()).await;
            assert_eq!((status.scores, &status.stuck), (scores, &None), "{selector:?}");
            std::fs::write(at, "a: 1\n").expect("written");
            let path = RelPath::parse("Phone/Manners.yaml").expect("a safe path");
            watcher.files.send(WatchEvent::Touched(path)).await.expect("it follows");
            watcher.until(|event| matches!(event, Event::Did(report) if report.verb == Verb::Push)).await;
            assert_eq!((versions(&remote, 1).await, versions(&remote, 0).await), (2, 1), "{selector:?}");
            watcher.quit().await;
        }
    });
}

/// Its edits wait for a person, whether all scores are followed or this one.
#[test]
fn a_score_that_is_followed_by_its_name_is_told_when_it_is_gone() {
    paused(async {
        for selectors in [vec![], vec![Selector::Word("Score 1".into())]] {
            let (desk, remote) = desk(2).await;
            let targets = Targets { selectors: selectors.clone(), ..Targets::default() };
            let mut watcher = Loop::of(&desk, remote.clone(), PushWhen::OnIdle, false, targets).await;
            remote.remove_score(&score(1));
            watcher.remote_events.send(RemoteEvent::Catalog).await.expect("it follows");
            watcher.save(&desk, "Score 1.yaml", "a: 1\n").await;
            let status = watcher.shows(|status| status.waiting.iter().any(|one| one.wait == WaitReason::GoneRemotely)).await;
            assert_eq!(status.waiting.len(), 1, "{selectors:?}");
            watcher.quit().await;
        }
    });
}

/// It is told, and followed again as soon as there is something to follow.
#[test]
fn a_pattern_that_matches_nothing_for_a_while_ends_no_watch() {
    paused(async {
        let (desk, remote) = desk(2).await;
        let targets = Targets { selectors: vec![Selector::Word("*1".into())], ..Targets::default() };
        let mut watcher = Loop::of(&desk, remote.clone(), PushWhen::OnIdle, false, targets).await;
        rename(&remote, &[(1, "Manners")]).await;
        let Event::Stuck { why: Halt::NoMatch { selector, .. }, .. } =
            watcher.until(|event| matches!(event, Event::Stuck { .. })).await
        else {
            panic!("nothing else is in the way")
        };
        assert_eq!(selector, "*1");
        // Also when another command has recorded something meanwhile.
        status(&mut desk.session(remote.clone()), &Targets::default(), false).await.expect("memory answers");
        watcher.elsewhere.send(()).await.expect("it follows");
        tokio::time::sleep(Duration::from_secs(60)).await;
        rename(&remote, &[(1, "Rule 1")]).await;
        watcher.until(|event| matches!(event, Event::Unstuck)).await;
        watcher.shows(|_| desk.place(Path::new("Calls/Rule 1.yaml")).exists()).await;
        watcher.quit().await;
    });
}

#[test]
fn a_lock_that_is_held_is_waited_for() {
    paused(async {
        let (desk, remote) = desk(1).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        let lock = State::lock(&desk.state_folder(), "pull", jiff::Timestamp::now()).expect("nobody has it");
        watcher.save(&desk, "Score 0.yaml", "a: 1\n").await;
        tokio::time::sleep(Duration::from_secs(20)).await;
        assert_eq!(versions(&remote, 0).await, 1);
        drop(lock);
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pushed { .. })));
        watcher.quit().await;
    });
}

#[test]
fn evaluations_of_what_was_pushed_are_told_once_when_they_end() {
    paused(async {
        let (desk, remote) = desk(3).await;
        let champion = remote.history(&score(1)).await.expect("memory answers").remove(0).id;
        remote.evaluate(&champion, "COMPLETED", 88.0, |_| {});
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        watcher.save(&desk, "Score 1.yaml", "a: 1\n").await;
        let Outcome::Done(Action::Pushed { version, .. }) = watcher.outcome().await else { panic!("it is pushed") };
        tokio::time::sleep(Duration::from_secs(300)).await;
        let now = jiff::Timestamp::now();
        remote.evaluate(&version, "RUNNING", 0.0, |one| (one.created_at, one.updated_at) = (now, now));
        tokio::time::sleep(Duration::from_secs(300)).await;
        assert!(watcher.events.is_empty(), "nothing has ended");
        remote.complete(&version, 92.5);
        let began = Instant::now();
        let Event::Evaluated(ended) = watcher.until(|event| matches!(event, Event::Evaluated(_))).await else {
            unreachable!("it was looked for")
        };
        assert!(began.elapsed() <= Duration::from_secs(15), "{:?}", began.elapsed());
        assert_eq!((&ended.version, ended.evaluation.accuracy), (&version, 92.5));
        assert_eq!(ended.champion.map(|champion| champion.accuracy), Some(88.0));
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert!(watcher.events.is_empty(), "it is told once");
        watcher.quit().await;
    });
}

#[test]
fn a_draft_of_somebody_else_is_told_once_when_it_is_made() {
    paused(async {
        let (desk, remote) = desk(3).await;
        let champion = remote.history(&score(1)).await.expect("memory answers").remove(0).id;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        watcher.remote_events.send(RemoteEvent::Connected).await.expect("it follows");
        watcher.shows(|status| status.listening && status.doing.is_none()).await;
        let draft = remote.save(&score(1), Some(&champion), "theirs: 1\n", None);
        for _ in 0..2 {
            watcher.remote_events.send(RemoteEvent::Score(score(1))).await.expect("it follows");
        }
        let Event::Drafted(told) = watcher.until(|event| matches!(event, Event::Drafted(_))).await else {
            unreachable!("it was looked for")
        };
        assert_eq!((&told.score, &told.version.id), (&score(1), &draft));
        // Our own is no news.
        watcher.save(&desk, "Score 1.yaml", "a: 1\n").await;
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pushed { .. })));
        watcher.remote_events.send(RemoteEvent::Score(score(1))).await.expect("it follows");
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert!(watcher.events.is_empty(), "it is told once");
        watcher.quit().await;
    });
}

/// Two of our own from one place, with a checkout in between.
#[test]
fn our_own_draft_is_nobody_elses() {
    paused(async {
        let (desk, remote) = desk(2).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        watcher.remote_events.send(RemoteEvent::Connected).await.expect("it follows");
        let before = desk.read("Score 0.yaml");
        for text in ["mine: 1\n", &before, "mine: 2\n"] {
            watcher.save(&desk, "Score 0.yaml", &format!("{before}{text}")).await;
            tokio::time::sleep(2 * QUIET).await;
        }
        watcher.save(&desk, "Score 0.yaml", &before).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
        let mut heard = Vec::new();
        while let Ok(event) = watcher.events.try_recv() {
            heard.push(event);
        }
        assert!(heard.iter().any(|event| matches!(event, Event::Did(_))));
        assert!(!heard.iter().any(|event| matches!(event, Event::Drafted(_))), "{heard:#?}");
        watcher.quit().await;
    });
}

/// What scores wait for that no run tells of: once each, until it is over, and again when it comes again.
#[test]
fn what_only_a_person_ends_is_told_and_counts_as_not_in_step() {
    paused(async {
        let (desk, remote) = desk(4).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        let (text, renamed) = (desk.read("Score 0.yaml"), "Other.yaml");
        let waits = |event: Event| {
            let Event::Waits(waiting) = event else { unreachable!("it was looked for") };
            waiting.into_iter().map(|one| (one.path.to_string(), one.wait)).collect::<Vec<_>>()
        };
        for _ in 0..2 {
            std::fs::rename(desk.path("Score 0.yaml"), desk.path(renamed)).expect("renamed");
            std::fs::remove_file(desk.path("Score 1.yaml")).expect("there");
            watcher.touch("Score 0.yaml").await;
            watcher.touch("Score 1.yaml").await;
            let told = waits(watcher.until(|event| matches!(event, Event::Waits(_))).await);
            let expected = [("Calls/Score 0.yaml", "Calls/Other.yaml"), ("Calls/Score 1.yaml", "deleted")];
            let place = |wait: &WaitReason| match wait {
                WaitReason::Renamed(renamed) => renamed.to.to_string(),
                WaitReason::Deleted => "deleted".to_owned(),
                other => panic!("{other:?}"),
            };
            let told: Vec<_> = told.iter().map(|(path, wait)| (path.clone(), place(wait))).collect();
            assert_eq!(told, expected.map(|(path, place)| (path.to_owned(), place.to_owned())));
            watcher.shows(|status| status.waiting.len() == 2).await;
            // Another champion of it changes nothing of that, and nothing is told again.
            remote.promote(&score(1), Some(&remote.save(&score(1), None, "theirs: 1\n", None)));
            watcher.remote_events.send(RemoteEvent::Score(score(1))).await.expect("it follows");
            tokio::time::sleep(Duration::from_secs(60)).await;
            watcher.shows(|status| status.waiting.len() == 2).await;
            std::fs::rename(desk.path(renamed), desk.path("Score 0.yaml")).expect("renamed");
            watcher.touch("Score 0.yaml").await;
            watcher.save(&desk, "Score 1.yaml", "theirs: 1\n").await;
            watcher.shows(|status| status.waiting.is_empty()).await;
            while let Ok(event) = watcher.events.try_recv() {
                assert!(!matches!(event, Event::Waits(_)), "{event:?}");
            }
        }
        assert_eq!(desk.read("Score 0.yaml"), text);
        remote.remove_score(&score(2));
        watcher.remote_events.send(RemoteEvent::Catalog).await.expect("it follows");
        watcher.save(&desk, "Score 2.yaml", "mine: 1\n").await;
        let told = waits(watcher.until(|event| matches!(event, Event::Waits(_))).await);
        assert_eq!(told, [("Calls/Score 2.yaml".to_owned(), WaitReason::GoneRemotely)]);
        // Also where it could not be pushed anyway.
        remote.remove_score(&score(3));
        watcher.remote_events.send(RemoteEvent::Catalog).await.expect("it follows");
        watcher.save(&desk, "Score 3.yaml", "name: [\n").await;
        let told = waits(watcher.until(|event| matches!(event, Event::Waits(_))).await);
        assert_eq!(told, [("Calls/Score 3.yaml".to_owned(), WaitReason::GoneRemotely)]);
        watcher.quit().await;
    });
}

/// Two scores that swapped names since they were pulled, the code of the first edited here and in Plexus; what it is there.
async fn swapped(mine: impl Fn(&str) -> String, theirs: impl Fn(&str) -> String) -> (Desk, Arc<MemoryRemote>, String) {
    let (desk, remote) = desk(2).await;
    let text = desk.read("Score 0.yaml");
    desk.write("Score 0.yaml", &mine(&text));
    let theirs = theirs(&text);
    remote.promote(&score(0), Some(&remote.save(&score(0), None, &theirs, None)));
    rename(&remote, &[(0, "Score 1"), (1, "Score 0")]).await;
    (desk, remote, theirs)
}

/// Two scores swapped names, and one is in conflict: both stay, and what is edited and checked is the file where it is. Once that is
/// over they go to their places together.
#[test]
fn names_that_were_swapped_go_to_their_places_once_nothing_is_in_conflict() {
    paused(async {
        let edited = |word: &'static str| move |text: &str| text.replace("key3: 3", &format!("key3: {word}"));
        let (desk, remote, theirs) = swapped(edited("mine"), edited("theirs")).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        let in_conflict = |one: &Waiting| one.wait == WaitReason::Conflict && one.path.as_str() == "Calls/Score 0.yaml";
        watcher.shows(|status| status.doing.is_none() && status.waiting.iter().any(in_conflict)).await;
        watcher.save(&desk, "Score 0.yaml", "name: [\n").await;
        let is_told = |event: &Event| matches!(event, Event::Checked { found, .. } if found.iter().any(|one| one.blocks_push));
        let Event::Checked { found, .. } = watcher.until(is_told).await else { unreachable!("it was looked for") };
        assert!(found.iter().all(|one| one.path.as_str() == "Calls/Score 0.yaml"), "{found:?}");
        watcher.save(&desk, "Score 0.yaml", &theirs).await;
        watcher.shows(|status| status.waiting.is_empty() && status.doing.is_none()).await;
        assert_eq!(desk.read("Score 1.yaml"), theirs);
        assert!(desk.read("Score 0.yaml").contains("of score 1\n"));
        watcher.quit().await;
    });
}

/// Both sides were merged, and one of two scores that swapped names was taken alone.
#[test]
fn a_merge_does_not_keep_others_from_their_places() {
    paused(async {
        let (desk, remote, _) = swapped(|text| format!("{text}mine: 1\n"), |text| format!("theirs: 1\n{text}")).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        watcher.until(|event| matches!(event, Event::Did(_))).await;
        watcher.shows(|status| status.waiting.is_empty() && status.doing.is_none()).await;
        assert!(desk.read("Score 1.yaml").contains("mine: 1\n"));
        assert!(desk.read("Score 0.yaml").contains("of score 1\n"));
        watcher.quit().await;
    });
}

#[test]
fn a_file_that_is_no_text_is_a_finding() {
    paused(async {
        let (desk, remote) = desk(2).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        let text = desk.read("Score 0.yaml");
        std::fs::write(desk.path("Score 0.yaml"), b"name: \xff\n").expect("written");
        watcher.touch("Score 0.yaml").await;
        let is_checked = |event: &Event| matches!(event, Event::Checked { .. });
        let Event::Checked { found, .. } = watcher.until(is_checked).await else { unreachable!("it was looked for") };
        let place = found[0].start.map(|place| (place.line, place.column));
        assert_eq!((place, found[0].blocks_push), (Some((1, 7)), true), "{found:?}");
        watcher.save(&desk, "Score 0.yaml", &text).await;
        let Event::Checked { found, .. } = watcher.until(is_checked).await else { unreachable!("it was looked for") };
        assert!(!found.iter().any(|one| one.blocks_push), "{found:?}");
        watcher.shows(|status| status.waiting.is_empty()).await;
        watcher.quit().await;
    });
}

#[test]
fn an_order_pushes_at_once() {
    paused(async {
        let (desk, remote) = desk(1).await;
        let mut watcher = Loop::start(&desk, &remote, PushWhen::Manual).await;
        watcher.save(&desk, "Score 0.yaml", "a: 1\n").await;
        watcher.shows(|status| !status.waiting.is_empty()).await;
        watcher.commands.send(UserCommand::Push).await.expect("it follows");
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pushed { .. })));
        watcher.quit().await;
    });
}

#[test]
fn a_branch_switch_pauses_until_it_is_taken_back() {
    paused(async {
        let (desk, remote) = desk(2).await;
        let git = |args: &[&str]| git(&desk.root(), &desk.root(), args);
        git(&["init", "-q", "-b", "main"]);
        git(&["add", "."]);
        git(&["commit", "-q", "-m", "one"]);
        git(&["switch", "-q", "-c", "other"]);
        desk.write("Score 1.yaml", "other: 1\n");
        git(&["commit", "-qam", "two"]);
        git(&["switch", "-q", "main"]);
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        // A word about nothing is not kept for later.
        State::ask_resume(&desk.state_folder()).expect("a word is left");
        git(&["switch", "-q", "other"]);
        watcher.touch("Score 1.yaml").await;
        let Event::Paused(pause) = watcher.until(|event| matches!(event, Event::Paused(_))).await else {
            unreachable!("it was looked for")
        };
        assert!(matches!(&pause.why, PauseWhy::HeadMoved(words) if words.contains("main to other")), "{pause:?}");
        assert_eq!(pause.plan.iter().map(RelPath::as_str).collect::<Vec<_>>(), ["Calls/Score 1.yaml"]);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert!(watcher.status.borrow().paused.is_some());
        git(&["switch", "-q", "main"]);
        watcher.touch("Score 1.yaml").await;
        watcher.until(|event| matches!(event, Event::Resumed)).await;
        git(&["switch", "-q", "other"]);
        watcher.touch("Score 1.yaml").await;
        watcher.until(|event| matches!(event, Event::Paused(_))).await;
        State::ask_resume(&desk.state_folder()).expect("a word is left");
        watcher.until(|event| matches!(event, Event::Resumed)).await;
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pushed { .. })));
        watcher.quit().await;
    });
}

#[test]
fn what_git_has_under_way_is_told_before_anybody_reads_that_files_can_be_pushed() {
    use GitOperation::{Bisect, CherryPick, Merge, Rebase, Revert};
    let marks = [
        ("rebase-merge/done", "", Rebase),
        ("MERGE_HEAD", "", Merge),
        ("CHERRY_PICK_HEAD", "", CherryPick),
        ("sequencer/todo", "pick 1234567 two\n", CherryPick),
        ("sequencer/todo", "revert 1234567 two\n", Revert),
        ("BISECT_LOG", "", Bisect),
    ];
    let is_good = |event: &Event| matches!(event, Event::Checked { found, .. } if found.iter().all(|one| !one.blocks_push));
    for (mark, text, operation) in marks {
        paused(async {
            let (desk, remote) = desk(1).await;
            git(&desk.root(), &desk.root(), &["init", "-q", "-b", "main"]);
            let mark = desk.root().join(".git").join(mark);
            let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
            std::fs::create_dir_all(mark.parent().expect("a folder")).expect("a folder");
            std::fs::write(&mark, text).expect("a mark");
            watcher.save(&desk, "Score 0.yaml", "a: [\n").await;
            let first = watcher.until(|event| matches!(event, Event::Paused(_) | Event::Checked { .. })).await;
            let Event::Paused(pause) = &first else { panic!("first it says {first:?}") };
            assert_eq!(pause.why, PauseWhy::GitBusy(GitActivity::Operation(operation)));
            watcher.save(&desk, "Score 0.yaml", "a: 1\n").await;
            watcher.until(|event| is_good(event) && matches!(event, Event::Checked { paused: true, .. })).await;
            tokio::time::sleep(Duration::from_secs(60)).await;
            assert_eq!(versions(&remote, 0).await, 1);
            std::fs::remove_file(&mark).expect("it goes");
            std::fs::remove_dir(mark.parent().expect("a folder")).ok();
            watcher.until(|event| matches!(event, Event::Resumed)).await;
            assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pushed { .. })));
            watcher.quit().await;
        });
    }
}

#[test]
fn an_edit_long_after_a_checkout_is_an_edit() {
    paused(async {
        let (desk, remote) = desk(1).await;
        let git = |args: &[&str]| git(&desk.root(), &desk.root(), args);
        for args in
            [&["init", "-qb", "main"][..], &["add", "."], &["commit", "-qm", "one"], &["commit", "-qm", "two", "--allow-empty"]]
        {
            git(args);
        }
        let mut watcher = Loop::start(&desk, &remote, PushWhen::OnIdle).await;
        git(&["checkout", "-q", "HEAD~1"]);
        let reflog = desk.root().join(".git/logs/HEAD");
        let reflog = std::fs::File::options().append(true).open(reflog).expect("a reflog");
        let before = std::time::SystemTime::now() - Duration::from_secs(60);
        reflog.set_modified(before).expect("its time can be set");
        watcher.save(&desk, "Score 0.yaml", "a: 1\n").await;
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pushed { .. })));
        watcher.quit().await;
    });
}

#[test]
fn on_commit_what_is_committed_is_pushed_and_what_is_pulled_is_committed() {
    paused(async {
        let (desk, remote) = desk(2).await;
        let git = |args: &[&str]| git(&desk.root(), &desk.root(), args);
        git(&["init", "-q", "-b", "main"]);
        git(&["config", "user.name", "Ann"]);
        git(&["config", "user.email", "ann@example.com"]);
        git(&["add", "."]);
        git(&["commit", "-q", "-m", "one"]);
        let mut watcher = Loop::with(&desk, Arc::clone(&remote) as Arc<dyn Remote>, PushWhen::OnCommit, true).await;
        watcher.save(&desk, "Score 0.yaml", "a: 1\n").await;
        watcher.save(&desk, "Score 1.yaml", "b: 1\n").await;
        watcher.shows(|status| status.waiting.iter().filter(|one| one.wait == WaitReason::Commit).count() == 2).await;
        git(&["commit", "-q", "-m", "two", "Calls/Score 0.yaml"]);
        assert!(matches!(watcher.outcome().await, Outcome::Done(Action::Pushed { .. })));
        assert_eq!((versions(&remote, 0).await, versions(&remote, 1).await), (2, 1));
        git(&["checkout", "-q", "--", "Calls/Score 1.yaml"]);
        watcher.touch("Score 1.yaml").await;
        remote.promote(&score(1), Some(&remote.save(&score(1), None, "theirs: 1\n", None)));
        let Event::Committed(committed) = watcher.until(|event| matches!(event, Event::Committed(..))).await else {
            unreachable!("it was looked for")
        };
        assert_eq!(committed.made.expect("a commit").1, "Pull Calls/Score 1");
        watcher.quit().await;
    });
}
