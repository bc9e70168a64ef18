//! `log`: lineages, whole or broken, and what happened lately.

use super::world::{TONE, World, ageless, commented, old_version};
use serde_json::{Value, json};

#[test]
fn a_lineage_shows_champion_files_drafts_forks_and_what_is_broken() {
    let world = World::pulled();
    world.seed(vec![
        old_version("fork", Some("tone-1"), 9),
        old_version("circle-b", Some("circle-a"), 4),
        old_version("circle-a", Some("circle-b"), 3),
        old_version("orphan", Some("greeting-1"), 2),
        old_version("self", Some("self"), 1),
        (
            "Evaluation",
            json!({"id": "e", "type": "accuracy", "accuracy": 91.25, "status": "COMPLETED", "accountId": "acme-id",
                "scoreVersionId": "tone-1", "processedItems": 80, "createdAt": "2026-01-03T00:00:00.000Z"}),
        ),
    ]);
    let mut signed = old_version("agent", Some("fork"), 10);
    signed.1["metadata"] = json!({"attribution": {"actorType": "agent", "actorKey": "optimizer"},
        "git": {"commit": "0123456789abcdef0123456789abcdef01234567"}})
    .to_string()
    .into();
    world.seed(vec![signed]);
    world.write(TONE, &commented("mine"));
    insta::assert_snapshot!(world.run(&["log", TONE]), @r"
    exit 0
    --- stdout
    QA/Tone
    @  code edited here, not pushed
    │ ○  agent  fork  agent optimizer, 2026-01-02, commit 0123456789
    │ │  Note of agent …
    │ ○  fork  fork  2026-01-02
    │ │  Note of fork …
    ├─╯
    ◆  tone-1  champion, base of your files  2026-01-05, accuracy 91.2 % of 80
       Seeded
    ○  orphan  2026-01-02
       Note of orphan …
       made from greeting, which is not a version of this score
    ○  self  2026-01-02
       Note of self …
       made from itself, which cannot be
    ○  circle-b  2026-01-02
    │  Note of circle-b …
    ○  circle-a  2026-01-02
       Note of circle-a …
       made from circle-b, which comes from it: the lineage runs in a circle
    ");
    world.run(&["push", "--note", "Mine"]);
    insta::assert_snapshot!(ageless(&world.run(&["log", "tone", "-n", "1"])), @r"
    exit 0
    --- stdout
    QA/Tone
    ○  [short]  draft, your files  service cli, [age]
    │  Mine
    ~  2 versions left out
    ◆  tone-1  champion  2026-01-05, accuracy 91.2 % of 80
       Seeded
    ~  4 older versions left out
    ");
    insta::assert_snapshot!(world.run(&["log", "tone", "--offline"]), @r"
    exit 0
    --- stdout
    QA/Tone
    ○  [short]  not champion, your files
    ◆  tone-1  champion
    --- stderr
    offline: only the versions that this workspace knows; who made them, when and from what is not kept here
    ");
}

#[test]
fn a_former_champion_is_no_draft() {
    let world = World::pulled();
    for text in ["first", "second"] {
        world.write(TONE, &commented(text));
        assert!(world.run(&["push", "-q", "--promote", "--yes", "tone"]).starts_with("exit 0\n"));
    }
    world.write(TONE, &commented("third"));
    world.run(&["push", "-q"]);
    let marks = |args: &[&str]| -> Vec<String> {
        let said = world.run(args);
        let marks = said.lines().filter(|line| line.contains("service cli"));
        marks
            .map(|line| {
                ["former champion", "champion", "draft"].into_iter().find(|mark| line.contains(mark)).unwrap_or("").to_owned()
            })
            .collect()
    };
    let expected = ["draft", "champion", "former champion"];
    assert_eq!(marks(&["log", "tone"]), expected);
    assert_eq!(marks(&["log"]), expected);
    // The champion goes back to the first: the second is what the files came from, and still no draft.
    world.run(&["restore", "-q", "tone", "--version", &commented_id(&world, "second")]);
    world.write(TONE, &commented("second"));
    let back = world.run(&["promote", "--yes", "tone", "--version", &commented_id(&world, "first"), "--force"]);
    assert!(back.starts_with("exit 0\n"), "{back}");
    assert_eq!(marks(&["log", "tone"]), ["draft", "former champion", "champion"]);
    assert_eq!(marks(&["log"]), ["draft", "former champion", "champion"]);
}

/// The id of the version of `Tone` with this comment.
fn commented_id(world: &World, what: &str) -> String {
    world.version_with(&commented(what))["id"].as_str().expect("an id").to_owned()
}

#[test]
fn json_tells_the_same() {
    let world = World::pulled();
    world.seed(vec![old_version("fork", Some("tone-1"), 9)]);
    let output = world.command(&["log", "--json", "tone"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&document["command"], &document["files"], &document["older"]), (&json!("log"), &json!("as base"), &json!(0)));
    assert_eq!(document["score"].get("state"), None, "a log does not compare files and dashboard");
    let versions = document["versions"].as_array().expect("a list");
    assert_eq!((&versions[0]["version_id"], &versions[0]["lineage"]), (&json!("fork"), &json!("known")));
    assert_eq!(
        (&versions[1]["champion"], &versions[1]["base"], &versions[1]["draft"]),
        (&json!(true), &json!(true), &json!(false))
    );
    let all: Value = serde_json::from_slice(&world.command(&["log", "--json"]).output().expect("it runs").stdout).expect("JSON");
    assert_eq!((all["versions"].as_array().map(Vec::len), &all["scores"]), (Some(3), &json!(2)));
}

#[test]
fn what_happened_lately_is_told_day_by_day() {
    let world = World::pulled();
    world.seed(vec![old_version("old", None, 5), old_version("older", None, 4)]);
    let said = world.run(&["log", "QA", "-n", "4"]);
    let today = said.lines().nth(2).expect("a heading").to_owned();
    assert!(said.replace(&today, "[today]").starts_with("exit 0\n--- stdout\n[today]\n  "), "{said}");
    assert!(
        said.ends_with(
            "\n2026-01-02\n  00:05  old  QA/Tone\n         Note of old …\n  00:04  older  QA/Tone\n         Note of older …\n\n\
             the 4 newest versions of 2 scores\n"
        ),
        "{said}"
    );
    insta::assert_snapshot!(world.run(&["log", "--offline"]), @r"
    exit 2
    --- stderr
    error: this needs the dashboard
      help: run it without --offline
    ");
    insta::assert_snapshot!(world.run(&["log", "nobody"]), @r#"
    exit 2
    --- stderr
    error: no score or scorecard matches "nobody"
      help: scoresync status -v    # to see all scores
    "#);
}

#[test]
fn commits_are_told_by_the_versions_or_by_trailers() {
    let world = World::pulled();
    world.init_git();
    world.write(TONE, "name: Tone\nclass: LuaScore\n# mine\n");
    assert!(world.run(&["push", "-q", "--promote", "--yes", "--commit", "tone"]).starts_with("exit 0\n"));
    let commit = world.git(&["rev-parse", "HEAD"]);
    let document: Value =
        serde_json::from_slice(&world.command(&["log", "--json", "tone"]).output().expect("it runs").stdout).expect("JSON");
    let commits: Vec<&Value> =
        document["versions"].as_array().expect("a list").iter().map(|version| &version["commit"]).collect();
    assert_eq!(commits, [&json!(commit.trim()), &Value::Null]);
    let said = world.run(&["log", "tone"]);
    assert!(said.contains(&format!("commit {}", &commit[..10])), "{said}");
}
