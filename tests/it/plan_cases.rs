//! The planner on given scores: cases as data, and every combination of what three sides can say.

pub mod build;
mod cases;
mod describe;
mod kinds;
pub mod law;
mod table;
