//! The GraphQL documents: every request that is ever sent, built from constants and ids as variables.
//!
//! A test validates each of them against the checked-in schema. Several reads of one kind travel in one document, one
//! aliased field each; values travel as variables, never inside a document.

use super::call::{AliasedField, Call};
use crate::model::{AccountId, ScoreId, ScorecardId, VersionId};
use serde_json::{Value, json};

/// Rows per page; the largest that the API is known to accept.
pub(super) const PAGE: usize = 1000;
/// Scorecards per page of an account: each costs the server one query for its scores.
const SCORECARD_PAGE: u32 = 100;

const PAGE_OF_SCORES: &str = "fragment Scores on ModelScoreConnection \
     { items { id name key externalId championVersionId isDisabled } nextToken }";
const CONTENT: &str =
    "fragment Content on ScoreVersion { id scoreId parentVersionId createdAt note metadata configuration guidelines }";
const LINEAGE: &str = "fragment Lineage on ModelScoreVersionConnection \
     { items { id scoreId parentVersionId createdAt note metadata } nextToken }";

/// Evaluations of one version that are read: more than anybody waits for at once.
const NEWEST_EVALUATIONS: u32 = 10;
const RESULT: &str = "fragment Result on Evaluation { id type status accuracy processedItems totalItems errorMessage cost \
                      scoreVersionId createdAt updatedAt }";

/// The least that a server can be asked for.
pub(super) fn probe() -> Call {
    Call::single("Probe", "__typename", "query Probe { __typename }".to_owned(), json!({}))
}

/// Accounts by key.
pub(super) fn account(key: &str, token: Option<&str>) -> Call {
    let query = "query Account($key: String!, $token: String) \
         { listAccountByKey(key: $key, nextToken: $token) { items { id name key } nextToken } }";
    Call::single("Account", "listAccountByKey", query.to_owned(), json!({ "key": key, "token": token }))
}

/// A page of an account's scorecards, each with the first page of its scores.
pub(super) fn scorecards(account: &AccountId, token: Option<&str>) -> Call {
    let query = format!(
        "query Scorecards($account: String!, $token: String) \
         {{ listScorecardByAccountId(accountId: $account, limit: {SCORECARD_PAGE}, nextToken: $token) \
         {{ items {{ id name key externalId scores(limit: {PAGE}) {{ ...Scores }} }} nextToken }} }} {PAGE_OF_SCORES}"
    );
    Call::single("Scorecards", "listScorecardByAccountId", query, json!({ "account": account, "token": token }))
}

/// Further pages of the scores of several scorecards.
pub(super) fn more_scores(lists: &[(&ScorecardId, Option<&str>)]) -> Call {
    let field = format!("getScorecard(id: $i) {{ scores(limit: {PAGE}, nextToken: $t) {{ ...Scores }} }}");
    let fields = lists.iter().map(|(id, token)| AliasedField {
        field: &field,
        variables: vec![("i", "ID!", json!(id)), ("t", "String", json!(token))],
    });
    Call::aliased("MoreScores", PAGE_OF_SCORES, fields)
}

/// Versions with their contents.
pub(super) fn versions(ids: &[&VersionId]) -> Call {
    let field = "getScoreVersion(id: $i) { ...Content }";
    Call::aliased("Versions", CONTENT, ids.iter().map(|id| AliasedField { field, variables: vec![("i", "ID!", json!(id))] }))
}

/// A page of a score's versions, newest first, without contents.
pub(super) fn history(score: &ScoreId, token: Option<&str>) -> Call {
    let query = format!(
        "query History($score: String!, $token: String) {{ listScoreVersionByScoreIdAndCreatedAt(scoreId: $score, \
         sortDirection: DESC, limit: {PAGE}, nextToken: $token) {{ ...Lineage }} }} {LINEAGE}"
    );
    Call::single("History", "listScoreVersionByScoreIdAndCreatedAt", query, json!({ "score": score, "token": token }))
}

/// A page of each score's versions, newest first, without contents; `count` rows at most.
pub(super) fn newest(lists: &[(&ScoreId, Option<&str>)], count: usize) -> Call {
    let field = format!(
        "listScoreVersionByScoreIdAndCreatedAt(scoreId: $i, sortDirection: DESC, limit: {count}, nextToken: $t) {{ ...Lineage }}"
    );
    let fields = lists.iter().map(|(id, token)| AliasedField {
        field: &field,
        variables: vec![("i", "String!", json!(id)), ("t", "String", json!(token))],
    });
    Call::aliased("Newest", LINEAGE, fields)
}

/// The newest evaluations of versions.
pub(super) fn evaluations(versions: &[&VersionId]) -> Call {
    let field = format!(
        "listEvaluationByScoreVersionIdAndCreatedAt(scoreVersionId: $i, sortDirection: DESC, limit: {NEWEST_EVALUATIONS}) \
         {{ items {{ ...Result }} }}"
    );
    let fields = versions.iter().map(|id| AliasedField { field: &field, variables: vec![("i", "String!", json!(id))] });
    Call::aliased("Evaluations", RESULT, fields)
}

/// The large fields of evaluations: not for lists, since one of them can come near the size of an item.
pub(super) fn evaluation_details(ids: &[&str]) -> Call {
    let field = "getEvaluation(id: $i) { type parameters confusionMatrix }";
    let fields = ids.iter().map(|id| AliasedField { field, variables: vec![("i", "ID!", json!(id))] });
    Call::aliased("EvaluationDetails", "", fields)
}

/// One score.
pub(super) fn score(id: &ScoreId) -> Call {
    let query = "query Score($id: ID!) \
         { getScore(id: $id) { id scorecardId name key externalId championVersionId isDisabled } }";
    Call::single("Score", "getScore", query.to_owned(), json!({ "id": id }))
}

/// A page of a scorecard's sections, with the places of their scores: of the first page of each, as orders need not be unique.
pub(super) fn sections(scorecard: &ScorecardId, token: Option<&str>) -> Call {
    let query = format!(
        "query Sections($scorecard: String!, $token: String) {{ listScorecardSectionByScorecardId(scorecardId: $scorecard, \
         limit: {PAGE}, nextToken: $token) {{ items {{ id name order scores(limit: {PAGE}) {{ items {{ order }} }} }} nextToken }} }}"
    );
    Call::single("Sections", "listScorecardSectionByScorecardId", query, json!({ "scorecard": scorecard, "token": token }))
}

/// Creates a score.
pub(super) fn create_score(input: Value) -> Call {
    let query = "mutation CreateScore($input: CreateScoreInput!) \
         { createScore(input: $input) { id scorecardId sectionId name championVersionId } }";
    Call::single("CreateScore", "createScore", query.to_owned(), json!({ "input": input }))
}

/// Creates a version. What is selected is what subscribers get to see.
pub(super) fn create_version(input: Value) -> Call {
    let query = "mutation CreateScoreVersion($input: CreateScoreVersionInput!) \
         { createScoreVersion(input: $input) { id scoreId createdAt } }";
    Call::single("CreateScoreVersion", "createScoreVersion", query.to_owned(), json!({ "input": input }))
}

/// Sets a score's champion if it still is `expected`.
pub(super) fn set_champion(score: &ScoreId, expected: Option<&VersionId>, champion: &VersionId) -> Call {
    let query = "mutation UpdateScore($input: UpdateScoreInput!, $condition: ModelScoreConditionInput) \
         { updateScore(input: $input, condition: $condition) { id scorecardId championVersionId } }";
    let condition = expected.map_or_else(|| json!({ "attributeExists": false }), |id| json!({ "eq": id }));
    let variables = json!({
        "input": { "id": score, "championVersionId": champion },
        "condition": { "championVersionId": condition },
    });
    Call::single("UpdateScore", "updateScore", query.to_owned(), variables)
}

/// Updates a version.
pub(super) fn update_version(input: Value) -> Call {
    let query = "mutation UpdateScoreVersion($input: UpdateScoreVersionInput!) \
         { updateScoreVersion(input: $input) { id scoreId createdAt } }";
    Call::single("UpdateScoreVersion", "updateScoreVersion", query.to_owned(), json!({ "input": input }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::schema_check::hold;
    use crate::schema::{Extent, schema};
    use apollo_compiler::ExecutableDocument;

    /// Every document, generated ones for one and for many fields.
    fn all() -> Vec<Call> {
        let (account, score, version) = (AccountId::from("a"), ScoreId::from("s"), VersionId::from("v"));
        let mut calls = vec![
            probe(),
            super::account("k", None),
            super::account("k", Some("t")),
            scorecards(&account, None),
            scorecards(&account, Some("t")),
            history(&score, Some("t")),
            super::score(&score),
            sections(&"c".into(), None),
            sections(&"c".into(), Some("t")),
            create_score(json!({ "id": "s", "name": "S", "order": 1, "type": "text", "sectionId": "x", "scorecardId": "c",
                "externalId": "7" })),
            create_version(json!({ "id": "v", "scoreId": "s", "configuration": "c", "isFeatured": "false" })),
            set_champion(&score, None, &version),
            set_champion(&score, Some(&version), &version),
            update_version(json!({ "id": "v", "metadata": "{}" })),
        ];
        for count in [1, 2, 50] {
            let cards: Vec<ScorecardId> = (0..count).map(|at| ScorecardId::from(format!("c{at}"))).collect();
            let ids: Vec<VersionId> = (0..count).map(|at| VersionId::from(format!("v{at}"))).collect();
            calls.push(more_scores(&cards.iter().zip([None, Some("t")].into_iter().cycle()).collect::<Vec<_>>()));
            calls.push(versions(&ids.iter().collect::<Vec<_>>()));
            calls.push(evaluations(&ids.iter().collect::<Vec<_>>()));
            calls.push(evaluation_details(&ids.iter().map(VersionId::as_str).collect::<Vec<_>>()));
            let scores: Vec<ScoreId> = (0..count).map(|at| ScoreId::from(format!("s{at}"))).collect();
            calls.push(newest(&scores.iter().zip([None, Some("t")].into_iter().cycle()).collect::<Vec<_>>(), 20));
        }
        calls
    }

    #[test]
    fn every_document_is_valid_and_answers_under_the_expected_keys() {
        hold(Extent::Current, &all());
    }

    #[test]
    fn only_a_read_of_versions_selects_their_contents() {
        let selects = |call: &Call| ["configuration", "guidelines"].iter().any(|field| call.request.query.contains(field));
        let reading: Vec<&str> = all().iter().filter(|call| selects(call)).map(|call| call.request.operation).collect();
        assert_eq!(reading, ["Versions"; 3]);
    }

    #[test]
    fn a_document_that_is_wrong_is_noticed() {
        let query = super::score(&ScoreId::from("s")).request.query.replace("isDisabled", "isDisable");
        assert!(ExecutableDocument::parse_and_validate(&schema(Extent::Current), query, "document.graphql").is_err());
    }

    #[test]
    fn ids_travel_as_variables_only() {
        let hostile = ScorecardId::from("x\") { id } y: getScorecard(id: \"z");
        let call = more_scores(&[(&hostile, None), (&hostile, Some("t"))]);
        assert!(!call.request.query.contains(hostile.as_str()));
        assert_eq!(call.request.variables["i1"], hostile.as_str());
        assert_eq!(call.request.variables.get("t0"), None);
        assert_eq!(call.request.variables["t1"], "t");
    }
}
