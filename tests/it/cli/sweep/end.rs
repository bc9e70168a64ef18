//! What a world has come to: files, state, dashboard and git, without what differs from run to run.

use super::super::world::{World, ageless};
use rusqlite::{Connection, OpenFlags};
use scoresync::state::State;
use serde_json::Value;
use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// All of it in one text, so that two can be compared and a difference can be read.
pub fn end(world: &World) -> String {
    let mut told = world.run(&["status"]);
    files(world, &mut told);
    dashboard(world, &mut told);
    state(world, &mut told);
    git(world, &mut told);
    ageless(&world.filtered(&told))
}

/// Every file of the user but those of the state, of the dashboard and of git; of git its hooks.
fn files(world: &World, told: &mut String) {
    let home = PathBuf::from(world.home());
    for path in files_of(world) {
        let name = path.strip_prefix(&home).expect("below").display().to_string();
        let metadata = std::fs::symlink_metadata(&path).expect("a file");
        let text = if metadata.is_symlink() {
            std::fs::read_link(&path).expect("a link").display().to_string()
        } else {
            String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned()
        };
        writeln!(told, "{:o} {name}: {text:?}", metadata.permissions().mode()).expect("a text");
    }
}

/// Where they are.
pub fn files_of(world: &World) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(&PathBuf::from(world.home()), &mut found);
    found.sort();
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name == ".scoresync" || name.starts_with("dashboard.db") {
            continue;
        }
        if name == ".git" {
            ["hooks", "scoresync-previous"].iter().map(|inner| path.join(inner)).filter(|inner| inner.is_dir()).for_each(
                |inner| {
                    walk(&inner, found);
                },
            );
        } else if path.is_dir() && !path.is_symlink() {
            walk(&path, found);
        } else if !name.ends_with(".sample") {
            found.push(path);
        }
    }
}

/// Scores, standalone documents and their versions as rows, but for their times.
fn dashboard(world: &World, told: &mut String) {
    let Some(database) = database(world) else { return };
    for table in ["Score", "ScoreVersion", "DataSource", "DataSourceVersion", "ReportConfiguration"] {
        for mut row in rows(&database, table) {
            // What is left of a push is pushed by whoever comes next, in words of their own.
            ["createdAt", "updatedAt", "note"].iter().for_each(|key| drop(row.as_object_mut().expect("a row").remove(*key)));
            // A push between the files and their commit cannot name the commit.
            row["metadata"].as_object_mut().map(|metadata| metadata.remove("git"));
            writeln!(told, "{table} {row}").expect("a text");
        }
    }
    let open = "SELECT count(*) FROM Task WHERE json_extract(doc, '$.status') = 'RUNNING'";
    let open: i64 = database.query_row(open, [], |row| row.get(0)).unwrap_or_default();
    writeln!(told, "tasks that nobody ended: {open}").expect("a text");
}

/// The rows of a table of the dashboard, by their ids; none where it has no such table.
pub fn rows(database: &Connection, table: &str) -> Vec<Value> {
    let Ok(mut query) = database.prepare(&format!("SELECT doc FROM \"{table}\" ORDER BY id")) else { return Vec::new() };
    let rows = query.query_map([], |row| row.get::<_, String>(0)).expect("rows");
    rows.map(|row| serde_json::from_str(&row.expect("a row")).expect("JSON")).collect()
}

/// The database of the dashboard, if it has one.
pub fn database(world: &World) -> Option<Connection> {
    let places = ["../dashboard.db", "dashboard.db"].map(|place| world.folder().join(place));
    let place = places.into_iter().find(|place| place.is_file())?;
    Some(Connection::open_with_flags(place, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database"))
}

fn state(world: &World, told: &mut String) {
    let folder = world.folder().join(".scoresync");
    if !folder.is_dir() {
        return;
    }
    let state = State::open(&folder).expect("a state");
    let loaded = state.load().expect("readable");
    for (id, synced) in &loaded.synced {
        let champion = synced.champion_docs.as_ref().map(|docs| docs.code.digest);
        let docs = (synced.docs.code.digest, synced.docs.guidelines.as_ref().map(|docs| docs.digest));
        writeln!(told, "{id} {} {:?} {docs:?} {champion:?} {:?}", synced.base, synced.champion, synced.paths).expect("a text");
    }
    writeln!(told, "conflicts {:?}", loaded.conflicts.keys()).expect("a text");
    let intents: Vec<_> = state.intents().expect("readable").into_iter().map(|intent| (intent.kind, intent.score)).collect();
    writeln!(told, "intents {intents:?}").expect("a text");
    writeln!(told, "unfinished {}", state.unfinished_runs().expect("readable").len()).expect("a text");
}

fn git(world: &World, told: &mut String) {
    if !world.folder().join(".git").is_dir() {
        return;
    }
    // What a run owes to git may be committed apart from what comes after it.
    for args in [&["ls-tree", "-r", "HEAD"], &["status", "--porcelain"][..]] {
        *told += &world.git(args);
    }
}
