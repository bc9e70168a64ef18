//! The log of a run: requests on stderr or in a file where it is asked for, never on stdout, never with a secret.

use super::world::{KEY, Server, TONE, World};
use std::process::Output;

fn run(world: &World, args: &[&str]) -> (Output, String) {
    let output = world.command(args).output().expect("the program starts");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, stderr)
}

#[test]
fn twice_verbose_logs_requests_on_stderr_and_no_secret() {
    let mut world = World::with_dashboard();
    let _server = Server::start(&mut world, &["--fault", "throttle:Scorecards:1"]);
    let (pulled, log) = run(&world, &["-vv", "pull"]);
    assert_eq!(pulled.status.code(), Some(0), "{log}");
    for expected in [
        "started command=\"pull\"",
        "request{operation=\"Account\" attempt=1 fields=1}",
        "request{operation=\"Scorecards\" attempt=1 fields=1}: scoresync::remote::client: replied status=429",
        "failed=1 error=\"throttled\" advice=Later(Some(1s))",
        "retrying operation=\"Scorecards\" attempt=1",
        "request{operation=\"Scorecards\" attempt=2 fields=1}: scoresync::remote::client: replied status=200",
        "request{operation=\"Versions\" attempt=1 fields=2}",
    ] {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    world.write(TONE, "name: Tone\nedited: of this text nothing is logged\n");
    let (pushed, more) = run(&world, &["push", "-vvv", "--promote", "--yes"]);
    assert!(pushed.status.success() && more.contains("operation=\"UpdateScore\""), "{more}");
    for text in [KEY, "x-api-key", "of this text", "Is the agent polite", "getScoreVersion"] {
        assert!(!log.contains(text) && !more.contains(text), "{text}");
    }
    for output in [pulled, pushed] {
        assert!(!String::from_utf8_lossy(&output.stdout).contains("operation="), "stdout is for data");
    }
    let (_, quiet) = run(&world, &["-v", "pull"]);
    assert!(!quiet.contains("operation="), "{quiet}");
}

#[test]
fn a_variable_logs_into_a_file() {
    let mut world = World::with_dashboard();
    let _server = Server::start(&mut world, &[]);
    world.set("SCORESYNC_LOG", "debug:run.log");
    let (pulled, stderr) = run(&world, &["pull"]);
    assert!(pulled.status.success() && !stderr.contains("operation="), "{stderr}");
    let log = world.read("run.log");
    assert!(log.contains("operation=\"Scorecards\"") && !log.contains(KEY), "{log}");
    run(&world, &["status"]);
    assert!(world.read("run.log").starts_with(&log), "a second run appends to it");
}

#[test]
fn a_log_that_makes_no_sense_or_cannot_be_written_ends_the_run() {
    let mut world = World::with_dashboard();
    world.set("SCORESYNC_LOG", "loud");
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 2
    --- stderr
    error: SCORESYNC_LOG cannot be "loud": a level (error, warn, info, debug or trace), with or without a file (debug:sync.log), is expected
      at environment, SCORESYNC_LOG
      help: fix it there; scoresync doctor    # to see what is set, and where
    "#);
    world.set("SCORESYNC_LOG", "debug:nowhere/run.log");
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 2\n--- stderr\nerror: the log cannot be written: "), "{said}");
    assert!(said.contains("\n  at nowhere/run.log\n"), "{said}");
}
