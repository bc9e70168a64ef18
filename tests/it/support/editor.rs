//! How editors and tools save a file, call by call.

use std::fs;
use std::path::{Path, PathBuf};

/// How a file is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Truncated and written: VS Code, nano.
    InPlace,
    /// The old file becomes a backup, a new one is written, the backup goes: vim, with its probe and its swap file.
    Backup,
    /// The old file stays as `name~`, a lock lies beside it: Emacs.
    KeptBackup,
    /// A temporary file is renamed over it: sed, gedit.
    Replaced,
    /// A temporary file and the old one change places: JetBrains.
    Swapped,
    /// Removed and made anew: git.
    RemovedFirst,
}

impl Style {
    pub const ALL: [Self; 6] = [Self::InPlace, Self::Backup, Self::KeptBackup, Self::Replaced, Self::Swapped, Self::RemovedFirst];

    /// Saves `text` at `path`, whose folder is there.
    pub fn save(self, path: &Path, text: &str) {
        match self {
            Self::InPlace => write(path, text),
            Self::Backup => {
                let swap = hidden(path, ".swp");
                write(&swap, "b0VIM");
                let probe = path.with_file_name("4913");
                write(&probe, "");
                remove(&probe);
                set_aside(path, &beside(path, "~"));
                write(path, text);
                let _ = fs::remove_file(beside(path, "~"));
                remove(&swap);
            }
            Self::KeptBackup => {
                let lock = path.with_file_name(format!(".#{}", name(path)));
                let _ = std::os::unix::fs::symlink("me@desk.1", &lock);
                set_aside(path, &beside(path, "~"));
                write(path, text);
                remove(&lock);
            }
            Self::Replaced => {
                let temporary = path.with_file_name(".goutputstream-AB12CD");
                write(&temporary, text);
                rename(&temporary, path);
            }
            Self::Swapped => {
                let (new, old) = (beside(path, "___jb_tmp___"), beside(path, "___jb_old___"));
                write(&new, text);
                set_aside(path, &old);
                rename(&new, path);
                let _ = fs::remove_file(&old);
            }
            Self::RemovedFirst => {
                let _ = fs::remove_file(path);
                write(path, text);
            }
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name().expect("a file name").to_string_lossy().into_owned()
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    path.with_file_name(format!("{}{ending}", name(path)))
}

fn hidden(path: &Path, ending: &str) -> PathBuf {
    path.with_file_name(format!(".{}{ending}", name(path)))
}

/// A first save has nothing to set aside.
fn set_aside(path: &Path, to: &Path) {
    if path.exists() {
        rename(path, to);
    }
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn rename(from: &Path, to: &Path) {
    fs::rename(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
}

fn remove(path: &Path) {
    fs::remove_file(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
