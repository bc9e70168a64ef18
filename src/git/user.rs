//! Who commits here, as git is told.

use git2::{Config, Repository, RepositoryOpenFlags};
use std::ffi::OsStr;
use std::path::Path;

/// The setting `user.name` for a folder: of its repository, else of the user.
pub fn user_name(folder: &Path) -> Option<String> {
    let no_ceiling: [&OsStr; 0] = [];
    let repository = Repository::open_ext(folder, RepositoryOpenFlags::empty(), no_ceiling);
    let config = repository.and_then(|repository| repository.config()).or_else(|_| Config::open_default()).ok()?;
    config.get_string("user.name").ok().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}
