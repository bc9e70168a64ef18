//! AppSync's realtime protocol over real sockets: every frame, who may come in, what a subscriber gets to see, and how
//! sockets end.

use super::body;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use futures_util::{SinkExt, StreamExt};
use scoresync::registry::{FaultKind, Registry, RegistryOptions, ScriptedFault, seed, serve};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

const KEY: &str = "da2-key";
const ON_UPDATE: &str = "subscription { onUpdateScore { id championVersionId } }";

struct Server {
    registry: Registry,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Server {
    async fn start(options: RegistryOptions) -> Self {
        let registry = options.api_key(KEY).in_memory().unwrap();
        let score = json!({"id": "score", "name": "S", "order": 1, "type": "binary", "sectionId": "sec", "scorecardId": "card", "externalId": "1"});
        seed::insert(&registry, [("Score", score)]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(serve(listener, registry.clone(), async move { drop(stopped.await) }));
        Self { registry, address, stop, served }
    }

    /// Opens a socket with this query and these subprotocols.
    async fn knock(&self, query: &str, protocols: &str) -> Result<Line, Error> {
        let mut request = format!("ws://{}/graphql/realtime{query}", self.address).into_client_request()?;
        if !protocols.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", protocols.parse().unwrap());
        }
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (socket, response) = client_async(request, stream).await?;
        assert_eq!(response.headers()["sec-websocket-protocol"], "graphql-ws");
        Ok(Line(socket))
    }

    /// A socket that was let in.
    async fn open(&self) -> Line {
        let header = BASE64_STANDARD.encode(authorization(KEY).to_string());
        let mut line = self.knock(&format!("?header={header}&payload=e30="), "graphql-ws").await.unwrap();
        line.say(json!({"type": "connection_init"})).await;
        assert_eq!(line.hear().await["type"], "connection_ack");
        line
    }

    fn mutate(&self, mutation: &str) {
        let answer = self.registry.execute(Some(KEY), &body(&format!("mutation {{ {mutation} }}"), Value::Null)).unwrap();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer.get("errors"), None, "{answer}");
    }
}

fn authorization(key: &str) -> Value {
    json!({"host": "127.0.0.1", "x-api-key": key})
}

fn start(id: &str, query: &str, variables: &Value) -> Value {
    let data = json!({"query": query, "variables": variables}).to_string();
    json!({"type": "start", "id": id, "payload": {"data": data, "extensions": {"authorization": authorization(KEY)}}})
}

struct Line(WebSocketStream<TcpStream>);

impl Line {
    async fn say(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next frame that is no sign of life; null at the end.
    async fn hear(&mut self) -> Value {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await.expect("a frame, or the end");
            match next {
                Some(Ok(Message::Text(text))) if text.contains(r#""ka""#) => {}
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Value::Null,
                Some(Ok(other)) => panic!("{other:?}"),
            }
        }
    }

    async fn ask(&mut self, frame: Value) -> Value {
        self.say(frame).await;
        self.hear().await
    }

    async fn subscribe(&mut self, id: &str, query: &str) {
        assert_eq!(self.ask(start(id, query, &Value::Null)).await, json!({"type": "start_ack", "id": id}));
    }
}

#[tokio::test]
async fn a_subscription_from_its_start_to_its_end() {
    let server = Server::start(RegistryOptions::default()).await;
    let mut line = server.knock("?header=e30=&payload=e30=", "graphql-ws").await.unwrap();
    assert_eq!(line.hear().await["type"], "connection_error", "no key in it");

    let mut line = server.open().await;
    line.subscribe("a", ON_UPDATE).await;
    server.mutate(r#"updateScore(input: {id: "score", championVersionId: "v"}) { id championVersionId name }"#);
    let event =
        json!({"type": "data", "id": "a", "payload": {"data": {"onUpdateScore": {"id": "score", "championVersionId": "v"}}}});
    assert_eq!(line.hear().await, event);
    assert_eq!(line.ask(json!({"type": "stop", "id": "a"})).await, json!({"type": "complete", "id": "a"}));
    server.mutate(r#"updateScore(input: {id: "score", name: "T"}) { id }"#);
    let again = line.ask(json!({"type": "stop", "id": "a"})).await;
    assert_eq!((&again["type"], &again["id"]), (&json!("error"), &json!("a")), "nothing came in between: {again}");
}

#[tokio::test]
async fn the_ack_names_the_timeout_and_signs_of_life_come_within_it() {
    let server = Server::start(RegistryOptions::default()).await;
    let header = BASE64_URL_SAFE_NO_PAD.encode(authorization(KEY).to_string());
    let mut line = server.knock("", &format!("graphql-ws, header-{header}")).await.unwrap();
    let ack = line.ask(json!({"type": "connection_init", "payload": {}})).await;
    assert_eq!(ack, json!({"type": "connection_ack", "payload": {"connectionTimeoutMs": 300_000}}));
    assert_eq!(line.0.next().await.unwrap().unwrap(), Message::text(r#"{"type":"ka"}"#));

    let server = Server::start(RegistryOptions::default().keep_alive(Duration::from_millis(10))).await;
    let mut line = server.open().await;
    for _ in 0..3 {
        assert_eq!(line.0.next().await.unwrap().unwrap(), Message::text(r#"{"type":"ka"}"#));
    }
}

#[tokio::test]
async fn who_has_no_key_is_told_and_put_out() {
    let server = Server::start(RegistryOptions::default()).await;
    let of = |key: &str| BASE64_STANDARD.encode(authorization(key).to_string());
    for (query, kind, code) in [
        (String::new(), "UnauthorizedException", 401),
        (format!("?header={}&payload=e30=", of("da2-wrong")), "UnauthorizedException", 401),
        ("?header=no-json&payload=e30=".to_owned(), "BadRequestException", 400),
        (format!("?header={}", of(KEY)), "BadRequestException", 400),
    ] {
        let mut line = server.knock(&query, "graphql-ws").await.unwrap();
        let refused = line.hear().await;
        assert_eq!(refused["type"], "connection_error", "{query}");
        assert_eq!(refused["payload"]["errors"], json!([{"errorType": kind, "errorCode": code}]), "{query}");
        line.say(json!({"type": "connection_init"})).await;
        let closed = line.0.next().await.unwrap().unwrap();
        assert!(matches!(&closed, Message::Close(Some(frame)) if u16::from(frame.code) == 1002), "then it is closed: {closed:?}");
    }
    let refused = server.knock("", "").await.err();
    assert!(matches!(&refused, Some(Error::Http(response)) if response.status() == 400), "{refused:?}");
}

/// The clock jumps to what the server waits for.
#[tokio::test(start_paused = true)]
async fn who_is_put_out_and_does_not_go_is_cut_off() {
    let server = Server::start(RegistryOptions::default()).await;
    let mut line = server.knock("", "graphql-ws").await.unwrap();
    // It is told that it is refused, and that the socket closes; it neither says anything nor closes.
    let told = tokio::time::timeout(Duration::from_hours(1), line.0.get_mut().read_to_end(&mut Vec::new())).await;
    assert!(told.expect("it is cut off").is_ok_and(|bytes| bytes > 0));
}

#[tokio::test]
async fn each_start_is_authorized_and_validated_against_the_schema() {
    let server = Server::start(RegistryOptions::default()).await;
    let mut line = server.open().await;
    let mut unsigned = start("a", ON_UPDATE, &Value::Null);
    unsigned["payload"]["extensions"] = Value::Null;
    let mut wrong = start("a", ON_UPDATE, &Value::Null);
    wrong["payload"]["extensions"]["authorization"] = authorization("da2-wrong");
    for frame in [unsigned, wrong] {
        let refused = line.ask(frame).await;
        assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("a")));
        assert_eq!(refused["payload"]["errors"][0]["errorType"], "UnauthorizedException");
    }
    let filtered = "subscription($name: String!) { onUpdateScore(filter: {name: {eq: $name}}) { id name } }";
    for (query, variables) in [
        ("subscription { onUpdateScore { nonsense } }", json!({})),
        ("subscription { onPromoteScore { id } }", json!({})),
        ("subscription { onUpdateScore(filter: {nonsense: 1}) { id } }", json!({})),
        ("subscription { a: onUpdateScore { id } b: onCreateScore { id } }", json!({})),
        ("query { listScores { items { id } } }", json!({})),
        (filtered, json!({"name": 7})),
        (filtered, json!({})),
        ("{", json!({})),
    ] {
        let refused = line.ask(start("a", query, &variables)).await;
        assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("a")), "{query}");
        assert!(refused["payload"]["errors"][0]["message"].is_string(), "{refused}");
    }
    line.subscribe("a", ON_UPDATE).await;
    let twice = line.ask(start("a", ON_UPDATE, &Value::Null)).await;
    assert_eq!(twice["payload"]["errors"][0]["errorType"], "DuplicatedOperationError");
    for number in 1..100 {
        line.subscribe(&number.to_string(), ON_UPDATE).await;
    }
    let more = line.ask(start("more", ON_UPDATE, &Value::Null)).await;
    assert_eq!(more["payload"]["errors"][0]["errorType"], "MaxSubscriptionsReachedError");
}

#[tokio::test]
async fn a_subscriber_sees_only_what_the_mutation_selected() {
    let server = Server::start(RegistryOptions::default()).await;
    let mut line = server.open().await;
    line.subscribe("a", "subscription { onUpdateScore { id name description championVersionId scorecard { id } } }").await;
    server.mutate(r#"updateScore(input: {id: "score", description: "new"}) { id name }"#);
    let partial = json!({"id": "score", "name": "S", "description": null, "championVersionId": null, "scorecard": null});
    assert_eq!(line.hear().await["payload"], json!({"data": {"onUpdateScore": partial}}));

    server.mutate(r#"updateScore(input: {id: "score", description: "newer"}) { id description }"#);
    let nulled = line.hear().await;
    assert_eq!(nulled["payload"]["data"], json!({"onUpdateScore": null}), "the name is never null and was not selected");
    assert_eq!(nulled["payload"]["errors"][0]["path"], json!(["onUpdateScore", "name"]));

    line.subscribe("b", "subscription { onCreateScoreVersion { id metadata score { id name } } }").await;
    let input = r#"{id: "v", scoreId: "score", configuration: "c", isFeatured: "false", metadata: "{\"a\": [1]}"}"#;
    server.mutate(&format!("createScoreVersion(input: {input}) {{ id metadata score {{ id name }} }}"));
    let version = json!({"id": "v", "metadata": r#"{"a":[1]}"#, "score": {"id": "score", "name": "S"}});
    assert_eq!(line.hear().await["payload"], json!({"data": {"onCreateScoreVersion": version}}));
}

#[tokio::test]
async fn filters_and_kinds_of_mutation_choose_among_events() {
    let server = Server::start(RegistryOptions::default()).await;
    let mut line = server.open().await;
    let filtered = "subscription($names: [String]) { onUpdateScore(filter: {name: {in: $names}}) { id name } }";
    let ack = line.ask(start("named", filtered, &json!({"names": ["T"]}))).await;
    assert_eq!(ack["type"], "start_ack");
    line.subscribe("deleted", "subscription { onDeleteScore { id } }").await;
    for name in ["S", "T"] {
        server.mutate(&format!(r#"updateScore(input: {{id: "score", name: "{name}"}}) {{ id name }}"#));
    }
    server.mutate(r#"updateScore(input: {id: "score", name: "T"}) { id }"#);
    server.mutate(r#"deleteScore(input: {id: "score"}) { id }"#);
    assert_eq!(line.hear().await["payload"]["data"]["onUpdateScore"]["name"], "T");
    let last = line.hear().await;
    assert_eq!((&last["id"], &last["payload"]["data"]), (&json!("deleted"), &json!({"onDeleteScore": {"id": "score"}})));
}

#[tokio::test]
async fn frames_that_make_no_sense_are_answered_and_do_no_harm() {
    let server = Server::start(RegistryOptions::default()).await;
    let mut line = server.open().await;
    let start_with = |data: Value| json!({"type": "start", "id": "x", "payload": {"data": data}}).to_string();
    for hostile in [
        Message::text("no json"),
        Message::text("[1]"),
        Message::text("{}"),
        Message::text(r#"{"type": 7}"#),
        Message::text(r#"{"type": "publish", "id": "x"}"#),
        Message::text(r#"{"type": "start"}"#),
        Message::text(r#"{"type": "stop"}"#),
        Message::text(start_with(json!({"query": ON_UPDATE}))),
        Message::text(start_with(json!("{}"))),
        Message::text(start_with(json!("no json"))),
        Message::binary(vec![0xFF; 100]),
        Message::text("[".repeat(100_000)),
    ] {
        line.0.send(hostile.clone()).await.unwrap();
        let answer = line.hear().await;
        assert_eq!(answer["type"], "error", "{hostile:?}");
        assert!(answer["payload"]["errors"][0]["errorType"].is_string(), "{answer}");
    }
    line.subscribe("a", ON_UPDATE).await;
    // What is larger than any frame may be ends the socket, not the server.
    let _ = line.0.send(Message::text("x".repeat(1 << 20))).await;
    assert_eq!(line.hear().await, Value::Null);
    server.open().await.subscribe("a", ON_UPDATE).await;
}

#[tokio::test]
async fn a_subscriber_that_falls_behind_is_closed_and_delays_nobody() {
    let server = Server::start(RegistryOptions::default()).await;
    let mut slow = server.open().await;
    slow.subscribe("a", ON_UPDATE).await;
    // More than are kept for a subscriber, and not a moment for the server to send one.
    for _ in 0..1100 {
        server.mutate(r#"updateScore(input: {id: "score", name: "T"}) { id }"#);
    }
    assert_eq!(slow.hear().await, Value::Null, "nothing is told after a gap");
    server.open().await.subscribe("a", ON_UPDATE).await;
}

#[tokio::test]
async fn a_subscriber_that_does_not_read_does_not_keep_the_server_from_stopping() {
    let server = Server::start(RegistryOptions::default()).await;
    let mut deaf = server.open().await;
    deaf.subscribe("a", "subscription { onUpdateScore { id description } }").await;
    let long = "x".repeat(50_000);
    for _ in 0..400 {
        server.mutate(&format!(r#"updateScore(input: {{id: "score", description: "{long}"}}) {{ id description }}"#));
    }
    server.stop.send(()).unwrap();
    server.served.await.unwrap().unwrap();
    let mut heard = 0;
    while deaf.hear().await != Value::Null {
        heard += 1;
    }
    assert!(heard < 400, "{heard}");
}

#[tokio::test]
async fn sockets_can_be_refused_silenced_and_cut() {
    let server = Server::start(RegistryOptions::default().keep_alive(Duration::from_millis(10))).await;
    let faults = server.registry.faults();
    faults.add(ScriptedFault::once(FaultKind::Refuse(403)));
    let refused = server.knock("", "graphql-ws").await.err();
    assert!(matches!(&refused, Some(Error::Http(response)) if response.status() == 403), "{refused:?}");

    faults.add("silent".parse().unwrap());
    let mut silent = server.open().await;
    silent.subscribe("a", ON_UPDATE).await;
    let mut loud = server.open().await;
    loud.subscribe("a", ON_UPDATE).await;
    server.mutate(r#"updateScore(input: {id: "score", name: "T"}) { id }"#);
    assert_eq!(loud.hear().await["type"], "data");
    faults.cut_sockets();
    assert!(matches!(silent.0.next().await, Some(Err(_)) | None), "no frame came before the cut, nor a goodbye");
    assert_eq!(loud.hear().await, Value::Null);
    server.open().await;
}

#[tokio::test]
async fn a_server_that_stops_says_goodbye() {
    let server = Server::start(RegistryOptions::default()).await;
    let mut line = server.open().await;
    assert_eq!(line.0.next().await.unwrap().unwrap(), Message::text(r#"{"type":"ka"}"#));
    server.stop.send(()).unwrap();
    let goodbye = line.0.next().await.unwrap().unwrap();
    assert!(matches!(&goodbye, Message::Close(Some(frame)) if u16::from(frame.code) == 1001), "{goodbye:?}");
    drop(line);
    server.served.await.unwrap().unwrap();
}

/// A document may ask for one text under thousands of names; what an event costs has the bounds of a request.
#[tokio::test]
async fn an_event_is_not_sent_a_thousand_times_over() {
    let server = Server::start(RegistryOptions::default()).await;
    let mut line = server.open().await;
    let names: String = (0..1_000).map(|at| format!("a{at}: description ")).collect();
    for (id, names) in [("large", names.as_str()), ("small", "description")] {
        line.say(start(id, &format!("subscription {{ onUpdateScore {{ {names} }} }}"), &Value::Null)).await;
        assert_eq!(line.hear().await["type"], "start_ack");
    }
    let text = "x".repeat(100_000);
    server.mutate(&format!("updateScore(input: {{ id: \"score\", description: \"{text}\" }}) {{ description }}"));
    let large = line.hear().await;
    assert_eq!((&large["id"], &large["payload"]["data"]), (&"large".into(), &Value::Null));
    assert_eq!(large["payload"]["errors"][0]["errorType"], "ResolverExecutionLimitReached");
    assert_eq!(line.hear().await["payload"]["data"]["onUpdateScore"]["description"], text);
}

/// What is not there costs as well, and so do objects: names on two levels multiply.
#[tokio::test]
async fn an_event_is_bounded_also_where_it_has_nothing() {
    let server = Server::start(RegistryOptions::default()).await;
    let version = |at: usize| {
        let version = json!({"id": format!("v{at}"), "scoreId": "score", "configuration": "c", "isFeatured": "false"});
        ("ScoreVersion", version)
    };
    seed::insert(&server.registry, (0..10).map(version)).unwrap();
    let mut line = server.open().await;
    let named = |field: &str, count: usize| -> String { (0..count).map(|at| format!("a{at}:{field} ")).collect() };
    let fragment = |fields: &str| format!("fragment F on ModelScoreVersionConnection {{ {fields} }}");
    let nulls = fragment(&format!("items {{ {} }}", named("note", 1_000)));
    let objects = fragment(&named("items{__typename}", 1_000));
    // Most of what an event may cost.
    let texts: String = (0..600).map(|at| format!("text{at}:description ")).collect();
    for (id, texts, count, fragment) in
        [("nulls", &*texts, 20, &nulls), ("objects", &*texts, 20, &objects), ("few", "", 2, &nulls)]
    {
        let versions = named("versions{...F}", count);
        line.subscribe(id, &format!("subscription {{ onUpdateScore {{ {texts} {versions} }} }} {fragment}")).await;
    }
    let text = "x".repeat(105_000);
    server.mutate(&format!(
        "updateScore(input: {{ id: \"score\", description: \"{text}\" }}) {{ description versions {{ items {{ id }} }} }}"
    ));
    let mut heard = BTreeMap::new();
    for _ in 0..3 {
        let event = line.hear().await;
        heard.insert(event["id"].to_string(), event["payload"].clone());
    }
    for id in ["\"nulls\"", "\"objects\""] {
        assert_eq!(heard[id]["data"], Value::Null);
        assert_eq!(heard[id]["errors"][0]["errorType"], "ResolverExecutionLimitReached");
    }
    let few = &heard["\"few\""];
    assert_eq!((&few["data"]["onUpdateScore"]["a1"]["items"][9]["a999"], few.get("errors")), (&Value::Null, None));
}
