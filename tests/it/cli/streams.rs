//! What scripts rely on: JSON in every case, data apart from words, no secret anywhere, no question off a terminal.

use super::world::{GREETING, KEY, Server, TONE, World};
use serde_json::Value;
use std::process::Stdio;

/// Runs with `--json`: stdout must be one JSON value whose exit code is the real one. Gives the error's code.
fn json(world: &World, args: &[&str]) -> (i32, Value) {
    let output = world.command(&[args, &["--json"]].concat()).output().expect("the program starts");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}: {text}"));
    let code = output.status.code().expect("no signal");
    assert_eq!(value["exit_code"], code, "{args:?}: {text}");
    assert_eq!(value["ok"], code <= 1, "{args:?}: {text}");
    assert_eq!(value["version"], 1, "{args:?}");
    (code, value)
}

#[test]
fn every_error_is_json_with_the_real_exit_code() {
    let empty = World::new();
    let error = |world: &World, args: &[&str]| {
        let (code, value) = json(world, args);
        (code, value["error"]["code"].as_str().unwrap_or_default().to_owned())
    };
    let is = |code: i32, name: &str| (code, name.to_owned());
    for command in ["status", "pull", "push", "sync", "diff", "path"] {
        assert_eq!(error(&empty, &[command]), is(2, "NO_WORKSPACE"), "{command}");
    }
    assert_eq!(error(&empty, &["resolve", "--ours"]), is(2, "NO_WORKSPACE"));
    assert_eq!(error(&empty, &["show", "x"]), is(2, "NO_WORKSPACE"));
    assert_eq!(error(&empty, &["pul"]), is(2, "USAGE"));
    assert_eq!(error(&empty, &["show"]), is(2, "USAGE"));
    assert_eq!(error(&empty, &["status", "-C", "nowhere"]), is(2, "NO_DIRECTORY"));
    empty.run(&["init"]);
    assert_eq!(error(&empty, &["status"]), is(2, "MISSING_SETTING"));
    let world = World::pulled();
    assert_eq!(error(&world, &["status", "nobody"]), is(2, "NO_MATCH"));
    assert_eq!(error(&world, &["show", "QA"]), is(2, "ONE_SCORE"));
    assert_eq!(error(&world, &["diff", "--from", "x"]), is(2, "ONE_SCORE"));
    assert_eq!(error(&world, &["diff", "Tone", "--from", "x", "--offline"]), is(2, "OFFLINE"));
    std::fs::remove_dir_all(world.folder().join("scorecards")).expect("a folder");
    assert_eq!(error(&world, &["push"]), is(7, "GUARD_ROOT_EMPTIED"));
    world.write(".scoresync/state.db", &"damaged".repeat(200));
    assert_eq!(error(&world, &["push"]), is(7, "STATE_CORRUPT"));
}

#[test]
fn commands_that_help_work_where_they_are_read() {
    let world = World::pulled();
    world.write(TONE, "name: Tone\nedited: 1\n");
    let said = world.run(&["status", "-C", "scorecards"]);
    assert!(said.contains("help: 1 edited: scoresync -C scorecards push\n"), "{said}");
    assert!(world.run(&["status", "-C", "."]).contains("help: 1 edited: scoresync push\n"));
    let said = world.run(&["status", "-C", "scorecards", "nobody"]);
    assert!(said.contains("help: scoresync -C scorecards status -v    # to see all scores\n"), "{said}");
    assert!(world.run(&["pull", "--commit", "-C", "scorecards"]).contains("help: git -C scorecards init"));
    world.write(GREETING, "broken: [\n");
    let (_, value) = json(&world, &["status", "-C", "scorecards", "nobody"]);
    assert_eq!(value["error"]["next"][0], "scoresync -C scorecards status -v    # to see all scores");
    let (_, value) = json(&world, &["push", "-n", "-C", "scorecards"]);
    let next: Vec<&str> = value["scores"].as_array().expect("scores").iter().filter_map(|one| one["next"].as_str()).collect();
    assert!(!next.is_empty() && next.iter().all(|next| next.starts_with("scoresync -C scorecards ")), "{next:?}");
    let (_, value) = json(&world, &["promote", "-n", "-C", "scorecards", "Tone"]);
    let next = value["scores"][0]["next"].as_str().unwrap_or_default();
    assert!(next.starts_with("scoresync -C scorecards push "), "{value}");
    std::fs::create_dir(world.folder().join("my teams")).expect("a folder");
    let said = world.run(&["-C", "my teams", "demo", "here"]);
    assert!(said.contains("  cd 'my teams/here'\n") && !said.contains("scoresync -C"), "{said}");
}

#[test]
fn every_command_speaks_json() {
    let world = World::pulled();
    world.write(TONE, "name: Tone\nedited: 1\n");
    for args in
        [&["status"][..], &["diff"], &["pull"], &["push"], &["sync"], &["path"], &["show", "Tone"], &["doctor"], &["init"]]
    {
        assert_eq!(json(&world, args).0, 0, "{args:?}");
    }
    world.write(GREETING, "broken: [\n");
    let (code, value) = json(&world, &["push"]);
    let broken = value["scores"].as_array().expect("scores").iter().find(|score| score["id"] == "greeting").expect("listed");
    assert_eq!((code, &broken["error"], &broken["success"]), (6, &"INVALID_YAML".into(), &false.into()));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let world = World::pulled();
    world.write(TONE, &format!("name: Tone\n{}", "# long\n".repeat(20_000)));
    let said = world.shell("scoresync diff > all && (scoresync diff; echo \"ended with $?\" >&2) | head -1");
    assert!(said.contains("--- a/scorecards") && said.contains("ended with 0"), "{said}");
    assert!(world.shell("scoresync status --json | head -c 1").starts_with("exit 0\n"));
}

#[test]
fn the_key_is_printed_and_stored_nowhere() {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    let mut said = String::new();
    for args in [
        &["doctor"][..],
        &["pull", "-v"],
        &["status", "-v"],
        &["status", "--json"],
        &["doctor", "--json"],
        &["push", "-v"],
        &["show", "Tone"],
        &["init"],
    ] {
        said += &world.run(args);
    }
    drop(server);
    said += &world.run(&["pull", "-v"]);
    assert!(!said.contains(KEY) && said.contains("****"), "{said}");
    for entry in std::fs::read_dir(world.folder().join(".scoresync")).expect("a folder").flatten() {
        let bytes = std::fs::read(entry.path()).expect("a file");
        assert!(!bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes()), "{:?}", entry.path());
    }
}

#[test]
fn off_a_terminal_nothing_asks_and_nothing_is_coloured() {
    let mut world = World::pulled();
    world.write(TONE, "name: Tone\nedited: 1\n");
    for variable in ["", "NO_COLOR", "CI"] {
        if !variable.is_empty() {
            world.set(variable, "1");
        }
        let said = world.run(&["status"]) + &world.run(&["diff"]) + &world.run(&["push", "-n", "--promote"]);
        assert!(!said.contains('\u{1b}') && !said.contains("[y/N]"), "{variable}: {said}");
    }
    assert!(world.run(&["diff", "--color", "always"]).contains('\u{1b}'), "the flag beats the variables");
    // A question would wait for ever: stdin stays open.
    let mut push = world.command(&["push", "--promote", "--yes"]);
    let push = push.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let said = world.said(&push.wait_with_output().expect("it ends"));
    assert!(said.contains("now champion") && !said.contains("[y/N]"), "{said}");
}

#[test]
fn quiet_prints_data_and_errors_only() {
    let world = World::pulled();
    insta::assert_snapshot!(world.run(&["status", "-q"]), @r"
    exit 0
    --- stdout
    2 scores: clean
    ");
    insta::assert_snapshot!(world.run(&["diff", "-q"]), @r"
    exit 0
    ");
    insta::assert_snapshot!(world.run(&["status", "-q", "nobody"]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches "nobody"
      help: scoresync status -v    # to see all scores
    "#);
}

#[test]
fn usage_errors_end_with_2_and_help_with_0() {
    let world = World::new();
    assert!(world.run(&["pul"]).starts_with("exit 2\n--- stderr\n"));
    assert!(world.run(&["--help"]).starts_with("exit 0\n--- stdout\n"));
    insta::assert_snapshot!(world.run(&["show"]), @r"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      <TARGET>

    Usage: scoresync show <TARGET>

    For more information, try '--help'.
    ");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let world = World::new();
    let mut child = world.command(&["completions", "zsh"]).stdout(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device that is always full");
    let world = World::new();
    let status = world.command(&["man"]).stdout(full).stderr(Stdio::null()).status().expect("the program starts");
    assert_eq!(status.code(), Some(6));
}

#[test]
fn colour_is_only_where_it_is_asked_for() {
    let mut world = World::new();
    assert!(!world.run(&["status"]).contains('\u{1b}'));
    assert!(world.run(&["status", "--color", "always"]).contains('\u{1b}'));
    world.set("CLICOLOR_FORCE", "1");
    assert!(world.run(&["status"]).contains('\u{1b}'));
    world.set("NO_COLOR", "1");
    assert!(!world.run(&["status"]).contains('\u{1b}'));
}
