//! Errors of the dashboard, and of the way there, in words.

use super::problem::Problem;
use crate::cli::exit::{Exit, of_remote};
use crate::cli::text::plain;
use crate::remote::{HttpError, RemoteError};

/// What an address is mostly wrong in.
const CHECK_ADDRESS: &str = "check PLEXUS_API_URL, or api_url in scoresync.yaml: it mostly ends in /graphql";

impl From<RemoteError> for Problem {
    fn from(error: RemoteError) -> Self {
        let exit = of_remote(&error);
        let problem = |code, message: String| Self::new(exit, code, plain(&message).into_owned());
        match &error {
            RemoteError::Unauthorised(why) => problem("UNAUTHORISED", format!("not authorised: {why}"))
                .help("check PLEXUS_API_KEY")
                .help("scoresync doctor    # to see where it comes from"),
            RemoteError::Unreachable(why) => problem("UNREACHABLE", format!("the dashboard cannot be reached: {why}"))
                .help("run this again later: nothing is lost, nothing is done twice")
                .help("scoresync doctor    # to see which address is used"),
            RemoteError::Throttled(why) => problem("THROTTLED", format!("the dashboard asks us to slow down: {why}"))
                .help("run this again in a minute: nothing is lost, nothing is done twice"),
            RemoteError::Protocol(why) => problem("API_ERROR", format!("this does not answer like the Plexus API: {why}"))
                .help(CHECK_ADDRESS)
                .help("scoresync doctor    # to see where it comes from"),
            _ => problem("API_ERROR", format!("the dashboard refused: {error}"))
                .help("scoresync doctor    # to see which dashboard is asked, and with which key"),
        }
    }
}

impl From<HttpError> for Problem {
    fn from(error: HttpError) -> Self {
        let code = if matches!(error, HttpError::NotBuilt) { "NOT_BUILT" } else { "INVALID_SETTINGS" };
        let problem = Self::new(Exit::Usage, code, error.to_string());
        match error {
            HttpError::Region => problem.help("set PLEXUS_API_REGION"),
            HttpError::NotBuilt => problem.help("cargo install --path . --features iam"),
            HttpError::Key => problem.help("check PLEXUS_API_KEY"),
            _ => problem.help(CHECK_ADDRESS).help("scoresync doctor    # to see where it comes from"),
        }
    }
}

/// The code of an error that kept one score from being done.
pub(super) fn remote_code(error: &RemoteError) -> &'static str {
    match error {
        RemoteError::Unauthorised(_) => "UNAUTHORISED",
        RemoteError::Unreachable(_) => "UNREACHABLE",
        RemoteError::Throttled(_) => "THROTTLED",
        RemoteError::OtherContent(_) => "VERSION_CREATION_FAILED",
        _ => "API_ERROR",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_server_cannot_command_the_terminal() {
        let problem = Problem::from(RemoteError::Unauthorised("\u{1b}[31mno".into()));
        assert!(!problem.message.contains('\u{1b}'));
    }
}
