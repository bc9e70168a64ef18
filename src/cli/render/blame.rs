//! A document with where its lines come from.

use super::Clock;
use crate::cli::error::plain;
use crate::cli::ui::{DIM, Styler, YELLOW, columns, padded, start_of};
use crate::engine::{Blame, BlamedVersion};
use serde_json::{Map, Value, json};
use std::path::Path;

/// What is said of a line that no version has.
const LOCAL: &str = "not pushed";
/// The longest author that is shown whole.
const AUTHOR: usize = 20;
/// Digits of a commit, as of a version.
const COMMIT: usize = 8;

/// What a column says of a version.
type Column<'a> = Box<dyn Fn(&BlamedVersion) -> String + 'a>;

/// One line for each line: version, author, age, commit, number, text. Columns that nobody fills are left out.
pub fn text(styler: Styler, clock: &Clock, blame: &Blame) -> String {
    let told: [Column<'_>; 3] = [Box::new(author), Box::new(|version| clock.age(version.meta.created_at)), Box::new(commit)];
    let width = |of: &Column<'_>| blame.versions.values().map(|version| columns(&of(version))).max().unwrap_or(0);
    let widths = told.each_ref().map(width);
    let numbers = blame.lines.len().to_string().len();
    let mut text = String::new();
    for (at, line) in blame.lines.iter().enumerate() {
        let version = line.version.as_ref().and_then(|id| blame.versions.get(id));
        let mut about = match version {
            Some(one) => format!("{:10}", one.meta.id.short()),
            None => format!("{LOCAL:10}"),
        };
        for (column, width) in told.iter().zip(widths).filter(|(_, width)| *width > 0) {
            about += &format!("  {}", padded(&version.map(column).unwrap_or_default(), width));
        }
        let style = if version.is_some() { DIM } else { YELLOW };
        text += &format!("{}  {:>numbers$}  {}\n", styler.apply(style, about), at + 1, plain(&line.text.replace('\t', "    ")));
    }
    text
}

/// All of it as JSON fields.
pub fn fields(blame: &Blame, root: &Path) -> Value {
    let lines =
        blame.lines.iter().enumerate().map(|(at, line)| json!({ "line": at + 1, "version_id": line.version, "text": line.text }));
    let versions = blame.versions.iter().map(|(id, one)| {
        let about = json!({
            "author": one.meta.author(),
            "created_at": one.meta.created_at.to_string(),
            "note": one.meta.note,
            "commit": one.commit,
        });
        (id.to_string(), about)
    });
    let (lines, versions): (Vec<Value>, Map<String, Value>) = (lines.collect(), versions.collect());
    json!({ "path": blame.path.under(root).display().to_string(), "lines": lines, "versions": versions })
}

fn author(version: &BlamedVersion) -> String {
    start_of(&plain(&version.meta.author().unwrap_or_default()), AUTHOR)
}

fn commit(version: &BlamedVersion) -> String {
    plain(version.commit.as_deref().unwrap_or_default()).chars().take(COMMIT).collect()
}
