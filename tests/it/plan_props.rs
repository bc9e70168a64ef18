//! Properties of planning: of merging texts, and of whole runs over random worlds.

mod merging;
mod parts;
mod world;
