//! What is said of any text before its rules: merge markers are left in it, or its YAML cannot be loaded.

use super::collector::Collector;
use super::loaders;
use super::rule::Rule;
use super::syntax::markers;
use crate::model::Fault;
use crate::model::yaml::{Defect, DefectKind, Tree};

/// Nothing is said about a text with merge markers but that it has them: everything else would follow from them.
pub fn has_markers(text: &str, collector: &mut Collector<'_>) -> bool {
    let Some(Fault { line, message, .. }) = markers(collector.kind, text) else { return false };
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let length = text[start..].lines().next().map_or(0, str::len);
    collector.add(Rule::MergeMarkers, start..start + length, message, "choose what stays, and remove the marker lines");
    true
}

/// What to do about a defect.
pub fn advice(kind: DefectKind) -> &'static str {
    match kind {
        DefectKind::DuplicateKey => "remove one of them, or rename it",
        DefectKind::Syntax => "fix the YAML at this place, or just before it",
    }
}

/// Whether further rules can look into a YAML document; what keeps it from being loaded is told.
pub fn is_wellformed(tree: &Tree<'_>, defects: &[Defect], collector: &mut Collector<'_>) -> bool {
    if has_markers(tree.text, collector) {
        return false;
    }
    for defect in defects {
        let rule = match defect.kind {
            DefectKind::DuplicateKey => Rule::DuplicateKey,
            DefectKind::Syntax => Rule::YamlSyntax,
        };
        let fix = advice(defect.kind);
        collector.add(rule, defect.at..defect.word_end(tree.text), defect.message.as_str(), fix);
    }
    if defects.iter().any(|defect| defect.kind == DefectKind::Syntax) {
        return false;
    }
    loaders::check(tree, &defects.iter().map(|defect| defect.at).collect(), collector);
    true
}
