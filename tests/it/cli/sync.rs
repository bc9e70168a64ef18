//! `sync`: both directions in one run.

use super::world::{GREETING, GREETING_CODE, World, commented};

#[test]
fn one_run_pulls_and_pushes() {
    let world = World::pulled();
    world.promoted("tone-2", "tone-1", &commented("theirs"));
    world.write(GREETING, &GREETING_CODE.replace("greet?", "greet kindly?"));
    insta::assert_snapshot!(world.run(&["sync", "-n"]), @r#"
    exit 0
    --- stdout
    QA
      to push     It's a "greeting"  code, version [short]
      to pull     Tone               code, version tone-2

    2 scores: 1 to push, 1 to pull (dry run: nothing was done)
    "#);
    assert_eq!(world.versions("greeting").len(), 1);
    insta::assert_snapshot!(world.run(&["sync"]), @r#"
    exit 0
    --- stdout
    QA
      pushed      It's a "greeting"  code, version [short]
      pulled      Tone               code, version tone-2

    2 scores: 1 pushed, 1 pulled
    "#);
    assert_eq!(world.versions("greeting").len(), 2);
    assert!(world.run(&["sync"]).contains("2 scores: unchanged"));
}
