//! An empty desk, whose files and state are in memory.

use crate::support::Desk;
use rusqlite::Connection;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The places where the state refuses to record: at each the run ends as if it died there, or the disk were full.
pub const RECORDS: [(&str, &str); 10] = [
    ("a run", "INSERT ON run"),
    ("what is to be replaced", "INSERT ON replaced"),
    ("what was replaced", "UPDATE OF pending ON replaced"),
    ("an intent", "INSERT ON intent"),
    ("the end of an intent", "DELETE ON intent"),
    ("a base", "INSERT ON synced"),
    ("the end of a base", "DELETE ON synced_after"),
    ("a conflict", "INSERT ON conflict"),
    ("the catalog", "INSERT ON score"),
    ("the stat cache", "INSERT ON file"),
];

/// Gives a desk an empty state, as the program makes it, with what keeps it out of git: it is made once, and copied from then on.
pub fn with_state(desk: Desk) -> Desk {
    static EMPTY: OnceLock<Vec<(OsString, Vec<u8>)>> = OnceLock::new();
    let empty = EMPTY.get_or_init(|| {
        let first = Desk::below(memory());
        drop(first.state());
        first.sql(&refusals());
        let files = std::fs::read_dir(first.state_folder()).expect("it was closed").map(|file| file.expect("a file"));
        files.map(|file| (file.file_name(), std::fs::read(file.path()).expect("readable"))).collect()
    });
    std::fs::create_dir_all(desk.state_folder()).expect("a folder");
    for (name, bytes) in empty {
        std::fs::write(desk.state_folder().join(name), bytes).expect("written");
    }
    desk
}

/// Makes a desk what [`with_state`] makes it; `database` is its state.
pub fn clear(desk: &Desk, database: &Connection) {
    for entry in std::fs::read_dir(desk.folder()).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path != desk.state_folder() {
            std::fs::remove_dir_all(path).expect("removed");
        }
    }
    database.execute_batch("BEGIN IMMEDIATE").expect("begun");
    for table in tables(database) {
        database.prepare_cached(&format!("DELETE FROM {table}")).expect("a table").execute([]).expect("emptied");
    }
    database.execute_batch("UPDATE generation SET number = 0; COMMIT").expect("committed");
}

/// All tables but the two that have a row from the beginning. As long as there is an index, triggers note what moves.
fn tables(database: &Connection) -> &'static [String] {
    static TABLES: OnceLock<Vec<String>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('generation', 'identity') \
                   ORDER BY name <> 'tree_index'";
        let mut select = database.prepare(sql).expect("a schema");
        select.query_map([], |row| row.get(0)).expect("names").map(|name| name.expect("a name")).collect()
    })
}

/// A folder whose files are in memory, where the system has one; else that of temporary files.
pub fn memory() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let memory = Path::new("/dev/shm");
        if tempfile::tempdir_in(memory).is_ok() { memory.to_owned() } else { std::env::temp_dir() }
    })
}

/// Makes a state able to refuse what its table `refused` names. A state in memory is so from the beginning: where its schema
/// changes, every statement is prepared anew.
pub fn refusals() -> String {
    let trigger = |(_, record): &(&str, &str)| {
        format!(
            "; CREATE TRIGGER IF NOT EXISTS \"refused {record}\" BEFORE {record} \
             WHEN EXISTS (SELECT 1 FROM refused WHERE record = '{record}') BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    };
    format!("CREATE TABLE IF NOT EXISTS refused (record TEXT){}", RECORDS.iter().map(trigger).collect::<String>())
}
