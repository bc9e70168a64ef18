//! A registry on disk behind a socket that can be cut, and that can go down and come up again at the same address.

use super::browser::{API_KEY, InProcess};
use async_trait::async_trait;
use scoresync::registry::{self, Registry, RegistryOptions};
use scoresync::remote::{Reply, Request, Transport, TransportError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// A registry behind a socket. Clones share it.
#[derive(Clone)]
pub struct Served(Arc<Mutex<Inner>>);

struct Inner {
    db: PathBuf,
    registry: Registry,
    front: SocketAddr,
    /// Where the registry listens; none while it is down.
    back: Option<SocketAddr>,
    /// Ends the server when it goes.
    _stop: Option<oneshot::Sender<()>>,
    connections: JoinSet<()>,
}

impl Served {
    /// Opens the registry at `db` and serves it.
    pub async fn start(db: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let front = listener.local_addr().expect("bound");
        let registry = open(&db);
        let inner = Inner { db, registry, front, back: None, _stop: None, connections: JoinSet::new() };
        let served = Self(Arc::new(Mutex::new(inner)));
        tokio::spawn(served.clone().accept(listener));
        served.up().await;
        served
    }

    pub fn url(&self) -> String {
        format!("http://{}/graphql", self.lock().front)
    }

    /// Every connection breaks; new ones are taken.
    pub fn cut(&self) {
        self.lock().connections.abort_all();
    }

    /// The registry goes down: connections break, and new ones are closed at once.
    pub fn down(&self) {
        let mut inner = self.lock();
        (inner.back, inner._stop) = (None, None);
        inner.connections.abort_all();
    }

    /// It comes up again, from its file.
    pub async fn up(&self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let (stop, stopped) = oneshot::channel::<()>();
        let mut inner = self.lock();
        inner.registry = open(&inner.db);
        (inner.back, inner._stop) = (listener.local_addr().ok(), Some(stop));
        let stopped = async { drop(stopped.await) };
        tokio::spawn(registry::serve(listener, inner.registry.clone(), stopped));
    }

    /// The way of somebody who sits beside the registry: never cut.
    pub fn beside(&self) -> Arc<dyn Transport> {
        Arc::new(Beside(self.clone()))
    }

    async fn accept(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let mut inner = self.lock();
            let Some(back) = inner.back else { continue };
            inner.connections.spawn(carry(stream, back));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("no panic while locked")
    }
}

fn open(db: &Path) -> Registry {
    RegistryOptions::default().api_key(API_KEY).open(db).expect("a registry")
}

async fn carry(mut front: TcpStream, back: SocketAddr) {
    if let Ok(mut back) = TcpStream::connect(back).await {
        let _ = copy_bidirectional(&mut front, &mut back).await;
    }
}

/// Requests to whatever registry is up, or was last.
struct Beside(Served);

#[async_trait]
impl Transport for Beside {
    async fn send(&self, request: &Request) -> Result<Reply, TransportError> {
        let registry = self.0.lock().registry.clone();
        InProcess(registry).send(request).await
    }
}
