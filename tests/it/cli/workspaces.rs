//! Paths of another workspace than that of the working directory: the workspace that holds them is worked on.

use super::world::{TONE, TONE_CODE, World};
use serde_json::Value;

/// A folder with two workspaces that need no dashboard, and nothing of its own.
fn two() -> World {
    let world = World::new();
    for team in ["qa", "sales"] {
        world.write(&format!("teams/{team}/scoresync.yaml"), "");
        world.write(&format!("teams/{team}/{TONE}"), TONE_CODE);
        world.write(&format!("teams/{team}/scorecards/QA/Bad.yaml"), "name: [\n");
    }
    world
}

#[test]
fn check_takes_paths_from_wherever_they_are_seen() {
    let world = two();
    let absolute = world.folder().join("teams/qa/scorecards/QA/Bad.yaml").display().to_string();
    let inside = "teams/qa/scorecards/QA/Bad.yaml";
    for args in [
        &["check", inside][..],
        &["check", &format!("./{inside}")],
        &["check", &absolute],
        &["check", "teams/qa/scorecards/QA"],
        &["check", "teams/qa"],
        &["check", "teams/sales/../qa/scorecards"],
    ] {
        let said = world.run(args);
        assert!(said.starts_with("exit 1\n") && said.contains(&format!("\n{inside}:1:7: error")), "{args:?}: {said}");
        assert!(!said.contains("sales"), "{args:?}: {said}");
    }
    for args in [&["-C", "teams/qa", "check", inside][..], &["-C", "teams/qa", "check", "teams/qa"]] {
        let said = world.run(args);
        assert!(said.starts_with("exit 1\n") && said.contains("\nscorecards/QA/Bad.yaml:1:7: error"), "{args:?}: {said}");
    }
    assert!(world.run(&["check", &format!("teams/qa/{TONE}")]).starts_with("exit 0\n"));
}

#[test]
fn check_takes_paths_of_several_workspaces_in_one_call() {
    let world = two();
    let paths = ["teams/qa/scorecards/QA/Bad.yaml", "teams/sales/scorecards/QA/Bad.yaml"];
    let output = world.command(&["check", "--json", paths[0], paths[1]]).output().expect("the program starts");
    let document: Value = serde_json::from_slice(&output.stdout).expect("one document");
    let findings = document["findings"].as_array().expect("a list");
    assert_eq!(output.status.code(), Some(1));
    for path in paths {
        assert!(findings.iter().any(|finding| finding["path"] == path || finding["file"] == path), "{document}");
    }
    let said = world.run(&["check", paths[0], paths[1]]);
    assert!(said.contains("2 files checked: 2 errors"), "{said}");
    // Each has settings of its own.
    world.write("teams/sales/scoresync.yaml", "root: cards\n");
    let said = world.run(&["check", paths[0], paths[1]]);
    assert!(
        said.contains("1 file checked")
            && said.contains("sales/scorecards/QA/Bad.yaml: not among the files that are synced here"),
        "{said}"
    );
}

#[test]
fn a_file_that_no_workspace_holds_is_told_apart_from_one_that_is_no_score() {
    let world = two();
    world.write("elsewhere/scorecards/QA/Tone.yaml", "name: [\n");
    let said = world.run(&["check", "elsewhere/scorecards/QA/Tone.yaml"]);
    assert!(said.starts_with("exit 2\n") && said.contains("no workspace holds this file"), "{said}");
    world.write("teams/qa/fixtures/scorecards/QA/Tone.yaml", "name: [\n");
    let said = world.run(&["check", "teams/qa/fixtures/scorecards/QA/Tone.yaml"]);
    assert!(said.starts_with("exit 0\n") && said.contains("not among the files that are synced here, not checked"), "{said}");
    let said = world.run(&["-C", "teams/qa", "check", "fixtures/scorecards/QA/Tone.yaml"]);
    assert!(said.starts_with("exit 0\n") && said.contains("0 files checked"), "{said}");
    assert!(world.run(&["-C", "teams/qa", "check", "No such score"]).starts_with("exit 2\n"));
}

#[test]
fn every_command_about_scores_finds_the_workspace_of_a_path() {
    let world = World::pulled();
    let outside = |args: &[&str]| world.run(&[&["-C", ".."], args].concat());
    let file = format!("work/{TONE}");
    for command in ["status", "diff", "pull", "push", "sync", "log", "path", "show", "blame"] {
        let said = outside(&[command, &file]);
        assert!(said.starts_with("exit 0\n"), "{command}: {said}");
    }
    world.write(TONE, "name: Tone\nclass: Classifier\n");
    let said = outside(&["push", &file, "--note", "from outside"]);
    assert!(said.starts_with("exit 0\n") && said.contains("pushed      Tone"), "{said}");
    std::fs::remove_file(world.folder().join(TONE)).expect("it goes");
    let said = outside(&["restore", &file]);
    assert!(said.starts_with("exit 0\n") && world.folder().join(TONE).exists(), "a path that is gone: {said}");
    let said = outside(&["status", "tone"]);
    assert!(said.starts_with("exit 2\n") && said.contains("this is not a workspace"), "a name says nothing of a place: {said}");
    assert!(outside(&["status", "tone", &file]).starts_with("exit 0\n"));
}

#[test]
fn a_command_about_one_workspace_names_the_others() {
    let world = two();
    insta::assert_snapshot!(world.run(&["status", "teams/qa/scorecards/QA/Bad.yaml", "teams/sales/scorecards/QA"]), @r"
    exit 2
    --- stderr
    error: these paths are of 2 workspaces, and status works on one at a time
      at ~/work/teams/qa
      at ~/work/teams/sales
      help: scoresync -C teams/qa status scorecards/QA/Bad.yaml
      help: scoresync -C teams/sales status scorecards/QA
    ");
}

#[test]
fn a_workspace_above_keeps_what_is_its_own() {
    let world = two();
    world.write("scoresync.yaml", "");
    world.write(TONE, TONE_CODE);
    assert!(world.run(&["check", TONE, "Tone"]).contains("1 file checked"));
    let said = world.run(&["check", TONE, "teams/qa/scorecards/QA/Bad.yaml"]);
    assert!(said.starts_with("exit 1\n") && said.contains("2 files checked"), "{said}");
    world.write("scoresync.yaml", "root: teams/sales/scorecards\n");
    assert!(world.run(&["check", "teams/sales/scorecards"]).contains("2 files checked"), "a root may lie in another workspace");
}
