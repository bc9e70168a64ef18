//! Which files belong to which score: paths from names, with colliding names told apart.

use super::catalog::{Catalog, Score, Scorecard};
use super::ids::ScoreId;
use super::names::{file_stem, folder_name, plexus_stem};
use super::score_paths::ScorePaths;
use super::sync_kind::SyncKind;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use unicode_normalization::UnicodeNormalization;

/// Where every score of a catalog lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Paths by score.
    pub paths: BTreeMap<ScoreId, ScorePaths>,
    /// The folders of all scorecards, those without a score too.
    pub folders: Vec<String>,
    /// Names that had to be told apart.
    pub shared_names: Vec<SharedName>,
}

/// Names that would make the same file or folder, and what each of them makes instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedName {
    /// What is named so.
    pub what: Named,
    /// Each name with its folder, or its file without the ending, in order.
    pub names: Vec<(String, String)>,
}

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// Scorecards, whose names make folders.
    Scorecards,
    /// Scores, whose names make files.
    Scores,
    /// Standalone documents of one kind, which do as well.
    Documents,
}

impl Named {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Scorecards, Self::Scores, Self::Documents];
}

impl Layout {
    /// Computes all paths. The same catalog gives the same layout, in whatever order its rows come.
    pub fn of(catalog: &Catalog) -> Self {
        let mut shared_names = Vec::new();
        let cards: Vec<&Scorecard> = catalog.scorecards.iter().collect();
        let folders = told_apart(&cards, folder, |card| [card.external_id.as_str(), card.id.as_str()]);
        note_shared(&mut shared_names, Named::Scorecards, &cards, &folders, |card| &card.name);
        let mut by_card: BTreeMap<_, Vec<&Score>> = BTreeMap::new();
        for score in &catalog.scores {
            by_card.entry(&score.scorecard_id).or_default().push(score);
        }
        let mut paths = BTreeMap::new();
        for (card, folder) in cards.iter().zip(&folders) {
            let scores = by_card.remove(&card.id).unwrap_or_default();
            let stems = told_apart(&scores, |score| file_stem(&score.name), |score| [&*score.external_id, score.id.as_str()]);
            let what = if SyncKind::parse(card.id.as_str()).is_some() { Named::Documents } else { Named::Scores };
            note_shared(&mut shared_names, what, &scores, &stems, |score| &score.name);
            paths.extend(scores.iter().zip(&stems).map(|(score, stem)| (score.id.clone(), ScorePaths::new(folder, stem))));
        }
        Self { paths, folders, shared_names }
    }

    /// The scorecard whose folder this is; `catalog` is the one that this was made of.
    pub fn card_in<'c>(&self, catalog: &'c Catalog, folder: &str) -> Option<&'c Scorecard> {
        let mut cards = catalog.scorecards.iter().zip(&self.folders);
        cards.find(|(_, its)| *its == folder).map(|(card, _)| card)
    }
}

/// The folder of a scorecard, if no other wants it; that of standalone documents is what it is, and no other gets it.
fn folder(card: &Scorecard) -> String {
    let kind = SyncKind::parse(card.id.as_str());
    kind.and_then(SyncKind::folder).map_or_else(|| folder_name(&card.name), str::to_owned)
}

/// Gives each item its plain stem if no other item wants it (by case or Unicode form either), else the stem with the
/// external id, and where even that is taken, with the id.
fn told_apart<T>(items: &[&T], plain: impl Fn(&T) -> String, tags: impl Fn(&T) -> [&str; 2]) -> Vec<String> {
    let mut stems: Vec<String> = items.iter().map(|item| plain(item)).collect();
    for level in 0..2 {
        let colliding = colliding(&stems);
        if colliding.is_empty() {
            break;
        }
        for at in colliding {
            stems[at] = format!("{} ~{}", plain(items[at]), plexus_stem(tags(items[at])[level]));
        }
    }
    stems
}

/// The places of all stems that are not alone.
fn colliding(stems: &[String]) -> Vec<usize> {
    let mut wanted_by: HashMap<Cow<'_, str>, Vec<usize>> = HashMap::with_capacity(stems.len());
    for (at, stem) in stems.iter().enumerate() {
        wanted_by.entry(folded(stem)).or_default().push(at);
    }
    wanted_by.into_values().filter(|places| places.len() > 1).flatten().collect()
}

/// The form in which two names are the same file on some file system.
fn folded(stem: &str) -> Cow<'_, str> {
    if stem.is_ascii() {
        let is_folded = !stem.bytes().any(|byte| byte.is_ascii_uppercase());
        return if is_folded { Cow::Borrowed(stem) } else { Cow::Owned(stem.to_ascii_lowercase()) };
    }
    Cow::Owned(stem.nfc().collect::<String>().to_lowercase().nfc().collect())
}

fn note_shared<'a, T>(
    shared: &mut Vec<SharedName>,
    what: Named,
    items: &[&'a T],
    stems: &[String],
    name: impl Fn(&'a T) -> &'a str,
) {
    let mut groups: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (item, stem) in items.iter().copied().zip(stems) {
        if let Some((plain, _)) = stem.split_once(" ~").filter(|_| !name(item).contains(" ~")) {
            groups.entry(folded(plain).into_owned()).or_default().push((name(item).to_owned(), stem.clone()));
        }
    }
    for mut names in groups.into_values() {
        names.sort();
        shared.push(SharedName { what, names });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ScorecardId;

    fn catalog(names: &[(&str, &str)]) -> Catalog {
        let card = Scorecard { id: ScorecardId::from("c"), name: "Card".into(), key: "card".into(), external_id: "9".into() };
        let scores = names.iter().map(|(name, external)| Score::sample(external, "c", name)).collect();
        Catalog { scorecards: vec![card], scores }
    }

    fn code_paths(names: &[(&str, &str)]) -> Vec<String> {
        Layout::of(&catalog(names)).paths.values().map(|paths| paths.code.to_string()).collect()
    }

    #[test]
    fn a_unique_name_is_its_own_file() {
        assert_eq!(code_paths(&[("Tone", "1"), ("Greeting", "2")]), ["Card/Tone.yaml", "Card/Greeting.yaml"]);
        assert!(Layout::of(&catalog(&[("Tone", "1")])).shared_names.is_empty());
    }

    #[test]
    fn colliding_names_all_get_their_external_id_in_any_order() {
        let expected = ["Card/A-B ~1.yaml", "Card/A-B ~2.yaml", "Card/A-B ~3.yaml"];
        assert_eq!(code_paths(&[("A/B", "1"), ("A:B", "2"), ("A--B", "3")]), expected);
        assert_eq!(code_paths(&[("A--B", "3"), ("A:B", "2"), ("A/B", "1")]), expected);
        assert_eq!(Layout::of(&catalog(&[("A/B", "1"), ("A:B", "2")])).shared_names.len(), 1);
    }

    #[test]
    fn case_and_unicode_twins_collide() {
        assert_eq!(code_paths(&[("TONE", "1"), ("tone", "2")]), ["Card/TONE ~1.yaml", "Card/tone ~2.yaml"]);
        let twins = code_paths(&[("caf\u{e9}", "1"), ("cafe\u{301}", "2")]);
        assert_ne!(twins[0], twins[1]);
    }

    #[test]
    fn a_name_that_looks_like_a_suffix_does_not_get_anothers_file() {
        let paths = code_paths(&[("A/B", "1"), ("A:B", "2"), ("A-B ~1", "3")]);
        assert_eq!(paths.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "{paths:?}");
    }
}
