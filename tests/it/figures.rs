//! Agreement, AC1, precision and recall are what others compute from the same answers: a Python that follows Gwet's definition
//! item by item, with exact fractions, and, where that Python has them, irrCAC and scikit-learn.

use crate::support::{plain_python, seeds, skipped};
use jiff::Timestamp;
use scoresync::model::{Confusion, FeedbackFigures, FeedbackItem};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Reads cases, and answers with what each library makes of each of them. A figure that does not exist is null.
///
/// `irrCAC.raw` is asked, not `irrCAC.table`: the latter counts labels that nobody used as categories, which raises AC1. irrCAC
/// cannot tell anything of a single item (it divides by the number of items less one), so that is left to the definition.
const SCRIPT: &str = r#"
import json, sys, warnings
from fractions import Fraction
warnings.simplefilter("ignore")

def share(part, whole):
    return float(Fraction(part, whole)) if whole else None

# K. L. Gwet, "Computing inter-rater reliability and its variance in the presence of high agreement" (2008): for any number of
# raters, from how many of them chose each label for each item. Labels are those that somebody chose.
def definition(case):
    pairs, labels = case["pairs"], case["labels"]
    used = sorted({label for pair in pairs for label in pair})
    raters = 2
    agreement, prevalence = Fraction(0), dict.fromkeys(used, Fraction(0))
    for pair in pairs:
        for label in used:
            chose = sum(1 for answer in pair if answer == label)
            agreement += Fraction(chose * (chose - 1), raters * (raters - 1) * len(pairs))
            prevalence[label] += Fraction(chose, raters * len(pairs))
    if len(used) == 1:
        ac1 = Fraction(1)
    else:
        chance = sum(p * (1 - p) for p in prevalence.values()) / (len(used) - 1)
        ac1 = (agreement - chance) / (1 - chance)
    right = lambda label: sum(1 for pair in pairs if pair == [label, label])
    return {
        "agreement": float(agreement),
        "ac1": float(ac1),
        "precision": [share(right(x), sum(1 for said, _ in pairs if said == x)) for x in labels],
        "recall": [share(right(x), sum(1 for _, should_be in pairs if should_be == x)) for x in labels],
        "rows": [[sum(1 for pair in pairs if pair == [said, x]) for said in labels] for x in labels],
    }

def irrcac(case):
    if len(case["pairs"]) < 2:
        return {}
    found = CAC(pandas.DataFrame(case["pairs"]), digits=12).gwet()["est"]
    return {"agreement": float(found["pa"]), "ac1": float(found["coefficient_value"])}

def scikit(case):
    said, should_be = zip(*case["pairs"])
    figures = {"labels": case["labels"], "zero_division": float("nan"), "average": None}
    known = lambda values: [None if value != value else float(value) for value in values]
    return {
        "agreement": float(metrics.accuracy_score(should_be, said)),
        "precision": known(metrics.precision_score(should_be, said, **figures)),
        "recall": known(metrics.recall_score(should_be, said, **figures)),
        "rows": metrics.confusion_matrix(should_be, said, labels=case["labels"]).tolist(),
    }

ways = {"definition": definition}
try:
    import pandas
    from irrCAC.raw import CAC
    ways["irrCAC"] = irrcac
except ImportError:
    pass
try:
    from sklearn import metrics
    ways["scikit-learn"] = scikit
except ImportError:
    pass
json.dump([{name: way(case) for name, way in ways.items()} for case in json.load(sys.stdin)], sys.stdout)
"#;

/// How exactly irrCAC is asked to round.
const ROUNDED: f64 = 1e-11;

/// Answers of one score: pairs of what was said and what it should be.
#[derive(Debug, Serialize)]
struct Case {
    labels: Vec<String>,
    pairs: Vec<[String; 2]>,
}

/// What somebody else makes of a case; a figure that they do not compute is left out.
#[derive(Debug, Deserialize)]
struct Figures {
    agreement: Option<f64>,
    ac1: Option<f64>,
    precision: Option<Vec<Option<f64>>>,
    recall: Option<Vec<Option<f64>>>,
    rows: Option<Vec<Vec<u64>>>,
}

impl Case {
    fn of(labels: &[&str], groups: &[(usize, &str, &str)]) -> Self {
        let pairs = groups
            .iter()
            .flat_map(|(count, said, should_be)| std::iter::repeat_n([(*said).to_owned(), (*should_be).to_owned()], *count));
        Self { labels: labels.iter().map(|label| (*label).to_owned()).collect(), pairs: pairs.collect() }
    }

    /// Two to six labels, some of which may never be used or be rare, and a score that is anything from right to blind.
    fn random(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut words = ["Yes", "No", "NA", "yes ", "não", "10"];
        random.shuffle(&mut words);
        let labels = &words[..random.usize(2..=words.len())];
        let steepness = random.u32(0..5);
        let mut weights: Vec<u32> = labels.iter().map(|_| random.u32(0..10).pow(steepness)).collect();
        weights[0] = weights[0].max(1);
        let draw = |random: &mut fastrand::Rng| {
            let mut left = random.u32(0..weights.iter().sum());
            let at = weights.iter().position(|weight| left.checked_sub(*weight).map(|rest| left = rest).is_none());
            labels[at.expect("one of them")].to_owned()
        };
        let (skill, most) = (random.f64(), [3, 30, 300][random.usize(0..3)]);
        let pairs = (0..random.usize(1..=most)).map(|_| {
            let should_be = draw(&mut random);
            let said = if random.f64() < skill { should_be.clone() } else { draw(&mut random) };
            [said, should_be]
        });
        let pairs = pairs.collect();
        Self { labels: labels.iter().map(|label| (*label).to_owned()).collect(), pairs }
    }

    fn feedback(&self) -> FeedbackFigures {
        let item = |(at, [said, should_be]): (usize, &[String; 2])| FeedbackItem {
            id: at.to_string(),
            item_id: at.to_string(),
            said: Some(said.clone()),
            should_be: Some(should_be.clone()),
            is_invalid: false,
            edited_at: Timestamp::UNIX_EPOCH,
        };
        FeedbackFigures::of(&self.pairs.iter().enumerate().map(item).collect::<Vec<_>>())
    }

    /// The table of all labels, also of those that nobody used.
    fn table(&self) -> Confusion {
        let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        self.pairs.iter().for_each(|[said, should_be]| *counts.entry((should_be, said)).or_default() += 1);
        let row = |should_be: &String| {
            self.labels.iter().map(|said| counts.get(&(should_be.as_str(), said.as_str())).copied().unwrap_or(0)).collect()
        };
        Confusion::new(self.labels.clone(), self.labels.iter().map(row).collect()).expect("a table")
    }

    /// Where our figures are others; empty if they are the same.
    fn differences(&self, theirs: &Figures) -> Vec<String> {
        let (table, feedback) = (self.table(), self.feedback());
        let classes = table.classes();
        let mut wrong = Vec::new();
        let mut compare = |name: &str, ours: Option<f64>, theirs: Option<f64>| {
            let same = match (ours, theirs) {
                (Some(ours), Some(theirs)) => (ours - theirs).abs() < ROUNDED,
                (ours, theirs) => ours == theirs,
            };
            if !same {
                wrong.push(format!("{name}: {ours:?} here, {theirs:?} there"));
            }
        };
        if theirs.agreement.is_some() {
            compare("agreement", Some(table.agreement()), theirs.agreement);
            compare("agreement of feedback", feedback.agreement(), theirs.agreement);
        }
        if theirs.ac1.is_some() {
            compare("AC1", Some(table.ac1()), theirs.ac1);
            compare("AC1 of feedback", feedback.ac1(), theirs.ac1);
        }
        for (at, class) in classes.iter().enumerate() {
            theirs.precision.iter().for_each(|all| compare("precision", class.precision, all[at]));
            theirs.recall.iter().for_each(|all| compare("recall", class.recall, all[at]));
        }
        if theirs.rows.as_ref().is_some_and(|rows| rows != table.rows()) {
            wrong.push(format!("table: {:?} here, {:?} there", table.rows(), theirs.rows));
        }
        wrong
    }
}

#[test]
fn figures_are_those_of_others() {
    let Some(python) = plain_python() else { return };
    let mut cases = vec![
        Case::of(&["Yes", "No"], &[(5, "Yes", "Yes")]),
        Case::of(&["Yes", "No"], &[(1, "Yes", "Yes")]),
        Case::of(&["Yes", "No"], &[(1, "Yes", "No")]),
        Case::of(&["Yes", "No"], &[(7, "Yes", "No")]),
        Case::of(&["Yes", "No"], &[(4, "Yes", "No"), (4, "No", "Yes")]),
        Case::of(&["Yes", "No", "NA"], &[(9, "Yes", "Yes"), (1, "NA", "Yes")]),
        Case::of(&["Yes", "No"], &[(100_000, "Yes", "Yes"), (1, "No", "Yes")]),
    ];
    cases.extend(seeds(0..300).map(Case::random));
    let answers: Vec<BTreeMap<String, Figures>> = python.ask(SCRIPT, &cases);
    assert_eq!(answers.len(), cases.len());
    let asked: BTreeSet<&str> = answers.iter().flat_map(BTreeMap::keys).map(String::as_str).collect();
    for library in ["irrCAC", "scikit-learn"] {
        if !asked.contains(library) {
            skipped(&format!("Python has no {library}, so figures are not compared with it"));
        }
    }
    let mut wrong = String::new();
    for (case, theirs) in cases.iter().zip(&answers) {
        for (who, figures) in theirs {
            for difference in case.differences(figures) {
                wrong += &format!("{who}: {difference}\n  {case:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// So that the cases are worth comparing.
#[test]
fn cases_have_tables_of_every_kind() {
    let cases: Vec<Case> = (0..300).map(Case::random).collect();
    let count = |is: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| is(case)).count();
    let used = |case: &Case| case.pairs.iter().flatten().cloned().collect::<BTreeSet<_>>().len();
    assert!((2..=6).all(|labels| count(&|case| case.labels.len() == labels) > 20), "tables of each size");
    assert!(count(&|case| used(case) < case.labels.len()) > 50, "with labels that nobody used");
    assert!(count(&|case| used(case) == 1) > 10, "with one label");
    let is_one_sided = |case: &Case| {
        let said: BTreeSet<&String> = case.pairs.iter().map(|[said, _]| said).collect();
        case.pairs.iter().any(|[_, should_be]| !said.contains(should_be))
    };
    assert!(count(&is_one_sided) > 20, "with labels that only people used");
    assert!(count(&|case| case.table().ac1() < 0.0) > 5, "worse than chance");
    let is_skewed = |case: &Case| {
        let classes = case.table().classes();
        let most = classes.iter().map(|class| class.count).max().unwrap_or(0);
        used(case) > 1 && most * 20 > case.pairs.len() as u64 * 19
    };
    assert!(count(&is_skewed) > 10, "with hardly anything but one label");
}
