//! Runs of a version over items that people labelled: which of them say something about the version, and on what.

use super::confusion::Confusion;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// An evaluation of a version, or what Plexus lists as one (`docs/wire.md`).
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Identity.
    pub id: String,
    /// `accuracy`, `feedback`, or another word.
    pub kind: String,
    /// `PENDING`, `SETUP`, `RUNNING`, `COMPLETED`, `FAILED`, `CANCELLED`, `ERROR`, `ARCHIVED`.
    pub status: String,
    /// Share of answers that agree with the labels, in percent as Plexus stores it. It is 0 before there is any answer.
    pub accuracy: f64,
    /// Items that were answered, where that is known.
    pub items: Option<u64>,
    /// Items that are to be answered, where that is known.
    pub total: Option<u64>,
    /// What went wrong, also where it came to its end.
    pub error: Option<String>,
    /// What it cost, in dollars.
    pub cost: Option<f64>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last got on.
    pub updated_at: Timestamp,
    /// What its large fields say, where they were read.
    pub details: Option<EvaluationDetails>,
}

/// What the large fields of an evaluation say. They also hold texts of customers, which are left out here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EvaluationDetails {
    /// Which items it ran over.
    pub basis: Basis,
    /// How a `feedback` run got its answers.
    pub mode: Option<String>,
    /// What was answered against what people say.
    pub confusion: Option<Confusion>,
    /// What its author said about it.
    pub notes: Option<String>,
}

/// Which items an evaluation ran over.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Basis {
    /// This data set.
    DataSet(String),
    /// What people corrected in a time.
    Feedback(FeedbackWindow),
    /// So many items, drawn anew for each run.
    Sample(u64),
    /// It does not say.
    #[default]
    Unknown,
}

/// Which corrections of people count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedbackWindow {
    /// Of the last days before the run.
    pub days: Option<u64>,
    /// Not before.
    pub from: Option<String>,
    /// Not after.
    pub to: Option<String>,
    /// At most so many.
    pub max_items: Option<u64>,
    /// `newest` or `random`.
    pub sampling: Option<String>,
    /// Of `random`.
    pub seed: Option<u64>,
}

/// Why an evaluation says nothing about its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It still runs: so many items are answered, of so many.
    Running(u64, Option<u64>),
    /// It did not come to its end.
    Failed,
    /// It was put away.
    Archived,
    /// It found no items.
    Empty,
    /// It compares people with answers of the past, whatever version gave them.
    History,
    /// It is of a kind that measures something else.
    Other,
}

/// Words of `status` while an evaluation is under way.
const UNDER_WAY: [&str; 3] = ["PENDING", "SETUP", "RUNNING"];
/// A run that did not get on for so long is dead.
const STALLED: SignedDuration = SignedDuration::from_hours(24);
/// Two runs over the last days before them see the same items if no more time lies between them.
const SAME_TIME: SignedDuration = SignedDuration::from_hours(1);

impl Evaluation {
    /// It says something, and covers at least so many items.
    pub fn counts(&self, least_items: u64) -> bool {
        self.speaks().is_ok() && self.items.is_some_and(|items| items >= least_items)
    }

    /// Whether it says something about the version that it was made for; the error is why not. Whether a `feedback` run
    /// does stands in its details.
    ///
    /// # Errors
    /// Why it says nothing.
    pub fn speaks(&self) -> Result<(), Silence> {
        match self.status.to_ascii_uppercase().as_str() {
            "COMPLETED" => {}
            "ARCHIVED" => return Err(Silence::Archived),
            word if UNDER_WAY.contains(&word) => return Err(Silence::Running(self.items.unwrap_or(0), self.total)),
            _ => return Err(Silence::Failed),
        }
        let found_nothing = self.error.as_deref().is_some_and(|error| error.contains("No feedback"));
        // "Not available" is stored as a negative figure.
        if found_nothing || self.items.unwrap_or(0) == 0 || !(0.0..=100.0).contains(&self.accuracy) {
            return Err(Silence::Empty);
        }
        let mode = self.details.as_ref().and_then(|details| details.mode.as_deref());
        match (self.kind.to_ascii_lowercase().as_str(), mode) {
            ("accuracy", _) | ("feedback", Some("accuracy_with_feedback_dataset")) => Ok(()),
            ("feedback", _) => Err(Silence::History),
            _ => Err(Silence::Other),
        }
    }

    /// Its details decide whether it speaks, or add to what it says.
    pub fn may_speak(&self) -> bool {
        matches!(self.speaks(), Ok(()) | Err(Silence::History))
    }

    /// It is under way at `now`, and not only said to be.
    pub fn is_running(&self, now: Timestamp) -> bool {
        matches!(self.speaks(), Err(Silence::Running(..))) && now.duration_since(self.updated_at) < STALLED
    }

    /// Agreement beyond chance, where the table of answers covers all items.
    pub fn ac1(&self) -> Option<f64> {
        let table = self.details.as_ref()?.confusion.as_ref()?;
        (Some(table.total()) == self.items).then(|| table.ac1())
    }

    /// Both ran over the same items, as far as can be known.
    pub fn same_items(&self, other: &Self) -> bool {
        let basis = |evaluation: &Self| evaluation.details.as_ref().map(|details| details.basis.clone()).unwrap_or_default();
        let near = self.created_at.duration_since(other.created_at).abs() < SAME_TIME;
        self.items == other.items && basis(self).is_same(&basis(other), near)
    }
}

impl Basis {
    /// Reads `parameters` of an evaluation.
    pub fn parse(kind: &str, parameters: &Value) -> Self {
        let text = |key: &str| parameters[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let number = |key: &str| parameters[key].as_u64();
        if let Some(id) = text("dataset_id") {
            return Self::DataSet(id);
        }
        if !kind.eq_ignore_ascii_case("feedback") {
            return number("sample_size").map_or(Self::Unknown, Self::Sample);
        }
        Self::Feedback(FeedbackWindow {
            days: number("days"),
            from: text("feedback_start_at"),
            to: text("feedback_end_at"),
            max_items: number("max_items").or_else(|| number("max_feedback_items")),
            sampling: text("sampling_mode"),
            seed: number("sample_seed"),
        })
    }

    /// Names the same items; `near` if the two runs began at about the same time.
    fn is_same(&self, other: &Self, near: bool) -> bool {
        match (self, other) {
            (Self::DataSet(one), Self::DataSet(other)) => one == other,
            (Self::Feedback(one), Self::Feedback(other)) => one == other && one.is_fixed(near),
            _ => false,
        }
    }
}

impl FeedbackWindow {
    /// It names the same items each time.
    fn is_fixed(&self, near: bool) -> bool {
        let drawn = self.sampling.as_deref() == Some("random") && self.seed.is_none();
        let dated = self.from.is_some() && self.to.is_some();
        !drawn && (dated || (near && self.days.is_some()))
    }
}

impl EvaluationDetails {
    /// Reads the fields `parameters` and `confusionMatrix` of an evaluation of a `kind`, decoded; texts of customers are dropped.
    pub fn parse(kind: &str, parameters: &Value, confusion: &Value) -> Self {
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Self {
            basis: Basis::parse(kind, parameters),
            mode: text(&parameters["mode"]),
            confusion: Confusion::parse(confusion),
            notes: text(&parameters["notes"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn evaluation(kind: &str, parameters: Value) -> Evaluation {
        let at: Timestamp = "2026-05-01T10:00:00Z".parse().expect("a time");
        Evaluation {
            id: "e".into(),
            kind: kind.into(),
            status: "COMPLETED".into(),
            accuracy: 90.0,
            items: Some(200),
            total: Some(200),
            error: None,
            cost: None,
            created_at: at,
            updated_at: at,
            details: Some(EvaluationDetails::parse(kind, &parameters, &json!(null))),
        }
    }

    #[test]
    fn only_what_ran_the_version_over_items_speaks_for_it() {
        let with = |change: fn(&mut Evaluation)| {
            let mut one = evaluation("accuracy", json!({}));
            change(&mut one);
            one.speaks()
        };
        assert_eq!(with(|_| {}), Ok(()));
        assert_eq!(with(|one| one.status = "RUNNING".into()), Err(Silence::Running(200, Some(200))));
        assert_eq!(with(|one| one.status = "CANCELLED".into()), Err(Silence::Failed));
        assert_eq!(with(|one| one.status = "ARCHIVED".into()), Err(Silence::Archived));
        assert_eq!(with(|one| one.items = Some(0)), Err(Silence::Empty));
        assert_eq!(with(|one| one.items = None), Err(Silence::Empty));
        assert_eq!(with(|one| one.accuracy = -1.0), Err(Silence::Empty));
        assert_eq!(with(|one| one.accuracy = f64::NAN), Err(Silence::Empty));
        assert_eq!(with(|one| one.error = Some("No feedback items found".into())), Err(Silence::Empty));
        assert_eq!(with(|one| one.error = Some("RCA unavailable".into())), Ok(()), "it came to its end");
        assert_eq!(with(|one| one.kind = "consistency".into()), Err(Silence::Other));
        assert_eq!(evaluation("feedback", json!({})).speaks(), Err(Silence::History));
        assert_eq!(evaluation("feedback", json!({"mode": "accuracy_with_feedback_dataset"})).speaks(), Ok(()));
    }

    #[test]
    fn the_same_items_are_those_that_are_known_to_be() {
        let same = |kind: &str, one: Value, other: Value| evaluation(kind, one).same_items(&evaluation(kind, other));
        assert!(same("accuracy", json!({"dataset_id": "a"}), json!({"dataset_id": "a", "notes": "x"})));
        assert!(!same("accuracy", json!({"dataset_id": "a"}), json!({"dataset_id": "b"})));
        assert!(!same("accuracy", json!({"sample_size": 200}), json!({"sample_size": 200})), "drawn anew");
        assert!(!same("accuracy", json!({}), json!({})));
        let window = json!({"feedback_start_at": "2026-04-01", "feedback_end_at": "2026-05-01", "max_items": 200});
        assert!(same("feedback", window.clone(), window.clone()));
        let drawn = |seed: Value| json!({"days": 30, "sampling_mode": "random", "sample_seed": seed});
        assert!(same("feedback", drawn(json!(7)), drawn(json!(7))) && !same("feedback", drawn(json!(7)), drawn(json!(8))));
        assert!(!same("feedback", drawn(Value::Null), drawn(Value::Null)));
        let mut later = evaluation("feedback", json!({"days": 30}));
        later.created_at += SignedDuration::from_hours(48);
        assert!(!later.same_items(&evaluation("feedback", json!({"days": 30}))), "other days");
        let mut fewer = evaluation("accuracy", json!({"dataset_id": "a"}));
        fewer.items = Some(50);
        assert!(!fewer.same_items(&evaluation("accuracy", json!({"dataset_id": "a"}))));
    }

    #[test]
    fn agreement_is_of_all_items_or_not_said() {
        let table = |total: u64| json!({"labels": ["no", "yes"], "matrix": [[total - 50, 0], [0, 50]]});
        let with = |total: u64| {
            let details = EvaluationDetails::parse("accuracy", &json!({}), &table(total));
            Evaluation { details: Some(details), ..evaluation("accuracy", json!({})) }.ac1()
        };
        assert_eq!((with(200), with(150)), (Some(1.0), None), "a table from the middle of a run");
    }
}
