//! What a check found: as text with the lines it is about, as JSON, SARIF 2.1.0, or annotations of GitHub workflows.

use super::rules;
use crate::check::{Finding, Rule, Severity, TextPosition};
use crate::cli::error::message;
use crate::cli::printable;
use crate::cli::roots::seen_from;
use crate::cli::text::plain;
use crate::cli::ui::{BOLD, CYAN, RED, Styler, columns};
use crate::engine::CheckedFile;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The most characters of a line that are shown; prompts can be long.
const MAX_LINE: usize = 120;

/// Where the page of the rules can be read; empty where the package names no place.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// A checked file with the path that is shown.
pub struct ShownFile {
    /// The file.
    pub file: CheckedFile,
    /// Relative to where the command runs if it is below, as editors and CI want it.
    pub path: String,
}

impl ShownFile {
    /// A file under `root`, as seen from `here`.
    pub fn new(file: CheckedFile, root: &Path, here: &Path) -> Self {
        let full: PathBuf = file.path.under(root);
        let path = seen_from(here, &full);
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        Self { file, path: if path.is_absolute() { path.display().to_string() } else { parts.join("/") } }
    }

    /// Why the file cannot be read, and from where on; nothing if it can.
    fn unreadable(&self) -> impl Iterator<Item = UnreadFile> {
        let unreadable = self.file.diagnostics.iter().filter(|one| one.finding().is_none());
        unreadable.map(|one| UnreadFile { place: one.start, reason: message(one) })
    }
}

/// Why a file cannot be read.
struct UnreadFile {
    place: Option<TextPosition>,
    reason: String,
}

impl UnreadFile {
    /// The path with the place, if there is one.
    fn at(&self, path: &str) -> String {
        self.place.map_or_else(|| path.to_owned(), |place| format!("{path}:{}:{}", place.line, place.column))
    }
}

/// `file:line:col: severity: message [code]`, the line with its place marked, and what to do.
pub fn text(styler: Styler, files: &[ShownFile]) -> String {
    let mut out = String::new();
    for shown in files {
        shown.file.findings().for_each(|finding| one(styler, shown, finding, &mut out));
        for one in shown.unreadable() {
            let place = styler.apply(BOLD, one.at(&plain(&shown.path)) + ":");
            let _ = writeln!(out, "{place} {} {}", styler.apply(RED.bold(), "error:"), plain(&one.reason));
        }
    }
    out
}

fn one(styler: Styler, shown: &ShownFile, finding: &Finding, out: &mut String) {
    let style = rules::style(finding.severity);
    let place = format!("{}:{}:{}:", plain(&shown.path), finding.start.line, finding.start.column);
    let word = styler.apply(style.bold(), format_args!("{}:", finding.severity.word()));
    let _ = writeln!(out, "{} {word} {} [{}]", styler.apply(BOLD, place), plain(&finding.message), finding.rule.code());
    if let Some((line, marks)) = shown.file.lines.get(&finding.start.line).and_then(|line| snippet(line, finding)) {
        let number = finding.start.line.to_string();
        let _ = writeln!(out, " {} {line}", styler.apply(CYAN, format_args!("{number} |")));
        let _ =
            writeln!(out, " {} {}", styler.apply(CYAN, format_args!("{:1$} |", "", number.len())), styler.apply(style, marks));
    }
    let _ = writeln!(out, "   {} {}", styler.apply(CYAN, "fix:"), plain(&finding.fix));
}

/// The line, cut to what fits, and the marks below it. A tab counts as one blank in both.
fn snippet(line: &str, finding: &Finding) -> Option<(String, String)> {
    let chars: Vec<char> = plain(&line.replace('\t', " ")).chars().collect();
    if chars.iter().all(|c| c.is_whitespace()) {
        return None;
    }
    let start = (finding.start.column - 1).min(chars.len());
    let end = if finding.end.line == finding.start.line { finding.end.column - 1 } else { chars.len() };
    let from = if start >= MAX_LINE { start - MAX_LINE / 4 } else { 0 };
    let to = chars.len().min(from + MAX_LINE);
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < chars.len() { "…" } else { "" });
    let line: String = chars[from..to].iter().collect();
    let indent: String = before.chars().map(|_| ' ').chain(chars[from..start].iter().filter_map(|&c| blank(c))).collect();
    let marks = "^".repeat(end.clamp(start + 1, to.max(start + 1)) - start);
    Some((format!("{before}{line}{after}"), format!("{indent}{marks}")))
}

/// As wide as `c` in a terminal, of letters of the same kind; nothing for an accent put on the letter before.
fn blank(c: char) -> Option<char> {
    match columns(c.encode_utf8(&mut [0; 4])) {
        0 => None,
        2 => Some('\u{3000}'),
        _ => Some(' '),
    }
}

/// Fields of the JSON document about so many checked files, of which these have findings.
pub fn json(checked: usize, files: &[ShownFile]) -> Value {
    let findings: Vec<Value> =
        files.iter().flat_map(|shown| shown.file.findings().map(|finding| json_finding(shown, finding))).collect();
    let unreadable = |shown: &ShownFile, one: UnreadFile| {
        let (line, column) = one.place.map(|place| (place.line, place.column)).unzip();
        json!({"file": shown.path, "line": line, "column": column, "message": one.reason})
    };
    let unreadable: Vec<Value> = files.iter().flat_map(|shown| shown.unreadable().map(|one| unreadable(shown, one))).collect();
    json!({ "files": checked, "findings": findings, "unreadable": unreadable })
}

fn json_finding(shown: &ShownFile, finding: &Finding) -> Value {
    json!({
        "code": finding.rule.code(),
        "severity": finding.severity.word(),
        "file": shown.path,
        "document": finding.kind.to_string(),
        "line": finding.start.line,
        "column": finding.start.column,
        "end_line": finding.end.line,
        "end_column": finding.end.column,
        "message": finding.message,
        "fix": finding.fix,
        "fixable": finding.fix_text.is_some(),
    })
}

/// A log of SARIF 2.1.0. Columns are in characters.
pub fn sarif(files: &[ShownFile]) -> String {
    let rules: Vec<Value> = Rule::ALL.iter().copied().map(sarif_rule).collect();
    let results: Vec<Value> =
        files.iter().flat_map(|shown| shown.file.findings().map(|finding| sarif_result(shown, finding))).collect();
    let notifications: Vec<Value> = files
        .iter()
        .flat_map(|shown| {
            let text = |one: UnreadFile| format!("{}: {}", one.at(&shown.path), one.reason);
            shown.unreadable().map(move |one| json!({"level": "error", "message": {"text": text(one)}}))
        })
        .collect();
    let driver = json!({"name": "scoresync", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": notifications.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    printable::json(format!("{log:#}\n"))
}

fn sarif_rule(rule: Rule) -> Value {
    let mut description = json!({
        "id": rule.code(),
        "shortDescription": {"text": rule.about()},
        "fullDescription": {"text": format!("{} {}", rule.about(), rule.why())},
        "help": {"text": rules::explanation(Styler::PLAIN, rule), "markdown": rules::markdown(rule)},
        "defaultConfiguration": {"level": level(rule.default_severity())},
    });
    if let Some(repository) = REPOSITORY.strip_prefix("https://") {
        description["helpUri"] = format!("https://{repository}/blob/HEAD/docs/reference/check-rules.md#{}", rule.code()).into();
    }
    description
}

fn sarif_result(shown: &ShownFile, finding: &Finding) -> Value {
    let index = Rule::ALL.iter().position(|rule| *rule == finding.rule);
    json!({
        "ruleId": finding.rule.code(),
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": {"text": format!("{}; {}", finding.message, finding.fix)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(&shown.path)},
            "region": {
                "startLine": finding.start.line,
                "startColumn": finding.start.column,
                "endLine": finding.end.line,
                "endColumn": finding.end.column,
            },
        }}],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a relative URI reference; an absolute one as a `file:` URI.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

/// Commands of a GitHub workflow: one annotation per finding.
pub fn github(files: &[ShownFile]) -> String {
    let mut out = String::new();
    for shown in files {
        let file = property(&shown.path);
        for one in shown.unreadable() {
            let place = one.place.map(|place| format!(",line={},col={}", place.line, place.column)).unwrap_or_default();
            let _ = writeln!(out, "::error file={file}{place},title=unreadable::{}", escaped(&one.reason));
        }
        for finding in shown.file.findings() {
            let command = if finding.severity == Severity::Info { "notice" } else { finding.severity.word() };
            let (start, end) = (finding.start, finding.end);
            // Columns count only within one line.
            let column = if end.line == start.line { format!(",endColumn={}", end.column) } else { String::new() };
            let place = format!("line={},endLine={},col={}{column}", start.line, end.line, start.column);
            let text = escaped(&format!("{}; {}", finding.message, finding.fix));
            let _ = writeln!(out, "::{command} file={file},{place},title={}::{text}", finding.rule.code());
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(property("a,b: 100%\n"), "a%2Cb%3A 100%25%0A");
        assert_eq!(escaped("a,b: 100%\r\n"), "a,b: 100%25%0D%0A");
        assert_eq!(uri("QA/Ünit [1].yaml"), "QA/%C3%9Cnit%20%5B1%5D.yaml");
        assert_eq!(uri("/QA/A"), "file:///QA/A");
    }

    #[test]
    fn marks_stand_below_what_they_mark() {
        let marked = |line: &str, column| {
            let place = |column| TextPosition { line: 1, column };
            let (start, end) = (place(column), place(column + 1));
            let rule = Rule::Template;
            let (severity, kind) = (rule.default_severity(), crate::model::DocKind::Code);
            let finding =
                Finding { rule, severity, kind, start, end, message: String::new(), fix: String::new(), fix_text: None };
            let (line, marks) = snippet(line, &finding).expect("it is shown");
            (columns(line.split('X').next().unwrap_or_default()), columns(&marks) - 1)
        };
        for before in ["", "\t", "caf\u{65}\u{301} ", "評価é: ", "\u{1b}[2J", "नमस्ते ", "ไม่ ", "😀 "] {
            let (wanted, found) = marked(&format!("{before}X"), before.chars().count() + 1);
            assert_eq!(wanted, found, "{before:?}");
        }
        let long = format!("{}X{}", "e\u{301}".repeat(200), "y".repeat(200));
        let (wanted, found) = marked(&long, 401);
        assert_eq!(wanted, found);
    }
}
