//! [`PathIndex`]: which score a path belongs to, and where the files of a score are.

use crate::check::ScoreNames;
use crate::engine::error::Halt;
use crate::engine::select::{Directory, Targets};
use crate::model::{Catalog, Layout, RelPath, Score, ScoreId, ScorePaths, ScorecardId, SyncedScore};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

/// The files of the scores that are followed.
#[derive(Debug, Default)]
pub(super) struct PathIndex {
    catalog: Catalog,
    number_by_id: HashMap<ScoreId, usize>,
    by_id: BTreeMap<ScoreId, ScorePaths>,
    by_path: BTreeMap<RelPath, ScoreId>,
    /// Files that are not where their scores belong; others may belong there.
    left: BTreeMap<RelPath, ScoreId>,
    /// The names of the scores of each scorecard, once somebody asks.
    names: OnceCell<HashMap<ScorecardId, ScoreNames>>,
}

/// Nothing differs that makes paths.
fn has_place_of(a: &Score, b: &Score) -> bool {
    a.name == b.name && a.scorecard_id == b.scorecard_id && a.external_id == b.external_id
}

impl PathIndex {
    /// The places of a catalog and, for scores that moved or are gone, those that are `recorded`. Only what `targets`
    /// names, in the scorecards of the settings; scores that are gone only where no others are named.
    pub fn new(
        catalog: Catalog,
        recorded: &BTreeMap<ScoreId, ScorePaths>,
        targets: &Targets,
        of_settings: &[String],
    ) -> Result<Self, Halt> {
        let layout = Layout::of(&catalog);
        let followed = Directory { catalog: &catalog, layout: &layout }.resolve_within(of_settings, targets)?;
        let mut path_index = Self::default();
        let is_named = |id: &ScoreId| targets.selectors.iter().any(|selector| selector.score() == Some(id));
        let is_gone = |id: &ScoreId| !layout.paths.contains_key(id) && (targets.selectors.is_empty() || is_named(id));
        for (id, paths) in layout.paths.iter().filter(|(id, _)| followed.contains(*id)) {
            path_index.put(id, paths);
        }
        for (id, at) in recorded.iter().filter(|(id, at)| layout.paths.get(*id) != Some(*at)) {
            if is_gone(id) {
                path_index.by_id.insert(id.clone(), at.clone());
            }
            if path_index.by_id.contains_key(id) {
                path_index.left.extend(at.files().map(|path| (path.clone(), id.clone())));
            }
        }
        path_index.keep_catalog(catalog);
        Ok(path_index)
    }

    /// The same targets by ids, see [`Directory::by_id`].
    pub fn by_id(&self, targets: &Targets, of_settings: &[String]) -> Targets {
        Directory { catalog: &self.catalog, layout: &Layout::of(&self.catalog) }.by_id(of_settings, targets)
    }

    fn put(&mut self, id: &ScoreId, paths: &ScorePaths) {
        for path in paths.files() {
            self.by_path.insert(path.clone(), id.clone());
        }
        self.by_id.insert(id.clone(), paths.clone());
    }

    /// The catalog that they were made of.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The catalog and where each score is in it.
    fn keep_catalog(&mut self, catalog: Catalog) {
        let ids = catalog.scores.iter().enumerate();
        self.number_by_id = ids.map(|(number, score)| (score.id.clone(), number)).collect();
        self.catalog = catalog;
    }

    /// A score of the catalog.
    pub fn score(&self, id: &ScoreId) -> Option<&Score> {
        self.catalog.scores.get(*self.number_by_id.get(id)?)
    }

    /// The names of the scores of a score's scorecard; none of one that is not in the catalog.
    pub fn names_around(&self, id: &ScoreId) -> Cow<'_, ScoreNames> {
        let by_card = self.names.get_or_init(|| names_by_card(&self.catalog));
        let names = self.score(id).and_then(|score| by_card.get(&score.scorecard_id));
        names.map_or_else(|| Cow::Owned(ScoreNames::default()), Cow::Borrowed)
    }

    /// Those of a few scores that have another champion than is known.
    pub fn promoted<'s>(&self, few: &'s [Score]) -> impl Iterator<Item = &'s Score> {
        few.iter().filter(|now| self.score(&now.id).is_some_and(|known| known.champion != now.champion))
    }

    /// Those of `scores` whose champion or place is not that of their last sync, with their code files: the others were moved by us.
    pub fn not_as_synced(&self, scores: &BTreeSet<ScoreId>, synced: &BTreeMap<ScoreId, SyncedScore>) -> Vec<(ScoreId, RelPath)> {
        let is_synced = |id: &ScoreId, paths: &ScorePaths| {
            let champion = self.score(id).map(|score| &score.champion);
            synced.get(id).is_some_and(|synced| champion == Some(&synced.champion) && synced.paths == *paths)
        };
        let followed = scores.iter().filter_map(|id| Some((id, self.of(id)?)));
        followed.filter(|(id, paths)| !is_synced(id, paths)).map(|(id, paths)| (id.clone(), paths.code.clone())).collect()
    }

    /// A few scores are in the same places: they are taken as they are. False if the places have to be made anew.
    pub fn keep_few(&mut self, few: &[Score]) -> bool {
        let is_same = few.iter().all(|now| self.score(&now.id).is_some_and(|known| has_place_of(known, now)));
        if is_same {
            few.iter().for_each(|now| self.catalog.scores[self.number_by_id[&now.id]].clone_from(now));
        }
        is_same
    }

    /// Another catalog has all scores in the same places: it is taken as it is. False if the places have to be made anew.
    pub fn keep(&mut self, catalog: &Catalog) -> bool {
        let is_same = |now: &Score| self.score(&now.id).is_some_and(|known| has_place_of(known, now));
        let same = self.catalog.scorecards == catalog.scorecards
            && self.number_by_id.len() == catalog.scores.len()
            && catalog.scores.iter().all(is_same);
        if same {
            self.keep_catalog(catalog.clone());
        }
        same
    }

    /// How many scores are followed.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The scores that are followed.
    pub fn ids(&self) -> impl Iterator<Item = &ScoreId> {
        self.by_id.keys()
    }

    /// Where a score's files are.
    pub fn of(&self, id: &ScoreId) -> Option<&ScorePaths> {
        self.by_id.get(id)
    }

    /// The scores that a path belongs to, with their code files: for a document the one that belongs there and the one that has
    /// its file there still, for a folder all below.
    pub fn at(&self, path: &RelPath) -> Vec<(ScoreId, RelPath)> {
        let both = [&self.by_path, &self.left];
        let mut found: BTreeSet<&ScoreId> = both.iter().filter_map(|by_path| by_path.get(path)).collect();
        if found.is_empty() {
            // All that begins with the folder's name and a slash stands together.
            let folder = format!("{path}/");
            for by_path in both {
                let from = by_path.range::<str, _>((Bound::Included(folder.as_str()), Bound::Unbounded));
                found.extend(from.take_while(|(file, _)| file.as_str().starts_with(&folder)).map(|(_, id)| id));
            }
        }
        found.into_iter().filter_map(|id| Some((id.clone(), self.of(id)?.code.clone()))).collect()
    }
}

fn names_by_card(catalog: &Catalog) -> HashMap<ScorecardId, ScoreNames> {
    let mut by_card: HashMap<&ScorecardId, Vec<String>> = HashMap::new();
    catalog.scores.iter().for_each(|score| by_card.entry(&score.scorecard_id).or_default().push(score.name.to_string()));
    by_card.into_iter().map(|(card, names)| (card.clone(), names.into_iter().collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Scorecard;

    const CARDS: [&str; 6] = ["QA", "QA 2", "QA-3", "QA!", "Q", "QA0"];

    /// Two scores in each scorecard.
    fn path_index() -> PathIndex {
        let card =
            |name: &&str| Scorecard { id: (*name).into(), name: (*name).into(), key: String::new(), external_id: String::new() };
        let score = |(card, name): (&str, &str)| Score {
            id: format!("{card}:{name}").as_str().into(),
            scorecard_id: card.into(),
            name: name.into(),
            key: "".into(),
            external_id: "".into(),
            champion: None,
            disabled: false,
        };
        let both = CARDS.iter().flat_map(|card| [(*card, "Greeting"), (*card, "Tone")]);
        let catalog = Catalog { scorecards: CARDS.iter().map(card).collect(), scores: both.map(score).collect() };
        PathIndex::new(catalog, &BTreeMap::new(), &Targets::default(), &[]).expect("all scores")
    }

    #[test]
    fn a_folder_has_what_is_below_it_and_nothing_that_is_called_alike() {
        let path_index = path_index();
        let found = |path: &str| {
            let found = path_index.at(&RelPath::parse(path).expect("a safe path"));
            found.into_iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>()
        };
        for card in CARDS {
            let both = [format!("{card}:Greeting"), format!("{card}:Tone")];
            assert_eq!(found(card), both, "each once, by code and guidelines");
            assert_eq!(found(&format!("{card}/guidelines")), both);
            assert_eq!(found(&format!("{card}/Tone.yaml")), both[1..]);
        }
        assert_eq!(found("QA/Ton"), [""; 0]);
        assert_eq!(found("Z"), [""; 0]);
    }

    /// Both are looked at: who belongs there waits for the other one.
    #[test]
    fn a_file_at_an_old_place_is_that_of_its_score_too() {
        let catalog = path_index().catalog().clone();
        let place =
            |stem: &str| ScorePaths::parse(&format!("QA/{stem}.yaml"), &format!("QA/guidelines/{stem}.md")).expect("safe paths");
        let recorded = [("QA:Greeting", place("Tone")), ("gone", place("Gone")), ("QA:Tone", place("Tone"))];
        let recorded = recorded.into_iter().map(|(id, at)| (id.into(), at)).collect();
        let path_index = PathIndex::new(catalog, &recorded, &Targets::default(), &[]).expect("all scores");
        let found = |path: &str| {
            let found = path_index.at(&RelPath::parse(path).expect("a safe path"));
            found.into_iter().map(|(id, code)| (id.to_string(), code.to_string())).collect::<Vec<_>>()
        };
        let pair = |id: &str, code: &str| (id.to_owned(), code.to_owned());
        let both = [pair("QA:Greeting", "QA/Greeting.yaml"), pair("QA:Tone", "QA/Tone.yaml")];
        assert_eq!(found("QA/Tone.yaml"), both);
        assert_eq!(found("QA/guidelines/Gone.md"), [pair("gone", "QA/Gone.yaml")]);
        assert_eq!(found("QA/guidelines").len(), 3);
    }

    #[test]
    fn a_score_is_among_those_of_its_scorecard() {
        let path_index = path_index();
        let names = |id: &str| path_index.names_around(&id.into()).iter().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(names("QA:Tone"), ["Greeting", "Tone"]);
        assert_eq!(names("gone"), [""; 0]);
    }
}
