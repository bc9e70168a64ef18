//! The rules of the check: as a list, and each one explained with its examples, as text, Markdown and JSON.

use super::table::beside;
use crate::check::{ExampleFile, Rule, Severity};
use crate::cli::ui::{BOLD, CYAN, RED, Styler, YELLOW, padded};
use anstyle::Style;
use serde_json::{Value, json};
use std::fmt::Write;

/// Columns of an explanation.
const WIDTH: usize = 80;

/// Each rule with its severity and what it requires, in lines of so many columns.
pub fn list(styler: Styler, columns: Option<usize>) -> String {
    let width = Rule::ALL.iter().map(|rule| rule.code().len()).max().unwrap_or_default();
    let line = |rule: &Rule| {
        let severity = rule.default_severity();
        let words = Severity::Warning.word().len();
        let word = styler.apply(style(severity), padded(severity.word(), words));
        let head = format!("{}  {word}  ", styler.apply(BOLD, padded(rule.code(), width)));
        beside(&head, width + words + 4, rule.about(), columns)
    };
    Rule::ALL.iter().map(line).collect()
}

/// How findings of a severity stand out.
pub fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Info => CYAN,
    }
}

/// What a rule requires, why, an example of either kind, and what to do.
pub fn explanation(styler: Styler, rule: Rule) -> String {
    let mut out = format!("{} ({})\n", styler.apply(BOLD, rule.code()), weight(rule));
    wrap(&mut out, "", rule.about());
    let mut part = |title: &str, body: &dyn Fn(&mut String)| {
        let _ = writeln!(out, "\n{}", styler.apply(BOLD, title));
        body(&mut out);
    };
    part("Why it matters", &|out| wrap(out, "  ", rule.why()));
    part("Bad", &|out| example(out, rule.bad_example()));
    part("Good", &|out| example(out, rule.good_example()));
    part("Fix", &|out| wrap(out, "  ", rule.fix()));
    out
}

/// The same for pages: the reference of rules is made of these.
pub fn markdown(rule: Rule) -> String {
    let (about, why, fix) = (rule.about(), rule.why(), rule.fix());
    let (bad, good) = (blocks(rule.bad_example()), blocks(rule.good_example()));
    format!("*{}.* {about}\n\n{why}\n\nBad:\n\n{bad}\nGood:\n\n{good}\nFix: {fix}\n", weight(rule))
}

/// Everything about a rule.
pub fn json(rule: Rule) -> Value {
    let files = |files: &[ExampleFile]| -> Vec<Value> {
        files.iter().map(|(name, text)| json!({ "file": name, "text": text })).collect()
    };
    json!({
        "code": rule.code(),
        "severity": rule.default_severity().word(),
        "blocks_push": rule.blocks_push(),
        "about": rule.about(),
        "why": rule.why(),
        "bad": files(rule.bad_example()),
        "good": files(rule.good_example()),
        "fix": rule.fix(),
    })
}

fn weight(rule: Rule) -> String {
    format!("{}{}", rule.default_severity().word(), if rule.blocks_push() { ", blocks a push" } else { "" })
}

/// The words of a text in lines that fit.
fn wrap(out: &mut String, indent: &str, text: &str) {
    let mut line = indent.to_owned();
    for word in text.split(' ') {
        if line.len() + word.len() >= WIDTH && line.len() > indent.len() {
            let _ = writeln!(out, "{}", line.trim_end());
            line.truncate(indent.len());
        }
        let _ = write!(line, "{word} ");
    }
    let _ = writeln!(out, "{}", line.trim_end());
}

/// The files of an example, with their names where there are several.
fn example(out: &mut String, files: &[ExampleFile]) {
    for (name, text) in files {
        if files.len() > 1 {
            let _ = writeln!(out, "  # {name}");
        }
        for line in text.lines() {
            let _ = writeln!(out, "{}", format!("  {line}").trim_end());
        }
    }
}

fn blocks(files: &[ExampleFile]) -> String {
    let mut out = String::new();
    for (name, text) in files {
        if files.len() > 1 {
            let _ = write!(out, "`{name}`\n\n");
        }
        let language = if name.ends_with(".md") { "markdown" } else { "yaml" };
        let fence = if text.contains("```") { "````" } else { "```" };
        let _ = write!(out, "{fence}{language}\n{text}{fence}\n\n");
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_fits_and_says_all() {
        for rule in Rule::ALL {
            let text = explanation(Styler::PLAIN, *rule);
            let prose = text.split("\nBad\n").next().unwrap_or_default();
            assert!(prose.lines().all(|line| line.chars().count() <= WIDTH), "{prose}");
            assert!(text.contains("\nGood\n") && text.contains("\nFix\n  "), "{text}");
        }
        assert_eq!(
            explanation(Styler::PLAIN, Rule::BadValue),
            "bad-value (error)\nA key with a fixed set of values has one of them.\n\nWhy it matters\n  Plexus knows no other value.\n\n\
             Bad\n  name: Tone\n  class: LangGraphScore\n  type: boolean\n\nGood\n  name: Tone\n  class: LangGraphScore\n  \
             type: binary\n\nFix\n  Use one of the values that the message lists.\n"
        );
    }
}
