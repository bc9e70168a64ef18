//! What the loop listens to and speaks into.

use super::event::{Event, FollowStatus};
use crate::remote::RemoteEvent;
use crate::watch::WatchEvent;
use std::pin::Pin;
use tokio::sync::{mpsc, watch};

/// What is told to the loop. A source that ends is silent from then on.
pub struct Sources {
    /// What happens to files.
    pub files: mpsc::Receiver<WatchEvent>,
    /// What happens to the state: other commands.
    pub elsewhere: Option<mpsc::Receiver<()>>,
    /// What the dashboard says; none if it cannot be listened to.
    pub remote_events: Option<mpsc::Receiver<RemoteEvent>>,
    /// What a person wants.
    pub commands: mpsc::Receiver<UserCommand>,
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserCommand {
    /// Push everything that can be, now.
    Push,
    /// End the pause: push what was held back.
    Resume,
    /// End.
    Quit,
}

/// Where the loop speaks.
pub struct EventSink {
    /// What happens.
    pub events: mpsc::UnboundedSender<Event>,
    /// How everything stands.
    pub status: watch::Sender<FollowStatus>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowEnd {
    /// A person quit.
    Quit,
    /// It was asked to stop.
    Stopped,
}

/// What is under way, once it is done; for ever where nothing is.
pub(super) async fn finished<T>(under_way: &mut Option<Pin<Box<dyn Future<Output = T>>>>) -> T {
    match under_way {
        Some(under_way) => under_way.await,
        None => std::future::pending().await,
    }
}

/// The next value of a source; waits for ever where there is none.
pub async fn next<T>(source: &mut Option<mpsc::Receiver<T>>) -> Option<T> {
    match source {
        Some(source) => source.recv().await,
        None => std::future::pending().await,
    }
}
