//! Drafts of others: told by `status`, shown by `diff`, taken by `pull --version`.

use super::world::{GREETING, TONE, TONE_CODE, World, commented, score, written};
use serde_json::{Value, json};

/// `Tone` with another question.
const THEIRS: &str = "name: Tone\nkey: tone\nclass: Classifier\nsystem_message: |\n  Is the agent kind?\n";

/// Somebody made a draft of `Tone`.
fn draft(world: &World, id: &str, parent: &str, code: &str, author: &str) {
    let mut row = written("tone", id, code, Some("# Tone\n\nPolite is polite.\n"));
    row["parentVersionId"] = parent.into();
    row["metadata"] = json!({"attribution": {"actorType": "human", "actorKey": author}}).to_string().into();
    world.seed(vec![("ScoreVersion", row)]);
}

fn json_of(world: &World, args: &[&str]) -> Value {
    let said = world.command(args).output().expect("the program starts");
    serde_json::from_slice(&said.stdout).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

/// The first score of a report that has this id.
fn tone(world: &World, args: &[&str]) -> Value {
    let document = json_of(world, args);
    let scores = document["scores"].as_array().expect("a list").clone();
    scores.into_iter().find(|score| score["id"] == "tone").expect("Tone")
}

/// A second workspace of the same person, with the same dashboard; pulled.
fn elsewhere(world: &World) {
    std::fs::create_dir(world.folder().join("../other")).expect("a folder");
    std::fs::copy(world.folder().join("scoresync.yaml"), world.folder().join("../other/scoresync.yaml")).expect("settings");
    assert!(world.run(&["-C", "../other", "pull", "-q"]).starts_with("exit 0\n"));
}

#[test]
fn a_status_tells_what_was_heard_and_asks_where_few_are_meant() {
    let world = World::pulled();
    draft(&world, "ana-1", "tone-1", THEIRS, "Ana");
    let quiet = world.run(&["status"]);
    assert!(quiet.starts_with("exit 0\n") && !quiet.contains("newer draft"), "one request tells of no drafts: {quiet}");
    insta::assert_snapshot!(world.run(&["status", "tone"]), @r"
    exit 0
    --- stdout
    QA
      clean       Tone  1 newer draft by Ana, 2026-01-05

    1 score: clean
    --- stderr
      help: scoresync diff scorecards/QA/Tone.yaml --version ana-1    # pull --version takes it into your files
    ");
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      clean       Tone  1 newer draft by Ana, 2026-01-05

    2 scores: clean
    --- stderr
      help: scoresync diff scorecards/QA/Tone.yaml --version ana-1    # pull --version takes it into your files
    ");
    let offline = world.run(&["status", "--offline"]);
    assert!(offline.contains("1 newer draft by Ana, 2026-01-05"), "{offline}");
    let told = tone(&world, &["status", "--json"]);
    assert_eq!((&told["state"], &told["newer_drafts"][0]["version_id"]), (&json!("clean"), &json!("ana-1")));
    assert!(told["newer_drafts_heard_at"].is_string(), "{told}");
    let told = tone(&world, &["status", "--json", "--drafts"]);
    assert_eq!((&told["newer_drafts"][0]["author"], &told["newer_drafts_heard_at"]), (&json!("Ana"), &Value::Null));
    let shown = world.run(&["show", "tone"]);
    assert!(shown.contains("drafts        1 newer draft by Ana, 2026-01-05\n"), "{shown}");
}

#[test]
fn a_pull_and_a_log_hear_of_drafts() {
    for command in ["pull", "sync", "log"] {
        let world = World::pulled();
        draft(&world, "ana-1", "tone-1", THEIRS, "Ana");
        assert!(world.run(&[command]).starts_with("exit 0\n"));
        let said = world.run(&["status"]);
        assert!(said.contains("clean       Tone  1 newer draft by Ana, 2026-01-05"), "{command}: {said}");
    }
}

#[test]
fn what_became_champion_or_was_overtaken_is_no_newer_draft() {
    let world = World::pulled();
    draft(&world, "ana-1", "tone-1", THEIRS, "Ana");
    world.run(&["status", "tone"]);
    world.promoted("tone-2", "tone-1", &commented("two"));
    let said = world.run(&["status"]);
    assert!(said.contains("behind") && !said.contains("newer draft"), "{said}");
    world.run(&["pull", "-q"]);
    let said = world.run(&["status", "tone"]);
    assert!(!said.contains("newer draft"), "made from an older champion: {said}");
    draft(&world, "ana-2", "tone-2", THEIRS, "Ana");
    world.run(&["status", "tone"]);
    let said = world.run(&["promote", "--yes", "tone", "--version", "ana-2"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    let said = world.run(&["status"]);
    assert!(said.contains("behind") && !said.contains("newer draft"), "{said}");
}

#[test]
fn a_draft_of_somebody_else_is_shown_taken_and_pushed_on() {
    let world = World::pulled();
    draft(&world, "ana-1", "tone-1", THEIRS, "Ana");
    let shown = world.run(&["diff", "tone", "--version", "ana"]);
    assert!(shown.contains("-  Is the agent polite?\n+  Is the agent kind?\n"), "{shown}");
    assert!(shown.contains("\tlocal\n") && shown.contains("\tversion ana-1\n"), "{shown}");
    let planned = world.run(&["pull", "-n", "tone", "--version", "ana-1"]);
    assert!(planned.contains("to pull     Tone  code, version ana-1"), "{planned}");
    assert_eq!(world.read(TONE), TONE_CODE);
    insta::assert_snapshot!(world.run(&["pull", "tone", "--version", "ana-1"]), @r"
    exit 0
    --- stdout
    QA
      pulled      Tone  code, version ana-1

    1 score: pulled
    ");
    assert_eq!(world.read(TONE), THEIRS);
    insta::assert_snapshot!(world.run(&["status", "tone"]), @r"
    exit 0
    --- stdout
    QA
      draft       Tone  1 draft not promoted, version ana-1

    1 score: draft
    --- stderr
      help: 1 draft: scoresync promote tone
    ");
    for command in ["pull", "sync"] {
        assert!(world.run(&[command, "--yes"]).contains("unchanged"), "{command} leaves it");
        assert_eq!(world.read(TONE), THEIRS);
    }
    let again = world.run(&["pull", "tone", "--version", "ana-1"]);
    assert!(again.contains("unchanged"), "{again}");
    world.write(TONE, &format!("{THEIRS}# mine\n"));
    assert!(world.run(&["push", "-q", "tone"]).starts_with("exit 0\n"));
    assert_eq!(world.version_with(&format!("{THEIRS}# mine\n"))["parentVersionId"], "ana-1");
}

/// The champion is such a version, too: to a pull without a version a draft is nothing to update.
#[test]
fn what_the_files_come_from_is_no_update() {
    let world = World::pulled();
    world.write(TONE, &commented("mine"));
    assert!(world.run(&["push", "-q"]).starts_with("exit 0\n"));
    let refused = world.run(&["pull", "tone", "--version", "tone-1"]);
    insta::assert_snapshot!(refused, @r"
    exit 2
    --- stderr
    error: version tone-1 is older than the files or the champion, so there is nothing to update
      at QA/Tone.yaml
      help: scoresync restore QA/Tone.yaml --version tone-1    # to go back to what it says
    ");
    assert_eq!(world.run(&["pull", "-n", "tone", "--version", "tone-1"]), refused);
    assert!(world.run(&["restore", "QA/Tone.yaml", "--version", "tone-1"]).starts_with("exit 0\n"));
    assert_eq!(world.read(TONE), TONE_CODE);
}

#[test]
fn a_taken_draft_that_is_promoted_is_clean() {
    let world = World::pulled();
    draft(&world, "ana-1", "tone-1", THEIRS, "Ana");
    world.run(&["pull", "-q", "tone", "--version", "ana-1"]);
    let said = world.run(&["promote", "--yes", "tone"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_eq!(tone(&world, &["status", "--json"])["state"], "clean");
}

#[test]
fn edits_are_merged_and_never_lost() {
    let world = World::pulled();
    draft(&world, "ana-1", "tone-1", THEIRS, "Ana");
    let edited = TONE_CODE.replace("key: tone\n", "key: tone\nid: mine\n");
    world.write(TONE, &edited.replace('\n', "\r\n"));
    let said = world.run(&["pull", "tone", "--version", "ana-1"]);
    assert!(said.contains("merged      Tone  code, version ana-1"), "{said}");
    assert_eq!(world.read(TONE), THEIRS.replace("key: tone\n", "key: tone\nid: mine\n").replace('\n', "\r\n"));
    assert!(world.run(&["undo", "--yes"]).starts_with("exit 0\n"));
    assert_eq!(world.read(TONE), edited.replace('\n', "\r\n"));
}

#[test]
fn two_people_with_a_draft_each_go_on_from_both() {
    let world = World::pulled();
    elsewhere(&world);
    let other = world.folder().join("../other").join(TONE);
    std::fs::write(&other, THEIRS).expect("a file");
    assert!(world.run(&["-C", "../other", "push", "-q"]).starts_with("exit 0\n"));
    world.write(TONE, &TONE_CODE.replace("key: tone\n", "key: tone\nid: mine\n"));
    assert!(world.run(&["push", "-q"]).starts_with("exit 0\n"));
    let theirs = world.version_with(THEIRS)["id"].as_str().expect("an id").to_owned();
    let status = world.run(&["status", "tone"]);
    assert!(status.contains("1 draft not promoted") && status.contains("1 other version from the same place"), "{status}");
    assert_eq!(tone(&world, &["status", "--json", "tone"])["newer_drafts"][0]["version_id"], theirs.as_str());
    let said = world.run(&["pull", "tone", "--version", &theirs]);
    assert!(said.contains("merged      Tone"), "{said}");
    let both = THEIRS.replace("key: tone\n", "key: tone\nid: mine\n");
    assert_eq!(world.read(TONE), both);
    assert!(world.run(&["push", "-q"]).starts_with("exit 0\n"));
    assert_eq!(world.version_with(&both)["parentVersionId"], theirs.as_str());
}

#[test]
fn a_conflict_with_edits_is_decided_with_the_version() {
    let world = World::pulled();
    draft(&world, "ana-1", "tone-1", THEIRS, "Ana");
    let ours = TONE_CODE.replace("polite", "nice");
    world.write(TONE, &ours);
    insta::assert_snapshot!(world.run(&["pull", "tone", "--version", "ana-1"]), @r"
    exit 3
    --- stderr
    error: code: version ana-1 and your files change the same lines
      at QA/Tone.yaml
      help: scoresync pull QA/Tone.yaml --version ana-1 --merge    # or --ours, --theirs; your text is kept, see undo
    ");
    assert_eq!((world.read(TONE), tone(&world, &["status", "--json"])["state"].clone()), (ours.clone(), json!("edited")));
    let said = world.run(&["pull", "tone", "--version", "ana-1", "--merge"]);
    assert!(said.contains("marked      Tone  code, version ana-1, not merged yet"), "{said}");
    let marked = world.read(TONE);
    assert!(marked.contains("<<<<<<< local\n") && marked.contains(">>>>>>> version ana-1\n"), "{marked}");
    assert!(marked.contains("Is the agent nice?") && marked.contains("Is the agent kind?"), "{marked}");
    assert!(world.run(&["push", "tone"]).contains("refused"));
    let again = world.run(&["pull", "tone", "--version", "ana-1", "--merge"]);
    assert!(again.contains("unchanged"), "it is the base already: {again}");
    assert!(world.run(&["undo", "--yes"]).starts_with("exit 0\n"));
    assert_eq!(world.read(TONE), ours);
    assert!(world.run(&["pull", "tone", "--version", "ana-1", "--ours"]).starts_with("exit 0\n"));
    assert_eq!(world.read(TONE), ours);
    assert_eq!(tone(&world, &["status", "--json"])["version_id"], "ana-1");
    assert!(world.run(&["undo", "--yes"]).starts_with("exit"));
    world.write(TONE, &TONE_CODE.replace("polite", "nicer"));
    draft(&world, "ana-2", "ana-1", &commented("two"), "Ana");
    assert!(world.run(&["pull", "tone", "--version", "ana-2", "--theirs"]).starts_with("exit 0\n"));
    assert_eq!(world.read(TONE), commented("two"));
}

#[test]
fn only_a_version_of_the_score_that_is_newer_is_taken() {
    let world = World::pulled();
    draft(&world, "ana-1", "tone-1", THEIRS, "Ana");
    draft(&world, "ana-2", "tone-1", &commented("two"), "Ana");
    world.seed(score("other", "Other").to_vec());
    insta::assert_snapshot!(world.run(&["pull", "tone", "--version", "ana"]), @r#"
    exit 2
    --- stderr
    error: 2 versions of this score start with "ana"
      at ana-2
      at ana-1
      help: scoresync log SCORE    # to see its versions
    "#);
    insta::assert_snapshot!(world.run(&["pull", "tone", "--version", "other-1"]), @r#"
    exit 2
    --- stderr
    error: this score has no version "other-1"
      help: scoresync log SCORE    # to see its versions
    "#);
    insta::assert_snapshot!(world.run(&["pull", "--version", "ana-1"]), @r"
    exit 2
    --- stderr
    error: a version belongs to one score: name it
      help: scoresync pull TARGET --version VERSION
    ");
    insta::assert_snapshot!(world.run(&["pull", "tone", GREETING, "--version", "ana-1"]), @r"
    exit 2
    --- stderr
    error: this command takes one score, and 2 match
      at QA/It's a -greeting.yaml (greeting)
      at QA/Tone.yaml (tone)
      help: name one of them by its file or its id
    ");
    insta::assert_snapshot!(world.run(&["pull", "tone", "--version", "ana-1", "--offline"]), @r"
    exit 2
    --- stderr
    error: this needs the dashboard
      help: run it without --offline
    ");
    world.promoted("tone-2", "tone-1", &commented("champion"));
    insta::assert_snapshot!(world.run(&["pull", "tone", "--version", "tone-1"]), @r"
    exit 2
    --- stderr
    error: version tone-1 is older than the files or the champion, so there is nothing to update
      at QA/Tone.yaml
      help: scoresync restore QA/Tone.yaml --version tone-1    # to go back to what it says
    ");
    assert_eq!(world.read(TONE), TONE_CODE);
    let said = world.run(&["pull", "tone", "--version", "tone-2"]);
    assert!(said.contains("pulled      Tone  code, version tone-2"), "the champion is taken as ever: {said}");
}
