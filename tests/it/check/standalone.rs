//! Report configurations and data sources: their cases in every form that a file may have, and what is not asked of them.

use super::cases::{Case, cases, catalog, conforms, short};
use super::laws::SCORE;
use scoresync::check::{Finding, KnownCatalog, Rule, RuleSet, data_source_schema, documents};
use scoresync::model::{Catalog, DocKind, Score, ScoreId, Scorecard, ScorecardId};
use serde::Deserialize;
use serde_json::Value;

/// The rules of any text, and those of documents that stand for themselves.
const OF_ANY: [Rule; 5] = [Rule::MergeMarkers, Rule::YamlSyntax, Rule::DuplicateKey, Rule::NotLoadable, Rule::NotAMapping];
const OF_STANDALONE: [Rule; 9] = [
    Rule::EmptyDocument,
    Rule::UnclosedFence,
    Rule::ReportBlock,
    Rule::UnknownBlock,
    Rule::ReportParameters,
    Rule::SourceClass,
    Rule::FeedbackItems,
    Rule::MisspeltParameter,
    Rule::UnknownScope,
];

fn check(kind: DocKind, text: &str, catalog: &Catalog, is_whole: bool) -> Vec<Finding> {
    documents(&[(kind, text)], None, KnownCatalog { catalog, is_whole }, &RuleSet::default())
}

#[test]
fn line_ends_and_marks_move_nothing() {
    let catalog = catalog();
    for case in cases() {
        let Some((kind, text)) = case.standalone() else { continue };
        for form in [text.replace('\n', "\r\n"), format!("\u{feff}{text}"), format!("\u{feff}{}", text.replace('\n', "\r\n"))] {
            let found: Vec<String> = check(kind, &form, &catalog, true).iter().map(short).collect();
            assert_eq!(found, case.finds, "{}: {form:?}", case.says);
        }
    }
}

#[test]
fn a_standalone_document_and_a_score_have_no_rule_in_common_but_those_of_any_text() {
    let catalog = catalog();
    for kind in [DocKind::ReportConfiguration, DocKind::DataSource] {
        for finding in check(kind, SCORE, &catalog, true) {
            assert!(OF_ANY.contains(&finding.rule) || OF_STANDALONE.contains(&finding.rule), "{finding:?}");
        }
    }
    for (kind, text) in cases().iter().filter_map(Case::standalone) {
        for as_score in [DocKind::Code, DocKind::Guidelines] {
            let found = check(as_score, text, &catalog, true);
            assert!(found.iter().all(|finding| !OF_STANDALONE.contains(&finding.rule)), "{kind}: {text:?}");
        }
    }
}

/// Only names that cannot be ones of the account are told.
#[test]
fn what_was_not_looked_at_is_not_judged() {
    let source = "class: FeedbackItems\nscorecard: Elsewhere\nscore: Tone\n";
    let found = |catalog: &Catalog, is_whole| check(DocKind::DataSource, source, catalog, is_whole).len();
    assert_eq!((found(&catalog(), true), found(&catalog(), false), found(&Catalog::default(), true)), (1, 0, 0));
    // A scorecard that is synced is known with all its scores.
    let source = "class: FeedbackItems\nscorecard: qa\nscore: Elsewhere\n";
    assert_eq!(check(DocKind::DataSource, source, &catalog(), false).len(), 1);
}

#[test]
fn names_are_suggested() {
    for (scorecard, score, fix) in [
        ("Quality Asurance", "tone", "did you mean \"Quality Assurance\"?"),
        ("QA", "tone", "did you mean \"qa\"?"),
        ("qa", "Voice Tone", "did you mean \"Tone of Voice\"?"),
        ("1100", "greting", "did you mean \"Greeting\"?"),
        ("11", "7", "write the name, key or id of a score; `scoresync pull` sees new ones"),
    ] {
        let source = format!("class: FeedbackItems\nscorecard: {scorecard}\nscore: {score}\n");
        let found = check(DocKind::DataSource, &source, &catalog(), true);
        assert_eq!(found.iter().map(|finding| finding.fix.as_str()).collect::<Vec<_>>(), [fix], "{source}");
    }
}

#[derive(Deserialize)]
struct DemoDocuments {
    source: DemoSource,
    configurations: Vec<DemoText>,
}

#[derive(Deserialize)]
struct DemoSource {
    versions: Vec<DemoText>,
}

#[derive(Deserialize)]
struct DemoText {
    text: String,
}

#[test]
fn nothing_is_found_in_the_documents_of_the_demo() {
    let text = |text: &str| text.to_owned();
    let card =
        Scorecard { id: ScorecardId::from("1"), name: text("Calls"), key: text("harbor-retention"), external_id: text("") };
    let score = Score {
        id: ScoreId::from("2"),
        scorecard_id: card.id.clone(),
        name: "Identity Check".into(),
        key: "identity-check".into(),
        external_id: "".into(),
        champion: None,
        disabled: false,
    };
    let catalog = Catalog { scorecards: vec![card], scores: vec![score] };
    let demo: DemoDocuments =
        serde_yaml::from_str(include_str!("../../../src/registry/seed/demo/documents.yaml")).expect("the demo's documents");
    let sources = demo.source.versions.iter().map(|one| (DocKind::DataSource, &one.text));
    let reports = demo.configurations.iter().map(|one| (DocKind::ReportConfiguration, &one.text));
    for (kind, text) in sources.chain(reports) {
        assert_eq!(check(kind, text, &catalog, true), [], "{text}");
    }
}

#[test]
fn a_long_document_is_read_once_and_one_rule_cannot_flood_a_report() {
    let catalog = catalog();
    let report = |text: String| check(DocKind::ReportConfiguration, &text, &catalog, true).len();
    // Every block is left open, and says nothing.
    assert_eq!(report("```block\n".repeat(6_000)), 2 * 50);
    assert_eq!(report("```block\nclass: CostAnalysis\ndays: {{ days }}\n```\n\n".repeat(1_000)), 0);
    assert_eq!(report(format!("```block\nclass: CostAnalysis\nnote: '{}'\n```\n", "{{ {% ".repeat(10_000))), 0);
    let source = format!("class: FeedbackItems\nscorecard: qa\nscore: tone\n{}", "note: x\n".repeat(6_000));
    assert_eq!(check(DocKind::DataSource, &source, &catalog, true).len(), 50);
}

/// What the schema says of types, keys and values is what the rules say.
#[test]
fn the_schema_and_the_rules_agree() {
    let schema = data_source_schema();
    let held = [Rule::SourceClass, Rule::FeedbackItems, Rule::NotAMapping].map(Rule::code);
    for case in cases() {
        let Some(value) = case.data_source.as_ref().and_then(|text| serde_yaml::from_str::<Value>(text).ok()) else { continue };
        let refused = case.finds.iter().any(|find| held.iter().any(|code| find.split(' ').nth(1) == Some(code)));
        assert!(value.is_null() || conforms(&schema, &schema, &value) != refused, "{}", case.says);
    }
}
