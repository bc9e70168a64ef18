//! The suite on the GraphQL client over the embedded registry, in process and over HTTP; and writes whose reply is lost
//! after their effect.

use super::suite::keeps_its_promises;
use crate::support::{API_KEY, Browser, Dashboard, InProcess, KEY, over_http, registry, remote};
use scoresync::model::{NewScore, NewVersion, Score, ScoreId, Scorecard};
use scoresync::registry::{FaultKind, ScriptedFault};
use scoresync::remote::{Created, Remote, RemoteError, Transport};
use serde_json::Value;
use std::sync::Arc;

#[tokio::test]
async fn the_registry_in_process_keeps_its_promises() {
    let transport = Arc::new(InProcess(registry()));
    keeps_its_promises(&remote(transport.clone()), &Browser::new(transport).await).await;
}

#[tokio::test]
async fn the_registry_over_http_keeps_its_promises() {
    let transport = over_http(&registry(), API_KEY).await;
    keeps_its_promises(&remote(transport.clone()), &Browser::new(transport).await).await;
}

#[tokio::test]
async fn a_wrong_key_is_told() {
    let refused = remote(over_http(&registry(), "da2-wrong").await).account(KEY).await;
    assert!(matches!(refused, Err(RemoteError::Unauthorised(_))), "{refused:?}");
}

/// A dashboard with one scorecard of `scores` scores.
async fn filled(transport: Arc<dyn Transport>, scores: usize) -> Browser {
    let browser = Browser::new(transport).await;
    let card = Scorecard { id: "c".into(), name: "C".to_owned(), key: "c".to_owned(), external_id: "1".to_owned() };
    browser.put_scorecard(card).await;
    for at in 0..scores {
        let score = Score {
            id: format!("s{at}").into(),
            scorecard_id: "c".into(),
            name: format!("S{at}").into(),
            key: format!("s{at}").into(),
            external_id: format!("{at}").into(),
            champion: None,
            disabled: false,
        };
        browser.put_score(score).await;
    }
    browser
}

#[tokio::test]
async fn a_pull_costs_a_few_pages_and_one_request_for_fifty_versions() {
    let registry = registry();
    let transport = Arc::new(InProcess(registry.clone()));
    let browser = filled(transport.clone(), 130).await;
    let mut ids = Vec::new();
    for at in 0..120 {
        ids.push(browser.save(&format!("s{at}").into(), None, "name: A\n", None).await);
    }
    let before = registry.requests().len();
    let remote = remote(transport);
    let account = remote.account(KEY).await.expect("an answer").expect("the account");
    let (catalog, _) = remote.catalog(&account.id).await.expect("an answer");
    assert_eq!(catalog.scores.len(), 130, "more than the server's own page of 100");
    let reads = remote.versions(&ids).await.expect("an answer");
    assert!(reads.len() == 120 && reads.values().all(Result::is_ok));
    let sent: Vec<String> = registry.requests().into_iter().skip(before).map(|request| request.operation).collect();
    assert_eq!(sent, ["Account", "Scorecards", "Versions", "Versions", "Versions"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_reply_makes_neither_two_versions_nor_a_lost_race() {
    for kind in [
        FaultKind::LoseReply,
        FaultKind::Cut,
        FaultKind::Drop,
        FaultKind::Html,
        FaultKind::Throttle,
        FaultKind::ThrottleInBody,
        FaultKind::Status(503),
    ] {
        let registry = registry();
        let transport = Arc::new(InProcess(registry.clone()));
        let _browser = filled(transport.clone(), 1).await;
        let remote = remote(transport);
        let score = ScoreId::from("s0");
        let version = NewVersion::new(score.clone(), None, "name: A\n".to_owned(), None);
        let has_effect = matches!(kind, FaultKind::LoseReply | FaultKind::Cut);

        registry.faults().add(ScriptedFault::once(kind.clone()).matching("createScoreVersion").times(3));
        let created = remote.create_version(&version, "why", Value::Null).await.expect("in the end");
        assert_eq!(created, if has_effect { Created::Existed } else { Created::New }, "{kind:?}");
        assert_eq!(remote.history(&score).await.expect("an answer").len(), 1, "{kind:?}");

        let new = NewScore {
            id: NewScore::id_of(&"c".into(), "77"),
            scorecard_id: "c".into(),
            section_id: "x".into(),
            name: "New".to_owned(),
            key: Some("new".to_owned()),
            external_id: "77".to_owned(),
            kind: "text".to_owned(),
            order: 1,
            account: None,
        };
        registry.faults().add(ScriptedFault::once(kind.clone()).matching("createScore(").times(3));
        let created = remote.create_score(&new, &version).await.unwrap_or_else(|error| panic!("{kind:?} {error}"));
        assert_eq!(created, if has_effect { Created::Existed } else { Created::New }, "{kind:?}");

        registry.faults().add(ScriptedFault::once(kind.clone()).matching("updateScore").times(3));
        remote.set_champion(&score, None, &version.id).await.unwrap_or_else(|error| panic!("{kind:?} {error}"));
        let champion = remote.score(&score).await.expect("an answer").expect("the score").champion;
        assert_eq!(champion.as_ref(), Some(&version.id), "{kind:?}");
    }
}

#[tokio::test]
async fn a_reply_lost_on_the_wire_is_repeated() {
    let registry = registry();
    let transport = over_http(&registry, API_KEY).await;
    let _browser = filled(transport.clone(), 1).await;
    let remote = remote(transport);
    for (number, kind) in [FaultKind::LoseReply, FaultKind::Cut, FaultKind::Drop].into_iter().enumerate() {
        let version = NewVersion::new("s0".into(), None, format!("name: {number}\n"), None);
        registry.faults().add(ScriptedFault::once(kind.clone()).matching("createScoreVersion"));
        remote.create_version(&version, "why", Value::Null).await.unwrap_or_else(|error| panic!("{kind:?} {error}"));
        assert_eq!(remote.history(&"s0".into()).await.expect("an answer").len(), number + 1, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_server_cannot_read_costs_only_itself() {
    let registry = registry();
    let transport = Arc::new(InProcess(registry.clone()));
    let browser = filled(transport.clone(), 3).await;
    let remote = remote(transport);
    let good = browser.save(&"s0".into(), None, "name: A\n", None).await;
    let bad = browser.save(&"s1".into(), None, "name: B\n", None).await;
    registry.faults().add(ScriptedFault { count: None, ..ScriptedFault::once(FaultKind::Reject(bad.as_str().to_owned())) });
    let reads = remote.versions(&[good.clone(), bad.clone()]).await.expect("each id has its own result");
    assert!(reads[&good].is_ok() && reads[&bad].is_err(), "{reads:?}");

    registry.faults().clear();
    registry.faults().add(ScriptedFault::once(FaultKind::Duplicate));
    let (catalog, _) = remote.catalog(&"a".into()).await.expect("an answer");
    assert_eq!((catalog.scorecards.len(), catalog.scores.len()), (1, 3));

    registry.faults().add(ScriptedFault::once(FaultKind::Null("name".to_owned())));
    let (catalog, unreadable) = remote.catalog(&"a".into()).await.expect("an answer");
    assert!(catalog.scores.is_empty() && unreadable[0].may_hide(&"s0".into()), "{unreadable:?}");
}
