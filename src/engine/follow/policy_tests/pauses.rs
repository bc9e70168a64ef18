//! When pushing pauses, and when that is over.

use super::{QUIET, Room, edited, faulty, id, ids, path};
use crate::engine::follow::facts::WaitReason;
use crate::engine::follow::facts::{GitActivity, GitSeen, HeadMove, NextStep, Rules, Seen, TaskOutcome};
use crate::engine::follow::pause::PauseWhy;
use crate::git::GitOperation;
use crate::model::{Digest, PushWhen, ScoreId};
use crate::remote::RemoteEvent;
use std::time::{Duration, Instant};

impl Room {
    /// The next step; git has just been asked.
    fn act_but_git(&mut self) -> NextStep {
        loop {
            match self.next() {
                NextStep::Poll => self.policy.polled(self.now, Duration::ZERO),
                step => return step,
            }
        }
    }

    fn with_git() -> Self {
        Self::with(Rules { push: PushWhen::OnIdle, quiet: QUIET, git: true })
    }

    /// Git is asked, as it is due; HEAD moved then.
    fn git_moved(&mut self, at: Option<Instant>) {
        assert!(matches!(self.next(), NextStep::CheckGit(_)));
        let moved = HeadMove { how: "checkout: moving from a to b".to_owned(), at };
        self.policy.saw_git(self.now, GitSeen { moved: Some(moved), ..GitSeen::default() });
    }

    fn git_is_steady(&mut self) {
        assert!(matches!(self.next(), NextStep::CheckGit(_)));
        self.policy.saw_git(self.now, GitSeen::default());
    }

    fn paused(&self) -> Option<PauseWhy> {
        self.policy.paused().map(|pause| pause.why.clone())
    }
}

fn with_text(name: &str, text: &str) -> Option<Seen> {
    edited(name).map(|seen| Seen { files: [Some(Digest::of(text)), None], ..seen })
}

#[test]
fn a_burst_pauses_until_it_is_undone_or_meant() {
    let names: Vec<String> = (0..21).map(|n| format!("s{n}")).collect();
    let burst = |room: &mut Room, found: fn(&str) -> Option<Seen>| {
        room.policy.touched(room.now, names.iter().map(|name| (id(name), path(name))));
        let found: Vec<(&str, Option<Seen>)> = names.iter().map(|name| (name.as_str(), found(name))).collect();
        room.look(&found);
    };
    let mut room = Room::new(PushWhen::OnIdle);
    burst(&mut room, edited);
    assert!(room.after(60_000).waits());
    let pause = room.policy.paused().expect("it pauses").clone();
    assert_eq!((pause.why, pause.plan.len()), (PauseWhy::Many(21), 21));
    burst(&mut room, |_| None);
    assert_eq!(room.policy.paused(), None);
    burst(&mut room, edited);
    assert!(room.policy.resume(room.now) && !room.policy.resume(room.now));
    assert!(matches!(room.act(), NextStep::Push(scores) if scores.len() == 21));
}

#[test]
fn files_that_were_pulled_are_no_burst() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.policy.touched(room.now, (0..500).map(|n| (id(&n.to_string()), path(&n.to_string()))));
    room.look(&[]);
    assert_eq!(room.policy.paused(), None);
}

#[test]
fn git_at_work_holds_everything_until_it_has_ended() {
    let mut room = Room::with_git();
    room.save("a", edited("a"));
    let path_index = |id: &ScoreId| Some(path(id.as_str()));
    room.policy.remote_event(room.now, &RemoteEvent::Score(id("b")), path_index);
    room.after(5_000);
    let busy = GitSeen { busy: Some(GitActivity::Operation(GitOperation::Rebase)), ..GitSeen::default() };
    for _ in 0..3 {
        assert!(matches!(room.next(), NextStep::CheckGit(_)));
        room.policy.saw_git(room.now, busy.clone());
        let NextStep::Wait(Some(_)) = room.act_but_git() else { panic!("it waits") };
        room.after(1_000);
    }
    assert_eq!(room.act(), NextStep::Pull(ids(&["b"])));
}

#[test]
fn edits_that_came_with_a_checkout_wait_for_a_word() {
    for at in [None, Some(Duration::from_millis(300)), Some(Duration::from_millis(2_900))] {
        let mut room = Room::with_git();
        room.after(3_600_000).save("b", edited("b"));
        room.git_moved(at.map(|ago| room.now - ago));
        assert!(room.after(60_000).waits());
        let pause = room.policy.paused().expect("it pauses");
        assert_eq!(pause.why, PauseWhy::HeadMoved("checkout: moving from a to b".to_owned()));
        assert_eq!(pause.plan, [path("b")]);
        // The checkout is taken back.
        room.save("b", None);
        assert_eq!(room.paused(), None);
    }
}

#[test]
fn the_plan_of_a_pause_is_what_can_be_pushed_by_path() {
    let mut room = Room::with_git();
    room.policy.touched(room.now, ["c", "b", "a"].map(|name| (id(name), path(name))));
    room.look(&[("c", edited("c")), ("b", faulty("b")), ("a", edited("a"))]);
    room.git_moved(Some(room.now));
    assert_eq!(room.policy.paused().map(|pause| pause.plan.clone()), Some(vec![path("a"), path("c")]));
}

#[test]
fn edits_older_or_newer_than_a_checkout_do_not_wait() {
    // Older: it is seen when another file is touched.
    let mut room = Room::with_git();
    room.save("a", faulty("a"));
    room.git_is_steady();
    room.after(3_600_000).save("b", None);
    room.git_moved(Some(room.now));
    assert_eq!(room.paused(), None);
    // Newer: the checkout touched no file of ours.
    let mut room = Room::with_git();
    room.git_is_steady();
    room.after(3_600_000).save("a", edited("a"));
    room.git_moved(Some(room.now - Duration::from_secs(600)));
    assert_eq!(room.paused(), None);
    assert_eq!(room.after(5_000).act(), NextStep::Push([id("a")].into()));
}

#[test]
fn what_a_long_rebase_touched_waits_however_long_ago_that_was() {
    let mut room = Room::with_git();
    room.git_is_steady();
    let busy = || GitSeen { busy: Some(GitActivity::Operation(GitOperation::Rebase)), ..GitSeen::default() };
    room.after(60_000).save("a", edited("a"));
    assert!(matches!(room.next(), NextStep::CheckGit(_)));
    room.policy.saw_git(room.now, busy());
    room.after(600_000);
    room.git_moved(Some(room.now));
    assert!(matches!(room.paused(), Some(PauseWhy::HeadMoved(_))));
}

#[test]
fn git_is_asked_as_soon_as_files_are_touched_whatever_is_under_way() {
    let mut room = Room::with_git();
    room.policy.touched(room.now, [(id("a"), path("a"))]);
    assert!(matches!(room.policy.next(room.now, true), NextStep::LocalStatus(_)));
    assert!(matches!(room.policy.next(room.now, true), NextStep::CheckGit(_)));
}

#[test]
fn a_score_in_conflict_ends_a_pause_when_its_files_are_as_before() {
    let mut room = Room::with_git();
    room.save("a", with_text("a", "mine"));
    room.git_is_steady();
    assert_eq!(room.after(5_000).act(), NextStep::Push([id("a")].into()));
    room.ran(true, "a", TaskOutcome::Stale);
    room.ran(false, "a", TaskOutcome::Held(WaitReason::Conflict));
    // A checkout changes both files; going back gives "a" the text again that it had.
    room.after(30_000);
    room.policy.touched(room.now, ["a", "b"].map(|name| (id(name), path(name))));
    room.look(&[("a", with_text("a", "theirs")), ("b", with_text("b", "theirs"))]);
    room.git_moved(Some(room.now));
    assert_eq!(room.policy.paused().map(|pause| pause.plan.len()), Some(2));
    room.after(30_000);
    room.policy.touched(room.now, ["a", "b"].map(|name| (id(name), path(name))));
    room.look(&[("a", with_text("a", "mine")), ("b", None)]);
    room.git_moved(Some(room.now));
    assert_eq!(room.paused(), None);
}

#[test]
fn many_edits_found_without_a_touch_are_a_burst() {
    let mut room = Room::new(PushWhen::OnIdle);
    room.policy.look_at_all();
    let names: Vec<String> = (0..21).map(|n| format!("s{n}")).collect();
    let found: Vec<(&str, Option<Seen>)> = names.iter().map(|name| (name.as_str(), edited(name))).collect();
    room.look(&found);
    assert_eq!(room.paused(), Some(PauseWhy::Many(21)));
}

#[test]
fn many_edits_from_before_the_start_pause_as_what_they_are() {
    let names: Vec<String> = (0..21).map(|n| format!("s{n}")).collect();
    let start = |room: &mut Room, many: usize| {
        let seen = names[..many].iter().filter_map(|name| Some((id(name), edited(name)?))).collect();
        room.policy.compared(room.now, Duration::ZERO, seen);
    };
    let mut room = Room::new(PushWhen::OnIdle);
    start(&mut room, 21);
    assert_eq!(room.paused(), Some(PauseWhy::ManyBefore(21)));
    assert!(room.policy.resume(room.now));
    // They do not count as changed at once with what a person saves soon after the start.
    let mut room = Room::new(PushWhen::OnIdle);
    start(&mut room, 20);
    room.after(1_000).save("other", edited("other"));
    assert_eq!(room.paused(), None);
}

#[test]
fn an_index_that_stays_locked_is_told_of_and_one_that_is_locked_for_moments_is_not() {
    let mut room = Room::with_git();
    room.save("a", edited("a"));
    let locked = GitSeen { busy: Some(GitActivity::IndexLocked), ..GitSeen::default() };
    for seconds in 0..6 {
        room.policy.saw_git(room.now, locked.clone());
        assert!(room.paused().is_some());
        assert_eq!(room.policy.lasting_pause(room.now).is_some(), seconds >= 5, "after {seconds} s");
        room.after(1_000);
    }
    let rebase = GitSeen { busy: Some(GitActivity::Operation(GitOperation::Rebase)), ..GitSeen::default() };
    room.policy.saw_git(room.now, rebase);
    assert!(room.policy.lasting_pause(room.now).is_some());
    room.policy.saw_git(room.now, locked);
    assert_eq!(room.policy.lasting_pause(room.now), None, "another git locks it");
}
