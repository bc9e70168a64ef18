//! The two streams of the program, and the questions that it asks.

use super::columns::{columns, wrapped};
use super::live::{Keys, Live};
use super::log::LogWriter;
use super::pager::Pager;
use super::progress::{Indicators, ProgressIndicator};
use super::style::{CYAN, DIM, RED, Styler, YELLOW};
use crate::cli::args::GlobalArgs;
use crate::cli::chosen_folder::ChosenFolder;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::printable::for_terminal;
use crate::cli::runtime;
use crate::cli::text::plain;
use crate::settings::{LogSetting, Secret, Terminal};
use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::Arc;

/// The terminal, or the files and pipes in its place.
pub struct Ui {
    /// Colour of text on stdout.
    pub styler: Styler,
    /// Colour of text on stderr.
    pub stderr_styler: Styler,
    /// Stdout is one.
    is_terminal: bool,
    /// Columns of the terminal that stderr is, if it is one.
    stderr_width: Option<usize>,
    quiet: bool,
    indicators: Indicators,
    asks: bool,
    assumes_yes: bool,
    pager: Option<Pager>,
    chosen_folder: ChosenFolder,
    draws_live: bool,
    reads_keys: bool,
    write_error: Option<io::Error>,
    log: Option<Arc<LogWriter>>,
}

impl Ui {
    /// Looks at the streams once.
    #[expect(clippy::disallowed_methods, reason = "this is the only writer")]
    pub fn new(options: &GlobalArgs, terminal: &Terminal) -> Self {
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let people = !terminal.ci && !options.json;
        Self {
            styler: Styler::for_stream(options.color, terminal, out),
            stderr_styler: Styler::for_stream(options.color, terminal, err),
            is_terminal: out,
            stderr_width: if err { terminal_width() } else { None },
            quiet: options.quiet,
            indicators: Indicators::new(err && people && !terminal.dumb && !options.quiet),
            asks: err && io::stdin().is_terminal() && people && !options.no_input,
            assumes_yes: options.yes,
            pager: (out && people && !terminal.dumb && !options.no_pager).then(|| pager(terminal)),
            chosen_folder: ChosenFolder::default(),
            draws_live: out && people && !terminal.dumb && !options.quiet,
            reads_keys: io::stdin().is_terminal() && !options.no_input,
            write_error: None,
            log: None,
        }
    }

    /// What is said from now on is read, and commands are typed, where the program was started.
    pub fn is_read_in(&mut self, chosen_folder: ChosenFolder) {
        self.chosen_folder = chosen_folder;
    }

    /// What help lines name besides, if they are typed where the program was started.
    pub fn chosen_folder(&self) -> &ChosenFolder {
        &self.chosen_folder
    }

    /// Logs the rest of the run.
    ///
    /// # Errors
    /// The file of the log cannot be opened.
    pub fn log(&mut self, setting: &LogSetting) -> Result<(), Problem> {
        let log = LogWriter::start(setting)?;
        // Lines between its drawings would tear a bar.
        if log.is_on_stderr() {
            self.indicators.hide();
        }
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
    pub fn live(&self) -> Option<(Live, Option<Keys>)> {
        let live = self.draws_live.then(|| Live::start(self.reads_keys).ok()).flatten()?;
        self.log.iter().filter(|_| io::stderr().is_terminal()).for_each(|log| log.leave_stderr());
        Some((live, self.reads_keys.then(Keys::start)))
    }

    /// Columns of the terminal that data goes to; none where it goes elsewhere.
    pub fn width(&self) -> Option<usize> {
        if self.is_terminal { terminal_width() } else { None }
    }

    /// Writes data to stdout, whole to a file or a pipe, and to a terminal what does not deceive. A reader that has seen enough (`| head`) is no error; others are told by [`Ui::finish`].
    #[expect(clippy::disallowed_methods, reason = "this is the only writer")]
    pub fn data(&mut self, text: &str) {
        if self.write_error.is_none() {
            let text = if self.is_terminal { for_terminal(text) } else { text.into() };
            let write = |out: &mut dyn Write| out.write_all(text.as_bytes()).and_then(|()| out.flush());
            self.write_error = self.indicators.aside(|| write(&mut io::stdout().lock())).err();
        }
    }

    /// Whoever read the data has gone: what is written is read by nobody.
    pub fn is_unread(&self) -> bool {
        self.write_error.as_ref().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    }

    /// Writes to stdout what explains data; silent with `--quiet`. Only the tour does.
    #[cfg(feature = "embedded")]
    pub fn tell(&mut self, text: &str) {
        if !self.quiet {
            self.data(text);
        }
    }

    /// Writes data to stdout, through a pager on a terminal.
    pub fn page(&mut self, text: &str) {
        let page = |pager: &Pager| pager.show(&for_terminal(text));
        let shown = !text.is_empty() && self.pager.as_ref().is_some_and(page);
        if !shown {
            self.data(text);
        }
    }

    /// Says something that is no data; silent with `--quiet`.
    pub fn note(&self, text: impl Display) {
        if !self.quiet {
            self.say(&(self.fitting("", &self.chosen_folder.typed(&text.to_string())) + "\n"));
        }
    }

    /// Warns of something that concerns no single score; silent with `--quiet`.
    pub fn warning(&self, text: &str) {
        if !self.quiet {
            let word = "warning: ";
            let text = self.fitting(word, &plain(&self.chosen_folder.typed(text)));
            self.say(&format!("{} {}\n", self.stderr_styler.apply(YELLOW, word.trim_end()), text));
        }
    }

    /// Names a command that gets out, on one line that can be copied; silent with `--quiet`.
    pub fn help(&self, text: &str) {
        if !self.quiet {
            self.say(&format!("  {} {}\n", self.stderr_styler.apply(CYAN, "help:"), self.chosen_folder.typed(text)));
        }
    }

    /// A sentence that follows `before` on stderr, broken between words where that is a terminal. What is indented is meant
    /// to be copied, and stays whole.
    fn fitting(&self, before: &str, text: &str) -> String {
        let Some(width) = self.stderr_width.filter(|_| !text.starts_with(' ')) else { return text.to_owned() };
        let lines: Vec<String> = text
            .split('\n')
            .flat_map(|line| {
                if columns(line) > width {
                    wrapped(line, width.saturating_sub(columns(before)), width)
                } else {
                    vec![line.to_owned()]
                }
            })
            .collect();
        lines.join("\n")
    }

    /// Says why the run ended badly, and how to get out.
    pub fn problem(&self, problem: &Problem) {
        let word = "error: ";
        let message = self.fitting(word, &problem.message);
        let mut text = format!("{} {message}\n", self.stderr_styler.apply(RED.bold(), word.trim_end()));
        for place in &problem.at {
            text += &format!("  {} {}\n", self.stderr_styler.apply(DIM, "at"), plain(place));
        }
        for help in &problem.help {
            text += &format!("  {} {}\n", self.stderr_styler.apply(CYAN, "help:"), self.chosen_folder.typed(help));
        }
        self.say(&text);
    }

    /// Shows how far long work is, where somebody looks.
    pub fn progress(&self) -> ProgressIndicator {
        self.indicators.start()
    }

    /// Nobody is waited for from now on: every question is answered with yes, and no pager shows anything.
    #[cfg(feature = "embedded")]
    pub fn run_unattended(&mut self) {
        self.assumes_yes = true;
        self.pager = None;
        self.chosen_folder = ChosenFolder::default();
    }

    /// Somebody has to be asked before something that others will see, or that is hard to take back: false with `--yes`.
    ///
    /// # Errors
    /// Nobody is there to answer, and silence is no yes.
    pub fn must_ask(&self) -> Result<bool, Problem> {
        match (self.assumes_yes, self.asks) {
            (true, _) => Ok(false),
            (false, true) => Ok(true),
            (false, false) => Err(Problem::unanswered()),
        }
    }

    /// Asks before something that others will see, or that is hard to take back.
    ///
    /// # Errors
    /// The answer is not yes, or nobody is there to give it.
    pub fn confirm(&self, question: &str) -> Result<(), Problem> {
        if self.must_ask()? && !self.agrees(&format!("{question} [y/N] "))? {
            return Err(Problem::not_confirmed());
        }
        Ok(())
    }

    /// Whether the answer is yes; it is not where nobody can answer. `--yes` does not answer it.
    ///
    /// # Errors
    /// Ctrl-C.
    pub fn agrees(&self, question: &str) -> Result<bool, Problem> {
        let answer = self.ask(question)?.unwrap_or_default();
        Ok(["y", "yes"].iter().any(|yes| answer.eq_ignore_ascii_case(yes)))
    }

    /// Somebody is there to answer.
    pub fn asks(&self) -> bool {
        self.asks
    }

    /// Asks for a line; none where nobody can answer, or will any more.
    ///
    /// # Errors
    /// Ctrl-C.
    pub fn ask(&self, question: &str) -> Result<Option<String>, Problem> {
        if !self.asks {
            return Ok(None);
        }
        self.indicators.aside(|| {
            write_stderr(question);
            let line = runtime::typed_line();
            if !matches!(&line, Ok(Some(_))) {
                write_stderr("\n");
            }
            line
        })
    }

    /// [`Self::ask`]; an empty line is no answer.
    ///
    /// # Errors
    /// Ctrl-C.
    pub fn answer(&self, question: &str) -> Result<Option<String>, Problem> {
        Ok(self.ask(question)?.filter(|answer| !answer.is_empty()))
    }

    /// Shows what a question is about, with `--quiet` too.
    pub fn show(&self, text: &str) {
        self.say(text);
    }

    /// To be called last.
    ///
    /// # Errors
    /// Something could not be written to stdout.
    pub fn finish(&mut self) -> Result<(), Problem> {
        match self.write_error.take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Problem::new(Exit::Failed, "OUTPUT_FAILED", format!("the output could not be written: {error}"))
                    .help("the command itself has ended; write to a place with room"))
            }
            _ => Ok(()),
        }
    }

    fn say(&self, text: &str) {
        self.indicators.aside(|| write_stderr(text));
    }
}

fn terminal_width() -> Option<usize> {
    crossterm::terminal::size().ok().map(|(columns, _)| columns.into()).filter(|columns| *columns > 0)
}

fn pager(terminal: &Terminal) -> Pager {
    let Terminal { pager, fallback_pager, less_is_told, .. } = terminal;
    Pager { ours: pager.clone(), fallback: fallback_pager.clone(), less_is_told: *less_is_told }
}

/// Writes to stderr. If that is gone there is nobody to tell.
#[expect(clippy::disallowed_methods, reason = "this is the only writer")]
fn write_stderr(text: &str) {
    io::stderr().lock().write_all(for_terminal(text).as_bytes()).ok();
}
