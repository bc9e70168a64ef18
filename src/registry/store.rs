//! Items in SQLite: one table per model, the item a JSON document, each index an expression over it.
//!
//! A new index in the schema is made when an older file is opened; nothing is ever migrated. This file knows keys and
//! order, but nothing of limits, filters or conditions. Writers take `BEGIN IMMEDIATE`, so several processes may share
//! a file, and what a transaction has read cannot change before it writes.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use apollo_compiler::response::{JsonMap, serde_json_bytes};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction, TransactionBehavior, params, params_from_iter};

use super::catalogue::{Catalogue, Index, Model};
use super::open_error::OpenError;
use super::recognize::{APPLICATION, application, is_registry, table_definition};

/// How long a writer waits for another process.
const BUSY: Duration = Duration::from_secs(10);

/// Where a page of an index goes on: the sort key (empty without one) and id of the last row that was examined.
pub(super) type Position = (String, String);

/// The rows asked for, in index order.
pub(super) struct IndexScan<'a> {
    /// The index and its partition; none for the whole table, by id.
    pub partition: Option<(&'a Index, &'a str)>,
    pub range: Option<Range>,
    pub descending: bool,
    pub after: Option<Position>,
    /// Most rows to read.
    pub rows: usize,
}

/// A condition on the sort key; text compares by bytes, as the service does.
#[derive(Debug, Hash)]
pub(super) enum Range {
    Eq(String),
    Le(String),
    Lt(String),
    Ge(String),
    Gt(String),
    Between(String, String),
    BeginsWith(String),
}

/// A row as stored.
pub(super) struct Stored {
    pub position: Position,
    /// The document's length in bytes.
    pub size: usize,
    pub item: JsonMap,
}

/// One open database.
pub(super) struct Store(Mutex<Connection>);

impl Store {
    /// Opens the registry in the file, or makes one. A database of something else is left as it is.
    pub fn open(path: &Path, catalogue: &Catalogue) -> Result<Self, OpenError> {
        is_registry(path, catalogue)?;
        Self::open_unseen(path, catalogue)
    }

    /// Opens the registry in the file; makes none.
    pub fn open_existing(path: &Path, catalogue: &Catalogue) -> Result<Self, OpenError> {
        if is_registry(path, catalogue)? { Self::open_unseen(path, catalogue) } else { Err(OpenError::Nothing) }
    }

    fn open_unseen(path: &Path, catalogue: &Catalogue) -> Result<Self, OpenError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        write_ahead(&connection)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        Ok(Self::prepare(connection, catalogue)?)
    }

    pub fn in_memory(catalogue: &Catalogue) -> rusqlite::Result<Self> {
        Self::prepare(Connection::open_in_memory()?, catalogue)
    }

    fn prepare(mut connection: Connection, catalogue: &Catalogue) -> rusqlite::Result<Self> {
        connection.set_prepared_statement_cache_capacity(128);
        // Else each query by an index, whose keys are expressions, is prepared anew whenever it is asked.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for model in catalogue.models() {
            transaction.execute_batch(&definition(model))?;
        }
        if application(&transaction)? != APPLICATION {
            transaction.pragma_update(None, "application_id", APPLICATION)?;
        }
        transaction.commit()?;
        Ok(Self(Mutex::new(connection)))
    }

    /// SQLite's own count of what other connections have committed.
    pub fn data_version(&self) -> rusqlite::Result<i64> {
        self.connection().pragma_query_value(None, "data_version", |row| row.get(0))
    }

    /// The item of that id, and the length of its document in bytes.
    pub fn get(&self, model: &Model, id: &str) -> rusqlite::Result<Option<(usize, JsonMap)>> {
        get(&self.connection(), model, id)
    }

    /// Shows rows in index order to `visit` until it breaks; one query.
    pub fn scan(
        &self,
        model: &Model,
        scan: &IndexScan<'_>,
        mut visit: impl FnMut(Stored) -> ControlFlow<()>,
    ) -> rusqlite::Result<()> {
        let (sql, values) = query(model, scan);
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&sql)?;
        for row in statement.query_map(params_from_iter(values), stored)? {
            if visit(row?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Runs `work` in one transaction, which is undone if it fails.
    pub fn write<T, E: From<rusqlite::Error>>(&self, work: impl FnOnce(&Writer<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let writer = Writer(transaction);
        let done = work(&writer)?;
        writer.0.commit()?;
        Ok(done)
    }

    /// A panic elsewhere cannot leave the connection in the middle of a transaction: dropping one rolls it back.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open write transaction.
pub(super) struct Writer<'a>(Transaction<'a>);

impl Writer<'_> {
    pub fn get(&self, model: &Model, id: &str) -> rusqlite::Result<Option<JsonMap>> {
        Ok(get(&self.0, model, id)?.map(|(_, item)| item))
    }

    /// Inserts the item or replaces the one of its id.
    pub fn put(&self, model: &Model, id: &str, item: &JsonMap) -> rusqlite::Result<()> {
        let document = serde_json::to_string(item).expect("JSON values are always writable");
        let sql = format!(r#"INSERT INTO "{0}" (id, doc) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET doc = ?2"#, model.name);
        self.0.prepare_cached(&sql)?.execute(params![id, document])?;
        Ok(())
    }

    pub fn delete(&self, model: &Model, id: &str) -> rusqlite::Result<()> {
        self.0.prepare_cached(&format!(r#"DELETE FROM "{}" WHERE id = ?1"#, model.name))?.execute([id])?;
        Ok(())
    }
}

/// Switches to the write-ahead log. SQLite does not wait for its busy timeout where two processes do this to a new file
/// at once, so the loser tries again here.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let until = Instant::now() + BUSY;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

fn get(connection: &Connection, model: &Model, id: &str) -> rusqlite::Result<Option<(usize, JsonMap)>> {
    let mut statement = connection.prepare_cached(&format!(r#"SELECT doc FROM "{}" WHERE id = ?1"#, model.name))?;
    statement.query_row([id], |row| document(row, 0)).optional()
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let (size, item) = document(row, 2)?;
    Ok(Stored { position: (row.get(1)?, row.get(0)?), size, item })
}

fn document(row: &Row<'_>, column: usize) -> rusqlite::Result<(usize, JsonMap)> {
    let text = row.get_ref(column)?.as_str()?;
    let item = serde_json_bytes::serde_json::from_str(text);
    let broken = |error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error));
    Ok((text.len(), item.map_err(broken)?))
}

fn definition(model: &Model) -> String {
    let name = &model.name;
    let mut sql = table_definition(name).replacen("TABLE", "TABLE IF NOT EXISTS", 1) + ";";
    for index in &model.indexes {
        let sort = sort_expression(index).map(|sort| format!("{sort}, ")).unwrap_or_default();
        let key = attribute(&index.key);
        sql += &format!(r#"CREATE INDEX IF NOT EXISTS "{name}.{}" ON "{name}" ({key}, {sort}id);"#, index.name());
    }
    sql
}

/// The SQL of an item's attribute; indexes are found only by the same text.
fn attribute(name: &str) -> String {
    format!("(doc ->> '$.{name}')")
}

/// A composite sort key is its parts joined with `#`, as the service stores it; null if any part is missing.
fn sort_expression(index: &Index) -> Option<String> {
    let parts: Vec<String> = index.sort.iter().map(|part| attribute(part)).collect();
    match parts.as_slice() {
        [] => None,
        [part] => Some(part.clone()),
        parts => Some(format!("({})", parts.join(" || '#' || "))),
    }
}

fn query(model: &Model, scan: &IndexScan<'_>) -> (String, Vec<String>) {
    let sort = scan.partition.and_then(|(index, _)| sort_expression(index));
    // Keys travel as text, here and in tokens; SQLite has no text equal to a number.
    let numeric = scan.partition.is_some_and(|(index, _)| index.numeric);
    let mut terms = Terms { sort_value: if numeric { "CAST(? AS INTEGER)" } else { "?" }, ..Terms::default() };
    if let Some((index, key)) = scan.partition {
        terms.add(&format!("{} = ?", attribute(&index.key)), [key.to_owned()]);
    }
    if let Some(sort) = &sort {
        // An item without its sort key is not in the index.
        terms.add(&format!("{sort} IS NOT NULL"), []);
        scan.range.iter().for_each(|range| terms.range(sort, range));
    }
    if let Some(position) = &scan.after {
        terms.after(sort.as_deref(), position, scan.descending);
    }
    let direction = if scan.descending { "DESC" } else { "ASC" };
    let order = sort.as_ref().map(|sort| format!("{sort} {direction}, ")).unwrap_or_default();
    let sort = sort.as_deref().unwrap_or("''");
    let sql = format!(
        r#"SELECT id, CAST({sort} AS TEXT), doc FROM "{}" WHERE {} ORDER BY {order}id {direction} LIMIT {}"#,
        model.name,
        terms.sql(),
        scan.rows
    );
    (sql, terms.values)
}

/// The terms of a WHERE clause and the values of their placeholders.
#[derive(Default)]
struct Terms {
    /// The placeholder of a sort key's value.
    sort_value: &'static str,
    terms: Vec<String>,
    values: Vec<String>,
}

impl Terms {
    fn add<const N: usize>(&mut self, term: &str, values: [String; N]) {
        self.terms.push(term.to_owned());
        self.values.extend(values);
    }

    fn range(&mut self, sort: &str, range: &Range) {
        let of = self.sort_value;
        let mut compare = |operator: &str, value: &String| self.add(&format!("{sort} {operator} {of}"), [value.clone()]);
        match range {
            Range::Eq(value) => compare("=", value),
            Range::Le(value) => compare("<=", value),
            Range::Lt(value) => compare("<", value),
            Range::Ge(value) => compare(">=", value),
            Range::Gt(value) => compare(">", value),
            Range::Between(low, high) => self.add(&format!("{sort} BETWEEN {of} AND {of}"), [low.clone(), high.clone()]),
            Range::BeginsWith(prefix) => self.add(&format!("substr({sort}, 1, length(?)) = ?"), [prefix.clone(), prefix.clone()]),
        }
    }

    /// Rows behind `position`. The first comparison is implied by the second, and is what the index can seek by.
    fn after(&mut self, sort: Option<&str>, (key, id): &Position, descending: bool) {
        let (beyond, of) = (if descending { '<' } else { '>' }, self.sort_value);
        match sort {
            Some(sort) => self.add(
                &format!("{sort} {beyond}= {of} AND ({sort} {beyond} {of} OR id {beyond} ?)"),
                [key.clone(), key.clone(), id.clone()],
            ),
            None => self.add(&format!("id {beyond} ?"), [id.clone()]),
        }
    }

    fn sql(&self) -> String {
        if self.terms.is_empty() { "true".to_owned() } else { self.terms.join(" AND ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Extent;
    use rusqlite::StatementStatus;

    #[test]
    fn a_query_by_an_index_is_prepared_once() {
        let catalogue = Catalogue::of(Extent::Current);
        let store = Store::in_memory(catalogue).expect("a store");
        let (model, index) = catalogue.models().find_map(|model| Some((model, model.indexes.first()?))).expect("an index");
        let scan = IndexScan { partition: Some((index, "key")), range: None, descending: false, after: None, rows: 1 };
        for _ in 0..3 {
            store.scan(model, &scan, |_| ControlFlow::Continue(())).expect("a scan");
        }
        let connection = store.connection();
        let statement = connection.prepare_cached(&query(model, &scan).0).expect("a statement");
        assert_eq!((statement.get_status(StatementStatus::Run), statement.get_status(StatementStatus::RePrepare)), (3, 0));
    }
}
