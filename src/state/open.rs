//! Opens, makes and migrates the database; moves a damaged one out of the way.

use super::error::StateError;
use super::private;
use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Result as SqlResult, TransactionBehavior, ffi};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// The database in the folder of the state.
pub const DATABASE: &str = "state.db";
/// How the name of a damaged database begins that was moved out of the way; the time follows.
const DAMAGED: &str = "state.db.corrupt-";
/// What SQLite puts beside a database; a database and these belong together.
const COMPANIONS: [&str; 4] = ["", "-wal", "-shm", "-journal"];
/// One step per format; a database of format n has seen the first n.
const MIGRATIONS: [&str; 14] = [
    include_str!("schema.sql"),
    include_str!("format2.sql"),
    include_str!("format3.sql"),
    include_str!("format4.sql"),
    include_str!("format5.sql"),
    include_str!("format6.sql"),
    include_str!("format7.sql"),
    include_str!("format8.sql"),
    include_str!("format9.sql"),
    include_str!("format10.sql"),
    include_str!("format11.sql"),
    include_str!("format12.sql"),
    include_str!("format13.sql"),
    include_str!("format14.sql"),
];
/// Marks the file as ours: "scsy".
const APPLICATION: i64 = 0x7363_7379;
/// More than there are: each is prepared once.
const STATEMENTS: usize = 128;
/// What a batch of a large pull changes fits into it, in KiB: else pages are written and read again within one transaction. Memory is
/// taken for what is touched.
const PAGES_KIB: i64 = 4 << 10;
/// The pages of the write-ahead log before they are taken into the database, which are 16 MB: a page that many batches change is
/// taken once.
const LOG_PAGES: i64 = 4_000;
/// How long a connection waits for another one's transaction.
const PATIENCE: Duration = Duration::from_secs(10);

/// [`super::State::open`]: the connection, the path of the database, and the word that tells it from others. SQLite's busy timeout does not cover two processes
/// that make a database at once, so that this happens under a file lock.
pub(super) fn open(dir: &Path) -> Result<(Connection, PathBuf, String), StateError> {
    prepare(dir)?;
    private::close(dir);
    let _alone = lock(dir)?;
    let path = dir.join(DATABASE);
    let failed = |error| StateError::sqlite(&path, &error);
    if !is_current(&path) && fs::metadata(&path).is_ok_and(|metadata| metadata.len() > 0) {
        inspect(&path)?;
    }
    // SQLite gives the files that it puts beside a database the permissions of the database.
    private::options().create(true).truncate(false).write(true).open(&path).map_err(StateError::at(&path))?;
    let mut connection = connect(&path).map_err(failed)?;
    let format = migrate(&mut connection).map_err(failed)?;
    is_known(format)?;
    let identity = connection.query_row("SELECT word FROM identity", [], |row| row.get(0)).map_err(failed)?;
    Ok((connection, path, identity))
}

/// Which file it is: its device, its number there, and when it was made, because numbers are given again.
pub(super) type DatabaseIdentity = (u64, u64, Option<SystemTime>);

/// Which file is at a path; none where there is none, or the system does not tell.
#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<DatabaseIdentity> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino(), metadata.created().ok()))
}

/// Elsewhere nobody can remove a file that is open.
#[cfg(not(unix))]
pub(super) fn identity(_: &Path) -> Option<DatabaseIdentity> {
    None
}

/// What stands in `dir`, in a folder of its own: for looking at a state that cannot be written. What is recorded there is
/// forgotten with the folder.
///
/// RACE: whoever may write the state does so while it is copied. Then the copy is damaged, which the next run does not see.
pub(super) fn copy(dir: &Path) -> Result<TempDir, StateError> {
    let folder = tempfile::tempdir().map_err(StateError::at(&std::env::temp_dir()))?;
    for end in ["", "-wal", "-journal"] {
        let name = format!("{DATABASE}{end}");
        let from = dir.join(&name);
        let copied = File::open(&from).and_then(|mut file| {
            let mut copy = private::options().create_new(true).write(true).open(folder.path().join(&name))?;
            io::copy(&mut file, &mut copy)
        });
        match copied {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StateError::at(&from)(error)),
            _ => {}
        }
    }
    Ok(folder)
}

/// Makes the folder, and keeps all of it out of git.
pub(super) fn prepare(dir: &Path) -> Result<(), StateError> {
    private::create_folder(dir).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => StateError::NotAFolder(dir.to_owned()),
        _ => StateError::at(dir)(error),
    })?;
    let ignore = dir.join(".gitignore");
    match private::options().write(true).create_new(true).open(&ignore).and_then(|mut file| file.write_all(b"*\n")) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(StateError::at(&ignore)(error)),
        _ => Ok(()),
    }
}

/// [`super::State::can_be_made`].
#[cfg(unix)]
pub(super) fn can_be_made(dir: &Path) -> bool {
    use rustix::fs::{Access, access};
    use rustix::io::Errno;
    let denied = |parent| matches!(access(parent, Access::WRITE_OK), Err(Errno::ACCESS | Errno::ROFS | Errno::PERM));
    !dir.parent().is_some_and(denied)
}

/// [`super::State::can_be_made`].
#[cfg(not(unix))]
pub(super) fn can_be_made(_: &Path) -> bool {
    true
}

fn lock(dir: &Path) -> Result<File, StateError> {
    let path = dir.join("open.lock");
    let file = private::options().create(true).truncate(false).write(true).open(&path).map_err(StateError::at(&path))?;
    file.lock().map_err(StateError::at(&path))?;
    Ok(file)
}

/// The head of the file says that it is a state of the format that this program writes: no other connection need look first.
/// What the write-ahead log says of the format, the connection itself sees.
fn is_current(path: &Path) -> bool {
    let mut head = [0; 72];
    let number = |head: &[u8; 72], at: usize| i64::from(u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok()
        && head.starts_with(b"SQLite format 3\0")
        && number(&head, 60) == MIGRATIONS.len() as i64
        && number(&head, 68) == APPLICATION
}

/// Looks at an existing file without changing it: a newer format, or another program's, is left alone.
fn inspect(path: &Path) -> Result<(), StateError> {
    let number = |connection: &Connection, sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let look = |flags: OpenFlags| -> SqlResult<[i64; 3]> {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        let tables = number(&connection, "SELECT count(*) FROM sqlite_schema")?;
        Ok([number(&connection, "PRAGMA application_id")?, number(&connection, "PRAGMA user_version")?, tables])
    };
    let found = match look(OpenFlags::SQLITE_OPEN_READ_ONLY) {
        Err(error) if is_half_made(&error) => look(OpenFlags::SQLITE_OPEN_READ_WRITE),
        found => found,
    };
    let [application, format, tables] = found.map_err(|error| StateError::sqlite(path, &error))?;
    match (application, format) {
        (0, 0) if tables == 0 => Ok(()),
        (APPLICATION, format) if format > 0 => is_known(format),
        _ => Err(StateError::Corrupt { path: path.to_owned(), what: "not a state of scoresync".to_owned() }),
    }
}

/// Whoever made it died before that was done; only who may write can take back what there is.
fn is_half_made(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_READONLY_ROLLBACK)
}

/// A newer program's format is left alone.
fn is_known(format: i64) -> Result<(), StateError> {
    let known = MIGRATIONS.len() as i64;
    if format > known { Err(StateError::Newer { found: format, known }) } else { Ok(()) }
}

/// Durable on return from every commit, also when the power fails.
pub(super) fn connect(path: &Path) -> SqlResult<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Else statements that compare values with an index of a part of a table are prepared anew each time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -PAGES_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    Ok(connection)
}

/// Brings the database to the format of this program, unless its own is newer; that which it had.
fn migrate(connection: &mut Connection) -> SqlResult<i64> {
    let format: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let Some(steps) = MIGRATIONS.get(format as usize..).filter(|steps| !steps.is_empty()) else { return Ok(format.into()) };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    steps.iter().try_for_each(|step| transaction.execute_batch(step))?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    transaction.commit().map(|()| format.into())
}

/// [`super::State::set_aside`]. The write-ahead log goes along: it may hold what the database lacks.
pub(super) fn set_aside(dir: &Path, at: Timestamp) -> Result<PathBuf, StateError> {
    prepare(dir)?;
    let _alone = lock(dir)?;
    let name = format!("{DAMAGED}{}", at.strftime("%Y%m%dT%H%M%SZ"));
    let name = (0..).map(|n| if n == 0 { name.clone() } else { format!("{name}-{n}") });
    let free = |name: &String| COMPANIONS.iter().all(|end| !dir.join(format!("{name}{end}")).exists());
    let name = name.into_iter().find(free).expect("a folder holds no endless names");
    for end in COMPANIONS {
        let (from, to) = (dir.join(format!("{DATABASE}{end}")), dir.join(format!("{name}{end}")));
        match fs::rename(&from, to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StateError::at(&from)(error)),
            _ => {}
        }
    }
    Ok(dir.join(name))
}

/// [`super::State::aside`].
pub(super) fn aside(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let is_aside = |name: &str| name.starts_with(DAMAGED) && COMPANIONS[1..].iter().all(|end| !name.ends_with(end));
    let found = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_aside));
    let mut found: Vec<PathBuf> = found.map(|entry| entry.path()).collect();
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_what_is_there_and_fails_where_that_cannot_be_read() {
        let home = tempfile::tempdir().expect("a folder");
        fs::write(home.path().join(DATABASE), "a database").expect("written");
        let copied = copy(home.path()).expect("what is not there is not missed");
        let names: Vec<_> =
            fs::read_dir(copied.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
        assert_eq!(names, [DATABASE]);
        assert_eq!(fs::read(copied.path().join(DATABASE)).expect("a copy"), b"a database");
        fs::create_dir(home.path().join("state.db-wal")).expect("a folder");
        assert!(copy(home.path()).is_err(), "without its log it may be an old one");
    }

    /// A name that leads nowhere is no file, and what is a folder cannot take its place.
    #[test]
    #[cfg(unix)]
    fn a_state_that_cannot_be_put_aside_whole_is_an_error() {
        let home = tempfile::tempdir().expect("a folder");
        let at = Timestamp::UNIX_EPOCH;
        fs::write(home.path().join(DATABASE), "a database").expect("written");
        let aside = set_aside(home.path(), at).expect("what is not there is not missed");
        fs::remove_file(&aside).expect("there");
        fs::create_dir(home.path().join(DATABASE)).expect("a folder");
        std::os::unix::fs::symlink("nowhere", &aside).expect("a link");
        set_aside(home.path(), at).expect_err("it stays where it is");
    }

    #[test]
    fn a_statement_that_an_index_of_a_part_could_help_is_prepared_once() {
        let home = tempfile::tempdir().expect("a folder");
        let (connection, ..) = open(home.path()).expect("a state");
        let mut select = connection.prepare("SELECT run FROM replaced WHERE run = ?1 AND pending = ?2").expect("a statement");
        for run in 0..3 {
            assert!(!select.exists([run, 1]).expect("it is asked"));
        }
        assert_eq!(select.get_status(rusqlite::StatementStatus::RePrepare), 0);
    }

    /// Root may write everywhere but where the kernel says no.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_that_cannot_be_kept_out_of_git_is_an_error_and_names_what_failed() {
        let kernel = Path::new("/proc/self");
        let error = prepare(kernel).expect_err("nothing can be made there").to_string();
        assert!(error.contains(".gitignore"), "{error}");
    }
}
