//! What every `listen` promises, on memory and over sockets; and how a connection is lost, made again and refused.

use crate::support::{API_KEY, Browser, Dashboard, KEY, attribution, over_http, registry, remote};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use scoresync::model::{NewVersion, Score, Scorecard, WebAddress};
use scoresync::registry::{FaultKind, RegistryOptions, ScriptedFault};
use scoresync::remote::{Auth, Credentials, HttpTransport, Line, MemoryRemote, Remote, RemoteError, RemoteEvent, Transport};
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

/// The next event; a guard against a test that would never end, not a pause.
async fn next(events: &mut Receiver<RemoteEvent>) -> Option<RemoteEvent> {
    timeout(Duration::from_secs(20), events.recv()).await.expect("an event, or the end")
}

/// The next event that is not about the connection.
async fn happened(events: &mut Receiver<RemoteEvent>) -> RemoteEvent {
    loop {
        match next(events).await.expect("it is listened to") {
            RemoteEvent::Connected | RemoteEvent::Lost { .. } => {}
            event => return event,
        }
    }
}

fn score(id: &str) -> Score {
    let (name, key, external_id) = (id.into(), id.into(), id.into());
    Score { id: id.into(), scorecard_id: "c".into(), name, key, external_id, champion: None, disabled: false }
}

/// Every promise, on a dashboard that has the account [`KEY`] and nothing in it.
async fn tells_what_happens(remote: &dyn Remote, dashboard: &dyn Dashboard) {
    let mut events = remote.listen().expect("it can be listened to");
    assert_eq!(next(&mut events).await, Some(RemoteEvent::Connected));
    let card = Scorecard { id: "c".into(), name: "C".to_owned(), key: "c".to_owned(), external_id: "1".to_owned() };
    dashboard.put_scorecard(card).await;
    assert_eq!(happened(&mut events).await, RemoteEvent::Catalog);
    dashboard.put_score(score("s")).await;
    assert_eq!(happened(&mut events).await, RemoteEvent::Catalog);

    dashboard.promote(&"s".into(), Some(&"v".into())).await;
    assert_eq!(happened(&mut events).await, RemoteEvent::Score("s".into()), "the champion moved");
    let version = NewVersion::new("s".into(), None, "name: S\n".to_owned(), None);
    remote.create_version(&version, "why", Value::Null).await.expect("made");
    assert_eq!(happened(&mut events).await, RemoteEvent::Score("s".into()), "a version was made");
    remote.set_champion(&"s".into(), Some(&"v".into()), &version.id).await.expect("set");
    assert_eq!(happened(&mut events).await, RemoteEvent::Score("s".into()), "one's own writes are events too");

    let mut second = remote.listen().expect("it can be listened to twice");
    assert_eq!(next(&mut second).await, Some(RemoteEvent::Connected));
    drop(events);
    dashboard.promote(&"s".into(), Some(&"v".into())).await;
    assert_eq!(happened(&mut second).await, RemoteEvent::Score("s".into()));
}

#[tokio::test]
async fn a_dashboard_in_memory_tells_what_happens() {
    let memory = MemoryRemote::new(KEY, attribution());
    tells_what_happens(&memory, &memory).await;
    let mut events = memory.listen().expect("it can be listened to");
    assert_eq!(next(&mut events).await, Some(RemoteEvent::Connected));
    memory.tell(RemoteEvent::Refused("no".to_owned()));
    assert_eq!(next(&mut events).await, Some(RemoteEvent::Refused("no".to_owned())));
    for at in 0..1_000 {
        memory.promote(&format!("s{at}").into(), None);
    }
    assert_eq!(next(&mut events).await, Some(RemoteEvent::Catalog), "who is slow looks at everything");
    drop(memory);
    while next(&mut events).await.is_some() {}
}

#[tokio::test]
async fn a_registry_behind_a_socket_tells_what_happens() {
    let transport = over_http(&registry(), API_KEY).await;
    tells_what_happens(&remote(transport.clone()), &Browser::new(transport).await).await;
}

#[tokio::test]
async fn a_connection_that_was_cut_or_fell_silent_is_made_again() {
    let registry =
        RegistryOptions::default().api_key(API_KEY).keep_alive(Duration::from_millis(200)).in_memory().expect("a database");
    let transport = over_http(&registry, API_KEY).await;
    let browser = Browser::new(transport.clone()).await;
    browser.put_score(score("s")).await;
    // Neither signs of life nor events come on the first connection.
    registry.faults().add(ScriptedFault::once(FaultKind::Silent));
    let mut events = remote(transport).listen().expect("it can be listened to");
    assert_eq!(next(&mut events).await, Some(RemoteEvent::Connected));
    let lost = next(&mut events).await;
    let Some(RemoteEvent::Lost { why, retry_in }) = &lost else { panic!("{lost:?}") };
    assert!(why.starts_with("no sign of life") && *retry_in <= Duration::from_millis(500), "{lost:?}");
    assert_eq!(next(&mut events).await, Some(RemoteEvent::Connected));

    registry.faults().add(ScriptedFault::once(FaultKind::Refuse(503)));
    registry.faults().cut_sockets();
    assert!(matches!(next(&mut events).await, Some(RemoteEvent::Lost { .. })));
    let lost = next(&mut events).await;
    assert!(matches!(&lost, Some(RemoteEvent::Lost { why, .. }) if why == "the dashboard opens no socket: HTTP 503"), "{lost:?}");
    assert_eq!(next(&mut events).await, Some(RemoteEvent::Connected));
    browser.promote(&"s".into(), None).await;
    assert_eq!(happened(&mut events).await, RemoteEvent::Score("s".into()));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let transport = HttpTransport::new(&WebAddress::new(format!("http://{address}/graphql")), Auth::ApiKey(API_KEY.to_owned()))
        .expect("loopback");
    let mut events = transport.listen(&Line::default()).expect("it can be listened to");
    let lost = next(&mut events).await;
    assert!(matches!(&lost, Some(RemoteEvent::Lost { why, .. }) if why.contains(&address.to_string())), "{lost:?}");
}

/// The only event of a connection that is refused.
async fn refusal(transport: &dyn Transport) -> String {
    let mut events = transport.listen(&Line::default()).expect("it can be listened to");
    let first = next(&mut events).await;
    let Some(RemoteEvent::Refused(why)) = first else { panic!("{first:?}") };
    assert!(events.try_recv().is_err(), "it is the last event");
    assert!(!why.contains("da2-"), "{why}");
    why
}

#[tokio::test]
async fn what_will_never_work_is_refused() {
    let registry = registry();
    let wrong_key = refusal(&*over_http(&registry, "da2-wrong").await).await;
    assert_eq!(wrong_key, "the dashboard does not let listeners in: UnauthorizedException");
    registry.faults().add(ScriptedFault::once(FaultKind::Refuse(403)));
    assert_eq!(refusal(&*over_http(&registry, API_KEY).await).await, "the dashboard opens no socket: HTTP 403");

    for status in [StatusCode::NOT_FOUND, StatusCode::OK, StatusCode::FOUND] {
        let transport = answering(status, ("location", "http://127.0.0.1:1/")).await;
        assert_eq!(refusal(&transport).await, format!("the dashboard opens no socket: HTTP {}", status.as_u16()));
    }
}

/// A server that gives every request for a socket this answer.
async fn answering(status: StatusCode, header: (&'static str, &'static str)) -> HttpTransport {
    let router = Router::new().route("/graphql/realtime", get(move || async move { (status, [header], "<html>") }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    HttpTransport::new(&WebAddress::new(format!("http://{address}/graphql")), Auth::ApiKey(API_KEY.to_owned())).expect("loopback")
}

#[tokio::test]
async fn a_busy_server_is_left_alone_as_long_as_it_asks() {
    for (after, pause) in [("7", Duration::from_secs(7)), ("86400", Duration::from_mins(5))] {
        let mut events =
            answering(StatusCode::TOO_MANY_REQUESTS, ("retry-after", after)).await.listen(&Line::default()).expect("it can");
        let lost = next(&mut events).await;
        assert!(matches!(&lost, Some(RemoteEvent::Lost { retry_in, .. }) if *retry_in == pause), "{lost:?}");
    }
}

#[tokio::test]
async fn credentials_open_a_connection_too() {
    let registry = RegistryOptions::default().in_memory().expect("a database");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(scoresync::registry::serve(listener, registry.clone(), std::future::pending()));
    let credentials =
        Credentials { access_key: "A".into(), secret_key: "S".into(), session_token: Some("a token/with+signs=".into()) };
    let auth = Auth::Iam { credentials, region: Some("eu-west-1".to_owned()) };
    let transport = HttpTransport::new(&WebAddress::new(format!("http://{address}/graphql")), auth).expect("loopback");
    let mut events = transport.listen(&Line::default()).expect("it can be listened to");
    assert_eq!(next(&mut events).await, Some(RemoteEvent::Connected));
}

#[tokio::test]
async fn a_listener_that_does_not_listen_does_not_stop_the_connection() {
    let transport = over_http(&registry(), API_KEY).await;
    let browser = Browser::new(transport.clone()).await;
    browser.put_score(score("s")).await;
    let mut events = remote(transport).listen().expect("it can be listened to");
    assert_eq!(next(&mut events).await, Some(RemoteEvent::Connected));
    for _ in 0..600 {
        browser.promote(&"s".into(), None).await;
    }
    browser.put_score(score("last")).await;
    let mut received = 0;
    while happened(&mut events).await != RemoteEvent::Catalog {
        received += 1;
    }
    assert!(received < 600, "what did not fit became one event: {received}");
}

#[tokio::test]
async fn a_socket_whose_key_was_refused_is_opened_when_the_key_is_good_again() {
    let registry = registry();
    // The first socket meets a firewall; so does the next request, and then nothing does.
    registry.faults().add(ScriptedFault::once(FaultKind::Refuse(403)));
    let remote = remote(over_http(&registry, API_KEY).await);
    let mut events = remote.listen().expect("it can be listened to");
    assert!(matches!(next(&mut events).await, Some(RemoteEvent::Refused(_))));
    registry.faults().add(ScriptedFault::once(FaultKind::Status(401)));
    assert!(matches!(remote.account(KEY).await, Err(RemoteError::Unauthorised(_))));
    assert!(events.try_recv().is_err());
    assert!(remote.answered().await, "the key was refused until now");
    assert_eq!(next(&mut events).await, Some(RemoteEvent::Connected));
}
