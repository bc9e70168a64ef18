//! File events on the real notifier and by polling. Every test waits for what it expects; time ends only a failing one.

use crate::support::Style;
use scoresync::model::RelPath;
use scoresync::watch::{WatchEvent, WatchOptions, Watching, Why, watch};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc::Receiver;

/// Long enough for the slowest machine.
const PATIENCE: Duration = Duration::from_secs(30);
const EVENTS: WatchOptions = WatchOptions { poll: false, every: Duration::from_millis(20) };
const POLLING: WatchOptions = WatchOptions { poll: true, every: Duration::from_millis(20) };

struct World {
    _home: TempDir,
    root: PathBuf,
}

impl World {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let root = home.path().join("scorecards");
        fs::create_dir_all(root.join("Calls/guidelines")).expect("folders");
        Self { _home: home, root }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn put(&self, path: &str, text: &str) {
        fs::create_dir_all(self.at(path).parent().expect("a parent")).expect("folders");
        fs::write(self.at(path), text).expect("a writable file");
    }

    fn listen(&self, options: WatchOptions) -> Recorder {
        Recorder::at(&self.root, options)
    }
}

struct Recorder {
    _watching: Watching,
    events: Receiver<WatchEvent>,
    seen: Vec<WatchEvent>,
}

impl Recorder {
    fn at(root: &Path, options: WatchOptions) -> Self {
        let (watching, events) = watch(root, &[], options);
        Self { _watching: watching, events, seen: Vec::new() }
    }

    /// Listens until `event` comes; what came before and with it.
    async fn until(&mut self, event: &WatchEvent) -> Vec<WatchEvent> {
        self.until_any(|seen| seen == event, &format!("{event:?}")).await
    }

    async fn until_any(&mut self, is_it: impl Fn(&WatchEvent) -> bool, what: &str) -> Vec<WatchEvent> {
        while !self.seen.last().is_some_and(&is_it) {
            let next = tokio::time::timeout(PATIENCE, self.events.recv()).await;
            let next = next.unwrap_or_else(|_| panic!("no {what}, only {:?}", self.seen));
            self.seen.push(next.expect("files are watched"));
        }
        std::mem::take(&mut self.seen)
    }

    async fn touched(&mut self, path: &str) -> Vec<WatchEvent> {
        self.until(&touched(path)).await
    }
}

fn touched(path: &str) -> WatchEvent {
    WatchEvent::Touched(RelPath::parse(path).expect("a safe path"))
}

#[tokio::test]
async fn every_way_to_save_makes_events_and_what_editors_keep_beside_it_none() {
    let files = ["Calls/Tone.yaml", "Calls/guidelines/Tone.md"];
    // Emacs's lock ends as documents do.
    let expected = [files[0], files[1], "Calls/.#Tone.yaml", "Calls/guidelines/.#Tone.md"].map(touched);
    for options in [EVENTS, POLLING] {
        let world = World::new();
        let mut recorder = world.listen(options);
        for style in Style::ALL {
            for (file, text) in [(files[0], "one"), (files[1], "one"), (files[0], "two"), (files[1], "two")] {
                style.save(&world.at(file), &format!("{style:?} {text}\n"));
                let seen = recorder.touched(file).await;
                let is_ours = |event: &WatchEvent| matches!(event, WatchEvent::Polling(_)) || expected.contains(event);
                assert!(seen.iter().all(is_ours), "{style:?} {seen:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_document_makes_no_event() {
    let world = World::new();
    let mut recorder = world.listen(EVENTS);
    for noise in [".git/index.yaml", ".scoresync/state.md", "Calls/.scoresync-1.tmp", "Calls/notes.csv", "Calls/Tone.yaml~"] {
        world.put(noise, "x");
    }
    fs::read_dir(world.at("Calls")).expect("a folder").for_each(drop);
    fs::rename(world.at("Calls/notes.csv"), world.at("Calls/notes.bak")).expect("renamed");
    fs::remove_file(world.at("Calls/Tone.yaml~")).expect("removed");
    world.put("Calls/last.yaml", "x");
    assert!(recorder.touched("Calls/last.yaml").await.iter().all(|event| *event == touched("Calls/last.yaml")));
}

/// A file that is written before its new folder is watched makes no event. Somebody who looks at it whenever it or a
/// folder above it is reported must have seen its last text in the end.
#[tokio::test]
async fn files_written_into_new_folders_at_once_are_reported_by_their_folder() {
    let world = World::new();
    let mut recorder = world.listen(EVENTS);
    for n in 0..100 {
        let file = world.at(&format!("New {n}/guidelines/Tone.md"));
        let writer = std::thread::spawn({
            let file = file.clone();
            move || {
                fs::create_dir_all(file.parent().expect("a parent")).expect("folders");
                ["one", "two", "three"].iter().for_each(|text| fs::write(&file, text).expect("a writable file"));
            }
        });
        let is_above = |path: &RelPath| file.starts_with(path.under(&world.root));
        let is_last = |event: &WatchEvent| match event {
            WatchEvent::Touched(path) => is_above(path) && fs::read(&file).is_ok_and(|text| text == b"three"),
            _ => false,
        };
        recorder.until_any(is_last, "sign of the last text").await;
        writer.join().expect("written");
    }
}

#[tokio::test]
async fn a_renamed_folder_is_reported_by_both_names_and_watched_on() {
    let world = World::new();
    world.put("Calls/guidelines/Tone.md", "x");
    let mut recorder = world.listen(EVENTS);
    fs::rename(world.at("Calls"), world.at("Talks")).expect("renamed");
    recorder.touched("Calls").await;
    recorder.touched("Talks").await;
    world.put("Talks/guidelines/Tone.md", "y");
    recorder.touched("Talks/guidelines/Tone.md").await;
    // A new folder of the old name is another folder.
    world.put("Calls/Tone.yaml", "z");
    recorder.touched("Calls").await;
    fs::remove_dir_all(world.at("Talks")).expect("removed");
    recorder.touched("Talks").await;
}

#[tokio::test]
async fn a_root_that_goes_and_comes_back_is_watched_again() {
    for options in [EVENTS, POLLING] {
        let world = World::new();
        let mut recorder = world.listen(options);
        let aside = world.root.with_file_name("aside");
        fs::rename(&world.root, &aside).expect("renamed");
        recorder.until(&WatchEvent::RootGone).await;
        fs::rename(&aside, &world.root).expect("renamed");
        recorder.until(&WatchEvent::RootBack).await;
        world.put("Calls/Tone.yaml", "x");
        recorder.touched("Calls/Tone.yaml").await;
    }
}

#[tokio::test]
async fn a_root_that_is_another_folder_at_once_is_noticed() {
    for options in [EVENTS, POLLING] {
        let world = World::new();
        let mut recorder = world.listen(options);
        for n in 0..5 {
            // The new folder may get the inode of the old one.
            fs::remove_dir_all(&world.root).expect("removed");
            fs::create_dir(&world.root).expect("made");
            recorder.until(&WatchEvent::RootGone).await;
            recorder.until(&WatchEvent::RootBack).await;
            world.put("Tone.yaml", &n.to_string());
            recorder.touched("Tone.yaml").await;
        }
    }
}

#[tokio::test]
async fn a_root_that_is_a_link_is_followed_also_when_it_leads_elsewhere() {
    let (one, two) = (World::new(), World::new());
    let link = one.root.with_file_name("link");
    symlink(&one.root, &link).expect("a link");
    let mut recorder = Recorder::at(&link, EVENTS);
    one.put("Calls/Tone.yaml", "x");
    recorder.touched("Calls/Tone.yaml").await;

    fs::remove_file(&link).expect("removed");
    symlink(&two.root, &link).expect("a link");
    recorder.until(&WatchEvent::RootBack).await;
    one.put("Calls/Other.yaml", "x");
    two.put("Calls/Tone.yaml", "x");
    let seen = recorder.touched("Calls/Tone.yaml").await;
    assert!(!seen.contains(&touched("Calls/Other.yaml")), "{seen:?}");
}

#[tokio::test]
async fn a_root_that_does_not_exist_yet_is_reported_and_awaited() {
    let world = World::new();
    fs::remove_dir_all(&world.root).expect("removed");
    let mut recorder = world.listen(EVENTS);
    assert_eq!(recorder.until(&WatchEvent::RootGone).await, [WatchEvent::RootGone]);
    world.put("Calls/Tone.yaml", "x");
    recorder.until(&WatchEvent::RootBack).await;
    world.put("Calls/Tone.yaml", "y");
    recorder.touched("Calls/Tone.yaml").await;
}

#[tokio::test]
async fn polling_is_reported_once_and_sees_what_events_would() {
    let world = World::new();
    world.put("Calls/Gone.yaml", "x");
    let mut recorder = world.listen(POLLING);
    let asked = WatchEvent::Polling(Why::Other("it was asked for".into()));
    assert_eq!(recorder.until(&asked).await, std::slice::from_ref(&asked));
    fs::remove_file(world.at("Calls/Gone.yaml")).expect("removed");
    recorder.touched("Calls/Gone.yaml").await;
    world.put("New/guidelines/Tone.md", "x");
    recorder.touched("New/guidelines/Tone.md").await;
    fs::rename(world.at("New"), world.at("Old")).expect("renamed");
    recorder.touched("New/guidelines/Tone.md").await;
    fs::remove_dir_all(&world.root).expect("removed");
    fs::create_dir(&world.root).expect("made");
    world.put("Tone.yaml", "x");
    let back = |event: &WatchEvent| *event == WatchEvent::RootBack || *event == touched("Tone.yaml");
    let seen = recorder.until_any(back, "sign of the new root").await;
    assert!(!seen.contains(&asked), "{seen:?}");
}

#[tokio::test]
async fn a_name_that_is_no_text_means_a_look_at_everything() {
    use std::os::unix::ffi::OsStrExt;
    for options in [EVENTS, POLLING] {
        let world = World::new();
        let mut recorder = world.listen(options);
        fs::write(world.at("Calls").join(std::ffi::OsStr::from_bytes(b"\xff.yaml")), "x").expect("a writable file");
        recorder.until_any(|event| matches!(event, WatchEvent::Rescan(Why::Other(_))), "rescan").await;
    }
}

/// Nobody takes the events for a while: what is too much to hold becomes a look at everything, and nothing is lost after.
#[tokio::test]
async fn more_than_is_taken_means_a_look_at_everything() {
    let world = World::new();
    let mut recorder = world.listen(EVENTS);
    for n in 0..2_500 {
        world.put(&format!("Calls/{n}.yaml"), "x");
    }
    let is_rescan = |event: &WatchEvent| matches!(event, WatchEvent::Rescan(_));
    recorder.until_any(is_rescan, "rescan").await;
    let last = touched("Calls/last.yaml");
    loop {
        world.put("Calls/last.yaml", "x");
        let seen = recorder.until_any(|event| *event == last || is_rescan(event), "sign of the last file").await;
        if seen.last() == Some(&last) {
            break;
        }
    }
}

#[tokio::test]
async fn watching_ends_when_it_is_dropped() {
    let world = World::new();
    let (watching, mut events) = watch(&world.root, &[], EVENTS);
    drop(watching);
    let end = tokio::time::timeout(PATIENCE, async { while events.recv().await.is_some() {} }).await;
    assert!(end.is_ok());
}
