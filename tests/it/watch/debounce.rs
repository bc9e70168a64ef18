//! The debounce: tables of (time, event), and what holds for every sequence of events.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof, proptest};
use scoresync::model::RelPath;
use scoresync::watch::{Batch, Debounce, WatchEvent, Why};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const QUIET: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_millis(350);

fn path(name: &str) -> RelPath {
    RelPath::parse(name).expect("a safe path")
}

fn touched(name: &str) -> WatchEvent {
    WatchEvent::Touched(path(name))
}

/// Plays signals, each at its millisecond, and takes batches when they are due: `(millisecond, paths, rescan)` of each.
fn play(signals: &[(u64, WatchEvent)]) -> Vec<(u64, Vec<String>, bool)> {
    let start = Instant::now();
    let mut debounce = Debounce::new(QUIET, LONGEST);
    let mut batches = Vec::new();
    for ms in 0..=signals.last().map_or(0, |(ms, _)| *ms) + 1_000 {
        let now = start + Duration::from_millis(ms);
        if let Some(Batch { paths, rescan, last }) = debounce.take(now) {
            let is_last = |(at, signal): &&(u64, WatchEvent)| *at < ms && *signal != WatchEvent::RootGone;
            let told = signals.iter().rfind(is_last).map(|(at, _)| start + Duration::from_millis(*at));
            assert_eq!(last, told);
            batches.push((ms, paths.iter().map(ToString::to_string).collect(), rescan.is_some()));
        }
        signals.iter().filter(|(at, _)| *at == ms).for_each(|(_, signal)| debounce.saw(now, signal.clone()));
    }
    assert_eq!(debounce.due(), None, "nothing is left");
    batches
}

fn batch(ms: u64, paths: &[&str], rescan: bool) -> (u64, Vec<String>, bool) {
    (ms, paths.iter().map(|&path| path.to_owned()).collect(), rescan)
}

#[test]
fn nothing_comes_of_nothing() {
    assert_eq!(play(&[]), []);
    assert_eq!(Debounce::new(QUIET, LONGEST).take(Instant::now()), None);
}

#[test]
fn one_save_is_due_when_it_was_quiet() {
    assert_eq!(play(&[(0, touched("a"))]), [batch(100, &["a"], false)]);
}

#[test]
fn what_follows_before_that_joins_the_batch() {
    let signals = [(0, touched("b")), (60, touched("a")), (90, touched("b"))];
    assert_eq!(play(&signals), [batch(190, &["a", "b"], false)]);
}

#[test]
fn what_follows_later_is_another_batch() {
    assert_eq!(play(&[(0, touched("a")), (101, touched("a"))]), [batch(100, &["a"], false), batch(201, &["a"], false)]);
}

#[test]
fn somebody_who_never_pauses_waits_no_longer_than_the_longest() {
    let signals: Vec<(u64, WatchEvent)> = (0..10).map(|n| (n * 50, touched("a"))).collect();
    assert_eq!(play(&signals), [batch(350, &["a"], false), batch(550, &["a"], false)]);
}

#[test]
fn a_rescan_counts_as_an_event_and_joins_the_paths() {
    let signals = [(0, touched("a")), (50, WatchEvent::Rescan(Why::Overflow))];
    assert_eq!(play(&signals), [batch(150, &["a"], true)]);
}

#[test]
fn what_is_said_of_the_watching_itself_is_no_event() {
    let polling = WatchEvent::Polling(Why::Mount("NFS".into()));
    assert_eq!(play(&[(0, polling), (10, WatchEvent::RootGone), (20, WatchEvent::RootBack)]), []);
}

fn signals() -> impl Strategy<Value = Vec<(u64, WatchEvent)>> {
    let signal = prop_oneof![
        6 => proptest::sample::select(vec!["a", "b", "c/d"]).prop_map(touched),
        1 => Just(WatchEvent::Rescan(Why::Overflow)),
        1 => Just(WatchEvent::RootGone),
    ];
    vec((0..130u64, signal), 0..60).prop_map(|steps| {
        let times = steps.iter().scan(0, |now, (pause, _)| {
            *now += pause;
            Some(*now)
        });
        times.zip(steps.iter().map(|(_, signal)| signal.clone())).collect()
    })
}

fn name(signal: &WatchEvent) -> Option<&str> {
    match signal {
        WatchEvent::Touched(path) => Some(path.as_str()),
        _ => None,
    }
}

proptest! {
    /// Every path comes out in the first batch after it was touched, after a pause or at the latest when the first signal
    /// of that batch is `LONGEST` old, and no batch has anything that was not touched since the last.
    #[test]
    fn every_path_comes_out_in_time_and_nothing_else(signals in signals()) {
        let mut left: Vec<(u64, WatchEvent)> = signals.iter().filter(|(_, signal)| *signal != WatchEvent::RootGone).cloned().collect();
        for (due, paths, rescan) in play(&signals) {
            // A signal of the very millisecond came after the batch was taken.
            let (mine, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(|(at, _)| *at < due);
            left = rest;
            let (first, last) = (mine.first().expect("no empty batch").0, mine.last().expect("no empty batch").0);
            let (quiet, longest) = (QUIET.as_millis() as u64, LONGEST.as_millis() as u64);
            assert_eq!(due, (last + quiet).min(first + longest));
            let expected: BTreeSet<&str> = mine.iter().filter_map(|(_, signal)| name(signal)).collect();
            assert_eq!(paths, expected.into_iter().collect::<Vec<_>>());
            assert_eq!(rescan, mine.iter().any(|(_, signal)| matches!(signal, WatchEvent::Rescan(_))));
        }
        assert!(left.is_empty(), "{left:?} never came out");
    }
}
