//! What this thread logs while a test listens.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Level};

/// The lines so far. Clones share them.
#[derive(Clone, Default)]
pub struct TestLog(Arc<Mutex<Vec<u8>>>);

static LISTENER: OnceLock<Dispatch> = OnceLock::new();

impl TestLog {
    /// Listens until the guard goes.
    pub fn start() -> (Self, DefaultGuard) {
        // As long as one listener lives, no place in the code is switched off because the log of another test ended.
        LISTENER
            .get_or_init(|| Dispatch::new(tracing_subscriber::fmt().with_max_level(Level::DEBUG).with_writer(io::sink).finish()));
        let log = Self::default();
        let writer = log.clone();
        let subscriber =
            tracing_subscriber::fmt().with_max_level(Level::DEBUG).with_ansi(false).with_writer(move || writer.clone());
        (log, tracing::subscriber::set_default(subscriber.finish()))
    }

    /// What was logged.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic while locked").clone()).expect("text")
    }
}

impl Write for TestLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic while locked").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
