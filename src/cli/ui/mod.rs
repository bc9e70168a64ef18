//! The only writer of stdout and stderr. Data goes to stdout, everything else to stderr; off a terminal there is no
//! colour, no pager, no progress indicator and no question.

mod columns;
mod live;
mod log;
mod pager;
mod progress;
mod style;
mod terminal;

pub use columns::{columns, middle_of, padded, start_of, visible_columns, wrapped};
pub use live::{Key, Keys, Live};
pub use progress::ProgressIndicator;
pub use style::{BOLD, CYAN, DIM, GREEN, RED, Styler, YELLOW};
pub use terminal::Ui;
