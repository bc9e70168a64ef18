//! [`HttpTransport`]: requests over HTTP with an API key or an AWS signature.
//!
//! It neither tries again nor judges replies. The key goes to the configured address and nowhere else: no redirect is
//! followed, plain HTTP only reaches this machine unless a person allowed it, and neither errors nor `Debug` show the key.
#![expect(clippy::disallowed_methods, reason = "a signature and a Retry-After date are about the real time")]

use super::credentials::Credentials;
use super::event::RemoteEvent;
use super::line::Line;
use super::net;
use super::realtime::{self, SocketAuth};
use super::sigv4::{self, Signer, Unsigned};
use super::sleep::slept;
use super::transport::{Reply, Request, Transport, TransportError};
use crate::model::{SleepDetector, WebAddress};
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Client, Response, Url};
use serde_json::json;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::mpsc;
use tracing::debug;

/// AppSync itself gives up after 30 s.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(35);
/// The largest reply that is read, in bytes after decompression. Fifty versions as large as the service stores them hardly
/// fit; those are asked for in smaller parts. With the limit on concurrent requests it bounds what is in flight.
const MAX_REPLY: usize = 16 << 20;
/// The wall clock gains this much between two requests only in sleep.
const SLEEP_GAP: Duration = Duration::from_secs(15);
const JSON: &str = "application/json";

/// How requests are authorized.
#[derive(Clone)]
pub enum Auth {
    /// `x-api-key`.
    ApiKey(String),
    /// AWS Signature Version 4.
    Iam {
        /// What requests are signed with.
        credentials: Credentials,
        /// The AWS region; none if it stands in the host.
        region: Option<String>,
    },
}

/// Why an endpoint cannot be used at all. Never shows a key.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HttpError {
    /// Not an absolute `http` or `https` URL.
    #[error("{0} is not an http or https address")]
    Address(WebAddress),
    /// Plain HTTP to another machine would show the key to everybody on the way. The origin of the address.
    #[error("over plain http, anybody on the network could read the key on its way to {0}")]
    Plain(String),
    /// Characters that no header can carry, as line ends.
    #[error("the API key has characters that cannot be sent")]
    Key,
    /// IAM without a region.
    #[error("the AWS region is neither given nor part of the address")]
    Region,
    /// IAM in a build without it.
    #[error("this build of scoresync cannot sign in with iam")]
    NotBuilt,
    /// The HTTP client cannot be made: no certificate store, for example.
    #[error("no https here: {0}")]
    Client(String),
}

/// A [`Transport`] over HTTP. Connections are kept and shared, but not over a sleep of the computer, nor beyond a probe:
/// whether an old one still leads anywhere shows only after a long wait.
pub struct HttpTransport {
    connections: Mutex<Connections>,
    url: Url,
    /// Headers of every request.
    headers: HeaderMap,
    auth: SocketAuth,
}

/// The connections of a transport.
struct Connections {
    client: Client,
    sleep_detector: SleepDetector,
}

impl HttpTransport {
    /// Checks the address and sets up a client for it. Sends nothing.
    ///
    /// # Errors
    /// The address, the key or the region cannot be used, or there is no TLS on this machine.
    pub fn new(address: &WebAddress, auth: Auth) -> Result<Self, HttpError> {
        if address.is_plain() && !address.is_loopback() {
            return Err(HttpError::Plain(address.origin().unwrap_or_default()));
        }
        Self::allowing_plain_http(address, auth)
    }

    /// The same where a person allowed that everybody on the way to this address may read the key.
    ///
    /// # Errors
    /// As [`HttpTransport::new`].
    pub fn allowing_plain_http(address: &WebAddress, auth: Auth) -> Result<Self, HttpError> {
        let url = address.url().ok_or_else(|| HttpError::Address(address.clone()))?;
        let mut headers = HeaderMap::from_iter([(reqwest::header::CONTENT_TYPE, HeaderValue::from_static(JSON))]);
        let auth = match auth {
            Auth::ApiKey(key) => {
                let mut value = HeaderValue::try_from(key.as_str()).map_err(|_| HttpError::Key)?;
                value.set_sensitive(true);
                headers.insert(HeaderName::from_static("x-api-key"), value);
                SocketAuth::Key(key)
            }
            Auth::Iam { .. } if !cfg!(feature = "iam") => return Err(HttpError::NotBuilt),
            Auth::Iam { credentials, region } => {
                let region = address.aws_region().or(region).ok_or(HttpError::Region)?;
                SocketAuth::Iam(Signer { credentials, region, service: sigv4::SERVICE })
            }
        };
        let client = client(&url).map_err(|error| HttpError::Client(net::cause(&error)))?;
        let sleep_detector = SleepDetector::new(Timestamp::now(), Instant::now(), SLEEP_GAP);
        Ok(Self { connections: Mutex::new(Connections { client, sleep_detector }), url, headers, auth })
    }

    /// The client whose connections are known to have led somewhere.
    fn client(&self) -> Client {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if connections.sleep_detector.slept(Timestamp::now(), Instant::now())
            && let Ok(fresh) = client(&self.url)
        {
            debug!("the computer slept: connections are made anew");
            connections.client = fresh;
        }
        connections.client.clone()
    }

    async fn respond(&self, client: Client, request: &Request) -> Result<Response, TransportError> {
        let Request { query, variables, operation } = request;
        let body = json!({ "query": query, "variables": variables, "operationName": operation }).to_string();
        let headers = self.headers(body.as_bytes())?;
        client.post(self.url.clone()).headers(headers).body(body).send().await.map_err(failed)
    }

    async fn send_with(&self, client: Client, request: &Request) -> Result<Reply, TransportError> {
        let response = self.respond(client, request).await?;
        if let Some(location) = response.headers().get(LOCATION).filter(|_| response.status().is_redirection()) {
            return Err(TransportError::Redirect(WebAddress::new(String::from_utf8_lossy(location.as_bytes()))));
        }
        Ok(Reply {
            status: response.status().as_u16(),
            retry_after: net::retry_after(response.headers(), Timestamp::now()),
            body: read(response).await?,
        })
    }

    /// The headers of one request, signed for IAM.
    fn headers(&self, body: &[u8]) -> Result<HeaderMap, TransportError> {
        let mut headers = self.headers.clone();
        let SocketAuth::Iam(signer) = &self.auth else { return Ok(headers) };
        let request = Unsigned { method: "POST", url: self.url.as_str(), headers: &[("content-type", JSON)], body };
        let unsigned = |fault: String| TransportError::Connect(format!("the request cannot be signed: {fault}"));
        for (name, value) in signer.headers(&request, SystemTime::now()).map_err(unsigned)? {
            let name = HeaderName::try_from(name).map_err(|fault| unsigned(fault.to_string()))?;
            let mut value = HeaderValue::try_from(value).map_err(|fault| unsigned(fault.to_string()))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        tokio::select! {
            outcome = self.send_with(self.client(), request) => outcome,
            () = slept(SystemTime::now) => Err(TransportError::Broken("the computer slept meanwhile".to_owned())),
        }
    }

    /// The connection of an answered probe is the first of those that are used from then on.
    async fn probe(&self, request: &Request) -> Result<Reply, TransportError> {
        let fresh = client(&self.url).map_err(failed)?;
        let reply = self.send_with(fresh.clone(), request).await?;
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).client = fresh;
        Ok(reply)
    }

    async fn clock(&self, request: &Request) -> Option<Timestamp> {
        net::date(self.respond(self.client(), request).await.ok()?.headers())
    }

    fn address(&self) -> Option<WebAddress> {
        Some(WebAddress::new(self.url.as_str()))
    }

    fn listen(&self, line: &Line) -> Option<mpsc::Receiver<RemoteEvent>> {
        Some(realtime::listen(&self.url, self.auth.clone(), line.clone()))
    }
}

/// A client without connections.
fn client(url: &Url) -> reqwest::Result<Client> {
    net::client(url).timeout(REQUEST_TIMEOUT).gzip(true).build()
}

async fn read(mut response: Response) -> Result<Vec<u8>, TransportError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_REPLY {
            return Err(TransportError::TooLarge(MAX_REPLY));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn failed(error: reqwest::Error) -> TransportError {
    net::failed(error, REQUEST_TIMEOUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(address: &str) -> Result<HttpTransport, HttpError> {
        HttpTransport::new(&WebAddress::new(address), Auth::ApiKey("da2-secret".to_owned()))
    }

    #[test]
    fn plain_http_reaches_only_this_machine() {
        for good in ["http://127.0.0.1:9/graphql", "http://[::1]:9/", "http://localhost:9", "http://LOCALHOST/"] {
            assert!(new(good).is_ok(), "{good}");
        }
        for plain in ["http://example.com/graphql", "http://127.0.0.1.example.com/", "http://localhost.example.com/"] {
            assert!(matches!(new(plain), Err(HttpError::Plain(_))), "{plain}");
            let allowed = HttpTransport::allowing_plain_http(&WebAddress::new(plain), Auth::ApiKey("da2-secret".to_owned()));
            assert!(allowed.is_ok(), "{plain}");
        }
        for bad in ["", "ftp://localhost/", "localhost:9/graphql", "u:secret@", "https://u:secret@x.example/"] {
            let error = new(bad).err().expect("not an address");
            assert!(matches!(&error, HttpError::Address(_)) && !error.to_string().contains("secret"), "{bad} {error}");
        }
    }

    #[test]
    fn keys_are_checked_and_never_shown() {
        let error = HttpTransport::new(&WebAddress::new("http://localhost/"), Auth::ApiKey("da2-secret\n".to_owned())).err();
        assert!(error.is_some_and(|error| matches!(error, HttpError::Key) && !error.to_string().contains("secret")));
        let transport = new("http://localhost/").expect("a good address");
        assert!(!format!("{:?}", transport.headers).contains("secret"));
    }

    #[test]
    #[cfg(not(feature = "iam"))]
    fn a_build_without_iam_says_so_before_anything_is_sent() {
        let credentials = Credentials { access_key: "A".into(), secret_key: "da2-secret".into(), session_token: None };
        let iam = Auth::Iam { credentials, region: Some("eu-west-1".into()) };
        assert!(matches!(HttpTransport::new(&WebAddress::new("http://localhost/"), iam), Err(HttpError::NotBuilt)));
    }

    #[test]
    #[cfg(feature = "iam")]
    fn iam_needs_a_region_and_signs() {
        let credentials = Credentials { access_key: "A".into(), secret_key: "da2-secret".into(), session_token: None };
        let iam = |region: Option<&str>| Auth::Iam { credentials: credentials.clone(), region: region.map(str::to_owned) };
        let here = WebAddress::new("http://localhost/");
        assert!(matches!(HttpTransport::new(&here, iam(None)), Err(HttpError::Region)));
        let transport = HttpTransport::new(&here, iam(Some("eu-west-1"))).expect("a region");
        let headers = transport.headers(b"{}").expect("signable");
        assert!(headers["authorization"].to_str().is_ok_and(|value| value.contains("/eu-west-1/appsync/")));
        assert!(!format!("{headers:?}").contains("Signature"));
    }
}
