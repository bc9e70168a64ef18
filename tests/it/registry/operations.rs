//! Every request of Plexus's own Python models is answered as AWS answers it: `fixtures/operations`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use scoresync::registry::{Registry, RegistryOptions, seed};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::run;

/// Models that the service dropped.
const RETIRED: [&str; 3] = ["BatchJob", "BatchJobScoringJob", "FeedbackChangeDetail"];

/// A request, and what AWS answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    call: String,
    document: String,
    variables: Value,
    data: Option<Value>,
    #[serde(default)]
    refused: bool,
    #[serde(default)]
    fails: BTreeMap<String, Option<String>>,
    older: Option<Value>,
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).expect("a readable fixture");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn operations() -> Vec<Operation> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/operations");
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "yaml") && !path.ends_with("items.yaml"));
    files.flat_map(|path| read::<Vec<Operation>>(&path)).collect()
}

/// One item of every model; the retired ones only if `older`.
fn registry(older: bool) -> Registry {
    let count = AtomicU32::new(0);
    let options = RegistryOptions::default()
        .clock(|| "2026-06-01T12:00:00Z".parse().expect("a time"))
        .ids(move || format!("new-{}", count.fetch_add(1, Ordering::Relaxed) + 1));
    let options = if older { options.retired_models() } else { options };
    let registry = options.in_memory().expect("a registry");
    let items: Vec<Map<String, Value>> = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/operations/items.yaml"));
    let items = items.into_iter().flatten().filter(|(model, _)| older || !RETIRED.contains(&model.as_str()));
    let items = items.map(|(model, item)| (&*Box::leak(model.into_boxed_str()), item));
    seed::insert(&registry, items).expect("seeded");
    registry
}

/// What is wrong with the answer, in words.
fn fault(operation: &Operation, answer: &Value, older: bool) -> Option<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    if let Some(data) = operation.older.as_ref().filter(|_| older) {
        return (!errors.is_empty() || answer["data"] != *data).then(|| format!("should answer {data}"));
    }
    if operation.refused {
        let untyped = errors.iter().all(|error| error.get("errorType").is_none());
        return (!answer["data"].is_null() || errors.is_empty() || !untyped).then(|| "should be refused whole".to_owned());
    }
    let kinds = errors.iter().map(|error| (error["path"][0].as_str().unwrap_or_default().to_owned(), error["errorType"].clone()));
    let kinds: BTreeMap<String, Value> = kinds.collect();
    let wanted: BTreeMap<String, Value> = operation.fails.iter().map(|(field, kind)| (field.clone(), json!(kind))).collect();
    if kinds != wanted {
        return Some(format!("should have these errors: {wanted:?}"));
    }
    let nothing: Map<String, Value> = operation.fails.keys().map(|field| (field.clone(), Value::Null)).collect();
    let data = operation.data.clone().unwrap_or(Value::Object(nothing));
    (answer["data"] != data).then(|| format!("should answer {data}"))
}

/// A mutation finds the items as they were; reading leaves them so.
fn faults(older: bool) -> Vec<String> {
    let untouched = registry(older);
    let of = |operation: &Operation| {
        let reads = operation.document.starts_with("query");
        let registry = if reads { untouched.clone() } else { registry(older) };
        let answer = run(&registry, &operation.document, operation.variables.clone());
        fault(operation, &answer, older).map(|wrong| format!("{}: {wrong}\n  {answer}", operation.call))
    };
    operations().iter().filter_map(of).collect()
}

#[test]
fn the_calls_of_the_python_models_are_answered_as_by_the_service() {
    let wrong = faults(false);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_older_deployment_answers_the_calls_of_models_that_are_gone_today() {
    let wrong = faults(true);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_call_says_what_is_answered() {
    for operation in operations() {
        let ways = [operation.data.is_some() || !operation.fails.is_empty(), operation.refused];
        assert_eq!(ways.iter().filter(|way| **way).count(), 1, "{}", operation.call);
        assert!(operation.older.is_none() || operation.refused, "{}: what is older is refused today", operation.call);
    }
}
