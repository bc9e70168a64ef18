//! What was saved during the hour, what there is in the end, and what must be true of both.

use crate::support::{Desk, KEY};
use scoresync::engine::{Targets, status};
use scoresync::model::{DocKind, ScoreId, Version, canonical};
use scoresync::plan::Standing;
use scoresync::remote::Remote;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Code and guidelines, as they are compared.
pub type Pair = (String, String);

/// What both people saved.
#[derive(Default)]
pub struct Ledger {
    /// The pairs that the editor left alone, by score.
    pub left: BTreeMap<ScoreId, Vec<Pair>>,
    /// A word in every save of the editor.
    pub words: Vec<String>,
    /// How often the dashboard promoted each score.
    pub promoted: BTreeMap<ScoreId, usize>,
}

/// What there is in the end.
pub struct End {
    pub ledger: Ledger,
    pub scores: Vec<Found>,
    /// Every text that the state keeps.
    pub kept: Vec<String>,
}

/// One score in the end.
pub struct Found {
    pub id: ScoreId,
    pub standing: Standing,
    /// The champion that the state knows.
    pub synced_champion: Option<String>,
    /// The champion that the dashboard has.
    pub champion: Option<String>,
    /// The version that the files come from.
    pub base: String,
    pub files: Pair,
    /// All versions in the dashboard.
    pub versions: BTreeMap<String, Pair>,
}

/// A text as it is compared.
pub fn plain(kind: DocKind, text: &str) -> String {
    canonical(kind, text).into_owned()
}

/// The files of a score as they are compared.
pub fn pair(desk: &Desk, score: usize) -> Pair {
    let (code, guidelines) = (desk.read(&format!("Score {score}.yaml")), desk.read(&format!("guidelines/Score {score}.md")));
    (plain(DocKind::Code, &code), plain(DocKind::Guidelines, &guidelines))
}

/// All versions of a score, by id.
pub async fn versions(remote: &dyn Remote, score: &ScoreId) -> BTreeMap<String, Pair> {
    let ids: Vec<_> = remote.history(score).await.expect("a history").into_iter().map(|meta| meta.id).collect();
    let read = remote.versions(&ids).await.expect("versions");
    let text = |version: &Version| {
        let guidelines = version.docs.guidelines.as_ref().and_then(|content| content.text.as_deref()).unwrap_or_default();
        let code = version.docs.code.text.as_deref().expect("read with its text");
        (plain(DocKind::Code, code), plain(DocKind::Guidelines, guidelines))
    };
    read.into_iter().map(|(id, version)| (id.to_string(), text(&version.expect("a version")))).collect()
}

impl End {
    /// Reads everything.
    pub async fn of(ledger: Ledger, desk: &Desk, remote: &Arc<dyn Remote>) -> Self {
        let report = status(&mut desk.session(Arc::clone(remote)), &Targets::default(), true).await.expect("a status");
        let synced = desk.state().load().expect("the state").synced;
        let account = remote.account(KEY).await.expect("an answer").expect("an account");
        let champions: BTreeMap<ScoreId, Option<String>> = {
            let (catalog, _) = remote.catalog(&account.id).await.expect("a catalog");
            catalog.scores.into_iter().map(|score| (score.id, score.champion.map(|id| id.to_string()))).collect()
        };
        let mut scores = Vec::new();
        for score in report.scores {
            let number = score.name.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number");
            scores.push(Found {
                versions: versions(remote.as_ref(), &score.id).await,
                synced_champion: synced[&score.id].champion.as_ref().map(ToString::to_string),
                champion: champions[&score.id].clone(),
                base: synced[&score.id].base.to_string(),
                files: pair(desk, number),
                standing: score.standing,
                id: score.id,
            });
        }
        Self { ledger, scores, kept: kept(desk) }
    }

    /// Everything that must be true.
    pub fn judge(&self) {
        assert!(self.ledger.words.len() > 50 && self.ledger.promoted.len() > 10, "little happened in this hour");
        for score in &self.scores {
            agrees(score);
            self.nothing_is_lost(score);
            self.counts(score);
        }
        self.every_word_is_somewhere();
    }

    fn left(&self, score: &Found) -> BTreeSet<&Pair> {
        self.ledger.left.get(&score.id).into_iter().flatten().collect()
    }

    /// Everything that the editor left alone is in a version, in the file, or kept.
    fn nothing_is_lost(&self, score: &Found) {
        let pairs = score.versions.values().chain([&score.files]);
        let there: BTreeSet<&String> = pairs.flat_map(|(code, guidelines)| [code, guidelines]).chain(&self.kept).collect();
        for (code, guidelines) in self.left(score) {
            assert!(there.contains(code) && there.contains(guidelines), "{} lost {code}{guidelines}", score.id);
        }
    }

    /// As many versions as texts were left alone; where the dashboard joined in, at most one merge more for each promotion.
    fn counts(&self, score: &Found) {
        let left = self.left(score);
        let ours: Vec<&Pair> =
            score.versions.iter().filter(|(id, _)| !id.starts_with("dashboard-")).map(|(_, pair)| pair).collect();
        let promoted = self.ledger.promoted.get(&score.id).copied().unwrap_or_default();
        if promoted == 0 {
            assert_eq!(ours.iter().copied().collect::<BTreeSet<_>>(), left, "{}", score.id);
        }
        assert!(ours.len() <= left.len() + promoted, "{}: {} versions of {} texts", score.id, ours.len(), left.len());
    }

    fn every_word_is_somewhere(&self) {
        let versions = self.scores.iter().flat_map(|score| score.versions.values().chain([&score.files]));
        let texts = versions.flat_map(|(code, guidelines)| [code, guidelines]).chain(&self.kept);
        let there: BTreeSet<&str> = texts.flat_map(|text| text.split_whitespace()).collect();
        let lost: Vec<&String> = self.ledger.words.iter().filter(|word| !there.contains(word.as_str())).collect();
        assert!(lost.is_empty(), "nowhere: {lost:?}");
    }
}

/// The files are the base, the base is in the dashboard, and the state knows the champion that is.
fn agrees(score: &Found) {
    assert!(matches!(score.standing, Standing::Clean | Standing::Ahead), "{}: {:?}", score.id, score.standing);
    assert_eq!(Some(&score.files), score.versions.get(&score.base), "{}", score.id);
    assert_eq!(score.synced_champion, score.champion, "{}", score.id);
}

fn kept(desk: &Desk) -> Vec<String> {
    let state = desk.state();
    let mut texts = Vec::new();
    for kept in state.backups().expect("the history") {
        let Some(digest) = kept.replaced.before else { continue };
        let bytes = state.backup_bytes(&digest).expect("the state").expect("kept bytes");
        let kind = if kept.replaced.path.as_str().ends_with(".md") { DocKind::Guidelines } else { DocKind::Code };
        texts.push(plain(kind, &String::from_utf8(bytes).expect("text")));
    }
    texts
}
