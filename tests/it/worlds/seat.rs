//! A desk in a world: its session, which may go on from command to command or be new, its line to the dashboard, and what it
//! keeps.

use super::blank;
use super::clock;
use super::script::{Ports, Script};
use crate::support::{Desk, Faulty, git, try_git};
use rusqlite::Connection;
use scoresync::engine::Session;
use scoresync::git::Program;
use scoresync::model::{Digest, SyncKind};
use scoresync::remote::Remote;
use scoresync::state::{DATABASE, State};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files with their texts, by their paths below the root.
pub type Files = BTreeMap<PathBuf, String>;

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

    /// The session of this desk; a new one after [`Self::restart`].
    pub fn session(&mut self) -> &mut Session {
        self.touched();
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
        self.database.get_or_init(|| Connection::open(self.desk.state_folder().join(DATABASE)).expect("the database"))
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
    let mut files = files_in(root, root);
    let beside = root.parent().expect("it lies in a workspace");
    SyncKind::folders().for_each(|folder| files.extend(files_in(beside, &beside.join(folder))));
    files
}

/// The files in a folder, named as seen from `root`.
fn files_in(root: &Path, folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below the root").to_owned();
                files.insert(name, std::fs::read_to_string(&path).expect("a readable file"));
            }
        }
    }
    files
}
