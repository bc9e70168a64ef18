//! From what a person typed to scores: a path, or an id, key, external id or name, in this order.

use crate::engine::error::Halt;
use crate::model::{Catalog, Layout, RelPath, Score, ScoreId, ScorePaths, Scorecard, SyncKind, most_similar};
use std::collections::{BTreeSet, HashMap};
use unicode_normalization::is_nfc;
use wildmatch::WildMatch;

/// How much of a name must be as it was typed to be suggested, from 0 to 1.
const LIKE: f64 = 0.5;

/// Which scores a command is about. Empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Scores, or whole scorecards.
    pub selectors: Vec<Selector>,
    /// Limits everything to these scorecards, by id, key, external id or name.
    pub scorecards: Vec<String>,
}

/// One thing that a person typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// A file or folder, relative to the scorecards root.
    Path(RelPath),
    /// An id, key, external id or name of a score, or of a scorecard for all its scores; or a pattern with `*` and `?`.
    Word(String),
    /// A score that a program knows; one that is not there selects nothing.
    Score(ScoreId),
}

impl Targets {
    /// Exactly these scores.
    pub fn scores<'a>(ids: impl IntoIterator<Item = &'a ScoreId>) -> Self {
        let selectors = ids.into_iter().map(|id| Selector::Score(id.clone())).collect();
        Self { selectors, scorecards: Vec::new() }
    }

    /// A person named this file itself.
    pub(in crate::engine) fn name_file(&self, file: &RelPath) -> bool {
        self.selectors.iter().filter_map(Selector::path).any(|path| is_typed_file(path, file))
    }

    /// A person named this score, or its files at one of these places: no folder, pattern or scorecard.
    pub(in crate::engine) fn name_just(&self, catalog: &Catalog, score: &Score, places: [&ScorePaths; 2]) -> bool {
        let is_it = |selector: &Selector| match selector {
            Selector::Path(path) => places.iter().any(|paths| paths.files().any(|file| is_typed_file(path, file))),
            Selector::Word(word) => score.is_called(word) || catalog.is_full_name(word, score),
            Selector::Score(_) => false,
        };
        !self.selectors.is_empty() && self.selectors.iter().all(is_it)
    }
}

impl Selector {
    /// The file or folder, if it is one.
    pub(in crate::engine) fn path(&self) -> Option<&RelPath> {
        if let Self::Path(path) = self { Some(path) } else { None }
    }

    /// The score, if a program names it.
    pub(in crate::engine) fn score(&self) -> Option<&ScoreId> {
        if let Self::Score(id) = self { Some(id) } else { None }
    }
}

/// The catalog with the layout of its files, ready to be searched.
pub struct Directory<'a> {
    /// Scorecards and scores.
    pub catalog: &'a Catalog,
    /// Where they live.
    pub layout: &'a Layout,
}

impl Directory<'_> {
    /// The scores that `targets` names; an unknown or ambiguous name is an error.
    pub fn resolve(&self, targets: &Targets) -> Result<BTreeSet<ScoreId>, Halt> {
        let cards = targets.scorecards.iter().map(|word| self.scorecard(word)).collect::<Result<Vec<_>, _>>()?;
        self.resolve_in(&cards, false, targets)
    }

    /// The same where the settings limit everything to some scorecards, if `targets` does not.
    pub(in crate::engine) fn resolve_within(&self, of_settings: &[String], targets: &Targets) -> Result<BTreeSet<ScoreId>, Halt> {
        if of_settings.is_empty() || !targets.scorecards.is_empty() {
            return self.resolve(targets);
        }
        let is_real = |card: &&Scorecard| SyncKind::folders().all(|folder| folder != card.id.as_str());
        let known = || self.catalog.scorecards.iter().filter(is_real).map(|card| card.name.clone()).collect();
        let of_settings = of_settings.iter().map(|word| match self.scorecard(word) {
            Err(Halt::NoMatch { selector: word, .. }) => Err(Halt::NoSuchScorecard { word, known: known() }),
            found => found,
        });
        self.resolve_in(&of_settings.collect::<Result<Vec<_>, _>>()?, true, targets)
    }

    /// The scores of `cards` that `targets` names; no cards are all.
    fn resolve_in(&self, cards: &[&Scorecard], by_settings: bool, targets: &Targets) -> Result<BTreeSet<ScoreId>, Halt> {
        let in_cards = |score: &&Score| cards.is_empty() || cards.iter().any(|card| card.id == score.scorecard_id);
        if targets.selectors.is_empty() {
            return Ok(self.catalog.scores.iter().filter(in_cards).map(|score| score.id.clone()).collect());
        }
        let scores: Vec<&Score> = self.catalog.scores.iter().filter(in_cards).collect();
        let known: BTreeSet<&ScoreId> = targets.selectors.iter().filter_map(Selector::score).collect();
        let mut found: BTreeSet<ScoreId> =
            scores.iter().map(|score| &score.id).filter(|id| known.contains(id)).cloned().collect();
        for selector in &targets.selectors {
            let named = self.select(selector, &scores);
            let is_none = named.as_ref().map_or_else(|halt| matches!(halt, Halt::NoMatch { .. }), Vec::is_empty);
            let left_out = if is_none && !cards.is_empty() { self.left_out(selector, by_settings) } else { None };
            found.extend(left_out.map_or(named, Err)?);
        }
        Ok(found)
    }

    /// The same targets by ids where a name or a file means one score, or one scorecard: they go on to mean it under another name.
    /// What means several, or nothing, stays as it was typed.
    pub(in crate::engine) fn by_id(&self, of_settings: &[String], targets: &Targets) -> Targets {
        let card = |word: &str| self.scorecard(word).ok().map(|card| card.id.to_string());
        let by_id = |selector: &Selector| {
            let alone = Targets { selectors: vec![selector.clone()], ..targets.clone() };
            let mut found = self.resolve_within(of_settings, &alone).unwrap_or_default();
            match (found.pop_first().filter(|id| found.is_empty() && self.is_name_of(selector, id)), selector) {
                (Some(id), _) => Some(Selector::Score(id)),
                (None, Selector::Word(word)) => card(word).map(Selector::Word),
                (None, Selector::Path(folder)) => {
                    self.layout.card_in(self.catalog, folder.as_str()).map(|card| Selector::Word(card.id.to_string()))
                }
                (None, Selector::Score(_)) => None,
            }
        };
        let selectors = targets.selectors.iter().map(|selector| by_id(selector).unwrap_or_else(|| selector.clone()));
        let scorecards = targets.scorecards.iter().map(|word| card(word).unwrap_or_else(|| word.clone()));
        Targets { selectors: selectors.collect(), scorecards: scorecards.collect() }
    }

    /// It names this score or one of its files, and no folder, pattern or scorecard in which it is the only one.
    fn is_name_of(&self, selector: &Selector, id: &ScoreId) -> bool {
        match selector {
            Selector::Path(path) => {
                self.layout.paths.get(id).is_some_and(|paths| paths.files().any(|file| is_typed_file(path, file)))
            }
            Selector::Word(word) => {
                let score = self.catalog.scores.iter().find(|score| score.id == *id);
                score.is_some_and(|score| score.is_called(word) || self.catalog.is_full_name(word, score))
            }
            Selector::Score(known) => known == id,
        }
    }

    fn select(&self, selector: &Selector, scores: &[&Score]) -> Result<Vec<ScoreId>, Halt> {
        match selector {
            Selector::Path(path) => self.by_path(path, scores),
            Selector::Word(word) => self.by_word(word, scores),
            Selector::Score(_) => Ok(Vec::new()),
        }
    }

    /// That a selector would match something if the command were about all scorecards.
    fn left_out(&self, selector: &Selector, by_settings: bool) -> Option<Halt> {
        let word = match selector {
            Selector::Path(path) => path.as_str(),
            Selector::Word(word) => word,
            Selector::Score(_) => return None,
        };
        let all: Vec<&Score> = self.catalog.scores.iter().collect();
        let id = self.select(selector, &all).ok()?.into_iter().next()?;
        let card = self.catalog.scorecard_of(all.into_iter().find(|score| score.id == id)?)?;
        Some(Halt::LeftOut { selector: word.to_owned(), scorecard: card.name.clone(), by_settings })
    }

    /// It means something in the catalog, or more than one thing.
    pub(in crate::engine) fn means_any(&self, selector: &Selector) -> bool {
        let scores: Vec<&Score> = self.catalog.scores.iter().collect();
        !matches!(self.select(selector, &scores), Err(Halt::NoMatch { .. }))
    }

    /// Something in the catalog has its files at or below `path`.
    pub(in crate::engine) fn holds(&self, path: &RelPath) -> bool {
        self.layout.paths.values().any(|paths| paths.lie_at(path))
    }

    /// The one scorecard that `word` names.
    pub(in crate::engine) fn scorecard(&self, word: &str) -> Result<&Scorecard, Halt> {
        let cards: Vec<&Scorecard> = self.catalog.scorecards.iter().collect();
        let matches = first_match(word, &cards, |card| [card.id.as_str(), &card.key, &card.external_id, &card.name]);
        match matches[..] {
            [card] => Ok(card),
            [] => Err(no_match(word, cards.iter().flat_map(|card| [card.name.as_str(), card.key.as_str()]))),
            _ => Err(ambiguous(word, matches.iter().map(|card| format!("{} ({})", card.name, card.id)).collect())),
        }
    }

    fn by_path(&self, path: &RelPath, scores: &[&Score]) -> Result<Vec<ScoreId>, Halt> {
        let inside = |score: &&&Score| self.layout.paths.get(&score.id).is_some_and(|paths| paths.lie_at(path));
        let found: Vec<ScoreId> = scores.iter().filter(inside).map(|score| score.id.clone()).collect();
        if found.is_empty() {
            return Err(no_match(path.as_str(), self.layout.paths.values().map(|paths| paths.code.as_str())));
        }
        Ok(found)
    }

    fn by_word(&self, word: &str, scores: &[&Score]) -> Result<Vec<ScoreId>, Halt> {
        let matches = first_match(word, scores, |score| [score.id.as_str(), &score.key, &score.external_id, &score.name]);
        match matches[..] {
            [score] => Ok(vec![score.id.clone()]),
            [] => match self.by_full_name(word, scores) {
                Some(score) => Ok(vec![score.id.clone()]),
                None if word.contains(['*', '?']) => self.by_pattern(word, scores),
                None => self.by_scorecard(word, scores),
            },
            _ => Err(ambiguous(word, matches.iter().map(|score| self.describe(score)).collect())),
        }
    }

    /// See [`Catalog::is_full_name`].
    fn by_full_name<'a>(&self, word: &str, scores: &[&'a Score]) -> Option<&'a Score> {
        let mut found = scores.iter().filter(|score| self.catalog.is_full_name(word, score));
        found.next().filter(|_| found.next().is_none()).copied()
    }

    /// `*` stands for any text and `?` for any one character, in names of scores, `Scorecard/Score` and paths of code.
    fn by_pattern(&self, word: &str, scores: &[&Score]) -> Result<Vec<ScoreId>, Halt> {
        let pattern = WildMatch::new(word);
        let cards: HashMap<_, &str> = self.catalog.scorecards.iter().map(|card| (&card.id, card.name.as_str())).collect();
        let is_meant = |score: &&&Score| {
            let full = cards.get(&score.scorecard_id).map(|card| format!("{card}/{}", score.name));
            let path = self.layout.paths.get(&score.id).map(|paths| paths.code.as_str());
            pattern.matches(&score.name)
                || full.is_some_and(|full| pattern.matches(&full))
                || path.is_some_and(|path| pattern.matches(path))
        };
        let found: Vec<ScoreId> = scores.iter().filter(is_meant).map(|score| score.id.clone()).collect();
        if found.is_empty() { Err(no_match(word, std::iter::empty())) } else { Ok(found) }
    }

    /// A scorecard's name selects all its scores.
    fn by_scorecard(&self, word: &str, scores: &[&Score]) -> Result<Vec<ScoreId>, Halt> {
        match self.scorecard(word) {
            Ok(card) => Ok(scores.iter().filter(|score| score.scorecard_id == card.id).map(|score| score.id.clone()).collect()),
            Err(Halt::NoMatch { .. }) => {
                let names = scores.iter().flat_map(|score| [&*score.name, &*score.key]);
                Err(no_match(word, names.chain(self.catalog.scorecards.iter().map(|card| card.name.as_str()))))
            }
            Err(other) => Err(other),
        }
    }

    fn describe(&self, score: &Score) -> String {
        let path = self.layout.paths.get(&score.id).map_or(&*score.name, |paths| paths.code.as_str());
        format!("{path} ({})", score.id)
    }
}

/// A path that was typed means this file.
pub(in crate::engine) fn is_typed_file(typed: &RelPath, file: &RelPath) -> bool {
    typed.is_form_of(file.as_str()) && is_typed_form(typed, file)
}

/// A composed name means any Unicode form. Another form is kept only where it is another file: it means that one alone.
pub(in crate::engine) fn is_typed_form(typed: &RelPath, path: &RelPath) -> bool {
    is_nfc(typed.as_str()) || path.as_str().starts_with(typed.as_str())
}

/// The items whose first kind of name equals `word`; later kinds count only where earlier ones match nothing.
fn first_match<'a, T>(word: &str, items: &[&'a T], names: impl Fn(&'a T) -> [&'a str; 4]) -> Vec<&'a T> {
    (0..4)
        .map(|kind| items.iter().copied().filter(|item| !word.is_empty() && names(item)[kind] == word).collect::<Vec<_>>())
        .find(|matches| !matches.is_empty())
        .unwrap_or_default()
}

fn ambiguous(word: &str, matches: Vec<String>) -> Halt {
    Halt::Ambiguous { selector: word.to_owned(), matches }
}

fn no_match<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Halt {
    let named = names.filter(|name| !name.is_empty());
    Halt::NoMatch { selector: word.to_owned(), suggestion: most_similar(word, named, LIKE).map(str::to_owned) }
}
