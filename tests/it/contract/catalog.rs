//! Catalogs over many pages, and from servers whose lists make no sense.

use super::fake::{Fake, Outcome, asked, ok};
use scoresync::model::{AccountId, Catalog, ScoreId};
use scoresync::remote::{Remote, RemoteError, Request, Unreadable};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

type Read = Result<(Catalog, Vec<Unreadable>), RemoteError>;

/// A server with `cards` scorecards of `scores` scores each, which shows `card_page` and `score_page` of them at once.
#[derive(Clone, Copy)]
struct Account {
    cards: usize,
    scores: usize,
    card_page: usize,
    score_page: usize,
}

impl Account {
    fn answer(self, request: &Request) -> Outcome {
        let variables = &request.variables;
        if request.operation == "Scorecards" {
            let page = page(self.cards, self.card_page, variables["token"].as_str(), |at| self.card(at));
            return ok(json!({"data": {"listScorecardByAccountId": page}}));
        }
        let lists = asked(request).into_iter().map(|(alias, id)| {
            let token = variables[format!("t{}", &alias[1..])].as_str();
            let at = id[1..].parse().expect("ids are numbered");
            let value = if request.operation == "MoreScores" { json!({"scores": self.list(at, token)}) } else { self.card(at) };
            (alias, value)
        });
        ok(json!({ "data": lists.collect::<Map<String, Value>>() }))
    }

    fn card(self, at: usize) -> Value {
        json!({"id": format!("c{at:04}"), "name": format!("Card {at}"), "key": "k", "externalId": null, "accountId": "a",
            "scores": self.list(at, None)})
    }

    fn list(self, card: usize, token: Option<&str>) -> Value {
        page(self.scores, self.score_page, token, |at| score(&format!("s{card:04}-{at:05}")))
    }
}

fn score(id: &str) -> Value {
    json!({"id": id, "name": id, "key": null, "externalId": "1", "championVersionId": "v", "isDisabled": null})
}

fn page(count: usize, size: usize, token: Option<&str>, row: impl Fn(usize) -> Value) -> Value {
    let start = token.map_or(0, |token| token.parse().expect("a token of ours"));
    let end = count.min(start + size);
    // As DynamoDB does: a full page has a token even if nothing comes after it.
    let next = (end - start == size).then(|| end.to_string());
    json!({"items": (start..end).map(row).collect::<Vec<_>>(), "nextToken": next})
}

async fn read(answer: impl Fn(usize, &Request) -> Outcome + Send + Sync + 'static) -> (Read, Vec<&'static str>) {
    let fake = Fake::new(answer);
    let read = fake.remote().catalog(&AccountId::from("a")).await;
    (read, fake.operations())
}

#[tokio::test(start_paused = true)]
async fn a_small_account_is_one_request() {
    let account = Account { cards: 20, scores: 50, card_page: 100, score_page: 1000 };
    let (read, operations) = read(move |_, request| account.answer(request)).await;
    let (catalog, unreadable) = read.expect("a good server");
    assert_eq!((catalog.scorecards.len(), catalog.scores.len(), unreadable.len()), (20, 1000, 0));
    assert_eq!(operations, ["Scorecards"]);
}

#[tokio::test(start_paused = true)]
async fn every_page_is_followed_and_lists_are_read_side_by_side() {
    let account = Account { cards: 100, scores: 100, card_page: 30, score_page: 40 };
    let start = Instant::now();
    let (read, operations) = read(move |_, request| account.answer(request)).await;
    let (catalog, unreadable) = read.expect("a good server");
    assert_eq!((catalog.scorecards.len(), catalog.scores.len(), unreadable.len()), (100, 10_000, 0));
    assert!(catalog.scores.is_sorted_by(|a, b| a.id < b.id));
    assert!(catalog.scores.iter().all(|score| score.id.as_str()[1..5] == score.scorecard_id.as_str()[1..]));
    assert_eq!(operations.iter().filter(|name| **name == "Scorecards").count(), 4);
    // Four pages of scorecards, then two further pages of the last one's scores; each round trip takes 80 ms.
    assert_eq!(start.elapsed().as_millis() / 80, 6, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn rows_that_make_no_sense_are_reported_and_left_out() {
    let answer = |_: usize, _: &Request| {
        let first = json!([
            score("s1"),
            null,
            {"id": "s2", "name": null},
            {"name": "no id"},
            {"id": "s3", "name": "S", "championVersionId": 7},
            score("s1"),
            {"id": "s4", "name": "", "championVersionId": ""},
        ]);
        let cards = json!([
            {"id": "c1", "name": "One", "scores": {"items": first, "nextToken": null}},
            null,
            {"id": "c2", "name": null, "scores": {"items": [], "nextToken": null}},
            {"id": "c1", "name": "Again", "scores": {"items": [score("s9")], "nextToken": null}},
            {"id": "c3", "name": "Three", "scores": {"items": [score("s1")], "nextToken": ""}},
        ]);
        ok(json!({"data": {"listScorecardByAccountId": {"items": cards, "nextToken": null}}}))
    };
    let (read, _) = read(answer).await;
    let (catalog, unreadable) = read.expect("the good rows");
    let cards: Vec<&str> = catalog.scorecards.iter().map(|card| card.name.as_str()).collect();
    assert_eq!(cards, ["One", "Three"]);
    let scores: Vec<(&str, &str, bool)> =
        catalog.scores.iter().map(|score| (score.id.as_str(), score.scorecard_id.as_str(), score.champion.is_some())).collect();
    assert_eq!(scores, [("s1", "c1", true), ("s4", "c1", false)]);
    let hidden: Vec<Option<&str>> = unreadable.iter().map(|entry| entry.score.as_ref().map(ScoreId::as_str)).collect();
    assert_eq!(hidden, [None, Some("s2"), None, Some("s3"), None, None, Some("s1")], "{unreadable:#?}");
    assert_eq!(unreadable[1].message, "score s2 of scorecard \"One\" cannot be read: it has no name");
    assert!(unreadable[1].may_hide(&"s2".into()) && !unreadable[1].may_hide(&"s1".into()));
    assert!(unreadable[0].may_hide(&"s1".into()));
}

#[tokio::test(start_paused = true)]
async fn a_list_whose_resolver_failed_is_asked_for_alone() {
    let account = Account { cards: 3, scores: 5, card_page: 100, score_page: 3 };
    let answer = move |number: usize, request: &Request| {
        let reply = account.answer(request)?;
        let mut body: Value = serde_json::from_slice(&reply.body).expect("JSON");
        if number == 0 {
            body["data"]["listScorecardByAccountId"]["items"][1]["scores"] = Value::Null;
        }
        ok(body)
    };
    let (read, operations) = read(answer).await;
    assert_eq!(read.expect("complete").0.scores.len(), 15);
    assert_eq!(operations, ["Scorecards", "MoreScores", "MoreScores"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_may_be_incomplete_is_an_error() {
    let endless = |token: fn(usize) -> String| {
        move |number: usize, _: &Request| {
            ok(json!({"data": {"listScorecardByAccountId": {"items": [], "nextToken": token(number)}}}))
        }
    };
    let (same, operations) = read(endless(|_| "t".to_owned())).await;
    assert!(matches!(same, Err(RemoteError::Protocol(_))));
    assert_eq!(operations.len(), 2);
    let (fresh, operations) = read(endless(|number| number.to_string())).await;
    assert!(matches!(fresh, Err(RemoteError::Protocol(_))) && operations.len() <= 2001, "{}", operations.len());

    let (read, operations) = read(|_, request: &Request| match request.operation {
        "Scorecards" => {
            let cards = json!([{"id": "c1", "name": "One", "scores": {"items": [score("s1")], "nextToken": "t"}}]);
            ok(json!({"data": {"listScorecardByAccountId": {"items": cards, "nextToken": null}}}))
        }
        _ => ok(json!({"data": {"a0": {"scores": null}}})),
    })
    .await;
    assert!(matches!(read, Err(RemoteError::Protocol(_))), "{read:?}");
    assert_eq!(operations.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn empty_pages_are_not_the_end() {
    let answer = |number: usize, _: &Request| {
        let (items, token) = match number {
            0 => (json!([]), Some("1")),
            1 => (json!([{"id": "c1", "name": "One", "scores": {"items": [], "nextToken": null}}]), Some("2")),
            _ => (json!([]), None),
        };
        ok(json!({"data": {"listScorecardByAccountId": {"items": items, "nextToken": token}}}))
    };
    let (read, operations) = read(answer).await;
    assert_eq!((read.expect("complete").0.scorecards.len(), operations.len()), (1, 3));
}
