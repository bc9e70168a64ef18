//! The scores of one scorecard together: names, keys and dependencies.

use super::collector::Collector;
use super::finding::Finding;
use super::rule::{Rule, RuleSet};
use super::rules::references;
use super::score::{ExaminedScore, PlacedName, Texts, examine};
use super::score_names::ScoreNames;
use crate::model::DocKind;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The findings of each score, in the order given. `known` are names of scores that have no files here.
pub fn scorecard(scores: &[Texts<'_>], known: &[String], rules: &RuleSet) -> Vec<Vec<Finding>> {
    scorecard_of(scores.iter().map(|texts| examine(*texts, rules)).collect(), known, rules)
}

/// As [`scorecard`], of scores that were examined already.
pub fn scorecard_of(mut scores: Vec<ExaminedScore>, known: &[impl AsRef<str>], rules: &RuleSet) -> Vec<Vec<Finding>> {
    let own = scores.iter().filter_map(|score| Some(score.name.as_ref()?.0.clone()));
    let names: ScoreNames = own.chain(known.iter().map(|name| name.as_ref().to_owned())).collect();
    let late = |index: usize, (cyclic, first_names, first_keys): &Circumstances<'_>| {
        let mut collector = Collector::new(DocKind::Code, "", rules);
        let score = &scores[index];
        twin("name", &score.name, index, first_names, &mut collector);
        twin("key", &score.key, index, first_keys, &mut collector);
        for (name, place) in score.depends_on.iter().filter(|(name, _)| cyclic.contains(&(index, name.as_str()))) {
            let message = format!("the score depends on itself through {name:?}");
            collector.add_at(Rule::DependencyCycle, *place, message, "remove one of the dependencies of the circle");
        }
        references::judge(&score.references, &names, &mut collector);
        collector.into_findings()
    };
    let around = (cyclic(&scores), first_of(&scores, |score| &score.name), first_of(&scores, |score| &score.key));
    let late: Vec<Vec<Finding>> = (0..scores.len()).map(|index| late(index, &around)).collect();
    drop(around);
    let whole = |(score, late): (&mut ExaminedScore, Vec<Finding>)| {
        let mut findings = std::mem::take(&mut score.findings);
        findings.extend(late);
        findings.sort_by_key(|finding| (finding.kind, finding.start, finding.rule));
        findings
    };
    scores.iter_mut().zip(late).map(whole).collect()
}

/// Which dependencies lie on a circle, and which score has a name or a key first.
type Circumstances<'a> = (BTreeSet<(usize, &'a str)>, HashMap<&'a str, usize>, HashMap<&'a str, usize>);

/// Which score has a text first.
fn first_of(members: &[ExaminedScore], of: fn(&ExaminedScore) -> &Option<PlacedName>) -> HashMap<&str, usize> {
    let mut first = HashMap::new();
    for (index, member) in members.iter().enumerate() {
        if let Some((text, _)) = of(member) {
            first.entry(text.as_str()).or_insert(index);
        }
    }
    first
}

/// A name or key that an earlier score has.
fn twin(what: &str, said: &Option<PlacedName>, index: usize, first: &HashMap<&str, usize>, collector: &mut Collector<'_>) {
    let Some((text, place)) = said.as_ref().filter(|(text, _)| !text.is_empty()) else { return };
    if first.get(text.as_str()).is_some_and(|first| *first < index) {
        let message = format!("another score of this scorecard has the {what} {text:?}");
        collector.add_at(Rule::DuplicateScore, *place, message, format!("give each score a {what} of its own"));
    }
}

/// The dependencies that lie on a circle, by score and name: those whose score can be reached back.
fn cyclic(members: &[ExaminedScore]) -> BTreeSet<(usize, &str)> {
    let by_name: BTreeMap<&str, usize> =
        members.iter().enumerate().filter_map(|(index, member)| Some((member.name.as_ref()?.0.as_str(), index))).collect();
    let edges: Vec<Vec<usize>> = members
        .iter()
        .map(|member| member.depends_on.iter().filter_map(|(name, _)| by_name.get(name.as_str()).copied()).collect())
        .collect();
    let groups = groups(&edges);
    let mut cyclic = BTreeSet::new();
    for (index, member) in members.iter().enumerate() {
        for (name, _) in &member.depends_on {
            if by_name.get(name.as_str()).is_some_and(|&on| groups[on] == groups[index]) {
                cyclic.insert((index, name.as_str()));
            }
        }
    }
    cyclic
}

/// Which nodes can reach each other: equal numbers. Kosaraju's two passes, without recursion.
fn groups(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut back = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        targets.iter().for_each(|&to| back[to].push(from));
    }
    let mut seen = vec![false; edges.len()];
    let mut finished = Vec::new();
    for start in 0..edges.len() {
        visit(start, edges, &mut seen, &mut finished);
    }
    let mut groups = vec![0; edges.len()];
    let mut seen = vec![false; edges.len()];
    for (number, &start) in finished.iter().rev().enumerate() {
        let mut group = Vec::new();
        visit(start, &back, &mut seen, &mut group);
        group.into_iter().for_each(|node| groups[node] = number);
    }
    groups
}

/// Adds what can be reached from `start` and was not seen, each after all that it leads to.
fn visit(start: usize, edges: &[Vec<usize>], seen: &mut [bool], finished: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[start], true) {
        return;
    }
    let mut path = vec![(start, 0)];
    while let Some((node, next)) = path.last_mut() {
        match edges[*node].get(*next) {
            Some(&to) => {
                *next += 1;
                if !std::mem::replace(&mut seen[to], true) {
                    path.push((to, 0));
                }
            }
            None => {
                finished.push(*node);
                path.pop();
            }
        }
    }
}
