//! A progress bar on stderr; it disappears when it is done.

use crate::model::{Progress, ProgressStage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// How often the bar is drawn at most, per second.
const DRAWS: u8 = 12;

/// A bar, or nothing where nobody looks.
#[derive(Clone)]
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar that is drawn if `visible`.
    pub(super) fn new(visible: bool) -> Self {
        if !visible {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(DRAWS));
        bar.set_style(ProgressStyle::with_template("{spinner} {msg}").expect("a good template"));
        bar.set_message("asking the dashboard");
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// A bar that nobody sees.
    pub fn hidden() -> Self {
        Self::new(false)
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn report(&self, stage: ProgressStage, done: usize, of: usize) {
        if self.0.is_hidden() {
            return;
        }
        self.0.set_style(ProgressStyle::with_template("{spinner} {msg} {bar:30} {pos}/{len}").expect("a good template"));
        self.0.set_message(match stage {
            ProgressStage::ReadingVersions => "reading versions",
            ProgressStage::Executing => "working",
        });
        self.0.set_length(of as u64);
        self.0.set_position(done as u64);
    }
}
