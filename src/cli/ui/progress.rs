//! Shows on stderr how far long work is; disappears when it is done.

use crate::model::{Progress, Stage};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// How often it is drawn at most, per second.
const MAX_DRAWS_PER_SECOND: u8 = 12;

/// The time between two pictures of the spinner.
const TICK: Duration = Duration::from_millis(120);

/// All indicators of a terminal, if they are drawn there.
pub(super) struct Indicators(Option<MultiProgress>);

impl Indicators {
    /// None is drawn unless they are `visible`.
    pub fn new(visible: bool) -> Self {
        let drawn = || MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(MAX_DRAWS_PER_SECOND));
        Self(visible.then(drawn))
    }

    /// None is drawn any more.
    pub fn hide(&mut self) {
        self.0 = None;
    }

    /// One more.
    pub fn start(&self) -> ProgressIndicator {
        self.0.as_ref().map_or_else(ProgressIndicator::hidden, ProgressIndicator::drawn)
    }

    /// Does something with the terminal while nothing is drawn there.
    pub fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(terminal) => terminal.suspend(work),
            None => work(),
        }
    }
}

/// A spinner and a bar, or nothing where nobody looks.
#[derive(Clone)]
pub struct ProgressIndicator(ProgressBar);

impl ProgressIndicator {
    /// One that is drawn among those of the terminal.
    fn drawn(terminal: &MultiProgress) -> Self {
        let bar = terminal.add(ProgressBar::no_length());
        bar.set_style(ProgressStyle::with_template("{spinner} {msg}").expect("a good template"));
        bar.set_message("asking the dashboard");
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// One that nobody sees.
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Takes it away, until work goes on.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for ProgressIndicator {
    fn step(&self, stage: Stage, done: usize, of: usize) {
        if self.0.is_hidden() {
            return;
        }
        if self.0.is_finished() {
            self.0.reset();
            self.0.enable_steady_tick(TICK);
        }
        self.0.set_style(ProgressStyle::with_template("{spinner} {msg} {bar:30} {pos}/{len}").expect("a good template"));
        self.0.set_message(match stage {
            Stage::Reading => "reading versions",
            Stage::Writing => "writing files",
            Stage::Pushing => "pushing",
            Stage::Promoting => "promoting",
        });
        self.0.set_length(of as u64);
        self.0.set_position(done as u64);
    }
}
