//! What must hold for any input: the bodies of the fuzz targets (`fuzz/`), which also run as properties on a stable compiler. A body
//! panics where it does not hold.

use async_trait::async_trait;
use scoresync::check::{RuleSet, Texts, fix_text, score};
use scoresync::git::RefUpdate;
use scoresync::model::outline::{Outline, PartShape, change};
use scoresync::model::{AccountId, DocKind, ScoreId, ScorecardId, VersionId, canonical, is_same_document, outgoing};
use scoresync::plan::{conflict_pieces, merge_document};
use scoresync::registry::Registry;
use scoresync::remote::{
    ConnectionEnd, GraphQlRemote, Remote, RemoteEvent, Reply, Request, RetryPolicy, ServerMessage, Transport, TransportError,
    WriteAttribution,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A body by its name.
pub type Body = fn(&[u8]);

/// All bodies, each with inputs to begin from.
pub const ALL: &[(&str, Body, &[&str])] = &[
    ("code", code, &[CODE, "a: &x [1, *x]\n", "a: |+\n  x\n\nb: \"\\u00e9\"\n", "%YAML 1.1\n---\n? a\n: b\n"]),
    ("guidelines", guidelines, &[GUIDELINES, "# A\n# A\n## A (2)\n", "~~~\n# no\n"]),
    ("merge", merge, &[CODE, GUIDELINES, "name: a\ngraph:\n- name: n\n  class: C\n- name: m\n  class: C\n"]),
    (
        "reply",
        reply,
        &[
            r#"{"data":{"listAccountByKey":{"items":[{"id":"a","key":"acme","name":"A"}],"nextToken":null}}}"#,
            r#"{"data":{"listScorecardByAccountIdAndUpdatedAt":{"items":[],"nextToken":"x"}},"errors":null}"#,
            r#"{"data":null,"errors":[{"message":"m","errorType":"Unauthorized","path":["a",0]}]}"#,
        ],
    ),
    (
        "frames",
        frames,
        &[
            r#"{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}"#,
            r#"{"type":"start_ack","id":"updateScore"}"#,
            r#"{"type":"data","id":"updateScore","payload":{"data":{"onUpdateScore":{"id":"s"}}}}"#,
            r#"{"type":"data","id":"createScoreVersion","payload":{"data":{"onCreateScoreVersion":{"id":"v","scoreId":"s"}}}}"#,
            r#"{"type":"error","id":"a","payload":{"errors":[{"errorType":"UnauthorizedException","errorCode":401}]}}"#,
            r#"{"type":"connection_error","payload":{"errors":[{"errorType":"Throttled","errorCode":429}]}}"#,
        ],
    ),
    ("settings", settings, &["api_url: https://x/graphql\naccount_key: acme\nwatch: {quiet: 5s, push: on-idle}\nrules: {}\n"]),
    ("hook", hook, &["refs/heads/main 67890 refs/heads/foreign 12345\n(delete) 000 refs/x 1\n"]),
    (
        "request",
        request,
        &[
            r#"{"query":"query Q($k: String!) { listAccountByKey(key: $k) { items { id } nextToken } }","variables":{"k":"acme"}}"#,
            r#"{"query":"mutation M { createScore(input: {id: \"x\"}) { id } }"}"#,
            r#"{"query":"{ listScores(limit: 5, filter: {name: {eq: \"a\"}}) { items { id } } }","operationName":null}"#,
        ],
    ),
];

const CODE: &str = "# Who\nname: Tone\nkey: tone\nclass: LangGraphScore\ngraph:\n  - name: polite # first\n    class: Classifier\n    \
                    valid_classes: [\"Yes\", No]\n    prompt: |\n      Is {{ text }} polite?\n    edit: &e {a: 1}\n  - <<: *e\n    name: \
                    loud\n    conditions: [{state: x, node: END}]\nparameters: !!str 'x'\n";
const GUIDELINES: &str =
    "# Tone\n\n## Objective\nx\n\n## Classes\n- Valid labels: [Yes, No]\n\n```\n# no heading\n```\n### Definition of Yes\n";

/// A score's code: whatever it says, it is checked, taken apart, compared and fixed, and its places lie inside it.
pub fn code(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    document(DocKind::Code, &text);
    assert!(fixes_end(&text), "fixes come to an end");
}

/// The most rounds of fixes: of edits that overlap one is carried out in each.
const MOST_ROUNDS: usize = 20;

fn fixes_end(text: &str) -> bool {
    let mut text = text.to_owned();
    (0..MOST_ROUNDS).any(|_| {
        let findings = score(Texts { code: Some(&text), guidelines: None }, None, &RuleSet::default());
        let fixed = fix_text(DocKind::Code, &text, &findings);
        let ends = fixed.is_none();
        text = fixed.map_or_else(String::new, |fixed| fixed.text);
        ends
    })
}

/// A score's guidelines, in the same way.
pub fn guidelines(data: &[u8]) {
    document(DocKind::Guidelines, &String::from_utf8_lossy(data));
}

fn document(kind: DocKind, text: &str) {
    let is_code = kind == DocKind::Code;
    let texts = Texts { code: is_code.then_some(text), guidelines: (!is_code).then_some(text) };
    drop(score(texts, None, &RuleSet::default()));
    let sent = outgoing(kind, text);
    assert_eq!(outgoing(kind, &sent), sent, "what is sent is in its form");
    assert_eq!(canonical(kind, &sent), canonical(kind, text), "what is sent is the file's text");
    drop(change(kind, text, &sent).to_string());
    if let Some(outline) = Outline::read(kind, &sent) {
        for (_, part) in outline.parts() {
            let own = outline.own(part);
            let inside: String = part.parts.iter().map(|inner| outline.source(inner)).collect();
            assert_eq!(own.head.to_owned() + &inside + own.tail, outline.source(part), "parts tile their bytes");
        }
        // Code is a mapping; anything else is compared with nothing.
        let is_code = kind == DocKind::Code && outline.root.shape == PartShape::Mapping;
        assert!(!is_code || is_same_document(&sent, &sent), "a document is the same as itself");
    }
}

/// A document and what two people make of it: both edits are there, and nothing else. The first bytes say where the edits are, the rest
/// is the document.
pub fn merge(data: &[u8]) {
    let (edits, text) = data.split_at(data.len().min(6));
    // The mark of edits must be in edits only.
    let Some(text) = std::str::from_utf8(text).ok().filter(|text| !text.contains('«')) else { return };
    let base = outgoing(DocKind::Code, text);
    for kind in [DocKind::Code, DocKind::Guidelines] {
        let half = edits.len() / 2;
        let ours = edited(&base, &edits[..half], "ours");
        let theirs = edited(&base, &edits[half..], "theirs");
        let merged = merge_document(kind, &base, &ours, &theirs);
        let mirrored = merge_document(kind, &base, &theirs, &ours);
        let ended = |text: &Option<String>| text.as_ref().map(|text| text.trim_end().to_owned());
        assert_eq!(ended(&merged), ended(&mirrored), "a merge has no sides");
        let Some(merged) = merged else {
            assert!(!conflict_pieces(kind, Some(&base), &ours, &theirs).is_empty());
            continue;
        };
        let all: BTreeSet<&str> = [&*base, &ours, &theirs].into_iter().flat_map(lines).collect();
        assert!(lines(&merged).all(|line| all.contains(line)), "nothing is made up");
        for side in [&ours, &theirs] {
            // Each side marks its lines, so that they are in no other text.
            let own = |line: &&str| line.contains("«");
            assert!(
                lines(side).filter(own).all(|line| lines(&merged).any(|other| other == line)) || is_same(kind, &base, side),
                "an edit is lost:\n{base}\n--- ours\n{ours}\n--- theirs\n{theirs}\n--- merged\n{merged}"
            );
        }
        assert_eq!(ended(&merge_document(kind, &base, &ours, &base)), Some(expected_alone(kind, &base, &ours)));
    }
}

fn expected_alone(kind: DocKind, base: &str, ours: &str) -> String {
    let text = if is_same(kind, base, ours) { base } else { ours };
    text.trim_end().to_owned()
}

fn is_same(kind: DocKind, base: &str, side: &str) -> bool {
    kind == DocKind::Code && is_same_document(base, side)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.trim_end().split('\n').map(str::trim_end)
}

/// A text in which lines are changed, added or removed, each as one byte says.
fn edited(base: &str, edits: &[u8], who: &str) -> String {
    let mut lines: Vec<String> = base.lines().map(str::to_owned).collect();
    for (number, edit) in edits.iter().enumerate() {
        let at = usize::from(edit >> 2) % (lines.len() + 1);
        let mark = format!("«{who} {number}»");
        match edit & 3 {
            0 if at < lines.len() => lines[at] += &format!(" {mark}"),
            1 if at < lines.len() => drop(lines.remove(at)),
            2 => lines.insert(at, format!("{who}_{number}: {mark}")),
            _ => lines.insert(at, format!("# {mark}")),
        }
    }
    lines.join("\n") + "\n"
}

/// Gives the same reply to every request.
struct Same {
    body: Vec<u8>,
    status: u16,
    asked: AtomicUsize,
}

/// The most requests that one question may cost against a server that always says the same.
const MOST_REQUESTS: usize = 3_000;

#[async_trait]
impl Transport for Same {
    async fn send(&self, _: &Request) -> Result<Reply, TransportError> {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        assert!(asked < MOST_REQUESTS, "a server that says this is asked for ever: {}", String::from_utf8_lossy(&self.body));
        Ok(Reply { status: self.status, retry_after: None, body: self.body.clone() })
    }
}

/// A reply of the dashboard: every question ends, with an answer or an error. The first byte picks the status.
pub fn reply(data: &[u8]) {
    let (first, body) = data.split_first().unwrap_or((&0, &[]));
    let status = [200, 200, 200, 200, 200, 400, 401, 429, 500][usize::from(*first) % 9];
    let by = WriteAttribution { actor_type: "service".into(), actor_key: "cli".into(), source: "cli".into(), user_id: None };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let ask = || {
        let same = Same { body: body.to_vec(), status, asked: AtomicUsize::new(0) };
        GraphQlRemote::new(Arc::new(same), by.clone(), RetryPolicy::default(), fastrand::Rng::with_seed(7))
    };
    runtime.block_on(async {
        let (score, version) = (ScoreId::from("s"), VersionId::from("v"));
        drop(ask().account("acme").await);
        drop(ask().catalog(&AccountId::from("a")).await);
        drop(ask().versions(std::slice::from_ref(&version)).await);
        drop(ask().history(&score).await);
        drop(ask().newest(std::slice::from_ref(&score), 3).await);
        drop(ask().evaluations(std::slice::from_ref(&version)).await);
        drop(ask().evaluation_details(&["e".to_owned()]).await);
        drop(ask().score(&score).await);
        drop(ask().sections(&ScorecardId::from("c")).await);
        drop(ask().set_champion(&score, None, &version).await);
    });
}

/// The longest id of an event, and the longest reason of an end.
const LONGEST: (usize, usize) = (2048, 200);

/// A frame of the dashboard's realtime socket: read or passed over; what it says is short, and does nothing to a terminal.
pub fn frames(data: &[u8]) {
    match ServerMessage::read(&String::from_utf8_lossy(data)) {
        ServerMessage::Acknowledged(silence) => assert!((1..=3_600_000).contains(&silence.as_millis()), "{silence:?}"),
        ServerMessage::Mutation(Some(RemoteEvent::Score(id))) => assert!((1..=LONGEST.0).contains(&id.as_str().len())),
        ServerMessage::Mutation(event) => assert!(matches!(event, None | Some(RemoteEvent::Catalog)), "{event:?}"),
        ServerMessage::Ended(ConnectionEnd::Refused(why) | ConnectionEnd::Lost { why, .. }) => {
            assert!(why.len() <= LONGEST.1 && !why.contains(char::is_control), "{why:?}");
        }
        ServerMessage::Started(_) | ServerMessage::Other => {}
    }
}

/// The settings of a workspace: read, or refused with a place in the file.
pub fn settings(data: &[u8]) {
    thread_local! {
        static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a temporary folder");
    }
    FOLDER.with(|folder| {
        std::fs::write(folder.path().join("scoresync.yaml"), data).expect("written");
        let env = scoresync::settings::Env::default();
        if let Err(error) = scoresync::settings::Settings::load(&env, folder.path()) {
            assert!(!error.to_string().is_empty());
        }
    });
}

/// What git writes to a pre-push hook.
pub fn hook(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    assert!(RefUpdate::parse(&text).len() <= text.lines().count());
}

/// A request to the embedded dashboard: always an answer in JSON.
pub fn request(data: &[u8]) {
    thread_local! {
        static REGISTRY: Registry = scoresync::registry::RegistryOptions::default().in_memory().expect("a registry");
    }
    REGISTRY.with(|registry| {
        let answer = registry.execute(None, data).expect("an answer");
        assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok(), "an answer is JSON");
        assert!(answer.status < 500, "{}", String::from_utf8_lossy(&answer.body));
    });
}

/// How long one input may take, however it was made.
pub const PATIENCE: Duration = Duration::from_secs(10);
