//! What people say of the answers of a score: calls that they looked at, and the figures that follow.

use super::confusion::{Confusion, ac1};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The most labels that are put into a table; a score that answers with free text has as many as calls.
const MAX_LABELS: usize = 50;

/// A call that people looked at after a score had answered. Plexus does not say which version had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackItem {
    /// Identity.
    pub id: String,
    /// The call.
    pub item_id: String,
    /// What the score answered.
    pub said: Option<String>,
    /// What people say after all their changes.
    pub should_be: Option<String>,
    /// People declared it invalid: it counts for nothing.
    pub is_invalid: bool,
    /// When people last changed it.
    pub edited_at: Timestamp,
}

/// What people wrote, and who. Words of customers may be in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedbackComments {
    /// Why the score answered so.
    pub explanation: Option<String>,
    /// What stands there after all changes.
    pub comment: Option<String>,
    /// Why it was changed.
    pub change: Option<String>,
    /// Who changed it.
    pub editor: Option<String>,
}

/// A change of feedback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackChange {
    /// What was changed: `Response`, `Score`, `Calibration`; none where the dashboard does not keep single changes.
    pub kind: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The answer before.
    pub from: Option<String>,
    /// The answer after.
    pub to: Option<String>,
}

impl FeedbackItem {
    /// Both answers, where there are two and they count.
    fn pair(&self) -> Option<(&str, &str)> {
        Some((self.said.as_deref()?, self.should_be.as_deref()?)).filter(|_| !self.is_invalid)
    }

    /// It counts, and people say something else than the score.
    pub fn is_misjudged(&self) -> bool {
        self.pair().is_some_and(|(said, should_be)| said != should_be)
    }

    /// All its changes as one.
    pub fn as_one_change(&self) -> FeedbackChange {
        FeedbackChange { kind: None, at: self.edited_at, from: self.said.clone(), to: self.should_be.clone() }
    }

    /// It counts, and was answered and corrected so.
    pub fn is_in(&self, said: &str, should_be: &str) -> bool {
        self.pair() == Some((said, should_be))
    }
}

/// How often a score and people agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedbackFigures {
    /// Calls that count.
    pub reviewed: u64,
    /// Those that people answered in another way.
    pub changed: u64,
    /// Calls that were declared invalid.
    pub invalid: u64,
    /// Calls that one of the two answers is missing of.
    pub unanswered: u64,
    /// Calls that count more than once, less one each.
    pub repeated: u64,
    /// How many calls were answered as the first and should be the second.
    pairs: BTreeMap<(String, String), u64>,
}

impl FeedbackFigures {
    /// The figures of all `items`.
    pub fn of(items: &[FeedbackItem]) -> Self {
        let mut figures = Self::default();
        let mut calls = BTreeSet::new();
        for item in items {
            match item.pair() {
                Some((said, should_be)) => {
                    figures.reviewed += 1;
                    figures.changed += u64::from(said != should_be);
                    figures.repeated += u64::from(!calls.insert(&item.item_id));
                    *figures.pairs.entry((said.to_owned(), should_be.to_owned())).or_default() += 1;
                }
                None if item.is_invalid => figures.invalid += 1,
                None => figures.unanswered += 1,
            }
        }
        figures
    }

    /// The share of calls that people left as they were, from 0 to 1; none without calls.
    pub fn agreement(&self) -> Option<f64> {
        (self.reviewed > 0).then(|| (self.reviewed - self.changed) as f64 / self.reviewed as f64)
    }

    /// Gwet's AC1, as [`Confusion::ac1`]; none without calls.
    pub fn ac1(&self) -> Option<f64> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for ((said, should_be), count) in &self.pairs {
            *counts.entry(said).or_default() += count;
            *counts.entry(should_be).or_default() += count;
        }
        let both = 2.0 * self.reviewed as f64;
        self.agreement().map(|agreement| ac1(agreement, counts.into_values().map(|count| count as f64 / both)))
    }

    /// All labels: those of `classes` in their order, then others.
    pub fn labels(&self, classes: &[String]) -> Vec<String> {
        let used: BTreeSet<&String> = self.pairs.keys().flat_map(|(said, should_be)| [said, should_be]).collect();
        let known = classes.iter().filter(|class| used.contains(class)).cloned();
        known.chain(used.iter().filter(|label| !classes.contains(label)).map(|label| (*label).clone())).collect()
    }

    /// The table of all answers, in the order of [`FeedbackFigures::labels`]; none without calls, or with too many labels to
    /// look at.
    pub fn confusion(&self, classes: &[String]) -> Option<Confusion> {
        let labels = self.labels(classes);
        if labels.len() > MAX_LABELS {
            return None;
        }
        let count = |should_be: &String, said: &String| self.pairs.get(&(said.clone(), should_be.clone())).copied().unwrap_or(0);
        let rows = labels.iter().map(|should_be| labels.iter().map(|said| count(should_be, said)).collect()).collect();
        Confusion::new(labels, rows)
    }

    /// What is confused most often: what was said, what it should be, and how often.
    pub fn main_confusion(&self) -> Option<(&str, &str, u64)> {
        let wrong = self.pairs.iter().filter(|((said, should_be), _)| said != should_be);
        // Of two that are equally frequent, the first.
        let most = wrong.rev().max_by_key(|(_, count)| **count)?;
        Some((&most.0.0, &most.0.1, *most.1))
    }

    /// Labels that differ only in case or blanks from another one: they count as different answers.
    pub fn near_labels(&self) -> Vec<(String, String)> {
        let folded = |label: &str| label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let mut first: BTreeMap<String, String> = BTreeMap::new();
        let mut near = Vec::new();
        for label in self.labels(&[]) {
            match first.get(&folded(&label)) {
                Some(other) => near.push((other.clone(), label)),
                None => drop(first.insert(folded(&label), label)),
            }
        }
        near
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(call: usize, said: &str, should_be: &str) -> FeedbackItem {
        let answer = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        FeedbackItem {
            id: format!("f{call}"),
            item_id: format!("i{call}"),
            said: answer(said),
            should_be: answer(should_be),
            is_invalid: false,
            edited_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn calls(groups: &[(usize, &str, &str)]) -> Vec<FeedbackItem> {
        let pairs = groups.iter().flat_map(|(count, said, should_be)| std::iter::repeat_n((*said, *should_be), *count));
        pairs.enumerate().map(|(at, (said, should_be))| item(at, said, should_be)).collect()
    }

    #[test]
    fn figures_are_those_of_the_table() {
        let figures =
            FeedbackFigures::of(&calls(&[(121, "No", "No"), (29, "No", "Yes"), (12, "Yes", "No"), (148, "Yes", "Yes")]));
        let table = figures.confusion(&["Yes".into(), "No".into()]).expect("a table");
        assert_eq!(table.labels(), ["Yes", "No"], "in the order of the classes");
        assert_eq!(table.rows(), [[148, 29], [12, 121]], "rows are people");
        assert_eq!((figures.reviewed, figures.changed), (310, 41));
        assert_eq!(figures.agreement(), Some(table.agreement()));
        assert!((figures.ac1().expect("calls") - table.ac1()).abs() < 1e-12);
        assert_eq!(figures.main_confusion(), Some(("No", "Yes", 29)));
    }

    #[test]
    fn what_does_not_count_is_counted_apart() {
        let mut items = calls(&[(3, "Yes", "Yes"), (1, "", "No"), (1, "Yes", ""), (1, "Yes", "No")]);
        items.push(item(0, "Yes", "No"));
        items[1].is_invalid = true;
        let figures = FeedbackFigures::of(&items);
        assert_eq!((figures.reviewed, figures.changed, figures.invalid), (4, 2, 1));
        assert_eq!((figures.unanswered, figures.repeated), (2, 1));
        let misjudged: Vec<&str> = items.iter().filter(|item| item.is_misjudged()).map(|item| item.id.as_str()).collect();
        assert_eq!(misjudged, ["f5", "f0"]);
    }

    #[test]
    fn nothing_has_no_figures_and_one_label_agrees() {
        let none = FeedbackFigures::of(&[]);
        assert_eq!((none.agreement(), none.ac1(), none.confusion(&[]), none.main_confusion()), (None, None, None, None));
        assert_eq!(FeedbackFigures::of(&calls(&[(3, "Yes", "Yes")])).ac1(), Some(1.0));
    }

    #[test]
    fn free_text_has_figures_and_no_table() {
        let items: Vec<FeedbackItem> = (0..1000).map(|at| item(at, &format!("said {at}"), &format!("better {at}"))).collect();
        let figures = FeedbackFigures::of(&items);
        assert_eq!((figures.agreement(), figures.confusion(&[])), (Some(0.0), None));
        assert!(figures.ac1().is_some_and(|ac1| ac1 < 0.0));
    }

    #[test]
    fn labels_that_only_look_alike_are_told() {
        let figures = FeedbackFigures::of(&calls(&[(1, "Yes", "yes "), (1, "No", "Not sure")]));
        assert_eq!(figures.changed, 2, "they are different answers");
        assert_eq!(figures.near_labels(), [("Yes".to_owned(), "yes ".to_owned())]);
    }

    #[test]
    fn more_labels_than_anybody_looks_at_make_no_table() {
        let figures = |labels: usize| {
            let items: Vec<FeedbackItem> = (0..labels).map(|at| item(at, &format!("l{at}"), &format!("l{at}"))).collect();
            FeedbackFigures::of(&items)
        };
        assert!(figures(MAX_LABELS).confusion(&[]).is_some());
        assert!(figures(MAX_LABELS + 1).confusion(&[]).is_none());
    }
}
