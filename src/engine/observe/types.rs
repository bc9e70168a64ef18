//! What an observation is asked for, and what it is.

use crate::engine::error::Halt;
use crate::engine::observe::first_pulls::FirstPulls;
use crate::engine::observe::git::GitLook;
use crate::engine::observe::owners::of_commit::OwnedTexts;
use crate::engine::observe::starting_point::Rest;
use crate::engine::select::Targets;
use crate::model::{
    CachedFile, Catalog, Layout, RelPath, ScoreId, ScorePaths, ScoreSides, SharedName, Trees, VersionId, VersionMeta,
};
use std::collections::{BTreeMap, HashMap};

/// How much of the dashboard a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Depth {
    /// Which champions there are and which files differ from their base; no contents, and nothing to plan with.
    Ids,
    /// What champions and edited files say; nothing to plan with.
    Texts,
    /// How each score stands; a score that was never pulled needs no contents for that.
    Standings,
    /// Everything that a pull or push of the selected scores needs.
    Contents,
}

impl Depth {
    /// It says how each score stands.
    pub fn has_standings(self) -> bool {
        matches!(self, Self::Standings | Self::Contents)
    }
}

/// What a push is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Pushed {
    /// What the files say other than the base.
    Edits,
    /// Whatever differs from the base, code that says the same in another way too.
    Differences,
}

/// Where the catalog comes from.
pub(in crate::engine) enum CatalogSource {
    /// It is read; offline it is the one last seen.
    Now,
    /// It was just read and recorded, all of it or what the run is about.
    Recorded,
    /// It was read; there may be more than is in it.
    Given(Catalog),
}

/// What is to be observed.
pub(in crate::engine) struct ObserveRequest<'a> {
    /// The scores that it is about.
    pub targets: &'a Targets,
    /// How much of the dashboard is read.
    pub depth: Depth,
    /// Where the catalog comes from.
    pub catalog: CatalogSource,
    /// Texts of a commit in the place of the files'.
    pub texts: Option<&'a OwnedTexts<'a>>,
    /// What is to be pushed: versions that say it already are looked for.
    pub pushes: Option<Pushed>,
    /// A version that stands in the place of the champion of its score.
    pub taken: Option<(ScoreId, VersionId)>,
    /// Scores that cannot have moved since they were last looked at may be counted instead.
    pub only_moved: bool,
    /// A word means what it meant when the catalog was last read whole.
    pub by_last_names: bool,
    /// Scores that a pull reads portion by portion are set apart.
    pub first_pulls_apart: bool,
}

impl<'a> ObserveRequest<'a> {
    /// Everything that a pull or push of `targets` needs.
    pub fn contents(targets: &'a Targets) -> Self {
        Self::of(targets, Depth::Contents)
    }

    /// `targets` at this depth.
    pub fn of(targets: &'a Targets, depth: Depth) -> Self {
        let catalog = CatalogSource::Now;
        Self {
            targets,
            depth,
            catalog,
            texts: None,
            pushes: None,
            taken: None,
            only_moved: false,
            by_last_names: false,
            first_pulls_apart: false,
        }
    }

    /// The same, with this catalog.
    pub fn with_catalog(self, catalog: CatalogSource) -> Self {
        Self { catalog, ..self }
    }

    /// The same, with only the scores that can have moved, if `only_moved`.
    pub fn only_moved(self, only_moved: bool) -> Self {
        Self { only_moved, ..self }
    }

    /// The same, for a look that changes nothing: it need not know whether a word means another score, too, by now.
    pub fn by_last_names(self) -> Self {
        Self { by_last_names: true, ..self }
    }

    /// The same, with scores set apart that a pull reads portion by portion.
    pub fn first_pulls_apart(self) -> Self {
        Self { first_pulls_apart: true, ..self }
    }

    /// The same, before a push; with `reformat` of code, too, that is only written in another way.
    pub fn for_push(self, reformat: bool) -> Self {
        Self { pushes: Some(if reformat { Pushed::Differences } else { Pushed::Edits }), ..self }
    }

    /// The same, as if this version were the champion of its score.
    pub fn taking(self, score: ScoreId, version: VersionId) -> Self {
        Self { taken: Some((score, version)), ..self }
    }

    /// The same, with the texts of a commit.
    pub fn with_texts(self, texts: &'a OwnedTexts<'a>) -> Self {
        Self { texts: Some(texts), ..self }
    }
}

/// Both sides and what they last agreed on, as they were observed.
pub(in crate::engine) struct Observation {
    /// All scorecards and scores of the account.
    pub catalog: Catalog,
    /// Where the files of its scores belong.
    pub layout: Layout,
    /// The selected scores, without those that were set apart.
    pub trees: Trees,
    /// The scores that were set apart.
    pub first_pulls: FirstPulls,
    /// Scores that were renamed in Plexus and whose code is where it belongs by now, though Synced does not say so; also such
    /// that are not selected.
    pub arrivals: Vec<(ScoreId, ScorePaths)>,
    /// A program picked them one by one: how many of them are deleted says nothing about the whole.
    pub picked: bool,
    /// Files in scorecard folders that belong to no score.
    pub unknown: Vec<RelPath>,
    /// Guidelines beside the code.
    pub legacy: Vec<RelPath>,
    /// Temporary files of ours that a run left behind when it died.
    pub leftovers: Vec<RelPath>,
    /// The champions whose contents were read.
    pub champions: ChampionMetas,
    /// Names that had to be told apart.
    pub shared_names: Vec<SharedName>,
    /// What the dashboard listed but could not show.
    pub unreadable: Vec<String>,
    /// What git says of files that differ from their base or have none.
    pub git: GitLook,
    /// The stat cache of what was looked at.
    pub files: HashMap<RelPath, CachedFile>,
    /// When the first look at the files began, nanoseconds since 1970.
    pub began: i64,
    /// The generation of the state that was loaded.
    pub generation: i64,
    /// What is known of scores that were not looked at; none where all that are selected were.
    pub rest: Option<Rest>,
}

/// Champions by their scores.
pub(in crate::engine) type ChampionMetas = BTreeMap<ScoreId, VersionMeta>;

impl Observation {
    /// The catalog for another observation of the run: where a part of it was taken from what is recorded, that again.
    pub(in crate::engine) fn catalog_again(self) -> CatalogSource {
        if self.rest.is_some() { CatalogSource::Recorded } else { CatalogSource::Given(self.catalog) }
    }

    /// The one score that was selected.
    ///
    /// # Errors
    /// [`Halt::NotOneScore`] if there is none, or several.
    pub(in crate::engine) fn only_score(&self) -> Result<(&ScoreId, &ScoreSides), Halt> {
        let mut trees = self.trees.iter();
        match (trees.next(), trees.next()) {
            (Some(score), None) => Ok(score),
            _ => Err(Halt::NotOneScore(self.trees.iter().map(|(id, sides)| (id.clone(), sides.paths.code.clone())).collect())),
        }
    }
}
