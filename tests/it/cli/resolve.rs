//! `resolve`: both sides changed the same lines; nothing is lost, and each way out leads to a push that works.

use super::world::{GREETING, GREETING_CODE, OURS, THEIRS, TONE, TONE_CODE, TONE_GUIDELINES, World};
use std::path::Path;

#[test]
fn the_way_out_can_be_typed_as_it_is_printed() {
    let world = World::conflicting();
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
    let world = World::conflicting();
    world.run(&["pull"]);
    insta::assert_snapshot!(world.run(&["resolve", "--ours", "greeting"]), @r#"
    exit 0
    --- stdout
    QA
      resolved    It's a "greeting"  code, version greeting

    1 score: resolved
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
    let world = World::conflicting();
    world.run(&["pull"]);
    insta::assert_snapshot!(world.run(&["resolve", "--theirs", GREETING]), @r#"
    exit 0
    --- stdout
    QA
      resolved    It's a "greeting"  code, version greeting

    1 score: resolved
    "#);
    assert_eq!(world.read(GREETING), THEIRS);
    assert!(world.run(&["status"]).contains("2 scores: clean"));
    assert!(world.run(&["push"]).contains("2 scores: unchanged"));
}

#[test]
fn markers_are_never_pushed() {
    let world = World::conflicting();
    world.run(&["pull"]);
    insta::assert_snapshot!(world.run(&["resolve", "--merge", "12"]), @r#"
    exit 0
    --- stdout
    QA
      marked      It's a "greeting"  code, version greeting, not merged yet

    1 score: marked
    --- stderr
      help: scoresync push 'scorecards/QA/It'\''s a -greeting.yaml'    # once you have edited what lies between the markers
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
      marked      It's a "greeting"  code; scorecards/QA/It's a -greeting.yaml:4:1: unresolved merge markers

    2 scores: 1 marked, 1 clean
    --- stderr
      help: scoresync push 'scorecards/QA/It'\''s a -greeting.yaml'    # once you have edited what lies between the markers
    "#);
    let said = world.run(&["status", "--json"]);
    let json: serde_json::Value = serde_json::from_str(said.strip_prefix("exit 0\n--- stdout\n").expect("data")).expect("JSON");
    let one = json["scores"].as_array().and_then(|scores| scores.iter().find(|one| one["id"] == "greeting")).expect("listed");
    assert_eq!(
        (&one["state"], one["next"].as_str().map(|next| &next[..14])),
        (&"marked".into(), Some("scoresync push")),
        "{one}"
    );
    assert!(world.run(&["show", "greeting"]).contains("marked: code"));
    insta::assert_snapshot!(world.run(&["push"]), @r#"
    exit 6
    --- stdout
    QA
      refused     It's a "greeting"  scorecards/QA/It's a -greeting.yaml:4:1: unresolved merge markers

    2 scores: 1 refused, 1 unchanged
    --- stderr
      help: scoresync push 'scorecards/QA/It'\''s a -greeting.yaml'    # once you have edited what lies between the markers
    "#);
    assert_eq!(world.versions("greeting").len(), 2);
    let both = GREETING_CODE.replace("greet?", "greet kindly and by name?");
    world.write(GREETING, &both);
    assert!(world.run(&["push", "--promote", "--yes"]).contains("now champion"));
    assert!(world.run(&["status"]).contains("2 scores: clean"));
}

#[test]
fn what_would_be_resolved_is_told_and_nothing_is_done() {
    let world = World::conflicting();
    world.run(&["pull"]);
    insta::assert_snapshot!(world.run(&["resolve", "-n", "--theirs"]), @r#"
    exit 0
    --- stdout
    QA
      to resolve  It's a "greeting"  code, version greeting

    1 score: to resolve (dry run: nothing was done)
    "#);
    assert!(world.run(&["resolve", "-n", "--merge"]).contains("  to mark "));
    assert!(world.run(&["resolve", "-n", "--ours"]).contains("1 score: to resolve"));
    assert!(world.run(&["resolve", "-n"]).contains("1 score in conflict"));
    let said = world.run(&["resolve", "-n", "--theirs", "--json"]);
    assert!(said.contains("\"dry_run\": true") && said.contains("\"outcome\": \"to resolve\""), "{said}");
    let said = world.run(&["resolve", "-n", "--tool"]);
    assert!(said.starts_with("exit 2\n") && said.contains("cannot be used with"), "{said}");
    assert_eq!(world.read(GREETING), OURS);
    assert!(world.run(&["status"]).contains("conflict"));
}

/// The champion moved once more while markers stood in the file.
#[test]
fn a_file_with_markers_is_offered_only_what_works() {
    let world = World::conflicting();
    world.run(&["pull"]);
    world.run(&["resolve", "--merge"]);
    world.teammate("greeting", "greeting-3", &GREETING_CODE.replace("greet?", "greet twice?"), None);
    assert!(world.run(&["pull"]).starts_with("exit 3\n"));
    for command in [["pull"].as_slice(), &["status"], &["resolve", "--list"], &["resolve", "--merge"]] {
        let said = world.run(command);
        assert!(said.contains("--theirs    # or edit what lies between the markers, then --ours\n"), "{command:?}: {said}");
    }
    let said = world.terminal(&["resolve"]).until("take ").keys("o\r").until("unresolved merge markers").keys("q\r").end();
    assert!(!said.contains("[o]urs") && said.contains("[t]heirs"), "{said}");
    let said = world.run(&["resolve", "--ours"]);
    assert!(said.contains("  marked ") && said.contains("# once you have edited what lies between the markers"), "{said}");
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
fn conflicts_are_listed_with_what_who_when_and_why() {
    let world = World::conflicting();
    world.run(&["pull"]);
    insta::assert_snapshot!(world.run(&["resolve"]), @r#"
    exit 3
    --- stdout
    QA
      conflict  It's a "greeting"  code: both sides changed the same lines
        code here           system_message
        code there          system_message
        code both           system_message
        champion            greeting, 2026-01-05: Seeded

    1 score in conflict
    --- stderr
      help: scoresync resolve 'scorecards/QA/It'\''s a -greeting.yaml' --merge    # or --ours, --theirs, --tool
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
    let world = World::conflicting();
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
    warning: QA/It's a -greeting.yaml: the tool did not finish the merge: left as it is
      help: scoresync resolve 'scorecards/QA/It'\''s a -greeting.yaml'    # or with --ours, --theirs, --merge, --tool
    "#);
    let said = tool("lazy", "true");
    assert!(said.contains("4:1: unresolved merge markers: left as it is"), "{said}");
    let said = tool("broken", "\"echo 'a: [' > \\\"$MERGED\\\"\"");
    assert!(said.contains("unclosed bracket '[': left as it is"), "{said}");
    // A tool that took fright, and one that moved its result somewhere.
    let said = tool("emptying", "\"> \\\"$MERGED\\\"\"");
    assert!(said.starts_with("exit 3\n") && said.contains("the tool left an empty file: left as it is"), "{said}");
    let said = tool("removing", "\"rm \\\"$MERGED\\\"\"");
    assert!(said.starts_with("exit 3\n") && said.contains("the tool left no file that can be read: "), "{said}");
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
      resolved    It's a "greeting"  code, version greeting

    1 score: resolved
    --- stderr
    seen
      help: scoresync push
    "#);
    assert_eq!(world.read(GREETING), GREETING_CODE.replace("greet?", "greet kindly by name?"));
    assert!(world.run(&["push"]).contains("1 pushed"));
    world.run(&["undo", "--yes"]);
}

/// Somebody saves the file, or ends the conflict, while a person is in the merge tool: nothing is written, and nothing is lost.
#[test]
fn what_was_decided_too_late_is_kept() {
    for (meanwhile, now) in [("echo 'name: theirs' > \"$OTHER\"", "name: theirs\n"), ("cp \"$REMOTE\" \"$OTHER\"", "")] {
        let world = World::conflicting();
        world.run(&["pull"]);
        let runs = world.run(&["undo", "-n"]);
        let other = world.folder().join(GREETING).display().to_string();
        let command = format!("OTHER='{}'; {meanwhile}; echo 'name: decided' > \"$MERGED\"", other.replace('\'', "'\\''"));
        let quoted = command.replace('\\', "\\\\").replace('"', "\\\"");
        world.write("../.gitconfig", &format!("[mergetool \"late\"]\n\tcmd = \"{quoted}\"\n\ttrustExitCode = true\n"));
        let said = world.run(&["resolve", "--tool=late"]);
        let told = "the file or the champion changed meanwhile, so nothing was written; what you decided is kept";
        assert!(said.starts_with("exit 6\n") && said.contains(told), "{said}");
        let left = world.read(GREETING);
        assert!(left == now || now.is_empty(), "{left}");
        assert_eq!(world.run(&["undo", "-n"]), runs, "there is nothing to undo of it");
        let number = said.split("scoresync restore --entry ").nth(1).and_then(|rest| rest.split_whitespace().next());
        world.run(&["restore", "--entry", number.expect("a number")]);
        assert_eq!(world.read(GREETING), "name: decided\n");
        world.run(&["undo", "--yes"]);
        assert_eq!(world.read(GREETING), left, "what it replaced is kept, too");
    }
}

/// Git for Windows brings a shell that the search path does not lead to.
#[test]
fn a_merge_tool_needs_no_shell_on_the_search_path() {
    let world = World::conflicting();
    world.run(&["pull"]);
    let programs = tempfile::tempdir().expect("a folder");
    for program in ["git", "cat", "sed"] {
        let found = ["/usr/bin", "/bin"].iter().map(|folder| Path::new(folder).join(program)).find(|path| path.exists());
        std::os::unix::fs::symlink(found.expect("it is there"), programs.path().join(program)).expect("a link");
    }
    world.write("../.gitconfig", "[mergetool \"good\"]\n\tcmd = cat \\\"$LOCAL\\\" > \\\"$MERGED\\\"\n\ttrustExitCode = true\n");
    let output = world.command(&["resolve", "--tool=good"]).env("PATH", programs.path()).output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(world.read(GREETING), OURS);
}

#[test]
fn a_resolution_is_committed_where_it_is_whole() {
    let world = World::conflicting();
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

/// A teammate's version with these guidelines, in conflict with the code here; `greeting` never had guidelines.
fn conflicting_with_guidelines(guidelines: Option<&str>) -> World {
    let world = World::pulled();
    world.write(GREETING, OURS);
    world.teammate("greeting", "greeting-2", THEIRS, guidelines);
    world.run(&["pull"]);
    world
}

#[test]
fn no_opinion_on_guidelines_stays_no_opinion() {
    const GUIDELINES: &str = "scorecards/QA/guidelines/It's a -greeting.md";
    for guidelines in [None, Some(""), Some("*No guidelines specified for this score.*\n")] {
        for (choice, word) in [("--ours", "resolved"), ("--theirs", "resolved"), ("--merge", "marked")] {
            let world = conflicting_with_guidelines(guidelines);
            let said = world.run(&["resolve", choice, "greeting"]);
            let line = format!("  {word:10}  It's a \"greeting\"  code, version greeting");
            assert!(said.contains(&line) && !said.contains("guidelines"), "{choice}, {guidelines:?}\n{said}");
            assert!(!world.folder().join(GUIDELINES).exists(), "{choice}, {guidelines:?}");
        }
    }
    for choice in ["--ours", "--theirs"] {
        let world = conflicting_with_guidelines(Some("# New\n"));
        let said = world.run(&["resolve", choice, "greeting"]);
        assert!(said.contains("  resolved    It's a \"greeting\"  code, version greeting; guidelines merged\n"), "{said}");
        assert_eq!(world.read(GUIDELINES), "# New\n");
    }
}

#[test]
fn a_guidelines_file_that_was_deleted_comes_back_only_where_the_champion_is_chosen() {
    let (ours, theirs) = (TONE_CODE.replace("polite", "kind"), TONE_CODE.replace("polite", "calm"));
    for (choice, is_there) in [("--ours", false), ("--theirs", true), ("--merge", false)] {
        let world = World::pulled();
        world.write(TONE, &ours);
        std::fs::remove_file(world.folder().join(TONE_GUIDELINES)).expect("it is there");
        world.teammate("tone", "tone-2", &theirs, Some("# Tone\n\nPolite is polite.\n"));
        world.run(&["pull"]);
        let said = world.run(&["resolve", choice, "tone"]);
        assert!(said.contains("code, version tone-2"), "{said}");
        assert_eq!(world.folder().join(TONE_GUIDELINES).exists(), is_there, "{choice}\n{said}");
    }
}

#[test]
fn a_node_that_both_sides_added_in_their_own_way_is_a_conflict_with_markers() {
    let world = World::pulled();
    let graph = |nodes: &[&str]| {
        let nodes: String = nodes.iter().map(|node| format!("- name: {node}\n")).collect();
        format!("name: Greeting\ngraph:\n{nodes}output:\n  value: x\n")
    };
    world.write(GREETING, &graph(&["first", "second"]));
    assert!(world.run(&["push", "--promote", "--yes"]).contains("now champion"));
    world.write(GREETING, &graph(&["third\n  prompt: a", "first", "second"]));
    world.teammate("greeting", "greeting-2", &graph(&["first", "second", "third\n  prompt: b"]), None);
    let said = world.run(&["pull"]);
    assert!(said.contains("code: both sides added, moved or changed the same part"), "{said}");
    assert!(world.run(&["resolve", "--list"]).contains("code both           graph[third]\n"), "{said}");
    world.run(&["resolve", "--merge"]);
    let text = world.read(GREETING);
    assert!(
        text.contains("<<<<<<< local\n- name: third\n  prompt: a\n") && text.contains("prompt: b\n>>>>>>> champion"),
        "{text}"
    );
}
