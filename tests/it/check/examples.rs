//! The examples of the rules are what they are given as.

use scoresync::check::{ExampleFile, KnownCatalog, Rule, RuleSet, Texts, documents, scorecard};
use scoresync::model::{Catalog, Score, ScoreId, Scorecard, ScorecardId, SyncKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The text of an example, as long as it says it is.
fn whole(text: &str) -> String {
    let Some((before, rest)) = text.split_once('[') else { return text.to_owned() };
    match rest.split_once(" characters]").map(|(number, after)| (number.parse(), after)) {
        Some((Ok(number), after)) => format!("{before}{}{after}", "x".repeat(number)),
        _ => text.to_owned(),
    }
}

/// A catalog with the scores of these files: `<Scorecard>/<Score>.yaml`.
fn catalog(files: &[ExampleFile]) -> Catalog {
    let mut catalog = Catalog::default();
    for (card, file) in files.iter().filter_map(|(name, _)| name.split_once('/')).filter(|(card, _)| !is_standalone(card)) {
        let (id, name, text) = (ScorecardId::from(card), card.to_owned(), String::new);
        catalog.scorecards.push(Scorecard { id: id.clone(), name, key: text(), external_id: text() });
        let (name, key) = (Arc::<str>::from(file.trim_end_matches(".yaml")), "".into());
        let id_of_score = ScoreId::from(&*name);
        let score =
            Score { id: id_of_score, scorecard_id: id, name, key, external_id: "".into(), champion: None, disabled: false };
        catalog.scores.push(score);
    }
    catalog
}

fn is_standalone(name: &str) -> bool {
    SyncKind::at(name).is_standalone()
}

/// Which rules find something in the files of a scorecard, and in those that stand for themselves.
fn found(files: &[ExampleFile]) -> BTreeSet<&'static str> {
    let mut scores: BTreeMap<&str, [Option<String>; 2]> = BTreeMap::new();
    for (name, text) in files.iter().filter(|(name, _)| !is_standalone(name)) {
        let (stem, extension) = name.split_once('.').expect("a name with an extension");
        scores.entry(stem).or_default()[usize::from(extension == "md")] = Some(whole(text));
    }
    let texts: Vec<Texts<'_>> =
        scores.values().map(|[code, guidelines]| Texts { code: code.as_deref(), guidelines: guidelines.as_deref() }).collect();
    let (rules, catalog) = (RuleSet::default(), catalog(files));
    let known = KnownCatalog { catalog: &catalog, is_whole: true };
    let standalone = files.iter().filter(|(name, _)| is_standalone(name));
    let standalone = standalone.map(|(name, text)| documents(&[(SyncKind::at(name).main_document(), text)], None, known, &rules));
    let findings = scorecard(&texts, &[], &rules).into_iter().chain(standalone);
    findings.flatten().map(|finding| finding.rule.code()).collect()
}

#[test]
fn a_bad_example_breaks_its_rule_and_no_other() {
    let wrong: Vec<String> = Rule::ALL
        .iter()
        .map(|rule| (rule.code(), found(rule.bad_example())))
        .filter(|(code, found)| *found != BTreeSet::from([*code]))
        .map(|(code, found)| format!("{code}: {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_good_example_breaks_no_rule() {
    let wrong: Vec<String> = Rule::ALL
        .iter()
        .map(|rule| (rule.code(), found(rule.good_example())))
        .filter(|(_, found)| !found.is_empty())
        .map(|(code, found)| format!("{code}: {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
