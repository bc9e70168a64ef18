//! The check: cases as data, laws for any text, scorecards, the schema.

mod cases;
mod laws;
mod loaders;
mod scorecards;
