//! How long a run takes to learn that nothing changed: 10,000 scores, 20,000 files, unchanged.
//!
//! The tree is made once and stays in the target folder, so that `git status` can be timed on it and so that the peak
//! memory printed at the end is that of loading and scanning (from the second run on).
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a bench makes files and prints figures")]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use scoresync::model::{
    Catalog, Content, DocKind, Expect, RelPath, Score, ScoreId, ScorePaths, Scorecard, Snapshot, SyncedScore,
};
use scoresync::state::State;
use scoresync::workspace::{Workspace, WriteRequest};
use std::collections::HashMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

const CARDS: usize = 100;
const SCORES: usize = 100;

fn home() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("scan-bench")
}

fn paths(card: usize, score: usize) -> ScorePaths {
    let (folder, stem) = (format!("Scorecard number {card}"), format!("Score with an ordinary name {score}"));
    ScorePaths::parse(&format!("{folder}/{stem}.yaml"), &format!("{folder}/guidelines/{stem}.md")).expect("safe paths")
}

fn all() -> impl Iterator<Item = (ScoreId, usize, ScorePaths)> {
    (0..CARDS * SCORES)
        .map(|n| (format!("{n:08x}-0000-4000-8000-000000000000").as_str().into(), n, paths(n / SCORES, n % SCORES)))
}

fn code(n: usize) -> String {
    format!("name: Score {n}\nkey: score-{n}\n{}", "# a line of an ordinary prompt, not too short\n".repeat(60))
}

fn guidelines(n: usize) -> String {
    format!("# Score {n}\n\n{}", "A sentence about what counts as a yes.\n".repeat(30))
}

fn make(home: &Path) {
    if home.join("done").exists() {
        return;
    }
    for (_, n, paths) in all() {
        let root = home.join("scorecards");
        fs::create_dir_all(paths.get(DocKind::Guidelines).under(&root).parent().unwrap()).unwrap();
        fs::write(paths.code.under(&root), code(n)).unwrap();
        fs::write(paths.get(DocKind::Guidelines).under(&root), guidelines(n)).unwrap();
    }
    std::thread::sleep(Duration::from_secs(1)); // past the tick of the file times
    let wanted: Vec<ScorePaths> = all().map(|(_, _, paths)| paths).collect();
    let scan = Workspace::new(&home.join("scorecards")).scan(wanted.iter().flat_map(ScorePaths::files), &HashMap::new()).unwrap();
    let mut state = State::open(&home.join(".scoresync")).unwrap();
    state
        .transaction(|tx| {
            tx.save_catalog(&catalog())?;
            tx.set_files(&scan.fresh)?;
            all().try_for_each(|(id, n, paths)| tx.set_base(&id, &synced(n, paths)))
        })
        .unwrap();
    fs::write(home.join("done"), "").unwrap();
}

fn synced(n: usize, paths: ScorePaths) -> SyncedScore {
    let guidelines = Some(Content::of(DocKind::Guidelines, guidelines(n)));
    let docs = Snapshot { code: Content::of(DocKind::Code, code(n)), guidelines };
    let base = format!("{n:08x}-1111-4000-8000-000000000000").as_str().into();
    SyncedScore { base, docs, champion: None, champion_docs: None, paths, local: None }
}

fn catalog() -> Catalog {
    let card = |n: usize| Scorecard {
        id: format!("card-{n}").into(),
        name: format!("Scorecard number {n}"),
        key: format!("card-{n}"),
        external_id: n.to_string(),
    };
    let score = |(id, n, _): (ScoreId, usize, ScorePaths)| Score {
        id,
        scorecard_id: format!("card-{}", n / SCORES).into(),
        name: format!("Score with an ordinary name {}", n % SCORES).into(),
        key: format!("score-{n}").into(),
        external_id: n.to_string().into(),
        champion: Some(format!("{n:08x}-1111-4000-8000-000000000000").into()),
        disabled: false,
    };
    Catalog { scorecards: (0..CARDS).map(card).collect(), scores: all().map(score).collect() }
}

fn unchanged(home: &Path) -> usize {
    let loaded = State::open(&home.join(".scoresync")).unwrap().load().unwrap();
    let wanted = loaded.synced.values().flat_map(|score| score.paths.files());
    let scan = Workspace::new(&home.join("scorecards")).scan(wanted, &loaded.files).unwrap();
    assert!(scan.fresh.is_empty() && scan.docs.len() == 2 * CARDS * SCORES);
    scan.docs.len()
}

fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown").to_owned()
}

fn bench(criterion: &mut Criterion) {
    let home = home();
    make(&home);
    unchanged(&home);
    println!("after one load and scan: {}", peak_memory());
    let state = State::open(&home.join(".scoresync")).unwrap();
    let loaded = state.load().unwrap();
    let workspace = Workspace::new(&home.join("scorecards"));
    let wanted: Vec<&RelPath> = loaded.synced.values().flat_map(|score| score.paths.files()).collect();
    let mut group = criterion.benchmark_group("20000 files");
    group.sample_size(20);
    group.bench_function("open, load and scan, unchanged", |b| b.iter(|| unchanged(black_box(&home))));
    group.bench_function("load", |b| b.iter(|| state.load().unwrap()));
    group.bench_function("scan, unchanged", |b| b.iter(|| workspace.scan(wanted.iter().copied(), &loaded.files).unwrap()));
    group.sample_size(10);
    group.bench_function("scan, no cache", |b| b.iter(|| workspace.scan(wanted.iter().copied(), &HashMap::new()).unwrap()));
    group.finish();
    write(criterion, &home);
}

fn write(criterion: &mut Criterion, home: &Path) {
    let targets: Vec<(RelPath, String)> = all().take(1000).map(|(_, n, paths)| (paths.code, code(n))).collect();
    let fresh = || {
        let _ = fs::remove_dir_all(home.join("written"));
    };
    let mut group = criterion.benchmark_group("1000 files");
    group.sample_size(10);
    group.bench_function("write", |b| {
        b.iter_batched(
            fresh,
            |()| {
                let requests: Vec<_> = targets
                    .iter()
                    .map(|(path, text)| WriteRequest { path, bytes: text.as_bytes(), expect: Expect::Absent })
                    .collect();
                let results = Workspace::new(&home.join("written")).write_all(&requests);
                assert!(results.iter().all(Result::is_ok));
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
