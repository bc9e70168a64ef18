//! What the two people do.

use super::ledger::{End, Ledger, pair, plain, versions};
use super::watcher::{PATIENCE, Watcher};
use crate::support::locked;
use crate::support::{API_KEY, Browser, Dashboard, Desk, Served, Style, fill, git, remote};
use scoresync::engine::follow::Event;
use scoresync::engine::{Choice, Targets, resolve};
use scoresync::model::{Content, DocKind, ScoreId, VersionId, WebAddress};
use scoresync::remote::{Auth, HttpTransport, Remote};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const SCORES: usize = 50;
/// Lines of a document, as [`fill`] makes them.
const LINES: usize = 12;
/// Files that the other branch has otherwise.
const ON_BRANCH: usize = 30;

/// A desk, a dashboard and a watcher between them.
pub struct Hour {
    dice: fastrand::Rng,
    home: tempfile::TempDir,
    desk: Desk,
    served: Served,
    browser: Browser,
    /// The dashboard as it is, past all cuts.
    truth: Arc<dyn Remote>,
    watcher: Watcher,
    ledger: Ledger,
    champions: BTreeMap<usize, (VersionId, [String; 2])>,
    words: usize,
}

fn id(score: usize) -> ScoreId {
    ScoreId::from(format!("score-{score}"))
}

fn file(score: usize, kind: DocKind) -> String {
    if kind.is_yaml() { format!("Score {score}.yaml") } else { format!("guidelines/Score {score}.md") }
}

/// `text` with a word at the end of a line.
fn with_word(text: &str, line: usize, word: &str) -> String {
    let add = |(n, text): (usize, &str)| if n == line { format!("{text} {word}\n") } else { format!("{text}\n") };
    text.lines().enumerate().map(add).collect()
}

impl Hour {
    /// Everything is pulled and committed, and the watcher has begun.
    pub async fn begin(seed: u64) -> Self {
        let (home, desk) = (tempfile::tempdir().expect("a temporary folder"), Desk::new());
        let served = Served::start(home.path().join("registry.db")).await;
        let browser = Browser::new(served.beside()).await;
        fill(&browser, SCORES).await;
        let http = HttpTransport::new(&WebAddress::new(served.url()), Auth::ApiKey(API_KEY.to_owned())).expect("loopback");
        let (truth, there): (Arc<dyn Remote>, Arc<dyn Remote>) =
            (Arc::new(remote(served.beside())), Arc::new(remote(Arc::new(http))));
        desk.pull(Arc::clone(&truth)).await;
        for args in [&["init", "-qb", "main"][..], &["add", "."], &["commit", "-qm", "first"]] {
            git(&folder(&desk), home.path(), args);
        }
        let mut watcher = Watcher::start(&desk, &there);
        watcher.until("start", |event| matches!(event, Event::Started { .. })).await;
        let champions = (0..SCORES).map(|score| (score, champion(&desk, score))).collect();
        let (dice, ledger) = (fastrand::Rng::with_seed(seed), Ledger::default());
        Self { dice, home, desk, served, browser, truth, watcher, ledger, champions, words: 0 }
    }

    /// The editor saves a few documents, each several times in one go. A score is left alone until what it said last is safe.
    pub async fn edit_here(&mut self) {
        for _ in 0..self.dice.usize(1..=4) {
            let score = self.dice.usize(..SCORES);
            if self.is_safe(score).await {
                self.save(score);
            }
        }
    }

    fn save(&mut self, score: usize) {
        let kind = if self.dice.bool() { DocKind::Code } else { DocKind::Guidelines };
        let path = self.desk.path(&file(score, kind));
        let style = Style::ALL[self.dice.usize(..Style::ALL.len())];
        for _ in 0..self.dice.usize(1..=3) {
            let word = self.word("here");
            let text = fs::read_to_string(&path).expect("a readable file");
            style.save(&path, &with_word(&text, self.dice.usize(..LINES), &word));
            self.ledger.words.push(word);
        }
        self.ledger.left.entry(id(score)).or_default().push(pair(&self.desk, score));
    }

    /// What the editor left last is a version.
    async fn is_safe(&self, score: usize) -> bool {
        let Some(last) = self.ledger.left.get(&id(score)).and_then(|left| left.last()) else { return true };
        versions(self.truth.as_ref(), &id(score)).await.values().any(|version| version == last)
    }

    /// The dashboard changes a line of a few scores and promotes that.
    pub async fn edit_there(&mut self) {
        for _ in 0..self.dice.usize(0..=2) {
            // The last scores are the editor's alone.
            let score = self.dice.usize(..SCORES - 20);
            let (word, line, which) = (self.word("there"), self.dice.usize(..LINES), self.dice.usize(..2));
            let (parent, mut texts) = self.champions[&score].clone();
            texts[which] = with_word(&texts[which], line, &word);
            let version = self.browser.save(&id(score), Some(&parent), &texts[0], Some(&texts[1])).await;
            self.browser.promote(&id(score), Some(&version)).await;
            self.champions.insert(score, (version, texts));
            *self.ledger.promoted.entry(id(score)).or_default() += 1;
        }
    }

    fn word(&mut self, who: &str) -> String {
        self.words += 1;
        format!("{who}-{}", self.words)
    }

    /// Every line to the dashboard breaks.
    pub fn cut_the_line(&self) {
        self.served.cut();
    }

    /// The registry goes away, somebody edits meanwhile, and it comes back.
    pub async fn restart_the_registry(&mut self) {
        self.served.down();
        self.edit_here().await;
        self.pass_a_moment().await;
        self.served.up().await;
    }

    /// People pause; the watcher does not.
    pub async fn pass_a_moment(&mut self) {
        tokio::time::sleep(Duration::from_millis(self.dice.u64(20..400))).await;
        self.watcher.catch_up();
    }

    /// Git checks out a branch on which many files differ. Nothing of it becomes a version; back on the old one all goes on.
    pub async fn check_out_and_back(&mut self) {
        self.settle().await;
        self.git(&["add", "."]);
        self.git(&["commit", "-qm", "so far"]);
        self.make_a_branch();
        self.watcher.pauses_are_answered = false;
        self.git(&["checkout", "-q", "experiment"]);
        self.watcher.until("pause", |event| matches!(event, Event::Paused(_))).await;
        self.edit_there().await;
        self.git(&["checkout", "-q", "main"]);
        self.watcher.until("end of the pause", |event| matches!(event, Event::Resumed)).await;
        self.watcher.pauses_are_answered = true;
    }

    /// In a working tree of its own, so that the watcher sees nothing of it.
    fn make_a_branch(&self) {
        let aside = self.home.path().join("aside");
        self.git(&["worktree", "add", "-qb", "experiment", aside.to_str().expect("a plain path")]);
        for score in 0..ON_BRANCH {
            let path = aside.join("scorecards/Calls").join(file(score, DocKind::Code));
            fs::write(path, format!("experiment: {score}\n")).expect("a writable file");
        }
        git(&aside, self.home.path(), &["commit", "-qam", "experiment"]);
        self.git(&["worktree", "remove", aside.to_str().expect("a plain path")]);
    }

    fn git(&self, args: &[&str]) {
        git(&folder(&self.desk), self.home.path(), args);
    }

    /// Everything comes to rest; a person ends the conflicts in favour of the files.
    pub async fn settle(&mut self) {
        self.come_to_rest(true).await;
        let mut session = self.desk.session(Arc::clone(&self.truth));
        resolve(&mut locked(&mut session), &Targets::default(), Choice::Ours).await.expect("it is resolved");
        self.come_to_rest(false).await;
    }

    /// Waits until everything is in step, but for conflicts if there may be any.
    async fn come_to_rest(&mut self, conflicts_may_stay: bool) {
        let rest = async {
            loop {
                let conflicts = self.watcher.is_calm().await;
                let may_stay = |score: &usize| conflicts_may_stay && conflicts.contains(&file(*score, DocKind::Code));
                if self.out_of_step().iter().all(may_stay) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, rest).await;
        assert!(in_time.is_ok(), "{:?} never came in step: {:#?}", self.out_of_step(), self.watcher.status());
    }

    /// Scores whose files are not those of their base, or whose champion the state does not know.
    fn out_of_step(&self) -> Vec<usize> {
        let synced = self.desk.state().load().expect("the state").synced;
        let differs = |score: &usize| {
            let known = &synced[&id(*score)];
            let text = |kind| Content::of(kind, self.desk.read(&file(*score, kind)));
            let is_base = known.docs.code == text(DocKind::Code) && known.docs.guidelines == Some(text(DocKind::Guidelines));
            !is_base || known.champion.as_ref() != Some(&self.champions[score].0)
        };
        (0..SCORES).filter(differs).collect()
    }

    /// The watcher ends; what there is now.
    pub async fn end(self) -> End {
        self.watcher.quit().await;
        let end = End::of(self.ledger, &self.desk, &self.truth).await;
        let texts = end.scores.iter().flat_map(|score| score.versions.values());
        assert!(!texts.into_iter().any(|(code, _)| code.contains("experiment")), "the other branch was pushed");
        end
    }
}

/// The top of the workspace.
fn folder(desk: &Desk) -> PathBuf {
    desk.state_folder().parent().map(Path::to_owned).expect("the state is in the workspace")
}

/// What [`fill`] made champion, and its texts.
fn champion(desk: &Desk, score: usize) -> (VersionId, [String; 2]) {
    let base = desk.state().load().expect("the state").synced[&id(score)].base.clone();
    let text = |kind| plain(kind, &desk.read(&file(score, kind)));
    (base, [text(DocKind::Code), text(DocKind::Guidelines)])
}
