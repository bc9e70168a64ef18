//! What people do in the dashboard, on a dashboard in memory.

use async_trait::async_trait;
use scoresync::model::{Score, ScoreId, Scorecard, ScorecardId, Section, VersionId};
use scoresync::remote::{MemoryRemote, Remote, WriteAttribution};

/// The key of the account that a dashboard has.
pub const KEY: &str = "acme";

/// What people do in the dashboard, whatever stands behind it.
#[async_trait]
pub trait Dashboard: Send + Sync {
    async fn put_scorecard(&self, scorecard: Scorecard);
    async fn put_section(&self, scorecard: &ScorecardId, section: Section);
    async fn put_score(&self, score: Score);
    /// Makes a scorecard that is there what this one says.
    async fn change_scorecard(&self, scorecard: Scorecard);
    /// Makes a score that is there what this one says; its champion stays.
    async fn change_score(&self, score: Score);
    /// Removes a score; its versions stay.
    async fn remove_score(&self, score: &ScoreId);
    async fn save(&self, score: &ScoreId, parent: Option<&VersionId>, code: &str, guidelines: Option<&str>) -> VersionId;
    async fn promote(&self, score: &ScoreId, champion: Option<&VersionId>);
    async fn evaluate(&self, version: &VersionId, status: &str, accuracy: f64);
}

/// Who writes in these tests.
pub fn attribution() -> WriteAttribution {
    let user_id = Some("u1".to_owned());
    WriteAttribution { actor_type: "service".into(), actor_key: "cli".into(), source: "cli".into(), user_id }
}

#[async_trait]
impl Dashboard for MemoryRemote {
    async fn put_scorecard(&self, scorecard: Scorecard) {
        self.put_scorecard(scorecard);
    }

    async fn put_section(&self, scorecard: &ScorecardId, section: Section) {
        self.put_section(scorecard, section);
    }

    async fn put_score(&self, score: Score) {
        self.put_score(score);
    }

    async fn change_scorecard(&self, scorecard: Scorecard) {
        self.put_scorecard(scorecard);
    }

    async fn change_score(&self, score: Score) {
        let champion = Remote::score(self, &score.id).await.expect("memory answers").and_then(|score| score.champion);
        self.put_score(Score { champion, ..score });
    }

    async fn remove_score(&self, score: &ScoreId) {
        self.remove_score(score);
    }

    async fn save(&self, score: &ScoreId, parent: Option<&VersionId>, code: &str, guidelines: Option<&str>) -> VersionId {
        self.save(score, parent, code, guidelines)
    }

    async fn promote(&self, score: &ScoreId, champion: Option<&VersionId>) {
        self.promote(score, champion);
    }

    async fn evaluate(&self, version: &VersionId, status: &str, accuracy: f64) {
        self.evaluate(version, status, accuracy, |_| {});
    }
}
