//! Over real HTTP on loopback: keys, keep-alive, gzip, broken connections, stopping.

use super::body;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use reqwest::{Client, Response, StatusCode};
use scoresync::registry::{NotLoopback, Registry, RegistryOptions, require_loopback, seed, serve};
use serde_json::{Value, json};
use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const PING: &str = "{ __typename }";
const SCORES: &str = "{ listScores { items { id name externalId createdAt updatedAt } } }";

struct Server {
    address: SocketAddr,
    url: String,
    registry: Registry,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
    client: Client,
}

impl Server {
    async fn start() -> Self {
        let registry = RegistryOptions::default().api_key("key").in_memory().unwrap();
        seed::demo(&registry).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(serve(listener, registry.clone(), async move { drop(stopped.await) }));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_gzip().no_proxy().tls_certs_only([]).build().unwrap();
        Self { address, url: format!("http://{address}/graphql"), registry, stop, served, client }
    }

    async fn post(&self, query: &str) -> reqwest::Result<Response> {
        self.client.post(&self.url).header("x-api-key", "key").body(body(query, Value::Null)).send().await
    }

    fn fault(&self, fault: &str) {
        self.registry.faults().add(fault.parse().unwrap());
    }
}

#[tokio::test]
async fn answers_as_in_process() {
    let server = Server::start().await;
    let response = server.post(SCORES).await.unwrap();
    assert_eq!((response.status(), &response.headers()["content-type"]), (StatusCode::OK, &"application/json".parse().unwrap()));
    let inside = server.registry.execute(Some("key"), &body(SCORES, Value::Null)).unwrap();
    assert_eq!(response.bytes().await.unwrap(), inside.body);
}

#[tokio::test]
async fn statuses_and_retry_after_travel() {
    let server = Server::start().await;
    let unsigned = server.client.post(&server.url).body(body(PING, Value::Null)).send().await.unwrap();
    assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(unsigned.json::<Value>().await.unwrap()["errors"][0]["errorType"], "UnauthorizedException");
    let large = server.client.post(&server.url).header("x-api-key", "key").body(vec![b' '; (10 << 20) + 1]).send().await.unwrap();
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    server.fault("throttle");
    let throttled = server.post(PING).await.unwrap();
    assert_eq!((throttled.status(), &throttled.headers()["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &"1".parse().unwrap()));
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let server = Server::start().await;
    let stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: key\r\ncontent-length: {}\r\n\r\n",
        body(PING, Value::Null).len()
    );
    let request = [request.into_bytes(), body(PING, Value::Null)].concat();
    for _ in 0..3 {
        write(&stream, &request).await;
        assert!(read_until(&stream, b"{\"data\":{\"__typename\":\"Query\"}}").await);
    }
}

async fn write(stream: &tokio::net::TcpStream, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        stream.writable().await.unwrap();
        bytes = &bytes[stream.try_write(bytes).unwrap()..];
    }
}

/// Whether the stream sent these bytes last, before it closed.
async fn read_until(stream: &tokio::net::TcpStream, end: &[u8]) -> bool {
    let mut read = Vec::new();
    while !read.ends_with(end) {
        stream.readable().await.unwrap();
        let mut part = [0; 4096];
        match stream.try_read(&mut part) {
            Ok(0) => return false,
            Ok(length) => read.extend_from_slice(&part[..length]),
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
        }
    }
    true
}

#[tokio::test]
async fn long_answers_are_compressed_for_who_asks() {
    let server = Server::start().await;
    let ask = |query: &str| {
        server
            .client
            .post(&server.url)
            .header("x-api-key", "key")
            .header(ACCEPT_ENCODING, "br, gzip;q=0.8")
            .body(body(query, Value::Null))
            .send()
    };
    let packed = ask(SCORES).await.unwrap();
    assert_eq!(packed.headers().get(CONTENT_ENCODING), Some(&"gzip".parse().unwrap()));
    let packed = packed.bytes().await.unwrap();
    let plain = server.post(SCORES).await.unwrap();
    assert_eq!(plain.headers().get(CONTENT_ENCODING), None);
    let plain = plain.bytes().await.unwrap();
    assert!(packed.len() * 2 < plain.len(), "{} of {}", packed.len(), plain.len());
    let unpacking = Client::builder().gzip(true).no_proxy().tls_certs_only([]).build().unwrap();
    let unpacked = unpacking.post(&server.url).header("x-api-key", "key").body(body(SCORES, Value::Null)).send().await.unwrap();
    assert_eq!(unpacked.bytes().await.unwrap(), plain);
    assert_eq!(ask(PING).await.unwrap().headers().get(CONTENT_ENCODING), None, "too short to be worth it");
}

#[tokio::test]
async fn a_lost_reply_is_a_broken_connection_after_the_effect() {
    let server = Server::start().await;
    server.fault("lose-reply");
    let rename = "mutation { updateScorecard(input: {id: \"5c0e51c0-0001-4000-8000-000000000001\", name: \"Renamed\"}) { id } }";
    let lost = server.post(rename).await.unwrap_err();
    assert!(lost.status().is_none() && !lost.is_connect(), "{lost:?}");
    let name = server.post("{ getScorecard(id: \"5c0e51c0-0001-4000-8000-000000000001\") { name } }").await.unwrap();
    assert_eq!(name.json::<Value>().await.unwrap()["data"]["getScorecard"]["name"], "Renamed");
}

#[tokio::test]
async fn a_cut_answer_breaks_while_it_is_read() {
    let server = Server::start().await;
    server.fault("cut");
    let cut = server.post(SCORES).await.unwrap();
    assert_eq!(cut.status(), StatusCode::OK);
    assert!(cut.bytes().await.is_err());
    assert_eq!(server.post(PING).await.unwrap().json::<Value>().await.unwrap(), json!({"data": {"__typename": "Query"}}));
}

#[tokio::test]
async fn a_body_without_end_is_refused_before_it_is_read() {
    let server = Server::start().await;
    let (mut answer, mut request) = tokio::net::TcpStream::connect(server.address).await.unwrap().into_split();
    let answer = async {
        let mut read = Vec::new();
        while !read.ends_with(b"\r\n\r\n") && answer.read_buf(&mut read).await.is_ok_and(|read| read > 0) {}
        String::from_utf8(read).unwrap()
    };
    let body = async {
        request.write_all(b"POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
        for _ in 0..64 {
            let chunk = [b"100000\r\n", &[b' '; 1 << 20][..], b"\r\n"].concat();
            if request.write_all(&chunk).await.is_err() {
                return pending().await;
            }
        }
    };
    tokio::select! {
        said = answer => assert!(said.starts_with("HTTP/1.1 413 ") || said.is_empty(), "{said}"),
        () = body => panic!("64 MiB are read without an answer"),
    }
}

/// What a client left half undone does not keep the server: the clock jumps to what it waits for.
#[tokio::test(start_paused = true)]
async fn it_stops_when_told_and_requests_without_end_do_not_keep_it() {
    for half in ["POST /gra", "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"] {
        let server = Server::start().await;
        let stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
        write(&stream, half.as_bytes()).await;
        server.stop.send(()).unwrap();
        let stopped = tokio::time::timeout(Duration::from_hours(1), server.served).await;
        assert!(stopped.is_ok(), "{half}");
    }
}

#[tokio::test]
async fn it_stops_when_told_and_connections_do_not_keep_it() {
    let server = Server::start().await;
    server.post(PING).await.unwrap().bytes().await.unwrap();
    server.stop.send(()).unwrap();
    server.served.await.unwrap().unwrap();
    let before = server.registry.requests().len();
    // The port may be somebody else's by now, so an answer proves nothing; this registry is not asked any more.
    let _ = server.client.post(&server.url).body(body(PING, Value::Null)).send().await;
    assert_eq!(server.registry.requests().len(), before);
}

#[test]
fn only_loopback_addresses_are_served() {
    for inside in ["127.0.0.1:80", "[::1]:80", "127.8.8.8:1"] {
        assert_eq!(require_loopback(inside.parse().unwrap()), Ok(()));
    }
    for outside in ["0.0.0.0:80", "[::]:80", "192.168.1.1:80"] {
        assert_eq!(require_loopback(outside.parse().unwrap()), Err(NotLoopback(outside.parse().unwrap())));
    }
}
