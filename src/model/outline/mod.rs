//! A document's parts: the keys of its YAML, the sections of its Markdown, each with its bytes.
//!
//! The parts of a part tile its bytes: `head`, then its parts in their order, then `tail`. A key's part begins with the
//! comments right above it; a list's items are parts where all of them are mappings, or members of a set; everything else is
//! whole. Nothing is resolved, decided or written here. Reading is total: depth and number of parts have the bounds of
//! [`super::yaml`].

mod change;
mod markdown;
mod part;
mod path;
mod read;
mod summary;
mod yaml;

pub use change::{DocChange, PartChange, change};
pub use markdown::{Fence, Heading, fenced_blocks, heading, headings};
pub use part::{Part, PartShape};
pub use path::Path;
pub use read::{Outline, Own};
pub use summary::Summary;
pub use yaml::{NAMING_KEYS, SET_KEYS};
