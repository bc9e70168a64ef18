//! The examples of the rules are what they are given as.

use scoresync::check::{ExampleFile, Rule, RuleSet, Texts, scorecard};
use std::collections::{BTreeMap, BTreeSet};

/// The text of an example, as long as it says it is.
fn whole(text: &str) -> String {
    let Some((before, rest)) = text.split_once('[') else { return text.to_owned() };
    match rest.split_once(" characters]").map(|(number, after)| (number.parse(), after)) {
        Some((Ok(number), after)) => format!("{before}{}{after}", "x".repeat(number)),
        _ => text.to_owned(),
    }
}

/// Which rules find something in the files of a scorecard.
fn found(files: &[ExampleFile]) -> BTreeSet<&'static str> {
    let mut scores: BTreeMap<&str, [Option<String>; 2]> = BTreeMap::new();
    for (name, text) in files {
        let (stem, extension) = name.split_once('.').expect("a name with an extension");
        scores.entry(stem).or_default()[usize::from(extension == "md")] = Some(whole(text));
    }
    let texts: Vec<Texts<'_>> =
        scores.values().map(|[code, guidelines]| Texts { code: code.as_deref(), guidelines: guidelines.as_deref() }).collect();
    let findings = scorecard(&texts, &[], &RuleSet::default());
    findings.into_iter().flatten().map(|finding| finding.rule.code()).collect()
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
