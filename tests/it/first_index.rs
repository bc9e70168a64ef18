//! The tree index that a first pull leaves behind: the look after it takes the short way, and says what the long way says.

use crate::short_status::shortened;
use crate::support::{Desk, Fault, Faulty, locked, world};
use scoresync::engine::{PullOptions, Report, Targets, pull, status};
use scoresync::model::{Calm, Changes, FileStat, Progress, RelPath, Score, ScoreId, Stage, TreeIndex, VersionMeta};
use scoresync::plan::Standing;
use scoresync::remote::{MemoryRemote, Remote};
use scoresync::state::ReadDrafts;
use std::sync::{Arc, Mutex};

/// More than one portion.
const SCORES: usize = 300;
const PORTION: usize = 256;

type Happens = Box<dyn FnOnce() + Send>;

/// Something that happens once the first portion is written and recorded, while the others are not.
struct Meanwhile(Mutex<Option<Happens>>);

impl Progress for Meanwhile {
    fn step(&self, stage: Stage, done: usize, _: usize) {
        if stage == Stage::Writing && done >= PORTION {
            self.0.lock().expect("no panic").take().into_iter().for_each(|happens| happens());
        }
    }
}

/// A first pull, and meanwhile this.
async fn pulled(desk: &Arc<Desk>, remote: &Arc<MemoryRemote>, happens: impl FnOnce(&Desk) + Send + 'static) {
    let there = Arc::clone(desk);
    let meanwhile = Arc::new(Meanwhile(Mutex::new(Some(Box::new(move || happens(&there))))));
    let mut session = desk.session(remote.clone()).with_progress(meanwhile.clone());
    pull(&mut locked(&mut session), &Targets::default(), PullOptions::default()).await.expect("pulls");
    assert!(meanwhile.0.lock().expect("no panic").is_none(), "it happened");
}

/// What a look says, which the long way has to agree with.
async fn look(desk: &Desk) -> Report {
    let short = status(&mut desk.offline(), &Targets::default(), false).await.expect("looks");
    let long = status(&mut desk.offline(), &Targets::default(), true).await.expect("looks");
    let long = shortened(long, &short);
    assert_eq!(format!("{short:#?}"), format!("{long:#?}"));
    short
}

fn standings(report: &Report) -> Vec<(&str, Standing)> {
    report.scores.iter().map(|score| (score.id.as_str(), score.standing)).collect()
}

fn index_bytes(desk: &Desk) -> Vec<u8> {
    desk.state().recorded().expect("readable").index.expect("an index")
}

/// What was pulled is not looked at again, where its stat tells that it is as it was.
#[tokio::test]
async fn what_was_just_pulled_is_clean_without_a_look() {
    let (remote, desk) = (world(SCORES), Desk::new());
    let one = remote.score(&"score-0".into()).await.expect("readable").expect("a score");
    remote.put_score(Score { id: "empty".into(), name: "Empty".into(), champion: None, ..one });
    desk.pull(remote.clone()).await;
    let bytes = index_bytes(&desk);
    let index = TreeIndex::from_bytes(&bytes).expect("a good one");
    assert_eq!((index.count(Calm::Clean), index.count(Calm::Empty)), (SCORES, 1));
    let files = desk.state().load().expect("readable").files;
    let mut settled = 0;
    for score in index.scores.iter().filter(|score| score.calm == Some(Calm::Clean)) {
        let stats: Vec<FileStat> = score.files.into_iter().flatten().collect();
        let paths = score.paths().expect("paths");
        let is_read_by = |(stat, path): (&FileStat, &RelPath)| [files[path].stat, FileStat::NEVER].contains(stat);
        assert!(stats.len() == 2 && stats.iter().zip(paths.files()).all(is_read_by), "{score:?}");
        settled += usize::from(!stats.contains(&FileStat::NEVER));
    }
    assert!(settled > 0 || !cfg!(unix), "no file that was written counts before it has rested");
    let report = status(&mut desk.offline(), &Targets::default(), false).await.expect("looks");
    // Where times of files move in long ticks, most files may have to rest: then all are looked at.
    let is_short = 2 * (SCORES - settled) <= SCORES + 1;
    assert_eq!((report.unlisted_clean, report.unlisted_empty), if is_short { (settled, 1) } else { (0, 0) });
}

/// Whoever looks first lists the folders, where anybody may have put something meanwhile; whoever looks then need not.
#[tokio::test]
async fn the_first_look_lists_the_folders() {
    let (remote, desk) = (world(SCORES), Desk::new());
    desk.pull(remote).await;
    let bytes = index_bytes(&desk);
    let is_never = |bytes: &[u8]| {
        let index = TreeIndex::from_bytes(bytes).expect("a good one");
        index.folders.iter().map(|folder| folder.stat == Some(FileStat::NEVER)).collect::<Vec<_>>()
    };
    assert_eq!(is_never(&bytes), [true; 2]);
    desk.write("Stray.yaml", "a: 1\n");
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    let short = status(&mut desk.offline(), &Targets::default(), false).await.expect("looks");
    assert_eq!(short.unknown.len(), 1);
    assert_eq!(is_never(&index_bytes(&desk)), [false; 2]);
}

#[tokio::test]
async fn what_people_do_while_a_first_pull_runs_is_seen_after_it() {
    let (remote, desk) = (world(SCORES), Arc::new(Desk::new()));
    desk.write("Stray.yaml", "a: 1\n");
    desk.write("Score 2.md", "beside the code\n");
    pulled(&desk, &remote, |desk| {
        let text = desk.read("Score 0.yaml");
        desk.write("Score 0.yaml", &text.replacen("of score", "OF score", 1));
        std::fs::remove_file(desk.path("Score 1.yaml")).expect("removed");
        std::fs::remove_file(desk.path("guidelines/Score 10.md")).expect("removed");
        desk.write("Score 99.yaml", "in: the way\n");
        desk.write("Later.yaml", "a: 1\n");
    })
    .await;
    let report = look(&desk).await;
    let seen = |id: &str| standings(&report).into_iter().find(|(other, _)| *other == id).map(|(_, standing)| standing);
    let edited = Standing::Modified(Changes { code: true, guidelines: false });
    assert_eq!([seen("score-0"), seen("score-1")], [Some(edited), Some(Standing::DeletedLocally)]);
    assert_eq!([seen("score-10"), seen("score-99")], [Some(Standing::Clean), Some(Standing::Broken)]);
    assert_eq!((report.unknown.len(), report.legacy.len()), (2, 1));
}

/// Whoever looks while a pull runs records the catalog of then, and drafts.
#[tokio::test]
async fn what_others_record_while_a_first_pull_runs_counts() {
    let (remote, desk) = (world(SCORES), Arc::new(Desk::new()));
    pulled(&desk, &remote, |desk| {
        let mut state = desk.state();
        let mut catalog = state.catalog().expect("readable");
        catalog.scores[0].champion = Some("newer".into());
        state.transaction(|tx| tx.save_catalog(&catalog)).expect("saved");
    })
    .await;
    assert_eq!(desk.count("tree_index"), 0, "of a champion that was not read no index may say that its score is clean");
    look(&desk).await;

    let desk = Arc::new(Desk::new());
    pulled(&desk, &remote, |desk| {
        let (score, created_at) = (ScoreId::from("score-0"), jiff::Timestamp::now());
        let champion =
            desk.state().catalog().expect("readable").scores.into_iter().find(|one| one.id == score).expect("it").champion;
        let draft = VersionMeta {
            id: "draft".into(),
            score_id: score.clone(),
            parent: champion.clone(),
            created_at,
            note: None,
            metadata: serde_json::Value::Null,
        };
        let drafts = ReadDrafts { read_at: created_at, champion, versions: vec![draft] };
        desk.state().transaction(|tx| tx.set_drafts(&score, &drafts)).expect("kept");
    })
    .await;
    let report = look(&desk).await;
    let told = report.scores.iter().find(|score| score.id.as_str() == "score-0").expect("it is told of");
    assert!(told.drafts.is_some());
}

/// A pull that was cut short leaves no index, and neither does the one that goes on: what was there before is looked at.
#[tokio::test]
async fn a_first_pull_that_was_cut_short_leaves_no_index() {
    let (remote, desk) = (world(SCORES), Desk::new());
    let faulty = Faulty::new(remote.clone(), 3, Fault::Before);
    let halted = pull(&mut locked(&mut desk.session(faulty)), &Targets::default(), PullOptions::default()).await;
    assert!(halted.is_err());
    assert_eq!((desk.files().len(), desk.count("tree_index")), (2 * PORTION, 0));
    look(&desk).await;
    desk.sql("DELETE FROM tree_index");
    desk.pull(remote).await;
    assert_eq!(desk.count("tree_index"), 0);
    assert_eq!(look(&desk).await.scores.len(), SCORES);
}
