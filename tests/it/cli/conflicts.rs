//! Both sides changed the same lines: exit 3, nothing lost, and each way out leads to a push that works.

use super::World;
use super::desk::{GREETING, GREETING_CODE};

const OURS: &str = "name: Greeting\nclass: Classifier\nsystem_message: |\n  Does the agent greet kindly?\n";
const THEIRS: &str = "name: Greeting\nclass: Classifier\nsystem_message: |\n  Does the agent greet by name?\n";

/// A workspace in which a pull has just met a conflict.
fn conflicting() -> World {
    let world = World::pulled();
    world.write(GREETING, OURS);
    world.teammate("greeting", "greeting-2", THEIRS, None);
    world
}

#[test]
fn a_conflict_ends_with_3_and_keeps_the_file() {
    let world = conflicting();
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 3
    --- stdout
    QA
      conflict    It's a "greeting"  code: both sides changed the same lines

    2 scores: 1 conflict, 1 unchanged
    --- stderr
      help: scoresync resolve 'QA/It'\''s a -greeting.yaml'    # or with --ours, --theirs, --merge, --tool
    "#);
    assert_eq!(world.read(GREETING), OURS);
    insta::assert_snapshot!(world.run(&["status"]), @r#"
    exit 0
    --- stdout
    QA
      conflict    It's a "greeting"  code: both sides changed the same lines; the champion moved (2026-01-05)

    2 scores: 1 conflict, 1 clean
    --- stderr
      help: scoresync resolve 'QA/It'\''s a -greeting.yaml'    # or with --ours, --theirs, --merge, --tool
    "#);
    insta::assert_snapshot!(world.run(&["push"]), @r#"
    exit 6
    --- stdout
    QA
      refused     It's a "greeting"  the champion is now greeting: pull first

    2 scores: 1 refused, 1 unchanged
    --- stderr
      help: scoresync pull 'QA/It'\''s a -greeting.yaml'
    "#);
    insta::assert_snapshot!(world.run(&["sync", "-q"]), @r#"
    exit 3
    --- stdout
    QA
      conflict    It's a "greeting"  code: both sides changed the same lines

    2 scores: 1 conflict, 1 unchanged
    "#);
    assert_eq!(world.versions("greeting").len(), 2);
}

#[test]
fn the_way_out_can_be_typed_as_it_is_printed() {
    let world = conflicting();
    let said = world.run(&["pull"]);
    let help = said.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("a way out");
    let listed = world.shell(help);
    assert!(listed.starts_with("exit 3\n"), "{help}\n{listed}");
    let help = listed.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("ways out");
    let said = world.shell(help);
    assert!(said.starts_with("exit 0\n"), "{help}\n{said}");
    let help = said.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("the next step");
    world.write(GREETING, "name: Greeting\nsystem_message: both\n");
    let said = world.shell(help);
    assert!(said.starts_with("exit 0\n") && said.contains("1 score: pushed"), "{help}\n{said}");
}

#[test]
fn ours_keeps_the_file_and_can_be_pushed() {
    let world = conflicting();
    world.run(&["pull"]);
    insta::assert_snapshot!(world.run(&["resolve", "--ours", "greeting"]), @r#"
    exit 0
    --- stdout
    QA
      recorded    It's a "greeting"  version greeting

    1 score: recorded
    --- stderr
      help: scoresync push
    "#);
    assert_eq!(world.read(GREETING), OURS);
    assert!(world.run(&["push"]).contains("1 pushed"));
    let pushed = world.versions("greeting").into_iter().find(|version| version["configuration"] == OURS).expect("pushed");
    assert_eq!(pushed["parentVersionId"], "greeting-2");
    assert!(world.run(&["push"]).contains("2 scores: unchanged"));
}

#[test]
fn theirs_takes_the_champion_and_is_clean() {
    let world = conflicting();
    world.run(&["pull"]);
    insta::assert_snapshot!(world.run(&["resolve", "--theirs", GREETING]), @r#"
    exit 0
    --- stdout
    QA
      pulled      It's a "greeting"  code, version greeting

    1 score: pulled
    "#);
    assert_eq!(world.read(GREETING), THEIRS);
    assert!(world.run(&["status"]).contains("2 scores: clean"));
    assert!(world.run(&["push"]).contains("2 scores: unchanged"));
}

#[test]
fn markers_are_never_pushed() {
    let world = conflicting();
    world.run(&["pull"]);
    insta::assert_snapshot!(world.run(&["resolve", "--merge", "12"]), @r#"
    exit 0
    --- stdout
    QA
      marked      It's a "greeting"  code, version greeting, not merged yet

    1 score: marked
    --- stderr
      help: scoresync push 'QA/It'\''s a -greeting.yaml'    # once you have edited what lies between the markers
    "#);
    insta::assert_snapshot!(world.read(GREETING), @r"
    name: Greeting
    class: Classifier
    system_message: |
    <<<<<<< local
      Does the agent greet kindly?
    ||||||| base greeting
      Does the agent greet?
    =======
      Does the agent greet by name?
    >>>>>>> champion greeting
    ");
    insta::assert_snapshot!(world.run(&["status"]), @r#"
    exit 0
    --- stdout
    QA
      edited      It's a "greeting"  code; scorecards/QA/It's a -greeting.yaml:4:1: unresolved merge markers

    2 scores: 1 edited, 1 clean
    "#);
    insta::assert_snapshot!(world.run(&["push"]), @r#"
    exit 6
    --- stdout
    QA
      refused     It's a "greeting"  scorecards/QA/It's a -greeting.yaml:4:1: unresolved merge markers

    2 scores: 1 refused, 1 unchanged
    --- stderr
      help: scoresync push 'QA/It'\''s a -greeting.yaml'    # once its files are mended
    "#);
    assert_eq!(world.versions("greeting").len(), 2);
    let both = GREETING_CODE.replace("greet?", "greet kindly and by name?");
    world.write(GREETING, &both);
    assert!(world.run(&["push", "--promote"]).contains("now champion"));
    assert!(world.run(&["status"]).contains("2 scores: clean"));
}

#[test]
fn without_a_conflict_there_is_nothing_to_resolve() {
    let world = World::pulled();
    insta::assert_snapshot!(world.run(&["resolve", "--ours"]), @r"
    exit 0
    --- stdout
    0 scores
    --- stderr
    there is no conflict to resolve
    ");
    insta::assert_snapshot!(world.run(&["resolve", "--ours", "Tone"]), @r"
    exit 0
    --- stdout
    0 scores
    --- stderr
    there is no conflict to resolve
    ");
}

#[test]
fn a_conflict_is_one_offline_too_until_it_is_resolved() {
    let world = conflicting();
    world.run(&["pull", "-q"]);
    let said = world.run(&["status", "--offline", "-q"]);
    assert!(said.contains("conflict    It's a \"greeting\"  code: both sides changed the same lines"), "{said}");
    assert!(world.run(&["resolve", "-q", "--ours"]).starts_with("exit 0\n"));
    let said = world.run(&["status", "--offline", "-q"]);
    assert!(said.contains("edited      It's a \"greeting\"  code\n"), "{said}");
}

#[test]
fn files_without_a_past_conflict_unless_they_equal_a_version() {
    let world = World::with_dashboard();
    world.write("scorecards/QA/Tone.yaml", "name: Tone\nmine: true\n");
    world.write(GREETING, GREETING_CODE);
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 6
    --- stdout
    QA
      refused     Tone  it is not known which version the files come from: pull first

    2 scores: 1 recorded, 1 refused
    --- stderr
      help: scoresync pull QA/Tone.yaml
    ");
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 3
    --- stdout
    QA
      conflict    Tone  code and guidelines: the files equal no version of this score

    2 scores: 1 conflict, 1 unchanged
    --- stderr
      help: scoresync resolve QA/Tone.yaml    # or with --ours, --theirs, --merge, --tool
    ");
    insta::assert_snapshot!(world.run(&["resolve", "--ours", "Tone"]), @r"
    exit 0
    --- stdout
    QA
      merged      Tone  guidelines, version tone-1

    1 score: merged
    --- stderr
      help: scoresync push
    ");
    assert!(world.run(&["push"]).contains("1 pushed"));
}

#[test]
fn conflicts_are_listed_with_what_who_when_and_why() {
    let world = conflicting();
    world.run(&["pull"]);
    insta::assert_snapshot!(world.run(&["resolve"]), @r#"
    exit 3
    --- stdout
    QA
      conflict  It's a "greeting"  code: both sides changed the same lines
        code here           system_message
        code there          system_message
        code both           system_message
        champion            greeting 2026-01-05T08:00:00Z: Seeded

    1 score in conflict
    --- stderr
      help: scoresync resolve 'QA/It'\''s a -greeting.yaml' --merge    # or --ours, --theirs, --tool
    "#);
    assert_eq!(world.run(&["resolve", "--list", "Tone"]), "exit 0\n--- stderr\nthere is no conflict to resolve\n");
    let said = world.run(&["resolve", "--json"]);
    let json: serde_json::Value = serde_json::from_str(said.strip_prefix("exit 3\n--- stdout\n").expect("data")).expect("JSON");
    let one = &json["conflicts"][0];
    assert_eq!((&one["documents"][0]["both"][0], &one["champion"]["note"]), (&"system_message".into(), &"Seeded".into()));
    assert_eq!(world.read(GREETING), OURS);
}

/// Merge tools as git would start them, each a line of shell.
#[test]
fn a_merge_tool_ends_the_conflict_if_it_says_so_and_the_result_is_good() {
    let world = conflicting();
    world.run(&["pull"]);
    let tool = |name: &str, command: &str| {
        world.write("../.gitconfig", &format!("[mergetool \"{name}\"]\n\tcmd = {command}\n\ttrustExitCode = true\n"));
        world.run(&["resolve", &format!("--tool={name}")])
    };
    insta::assert_snapshot!(tool("refusing", "exit 1"), @r#"
    exit 3
    --- stdout
    QA
      conflict    It's a "greeting"  code: both sides changed the same lines

    1 score: conflict
    --- stderr
    warning: QA/It's a -greeting.yaml: the tool did not end the merge: left as it is
      help: scoresync resolve 'QA/It'\''s a -greeting.yaml'    # or with --ours, --theirs, --merge, --tool
    "#);
    let said = tool("lazy", "true");
    assert!(said.contains("4:1: unresolved merge markers: left as it is"), "{said}");
    let said = tool("broken", "\"echo 'a: [' > \\\"$MERGED\\\"\"");
    assert!(said.contains("unclosed bracket '[': left as it is"), "{said}");
    assert_eq!(world.read(GREETING), OURS);
    let said = world.run(&["resolve", "--tool"]);
    assert!(said.starts_with("exit 2\n") && said.contains("names no merge tool"), "{said}");
    let said = world.run(&["resolve", "--tool=no-such-tool"]);
    assert!(said.starts_with("exit 2\n") && said.contains("cannot start a merge tool \"no-such-tool\""), "{said}");
    let command = "\"echo seen && cat \\\"$BASE\\\" | sed 's/greet?/greet kindly by name?/' > \\\"$MERGED\\\" && grep -q kindly \\\"$LOCAL\\\" && grep -q name \\\"$REMOTE\\\"\"";
    insta::assert_snapshot!(tool("good", command), @r#"
    exit 0
    --- stdout
    QA
      merged      It's a "greeting"  code, version greeting

    1 score: merged
    --- stderr
    seen
      help: scoresync push
    "#);
    assert_eq!(world.read(GREETING), GREETING_CODE.replace("greet?", "greet kindly by name?"));
    assert!(world.run(&["push"]).contains("1 pushed"));
    world.run(&["undo"]);
}

#[test]
fn an_ended_conflict_can_be_undone() {
    let world = conflicting();
    world.run(&["pull"]);
    world.run(&["resolve", "--merge"]);
    assert!(world.run(&["undo"]).starts_with("exit 0\n"));
    assert_eq!(world.read(GREETING), OURS);
    assert!(world.run(&["resolve"]).starts_with("exit 3\n"));
}

#[test]
fn different_keys_on_neighbouring_lines_are_no_conflict() {
    let world = World::pulled();
    world.write(GREETING, &GREETING_CODE.replace("class: Classifier", "class: LuaNode"));
    world.teammate("greeting", "greeting-2", &GREETING_CODE.replace("name: Greeting", "name: Greetings"), None);
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 0\n") && said.contains("merged"), "{said}");
    assert!(world.read(GREETING).starts_with("name: Greetings\nclass: LuaNode\n"));
}

#[test]
fn a_resolution_is_committed_where_it_is_whole() {
    let world = conflicting();
    world.init_git();
    assert!(world.run(&["pull", "-q"]).starts_with("exit 3\n"));
    let refused = world.run(&["resolve", "--merge", "--commit"]);
    assert!(refused.starts_with("exit 2\n") && refused.contains("cannot be used with"), "{refused}");
    let said = world.run(&["resolve", "--theirs", "--commit"]);
    assert!(said.starts_with("exit 0\n") && said.contains("committed "), "{said}");
    assert_eq!(
        world.git(&["show", "-s", "--format=%(trailers:key=Score-Version,valueonly)"]).trim(),
        "QA/It's a \"greeting\" greeting-2"
    );
    assert_eq!(world.git(&["status", "--porcelain"]), "");
}
