//! The texts that a world has: none that is kept where nothing dies may be gone where something died.

use super::super::world::World;
use super::end::{database, files_of, rows};
use super::rows::ROWS;
use rusqlite::Connection;
use scoresync::model::{Content, Snapshot};
use scoresync::state::{DATABASE, State};
use serde_json::Value;
use std::collections::BTreeSet;

/// Texts by where they are.
pub struct Texts {
    /// Replaced ones that `undo` and `restore` bring back, and both other sides of conflicts.
    kept: BTreeSet<String>,
    /// Those of files, and whatever the dashboard has.
    there: BTreeSet<String>,
}

impl Texts {
    pub fn of(world: &World) -> Self {
        let files = files_of(world).into_iter().filter(|path| !path.is_symlink());
        let mut there: BTreeSet<String> = files.map(|path| readable(&std::fs::read(path).expect("a file"))).collect();
        if let Some(database) = database(world) {
            for table in ["ScoreVersion", "DataSource", "DataSourceVersion", "ReportConfiguration"] {
                rows(&database, table).iter().for_each(|row| strings(row, &mut there));
            }
        }
        Self { kept: kept(world), there }
    }

    /// What `other` keeps and is neither kept nor there.
    pub fn lack<'o>(&self, other: &'o Self) -> Vec<&'o String> {
        other.kept.iter().filter(|text| !self.kept.contains(*text) && !self.there.contains(*text)).collect()
    }
}

fn kept(world: &World) -> BTreeSet<String> {
    let folder = world.folder().join(".scoresync");
    if !folder.is_dir() {
        return BTreeSet::new();
    }
    let state = State::open(&folder).expect("a state");
    let replaced = state.backups().expect("readable").into_iter().filter_map(|backup| backup.replaced.before);
    let bytes = replaced.filter_map(|digest| state.backup_bytes(&digest).expect("readable"));
    let mut kept: BTreeSet<String> = bytes.map(|bytes| readable(&bytes)).collect();
    for id in state.load().expect("readable").conflicts.keys() {
        let conflict = state.conflict(id).expect("readable").expect("it is listed");
        let sides = conflict.base.iter().chain([&conflict.theirs]);
        kept.extend(
            sides.flat_map(|(_, side)| documents(side)).filter_map(|document| document.text.as_deref()).map(str::to_owned),
        );
    }
    kept
}

fn documents(side: &Snapshot) -> impl Iterator<Item = &Content> {
    [&side.code].into_iter().chain(&side.guidelines)
}

/// Every string of a value.
fn strings(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| strings(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_text_that_is_kept_no_more_is_told() {
    let row = ROWS.iter().find(|row| row.args == ["resolve", "--theirs"]).expect("a row that replaces an edit");
    let world = (row.set_up)();
    world.run(row.args);
    let before = Texts::of(&world);
    assert_eq!(before.lack(&before), Vec::<&String>::new());
    let state = Connection::open(world.folder().join(".scoresync").join(DATABASE)).expect("a database");
    assert!(state.execute("DELETE FROM blob", []).expect("deleted") > 0);
    assert_eq!(Texts::of(&world).lack(&before).len(), 1);
}
