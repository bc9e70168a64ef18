//! A desk: a workspace of one person, with sessions opened on it as the command line does.

use scoresync::engine::{Config, PullOptions, PushOptions, Session, Targets};
use scoresync::model::{Score, ScoreId, Scorecard};
use scoresync::remote::{Attribution, MemoryRemote, Remote};
use scoresync::state::State;
use scoresync::workspace::Workspace;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The scorecard of [`world`].
const SCORECARD: &str = "Calls";

/// An account `acme` with `scores` scores, each with a champion that has code and guidelines.
pub fn world(scores: usize) -> Arc<MemoryRemote> {
    let remote = MemoryRemote::new("acme", Attribution::default());
    remote.put_scorecard(Scorecard { id: "card".into(), name: SCORECARD.into(), key: "calls".into(), external_id: "1".into() });
    for n in 0..scores {
        let id = ScoreId::from(format!("score-{n}"));
        remote.put_score(Score {
            id: id.clone(),
            scorecard_id: "card".into(),
            name: format!("Score {n}"),
            key: format!("score-{n}"),
            external_id: n.to_string(),
            champion: None,
            disabled: false,
        });
        let code: String = (0..12).map(|line| format!("key{line}: {line} of score {n}\n")).collect();
        let guidelines: String = (0..12).map(|line| format!("- rule {line} of score {n}\n")).collect();
        let version = remote.save(&id, None, &code, Some(&guidelines));
        remote.promote(&id, Some(&version));
    }
    Arc::new(remote)
}

/// A workspace in a temporary folder.
pub struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("scorecards")
    }

    pub fn state_folder(&self) -> PathBuf {
        self.folder.path().join(".scoresync")
    }

    pub fn state(&self) -> State {
        State::open(&self.state_folder()).expect("the state opens")
    }

    pub fn session(&self, remote: Arc<dyn Remote>) -> Session {
        let config = Config {
            account_key: "acme".into(),
            endpoint: "memory".into(),
            scorecards: Vec::new(),
            metadata: serde_json::Map::new(),
            keep_runs: 1_000,
            now: jiff::Timestamp::now,
        };
        Session::new(Workspace::new(&self.root()), self.state(), Some(remote), config)
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
        self.session(remote).pull(&Targets::default(), PullOptions::default()).await.expect("the pull runs")
    }

    pub async fn push(&self, remote: Arc<dyn Remote>, promote: bool) -> scoresync::engine::Report {
        let options = PushOptions { promote, ..PushOptions::default() };
        self.session(remote).push(&Targets::default(), &options).await.expect("the push runs")
    }
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
