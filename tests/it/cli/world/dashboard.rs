//! A workspace beside a small dashboard that a test can spoil, in a file or served.
//!
//! The account has one scorecard, `QA`, with the scores `Tone` (code and guidelines) and `It's a "greeting"`.

use super::World;
use scoresync::registry::{Registry, seed};
use scoresync::state::State;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

/// The code of `Tone`.
pub const TONE: &str = "scorecards/QA/Tone.yaml";
/// The guidelines of `Tone`.
pub const TONE_GUIDELINES: &str = "scorecards/QA/guidelines/Tone.md";
/// The code of the score whose name must be quoted.
pub const GREETING: &str = "scorecards/QA/It's a -greeting.yaml";
/// What `Tone` says at first.
pub const TONE_CODE: &str = "name: Tone\nkey: tone\nclass: Classifier\nsystem_message: |\n  Is the agent polite?\n";
/// What the other score says at first.
pub const GREETING_CODE: &str = "name: Greeting\nclass: Classifier\nsystem_message: |\n  Does the agent greet?\n";
/// What the person makes of the other score in [`World::conflicting`].
pub const OURS: &str = "name: Greeting\nclass: Classifier\nsystem_message: |\n  Does the agent greet kindly?\n";
/// What the teammate makes of it.
pub const THEIRS: &str = "name: Greeting\nclass: Classifier\nsystem_message: |\n  Does the agent greet by name?\n";
const SETTINGS: &str = "api_url: file:../dashboard.db\naccount_key: acme\n";

impl World {
    /// A workspace whose dashboard is a file beside it, which its user trusts; nothing is pulled yet.
    pub fn with_dashboard() -> Self {
        let world = Self::new();
        world.write("scoresync.yaml", SETTINGS);
        world.seed(account());
        world.trust("file:../dashboard.db");
        world
    }

    /// The same with so many scores more, `Score 0` and on; all are pulled.
    pub fn with_many(scores: usize) -> Self {
        let world = Self::with_dashboard();
        world.seed((0..scores).flat_map(|n| score(&format!("m{n}"), &format!("Score {n}"))).collect());
        let said = world.run(&["pull"]);
        assert!(said.starts_with("exit 0\n"), "{said}");
        world
    }

    /// The user trusts a dashboard from now on.
    pub fn trust(&self, destination: &str) {
        let said = self.run(&["trust", "add", destination]);
        assert!(said.starts_with("exit 0\n"), "{said}");
    }

    /// The same, pulled.
    pub fn pulled() -> Self {
        let world = Self::with_dashboard();
        let said = world.run(&["pull"]);
        assert!(said.starts_with("exit 0\n"), "{said}");
        world
    }

    /// Somebody renames `Tone` in Plexus.
    pub fn rename_tone(&self, name: &str) {
        let [mut row, _] = score("tone", name);
        (row.1["key"], row.1["externalId"]) = ("tone".into(), "11".into());
        self.seed(vec![row]);
    }

    /// A workspace with two scores that are called `Tone`, `tone` of `QA` and `tone2` of `Sales`; both are pulled.
    pub fn with_namesakes() -> Self {
        let world = Self::with_dashboard();
        world.seed(vec![("Scorecard", json!({"id": "sales", "name": "Sales", "key": "sales", "accountId": "acme-id"}))]);
        let mut twin = score("tone2", "Tone");
        twin[0].1["scorecardId"] = "sales".into();
        world.seed(twin.to_vec());
        assert!(world.run(&["pull"]).starts_with("exit 0\n"));
        world
    }

    /// Puts rows into the dashboard as they are, however wrong.
    pub fn seed(&self, items: Vec<(&'static str, Value)>) {
        let registry = Registry::open(&self.folder().join("../dashboard.db")).expect("a registry");
        seed::insert(&registry, items).expect("items of the schema");
    }

    /// Somebody saves a version of a score in the dashboard and makes it champion.
    pub fn teammate(&self, score: &str, version: &str, code: &str, guidelines: Option<&str>) {
        let mut row = row(score);
        row["championVersionId"] = version.into();
        self.seed(vec![("Score", row), ("ScoreVersion", written(score, version, code, guidelines))]);
    }

    /// A workspace in which both sides changed the same line of one score, and nothing was pulled since.
    pub fn conflicting() -> Self {
        let world = Self::pulled();
        world.write(GREETING, OURS);
        world.teammate("greeting", "greeting-2", THEIRS, None);
        world
    }

    /// The version of `Tone` with this code.
    pub fn version_with(&self, code: &str) -> Value {
        let found = self.versions("tone").into_iter().find(|version| version["configuration"] == code);
        found.unwrap_or_else(|| panic!("no version says {code:?}"))
    }

    /// Somebody makes a version of `Tone` from the champion before it, and promotes it.
    pub fn promoted(&self, version: &str, parent: &str, code: &str) {
        let guidelines = Some("# Tone\n\nPolite is polite.\n");
        self.teammate("tone", version, code, guidelines);
        let mut row = written("tone", version, code, guidelines);
        row["parentVersionId"] = parent.into();
        self.seed(vec![("ScoreVersion", row)]);
    }

    /// A push has written down what it is about to create.
    pub fn has_intent(&self) -> bool {
        let state = State::open(&self.folder().join(".scoresync")).expect("a state");
        !state.intents().expect("readable").is_empty()
    }

    /// What the dashboard answers to a query.
    pub fn ask(&self, query: &str) -> Value {
        let registry = Registry::open(&self.folder().join("../dashboard.db")).expect("a registry");
        let answer = registry.execute(None, json!({ "query": query }).to_string().as_bytes()).expect("an answer");
        let mut reply: Value = serde_json::from_slice(&answer.body).expect("JSON");
        reply["data"].take()
    }

    /// The documents of all versions of a score that the dashboard has, as its raw rows.
    pub fn versions(&self, score: &str) -> Vec<Value> {
        let registry = Registry::open(&self.folder().join("../dashboard.db")).expect("a registry");
        let query = "query Q($s: ID!) { getScore(id: $s) { versions(limit: 1000) { items { id parentVersionId configuration \
                     guidelines branch metadata note } } } }";
        let body = json!({"query": query, "variables": {"s": score}}).to_string();
        let answer = registry.execute(None, body.as_bytes()).expect("an answer");
        let reply: Value = serde_json::from_slice(&answer.body).expect("JSON");
        reply["data"]["getScore"]["versions"]["items"].as_array().expect("a list").clone()
    }
}

/// The rows of the account.
fn account() -> Vec<(&'static str, Value)> {
    vec![
        ("Account", json!({"id": "acme-id", "name": "Acme", "key": "acme"})),
        ("Scorecard", json!({"id": "qa", "name": "QA", "key": "qa", "externalId": "9", "accountId": "acme-id"})),
        ("ScorecardSection", json!({"id": "section", "name": "All", "order": 0, "scorecardId": "qa"})),
        ("Score", row("tone")),
        ("Score", row("greeting")),
        ("ScoreVersion", written("tone", "tone-1", TONE_CODE, Some("# Tone\n\nPolite is polite.\n"))),
        ("ScoreVersion", written("greeting", "greeting-1", GREETING_CODE, None)),
    ]
}

fn row(score: &str) -> Value {
    let (name, external) = if score == "tone" { ("Tone", "11") } else { ("It's a \"greeting\"", "12") };
    json!({
        "id": score, "name": name, "key": score, "externalId": external, "order": 0, "type": "text",
        "scorecardId": "qa", "sectionId": "section", "championVersionId": format!("{score}-1"),
    })
}

/// A score of `QA` with this name; its champion is `<id>-1`.
pub fn score(id: &str, name: &str) -> [(&'static str, Value); 2] {
    let mut row = row("tone");
    row["id"] = id.into();
    row["name"] = name.into();
    row["key"] = id.into();
    row["externalId"] = format!("x{id}").into();
    row["championVersionId"] = format!("{id}-1").into();
    [("Score", row), ("ScoreVersion", written(id, &format!("{id}-1"), &format!("name: {id}\n"), Some("# Rules\n")))]
}

/// A version as the dashboard writes it.
pub fn written(score: &str, version: &str, code: &str, guidelines: Option<&str>) -> Value {
    json!({
        "id": version, "scoreId": score, "configuration": code, "guidelines": guidelines, "isFeatured": "false",
        "note": "Seeded",
    })
}

/// A version of `Tone` that was made so many minutes after midnight of a day long ago.
pub fn old_version(id: &str, parent: Option<&str>, minute: u32) -> (&'static str, Value) {
    let mut row = written("tone", id, &format!("name: {id}\n"), None);
    row["parentVersionId"] = parent.into();
    row["createdAt"] = format!("2026-01-02T00:{minute:02}:00.000Z").into();
    row["updatedAt"] = row["createdAt"].clone();
    row["note"] = format!("Note of {id}\nand more").into();
    ("ScoreVersion", row)
}

/// The code of `Tone` with a comment below it.
pub fn commented(what: &str) -> String {
    format!("{TONE_CODE}# {what}\n")
}

/// `scoresync serve` on the world's dashboard; ends with the value.
pub struct Server {
    child: Child,
    address: String,
}

/// The key that the served dashboard asks for.
pub const KEY: &str = "da2-a-secret-that-nobody-prints";

impl Server {
    /// Serves the dashboard with these further arguments; the world's settings, key and trust are set to it.
    pub fn start(world: &mut World, args: &[&str]) -> Self {
        world.set("PLEXUS_API_KEY", KEY);
        let server = Self::listen(world, "127.0.0.1:0", args);
        world.trust(&format!("http://{}", server.address));
        world.write("scoresync.yaml", &format!("api_url: {}\naccount_key: acme\n", server.url()));
        server
    }

    /// The address of its API.
    pub fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// Ends this server and serves the same dashboard at the same address with other arguments.
    pub fn again(self, world: &World, args: &[&str]) -> Self {
        Self::listen(world, &self.end(), args)
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends this server; the address where nobody listens now.
    pub fn end(self) -> String {
        self.address.clone()
    }

    /// Serves the dashboard at an address.
    pub fn listen(world: &World, address: &str, args: &[&str]) -> Self {
        let mut command = world.command(&[&["serve", "--db", "../dashboard.db", "--listen", address], args].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let mut url = String::new();
        let out = child.stdout.take().expect("its output is ours");
        BufReader::new(out).read_line(&mut url).expect("it says where it listens");
        let address = url.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix("/graphql"));
        Self { child, address: address.expect("an address").to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
