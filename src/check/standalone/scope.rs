//! The scorecard and the score that a document names: are they known? As Plexus looks them up, by id, key, external id or name.

use crate::check::collector::Collector;
use crate::check::rule::Rule;
use crate::model::{Catalog, SyncKind, most_similar, suggest};
use std::ops::Range;

/// How much of a name must be as it was typed to be suggested, from 0 to 1.
const LIKE: f64 = 0.5;
/// Words that stand for every scorecard or score.
const ALL: [&str; 2] = ["all", "*"];

/// The scorecards and scores that were last seen.
#[derive(Clone, Copy)]
pub struct KnownCatalog<'a> {
    /// What was seen; nothing where nobody looked yet.
    pub catalog: &'a Catalog,
    /// It has all scorecards of the account, not only those that the workspace syncs.
    pub is_whole: bool,
}

/// A name in a document, and where it stands.
pub struct SaidName<'t> {
    /// The name.
    pub text: &'t str,
    /// Its bytes in the file.
    pub at: Range<usize>,
}

/// What a scorecard or a score answers to.
type CalledBy<'c> = [&'c str; 4];

/// Reports a scorecard that is not known, or a score that its scorecard does not have.
pub fn check(
    scorecard: Option<SaidName<'_>>,
    score: Option<SaidName<'_>>,
    known: KnownCatalog<'_>,
    collector: &mut Collector<'_>,
) {
    let Some(scorecard) = scorecard.filter(SaidName::is_one) else { return };
    let cards = || known.catalog.scorecards.iter().filter(|card| SyncKind::parse(card.id.as_str()).is_none());
    let names_of_cards = || cards().map(|card| [card.name.as_str(), &card.key, card.id.as_str(), &card.external_id]);
    let meant: Vec<_> = cards().zip(names_of_cards()).filter(|(_, names)| names.contains(&scorecard.text)).collect();
    if meant.is_empty() {
        if known.is_whole && cards().next().is_some() {
            unknown(&scorecard, "scorecard", "", names_of_cards(), collector);
        }
        return;
    }
    let Some(score) = score.filter(SaidName::is_one) else { return };
    let is_inside = |id: &_| meant.iter().any(|(card, _)| card.id == *id);
    let scores = known.catalog.scores.iter().filter(|score| is_inside(&score.scorecard_id));
    let names: Vec<CalledBy<'_>> =
        scores.map(|score| [&*score.name, &score.key, score.id.as_str(), &score.external_id]).collect();
    if !names.iter().any(|names| names.contains(&score.text)) {
        let place = format!(" in {:?}", meant[0].0.name);
        unknown(&score, "score", &place, names.into_iter(), collector);
    }
}

impl SaidName<'_> {
    fn is_one(&self) -> bool {
        !self.text.is_empty() && !ALL.iter().any(|word| self.text.eq_ignore_ascii_case(word))
    }
}

fn unknown<'c>(
    said: &SaidName<'_>,
    what: &str,
    place: &str,
    names: impl Iterator<Item = CalledBy<'c>> + Clone,
    collector: &mut Collector<'_>,
) {
    // Nobody misspells an id.
    let typed = || names.clone().flat_map(|[name, key, ..]| [name, key]).filter(|name| !name.is_empty());
    let fix = match suggest(said.text, typed()).or_else(|| most_similar(said.text, typed(), LIKE)) {
        Some(meant) => format!("did you mean {meant:?}?"),
        None => format!("write the name, key or id of a {what}; `scoresync pull` sees new ones"),
    };
    collector.add(Rule::UnknownScope, said.at.clone(), format!("no {what}{place} is called {:?}", said.text), fix);
}
