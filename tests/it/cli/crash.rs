//! A run that is killed at its worst moment: the next one finishes the work, and makes nothing twice.

use super::world::{Server, TONE, World, commented};
use std::process::Stdio;
use std::time::Duration;

#[test]
fn a_push_killed_in_the_middle_makes_one_version() {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.write(TONE, &commented("edited"));
    let server = server.again(&world, &["--fault", "latency=60000:createScoreVersion"]);
    let mut push = world.command(&["push"]);
    let mut push = push.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    while !world.has_intent() {
        assert!(push.try_wait().expect("ours").is_none(), "it waits for the dashboard");
        std::thread::sleep(Duration::from_millis(5));
    }
    push.kill().expect("it runs");
    push.wait().expect("it ends");
    let _server = server.again(&world, &[]);
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_eq!(world.versions("tone").len(), 2, "{said}");
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      draft       Tone  1 draft not promoted, version [short]

    2 scores: 1 draft, 1 clean
    ");
    assert!(world.run(&["push"]).contains("2 scores: unchanged"));
    assert_eq!(world.versions("tone").len(), 2);
}

#[test]
fn a_push_whose_reply_is_lost_makes_one_version() {
    let mut world = World::with_dashboard();
    let _server = Server::start(&mut world, &["--fault", "lose-reply:createScoreVersion:*"]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.write(TONE, &commented("edited"));
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 5
    --- stdout
    QA
      failed      Tone  unreachable: connection closed before message completed

    2 scores: 1 failed, 1 unchanged
    --- stderr
      help: scoresync push scorecards/QA/Tone.yaml    # again later: nothing is done twice
    ");
    assert_eq!(world.versions("tone").len(), 2);
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 0
    --- stdout
    2 scores: unchanged
    --- stderr
    finished what an interrupted run began: version [short] of QA/Tone.yaml is pushed
    ");
    assert_eq!(world.versions("tone").len(), 2);
}
