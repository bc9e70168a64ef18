//! The format of classifier guidelines: sections, labels, and what each of the three types requires.
//!
//! The rules are those of Plexus's own validator. Any line of `#`s and a text starts a section, at whatever level. Lines in
//! fenced code do not, though that validator takes them for headings: nobody means them.

use super::collector::Collector;
use super::rule::Rule;
use super::rules::labels::LabelSet;
use super::rules::placeholders;
use crate::model::outline::{Heading, headings};
use std::collections::HashSet;
use std::ops::Range;

/// Labels that stand for "cannot be judged".
const ABSTENTIONS: [&str; 6] = ["NA", "N/A", "Unknown", "Unclear", "Abstain", "Inconclusive"];

/// The three types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Binary,
    Abstaining,
    MultiClass,
}

/// A heading and what is below it.
struct MarkdownSection<'a> {
    heading: &'a str,
    at: Range<usize>,
    body: Range<usize>,
}

/// What the Classes section says.
struct ClassesSection<'a> {
    labels: Vec<&'a str>,
    at: Range<usize>,
    target: Option<&'a str>,
    default: Option<&'a str>,
    abstain: Option<&'a str>,
}

/// The labels that guidelines give, and where.
pub struct GuidelinesLabels {
    /// The valid labels and the abstain class.
    pub labels: LabelSet,
    /// Where they are listed.
    pub at: Range<usize>,
}

/// Every rule of guidelines. Guidelines that say nothing have no findings and no labels.
pub fn check(text: &str, collector: &mut Collector<'_>) -> Option<GuidelinesLabels> {
    for (at, word) in placeholders::placeholders(text) {
        placeholders::add(at, word, collector);
    }
    let sections = sections(text);
    let find = |heading: &str| sections.iter().rev().find(|section| section.heading == heading);
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    if find("Classes").is_none() && find("Objective").is_none() {
        let message = "these guidelines do not follow the format of classifier guidelines";
        collector.add(Rule::GuidelinesFormat, start..first_line(text), message, "begin with the sections Objective and Classes");
        return None;
    }
    if !text[start..].strip_prefix('#').is_some_and(|rest| rest.starts_with(char::is_whitespace)) {
        collector.add(
            Rule::GuidelinesTitle,
            start..first_line(text),
            "the first line is not a title",
            "begin with `# ` and the score's name",
        );
    }
    let Some(section) = find("Classes") else {
        let message = "there is no section Classes";
        collector.add(
            Rule::GuidelinesSection,
            start..first_line(text),
            message,
            "add `## Classes` with `Valid labels: [Yes, No]`",
        );
        return None;
    };
    let Some(classes) = classes(text, section) else {
        let message = "the section Classes lists no valid labels";
        collector.add(Rule::GuidelinesLabels, section.at.clone(), message, "add `- Valid labels: [Yes, No]`");
        return None;
    };
    let Some(kind) = kind(&classes) else {
        collector.add(Rule::GuidelinesLabels, classes.at.clone(), "a classifier needs two labels", "list every class");
        return None;
    };
    check_sections(kind, &classes, &sections, first_line(text), collector);
    check_classes(kind, &classes, collector);
    let labels = classes.labels.iter().chain(&classes.abstain).map(|label| (*label).to_owned()).collect();
    Some(GuidelinesLabels { labels, at: classes.at })
}

/// Where the first line ends.
fn first_line(text: &str) -> usize {
    text.lines().next().map_or(0, str::len)
}

fn sections(text: &str) -> Vec<MarkdownSection<'_>> {
    let found = headings(text);
    let ends: Vec<usize> = found.iter().skip(1).map(|(start, _)| *start).chain([text.len()]).collect();
    let section = |((start, Heading { title, .. }), end)| {
        let line = text[start..end].lines().next().unwrap_or_default();
        let body = text[start..end].find('\n').map_or(end, |at| start + at + 1);
        let sign = start + line.find('#').unwrap_or(0);
        MarkdownSection { heading: title, at: sign..start + line.len(), body: body..end }
    };
    found.into_iter().zip(ends).map(section).collect()
}

fn classes<'a>(text: &'a str, section: &MarkdownSection<'_>) -> Option<ClassesSection<'a>> {
    let body = &text[section.body.clone()];
    let found = body.find("Valid labels:")?;
    let rest = body[found..].strip_prefix("Valid labels:")?.trim_start();
    let list = rest.strip_prefix('[')?;
    let inner = &list[..list.find(']').filter(|end| *end > 0)?];
    let end = body.len() - list.len() + inner.len() + 1;
    let word = |key: &str| {
        let rest = body[body.find(key)? + key.len()..].trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    };
    Some(ClassesSection {
        labels: inner.split(',').map(str::trim).collect(),
        at: section.body.start + found..section.body.start + end,
        target: word("Target class:"),
        default: word("Default class:"),
        abstain: word("Abstain class:"),
    })
}

fn kind(classes: &ClassesSection<'_>) -> Option<Type> {
    let abstains = classes.abstain.is_some();
    match classes.labels.len() {
        0 | 1 => None,
        2 => Some(if abstains { Type::Abstaining } else { Type::Binary }),
        3 if abstains || classes.labels.iter().any(|label| ABSTENTIONS.contains(label)) => Some(Type::Abstaining),
        _ => Some(Type::MultiClass),
    }
}

fn check_sections(
    kind: Type,
    classes: &ClassesSection<'_>,
    sections: &[MarkdownSection<'_>],
    title_end: usize,
    collector: &mut Collector<'_>,
) {
    let required = required(kind, classes);
    let wanted: HashSet<&str> = required.iter().map(String::as_str).collect();
    let labels: HashSet<&str> = match kind {
        Type::Binary => ["Yes", "No"].into(),
        Type::Abstaining => ["Yes", "No", "NA"].into(),
        Type::MultiClass => classes.labels.iter().copied().collect(),
    };
    let there: HashSet<&str> = sections.iter().map(|section| section.heading).collect();
    for heading in required.iter().filter(|heading| !there.contains(heading.as_str())) {
        let message = format!("the section {heading:?} is missing");
        collector.add(Rule::GuidelinesSection, classes.at.clone(), message, format!("add `## {heading}`"));
    }
    for section in sections.iter().filter(|section| section.at.start > title_end) {
        if !wanted.contains(section.heading) && !is_optional(kind, &labels, section.heading) {
            let message = format!("{:?} is not a section of the format", section.heading);
            collector.add(
                Rule::GuidelinesHeading,
                section.at.clone(),
                message,
                "rename it, or move its text into a section of the format",
            );
        }
    }
}

fn required(kind: Type, classes: &ClassesSection<'_>) -> Vec<String> {
    let mut labels = classes.labels.clone();
    let mut lower: Vec<String> = labels.iter().map(|label| label.to_lowercase()).collect();
    lower.sort();
    if kind == Type::Binary && lower == ["no", "yes"] {
        labels = vec!["Yes", "No"];
    }
    let fixed = ["Definition of No", "Conditions for No", "Definition of NA", "Conditions for NA", "Definition of Yes"];
    let of_labels = labels.iter().flat_map(|label| [format!("Definition of {label}"), format!("Conditions for {label}")]);
    let sections: Vec<String> = if kind == Type::Abstaining { fixed.map(str::to_owned).into() } else { of_labels.collect() };
    ["Objective", "Classes"].map(str::to_owned).into_iter().chain(sections).collect()
}

fn is_optional(kind: Type, labels: &HashSet<&str>, heading: &str) -> bool {
    let clear = heading.strip_prefix("Clear ").and_then(|rest| rest.strip_suffix(" Cases"));
    let is_label = |text: &str| labels.contains(text);
    let is_pair = || heading.split_once(" vs ").is_some_and(|(a, b)| is_label(a) && is_label(b));
    ["Examples", "Boundary Cases"].contains(&heading)
        || clear.is_some_and(is_label)
        || kind == Type::MultiClass && (heading == "Boundary Conditions" || is_pair())
}

fn check_classes(kind: Type, classes: &ClassesSection<'_>, collector: &mut Collector<'_>) {
    let wanted = [
        ("Target class", classes.target, kind != Type::MultiClass),
        ("Default class", classes.default, kind != Type::MultiClass),
        ("Abstain class", classes.abstain, kind == Type::Abstaining),
    ];
    for (what, value, is_wanted) in wanted {
        match value {
            None if is_wanted => {
                let fix = format!("add `- {what}: …` to the section Classes");
                collector.add(Rule::GuidelinesClasses, classes.at.clone(), format!("there is no {what}"), fix);
            }
            Some(label) if what != "Abstain class" && !is_class(classes, label) => {
                let message = format!("the {what} {label:?} is not one of the valid labels");
                collector.add(Rule::GuidelinesClasses, classes.at.clone(), message, "name one of the valid labels");
            }
            _ => {}
        }
    }
}

/// A label, the first word of one (only one word is read), or the abstain class.
fn is_class(classes: &ClassesSection<'_>, label: &str) -> bool {
    classes.abstain == Some(label) || classes.labels.iter().any(|known| known.split(' ').next() == Some(label) || *known == label)
}
