//! What watching costs and how long news take, measured on the built program: `cargo bench --bench watch`.
//!
//! Prints times, never a verdict: machines differ. The registry is served by the bench itself, which therefore sees when a
//! request has had its effect. CPU time and memory are read from `/proc`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a bench makes files and prints figures")]

use scoresync::registry::seed::{Bulk, bulk};
use scoresync::registry::{self, Registry, RegistryOptions};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use uuid::Uuid;

const PROGRAM: &str = env!("CARGO_BIN_EXE_scoresync");
const KEY: &str = "local-bench";
const SCORES: usize = 1_000;
const QUIET: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(20);
/// How often each time is taken.
const TIMES: usize = 15;

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let registry = RegistryOptions::default().api_key(KEY).in_memory().expect("a registry");
    bulk(&registry, Bulk { scorecards: SCORES / 100, scores_each: 100, code_bytes: 5_000 }).expect("seeded");
    let open = runtime.block_on(serve(&registry));
    let mute = runtime.block_on(without_sockets(open));
    let desk = Desk::pulled(&registry, open);

    println!("watching {SCORES} scores");
    let mut watch = Watch::start(&desk, "listening");
    idle(&watch);
    println!("a save becomes a version, beyond the quiet time of {QUIET:?}");
    print(&series(|n| desk.save(n)));
    println!("a champion moves, its file changes");
    println!("  told by the dashboard:");
    print(&series(|n| desk.promote(n)));
    watch.end();

    let desk = Desk::pulled(&registry, mute);
    let mut watch = Watch::start(&desk, "started");
    println!("  asking the dashboard:");
    print(&series(|n| desk.promote(TIMES + n)));
    watch.end();
}

async fn serve(registry: &Registry) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(registry::serve(listener, registry.clone(), std::future::pending()));
    address
}

/// Another address of a registry, where requests are carried and sockets are not.
async fn without_sockets(back: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(carry(stream, back));
        }
    });
    address
}

async fn carry(mut front: TcpStream, back: SocketAddr) {
    let mut start = [0; 4];
    let is_socket = front.peek(&mut start).await.is_ok_and(|read| start[..read].starts_with(b"GET"));
    if !is_socket && let Ok(mut back) = TcpStream::connect(back).await {
        let _ = copy_bidirectional(&mut front, &mut back).await;
    }
}

/// A workspace and the dashboard behind it.
struct Desk {
    folder: tempfile::TempDir,
    registry: Registry,
}

impl Desk {
    fn pulled(registry: &Registry, address: SocketAddr) -> Self {
        let desk = Self { folder: tempfile::tempdir().expect("a temporary folder"), registry: registry.clone() };
        let quiet = format!("watch: {{quiet: {}ms}}", QUIET.as_millis());
        let text = format!("api_url: http://{address}/graphql\naccount_key: bulk\n{quiet}\n");
        fs::write(desk.folder.path().join("scoresync.yaml"), text).expect("settings");
        assert!(desk.command(&["pull", "-q"]).stdout(Stdio::null()).status().expect("the program starts").success());
        desk
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(args).current_dir(self.folder.path()).env("PLEXUS_API_KEY", KEY).stderr(Stdio::null());
        command
    }

    fn file(&self, card: usize) -> PathBuf {
        self.folder.path().join(format!("scorecards/Scorecard {card:03}/Score 0001.yaml"))
    }

    /// From a save to the version, without the quiet time.
    fn save(&self, n: usize) -> Duration {
        let mut events = self.registry.events();
        let start = Instant::now();
        append(&self.file(1), &format!("# edit {n}\n"));
        while events.blocking_recv().expect("the registry lives").mutation != "createScoreVersion" {}
        start.elapsed().saturating_sub(QUIET)
    }

    /// From a promotion to the file.
    fn promote(&self, n: usize) -> Duration {
        let (file, mark) = (self.file(2), format!("# champion {n}\n"));
        let text = fs::read_to_string(&file).expect("a pulled file") + &mark;
        let (score, version) = (id("score/2/1"), id(&format!("bench/{n}")));
        let input = json!({"id": version, "scoreId": score, "configuration": text, "isFeatured": "false"});
        self.mutate("createScoreVersion", "CreateScoreVersionInput", &input);
        let start = Instant::now();
        self.mutate("updateScore", "UpdateScoreInput", &json!({"id": score, "championVersionId": version}));
        wait(|| fs::read_to_string(&file).is_ok_and(|text| text.ends_with(&mark)));
        start.elapsed()
    }

    fn mutate(&self, field: &str, kind: &str, input: &Value) {
        let query = format!("mutation M($input: {kind}!) {{ {field}(input: $input) {{ id }} }}");
        let body = json!({"query": query, "variables": {"input": input}}).to_string();
        let answer = self.registry.execute(Some(KEY), body.as_bytes()).expect("an answer");
        assert!(!String::from_utf8_lossy(&answer.body).contains("errors"), "{}", String::from_utf8_lossy(&answer.body));
    }
}

/// The id of a seeded item.
fn id(name: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("scoresync/bulk/{name}").as_bytes()).to_string()
}

fn append(path: &Path, text: &str) {
    let old = fs::read_to_string(path).expect("a pulled file");
    fs::write(path, old + text).expect("a writable file");
}

fn wait(is_done: impl Fn() -> bool) {
    while !is_done() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A running `watch`.
struct Watch {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watch {
    /// Starts it and waits for an event.
    fn start(desk: &Desk, event: &str) -> Self {
        let mut child = desk.command(&["watch", "--json"]).stdout(Stdio::piped()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut watch = Self { child, lines };
        let said = format!("\"event\":\"{event}\"");
        while !watch.lines.next().expect("it watches").expect("a line").contains(&said) {}
        watch
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// CPU time that all threads have used.
    fn cpu(&self) -> Duration {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id())).into_iter().flatten().flatten();
        let used = tasks.filter_map(|task| fs::read_to_string(task.path().join("schedstat")).ok());
        used.filter_map(|stat| stat.split(' ').next()?.parse().ok()).map(Duration::from_nanos).sum()
    }

    /// Resident memory now, in MB.
    fn memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse().map_or(0.0, |kb: f64| kb / 1024.0)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.end();
    }
}

fn idle(watch: &Watch) {
    // What the start left to do is done by then.
    std::thread::sleep(Duration::from_secs(3));
    let before = watch.cpu();
    std::thread::sleep(IDLE);
    let used = watch.cpu().saturating_sub(before);
    let share = 100.0 * used.as_secs_f64() / IDLE.as_secs_f64();
    println!("  idle: {:.2} ms of CPU in {IDLE:?} ({share:.3} %), {:.1} MB", millis(used), watch.memory());
}

/// Times in order of size. What one leaves behind is over before the next.
fn series(time: impl Fn(usize) -> Duration) -> Vec<Duration> {
    let calm = || std::thread::sleep(Duration::from_millis(1_500));
    let mut times: Vec<Duration> = (0..TIMES).map(|n| (time(n), calm()).0).collect();
    times.sort();
    times
}

fn print(times: &[Duration]) {
    println!(
        "  median {:.1} ms, longest {:.1} ms of {}",
        millis(times[times.len() / 2]),
        millis(times[times.len() - 1]),
        times.len()
    );
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
