//! The one table of bytes: texts of documents and replaced files, by their digest, each once.

use super::row::digest_or_null;
use crate::model::{Content, Digest, DocKind, ScoreId, Snapshot, SourceText, SyncKind};
use rusqlite::{Connection, OptionalExtension, Result, Row, ToSql};

/// The columns of a snapshot: canonical digest and text digest of code and guidelines; all null for no snapshot.
pub(super) type Columns = [Option<[u8; 32]>; 4];

/// Stores bytes; the digest under which they are found.
pub(super) fn store(db: &Connection, bytes: &[u8]) -> Result<Digest> {
    let digest = Digest::of(bytes);
    insert(db, &digest, bytes)?;
    Ok(digest)
}

fn insert(db: &Connection, digest: &Digest, bytes: &[u8]) -> Result<()> {
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO blob (digest, bytes) VALUES (?1, ?2)")?;
    insert.execute((digest.as_bytes(), bytes)).map(|_| ())
}

/// The bytes with this digest.
pub(super) fn bytes(db: &Connection, digest: &Digest) -> Result<Option<Vec<u8>>> {
    let mut select = db.prepare_cached("SELECT bytes FROM blob WHERE digest = ?1")?;
    select.query_row([digest.as_bytes()], |row| row.get(0)).optional()
}

/// The columns that hold `docs` of a score, its texts stored. A text that is not given is looked up among those that the
/// score already has.
pub(super) fn columns(db: &Connection, score: &str, docs: Option<&Snapshot>) -> Result<Columns> {
    let Some(docs) = docs else { return Ok([None; 4]) };
    let code = place(db, "code", score, &docs.code)?;
    let guidelines = docs.guidelines.as_ref().map(|content| place(db, "guidelines", score, content)).transpose()?;
    Ok([
        Some(*docs.code.digest.as_bytes()),
        code,
        docs.guidelines.as_ref().map(|content| *content.digest.as_bytes()),
        guidelines.flatten(),
    ])
}

fn place(db: &Connection, column: &str, score: &str, content: &Content) -> Result<Option<[u8; 32]>> {
    if let Some(text) = &content.text {
        insert(db, &text.digest(), text.as_bytes())?;
        return Ok(Some(*text.digest().as_bytes()));
    }
    let part = |table: &str, prefix: &str| {
        let text = format!("{prefix}{column}_text");
        format!("SELECT {text} FROM {table} WHERE score = ?1 AND {prefix}{column} = ?2 AND {text} IS NOT NULL")
    };
    let own = ["", "champion_", "local_"].map(|prefix| part("synced", prefix));
    let conflicting = ["theirs_", "base_"].map(|prefix| part("conflict", prefix));
    let mut select = db.prepare_cached(&format!("{} LIMIT 1", [&own[..], &conflicting].concat().join(" UNION ALL ")))?;
    select.query_row((score, content.digest.as_bytes()), |row| row.get(0)).optional()
}

/// The columns as parameters.
pub(super) fn parameters(columns: &Columns) -> [&dyn ToSql; 4] {
    columns.each_ref().map(|column| column as &dyn ToSql)
}

/// The snapshot of `score` in four columns from `first` on, none if they are null; with its texts if `texts` can be asked for
/// them.
pub(super) fn snapshot(score: &ScoreId, row: &Row<'_>, first: usize, texts: Option<&Connection>) -> Result<Option<Snapshot>> {
    let Some(code) = content(SyncKind::of(score).main_document(), row, first, texts)? else { return Ok(None) };
    Ok(Some(Snapshot { code, guidelines: content(DocKind::Guidelines, row, first + 2, texts)? }))
}

/// The document in two columns from `first` on; the second is looked at only for the text.
pub(super) fn content(kind: DocKind, row: &Row<'_>, first: usize, texts: Option<&Connection>) -> Result<Option<Content>> {
    let Some(digest) = digest_or_null(row, first)? else { return Ok(None) };
    let text = match (texts, texts.map(|_| digest_or_null(row, first + 1)).transpose()?.flatten()) {
        (Some(db), Some(place)) => text(db, &place)?,
        _ => None,
    };
    Ok(Some(Content { kind, digest, text }))
}

fn text(db: &Connection, digest: &Digest) -> Result<Option<SourceText>> {
    let Some(bytes) = bytes(db, digest)? else { return Ok(None) };
    let text = String::from_utf8(bytes).map_err(|error| super::row::invalid(0, error))?;
    Ok(Some(SourceText::stored(*digest, text)))
}

/// Selects the texts of the snapshots in a table's columns with this prefix.
fn texts(table: &str, prefix: &str) -> String {
    let of = |column: &str| format!("SELECT {prefix}{column} FROM {table} WHERE {prefix}{column} IS NOT NULL");
    ["code_text", "guidelines_text"].map(of).join(" UNION ALL ")
}

/// Drops bytes that nothing refers to.
pub(super) fn collect(db: &Connection) -> Result<()> {
    let of_entries = ["synced", "synced_before", "synced_after"].map(|table| (table, ["", "champion_", "local_"].as_slice()));
    let parts = of_entries.into_iter().chain([("conflict", ["theirs_", "base_"].as_slice())]);
    let mut used: Vec<String> =
        parts.flat_map(|(table, prefixes)| prefixes.iter().map(move |prefix| texts(table, prefix))).collect();
    used.push("SELECT before FROM replaced WHERE before IS NOT NULL".to_owned());
    used.push("SELECT after FROM replaced WHERE pending = 1 AND after IS NOT NULL".to_owned());
    let sql = format!("DELETE FROM blob WHERE digest NOT IN ({})", used.join(" UNION ALL "));
    db.prepare_cached(&sql)?.execute([]).map(|_| ())
}
