//! `doctor`: each setting with its source, and whether the dashboard answers.

use super::world::{Server, World};
use scoresync::state::State;
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;

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
    author          service cli  (default)
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

/// A server that answers everything with this body and date.
fn dated(date: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let mut length = 0;
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).unwrap_or(0) <= 2 {
                    break;
                }
                let header = line.to_lowercase();
                length = header.strip_prefix("content-length:").map_or(length, |text| text.trim().parse().expect("a number"));
            }
            stream.read_exact(&mut vec![0; length]).ok();
            let head = format!("HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: {}\r\nConnection: close", body.len());
            stream.get_mut().write_all(format!("{head}\r\n\r\n{body}").as_bytes()).ok();
        }
    });
    address
}

#[test]
fn doctor_finds_a_clock_that_is_off() {
    let mut world = World::new();
    world.set("PLEXUS_API_KEY", "da2-a-key");
    let address = dated("Fri, 01 Jan 2100 00:00:00 GMT", r#"{"data":{"__typename":"Query"}}"#);
    world.write("scoresync.yaml", &format!("api_url: http://{address}/graphql\naccount_key: acme\n"));
    world.trust(&format!("http://{address}"));
    let said = world.run(&["doctor"]);
    assert!(
        said.contains("error: the clock of this machine is ") && said.contains(" days behind that of the dashboard"),
        "{said}"
    );
    assert!(said.contains("help: sudo timedatectl set-ntp true\n") || !cfg!(target_os = "linux"), "{said}");
    let mut world = World::pulled();
    let _server = Server::start(&mut world, &[]);
    let said = world.run(&["doctor"]);
    assert!(!said.contains("clock"), "a server that is right: {said}");
}

#[test]
fn doctor_finds_that_there_is_no_network() {
    let mut world = World::new();
    world.set("PLEXUS_API_URL", "https://x.invalid/graphql");
    world.set("PLEXUS_API_KEY", "da2-a-key");
    world.write("scoresync.yaml", "account_key: acme\n");
    let doctor = world.command(&["doctor"]);
    let mut cut_off = std::process::Command::new("unshare");
    cut_off.arg("-rn").arg(doctor.get_program()).args(doctor.get_args()).current_dir(world.folder()).env_clear();
    cut_off.envs(doctor.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let works = std::process::Command::new("unshare").args(["-rn", "true"]).status().is_ok_and(|status| status.success());
    if !works {
        crate::support::skipped("this machine lets nobody have a network of their own");
        return;
    }
    let said = world.said(&cut_off.output().expect("it runs"));
    assert!(said.starts_with("exit 5\n"), "{said}");
    insta::assert_snapshot!(said.split("--- stderr").last().expect("text"), @r"

    error: this machine has no network
      help: connect it, then: scoresync doctor
      help: scoresync status --offline    # works meanwhile, as editing does
    ");
}

#[test]
fn doctor_finds_what_a_dead_run_left() {
    let world = World::pulled();
    let mut state = State::open(&world.folder().join(".scoresync")).expect("a state");
    let payload = json!({});
    state.transaction(|tx| tx.add_intent(&"tone".into(), "promote", &payload).map(drop)).expect("written");
    drop(state);
    let said = world.run(&["doctor"]);
    assert!(said.starts_with("exit 6\n"), "{said}");
    assert!(
        said.contains("error: an interrupted promote is not finished\n  help: scoresync promote    # unless it still runs\n"),
        "{said}"
    );
}

#[test]
fn doctor_finds_hooks_that_point_nowhere() {
    let world = World::pulled_in_git();
    world.run(&["hook", "install"]);
    assert!(world.run(&["doctor"]).contains("all well"));
    let hook = world.read(".git/hooks/pre-commit");
    let program = hook.lines().find(|line| line.starts_with("scoresync=")).expect("a program").to_owned();
    world.write(".git/hooks/pre-commit", &hook.replace(&program, "scoresync='/gone/scoresync'"));
    insta::assert_snapshot!(world.run(&["doctor"]).split("--- stderr").last().expect("text"), @r"

    error: the pre-commit hook: installed, serves .; does nothing: /gone/scoresync is gone, and the PATH has no other
      at .git/hooks/pre-commit
      help: scoresync hook install --type pre-commit
    ");
    let status = world.run(&["hook", "status"]);
    assert!(
        status.contains("does nothing: /gone/scoresync is gone") && status.contains("scoresync hook install --type pre-commit"),
        "{status}"
    );
    world.run(&["hook", "install"]);
    assert!(world.run(&["doctor"]).contains("all well"), "the command mends it");
}

#[test]
fn doctor_names_what_dead_runs_left_and_how_to_remove_it() {
    let world = World::pulled();
    world.write("scorecards/QA/.scoresync-other-a1B2c3D4.tmp", "half");
    world.write("scorecards/QA/guidelines/.scoresync-other-a1B2c3D5.kept", "mine");
    world.write(".scoresync/state.db.corrupt-20260102T030405Z", "no state");
    world.write(".scoresync/state.db.corrupt-20260102T030405Z-wal", "no state");
    let said = world.run(&["doctor", "--offline"]);
    assert!(said.starts_with("exit 0\n") && said.matches("left over").count() == 3, "{said}");
    assert!(said.contains("rm ~/work/scorecards/QA/.scoresync-other-a1B2c3D4.tmp"), "{said}");
    assert!(said.contains("saved while a run died: look at it first; rm ~/work/scorecards/QA/guidelines/"), "{said}");
    assert!(said.contains("rm -f ~/work/.scoresync/state.db.corrupt-20260102T030405Z ~/work"), "{said}");
    assert!(!World::pulled().run(&["doctor", "--offline"]).contains("left over"));
}

/// Every other command ends there.
#[test]
fn doctor_finds_what_is_in_the_way_of_the_folders() {
    let world = World::pulled();
    world.rename("scorecards", "moved");
    world.write("scorecards", "");
    let said = world.run(&["doctor", "--offline"]);
    assert!(said.starts_with("exit 6\n") && said.contains("scorecards: not a folder"), "{said}");
    std::fs::remove_file(world.folder().join("scorecards")).expect("there");
    world.rename("moved", "scorecards");
    assert!(world.run(&["doctor", "--offline"]).starts_with("exit 0\n"));
    world.rename(".scoresync", "moved");
    world.write(".scoresync", "");
    for command in ["doctor", "status"] {
        let said = world.run(&[command]);
        assert!(said.starts_with("exit 6\n") && said.contains("not a folder, as the state must be"), "{said}");
        assert!(said.contains("help: mv -n ~/work/.scoresync ~/work/.scoresync.other"), "{said}");
    }
}
