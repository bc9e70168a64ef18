//! `demo`: a workspace to play with, and how it is left.

use super::world::World;

#[test]
fn the_demo_ends_with_a_merge_that_waits_to_be_pushed() {
    let world = World::demo();
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    Harbor Telecom – Retention Calls
      edited      Greeting and Name  code

    12 scores: 1 without a champion, 1 edited, 10 clean
    --- stderr
      help: 1 edited: scoresync push
    ");
    let diff = world.run(&["diff", "Greeting and Name"]);
    // Its lines end as they do in a file from Windows, and so do those of the patch.
    assert!(
        diff.contains("\n-      Answer \"Yes\" or \"No\" first, then say why in one sentence.\r\n+      Answer with one word"),
        "{diff}"
    );
    assert!(world.run(&["status", "--exit-code", "-q"]).starts_with("exit 1\n"));
    world.git(&["init", "-q"]);
    assert!(!world.git(&["status", "--porcelain"]).contains("dashboard.db"), "git must not take the dashboard back in time");
    assert!(world.run(&["demo", "."]).starts_with("exit 2\n"));
}

#[test]
fn a_workspace_with_its_dashboard_can_be_moved() {
    let world = World::new();
    world.run(&["demo", "here"]);
    std::fs::rename(world.folder().join("here"), world.folder().join("there")).expect("a folder to move");
    let said = world.run(&["status", "-q", "-C", "there"]);
    assert!(said.starts_with("exit 0\n") && said.contains("1 edited"), "{said}");
}
