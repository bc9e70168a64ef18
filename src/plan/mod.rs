//! Pure decisions: from the three trees and a mode to a plan. No I/O, no clock; the same trees give the same plan.

mod merge;
mod types;

pub use merge::{Labels, Merged, merge, with_markers};
pub use types::{
    Conflict, ConflictKind, FileMove, FileWrite, Guard, Mode, NewBase, Note, Operation, Plan, Refusal, Removal, ScorePlan,
    Standing, Step,
};
