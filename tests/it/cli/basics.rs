//! What holds without a dashboard: help, usage, settings, `init`, `doctor`, `completions`, `man`, pipes.

use super::World;
use std::process::Stdio;

#[test]
fn outside_a_workspace_the_way_in_is_named() {
    insta::assert_snapshot!(World::new().run(&["status"]), @r"
    exit 2
    --- stderr
    error: this is no workspace
      at ~/work or any folder above it
      help: scoresync init
      help: scoresync demo    # to see it work first
    ");
}

#[test]
fn init_makes_a_workspace_once() {
    let world = World::new();
    insta::assert_snapshot!(world.run(&["init", "--api-url", "https://x.invalid/graphql", "--account", "acme"]), @r"
    exit 0
    --- stderr
    made ~/work/scoresync.yaml
    next: scoresync doctor
    ");
    insta::assert_snapshot!(world.read("scoresync.yaml"), @r#"
    # Settings of scoresync for this folder; meant to be committed. Keys and passwords do not belong here:
    # set PLEXUS_API_KEY in the environment, in .env, or as plexus.api_key in ~/.plexus/config.yaml.

    api_url: "https://x.invalid/graphql"
    account_key: "acme"
    # scorecards: [Quality Assurance]    # all of the account if not given
    # root: scorecards
    "#);
    world.write("scoresync.yaml", "account_key: mine\n");
    insta::assert_snapshot!(world.run(&["init"]), @r"
    exit 0
    --- stderr
    there already: ~/work/scoresync.yaml
    next: scoresync doctor
    ");
    assert_eq!(world.read("scoresync.yaml"), "account_key: mine\n");
    assert!(world.folder().join(".scoresync/.gitignore").is_file());
}

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
fn doctor_tells_values_sources_and_ways_out_without_secrets() {
    let mut world = World::new();
    world.write("scoresync.yaml", "account_key: acme\n");
    world.write(".env", "PLEXUS_API_KEY=da2-abcdefghijklmnop1234\n");
    world.set("PLEXUS_API_URL", "https://x.invalid/graphql");
    insta::assert_snapshot!(world.run(&["doctor", "--offline"]), @r"
    exit 0
    --- stdout
    workspace       ~/work  (scoresync.yaml)
    scorecards in   ~/work/scorecards  (default)
    api_url         https://x.invalid/graphql  (environment, PLEXUS_API_URL)
    sign-in         api_key  (default)
    api_key         ****1234  (PLEXUS_API_KEY in ~/work/.env)
    account_key     acme  (~/work/scoresync.yaml)
    scorecards      all  (default)
    written as      service cli  (default)
    concurrency     8  (default)
    keep_runs       50  (default)
    state           nothing synced yet  (~/work/.scoresync)
    dashboard       not asked  (--offline)

    all well
    ");
    let json = world.run(&["doctor", "--offline", "--json"]);
    assert!(json.contains("\"****1234\"") && !json.contains("abcdefgh"), "{json}");
}

#[test]
fn usage_errors_end_with_2_and_help_with_0() {
    let world = World::new();
    assert!(world.run(&["pul"]).starts_with("exit 2\n--- stderr\n"));
    assert!(world.run(&["--help"]).starts_with("exit 0\n--- stdout\n"));
    insta::assert_snapshot!(world.run(&["show"]), @r"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      <TARGET>

    Usage: scoresync show <TARGET>

    For more information, try '--help'.
    ");
}

#[test]
fn offline_without_a_past_says_what_to_do() {
    let mut world = World::new();
    world.write("scoresync.yaml", "account_key: acme\napi_url: https://x.invalid/graphql\n");
    world.set("PLEXUS_API_KEY", "k");
    insta::assert_snapshot!(world.run(&["status", "--offline"]), @r"
    exit 2
    --- stderr
    error: nothing was synced here yet
      help: scoresync pull
    ");
}

#[test]
fn scripts_and_pages_are_made_for_every_command() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(world.run(&["completions", shell]).contains("resolve"), "{shell}");
    }
    assert!(world.run(&["man"]).contains(".TH scoresync 1"));
    assert_eq!(world.run(&["man", "pages"]), "exit 0\n");
    assert!(world.read("pages/scoresync-push.1").contains("promote"));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let world = World::new();
    let mut child = world.command(&["completions", "zsh"]).stdout(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device that is always full");
    let world = World::new();
    let status = world.command(&["man"]).stdout(full).stderr(Stdio::null()).status().expect("the program starts");
    assert_eq!(status.code(), Some(6));
}

#[test]
fn colour_is_only_where_it_is_asked_for() {
    let mut world = World::new();
    assert!(!world.run(&["status"]).contains('\u{1b}'));
    assert!(world.run(&["status", "--color", "always"]).contains('\u{1b}'));
    world.set("CLICOLOR_FORCE", "1");
    assert!(world.run(&["status"]).contains('\u{1b}'));
    world.set("NO_COLOR", "1");
    assert!(!world.run(&["status"]).contains('\u{1b}'));
}

#[test]
fn a_folder_can_be_named_from_elsewhere() {
    let world = World::new();
    world.write("sub/scoresync.yaml", "scorecard: x\n");
    assert!(world.run(&["status", "-C", "sub"]).contains("~/work/sub/scoresync.yaml:1:1"));
    assert!(world.run(&["status", "-C", "nowhere"]).starts_with("exit 2\n"));
}
