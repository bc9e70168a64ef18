//! A desk in a world: its session, which may go on from command to command or be new, its line to the dashboard, and what it
//! keeps.

use super::blank;
use super::clock;
use super::script::{Ports, Script};
use crate::support::{Desk, Faulty, git, try_git};
use rusqlite::Connection;
use rustix::fs::{CWD, Dir, FileType, Mode, OFlags, openat};
use scoresync::engine::Session;
use scoresync::git::Program;
use scoresync::model::{Digest, SyncKind};
use scoresync::remote::Remote;
use scoresync::state::{DATABASE, State};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files with their texts, by their paths below the root.
pub type Files = BTreeMap<PathBuf, String>;

/// More than a state has: to empty each is prepared once.
const TABLES: usize = 64;

pub struct Seat {
    pub desk: Desk,
    pub line: Arc<Faulty>,
    pub git: bool,
    /// It syncs standalone documents, too.
    pub documents: bool,
    /// What is open stays so when the program ends: see [`super::desks`].
    lasts: bool,
    session: Option<Session>,
    kept: OnceCell<State>,
    database: OnceCell<Connection>,
    /// Its files, as long as nobody can have changed them.
    seen: RefCell<Option<Files>>,
    /// Somebody changes them at any moment.
    pub watched: Cell<bool>,
}

impl Seat {
    /// `lasts`: another world may follow at this desk.
    pub fn new(script: &Script, line: Arc<Faulty>, lasts: bool) -> Self {
        let desk = match script.ports {
            Ports::Memory => blank::with_state(Desk::below(blank::memory())),
            Ports::Documents => blank::with_state(Desk::below(blank::memory())).syncing(&SyncKind::STANDALONE),
            Ports::Real => Desk::new(),
        };
        let (documents, git) = (script.ports == Ports::Documents, script.git);
        let (session, kept, database, seen, watched) = Default::default();
        let seat = Self { desk, line, git, documents, lasts, session, kept, database, seen, watched };
        if seat.git {
            std::fs::create_dir_all(seat.desk.root()).expect("a folder");
            seat.git(&["init", "-q", "-b", "main"]);
            seat.commit("start");
        }
        seat
    }

    /// The session of this desk; a new one after [`Self::restart`]. What is done with it may change files.
    pub fn session(&mut self) -> &mut Session {
        self.touched();
        self.looking()
    }

    /// The same for what changes no file: what it changes would be missed when the next command has run.
    pub fn looking(&mut self) -> &mut Session {
        let (desk, line, git) = (&self.desk, &self.line, self.git);
        self.session.get_or_insert_with(|| {
            let session = desk.session_at(Some(Arc::clone(line) as Arc<dyn Remote>), clock::now);
            if git { session.with_git(Program::new("/usr/bin/git")) } else { session }
        })
    }

    /// The program ends, or dies: the next command is a new one.
    pub fn restart(&mut self) {
        if !self.lasts {
            self.session = None;
        }
    }

    /// A person removes the state.
    pub fn lose_state(&mut self) {
        self.lasts = false;
        (self.session, self.kept, self.database) = Default::default();
        std::fs::remove_dir_all(self.desk.state_folder()).expect("removed");
    }

    /// As a new one: without files, and with an empty state. None where it cannot be.
    pub fn cleared(self) -> Option<Self> {
        if !self.lasts {
            return None;
        }
        blank::clear(&self.desk, self.database());
        self.touched();
        self.watched.set(false);
        Some(self)
    }

    pub fn files(&self) -> Files {
        if self.watched.get() {
            return files_below(&self.desk.root());
        }
        self.seen.borrow_mut().get_or_insert_with(|| files_below(&self.desk.root())).clone()
    }

    /// Its files may be others now.
    pub fn touched(&self) {
        self.seen.take();
    }

    /// Texts that were kept aside, because somebody saved while a run died.
    pub fn aside(&self) -> BTreeSet<String> {
        let is_aside = |path: &Path| path.extension().is_some_and(|end| end == "kept");
        self.desk.files().into_iter().filter(|(path, _)| is_aside(path)).map(|(_, text)| text).collect()
    }

    pub fn write(&self, file: &Path, text: &str) {
        let path = self.desk.place(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
        self.touched();
    }

    pub fn remove(&self, file: &Path) {
        std::fs::remove_file(self.desk.place(file)).expect("removed");
        self.touched();
    }

    /// The state as it is recorded, whatever a session does.
    pub fn state(&self) -> &State {
        self.kept.get_or_init(|| self.desk.state())
    }

    /// What commands replaced and is kept: what an undo or a restore can bring back.
    pub fn kept(&self) -> BTreeSet<Digest> {
        let backups = self.state().backups().expect("readable");
        backups.into_iter().filter(|one| one.bytes.is_some()).filter_map(|one| one.replaced.before).collect()
    }

    pub fn sql(&self, statement: &str) {
        self.database().execute_batch(statement).expect("a statement");
    }

    fn database(&self) -> &Connection {
        self.database.get_or_init(|| {
            let database = Connection::open(self.desk.state_folder().join(DATABASE)).expect("the database");
            database.set_prepared_statement_cache_capacity(TABLES);
            database
        })
    }

    pub fn git(&self, args: &[&str]) {
        self.touched();
        git(self.desk.folder(), self.desk.folder(), args);
    }

    /// True if git did it.
    pub fn try_git(&self, args: &[&str]) -> bool {
        self.touched();
        let ann = ["-c", "user.name=Ann Example", "-c", "user.email=ann@example.com"];
        try_git(self.desk.folder(), self.desk.folder(), &[&ann[..], args].concat()).status.success()
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", message, "--allow-empty"]);
    }
}

/// All files below a scorecards root and in the folders of standalone documents beside it, but hidden ones.
pub fn files_below(root: &Path) -> Files {
    let mut files = Files::new();
    let beside = root.parent().expect("it lies in a workspace");
    read_folder(CWD, root, Path::new(""), &mut files);
    SyncKind::folders().for_each(|folder| read_folder(CWD, &beside.join(folder), Path::new(folder), &mut files));
    files
}

/// Adds the files in a folder, if there is one, named as below `name`. Each is found in its open folder: worlds read them after
/// every command, and the system would walk all the way to each.
fn read_folder(above: BorrowedFd<'_>, at: &Path, name: &Path, files: &mut Files) {
    let folder = openat(above, at, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
    let Ok(mut folder) = folder.and_then(Dir::new) else { return };
    while let Some(Ok(entry)) = folder.read() {
        let file = OsStr::from_bytes(entry.file_name().to_bytes());
        let here = folder.fd().expect("it is open");
        if file.as_bytes().starts_with(b".") {
            continue;
        }
        if entry.file_type() == FileType::Directory {
            read_folder(here, Path::new(file), &name.join(file), files);
        } else {
            files.insert(name.join(file), text_of(here, file));
        }
    }
}

fn text_of(folder: BorrowedFd<'_>, file: &OsStr) -> String {
    let open = openat(folder, file, OFlags::CLOEXEC, Mode::empty()).map(File::from).expect("a readable file");
    let mut text = String::with_capacity(4_096);
    // As it comes: its size is not asked for first.
    open.take(u64::MAX).read_to_string(&mut text).expect("a readable file");
    text
}
