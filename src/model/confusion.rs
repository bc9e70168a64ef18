//! What was answered against what people say: a table of counts, and the figures that follow from it.

use serde_json::Value;

/// Counts of items by what people say (rows) and what was answered (columns). Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    labels: Vec<String>,
    rows: Vec<Vec<u64>>,
}

/// How well one label was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassFigures {
    /// The label.
    pub label: String,
    /// The share of the items answered so that people call so, from 0 to 1; none where nothing was answered so.
    pub precision: Option<f64>,
    /// The share of the items that people call so that were answered so, from 0 to 1; none where people call nothing so.
    pub recall: Option<f64>,
    /// Items that people call so.
    pub count: u64,
}

impl Confusion {
    /// A table with a row and a column for each label; none if it is not square, or counts nothing or more than there can be.
    pub fn new(labels: Vec<String>, rows: Vec<Vec<u64>>) -> Option<Self> {
        let is_square = rows.len() == labels.len() && rows.iter().all(|row| row.len() == labels.len());
        let total = rows.iter().flatten().try_fold(0, |sum: u64, count| sum.checked_add(*count));
        // Figures add up two of these sums.
        (is_square && total.is_some_and(|total| (1..=u64::MAX / 2).contains(&total))).then_some(Self { labels, rows })
    }

    /// Reads `{"labels": […], "matrix": [[…], …]}`, as Plexus stores it (`docs/wire.md`).
    pub fn parse(value: &Value) -> Option<Self> {
        let labels = value["labels"].as_array()?.iter().map(|label| Some(label.as_str()?.to_owned()));
        let row = |row: &Value| row.as_array()?.iter().map(count).collect();
        Self::new(labels.collect::<Option<_>>()?, value["matrix"].as_array()?.iter().map(row).collect::<Option<_>>()?)
    }

    /// The labels, in the order of rows and columns.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Counts: a row for each label of people, a column for each answer.
    pub fn rows(&self) -> &[Vec<u64>] {
        &self.rows
    }

    /// All items.
    pub fn total(&self) -> u64 {
        self.rows.iter().flatten().sum()
    }

    /// The share of items that were answered as people say, from 0 to 1.
    pub fn agreement(&self) -> f64 {
        let equal: u64 = self.rows.iter().enumerate().map(|(at, row)| row[at]).sum();
        equal as f64 / self.total() as f64
    }

    /// Gwet's AC1: agreement beyond chance, at most 1; 1 where all items have one label. Labels that nobody used count for nothing.
    pub fn ac1(&self) -> f64 {
        let both = 2.0 * self.total() as f64;
        ac1(self.agreement(), (0..self.labels.len()).map(|at| (self.said(at) + self.answered(at)) as f64 / both))
    }

    /// Figures of each label.
    pub fn classes(&self) -> Vec<ClassFigures> {
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let figures = |(at, label): (usize, &String)| ClassFigures {
            label: label.clone(),
            precision: share(self.rows[at][at], self.answered(at)),
            recall: share(self.rows[at][at], self.said(at)),
            count: self.said(at),
        };
        self.labels.iter().enumerate().map(figures).collect()
    }

    fn said(&self, label: usize) -> u64 {
        self.rows[label].iter().sum()
    }

    fn answered(&self, label: usize) -> u64 {
        self.rows.iter().map(|row| row[label]).sum()
    }
}

/// Gwet's AC1 from the agreement and each label's share of all answers and all of what people say, together 1.
pub(super) fn ac1(agreement: f64, shares: impl Iterator<Item = f64>) -> f64 {
    let shares: Vec<f64> = shares.filter(|share| *share > 0.0).collect();
    if shares.len() < 2 {
        return 1.0;
    }
    let chance = shares.iter().map(|share| share * (1.0 - share)).sum::<f64>() / (shares.len() - 1) as f64;
    (agreement - chance) / (1.0 - chance)
}

/// A count; Python writes some of them as floats.
fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_f64().filter(|number| *number >= 0.0 && number.fract() == 0.0).map(|number| number as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn table(rows: &[&[u64]]) -> Confusion {
        let labels = (0..rows.len()).map(|at| at.to_string()).collect();
        Confusion::new(labels, rows.iter().map(|row| row.to_vec()).collect()).expect("a table")
    }

    fn about(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-9
    }

    #[test]
    fn figures_of_a_table_worked_by_hand() {
        // 121 + 148 of 310 agree. No: said 133, answered 150; Yes: said 177, answered 160.
        let table = table(&[&[121, 12], &[29, 148]]);
        let (no, yes) = (283.0 / 620.0, 337.0 / 620.0);
        let chance = no * (1.0 - no) + yes * (1.0 - yes);
        assert!(about(table.agreement(), 269.0 / 310.0));
        assert!(about(table.ac1(), (269.0 / 310.0 - chance) / (1.0 - chance)), "{}", table.ac1());
        let classes = table.classes();
        assert!(about(classes[0].precision.expect("answered"), 121.0 / 150.0));
        assert!(about(classes[1].recall.expect("said"), 148.0 / 177.0));
        assert_eq!((classes[0].count, classes[1].count), (133, 177));
    }

    #[test]
    fn figures_of_three_labels_worked_by_hand() {
        // 20 + 15 + 12 of 60 agree. People said 25, 20 and 15 of them, and as many were answered: shares 5/12, 1/3 and 1/4.
        // By chance (5/12 · 7/12 + 1/3 · 2/3 + 1/4 · 3/4) / 2 = (35 + 32 + 27) / 288 = 47/144 would agree, and
        // (47/60 - 47/144) / (97/144) = 47 · 84 / (60 · 97) = 329/485.
        let balanced = table(&[&[20, 3, 2], &[4, 15, 1], &[1, 2, 12]]);
        assert!(about(balanced.agreement(), 47.0 / 60.0) && about(balanced.ac1(), 329.0 / 485.0), "{}", balanced.ac1());
        let shares: Vec<_> = balanced.classes().into_iter().map(|class| (class.precision, class.recall)).collect();
        let twice = |share: f64| (Some(share), Some(share));
        assert_eq!(shares, [twice(20.0 / 25.0), twice(15.0 / 20.0), twice(12.0 / 15.0)]);
        // Nearly all are one label, and people never use the third. 91 of 100 agree. People said 96, 4 and 0; answered were 92, 4
        // and 4: shares 0.94, 0.04 and 0.02. By chance (0.0564 + 0.0384 + 0.0196) / 2 = 0.0572 would agree, and
        // (0.91 - 0.0572) / 0.9428 = 2132/2357.
        let skewed = table(&[&[90, 3, 3], &[2, 1, 1], &[0, 0, 0]]);
        assert!(about(skewed.agreement(), 0.91) && about(skewed.ac1(), 2132.0 / 2357.0), "{}", skewed.ac1());
        let shares: Vec<_> = skewed.classes().into_iter().map(|class| (class.precision, class.recall)).collect();
        let expected = [(Some(90.0 / 92.0), Some(90.0 / 96.0)), (Some(1.0 / 4.0), Some(1.0 / 4.0)), (Some(0.0), None)];
        assert_eq!(shares, expected);
    }

    #[test]
    fn labels_that_nobody_used_change_nothing() {
        let (two, three) = (table(&[&[5, 1], &[2, 4]]), table(&[&[5, 1, 0], &[2, 4, 0], &[0, 0, 0]]));
        assert!(about(two.ac1(), three.ac1()));
        assert_eq!((three.classes()[2].precision, three.classes()[2].recall), (None, None));
        assert!(about(table(&[&[7]]).ac1(), 1.0) && about(table(&[&[7, 0], &[0, 0]]).ac1(), 1.0));
        assert!(table(&[&[0, 5], &[5, 0]]).ac1() < 0.0, "worse than chance");
    }

    #[test]
    fn what_is_no_table_is_none() {
        let parse = |value: Value| Confusion::parse(&value);
        assert!(parse(json!({"labels": ["no", "yes"], "matrix": [[1.0, 0], [0, 2]]})).is_some_and(|table| table.total() == 3));
        for none in [
            json!(null),
            json!({"error": "no labels"}),
            json!({"labels": ["no", "yes"], "matrix": [[0, 0], [0, 0]]}),
            json!({"labels": ["no", "yes"], "matrix": [[1, 0]]}),
            json!({"labels": ["no"], "matrix": [[1, 2]]}),
            json!({"labels": ["no"], "matrix": [[-1]]}),
            json!({"labels": ["no"], "matrix": [["1"]]}),
            json!({"labels": [], "matrix": []}),
            json!({"labels": ["no", "yes"], "matrix": [[u64::MAX, 0], [0, 1]]}),
            json!({"labels": ["no", "yes"], "matrix": [[1e300, 0], [0, 1]]}),
            json!({"labels": ["no"], "matrix": [[u64::MAX]]}),
        ] {
            assert_eq!(parse(none.clone()), None, "{none}");
        }
    }
}
