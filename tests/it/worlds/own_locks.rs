//! Databases below the folder in memory belong to this process alone: SQLite keeps their locks, and the index of their log, in its
//! own memory. The system is asked for a lock some eighty times a command otherwise. All other databases are as ever.

use super::blank::memory;
use rusqlite::ffi::{
    SQLITE_CANTOPEN, SQLITE_OK, sqlite3_file, sqlite3_filename, sqlite3_vfs, sqlite3_vfs_find, sqlite3_vfs_register,
};
use std::ffi::{CStr, c_int};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::OnceLock;

/// SQLite's ways to a file: those that it takes otherwise, and those with locks of this process.
struct Ways {
    usual: *mut sqlite3_vfs,
    own: *mut sqlite3_vfs,
}

/// SAFETY: SQLite never frees nor changes them, and calls them from all threads.
unsafe impl Send for Ways {}
unsafe impl Sync for Ways {}

static WAYS: OnceLock<Ways> = OnceLock::new();

/// From now on, in the whole process.
pub fn use_them() {
    WAYS.get_or_init(|| {
        // SAFETY: these are SQLite's own, which stay; what is registered is never freed.
        unsafe {
            let ways = Ways { usual: sqlite3_vfs_find(ptr::null()), own: sqlite3_vfs_find(c"unix-excl".as_ptr()) };
            assert!(!ways.usual.is_null() && !ways.own.is_null(), "SQLite has both on Unix");
            let chosen = sqlite3_vfs { zName: c"worlds".as_ptr(), xOpen: Some(open), pNext: ptr::null_mut(), ..*ways.usual };
            assert_eq!(sqlite3_vfs_register(Box::into_raw(Box::new(chosen)), 1), SQLITE_OK);
            ways
        }
    });
}

/// SAFETY: SQLite calls it, as it would call the function that this hands everything to.
unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    found: *mut c_int,
) -> c_int {
    // It waits until they are there.
    let ways = WAYS.wait();
    // SAFETY: a name is absent or a text that ends with a zero, and both ways have this function.
    unsafe {
        let way = if !name.is_null() && is_in_memory(CStr::from_ptr(name)) { ways.own } else { ways.usual };
        (*way).xOpen.map_or(SQLITE_CANTOPEN, |open| open(way, name, file, flags, found))
    }
}

fn is_in_memory(name: &CStr) -> bool {
    let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes()));
    // Where there is no folder in memory, other databases lie beside those of worlds.
    memory() != std::env::temp_dir() && path.starts_with(memory())
}
