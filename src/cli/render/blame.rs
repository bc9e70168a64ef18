//! A document with where its lines come from.

use super::fields;
use super::relative_time::Clock;
use crate::cli::text::plain;
use crate::cli::ui::{DIM, Styler, YELLOW, columns, padded, start_of};
use crate::engine::{Blame, BlamedVersion};
use serde_json::{Map, Value, json};
use std::path::Path;

/// What is said of a line that no version has.
const NOT_PUSHED: &str = "not pushed";
/// The widest author that is shown whole, in terminal columns.
const MAX_AUTHOR: usize = 20;
/// Digits of a commit, as of a version.
const MAX_COMMIT: usize = 8;

/// What a column says of a version.
type Column<'a> = Box<dyn Fn(&BlamedVersion) -> String + 'a>;

/// One line for each line of the document: version, author, age, commit, number, text. Columns that nobody fills are left out.
pub fn text(styler: Styler, clock: &Clock, blame: &Blame) -> String {
    let about: [Column<'_>; 3] = [Box::new(author), Box::new(|version| clock.age(version.meta.created_at)), Box::new(commit)];
    let width = |of: &Column<'_>| blame.versions.values().map(|version| columns(&of(version))).max().unwrap_or(0);
    let widths = about.each_ref().map(width);
    let numbers = blame.lines.len().to_string().len();
    let mut text = String::new();
    for (at, line) in blame.lines.iter().enumerate() {
        let version = line.version.as_ref().and_then(|id| blame.versions.get(id));
        let mut heading = match version {
            Some(one) => format!("{:10}", one.meta.id.short()),
            None => format!("{NOT_PUSHED:10}"),
        };
        for (column, width) in about.iter().zip(widths).filter(|(_, width)| *width > 0) {
            heading += &format!("  {}", padded(&version.map(column).unwrap_or_default(), width));
        }
        let style = if version.is_some() { DIM } else { YELLOW };
        text += &format!("{}  {:>numbers$}  {}\n", styler.apply(style, heading), at + 1, plain(&line.text.replace('\t', "    ")));
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
    json!({ "path": fields::path(&blame.path, root), "lines": lines, "versions": versions })
}

fn author(version: &BlamedVersion) -> String {
    start_of(&plain(&version.meta.author().unwrap_or_default()), MAX_AUTHOR)
}

fn commit(version: &BlamedVersion) -> String {
    plain(version.commit.as_deref().unwrap_or_default()).chars().take(MAX_COMMIT).collect()
}
