//! `diff`: files, bases, champions and versions against each other.

use super::world::{TONE, TONE_CODE, TONE_GUIDELINES, World, commented, score};

#[test]
fn files_are_compared_with_champion_base_or_version() {
    let world = World::pulled();
    world.write(TONE, &commented("mine"));
    world.promoted("tone-2", "tone-1", &commented("theirs"));
    insta::assert_snapshot!(world.run(&["diff"]), @r"
    exit 0
    --- stdout
    --- a/scorecards/QA/Tone.yaml	champion tone-2
    +++ b/scorecards/QA/Tone.yaml	local
    @@ -3,4 +3,4 @@
     class: Classifier
     system_message: |
       Is the agent polite?
    -# theirs
    +# mine
    ");
    insta::assert_snapshot!(world.run(&["diff", "--base"]), @r"
    exit 0
    --- stdout
    --- a/scorecards/QA/Tone.yaml	base tone-1
    +++ b/scorecards/QA/Tone.yaml	local
    @@ -3,3 +3,4 @@
     class: Classifier
     system_message: |
       Is the agent polite?
    +# mine
    ");
    insta::assert_snapshot!(world.run(&["diff", "Tone", "--from", "tone-1", "--to", "tone-2"]), @r"
    exit 0
    --- stdout
    --- a/scorecards/QA/Tone.yaml	version tone-1
    +++ b/scorecards/QA/Tone.yaml	version tone-2
    @@ -3,3 +3,4 @@
     class: Classifier
     system_message: |
       Is the agent polite?
    +# theirs
    ");
    assert!(world.run(&["diff", "--exit-code", "-q"]).starts_with("exit 1\n"));
    assert_eq!(world.run(&["diff", "greeting"]), "exit 0\n--- stderr\nnothing differs\n");
}

#[test]
fn git_applies_a_diff() {
    let world = World::pulled();
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    world.write(TONE_GUIDELINES, "# Tone\n\nKind is kind.\n");
    std::fs::write(world.folder().join("edits.diff"), world.command(&["diff"]).output().expect("it runs").stdout)
        .expect("a file");
    let said = world.shell("git apply -R edits.diff && scoresync status -q");
    insta::assert_snapshot!(said, @r"
    exit 0
    --- stdout
    2 scores: clean
    ");
    let said = world.shell("git apply edits.diff && cd scorecards/QA && scoresync diff | git apply -R - && scoresync status -q");
    assert!(said.contains("2 scores: clean"), "paths are seen from the working folder: {said}");
}

/// What a file can say of itself besides its text: how its lines end, how it begins and ends, what other tools wrote into it.
#[test]
fn git_applies_a_diff_of_any_file_as_it_is() {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let edited = TONE_CODE.replace("polite", "kind") + "# mine\n";
    let stamped = format!("# Pulled from Plexus API\n# Score: Tone\n#\nversion: tone-1\n{edited}");
    let files = [
        ("LF", edited.clone()),
        ("no final line end", edited.trim_end().to_owned()),
        ("CRLF", crlf(&edited)),
        ("CRLF, no final line end", crlf(&edited).trim_end().to_owned()),
        ("mixed", edited.replacen('\n', "\r\n", 2)),
        ("mixed, no final line end", crlf(&edited).replacen("\r\n", "\n", 2).trim_end().to_owned()),
        ("a byte-order mark", format!("\u{feff}{edited}")),
        ("a byte-order mark and CRLF", format!("\u{feff}{}", crlf(&edited))),
        ("stamps", stamped.clone()),
        ("stamps and CRLF", crlf(&stamped)),
        ("a carriage return within a line", edited.replace("kind?", "kind?\rReally?")),
    ];
    let world = World::pulled();
    for (what, file) in files {
        world.write(TONE, &file);
        let said = world.shell("scoresync diff > ../edits.diff && git apply -R ../edits.diff && scoresync status -q");
        assert_eq!(said, "exit 0\n--- stdout\n2 scores: clean\n", "{what}: {}", world.read("../edits.diff"));
        assert_eq!(file.contains("\r\n"), world.read(TONE).contains("\r\n"), "{what}");
        let said = world.shell("git apply ../edits.diff");
        assert_eq!((said.as_str(), world.read(TONE)), ("exit 0\n", file), "{what}");
    }
}

#[test]
fn git_applies_what_a_version_would_bring() {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let world = World::pulled();
    world.promoted("tone-2", "tone-1", &commented("theirs"));
    for args in ["--version tone-2", "--from tone-1 --to tone-2"] {
        world.write(TONE, &crlf(TONE_CODE));
        let said = world.shell(&format!("scoresync diff Tone {args} | git apply -"));
        assert_eq!((said.as_str(), world.read(TONE)), ("exit 0\n", crlf(&commented("theirs"))), "{args}");
    }
}

#[test]
fn a_diff_names_the_files_where_they_are() {
    let world = World::pulled();
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    let [renamed, _] = score("tone", "Sound");
    world.seed(vec![renamed]);
    let said = world.shell("scoresync diff | git apply -R -");
    assert_eq!((said.as_str(), world.read(TONE)), ("exit 0\n", TONE_CODE.to_owned()), "the score has another name in Plexus");
}

/// What `status` calls deleted or edited differs for `diff`, too.
#[test]
fn a_deleted_file_differs() {
    let world = World::pulled();
    std::fs::remove_file(world.folder().join(TONE)).expect("a file");
    let said = world.run(&["diff", "--exit-code"]);
    assert!(said.starts_with("exit 1\n"), "{said}");
    assert!(said.contains("--- a/scorecards/QA/Tone.yaml\tchampion tone-1\n+++ /dev/null\tlocal\n"), "{said}");
    assert!(!said.contains("Tone.md"), "the guidelines are here: {said}");
    world.write(TONE_GUIDELINES, "# Mine\n");
    for args in [&["diff", "--exit-code"][..], &["diff", "--base", "--exit-code"]] {
        let said = world.run(args);
        assert!(said.starts_with("exit 1\n") && said.contains("/dev/null\tlocal") && said.contains("+# Mine"), "{said}");
    }
    let said = world.run(&["diff", "--exit-code", "--summary"]);
    assert!(said.starts_with("exit 1\n") && said.contains("Tone.yaml"), "{said}");
    let said = world.run(&["diff", "--exit-code", "--json"]);
    assert!(said.starts_with("exit 1\n") && said.contains("/dev/null"), "{said}");
    let said = world.shell("scoresync diff | git apply -R - && scoresync status -q");
    assert_eq!((said.as_str(), world.read(TONE)), ("exit 0\n--- stdout\n2 scores: clean\n", TONE_CODE.to_owned()));
}

#[test]
fn edits_of_a_score_that_is_gone_are_compared_with_their_base() {
    let world = World::pulled();
    world.ask(r#"mutation { deleteScore(input: {id: "tone"}) { id } }"#);
    assert_eq!(world.run(&["diff", "--exit-code", TONE]), "exit 0\n--- stderr\nnothing differs\n");
    world.write(TONE, &commented("mine"));
    let said = world.run(&["diff", "--exit-code", TONE]);
    assert!(said.starts_with("exit 1\n") && said.contains("base tone-1") && said.contains("+# mine"), "{said}");
}
