//! Everybody at once: two people type while their workspaces sync, and a dashboard is edited at the same moment. Every text
//! that anybody ever wrote is a version, a kept copy, a file, or was replaced by the person who wrote it; and when all stop,
//! champion and files are the same everywhere.

use super::{World, edited};
use crate::support::locked;
use crate::support::{Browser, Dashboard, Desk, InProcess, fill, registry, remote};
use async_trait::async_trait;
use fastrand::Rng;
use scoresync::engine::{PullOptions, PushOptions, Targets, pull, push, sync};
use scoresync::model::{DocKind, ScoreId, canonical};
use scoresync::remote::{Remote, Reply, Request, Transport, TransportError};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

const SCORES: usize = 20;
/// Each step of one of the five is an edit or a command. `SCORESYNC_SHOW=2000` takes longer.
const STEPS: usize = 60;

#[tokio::test(start_paused = true)]
async fn everybody_at_once_loses_nothing_and_ends_alike() {
    let steps = std::env::var("SCORESYNC_SHOW").map_or(STEPS, |steps| steps.parse().expect("a number"));
    for seed in 0..2 {
        Show::new(seed).await.play(steps).await;
    }
}

/// Answers later, after a number of turns of the others that a seed decides.
struct Slow(InProcess, Mutex<Rng>);

#[async_trait]
impl Transport for Slow {
    async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        self.pause().await;
        let reply = self.0.send(request).await;
        self.pause().await;
        reply
    }
}

impl Slow {
    async fn pause(&self) {
        let turns = self.1.lock().expect("no panic before").u8(0..8);
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    }
}

/// A text that a person wrote into a file, over what they saw there.
struct Typed {
    desk: usize,
    file: String,
    kind: DocKind,
    text: String,
    over: String,
}

struct Show {
    seed: u64,
    remote: Arc<dyn Remote>,
    dashboard: Browser,
    desks: [Desk; 2],
    numbers: Cell<usize>,
    typed: RefCell<Vec<Typed>>,
    saved: RefCell<BTreeSet<String>>,
}

impl Show {
    async fn new(seed: u64) -> Self {
        let registry = registry();
        let dashboard = Browser::new(Arc::new(InProcess(registry.clone()))).await;
        fill(&dashboard, SCORES).await;
        let remote: Arc<dyn Remote> = Arc::new(remote(Arc::new(Slow(InProcess(registry), Mutex::new(Rng::with_seed(seed))))));
        let desks = [Desk::new(), Desk::new()];
        for desk in &desks {
            desk.pull(remote.clone()).await;
        }
        let (numbers, typed, saved) = Default::default();
        Self { seed, remote, dashboard, desks, numbers, typed, saved }
    }

    async fn play(self, steps: usize) {
        tokio::join!(
            self.types(0, steps),
            self.syncs(0, steps / 4),
            self.types(1, steps),
            self.syncs(1, steps / 4),
            self.browses(steps / 3)
        );
        let Self { seed, remote, desks, typed, saved, .. } = self;
        let world = World { seed, scores: SCORES, remote, desks };
        world.settle().await;
        world.assert_no_version_twice().await;
        assert_nothing_is_lost(&world, &typed.into_inner(), &saved.into_inner()).await;
    }

    fn random(&self, who: u64) -> Rng {
        Rng::with_seed(self.seed * 10 + who)
    }

    fn number(&self) -> usize {
        self.numbers.set(self.numbers.get() + 1);
        self.numbers.get()
    }

    /// A person who types and never waits for a sync.
    async fn types(&self, desk: usize, steps: usize) {
        let mut random = self.random(desk as u64);
        for _ in 0..steps {
            let score = random.usize(0..SCORES);
            let (file, kind) = match random.bool() {
                true => (format!("Score {score}.yaml"), DocKind::Code),
                false => (format!("guidelines/Score {score}.md"), DocKind::Guidelines),
            };
            let over = self.desks[desk].read(&file);
            let text = edited(&mut random, self.number(), self.seed, kind, &over);
            self.desks[desk].write(&file, &text);
            self.typed.borrow_mut().push(Typed { desk, file, kind, text, over });
            for _ in 0..random.u8(0..40) {
                tokio::task::yield_now().await;
            }
        }
    }

    async fn syncs(&self, desk: usize, steps: usize) {
        let mut random = self.random(2 + desk as u64);
        let all = Targets::default();
        for _ in 0..steps {
            let mut session = self.desks[desk].session(self.remote.clone());
            let options = PushOptions { promote: random.bool(), ..PushOptions::default() };
            let done = match random.u8(0..3) {
                0 => pull(&mut locked(&mut session), &all, PullOptions::default()).await,
                1 => push(&mut locked(&mut session), &all, &options).await,
                _ => sync(&mut locked(&mut session), &all, PullOptions::default(), &options).await,
            };
            done.expect("the run ends");
            tokio::task::yield_now().await;
        }
    }

    /// Somebody who edits champions in the dashboard, and mostly promotes what they saved.
    async fn browses(&self, steps: usize) {
        let mut random = self.random(4);
        for _ in 0..steps {
            let score = ScoreId::from(format!("score-{}", random.usize(0..SCORES)));
            let Some(champion) = self.remote.score(&score).await.expect("a score").and_then(|score| score.champion) else {
                continue;
            };
            let version = self.remote.versions(std::slice::from_ref(&champion)).await.expect("versions").remove(&champion);
            let docs = version.expect("it is there").expect("it is readable").docs;
            let text = |content: &scoresync::model::Content| content.text.as_deref().unwrap_or_default().to_owned();
            let (mut code, mut rules) = (text(&docs.code), docs.guidelines.as_ref().map_or("- new\n".to_owned(), text));
            match random.bool() {
                true => code = edited(&mut random, self.number(), self.seed, DocKind::Code, &code),
                false => rules = edited(&mut random, self.number(), self.seed, DocKind::Guidelines, &rules),
            }
            let saved = self.dashboard.save(&score, Some(&champion), &code, Some(&rules)).await;
            self.saved.borrow_mut().extend([code, rules]);
            if random.u8(0..4) > 0 {
                self.dashboard.promote(&score, Some(&saved)).await;
            }
            for _ in 0..random.u8(0..80) {
                tokio::task::yield_now().await;
            }
        }
    }
}

async fn assert_nothing_is_lost(world: &World, typed: &[Typed], saved: &BTreeSet<String>) {
    let mut versions = BTreeSet::new();
    for version in world.all_versions().await.into_values() {
        let guidelines = version.docs.guidelines.map(|content| (DocKind::Guidelines, content));
        for (kind, content) in guidelines.into_iter().chain([(DocKind::Code, version.docs.code)]) {
            versions.insert(canonical(kind, content.text.as_deref().unwrap_or_default()).into_owned());
        }
    }
    for text in saved {
        let said = |kind| versions.contains(canonical(kind, text).as_ref());
        assert!(said(DocKind::Code) || said(DocKind::Guidelines), "seed {}: the dashboard lost {text:?}", world.seed);
    }
    let safe: Vec<(BTreeSet<String>, BTreeMap<_, _>)> = world.desks.iter().map(|desk| (kept(desk), desk.files())).collect();
    for (at, one) in typed.iter().enumerate() {
        let later = || typed[at + 1..].iter().filter(|other| other.desk == one.desk && other.file == one.file);
        let replaced_by_themselves = later().any(|other| other.over == one.text);
        let (kept, files) = &safe[one.desk];
        let is_file = files.values().any(|text| *text == one.text);
        let is_version = versions.contains(canonical(one.kind, &one.text).as_ref());
        assert!(
            replaced_by_themselves || kept.contains(&one.text) || is_file || is_version,
            "seed {}: desk {} lost what was typed into {}: {:?}",
            world.seed,
            one.desk,
            one.file,
            one.text
        );
    }
}

/// Every text that a command replaced.
fn kept(desk: &Desk) -> BTreeSet<String> {
    let state = desk.state();
    let replaced = state.runs().expect("runs").into_iter().flat_map(|run| state.replaced(run.id).expect("replaced"));
    replaced
        .filter_map(|file| state.backup_bytes(&file.before?).expect("kept"))
        .map(|bytes| String::from_utf8(bytes).expect("texts"))
        .collect()
}
