//! The check: cases as data, laws for any text, scorecards, the schema.

mod cases;
mod examples;
mod laws;
mod loaders;
mod scorecards;
mod standalone;
