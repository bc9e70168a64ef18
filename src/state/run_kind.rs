//! [`RunKind`]: which command a run of the history is of.

use std::fmt;

/// The command of a run. Stored as the word that a person types for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// `pull`.
    Pull,
    /// `push` or `promote`, which took the text of a standalone document out of the dashboard.
    Push,
    /// `resolve`: a person ended conflicts.
    Resolve,
    /// `restore`: a person brought earlier bytes or a version back.
    Restore,
    /// `undo`: a person took a run back.
    Undo,
    /// `check`, which fixed files.
    Check,
    /// A command of another release of this program.
    Other(String),
}

impl RunKind {
    /// The kind that is stored as `word`. Every word is one of a kind.
    pub fn parse(word: &str) -> Self {
        match word {
            "pull" => Self::Pull,
            "push" => Self::Push,
            "resolve" => Self::Resolve,
            "restore" => Self::Restore,
            "undo" => Self::Undo,
            "check" => Self::Check,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The word that is stored.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
            Self::Resolve => "resolve",
            Self::Restore => "restore",
            Self::Undo => "undo",
            Self::Check => "check",
            Self::Other(word) => word,
        }
    }
}

impl fmt::Display for RunKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back() {
        for word in ["pull", "push", "resolve", "restore", "undo", "check"] {
            let kind = RunKind::parse(word);
            assert!(!matches!(kind, RunKind::Other(_)), "{word}");
            assert_eq!(kind.as_str(), word);
        }
        assert_eq!(RunKind::parse("pull --all"), RunKind::Other("pull --all".to_owned()));
        assert_eq!(RunKind::parse("pull --all").to_string(), "pull --all");
    }
}
