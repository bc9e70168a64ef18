//! `show`: one score, whole or in parts.

use super::world::{DEMO_SCORE, World, ageless};

#[test]
fn one_score_is_shown_whole_or_in_parts() {
    let world = World::demo();
    insta::assert_snapshot!(ageless(&world.run(&["show", "-q", "greeting-and-name"])), @r"
    exit 0
    --- stdout
    Greeting and Name
      scorecard     Harbor Telecom – Retention Calls
      id            [id]
      key           greeting-and-name
      external id   41801
      state         edited: code
      champion      [id]
      created       [age]
      note          Noise counts too
      base          [id]
      code          ~/work/scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml
      guidelines    ~/work/scorecards/Harbor Telecom – Retention Calls/guidelines/Greeting and Name.md
      classes       Yes, No (2)
    ");
    insta::assert_snapshot!(world.run(&["show", "-q", "greeting-and-name", "--classes"]), @r"
    exit 0
    --- stdout
    classes  Yes, No
    count    2
    ");
    assert!(world.run(&["show", "-q", DEMO_SCORE, "--code"]).contains("Answer with one word"));
    assert!(world.run(&["show", "-q", "41801", "--guidelines"]).contains("drowned by noise"));
}
