//! `status`: how files and dashboard stand, what was renamed here, and who else began where.

use super::world::{GREETING, GREETING_CODE, TONE, TONE_CODE, World, commented, old_version};
use serde_json::{Value, json};

const MOVED: &str = "scorecards/QA/My tone.yaml";
const MOVED_GUIDELINES: &str = "scorecards/QA/guidelines/My tone.md";

#[test]
fn outside_a_workspace_the_way_in_is_named() {
    insta::assert_snapshot!(World::new().run(&["status"]), @r"
    exit 2
    --- stderr
    error: this is not a workspace
      at ~/work or any folder above it
      help: scoresync init
      help: scoresync demo    # to try it first
    ");
}

#[test]
fn offline_without_a_past_says_what_to_do() {
    let mut world = World::new();
    world.write("scoresync.yaml", "account_key: acme\napi_url: https://x.invalid/graphql\n");
    world.set("PLEXUS_API_KEY", "k");
    insta::assert_snapshot!(world.run(&["status", "--offline"]), @r"
    exit 2
    --- stderr
    error: nothing was synced here yet
      help: scoresync pull
    ");
}

#[test]
fn a_conflict_is_one_offline_too_until_it_is_resolved() {
    let world = World::conflicting();
    world.run(&["pull", "-q"]);
    let said = world.run(&["status", "--offline", "-q"]);
    assert!(said.contains("conflict    It's a \"greeting\"  code: both sides changed the same lines"), "{said}");
    assert!(world.run(&["resolve", "-q", "--ours"]).starts_with("exit 0\n"));
    let said = world.run(&["status", "--offline", "-q"]);
    assert!(said.contains("edited      It's a \"greeting\"  code\n"), "{said}");
}

#[test]
fn a_status_says_how_far_behind_by_whom_and_who_else_began_there() {
    let world = World::pulled();
    let mut signed = old_version("second", Some("tone-1"), 8);
    signed.1["metadata"] = json!({"attribution": {"actorType": "agent", "actorKey": "optimizer"}}).to_string().into();
    world.seed(vec![signed]);
    world.teammate("tone", "third", "name: third\n", None);
    let mut third = old_version("third", Some("second"), 9);
    third.1["configuration"] = "name: third\n".into();
    world.seed(vec![third, old_version("sibling", Some("tone-1"), 7)]);
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      behind      Tone  2 versions behind (agent optimizer 2026-01-02, 2026-01-02): code in Plexus; the champion has no guidelines any more; yours are kept, and the next push sends them

    2 scores: 1 behind, 1 clean
    --- stderr
      help: 1 behind: scoresync pull
    ");
    world.write(TONE, &TONE_CODE.replace("name: Tone", "name: mine"));
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      conflict    Tone  code: both sides changed the same lines; 2 versions behind (agent optimizer 2026-01-02, 2026-01-02); 1 other version from your base (2026-01-02); the champion has no guidelines any more; yours are kept, and the next push sends them

    2 scores: 1 conflict, 1 clean
    --- stderr
      help: scoresync log scorecards/QA/Tone.yaml    # who made what from what
      help: 1 conflict: scoresync resolve
    ");
    let output = world.command(&["status", "--json", "tone"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let score = &document["scores"][0];
    assert_eq!((&score["behind"], &score["drafts"]), (&json!(2), &json!([])));
    assert_eq!(score["forks"][0]["version_id"], "sibling");
}

#[test]
fn a_status_tells_of_a_sibling_of_a_draft() {
    let world = World::pulled();
    world.write(TONE, &commented("mine"));
    world.run(&["push"]);
    world.seed(vec![old_version("sibling", Some("tone-1"), 7)]);
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      draft       Tone  1 draft not promoted, version [short]; 1 other version from the same place (2026-01-02)

    2 scores: 1 draft, 1 clean
    --- stderr
      help: scoresync log scorecards/QA/Tone.yaml    # who made what from what
      help: scoresync diff scorecards/QA/Tone.yaml --version sibling    # pull --version takes it into your files
      help: 1 draft: scoresync promote
    ");
    insta::assert_snapshot!(world.run(&["status", "--offline"]), @r"
    exit 0
    --- stdout
    QA
      draft       Tone  not promoted, version [short]; 1 newer draft, 2026-01-02

    2 scores: 1 draft, 1 clean (offline: the dashboard as last seen)
    --- stderr
      help: scoresync diff scorecards/QA/Tone.yaml --version sibling    # pull --version takes it into your files
      help: 1 draft: scoresync promote
    ");
    let output = world.command(&["status", "--json", "tone"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let score = &document["scores"][0];
    assert_eq!((&score["behind"], score["drafts"].as_array().map(Vec::len)), (&json!(0), Some(1)));
    assert_eq!(score["forks"][0]["version_id"], "sibling");
}

#[test]
fn a_renamed_file_is_recognised_and_the_printed_command_gives_its_name_back() {
    let world = World::pulled();
    world.rename(TONE, MOVED);
    world.rename("scorecards/QA/guidelines/Tone.md", MOVED_GUIDELINES);
    let said = world.run(&["status"]);
    insta::assert_snapshot!(said, @r"
    exit 0
    --- stdout
    QA
      renamed     Tone  Tone.yaml → My tone.yaml here, identical

    2 scores: 1 renamed, 1 clean
    --- stderr
      help: mv -n 'scorecards/QA/My tone.yaml' scorecards/QA/Tone.yaml && mv -n 'scorecards/QA/guidelines/My tone.md' scorecards/QA/guidelines/Tone.md    # files are named after scores: to rename one, rename it in Plexus
    ");
    let command = said.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("a way back");
    assert_eq!(world.shell(command), "exit 0\n");
    assert_eq!(world.run(&["status"]), "exit 0\n--- stdout\n2 scores: clean\n");
}

#[test]
fn a_renamed_folder_is_recognised_with_all_its_scores() {
    let world = World::pulled();
    world.rename("scorecards/QA", "scorecards/Quality");
    let said = world.run(&["status"]);
    insta::assert_snapshot!(said, @r#"
    exit 0
    --- stdout
    QA
      renamed     It's a "greeting"  It's a -greeting.yaml → Quality/It's a -greeting.yaml here, identical
      renamed     Tone               Tone.yaml → Quality/Tone.yaml here, identical

    2 scores: renamed
    --- stderr
      help: mv -n scorecards/Quality scorecards/QA    # files are named after scores: to rename one, rename it in Plexus
    "#);
    let command = said.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("a way back");
    assert_eq!(world.shell(command), "exit 0\n");
    assert_eq!(world.run(&["status"]), "exit 0\n--- stdout\n2 scores: clean\n");
}

#[test]
fn a_file_that_is_another_one_is_not_taken_for_it() {
    let world = World::pulled();
    std::fs::remove_file(world.folder().join(TONE)).expect("removed");
    world.write(MOVED, "something: else\nentirely: yes\n");
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      deleted     Tone  no file here

    Files without a score (scoresync new FILE creates one):
      scorecards/QA/My tone.yaml

    2 scores: 1 deleted, 1 clean
    --- stderr
      help: 1 deleted: scoresync restore scorecards/QA/Tone.yaml    # brings it back; Plexus keeps the score
    ");
    // A copy of a score that still has its file is nobody's rename.
    world.write(MOVED, GREETING_CODE);
    assert!(world.folder().join(GREETING).exists());
    assert!(!world.run(&["status"]).contains("renamed"));
}

#[test]
fn folders_of_no_scorecard_are_told_with_what_they_may_be() {
    let world = World::pulled();
    world.write("scorecards/QAA/Tone.yaml", "name: Tone\n");
    world.write("scorecards/QAA/guidelines/Tone.md", "# Tone\n");
    world.write("scorecards/Something else/A.yaml", "name: A\n");
    // Files of other tools.
    world.write("scorecards/qa.yaml", "name: QA\n");
    world.write("scorecards/Stray.yaml", "name: Stray\n");
    world.write("scorecards/README.md", "# Scores\n");
    world.write("scorecards/QA.knowledge-base/a.md", "# A\n");
    world.write("scorecards/notes/todo.md", "# Later\n");
    world.write("scorecards/.hidden/a.yaml", "a: 1\n");
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    Files in no scorecard's folder, so they are not synced:
      scorecards/Stray.yaml

    Folders that belong to no scorecard, so nothing in them is synced:
      scorecards/QAA  2 files; did you mean QA?
      scorecards/Something else  1 file

    2 scores: clean
    ");
    assert!(!world.run(&["status", "tone"]).contains("belong to no scorecard"), "only a status of everything says so");
    let said = world.command(&["status", "--json"]).output().expect("it runs");
    let document: serde_json::Value = serde_json::from_slice(&said.stdout).expect("JSON");
    let folders = document["foreign_folders"].as_array().expect("a list");
    assert_eq!((folders[0]["files"].as_u64(), folders[0]["suggestion"].as_str()), (Some(2), Some("QA")));
    for _ in 0..3 {
        let offline = world.run(&["status", "--offline"]);
        assert!(offline.contains("Something else  1 file"), "{offline}");
    }
}

/// What the docs call it is what a person sees before the first pull, and scripts read.
#[test]
fn files_that_are_no_version_are_a_conflict_before_the_first_pull() {
    let world = World::with_dashboard();
    world.write(TONE, &commented("mine"));
    let said = world.run(&["status"]);
    assert!(said.contains("conflict    Tone") && said.contains("the files match no version of this score"), "{said}");
    let output = world.command(&["status", "--json", "tone"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let score = &document["scores"][0];
    assert_eq!((&score["state"], &score["outcome"]), (&json!("unknown"), &json!("conflict")));
    assert!(world.run(&["resolve", "--ours", TONE]).starts_with("exit 0\n"), "no pull has to come first");
}

#[test]
fn a_folder_that_comes_later_is_told_of_offline_too() {
    let world = World::pulled();
    for _ in 0..2 {
        assert!(world.run(&["status", "--offline"]).contains("2 scores: clean"));
    }
    world.write("scorecards/Later/A.yaml", "name: A\n");
    assert!(world.run(&["status", "--offline"]).contains("Later  1 file"));
}

#[test]
fn files_of_a_scorecard_without_scores_belong_to_no_score() {
    let world = World::pulled();
    let card = json!({"id": "new", "name": "New", "key": "new", "externalId": "10", "accountId": "acme-id"});
    world.seed(vec![("Scorecard", card)]);
    world.write("scorecards/New/A.yaml", "name: A\n");
    let said = world.run(&["status"]);
    assert!(said.contains("Files without a score") && said.contains("scorecards/New/A.yaml"), "{said}");
    assert!(!said.contains("belong to no scorecard"), "{said}");
}
