//! Codes that no rule of the check has, in words.

use super::problem::Problem;
use crate::check::UnknownRule;
use crate::cli::exit::Exit;
use crate::cli::text::plain;

impl From<UnknownRule> for Problem {
    fn from(unknown: UnknownRule) -> Self {
        let problem = Self::new(Exit::Usage, "UNKNOWN_RULE", format!("no rule has the code {:?}", plain(&unknown.code)));
        let nearest = unknown.suggestion.map(|code| format!("scoresync check --explain {code}    # did you mean this one?"));
        nearest.into_iter().fold(problem, Problem::help).help("scoresync check --list    # to see all rules")
    }
}
