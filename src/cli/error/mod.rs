//! Errors in words for people: what, where, and the exact command that gets out. Text, JSON and exit code all come from
//! one [`Problem`]. Each error of the other rooms has one file here, which is the only place that words it.

mod diagnostic;
mod git;
mod halt;
mod hook;
mod new;
mod problem;
mod promotion;
mod remote;
mod rule;
mod score;
mod settings;
mod state;
mod warning;
mod wording;

pub use diagnostic::{fault_at, message, score_problem};
pub use hook::{awaited, not_installed};
pub use problem::Problem;
pub use promotion::{PUSH_EDITS, lost_to, not_promotable, way_out};
pub use score::{UNRELATED, explanation, failure_message, is_unrelated, next_command, once_merged, to_resolve, where_marked};
pub use settings::secret_in_project;
pub use warning::{unfinished_problem, warning};
pub use wording::{made_anew, push_again, rename_back};
