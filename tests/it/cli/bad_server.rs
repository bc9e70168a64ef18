//! A dashboard that is not there, does not let us in, or lies. Each error says what, where and what to do; files stay.

use super::world::{Server, TONE, TONE_CODE, World, commented, score, written};
use serde_json::{Value, json};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

#[test]
fn a_wrong_key_is_said_and_not_repeated() {
    let mut world = World::with_dashboard();
    let _server = Server::start(&mut world, &[]);
    world.set("PLEXUS_API_KEY", "da2-wrong-one");
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 4
    --- stderr
    error: not authorised: HTTP 401: You are not authorized to make this call.
      help: check PLEXUS_API_KEY
      help: scoresync doctor    # to see where it comes from
    ");
    insta::assert_snapshot!(world.run(&["status", "--json"]), @r#"
    exit 4
    --- stdout
    {
      "version": 1,
      "command": "status",
      "ok": false,
      "exit_code": 4,
      "error": {
        "code": "UNAUTHORISED",
        "message": "not authorised: HTTP 401: You are not authorized to make this call.",
        "at": [],
        "next": [
          "check PLEXUS_API_KEY",
          "scoresync doctor    # to see where it comes from"
        ]
      }
    }
    --- stderr
    error: not authorised: HTTP 401: You are not authorized to make this call.
      help: check PLEXUS_API_KEY
      help: scoresync doctor    # to see where it comes from
    "#);
}

#[test]
fn an_unreachable_dashboard_leaves_everything_as_it_was() {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    drop(server);
    world.write(TONE, "name: Tone\nedited: true\n");
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 5
    --- stderr
    error: the dashboard cannot be reached: [address]: Connection refused (os error 111)
      help: run this again later: nothing is lost, nothing is done twice
      help: scoresync doctor    # to see which address is used
    ");
    assert_eq!(world.read(TONE), "name: Tone\nedited: true\n");
    insta::assert_snapshot!(world.run(&["status", "--offline"]), @r"
    exit 0
    --- stdout
    QA
      edited      Tone  code

    2 scores: 1 edited, 1 clean (offline: the dashboard as last seen)
    --- stderr
      help: 1 edited: scoresync push
    ");
}

#[test]
fn a_page_instead_of_json_points_to_the_address() {
    let mut world = World::with_dashboard();
    let _server = Server::start(&mut world, &["--fault", "html:*"]);
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 6
    --- stderr
    error: this does not answer like the Plexus API: http://[address]/graphql: HTML instead of JSON
      help: check PLEXUS_API_URL, or api_url in scoresync.yaml: it mostly ends in /graphql
      help: scoresync doctor    # to see where it comes from
    ");
}

/// An address whose server says this to every request.
fn answering(reply: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            read_request(&mut stream).and_then(|()| stream.write_all(reply.as_bytes())).ok();
        }
    });
    format!("http://{address}")
}

/// All of it: who closes before that takes the answer back.
fn read_request(stream: &mut TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            return io::copy(&mut reader.take(length), &mut io::sink()).map(drop);
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
}

#[test]
fn an_address_without_an_api_is_named_with_what_to_check() {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    let without_path = format!("http://{}/", server.address());
    let moved = answering("HTTP/1.1 302 Found\r\nlocation: https://elsewhere.example/\r\ncontent-length: 0\r\n\r\n");
    let no_post = answering("HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\n\r\n");
    for (address, why) in
        [(without_path, "HTTP 404"), (moved, "the server redirects to https://elsewhere.example/"), (no_post, "HTTP 405")]
    {
        world.set("PLEXUS_API_URL", &address);
        for command in ["pull", "doctor"] {
            let said = world.run(&[command]);
            let error = format!(
                "error: this does not answer like the Plexus API: http://[address]/: {why}\n  help: check PLEXUS_API_URL"
            );
            assert!(said.starts_with("exit 6\n") && said.contains(&error), "{command}: {said}");
        }
    }
}

#[test]
fn a_reply_cut_in_the_middle_is_safe_to_ask_for_again() {
    let mut world = World::with_dashboard();
    let _server = Server::start(&mut world, &["--fault", "cut:*"]);
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 5
    --- stderr
    error: the dashboard cannot be reached: the reply broke off: unexpected EOF during chunk size line
      help: run this again later: nothing is lost, nothing is done twice
      help: scoresync doctor    # to see which address is used
    ");
    assert!(!world.folder().join(TONE).exists());
}

#[test]
fn every_row_twice_is_read_once() {
    let mut world = World::with_dashboard();
    let _server = Server::start(&mut world, &["--fault", "duplicate:*"]);
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 0
    --- stdout
    QA
      pulled      It's a "greeting"  code, version greeting
      pulled      Tone               code and guidelines, version tone-1

    2 scores: pulled
    "#);
}

#[test]
fn a_champion_that_does_not_exist_costs_one_score() {
    let world = World::with_dashboard();
    let mut rows = score("lost", "Lost");
    rows[0].1["championVersionId"] = "nowhere".into();
    world.seed(vec![rows[0].clone()]);
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 6
    --- stdout
    QA
      pulled      It's a "greeting"  code, version greeting
      failed      Lost               the champion: version nowhere does not exist
      pulled      Tone               code and guidelines, version tone-1

    3 scores: 2 pulled, 1 failed
    --- stderr
      help: scoresync promote scorecards/QA/Lost.yaml --version VERSION --force    # scoresync log scorecards/QA/Lost.yaml lists them
    "#);
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    QA
      not pulled  Lost

    3 scores: 1 not pulled, 2 clean
    --- stderr
      help: 1 not pulled: scoresync pull
    ");
}

#[test]
fn a_champion_of_another_score_is_not_taken() {
    let world = World::with_dashboard();
    let mut rows = score("thief", "Thief");
    rows[0].1["championVersionId"] = "tone-1".into();
    world.seed(vec![rows[0].clone()]);
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 6
    --- stdout
    QA
      pulled      It's a "greeting"  code, version greeting
      failed      Thief              the champion tone-1 belongs to score tone
      pulled      Tone               code and guidelines, version tone-1

    3 scores: 2 pulled, 1 failed
    --- stderr
      help: scoresync promote scorecards/QA/Thief.yaml --version VERSION --force    # scoresync log scorecards/QA/Thief.yaml lists them
    "#);
}

#[test]
fn a_champion_that_is_no_version_of_its_score_can_be_replaced() {
    let world = World::with_dashboard();
    let (mut lost, mut thief) = (score("lost", "Lost"), score("thief", "Thief"));
    lost[0].1["championVersionId"] = "nowhere".into();
    thief[0].1["championVersionId"] = "tone-1".into();
    world.seed([lost.to_vec(), thief.to_vec()].concat());
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 6\n") && said.contains("promote scorecards/QA/Lost.yaml --version VERSION --force"), "{said}");
    for (name, version, champion) in [("Lost", "lost-1", "nowhere"), ("Thief", "thief-1", "tone-1")] {
        let said = world.run(&["promote", "--yes", name, "--version", version]);
        assert!(said.starts_with("exit 6\n") && said.contains("refused") && said.contains("--force"), "{said}");
        let said = world.run(&["promote", name, "--version", version, "--force", "--yes"]);
        assert!(
            said.starts_with("exit 0\n") && said.contains(&format!("{champion}, which is not a version of this score")),
            "{said}"
        );
    }
    assert!(world.run(&["pull"]).contains("2 pulled"));
    assert!(world.run(&["status"]).contains("4 scores: all clean"));
    // What can be read is judged as before: the flag forces nothing else.
    world.teammate("tone", "tone-2", "name: Tone\nedited: there\n", None);
    assert!(world.run(&["promote", "--yes", "Tone", "--version", "tone-1", "--force"]).contains("the champion moved"));
}

#[test]
fn a_version_without_code_costs_one_score() {
    let world = World::with_dashboard();
    let mut rows = score("hollow", "Hollow");
    rows[1].1["configuration"] = Value::Null;
    world.seed(rows.to_vec());
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 6
    --- stdout
    QA
      failed      Hollow             the champion: Cannot return null for non-nullable type: 'String' within parent 'ScoreVersion' (/a1/configuration)
      pulled      It's a "greeting"  code, version greeting
      pulled      Tone               code and guidelines, version tone-1

    3 scores: 1 failed, 2 pulled
    "#);
}

#[test]
fn a_parent_called_none_is_no_parent() {
    let world = World::with_dashboard();
    let mut version = written("tone", "tone-1", TONE_CODE, None);
    version["parentVersionId"] = "None".into();
    world.seed(vec![("ScoreVersion", version)]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.write(TONE, &commented("edited"));
    assert!(world.run(&["push"]).contains("1 pushed"));
    let versions = world.versions("tone");
    let pushed = versions.iter().find(|version| version["id"] != "tone-1").expect("the new one");
    assert_eq!(pushed["parentVersionId"], "tone-1");
}

#[test]
fn a_scorecard_without_a_name_is_an_error_and_deletes_nothing() {
    let world = World::pulled();
    world.seed(vec![("Scorecard", json!({"id": "qa", "name": null, "key": "qa", "accountId": "acme-id"}))]);
    insta::assert_snapshot!(world.run(&["pull", "-q", "--yes", "--prune"]), @r"
    exit 6
    --- stdout
    QA
      failed      It's a -greeting  a scorecard is listed but cannot be shown
      failed      Tone              a scorecard is listed but cannot be shown

    2 scores: failed
    --- stderr
    error: a scorecard is listed but cannot be shown
      help: fix the file; if it is the dashboard, run this again later, or: scoresync doctor
    ");
    assert_eq!(world.read(TONE), TONE_CODE);
    insta::assert_snapshot!(world.run(&["diff", "-q"]), @r"
    exit 6
    --- stderr
    error: a scorecard is listed but cannot be shown
      help: fix the file; if it is the dashboard, run this again later, or: scoresync doctor
    ");
}
