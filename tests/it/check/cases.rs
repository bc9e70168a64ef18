//! `fixtures/checks/*.yaml`: what is found where, and what `--fix` makes of it.

use crate::support::json_type;
use scoresync::check::{Finding, KnownCatalog, Rule, RuleSet, ScoreNames, Severity, Texts, documents, fix_text, schema, score};
use scoresync::model::{Catalog, DocKind, Score, ScoreId, Scorecard, ScorecardId, SyncKind};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) says: String,
    pub(super) code: Option<String>,
    guidelines: Option<String>,
    report: Option<String>,
    pub(super) data_source: Option<String>,
    names: Option<Vec<String>>,
    #[serde(default)]
    pub(super) finds: Vec<String>,
    fixed: Option<String>,
}

impl Case {
    pub(super) fn check(&self, code: Option<&str>) -> Vec<Finding> {
        let names: Option<ScoreNames> = self.names.clone().map(|names| names.into_iter().collect());
        let guidelines = self.guidelines.as_deref().map(|text| (DocKind::Guidelines, text));
        let texts: Vec<_> =
            code.map(|code| (DocKind::Code, code)).into_iter().chain(guidelines).chain(self.standalone()).collect();
        let catalog = catalog();
        documents(&texts, names.as_ref(), KnownCatalog { catalog: &catalog, is_whole: true }, &RuleSet::default())
    }

    /// The document that stands for itself, if it is about one.
    pub(super) fn standalone(&self) -> Option<(DocKind, &str)> {
        let report = self.report.as_deref().map(|text| (DocKind::ReportConfiguration, text));
        report.or(self.data_source.as_deref().map(|text| (DocKind::DataSource, text)))
    }
}

/// What the cases know of the dashboard: two scorecards, of which only the first has scores, and a report configuration.
pub(super) fn catalog() -> Catalog {
    let card = |id: &str, name: &str, key: &str| Scorecard {
        id: ScorecardId::from(id),
        name: name.to_owned(),
        key: key.to_owned(),
        external_id: format!("{id}00"),
    };
    let score = |id: &str, card: &str, name: &str, key: &str| Score {
        id: ScoreId::from(id),
        scorecard_id: ScorecardId::from(card),
        name: name.into(),
        key: key.into(),
        external_id: format!("{id}00").into(),
        champion: None,
        disabled: false,
    };
    let standalone = SyncKind::ReportConfiguration;
    let id = standalone.scorecard().expect("it has one");
    Catalog {
        scorecards: vec![
            card("11", "Quality Assurance", "qa"),
            card("12", "Sales", "sales"),
            card(id.as_str(), "Report configurations", ""),
        ],
        scores: vec![
            score("21", "11", "Tone of Voice", "tone"),
            score("22", "11", "Greeting", "greeting"),
            score("report-configuration:1", id.as_str(), "Weekly", ""),
        ],
    }
}

pub(super) fn short(finding: &Finding) -> String {
    let document = if finding.kind == DocKind::Guidelines { "md:" } else { "" };
    format!("{document}{}:{} {}", finding.start.line, finding.start.column, finding.rule.code())
}

pub(super) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/checks");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the fixtures are there") {
        let path = entry.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("readable");
        cases.extend(serde_yaml::from_str::<Vec<Case>>(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    }
    cases
}

#[test]
fn every_case_finds_what_it_says() {
    let mut wrong = String::new();
    for case in cases() {
        let findings = case.check(case.code.as_deref());
        let found: Vec<String> = findings.iter().map(short).collect();
        if found != case.finds {
            let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
            wrong += &format!("{}\n  expected {:?}\n  found    {found:?}\n  {messages:?}\n", case.says, case.finds);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_case_is_fixed_as_it_says_and_only_once() {
    for case in cases() {
        let Some(code) = &case.code else { continue };
        let fixed = fix_text(DocKind::Code, code, &case.check(Some(code))).map(|fixed| fixed.text);
        assert_eq!(fixed, case.fixed, "{}", case.says);
        if let Some(fixed) = fixed {
            assert_eq!(fix_text(DocKind::Code, &fixed, &case.check(Some(&fixed))), None, "{}", case.says);
        }
    }
}

#[test]
fn every_rule_has_a_case() {
    // These need several scores, or texts too long for a case: see the other modules.
    let elsewhere = [Rule::DependencyCycle, Rule::DuplicateScore, Rule::TooLarge, Rule::NearLimit];
    let cases = cases();
    let held: BTreeSet<&str> =
        cases.iter().flat_map(|case| &case.finds).filter_map(|find| Some(find.split_once(' ')?.1)).collect();
    for rule in Rule::ALL.iter().filter(|rule| !elsewhere.contains(rule)) {
        assert!(held.contains(rule.code()), "no case finds {}", rule.code());
    }
}

#[test]
fn a_rule_can_be_turned_off_or_made_stricter() {
    let mut rules = RuleSet::default();
    rules.set(Rule::MissingClass, None);
    rules.set(Rule::Stamp, Some(Severity::Error));
    let found = score(Texts { code: Some("name: A\nversion: x\n"), guidelines: None }, None, &rules);
    assert_eq!(
        found.iter().map(|finding| (finding.rule, finding.severity)).collect::<Vec<_>>(),
        [(Rule::Stamp, Severity::Error)]
    );
}

#[test]
fn pairs_near_and_over_the_limit_are_found() {
    let rules_of = |size: usize| {
        let guidelines = "x".repeat(size);
        let texts = Texts { code: Some("name: A\nclass: B\n"), guidelines: Some(&guidelines) };
        score(texts, None, &RuleSet::default()).into_iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    assert_eq!(rules_of(300_000), [Rule::GuidelinesFormat]);
    assert_eq!(rules_of(380_000), [Rule::NearLimit, Rule::GuidelinesFormat]);
    assert_eq!(rules_of(420_000), [Rule::TooLarge, Rule::GuidelinesFormat]);
}

#[test]
fn one_rule_cannot_flood_a_report() {
    let code = format!("name: A\nclass: B\nvalid_classes:\n{}", "- Yes\n".repeat(5000));
    let found = score(Texts { code: Some(&code), guidelines: None }, None, &RuleSet::default());
    assert_eq!(found.len(), 50);
}

/// The shapes that the rules refuse are refused by the schema, for what a case says about types, values and keys.
#[test]
fn the_schema_and_the_rules_agree() {
    let schema = schema();
    let held = [Rule::WrongType, Rule::BadKey, Rule::BadValue, Rule::MissingName, Rule::Processors].map(Rule::code);
    for case in cases() {
        let Some(value) = case.code.as_ref().and_then(|code| serde_yaml::from_str::<serde_json::Value>(code).ok()) else {
            continue;
        };
        if !value.is_object() || case.finds.iter().any(|find| find.contains("not-text") || find.contains("ambiguous")) {
            continue;
        }
        let refused = case.finds.iter().any(|find| held.iter().any(|code| find.split(' ').nth(1) == Some(code)));
        assert_eq!(!conforms(&schema, &schema, &value), refused, "{}", case.says);
    }
}

/// A key that the schema keeps from the nodes of a class is found by the rules, and no other is.
#[test]
fn the_schema_and_the_rules_agree_on_the_keys_of_nodes() {
    let schema = schema();
    let definitions = schema["$defs"].as_object().expect("a mapping");
    let classes = definitions.iter().filter_map(|(name, keys)| Some((name.strip_prefix("node-")?, keys)));
    for (class, keys) in classes {
        for (key, about) in keys["properties"].as_object().expect("a mapping") {
            let code = format!("name: A\nclass: LangGraphScore\ngraph:\n- name: a\n  class: {class}\n  {key}:\n");
            let found = score(Texts { code: Some(&code), guidelines: None }, None, &RuleSet::default());
            let found: Vec<Rule> = found.iter().map(|one| one.rule).filter(|rule| *rule != Rule::DeprecatedClass).collect();
            let expected: &[Rule] = if about["deprecationMessage"].is_string() { &[Rule::NodeKey] } else { &[] };
            assert_eq!(found, expected, "{class}: {key}");
        }
    }
}

/// As much of JSON Schema as ours use.
pub(super) fn conforms(root: &serde_json::Value, schema: &serde_json::Value, value: &serde_json::Value) -> bool {
    use serde_json::Value;
    let Some(schema) = schema.as_object() else { return true };
    schema.iter().all(|(word, rule)| match (word.as_str(), rule, value) {
        ("$ref", Value::String(path), _) => conforms(root, root.pointer(&path[1..]).expect("it leads somewhere"), value),
        ("type", rule, _) => {
            let types = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
            let own = json_type(value);
            types.iter().any(|name| name == own)
        }
        ("enum", Value::Array(values), _) => values.contains(value),
        ("allOf", Value::Array(rules), _) => rules.iter().all(|rule| conforms(root, rule, value)),
        ("anyOf", Value::Array(choices), _) => choices.iter().any(|choice| conforms(root, choice, value)),
        ("required", Value::Array(keys), Value::Object(map)) => {
            keys.iter().all(|key| map.contains_key(key.as_str().expect("a key")))
        }
        ("properties", Value::Object(rules), Value::Object(map)) => {
            rules.iter().all(|(key, rule)| map.get(key).is_none_or(|value| conforms(root, rule, value)))
        }
        ("items", rule, Value::Array(items)) => items.iter().all(|item| conforms(root, rule, item)),
        ("pattern", Value::String(pattern), Value::String(text)) => match pattern.as_str() {
            "\\S" => !text.trim().is_empty(),
            "^[a-z0-9_-]+$" => !text.is_empty() && text.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-')),
            "^(?:.*\\.)?FeedbackItems$" => text.rsplit('.').next() == Some("FeedbackItems"),
            "^\\s*[0-9]+\\s*$" => !text.trim().is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_digit()),
            other => panic!("a pattern that this test does not know: {other}"),
        },
        ("minLength", Value::Number(least), Value::String(text)) => text.len() as u64 >= least.as_u64().expect("a length"),
        ("exclusiveMinimum", Value::Number(least), Value::Number(number)) => number.as_f64() > least.as_f64(),
        ("const", rule, value) => rule == value,
        ("multipleOf", _, Value::Number(number)) => number.as_f64().is_some_and(|number| number.fract() == 0.0),
        ("not", rule, _) if rule["type"].is_string() => !conforms(root, rule, value),
        ("if", rule, _) => {
            let branch = if conforms(root, rule, value) { "then" } else { "else" };
            schema.get(branch).is_none_or(|rule| conforms(root, rule, value))
        }
        ("uniqueItems", _, Value::Array(items)) => items.iter().enumerate().all(|(at, item)| !items[..at].contains(item)),
        _ => true,
    })
}
