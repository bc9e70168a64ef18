//! What is synced: scores, and documents that stand for themselves. All of them go through one engine; [`SyncKind`] says in
//! what they differ.
//!
//! A standalone document travels through the engine as a score with one document. Its ids say what it is: that of a report
//! configuration is `report-configuration:<id>`, those of its versions end with `@report-configuration:<id>`. So nothing has
//! to be remembered to know where a write goes, and two records that share a version of the dashboard do not share one here.

use super::document::DocKind;
use super::ids::{ScoreId, ScorecardId, VersionId};
use std::fmt;

/// Between the version that the dashboard knows and the document that it is a version of.
const OF: char = '@';

/// What is synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SyncKind {
    /// A score: code and guidelines, with versions, one of which is champion.
    Score,
    /// A report configuration: Markdown, without versions. What is pushed runs at once.
    ReportConfiguration,
    /// A data source: YAML, with versions beside the text that runs.
    DataSource,
}

impl SyncKind {
    /// The kinds that stand for themselves.
    pub const STANDALONE: [Self; 2] = [Self::ReportConfiguration, Self::DataSource];

    /// What `score` is.
    pub fn of(score: &ScoreId) -> Self {
        let is_kind = |kind: &Self| score.as_str().strip_prefix(kind.word()).is_some_and(|rest| rest.starts_with(':'));
        Self::STANDALONE.into_iter().find(is_kind).unwrap_or(Self::Score)
    }

    /// What `version` is a version of.
    pub fn of_version(version: &VersionId) -> Self {
        version.document().map_or(Self::Score, |document| Self::of(&document))
    }

    /// What lies in the folder at the start of `path`, relative to the scorecards root.
    pub fn at(path: &str) -> Self {
        let is_at = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        Self::STANDALONE.into_iter().find(|kind| kind.folder().is_some_and(is_at)).unwrap_or(Self::Score)
    }

    /// What `word` in the settings asks for: the name of the folder.
    pub fn parse(word: &str) -> Option<Self> {
        Self::STANDALONE.into_iter().find(|kind| kind.folder() == Some(word))
    }

    /// The folder of this kind's files, beside the scorecards root; none for scores, which lie below it.
    pub fn folder(self) -> Option<&'static str> {
        match self {
            Self::Score => None,
            Self::ReportConfiguration => Some("report-configurations"),
            Self::DataSource => Some("data-sources"),
        }
    }

    /// Its one document, or the one that a score cannot do without.
    pub fn main_document(self) -> DocKind {
        match self {
            Self::Score => DocKind::Code,
            Self::ReportConfiguration => DocKind::ReportConfiguration,
            Self::DataSource => DocKind::DataSource,
        }
    }

    /// How its main files end.
    pub fn ending(self) -> &'static str {
        if self.main_document().is_yaml() { ".yaml" } else { ".md" }
    }

    /// A push can make a version that does not run yet.
    pub fn has_drafts(self) -> bool {
        self != Self::ReportConfiguration
    }

    /// It is synced where these standalone kinds are asked for; scores always are.
    pub fn is_synced(self, asked_for: &[Self]) -> bool {
        self == Self::Score || asked_for.contains(&self)
    }

    /// It belongs to no score.
    pub fn is_standalone(self) -> bool {
        self != Self::Score
    }

    /// The folders of all standalone kinds.
    pub fn folders() -> impl Iterator<Item = &'static str> {
        Self::STANDALONE.into_iter().filter_map(Self::folder)
    }

    /// What stands in the catalog for the scorecard of such documents; none for scores, which have real ones.
    pub fn scorecard(self) -> Option<ScorecardId> {
        self.folder().map(ScorecardId::from)
    }

    /// The id here of the record that has `id` in the dashboard.
    pub fn score_id(self, id: &str) -> ScoreId {
        match self {
            Self::Score => ScoreId::from(id),
            _ => ScoreId::from(format!("{}:{id}", self.word())),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::ReportConfiguration => "report-configuration",
            Self::DataSource => "data-source",
        }
    }
}

/// As it stands in messages: `report configuration`.
impl fmt::Display for SyncKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Score => f.write_str("score"),
            kind => kind.main_document().fmt(f),
        }
    }
}

impl ScoreId {
    /// The id that the dashboard knows: without the kind of a standalone document.
    pub fn on_the_wire(&self) -> &str {
        match SyncKind::of(self) {
            SyncKind::Score => self.as_str(),
            kind => &self.as_str()[kind.word().len() + 1..],
        }
    }
}

impl VersionId {
    /// The version of a standalone document that has `id` in the dashboard, or whose text has that id.
    pub fn of_document(id: &str, document: &ScoreId) -> Self {
        Self::from(format!("{id}{OF}{document}"))
    }

    /// The standalone document that it is a version of; none for a version of a score.
    pub fn document(&self) -> Option<ScoreId> {
        let (_, document) = self.as_str().split_once(OF)?;
        let document = ScoreId::from(document);
        SyncKind::of(&document).is_standalone().then_some(document)
    }

    /// The id that the dashboard knows: without the standalone document that it is of.
    pub fn on_the_wire(&self) -> &str {
        self.document().and_then(|_| self.as_str().split_once(OF)).map_or(self.as_str(), |(id, _)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_what_it_is_of() {
        for kind in SyncKind::STANDALONE {
            let document = kind.score_id("7-a");
            let version = VersionId::of_document("9-b", &document);
            assert_eq!((SyncKind::of(&document), document.on_the_wire()), (kind, "7-a"));
            assert_eq!((version.document(), version.on_the_wire()), (Some(document), "9-b"));
        }
        let score = SyncKind::Score.score_id("7-a");
        assert_eq!((SyncKind::of(&score), score.on_the_wire(), score.as_str()), (SyncKind::Score, "7-a", "7-a"));
        for id in ["9-b", "9@b", "data-source:9"] {
            assert_eq!((VersionId::from(id).document(), VersionId::from(id).on_the_wire()), (None, id));
        }
    }

    #[test]
    fn folders_name_kinds() {
        assert_eq!(SyncKind::at("data-sources/A.yaml"), SyncKind::DataSource);
        assert_eq!(SyncKind::at("report-configurations"), SyncKind::ReportConfiguration);
        assert_eq!((SyncKind::at("Card/data-sources"), SyncKind::at("data-sources2/a")), (SyncKind::Score, SyncKind::Score));
        assert_eq!((SyncKind::parse("data-sources"), SyncKind::parse("scores")), (Some(SyncKind::DataSource), None));
    }
}
