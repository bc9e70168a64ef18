//! What several test modules share: desks (workspaces) and a dashboard whose replies can be lost.

mod dashboard;
mod desk;
mod editor;
mod faulty;
mod git;
mod served;

pub use dashboard::{API_KEY, Browser, Dashboard, InProcess, KEY, attribution, over_http, registry, remote};
pub use desk::{Desk, fill, world};
pub use editor::Style;
pub use faulty::{Fault, Faulty, Meddler};
pub use git::{git, try_git};
pub use served::Served;
