//! [`WatchOptions`]: how files are watched.

use std::time::Duration;

/// How files are watched.
#[derive(Clone, Copy, Debug)]
pub struct WatchOptions {
    /// Poll the files even where the system sends events.
    pub poll: bool,
    /// How often to look: always at the root itself, and when polling at every file.
    pub every: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self { poll: false, every: Duration::from_secs(2) }
    }
}
