//! Work grows with the size of a document, not with its square: what takes a moment at one size takes a few moments at four
//! times the size, whatever the document repeats. And a run grows with what it does, not with what it has done. What is
//! compared is processor time: a machine that does something else meanwhile fails no test.

mod documents;
mod edits;

use crate::support::cpu_time;
use documents::{all, text};
use edits::edits;
use scoresync::check::{Lines, RuleSet, ScoreNames, Texts, score, scorecard};
use scoresync::model::outline::change;
use scoresync::model::{DocKind, RelPath, ScoreId, in_file, outgoing};
use scoresync::plan::{conflict_pieces, merge_document};
use scoresync::settings::{Env, Settings};
use scoresync::state::{NextBase, RunKind, State};
use std::time::Duration;

/// How much larger the large document is.
const FACTOR: usize = 4;
/// By how much it may take longer; what grows with the square takes sixteen times as long.
const MOST: u32 = 9;
/// Below this nothing is compared: caches that others fill cost as much.
const FREE: Duration = Duration::from_millis(100);

/// The least processor time that `work` takes on what `make` makes of a size.
fn least<T>(size: usize, make: &impl Fn(usize) -> T, work: &impl Fn(&T)) -> Duration {
    let input = make(size);
    let time = || {
        let start = cpu_time();
        work(&input);
        cpu_time() - start
    };
    (0..2).map(|_| time()).min().unwrap_or_default()
}

fn grows_with_its_size<T>(what: &str, size: usize, make: impl Fn(usize) -> T, work: impl Fn(&T)) {
    let (small, large) = (least(size, &make, &work), least(size * FACTOR, &make, &work));
    assert!(large < small * MOST + FREE, "{what}: {size} takes {small:?}, {FACTOR} times as many take {large:?}");
}

#[test]
fn checking_grows_with_the_document() {
    let rules = RuleSet::default();
    let names: ScoreNames = (0..2_000).map(|at| format!("Other {at}")).collect();
    for (kind, what) in all() {
        grows_with_its_size(
            what,
            500,
            |count| text(kind, what, count),
            |text| {
                let is_code = kind == DocKind::Code;
                let texts = Texts { code: is_code.then_some(text), guidelines: (!is_code).then_some(text) };
                drop(score(texts, Some(&names), &rules));
            },
        );
    }
}

#[test]
fn finding_places_grows_with_the_line() {
    let places = |text: &String| {
        let lines = Lines::of(text);
        assert!((0..text.len()).map(|at| lines.place(at).1).sum::<usize>() > text.len());
    };
    grows_with_its_size("places", 100_000, |count| "é ".repeat(count / 3), places);
}

#[test]
fn checking_grows_with_the_scorecard() {
    let make =
        |count| -> Vec<String> { (0..count).map(|at| format!("name: S{at}\nkey: s{at}\ndepends_on: [S{}]\n", at + 1)).collect() };
    grows_with_its_size("scores", 500, make, |codes| {
        let texts: Vec<Texts<'_>> = codes.iter().map(|code| Texts { code: Some(code), guidelines: None }).collect();
        drop(scorecard(&texts, &[], &RuleSet::default()));
    });
}

/// Keys of others that stand twice, in a file that is merged into itself.
#[test]
fn reading_settings_grows_with_the_file() {
    let make = |count| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let merges = vec!["*r"; 15].join(", ");
        let text = format!("--- &r\nplexus: {{account_key: k}}\n<<: [{merges}]\n{}", "a:\n".repeat(count));
        std::fs::create_dir(folder.path().join(".plexus")).expect("a folder");
        std::fs::write(folder.path().join(".plexus/config.yaml"), text).expect("written");
        std::fs::write(folder.path().join("scoresync.yaml"), "").expect("written");
        folder
    };
    grows_with_its_size("settings", 2_000, make, |folder| {
        let settings = Settings::load(&Env::default(), folder.path()).expect("ours is sound");
        assert_eq!(settings.account_key().expect("set"), "k");
    });
}

#[test]
fn summing_up_a_change_grows_with_the_document() {
    for (kind, what) in all() {
        grows_with_its_size(what, 500, |count| pair(kind, what, count), |[old, new]| drop(change(kind, old, new).to_string()));
    }
}

#[test]
fn merging_grows_with_the_document() {
    let cases = [
        ("anchors", 300),
        ("items", 300),
        ("nodes", 300),
        ("equal nodes", 300),
        ("equal headings", 300),
        ("numbered headings", 300),
        ("equal lines", 300),
        ("fences", 300),
        ("documents", 300),
        ("stamps", 300),
        // Lines of which every third is like many others.
        ("comments", 1_500),
        ("blocks", 1_500),
        ("headings", 1_500),
    ];
    for (kind, what, size) in cases
        .map(|(name, size)| all().find(|(_, what)| *what == name).map(|(kind, what)| (kind, what, size)))
        .into_iter()
        .flatten()
    {
        let make = |count| {
            let base = text(kind, what, count);
            let [ours, theirs, many] = edits(&base);
            (base, ours, theirs, many)
        };
        grows_with_its_size(what, size, make, |(base, ours, theirs, many)| {
            merge_document(kind, base, ours, theirs);
            conflict_pieces(kind, Some(base), ours, many);
        });
    }
}

#[test]
fn putting_a_text_into_its_file_grows_with_the_document() {
    for (kind, what) in all() {
        let make = |count| {
            let [old, new] = pair(kind, what, count);
            (old.replace('\n', "\r\n"), new)
        };
        grows_with_its_size(what, 500, make, |(file, new)| drop((in_file(kind, new, file), outgoing(kind, new))));
    }
}

fn pair(kind: DocKind, what: &str, count: usize) -> [String; 2] {
    let old = text(kind, what, count);
    let [_, _, new] = edits(&old);
    [old, new]
}

#[test]
fn what_a_run_has_done_costs_the_rest_of_it_nothing() {
    const TO_COME: usize = 8;
    let folder = tempfile::tempdir().expect("a folder");
    let begun = |done: usize| {
        let mut state = State::open(&folder.path().join(done.to_string())).expect("it opens");
        let planned = state.transaction(|tx| {
            let run = tx.begin_run(&RunKind::Pull, None, jiff::Timestamp::UNIX_EPOCH)?;
            for number in 0..done + TO_COME {
                let score = ScoreId::from(format!("score-{number}"));
                let path = RelPath::parse(&format!("Calls/Score {number}.yaml")).expect("a path");
                let replaced = tx.plan_file(run, &path, None, Some(b"name: Tone\n"), jiff::Timestamp::UNIX_EPOCH)?;
                tx.plan_base(run, &score, NextBase::Entry(None))?;
                if number < done {
                    tx.settle_file(replaced)?;
                    tx.settle_base(run, &score)?;
                }
            }
            Ok(())
        });
        planned.expect("written");
        state
    };
    let look = |state: &State| {
        for _ in 0..3_000 {
            let run = state.unfinished_runs().expect("readable").pop().expect("it is unfinished");
            assert_eq!((run.files.len(), run.bases.len()), (TO_COME, TO_COME));
        }
    };
    let (little, much) = (least(10, &begun, &look), least(10_000, &begun, &look));
    assert!(much < little * 2 + FREE, "after 10 scores {little:?}, after 10,000 {much:?}");
}
