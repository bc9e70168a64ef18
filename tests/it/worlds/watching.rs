//! A watcher on a desk for a while, by a clock that jumps to what is waited for: people type and save meanwhile, events come late,
//! twice or not at all, the line breaks, and the program quits or dies.

use super::script::Act;
use super::world::World;
use super::{Broken, clock, editor, law, texts};
use crate::support::{Fault, Weather};
use fastrand::Rng;
use scoresync::check::RuleSet;
use scoresync::engine::follow::{EventSink, Follow, FollowStatus, Rules, Sources, UserCommand};
use scoresync::engine::{PushOptions, Targets, status};
use scoresync::git::{Program, Repository};
use scoresync::model::{Layout, PushWhen, RelPath, ScoreId, VersionId};
use scoresync::remote::{Remote, RemoteEvent};
use scoresync::watch::{WatchEvent, Why};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

/// How long files have to be left alone.
const QUIET: Duration = Duration::from_secs(5);

/// Longer than a watch ever leaves the dashboard alone.
const LONGEST_BETWEEN_LOOKS: Duration = Duration::from_secs(1_300);

const FAULTS: [Fault; 5] = [Fault::Before, Fault::After, Fault::Throttled, Fault::Garbled, Fault::Stale];

impl World {
    pub async fn watch(&mut self, desk: usize, dice: &mut Rng) -> Result<(), Broken> {
        self.tally.commands += 1;
        let seat = &mut self.seats[desk];
        seat.restart();
        seat.watched.set(true);
        let deaths = [Fault::DieBefore, Fault::DieAfter];
        let mut faults: std::collections::BTreeMap<usize, Fault> =
            (0..dice.usize(0..4)).map(|_| (dice.usize(0..40), FAULTS[dice.usize(0..FAULTS.len())])).collect();
        if dice.u8(0..4) == 0 {
            faults.insert(dice.usize(0..40), deaths[dice.usize(0..2)]);
        }
        seat.line.plan(Weather { faults, meddling: None });
        let (files, took_files) = mpsc::channel(64);
        let (remote_events, took_remote_events) = mpsc::channel(64);
        let ((commands, took_commands), (elsewhere, took_elsewhere)) = (mpsc::channel(8), mpsc::channel(1));
        let ((events, _events), (show, shown)) = (mpsc::unbounded_channel(), watch::channel(FollowStatus::default()));
        let program = Program::new("/usr/bin/git");
        let repository = if seat.git { Repository::discover(&seat.desk.root(), program).ok().flatten() } else { None };
        let push = [PushWhen::OnIdle, PushWhen::OnIdle, PushWhen::OnCommit, PushWhen::Never][dice.usize(0..4)];
        let follow = Follow {
            targets: Targets::default(),
            here: seat.desk.session_at(None, clock::now),
            there: seat.desk.session_at(Some(seat.line.clone() as Arc<dyn Remote>), clock::now),
            rules: Rules { push, quiet: QUIET, git: repository.is_some() },
            check: RuleSet::default(),
            push: PushOptions { promote: dice.bool(), ..PushOptions::default() },
            commit: repository.is_some() && dice.bool(),
            repository,
        };
        let sources = Sources {
            files: took_files,
            elsewhere: Some(took_elsewhere),
            remote_events: Some(took_remote_events).filter(|_| dice.u8(0..4) > 0),
            commands: took_commands,
        };
        let line = seat.line.clone();
        let run = tokio::task::spawn_local(async move {
            let cancellation = follow.there.cancellation();
            line.run(follow.run(sources, EventSink { events, status: show }, cancellation)).await.is_none()
        });
        let mut before = self.seats[desk].files();
        for _ in 0..dice.usize(1..5) {
            sleep(Duration::from_millis(dice.u64(0..15_000))).await;
            self.check_desk(desk, &before)?;
            before = self.seats[desk].files();
            self.settled.pairs_of(&before);
            if dice.u8(0..5) == 0 {
                let other = self.seats[desk].desk.session_at(Some(Arc::clone(&self.remote)), clock::now);
                let _ = status(&mut { other }, &Targets::default(), false).await;
                let _ = elsewhere.try_send(());
            } else if dice.bool() {
                if let Some(path) = editor::any_file(&before, dice) {
                    let text = texts::edited(dice, editor::kind(&path), &before[&path]);
                    self.type_into(desk, &path, &text);
                    before.insert(path.clone(), text);
                    let event = RelPath::parse(&path.to_string_lossy()).map(WatchEvent::Touched);
                    for _ in 0..dice.u8(0..3) {
                        let _ = files.try_send(event.clone().unwrap_or(WatchEvent::Rescan(Why::Overflow)));
                    }
                }
            } else {
                let scores: Vec<ScoreId> = self.catalog().await.scores.into_iter().map(|score| score.id).collect();
                let act =
                    [Act::SaveAndPromote, Act::SaveAndPromote, Act::PromoteAny, Act::Rename, Act::SwapNames][dice.usize(0..5)];
                self.in_dashboard(act, dice).await;
                for _ in 0..dice.usize(0..4) {
                    let score = RemoteEvent::Score(scores[dice.usize(0..scores.len())].clone());
                    let lost = RemoteEvent::Lost { why: "gone".to_owned(), retry_in: Duration::from_secs(2) };
                    let all = [score.clone(), score, RemoteEvent::Catalog, RemoteEvent::Connected, lost];
                    let _ = remote_events.try_send(all[dice.usize(0..all.len())].clone());
                    self.tally.fault("an event out of turn");
                }
            }
        }
        sleep(Duration::from_secs(dice.u64(0..120))).await;
        let is_killed = dice.u8(0..4) == 0;
        let met = self.seats[desk].line.met();
        met.iter().for_each(|fault| self.tally.fault(super::trouble::said(*fault)));
        if is_killed {
            run.abort();
            self.tally.fault("death of a watcher");
        } else {
            self.seats[desk].line.plan(Weather::default());
            sleep(LONGEST_BETWEEN_LOOKS).await;
            if !run.is_finished() {
                let shown = shown.borrow().clone();
                self.keeps_up(desk, &shown).await?;
            }
            let _ = commands.send(UserCommand::Quit).await;
        }
        // One that was killed has no end.
        let died = run.await.unwrap_or(true);
        self.seats[desk].line.plan(Weather::default());
        self.seats[desk].watched.set(false);
        self.seats[desk].touched();
        self.note(format!("  desk {desk}: watched, {push:?}, met {met:?}, died {died}"));
        self.check_desk(desk, &before)?;
        let files = self.seats[desk].files();
        self.settled.pairs_of(&files);
        Ok(())
    }

    /// What a watch does not wait for is as the dashboard has it.
    async fn keeps_up(&mut self, desk: usize, shown: &FollowStatus) -> Result<(), Broken> {
        if shown.paused.is_some() || shown.stuck.is_some() {
            return Ok(());
        }
        let recorded = self.seats[desk].state().load().expect("readable");
        let (catalog, versions) = (self.catalog().await, self.versions().await);
        let layout = Layout::of(&catalog);
        for score in catalog.scores.iter().filter(|score| score.champion.is_some()) {
            let known = recorded.synced.get(&score.id);
            let mut places = recorded.place(&score.id).into_iter().chain(layout.paths.get(&score.id));
            let waits = places.any(|at| shown.waiting.iter().any(|waiting| at.code == waiting.path));
            // What the files come from is champion, or what their draft comes from, which nobody recorded: there is nothing to do.
            let parent = |id: &VersionId| versions.get(id).and_then(|version| version.meta.parent.clone());
            let mut lineage = std::iter::successors(known.map(|known| known.base.clone()), parent);
            let is_base = lineage.any(|id| Some(&id) == score.champion.as_ref());
            let is_known = is_base || known.is_some_and(|known| known.champion == score.champion);
            law(waits || is_known, "a watch keeps up", || {
                let known = known.and_then(|known| known.champion.as_ref());
                format!("desk {desk}: the champion of {} is {:?}, the state has {known:?}\n{shown:?}", score.id, score.champion)
            })?;
        }
        Ok(())
    }
}
