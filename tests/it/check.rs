//! The check: cases as data, laws for any text, scorecards, the schema.

mod cases;
mod examples;
mod files;
mod laws;
mod loaders;
mod scorecards;
mod standalone;
