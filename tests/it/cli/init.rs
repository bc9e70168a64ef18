//! `init`: a workspace, once, and an editor that is set up.

use super::world::{KEY, Server, World};
use serde_json::Value;

#[test]
fn init_makes_a_workspace_once() {
    let world = World::new();
    insta::assert_snapshot!(world.run(&["init", "--api-url", "https://x.invalid/graphql", "--account", "acme"]), @r"
    exit 0
    --- stderr
    made ~/work/scoresync.yaml
    trusted: x.invalid
    next: scoresync doctor
    ");
    insta::assert_snapshot!(world.read("scoresync.yaml"), @r#"
    # Settings of scoresync for this folder; meant to be committed. Keys and passwords do not belong here:
    # set PLEXUS_API_KEY in the environment, in .env, or as plexus.api_key in ~/.plexus/config.yaml.

    api_url: "https://x.invalid/graphql"
    account_key: "acme"
    # documents: [report-configurations, data-sources]    # to sync them, too
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
fn settings_are_added_to_a_file_that_sets_nothing_and_named_where_one_sets_something() {
    let world = World::new();
    assert!(world.run(&["init"]).starts_with("exit 0\n"));
    let given = ["init", "--api-url", "https://x.invalid/graphql", "--account", "acme"];
    assert!(world.run(&given).starts_with("exit 0\n"), "the way that doctor names after a plain init");
    assert!(world.read("scoresync.yaml").contains("\naccount_key: \"acme\"\n"));
    world.write("scoresync.yaml", "account_key: mine\n");
    insta::assert_snapshot!(world.run(&given), @r#"
    exit 2
    --- stderr
    error: scoresync.yaml already exists
      at ~/work/scoresync.yaml
      help: set it there: api_url: "https://x.invalid/graphql"
      help: set it there: account_key: "acme"
    "#);
    assert_eq!(world.read("scoresync.yaml"), "account_key: mine\n");
}

#[test]
fn an_address_that_is_none_leaves_nothing_behind() {
    let world = World::new();
    for bad in ["file:", "localhost:8765", ""] {
        let said = world.run(&["init", "--api-url", bad, "--account", "acme"]);
        assert!(said.starts_with("exit 2\n"), "{bad:?}: {said}");
        assert!(!world.folder().join("scoresync.yaml").exists(), "{bad:?}");
    }
}

#[test]
fn on_a_terminal_it_asks_for_what_is_set_nowhere() {
    let world = World::new();
    let mut terminal = world.terminal(&["init"]);
    terminal.answer("Address of the Plexus API", "localhost:8765").until("error: ");
    terminal.until_times("Address of the Plexus API", 2).keys("https://x.invalid/graphql\r");
    let shown = terminal.answer("Key of the account", "acme").end();
    insta::assert_snapshot!(shown, @r#"
    exit 0
    Address of the Plexus API, https://… (empty: set it later): localhost:8765
    error: "localhost:8765" is not the address of an API
      help: https://… or file:PATH, without a user name or password
    Address of the Plexus API, https://… (empty: set it later): https://x.invalid/graphql
    Key of the account, such as my-account (empty: set it later): acme
    made ~/work/scoresync.yaml
    trusted: x.invalid
    next: scoresync doctor
    "#);
    let written = world.read("scoresync.yaml");
    assert!(written.contains("\napi_url: \"https://x.invalid/graphql\"\naccount_key: \"acme\"\n"), "{written}");
    let again = world.terminal(&["init"]).end();
    assert!(!again.contains("Address") && again.contains("there already"), "{again}");
}

#[test]
fn what_is_not_answered_is_left_for_later_and_asked_again() {
    let world = World::new();
    for account in ["", "acme"] {
        let mut terminal = world.terminal(&["init"]);
        terminal.answer("Address of the Plexus API", "").answer("Key of the account", account);
        assert!(terminal.end().starts_with("exit 0\n"));
        let written = world.read("scoresync.yaml");
        assert!(
            written.contains("\n# api_url: ") && written.contains("\naccount_key: \"acme\"") != account.is_empty(),
            "{written}"
        );
    }
    let world = World::with_dashboard();
    std::fs::remove_file(world.folder().join("scoresync.yaml")).expect("there");
    let mut terminal = world.terminal(&["init", "--account", "acme", "--no-input"]);
    assert!(terminal.end().contains("made "), "nothing is asked");
}

/// What the workspace sets that the folder is in counts no more.
#[test]
fn in_a_folder_of_another_workspace_it_asks_all_the_same() {
    let world = World::with_dashboard();
    world.write("below/.keep", "");
    let mut terminal = world.terminal(&["-C", "below", "init"]);
    terminal.answer("Address of the Plexus API", "https://x.invalid/graphql").answer("Key of the account", "other");
    assert!(terminal.end().starts_with("exit 0\n"));
    assert!(world.read("below/scoresync.yaml").contains("\naccount_key: \"other\"\n"));
}

/// As where a script names a variable that is not set: the file would end every command that follows.
#[test]
fn an_account_without_a_name_leaves_nothing_behind() {
    let world = World::new();
    for nothing in ["", " ", "\t"] {
        let said = world.run(&["init", "--account", nothing]);
        assert!(said.starts_with("exit 2\n") && said.contains("--account <KEY>"), "{nothing:?}: {said}");
    }
    assert!(!world.folder().join("scoresync.yaml").exists());
    assert!(world.run(&["init", "--account", "null"]).starts_with("exit 0\n"));
    let said = world.run(&["doctor", "--offline"]);
    assert!(said.contains("account_key     null "), "a text in quotes is one: {said}");
}

#[test]
fn what_only_has_the_name_of_the_settings_is_not_taken_for_them() {
    let world = World::new();
    let path = world.folder().join("scoresync.yaml");
    std::os::unix::fs::symlink("nowhere/at/all", &path).expect("a link");
    let said = world.run(&["init"]);
    assert!(said.starts_with("exit 6\n") && said.contains("scoresync.yaml"), "{said}");
    std::fs::remove_file(&path).expect("a link");
    std::fs::create_dir(&path).expect("a folder");
    let said = world.run(&["init"]);
    assert!(said.starts_with("exit 6\n") && said.contains("scoresync.yaml"), "{said}");
    assert!(!world.folder().join(".scoresync").exists());
}

#[test]
fn a_key_of_the_api_is_no_account() {
    let mut world = World::new();
    let said = world.run(&["init", "--account", "da2-secret"]);
    assert!(said.starts_with("exit 2\n") && said.contains("an API key does not belong") && !said.contains("da2"), "{said}");
    assert!(!world.folder().join("scoresync.yaml").exists());
    world.set("PLEXUS_API_KEY", KEY);
    let mut terminal = world.terminal(&["init", "--api-url", "https://x.invalid/graphql"]);
    terminal.answer("Key of the account", "da2-secret").until("an API key does not belong");
    terminal.until_times("Key of the account", 2).keys(&format!("{KEY}\r"));
    terminal.until_times("Key of the account", 3).keys("acme\r");
    assert!(terminal.end().starts_with("exit 0\n"));
    assert!(world.read("scoresync.yaml").contains("\naccount_key: \"acme\"\n"));
}

/// Who types an address trusts it, also one of this machine.
#[test]
fn an_address_of_this_machine_is_trusted_with_any_key() {
    let mut world = World::with_dashboard();
    world.set("PLEXUS_API_KEY", KEY);
    let server = Server::listen(&world, "127.0.0.1:0", &[]);
    std::fs::remove_file(world.folder().join("scoresync.yaml")).expect("there");
    let said = world.run(&["init", "--api-url", &server.url(), "--account", "acme"]);
    assert!(said.contains("\ntrusted: ") && said.contains("\nnext: scoresync pull\n"), "{said}");
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
}

#[test]
fn init_sets_an_editor_up_and_changes_nothing_that_is_there() {
    let world = World::new();
    assert!(world.run(&["init", "--editor", "vscode"]).starts_with("exit 0\n"));
    let settings: Value = serde_json::from_str(&world.read(".vscode/settings.json")).expect("JSON");
    assert_eq!(settings["yaml.schemas"]["./.vscode/plexus-score.schema.json"], "scorecards/*/*.yaml");
    let schema: Value = serde_json::from_str(&world.read(".vscode/plexus-score.schema.json")).expect("JSON");
    assert_eq!(schema["title"], "Plexus score");
    assert_eq!(settings["yaml.schemas"]["./.vscode/scoresync.schema.json"], "scoresync.yaml");
    let tasks: Value = serde_json::from_str(&world.read(".vscode/tasks.json")).expect("JSON");
    assert_eq!((&tasks["tasks"][0]["args"][0], &tasks["tasks"][1]["args"][0]), (&"watch".into(), &"check".into()));
    let again = world.run(&["init", "--editor", "vscode"]);
    assert!(!again.contains("add to it:"), "{again}");
    world.write(".vscode/settings.json", "{ /* mine */ }\n");
    assert!(world.run(&["init", "--editor", "vscode"]).contains("add to it:"));
    assert_eq!(world.read(".vscode/settings.json"), "{ /* mine */ }\n");
}

#[test]
fn other_editors_are_told_what_to_set() {
    for (editor, expected) in [
        ("jetbrains", "./.scoresync/plexus-score.schema.json  for  scorecards/*/*.yaml\n"),
        ("neovim", "    ['./.scoresync/scoresync.schema.json'] = 'scoresync.yaml',\n"),
        ("zed", "\"./.scoresync/plexus-score.schema.json\": \"scorecards/*/*.yaml\""),
    ] {
        let world = World::new();
        let said = world.run(&["init", "--editor", editor]);
        assert!(said.starts_with("exit 0\n") && said.contains(expected), "{said}");
        assert!(world.read(".scoresync/scoresync.schema.json").contains("scoresync.yaml"));
        assert!(!world.folder().join(".vscode").exists());
    }
}
