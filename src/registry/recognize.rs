//! Recognizes the file of a registry before anything is written to it: a path can name the database of any program.

use super::catalogue::Catalogue;
use super::open_error::OpenError;
use rusqlite::{Connection, OpenFlags, Result as SqlResult};
use std::path::Path;
use std::time::Duration;

/// Marks a file as a registry: "plxr".
pub(super) const APPLICATION: i64 = 0x706c_7872;
/// How long a reader waits for another process.
const BUSY: Duration = Duration::from_secs(10);

/// Whether the file has a registry in it; false where it is empty or not there. Registries from before they were marked have
/// no table but those of models.
///
/// # Errors
/// It is something else, or cannot be read.
pub(super) fn is_registry(path: &Path, catalogue: &Catalogue) -> Result<bool, OpenError> {
    if path.metadata().map_or(0, |metadata| metadata.len()) == 0 {
        return Ok(false);
    }
    // This leaves no trace, but does not see what stands in a write-ahead log only. Of a file whose last writer died while it
    // copied pages from that log it makes no sense.
    let immutable = Connection::open_with_flags(immutable(path), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)?;
    match judge(&immutable, catalogue) {
        Ok(true) => return Ok(true),
        Err(OpenError::Foreign) => return Err(OpenError::Foreign),
        Ok(false) | Err(_) => {}
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(BUSY)?;
    judge(&connection, catalogue)
}

/// The application id of a database.
pub(super) fn application(connection: &Connection) -> SqlResult<i64> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}

/// The SQL that makes a model's table, as SQLite keeps it.
pub(super) fn table_definition(model: &str) -> String {
    format!(r#"CREATE TABLE "{model}" (id TEXT PRIMARY KEY NOT NULL, doc TEXT NOT NULL) STRICT"#)
}

fn judge(connection: &Connection, catalogue: &Catalogue) -> Result<bool, OpenError> {
    let tables = tables(connection)?;
    let is_model =
        |(name, sql): &(String, String)| catalogue.models().any(|model| model.name == *name) && *sql == table_definition(name);
    match application(connection)? {
        APPLICATION => Ok(true),
        0 if tables.iter().all(is_model) => Ok(!tables.is_empty()),
        _ => Err(OpenError::Foreign),
    }
}

/// Name and SQL of all tables, views and triggers but SQLite's own.
fn tables(connection: &Connection) -> SqlResult<Vec<(String, String)>> {
    let sql = r"SELECT name, sql FROM sqlite_schema WHERE type <> 'index' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'";
    let mut select = connection.prepare(sql)?;
    select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The address under which SQLite takes a file for one that nobody changes: it makes no file beside it.
fn immutable(path: &Path) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~:".contains(&byte);
    let encoded = path
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .map(|&byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    format!("file:{}?immutable=1", encoded.collect::<String>())
}
