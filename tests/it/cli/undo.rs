//! `undo`: what the last command did to the files is taken back.

use super::world::{GREETING, OURS, World};

#[test]
fn an_ended_conflict_can_be_undone() {
    let world = World::conflicting();
    world.run(&["pull"]);
    world.run(&["resolve", "--merge"]);
    assert!(world.run(&["undo", "--yes"]).starts_with("exit 0\n"));
    assert_eq!(world.read(GREETING), OURS);
    assert!(world.run(&["resolve"]).starts_with("exit 3\n"));
}

#[test]
fn where_nothing_is_to_undo_nobody_has_to_be_asked() {
    let world = World::with_dashboard();
    let said = world.run(&["undo"]);
    assert!(said.starts_with("exit 2\n") && said.contains("there is nothing to take back here"), "{said}");
    assert_eq!(world.run(&["undo", "--yes"]), said);
    world.run(&["pull", "-q"]);
    assert!(world.run(&["undo"]).starts_with("exit 7\n"), "now there is something");
}

#[test]
fn a_run_with_nothing_to_take_back_is_not_in_the_way() {
    let world = World::conflicting();
    world.run(&["pull"]);
    world.run(&["resolve", "--ours", GREETING]);
    assert!(world.run(&["push", "-q", GREETING]).starts_with("exit 0\n"));
    let said = world.run(&["undo", "--yes", "--json"]);
    assert!(!said.contains("\"files\": []") && !said.contains("\"command\": \"resolve\""), "{said}");
}
