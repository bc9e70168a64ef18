//! Ids of the demo that more than one file needs, and those that are counted.

pub(super) const ACCOUNT: &str = "5c0e51c0-0000-4000-8000-000000000001";
pub(super) const HARBOR: &str = "5c0e51c0-0001-4000-8000-000000000001";
pub(super) const GREETING: &str = "5c0e51c0-0003-4000-8000-000000000101";
pub(super) const IDENTITY_CHECK: &str = "5c0e51c0-0003-4000-8000-000000000102";
pub(super) const CANCELLATION_REASON: &str = "5c0e51c0-0003-4000-8000-000000000104";

/// The number of the first call that evaluations are drawn from; they are of another time than those that people look at.
pub(super) const FIRST_EVALUATED: usize = 1001;

/// The call of that number.
pub(super) fn item(number: usize) -> String {
    format!("5c0e51c0-0007-4000-8000-{number:012}")
}

/// The name of that call on the phone system.
pub(super) fn external_id(number: usize) -> String {
    format!("call-{}", 20_000 + number)
}

/// What people made of an answer.
pub(super) fn feedback(number: usize) -> String {
    format!("5c0e51c0-0008-4000-8000-{number:012}")
}

/// The answer of one run to one call. Runs are predictions of one score, or an evaluation.
pub(super) fn result(run: usize, number: usize) -> String {
    format!("5c0e51c0-0009-4000-8{run:03}-{number:012}")
}
