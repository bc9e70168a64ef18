//! Reports as text and JSON. Pure: from values to texts.

mod ahead_behind;
pub mod blame;
pub mod call;
pub mod conflicts;
pub mod diff;
pub mod eval;
mod evaluation;
pub mod feedback;
mod fields;
pub mod findings;
mod graph;
mod hints;
pub mod hook;
pub mod jobs;
pub mod json;
mod labels;
pub mod log;
pub mod new;
pub mod plexus_report;
pub mod promote;
mod relative_time;
mod report;
pub mod restore;
pub mod rules;
mod setting;
pub mod show;
pub mod summary;
mod table;
mod view;
pub mod watch;

pub use hints::hints;
pub use labels::{recovered, recovered_run};
pub use relative_time::Clock;
pub use report::report;
pub use setting::setting;
pub use view::View;
