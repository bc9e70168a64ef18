//! A desk: a workspace of one person, with sessions opened on it as the command line does.

use super::dashboard::{Dashboard, KEY};
use futures_util::FutureExt;
use rusqlite::Connection;
use scoresync::engine::{Config, Locked, PullOptions, PushOptions, Session, Targets, pull, push};
use scoresync::model::{RelPath, Score, ScoreId, Scorecard, SyncKind};
use scoresync::remote::{MemoryRemote, Remote, WriteAttribution};
use scoresync::state::State;
use scoresync::workspace::Workspace;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The scorecard of these worlds.
const SCORECARD: &str = "Calls";

/// A dashboard in memory whose account has `scores` scores, each with a champion that has code and guidelines.
pub fn world(scores: usize) -> Arc<MemoryRemote> {
    let remote = Arc::new(MemoryRemote::new(KEY, WriteAttribution::default()));
    fill(remote.as_ref(), scores).now_or_never().expect("memory answers at once");
    remote
}

/// Gives an empty dashboard `scores` scores, each with a champion that has code and guidelines.
pub async fn fill(dashboard: &dyn Dashboard, scores: usize) {
    let (id, name, key, external_id) = ("card".into(), SCORECARD.into(), "calls".into(), "1".into());
    dashboard.put_scorecard(Scorecard { id, name, key, external_id }).await;
    for n in 0..scores {
        let id = ScoreId::from(format!("score-{n}"));
        let score = Score {
            id: id.clone(),
            scorecard_id: "card".into(),
            name: format!("Score {n}").into(),
            key: format!("score-{n}").into(),
            external_id: n.to_string().into(),
            champion: None,
            disabled: false,
        };
        dashboard.put_score(score).await;
        let code: String = (0..12).map(|line| format!("key{line}: {line} of score {n}\n")).collect();
        let guidelines: String = (0..12).map(|line| format!("- rule {line} of score {n}\n")).collect();
        let version = dashboard.save(&id, None, &code, Some(&guidelines)).await;
        dashboard.promote(&id, Some(&version)).await;
    }
}

/// Gives a dashboard that many standalone documents of each kind, each with a text that runs.
pub async fn fill_documents(dashboard: &dyn Dashboard, count: usize) {
    for kind in SyncKind::STANDALONE {
        for n in 0..count {
            let id = kind.score_id(&format!("document-{n}"));
            let scorecard_id = kind.scorecard().expect("a standalone kind has a folder");
            let (name, key, external_id) = (format!("Document {n}").into(), "".into(), "".into());
            dashboard
                .put_score(Score { id: id.clone(), scorecard_id, name, key, external_id, champion: None, disabled: false })
                .await;
            let line =
                |line| if kind.main_document().is_yaml() { format!("key{line}: {n}\n") } else { format!("- rule {line}, {n}\n") };
            let version = dashboard.save(&id, None, &(0..12).map(line).collect::<String>(), None).await;
            dashboard.promote(&id, Some(&version)).await;
        }
    }
}

/// A workspace in a temporary folder.
pub struct Desk {
    folder: tempfile::TempDir,
    standalone: Vec<SyncKind>,
    keep_runs: usize,
}

/// More than any test has.
const KEEP_RUNS: usize = 1_000;

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), standalone: Vec::new(), keep_runs: KEEP_RUNS }
    }

    /// One in a folder of its own in `parent`.
    pub fn below(parent: &Path) -> Self {
        Self { folder: tempfile::tempdir_in(parent).expect("a temporary folder"), standalone: Vec::new(), keep_runs: KEEP_RUNS }
    }

    /// The same workspace, which syncs these kinds of standalone documents, too.
    pub fn syncing(self, standalone: &[SyncKind]) -> Self {
        Self { standalone: standalone.to_owned(), ..self }
    }

    /// The same workspace, with so long a history.
    pub fn keeping(self, keep_runs: usize) -> Self {
        Self { keep_runs, ..self }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("scorecards")
    }

    /// Where a file lies that is named as in the state: below the root, or beside it.
    pub fn place(&self, file: &Path) -> PathBuf {
        let path = RelPath::parse(&file.to_string_lossy());
        path.map_or_else(|_| self.root().join(file), |path| path.under(&self.root()))
    }

    pub fn state_folder(&self) -> PathBuf {
        self.folder.path().join(".scoresync")
    }

    /// A statement of somebody who does not use our code.
    pub fn sql(&self, statement: &str) {
        let database = Connection::open(self.state_folder().join("state.db")).expect("the database");
        database.execute_batch(statement).expect("a statement");
    }

    /// How many rows a table of the state has.
    pub fn count(&self, table: &str) -> i64 {
        let database = Connection::open(self.state_folder().join("state.db")).expect("the database");
        database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a table")
    }

    pub fn state(&self) -> State {
        State::open(&self.state_folder()).expect("the state opens")
    }

    pub fn session(&self, remote: Arc<dyn Remote>) -> Session {
        self.session_at(Some(remote), jiff::Timestamp::now)
    }

    pub fn offline(&self) -> Session {
        self.session_at(None, jiff::Timestamp::now)
    }

    /// A session whose clock is `now`.
    pub fn session_at(&self, remote: Option<Arc<dyn Remote>>, now: fn() -> jiff::Timestamp) -> Session {
        let config = Config {
            account_key: KEY.into(),
            endpoint: "memory".into(),
            scorecards: Vec::new(),
            metadata: serde_json::Map::new(),
            standalone: self.standalone.clone(),
            keep_runs: self.keep_runs,
            now,
        };
        Session::new(Workspace::new(&self.root()), self.state(), remote, config)
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.root().join(SCORECARD).join(file)
    }

    pub fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).expect("a readable file")
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a writable file");
    }

    /// All files under the root with their texts.
    pub fn files(&self) -> BTreeMap<PathBuf, String> {
        let mut files = BTreeMap::new();
        collect(&self.root(), &mut files);
        files
    }

    pub async fn pull(&self, remote: Arc<dyn Remote>) -> scoresync::engine::Report {
        pull(&mut locked(&mut self.session(remote)), &Targets::default(), PullOptions::default()).await.expect("the pull runs")
    }

    pub async fn push(&self, remote: Arc<dyn Remote>, promote: bool) -> scoresync::engine::Report {
        let options = PushOptions { promote, ..PushOptions::default() };
        push(&mut locked(&mut self.session(remote)), &Targets::default(), &options).await.expect("the push runs")
    }
}

/// A session whose workspace no other run may change.
pub fn locked(session: &mut Session) -> Locked<'_> {
    // Only a watcher is waited for. A program that another test starts has this process's locks too, until it really runs.
    session.lock("watch", Duration::from_secs(20)).expect("nobody else works here")
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            collect(&entry, files);
        } else {
            let text = std::fs::read_to_string(&entry).expect("a readable file");
            files.insert(entry, text);
        }
    }
}
