//! What several test modules share: desks (workspaces) and a dashboard whose replies can be lost.

mod desk;
mod faulty;

pub use desk::{Desk, world};
pub use faulty::{Fault, Faulty, Meddler};
