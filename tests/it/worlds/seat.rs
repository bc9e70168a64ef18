//! A desk in a world: its session, which may go on from command to command or be new, its line to the dashboard, and what it
//! keeps.

use super::clock;
use super::script::{Ports, Script};
use crate::support::{Desk, Faulty, git, try_git};
use rusqlite::Connection;
use scoresync::engine::Session;
use scoresync::git::Program;
use scoresync::model::{Digest, SyncKind};
use scoresync::remote::Remote;
use scoresync::state::{DATABASE, State};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Files with their texts, by their paths below the root.
pub type Files = BTreeMap<PathBuf, String>;

pub struct Seat {
    pub desk: Desk,
    pub line: Arc<Faulty>,
    pub git: bool,
    /// It syncs standalone documents, too.
    pub documents: bool,
    session: Option<Session>,
    kept: OnceCell<State>,
}

impl Seat {
    pub fn new(script: &Script, line: Arc<Faulty>) -> Self {
        let desk = match script.ports {
            Ports::Memory => with_state(Desk::below(memory())),
            Ports::Documents => with_state(Desk::below(memory())).syncing(&SyncKind::STANDALONE),
            Ports::Real => Desk::new(),
        };
        let documents = script.ports == Ports::Documents;
        let seat = Self { desk, line, git: script.git, documents, session: None, kept: OnceCell::new() };
        if seat.git {
            std::fs::create_dir_all(seat.desk.root()).expect("a folder");
            seat.git(&["init", "-q", "-b", "main"]);
            seat.commit("start");
        }
        seat
    }

    /// The session of this desk; a new one after [`Self::restart`].
    pub fn session(&mut self) -> &mut Session {
        let (desk, line, git) = (&self.desk, &self.line, self.git);
        self.session.get_or_insert_with(|| {
            let session = desk.session_at(Some(Arc::clone(line) as Arc<dyn Remote>), clock::now);
            if git { session.with_git(Program::new("/usr/bin/git")) } else { session }
        })
    }

    /// The program ends, or dies: the next command is a new one.
    pub fn restart(&mut self) {
        self.session = None;
    }

    /// A person removes the state.
    pub fn lose_state(&mut self) {
        self.session = None;
        self.kept = OnceCell::new();
        std::fs::remove_dir_all(self.desk.state_folder()).expect("removed");
    }

    pub fn files(&self) -> Files {
        files_below(&self.desk.root())
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
    }

    pub fn remove(&self, file: &Path) {
        std::fs::remove_file(self.desk.place(file)).expect("removed");
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
        let database = Connection::open(self.desk.state_folder().join(DATABASE)).expect("the database");
        database.execute_batch(statement).expect("a statement");
    }

    pub fn git(&self, args: &[&str]) {
        git(self.desk.folder(), self.desk.folder(), args);
    }

    /// True if git did it.
    pub fn try_git(&self, args: &[&str]) -> bool {
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
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below the root").to_owned();
                files.insert(name, std::fs::read_to_string(&path).expect("a readable file"));
            }
        }
    }
    files
}

/// Gives a desk an empty state, as the program makes it, with what keeps it out of git: it is made once, and copied from then on.
fn with_state(desk: Desk) -> Desk {
    static EMPTY: OnceLock<Vec<(OsString, Vec<u8>)>> = OnceLock::new();
    let empty = EMPTY.get_or_init(|| {
        let first = Desk::below(memory());
        drop(first.state());
        let files = std::fs::read_dir(first.state_folder()).expect("it was closed").map(|file| file.expect("a file"));
        files.map(|file| (file.file_name(), std::fs::read(file.path()).expect("readable"))).collect()
    });
    std::fs::create_dir_all(desk.state_folder()).expect("a folder");
    for (name, bytes) in empty {
        std::fs::write(desk.state_folder().join(name), bytes).expect("written");
    }
    desk
}

/// A folder whose files are in memory, where the system has one; else that of temporary files.
pub fn memory() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let memory = Path::new("/dev/shm");
        if tempfile::tempdir_in(memory).is_ok() { memory.to_owned() } else { std::env::temp_dir() }
    })
}
