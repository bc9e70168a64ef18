//! [`notify_changes`]: something changed in a folder. Not what, and perhaps nothing that matters.

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::path::Path;
use tokio::sync::mpsc;

/// A folder is watched until this is dropped.
#[must_use = "the folder is watched until this is dropped"]
pub struct ChangeNotifier {
    _watcher: RecommendedWatcher,
}

/// Tells that entries of `folder` whose names are `wanted` changed; several changes may be one change notifier. None where the system
/// cannot tell: then have a look now and then.
pub fn notify_changes(folder: &Path, wanted: fn(&str) -> bool) -> Option<(ChangeNotifier, mpsc::Receiver<()>)> {
    // One change notifier that waits to be taken says all there is to say.
    let (to, notify_changes) = mpsc::channel(1);
    let told = move |event: notify::Result<notify::Event>| {
        let is_wanted = |path: &Path| path.file_name().is_some_and(|name| wanted(&name.to_string_lossy()));
        let reads_only = |event: &notify::Event| event.kind.is_access();
        if event.is_ok_and(|event| !reads_only(&event) && event.paths.iter().any(|path| is_wanted(path))) {
            let _ = to.try_send(());
        }
    };
    let mut watcher = notify::recommended_watcher(told).ok()?;
    watcher.watch(folder, RecursiveMode::NonRecursive).ok()?;
    Some((ChangeNotifier { _watcher: watcher }, notify_changes))
}
