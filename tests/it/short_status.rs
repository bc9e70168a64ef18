//! The short way and the long way to a status agree, whatever happened to files, state, names and git since the last one.

use crate::support::{Desk, KEY, git, locked, try_git, world};
use proptest::prelude::*;
use scoresync::engine::{
    Choice, Config, Outcome, PullOptions, PushOptions, Report, RestoreFrom, Selector, Session, Targets, locate, pull, push,
    resolve, restore, status, undo,
};
use scoresync::git::Program;
use scoresync::model::{RelPath, Score, ScoreId, Scorecard};
use scoresync::plan::Standing;
use scoresync::remote::MemoryRemote;
use scoresync::state::State;
use scoresync::workspace::Workspace;
use std::path::Path;
use std::sync::Arc;

/// Scores at the start; only the first few are touched, so that the short way is mostly open.
const SCORES: usize = 16;
const TOUCHED: usize = 5;
/// After this time a file's stat tells every further change.
const AT_REST: std::time::Duration = std::time::Duration::from_millis(30);

/// Something that happens to a workspace between two looks.
#[derive(Clone, Copy, Debug)]
enum Event {
    Edit,
    EditUnseen,
    EditGuidelines,
    Reformat,
    Break,
    DeleteCode,
    DeleteGuidelines,
    Revert,
    Rename,
    RenameCase,
    Stray,
    Unstray,
    Legacy,
    SaveByRename,
    Commit,
    Checkout,
    Push,
    PushAndPromote,
    Pull,
    Undo,
    OnlineStatus,
    PromoteElsewhere,
    RenameThere,
    SwapNames,
    NewThere,
    GoneThere,
    Resolve,
    Stage,
    Restore,
    Reindex,
    PullPrune,
    CopyFrom,
}

use Event::*;

const EVENTS: [Event; 32] = [
    Edit,
    EditUnseen,
    EditGuidelines,
    Reformat,
    Break,
    DeleteCode,
    DeleteGuidelines,
    Revert,
    Rename,
    RenameCase,
    Stray,
    Unstray,
    Legacy,
    SaveByRename,
    Commit,
    Checkout,
    Push,
    PushAndPromote,
    Pull,
    Undo,
    OnlineStatus,
    PromoteElsewhere,
    RenameThere,
    SwapNames,
    NewThere,
    GoneThere,
    Resolve,
    Stage,
    Restore,
    Reindex,
    PullPrune,
    CopyFrom,
];

struct Place {
    desk: Desk,
    home: tempfile::TempDir,
    remote: Arc<MemoryRemote>,
    count: usize,
}

impl Place {
    async fn new() -> Self {
        let place = Self { desk: Desk::new(), home: tempfile::tempdir().expect("a folder"), remote: world(SCORES), count: 0 };
        place.desk.pull(place.remote.clone()).await;
        place.git(&["init", "-q"]);
        place.git(&["add", "-A"]);
        place.git(&["commit", "-qm", "start"]);
        place
    }

    fn git(&self, args: &[&str]) {
        git(&self.desk.root(), self.home.path(), args);
    }

    fn session(&self, state: &Path, remote: Option<Arc<MemoryRemote>>) -> Session {
        let config = Config {
            account_key: KEY.into(),
            endpoint: "memory".into(),
            scorecards: Vec::new(),
            metadata: serde_json::Map::new(),
            standalone: Vec::new(),
            keep_runs: 1_000,
            now: jiff::Timestamp::now,
        };
        let state = State::open(state).expect("the state opens");
        let remote = remote.map(|remote| remote as Arc<dyn scoresync::remote::Remote>);
        Session::new(Workspace::new(&self.desk.root()), state, remote, config).with_git(Program::new("/usr/bin/git"))
    }

    fn online(&self) -> Session {
        self.session(&self.desk.state_folder(), Some(self.remote.clone()))
    }

    /// A file of a score that is there, the changed text, and whether anything was written.
    fn change(&self, file: &str, change: impl Fn(String) -> String) {
        if let Ok(text) = std::fs::read_to_string(self.desk.path(file)) {
            self.desk.write(file, &change(text));
        }
    }

    async fn happens(&mut self, event: Event, number: usize) {
        self.count += 1;
        let (count, id) = (self.count, ScoreId::from(format!("score-{number}")));
        let (code, guidelines) = (format!("Score {number}.yaml"), format!("guidelines/Score {number}.md"));
        let all = Targets::default();
        match event {
            Edit => self.change(&code, |text| format!("{text}key{count}x: {count}\n")),
            EditUnseen => {
                // Who sets a time back in the very tick in which a pull wrote the file is not seen by every kernel.
                tokio::time::sleep(AT_REST).await;
                let path = self.desk.path(&code);
                let time = std::fs::metadata(&path).and_then(|metadata| metadata.modified());
                self.change(&code, |text| text.replacen("of score", ["OF score", "of SCORE"][count % 2], 1));
                if let Ok(time) = time {
                    std::fs::File::options().write(true).open(path).and_then(|file| file.set_modified(time)).expect("set back");
                }
            }
            EditGuidelines => self.change(&guidelines, |text| format!("{text}- rule {count}\n")),
            CopyFrom => {
                let copied = std::fs::read_to_string(self.desk.path(&format!("Score {}.yaml", (number + 1) % TOUCHED)));
                self.change(&code, |text| copied.as_ref().map_or(text, |copied| format!("{copied}copied{count}: {count}\n")));
            }
            Reformat => self.change(&code, |text| text.replacen(": ", ":  ", 1)),
            Break => self.change(&code, |text| format!("{text}<<<<<<< a\n=======\n>>>>>>> b\n")),
            DeleteCode => drop(std::fs::remove_file(self.desk.path(&code))),
            DeleteGuidelines => drop(std::fs::remove_file(self.desk.path(&guidelines))),
            Revert => self.change(&code, |text| text.split("key1x").next().unwrap_or_default().replace("OF", "of")),
            Rename => drop(std::fs::rename(self.desk.path(&code), self.desk.path(&format!("Moved {count}.yaml")))),
            RenameCase => drop(std::fs::rename(self.desk.path(&code), self.desk.path(&code.to_uppercase()))),
            Stray => self.desk.write(&format!("Stray {count}.yaml"), "a: 1\n"),
            Unstray => {
                let entries = std::fs::read_dir(self.desk.path("")).into_iter().flatten().flatten().map(|entry| entry.path());
                let strays = entries.filter(|path| path.to_string_lossy().contains("Stray"));
                strays.for_each(|path| std::fs::remove_file(path).expect("removed"));
            }
            Legacy => self.desk.write(&format!("Score {number}.md"), "old\n"),
            SaveByRename => {
                self.change(&code, |text| text);
                let path = self.desk.path(&code);
                if let Ok(text) = std::fs::read(&path) {
                    let beside = path.with_extension("tmp");
                    std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, &path)).expect("saved");
                }
            }
            Commit => {
                self.git(&["add", "-A"]);
                self.git(&["commit", "-qm", "later", "--allow-empty"]);
            }
            // A commit without a file has nothing to check out.
            Checkout => drop(try_git(&self.desk.root(), self.home.path(), &["checkout", "-q", "HEAD~0", "--", "."])),
            Push | PushAndPromote => {
                let options = PushOptions { promote: matches!(event, PushAndPromote), ..PushOptions::default() };
                drop(push(&mut locked(&mut self.online()), &all, &options).await);
            }
            Pull | PullPrune => {
                let (only_moved, prune) = (number.is_multiple_of(2), matches!(event, PullPrune));
                let options = PullOptions { only_moved, prune, ..PullOptions::default() };
                drop(pull(&mut locked(&mut self.online()), &all, options).await);
            }
            Stage => self.git(&["add", "-A"]),
            Restore => {
                let targets = Targets::scores([&id]);
                drop(restore(&mut locked(&mut self.online()), &targets, &RestoreFrom::Last).await);
            }
            // All is looked at when files have been at rest, so that edits are remembered, too.
            Reindex => {
                tokio::time::sleep(AT_REST).await;
                self.forget_index(&self.desk.state_folder());
            }
            Undo => drop(undo(&mut locked(&mut self.online()), None)),
            OnlineStatus => drop(status(&mut self.online(), &all, false).await),
            PromoteElsewhere => {
                let version = self.remote.save(&id, None, &format!("key0: {count}\nkey3: x\n"), Some("- rule\n"));
                self.remote.promote(&id, Some(&version));
            }
            RenameThere => self.renamed(number, format!("Other {count}")).await,
            SwapNames => {
                let other = (number + 1) % TOUCHED;
                self.renamed(number, format!("Score {other}")).await;
                self.renamed(other, format!("Score {number}")).await;
            }
            NewThere => {
                let score = self.score(number).await.map(|score| Score {
                    id: format!("new-{count}").as_str().into(),
                    name: format!("score {number}").into(),
                    external_id: format!("n{count}").into(),
                    champion: None,
                    ..score
                });
                score.into_iter().for_each(|score| self.remote.put_score(score));
            }
            GoneThere => self.remote.remove_score(&id),
            Resolve => {
                let targets = Targets::scores([&id]);
                drop(resolve(&mut locked(&mut self.online()), &targets, Choice::Theirs).await);
            }
        }
    }

    async fn score(&self, number: usize) -> Option<Score> {
        use scoresync::remote::Remote;
        self.remote.score(&ScoreId::from(format!("score-{number}"))).await.expect("readable")
    }

    async fn renamed(&self, number: usize, name: String) {
        let score = self.score(number).await.map(|score| Score { name: name.into(), ..score });
        score.into_iter().for_each(|score| self.remote.put_score(score));
    }

    /// The short way on the state, and the long way on a copy of it, which does not renew the index of the short one.
    async fn both(&self) -> (Result<Report, String>, Result<Report, String>) {
        let (copy, all) = (self.copy(), Targets::default());
        (self.look(&self.desk.state_folder(), &all, false).await, self.look(copy.path(), &all, true).await)
    }

    /// A look at what a word or a path names, with the index and without one.
    async fn both_of(&self, selector: Selector) -> (Result<Report, String>, Result<Report, String>) {
        let copy = self.copy();
        self.forget_index(copy.path());
        let targets = Targets { selectors: vec![selector], scorecards: Vec::new() };
        (self.look(&self.desk.state_folder(), &targets, true).await, self.look(copy.path(), &targets, true).await)
    }

    /// Where the files are of what a word or a path names, with the index and without one.
    fn located(&self, selector: &Selector) -> [String; 2] {
        let copy = self.copy();
        self.forget_index(copy.path());
        let targets = Targets { selectors: vec![selector.clone()], scorecards: Vec::new() };
        [&self.desk.state_folder(), copy.path()].map(|state| format!("{:#?}", locate(&self.session(state, None), &targets)))
    }

    /// A look at scores that are picked, in a session that is kept, and in a new one without an index.
    async fn both_of_kept(&self, kept: &mut Session, number: usize) -> (Result<Report, String>, Result<Report, String>) {
        let copy = self.copy();
        self.forget_index(copy.path());
        let ids = [number, (number + 1) % TOUCHED].map(|number| ScoreId::from(format!("score-{number}")));
        let targets = Targets::scores(&ids);
        let short = status(kept, &targets, true).await.map_err(|halt| format!("{halt:?}"));
        (short, self.look(copy.path(), &targets, true).await)
    }

    fn forget_index(&self, state: &Path) {
        let database = rusqlite::Connection::open(state.join("state.db")).expect("a database");
        database.execute("DELETE FROM tree_index", []).expect("forgotten");
    }

    fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().expect("a folder");
        for entry in std::fs::read_dir(self.desk.state_folder()).expect("a state") {
            let from = entry.expect("an entry").path();
            std::fs::copy(&from, copy.path().join(from.file_name().expect("a name"))).expect("copied");
        }
        copy
    }

    async fn look(&self, state: &Path, targets: &Targets, every: bool) -> Result<Report, String> {
        status(&mut self.session(state, None), targets, every).await.map_err(|halt| format!("{halt:?}"))
    }
}

/// What can be typed for a score: its name, with its scorecard, its key, its id, its files; and for its whole scorecard.
fn selectors(number: usize) -> [Selector; 10] {
    let path = |text: String| Selector::Path(RelPath::parse(&text).expect("a safe path"));
    [
        Selector::Word(format!("Score {number}")),
        Selector::Word(format!("Calls/Score {number}")),
        Selector::Word(format!("score-{number}")),
        Selector::Score(ScoreId::from(format!("score-{number}"))),
        path(format!("Calls/Score {number}.yaml")),
        path(format!("Calls/guidelines/Score {number}.md")),
        Selector::Word("Calls".to_owned()),
        Selector::Word("calls".to_owned()),
        Selector::Word("card".to_owned()),
        path("Calls".to_owned()),
    ]
}

/// The long report without the scores that the short one only counts, which all have to be calm.
pub(crate) fn shortened(long: Report, short: &Report) -> Report {
    let is_listed = |id: &ScoreId| short.scores.iter().any(|score| score.id == *id);
    let (listed, counted): (Vec<_>, Vec<_>) = long.scores.into_iter().partition(|score| is_listed(&score.id));
    let count = |standing| counted.iter().filter(|score| score.standing == standing).count();
    for score in &counted {
        let is_in_place = score.moved_from.is_none() && score.waits_for.is_none();
        let says_nothing = score.notes.is_empty() && score.renamed.is_none() && is_in_place;
        assert!(says_nothing && matches!(score.outcome, Outcome::Untouched), "{score:?}");
    }
    let (unlisted_clean, unlisted_empty) = (count(Standing::Clean), count(Standing::Empty));
    assert_eq!(unlisted_clean + unlisted_empty, counted.len(), "{counted:?}");
    Report { scores: listed, unlisted_clean, unlisted_empty, ..long }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

    #[test]
    fn the_short_way_says_what_the_long_way_says(
        events in prop::collection::vec((prop::sample::select(EVENTS.to_vec()), 0..TOUCHED), 1..14)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(both_ways_agree(&events));
    }
}

/// Looks after each event, at everything, at one thing that is named, and in a session that is kept, say the same either way.
async fn both_ways_agree(events: &[(Event, usize)]) {
    let mut place = Place::new().await;
    let mut kept = place.session(&place.desk.state_folder(), None);
    for (event, number) in events.iter().copied() {
        place.happens(event, number).await;
        let (short, long) = place.both_of_kept(&mut kept, number).await;
        assert_eq!(format!("{short:#?}"), format!("{long:#?}"), "a kept session after {event:?} in {events:?}");
        let (short, long) = place.both().await;
        match (short, long) {
            (Ok(short), Ok(long)) => {
                let long = shortened(long, &short);
                assert_eq!(format!("{short:#?}"), format!("{long:#?}"), "after {event:?} in {events:?}");
            }
            (Err(short), Err(long)) => assert_eq!(short, long, "after {event:?} in {events:?}"),
            (short, long) => panic!("after {event:?} in {events:?}: {short:?} and {long:?}"),
        }
        let selectors = selectors(number);
        let selector = selectors[place.count % selectors.len()].clone();
        let [short, long] = place.located(&selector);
        assert_eq!(short, long, "{selector:?} is located after {event:?} in {events:?}");
        let (short, long) = place.both_of(selector.clone()).await;
        assert_eq!(format!("{short:#?}"), format!("{long:#?}"), "{selector:?} after {event:?} in {events:?}");
    }
}

/// What once was told in two ways, each by what was told wrong.
const FOUND: [(&str, &[(Event, usize)]); 9] = [
    (
        "a path names a score whose files are not there, if another's lie there since names moved",
        &[
            (GoneThere, 0),
            (Push, 0),
            (EditUnseen, 4),
            (EditGuidelines, 4),
            (Checkout, 4),
            (Commit, 0),
            (SwapNames, 4),
            (Checkout, 2),
            (PushAndPromote, 2),
            (Rename, 4),
            (RenameThere, 3),
            (SwapNames, 3),
        ],
    ),
    ("an earlier text of a score that is not looked at", &[(SwapNames, 0), (Undo, 0), (Push, 0), (Checkout, 0), (Pull, 0)]),
    (
        "files of a score that is gone and was not synced",
        &[(Edit, 1), (GoneThere, 1), (Push, 0), (Undo, 0), (Reformat, 2), (DeleteCode, 1), (Stray, 0)],
    ),
    (
        "a file where a score that is gone had its own",
        &[(GoneThere, 1), (SwapNames, 0), (DeleteCode, 1), (DeleteGuidelines, 1), (Pull, 0), (Reindex, 0), (Stage, 0)],
    ),
    ("a base that came back to a score that is gone", &[(Undo, 0), (GoneThere, 1), (OnlineStatus, 0), (Undo, 0)]),
    (
        "a file that came back to the place of an unsynced score",
        &[(Edit, 1), (Undo, 0), (SwapNames, 0), (OnlineStatus, 0), (DeleteCode, 1), (Checkout, 4)],
    ),
    ("an edit that is like a file that was deleted since", &[(CopyFrom, 0), (Reindex, 0), (DeleteCode, 1)]),
    ("files that came back to a score that was pruned", &[(GoneThere, 1), (OnlineStatus, 0), (PullPrune, 0), (Checkout, 0)]),
    (
        "a file where a score was that is elsewhere by now",
        &[(RenameThere, 0), (Pull, 0), (Commit, 0), (Undo, 0), (Checkout, 0), (Reindex, 0), (DeleteCode, 0)],
    ),
];

#[tokio::test]
async fn what_once_was_told_in_two_ways_is_told_in_one() {
    for (_, events) in FOUND {
        both_ways_agree(events).await;
    }
}

/// Files beside a score whose scorecard was renamed lie in a folder that is no scorecard's any more; and a folder may be named in
/// another Unicode form than its own.
#[tokio::test]
async fn a_folder_is_told_in_one_way_whatever_becomes_of_its_score() {
    let mut place = Place::new().await;
    let card = |name: &str| Scorecard { id: "other".into(), name: name.into(), key: "other".into(), external_id: "7".into() };
    place.remote.put_scorecard(card("Cafe\u{301}"));
    let score = place.score(6).await.expect("there");
    place.remote.put_score(Score { scorecard_id: "other".into(), ..score });
    let stray = |name: &str| place.desk.root().join("Cafe\u{301}").join(name);
    let strays = [stray("Stray.yaml"), stray("guidelines/Stray.md")];
    let write = |name: &std::path::PathBuf| std::fs::write(name, "key: stray\n").expect("written");
    place.happens(Pull, 0).await;
    place.happens(OnlineStatus, 0).await;
    strays.iter().for_each(write);
    both_agree(&place, "beside the score").await;
    place.remote.put_scorecard(card("Tea"));
    place.happens(OnlineStatus, 0).await;
    both_agree(&place, "the score is to move").await;
    std::fs::remove_file(&strays[0]).expect("there");
    both_agree(&place, "one is gone").await;
    write(&strays[0]);
    both_agree(&place, "and back").await;
    place.happens(Pull, 0).await;
    both_agree(&place, "the score has moved").await;
    strays.iter().for_each(|path| std::fs::remove_file(path).expect("there"));
    both_agree(&place, "nothing is left").await;
}

/// Looks at everything, and at the folder in both forms of its name.
async fn both_agree(place: &Place, story: &str) {
    for _ in 0..2 {
        let (short, long) = place.both().await;
        let (short, long) = (short.expect("a status"), long.expect("a status"));
        let long = shortened(long, &short);
        assert_eq!(format!("{short:#?}"), format!("{long:#?}"), "{story}");
    }
    for folder in ["Cafe\u{301}", "Caf\u{e9}", "Caf\u{e9}/guidelines"] {
        let (short, long) = place.both_of(Selector::Path(RelPath::parse(folder).expect("a safe path"))).await;
        assert_eq!(format!("{short:#?}"), format!("{long:#?}"), "{folder:?}: {story}");
    }
}

/// Of a large tree only the one score is looked at that was edited, and it is the same for one that is named.
#[tokio::test]
async fn one_edit_is_one_score_that_is_looked_at() {
    let place = Place::new().await;
    let all = Targets::default();
    while status(&mut place.session(&place.desk.state_folder(), None), &all, false).await.expect("status").unlisted_clean == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    place.change("Score 3.yaml", |text| text.replacen("of score", "for score", 1));
    let short = status(&mut place.session(&place.desk.state_folder(), None), &all, false).await.expect("status");
    assert_eq!((short.scores.len(), short.unlisted_clean), (1, SCORES - 1));
    assert!(matches!(short.scores[0].standing, Standing::Modified(_)), "{short:?}");
    let damaged = "UPDATE tree_index SET bytes = zeroblob(length(bytes))";
    let database = rusqlite::Connection::open(place.desk.state_folder().join("state.db")).expect("a database");
    assert_eq!(database.execute(damaged, []).expect("damaged"), 1);
    drop(database);
    let long = status(&mut place.session(&place.desk.state_folder(), None), &all, false).await.expect("status");
    assert_eq!((long.scores.len(), long.unlisted_clean), (SCORES, 0), "a damaged index is not believed");
    let again = status(&mut place.session(&place.desk.state_folder(), None), &all, false).await.expect("status");
    assert_eq!((again.scores.len(), again.unlisted_clean), (1, SCORES - 1), "it was made anew");
}

/// Edits that were told are told again without a look at texts, until git moves.
#[tokio::test]
async fn known_edits_are_not_read_again() {
    let place = Place::new().await;
    for number in 0..TOUCHED {
        place.change(&format!("Score {number}.yaml"), |text| text.replacen("of score", "for score", 1));
    }
    tokio::time::sleep(AT_REST).await;
    let told = place.look(&place.desk.state_folder(), &Targets::default(), false).await.expect("status");
    let database = rusqlite::Connection::open(place.desk.state_folder().join("state.db")).expect("a database");
    assert!(database.execute("UPDATE blob SET bytes = x'ff'", []).expect("damaged") > 0);
    let again = place.look(&place.desk.state_folder(), &Targets::default(), false).await.expect("status");
    assert_eq!((again.scores.len(), again.unlisted_clean), (TOUCHED, SCORES - TOUCHED));
    let of = |report: &Report| report.scores.iter().map(|score| format!("{score:?}")).collect::<Vec<_>>();
    let edited = |report: &Report| of(report).into_iter().filter(|text| text.contains("Modified")).collect::<Vec<_>>();
    assert_eq!((edited(&again), edited(&again).len()), (edited(&told), TOUCHED));
    place.git(&["add", "-A"]);
    assert!(place.look(&place.desk.state_folder(), &Targets::default(), false).await.is_err(), "the damaged texts are read");
}
