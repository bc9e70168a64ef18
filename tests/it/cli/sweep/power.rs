//! The power may fail at any moment. What was not flushed then is there, or half there, or gone, in any combination. So the order
//! of writes and flushes says whether something can be lost, and it must be this one:
//!
//! 1. The state has for good what a run will replace, before a file changes; and what it is about to send, before it is sent.
//! 2. A new file is flushed before it takes the place of another one.
//! 3. Files and their folders are flushed before the state says that they are written.
//! 4. Nothing waits to be flushed when the command ends.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Folders that hold files of people.
const THEIRS: [&str; 3] = ["scorecards", "report-configurations", "data-sources"];

/// What the disk need not have yet.
#[derive(Default)]
struct Unflushed {
    at_once: bool,
    /// Files with bytes that it may lack.
    bytes: BTreeSet<PathBuf>,
    /// Names that may be there as before.
    names: BTreeSet<PathBuf>,
}

/// A command with these effects loses nothing, whenever the power fails. Of scores that are pushed `at_once` the order does not say
/// which of them is recorded and which is sent.
pub fn assert_nothing_can_be_lost(command: &[&str], at_once: bool, effects: &[String]) {
    let mut unflushed = Unflushed { at_once, ..Unflushed::default() };
    for (at, effect) in effects.iter().enumerate() {
        let (what, paths) = parts(effect);
        if let Err(why) = unflushed.allows(what, &paths) {
            panic!("{command:?}: {why}; backwards from there:\n{}", backwards(&effects[..=at]));
        }
        unflushed.see(what, &paths);
    }
    let Unflushed { bytes, names, .. } = &unflushed;
    let left: Vec<&PathBuf> =
        bytes.iter().filter(|path| is_log(path)).chain(bytes.iter().chain(names).filter(|path| is_file(path))).collect();
    assert!(left.is_empty(), "{command:?}: {left:?} may be lost after it ended; backwards:\n{}", backwards(effects));
}

/// The last of some effects, the newest first, without what is never lost: memory that connections share.
fn backwards(effects: &[String]) -> String {
    let last = effects.iter().rev().filter(|effect| !effect.ends_with("-shm")).take(30);
    last.map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn parts(effect: &str) -> (&str, Vec<&Path>) {
    let mut parts = effect.split('\t');
    (parts.next().unwrap_or_default(), parts.map(Path::new).collect())
}

impl Unflushed {
    fn allows(&self, what: &str, paths: &[&Path]) -> Result<(), String> {
        let is_recorded = || match self.bytes.iter().find(|path| is_log(path)) {
            Some(_) => Err(format!("{what} {paths:?}, and the state may not have what was recorded before")),
            None => Ok(()),
        };
        match what {
            "send" if !self.at_once => is_recorded(),
            "write" if !self.at_once && is_dashboard(paths[0]) => is_recorded(),
            "write" if is_log(paths[0]) => match self.bytes.iter().chain(&self.names).find(|path| is_file(path)) {
                Some(file) => Err(format!("something is recorded, and {} may not be as it was left", file.display())),
                None => Ok(()),
            },
            "rename" | "exchange" | "link" | "symlink" | "unlink" | "truncate" if paths.iter().any(|path| is_file(path)) => {
                if what != "unlink" && self.bytes.contains(paths[0]) {
                    return Err(format!("{} comes to a place before its bytes do", paths[0].display()));
                }
                is_recorded()
            }
            "write" if is_file(paths[0]) => Err(format!("{} is written where it is", paths[0].display())),
            _ => Ok(()),
        }
    }

    fn see(&mut self, what: &str, paths: &[&Path]) {
        match what {
            "write" | "truncate" => drop(self.bytes.insert(paths[0].to_owned())),
            "fsync" => {
                self.bytes.remove(paths[0]);
                self.names.retain(|name| name.parent() != Some(paths[0]));
            }
            "syncfs" => {
                self.bytes.clear();
                self.names.clear();
            }
            "open" | "mkdir" | "symlink" | "link" => drop(self.names.insert(paths[paths.len() - 1].to_owned())),
            "unlink" => {
                self.bytes.remove(paths[0]);
                self.names.insert(paths[0].to_owned());
            }
            "rename" | "exchange" => self.names.extend(paths.iter().map(|path| (*path).to_owned())),
            _ => {}
        }
    }
}

/// A file of a person in its place; ours beside it are hidden.
fn is_file(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !is_hidden
        && path.extension().is_some()
        && path.components().any(|part| THEIRS.iter().any(|folder| part.as_os_str() == *folder))
}

/// Where the state is recorded first.
fn is_log(path: &Path) -> bool {
    path.ends_with(".scoresync/state.db-wal")
}

/// A dashboard in a file.
fn is_dashboard(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("dashboard.db") && !name.to_string_lossy().ends_with("-shm"))
}

#[test]
fn an_order_in_which_something_can_be_lost_is_told() {
    let log = "/w/.scoresync/state.db-wal";
    let (new, code, folder) = ("/w/scorecards/A/.new", "/w/scorecards/A/X.yaml", "/w/scorecards/A");
    let (record, kept) = (format!("write\t{log}"), format!("fsync\t{log}"));
    let (write, flush) = (format!("write\t{new}"), format!("fsync\t{new}"));
    let (put, flushed) = (format!("rename\t{new}\t{code}"), format!("fsync\t{folder}"));
    let open = format!("open\t{new}");
    let right = [&record, &kept, &open, &write, &flush, &put, &flushed, &record, &kept];
    let is_told = |without: Option<usize>| {
        let effects: Vec<String> =
            right.iter().enumerate().filter(|(at, _)| Some(*at) != without).map(|(_, effect)| (*effect).clone()).collect();
        std::panic::catch_unwind(|| assert_nothing_can_be_lost(&["pull"], false, &effects)).is_err()
    };
    assert!(!is_told(None));
    let told: Vec<usize> = (0..right.len()).filter(|at| is_told(Some(*at))).collect();
    assert_eq!(told, [1, 4, 6, 8], "each flush that is left out");
}
