//! `doctor`: each setting with its source, and whether the dashboard answers.

use super::world::World;

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
    trusted         yes  (your own settings name the address)
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
fn doctor_asks_the_dashboard() {
    let world = World::demo();
    let said = world.run(&["doctor"]);
    assert!(said.starts_with("exit 0\n") && said.contains("account Harbor Quality Group, 3 scorecards, 12 scores"), "{said}");
    world.write("scoresync.yaml", "api_url: file:elsewhere.db\naccount_key: harbor-quality\n");
    let said = world.run(&["doctor"]);
    assert!(said.starts_with("exit 7\n") && said.contains("another dashboard"), "{said}");
}

#[test]
fn doctor_finds_a_key_that_git_has_or_would_take() {
    let mut world = World::new();
    world.write("scoresync.yaml", "account_key: acme\n");
    world.write(".env", "PLEXUS_API_KEY=da2-abcdefghijklmnop1234\n");
    world.set("PLEXUS_API_URL", "https://x.invalid/graphql");
    world.git(&["init", "-q"]);
    let doctor = |world: &World| world.run(&["doctor", "--offline"]);
    insta::assert_snapshot!(doctor(&world).split("--- stderr").last().expect("text"), @r"

    error: your key stands in a file that git would take with the next git add
      at ~/work/.env
      help: echo .env >> ~/work/.gitignore
    ");
    world.git(&["add", "."]);
    insta::assert_snapshot!(doctor(&world).split("--- stderr").last().expect("text"), @r"

    error: your key stands in a file that git tracks: whoever has the repository has the key
      at ~/work/.env
      help: git rm --cached ~/work/.env && echo .env >> ~/work/.gitignore
      help: then make a new key: the old one is in the history
    ");
    let way_out = "cd \"$HOME/work\" && git rm -q --cached .env && echo .env >> .gitignore";
    assert!(world.shell(way_out).starts_with("exit 0"));
    assert!(doctor(&world).contains("all well"));
}
