//! Whether both Python loaders that run scores can load a document: PyYAML's `safe_load` and ruamel.yaml's
//! `YAML(typ='safe')`.
//!
//! Both read a mixture of YAML 1.1 and 1.2 of their own, so what is good YAML for another parser may be refused when the
//! score runs. `scanner` and `grammar` take the steps that the loaders take (PyYAML 6.0, ruamel.yaml 0.19), as far as they
//! decide what is refused; `values` asks of the tree what becomes of its nodes. Work is linear in the text.
//!
//! The tree is that of our parser. Where a line end that only the loaders see (U+0085, U+2028, U+2029) makes other nodes, and
//! they read on, the values of those are not looked at; nor are `%YAML 1.1`'s own values.

mod construct;
mod grammar;
mod loader;
mod properties;
mod reader;
mod scalars;
mod scanner;
mod values;

use super::collector::Collector;
use super::rule::Rule;
use crate::model::DocKind;
use crate::model::yaml::Tree;
use loader::{LoadError, Loader};
use scanner::Scanner;
use std::collections::HashSet;

/// What the loaders refuse, but nothing at the places `known`, where something is said already.
pub fn check(tree: &Tree<'_>, known: &HashSet<usize>, collector: &mut Collector<'_>) {
    if !collector.wants(Rule::NotLoadable) {
        return;
    }
    let [pyyaml, ruamel] = errors(tree);
    // Nothing but PyYAML ever loads a data source.
    let ruamel = if collector.kind == DocKind::DataSource { Vec::new() } else { ruamel };
    let (of_pyyaml, of_ruamel): (HashSet<_>, HashSet<_>) = (pyyaml.iter().collect(), ruamel.iter().collect());
    for error in &pyyaml {
        let who = if of_ruamel.contains(error) { "PyYAML and ruamel.yaml refuse" } else { "PyYAML refuses" };
        add(tree, who, error, known, collector);
    }
    for error in ruamel.iter().filter(|error| !of_pyyaml.contains(error)) {
        add(tree, "ruamel.yaml refuses", error, known, collector);
    }
}

fn add(tree: &Tree<'_>, who: &str, error: &LoadError, known: &HashSet<usize>, collector: &mut Collector<'_>) {
    if known.contains(&error.at) {
        return;
    }
    let first_line = tree.text[error.at..error.end].lines().next().map_or(0, str::len);
    let at = error.at..error.at + first_line;
    collector.add(Rule::NotLoadable, at, format!("{who} {}", error.what), error.fix.as_ref());
}

/// What each loader refuses.
fn errors(tree: &Tree<'_>) -> [Vec<LoadError>; 2] {
    if let Some((at, c)) = reader::unprintable(tree.text) {
        let what = format!("the character U+{:04X}", u32::from(c));
        let error = *LoadError::here(at, what, "remove it, or write it as an escape in double quotes");
        return [vec![error.clone()], vec![error]];
    }
    let (mut syntax, differs) = syntax(tree.text, Loader::PyYaml);
    let others = if differs { self::syntax(tree.text, Loader::Ruamel).0 } else { syntax.clone() };
    syntax.extend(values::check(tree, Loader::PyYaml));
    [syntax, others.into_iter().chain(values::check(tree, Loader::Ruamel)).collect()]
}

/// What a loader refuses before it makes values, and whether the other one may see it differently.
fn syntax(text: &str, loader: Loader) -> (Vec<LoadError>, bool) {
    let mut scanner = Scanner::new(text, loader);
    let outcome = grammar::read(&mut scanner);
    let fix = "write spaces instead of it, or quote the text that it is in";
    let tab = |at: &usize| LoadError { end: at + 1, ..*LoadError::here(*at, "a tab here", fix) };
    let mut errors: Vec<LoadError> = scanner.tabs.iter().map(tab).collect();
    // What comes of a tab that was taken for a space says nothing about the text.
    if let Err(error) = outcome
        && errors.is_empty()
    {
        errors.push(*scanner.reader.odd_break.map_or(error, |at| odd_break(text, at)));
    }
    (errors, scanner.reader.differs)
}

/// Whatever is wrong behind a line end that nobody sees, that line end is what to fix.
fn odd_break(text: &str, at: usize) -> Box<LoadError> {
    let code = text[at..].chars().next().map_or(0, u32::from);
    let what = format!("what follows the character U+{code:04X}, which ends the line");
    LoadError::here(at, what, format!("remove it, or quote the text with double quotes and write it as \"\\u{code:04x}\""))
}
