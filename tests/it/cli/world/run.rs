//! Runs the program in a home of its own, and tells how it ended and what it said.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A home, a workspace folder in it, and nothing else: no variable of this process is handed on.
pub struct World {
    home: TempDir,
    variables: Vec<(String, String)>,
}

impl World {
    /// An empty workspace folder.
    pub fn new() -> Self {
        let world = Self { home: tempfile::tempdir().expect("a temporary folder"), variables: Vec::new() };
        std::fs::create_dir(world.folder()).expect("a folder");
        world
    }

    /// The folder in which commands run.
    pub fn folder(&self) -> PathBuf {
        self.home.path().join("work")
    }

    /// The home folder, for commands that were printed with `~` in its place.
    pub fn home(&self) -> String {
        self.home.path().display().to_string()
    }

    pub(super) fn real_home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file below the folder.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder().join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Reads a file below the folder.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder().join(path)).expect("a readable file")
    }

    /// Renames a file or folder below the folder.
    pub fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.folder().join(from), self.folder().join(to)).expect("renamed");
    }

    /// Sets a variable for the commands that follow.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Runs the program; exit status, stdout and stderr as one text in which folders, ids and times are placeholders.
    pub fn run(&self, args: &[&str]) -> String {
        let output = self.command(args).output().expect("the program starts");
        every_error_has_a_way_out(args, &String::from_utf8_lossy(&output.stderr));
        self.said(&output)
    }

    /// Types a line into a shell that knows `scoresync`, with this world's environment.
    pub fn shell(&self, line: &str) -> String {
        let program = format!("scoresync() {{ '{}' \"$@\"; }}\n", env!("CARGO_BIN_EXE_scoresync"));
        let mut shell = Command::new("sh");
        shell.args(["-c", &(program + line)]).current_dir(self.folder()).stdin(Stdio::null());
        self.said(&self.dressed(&mut shell).output().expect("a shell"))
    }

    /// [`Self::shell`] for somebody whom permissions bind, also where root runs the tests; none where that cannot be had.
    #[cfg(target_os = "linux")]
    pub fn bound_shell(&self, line: &str) -> Option<String> {
        let probe = self.home.path().join("probe");
        let probe_denied = format!("mkdir -p {0} && chmod 555 {0} && ! touch {0}/x 2>/dev/null", probe.display());
        let root = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", "sh", "-c"];
        let program = format!("scoresync() {{ '{}' \"$@\"; }}\n", env!("CARGO_BIN_EXE_scoresync"));
        for words in [&root[3..], &root[..]] {
            let run = |line: &str| {
                let mut command = Command::new(words[0]);
                command.args(&words[1..]).arg(line).current_dir(self.folder()).stdin(Stdio::null());
                self.dressed(&mut command).output()
            };
            if run(&probe_denied).is_ok_and(|output| output.status.success()) {
                return Some(self.said(&run(&(program + line)).expect("a shell")));
            }
        }
        None
    }

    /// A copy of the home with everything in it.
    pub fn copied(&self) -> TempDir {
        let copy = tempfile::tempdir().expect("a temporary folder");
        copy_all(self.home.path(), copy.path());
        copy
    }

    /// Makes the home what it was when it was copied.
    pub fn return_to(&self, copy: &TempDir) {
        for entry in std::fs::read_dir(self.home.path()).expect("a home").flatten() {
            let path = entry.path();
            if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.expect("removed");
        }
        copy_all(copy.path(), self.home.path());
    }

    /// A text in which folders, ids and times are placeholders.
    pub fn filtered(&self, text: &str) -> String {
        filtered(text, self.home.path())
    }

    /// How a program ended and what it said, with placeholders.
    pub fn said(&self, output: &Output) -> String {
        let text = |bytes: &[u8]| filtered(&String::from_utf8_lossy(bytes), self.home.path());
        let mut all = format!("exit {}\n", output.status.code().map_or("by a signal".to_owned(), |code| code.to_string()));
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                all += &format!("--- {name}\n{}", text(bytes));
            }
        }
        all
    }

    /// The program with this world's environment, for tests that need more than [`World::run`].
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scoresync"));
        command.args(args).current_dir(self.folder()).stdin(Stdio::null());
        self.dressed(&mut command);
        command
    }

    fn dressed<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env_clear().env("HOME", self.home.path()).env("PATH", "/usr/bin:/bin").env("TZ", "UTC");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)))
    }
}

/// An error says what to do; only who answered a question with no is told no more than that.
fn every_error_has_a_way_out(args: &[&str], stderr: &str) {
    let (ways, own) = (["\n  help: ", "\n  tip: ", "--help'"], format!("\n{stderr}"));
    for error in own.split("\nerror: ").skip(1).filter(|error| !error.starts_with("not confirmed")) {
        assert!(ways.iter().any(|way| error.contains(way)), "{args:?}: what is to be done?\nerror: {error}");
    }
}

/// With all modes and times.
fn copy_all(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().expect("cp runs");
    assert!(copied.success());
}

/// Replaces the age of what the test has made, which depends on how fast the machine is.
pub fn ageless(said: &str) -> String {
    said.replace("just now", "[age]").replace("1 minute ago", "[age]")
}

/// Replaces what differs from run to run.
pub(super) fn filtered(text: &str, home: &Path) -> String {
    let real = home.canonicalize().expect("the home is there");
    let text = text.replace(&real.display().to_string(), "~").replace(&home.display().to_string(), "~");
    let words: Vec<String> =
        text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && !"-:.".contains(c)).map(placeholder).collect();
    words.concat()
}

/// `[id]` for a UUID, `[short]` for the start of one, `[time]` for a timestamp, `[address]` for a served one, anything else as it is. A word comes with what ended it.
fn placeholder(word: &str) -> String {
    let end = word.find(|c: char| !c.is_ascii_alphanumeric() && !"-:.".contains(c)).unwrap_or(word.len());
    let (body, rest) = word.split_at(end);
    let is_id = body.len() == 36 && body.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let is_time = body.len() >= 20 && body.ends_with('Z') && body.as_bytes()[10] == b'T';
    let port = body.strip_prefix("127.0.0.1:").map(|port| port.trim_end_matches(':'));
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let is_short = body.len() == 8 && body.chars().all(is_hex) && body.contains(|c: char| c.is_ascii_digit());
    if let Some(port) = port.filter(|port| port.parse::<u16>().is_ok()) {
        return word.replacen(&format!("127.0.0.1:{port}"), "[address]", 1);
    }
    match (is_id, is_short, is_time) {
        (true, ..) => format!("[id]{rest}"),
        (_, true, _) => format!("[short]{rest}"),
        (.., true) => format!("[time]{rest}"),
        _ => word.to_owned(),
    }
}
