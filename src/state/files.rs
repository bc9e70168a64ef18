//! The stat cache, and the count of transactions.

use super::row::{are_more_than, digest, path};
use crate::model::{CachedFile, FileStat, RelPath, Style};
use rusqlite::{Connection, OptionalExtension, Result, Row};
use std::collections::{HashMap, HashSet};

/// A style's bits in the column `style`.
const CRLF: i64 = 1;
const BOM: i64 = 2;

const SELECT: &str = "SELECT path, size, modified, changed, inode, read_at, raw, canonical, style FROM file";

/// So many files are read sooner than another connection is made.
const FEW: usize = 500;

/// Whether there are not more files than that.
pub(super) fn are_few(db: &Connection) -> Result<bool> {
    Ok(!are_more_than(db, "file", FEW)?)
}

/// All files.
pub(super) fn all(db: &Connection) -> Result<HashMap<RelPath, CachedFile>> {
    let count: u32 = db.prepare_cached("SELECT count(*) FROM file")?.query_row([], |row| row.get(0))?;
    let mut files = HashMap::with_capacity(count as usize);
    let mut select = db.prepare_cached(SELECT)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        files.insert(path(row, 0)?, file(row)?);
    }
    Ok(files)
}

/// Those at these paths that are there.
pub(super) fn some<'a>(db: &Connection, paths: impl Iterator<Item = &'a RelPath>) -> Result<HashMap<RelPath, CachedFile>> {
    let mut select = db.prepare_cached(&format!("{SELECT} WHERE path = ?1"))?;
    let mut files = HashMap::new();
    for path in paths {
        files.extend(select.query_row([path.as_str()], file).optional()?.map(|file| (path.clone(), file)));
    }
    Ok(files)
}

/// The same where these are so many that to read all is less work.
pub(super) fn among_all(db: &Connection, paths: &HashSet<&RelPath>) -> Result<HashMap<RelPath, CachedFile>> {
    let mut files = all(db)?;
    files.retain(|path, _| paths.contains(path));
    Ok(files)
}

fn file(row: &Row<'_>) -> Result<CachedFile> {
    let style: i64 = row.get(8)?;
    Ok(CachedFile {
        stat: FileStat {
            size: row.get::<_, i64>(1)?.cast_unsigned(),
            modified: row.get(2)?,
            changed: row.get(3)?,
            inode: row.get::<_, i64>(4)?.cast_unsigned(),
        },
        read_at: row.get(5)?,
        raw: digest(row, 6)?,
        canonical: digest(row, 7)?,
        style: Style { crlf: style & CRLF != 0, bom: style & BOM != 0 },
    })
}

/// Adds files.
pub(super) fn set(db: &Connection, files: &[(RelPath, CachedFile)]) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO file (path, size, modified, changed, inode, read_at, raw, canonical, style) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (path, file) in files {
        let style = if file.style.crlf { CRLF } else { 0 } | if file.style.bom { BOM } else { 0 };
        insert.execute((
            path.as_str(),
            file.stat.size.cast_signed(),
            file.stat.modified,
            file.stat.changed,
            file.stat.inode.cast_signed(),
            file.read_at,
            file.raw.as_bytes(),
            file.canonical.as_bytes(),
            style,
        ))?;
    }
    Ok(())
}

/// Removes a file.
pub(super) fn drop(db: &Connection, path: &RelPath) -> Result<()> {
    db.prepare_cached("DELETE FROM file WHERE path = ?1")?.execute([path.as_str()])?;
    Ok(())
}

/// Another transaction.
pub(super) fn advance(db: &Connection) -> Result<()> {
    db.prepare_cached("UPDATE generation SET number = number + 1")?.execute([]).map(|_| ())
}

/// How many transactions there were.
pub(super) fn generation(db: &Connection) -> Result<i64> {
    db.prepare_cached("SELECT number FROM generation")?.query_row([], |row| row.get(0))
}
