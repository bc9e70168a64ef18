//! Values from columns. Nothing is trusted: a path that leads out of the root, a digest of another length or a time that
//! is none is an error of the row.

use crate::model::{Digest, RelPath, ScorePaths};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Result, Row};

/// To look up one row takes as long as to read so many one after the other.
pub(super) const WORTH: usize = 4;

/// Whether a table has more rows than this.
pub(super) fn are_more_than(db: &Connection, table: &str, count: usize) -> Result<bool> {
    let mut select = db.prepare_cached(&format!("SELECT 1 FROM {table} LIMIT 1 OFFSET ?1"))?;
    select.exists([i64::try_from(count).unwrap_or(i64::MAX)])
}

/// A digest.
pub(super) fn digest(row: &Row<'_>, column: usize) -> Result<Digest> {
    row.get::<_, [u8; 32]>(column).map(Digest::from)
}

/// A digest, if there is one.
pub(super) fn digest_or_null(row: &Row<'_>, column: usize) -> Result<Option<Digest>> {
    Ok(row.get::<_, Option<[u8; 32]>>(column)?.map(Digest::from))
}

/// A text made into an id.
pub(super) fn id<T: for<'a> From<&'a str>>(row: &Row<'_>, column: usize) -> Result<T> {
    row.get_ref(column)?.as_str().map(T::from).map_err(|error| invalid(column, error))
}

/// An id, if there is one.
pub(super) fn id_or_null<T: for<'a> From<&'a str>>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null().map_err(|error| invalid(column, error))?;
    Ok(text.map(T::from))
}

/// A path inside the scorecards root.
pub(super) fn path(row: &Row<'_>, column: usize) -> Result<RelPath> {
    let text = row.get_ref(column)?.as_str().map_err(|error| invalid(column, error))?;
    RelPath::parse(text).map_err(|error| invalid(column, error))
}

/// The paths of a score in two columns from `first` on; the second is empty for a standalone document.
pub(super) fn paths(row: &Row<'_>, first: usize) -> Result<ScorePaths> {
    let text = |column: usize| row.get_ref(column)?.as_str().map_err(|error| invalid(column, error));
    ScorePaths::parse(text(first)?, text(first + 1)?).map_err(|error| invalid(first, error))
}

/// A time in microseconds.
pub(super) fn time(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    Timestamp::from_microsecond(row.get(column)?).map_err(|error| invalid(column, error))
}

/// The error for a column that holds what it must not.
pub(super) fn invalid(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
