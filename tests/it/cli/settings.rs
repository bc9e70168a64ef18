//! Settings of every command: what is missing or wrong is named with its place, and the folders may be elsewhere.

use super::world::{GREETING, World, score};

#[test]
fn a_wrong_setting_is_named_with_its_place() {
    let world = World::new();
    world.write("scoresync.yaml", "account_key: a\nscorecard: [x]\n");
    insta::assert_snapshot!(world.run(&["status"]), @r#"
    exit 2
    --- stderr
    error: there is no setting "scorecard"
      at ~/work/scoresync.yaml:2:1
      help: did you mean "scorecards"?
    "#);
    insta::assert_snapshot!(world.run(&["status", "--json"]), @r#"
    exit 2
    --- stdout
    {
      "version": 1,
      "command": "status",
      "ok": false,
      "exit_code": 2,
      "error": {
        "code": "UNKNOWN_SETTING",
        "message": "there is no setting \"scorecard\"",
        "at": [
          "~/work/scoresync.yaml:2:1"
        ],
        "next": [
          "did you mean \"scorecards\"?"
        ]
      }
    }
    --- stderr
    error: there is no setting "scorecard"
      at ~/work/scoresync.yaml:2:1
      help: did you mean "scorecards"?
    "#);
}

#[test]
fn a_key_in_the_committed_file_is_refused_and_not_repeated() {
    let world = World::new();
    world.write("scoresync.yaml", "api_key: da2-very-secret-key\n");
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 2\n") && !said.contains("very-secret"), "{said}");
}

#[test]
fn missing_settings_are_named_with_their_variables() {
    let mut world = World::new();
    world.run(&["init"]);
    for name in ["PLEXUS_API_URL", "PLEXUS_API_KEY", "PLEXUS_ACCOUNT_KEY"] {
        let said = world.run(&["status"]);
        assert!(said.starts_with("exit 2\n") && said.contains(&format!("set {name} in")), "{said}");
        world.set(name, "https://x.invalid/graphql");
    }
}

#[test]
fn a_folder_can_be_named_from_elsewhere() {
    let world = World::new();
    world.write("sub/scoresync.yaml", "scorecard: x\n");
    assert!(world.run(&["status", "-C", "sub"]).contains("~/work/sub/scoresync.yaml:1:1"));
    assert!(world.run(&["status", "-C", "nowhere"]).starts_with("exit 2\n"));
}

#[test]
fn the_scorecards_folder_may_be_elsewhere() {
    let mut world = World::with_dashboard();
    world.seed(score("third", "Third").to_vec());
    world.set("SCORECARD_CACHE_DIR", "../cards");
    assert!(world.run(&["pull"]).contains("3 scores: all pulled"));
    assert!(world.folder().join("../cards/QA/Third.yaml").is_file() && !world.folder().join(GREETING).exists());
    let said = world.run(&["path", "Third", "-q"]);
    assert!(said.contains("~/cards/QA/Third.yaml"), "{said}");
}

#[test]
fn a_committed_root_leads_nowhere_else() {
    let world = World::with_dashboard();
    let base = world.read("scoresync.yaml");
    for root in ["../../..", "/tmp/elsewhere", ".git", ".git/hooks", ".scoresync"] {
        world.write("scoresync.yaml", &format!("{base}root: {root}\n"));
        let said = world.run(&["pull"]);
        assert!(said.starts_with("exit 2\n") && said.contains("at ~/work/scoresync.yaml"), "{root}: {said}");
    }
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 2
    --- stderr
    error: the scorecards cannot be in ".scoresync": git and scoresync keep their own files there
      at ~/work/scoresync.yaml
      help: set `root` to another folder inside the workspace
    "#);
    world.write("scoresync.yaml", &format!("{base}root: ..\n"));
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 2
    --- stderr
    error: the scorecards cannot be in "..": a file of a workspace can only name a folder inside the workspace
      at ~/work/scoresync.yaml
      help: SCORECARD_CACHE_DIR in the environment may name a folder elsewhere
    "#);
}

#[test]
fn a_secret_in_an_address_is_never_shown() {
    for url in ["https://me:s3cret@x.invalid/graphql", "me:s3cret@x.invalid", "https://x.invalid:99999/?s3cret", "s3cret@"] {
        let world = World::new();
        world.write("scoresync.yaml", &format!("api_url: {url:?}\n"));
        for args in [&["status"][..], &["doctor"], &["doctor", "--json"], &["status", "--json", "-vv"]] {
            let said = world.run(args);
            assert!(said.starts_with("exit 2\n") && !said.contains("s3cret") && said.contains("scoresync.yaml"), "{said}");
        }
    }
    let mut world = World::new();
    world.set("PLEXUS_API_URL", "https://x.invalid/graphql?token=s3cret#s3cret");
    world.set("PLEXUS_API_KEY", "da2-key");
    world.write("scoresync.yaml", "account_key: acme\n");
    for args in [&["doctor"][..], &["doctor", "--json"], &["status", "-vvv"]] {
        let said = world.run(args);
        assert!(said.starts_with("exit 5\n") && !said.contains("s3cret"), "{said}");
    }
}

#[test]
fn a_setting_that_is_written_with_its_section_at_the_top_is_told_where_it_belongs() {
    let world = World::new();
    for (line, told) in [
        ("history.keep_runs: 20", "write it in its section: history: {keep_runs: …}"),
        ("push.note: x", "write it in its section: push: {note: …}"),
        ("git.commit: true", "write it in its section: git: {commit: …}"),
        ("watch.quiet: 5s", "write it in its section: watch: {quiet: …}"),
        ("promote.min_ac1: 1", "write it in its section: promote: {min_ac1: …}"),
        ("check.rules: {}", "write it in its section: check: {rules: …}"),
        ("check.rules.stamp: off", "write it in its section: check: {rules: {stamp: …}}"),
        ("history.zzz: 20", "the settings are: history.keep_runs"),
        ("check.rules.zzz: off", "scoresync check --list    # shows the codes of all rules"),
    ] {
        world.write("scoresync.yaml", &format!("{line}\n"));
        let said = world.run(&["status"]);
        assert!(said.starts_with("exit 2\n") && said.contains(&format!("  help: {told}\n")), "{line}: {said}");
    }
}
