//! Scores that are gone from Plexus while their files have edits, and files that no score has: how they are named, and the way out.

use super::world::{TONE, World, score, written};
use serde_json::json;

/// A workspace whose edited score was deleted in Plexus.
fn gone() -> World {
    let world = World::pulled();
    world.write(TONE, &(world.read(TONE) + "# mine\n"));
    world.seed(vec![("Score", json!({"id": "tone", "name": "Tone", "scorecardId": "gone"}))]);
    world
}

/// What a command says to do next.
fn helps(said: &str) -> Vec<&str> {
    said.lines().filter_map(|line| line.trim_start().strip_prefix("help: ")).collect()
}

#[test]
fn a_score_that_is_gone_goes_by_the_name_it_is_told_with() {
    let world = gone();
    for online in [true, false] {
        for word in ["Tone", "QA/Tone", "tone", TONE] {
            let offline: &[&str] = if online { &[] } else { &["--offline"] };
            let said = world.run(&[&["status", word], offline].concat());
            assert!(said.contains("gone        Tone  no longer in Plexus, edited here\n\n1 score: gone"), "{word}: {said}");
        }
    }
    for word in ["Tone", TONE] {
        let said = world.run(&["path", word]);
        assert!(said.contains("/QA/Tone.yaml\n") && said.contains("/guidelines/Tone.md\n"), "{word}: {said}");
        let said = world.run(&["diff", word]);
        assert!(said.contains("+# mine"), "{word}: {said}");
    }
    assert!(!world.run(&["path"]).contains("Tone"), "other programs are told of what is in Plexus");
}

#[test]
fn each_command_says_what_becomes_of_its_edits() {
    let world = gone();
    let new = "scoresync new scorecards/QA/Tone.yaml    # makes a score of it again; or remove its files";
    assert_eq!(helps(&world.run(&["status"])), [format!("1 gone, edited here: {new}")]);
    assert_eq!(helps(&world.run(&["push"])), [new]);
    let said = world.run(&["pull", "--prune"]);
    assert!(said.contains("unchanged   Tone  no longer in Plexus, edited here"), "{said}");
    assert!(world.read(TONE).ends_with("# mine\n"));
}

/// A mate made the score again: the edits are of the other one, and no command sends to one that sends back.
#[test]
fn a_name_that_another_score_has_by_now_has_one_way_out() {
    let world = gone();
    let [mut again, _] = score("again", "Tone");
    again.1["championVersionId"] = "anew".into();
    world.seed(vec![again, ("ScoreVersion", written("again", "anew", "name: Tone\nanew: 1\n", None))]);
    assert_eq!(
        helps(&world.run(&["status"])),
        ["1 waiting for a place: scoresync pull    # once what lies there is moved or removed"]
    );
    insta::assert_snapshot!(world.run(&["new", TONE]), @r#"
    exit 2
    --- stderr
    error: this file is of a score that is gone from Plexus, where another one is called "Tone" now
      at QA/Tone.yaml
      help: to edit the other one: move the files of this name elsewhere, then scoresync pull
      help: to keep both: give the files, and the name in their code, another name, then scoresync new
    "#);
    for file in [TONE, "scorecards/QA/guidelines/Tone.md"] {
        world.rename(file, &format!("{}.mine", file.replace('/', "-")));
    }
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 0\n") && world.read(TONE) == "name: Tone\nanew: 1\n", "{said}");
    assert!(world.run(&["status"]).contains("clean"), "nothing is left of the other one");
}

#[test]
fn a_file_that_no_score_has_can_be_made_one() {
    let world = World::pulled();
    world.write("scorecards/QA/Mood.yaml", "name: Mood\n");
    world.write("scorecards/QA/guidelines/Alone.md", "# Alone\n");
    let file = "scorecards/QA/Mood.yaml";
    let typed: [&[&str]; 7] = [
        &["status", file],
        &["status", file, "--offline"],
        &["diff", file],
        &["diff", file, "--offline"],
        &["pull", file],
        &["push", file],
        &["path", file],
    ];
    for args in typed {
        let said = world.run(args);
        assert!(said.contains("error: no score has this file\n  at QA/Mood.yaml\n"), "{args:?}: {said}");
        assert_eq!(helps(&said), ["scoresync new QA/Mood.yaml    # makes a score of it"]);
    }
    insta::assert_snapshot!(world.run(&["status", "scorecards/QA/guidelines/Alone.md"]), @r"
    exit 2
    --- stderr
    error: no score has this file
      at QA/guidelines/Alone.md
      help: guidelines have the name of the code file that they go with: QA/Alone.yaml
    ");
    world.write("scorecards/QA/notes.txt", "");
    world.write("scorecards/Nobody/Mood.yaml", "name: Mood\n");
    std::fs::create_dir(world.folder().join("scorecards/QA/archive")).expect("a folder");
    for other in ["QA/Nothing.yaml", "QA/notes.txt", "QA/archive", "Nobody/Mood.yaml"] {
        let said = world.run(&["status", &format!("scorecards/{other}")]);
        assert!(said.contains("no score or scorecard matches"), "{other}: {said}");
    }
}

/// Where several are called so, nobody guesses; and a limit to some scorecards holds for those that are gone, too.
#[test]
fn a_word_means_one_score_that_is_gone() {
    let world = World::with_namesakes();
    world.seed(vec![("Score", json!({"id": "tone", "name": "Tone", "scorecardId": "gone"}))]);
    world.seed(vec![("Score", json!({"id": "tone2", "name": "Tone", "scorecardId": "gone"}))]);
    let said = world.run(&["status", "Tone"]);
    assert!(said.starts_with("exit 2\n") && said.contains("\"Tone\" matches 2 scores"), "{said}");
    assert!(world.run(&["status", "Sales/Tone"]).contains("1 score: gone"));
    let said = world.run(&["pull", "--prune", "-n", "Tone", "--scorecard", "QA"]);
    assert!(said.contains("no score or scorecard matches"), "{said}");
    let said = world.run(&["open", "--print", "Sales/Tone"]);
    assert!(said.contains("this score is gone from Plexus") || said.contains("unexpected argument"), "{said}");
}

/// The settings limit what is synced, and not which files other programs ask for.
#[test]
fn files_of_scorecards_that_are_left_out_have_a_path() {
    let world = World::pulled();
    world.seed(vec![("Scorecard", json!({"id": "sales", "name": "Sales", "key": "sales", "accountId": "acme-id"}))]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.write("scoresync.yaml", &(world.read("scoresync.yaml") + "scorecards: [sales]\n"));
    assert!(world.run(&["path", TONE]).contains("/QA/Tone.yaml\n"));
}
