//! What evaluations are drawn from, and reports: documents that people write, and what was made of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::ids;

const DOCUMENTS: &str = include_str!("documents.yaml");

#[derive(Deserialize)]
struct SeedDocuments {
    source: SeedSource,
    configurations: Vec<SeedConfiguration>,
    reports: Vec<SeedReport>,
}

#[derive(Deserialize)]
struct SeedSource {
    id: String,
    name: String,
    key: String,
    description: String,
    score: String,
    scorecard: String,
    versions: Vec<SeedSourceVersion>,
    set: SeedDataSet,
}

#[derive(Deserialize)]
struct SeedSourceVersion {
    id: String,
    at: String,
    note: String,
    text: String,
}

/// A data set of the newest version.
#[derive(Deserialize)]
struct SeedDataSet {
    id: String,
    at: String,
    name: String,
    score_version: String,
    rows: usize,
    labels: BTreeMap<String, u32>,
}

#[derive(Deserialize)]
struct SeedConfiguration {
    id: String,
    at: String,
    name: String,
    description: Option<String>,
    text: String,
}

#[derive(Deserialize)]
struct SeedReport {
    id: String,
    task: String,
    configuration: String,
    at: String,
    name: String,
    parameters: Value,
    blocks: Vec<SeedBlock>,
}

#[derive(Deserialize)]
struct SeedBlock {
    id: String,
    r#type: String,
    name: String,
    output: String,
    error: Option<String>,
    #[serde(default)]
    files: Vec<String>,
}

/// All of them.
pub(super) fn items() -> Vec<(&'static str, Value)> {
    let documents: SeedDocuments = serde_yaml::from_str(DOCUMENTS).expect("a test loads the documents");
    let mut items = source(&documents.source);
    items.extend(documents.configurations.iter().map(configuration));
    for one in &documents.reports {
        let of = documents.configurations.iter().find(|of| of.id == one.configuration).expect("a report has a configuration");
        items.extend(report(one, of));
    }
    items
}

fn source(source: &SeedSource) -> Vec<(&'static str, Value)> {
    let (first, current) = (source.versions.first(), source.versions.last());
    let (first, current) = first.zip(current).expect("a source has a version");
    let item = json!({
        "id": source.id, "name": source.name, "key": source.key, "description": source.description, "accountId": ids::ACCOUNT,
        "yamlConfiguration": current.text, "currentVersionId": current.id, "scoreId": source.score,
        "scorecardId": source.scorecard, "createdAt": first.at, "updatedAt": current.at,
    });
    let mut items = vec![("DataSource", item)];
    // As the dashboard writes them: without the line's end, and nobody names a parent.
    items.extend(source.versions.iter().map(|version| {
        let item = json!({
            "id": version.id, "dataSourceId": source.id, "yamlConfiguration": version.text.trim(), "isFeatured": true,
            "note": version.note, "createdAt": version.at, "updatedAt": version.at,
        });
        ("DataSourceVersion", item)
    }));
    let set = &source.set;
    let item = json!({
        "id": set.id, "name": set.name, "accountId": ids::ACCOUNT, "scorecardId": source.scorecard, "scoreId": source.score,
        "scoreVersionId": set.score_version, "dataSourceVersionId": current.id,
        "file": format!("datasets/{}/{}/dataset.parquet", ids::ACCOUNT, set.id), "isReferenceDataset": false,
        "buildContext": {"dataset_stats": {"row_count": set.rows, "label_distribution": set.labels}},
        "createdAt": set.at, "updatedAt": set.at,
    });
    items.push(("DataSet", item));
    items.extend((0..set.rows).map(|row| ("Item", evaluated_call(ids::FIRST_EVALUATED + row, &set.at))));
    items
}

/// A call of the data set; the set has its text.
fn evaluated_call(number: usize, at: &str) -> Value {
    json!({
        "id": ids::item(number), "accountId": ids::ACCOUNT, "isEvaluation": true, "createdByType": "evaluation",
        "externalId": ids::external_id(number), "createdAt": at, "updatedAt": at,
    })
}

fn configuration(one: &SeedConfiguration) -> (&'static str, Value) {
    let item = json!({
        "id": one.id, "name": one.name, "description": one.description, "accountId": ids::ACCOUNT, "configuration": one.text,
        "createdAt": one.at, "updatedAt": one.at,
    });
    ("ReportConfiguration", item)
}

/// A report with its blocks, and the task that made it. Its parameters are encoded twice, as the generator does it.
fn report(report: &SeedReport, of: &SeedConfiguration) -> Vec<(&'static str, Value)> {
    let stamps = |mut item: Value| {
        ["createdAt", "updatedAt"].iter().for_each(|stamp| item[*stamp] = json!(report.at));
        item
    };
    let task = json!({
        "id": report.task, "accountId": ids::ACCOUNT, "type": "Report Generation", "status": "COMPLETED", "dispatchStatus": "SYNC",
        "target": format!("report/{}", report.id), "command": format!("report run --config \"{}\"", of.name),
        "completedAt": report.at,
    });
    let item = json!({
        "id": report.id, "accountId": ids::ACCOUNT, "name": report.name, "taskId": report.task,
        "reportConfigurationId": report.configuration, "parameters": report.parameters.to_string(), "output": of.text,
    });
    let blocks = report.blocks.iter().enumerate().map(|(position, block)| {
        let item = json!({
            "id": block.id, "reportId": report.id, "position": position, "type": block.r#type, "name": block.name,
            "output": block.output, "error": block.error, "attachedFiles": block.files,
        });
        ("ReportBlock", stamps(item))
    });
    [("Task", stamps(task)), ("Report", stamps(item))].into_iter().chain(blocks).collect()
}
