//! The only writer of stdout and stderr. Data goes to stdout, everything else to stderr; off a terminal there is no
//! colour, no pager, no bar and no question.

mod columns;
mod live;
mod log;
mod pager;
mod progress;
mod style;

pub use columns::{columns, end_of, padded, start_of};
use live::keys;
pub use live::{Key, Live};
use log::LogWriter;
pub use progress::Bar;
pub use style::{BOLD, CYAN, DIM, GREEN, Paint, RED, YELLOW};

use super::args::Global;
use super::error::{Problem, plain};
use super::exit::Exit;
use crate::settings::{LogSetting, Secret, Terminal};
use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::Arc;

/// The terminal, or whatever stands in its place.
pub struct Ui {
    /// For text on stdout.
    pub paint: Paint,
    notes: Paint,
    quiet: bool,
    bars: bool,
    asks: bool,
    answer: bool,
    pager: Option<Pager>,
    lives: bool,
    typed: bool,
    failed: Option<io::Error>,
    log: Option<Arc<LogWriter>>,
}

/// A pager may be used: this command line, or the usual one.
struct Pager(Option<String>);

impl Ui {
    /// Looks at the streams once.
    #[expect(clippy::disallowed_methods, reason = "this is the only writer")]
    pub fn new(options: &Global, terminal: &Terminal) -> Self {
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let people = !terminal.ci && !options.json;
        Self {
            paint: Paint::decide(options.color, terminal, out),
            notes: Paint::decide(options.color, terminal, err),
            quiet: options.quiet,
            bars: err && people && !terminal.dumb && !options.quiet,
            asks: err && io::stdin().is_terminal() && people && !options.no_input,
            answer: options.yes,
            pager: (out && people && !terminal.dumb).then(|| Pager(terminal.pager.clone())),
            lives: out && people && !terminal.dumb && !options.quiet,
            typed: io::stdin().is_terminal() && !options.no_input,
            failed: None,
            log: None,
        }
    }

    /// Logs the rest of the run.
    pub fn log(&mut self, setting: &LogSetting) -> Result<(), Problem> {
        let log = LogWriter::start(setting)?;
        // Lines between its drawings would tear a bar.
        self.bars &= !log.is_on_stderr();
        self.log = Some(log);
        Ok(())
    }

    /// Masks a secret in the log.
    pub fn mask(&self, secret: &Secret) {
        self.log.iter().for_each(|log| log.mask(secret));
    }

    /// Lines that are drawn again and again, where somebody looks; with the keys that are typed, where somebody can. While
    /// they are drawn, a log is written into a file only.
    #[expect(clippy::disallowed_methods, reason = "this is the only writer")]
    pub fn live(&self) -> Option<(Live, Option<tokio::sync::mpsc::Receiver<Key>>)> {
        let live = self.lives.then(|| Live::start(self.typed).ok()).flatten()?;
        self.log.iter().filter(|_| io::stderr().is_terminal()).for_each(|log| log.leave_stderr());
        Some((live, self.typed.then(keys)))
    }

    /// Writes data to stdout. A reader that has seen enough (`| head`) is no error; others are told by [`Ui::finish`].
    #[expect(clippy::disallowed_methods, reason = "this is the only writer")]
    pub fn data(&mut self, text: &str) {
        if self.failed.is_none() {
            let mut out = io::stdout().lock();
            self.failed = out.write_all(text.as_bytes()).and_then(|()| out.flush()).err();
        }
    }

    /// Writes data to stdout, through a pager on a terminal.
    pub fn page(&mut self, text: &str) {
        let shown = self.pager.as_ref().is_some_and(|pager| !text.is_empty() && pager::show(pager.0.as_deref(), text));
        if !shown {
            self.data(text);
        }
    }

    /// Says something that is no data; silent with `--quiet`.
    pub fn note(&self, text: impl Display) {
        if !self.quiet {
            self.say(&format!("{text}\n"));
        }
    }

    /// Warns of something that concerns no single score; silent with `--quiet`.
    pub fn warning(&self, text: &str) {
        self.note(format_args!("{} {}", self.notes.with(YELLOW, "warning:"), plain(text)));
    }

    /// Names a command that gets out; silent with `--quiet`.
    pub fn help(&self, text: &str) {
        self.note(format_args!("  {} {text}", self.notes.with(CYAN, "help:")));
    }

    /// Says why the run ended badly, and how to get out.
    pub fn problem(&self, problem: &Problem) {
        let mut text = format!("{} {}\n", self.notes.with(RED.bold(), "error:"), problem.message);
        for place in &problem.at {
            text += &format!("  {} {place}\n", self.notes.with(DIM, "at"));
        }
        for help in &problem.help {
            text += &format!("  {} {help}\n", self.notes.with(CYAN, "help:"));
        }
        self.say(&text);
    }

    /// A bar for long work.
    pub fn bar(&self) -> Bar {
        Bar::new(self.bars)
    }

    /// Asks before something that others will see. Where nobody can answer, having typed the flag is the answer.
    pub fn confirm(&self, question: &str) -> bool {
        if self.answer || !self.asks {
            return true;
        }
        self.say(&format!("{question} [y/N] "));
        let mut line = String::new();
        io::stdin().read_line(&mut line).is_ok() && matches!(line.trim(), "y" | "Y" | "yes")
    }

    /// Somebody is there to answer.
    pub fn asks(&self) -> bool {
        self.asks
    }

    /// Asks for a line; none where nobody can answer, or will any more.
    pub fn ask(&self, question: &str) -> Option<String> {
        if !self.asks {
            return None;
        }
        self.say(question);
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line).unwrap_or(0);
        (read > 0).then(|| line.trim().to_owned())
    }

    /// Shows what a question is about; not silenced.
    pub fn show(&self, text: &str) {
        self.say(text);
    }

    /// Colour for what is shown beside questions.
    pub fn beside(&self) -> Paint {
        self.notes
    }

    /// To be called last: what could not be written.
    pub fn finish(&mut self) -> Result<(), Problem> {
        match self.failed.take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Problem::new(Exit::Failed, "OUTPUT_FAILED", format!("the output could not be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// If stderr is gone there is nobody to tell.
    #[expect(clippy::disallowed_methods, reason = "this is the only writer")]
    fn say(&self, text: &str) {
        io::stderr().lock().write_all(text.as_bytes()).ok();
    }
}
