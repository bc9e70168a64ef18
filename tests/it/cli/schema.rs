//! `schema`: the JSON Schemas of score YAML and of the settings.

use super::world::World;
use crate::support::skipped;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

#[test]
fn the_schema_is_json() {
    let output = World::new().command(&["schema"]).output().expect("the program starts");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["required"][0], "name");
}

#[test]
fn the_settings_have_a_schema_too() {
    let output = World::new().command(&["schema", "--settings"]).output().expect("the program starts");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(schema["additionalProperties"], false, "an unknown key is an error");
    assert_eq!(schema["properties"]["watch"]["properties"]["push"]["default"], "on-idle");
}

/// A YAML language server that has a document with our schema open.
struct LanguageServer {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl LanguageServer {
    /// None where there is none on the search path.
    fn start() -> Option<Self> {
        let mut server = Command::new("yaml-language-server");
        let mut child = server.arg("--stdio").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let said = BufReader::new(child.stdout.take().expect("its output is ours"));
        let mut server = Self { child, said };
        server.tell(json!({"id": 1, "method": "initialize", "params": {"processId": null, "rootUri": null, "capabilities": {}}}));
        server.until(|message| message["id"] == 1);
        server.tell(json!({"method": "initialized", "params": {}}));
        Some(server)
    }

    fn tell(&mut self, mut message: Value) {
        message["jsonrpc"] = "2.0".into();
        let body = message.to_string();
        let pipe = self.child.stdin.as_mut().expect("its input is ours");
        write!(pipe, "Content-Length: {}\r\n\r\n{body}", body.len()).and_then(|()| pipe.flush()).expect("it listens");
    }

    /// The first message that is wanted; questions before it are answered with nothing.
    fn until(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                assert!(self.said.read_line(&mut line).expect("it speaks") > 0, "it ended");
                match line.trim().strip_prefix("Content-Length: ") {
                    Some(text) => length = text.parse().expect("a number"),
                    None if line.trim().is_empty() => break,
                    None => {}
                }
            }
            let mut body = vec![0; length];
            self.said.read_exact(&mut body).expect("a body");
            let message: Value = serde_json::from_slice(&body).expect("JSON");
            if is_wanted(&message) {
                return message;
            }
            if message.get("method").is_some() && message.get("id").is_some() {
                let items = message["params"]["items"].as_array().map_or(1, Vec::len);
                self.tell(json!({"id": message["id"], "result": vec![Value::Null; items]}));
            }
        }
    }

    /// What it finds in a document, as `line: message`.
    fn findings(&mut self, uri: &str, text: &str) -> Vec<String> {
        let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
        self.tell(json!({"method": "textDocument/didOpen", "params": {"textDocument": document}}));
        let told =
            self.until(|message| message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri);
        let found = told["params"]["diagnostics"].as_array().expect("a list").iter();
        let line = |one: &Value| one["range"]["start"]["line"].as_u64().expect("a line") + 1;
        found.map(|one| format!("{}: {}", line(one), one["message"].as_str().expect("a message"))).collect()
    }
}

impl Drop for LanguageServer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn a_language_server_flags_what_is_misspelt() {
    let Some(mut server) = LanguageServer::start() else {
        skipped("there is no yaml-language-server (npm install -g yaml-language-server)");
        return;
    };
    let world = World::new();
    let schema = world.command(&["schema"]).output().expect("it runs").stdout;
    world.write("score.schema.json", &String::from_utf8(schema).expect("UTF-8"));
    let at = |name: &str| format!("file://{}", world.folder().join(name).display());
    let document = |text: &str| format!("# yaml-language-server: $schema={}\n{text}", at("score.schema.json"));
    assert_eq!(server.findings(&at("good.yaml"), &document(GOOD)), Vec::<String>::new());
    let found = server.findings(&at("bad.yaml"), &document(BAD)).join("\n");
    for expected in [
        "3: no key that Plexus knows; did you mean `class`?",
        "4: no key that Plexus knows; did you mean `description`?",
        "8: no key that Plexus knows; did you mean `system_message`?",
        "7: ",
        "17: Value is not accepted.",
        "18: String does not match the pattern",
        "11: no key that Plexus knows; did you mean `valid_classes`?",
        "12: a node of class Classifier does not take trust_model_output; these do: Extractor",
        "15: a node of class Extractor does not take valid_classes; these do: Classifier, ",
        "16: no key that Plexus knows; did you mean `node`?",
    ] {
        assert!(found.contains(expected), "{expected}\n---\n{found}");
    }
    assert_eq!(found.lines().count(), 10, "{found}");
}

/// A node of each kind that is right, and keys that nobody but the user knows.
const GOOD: &str = "name: Tone
key: tone
class: LangGraphScore
our_own_key: 1
temperature: 0.2
graph:
  - name: a
    class: Classifier
    valid_classes: [x, y]
    system_message: s
    parse_from_start: true
    our_own_key: 1
    conditions:
      - {value: x, node: END, output: {value: x}}
    edge: {node: b}
  - name: b
    class: OurOwnJudge
    valid_classes: [x]
    context_before: 3
  - name: c
    class: YesOrNoClassifier
  - name: d
    class: LogicalNode
    code: 'def execute(context): return {}'
  - name: e
    class: FuzzyMatchClassifier
    data_paths: [text]
    targets: {operator: or, items: [{target: hello, threshold: 80}]}
  - name: f
    class: Extractor
    trust_model_output: true
    fuzzy_match_score_cutoff: 60
";

const BAD: &str = "name: Tone
clas: LangGraphScore
descripton: x
graph:
  - name: a
    class: Clasifier
    sytem_message: s
  - name: b
    class: Classifier
    valid_clases: [x]
    trust_model_output: true
  - name: c
    class: Extractor
    valid_classes: [x]
    edge: {nod: b}
type: binry
key: Not A Key
";

#[test]
fn the_schema_helps_with_snippets_and_examples() {
    let output = World::new().command(&["schema"]).output().expect("the program starts");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let snippets = schema["$defs"]["node"]["defaultSnippets"].as_array().expect("a list");
    let of = |class: &str| snippets.iter().find(|one| one["label"] == class).unwrap_or_else(|| panic!("{class}"))["body"].clone();
    assert!(of("LogicalClassifier").get("code").is_some() && of("LogicalClassifier").get("system_message").is_none());
    assert!(of("Classifier").get("valid_classes").is_some() && of("Extractor").get("valid_classes").is_none());
    assert_eq!(schema["properties"]["class"]["default"], "LangGraphScore");
    assert_eq!(schema["defaultSnippets"][0]["body"]["graph"][0]["class"], "Classifier");
}
