//! Where a key may go: a repository can name a dashboard, but is not sent its user's key unasked.

use super::world::{TONE, World, commented};
use scoresync::model::ScoreId;
use scoresync::state::State;
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

/// A key that its user would miss.
const KEY: &str = "da2-the-key-of-the-user";
/// Every kind of command that connects.
const COMMANDS: [&[&str]; 12] = [
    &["status"],
    &["doctor"],
    &["diff"],
    &["log", "x"],
    &["show", "x"],
    &["pull", "-n"],
    &["pull", "--yes"],
    &["push", "--yes"],
    &["sync", "--yes"],
    &["promote", "--yes", "x"],
    &["new", "--yes", "scorecards/QA/x.yaml"],
    &["watch"],
];

/// Somebody who waits for keys: refuses every request, and keeps it.
struct Stranger {
    address: String,
    requests: Receiver<String>,
}

impl Stranger {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("127.0.0.1:{}", listener.local_addr().expect("bound").port());
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (mut request, mut part) = (String::new(), [0; 4096]);
                while !request.contains("\r\n\r\n") {
                    let read = stream.read(&mut part).unwrap_or(0);
                    request += &String::from_utf8_lossy(&part[..read]);
                    if read == 0 {
                        break;
                    }
                }
                // Kept before it is answered: who waits for the answer may ask for it next.
                if sender.send(request).is_err() {
                    return;
                }
                stream.write_all(b"HTTP/1.1 400 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok();
            }
        });
        Self { address, requests }
    }

    fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// All that came so far.
    fn heard(&self) -> String {
        self.requests.try_iter().collect()
    }

    /// A settings file of the workspace that leads here.
    fn is_named_in(&self, file: &str) -> World {
        let world = World::new();
        world.write("scoresync.yaml", "account_key: acme\n");
        let url = self.url();
        let text = match file {
            ".env" => format!("PLEXUS_API_URL={url}\nPLEXUS_ACCOUNT_KEY=acme\n"),
            "scoresync.yaml" => format!("api_url: {url}\naccount_key: acme\n"),
            _ => format!("plexus:\n  api_url: {url}\n"),
        };
        world.write(file, &text);
        world
    }
}

fn assert_refused(world: &World, args: &[&str], stranger: &Stranger) {
    let said = world.run(args);
    assert!(said.starts_with("exit 4\n"), "{args:?}: {said}");
    assert!(said.contains("help: scoresync trust add http://[address]"), "{args:?}: {said}");
    assert_eq!(stranger.heard(), "", "{args:?}");
}

#[test]
fn no_command_sends_the_key_of_the_user_where_a_repository_says() {
    let stranger = Stranger::new();
    let mut world = stranger.is_named_in("scoresync.yaml");
    world.set("PLEXUS_API_KEY", KEY);
    for args in COMMANDS {
        assert_refused(&world, args, &stranger);
    }
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 4
    --- stderr
    error: you have not trusted http://[address], so your key is not sent there
      at address: ~/work/scoresync.yaml
      at key:     environment, PLEXUS_API_KEY
      help: scoresync trust add http://[address]    # if you know it
      help: SCORESYNC_TRUST=http://[address] in the environment, in CI for example
    ");
    let json = world.run(&["status", "--json"]);
    assert!(json.contains("\"code\": \"UNTRUSTED_ADDRESS\"") && json.contains("\"exit_code\": 4"), "{json}");
}

#[test]
fn every_file_of_a_repository_is_a_repositorys() {
    let stranger = Stranger::new();
    for file in ["scoresync.yaml", ".plexus/config.yaml", ".plexus/config.yml", ".env"] {
        let mut world = stranger.is_named_in(file);
        world.write("../.plexus/config.yaml", &format!("plexus:\n  api_key: {KEY}\n"));
        assert_refused(&world, &["status"], &stranger);
        world.set("PLEXUS_API_KEY", KEY);
        assert_refused(&world, &["status"], &stranger);
    }
    // Two files of one repository are still two: one may be committed, and the other its user's.
    let world = stranger.is_named_in("scoresync.yaml");
    world.write(".env", &format!("PLEXUS_API_KEY={KEY}\n"));
    assert_refused(&world, &["status"], &stranger);
    let world = stranger.is_named_in("scoresync.yaml");
    world.write(".plexus/config.yaml", &format!("plexus:\n  api_key: {KEY}\n"));
    assert_refused(&world, &["status"], &stranger);
}

/// The answer is 400, and a request with the key was made.
fn assert_sent(world: &World, stranger: &Stranger) {
    let said = world.run(&["status"]);
    assert!(said.starts_with("exit 6\n"), "{said}");
    assert!(stranger.heard().contains(&format!("x-api-key: {KEY}")));
}

#[test]
fn a_key_goes_to_the_address_of_its_own_layer() {
    let stranger = Stranger::new();
    let world = stranger.is_named_in(".env");
    world.write(".env", &format!("PLEXUS_API_URL={}\nPLEXUS_API_KEY={KEY}\n", stranger.url()));
    assert_sent(&world, &stranger);
    let world = stranger.is_named_in(".plexus/config.yaml");
    world.write(".plexus/config.yaml", &format!("plexus:\n  api_url: {}\n  api_key: {KEY}\n", stranger.url()));
    assert_sent(&world, &stranger);
    let mut world = stranger.is_named_in("scoresync.yaml");
    world.write("../.plexus/config.yaml", &format!("plexus:\n  api_key: {KEY}\n"));
    world.set("PLEXUS_API_URL", &stranger.url());
    assert_sent(&world, &stranger);
}

#[test]
fn what_a_user_trusts_is_remembered_and_forgotten() {
    let stranger = Stranger::new();
    let mut world = stranger.is_named_in("scoresync.yaml");
    world.set("PLEXUS_API_KEY", KEY);
    let host = format!("http://{}", stranger.address);
    insta::assert_snapshot!(world.run(&["trust"]), @r"
    exit 0
    --- stderr
    only the addresses in your own settings are trusted
    ");
    insta::assert_snapshot!(world.run(&["trust", "add", &host]), @r"
    exit 0
    --- stderr
    trusted: http://[address]  (~/.config/scoresync/trusted)
    ");
    assert_sent(&world, &stranger);
    world.trust(&host);
    world.trust("plexus.example");
    insta::assert_snapshot!(world.run(&["trust", "list"]), @r"
    exit 0
    --- stdout
    http://[address]  (~/.config/scoresync/trusted)
    plexus.example  (~/.config/scoresync/trusted)
    ");
    assert!(world.run(&["trust", "--json"]).contains("\"destination\": \"plexus.example\""));
    assert!(world.run(&["trust", "remove", &stranger.url()]).starts_with("exit 0\n"));
    assert_refused(&world, &["status"], &stranger);
    assert!(world.run(&["trust", "remove", &host]).starts_with("exit 2\n"));
    assert_eq!(world.read("../.config/scoresync/trusted"), "plexus.example\n");
    world.set("SCORESYNC_TRUST", &format!("plexus.example, {host}"));
    assert_sent(&world, &stranger);
}

#[test]
fn what_is_trusted_stays_where_a_link_leads_to() {
    let world = World::new();
    world.write("../dotfiles/trusted", "# mine\n");
    world.write("../.config/scoresync/other", "");
    let link = world.folder().join("../.config/scoresync/trusted");
    std::os::unix::fs::symlink(world.folder().join("../dotfiles/trusted"), &link).expect("a link");
    assert!(world.run(&["trust", "add", "plexus.example"]).starts_with("exit 0\n"));
    assert!(link.is_symlink());
    assert_eq!(world.read("../dotfiles/trusted"), "# mine\nplexus.example\n");
    assert!(world.run(&["trust", "remove", "plexus.example"]).starts_with("exit 0\n"));
    assert_eq!(world.read("../dotfiles/trusted"), "# mine\n");
}

#[test]
fn a_port_and_plain_http_are_other_places() {
    let world = World::new();
    for word in ["", "a b", "x.example/graphql", "https://me:secret@x.example", "ftp://x.example"] {
        let said = world.run(&["trust", "add", word]);
        assert!(said.starts_with("exit 2\n") && !said.contains("secret"), "{said}");
    }
    insta::assert_snapshot!(world.run(&["trust", "add", "http://plexus.example/graphql"]), @r"
    exit 2
    --- stderr
    error: over plain http, anybody on the network can read your key
      at http://plexus.example
      help: scoresync trust add --insecure-http http://plexus.example    # to allow it
    ");
    world.write("scoresync.yaml", "api_url: http://plexus.invalid/graphql\naccount_key: acme\n");
    world.write(".env", &format!("PLEXUS_API_KEY={KEY}\nPLEXUS_API_URL=http://plexus.invalid/graphql\n"));
    world.trust("plexus.invalid");
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 2
    --- stderr
    error: over plain http, anybody on the network could read the key on its way to http://plexus.invalid
      at PLEXUS_API_URL in ~/work/.env
      help: use https
      help: scoresync trust add --insecure-http http://plexus.invalid    # to allow it
    ");
    assert!(world.run(&["trust", "add", "--insecure-http", "http://plexus.invalid"]).starts_with("exit 0\n"));
    assert!(world.run(&["status"]).starts_with("exit 5\n"), "there is nobody, but now it was tried");
}

#[test]
fn a_dotenv_file_draws_nothing_from_the_environment() {
    let stranger = Stranger::new();
    let mut world = stranger.is_named_in("scoresync.yaml");
    let url = format!("{}/${{OTHER}}", stranger.url());
    world.write(".env", &format!("PLEXUS_API_URL={url}\nPLEXUS_API_KEY=\"$OTHER${{OTHER}}\"\nPLEXUS_ACCOUNT_KEY=$OTHER\n"));
    world.set("OTHER", "another-secret");
    world.run(&["status"]);
    let heard = stranger.heard();
    assert!(heard.contains("x-api-key: $OTHER${OTHER}") && !heard.contains("another-secret"), "{heard}");
}

#[test]
#[cfg(feature = "iam")]
fn nothing_is_signed_for_a_stranger() {
    let stranger = Stranger::new();
    let mut world = stranger.is_named_in(".env");
    world.write("../.aws/credentials", "[work]\naws_access_key_id=AKID\naws_secret_access_key=s\naws_session_token=t\n");
    let iam = "PLEXUS_GRAPHQL_AUTH_MODE=iam\nPLEXUS_API_REGION=eu-west-1\nAWS_PROFILE=work\n";
    world.write(".env", &format!("PLEXUS_API_URL={}\n{iam}", stranger.url()));
    assert_refused(&world, &["status"], &stranger);
    // The file that the profile stands in may not become the repository's by being named in it.
    world.write(".env", &format!("PLEXUS_API_URL={}\n{iam}AWS_SHARED_CREDENTIALS_FILE=../.aws/credentials\n", stranger.url()));
    assert_refused(&world, &["status"], &stranger);
    // An address of its user's own that is none of AppSync's has to be trusted by name.
    world.set("PLEXUS_API_URL", &stranger.url());
    assert_refused(&world, &["status"], &stranger);
    world.trust(&stranger.url());
    assert!(world.run(&["status"]).starts_with("exit 6\n"));
    assert!(stranger.heard().contains("x-amz-security-token: t"));
}

#[test]
fn doctor_says_what_would_be_done() {
    let stranger = Stranger::new();
    let mut world = stranger.is_named_in("scoresync.yaml");
    world.set("PLEXUS_API_KEY", KEY);
    let said = world.run(&["doctor", "--offline"]);
    assert!(said.starts_with("exit 4\n") && said.contains("\ntrusted         no: nothing is sent there\n"), "{said}");
    world.set("PLEXUS_API_URL", "https://x.invalid/graphql");
    let said = world.run(&["doctor", "--offline"]);
    assert!(said.contains("\ntrusted         yes  (your own settings name the address)\n"), "{said}");
}

#[test]
fn who_types_an_address_trusts_it() {
    let world = World::new();
    let said = world.run(&["init", "--api-url", "https://plexus.example:8443/graphql"]);
    assert!(said.starts_with("exit 0\n") && said.contains("trusted: plexus.example:8443\n"), "{said}");
    assert_eq!(world.read("../.config/scoresync/trusted"), "plexus.example:8443\n");
    let world = World::new();
    let said = world.run(&["init", "--api-url", "https://me:secret@plexus.example/graphql"]);
    assert!(said.starts_with("exit 2\n") && !said.contains("secret"), "{said}");
    assert!(!world.folder().join("scoresync.yaml").exists(), "the password is not written down");
}

#[test]
fn a_dashboard_in_a_file_elsewhere_is_not_opened_unasked() {
    let mut world = World::pulled();
    assert!(world.run(&["trust", "remove", "file:../dashboard.db"]).starts_with("exit 0\n"));
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 4
    --- stderr
    error: you have not trusted file:~/dashboard.db, which lies outside this workspace
      at address: ~/work/scoresync.yaml
      help: scoresync trust add file:~/dashboard.db    # if you know it
      help: SCORESYNC_TRUST=file:~/dashboard.db in the environment, in CI for example
    ");
    assert!(world.run(&["status", "--offline"]).starts_with("exit 0\n"), "nothing is opened for this");
    world.set("PLEXUS_API_URL", "file:../dashboard.db");
    assert!(world.run(&["status"]).starts_with("exit 0\n"));
}

#[test]
fn a_hook_has_nobody_to_ask_and_says_what_to_run() {
    let world = World::pulled_in_git();
    assert!(world.run(&["hook", "install", "--type", "post-commit"]).starts_with("exit 0\n"));
    assert!(world.run(&["trust", "remove", "file:../dashboard.db"]).starts_with("exit 0\n"));
    world.write(TONE, &commented("mine"));
    let said = world.commit("mine");
    assert!(said.contains("the commit is made, its scores are not pushed: you have not trusted file:"), "{said}");
    assert!(said.contains("help: scoresync trust add file:"), "{said}");
    assert_eq!(world.versions("tone").len(), 1);
}

#[test]
fn what_is_no_dashboard_is_left_alone_and_none_is_made() {
    let world = World::new();
    world.write("scoresync.yaml", "api_url: file:notes.db\naccount_key: acme\n");
    for args in COMMANDS.iter().filter(|args| args[0] != "watch" && args[0] != "new") {
        let said = world.run(args);
        assert!(said.starts_with("exit 2\n") && said.contains("there is no embedded dashboard in this file"), "{args:?}: {said}");
        assert!(said.contains("help: scoresync serve --db ~/work/notes.db"), "{args:?}: {said}");
    }
    assert!(!world.folder().join("notes.db").exists());
    let path = world.folder().join("notes.db");
    rusqlite::Connection::open(&path).expect("made").execute_batch("CREATE TABLE note (x)").expect("a table");
    let before = std::fs::read(&path).expect("its bytes");
    for args in [&["status"][..], &["pull"], &["doctor"]] {
        let said = world.run(args);
        assert!(said.starts_with("exit 2\n") && said.contains("a database of another program"), "{args:?}: {said}");
    }
    assert_eq!(std::fs::read(&path).expect("its bytes"), before);
}

#[test]
fn nothing_is_finished_for_a_state_that_came_with_the_repository() {
    let world = World::pulled_in_git();
    let mut state = State::open(&world.folder().join(".scoresync")).expect("a state");
    let wanted = json!({ "score": "tone", "seen": "tone-1", "next": "another", "at": "2026-01-02T03:04:05Z" });
    state.transaction(|tx| tx.add_intent(&ScoreId::from("tone"), "promote", &wanted)).expect("recorded");
    drop(state);
    world.git(&["add", "-f", ".scoresync/state.db"]);
    world.git(&["commit", "-qm", "theirs"]);
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 7
    --- stderr
    error: git tracks the private state: it may be somebody else's, and it would finish something with your key
      at ~/work/.scoresync
      help: git rm -r --cached ~/work/.scoresync    # if you made it
      help: mv ~/work/.scoresync ~/work/.scoresync.old    # if you did not: to start over
    ");
    world.git(&["rm", "-q", "--cached", ".scoresync/state.db"]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"), "it is their user's now");
}

#[test]
fn a_person_is_asked_once() {
    let stranger = Stranger::new();
    let mut world = stranger.is_named_in("scoresync.yaml");
    world.set("PLEXUS_API_KEY", KEY);
    // A yes to everything is none to this.
    let said = world.terminal(&["status", "--yes"]).answer("[y/N]", "n").end();
    assert!(said.starts_with("exit 4\n") && said.contains("~/work/scoresync.yaml names a dashboard"), "{said}");
    assert!(said.contains("Your key (environment, PLEXUS_API_KEY) would be sent there"), "{said}");
    assert_eq!(stranger.heard(), "");
    let said = world.terminal(&["status"]).answer("[y/N]", "y").end();
    assert!(said.starts_with("exit 6\n"), "{said}");
    assert!(stranger.heard().contains(KEY));
    assert_sent(&world, &stranger);
}
