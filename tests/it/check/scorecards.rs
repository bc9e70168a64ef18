//! Scores of one scorecard against each other.

use scoresync::check::{Rule, RuleSet, Texts, scorecard};

fn rules(codes: &[String], known: &[&str]) -> Vec<Vec<Rule>> {
    let texts: Vec<Texts<'_>> = codes.iter().map(|code| Texts { code: Some(code), guidelines: None }).collect();
    let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
    let found = scorecard(&texts, &known, &RuleSet::default());
    found.into_iter().map(|findings| findings.into_iter().map(|finding| finding.rule).collect()).collect()
}

fn code(name: &str, on: &str) -> String {
    format!("name: {name}\nclass: B\ndepends_on: [{on}]\n")
}

#[test]
fn scores_know_each_other_by_name() {
    let codes = [code("A", "B, C"), code("B", "D"), "broken: [".to_owned()];
    let found = rules(&codes, &["D"]);
    assert_eq!(found, [vec![Rule::UnknownScore], vec![], vec![Rule::YamlSyntax]]);
}

#[test]
fn circles_are_found_at_every_score_on_them() {
    let codes = [code("A", "B"), code("B", "C, D"), code("C", "A"), code("D", ""), code("E", "E"), code("F", "A")];
    let found = rules(&codes, &[]);
    let on_circle: Vec<bool> = found.iter().map(|rules| rules.contains(&Rule::DependencyCycle)).collect();
    assert_eq!(on_circle, [true, true, true, false, true, false]);
    assert_eq!(found[1], [Rule::DependencyCycle], "B depends on C in a circle, on D not");
}

#[test]
fn names_and_keys_are_taken_once() {
    let same = |key: &str| format!("name: A\nclass: B\nkey: {key}\n");
    let found = rules(&[same("a"), same("b"), "name: C\nclass: B\nkey: a\n".to_owned()], &[]);
    assert_eq!(found, [vec![], vec![Rule::DuplicateScore], vec![Rule::DuplicateScore]]);
}

#[test]
fn a_long_chain_is_walked_without_recursion() {
    let codes: Vec<String> = (0..3000).map(|n| code(&format!("S{n}"), &format!("S{}", n + 1))).collect();
    assert!(rules(&codes, &["S3000"]).iter().all(Vec::is_empty));
}
