//! The scores of one scorecard together: names, keys and dependencies.

use super::collector::Collector;
use super::finding::Finding;
use super::rule::{Rule, RuleSet};
use super::rules::references::depends_on;
use super::score::{Texts, score_read};
use super::score_names::ScoreNames;
use crate::model::DocKind;
use crate::model::yaml::Tree;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// A text and where it stands.
type Placed = (String, Range<usize>);

/// What a score's code says about its place among the others.
#[derive(Default)]
struct Member {
    name: Option<Placed>,
    key: Option<Placed>,
    on: Vec<Placed>,
}

/// The findings of each score, in the order given. `known` are names of scores that have no files here.
pub fn scorecard(scores: &[Texts<'_>], known: &[String], rules: &RuleSet) -> Vec<Vec<Finding>> {
    let trees: Vec<_> = scores.iter().map(|texts| texts.code.map(Tree::read)).collect();
    let members: Vec<Member> = trees.iter().map(|read| read.as_ref().map(|(tree, _)| member(tree)).unwrap_or_default()).collect();
    let own = members.iter().filter_map(|member| Some(member.name.as_ref()?.0.clone()));
    let names: ScoreNames = own.chain(known.iter().cloned()).collect();
    let cyclic = cyclic(&members);
    let (first_names, first_keys) = (first_of(&members, |member| &member.name), first_of(&members, |member| &member.key));
    let mut found = Vec::with_capacity(scores.len());
    for (index, texts) in scores.iter().enumerate() {
        let mut collector = Collector::new(DocKind::Code, texts.code.unwrap_or_default(), rules);
        twin("name", &members[index].name, index, &first_names, &mut collector);
        twin("key", &members[index].key, index, &first_keys, &mut collector);
        for (name, at) in members[index].on.iter().filter(|(name, _)| cyclic.contains(&(index, name.as_str()))) {
            let message = format!("the score depends on itself through {name:?}");
            collector.add(Rule::DependencyCycle, at.clone(), message, "remove one of the dependencies of the circle");
        }
        let mut findings = score_read(*texts, trees[index].as_ref(), Some(&names), rules);
        findings.extend(collector.into_findings());
        findings.sort_by_key(|finding| (finding.kind, finding.start, finding.rule));
        found.push(findings);
    }
    found
}

fn member(tree: &Tree<'_>) -> Member {
    let Some(score) = tree.root() else { return Member::default() };
    let text = |key: &str| {
        let id = tree.get(score, key)?;
        Some((tree.text_of(id)?.to_owned(), tree.node(id).span.clone()))
    };
    let on = depends_on(tree, score).into_iter().map(|on| (on.name.to_owned(), on.at)).collect();
    Member { name: text("name"), key: text("key"), on }
}

/// Which score has a text first.
fn first_of(members: &[Member], of: fn(&Member) -> &Option<Placed>) -> HashMap<&str, usize> {
    let mut first = HashMap::new();
    for (index, member) in members.iter().enumerate() {
        if let Some((text, _)) = of(member) {
            first.entry(text.as_str()).or_insert(index);
        }
    }
    first
}

/// A name or key that an earlier score has.
fn twin(what: &str, said: &Option<Placed>, index: usize, first: &HashMap<&str, usize>, collector: &mut Collector<'_>) {
    let Some((text, at)) = said.as_ref().filter(|(text, _)| !text.is_empty()) else { return };
    if first.get(text.as_str()).is_some_and(|first| *first < index) {
        let message = format!("another score of this scorecard has the {what} {text:?}");
        collector.add(Rule::DuplicateScore, at.clone(), message, format!("give each score a {what} of its own"));
    }
}

/// The dependencies that lie on a circle, by score and name: those whose score can be reached back.
fn cyclic(members: &[Member]) -> BTreeSet<(usize, &str)> {
    let by_name: BTreeMap<&str, usize> =
        members.iter().enumerate().filter_map(|(index, member)| Some((member.name.as_ref()?.0.as_str(), index))).collect();
    let edges: Vec<Vec<usize>> = members
        .iter()
        .map(|member| member.on.iter().filter_map(|(name, _)| by_name.get(name.as_str()).copied()).collect())
        .collect();
    let groups = groups(&edges);
    let mut cyclic = BTreeSet::new();
    for (index, member) in members.iter().enumerate() {
        for (name, _) in &member.on {
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
