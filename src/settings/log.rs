//! [`LogSetting`]: how much of a run is logged, and where. Opens nothing.

use super::env::Env;
use super::error::SettingsError;
use super::load::Settings;
use super::secret::Secret;
use super::setting::{Setting, SettingSource};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tracing::Level;

/// The variable.
const NAME: &str = "SCORESYNC_LOG";

/// How much of a run is logged, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSetting {
    /// The least important events that are logged.
    pub level: Level,
    /// The file that lines are appended to; stderr if there is none.
    pub file: Option<PathBuf>,
}

impl LogSetting {
    /// What was typed (`-vv`, `-vvv`: so many times `verbose`), or else what `SCORESYNC_LOG=LEVEL[:FILE]` says; `None` if
    /// nothing is to be logged.
    ///
    /// # Errors
    /// The variable names no level, or an empty file.
    pub fn of(env: &Env, verbose: u8) -> Result<Option<Self>, SettingsError> {
        match verbose {
            0 | 1 => env.get(NAME).map_or(Ok(None), |text| Self::parse(text).map(Some)),
            2 => Ok(Some(Self { level: Level::DEBUG, file: None })),
            _ => Ok(Some(Self { level: Level::TRACE, file: None })),
        }
    }

    fn parse(text: &str) -> Result<Self, SettingsError> {
        let (level, file) = text.split_once(':').map_or((text, None), |(level, file)| (level, Some(file)));
        let level = match level {
            "error" => Some(Level::ERROR),
            "warn" => Some(Level::WARN),
            "info" => Some(Level::INFO),
            "debug" => Some(Level::DEBUG),
            "trace" => Some(Level::TRACE),
            _ => None,
        };
        let bad = || SettingsError::BadValue {
            name: NAME,
            value: format!("{text:?}"),
            expected: "a level (error, warn, info, debug or trace), with or without a file (debug:sync.log),",
            source_of_value: SettingSource::Variable(NAME),
        };
        let level = level.filter(|_| file != Some("")).ok_or_else(bad)?;
        Ok(Self { level, file: file.map(PathBuf::from) })
    }
}

impl Settings {
    /// Everything that a log must not show.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secret_settings().map(|secret| &secret.value)
    }

    /// The files that secrets stand in, each once.
    pub fn secret_files(&self) -> BTreeSet<&Path> {
        self.secret_settings().filter_map(|secret| secret.source.file()).collect()
    }

    fn secret_settings(&self) -> impl Iterator<Item = &Setting<Secret>> {
        self.api_key.iter().chain(self.aws.iter().flat_map(|aws| aws.secrets()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str, verbose: u8) -> Option<Option<LogSetting>> {
        LogSetting::of(&[(NAME.to_owned(), value.to_owned())].into_iter().collect(), verbose).ok()
    }

    #[test]
    fn a_level_may_have_a_file_and_what_was_typed_counts_more() {
        let to_stderr = |level| Some(Some(LogSetting { level, file: None }));
        assert_eq!((of("", 0), of("", 1)), (Some(None), Some(None)));
        assert_eq!((of("", 2), of("", 3)), (to_stderr(Level::DEBUG), to_stderr(Level::TRACE)));
        assert_eq!((of("warn", 1), of("warn", 2)), (to_stderr(Level::WARN), to_stderr(Level::DEBUG)));
        let in_file = LogSetting { level: Level::DEBUG, file: Some("C:\\sync.log".into()) };
        assert_eq!(of("debug:C:\\sync.log", 0), Some(Some(in_file)));
        for bad in ["loud", "debug:", ":sync.log", "sync.log", "Debug"] {
            assert_eq!(of(bad, 0), None, "{bad}");
        }
    }
}
