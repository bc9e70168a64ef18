//! `path`: the files of scores, for other programs.

use super::world::World;

#[test]
fn json_names_both_files_of_a_score() {
    let world = World::demo();
    insta::assert_snapshot!(world.run(&["path", "--json", "41801"]), @r#"
    exit 0
    --- stdout
    {
      "version": 1,
      "command": "path",
      "ok": true,
      "exit_code": 0,
      "scores": [
        {
          "code_file_path": "~/work/scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml",
          "guidelines_file_path": "~/work/scorecards/Harbor Telecom – Retention Calls/guidelines/Greeting and Name.md",
          "id": "[id]",
          "name": "Greeting and Name",
          "scorecard": "Harbor Telecom – Retention Calls"
        }
      ],
      "error": null
    }
    "#);
}
