//! How two desks and a dashboard come to rest after everybody worked at once: no version is made twice, and all sides agree.
//! What happens one after another is in `worlds`.

mod show;

use crate::support::{Desk, locked};
use scoresync::engine::{Choice, Outcome, PullOptions, PushOptions, ScoreReport, Targets, pull, push, resolve, status};
use scoresync::model::{DocKind, Version, VersionId, canonical};
use scoresync::plan::Standing;
use scoresync::remote::Remote;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What is left of a world when everybody stops.
struct World {
    seed: u64,
    scores: usize,
    remote: Arc<dyn Remote>,
    desks: [Desk; 2],
}

impl World {
    async fn all_versions(&self) -> BTreeMap<VersionId, Version> {
        let mut ids = Vec::new();
        for score in 0..self.scores {
            let history = self.remote.history(&format!("score-{score}").into()).await.expect("a history");
            ids.extend(history.into_iter().map(|meta| meta.id));
        }
        let reads = self.remote.versions(&ids).await.expect("versions");
        reads.into_iter().map(|(id, read)| (id, read.expect("a version"))).collect()
    }

    /// Everybody stops editing; conflicts are resolved, first here, then there.
    async fn settle(&self) {
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
                assert!(undone.is_empty(), "{undone:?}\nseed {}", self.seed);
            }
        }
        for desk in &self.desks {
            desk.pull(remote.clone()).await;
        }
        for (number, desk) in self.desks.iter().enumerate() {
            let status = status(&mut desk.session(remote.clone()), &Targets::default(), true).await.expect("status");
            for score in &status.scores {
                assert_eq!(score.standing, Standing::Clean, "desk {number}, {}\n{}", score.name, self.seed);
            }
            let again = desk.pull(remote.clone()).await;
            assert!(again.scores.iter().all(|score| matches!(score.outcome, Outcome::Untouched)), "seed {}", self.seed);
            let push = desk.push(remote.clone(), false).await;
            assert!(push.scores.iter().all(|score| matches!(score.outcome, Outcome::Untouched)), "seed {}", self.seed);
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
        assert_eq!(comparable(&self.desks[0]), comparable(&self.desks[1]), "seed {}", self.seed);
    }

    /// A version of ours says something else than its parent, and its id is made from what it says.
    async fn assert_no_version_twice(&self) {
        let versions = self.all_versions().await;
        for version in versions.values().filter(|version| !version.meta.id.as_str().starts_with("dashboard")) {
            let parent = version.meta.parent.as_ref().and_then(|parent| versions.get(parent));
            let changes = parent.is_none_or(|parent| parent.docs.changes_to(&version.docs).any());
            assert!(changes, "{} says what its parent says\n{}", version.meta.id, self.seed);
        }
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
