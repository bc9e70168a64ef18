//! `serve`: the embedded dashboard over HTTP, on this machine only.

use super::world::World;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn the_same_over_http() {
    let mut world = World::demo();
    world.set("PLEXUS_API_KEY", "key-for-this-test");
    let mut server = world.command(&["serve", "--db", "dashboard.db", "--listen", "127.0.0.1:0"]);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let mut address = String::new();
    let out = server.stdout.take().expect("its output is ours");
    BufReader::new(out).read_line(&mut address).expect("it says where it listens");
    world.write("there/scoresync.yaml", &format!("api_url: {}account_key: harbor-quality\n", address.as_str()));
    assert!(world.run(&["pull", "-q", "-C", "there"]).starts_with("exit 4\n"), "the key could be any");
    world.trust(address.trim());
    let said = world.run(&["pull", "-C", "there"]);
    assert!(said.starts_with("exit 0\n") && said.contains("12 scores: 11 pulled, 1 unchanged"), "{said}");
    world.set("PLEXUS_API_KEY", "another");
    let said = world.run(&["pull", "-C", "there"]);
    assert!(said.starts_with("exit 4\n") && said.contains("scoresync doctor"), "{said}");
    server.kill().expect("it runs");
    server.wait().expect("it ends");
    let said = world.run(&["pull", "-C", "there"]);
    assert!(said.starts_with("exit 5\n") && said.contains("run this again later"), "{said}");
}

#[test]
fn a_key_that_serve_made_needs_no_trust() {
    let world = World::demo();
    let mut server = world.command(&["serve", "--db", "dashboard.db", "--listen", "127.0.0.1:0"]);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let line = |out: &mut dyn std::io::Read| {
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).expect("it says where it listens");
        line.trim().to_owned()
    };
    let key = line(server.stderr.as_mut().expect("ours"));
    let address = line(server.stdout.as_mut().expect("ours"));
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
