//! The log of a run, for people who look for the cause of a fault: `tracing` events as lines on stderr or in a file.
//!
//! Only events of this program are logged: those of the libraries below it show headers and frames. The secrets of the
//! settings are masked all the same, wherever they stand.

use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::printable::for_terminal;
use crate::settings::{LogSetting, Secret};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What stands in the place of a secret.
const MASK: &str = "****";

/// Where lines go, and what they must not show.
pub(super) struct LogWriter(Mutex<Output>);

struct Output {
    sink: Sink,
    secrets: Vec<String>,
}

enum Sink {
    Stderr,
    File(File),
    /// A live view has the terminal.
    Nothing,
}

impl LogWriter {
    /// Starts to log, for the rest of the process.
    #[expect(clippy::disallowed_methods, reason = "a log is no working file")]
    pub(super) fn start(setting: &LogSetting) -> Result<Arc<Self>, Problem> {
        let sink = match &setting.file {
            None => Sink::Stderr,
            Some(path) => Sink::File(OpenOptions::new().create(true).append(true).open(path).map_err(|error| {
                Problem::new(Exit::Usage, "INVALID_SETTINGS", format!("the log cannot be written: {error}"))
                    .at(path.display())
                    .help("name a file that can be written: SCORESYNC_LOG=LEVEL:FILE")
            })?),
        };
        let writer = Arc::new(Self::to(sink));
        let layer = fmt::layer().with_writer(Arc::clone(&writer));
        let only_ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), setting.level);
        // An error means that the process logs already.
        let _ = tracing_subscriber::registry().with(layer.with_filter(only_ours)).try_init();
        Ok(writer)
    }

    fn to(sink: Sink) -> Self {
        Self(Mutex::new(Output { sink, secrets: Vec::new() }))
    }

    /// Lines go to stderr.
    pub(super) fn is_on_stderr(&self) -> bool {
        matches!(self.output().sink, Sink::Stderr)
    }

    /// Keeps lines off stderr from now on; a file still gets them.
    pub(super) fn leave_stderr(&self) {
        let mut output = self.output();
        if matches!(output.sink, Sink::Stderr) {
            output.sink = Sink::Nothing;
        }
    }

    /// Masks `secret` in the lines that follow.
    pub(super) fn mask(&self, secret: &Secret) {
        self.output().secrets.push(secret.expose().to_owned());
    }

    fn output(&self) -> MutexGuard<'_, Output> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Each call has one whole line. A line that cannot be written is lost: nobody could be told.
impl Write for &LogWriter {
    #[expect(clippy::disallowed_methods, reason = "this is the only writer")]
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut output = self.output();
        let text = String::from_utf8_lossy(line).into_owned();
        let text = output.secrets.iter().fold(text, |text, secret| text.replace(secret, MASK));
        match &mut output.sink {
            Sink::Stderr => io::stderr().lock().write_all(for_terminal(&text).as_bytes()),
            Sink::File(file) => file.write_all(text.as_bytes()),
            Sink::Nothing => Ok(()),
        }
        .map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Seek};

    #[test]
    fn a_log_on_stderr_ends_where_a_live_view_begins() {
        let writer = LogWriter::to(Sink::Stderr);
        assert!(writer.is_on_stderr());
        writer.leave_stderr();
        assert!(!writer.is_on_stderr());
        (&writer).write_all(b"not written\n").expect("no error");
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let mut file = tempfile::tempfile().expect("a file");
        let writer = LogWriter::to(Sink::File(file.try_clone().expect("another handle")));
        writer.mask(&Secret::from("da2-secret".to_owned()));
        writer.mask(&Secret::from("aws-secret".to_owned()));
        (&writer).write_all(b"why=\"da2-secret, da2-secret\" aws-secret\n").expect("written");
        writer.leave_stderr();
        (&writer).write_all(b"a file is written all the time\n").expect("written");
        let mut text = String::new();
        file.rewind().and_then(|()| file.read_to_string(&mut text)).expect("readable");
        assert_eq!(text, "why=\"****, ****\" ****\na file is written all the time\n");
    }
}
