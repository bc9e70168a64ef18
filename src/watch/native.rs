//! [`Native`]: the system's events, by one watch on every folder.
//!
//! Folders are watched one by one, because a recursive watch gives up at the first folder that vanishes or cannot be read
//! while it is set, and would watch all of `.git`. Where the system watches whole trees by itself, it does.

use super::event::Why;
use super::event_queue::{EventQueue, PendingEvents};
use super::names::{Name, is_foreign, name};
use crate::model::RelPath;
use notify::event::{CreateKind, ModifyKind, RemoveKind, RenameMode};
use notify::{Error, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

/// The system watches a tree by itself.
const WATCHES_TREES: bool = cfg!(any(target_os = "macos", windows));

/// The system's events for one root.
pub(super) struct Native {
    watcher: RecommendedWatcher,
    root: PathBuf,
    folders: BTreeSet<PathBuf>,
    /// Events count as long as this lives.
    _alive: Arc<()>,
}

impl Native {
    /// Watches `root`, without links, and all folders below it.
    pub(super) fn start(root: &Path, event_queue: &Arc<EventQueue>) -> Result<Self, Why> {
        let alive = Arc::new(());
        let on_event = handler(root.to_owned(), Arc::clone(event_queue), Arc::downgrade(&alive));
        let mut watcher = notify::recommended_watcher(on_event).map_err(|error| reason(&error))?;
        if WATCHES_TREES {
            watcher.watch(root, RecursiveMode::Recursive).map_err(|error| reason(&error))?;
        }
        let mut native = Self { watcher, root: root.to_owned(), folders: BTreeSet::new(), _alive: alive };
        native.watch_below(root)?;
        Ok(native)
    }

    /// Watches all folders at `path`, where something was created, or forgets those that were removed. Returns whether it
    /// is, or was, a folder.
    pub(super) fn update(&mut self, path: &RelPath) -> Result<bool, Why> {
        let path = &path.under(&self.root);
        if path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
            self.watch_below(path)?;
            return Ok(true);
        }
        let known = self.folders.len();
        self.folders.retain(|folder| !folder.starts_with(path));
        Ok(WATCHES_TREES || self.folders.len() < known)
    }

    /// Watches every folder again: some may have been created unnoticed.
    pub(super) fn watch_all(&mut self) -> Result<(), Why> {
        self.watch_below(&self.root.clone())
    }

    /// Watches a folder, and then lists it for those below: one that is created in between makes an event.
    fn watch_below(&mut self, folder: &Path) -> Result<(), Why> {
        let mut open = if WATCHES_TREES { Vec::new() } else { vec![folder.to_owned()] };
        while let Some(at) = open.pop() {
            match self.watcher.watch(&at, RecursiveMode::NonRecursive) {
                Ok(()) => open.extend(folders_in(&at)),
                Err(error) if at != self.root && is_of_one_folder(&error) => continue,
                Err(error) => return Err(reason(&error)),
            }
            self.folders.insert(at);
        }
        Ok(())
    }
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir()) && !is_foreign(&entry.file_name());
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(is_folder).map(|entry| entry.path()).collect()
}

/// The folder was removed in the meantime, or cannot be read: the scan reports that, and the folder above makes an event
/// when it changes.
fn is_of_one_folder(error: &Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => matches!(error.kind(), NotFound | NotADirectory | PermissionDenied),
        _ => false,
    }
}

/// Why the system does not watch.
fn reason(error: &Error) -> Why {
    match &error.kind {
        ErrorKind::MaxFilesWatch => Why::Limit("fs.inotify.max_user_watches".into()),
        ErrorKind::Io(error) if is_out_of_instances(error) => Why::Limit("fs.inotify.max_user_instances".into()),
        _ => Why::Other(error.to_string()),
    }
}

/// `inotify_init1` fails with EMFILE; it also does where the process has too many open files, which is far rarer.
#[cfg(unix)]
fn is_out_of_instances(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error())
}

#[cfg(not(unix))]
fn is_out_of_instances(_: &io::Error) -> bool {
    false
}

fn handler(root: PathBuf, event_queue: Arc<EventQueue>, alive: Weak<()>) -> impl FnMut(notify::Result<Event>) + Send {
    move |event| {
        if alive.strong_count() > 0 {
            event_queue.add(|pending| add(&root, event, pending));
        }
    }
}

/// What an event is about, as far as that is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    File,
    Folder,
    Either,
}

/// Adds an event of the system to those that wait.
fn add(root: &Path, event: notify::Result<Event>, pending: &mut PendingEvents) {
    let event = match event {
        Ok(event) if event.need_rescan() => return pending.miss(Why::Overflow),
        Ok(event) => event,
        Err(error) => return pending.miss(reason(&error)),
    };
    let Some(about) = about(event.kind) else { return };
    for path in &event.paths {
        match name(root, path) {
            Name::Document(path) => {
                if about != About::File {
                    pending.change(path.clone());
                }
                pending.touch(path);
            }
            Name::Other(_) if about == About::File => {}
            Name::Other(path) => {
                if about == About::Folder {
                    pending.touch(path.clone());
                }
                pending.change(path);
            }
            Name::Root => pending.root_lost |= is_loss(event.kind),
            Name::Strange(path) => pending.miss(Why::Other(format!("{path:?} cannot be watched"))),
            Name::Foreign => {}
        }
    }
}

/// `None` if nothing changed: our own reading makes such events.
fn about(kind: EventKind) -> Option<About> {
    Some(match kind {
        EventKind::Access(_) => return None,
        EventKind::Create(CreateKind::File) | EventKind::Remove(RemoveKind::File) => About::File,
        EventKind::Modify(ModifyKind::Data(_)) => About::File,
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => About::Folder,
        _ => About::Either,
    })
}

/// The file or folder is no longer where it was.
fn is_loss(kind: EventKind) -> bool {
    matches!(kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From | RenameMode::Any)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{AccessKind, AccessMode, DataChange, Flag, MetadataKind};

    fn pending_of(event: notify::Result<Event>) -> PendingEvents {
        let mut pending = PendingEvents::default();
        add(Path::new("/r"), event, &mut pending);
        pending
    }

    fn paths(set: &BTreeSet<RelPath>) -> Vec<&str> {
        set.iter().map(RelPath::as_str).collect()
    }

    #[test]
    fn what_editors_and_tools_do_is_classified() {
        let data = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let from = EventKind::Modify(ModifyKind::Name(RenameMode::From));
        let attributes = EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any));
        let cases: [(EventKind, &str, &[&str], &[&str]); 10] = [
            (data, "/r/C/T.yaml", &["C/T.yaml"], &[]),
            (attributes, "/r/C/T.yaml", &["C/T.yaml"], &["C/T.yaml"]),
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), "/r/C/T.yaml", &[], &[]),
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), "/r/C/T.yaml", &[], &[]),
            (EventKind::Create(CreateKind::File), "/r/C/4913", &[], &[]),
            (from, "/r/C/T.yaml___jb_tmp___", &[], &["C/T.yaml___jb_tmp___"]),
            (EventKind::Create(CreateKind::Folder), "/r/C", &["C"], &["C"]),
            (EventKind::Remove(RemoveKind::Folder), "/r/C", &["C"], &["C"]),
            (from, "/r/C/.scoresync-a.tmp", &[], &[]),
            (EventKind::Create(CreateKind::File), "/r/.git/x.yaml", &[], &[]),
        ];
        for (kind, path, touched, changed) in cases {
            let pending = pending_of(Ok(Event::new(kind).add_path(path.into())));
            assert_eq!(
                (paths(&pending.touched), paths(&pending.changed)),
                (touched.to_vec(), changed.to_vec()),
                "{kind:?} {path}"
            );
            assert_eq!((pending.missed, pending.root_lost), (None, false), "{kind:?} {path}");
        }
    }

    #[test]
    fn dropped_events_and_errors_mean_a_look_at_everything() {
        let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(pending_of(Ok(overflow)).missed, Some(Why::Overflow));
        assert_eq!(pending_of(Err(Error::generic("bad"))).missed, Some(Why::Other("bad".into())));
        let limit = Some(Why::Limit("fs.inotify.max_user_watches".into()));
        assert_eq!(pending_of(Err(Error::new(ErrorKind::MaxFilesWatch))).missed, limit);
        #[cfg(unix)]
        assert_eq!(
            reason(&Error::io(io::Error::from_raw_os_error(rustix::io::Errno::MFILE.raw_os_error()))),
            Why::Limit("fs.inotify.max_user_instances".into())
        );
    }

    #[test]
    fn the_root_is_lost_when_it_goes_not_when_it_is_touched() {
        let at_root = |kind| pending_of(Ok(Event::new(kind).add_path("/r".into()))).root_lost;
        assert!(at_root(EventKind::Remove(RemoveKind::Folder)));
        assert!(at_root(EventKind::Modify(ModifyKind::Name(RenameMode::From))));
        assert!(!at_root(EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any))));
    }
}
