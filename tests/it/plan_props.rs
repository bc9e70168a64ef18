//! Properties of planning: of merging texts, and of whole runs over random worlds.

mod identity;
mod merging;
mod parts;
mod rewriting;
mod world;
