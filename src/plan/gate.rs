//! Whether evaluations allow a version to become champion: how it did beside the champion, and what was asked of it.

use crate::model::{Evaluation, Silence};

/// Items that an evaluation must cover to count, where nobody says otherwise.
pub const MIN_ITEMS: u64 = 20;
/// Differences of accuracy below this many points are none.
const SAME: f64 = 0.05;

/// What a version must have shown before it becomes champion.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gate {
    /// That it was evaluated.
    pub require_evaluation: bool,
    /// Over at least so many items; smaller evaluations do not count.
    pub min_items: Option<u64>,
    /// At least this accuracy, in percent.
    pub min_accuracy: Option<f64>,
    /// At least this agreement beyond chance (Gwet's AC1).
    pub min_ac1: Option<f64>,
    /// That it is at most so many points of accuracy below the champion, over the same items.
    pub no_regression: Option<f64>,
    /// That nothing shows it to be worse than the champion.
    pub not_worse: bool,
}

impl Gate {
    /// Both of them.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let most = |one: Option<f64>, other: Option<f64>| one.into_iter().chain(other).reduce(f64::max);
        Self {
            require_evaluation: self.require_evaluation || other.require_evaluation,
            min_items: self.min_items.max(other.min_items),
            min_accuracy: most(self.min_accuracy, other.min_accuracy),
            min_ac1: most(self.min_ac1, other.min_ac1),
            no_regression: self.no_regression.into_iter().chain(other.no_regression).reduce(f64::min),
            not_worse: self.not_worse || other.not_worse,
        }
    }

    /// A version that was never evaluated does not pass.
    pub fn asks_for_evaluation(&self) -> bool {
        self.require_evaluation || self.min_accuracy.is_some() || self.min_ac1.is_some() || self.no_regression.is_some()
    }

    /// Items that an evaluation must cover to count.
    pub fn least_items(&self) -> u64 {
        self.min_items.unwrap_or(MIN_ITEMS)
    }

    fn counts(&self, evaluation: &Evaluation) -> bool {
        evaluation.counts(self.least_items())
    }

    /// Why the version must not become champion.
    ///
    /// # Errors
    /// The first thing that it lacks.
    pub fn judge(&self, evidence: &Evidence<'_>) -> Result<(), Shortcoming> {
        let counted = evidence.candidate.iter().find(|evaluation| self.counts(evaluation));
        let Some(newest) = counted else {
            return if self.asks_for_evaluation() { Err(self.not_evaluated(evidence)) } else { Ok(()) };
        };
        // What is no number is never enough.
        let falls_short = |found: f64, wanted: f64| !matches!(found.partial_cmp(&wanted), Some(order) if order.is_ge());
        if let Some(wanted) = self.min_accuracy.filter(|wanted| falls_short(newest.accuracy, *wanted)) {
            return Err(Shortcoming::Inaccurate { accuracy: newest.accuracy, wanted });
        }
        if let Some(wanted) = self.min_ac1 {
            let ac1 = newest.ac1().ok_or(Shortcoming::NoAgreement)?;
            if falls_short(ac1, wanted) {
                return Err(Shortcoming::Disagreeing { ac1, wanted });
            }
        }
        match (self.compare(evidence).verdict, self.no_regression) {
            (Verdict::Worse(by), Some(allowed)) if falls_short(allowed, by) => Err(Shortcoming::Worse { by }),
            (Verdict::NotComparable | Verdict::ChampionNotEvaluated, Some(_)) if evidence.champion.is_some() => {
                Err(Shortcoming::NotComparable)
            }
            (Verdict::Worse(by), None) if self.not_worse => Err(Shortcoming::Worse { by }),
            _ => Ok(()),
        }
    }

    fn not_evaluated(&self, evidence: &Evidence<'_>) -> Shortcoming {
        let newest = evidence.candidate.first();
        let most = evidence.candidate.iter().filter(|one| one.speaks().is_ok()).filter_map(|one| one.items).max();
        match (newest.map(Evaluation::speaks), most) {
            (Some(Ok(())), Some(items)) => Shortcoming::TooFewItems { items, wanted: self.least_items() },
            (Some(Err(silence)), _) => Shortcoming::Silent(silence),
            _ => Shortcoming::NotEvaluated,
        }
    }

    /// The evaluations that tell most about both versions: the newest two over the same items, else the newest of each.
    pub fn compare<'a>(&self, evidence: &Evidence<'a>) -> SideBySide<'a> {
        let of_champion = evidence.champion.unwrap_or_default();
        let counted = |all: &'a [Evaluation]| all.iter().filter(|one| self.counts(one));
        let partner = |candidate: &Evaluation| counted(of_champion).find(|champion| champion.same_items(candidate));
        if let Some((champion, candidate)) =
            counted(evidence.candidate).find_map(|candidate| Some((partner(candidate)?, candidate)))
        {
            let more = candidate.accuracy - champion.accuracy;
            let verdict = if more.abs() < SAME {
                Verdict::Same
            } else if more > 0.0 {
                Verdict::Better(more)
            } else {
                Verdict::Worse(-more)
            };
            return SideBySide { champion: Some(champion), candidate: Some(candidate), verdict, least_items: self.least_items() };
        }
        // One that is too small to count is better than none to look at.
        let newest = |all: &'a [Evaluation]| counted(all).next().or_else(|| all.iter().find(|one| one.speaks().is_ok()));
        let (champion, candidate) = (newest(of_champion), newest(evidence.candidate));
        let verdict = match (champion, candidate) {
            (_, None) => Verdict::NotEvaluated,
            (None, _) => Verdict::ChampionNotEvaluated,
            _ => Verdict::NotComparable,
        };
        SideBySide { champion, candidate, verdict, least_items: self.least_items() }
    }
}

/// Evaluations of two versions, newest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    /// Of the champion, if there is one.
    pub champion: Option<&'a [Evaluation]>,
    /// Of the version that may take its place.
    pub candidate: &'a [Evaluation],
}

/// How a version did beside the champion.
#[derive(Clone, Copy, Debug)]
pub struct SideBySide<'a> {
    /// What tells most about the champion.
    pub champion: Option<&'a Evaluation>,
    /// What tells most about the version.
    pub candidate: Option<&'a Evaluation>,
    /// What follows.
    pub verdict: Verdict,
    /// Items that an evaluation must cover to count here.
    pub least_items: u64,
}

/// What two evaluations say together. Differences are in points of accuracy, more than zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// The version agrees with people more often, over the same items.
    Better(f64),
    /// As often.
    Same,
    /// Less often.
    Worse(f64),
    /// The two ran over other items.
    NotComparable,
    /// Nothing speaks for the champion.
    ChampionNotEvaluated,
    /// Nothing speaks for the version.
    NotEvaluated,
}

/// What a version lacks to become champion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shortcoming {
    /// It has no evaluation at all.
    NotEvaluated,
    /// Its newest evaluation says nothing about it.
    Silent(Silence),
    /// Its newest evaluation covers too few items.
    TooFewItems {
        /// So many.
        items: u64,
        /// What counts.
        wanted: u64,
    },
    /// Its accuracy is too low; both in percent.
    Inaccurate {
        /// What it reached.
        accuracy: f64,
        /// What was asked for.
        wanted: f64,
    },
    /// Its evaluation has no table of all answers, so that agreement beyond chance is not known.
    NoAgreement,
    /// It agrees too little beyond chance.
    Disagreeing {
        /// What it reached.
        ac1: f64,
        /// What was asked for.
        wanted: f64,
    },
    /// It is below the champion over the same items.
    Worse {
        /// Points of accuracy.
        by: f64,
    },
    /// It and the champion were not evaluated over the same items.
    NotComparable,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Basis, Confusion, EvaluationDetails};
    use jiff::Timestamp;

    /// An evaluation over a data set.
    fn over(set: &str, items: u64, accuracy: f64) -> Evaluation {
        let at = Timestamp::UNIX_EPOCH;
        let details = EvaluationDetails { basis: Basis::DataSet(set.into()), ..EvaluationDetails::default() };
        Evaluation {
            id: format!("{set}-{accuracy}"),
            kind: "accuracy".into(),
            status: "COMPLETED".into(),
            accuracy,
            items: Some(items),
            total: Some(items),
            error: None,
            cost: None,
            created_at: at,
            updated_at: at,
            details: Some(details),
        }
    }

    fn history() -> Evaluation {
        Evaluation { kind: "feedback".into(), ..over("a", 200, 99.0) }
    }

    fn judge(gate: Gate, champion: &[Evaluation], candidate: &[Evaluation]) -> Result<(), Shortcoming> {
        gate.judge(&Evidence { champion: Some(champion), candidate })
    }

    const EVALUATED: Gate = Gate {
        require_evaluation: true,
        min_items: None,
        min_accuracy: None,
        min_ac1: None,
        no_regression: None,
        not_worse: false,
    };

    #[test]
    fn what_says_nothing_opens_no_gate() {
        let ninety = Gate { min_accuracy: Some(90.0), ..EVALUATED };
        let few = |items| Shortcoming::TooFewItems { items, wanted: MIN_ITEMS };
        for gate in [EVALUATED, ninety] {
            assert_eq!(judge(gate, &[], &[]), Err(Shortcoming::NotEvaluated));
            assert_eq!(judge(gate, &[], &[over("a", 1, 100.0)]), Err(few(1)), "one sample");
            assert_eq!(judge(gate, &[], &[over("a", 1, 100.0), over("a", 19, 95.0)]), Err(few(19)), "the largest is named");
            assert_eq!(judge(gate, &[], &[over("a", 0, 100.0)]), Err(Shortcoming::Silent(Silence::Empty)));
            assert_eq!(judge(gate, &[], &[history()]), Err(Shortcoming::Silent(Silence::History)));
            assert_eq!(judge(gate, &[], &[over("a", 1, 100.0), over("a", 20, 95.0)]), Ok(()), "an older one that counts");
        }
        assert_eq!(judge(Gate::default(), &[], &[]), Ok(()), "nothing was asked for");
        let one = Gate { min_items: Some(1), ..EVALUATED };
        assert_eq!(judge(one, &[], &[over("a", 1, 100.0)]), Ok(()), "it was asked for");
    }

    #[test]
    fn accuracy_and_agreement_are_those_of_the_newest_that_counts() {
        let ninety = Gate { min_accuracy: Some(90.0), ..Gate::default() };
        let low = Err(Shortcoming::Inaccurate { accuracy: 89.9, wanted: 90.0 });
        assert_eq!(judge(ninety, &[], &[over("a", 200, 89.9), over("a", 200, 99.0)]), low);
        assert_eq!(judge(ninety, &[], &[over("a", 200, 90.0)]), Ok(()));
        let agreeing = Gate { min_ac1: Some(0.8), ..Gate::default() };
        assert_eq!(judge(agreeing, &[], &[over("a", 200, 99.0)]), Err(Shortcoming::NoAgreement));
        let mut with_table = over("a", 20, 90.0);
        let table = |rows: [[u64; 2]; 2]| Confusion::new(vec!["no".into(), "yes".into()], rows.map(Vec::from).into());
        with_table.details.as_mut().expect("details").confusion = table([[9, 1], [1, 9]]);
        assert_eq!(judge(agreeing, &[], &[with_table.clone()]), Ok(()));
        with_table.details.as_mut().expect("details").confusion = table([[9, 1], [2, 8]]);
        assert!(matches!(judge(agreeing, &[], &[with_table]), Err(Shortcoming::Disagreeing { .. })));
    }

    #[test]
    fn like_is_compared_with_like() {
        let compare = |champion: &[Evaluation], candidate: &[Evaluation]| {
            Gate::default().compare(&Evidence { champion: Some(champion), candidate }).verdict
        };
        let close =
            |found: Verdict, points: f64| matches!(found, Verdict::Better(by) | Verdict::Worse(by) if (by - points).abs() < 1e-9);
        assert!(close(compare(&[over("a", 200, 88.0)], &[over("a", 200, 92.5)]), 4.5));
        assert_eq!(compare(&[over("a", 200, 88.0)], &[over("a", 200, 88.04)]), Verdict::Same);
        assert!(matches!(compare(&[over("a", 200, 88.0)], &[over("a", 200, 87.0)]), Verdict::Worse(_)));
        assert_eq!(compare(&[over("a", 200, 88.0)], &[over("b", 200, 99.0)]), Verdict::NotComparable);
        assert_eq!(compare(&[over("a", 50, 88.0)], &[over("a", 200, 99.0)]), Verdict::NotComparable);
        assert_eq!(compare(&[over("a", 1, 0.0)], &[over("a", 1, 100.0)]), Verdict::NotComparable, "one call tells nothing");
        assert_eq!(compare(&[], &[over("a", 200, 99.0)]), Verdict::ChampionNotEvaluated);
        assert_eq!(compare(&[over("a", 200, 99.0)], &[history()]), Verdict::NotEvaluated);
        // An older pair over the same items tells more than the newest of each.
        let (champion, candidate) = ([over("b", 200, 80.0), over("a", 200, 88.0)], [over("c", 200, 99.0), over("a", 200, 90.0)]);
        assert!(close(compare(&champion, &candidate), 2.0));
    }

    #[test]
    fn what_is_worse_is_refused_where_that_is_known() {
        let (champion, worse, elsewhere) = ([over("a", 200, 90.0)], [over("a", 200, 88.0)], [over("b", 200, 70.0)]);
        let not_worse = Gate { not_worse: true, ..Gate::default() };
        assert_eq!(judge(not_worse, &champion, &worse), Err(Shortcoming::Worse { by: 2.0 }));
        assert_eq!(judge(not_worse, &champion, &elsewhere), Ok(()), "nobody knows");
        assert_eq!(judge(Gate::default(), &champion, &worse), Ok(()));
        let no_regression = |points| Gate { no_regression: Some(points), not_worse: true, ..Gate::default() };
        assert_eq!(judge(no_regression(2.0), &champion, &worse), Ok(()), "so much is allowed");
        assert_eq!(judge(no_regression(1.0), &champion, &worse), Err(Shortcoming::Worse { by: 2.0 }));
        assert_eq!(judge(no_regression(50.0), &champion, &elsewhere), Err(Shortcoming::NotComparable));
        assert_eq!(judge(no_regression(50.0), &[], &worse), Err(Shortcoming::NotComparable), "nor is the unknown");
        let first = Evidence { champion: None, candidate: &worse };
        assert_eq!(no_regression(0.0).judge(&first), Ok(()), "the first champion regresses from nothing");
    }

    #[test]
    fn two_gates_ask_for_what_either_asks() {
        let one = Gate { min_accuracy: Some(90.0), no_regression: Some(2.0), ..Gate::default() };
        let other =
            Gate { min_accuracy: Some(80.0), min_items: Some(100), no_regression: Some(0.0), not_worse: true, ..EVALUATED };
        let both = one.and(other);
        assert_eq!(both, other.and(one));
        assert_eq!((both.min_accuracy, both.min_items, both.no_regression), (Some(90.0), Some(100), Some(0.0)));
        assert!(both.require_evaluation && both.not_worse);
    }
}
