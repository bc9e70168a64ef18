//! [`notify_changes`]: tells that something changed in a folder, but neither what nor whether it matters.

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::path::Path;
use tokio::sync::mpsc;

/// A folder is watched until this is dropped.
#[must_use = "the folder is watched until this is dropped"]
pub struct ChangeNotifier {
    _watcher: RecommendedWatcher,
}

/// Notifies of changes to those entries of `folder` whose names are `wanted`; several changes may be one notification. `None`
/// where the system sends no events: look at the folder now and then instead.
pub fn notify_changes(folder: &Path, wanted: fn(&str) -> bool) -> Option<(ChangeNotifier, mpsc::Receiver<()>)> {
    // A notification that was not taken yet covers all changes that follow.
    let (sender, notifications) = mpsc::channel(1);
    let on_event = move |event: notify::Result<notify::Event>| {
        let is_wanted = |path: &Path| path.file_name().is_some_and(|name| wanted(&name.to_string_lossy()));
        let reads_only = |event: &notify::Event| event.kind.is_access();
        if event.is_ok_and(|event| !reads_only(&event) && event.paths.iter().any(|path| is_wanted(path))) {
            let _ = sender.try_send(());
        }
    };
    let mut watcher = notify::recommended_watcher(on_event).ok()?;
    watcher.watch(folder, RecursiveMode::NonRecursive).ok()?;
    Some((ChangeNotifier { _watcher: watcher }, notifications))
}
