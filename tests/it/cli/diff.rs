//! `diff`: files, bases, champions and versions against each other.

use super::world::{TONE, World, commented};

#[test]
fn files_are_compared_with_champion_base_or_version() {
    let world = World::pulled();
    world.write(TONE, &commented("mine"));
    world.promoted("tone-2", "tone-1", &commented("theirs"));
    insta::assert_snapshot!(world.run(&["diff"]), @r"
    exit 0
    --- stdout
    --- champion tone-2  scorecards/QA/Tone.yaml
    +++ local  scorecards/QA/Tone.yaml
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
    --- base tone-1  scorecards/QA/Tone.yaml
    +++ local  scorecards/QA/Tone.yaml
    @@ -3,3 +3,4 @@
     class: Classifier
     system_message: |
       Is the agent polite?
    +# mine
    ");
    insta::assert_snapshot!(world.run(&["diff", "Tone", "--from", "tone-1", "--to", "tone-2"]), @r"
    exit 0
    --- stdout
    --- version tone-1  scorecards/QA/Tone.yaml
    +++ version tone-2  scorecards/QA/Tone.yaml
    @@ -3,3 +3,4 @@
     class: Classifier
     system_message: |
       Is the agent polite?
    +# theirs
    ");
    assert!(world.run(&["diff", "--exit-code", "-q"]).starts_with("exit 1\n"));
    assert_eq!(world.run(&["diff", "greeting"]), "exit 0\n--- stderr\nnothing differs\n");
}
