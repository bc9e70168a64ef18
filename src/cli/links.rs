//! Links to pages of the dashboard, where its web address is known.

use super::error::Problem;
use crate::engine::{DashboardPage, Session, scorecards_of};
use crate::model::{ScoreId, ScorecardId, SyncKind, WebAddress};
use crate::settings::Settings;
use serde_json::Value;
use std::collections::BTreeMap;

/// Pages of scores.
pub struct Links {
    app: Option<WebAddress>,
    scorecards: BTreeMap<ScoreId, ScorecardId>,
}

impl Links {
    /// Those of the scores that the session has seen; none without an address.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn of(settings: &Settings, session: &Session) -> Result<Self, Problem> {
        let app = settings.app_url.as_ref().map(|url| WebAddress::new(url.value.as_str()));
        let scorecards = if app.is_some() { scorecards_of(session)? } else { BTreeMap::new() };
        Ok(Self { app, scorecards })
    }

    /// The page of a score, or of a version of it, as a JSON field; null where that is not known.
    pub fn field(&self, score: &str, version: Option<&str>) -> Value {
        let score = ScoreId::from(score);
        let (Some(app), Some(scorecard)) = (&self.app, self.scorecards.get(&score)) else { return Value::Null };
        let page = DashboardPage { scorecard: scorecard.clone(), score: Some(score), version: version.map(Into::into) };
        address(app, &page).map_or(Value::Null, |page| page.to_string().into())
    }
}

/// The page below the address of the dashboard; none if no browser can go there. A standalone document has one page for all
/// its versions.
pub fn address(app: &WebAddress, page: &DashboardPage) -> Option<WebAddress> {
    let standalone = SyncKind::parse(page.scorecard.as_str()).and_then(place_of);
    if let Some(place) = standalone {
        return app.page(&place.iter().copied().chain(page.score.as_ref().map(ScoreId::on_the_wire)).collect::<Vec<_>>());
    }
    let score = page.score.iter().flat_map(|score| ["scores", score.as_str()]);
    let version = page.version.iter().flat_map(|version| ["versions", version.as_str()]);
    let parts: Vec<&str> = ["lab", "scorecards", page.scorecard.as_str()].into_iter().chain(score).chain(version).collect();
    app.page(&parts)
}

/// Where the dashboard has its pages of a kind of standalone documents.
fn place_of(kind: SyncKind) -> Option<&'static [&'static str]> {
    match kind {
        SyncKind::Score => None,
        SyncKind::ReportConfiguration => Some(&["lab", "reports", "edit"]),
        SyncKind::DataSource => Some(&["lab", "sources"]),
    }
}
