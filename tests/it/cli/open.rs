//! `open`: pages of the dashboard, and their addresses in JSON.

use super::documents;
use super::world::World;
use serde_json::Value;

fn with_app() -> World {
    let mut world = World::pulled();
    world.set("PLEXUS_APP_URL", "https://plexus.example/");
    world
}

#[test]
fn the_address_of_a_score_or_version_is_printed() {
    let world = with_app();
    let page = "https://plexus.example/lab/scorecards/qa/scores/tone";
    assert_eq!(world.run(&["open", "tone"]), format!("exit 0\n--- stdout\n{page}\n"));
    assert_eq!(world.run(&["open", "tone", "--offline", "--print"]), format!("exit 0\n--- stdout\n{page}\n"));
    assert_eq!(world.run(&["open", "tone", "--version", "tone"]), format!("exit 0\n--- stdout\n{page}/versions/tone-1\n"));
    let said = world.command(&["open", "tone", "--json"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(document["url"], page);
    let pages =
        "https://plexus.example/lab/scorecards/qa/scores/greeting\nhttps://plexus.example/lab/scorecards/qa/scores/tone\n";
    assert_eq!(world.run(&["open", "greeting", "tone"]), format!("exit 0\n--- stdout\n{pages}"));
    assert!(world.run(&["open", "greeting", "tone", "--version", "tone"]).starts_with("exit 2\n"));
    assert!(world.run(&["open", "QA", "--version", "tone"]).contains("this command takes one score, and 2 match"));
    assert!(world.run(&["open", "tone", "--version", "x"]).contains("no version \"x\""));
}

#[test]
fn a_scorecard_has_a_page_of_its_own() {
    let world = with_app();
    let page = "exit 0\n--- stdout\nhttps://plexus.example/lab/scorecards/qa\n";
    for word in ["QA", "qa", "scorecards/QA", "QA/*"] {
        assert_eq!(world.run(&["open", word]), page, "{word}");
    }
}

#[test]
fn standalone_documents_have_their_own_pages() {
    let mut world = documents::pulled();
    world.set("PLEXUS_APP_URL", "https://plexus.example/");
    for (word, page) in [
        (documents::REPORT, "reports/edit/rep"),
        (documents::SOURCE, "sources/src"),
        ("report-configurations", "reports/edit/rep"),
    ] {
        assert_eq!(world.run(&["open", word]), format!("exit 0\n--- stdout\nhttps://plexus.example/lab/{page}\n"));
    }
}

#[test]
fn json_has_the_addresses() {
    let world = with_app();
    let of = |args: &[&str]| -> Value {
        serde_json::from_slice(&world.command(args).output().expect("it runs").stdout).expect("JSON")
    };
    let page = "https://plexus.example/lab/scorecards/qa/scores/tone";
    assert_eq!(of(&["show", "tone", "--json"])["url"], page);
    assert_eq!(of(&["log", "tone", "--json"])["versions"][0]["url"], format!("{page}/versions/tone-1"));
    assert_eq!(
        of(&["promote", "tone", "--version", "tone-1", "-n", "--json"])["scores"][0]["url"],
        format!("{page}/versions/tone-1")
    );
    let world = World::pulled();
    let said = world.command(&["show", "tone", "--json"]).output().expect("it runs");
    let document: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(document.get("url"), Some(&Value::Null));
}

#[test]
fn only_what_a_browser_shows_is_opened() {
    let mut world = World::pulled();
    assert!(world.run(&["open", "tone"]).contains("app_url in scoresync.yaml"));
    for bad in ["file:///etc", "javascript:alert(1)//", "plexus.example", "https://me:secret@plexus.example"] {
        world.set("PLEXUS_APP_URL", bad);
        let said = world.run(&["open", "tone"]);
        assert!(
            said.starts_with("exit 2\n") && said.contains("does not begin with http") && !said.contains("secret"),
            "{bad}: {said}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_a_browser_is_started() {
    let mut world = with_app();
    let bin = world.folder().join("../bin");
    std::fs::create_dir(&bin).expect("a folder");
    let browser = bin.join("xdg-open");
    std::fs::write(&browser, "#!/bin/sh\nprintf %s \"$1\" > opened\n").expect("a script");
    std::fs::set_permissions(&browser, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("executable");
    world.set("PATH", &format!("{}:/usr/bin:/bin", bin.display()));
    let said = world.terminal(&["open", "tone"]).end();
    assert!(said.starts_with("exit 0\nhttps://plexus.example/lab/"), "{said}");
    assert_eq!(world.read("opened"), "https://plexus.example/lab/scorecards/qa/scores/tone");
    std::fs::remove_file(world.folder().join("opened")).expect("removed");
    world.terminal(&["open", "tone", "--print"]).end();
    assert!(!world.folder().join("opened").exists(), "--print only prints");
    let said = world.terminal_with_pipe(&["open", "tone"]).end();
    assert!(said.starts_with("exit 0\nhttps://plexus.example/lab/"), "{said}");
    assert!(!world.folder().join("opened").exists(), "whoever takes the address opens no page");
    let many = ["open", "tone", "greeting", "tone", "tone", "tone", "tone"];
    let said = world.terminal(&many).answer("Open 6 pages? [y/N]", "n").end();
    assert!(said.starts_with("exit 7\n") && !world.folder().join("opened").exists(), "{said}");
    assert!(world.terminal(&many).answer("[y/N]", "y").end().starts_with("exit 0\n"));
    std::fs::remove_file(world.folder().join("opened")).expect("opened");
}
