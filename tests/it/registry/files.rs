//! The file of a registry: made, recognized, and no other program's touched.

use rusqlite::Connection;
use scoresync::registry::{OpenError, Registry, seed};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn sql(path: &Path, statements: &str) {
    Connection::open(path).and_then(|database| database.execute_batch(statements)).expect("SQLite does it");
}

fn application(path: &Path) -> i64 {
    let database = Connection::open(path).expect("a database");
    database.pragma_query_value(None, "application_id", |row| row.get(0)).expect("a number")
}

#[test]
fn the_database_of_another_program_is_left_as_it_is() {
    let folder = folder();
    for (name, statements) in [
        ("notes.db", "CREATE TABLE note (id TEXT)"),
        ("log.db", "PRAGMA journal_mode = WAL; CREATE TABLE note (id TEXT)"),
        ("marked.db", "PRAGMA application_id = 7"),
        ("alike.db", "CREATE TABLE \"Score\" (id TEXT PRIMARY KEY NOT NULL, doc TEXT NOT NULL)"),
        ("view.db", "CREATE VIEW \"Score\" AS SELECT 1"),
    ] {
        let path = folder.path().join(name);
        sql(&path, statements);
        let before = fs::read(&path).expect("its bytes");
        for opened in [Registry::open(&path), Registry::open_existing(&path)] {
            assert!(matches!(opened, Err(OpenError::Foreign)), "{name}");
        }
        assert_eq!(fs::read(&path).expect("its bytes"), before, "{name}");
        fs::remove_file(&path).expect("removed");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "{name}: nothing beside it");
    }
    let path = folder.path().join("text");
    fs::write(&path, "no database at all, however long this text may be").expect("a file");
    assert!(matches!(Registry::open(&path), Err(OpenError::Database(_))));
}

#[test]
fn a_registry_from_before_marks_is_known_by_its_tables_and_marked() {
    let folder = folder();
    let path = folder.path().join("registry.db");
    seed::demo(&Registry::open(&path).expect("made")).expect("seeded");
    let mark = application(&path);
    assert_ne!(mark, 0);
    sql(&path, "PRAGMA application_id = 0; DROP TABLE \"Task\"");
    Registry::open_existing(&path).expect("known");
    assert_eq!(application(&path), mark);
    sql(&path, "CREATE TABLE mine (x)");
    Registry::open_existing(&path).expect("a mark is enough");
    sql(&path, "PRAGMA application_id = 0");
    assert!(matches!(Registry::open_existing(&path), Err(OpenError::Foreign)));
}

#[test]
fn a_registry_that_only_its_log_knows_is_known() {
    let folder = folder();
    let path = folder.path().join("registry.db");
    let first = Registry::open(&path).expect("made, and its log not written back");
    assert!(Registry::open_existing(&path).is_ok());
    drop(first);
}

/// Its pages are in the log, and the file has some of them already.
#[test]
fn a_registry_whose_writer_died_while_it_wrote_the_log_back_is_known() {
    let folder = folder();
    let (path, dead) = (folder.path().join("registry.db"), folder.path().join("dead.db"));
    let open = Registry::open(&path).expect("made");
    seed::demo(&open).expect("seeded");
    fs::copy(folder.path().join("registry.db-wal"), folder.path().join("dead.db-wal")).expect("a log");
    let mut bytes = fs::read(&path).expect("its bytes");
    bytes[100..].fill(0xff);
    fs::write(&dead, bytes).expect("written");
    Registry::open_existing(&dead).expect("the log has it whole");
}

#[test]
fn nothing_is_made_where_something_should_be() {
    let folder = folder();
    let (none, empty) = (folder.path().join("none.db"), folder.path().join("empty.db"));
    fs::write(&empty, "").expect("a file");
    for path in [&none, &empty] {
        assert!(matches!(Registry::open_existing(path), Err(OpenError::Nothing)), "{path:?}");
    }
    assert!(!none.exists() && fs::read(&empty).expect("there").is_empty());
    sql(&empty, "CREATE TABLE x (y); DROP TABLE x");
    assert!(matches!(Registry::open_existing(&empty), Err(OpenError::Nothing)));
    Registry::open(&empty).expect("made");
}
