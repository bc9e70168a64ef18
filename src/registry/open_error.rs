//! Why a registry could not be opened.

/// A registry whose file cannot be opened, or read.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// SQLite's words.
    #[error("cannot open the registry's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The file is a database of something else; it was left as it is.
    #[error("this is a database of another program")]
    Foreign,
    /// There is no registry in the file, and none was to be made.
    #[error("there is no registry in this file")]
    Nothing,
}
