//! What several test modules share: desks (workspaces) and a dashboard whose replies can be lost.
#![cfg_attr(not(feature = "embedded"), allow(unused_imports, dead_code, reason = "the tests that use them need a dashboard"))]

#[cfg(feature = "embedded")]
mod browser;
mod cpu_time;
mod dashboard;
mod desk;
mod editor;
mod faulty;
mod git;
mod json;
mod log;
#[cfg(unix)]
mod pty;
mod python;
pub mod redump;
#[cfg(feature = "embedded")]
mod served;

#[cfg(feature = "embedded")]
pub use browser::{API_KEY, Browser, InProcess, over_http, registry, remote};
pub use cpu_time::cpu_time;
pub use dashboard::{Dashboard, KEY, attribution};
pub use desk::{Desk, fill, fill_documents, locked, world};
pub use editor::Style;
pub use faulty::{Fault, Faulty, Lie, Meddler, Meddling, Weather};
pub use git::{git, give_away, skipped, try_git};
pub use json::json_type;
pub use log::TestLog;
#[cfg(unix)]
pub use pty::Pty;
pub use python::{plain_python, python};
#[cfg(feature = "embedded")]
pub use served::Served;

/// The seeds of a test: `usual`, or what `SCORESYNC_SEEDS=100..2000` says.
pub fn seeds(usual: std::ops::Range<u64>) -> std::ops::Range<u64> {
    let asked = std::env::var("SCORESYNC_SEEDS").ok();
    let asked = asked.as_deref().and_then(|range| range.split_once("..")).map(|(from, to)| (from.parse(), to.parse()));
    asked.map_or(usual, |(from, to)| from.expect("a number")..to.expect("a number"))
}
