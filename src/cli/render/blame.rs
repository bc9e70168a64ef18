//! A document with where its lines come from.

use crate::cli::error::plain;
use crate::cli::ui::{DIM, Paint, YELLOW};
use crate::engine::{Blame, BlamedVersion};
use serde_json::{Map, Value, json};
use std::path::Path;

/// What is said of a line that no version has.
const LOCAL: &str = "not pushed";
/// The longest author that is shown whole.
const AUTHOR: usize = 20;
/// Digits of a commit, as of a version.
const COMMIT: usize = 8;

/// One line for each line: version, author, day, commit, number, text. Columns that nobody fills are left out.
pub fn text(paint: Paint, blame: &Blame) -> String {
    let widest = |of: fn(&BlamedVersion) -> String| blame.versions.values().map(|one| of(one).chars().count()).max().unwrap_or(0);
    let (authors, commits) = (widest(author), widest(commit));
    let numbers = blame.lines.len().to_string().len();
    let mut text = String::new();
    for (at, line) in blame.lines.iter().enumerate() {
        let version = line.version.as_ref().and_then(|id| blame.versions.get(id));
        let mut about = match version {
            Some(one) => format!("{:10}", one.meta.id.short()),
            None => format!("{LOCAL:10}"),
        };
        let said = |of: fn(&BlamedVersion) -> String| version.map(of).unwrap_or_default();
        if authors > 0 {
            about += &format!("  {:authors$}", said(author));
        }
        about += &format!("  {:10}", said(day));
        if commits > 0 {
            about += &format!("  {:commits$}", said(commit));
        }
        let style = if version.is_some() { DIM } else { YELLOW };
        text += &format!("{}  {:>numbers$}  {}\n", paint.with(style, about), at + 1, plain(&line.text.replace('\t', "    ")));
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
    plain(&version.meta.author().unwrap_or_default()).chars().take(AUTHOR).collect()
}

fn day(version: &BlamedVersion) -> String {
    version.meta.created_at.strftime("%Y-%m-%d").to_string()
}

fn commit(version: &BlamedVersion) -> String {
    plain(version.commit.as_deref().unwrap_or_default()).chars().take(COMMIT).collect()
}
