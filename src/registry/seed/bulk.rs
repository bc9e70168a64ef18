//! Accounts of any size, for benches and for tests of paging.

use serde_json::{Value, json};
use uuid::Uuid;

use super::insert::insert;
use crate::registry::open_error::OpenError;
use crate::registry::service::Registry;

/// The sections of each scorecard.
const SECTIONS: usize = 4;

/// How much to make. Everything follows from the numbers: the same ids, names and texts each time.
#[derive(Debug, Clone, Copy)]
pub struct Bulk {
    /// Scorecards, named `Scorecard 001` and so on.
    pub scorecards: usize,
    /// Scores of each, named `Score 0001` and so on, with one version that is champion; no two say the same.
    pub scores_each: usize,
    /// Bytes of each score's code, roughly; its guidelines are a quarter of it.
    pub code_bytes: usize,
}

/// Makes the account `bulk-account` (key `bulk`) with everything below it, and returns its id.
///
/// # Errors
/// The database cannot be written.
pub fn bulk(registry: &Registry, size: Bulk) -> Result<String, OpenError> {
    let account = id("account");
    let first = ("Account", json!({"id": account, "name": "Bulk account", "key": "bulk"}));
    let scorecards = (1..=size.scorecards).flat_map(|number| scorecard(number, id("account")));
    let scores = (1..=size.scorecards)
        .flat_map(|card| (1..=size.scores_each).flat_map(move |number| score(card, number, size.code_bytes)));
    insert(registry, std::iter::once(first).chain(scorecards).chain(scores))?;
    Ok(account)
}

fn scorecard(number: usize, account: String) -> Vec<(&'static str, Value)> {
    let card = id(&format!("scorecard/{number}"));
    let sections = (0..SECTIONS).map(|section| {
        let name = format!("Section {}", section + 1);
        let item = json!({"id": id(&format!("section/{number}/{section}")), "name": name, "order": section, "scorecardId": card});
        ("ScorecardSection", item)
    });
    let item = json!({
        "id": card, "name": format!("Scorecard {number:03}"), "key": format!("scorecard-{number}"),
        "externalId": format!("{number}"), "accountId": account,
    });
    std::iter::once(("Scorecard", item)).chain(sections).collect()
}

fn score(card: usize, number: usize, bytes: usize) -> [(&'static str, Value); 2] {
    let (score, version) = (id(&format!("score/{card}/{number}")), id(&format!("version/{card}/{number}")));
    let name = format!("Score {number:04}");
    let whose = format!("{card}-{number}");
    let code = format!("name: {name}\nclass: Classifier\nsystem_message: |\n{}", lines("  The agent of score", &whose, bytes));
    let guidelines = format!("# {name}\n\n{}", lines("- Rule of score", &whose, bytes / 4));
    let item = json!({
        "id": score, "name": name, "key": format!("score-{number}"), "externalId": whose,
        "order": number, "type": "text", "scorecardId": id(&format!("scorecard/{card}")),
        "sectionId": id(&format!("section/{card}/{}", number % SECTIONS)), "championVersionId": version,
    });
    let version = json!({
        "id": version, "scoreId": score, "configuration": code, "guidelines": guidelines, "isFeatured": "false",
        "note": "Bulk version",
    });
    [("Score", item), ("ScoreVersion", version)]
}

fn lines(start: &str, whose: &str, bytes: usize) -> String {
    let line = |row: usize| format!("{start} {whose} is polite in row {row} of the prompt.\n");
    let mut text = String::with_capacity(bytes + 80);
    (1..)
        .map(line)
        .take_while(|line| {
            text.push_str(line);
            text.len() < bytes
        })
        .for_each(drop);
    text
}

fn id(name: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("scoresync/bulk/{name}").as_bytes()).to_string()
}
