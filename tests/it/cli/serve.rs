//! `serve`: the embedded dashboard over HTTP, on this machine only.

use super::world::World;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

/// Starts a server; its address, once it listens.
fn listening(serve: &mut Command) -> (Child, String) {
    let mut server = serve.stdout(Stdio::piped()).spawn().expect("the program starts");
    let address = first_line(server.stdout.take());
    (server, address)
}

fn first_line(out: Option<impl Read>) -> String {
    let mut line = String::new();
    BufReader::new(out.expect("its output is ours")).read_line(&mut line).expect("it says something");
    line.trim().to_owned()
}

#[test]
fn the_same_over_http() {
    let mut world = World::demo();
    world.set("PLEXUS_API_KEY", "key-for-this-test");
    let serve = ["serve", "--db", "dashboard.db", "--listen", "127.0.0.1:0"];
    let (mut server, address) = listening(world.command(&serve).stderr(Stdio::null()));
    world.write("there/scoresync.yaml", &format!("api_url: {address}\naccount_key: harbor-quality\n"));
    assert!(world.run(&["pull", "-q", "-C", "there"]).starts_with("exit 4\n"), "the key could be any");
    world.trust(&address);
    let said = world.run(&["pull", "-C", "there"]);
    assert!(said.starts_with("exit 0\n") && said.contains("12 scores: 11 pulled, 1 unchanged"), "{said}");
    world.set("PLEXUS_API_KEY", "another");
    let said = world.run(&["pull", "-C", "there"]);
    assert!(said.starts_with("exit 4\n") && said.contains("scoresync -C there doctor"), "{said}");
    server.kill().expect("it runs");
    server.wait().expect("it ends");
    let said = world.run(&["pull", "-C", "there"]);
    assert!(said.starts_with("exit 5\n") && said.contains("run this again later"), "{said}");
}

#[test]
fn a_key_that_serve_made_needs_no_trust() {
    let world = World::demo();
    let serve = ["serve", "-q", "--db", "dashboard.db", "--listen", "127.0.0.1:0"];
    let (mut server, address) = listening(world.command(&serve).stderr(Stdio::piped()));
    let key = first_line(server.stderr.take());
    world.write("there/scoresync.yaml", &format!("api_url: {address}\naccount_key: harbor-quality\n"));
    let pulled = world.command(&["pull", "-q", "-C", "there"]).envs([key.split_once('=').expect("NAME=value")]).status();
    server.kill().expect("it runs");
    server.wait().expect("it ends");
    assert!(pulled.is_ok_and(|status| status.success()));
}

#[test]
fn serve_listens_on_this_machine_only_and_knows_its_faults() {
    let world = World::new();
    assert!(world.run(&["serve", "--db", "x.db", "--listen", "0.0.0.0:0"]).starts_with("exit 2\n"));
    let said = world.run(&["serve", "--db", "x.db", "--fault", "nonsense"]);
    assert!(said.starts_with("exit 2\n") && said.contains("lose-reply"), "{said}");
}

/// The demo account is reset once the server has its address.
#[test]
fn what_cannot_be_a_dashboard_is_told_in_plain_words() {
    let world = World::new();
    world.write("file", "");
    std::fs::create_dir(world.folder().join("folder")).expect("a folder");
    let said = world.run(&["serve", "--db", "folder"]);
    assert!(said.contains("error: this is a folder, and a database is a file\n"), "{said}");
    let said = world.run(&["serve", "--db", "nowhere/x.db"]);
    assert!(said.contains("error: there is no folder ") && said.contains("/nowhere\n"), "{said}");
    let said = world.run(&["demo", "file"]);
    assert!(said.starts_with("exit 2\n") && said.contains("error: a demo needs a folder, and this is a file\n"), "{said}");
}

#[test]
fn a_server_that_does_not_start_resets_nothing() {
    let world = World::demo();
    assert!(world.run(&["push", "-q", "--promote", "--yes"]).starts_with("exit 0\n"));
    let champion = || world.run(&["log", "greeting-and-name"]);
    let before = champion();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let serve = ["serve", "--db", "dashboard.db", "--demo", "--listen", &address];
    let said = world.run(&serve);
    assert!(said.starts_with("exit 6\n") && said.contains("on a port that is free"), "{said}");
    assert_eq!(champion(), before);
    let serve = ["serve", "--db", "dashboard.db", "--demo", "--listen", "127.0.0.1:0"];
    let (mut server, _) = listening(world.command(&serve).stderr(Stdio::null()));
    server.kill().expect("it runs");
    server.wait().expect("it ends");
    assert_ne!(champion(), before);
}
