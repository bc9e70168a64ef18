//! One suite for all remotes: what is above the trait may rely on nothing else.

use crate::support::{Dashboard, KEY, attribution};
use scoresync::model::{
    Basis, NewScore, NewVersion, Score, ScoreId, Scorecard, ScorecardId, Section, Silence, Version, VersionId,
};
use scoresync::remote::{Created, MemoryRemote, Remote, RemoteError};
use serde_json::{Value, json};

/// Texts with everything that a careless client changes.
const CODE: &str = "name: A\r\nprompt: |\n  é 😀 \t\n  # Score: x\n\n";
const GUIDELINES: &str = "# A\n\n\"quoted\\\" \u{2028} text\n";

/// Every promise, on a dashboard that has the account [`KEY`] and nothing in it.
pub async fn keeps_its_promises(remote: &dyn Remote, dashboard: &dyn Dashboard) {
    lists_accounts_and_catalogs(remote, dashboard).await;
    reads_what_the_dashboard_saves(remote, dashboard).await;
    creates_exactly_once(remote).await;
    compares_and_sets(remote, dashboard).await;
    updates_metadata(remote, dashboard).await;
    lists_evaluations(remote, dashboard).await;
    lists_the_newest(remote).await;
    creates_scores_exactly_once(remote, dashboard).await;
}

async fn creates_scores_exactly_once(remote: &dyn Remote, dashboard: &dyn Dashboard) {
    let card = ScorecardId::from("c2");
    assert!(remote.sections(&card).await.expect("an answer").is_empty());
    let section = |id: &str, order| Section { id: id.into(), name: format!("Section {id}"), order, next_order: 0 };
    for section in [section("b", 2), section("a", 2), section("z", 1)] {
        dashboard.put_section(&card, section).await;
    }
    let sections = remote.sections(&card).await.expect("an answer");
    assert_eq!(sections, [section("z", 1), section("a", 2), section("b", 2)], "by order, then by id");
    let new = NewScore {
        id: NewScore::id_of(&card, "77"),
        scorecard_id: card.clone(),
        section_id: "z".into(),
        name: "New / \"score\"".to_owned(),
        key: None,
        external_id: "77".to_owned(),
        kind: "binary".to_owned(),
        order: 3,
        account: None,
    };
    let first = NewVersion::new(new.id.clone(), None, "name: New\n".to_owned(), None);
    assert_eq!(remote.create_score(&new, &first).await.expect("new"), Created::New);
    assert_eq!(remote.create_score(&new, &first).await.expect("the same"), Created::Existed);
    let next: Vec<i64> = remote.sections(&card).await.expect("an answer").iter().map(|section| section.next_order).collect();
    assert_eq!(next, [4, 0, 0], "the place behind the last score of each section");
    // Two people at once need not see the same number of scores.
    let beside = NewScore { order: 4, section_id: "a".into(), ..new.clone() };
    assert_eq!(remote.create_score(&beside, &first).await.expect("the same"), Created::Existed);
    assert_eq!(remote.score(&new.id).await.expect("an answer"), Some(new.score()));
    let other = NewScore { name: "Another".to_owned(), ..new.clone() };
    assert!(matches!(remote.create_score(&other, &first).await, Err(RemoteError::OtherScore(id)) if id == new.id));
    let account = remote.account(KEY).await.expect("an answer").expect("the account");
    let (catalog, _) = remote.catalog(&account.id).await.expect("an answer");
    assert_eq!(catalog.scores.iter().filter(|score| score.scorecard_id == card).collect::<Vec<_>>(), [&new.score()]);
}

async fn lists_the_newest(remote: &dyn Remote) {
    let whole = remote.history(&"s1".into()).await.expect("an answer");
    assert!(whole.len() > 3);
    let wanted = ["s1", "s2", "s1", "no-such"].map(ScoreId::from);
    for count in [1, 3, 1000] {
        let mut found = remote.newest(&wanted, count).await.expect("an answer");
        assert_eq!(found.len(), 3, "each score has one list");
        let newest = found.remove(&"s1".into()).expect("listed").expect("readable");
        assert_eq!(newest, whole[..count.min(whole.len())]);
        assert_eq!(found.remove(&"s2".into()).expect("listed").expect("readable").len(), count.min(3));
        assert!(found.remove(&"no-such".into()).expect("listed").expect("readable").is_empty());
    }
}

async fn lists_evaluations(remote: &dyn Remote, dashboard: &dyn Dashboard) {
    let tried = dashboard.save(&"s1".into(), None, CODE, None).await;
    let never = dashboard.save(&"s1".into(), None, CODE, None).await;
    for run in 0..12 {
        dashboard.evaluate(&tried, "COMPLETED", 50.0 + f64::from(run)).await;
    }
    dashboard.evaluate(&tried, "RUNNING", 0.0).await;
    let wanted = [tried.clone(), never.clone(), tried.clone(), VersionId::from("no-such")];
    let mut found = remote.evaluations(&wanted).await.expect("an answer");
    assert_eq!(found.len(), 3, "each version has one list");
    let newest = found.remove(&tried).expect("listed").expect("readable");
    let accuracies: Vec<f64> = newest.iter().map(|evaluation| evaluation.accuracy).collect();
    assert_eq!(accuracies, [0.0, 61.0, 60.0, 59.0, 58.0, 57.0, 56.0, 55.0, 54.0, 53.0], "the ten newest, newest first");
    assert_eq!((newest[0].speaks(), newest[1].speaks()), (Err(Silence::Running(100, Some(100))), Ok(())));
    assert_eq!((newest[1].items, newest[1].kind.as_str(), &newest[1].details), (Some(100), "accuracy", &None));
    let ids: Vec<String> = newest.iter().take(2).map(|one| one.id.clone()).chain(["no-such".to_owned()]).collect();
    let mut details = remote.evaluation_details(&ids).await.expect("an answer");
    assert!(matches!(details.remove("no-such"), Some(Err(RemoteError::Missing(_)))));
    let whole = details.remove(&ids[1]).expect("listed").expect("readable");
    assert_eq!(whole.basis, Basis::DataSet("set".to_owned()));
    assert!(found.into_values().all(|list| list.expect("readable").is_empty()));
}

fn card(id: &str, name: &str) -> Scorecard {
    Scorecard { id: id.into(), name: name.to_owned(), key: format!("{id}-key"), external_id: String::new() }
}

fn score(id: &str, card: &str, name: &str) -> Score {
    Score {
        id: id.into(),
        scorecard_id: card.into(),
        name: name.into(),
        key: format!("{id}-key").into(),
        external_id: format!("{id}-external").into(),
        champion: None,
        disabled: false,
    }
}

async fn lists_accounts_and_catalogs(remote: &dyn Remote, dashboard: &dyn Dashboard) {
    assert_eq!(remote.account("nobody").await.expect("an answer"), None);
    let account = remote.account(KEY).await.expect("an answer").expect("the account");
    assert_eq!(account.key, KEY);
    let (empty, unreadable) = remote.catalog(&account.id).await.expect("an answer");
    assert!(empty.scorecards.is_empty() && empty.scores.is_empty() && unreadable.is_empty());

    let cards = [card("c1", "Calls / \"QA\""), card("c2", "Empty")];
    let scores = [score("s1", "c1", "../é 😀"), Score { disabled: true, ..score("s2", "c1", "Off") }];
    for card in &cards {
        dashboard.put_scorecard(card.clone()).await;
    }
    for score in &scores {
        dashboard.put_score(score.clone()).await;
    }
    let (catalog, unreadable) = remote.catalog(&account.id).await.expect("an answer");
    assert_eq!((catalog.scorecards.as_slice(), catalog.scores.as_slice()), (&cards[..], &scores[..]));
    assert!(unreadable.is_empty());
    assert_eq!(remote.score(&"s1".into()).await.expect("an answer").as_ref(), Some(&scores[0]));
    assert_eq!(remote.score(&"s0".into()).await.expect("an answer"), None);
}

async fn read(remote: &dyn Remote, id: &VersionId) -> Version {
    let mut reads = remote.versions(std::slice::from_ref(id)).await.expect("an answer");
    reads.remove(id).expect("each id has a result").expect("the version")
}

fn texts(version: &Version) -> (Option<&str>, Option<Option<&str>>) {
    let guidelines = version.docs.guidelines.as_ref().map(|content| content.text.as_deref());
    (version.docs.code.text.as_deref(), guidelines)
}

async fn reads_what_the_dashboard_saves(remote: &dyn Remote, dashboard: &dyn Dashboard) {
    let score = ScoreId::from("s1");
    let first = dashboard.save(&score, None, CODE, Some(GUIDELINES)).await;
    let second = dashboard.save(&score, Some(&first), "name: B\n", None).await;
    let third = dashboard.save(&score, Some(&second), "name: C", Some("")).await;
    let wanted = [third.clone(), first.clone(), second.clone(), first.clone(), VersionId::from("no-such")];
    let reads = remote.versions(&wanted).await.expect("an answer");
    assert_eq!(reads.len(), 4, "each id has one result");
    assert!(matches!(reads[&VersionId::from("no-such")], Err(RemoteError::Missing(_))));
    let of = |id: &VersionId| reads[id].clone().expect("it was saved");
    assert_eq!(texts(&of(&first)), (Some(CODE), Some(Some(GUIDELINES))), "not one byte changes on the way");
    assert_eq!(texts(&of(&second)), (Some("name: B\n"), None), "null guidelines are none");
    assert_eq!(texts(&of(&third)), (Some("name: C"), Some(Some(""))), "empty guidelines are empty");
    assert_eq!((of(&first).meta.parent, of(&third).meta.parent), (None, Some(second.clone())));

    let history = remote.history(&score).await.expect("an answer");
    let ids: Vec<&VersionId> = history.iter().map(|meta| &meta.id).collect();
    assert_eq!(ids, [&third, &second, &first], "newest first");
    assert!(history.iter().all(|meta| meta.score_id == score));
    assert!(remote.history(&"s2".into()).await.expect("an answer").is_empty());
}

async fn creates_exactly_once(remote: &dyn Remote) {
    let new = |guidelines: Option<&str>, parent: Option<&str>| {
        NewVersion::new("s2".into(), parent.map(Into::into), CODE.to_owned(), guidelines.map(str::to_owned))
    };
    for version in [new(None, None), new(Some(""), None), new(Some(GUIDELINES), Some("p"))] {
        let created = remote.create_version(&version, "why", json!({"mine": [1, 2.5]})).await;
        assert_eq!(created.expect("new"), Created::New);
        let again = remote.create_version(&version, "other words", Value::Null).await;
        assert_eq!(again.expect("the same"), Created::Existed);
        let stored = read(remote, &version.id).await;
        assert_eq!(texts(&stored), (Some(CODE), version.guidelines.as_deref().map(Some)));
        assert_eq!((&stored.meta.parent, stored.meta.note.as_deref()), (&version.parent, Some("why")));
        assert_eq!(stored.meta.metadata["mine"], json!([1, 2.5]));
        let by = json!({"actorType": "service", "actorKey": "cli", "source": "cli", "requestUserId": "u1"});
        assert_eq!(stored.meta.metadata["attribution"], by);
    }
    assert_eq!(remote.history(&"s2".into()).await.expect("an answer").len(), 3);

    let liar = NewVersion { code: "name: other\n".to_owned(), ..new(None, None) };
    let refused = remote.create_version(&liar, "", Value::Null).await;
    assert!(matches!(refused, Err(RemoteError::OtherContent(id)) if id == liar.id));
    let huge = NewVersion::new("s2".into(), None, "x".repeat(409_600), None);
    assert!(matches!(remote.create_version(&huge, "", Value::Null).await, Err(RemoteError::TooLarge { .. })));
    assert_eq!(remote.history(&"s2".into()).await.expect("an answer").len(), 3);
}

async fn compares_and_sets(remote: &dyn Remote, dashboard: &dyn Dashboard) {
    let score = ScoreId::from("s1");
    let history = remote.history(&score).await.expect("an answer");
    let [third, second, first] = history.as_slice() else { panic!("three versions: {history:?}") };
    let champion = async || remote.score(&score).await.expect("an answer").expect("the score").champion;

    let early = remote.set_champion(&score, Some(&first.id), &second.id).await;
    assert!(matches!(early, Err(RemoteError::Condition)), "there is none yet");
    remote.set_champion(&score, None, &first.id).await.expect("there is none yet");
    assert_eq!(champion().await.as_ref(), Some(&first.id));
    let late = remote.set_champion(&score, None, &second.id).await;
    assert!(matches!(late, Err(RemoteError::Condition)), "there is one now");
    remote.set_champion(&score, Some(&first.id), &second.id).await.expect("as expected");
    remote.set_champion(&score, Some(&first.id), &second.id).await.expect("already done is done");

    dashboard.promote(&score, Some(&third.id)).await;
    let lost = remote.set_champion(&score, Some(&second.id), &first.id).await;
    assert!(matches!(lost, Err(RemoteError::Condition)), "somebody was faster");
    assert_eq!(champion().await.as_ref(), Some(&third.id));
    let account = remote.account(KEY).await.expect("an answer").expect("the account");
    let (catalog, _) = remote.catalog(&account.id).await.expect("an answer");
    assert_eq!(catalog.scores[0].champion.as_ref(), Some(&third.id));
    assert!(remote.set_champion(&"s0".into(), None, &first.id).await.is_err());
}

async fn updates_metadata(remote: &dyn Remote, dashboard: &dyn Dashboard) {
    let id = dashboard.save(&"s1".into(), None, CODE, Some(GUIDELINES)).await;
    let before = read(remote, &id).await;
    for featured in [true, false] {
        let metadata = json!({"championHistory": [{"versionId": id, "enteredAt": null}], "featured": featured});
        remote.update_version(&before.meta, metadata.clone(), featured).await.expect("updated");
        let after = read(remote, &id).await;
        assert_eq!(after.meta.metadata, metadata);
        assert_eq!((&after.meta.created_at, texts(&after)), (&before.meta.created_at, texts(&before)));
    }
    let mut missing = before.meta;
    missing.id = "no-such".into();
    assert!(matches!(remote.update_version(&missing, json!({}), false).await, Err(RemoteError::Missing(_))));
}

#[tokio::test]
async fn a_dashboard_in_memory_keeps_its_promises() {
    let memory = MemoryRemote::new(KEY, attribution());
    keeps_its_promises(&memory, &memory).await;
}
