//! Tables: what happened when, and the step that is due.

mod pauses;

use super::facts::{GitSeen, NextStep, Obstacle, Rules, Seen, TaskEnd, TaskOutcome, Trouble, WaitReason};
use super::policy::Policy;
use crate::engine::error::Failure;
use crate::model::{DocKind, Fault, PushWhen, RelPath, ScoreId};
use crate::remote::RemoteEvent;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const QUIET: Duration = Duration::from_secs(5);

/// A policy after its first full compare, and a clock that goes on when it is told to.
struct Room {
    policy: Policy,
    now: Instant,
}

impl Room {
    fn new(push: PushWhen) -> Self {
        Self::with(Rules { push, quiet: QUIET, git: false })
    }

    fn with(rules: Rules) -> Self {
        // Far from the clock's own start, so that looking back is possible.
        let now = Instant::now() + Duration::from_secs(3600);
        let mut room = Self { policy: Policy::new(rules, now), now };
        assert_eq!(room.next(), NextStep::FullCompare);
        room.policy.compared(now, Duration::ZERO, BTreeMap::new());
        room
    }

    fn next(&mut self) -> NextStep {
        self.policy.next(self.now, false)
    }

    /// The next step that is no question about news.
    fn act(&mut self) -> NextStep {
        loop {
            match self.next() {
                NextStep::Poll => self.policy.polled(self.now, Duration::ZERO),
                NextStep::CheckGit(_) => self.policy.saw_git(self.now, GitSeen::default()),
                step => return step,
            }
        }
    }

    fn waits(&mut self) -> bool {
        matches!(self.act(), NextStep::Wait(_))
    }

    fn after(&mut self, milliseconds: u64) -> &mut Self {
        self.now += Duration::from_millis(milliseconds);
        self
    }

    /// A save that is looked at: `Some` what is found.
    fn save(&mut self, name: &str, found: Option<Seen>) {
        self.policy.touched(self.now, [(id(name), path(name))]);
        self.look(&[(name, found)]);
    }

    fn look(&mut self, found: &[(&str, Option<Seen>)]) {
        let NextStep::LocalStatus(asked) = self.next() else { panic!("a save is looked at first") };
        let seen = found.iter().filter_map(|(name, seen)| Some((id(name), seen.clone()?))).collect();
        self.policy.looked(self.now, asked.as_ref(), seen);
    }

    fn ran(&mut self, pushed: bool, name: &str, outcome: TaskOutcome) {
        self.policy.ran(self.now, self.now, pushed, [end(name, outcome)]);
    }
}

fn id(name: &str) -> ScoreId {
    name.into()
}

fn path(name: &str) -> RelPath {
    RelPath::parse(&format!("Card/{name}.yaml")).expect("a safe path")
}

fn end(name: &str, outcome: TaskOutcome) -> TaskEnd {
    TaskEnd { score: id(name), path: path(name), outcome }
}

fn ids(names: &[&str]) -> BTreeSet<ScoreId> {
    names.iter().map(|name| id(name)).collect()
}

fn edited(name: &str) -> Option<Seen> {
    Some(Seen { path: path(name), files: [None; 2], edited: true, behind: false, fault: None, held: None })
}

fn faulty(name: &str) -> Option<Seen> {
    edited(name).map(|seen| Seen { fault: Some(Fault::new(DocKind::Code, 1, 1, "x".to_owned())), ..seen })
}

#[test]
fn many_saves_are_one_push_when_the_last_is_old_enough() {
    let mut room = Room::new(PushWhen::OnIdle);
    for _ in 0..4 {
        room.save("a", edited("a"));
        assert!(room.waits());
        assert!(room.after(4_000).waits());
    }
    assert_eq!(room.after(1_000).act(), NextStep::Push(ids(&["a"])));
    room.ran(true, "a", TaskOutcome::Done);
    assert!(room.after(60_000).waits());
}

#[test]
fn a_score_whose_place_is_taken_waits_and_is_pushed_all_the_same() {
    let mut room = Room::new(PushWhen::OnIdle);
    let place = WaitReason::Place(path("taken"));
    let waits = |held| Seen { edited: false, held, ..edited("a").expect("edited") };
    room.save("a", Some(waits(Some(place.clone()))));
    assert!(room.after(60_000).waits(), "nothing can be done");
    assert_eq!(room.policy.pending[&id("a")].wait(&room.policy.rules, room.now), place);
    room.save("a", edited("a"));
    assert_eq!(room.after(6_000).act(), NextStep::Push(ids(&["a"])));
    room.ran(true, "a", TaskOutcome::Held(place.clone()));
    assert!(room.after(60_000).waits(), "it is not pushed for ever");
    room.policy.fell_behind(room.now, vec![(id("a"), path("a"))]);
    assert_eq!(room.act(), NextStep::Pull(ids(&["a"])), "Plexus has something else");
    room.ran(false, "a", TaskOutcome::Held(place));
    assert!(room.after(60_000).waits());
    room.save("a", None);
    assert!(room.after(60_000).waits() && room.policy.pending.is_empty(), "the place is free");
}

/// A score can be renamed while it waits: what is shown of it names the file that is there.
#[test]
fn what_waits_has_the_path_that_was_last_heard_of() {
    let mut room = Room::new(PushWhen::OnIdle);
    let shown = |room: &Room| room.policy.pending[&id("a")].path.clone();
    room.policy.fell_behind(room.now, vec![(id("a"), path("a"))]);
    room.policy.fell_behind(room.now, vec![(id("a"), path("b"))]);
    assert_eq!(shown(&room), path("b"));
    let outcome = TaskOutcome::Held(WaitReason::Place(path("c")));
    room.policy.ran(room.now, room.now, false, [TaskEnd { path: path("c"), ..end("a", outcome) }]);
    assert_eq!(shown(&room), path("c"));
}

#[test]
fn a_save_that_changes_nothing_is_forgotten() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    room.save("a", None);
    assert!(room.after(60_000).waits() && room.policy.pending.is_empty());
}

#[test]
fn the_person_decides_where_they_said_so() {
    for (push, asked) in [(PushWhen::Manual, true), (PushWhen::OnCommit, true), (PushWhen::Never, false)] {
        let mut room = Room::new(push);
        room.save("a", edited("a"));
        assert!(room.after(60_000).waits(), "{push:?}");
        assert_eq!(room.policy.push_now() > 0, asked, "{push:?}");
        assert_eq!(room.act() == NextStep::Push(ids(&["a"])), asked, "{push:?}");
    }
}

#[test]
fn asking_skips_the_quiet_time() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    assert!(room.waits());
    room.policy.push_now();
    assert_eq!(room.act(), NextStep::Push(ids(&["a"])));
}

#[test]
fn on_commit_pushes_what_head_holds() {
    let mut room = Room::with(Rules { push: PushWhen::OnCommit, quiet: QUIET, git: true });
    room.save("a", edited("a"));
    room.save("b", edited("b"));
    room.after(6_000);
    assert_eq!(room.next(), NextStep::CheckGit(ids(&["a", "b"])));
    room.policy.saw_git(room.now, GitSeen { committed: ids(&["a"]), ..GitSeen::default() });
    assert_eq!(room.act(), NextStep::Push(ids(&["a"])));
}

#[test]
fn a_fault_is_held_and_keeps_nobody_else() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", faulty("a"));
    room.save("b", edited("b"));
    assert_eq!(room.after(5_000).act(), NextStep::Push(ids(&["b"])));
    room.ran(true, "b", TaskOutcome::Done);
    assert_eq!(room.policy.push_now(), 0);
    assert!(room.after(60_000).waits());
    room.save("a", edited("a"));
    assert_eq!(room.after(5_000).act(), NextStep::Push(ids(&["a"])));
}

#[test]
fn what_failed_is_tried_again_after_longer_and_longer_waits() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    room.after(5_000);
    for wait in [2_000, 4_000, 8_000] {
        assert_eq!(room.act(), NextStep::Push(ids(&["a"])));
        room.ran(true, "a", TaskOutcome::Failed(Failure::NoBase));
        assert!(room.after(wait - 100).waits());
        assert_eq!(room.policy.pending[&id("a")].wait(&room.policy.rules, room.now), WaitReason::Failed(Failure::NoBase));
        room.after(100);
    }
    assert_eq!(room.act(), NextStep::Push(ids(&["a"])));
    room.ran(true, "a", TaskOutcome::Done);
    assert!(room.policy.pending.is_empty());
}

#[test]
fn a_remote_change_waits_until_the_file_is_left_alone() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    let path_index = |id: &ScoreId| Some(path(id.as_str()));
    room.policy.remote_event(room.now, &RemoteEvent::Score(id("a")), path_index);
    room.policy.remote_event(room.now, &RemoteEvent::Score(id("b")), path_index);
    assert_eq!(room.after(100).act(), NextStep::Pull(ids(&["b"])));
    room.ran(false, "b", TaskOutcome::Done);
    assert!(room.after(1_000).waits());
    assert_eq!(room.after(5_000).act(), NextStep::Pull(ids(&["a"])));
    // The merge left an edit behind, which is the next push.
    room.ran(false, "a", TaskOutcome::LookAgain);
    room.look(&[("a", edited("a"))]);
    assert_eq!(room.act(), NextStep::Push(ids(&["a"])));
}

#[test]
fn a_stale_push_pulls_first() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    assert_eq!(room.after(5_000).act(), NextStep::Push(ids(&["a"])));
    room.ran(true, "a", TaskOutcome::Stale);
    assert_eq!(room.act(), NextStep::Pull(ids(&["a"])));
    room.ran(false, "a", TaskOutcome::Held(WaitReason::Conflict));
    assert!(room.after(60_000).waits());
    assert_eq!(room.policy.pending[&id("a")].wait(&room.policy.rules, room.now), WaitReason::Conflict);
    room.save("a", edited("a"));
    assert_eq!(room.after(5_000).act(), NextStep::Pull(ids(&["a"])));
}

#[test]
fn a_save_during_a_push_is_not_taken_for_pushed() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    assert_eq!(room.after(5_000).act(), NextStep::Push(ids(&["a"])));
    let began = room.now;
    room.after(50);
    room.policy.touched(room.now, [(id("a"), path("a"))]);
    room.look(&[("a", edited("a"))]);
    room.policy.ran(room.now, began, true, [end("a", TaskOutcome::Done)]);
    room.look(&[("a", edited("a"))]);
    assert!(room.waits());
    assert_eq!(room.after(5_000).act(), NextStep::Push(ids(&["a"])));
}

#[test]
fn a_dashboard_that_is_away_is_asked_for_nothing_and_an_edit_goes_as_soon_as_it_answers() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    room.after(5_000);
    for trouble in [Trouble::Unreachable, Trouble::Refused, Trouble::Unreachable] {
        assert_eq!(room.act(), NextStep::Push(ids(&["a"])));
        room.policy.failed(room.now, trouble);
        assert_eq!(room.after(3_600_000).next(), NextStep::Wait(None));
        assert!(
            room.policy.awaits_answer() && room.policy.is_stuck(Obstacle::Task) && room.policy.retry_at(Obstacle::Task).is_none()
        );
        room.policy.answered(true);
    }
    assert_eq!(room.act(), NextStep::Push(ids(&["a"])));
    room.ran(true, "a", TaskOutcome::Done);
    assert!(!room.policy.is_stuck(Obstacle::Task));
}

#[test]
fn a_dashboard_that_answers_all_the_while_is_tried_with_patience_and_nothing_is_forgotten() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    room.after(5_000);
    for seconds in [2, 4, 8, 16, 32, 60, 60] {
        assert_eq!(room.act(), NextStep::Push(ids(&["a"])));
        room.policy.failed(room.now, Trouble::Unreachable);
        room.policy.answered(false);
        assert_eq!(room.next(), NextStep::Wait(Some(room.now + Duration::from_secs(seconds))));
        room.after(seconds * 1_000);
    }
    room.ran(true, "a", TaskOutcome::Done);
    assert_eq!(room.policy.retry_at(Obstacle::Task), None);
}

/// What the dashboard has may be what mends the look; and each of both is over by itself.
#[test]
fn a_look_that_fails_keeps_nobody_from_asking_the_dashboard() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.policy.look_at_all();
    assert_eq!(room.next(), NextStep::LocalStatus(None));
    room.policy.look_failed(room.now);
    let again = room.now + Duration::from_secs(2);
    assert_eq!(room.policy.retry_at(Obstacle::Look), Some(again));
    assert_eq!((room.policy.retry_at(Obstacle::Task), room.policy.is_stuck(Obstacle::Task)), (None, false));
    assert_eq!(room.act(), NextStep::Wait(Some(again)), "it has polled");
    room.policy.failed(room.now, Trouble::Unreachable);
    assert_eq!(room.next(), NextStep::Wait(Some(again)), "also while the dashboard is waited for");
    assert_eq!(room.after(2_000).next(), NextStep::LocalStatus(None));
    room.policy.looked(room.now, None, BTreeMap::new());
    assert_eq!([Obstacle::Look, Obstacle::Task].map(|one| room.policy.is_stuck(one)), [false, true]);
    room.policy.answered(true);
    assert!(!room.policy.is_stuck(Obstacle::Task));
}

#[test]
fn a_socket_that_listens_again_ends_the_wait() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    assert_eq!(room.after(5_000).act(), NextStep::Push(ids(&["a"])));
    room.policy.failed(room.now, Trouble::Unreachable);
    assert_eq!(room.next(), NextStep::Wait(None));
    room.policy.remote_event(room.now, &RemoteEvent::Connected, |_| None);
    assert_eq!(room.act(), NextStep::Push(ids(&["a"])));
}

#[test]
fn another_command_is_let_through() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    assert_eq!(room.after(5_000).act(), NextStep::Push(ids(&["a"])));
    room.policy.failed(room.now, Trouble::Locked);
    assert!(room.waits());
    assert_eq!(room.after(250).act(), NextStep::Push(ids(&["a"])));
}

#[test]
fn files_are_looked_at_while_an_errand_is_under_way() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.policy.touched(room.now, [(id("a"), path("a"))]);
    assert_eq!(room.policy.next(room.now, true), NextStep::LocalStatus(Some(ids(&["a"]))));
    assert_eq!(room.policy.next(room.now, true), NextStep::Wait(None));
}

#[test]
fn a_line_that_comes_up_asks_for_everything_and_then_is_trusted() {
    let mut room = Room::new(PushWhen::OnIdle);
    assert!(matches!(room.next(), NextStep::Wait(Some(_))));
    room.policy.remote_event(room.now, &RemoteEvent::Connected, |_| None);
    assert_eq!(room.next(), NextStep::Poll);
    room.policy.polled(room.now, Duration::ZERO);
    assert!(matches!(room.next(), NextStep::Wait(Some(at)) if at >= room.now + Duration::from_secs(300)));
    let lost = RemoteEvent::Lost { why: "cut".to_owned(), retry_in: Duration::from_secs(1) };
    room.policy.remote_event(room.now, &lost, |_| None);
    assert!(matches!(room.next(), NextStep::Wait(Some(at)) if at <= room.now + Duration::from_secs(3)));
}

#[test]
fn a_root_that_is_gone_stops_everything_until_it_is_back() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.save("a", edited("a"));
    room.policy.root(false);
    assert_eq!(room.after(60_000).next(), NextStep::Wait(None));
    room.policy.root(true);
    assert_eq!(room.next(), NextStep::LocalStatus(None));
}
