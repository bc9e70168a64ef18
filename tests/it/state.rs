//! What a workspace remembers, in a real database.

use jiff::Timestamp;
use rusqlite::Connection;
use scoresync::model::{
    AccountId, CachedFile, Calm, Catalog, Content, Digest, DocKind, FileStat, IndexBytes, IndexedScore, RelPath, Score, ScoreId,
    ScorePaths, Scorecard, Snapshot, Style, SyncedScore, TreeIndex, VersionMeta,
};
use scoresync::state::{NextBase, Origin, ReadDrafts, Retention, RunId, RunKind, State, StateError, StoredConflict};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write, pipe};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Barrier};
use tempfile::TempDir;

struct Home {
    home: TempDir,
}

impl Home {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    fn dir(&self) -> PathBuf {
        self.home.path().join(".scoresync")
    }

    fn database(&self) -> PathBuf {
        self.dir().join("state.db")
    }

    fn open(&self) -> State {
        State::open(&self.dir()).unwrap()
    }

    /// Statements by somebody who does not use our code.
    fn tamper(&self, sql: &str) {
        Connection::open(self.database()).unwrap().execute_batch(sql).unwrap();
    }

    fn count(&self, table: &str) -> i64 {
        let count = format!("SELECT count(*) FROM {table}");
        Connection::open(self.database()).unwrap().query_row(&count, [], |row| row.get(0)).unwrap()
    }
}

fn rel(path: &str) -> RelPath {
    RelPath::parse(path).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn docs(code: &str, guidelines: Option<&str>) -> Snapshot {
    let guidelines = guidelines.map(|text| Content::of(DocKind::Guidelines, text));
    Snapshot { code: Content::of(DocKind::Code, code), guidelines }
}

fn without_texts(mut docs: Snapshot) -> Snapshot {
    docs.code.text = None;
    docs.guidelines.iter_mut().for_each(|content| content.text = None);
    docs
}

fn texts(docs: &Snapshot) -> (Option<&str>, Option<&str>) {
    (docs.code.text.as_deref(), docs.guidelines.as_ref().and_then(|content| content.text.as_deref()))
}

fn synced(base: &str, code: &str, guidelines: Option<&str>) -> SyncedScore {
    let paths = ScorePaths::parse("Card/S.yaml", "Card/guidelines/S.md").expect("safe paths");
    let docs = docs(code, guidelines);
    SyncedScore { base: base.into(), docs, champion: None, champion_docs: None, paths, local: None }
}

fn conflict(theirs: &str) -> StoredConflict {
    StoredConflict {
        kind: "lines".into(),
        docs: vec![DocKind::Code, DocKind::Guidelines],
        base: Some(("v0".into(), docs("base", None))),
        theirs: ("v9".into(), docs(theirs, Some("their guidelines"))),
        at: at(7),
    }
}

fn file(inode: u64) -> CachedFile {
    CachedFile {
        stat: FileStat { size: 3, modified: -5, changed: i64::MAX, inode },
        read_at: 9,
        raw: Digest::of("raw"),
        canonical: Digest::of("canonical"),
        style: Style { crlf: inode & 1 != 0, bom: inode & 2 != 0 },
    }
}

fn id(score: &str) -> ScoreId {
    score.into()
}

fn set(state: &mut State, score: &str, synced: &SyncedScore) {
    state.transaction(|tx| tx.set_base(&id(score), synced)).unwrap();
}

#[test]
fn a_new_state_is_empty_and_keeps_itself_out_of_git() {
    let home = Home::new();
    let state = home.open();
    assert_eq!(state.origin(), Ok(None));
    assert_eq!(state.load(), Ok(Default::default()));
    assert_eq!((state.intents(), state.runs()), (Ok(vec![]), Ok(vec![])));
    assert_eq!(fs::read_to_string(home.dir().join(".gitignore")).unwrap(), "*\n");
    fs::write(home.dir().join(".gitignore"), "mine").unwrap();
    home.open();
    assert_eq!(fs::read_to_string(home.dir().join(".gitignore")).unwrap(), "mine");
}

#[test]
fn an_address_that_was_stored_whole_comes_back_without_its_secret() {
    let home = Home::new();
    for (stored, known) in
        [("https://x.example/graphql?token=secret", "https://x.example/graphql"), ("file:a?b@c#d.db", "file:a?b@c#d.db")]
    {
        let origin = |endpoint: &str| Origin {
            endpoint: endpoint.to_owned(),
            account_key: "acme".to_owned(),
            account_id: AccountId::from("a"),
            account_name: "Acme".to_owned(),
        };
        home.open().set_origin(&origin(stored)).unwrap();
        assert_eq!(home.open().origin(), Ok(Some(origin(known))));
    }
}

#[test]
#[cfg(unix)]
fn only_its_owner_can_read_a_state() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let all = |home: &Home| -> Vec<(PathBuf, u32)> {
        fs::read_dir(home.dir()).unwrap().map(|entry| entry.unwrap().path()).map(|path| (path.clone(), mode(&path))).collect()
    };
    let home = Home::new();
    let state = home.open();
    let (_run, _watch) = (State::lock(&home.dir(), "pull", at(1)).unwrap(), State::lock_watch(&home.dir(), at(1)).unwrap());
    State::ask_resume(&home.dir()).unwrap();
    assert_eq!(mode(&home.dir()), 0o700);
    let made = all(&home);
    assert!(made.len() >= 8 && made.iter().all(|(_, mode)| *mode == 0o600), "{made:?}");
    drop(state);
    let open_to_all = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    made.iter().filter(|(path, _)| path.exists()).for_each(|(path, _)| open_to_all(path, 0o644));
    fs::write(home.dir().join("notes"), "a person's").unwrap();
    open_to_all(&home.dir().join("notes"), 0o644);
    // Named like ours, and neither is a file.
    let elsewhere = home.home.path().join("elsewhere");
    fs::write(&elsewhere, "a person's").unwrap();
    open_to_all(&elsewhere, 0o644);
    std::os::unix::fs::symlink(&elsewhere, home.dir().join("run.link")).unwrap();
    fs::create_dir(home.dir().join("watch.folder")).unwrap();
    open_to_all(&home.dir().join("watch.folder"), 0o755);
    open_to_all(&home.dir(), 0o755);
    let link = home.home.path().join("link");
    std::os::unix::fs::symlink(home.dir(), &link).unwrap();
    State::open(&link).unwrap();
    assert_eq!(mode(&home.dir()), 0o755, "what a link leads to may be anything");
    home.open();
    assert_eq!(mode(&home.dir()), 0o700);
    let expected = |path: &Path| match path.file_name().and_then(|name| name.to_str()) {
        Some("notes" | "run.link") => 0o644,
        Some("watch.folder") => 0o755,
        _ => 0o600,
    };
    assert!(all(&home).iter().all(|(path, mode)| *mode == expected(path)), "{:?}", all(&home));
}

#[test]
fn the_origin_is_remembered() {
    let home = Home::new();
    let origin = |name: &str| Origin {
        endpoint: "https://x.test/graphql".into(),
        account_key: "acme".into(),
        account_id: AccountId::from("a1"),
        account_name: name.into(),
    };
    home.open().set_origin(&origin("Acme")).unwrap();
    home.open().set_origin(&origin("Acme Inc")).unwrap();
    assert_eq!(home.open().origin(), Ok(Some(origin("Acme Inc"))));
}

#[test]
fn synced_entries_come_back_with_texts_on_demand() {
    let home = Home::new();
    let ahead = SyncedScore {
        champion: Some("v1".into()),
        champion_docs: Some(docs("champion\r\n", Some(""))),
        local: Some(docs("draft\nedit\n", None).into()),
        ..synced("v2", "\u{feff}draft\n\n", None)
    };
    let plain = synced("v1", "a: 1\n", Some("# G"));
    set(&mut home.open(), "s1", &ahead);
    set(&mut home.open(), "s2", &plain);
    let state = home.open();
    let loaded = state.load().unwrap().synced;
    assert_eq!(loaded[&id("s1")], ahead);
    assert_eq!(loaded[&id("s2")], plain);
    assert!(loaded.values().all(|score| texts(&score.docs) == (None, None)));
    let full = state.with_texts(&id("s1")).unwrap().unwrap();
    assert_eq!(texts(&full.docs), (Some("\u{feff}draft\n\n"), None));
    assert_eq!(texts(&full.champion_docs.unwrap()), (Some("champion\r\n"), Some("")));
    assert_eq!(texts(&full.local.unwrap()), (Some("draft\nedit\n"), None));
    assert_eq!(state.with_texts(&id("s3")), Ok(None));
}

/// What the program before this one made.
#[test]
fn a_state_without_what_the_last_sync_left_is_brought_up_to_date() {
    let home = Home::new();
    set(&mut home.open(), "s1", &synced("v1", "a: 1\n", None));
    for table in ["synced", "synced_before", "synced_after"] {
        for column in ["code", "code_text", "guidelines", "guidelines_text"] {
            home.tamper(&format!("ALTER TABLE {table} DROP COLUMN local_{column}"));
        }
    }
    home.tamper(
        "DROP INDEX synced_says; DROP INDEX history_at; DROP TABLE said_before; DROP TABLE git_position; \
         DROP TRIGGER gone_synced; DROP TRIGGER gone_forgotten; DROP TRIGGER place_synced; DROP TABLE unsynced_place; DROP TABLE owns_guidelines; PRAGMA user_version = 5",
    );
    let state = home.open();
    assert_eq!(state.load().unwrap().synced[&id("s1")], synced("v1", "a: 1\n", None));
    assert_eq!(state.owns_guidelines(&id("s1")), Ok(true), "nobody wrote down how they came there");
}

/// They lay there before the first sync, or came later; empty ones on the wire are none.
#[test]
fn whose_guidelines_lie_there_is_told_by_earlier_bases() {
    let home = Home::new();
    let mut state = home.open();
    let found = |docs: SyncedScore| SyncedScore { local: Some(Box::new(self::docs("a: 1\n", Some("- found\n")))), ..docs };
    let bases = [
        ("none", found(synced("v1", "a: 1\n", None)), false),
        ("empty", found(synced("v1", "a: 1\n", Some(""))), false),
        ("own", found(synced("v1", "a: 1\n", Some("- own\n"))), true),
        ("later", synced("v1", "a: 1\n", None), true),
    ];
    for (score, base, owns) in &bases {
        set(&mut state, score, base);
        assert_eq!(state.owns_guidelines(&id(score)), Ok(false), "{score}: no base is earlier");
        set(&mut state, score, &found(synced("v2", "a: 2\n", None)));
        assert_eq!(state.owns_guidelines(&id(score)), Ok(*owns), "{score}");
    }
}

/// Whose base says a text or said it, and where the files of a score were before each run.
#[test]
fn a_text_and_a_place_tell_their_score() {
    let home = Home::new();
    let mut state = home.open();
    for (score, text) in [("s1", "a: 1\n"), ("s2", "a: 2\n"), ("s3", "a: 1\n")] {
        set(&mut state, score, &synced("v1", text, None));
    }
    let code = synced("v1", "a: 1\n", None).docs.code.digest;
    assert_eq!(state.ever_with_code(&code).unwrap(), [(id("s1"), true), (id("s3"), true)]);
    assert_eq!(state.ever_with_code(&Digest::of("a: 3\n")).unwrap(), []);
    assert_eq!(state.earlier_places(&id("s1")).unwrap(), []);
    let old = state.load().unwrap().synced[&id("s1")].paths.clone();
    let new = ScorePaths::parse("Card/New.yaml", "Card/guidelines/New.md").unwrap();
    for (number, score) in ["s1", "s4"].into_iter().enumerate() {
        let moved = SyncedScore { paths: new.clone(), ..synced("v2", "a: 4\n", None) };
        let run = RunId(number as i64 + 1);
        state
            .transaction(|tx| {
                assert_eq!(tx.begin_run(&RunKind::Pull, None, Timestamp::UNIX_EPOCH)?, run);
                tx.plan_base(run, &id(score), NextBase::Entry(Some(&moved)))
            })
            .unwrap();
        let before = if score == "s1" { Some(old.clone()) } else { None };
        assert_eq!(state.earlier_places(&id(score)).unwrap(), [(run, before)]);
    }
    set(&mut state, "s1", &synced("v3", "a: 5\n", None));
    assert_eq!(state.ever_with_code(&code).unwrap(), [(id("s1"), false), (id("s3"), true)]);
    assert_eq!(state.once_at(&old.code).unwrap(), [(id("s1"), RunId(1))]);
    assert_eq!(state.once_at(&new.code).unwrap(), []);
}

/// What bases said before is kept in mind, up to a bound.
#[test]
fn the_newest_earlier_texts_stay_known() {
    let home = Home::new();
    let mut state = home.open();
    set(&mut state, "s1", &synced("v1", "a: 1\n", None));
    let many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 100000) ";
    home.tamper(&format!("{many} INSERT INTO said_before (code, score) SELECT CAST(x AS BLOB), 'gone' FROM n"));
    for text in ["a: 2\n", "a: 3\n"] {
        set(&mut state, "s1", &synced("v2", text, None));
    }
    state.transaction(|tx| tx.prune_history(Retention { runs: 1, bytes: 0 })).unwrap();
    assert_eq!(home.count("said_before"), 100_000);
    for text in ["a: 1\n", "a: 2\n", "a: 3\n"] {
        let said = state.ever_with_code(&synced("v1", text, None).docs.code.digest).unwrap();
        assert_eq!(said, [(id("s1"), text == "a: 3\n")], "{text}");
    }
}

/// Bytes that no column has go when the history is pruned; what the files said after the last sync stays.
#[test]
fn texts_that_the_last_sync_left_are_not_pruned() {
    let home = Home::new();
    let merged = SyncedScore { local: Some(docs("merged\n", Some("ours\n")).into()), ..synced("v1", "a: 1\n", None) };
    let mut state = home.open();
    set(&mut state, "s1", &SyncedScore { local: Some(docs("passed\n", None).into()), ..merged.clone() });
    set(&mut state, "s1", &merged);
    assert_eq!(home.count("blob"), 4);
    state.transaction(|tx| tx.prune_history(Retention { runs: 0, bytes: 0 })).unwrap();
    assert_eq!(home.count("blob"), 3);
    let left = state.with_texts(&id("s1")).unwrap().unwrap().local.unwrap();
    assert_eq!(texts(&left), (Some("merged\n"), Some("ours\n")));
}

#[test]
fn texts_that_are_not_given_are_those_the_score_has() {
    let home = Home::new();
    let mut state = home.open();
    let moved = |docs: Snapshot| SyncedScore { docs: without_texts(docs), ..synced("v9", "", None) };
    set(&mut state, "s1", &synced("v1", "old\n", Some("g\n")));
    set(&mut state, "s1", &moved(docs("old", Some("g"))));
    assert_eq!(texts(&state.with_texts(&id("s1")).unwrap().unwrap().docs), (Some("old\n"), Some("g\n")));
    state
        .transaction(|tx| {
            tx.set_conflict(&id("s1"), &conflict("theirs\n"))?;
            tx.set_base(&id("s1"), &moved(docs("theirs", Some("their guidelines"))))?;
            tx.clear_conflict(&id("s1"))
        })
        .unwrap();
    assert_eq!(texts(&state.with_texts(&id("s1")).unwrap().unwrap().docs), (Some("theirs\n"), Some("their guidelines")));
    set(&mut state, "s2", &moved(docs("theirs", Some("unheard of"))));
    let other = state.with_texts(&id("s2")).unwrap().unwrap().docs;
    assert_eq!(other, docs("theirs", Some("unheard of")));
    assert_eq!(texts(&other), (None, None));
}

#[test]
fn the_stat_cache_comes_back() {
    let home = Home::new();
    let mut files = vec![(rel("A/B.yaml"), file(1)), (rel("A/guidelines/B.md"), file(u64::MAX - 1)), (rel("A/C.yaml"), file(3))];
    files.extend((0..4).map(|style| (rel(&format!("A/{style}.yaml")), file(style))));
    home.open().transaction(|tx| tx.set_files(&files)).unwrap();
    let changed = [(rel("A/C.yaml"), file(4))];
    let before = home.open().generation().unwrap();
    home.open().set_files(&changed, &[&rel("A/B.yaml")]).unwrap();
    assert_eq!(home.open().generation().unwrap(), before, "nothing else was recorded");
    let expected = files[1..].iter().chain(&changed).cloned().collect();
    assert_eq!(home.open().load().unwrap().files, expected);
}

fn sample_catalog() -> Catalog {
    let card = |n: &str| Scorecard { id: n.into(), name: format!("Card {n}"), key: n.into(), external_id: String::new() };
    let score = |n: &str, champion: Option<&str>| Score {
        id: n.into(),
        scorecard_id: "c1".into(),
        name: format!("Score \u{1f600} {n}").into(),
        key: "".into(),
        external_id: "7".into(),
        champion: champion.map(Into::into),
        disabled: champion.is_none(),
    };
    Catalog { scorecards: vec![card("c1"), card("c2")], scores: vec![score("s1", Some("v1")), score("s2", None)] }
}

#[test]
fn the_catalog_is_written_where_it_changed() {
    let home = Home::new();
    let mut state = home.open();
    let mut catalog = sample_catalog();
    let save = |state: &mut State, catalog: &Catalog| state.transaction(|tx| tx.save_catalog(catalog)).unwrap();
    assert_eq!(state.has_more_scores_than(0), Ok(false));
    save(&mut state, &catalog);
    assert_eq!((state.has_more_scores_than(1), state.has_more_scores_than(2)), (Ok(true), Ok(false)));
    assert_eq!(state.load().unwrap().catalog, catalog);
    home.tamper(
        "CREATE TABLE writes (id TEXT);
         CREATE TRIGGER a AFTER INSERT ON score BEGIN INSERT INTO writes VALUES (new.id); END;
         CREATE TRIGGER b AFTER DELETE ON score BEGIN INSERT INTO writes VALUES (old.id); END;",
    );
    save(&mut state, &catalog);
    assert_eq!(home.count("writes"), 0);
    catalog.scorecards.remove(1);
    catalog.scores[0].champion = Some("v2".into());
    save(&mut state, &catalog);
    assert_eq!(home.count("writes"), 1);
    catalog.scores.remove(1);
    save(&mut state, &catalog);
    assert_eq!((home.count("writes"), state.load().unwrap().catalog), (2, catalog));
}

#[test]
fn another_catalog_is_told_by_any_of_its_fields() {
    let home = Home::new();
    let mut state = home.open();
    let catalog = sample_catalog();
    state.transaction(|tx| tx.save_catalog(&catalog)).unwrap();
    let backwards = Catalog {
        scorecards: catalog.scorecards.iter().rev().cloned().collect(),
        scores: catalog.scores.iter().rev().cloned().collect(),
    };
    assert_eq!((state.is_catalog(&catalog), state.is_catalog(&backwards)), (Ok(true), Ok(true)));
    assert_eq!(state.is_named_alike(&backwards), Ok(true));
    let changes: [fn(&mut Catalog); 13] = [
        |now| now.scorecards[0].name.push('x'),
        |now| now.scorecards[1].key.push('x'),
        |now| now.scorecards.truncate(1),
        |now| now.scores[0].id = "s0".into(),
        |now| now.scores[0].scorecard_id = "c2".into(),
        |now| now.scores[1].name = "x".into(),
        |now| now.scores[1].key = "x".into(),
        |now| now.scores[0].external_id = "".into(),
        |now| now.scores[0].champion = None,
        |now| now.scores[1].champion = Some("v2".into()),
        |now| now.scores[1].disabled ^= true,
        |now| now.scores.truncate(1),
        |now| now.scores.extend([Score { id: "s3".into(), ..now.scores[0].clone() }]),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut now = catalog.clone();
        change(&mut now);
        assert_eq!(state.is_catalog(&now), Ok(false), "change {number}");
        // Keys, champions and whether a score is disabled make no path.
        assert_eq!(state.is_named_alike(&now), Ok([1, 6, 8, 9, 10].contains(&number)), "change {number}");
    }
}

#[test]
fn a_word_calls_the_score_whose_name_is_behind_any_slash_in_it() {
    let home = Home::new();
    let mut state = home.open();
    let sample = sample_catalog();
    let score = |id: &str, name: &str| Score { id: self::id(id), name: name.into(), ..sample.scores[0].clone() };
    let scores = vec![score("s1", "Tone"), score("s2", "Tone/Voice"), score("s3", "Voice")];
    state.transaction(|tx| tx.save_catalog(&Catalog { scores, ..sample.clone() })).unwrap();
    let called = |word: &str| {
        let ids: BTreeSet<ScoreId> = state.called(word).unwrap().into_iter().collect();
        ids.into_iter().map(|id| id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(called("Tone"), ["s1"]);
    assert_eq!(called("Calls/Tone"), ["s1"]);
    assert_eq!(called("Calls/Tone/Voice"), ["s2", "s3"]);
    assert_eq!(called("s3"), ["s3"]);
    assert_eq!(called("7"), ["s1", "s2", "s3"], "all have this external id");
    assert!(called("Calls/").is_empty() && called("").is_empty(), "none has a key, and none is meant");
}

#[test]
fn conflicts_keep_both_other_sides() {
    let home = Home::new();
    let unknown_base = StoredConflict { base: None, docs: vec![DocKind::Guidelines], ..conflict("x") };
    home.open()
        .transaction(|tx| {
            tx.set_conflict(&id("s1"), &conflict("theirs\n"))?;
            tx.set_conflict(&id("s2"), &unknown_base)
        })
        .unwrap();
    let state = home.open();
    assert_eq!(state.conflicting(), Ok([id("s1"), id("s2")].into()));
    let loaded = state.load().unwrap().conflicts;
    assert_eq!((&loaded[&id("s1")], &loaded[&id("s2")]), (&conflict("theirs\n"), &unknown_base));
    assert_eq!(texts(&loaded[&id("s1")].theirs.1), (None, None));
    let full = state.conflict(&id("s1")).unwrap().unwrap();
    assert_eq!(texts(&full.theirs.1), (Some("theirs\n"), Some("their guidelines")));
    assert_eq!(texts(&full.base.unwrap().1), (Some("base"), None));
    home.open().transaction(|tx| tx.clear_conflict(&id("s1"))).unwrap();
    assert_eq!(state.conflict(&id("s1")), Ok(None));
}

#[test]
fn drafts_of_others_are_kept_until_there_are_none() {
    let home = Home::new();
    let draft = VersionMeta {
        id: "v2".into(),
        score_id: id("s1"),
        parent: Some("v1".into()),
        created_at: at(5),
        note: Some("louder".to_owned()),
        metadata: json!({"attribution": {"actorKey": "somebody"}}),
    };
    let read = ReadDrafts { read_at: at(9), champion: Some("v1".into()), versions: vec![draft] };
    home.open().transaction(|tx| tx.set_drafts(&id("s1"), &read)).unwrap();
    assert_eq!(home.open().drafts(), Ok([(id("s1"), read.clone())].into()));
    let none = ReadDrafts { versions: Vec::new(), ..read };
    home.open().transaction(|tx| tx.set_drafts(&id("s1"), &none)).unwrap();
    assert_eq!(home.open().drafts(), Ok([].into()));
}

#[test]
fn of_few_scores_and_of_many_the_same_drafts_are_told_as_of_all() {
    let home = Home::new();
    let ids: Vec<ScoreId> = (0..40).map(|number| ScoreId::from(format!("s{number:02}"))).collect();
    let drafts = |score: &ScoreId| ReadDrafts {
        read_at: at(9),
        champion: None,
        versions: vec![VersionMeta {
            id: format!("v-{score}").as_str().into(),
            score_id: score.clone(),
            parent: None,
            created_at: at(5),
            note: None,
            metadata: json!({"attribution": null}),
        }],
    };
    let with_drafts = &ids[..30];
    home.open().transaction(|tx| with_drafts.iter().try_for_each(|id| tx.set_drafts(id, &drafts(id)))).unwrap();
    let state = home.open();
    let all = state.drafts().unwrap();
    assert_eq!(all.len(), with_drafts.len());
    for count in 0..=ids.len() {
        let asked: BTreeSet<&ScoreId> = ids.iter().rev().take(count).collect();
        let told: BTreeMap<ScoreId, ReadDrafts> =
            all.iter().filter(|(id, _)| asked.contains(id)).map(|(id, drafts)| (id.clone(), drafts.clone())).collect();
        assert_eq!(state.drafts_of(&asked), Ok(told), "{count}");
    }
    let few: BTreeSet<&ScoreId> = [&ids[0], &ids[35]].into();
    assert_eq!(state.drafts_of(&few).unwrap().into_keys().collect::<Vec<_>>(), [ids[0].clone()]);
}

#[test]
fn a_state_has_a_word_that_no_other_one_has() {
    let (home, other) = (Home::new(), Home::new());
    let word = home.open().identity().to_owned();
    assert_eq!(home.open().identity(), word);
    assert!(!word.is_empty() && other.open().identity() != word);
}

#[test]
fn intents_wait_until_they_are_removed() {
    let home = Home::new();
    let add = |kind: &str| home.open().transaction(|tx| tx.add_intent(&id("s1"), kind, &json!({"to": kind}))).unwrap();
    let (first, second) = (add("promote"), add("other"));
    let intents = home.open().intents().unwrap();
    assert_eq!(intents.iter().map(|intent| intent.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!((intents[0].kind.as_str(), &intents[0].payload), ("promote", &json!({"to": "promote"})));
    home.open()
        .transaction(|tx| {
            tx.remove_intent(first)?;
            tx.forget(&id("s1"))
        })
        .unwrap();
    assert_eq!(home.open().intents().unwrap()[0].id, second);
}

#[test]
fn a_transaction_that_fails_or_dies_leaves_nothing() {
    let home = Home::new();
    let mut state = home.open();
    set(&mut state, "s1", &synced("v1", "a", None));
    let failed = state.transaction(|tx| {
        tx.set_base(&id("s1"), &synced("v2", "b", None))?;
        tx.begin_run(&RunKind::Pull, None, at(1))?;
        Err::<(), _>(StateError::Locked(None))
    });
    assert_eq!(failed, Err(StateError::Locked(None)));
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = state.transaction(|tx| -> Result<(), StateError> {
            tx.forget(&id("s1")).unwrap();
            panic!("killed")
        });
    }));
    assert!(died.is_err());
    for state in [&state, &home.open()] {
        assert_eq!(state.load().unwrap().synced[&id("s1")], synced("v1", "a", None));
        assert_eq!(state.runs(), Ok(vec![]));
    }
    set(&mut state, "s1", &synced("v3", "c", None));
    assert_eq!(home.open().load().unwrap().synced[&id("s1")].base, "v3".into());
}

#[test]
fn what_was_committed_survives_without_a_clean_end() {
    let home = Home::new();
    let mut state = home.open();
    set(&mut state, "s1", &synced("v1", "kept\n", None));
    let copy = Home::new();
    fs::create_dir(copy.dir()).unwrap();
    for entry in fs::read_dir(home.dir()).unwrap() {
        let entry = entry.unwrap();
        if !entry.file_name().to_str().unwrap().ends_with("-shm") {
            fs::copy(entry.path(), copy.dir().join(entry.file_name())).unwrap();
        }
    }
    let full = copy.open().with_texts(&id("s1")).unwrap().unwrap();
    assert_eq!(texts(&full.docs), (Some("kept\n"), None));
}

fn run(state: &mut State, second: i64, before: Option<&[u8]>) -> RunId {
    state
        .transaction(|tx| {
            let run = tx.begin_run(&RunKind::parse(&format!("pull {second}")), None, at(second))?;
            let replaced = tx.plan_file(run, &rel("A/B.yaml"), before, Some(b"new"), at(second))?;
            tx.settle_file(replaced)?;
            Ok(run)
        })
        .unwrap()
}

#[test]
fn replaced_bytes_come_back() {
    let home = Home::new();
    let mut state = home.open();
    let first = run(&mut state, 1, Some(b"\xff old"));
    let second = run(&mut state, 2, None);
    let runs = state.runs().unwrap();
    assert_eq!(runs.iter().map(|run| (run.id, run.kind.as_str())).collect::<Vec<_>>(), [(second, "pull 2"), (first, "pull 1")]);
    assert_eq!(runs[1].started_at, at(1));
    let replaced = state.replaced(first).unwrap();
    assert_eq!((replaced.len(), &replaced[0].path, replaced[0].at), (1, &rel("A/B.yaml"), at(1)));
    assert_eq!((replaced[0].before, replaced[0].after), (Some(Digest::of(b"\xff old")), Some(Digest::of("new"))));
    assert_eq!(state.backup_bytes(&Digest::of(b"\xff old")), Ok(Some(b"\xff old".to_vec())));
    assert_eq!(state.replaced(second).unwrap()[0].before, None);
    assert_eq!(state.backup_bytes(&Digest::of("never")), Ok(None));
}

#[test]
fn history_is_bounded_and_takes_nothing_that_is_used() {
    let home = Home::new();
    let mut state = home.open();
    set(&mut state, "s1", &synced("v1", "shared", None));
    state.transaction(|tx| tx.set_conflict(&id("s1"), &conflict("theirs"))).unwrap();
    state.transaction(|tx| tx.add_intent(&id("s1"), "promote", &json!(null))).unwrap();
    let runs: Vec<RunId> = [&b"shared"[..], b"theirs", b"alone", b"1234567890"]
        .iter()
        .zip(1..)
        .map(|(bytes, n)| run(&mut state, n, Some(bytes)))
        .collect();
    let prune = |state: &mut State, runs, bytes| state.transaction(|tx| tx.prune_history(Retention { runs, bytes })).unwrap();
    let left = |state: &State| state.runs().unwrap().into_iter().map(|run| run.id).collect::<Vec<_>>();
    let has = |state: &State, text: &str| state.backup_bytes(&Digest::of(text)).unwrap().is_some();

    prune(&mut state, 10, 1000);
    assert_eq!(left(&state).len(), 4);
    prune(&mut state, 2, 1000);
    assert_eq!(left(&state), [runs[3], runs[2]]);
    assert!(has(&state, "alone") && has(&state, "shared") && has(&state, "theirs"));
    prune(&mut state, 10, 15);
    assert_eq!(left(&state), [runs[3], runs[2]], "no more than may be kept");
    prune(&mut state, 10, 14);
    assert_eq!(left(&state), [runs[3]]);
    assert!(!has(&state, "alone") && has(&state, "shared") && has(&state, "theirs"));
    prune(&mut state, 0, 0);
    assert!(left(&state) == [runs[3]] && has(&state, "1234567890"), "the newest run always stays");
    assert_eq!(texts(&state.with_texts(&id("s1")).unwrap().unwrap().docs), (Some("shared"), None));
    assert_eq!(texts(&state.conflict(&id("s1")).unwrap().unwrap().theirs.1).0, Some("theirs"));

    state.transaction(|tx| tx.forget(&id("s1"))).unwrap();
    assert!(has(&state, "shared"), "until somebody prunes");
    prune(&mut state, 10, 1000);
    assert!(!has(&state, "shared") && !has(&state, "theirs"));
    assert_eq!((home.count("blob"), state.intents().unwrap().len()), (1, 1));
    let next = run(&mut state, 9, None);
    assert!(next > runs[3]);
}

#[test]
fn of_many_texts_what_nothing_refers_to_goes_now_and_then() {
    let home = Home::new();
    let mut state = home.open();
    let add = |count: usize| {
        home.tamper(&format!(
            "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {count})
             INSERT INTO blob (digest, bytes) SELECT randomblob(32), x'00' FROM number;"
        ));
    };
    let prune = |state: &mut State| state.transaction(|tx| tx.prune_history(Retention { runs: 100, bytes: 1000 })).unwrap();
    add(4_095);
    prune(&mut state);
    assert_eq!(home.count("blob"), 0, "of few, they go with every run");
    // Runs of the history, and pushes, which leave none and replace a base.
    for leaves_run in [true, false] {
        add(4_200);
        let mut gone = 0;
        for number in 1..=93 {
            if leaves_run {
                run(&mut state, number, None);
            } else {
                set(&mut state, "s1", &synced(&format!("v{number}"), &format!("text {number}"), None));
            }
            prune(&mut state);
            if home.count("blob") < 4_000 {
                gone += 1;
                add(4_200);
            }
        }
        assert!((1..=9).contains(&gone), "leaves a run: {leaves_run}: {gone} times of 93");
    }
}

#[test]
fn a_text_is_stored_once() {
    let home = Home::new();
    let mut state = home.open();
    set(&mut state, "s1", &synced("v1", "same", Some("same")));
    set(&mut state, "s2", &synced("v2", "same", None));
    run(&mut state, 1, Some(b"same"));
    assert_eq!(home.count("blob"), 2, "what was to be written, too");
    state.transaction(|tx| tx.prune_history(Retention { runs: 10, bytes: 1000 })).unwrap();
    assert_eq!(home.count("blob"), 1, "which is not needed once it is written");
}

#[test]
fn many_may_open_a_new_state_at_once() {
    let home = Home::new();
    let together = Barrier::new(8);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let (home, together) = (&home, &together);
            scope.spawn(move || {
                together.wait();
                let mut state = home.open();
                for round in 0..10 {
                    set(&mut state, &format!("s{n}-{round}"), &synced("v", "a", None));
                }
            });
        }
    });
    assert_eq!(home.open().load().unwrap().synced.len(), 80);
}

#[test]
fn a_newer_state_is_refused_and_not_touched() {
    let home = Home::new();
    drop(home.open());
    home.tamper("PRAGMA user_version = 99;");
    let before = fs::read(home.database()).unwrap();
    assert_eq!(State::open(&home.dir()).err(), Some(StateError::Newer { found: 99, known: 14 }));
    assert_eq!(fs::read(home.database()).unwrap(), before);
}

#[test]
fn a_damaged_state_is_refused_and_set_aside_on_demand() {
    let home = Home::new();
    fs::create_dir(home.dir()).unwrap();
    let garbage = "this is no database, but it is long enough to look like a file of one ".repeat(20);
    fs::write(home.database(), &garbage).unwrap();
    fs::write(home.dir().join("state.db-wal"), "log").unwrap();
    assert!(matches!(State::open(&home.dir()), Err(StateError::Corrupt { path, .. }) if path == home.database()));
    assert_eq!(fs::read_to_string(home.database()).unwrap(), garbage);
    let aside = State::set_aside(&home.dir(), at(0)).unwrap();
    assert_eq!(aside, home.dir().join("state.db.corrupt-19700101T000000Z"));
    assert_eq!(fs::read_to_string(&aside).unwrap(), garbage);
    assert_eq!(fs::read_to_string(home.dir().join("state.db.corrupt-19700101T000000Z-wal")).unwrap(), "log");
    drop(home.open());
    let again = State::set_aside(&home.dir(), at(0)).unwrap();
    assert!(again != aside && fs::read_to_string(&aside).unwrap() == garbage, "never over an earlier one");
}

#[test]
fn another_programs_database_is_refused() {
    let home = Home::new();
    fs::create_dir(home.dir()).unwrap();
    home.tamper("CREATE TABLE theirs (id INTEGER);");
    // Its number of a format may be the one of ours.
    for format in 0..9 {
        home.tamper(&format!("PRAGMA user_version = {format};"));
        let before = fs::read(home.database()).unwrap();
        assert!(matches!(State::open(&home.dir()), Err(StateError::Corrupt { what, .. }) if what == "not a state of scoresync"));
        assert_eq!(fs::read(home.database()).unwrap(), before, "{format}: not even how it is written");
    }
    assert_eq!(home.count("theirs"), 0);
    home.tamper("PRAGMA application_id = 0x73637379; PRAGMA user_version = 0;");
    assert!(matches!(State::open(&home.dir()), Err(StateError::Corrupt { .. })), "a state has a format");
}

#[test]
fn a_crash_before_the_first_migration_is_no_damage() {
    let home = Home::new();
    fs::create_dir(home.dir()).unwrap();
    home.tamper("PRAGMA journal_mode = WAL;");
    assert!(fs::metadata(home.database()).unwrap().len() > 0);
    assert_eq!(home.open().load(), Ok(Default::default()));
}

#[test]
fn damage_inside_is_found_when_it_is_read() {
    let home = Home::new();
    let mut state = home.open();
    (0..200).for_each(|n| set(&mut state, &format!("s{n}"), &synced("v", &"x".repeat(500), Some(&n.to_string()))));
    drop(state);
    let mut bytes = fs::read(home.database()).unwrap();
    bytes[4096..].iter_mut().for_each(|byte| *byte ^= 0x55);
    fs::write(home.database(), bytes).unwrap();
    let found = State::open(&home.dir()).and_then(|state| state.load()).err();
    assert!(matches!(found, Some(StateError::Corrupt { .. })), "{found:?}");
}

#[test]
fn rows_that_are_not_ours_are_refused() {
    for sql in [
        "UPDATE file SET path = '../../etc/passwd'",
        "UPDATE file SET raw = x'00'",
        "UPDATE synced SET code_path = '/etc/passwd'",
        "UPDATE synced SET guidelines_path = 'A/../../x'",
        "UPDATE synced SET code = x'00'",
        "UPDATE conflict SET at = 9223372036854775807",
    ] {
        let home = Home::new();
        let mut state = home.open();
        set(&mut state, "s1", &synced("v1", "a", None));
        state
            .transaction(|tx| {
                tx.set_conflict(&id("s1"), &conflict("x"))?;
                tx.set_files(&[(rel("A/B.yaml"), file(1))])
            })
            .unwrap();
        assert!(state.load().is_ok());
        home.tamper(sql);
        assert!(matches!(state.load(), Err(StateError::Corrupt { .. })), "{sql}");
    }
    let home = Home::new();
    let mut state = home.open();
    let run = run(&mut state, 1, None);
    home.tamper("UPDATE replaced SET path = '..'");
    assert!(matches!(state.replaced(run), Err(StateError::Corrupt { .. })));
}

#[test]
fn a_second_run_is_refused_and_told_who_holds_the_lock() {
    let home = Home::new();
    let lock = State::lock(&home.dir(), "push\n--note x", at(5)).unwrap();
    match State::lock(&home.dir(), "pull", at(6)) {
        Err(StateError::Locked(Some(holder))) => {
            assert_eq!((holder.pid, holder.command.as_str(), holder.since), (std::process::id(), "push --note x", at(5)));
        }
        other => panic!("{other:?}"),
    }
    drop(lock);
    State::lock(&home.dir(), "pull", at(6)).unwrap();
}

/// A program that is being started has all that this process has open, until it is that program.
#[test]
fn a_lock_that_is_given_back_is_free_though_a_program_is_being_started() {
    let home = Home::new();
    let lock = State::lock(&home.dir(), "watch", at(5)).unwrap();
    let ((mut forked, mut tell), (mut wait, mut go_on)) = (pipe().unwrap(), pipe().unwrap());
    let mut program = Command::new("true");
    // SAFETY: it writes a byte and reads one.
    unsafe { program.pre_exec(move || tell.write_all(b"1").and_then(|()| wait.read_exact(&mut [0]))) };
    let started = std::thread::spawn(move || program.status());
    forked.read_exact(&mut [0]).unwrap();
    drop(lock);
    let again = State::lock(&home.dir(), "watch", at(6));
    go_on.write_all(b"1").unwrap();
    assert!(started.join().unwrap().unwrap().success());
    again.unwrap();
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let home = Home::new();
    fs::write(home.dir(), "a file").unwrap();
    assert!(matches!(State::open(&home.dir()), Err(StateError::NotAFolder(path)) if path == home.dir()));
    assert!(State::lock(&home.dir(), "pull", at(0)).is_err());
    // Root may write everywhere but where the kernel says no.
    let kernel = Path::new("/proc/self");
    if kernel.exists() {
        assert!(State::open(&kernel.join(".scoresync")).is_err());
    }
}

#[test]
fn a_newer_format_that_only_the_log_tells_of_is_refused() {
    let home = Home::new();
    drop(home.open());
    let other = Connection::open(home.database()).unwrap();
    other.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 99;").unwrap();
    assert_eq!(State::open(&home.dir()).err(), Some(StateError::Newer { found: 99, known: 14 }));
}

#[test]
fn a_champion_of_our_own_is_in_the_catalog() {
    let home = Home::new();
    let mut state = home.open();
    let mut catalog = sample_catalog();
    state.transaction(|tx| tx.save_catalog(&catalog)).unwrap();
    let (known, unknown) = (catalog.scores[0].id.clone(), self::id("unknown"));
    state.transaction(|tx| [&known, &unknown].into_iter().try_for_each(|score| tx.set_champion(score, &"ours".into()))).unwrap();
    catalog.scores[0].champion = Some("ours".into());
    assert_eq!(state.catalog().unwrap(), catalog, "and nothing else");
}

#[test]
fn of_few_scores_and_of_many_the_same_is_loaded_as_with_all() {
    let home = Home::new();
    let mut state = home.open();
    let ids: Vec<String> = (0..20).map(|number| format!("s{number:02}")).collect();
    let paths = |id: &str| ScorePaths::parse(&format!("Card/{id}.yaml"), &format!("Card/guidelines/{id}.md")).unwrap();
    let sample = sample_catalog();
    let scores = ids.iter().map(|id| Score { id: self::id(id), ..sample.scores[0].clone() }).collect();
    state.transaction(|tx| tx.save_catalog(&Catalog { scores, ..sample })).unwrap();
    // The last one was never synced.
    for id in &ids[..19] {
        set(&mut state, id, &SyncedScore { paths: paths(id), ..synced("v", id, None) });
    }
    let files: Vec<(RelPath, CachedFile)> = ids.iter().map(|id| (paths(id).code, file(1))).collect();
    state.set_files(&files, &[]).unwrap();
    let all = state.load().unwrap();
    for count in [0, 1, 4, 5, 19, 20] {
        let wanted: BTreeSet<ScoreId> = ids[20 - count..].iter().map(|id| self::id(id)).collect();
        let codes: BTreeSet<RelPath> = ids[20 - count..].iter().map(|id| paths(id).code).collect();
        let mut some = all.clone();
        some.catalog.scores.retain(|score| wanted.contains(&score.id));
        some.synced.retain(|score, _| wanted.contains(score));
        some.files.retain(|path, _| codes.contains(path));
        assert_eq!(state.load_some(&wanted, &codes.iter().collect::<Vec<_>>()), Ok(some.clone()), "{count}");
        assert_eq!(state.catalog_part(&wanted), Ok(some.catalog.clone()), "{count}");
        // Where a score was never synced, it is at no place.
        some.catalog.scores.retain(|score| some.synced.contains_key(&score.id));
        some.files.retain(|path, _| some.synced.values().any(|entry| entry.paths.code == *path));
        assert_eq!(state.load_at(&codes), Ok(some), "{count}");
    }
}

/// Makes these scores the catalog and the index of the state.
fn set_index(state: &mut State, ids: &[&str]) {
    let Catalog { scorecards, scores } = sample_catalog();
    let score = |id: &&str| Score { id: (*id).into(), ..scores[1].clone() };
    let catalog = Catalog { scorecards, scores: ids.iter().map(score).collect() };
    state.transaction(|tx| tx.save_catalog(&catalog)).unwrap();
    let codes: Vec<String> = ids.iter().map(|id| format!("Card/{id}.yaml")).collect();
    let score = |(id, code)| IndexedScore { id, code, calm: Some(Calm::Clean), listed: true, left: false, files: [None, None] };
    let mut index = TreeIndex {
        scores: ids.iter().copied().zip(codes.iter().map(String::as_str)).map(score).collect(),
        ..TreeIndex::default()
    };
    index.sort();
    let generation = state.generation().unwrap();
    assert!(state.set_index(generation, &IndexBytes::of(&index)).unwrap());
    assert!(!state.set_index(generation - 1, &IndexBytes::of(&TreeIndex::default())).unwrap(), "something was recorded since");
    let bytes = state.recorded().unwrap().index.unwrap();
    assert_eq!(TreeIndex::from_bytes(&bytes), Some(index));
}

/// Whoever asks again reads no more of an index than its head; whatever becomes of it, and whoever does that, is seen.
#[test]
fn a_tree_index_is_taken_apart_once() {
    let home = Home::new();
    let (mut writer, reader) = (home.open(), home.open());
    assert!(reader.held().unwrap().is_none());
    let mut set = |ids: &[&str]| set_index(&mut writer, ids);
    set(&["a", "b"]);
    let first = reader.held().unwrap().unwrap().index;
    home.tamper("UPDATE tree_index SET bytes = CAST(substr(bytes, 1, 16) || zeroblob(length(bytes) - 16) AS BLOB)");
    assert!(home.open().held().unwrap().is_none(), "it is no index any more");
    assert!(Arc::ptr_eq(&first, &reader.held().unwrap().unwrap().index), "only its head was read");
    set(&["a", "c"]);
    let second = reader.held().unwrap().unwrap().index;
    assert_eq!((second.of_id(&"b".into()), second.of_id(&"c".into())), (None, Some(1)));
    set(&["a", "b"]);
    assert_eq!(reader.held().unwrap().unwrap().index.of_id(&"b".into()), Some(1));
    for damage in ["UPDATE tree_index SET bytes = x'00'", "UPDATE tree_index SET bytes = zeroblob(64)", "DELETE FROM tree_index"]
    {
        home.tamper(damage);
        assert!(reader.held().unwrap().is_none(), "{damage}");
    }
}

/// What was recorded since the index was made comes with the place of its code, where it has one.
#[test]
fn what_moved_since_an_index_comes_with_its_place() {
    let home = Home::new();
    let mut state = home.open();
    set_index(&mut state, &["a", "b"]);
    assert_eq!(state.held().unwrap().unwrap().moved, []);
    home.tamper("INSERT INTO moved VALUES ('b')");
    assert_eq!(state.held().unwrap().unwrap().moved, [], "nothing of it is synced");
    let synced = synced("v1", "a: 1", None);
    state.transaction(|tx| tx.set_base(&"a".into(), &synced)).unwrap();
    assert_eq!(state.held().unwrap().unwrap().moved, [(ScoreId::from("a"), synced.paths.code)]);
}

/// The growth of a look at a few scores: however many moved before, few of them are read, and the look learns the same.
#[test]
fn what_moved_long_ago_is_read_no_more() {
    for count in [200, 2_000] {
        let home = Home::new();
        let mut state = home.open();
        let ids: Vec<String> = (0..count).map(|number| format!("score-{number}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        set_index(&mut state, &ids);
        home.tamper("INSERT INTO moved VALUES ('unknown to the index')");
        for (number, id) in ids.iter().enumerate() {
            let folder = if number % 2 == 0 { "Card" } else { "Elsewhere" };
            let mut synced = synced("v1", "a: 1", None);
            synced.paths.code = RelPath::parse(&format!("{folder}/{id}.yaml")).unwrap();
            state.transaction(|tx| tx.set_base(&ScoreId::from(*id), &synced)).unwrap();
            state.settle_moved().unwrap();
            assert!(state.held().unwrap().unwrap().moved.len() <= 64, "{count}");
        }
        let (held, recorded) = (state.held().unwrap().unwrap(), state.recorded().unwrap());
        let noted: Vec<&str> = recorded.moved.iter().map(ScoreId::as_str).collect();
        assert!(noted.contains(&"unknown to the index"));
        for (number, id) in ids.iter().enumerate() {
            let of_index = held.index.of_id(&ScoreId::from(*id)).unwrap();
            let score = held.index.score(of_index);
            assert_eq!(score.calm, if noted.contains(id) { Some(Calm::Clean) } else { None }, "{id}");
            assert_eq!(score.left, number % 2 == 1 && !noted.contains(id), "{id}");
            assert_eq!(held.index.left().contains(&of_index), score.left, "{id}");
        }
    }
}

/// No catalog tells an index that a score came or went that is not in it.
#[test]
fn an_index_does_not_hold_once_a_score_that_is_gone_comes_back_or_is_forgotten() {
    let home = Home::new();
    let mut state = home.open();
    let holds = |state: &State| state.recorded().unwrap().index.is_some();
    set_index(&mut state, &["a"]);
    set(&mut state, "a", &synced("v1", "a: 1", None));
    assert!(holds(&state), "the index is noted to know less of it");
    set(&mut state, "gone", &synced("v1", "a: 1", None));
    assert!(!holds(&state));
    set_index(&mut state, &["a"]);
    state.transaction(|tx| tx.forget(&"a".into())).unwrap();
    assert!(holds(&state));
    state.transaction(|tx| tx.forget(&"gone".into())).unwrap();
    assert!(!holds(&state));
}

#[test]
fn scores_that_an_index_does_not_know_stay_noted_and_are_not_looked_for_each_time() {
    let home = Home::new();
    let mut state = home.open();
    let known = ["a", "b"];
    set_index(&mut state, &known);
    for number in 0..200 {
        home.tamper(&format!("INSERT INTO moved VALUES ('unknown-{number}')"));
    }
    let moves = |state: &mut State, id: &str| {
        state.transaction(|tx| tx.set_base(&ScoreId::from(id), &synced("v1", "a: 1", None))).unwrap();
        state.settle_moved().unwrap();
        state.recorded().unwrap().moved.len()
    };
    assert_eq!(moves(&mut state, known[0]), 200, "it is in the index now");
    assert_eq!(moves(&mut state, known[1]), 201, "the index was not made anew for one");
    assert_eq!(moves(&mut home.open(), known[1]), 200, "nobody else knows that they were looked for");
}
