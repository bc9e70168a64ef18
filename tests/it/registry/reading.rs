//! Lists, indexes, filters, tokens and nested fields.

use super::{IDENTITY_CHAMPION, IDENTITY_CHECK, data, demo, error, ids, one_score};
use scoresync::registry::{Registry, seed};
use serde_json::{Value, json};

const VERSIONS: &str = "query($score: String!, $at: ModelStringKeyConditionInput, $sort: ModelSortDirection, $filter: ModelScoreVersionFilterInput, $limit: Int, $token: String) {
  listScoreVersionByScoreIdAndCreatedAt(scoreId: $score, createdAt: $at, sortDirection: $sort, filter: $filter, limit: $limit, nextToken: $token) { items { id } nextToken } }";
const PINNED: &str = "query($at: ModelScoreVersionByScoreIdAndIsFeaturedAndCreatedAtCompositeKeyConditionInput) {
  listScoreVersionByScoreIdAndIsFeaturedAndCreatedAt(scoreId: \"score\", isFeaturedCreatedAt: $at) { items { id } } }";

/// `v1` to `v9`, a day apart; every third is featured, and the last has no `isFeatured` at all.
fn nine_versions() -> Registry {
    let registry = one_score();
    let version = |day: usize| {
        let featured = if day == 9 { Value::Null } else { json!([3, 6].contains(&day).to_string()) };
        json!({"id": format!("v{day}"), "scoreId": "score", "configuration": "x", "note": format!("day {day}"),
            "isFeatured": featured, "createdAt": format!("2026-01-0{day}T00:00:00.000Z")})
    };
    seed::insert(&registry, (1..=9).map(|day| ("ScoreVersion", version(day)))).unwrap();
    registry
}

fn versions(registry: &Registry, mut arguments: Value) -> Value {
    arguments["score"] = json!("score");
    data(registry, VERSIONS, arguments)["listScoreVersionByScoreIdAndCreatedAt"].clone()
}

#[test]
fn an_index_is_ordered_by_its_sort_key_either_way() {
    let registry = nine_versions();
    assert_eq!(ids(&versions(&registry, json!({}))), ["v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9"]);
    assert_eq!(ids(&versions(&registry, json!({"sort": "DESC", "limit": 2}))), ["v9", "v8"]);
}

#[test]
fn range_arguments_narrow_the_sort_key() {
    let registry = nine_versions();
    let day = |day: usize| format!("2026-01-0{day}T00:00:00.000Z");
    for (range, expected) in [
        (json!({"eq": day(4)}), vec!["v4"]),
        (json!({"lt": day(2)}), vec!["v1"]),
        (json!({"le": day(2)}), vec!["v1", "v2"]),
        (json!({"gt": day(8)}), vec!["v9"]),
        (json!({"ge": day(8)}), vec!["v8", "v9"]),
        (json!({"between": [day(3), day(5)]}), vec!["v3", "v4", "v5"]),
        (json!({"beginsWith": "2026-01-07"}), vec!["v7"]),
    ] {
        assert_eq!(ids(&versions(&registry, json!({"at": range}))), expected, "{range}");
    }
}

#[test]
fn a_composite_key_joins_its_parts_and_leaves_out_who_has_not_all() {
    let registry = nine_versions();
    let found = |range: Value| {
        data(&registry, PINNED, json!({"at": range}))["listScoreVersionByScoreIdAndIsFeaturedAndCreatedAt"].clone()
    };
    assert_eq!(ids(&found(json!({"beginsWith": {"isFeatured": "true"}}))), ["v3", "v6"]);
    assert_eq!(ids(&found(json!({"eq": {"isFeatured": "true", "createdAt": "2026-01-06T00:00:00.000Z"}}))), ["v6"]);
    assert_eq!(ids(&found(Value::Null)), ["v1", "v2", "v4", "v5", "v7", "v8", "v3", "v6"], "v9 is not in the index");
}

#[test]
fn limit_counts_rows_examined_not_rows_returned() {
    let registry = nine_versions();
    let wanted = json!({"note": {"eq": "day 7"}});
    let first = versions(&registry, json!({"filter": wanted, "limit": 5}));
    assert_eq!(ids(&first), Vec::<&str>::new());
    let second = versions(&registry, json!({"filter": wanted, "limit": 5, "token": first["nextToken"]}));
    assert_eq!((ids(&second), &second["nextToken"]), (vec!["v7"], &Value::Null));
}

#[test]
fn a_page_that_ends_with_the_index_still_has_a_token_and_the_last_page_is_empty() {
    let registry = nine_versions();
    let page = versions(&registry, json!({"limit": 9}));
    let last = versions(&registry, json!({"limit": 9, "token": page["nextToken"]}));
    assert_eq!((ids(&page).len(), ids(&last).len(), &last["nextToken"]), (9, 0, &Value::Null));
}

#[test]
fn a_token_survives_the_row_that_it_points_to_and_works_downwards() {
    let registry = nine_versions();
    let page = versions(&registry, json!({"limit": 4, "sort": "DESC"}));
    data(&registry, "mutation { deleteScoreVersion(input: {id: \"v6\"}) { id } }", Value::Null);
    let rest = versions(&registry, json!({"sort": "DESC", "token": page["nextToken"]}));
    assert_eq!((ids(&page), ids(&rest)), (vec!["v9", "v8", "v7", "v6"], vec!["v5", "v4", "v3", "v2", "v1"]));
}

#[test]
fn a_token_of_another_query_is_refused() {
    let registry = nine_versions();
    let token = versions(&registry, json!({"limit": 2}))["nextToken"].clone();
    for (arguments, why) in [
        (json!({"score": "other", "token": token}), "another partition"),
        (json!({"score": "score", "sort": "DESC", "token": token}), "another direction"),
        (json!({"score": "score", "at": {"gt": "2025"}, "token": token}), "another range"),
        (json!({"score": "score", "token": "é"}), "no token"),
    ] {
        assert_eq!(error(&registry, VERSIONS, arguments)["errorType"], "BadRequestException", "{why}");
    }
}

#[test]
fn the_default_page_is_a_hundred_nested_connections_included() {
    let registry = Registry::in_memory().unwrap();
    seed::bulk(&registry, seed::Bulk { scorecards: 1, scores_each: 130, code_bytes: 10 }).unwrap();
    let found = data(
        &registry,
        "{ listScores { items { id } nextToken } listScorecards { items { scores { items { id } nextToken } } } }",
        Value::Null,
    );
    let nested = &found["listScorecards"]["items"][0]["scores"];
    for page in [&found["listScores"], nested] {
        assert_eq!(ids(page).len(), 100);
        assert!(page["nextToken"].is_string());
    }
}

#[test]
fn limits_below_one_are_refused() {
    let registry = one_score();
    for limit in [0, -1] {
        let refused =
            error(&registry, "query($limit: Int) { listScores(limit: $limit) { items { id } } }", json!({"limit": limit}));
        assert_eq!((&refused["errorType"], &refused["path"]), (&json!("DynamoDB:ValidationException"), &json!(["listScores"])));
    }
}

#[test]
fn a_page_is_cut_at_one_megabyte() {
    let registry = one_score();
    let text = "x".repeat(300_000);
    let version = |n: usize| json!({"id": format!("v{n}"), "scoreId": "score", "configuration": text});
    seed::insert(&registry, (0..7).map(|n| ("ScoreVersion", version(n)))).unwrap();
    let (mut token, mut pages) = (Value::Null, Vec::new());
    loop {
        let page = versions(&registry, json!({"token": token}));
        pages.push(ids(&page).len());
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(pages, [3, 3, 1]);
}

#[test]
fn a_nested_token_goes_on_from_the_parent() {
    let registry = Registry::in_memory().unwrap();
    let account = seed::bulk(&registry, seed::Bulk { scorecards: 2, scores_each: 5, code_bytes: 10 }).unwrap();
    let all = "query($a: String!) { listScorecardByAccountId(accountId: $a) { items { id scores(limit: 3) { items { id } nextToken } } } }";
    let found = data(&registry, all, json!({"a": account}));
    let card = &found["listScorecardByAccountId"]["items"][0];
    let rest =
        "query($id: ID!, $t: String) { getScorecard(id: $id) { scores(limit: 3, nextToken: $t) { items { id } nextToken } } }";
    let rest = data(&registry, rest, json!({"id": card["id"], "t": card["scores"]["nextToken"]}));
    let rest = &rest["getScorecard"]["scores"];
    let mut every = [ids(&card["scores"]), ids(rest)].concat();
    every.sort_unstable();
    every.dedup();
    assert_eq!((every.len(), &rest["nextToken"]), (5, &Value::Null));
}

#[test]
fn filters_compare_combine_and_know_what_is_missing() {
    let registry = nine_versions();
    for (filter, expected) in [
        (json!({"note": {"beginsWith": "day", "contains": "3"}}), vec!["v3"]),
        (json!({"or": [{"id": {"eq": "v1"}}, {"id": {"eq": "v2"}}], "not": {"id": {"eq": "v1"}}}), vec!["v2"]),
        (json!({"and": [{"id": {"gt": "v6"}}, {"id": {"le": "v8"}}]}), vec!["v7", "v8"]),
        (json!({"id": {"between": ["v4", "v5"]}}), vec!["v4", "v5"]),
        (json!({"isFeatured": {"attributeExists": false}}), vec!["v9"]),
        (json!({"isFeatured": {"ne": "false"}}), vec!["v3", "v6", "v9"]),
        (json!({"isFeatured": {"size": {"eq": 4}}}), vec!["v3", "v6"]),
        (json!({"isFeatured": {"attributeType": "string"}, "id": {"lt": "v2"}}), vec!["v1"]),
        (json!({"guidelines": {"notContains": "x"}, "id": {"eq": "v1"}}), vec!["v1"]),
        (json!({"guidelines": {"gt": ""}}), vec![]),
    ] {
        assert_eq!(ids(&versions(&registry, json!({"filter": filter}))), expected, "{filter}");
    }
}

#[test]
fn relations_lead_up_down_and_across() {
    let query = "query($id: ID!) { getScore(id: $id) { name scorecard { key account { key } } section { name scores { items { id } } }
      championVersion { note parentVersion { id childVersions { items { id } } } score { id } } versions(sortDirection: DESC) { items { id } } } }";
    let score = &data(&demo(), query, json!({"id": IDENTITY_CHECK}))["getScore"];
    assert_eq!(score["scorecard"], json!({"key": "harbor-retention", "account": {"key": "harbor-quality"}}));
    assert_eq!((&score["section"]["name"], ids(&score["section"]["scores"]).len()), (&json!("Opening"), 2));
    let champion = &score["championVersion"];
    assert_eq!((&champion["note"], &champion["score"]["id"]), (&json!("Both pieces must be given"), &json!(IDENTITY_CHECK)));
    assert!(ids(&champion["parentVersion"]["childVersions"]).contains(&IDENTITY_CHAMPION));
    assert_eq!(ids(&score["versions"]).len(), 4);
}

#[test]
fn what_is_not_there_is_null_or_empty() {
    let query = "{ getScore(id: \"none\") { id } listScoreBySectionId(sectionId: \"none\") { items { id } nextToken } }";
    assert_eq!(
        data(&demo(), query, Value::Null),
        json!({"getScore": null, "listScoreBySectionId": {"items": [], "nextToken": null}})
    );
    let dangling = "query($id: ID!) { getScoreVersion(id: $id) { parentVersionId parentVersion { id } } }";
    let found = data(&demo(), dangling, json!({"id": "05bb1016-f741-4586-8fa4-4e5dc9265827"}));
    assert_eq!(found["getScoreVersion"], json!({"parentVersionId": "None", "parentVersion": null}));
}

#[test]
fn many_aliases_in_one_document() {
    let registry = nine_versions();
    let fields: String = (0..50).map(|n| format!("a{n}: getScoreVersion(id: \"v{}\") {{ id configuration }}", n % 10)).collect();
    let found = data(&registry, &format!("query Batch {{ {fields} }}"), Value::Null);
    assert_eq!(found.as_object().map(serde_json::Map::len), Some(50));
    assert_eq!((&found["a0"], &found["a49"]["id"]), (&Value::Null, &json!("v9")));
}
