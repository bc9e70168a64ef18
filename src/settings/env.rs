//! The environment as a value: the process reads it once, tests make their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Environment variables. Values that are no UTF-8 are left out; empty ones count as not set.
#[derive(Clone, Debug, Default)]
pub struct Env(BTreeMap<String, String>);

impl Env {
    /// The variables of this process.
    #[expect(clippy::disallowed_methods, reason = "settings are the only reader of the environment")]
    pub fn process() -> Self {
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
    }

    /// The value of a variable, unless it is blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// The person's home folder.
    pub fn home(&self) -> Option<&Path> {
        self.get("HOME").or_else(|| self.get("USERPROFILE")).map(Path::new)
    }
}

impl FromIterator<(String, String)> for Env {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

/// The directory that the process was started in, by the name under which the person went there: a scorecards folder that
/// is a link is known by the workspace that holds the link. `PWD` counts only if it is the same place.
///
/// # Errors
/// It was removed, or may not be entered.
#[expect(clippy::disallowed_methods, reason = "settings are the only reader of the environment")]
pub fn current_directory(env: &Env) -> std::io::Result<PathBuf> {
    let real = std::env::current_dir()?;
    let named = env.get("PWD").map(PathBuf::from).filter(|named| named.is_absolute());
    Ok(named.filter(|named| named.canonicalize().is_ok_and(|same| same == real)).unwrap_or(real))
}

/// The program that runs, for whoever must start it again.
///
/// # Errors
/// The system does not tell.
pub fn program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// What the environment says about terminals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// `NO_COLOR` is set: no colour, whatever else is said.
    pub no_color: bool,
    /// `CLICOLOR_FORCE` is set and not 0: colour even off a terminal.
    pub color_forced: bool,
    /// `CLICOLOR=0`: no colour.
    pub color_off: bool,
    /// `TERM=dumb`: a terminal without colour and cursor movement.
    pub dumb: bool,
    /// `CI` is set and not false: nobody is watching or answering.
    pub ci: bool,
    /// `SCORESYNC_PAGER`: a command line.
    pub pager: Option<String>,
    /// `PAGER`, where git does not say which pager it uses.
    pub fallback_pager: Option<String>,
    /// `LESS` is set.
    pub less_is_told: bool,
    /// `SCORESYNC_EDITOR`, else `VISUAL`, else `EDITOR`: a command line that a file's name is put behind.
    pub editor: Option<String>,
}

impl Terminal {
    /// Reads the variables.
    pub fn of(env: &Env) -> Self {
        Self {
            no_color: env.get("NO_COLOR").is_some(),
            color_forced: env.get("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            color_off: env.get("CLICOLOR") == Some("0"),
            dumb: env.get("TERM") == Some("dumb"),
            ci: env.get("CI").is_some_and(|value| !matches!(value, "0" | "false")),
            pager: env.get("SCORESYNC_PAGER").map(str::to_owned),
            fallback_pager: env.get("PAGER").map(str::to_owned),
            less_is_told: env.get("LESS").is_some(),
            editor: ["SCORESYNC_EDITOR", "VISUAL", "EDITOR"].iter().find_map(|name| env.get(name)).map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Env {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        let terminal = Terminal::of(&env(&[("NO_COLOR", ""), ("CLICOLOR_FORCE", "0"), ("CI", "false"), ("PAGER", "more")]));
        assert_eq!(terminal, Terminal { fallback_pager: Some("more".into()), ..Terminal::default() });
    }

    #[test]
    fn our_own_pager_variable_comes_first() {
        let terminal = Terminal::of(&env(&[("PAGER", "more"), ("SCORESYNC_PAGER", "cat"), ("TERM", "dumb"), ("CI", "true")]));
        assert_eq!(terminal.pager.as_deref(), Some("cat"));
        assert!(terminal.dumb && terminal.ci);
    }
}
