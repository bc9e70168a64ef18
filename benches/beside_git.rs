//! The program beside git, on the same files: `cargo bench --bench beside_git -- 1000 10000`.
//!
//! Makes a dashboard of so many scores, pulls it into a repository, and prints the medians of ours and of git, run in turns, with
//! their ratio. No verdict: machines differ, and ratios less.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a bench starts programs and prints figures")]

use scoresync::registry::{Registry, seed};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const OURS: &str = env!("CARGO_BIN_EXE_scoresync");
const ROUNDS: usize = 11;
/// Of what makes all files.
const FIRST_ROUNDS: usize = 5;
const SCORECARDS: usize = 20;

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    for size in if sizes.is_empty() { vec![1_000] } else { sizes } {
        Desk::new(size).compare();
    }
}

struct Desk {
    home: tempfile::TempDir,
    scores: usize,
}

impl Desk {
    fn new(scores: usize) -> Self {
        let desk = Self { home: tempfile::tempdir().expect("a folder"), scores };
        let file = desk.home.path().join("dashboard.db");
        let registry = Registry::open(&file).expect("a dashboard");
        let size = seed::Bulk { scorecards: SCORECARDS, scores_each: scores.div_ceil(SCORECARDS), code_bytes: 5_000 };
        seed::bulk(&registry, size).expect("scores");
        std::fs::create_dir(desk.folder()).expect("a folder");
        let address = format!("file:{}", file.display());
        desk.run(OURS, &["init", "--api-url", &address, "--account", "bulk", "--no-input"]);
        desk.run(OURS, &["pull", "--quiet", "--no-input"]);
        desk.run("git", &["init", "--quiet"]);
        desk.run("git", &["add", "--all"]);
        desk.run("git", &["-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "all"]);
        desk
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("desk")
    }

    fn compare(&self) {
        let files = self.files();
        let one = files[files.len() / 2].display().to_string();
        println!("{} scores{:22}{:>12}{:>12}{:>8}", self.scores, "", "ours", "git", "ratio");
        self.first_files();
        self.row("start", &["--version"], &["--version"]);
        self.row("status, clean", &["status", "--offline"], &["status", "--short"]);
        for command in ["path", "status", "show", "diff", "check"] {
            let offline: &[&str] = if matches!(command, "path" | "check") { &[] } else { &["--offline"] };
            self.row(
                &format!("{command} FILE"),
                &[&[command, one.as_str()], offline].concat(),
                &["status", "--short", "--", &one],
            );
        }
        for edits in [1, 100, 1_000] {
            for file in files.iter().take(edits) {
                let text = std::fs::read_to_string(file).expect("a file");
                std::fs::write(file, format!("{text}edited: {edits}\n")).expect("written");
            }
            self.row(&format!("status, {edits} edits"), &["status", "--offline"], &["status", "--short"]);
            self.row(&format!("diff, {edits} edits"), &["diff", "--offline"], &["diff"]);
        }
    }

    fn files(&self) -> Vec<PathBuf> {
        let list = |folder: &Path| std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut files: Vec<PathBuf> = list(&self.folder().join("scorecards")).flat_map(|card| list(&card)).collect();
        files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
        files.sort();
        files
    }

    fn row(&self, what: &str, ours: &[&str], git: &[&str]) {
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for _ in 0..=ROUNDS {
            here.push(self.run(OURS, ours));
            there.push(self.run("git", git));
        }
        print(what, here, there);
    }

    /// A first pull beside a first checkout, each into a new folder: where files were deleted, a file system is slow to make new
    /// ones. Git flushes nothing and downloads nothing.
    fn first_files(&self) {
        let (mut here, mut there) = (Vec::new(), Vec::new());
        let settings = self.folder().join("scoresync.yaml");
        for round in 0..=FIRST_ROUNDS {
            let folder = self.home.path().join(format!("pulled-{round}"));
            std::fs::create_dir(&folder).expect("a folder");
            std::fs::copy(&settings, folder.join("scoresync.yaml")).expect("settings");
            here.push(run_in(&folder, OURS, &["pull", "--quiet", "--no-input"]));
            let clone = self.home.path().join(format!("cloned-{round}")).display().to_string();
            self.run("git", &["clone", "--quiet", "--no-checkout", "--shared", ".", &clone]);
            there.push(run_in(Path::new(&clone), "git", &["checkout", "--quiet"]));
        }
        print("first pull, and checkout", here, there);
    }

    fn run(&self, program: &str, args: &[&str]) -> Duration {
        run_in(&self.folder(), program, args)
    }
}

/// How long a program takes; what it prints is not looked at.
fn run_in(folder: &Path, program: &str, args: &[&str]) -> Duration {
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    command.status().expect("it runs");
    start.elapsed()
}

/// The medians of two programs that ran in turns, and their ratio.
fn print(what: &str, here: Vec<Duration>, there: Vec<Duration>) {
    // The first round fills caches.
    let median = |mut times: Vec<Duration>| {
        times.remove(0);
        times.sort();
        times[times.len() / 2]
    };
    let (here, there) = (median(here), median(there));
    let ratio = here.as_secs_f64() / there.as_secs_f64();
    println!("{what:30}{:>9.1} ms{:>9.1} ms{ratio:>8.2}", millis(here), millis(there));
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
