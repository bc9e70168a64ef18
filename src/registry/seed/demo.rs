//! The demo account: `fixtures/scorecards/account.yaml` and the documents beside it, and what people and machines recorded
//! about its scores.
//!
//! | file | what |
//! |---|---|
//! | `calls.rs` | twelve recent calls with their texts, predictions and corrections |
//! | `feedback.rs` | 288 older corrections, flaws included |
//! | `results.rs` | the answers of each evaluation |
//! | `documents.rs` | a data source with its versions and its data set, report configurations and reports |
//! | `running.rs` | a task under way, and calls that wait |

mod ago;
mod calls;
mod documents;
mod feedback;
mod ids;
mod results;
mod running;

use serde::Deserialize;
use serde_json::{Value, json};

use self::ago::Ago;
use self::results::EvaluationRun;
use super::insert::insert;
use crate::registry::open_error::OpenError;
use crate::registry::service::Registry;

/// The key of the demo's account.
pub const DEMO_ACCOUNT_KEY: &str = "harbor-quality";

const MANIFEST: &str = include_str!("../../../fixtures/scorecards/account.yaml");

macro_rules! documents {
    ($($path:literal)*) => { &[$(($path, include_str!(concat!("../../../fixtures/scorecards/", $path)))),*] };
}

/// The documents that the manifest names.
const DOCUMENTS: &[(&str, &str)] = documents![
    "billing/chargeback-handled.md"
    "billing/chargeback-handled.yaml"
    "billing/hold-time.md"
    "billing/hold-time.yaml"
    "billing/legacy-script.yaml"
    "billing/refund-or-chargeback.md"
    "billing/refund-or-chargeback.yaml"
    "clinica/confirmacao.md"
    "clinica/confirmacao.yaml"
    "clinica/empatia.md"
    "clinica/empatia.yaml"
    "harbor/disclosure.yaml"
    "harbor/greeting.md"
    "harbor/greeting.yaml"
    "harbor/identity.fork.yaml"
    "harbor/identity.v1.md"
    "harbor/identity.v1.yaml"
    "harbor/identity.v2.yaml"
    "harbor/identity.v3.md"
    "harbor/identity.v3.yaml"
    "harbor/reason.md"
    "harbor/reason.yaml"
    "harbor/save-offer.yaml"
];

/// The labels of every evaluation.
const LABELS: [&str; 2] = ["No", "Yes"];

#[derive(Deserialize)]
struct SeedAccount {
    id: String,
    name: String,
    key: String,
    scorecards: Vec<SeedScorecard>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeedScorecard {
    id: String,
    name: String,
    key: String,
    external_id: String,
    description: String,
    sections: Vec<SeedSection>,
}

#[derive(Deserialize)]
struct SeedSection {
    id: String,
    name: String,
    scores: Vec<SeedScore>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeedScore {
    id: String,
    name: String,
    key: String,
    external_id: String,
    r#type: Option<String>,
    disabled: Option<bool>,
    champion: Option<String>,
    versions: Vec<SeedVersion>,
}

#[derive(Deserialize)]
struct SeedVersion {
    id: String,
    at: String,
    code: String,
    /// A document's path; empty for guidelines that are empty, absent for guidelines that are null.
    guidelines: Option<String>,
    note: String,
    parent: Option<String>,
    #[serde(default)]
    featured: bool,
    /// When it became the champion, where that is recorded.
    champion_since: Option<String>,
    #[serde(default)]
    evaluations: Vec<SeedEvaluation>,
}

/// An evaluation that came to its end.
#[derive(Deserialize)]
struct SeedEvaluation {
    id: String,
    at: String,
    r#type: String,
    /// Which items, as Plexus writes it.
    parameters: Value,
    /// Counts by what people say and what was answered, of the labels No and Yes.
    matrix: [[u64; 2]; 2],
    cost: f64,
}

/// Loads the demo account, or puts it back as it was: what is recent in it is so at this moment. What else is in the registry stays.
///
/// # Errors
/// The database cannot be written.
pub fn demo(registry: &Registry) -> Result<(), OpenError> {
    let account: SeedAccount = serde_yaml::from_str(MANIFEST).expect("a test loads the manifest");
    let ago = Ago((registry.0.ids_and_clock.now)());
    let recent = [feedback::items(&ago), calls::items(&ago), running::items(&ago)];
    insert(registry, items(&account).into_iter().chain(documents::items()).chain(recent.into_iter().flatten()))
}

fn items(account: &SeedAccount) -> Vec<(&'static str, Value)> {
    let mut items = vec![("Account", json!({"id": account.id, "name": account.name, "key": account.key}))];
    for card in &account.scorecards {
        items.push(("Scorecard", scorecard(account, card)));
        for (order, section) in card.sections.iter().enumerate() {
            let item = json!({"id": section.id, "name": section.name, "order": order, "scorecardId": card.id});
            items.push(("ScorecardSection", item));
            for (order, score) in section.scores.iter().enumerate() {
                items.push(("Score", score_item(card, section, score, order)));
                items.extend(score.versions.iter().map(|version| ("ScoreVersion", version_item(score, version))));
                for version in &score.versions {
                    let evaluation = |one| ("Evaluation", evaluation_item(account, card, score, version, one));
                    items.extend(version.evaluations.iter().map(evaluation));
                    items.extend(version.evaluations.iter().flat_map(|one| results(card, score, one)));
                }
            }
        }
    }
    items
}

fn scorecard(account: &SeedAccount, card: &SeedScorecard) -> Value {
    json!({
        "id": card.id, "name": card.name, "key": card.key, "externalId": card.external_id,
        "description": card.description, "accountId": account.id,
    })
}

fn score_item(card: &SeedScorecard, section: &SeedSection, score: &SeedScore, order: usize) -> Value {
    json!({
        "id": score.id, "name": score.name, "key": score.key, "externalId": score.external_id,
        "order": order, "type": score.r#type.as_deref().unwrap_or("binary"), "isDisabled": score.disabled,
        "championVersionId": score.champion, "scorecardId": card.id, "sectionId": section.id,
    })
}

fn version_item(score: &SeedScore, version: &SeedVersion) -> Value {
    let guidelines = version.guidelines.as_deref().map(|path| if path.is_empty() { "" } else { document(path) });
    json!({
        "id": version.id, "scoreId": score.id, "configuration": document(&version.code), "guidelines": guidelines,
        "note": version.note, "parentVersionId": version.parent, "isFeatured": version.featured.to_string(),
        "metadata": version.champion_since.as_ref().map(|since| champion_history(score, version, since)), "createdAt": version.at, "updatedAt": version.at,
    })
}

/// As the dashboard records a promotion that nobody has followed.
fn champion_history(score: &SeedScore, version: &SeedVersion, since: &str) -> Value {
    let entry = json!({
        "scoreId": score.id, "versionId": version.id, "enteredAt": since, "exitedAt": null,
        "previousChampionVersionId": version.parent, "nextChampionVersionId": null,
        "transitionId": format!("{}/{since}", version.id),
    });
    json!({ "championHistory": [entry] })
}

fn evaluation_item(
    account: &SeedAccount,
    card: &SeedScorecard,
    score: &SeedScore,
    version: &SeedVersion,
    evaluation: &SeedEvaluation,
) -> Value {
    let matrix = evaluation.matrix;
    let total: u64 = matrix.iter().flatten().sum();
    let accuracy = (matrix[0][0] + matrix[1][1]) as f64 * 100.0 / total as f64;
    json!({
        "id": evaluation.id, "type": evaluation.r#type, "status": "COMPLETED", "accuracy": accuracy, "cost": evaluation.cost,
        "processedItems": total, "totalItems": total, "accountId": account.id, "scorecardId": card.id, "scoreId": score.id,
        "scoreVersionId": version.id, "parameters": evaluation.parameters,
        "confusionMatrix": {"labels": LABELS, "matrix": matrix},
        "createdAt": evaluation.at, "updatedAt": evaluation.at,
    })
}

/// The answers of an evaluation of data; past answers have records of their own.
fn results(card: &SeedScorecard, score: &SeedScore, evaluation: &SeedEvaluation) -> Vec<(&'static str, Value)> {
    if evaluation.r#type != "accuracy" {
        return Vec::new();
    }
    let number =
        evaluation.id.rsplit('-').next().and_then(|end| end.parse().ok()).expect("an evaluation's id ends with its number");
    let (matrix, labels, at) = (evaluation.matrix, LABELS, evaluation.at.as_str());
    results::items(&EvaluationRun {
        number,
        id: &evaluation.id,
        score: &score.id,
        name: &score.name,
        scorecard: &card.id,
        matrix,
        labels,
        at,
    })
}

fn document(path: &str) -> &'static str {
    let found = DOCUMENTS.iter().find(|(name, _)| *name == path);
    found.map(|(_, text)| *text).expect("a test loads every document")
}
