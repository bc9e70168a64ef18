//! Settings errors in words.

use super::problem::Problem;
use crate::cli::exit::Exit;
use crate::cli::text::{plain, quoted};
use crate::settings::{NoRoot, SettingsError, Untrusted, settings_beside};

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        let problem = |code, message: String| Self::new(Exit::Usage, code, message);
        match error {
            SettingsError::Invalid { place, message } => problem("INVALID_SETTINGS", message).at(place).help("fix it there"),
            SettingsError::UnknownKey { place, key, suggestion } => {
                let problem = problem("UNKNOWN_SETTING", format!("there is no setting {:?}", plain(&key))).at(place);
                match (suggestion, settings_beside(&key)) {
                    (_, beside) if beside.contains(&key) => {
                        let close = "}".repeat(key.matches('.').count());
                        problem.help(format!("write it in its section: {}: …{close}", key.replace('.', ": {")))
                    }
                    (Some(near), _) => problem.help(format!("did you mean {near:?}?")),
                    (None, _) if key.starts_with("check.") => {
                        problem.help("scoresync check --list    # shows the codes of all rules")
                    }
                    (None, beside) => problem.help(format!("the settings are: {}", beside.join(", "))),
                }
            }
            SettingsError::SecretInProject { place } => secret_in_project()
                .at(place)
                .help("set PLEXUS_API_KEY in the environment or in .env, or plexus.api_key in ~/.plexus/config.yaml"),
            SettingsError::Unreadable { path, why } => {
                problem("UNREADABLE_SETTINGS", why).at(path.display()).help("fix the file, or check who may read it")
            }
            SettingsError::BadValue { name, value, expected, source_of_value } => {
                problem("INVALID_SETTINGS", format!("{name} cannot be {}: {expected} is expected", plain(&value)))
                    .at(source_of_value)
                    .help("fix it there; scoresync doctor    # to see what is set, and where")
            }
            SettingsError::BadAddress { address, source_of_value } => {
                let shown = address.to_string();
                problem("INVALID_SETTINGS", format!("{:?} is not the address of an API", plain(&shown)))
                    .at(source_of_value)
                    .help("https://… or file:PATH, without a user name or password")
            }
            SettingsError::BadRoot { root, why, source_of_value } => {
                let message = format!("the scorecards cannot be in {:?}: {}", plain(&root), why_not_there(why));
                let problem = problem("INVALID_SETTINGS", message).at(source_of_value);
                match why {
                    NoRoot::Outside => problem.help("SCORECARD_CACHE_DIR in the environment may name a folder elsewhere"),
                    NoRoot::Private => problem.help("set `root` to another folder inside the workspace"),
                    NoRoot::NothingBeside => problem.help("set `root` to a folder inside the workspace, or remove `documents`"),
                }
            }
            SettingsError::Untrusted(untrusted) => of_untrusted(untrusted),
            SettingsError::PlainHttp { destination, source_of_address } => problem(
                "PLAIN_HTTP",
                format!("over plain http, anybody on the network could read the key on its way to {destination}"),
            )
            .at(source_of_address)
            .help("use https")
            .help(format!("scoresync trust add --insecure-http {destination}    # to allow it")),
            SettingsError::NoWorkspace { from } => {
                let problem = problem("NO_WORKSPACE", "this is not a workspace".to_owned())
                    .at(format!("{} or any folder above it", from.display()))
                    .help("scoresync init");
                match cfg!(feature = "embedded") {
                    true => problem.help("scoresync demo    # to try it first"),
                    false => problem,
                }
            }
            SettingsError::Missing { what, name } => problem("MISSING_SETTING", format!("{what} is not set"))
                .help(format!("set {name} in the environment or in .env, or {}", in_a_file(name)))
                .help("scoresync doctor    # to see what is set, and where"),
            SettingsError::NoDirectory { path, why } => problem("NO_DIRECTORY", format!("this folder cannot be used: {why}"))
                .at(path.display())
                .help("name a folder that is there"),
        }
    }
}

/// Which key of which file says the same as a variable.
fn in_a_file(variable: &str) -> &'static str {
    match variable {
        "PLEXUS_API_URL" => "api_url in scoresync.yaml",
        "PLEXUS_ACCOUNT_KEY" => "account_key in scoresync.yaml",
        _ => "plexus.api_key in ~/.plexus/config.yaml",
    }
}

fn why_not_there(why: NoRoot) -> &'static str {
    match why {
        NoRoot::Outside => "a file of a workspace can only name a folder inside the workspace",
        NoRoot::Private => "git and scoresync keep their own files there",
        NoRoot::NothingBeside => {
            "the folders of report configurations and data sources would lie beside it, outside the workspace"
        }
    }
}

fn of_untrusted(Untrusted { destination, address, secret }: Untrusted) -> Problem {
    let destination = plain(&destination.to_string()).into_owned();
    let problem = match &secret {
        Some(secret) => Problem::new(
            Exit::Unauthorised,
            "UNTRUSTED_ADDRESS",
            format!("you have not trusted {destination}, so your key is not sent there"),
        )
        .at(format!("address: {address}"))
        .at(format!("key:     {secret}")),
        None => Problem::new(
            Exit::Unauthorised,
            "UNTRUSTED_ADDRESS",
            format!("you have not trusted {destination}, which lies outside this workspace"),
        )
        .at(format!("address: {address}")),
    };
    let word = quoted(&destination);
    problem
        .help(format!("scoresync trust add {word}    # if you know it"))
        .help(format!("SCORESYNC_TRUST={word} in the environment, in CI for example"))
}

/// A key of the API where that of an account, or another setting, belongs.
pub fn secret_in_project() -> Problem {
    Problem::new(Exit::Usage, "SECRET_IN_PROJECT", "an API key does not belong in scoresync.yaml, which is committed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::FilePosition;

    #[test]
    fn an_unknown_setting_is_answered_with_those_that_there_are() {
        let place = FilePosition { file: "scoresync.yaml".into(), line: 1, column: 1 };
        let help = |key: &str| {
            let unknown = SettingsError::UnknownKey { place: place.clone(), key: key.into(), suggestion: None };
            Problem::from(unknown).help.join("\n")
        };
        assert!(help("editor").contains(" promote,") && help("editor").ends_with("app_url"), "{}", help("editor"));
        assert_eq!(help("watch.zzz"), "the settings are: watch.push, watch.promote, watch.quiet");
        assert!(help("promote.zzz").starts_with("the settings are: promote.require_evaluation, "), "{}", help("promote.zzz"));
        assert!(help("check.rules.zzz").starts_with("scoresync check --list "), "{}", help("check.rules.zzz"));
        assert_eq!(help("watch.quiet"), "write it in its section: watch: {quiet: …}", "at the top of the file");
    }

    #[test]
    fn a_missing_setting_names_its_variable() {
        let problem = Problem::from(SettingsError::Missing { what: "the key of your account", name: "PLEXUS_ACCOUNT_KEY" });
        assert_eq!((problem.exit, problem.code), (Exit::Usage, "MISSING_SETTING"));
        assert!(problem.help[0].contains("PLEXUS_ACCOUNT_KEY") && problem.help[0].ends_with("account_key in scoresync.yaml"));
    }
}
