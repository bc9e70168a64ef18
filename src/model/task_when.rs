//! [`TaskWhen`]: which runs are shown in the dashboard.

use std::fmt;

/// Which runs are shown in the dashboard, each as a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskWhen {
    /// None.
    #[default]
    Never,
    /// Those that push or promote many scores.
    Long,
}

impl TaskWhen {
    /// What it is called in settings, if that is a name of one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Never, Self::Long].into_iter().find(|when| when.word() == word)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Long => "long",
        }
    }
}

impl fmt::Display for TaskWhen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
