//! A temporary folder with repositories in it, cut off from the configuration of whoever runs the tests.

use scoresync::git::{Program, Repository};
use scoresync::model::RelPath;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Once;

/// Variables of a surrounding git that would lead away from the sandbox.
const FOREIGN: [&str; 4] = ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"];

pub struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    pub fn new() -> Self {
        isolate_library();
        let sandbox = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir(sandbox.path("home")).expect("a home");
        sandbox
    }

    /// A sandbox with the repository `repo` and one commit in it: `scorecards/Calls/Tone.yaml` and `other.txt`.
    pub fn with_repository() -> Self {
        let sandbox = Self::new();
        sandbox.init("repo", &[]);
        sandbox.write("repo/scorecards/Calls/Tone.yaml", "name: Tone\n");
        sandbox.write("repo/other.txt", "one\n");
        sandbox.git("repo", &["add", "."]);
        sandbox.git("repo", &["commit", "-qm", "first"]);
        sandbox
    }

    pub fn init(&self, repository: &str, args: &[&str]) {
        fs::create_dir_all(self.path(repository)).expect("a folder");
        self.git(repository, &[&["init", "-q", "-b", "main"], args].concat());
        self.git(repository, &["config", "user.name", "Ann Example"]);
        self.git(repository, &["config", "user.email", "ann@example.com"]);
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        fs::canonicalize(self.folder.path()).expect("the sandbox is there").join(relative)
    }

    pub fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a writable file");
    }

    pub fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).expect("a readable file")
    }

    /// An executable shell script.
    pub fn script(&self, relative: &str, body: &str) {
        self.write(relative, &format!("#!/bin/sh\n{body}\n"));
        make_executable(&self.path(relative));
    }

    /// The stdout of a git command that succeeds.
    pub fn git(&self, repository: &str, args: &[&str]) -> String {
        let output = self.try_git(repository, args);
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    pub fn try_git(&self, repository: &str, args: &[&str]) -> Output {
        let mut command = Command::new("git");
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.envs(self.variables()).current_dir(self.path(repository)).args(args);
        // RACE: a program that another test starts at this moment may still hold a script open that was just written.
        loop {
            let output = command.output().expect("git runs");
            if !String::from_utf8_lossy(&output.stderr).contains("Text file busy") {
                return output;
            }
        }
    }

    fn variables(&self) -> [(&'static str, String); 5] {
        let home = self.path("home").display().to_string();
        [
            ("HOME", home.clone()),
            ("XDG_CONFIG_HOME", home.clone()),
            ("GIT_CONFIG_GLOBAL", format!("{home}/.gitconfig")),
            ("GIT_CONFIG_SYSTEM", "/dev/null".to_owned()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
        ]
    }

    pub fn program(&self) -> Program {
        self.variables().into_iter().fold(Program::default(), |program, (name, value)| program.with(name, value))
    }

    /// The repository of a scorecards root.
    pub fn open(&self, root: &str) -> Repository {
        Repository::discover(&self.path(root), self.program()).expect("git answers").expect("a repository")
    }

    /// The same where there is no git program.
    pub fn open_without_program(&self, root: &str) -> Repository {
        let program = Program::new("/nonexistent/git");
        Repository::discover(&self.path(root), program).expect("libgit2 answers").expect("a repository")
    }

    /// Everything that status knows, but where HEAD is.
    pub fn status(&self, repository: &str) -> String {
        self.git(repository, &["status", "--porcelain=v2", "--untracked-files=all"])
    }

    /// The files of the last commit, each with what it did to them.
    pub fn last_commit(&self, repository: &str) -> Vec<String> {
        let shown =
            self.git(repository, &["-c", "core.quotePath=false", "show", "--format=", "--name-status", "-z", "--no-renames"]);
        let fields: Vec<&str> = shown.trim_end_matches('\0').split('\0').collect();
        fields.chunks(2).map(|pair| pair.join(" ")).collect()
    }
}

pub fn paths(paths: &[&str]) -> Vec<RelPath> {
    paths.iter().map(|path| RelPath::parse(path).expect("a safe path")).collect()
}

pub fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions can be set");
}

/// libgit2 finds configuration by the home of this process, which is not the sandbox's.
fn isolate_library() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for level in [git2::ConfigLevel::System, git2::ConfigLevel::XDG, git2::ConfigLevel::Global] {
            // SAFETY: happens once, before any test of this room uses libgit2.
            unsafe { git2::opts::set_search_path(level, "/nonexistent") }.expect("a search path can be set");
        }
    });
}
