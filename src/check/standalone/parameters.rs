//! The parameters of a report configuration: YAML above the first `---`, wherever that stands.

use crate::check::collector::Collector;
use crate::check::rule::Rule;
use crate::model::yaml::{Id, NodeShape, Tree};
use std::ops::Range;

/// What Plexus splits a configuration at, if it has parameters.
const END: &str = "---";
/// The key of the list.
const PARAMETERS: &str = "parameters";

/// Checks the parameters, if there are some. Where the report begins.
pub fn check(text: &str, collector: &mut Collector<'_>) -> usize {
    let end = text.find(END);
    let Some(at) = first_key(&text[..end.unwrap_or(text.len())]) else {
        if let Some(end) = end {
            front_matter(text, end, collector);
        }
        return 0;
    };
    let Some(end) = end else {
        let fix = "write a line `---` below the last parameter";
        collector.add(Rule::ReportParameters, at, "the parameters are never closed", fix);
        return 0;
    };
    let line = text[end..].lines().next().unwrap_or_default();
    let is_line = text[..end].ends_with('\n') && line.trim_end().trim_matches('-').is_empty();
    if !is_line {
        let message = "the parameters end here, at the first `---`";
        collector.add(Rule::ReportParameters, end..end + END.len(), message, "write something other than three dashes here");
        return end + text[end..].find('\n').map_or(text.len() - end, |length| length + 1);
    }
    list(&text[..end], collector);
    end + line.len()
}

/// Where `parameters:` stands, if it is the first thing said.
fn first_key(text: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches('\u{feff}');
        let start = at + line.len() - content.len();
        at += line.len();
        if !content.trim().is_empty() && !content.starts_with('#') {
            let is_key = content.strip_prefix(PARAMETERS).is_some_and(|rest| rest.starts_with(':'));
            return is_key.then(|| start..start + PARAMETERS.len());
        }
    }
    None
}

/// Other programs put `---` above such YAML, too. Plexus then finds nothing above the first one.
fn front_matter(text: &str, end: usize, collector: &mut Collector<'_>) {
    let is_first = text[..end].trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty();
    if is_first && first_key(&text[end + END.len()..]).is_some() {
        let message = "Plexus looks for parameters only above the first `---`, which is here";
        collector.add(
            Rule::ReportParameters,
            end..end + END.len(),
            message,
            "remove this line, and keep the one below the parameters",
        );
    }
}

fn list(front: &str, collector: &mut Collector<'_>) {
    let (tree, defects) = Tree::read(front);
    for defect in &defects {
        let fix = "fix the YAML at this place, or just before it";
        collector.add(Rule::ReportParameters, defect.at..defect.word_end(front), defect.message.as_str(), fix);
    }
    let Some((key, value)) = tree.root().and_then(|root| tree.entry(root, PARAMETERS)).filter(|_| defects.is_empty()) else {
        return;
    };
    let Some(items) = tree.items(value) else {
        let at = tree.node(key).span.clone();
        return collector.add(Rule::ReportParameters, at, "parameters must be a list", "write each one as `- name: …`");
    };
    items.iter().for_each(|item| parameter(&tree, *item, collector));
}

fn parameter(tree: &Tree<'_>, item: Id, collector: &mut Collector<'_>) {
    let name = tree.get(item, "name").and_then(|name| tree.text_of(name));
    if name.is_some_and(|name| !name.trim().is_empty()) {
        return;
    }
    let is_mapping = matches!(tree.node(tree.target(item)).shape, NodeShape::Mapping(_));
    let message = if is_mapping { "a parameter has no name" } else { "a parameter must be a mapping" };
    let first = tree.pairs(item).and_then(<[_]>::first).map_or(item, |(key, _)| *key);
    collector.add(Rule::ReportParameters, tree.node(first).span.clone(), message, "write it as `- name: …`");
}
