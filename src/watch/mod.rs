//! File events: what may have changed under a root, as hints. The scan is the truth.
//!
//! It reads no document, decides nothing, and knows neither scores nor state.

mod debounce;
mod nudge;
mod signal;

pub use debounce::{Batch, Debounce};
pub use nudge::{Nudging, nudges};
pub use signal::{Signal, Why};
