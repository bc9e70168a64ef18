//! `diff`: files, bases, champions and versions against each other.

use super::world::{TONE, TONE_CODE, TONE_GUIDELINES, World, commented};

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
