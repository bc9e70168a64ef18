//! What a user waits for, measured on the built program: `cargo bench --bench sync`.
//!
//! Prints times, ratios and the number of round trips one after another (the same run at two latencies), never a verdict:
//! machines differ. Needs `git` for the comparison with `git status`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a bench makes files and prints figures")]

use scoresync::registry::seed::Bulk;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_scoresync");
const KEY: &str = "local-bench";
const SIZES: [usize; 2] = [1_000, 10_000];

fn main() {
    let scratch = tempfile::tempdir().expect("a temporary folder");
    println!("cold pull over HTTP on loopback");
    SIZES.iter().for_each(|scores| cold_pull(scratch.path(), *scores));
    println!("status with nothing changed");
    SIZES.iter().for_each(|scores| warm_status(scratch.path(), *scores));
}

/// A served registry.
struct Served {
    process: Child,
    url: String,
}

impl Served {
    fn start(db: &Path, latency_ms: u64) -> Self {
        let mut process = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0", "--latency", &latency_ms.to_string(), "--db"])
            .arg(db)
            .env("PLEXUS_API_KEY", KEY)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the registry starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("the registry says where it is");
        Self { process, url: line.trim().to_owned() }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn seeded(scratch: &Path, scores: usize) -> PathBuf {
    let db = scratch.join(format!("{scores}.db"));
    if !db.exists() {
        let registry = scoresync::registry::Registry::open(&db).expect("a registry");
        let size = Bulk { scorecards: scores / 100, scores_each: 100, code_bytes: 5_000 };
        scoresync::registry::seed::bulk(&registry, size).expect("seeded");
    }
    db
}

fn cold_pull(scratch: &Path, scores: usize) {
    let db = seeded(scratch, scores);
    let [fast, slow] = [0, 80].map(|latency| {
        let served = Served::start(&db, latency);
        let folder = workspace(&served.url);
        let (took, memory) = timed(folder.path(), &["pull", "-q"]);
        println!("  {scores:>6} scores, {latency:>2} ms latency: {:>8.3} s, {memory:>6.1} MB", took.as_secs_f64());
        took
    });
    let trips = (slow.as_secs_f64() - fast.as_secs_f64()) / 0.080;
    println!("  {scores:>6} scores: {trips:.1} round trips one after another");
}

fn warm_status(scratch: &Path, scores: usize) {
    let served = Served::start(&seeded(scratch, scores), 0);
    let workspace = workspace(&served.url);
    let folder = workspace.path();
    timed(folder, &["pull", "-q"]);
    timed(folder, &["status", "-q"]);
    let online = best(|| timed(folder, &["status", "-q"]));
    let offline = best(|| timed(folder, &["status", "-q", "--offline"]));
    git(folder, &["init", "-q"]);
    git(folder, &["add", "scorecards"]);
    git(folder, &["-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qm", "x"]);
    let git = best(|| {
        let start = Instant::now();
        git(folder, &["status", "--porcelain"]);
        (start.elapsed(), 0.0)
    });
    println!(
        "  {:>6} files: online {:.1} ms, offline {:.1} ms with {:.1} MB, git status {:.1} ms; offline/git = {:.2}",
        2 * scores,
        millis(online.0),
        millis(offline.0),
        offline.1,
        millis(git.0),
        offline.0.as_secs_f64() / git.0.as_secs_f64()
    );
}

fn workspace(url: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("scoresync.yaml"), format!("api_url: {url}\naccount_key: bulk\n")).expect("settings");
    folder
}

/// Wall time and peak memory (MB) of one run that must succeed.
fn timed(folder: &Path, args: &[&str]) -> (Duration, f64) {
    let start = Instant::now();
    let child = Command::new(PROGRAM)
        .args(args)
        .current_dir(folder)
        .env("PLEXUS_API_KEY", KEY)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let pid = child.id();
    let memory = std::thread::spawn(move || peak_memory(pid));
    let Output { status, stderr, .. } = child.wait_with_output().expect("the program ends");
    let took = start.elapsed();
    assert!(status.success(), "{args:?}: {}", String::from_utf8_lossy(&stderr));
    (took, memory.join().expect("the sampler ends"))
}

/// The highest `VmHWM` seen until the process ends, in MB; 0 where there is no `/proc`.
fn peak_memory(pid: u32) -> f64 {
    let mut peak = 0.0;
    while let Ok(status) = fs::read_to_string(format!("/proc/{pid}/status")) {
        let Some(line) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) else { break };
        peak = line.trim().trim_end_matches(" kB").parse().map_or(peak, |kb: f64| kb / 1024.0);
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}

fn best(mut run: impl FnMut() -> (Duration, f64)) -> (Duration, f64) {
    (0..7).map(|_| run()).min_by_key(|(took, _)| *took).expect("seven runs")
}

fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git").args(args).current_dir(folder).output().expect("git runs");
    assert!(output.status.success(), "git {args:?}");
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
