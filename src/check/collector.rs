//! Collects the findings of one document.

use super::finding::{Finding, Fix, TextPosition};
use super::lines::Lines;
use super::rule::{Rule, RuleSet};
use super::severity::Severity;
use crate::model::DocKind;
use std::collections::BTreeMap;
use std::ops::Range;

/// The most findings of one rule in one document; a generated file must not make a report of millions of lines.
const MAX_PER_RULE: usize = 50;
/// The most characters of a message.
const MAX_CHARS: usize = 300;

/// Where something begins and ends.
pub type Place = (TextPosition, TextPosition);

/// Takes findings as byte ranges, gives them places, drops those of rules that are off.
pub struct Collector<'a> {
    /// The kind of the document.
    pub kind: DocKind,
    lines: Lines<'a>,
    rules: &'a RuleSet,
    counts: BTreeMap<Rule, usize>,
    found: Vec<Finding>,
}

impl<'a> Collector<'a> {
    /// For findings in `text`.
    pub fn new(kind: DocKind, text: &'a str, rules: &'a RuleSet) -> Self {
        Self { kind, lines: Lines::of(text), rules, counts: BTreeMap::new(), found: Vec::new() }
    }

    /// Another finding of this rule would be kept: worth looking for.
    pub fn wants(&self, rule: Rule) -> bool {
        self.rules.severity(rule).is_some() && self.counts.get(&rule).is_none_or(|count| *count < MAX_PER_RULE)
    }

    /// A finding without an edit.
    pub fn add(&mut self, rule: Rule, at: Range<usize>, message: impl Into<String>, fix: impl Into<String>) {
        self.add_with(rule, at, message, fix, None);
    }

    /// A finding whose edit replaces what it is about.
    pub fn add_fixable(
        &mut self,
        rule: Rule,
        at: Range<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
        replacement: impl Into<String>,
    ) {
        let fix_text = Fix { range: at.clone(), replacement: replacement.into() };
        self.add_with(rule, at, message, fix, Some(fix_text));
    }

    /// A finding whose edit removes the whole line that it is about.
    pub fn add_line(&mut self, rule: Rule, line: Range<usize>, message: impl Into<String>, fix: impl Into<String>) {
        let text = self.lines.slice(line.clone()).trim_end();
        let fix_text = Fix { range: line.clone(), replacement: String::new() };
        self.add_with(rule, line.start..line.start + text.len(), message, fix, Some(fix_text));
    }

    fn add_with(
        &mut self,
        rule: Rule,
        at: Range<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
        fix_text: Option<Fix>,
    ) {
        let place = self.place_of(at);
        self.push(rule, place, message, fix, fix_text);
    }

    /// A finding without an edit, whose place is known already.
    pub fn add_at(&mut self, rule: Rule, place: Place, message: impl Into<String>, fix: impl Into<String>) {
        self.push(rule, place, message, fix, None);
    }

    fn push(
        &mut self,
        rule: Rule,
        (start, end): Place,
        message: impl Into<String>,
        fix: impl Into<String>,
        fix_text: Option<Fix>,
    ) {
        let Some(severity) = self.admit(rule) else { return };
        let (message, fix) = (one_line(&message.into()), one_line(&fix.into()));
        self.found.push(Finding { rule, severity, kind: self.kind, start, end, message, fix, fix_text });
    }

    /// Where some bytes of the text are.
    pub fn place_of(&self, at: Range<usize>) -> Place {
        (self.place(at.start), self.place(at.end.max(at.start)))
    }

    fn admit(&mut self, rule: Rule) -> Option<Severity> {
        let severity = self.rules.severity(rule)?;
        let count = self.counts.entry(rule).or_default();
        *count += 1;
        (*count <= MAX_PER_RULE).then_some(severity)
    }

    fn place(&self, at: usize) -> TextPosition {
        let (line, column) = self.lines.place(at);
        TextPosition { line, column }
    }

    /// All findings, by place.
    pub fn into_findings(mut self) -> Vec<Finding> {
        self.found.sort_by(|a, b| (a.start, a.rule, &a.message).cmp(&(b.start, b.rule, &b.message)));
        self.found.dedup();
        self.found
    }
}

/// What documents say is repeated in messages, so messages are cut, and control characters, which a terminal would obey,
/// become blanks.
fn one_line(text: &str) -> String {
    let mut line: String = text.chars().take(MAX_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        line.push('…');
    }
    line
}
