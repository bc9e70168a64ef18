//! Observing: the three trees as they are now, with just the texts that planning needs. Nothing is decided here.
//!
//! [`trees`] is the way in. It reads the catalog, scans the files, and fills in what the plan has to know: champions that
//! moved, what git knows of the files, and the histories of scores whose base has to be found. Whose each file is, [`owners`]
//! finds out.

pub(in crate::engine) mod catalog;
pub(in crate::engine) mod catalog_read;
pub(in crate::engine) mod champions;
pub(in crate::engine) mod commit_texts;
pub(in crate::engine) mod evidence;
pub(in crate::engine) mod first_pulls;
pub(in crate::engine) mod foreign;
pub(in crate::engine) mod git;
pub(in crate::engine) mod history;
pub(in crate::engine) mod indexing;
mod older_texts;
pub(in crate::engine) mod owners;
pub(in crate::engine) mod portion;
pub(in crate::engine) mod renamed;
pub(in crate::engine) mod selection;
pub(in crate::engine) mod starting_point;
pub(in crate::engine) mod successors;
pub(in crate::engine) mod trees;
pub(in crate::engine) mod types;
pub(in crate::engine) mod versions;
