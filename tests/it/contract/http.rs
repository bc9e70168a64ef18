//! The HTTP transport against real sockets.

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use scoresync::model::WebAddress;
use scoresync::remote::{Auth, HttpTransport, Request, Transport, TransportError};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const KEY: &str = "da2-secret";

fn request() -> Request {
    Request { query: "query Q { x }".to_owned(), variables: json!({"a": "é\r\n"}), operation: "Q" }
}

fn transport(address: SocketAddr) -> HttpTransport {
    HttpTransport::new(&WebAddress::new(format!("http://{address}/graphql")), Auth::ApiKey(KEY.to_owned()))
        .expect("a loopback address")
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await });
    address
}

/// A server that writes `reply` to each connection once it has seen a request, and closes it.
async fn raw(reply: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut seen = Vec::new();
            while !seen.ends_with(b"}") && socket.read_buf(&mut seen).await.is_ok_and(|read| read > 0) {}
            let _ = socket.write_all(reply.as_bytes()).await;
        }
    });
    address
}

/// The next connection, once it has sent a request.
async fn asked(listener: &TcpListener) -> TcpStream {
    let (mut socket, _) = listener.accept().await.expect("a connection");
    let mut seen = Vec::new();
    while !seen.ends_with(b"}") && socket.read_buf(&mut seen).await.is_ok_and(|read| read > 0) {}
    socket
}

#[tokio::test]
async fn a_request_carries_key_query_and_name() {
    let echo = async |headers: HeaderMap, body: String| {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        json!({"key": header("x-api-key"), "type": header("content-type"), "encoding": header("accept-encoding"), "body": body})
            .to_string()
    };
    let reply = transport(serve(Router::new().route("/graphql", post(echo))).await).send(&request()).await.expect("a reply");
    let seen: Value = serde_json::from_slice(&reply.body).expect("JSON");
    assert_eq!((reply.status, &seen["key"], &seen["type"]), (200, &json!(KEY), &json!("application/json")));
    assert!(seen["encoding"].as_str().is_some_and(|encoding| encoding.contains("gzip")));
    let body: Value = serde_json::from_str(seen["body"].as_str().expect("text")).expect("JSON");
    assert_eq!(body, json!({"query": "query Q { x }", "variables": {"a": "é\r\n"}, "operationName": "Q"}));
}

#[tokio::test]
async fn a_connection_is_kept() {
    let port = async |ConnectInfo(from): ConnectInfo<SocketAddr>| from.port().to_string();
    let transport = transport(serve(Router::new().route("/graphql", post(port))).await);
    let first = transport.send(&request()).await.expect("a reply").body;
    assert_eq!(transport.send(&request()).await.expect("a reply").body, first);
}

#[tokio::test]
async fn a_compressed_reply_is_unpacked() {
    // {"data":{"getScore":null}}
    const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\x49\x2c\x49\x54\xb2\xaa\x56\x4a\x4f\x2d\x09\x4e\xce\x2f\x4a\x55\xb2\xca\x2b\xcd\xc9\xa9\xad\x05\x00\xa1\x03\xdc\x43\x1a\x00\x00\x00";
    let packed = async || ([("content-encoding", "gzip")], GZIP);
    let reply = transport(serve(Router::new().route("/graphql", post(packed))).await).send(&request()).await.expect("a reply");
    assert_eq!(reply.body, br#"{"data":{"getScore":null}}"#);
}

#[tokio::test]
async fn a_status_and_its_retry_after_are_passed_on() {
    let busy = async || (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "3")], "<html>");
    let reply = transport(serve(Router::new().route("/graphql", post(busy))).await).send(&request()).await.expect("a reply");
    assert_eq!((reply.status, reply.retry_after.map(|after| after.as_secs())), (503, Some(3)));
    assert_eq!(reply.body, b"<html>");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let away = async || (StatusCode::TEMPORARY_REDIRECT, [("location", "https://elsewhere.example/")]);
    let error = transport(serve(Router::new().route("/graphql", post(away))).await).send(&request()).await;
    assert!(
        matches!(error, Err(TransportError::Redirect(location)) if location == WebAddress::new("https://elsewhere.example/"))
    );
}

#[tokio::test]
async fn a_reply_larger_than_any_real_one_is_not_read_to_its_end() {
    let of = |bytes: usize| Router::new().route("/graphql", post(async move || vec![b' '; bytes]));
    assert!(transport(serve(of(16 << 20)).await).send(&request()).await.is_ok());
    let error = transport(serve(of((16 << 20) + 1)).await).send(&request()).await;
    assert!(matches!(error, Err(TransportError::TooLarge(16_777_216))), "{:?}", error.map(|reply| reply.body.len()));
}

#[tokio::test]
async fn headers_without_end_are_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let mut socket = asked(&listener).await;
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\nx: ").await;
        while socket.write_all(&[b'x'; 65_536]).await.is_ok() {}
    });
    let error = transport(address).send(&request()).await.expect_err("it never ends");
    assert!(matches!(error, TransportError::Broken(_)), "{error:?}");
}

/// The clock jumps whenever everybody waits, also while bytes are on their way: a drop comes about once a second.
#[tokio::test(start_paused = true)]
async fn a_reply_that_drips_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let mut socket = asked(&listener).await;
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await;
        while socket.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let start = tokio::time::Instant::now();
    let error = transport(address).send(&request()).await.expect_err("it never ends");
    assert!(matches!(error, TransportError::Timeout(_) | TransportError::Connect(_)), "{error:?}");
    assert!(start.elapsed() <= Duration::from_secs(36), "{:?}", start.elapsed());
}

#[tokio::test]
async fn broken_and_refused_connections_are_told_apart() {
    let cut = raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":").await;
    let error = transport(cut).send(&request()).await.expect_err("the body is cut");
    assert!(matches!(error, TransportError::Broken(_)), "{error:?}");
    let closed = raw("").await;
    let error = transport(closed).send(&request()).await.expect_err("there is no reply");
    assert!(matches!(error, TransportError::Broken(_)), "{error:?}");

    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("bound");
    let error = transport(nobody).send(&request()).await.expect_err("nobody listens");
    assert!(matches!(&error, TransportError::Connect(words) if !words.contains(KEY)), "{error:?}");
}
