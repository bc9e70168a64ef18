//! Whole worlds: two desks and a dashboard that edit, delete, push, pull, promote, lose replies and die in the middle, in an
//! order that a seed decides. Whatever happened, nothing that stood in a file before a command is lost, no version is made
//! twice, and once everybody stops editing all sides agree.

mod show;

use crate::support::locked;
use crate::support::{Browser, Dashboard, Desk, Fault, Faulty, InProcess, fill, registry, remote, seeds, world};
use scoresync::engine::{
    Choice, Outcome, PullOptions, PushOptions, Report, ScoreReport, Targets, pull, push, resolve, status, sync,
};
use scoresync::model::{DocKind, ScoreId, Version, VersionId, canonical};
use scoresync::plan::Standing;
use scoresync::remote::Remote;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

const SCORES: usize = 4;
const STEPS: usize = 30;
const SEEDS: std::ops::Range<u64> = 0..24;

#[tokio::test]
async fn nothing_is_lost_and_all_sides_converge() {
    for seed in seeds(SEEDS) {
        let memory = world(SCORES);
        World::new(seed, memory.clone(), memory).live().await;
    }
}

/// The same worlds, with every request a GraphQL document that the registry executes.
#[tokio::test(start_paused = true)]
async fn the_same_on_the_registry() {
    for seed in 0..6 {
        let transport = Arc::new(InProcess(registry()));
        let browser = Browser::new(transport.clone()).await;
        fill(&browser, SCORES).await;
        World::new(seed, Arc::new(remote(transport)), Arc::new(browser)).live().await;
    }
}

struct World {
    seed: u64,
    scores: usize,
    random: fastrand::Rng,
    remote: Arc<dyn Remote>,
    dashboard: Arc<dyn Dashboard>,
    desks: [Desk; 2],
    edits: usize,
    log: Vec<String>,
}

impl World {
    fn new(seed: u64, remote: Arc<dyn Remote>, dashboard: Arc<dyn Dashboard>) -> Self {
        Self::of(seed, SCORES, remote, dashboard, [Desk::new(), Desk::new()])
    }

    fn of(seed: u64, scores: usize, remote: Arc<dyn Remote>, dashboard: Arc<dyn Dashboard>, desks: [Desk; 2]) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        Self { seed, scores, random, remote, dashboard, desks, edits: 0, log: Vec::new() }
    }

    async fn all_versions(&self) -> BTreeMap<VersionId, Version> {
        let mut ids = Vec::new();
        for score in 0..self.scores {
            let history = self.remote.history(&format!("score-{score}").into()).await.expect("a history");
            ids.extend(history.into_iter().map(|meta| meta.id));
        }
        let reads = self.remote.versions(&ids).await.expect("versions");
        reads.into_iter().map(|(id, read)| (id, read.expect("a version"))).collect()
    }

    async fn live(mut self) {
        for _ in 0..STEPS {
            self.step().await;
        }
        self.settle().await;
        self.assert_no_version_twice().await;
    }

    async fn step(&mut self) {
        let desk = self.random.usize(0..2);
        match self.random.u8(0..12) {
            0..4 => self.edit_file(desk),
            4 => self.delete_file(desk),
            5 | 6 => self.edit_dashboard().await,
            7 => self.promote_any().await,
            8 | 9 => self.command(desk, Verb::Pull).await,
            10 => self.command(desk, Verb::Push { promote: self.seed.is_multiple_of(3) }).await,
            _ => self.command(desk, Verb::Sync).await,
        }
    }

    fn any_file(&mut self) -> (String, DocKind) {
        let score = self.random.usize(0..SCORES);
        match self.random.bool() {
            true => (format!("Score {score}.yaml"), DocKind::Code),
            false => (format!("guidelines/Score {score}.md"), DocKind::Guidelines),
        }
    }

    fn edited(&mut self, kind: DocKind, text: &str) -> String {
        self.edits += 1;
        edited(&mut self.random, self.edits, self.seed, kind, text)
    }

    fn edit_file(&mut self, desk: usize) {
        let (file, kind) = self.any_file();
        if !self.desks[desk].path(&file).exists() {
            return;
        }
        let text = self.edited(kind, &self.desks[desk].read(&file));
        self.log.push(format!("desk {desk} edits {file}"));
        self.desks[desk].write(&file, &text);
    }

    /// Guidelines only: a deleted code file stays deleted, and then the desks would rightly differ for ever.
    fn delete_file(&mut self, desk: usize) {
        let (file, kind) = self.any_file();
        if kind == DocKind::Guidelines && self.random.u8(0..3) == 0 {
            self.log.push(format!("desk {desk} deletes {file}"));
            let _ = std::fs::remove_file(self.desks[desk].path(&file));
        }
    }

    async fn edit_dashboard(&mut self) {
        let score = ScoreId::from(format!("score-{}", self.random.usize(0..SCORES)));
        let versions = self.all_versions().await;
        let of_score: Vec<&VersionId> =
            versions.values().filter(|version| version.meta.score_id == score).map(|v| &v.meta.id).collect();
        let base = &versions[of_score[self.random.usize(0..of_score.len())]];
        let text = |content: &scoresync::model::Content| content.text.as_deref().unwrap_or_default().to_owned();
        let (mut code, mut guidelines) = (text(&base.docs.code), base.docs.guidelines.as_ref().map(text));
        match self.random.u8(0..5) {
            0 | 1 => code = self.edited(DocKind::Code, &code),
            2 | 3 => {
                guidelines =
                    guidelines.map(|text| self.edited(DocKind::Guidelines, &text)).or_else(|| Some("- new rules\n".into()))
            }
            _ => guidelines = None,
        }
        let parent = Some(&base.meta.id).filter(|_| self.random.u8(0..4) > 0);
        let version = self.dashboard.save(&score, parent, &code, guidelines.as_deref()).await;
        self.log.push(format!("dashboard saves {version} of {score}"));
        if self.random.bool() {
            self.dashboard.promote(&score, Some(&version)).await;
        }
    }

    async fn promote_any(&mut self) {
        let versions = self.all_versions().await;
        let version = versions.values().nth(self.random.usize(0..versions.len())).expect("there are versions");
        self.log.push(format!("dashboard promotes {}", version.meta.id));
        self.dashboard.promote(&version.meta.score_id, Some(&version.meta.id)).await;
    }

    async fn command(&mut self, desk: usize, verb: Verb) {
        let fault = [Fault::Before, Fault::After, Fault::DieBefore, Fault::DieAfter][self.random.usize(0..4)];
        let remote =
            Faulty::new(self.remote.clone(), if self.random.bool() { self.random.usize(0..8) } else { usize::MAX }, fault);
        let before = self.desks[desk].files();
        let versions = self.all_versions().await;
        self.log.push(format!("desk {desk} {verb:?}, {fault:?}"));
        let outcome = remote.run(verb.carry_out(&self.desks[desk], remote.clone())).await;
        if outcome.is_none() {
            self.log.push("… died".into());
        }
        self.assert_kept(desk, &before);
        let after = self.all_versions().await;
        assert!(
            versions.iter().all(|(id, version)| after.get(id).is_some_and(|now| now.docs == version.docs)),
            "{}",
            self.story()
        );
    }

    /// What stood in a file stands there still, or is a version, or is kept.
    fn assert_kept(&self, desk: usize, before: &BTreeMap<PathBuf, String>) {
        let now = self.desks[desk].files();
        let state = self.desks[desk].state();
        let kept: BTreeSet<Vec<u8>> = state
            .runs()
            .expect("runs")
            .iter()
            .flat_map(|run| state.replaced(run.id).expect("replaced"))
            .filter_map(|replaced| state.backup_bytes(&replaced.before?).expect("kept"))
            .collect();
        for (path, text) in before {
            let safe = now.get(path) == Some(text) || kept.contains(text.as_bytes());
            assert!(safe, "{} lost {text:?}\n{}", path.display(), self.story());
        }
    }

    /// Everybody stops editing; conflicts are resolved, first here, then there.
    async fn settle(&mut self) {
        let remote: Arc<dyn Remote> = self.remote.clone();
        for choice in [Choice::Ours, Choice::Theirs] {
            for desk in &self.desks {
                let mut session = desk.session(remote.clone());
                pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await.expect("pulls");
                resolve(&mut locked(&mut session), &Targets::default(), choice).await.expect("resolves");
                let promote = PushOptions { promote: true, ..PushOptions::default() };
                let pushed = push(&mut locked(&mut session), &Targets::default(), &promote).await.expect("pushes");
                let done = |score: &ScoreReport| matches!(score.outcome, Outcome::Untouched | Outcome::Done(_));
                let undone: Vec<&ScoreReport> = pushed.scores.iter().filter(|score| !done(score)).collect();
                assert!(undone.is_empty(), "{undone:?}\n{}", self.story());
            }
        }
        for desk in &self.desks {
            desk.pull(remote.clone()).await;
        }
        for (number, desk) in self.desks.iter().enumerate() {
            let status = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("status");
            for score in &status.scores {
                assert_eq!(score.standing, Standing::Clean, "desk {number}, {}\n{}", score.name, self.story());
            }
            let again = desk.pull(remote.clone()).await;
            assert!(again.scores.iter().all(|score| matches!(score.outcome, Outcome::Untouched)), "{}", self.story());
            let push = desk.push(remote.clone(), false).await;
            assert!(push.scores.iter().all(|score| matches!(score.outcome, Outcome::Untouched)), "{}", self.story());
        }
        self.assert_desks_agree();
    }

    fn assert_desks_agree(&self) {
        let comparable = |desk: &Desk| -> BTreeMap<PathBuf, String> {
            let root = desk.root();
            let code = desk.files().into_iter().filter(|(path, _)| path.extension().is_some_and(|kind| kind == "yaml"));
            code.map(|(path, text)| {
                let path = path.strip_prefix(&root).expect("under the root").to_owned();
                (path, canonical(DocKind::Code, &text).into_owned())
            })
            .collect()
        };
        assert_eq!(comparable(&self.desks[0]), comparable(&self.desks[1]), "{}", self.story());
    }

    /// A version of ours says something else than its parent, and its id is made from what it says.
    async fn assert_no_version_twice(&self) {
        let versions = self.all_versions().await;
        for version in versions.values().filter(|version| !version.meta.id.as_str().starts_with("dashboard")) {
            let parent = version.meta.parent.as_ref().and_then(|parent| versions.get(parent));
            let changes = parent.is_none_or(|parent| parent.docs.changes_to(&version.docs).any());
            assert!(changes, "{} says what its parent says\n{}", version.meta.id, self.story());
        }
    }

    fn story(&self) -> String {
        format!("seed {}:\n{}", self.seed, self.log.join("\n"))
    }
}

/// Changes one line; now and then with another line end, or only blanks.
fn edited(random: &mut fastrand::Rng, number: usize, seed: u64, kind: DocKind, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = random.usize(0..=lines.len());
    let fresh = if kind.is_yaml() { format!("edit{number}: {seed}") } else { format!("- edit {number}") };
    if at < lines.len() && random.bool() {
        lines[at] = fresh
    } else {
        lines.insert(at, fresh)
    }
    let end = if random.u8(0..6) == 0 { "\r\n" } else { "\n" };
    lines.iter().map(|line| format!("{line}{end}")).collect()
}

#[derive(Clone, Copy, Debug)]
enum Verb {
    Pull,
    Push { promote: bool },
    Sync,
}

impl Verb {
    async fn carry_out(self, desk: &Desk, remote: Arc<dyn Remote>) -> Option<Report> {
        let mut session = desk.session(remote);
        let all = Targets::default();
        let options = |promote| PushOptions { promote, ..PushOptions::default() };
        match self {
            Self::Pull => pull(&mut locked(&mut session), &all, PullOptions::default()).await,
            Self::Push { promote } => push(&mut locked(&mut session), &all, &options(promote)).await,
            Self::Sync => sync(&mut locked(&mut session), &all, PullOptions::default(), &options(false)).await,
        }
        .ok()
    }
}
