//! The registry over HTTP/1.1: `POST /graphql`, keep-alive, gzip when asked for; and the sockets of `realtime`.
//!
//! Plain http, for loopback only: the caller binds the listener after [`require_loopback`]. TLS and other addresses are
//! not offered.

use std::future::{Future, IntoFuture};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use axum::routing::{get, post};
use axum::serve::{IncomingStream, Listener};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt, stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::time::sleep;

use super::answer::{Dropped, HttpAnswer};
use super::realtime;
use super::service::{BODY_BYTES, Registry};

/// Requests executed at once; SQLite serves them one by one anyway.
const CONCURRENT: usize = 4;
/// Bodies below this many bytes are not worth compressing.
const COMPRESS_FROM: usize = 1024;
/// Read this much of a body, so that one above the service's limit gets the service's answer.
const READ_BYTES: usize = BODY_BYTES + (1 << 20);

/// The longest that the server waits for requests and sockets when it stops: who sent half a request may never send the rest.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);

/// An address that other machines can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the registry listens on loopback addresses only, not on {0}")]
pub struct NotLoopback(pub SocketAddr);

/// Refuses to listen where other machines could connect: the registry speaks plain http and its key is no secret.
///
/// # Errors
/// The address is not a loopback one.
pub fn require_loopback(address: SocketAddr) -> Result<(), NotLoopback> {
    if address.ip().is_loopback() { Ok(()) } else { Err(NotLoopback(address)) }
}

/// Serves until `stop` resolves, then finishes the requests under way and closes the sockets, in three seconds at most.
///
/// # Errors
/// The listener fails.
pub async fn serve(listener: TcpListener, registry: Registry, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let closing = Arc::new(watch::Sender::new(false));
    let server = Server { registry, permits: Arc::new(Semaphore::new(CONCURRENT)), closing: closing.subscribe() };
    let routes = Router::new().route("/graphql", post(answer)).route("/graphql/realtime", get(socket));
    let service = routes.layer(DefaultBodyLimit::max(READ_BYTES)).with_state(server);
    let (stopping, (begin, begun)) = (closing.clone(), oneshot::channel());
    let stopped = async move {
        stop.await;
        stopping.send_replace(true);
        let _ = begin.send(());
    };
    let service = service.into_make_service_with_connect_info::<Cutter>();
    let serving = axum::serve(CuttableListener(listener), service).with_graceful_shutdown(stopped).into_future();
    let finished = async {
        serving.await?;
        // Sockets are not requests under way: each closes by itself.
        closing.closed().await;
        Ok(())
    };
    let overdue = async {
        let _ = begun.await;
        sleep(CLOSE_TIMEOUT).await;
    };
    tokio::select! {
        ended = finished => ended,
        () = overdue => Ok(()),
    }
}

/// What all requests share.
#[derive(Clone)]
struct Server {
    registry: Registry,
    permits: Arc<Semaphore>,
    closing: watch::Receiver<bool>,
}

async fn socket(State(server): State<Server>, uri: Uri, upgrade: WebSocketUpgrade) -> Response<Body> {
    realtime::upgrade(server.registry, server.closing, &uri, upgrade)
}

async fn answer(
    State(server): State<Server>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let key = headers.get("x-api-key").and_then(|key| key.to_str().ok());
    let admitted = server.registry.admit(key, &body);
    // Even a sleep of no length waits for the next tick of the timer, a millisecond away.
    if !admitted.latency().is_zero() {
        sleep(admitted.latency()).await;
    }
    let compress = accepts_gzip(&headers);
    let _permit = server.permits.acquire().await;
    let registry = server.registry.clone();
    let performed = tokio::task::spawn_blocking(move || registry.perform(admitted).and_then(|answer| response(answer, compress)));
    match performed.await {
        Ok(Ok(response)) => response,
        // After a panic in the registry there is no answer either.
        Ok(Err(Dropped)) | Err(_) => cutter.cut(),
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| coding.split(';').next().is_some_and(|name| name.trim() == "gzip"))
}

fn response(answer: HttpAnswer, compress: bool) -> Result<Response<Body>, Dropped> {
    let mut response = Response::builder().status(answer.status).header(header::CONTENT_TYPE, answer.content_type);
    if let Some(seconds) = answer.retry_after {
        response = response.header(header::RETRY_AFTER, seconds);
    }
    if answer.cut {
        return response.body(broken_off(answer.body)).map_err(|_| Dropped);
    }
    if compress && answer.body.len() >= COMPRESS_FROM {
        let packed = gzip(&answer.body).map_err(|_| Dropped)?;
        return response.header(header::CONTENT_ENCODING, "gzip").body(packed.into()).map_err(|_| Dropped);
    }
    response.body(answer.body.into()).map_err(|_| Dropped)
}

fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

/// A body that fails behind its first part; the connection breaks there. The pause lets the part be sent before.
fn broken_off(part: Vec<u8>) -> Body {
    let first = stream::iter([Ok(Bytes::from(part))]);
    let broken = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(first.chain(broken))
}

/// Cuts a connection before its answer is written.
#[derive(Clone, Default)]
struct Cutter(Arc<AtomicBool>);

impl Cutter {
    /// The response is a formality: no byte of it leaves.
    fn cut(&self) -> Response<Body> {
        self.0.store(true, Ordering::Relaxed);
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        response
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Cutter {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().cutter.clone()
    }
}

/// The listener of [`CuttableStream`]s.
struct CuttableListener(TcpListener);

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Answers are written whole; waiting for more would only delay them.
        let _ = stream.set_nodelay(true);
        (CuttableStream { stream, cutter: Cutter::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that can be cut.
struct CuttableStream {
    stream: TcpStream,
    cutter: Cutter,
}

impl AsyncRead for CuttableStream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.cutter.0.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
