//! What requests and sockets share: how HTTP clients are made, and how their errors are classified.

use super::transport::TransportError;
use crate::model::WebAddress;
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, Url, redirect};
use std::error::Error;
use std::net::UdpSocket;
use std::time::Duration;

/// The longest until a connection can carry a request, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Between two pings while an answer is waited for.
const PING_INTERVAL: Duration = Duration::from_secs(5);
/// A connection without an answer to a ping for this long is lost.
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// A client for an API that follows no redirect.
pub(super) fn client(api: &Url) -> ClientBuilder {
    // An error means that the process has a provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        // Many requests share one connection of HTTP/2: they must notice that it leads nowhere.
        .http2_keep_alive_interval(PING_INTERVAL)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        .redirect(redirect::Policy::none())
        .user_agent(concat!("scoresync/", env!("CARGO_PKG_VERSION")));
    if api.scheme() == "http" && WebAddress::new(api.as_str()).is_loopback() {
        // This machine is not behind a proxy; and without TLS a missing certificate store must not matter.
        return builder.no_proxy().tls_certs_only([]);
    }
    builder
}

/// Classifies an error of a request that may take as long as `timeout`.
pub(super) fn failed(error: reqwest::Error, timeout: Duration) -> TransportError {
    let host = error.url().map_or_else(|| "the server".to_owned(), host_and_port);
    let error = error.without_url();
    match (error.is_connect(), error.is_timeout()) {
        (true, _) => TransportError::Connect(format!("{host}: {}", cause(&error))),
        (false, true) => TransportError::Timeout(timeout),
        (false, false) if error.is_body() || error.is_decode() => {
            TransportError::Broken(format!("the reply broke off: {}", cause(&error)))
        }
        (false, false) => TransportError::Broken(cause(&error)),
    }
}

/// The host and, where it is not the default one, the port.
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The innermost cause of an error, which says most to a person ("connection refused").
pub(super) fn cause(error: &(dyn Error + 'static)) -> String {
    error.source().map_or_else(|| error.to_string(), cause)
}

/// How long the server asks to wait.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    delay(headers.get(RETRY_AFTER)?.to_str().ok()?, now)
}

/// When the server sent these headers, by its own clock.
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(headers.get(DATE)?.to_str().ok()?).ok()
}

/// Whether this machine has a way to anywhere else. Nothing is sent: a datagram socket is only told where it would send to.
pub fn has_network() -> bool {
    // Addresses for documentation, which nobody has; the system looks for a route to them as to any other.
    let leads_to = |own: &str, other: &str| UdpSocket::bind(own).and_then(|socket| socket.connect(other)).is_ok();
    leads_to("0.0.0.0:0", "192.0.2.1:9") || leads_to("[::]:0", "[2001:db8::1]:9")
}

/// `Retry-After`: seconds, or a date.
fn delay(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = rfc2822::DateTimeParser::new().parse_timestamp(value.trim()).ok()?;
    Some(at.duration_since(now).try_into().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    /// The address of a server that takes one connection, writes `first` and then nothing any more.
    async fn silent_after(first: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            let _ = socket.write_all(first).await;
            std::future::pending::<()>().await;
        });
        address.to_string()
    }

    /// How a request ends that may take an hour, and when.
    async fn end_of(url: String, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> (reqwest::Error, Duration) {
        let url = Url::parse(&url).expect("a URL");
        let builder = client(&url).tls_certs_only([]).timeout(Duration::from_hours(1));
        let (client, start) = (change(builder).build().expect("a client"), Instant::now());
        let error = client.get(url).send().await.expect_err("nothing is answered");
        (error, start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_takes_a_connection_and_says_nothing_is_given_up_soon() {
        let address = silent_after(b"").await;
        let (error, waited) = end_of(format!("https://{address}"), |builder| builder).await;
        assert!(error.is_connect() && waited <= CONNECT_TIMEOUT + Duration::from_secs(1), "{error:?} after {waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_answers_no_ping_is_lost_long_before_its_requests_are_given_up() {
        // The settings of HTTP/2, which begin every connection.
        let address = silent_after(b"\0\0\0\x04\0\0\0\0\0").await;
        let (error, waited) = end_of(format!("http://{address}"), ClientBuilder::http2_prior_knowledge).await;
        let most = PING_INTERVAL + PING_TIMEOUT + Duration::from_secs(1);
        assert!(!error.is_connect() && waited <= most, "{error:?} after {waited:?}");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-01-02T03:04:00Z".parse().expect("a time");
        assert_eq!(delay("7", now), Some(Duration::from_secs(7)));
        assert_eq!(delay("Fri, 02 Jan 2026 03:04:30 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(delay("Fri, 02 Jan 2026 03:03:30 GMT", now), Some(Duration::ZERO));
        assert_eq!(delay("soon", now), None);
    }
}
