//! Shows on stderr how far long work is; disappears when it is done.

use crate::model::{Progress, Stage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// How often it is drawn at most, per second.
const MAX_DRAWS_PER_SECOND: u8 = 12;

/// A spinner and a bar, or nothing where nobody looks.
#[derive(Clone)]
pub struct ProgressIndicator(ProgressBar);

impl ProgressIndicator {
    /// One that is drawn if `visible`.
    pub(super) fn new(visible: bool) -> Self {
        if !visible {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(MAX_DRAWS_PER_SECOND));
        bar.set_style(ProgressStyle::with_template("{spinner} {msg}").expect("a good template"));
        bar.set_message("asking the dashboard");
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// One that nobody sees.
    pub fn hidden() -> Self {
        Self::new(false)
    }

    /// Takes it away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for ProgressIndicator {
    fn step(&self, stage: Stage, done: usize, of: usize) {
        if self.0.is_hidden() {
            return;
        }
        self.0.set_style(ProgressStyle::with_template("{spinner} {msg} {bar:30} {pos}/{len}").expect("a good template"));
        self.0.set_message(match stage {
            Stage::Reading => "reading versions",
            Stage::Working => "working",
        });
        self.0.set_length(of as u64);
        self.0.set_position(done as u64);
    }
}
