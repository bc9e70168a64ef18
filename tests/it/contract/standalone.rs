//! Report configurations and data sources through the trait that scores are read by, over the embedded registry: heads are
//! champions, and are replaced only if they are what was planned on.

use super::fake::{Fake, Outcome, ok};
use crate::support::{InProcess, registry, remote};
use scoresync::model::{AccountId, NewScore, NewVersion, ScoreId, SyncKind, VersionId};
use scoresync::registry::{FaultKind, Registry, ScriptedFault, seed};
use scoresync::remote::{Created, Remote, RemoteError, Request, StandaloneDocuments};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const OLD: &str = "class: FeedbackItems\ndays: 7\n";
const NEW: &str = "class: FeedbackItems\ndays: 14\n";

fn documents(registry: &Registry) -> StandaloneDocuments {
    StandaloneDocuments::new(remote(Arc::new(InProcess(registry.clone()))), &SyncKind::STANDALONE, Vec::new())
}

fn source(id: &str, text: Option<&str>, version: Option<&str>) -> (&'static str, Value) {
    let mut row = json!({ "id": id, "name": format!("Source {id}"), "accountId": "a" });
    for (field, value) in [("yamlConfiguration", text), ("currentVersionId", version)] {
        if let Some(value) = value {
            row[field] = value.into();
        }
    }
    ("DataSource", row)
}

fn version(id: &str, source: &str, text: &str) -> (&'static str, Value) {
    ("DataSourceVersion", json!({ "id": id, "dataSourceId": source, "yamlConfiguration": text, "isFeatured": true }))
}

fn configuration(id: &str, text: &str) -> (&'static str, Value) {
    ("ReportConfiguration", json!({ "id": id, "name": format!("Report {id}"), "accountId": "a", "configuration": text }))
}

/// A registry with a source whose text is its version `v1`, and a configuration.
fn filled() -> Registry {
    let registry = registry();
    let rows = [source("1", Some(OLD), Some("v1")), version("v1", "1", OLD), configuration("2", "# Old\n")];
    seed::insert(&registry, rows).expect("rows of the schema");
    registry
}

fn id(kind: SyncKind, id: &str) -> ScoreId {
    kind.score_id(id)
}

fn v(id: &str, source: &str) -> VersionId {
    VersionId::of_document(id, &SyncKind::DataSource.score_id(source))
}

async fn champion(remote: &dyn Remote, document: &ScoreId) -> Option<VersionId> {
    remote.score(document).await.expect("an answer").expect("it is there").champion
}

async fn text(remote: &dyn Remote, version: &VersionId) -> String {
    let read = remote.versions(std::slice::from_ref(version)).await.expect("an answer").remove(version);
    read.expect("asked for").expect("read").docs.code.text.expect("with its text").to_string()
}

#[tokio::test]
async fn heads_are_champions_and_what_programs_made_is_left_out() {
    let registry = filled();
    let mut built = source("3", None, Some("v3"));
    built.1["name"] = "Associated Dataset Builder - Tone - now".into();
    let sentinel = json!({ "id": "4", "name": "Programmatic Reports", "accountId": "a", "configuration": "{}" });
    let elsewhere = json!({ "id": "5", "name": "Other", "accountId": "b", "configuration": "x" });
    let rows = [built, ("ReportConfiguration", sentinel), ("ReportConfiguration", elsewhere), source("6", None, None)];
    seed::insert(&registry, rows).expect("rows of the schema");
    let remote = documents(&registry);
    let (catalog, unreadable) = remote.catalog(&AccountId::from("a")).await.expect("an answer");
    assert_eq!(unreadable, []);
    let told: Vec<_> = catalog.scores.iter().filter(|score| SyncKind::of(&score.id).is_standalone()).collect();
    let names: Vec<_> = told.iter().map(|score| (score.scorecard_id.as_str(), &*score.name)).collect();
    assert_eq!(names, [("data-sources", "Source 1"), ("report-configurations", "Report 2")]);
    assert_eq!(told[0].champion, Some(v("v1", "1")));
    let report = told[1].champion.clone().expect("it runs");
    assert_eq!(text(&remote, &report).await, "# Old\n");
    assert_eq!(remote.history(&told[1].id).await.expect("an answer").len(), 1, "what runs is all there is");
}

#[tokio::test]
async fn a_text_that_is_no_version_counts_and_becomes_one_before_it_is_replaced() {
    let registry = filled();
    // An older tool edited the head alone; the version still has another text.
    seed::insert(&registry, [source("1", Some("class: Mine\n"), Some("v1"))]).expect("a row of the schema");
    let (remote, source) = (documents(&registry), id(SyncKind::DataSource, "1"));
    let head = champion(&remote, &source).await.expect("it runs");
    assert_ne!(head, v("v1", "1"));
    assert_eq!(text(&remote, &head).await, "class: Mine\n");
    let draft = NewVersion::new(source.clone(), Some(head.clone()), NEW.to_owned(), None);
    assert_eq!(remote.create_version(&draft, "why", Value::Null).await, Ok(Created::New));
    assert_eq!(champion(&remote, &source).await, Some(head.clone()), "a draft does not run");
    assert_eq!(remote.set_champion(&source, Some(&head), &draft.id).await, Ok(()));
    assert_eq!(champion(&remote, &source).await, Some(draft.id.clone()));
    assert_eq!(text(&remote, &head).await, "class: Mine\n", "what ran before is not lost");
    assert_eq!(remote.history(&source).await.expect("an answer").len(), 3);
    assert_eq!(remote.set_champion(&source, Some(&draft.id), &head).await, Ok(()), "and can run again");
}

#[tokio::test]
async fn sources_that_name_one_version_do_not_share_it_here() {
    let registry = filled();
    seed::insert(&registry, [source("7", Some(OLD), Some("v1"))]).expect("a duplicate, as the dashboard makes it");
    let remote = documents(&registry);
    let (one, two) = (id(SyncKind::DataSource, "1"), id(SyncKind::DataSource, "7"));
    let (first, second) = (champion(&remote, &one).await.expect("runs"), champion(&remote, &two).await.expect("runs"));
    assert_ne!(first, second);
    let draft = NewVersion::new(two.clone(), Some(second.clone()), NEW.to_owned(), None);
    remote.create_version(&draft, "", Value::Null).await.expect("a draft");
    assert_eq!(remote.set_champion(&two, Some(&second), &draft.id).await, Ok(()));
    assert_eq!((champion(&remote, &one).await, champion(&remote, &two).await), (Some(first), Some(draft.id)));
}

#[tokio::test]
async fn a_head_is_replaced_only_if_it_is_as_expected() {
    let registry = filled();
    let remote = documents(&registry);
    let report = id(SyncKind::ReportConfiguration, "2");
    let head = champion(&remote, &report).await.expect("it runs");
    let new = NewVersion::new(report.clone(), Some(head.clone()), "# New\n".to_owned(), None);
    seed::insert(&registry, [configuration("2", "# Theirs\n")]).expect("somebody saves");
    assert_eq!(remote.create_version(&new, "", Value::Null).await, Err(RemoteError::Condition));
    // Somebody else had the same idea.
    seed::insert(&registry, [configuration("2", "# New\n")]).expect("somebody saves");
    assert_eq!(remote.create_version(&new, "", Value::Null).await, Ok(Created::Existed));
    let source = id(SyncKind::DataSource, "1");
    let draft = NewVersion::new(source.clone(), Some(v("v1", "1")), NEW.to_owned(), None);
    remote.create_version(&draft, "", Value::Null).await.expect("a draft");
    seed::insert(&registry, [self::source("1", Some("class: Theirs\n"), Some("v1"))]).expect("somebody saves");
    assert_eq!(remote.set_champion(&source, Some(&v("v1", "1")), &draft.id).await, Err(RemoteError::Condition));
    assert_eq!(text(&remote, &champion(&remote, &source).await.expect("it runs")).await, "class: Theirs\n");
}

#[tokio::test]
async fn a_lost_reply_makes_nothing_twice() {
    for kind in [FaultKind::LoseReply, FaultKind::Cut, FaultKind::Status(503)] {
        let registry = filled();
        let remote = documents(&registry);
        let fault = |of: &str| registry.faults().add(ScriptedFault::once(kind.clone()).matching(of).times(3));
        let (source, report) = (id(SyncKind::DataSource, "1"), id(SyncKind::ReportConfiguration, "2"));
        let draft = NewVersion::new(source.clone(), Some(v("v1", "1")), NEW.to_owned(), None);
        fault("createDataSourceVersion");
        remote.create_version(&draft, "why", Value::Null).await.unwrap_or_else(|error| panic!("{kind:?} {error}"));
        assert_eq!(remote.history(&source).await.expect("an answer").len(), 2, "{kind:?}");
        fault("updateDataSource");
        let promoted = remote.set_champion(&source, Some(&v("v1", "1")), &draft.id).await;
        assert_eq!((promoted, champion(&remote, &source).await), (Ok(()), Some(draft.id)), "{kind:?}");
        let head = champion(&remote, &report).await;
        let new = NewVersion::new(report.clone(), head, "# New\n".to_owned(), None);
        fault("updateReportConfiguration");
        remote.create_version(&new, "", Value::Null).await.unwrap_or_else(|error| panic!("{kind:?} {error}"));
        assert_eq!(champion(&remote, &report).await, Some(new.id), "{kind:?}");
    }
}

fn new_document(kind: SyncKind, id: &str) -> NewScore {
    NewScore {
        id: kind.score_id(id),
        scorecard_id: kind.scorecard().expect("a folder"),
        section_id: "".into(),
        name: "New".to_owned(),
        key: None,
        external_id: String::new(),
        kind: String::new(),
        order: 0,
        account: Some("a".into()),
    }
}

#[tokio::test]
async fn a_new_document_is_made_once_and_runs_nothing_that_was_not_promoted() {
    for kind in SyncKind::STANDALONE {
        let registry = registry();
        let remote = documents(&registry);
        let new = new_document(kind, "9");
        let first = NewVersion::new(new.id.clone(), None, NEW.to_owned(), None);
        assert_eq!(remote.create_score(&new, &first).await, Ok(Created::New));
        assert_eq!(remote.create_score(&new, &first).await, Ok(Created::Existed));
        let other = NewScore { name: "Other".to_owned(), ..new.clone() };
        assert_eq!(remote.create_score(&other, &first).await, Err(RemoteError::OtherScore(new.id.clone())));
        let made = remote.create_version(&first, "first", Value::Null).await.expect("a version");
        let runs = champion(&remote, &new.id).await;
        assert_eq!((made == Created::Existed, runs.is_some()), (!kind.has_drafts(), !kind.has_drafts()), "{kind}");
        if kind.has_drafts() {
            assert_eq!(remote.set_champion(&new.id, None, &first.id).await, Ok(()));
        }
        assert_eq!(champion(&remote, &new.id).await, Some(first.id));
    }
}

#[tokio::test]
async fn what_is_not_synced_here_is_refused_by_name() {
    let registry = filled();
    let remote = StandaloneDocuments::new(
        remote(Arc::new(InProcess(registry.clone()))),
        &[SyncKind::DataSource],
        vec!["Nobody".to_owned()],
    );
    let refused = remote.history(&id(SyncKind::ReportConfiguration, "2")).await;
    assert!(matches!(refused, Err(RemoteError::Rejected { message, .. }) if message.contains("report-configurations")));
    let (catalog, _) = remote.catalog(&AccountId::from("a")).await.expect("an answer");
    assert_eq!(catalog.scores.iter().filter(|score| SyncKind::of(&score.id).is_standalone()).count(), 1, "it is of no scorecard");
    let mut of_card = source("1", Some(OLD), None);
    of_card.1["scorecardId"] = "c".into();
    seed::insert(&registry, [of_card]).expect("a row of the schema");
    let (catalog, _) = remote.catalog(&AccountId::from("a")).await.expect("an answer");
    assert_eq!(catalog.scores.iter().filter(|score| SyncKind::of(&score.id).is_standalone()).count(), 0, "of another scorecard");
}

/// The answers of a dashboard whose list of versions goes on for ever, by pages of 500.
fn endless(number: usize, request: &Request) -> Outcome {
    if request.operation != "DataSourceHistories" {
        return ok(json!({ "data": { "a0": null } }));
    }
    let row = |at: usize| json!({ "id": format!("{number}-{at}"), "dataSourceId": "1", "createdAt": "2026-01-01T00:00:00Z" });
    let items: Vec<Value> = (0..500).map(row).collect();
    ok(json!({ "data": { "a0": { "items": items, "nextToken": number.to_string() } } }))
}

#[tokio::test(start_paused = true)]
async fn versions_without_end_are_read_up_to_ten_thousand() {
    let remote = StandaloneDocuments::new(Fake::new(endless).remote(), &SyncKind::STANDALONE, Vec::new());
    let all = remote.history(&id(SyncKind::DataSource, "1")).await.expect("they are read");
    assert_eq!(all.len(), 10_000);
}

/// The API takes about fifty lists in one document.
#[tokio::test]
async fn versions_of_many_documents_are_asked_for_in_parts() {
    let registry = registry();
    let number = |at: usize| format!("{at:03}");
    seed::insert(&registry, (0..120).map(|at| source(&number(at), Some(OLD), None))).expect("rows of the schema");
    seed::insert(&registry, (0..120).map(|at| version(&format!("v{at}"), &number(at), OLD))).expect("rows of the schema");
    let ids: Vec<ScoreId> = (0..120).map(|at| id(SyncKind::DataSource, &number(at))).collect();
    let newest = documents(&registry).newest(&ids, 10).await.expect("an answer");
    assert!(newest.len() == 120 && newest.values().all(|own| own.as_ref().is_ok_and(|own| !own.is_empty())));
    let sent = registry.requests();
    let longest = sent.iter().filter(|request| request.operation == "DataSourceHistories").map(|request| request.document).max();
    assert!(longest.is_some_and(|bytes| bytes < 15_000), "{longest:?}");
}

/// A dashboard that has done already what it is asked for, and whose reads tell of it only after a while.
fn lagging(early: Value, late: Value, source: Value) -> StandaloneDocuments {
    let start = tokio::time::Instant::now();
    let answer = move |_: usize, request: &Request| match request.operation {
        "DataSourceVersions" | "ReportConfigurationTexts" => {
            ok(json!({ "data": { "a0": if start.elapsed() > Duration::from_millis(700) { &late } else { &early } } }))
        }
        "DataSourceTexts" => ok(json!({ "data": { "a0": source } })),
        mutation => {
            let field = mutation.replacen(&mutation[..1], &mutation[..1].to_lowercase(), 1);
            let kind = "DynamoDB:ConditionalCheckFailedException";
            let error = json!({ "message": "The conditional request failed", "errorType": kind, "path": [field] });
            ok(json!({ "data": { field: null }, "errors": [error] }))
        }
    };
    StandaloneDocuments::new(Fake::new(answer).remote(), &SyncKind::STANDALONE, Vec::new())
}

#[tokio::test(start_paused = true)]
async fn what_was_written_is_waited_for_until_reads_show_it() {
    let report = |text: &str| json!({ "id": "2", "name": "New", "configuration": text, "updatedAt": "2026-01-01T00:00:00Z" });
    let (source, configuration) = (id(SyncKind::DataSource, "1"), id(SyncKind::ReportConfiguration, "2"));

    let draft = NewVersion::new(source, None, NEW.to_owned(), None);
    let row = json!({
        "id": draft.id.on_the_wire(), "dataSourceId": "1", "createdAt": "2026-01-01T00:00:00Z", "yamlConfiguration": NEW
    });
    let stored = lagging(Value::Null, row.clone(), Value::Null).create_version(&draft, "why", Value::Null).await;
    assert_eq!(stored, Ok(Created::Existed));
    let never = lagging(Value::Null, Value::Null, Value::Null).create_version(&draft, "why", Value::Null).await;
    assert!(matches!(never, Err(RemoteError::Unreachable(_))), "{never:?}");

    let running = json!({ "id": "1", "name": "New", "yamlConfiguration": OLD, "currentVersionId": "v1" });
    let promoted = lagging(Value::Null, row, running).set_champion(&draft.score_id, None, &draft.id).await;
    assert_eq!(promoted, Err(RemoteError::Condition), "the version is there, and is not the one to be replaced");

    let old = NewVersion::new(configuration.clone(), None, "# Old\n".to_owned(), None);
    let new = NewVersion::new(configuration, Some(old.id.clone()), "# New\n".to_owned(), None);
    let replaced = lagging(report("# Old\n"), report("# New\n"), Value::Null).create_version(&new, "", Value::Null).await;
    assert_eq!(replaced, Ok(Created::Existed));

    let made = lagging(Value::Null, report("# Old\n"), Value::Null)
        .create_score(&new_document(SyncKind::ReportConfiguration, "2"), &old)
        .await;
    assert_eq!(made, Ok(Created::Existed));
}
