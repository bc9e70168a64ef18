//! The log of one score as a lineage, and of many scores day by day.

use super::graph::{Drawn, GraphNode, graph};
use super::relative_time::Clock;
use super::table::paragraph;
use super::view::View;
use super::{evaluation, fields, labels};
use crate::cli::links::Links;
use crate::cli::text::{counted, plain};
use crate::cli::ui::{BOLD, CYAN, DIM, GREEN, Styler, YELLOW, columns, middle_of, wrapped};
use crate::engine::{FileState, Log, LogEntry, Parentage, RecentVersion, ScoreLog, ScoresLog};
use crate::model::{ScoreId, SyncKind, VersionMeta};
use anstyle::Style;
use serde_json::{Value, json};
use std::path::Path;

/// The most columns of a note that are shown without `--verbose`.
const MAX_NOTE: usize = 100;

/// A log as text; evaluations count if they cover `least` items.
pub fn text(view: View<'_>, clock: &Clock, log: &Log, least: u64) -> String {
    match log {
        Log::Score(log) => lineage(view, clock, log, least),
        Log::Scores(log) => days(view, clock, log),
    }
}

/// Columns before a note in the list of many scores.
const NOTE_INDENT: usize = 9;
/// The fewest columns that the name of a score is shortened to.
const MIN_NAME: usize = 16;

/// A row beside the graph: the edits here, or a version.
enum LineageRow<'a> {
    Files(String),
    Version(&'a LogEntry),
}

impl<'a> LineageRow<'a> {
    fn version(&self) -> Option<&'a LogEntry> {
        match self {
            Self::Files(_) => None,
            Self::Version(version) => Some(version),
        }
    }

    fn glyph(&self) -> char {
        match self {
            Self::Files(_) => '@',
            Self::Version(version) if version.champion => '◆',
            Self::Version(_) => '○',
        }
    }
}

fn lineage(view: View<'_>, clock: &Clock, log: &ScoreLog, least: u64) -> String {
    let local = files_line(log).map(LineageRow::Files);
    let rows: Vec<LineageRow<'_>> = local.into_iter().chain(log.versions.iter().map(LineageRow::Version)).collect();
    let position = |is_it: &dyn Fn(&LogEntry) -> bool| rows.iter().position(|row| row.version().is_some_and(is_it));
    let parent_row = |row: &LineageRow<'_>| match row.version() {
        None => position(&|version| version.base),
        Some(LogEntry { origin: Parentage::Listed(parent), .. }) => position(&|version| version.id == *parent),
        Some(_) => None,
    };
    let nodes: Vec<GraphNode> = rows.iter().map(|row| GraphNode { glyph: row.glyph(), parent: parent_row(row) }).collect();
    let width = |drawn: &Drawn| drawn.head.chars().count().max(drawn.body.chars().count());
    let drawn = graph(&nodes);
    let mut text = paragraph(view, BOLD, &format!("{}/{}", log.score.scorecard, log.score.name));
    for (row, drawn) in rows.iter().zip(&drawn) {
        if let Some(skipped) = row.version().map(|version| version.skipped).filter(|skipped| *skipped > 0) {
            text += &format!("{}\n", view.styler.apply(DIM, format_args!("~  {} left out", counted(skipped, "version"))));
        }
        let width = width(drawn);
        let room = view.width.map_or(usize::MAX, |columns| columns.saturating_sub(width + 2));
        let lines = match row {
            LineageRow::Files(said) => flowing(view.styler, room, &[LinePart::new(said.clone(), YELLOW)]),
            LineageRow::Version(version) => lines(view, clock, log, (version, least), room),
        };
        for (at, line) in lines.iter().enumerate() {
            let beside = if at == 0 { &drawn.head } else { &drawn.body };
            text += &format!("{beside:width$}  {line}\n");
        }
        text.extend(drawn.joint.iter().map(|joint| format!("{joint}\n")));
    }
    if log.older > 0 {
        text += &format!("{}\n", view.styler.apply(DIM, format_args!("~  {} left out", counted(log.older, "older version"))));
    }
    if log.versions.is_empty() {
        text += "no versions\n";
    }
    text
}

/// A line for the files, where they differ from their base or cannot be compared with it.
fn files_line(log: &ScoreLog) -> Option<String> {
    Some(match log.files {
        FileState::None | FileState::AsBase => return None,
        FileState::Edited(changes) => {
            format!("{} edited here, not pushed", labels::documents(SyncKind::of(&log.score.id), changes))
        }
        FileState::Reformatted => "only the formatting of the code changed here".to_owned(),
        FileState::Deleted => "the code file was deleted here".to_owned(),
        FileState::Unknown => "files here; scoresync pull finds out which version they come from".to_owned(),
        FileState::Broken => "the files here cannot be read".to_owned(),
    })
}

/// Something that stands on a line behind others.
struct LinePart {
    text: String,
    style: Style,
    /// What stands before it, if something does.
    gap: &'static str,
}

impl LinePart {
    fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, gap: "  " }
    }
}

/// Parts one behind the other, in lines of `room` columns that are broken between words only.
fn flowing(styler: Styler, room: usize, parts: &[LinePart]) -> Vec<String> {
    let mut all = String::new();
    for part in parts {
        // Each word by itself, so that no colour goes on from one line to the next.
        let words: Vec<String> = part.text.split(' ').map(|word| styler.apply(part.style, word)).collect();
        all += if all.is_empty() { "" } else { part.gap };
        all += &words.join(" ");
    }
    wrapped(&all, room, room).iter().map(|line| line.trim_end().to_owned()).collect()
}

/// First which, what and by whom, then why, then what is wrong with its lineage, in lines of `room` columns.
fn lines(view: View<'_>, clock: &Clock, log: &ScoreLog, (version, least): (&LogEntry, u64), room: usize) -> Vec<String> {
    let id = plain(if view.verbose { version.id.as_str() } else { version.id.short() });
    let mut first = vec![LinePart::new(id, CYAN)];
    let marks = marks(log, version).into_iter().enumerate();
    first.extend(
        marks.map(|(at, (mark, style))| LinePart { gap: if at == 0 { "  " } else { ", " }, ..LinePart::new(mark, style) }),
    );
    let about = version.meta.as_ref().map(|meta| about(view, clock, meta, version, least)).filter(|about| !about.is_empty());
    first.extend(about.map(|about| LinePart::new(plain(&about), DIM)));
    let mut lines = flowing(view.styler, room, &first);
    lines.extend(version.meta.iter().filter_map(|meta| note(view, meta)).flat_map(|note| wrapped(&note, room, room)));
    let fault = lineage_fault(version).map(|fault| LinePart::new(plain(&fault), YELLOW));
    lines.extend(fault.into_iter().flat_map(|fault| flowing(view.styler, room, &[fault])));
    lines
}

fn marks(log: &ScoreLog, version: &LogEntry) -> Vec<(&'static str, Style)> {
    let files = match log.files {
        FileState::AsBase => "your files",
        _ => "base of your files",
    };
    let draft = if log.offline { "not champion" } else { "draft" };
    [
        (version.champion, "champion", GREEN),
        (version.former_champion, "former champion", DIM),
        (version.draft, draft, YELLOW),
        (version.base, files, BOLD),
        (version.fork, "fork", YELLOW),
    ]
    .into_iter()
    .filter_map(|(applies, mark, style)| applies.then_some((mark, style)))
    .collect()
}

fn about(view: View<'_>, clock: &Clock, meta: &VersionMeta, version: &LogEntry, least: u64) -> String {
    let when = clock.age_or_exact(meta.created_at, view.verbose);
    let commit = version.commit.as_ref().map(|commit| format!("commit {}", commit.get(..10).unwrap_or(commit)));
    let parts = [meta.author(), Some(when), commit, version.evaluation.as_ref().map(|one| evaluation::summary(one, least))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The note on one line; with `--verbose` all of it.
fn note(view: View<'_>, meta: &VersionMeta) -> Option<String> {
    let note = meta.note.as_deref()?.trim();
    let first = note.lines().next()?;
    let cut = if view.verbose { note.replace('\n', " ") } else { wrapped(first, MAX_NOTE, MAX_NOTE).swap_remove(0) };
    let more = if !view.verbose && cut.len() < note.len() { " …" } else { "" };
    Some(format!("{}{more}", plain(&cut)))
}

fn lineage_fault(version: &LogEntry) -> Option<String> {
    match &version.origin {
        Parentage::Root | Parentage::Listed(_) | Parentage::Unknown => None,
        Parentage::LeftOut(parent) => Some(format!("made from {}, left out here", parent.short())),
        Parentage::Foreign(parent) => Some(format!("made from {}, which is not a version of this score", parent.short())),
        Parentage::Circle(parent) if *parent == version.id => Some("made from itself, which cannot be".to_owned()),
        Parentage::Circle(parent) => {
            Some(format!("made from {}, which comes from it: the lineage runs in a circle", parent.short()))
        }
    }
}

fn days(view: View<'_>, clock: &Clock, log: &ScoresLog) -> String {
    let (mut text, mut day) = (String::new(), String::new());
    for version in &log.versions {
        let of = clock.day(version.meta.created_at);
        if of != day {
            text += &format!("{}{}\n", if day.is_empty() { "" } else { "\n" }, view.styler.apply(BOLD, &of));
            day = of;
        }
        text += &recent_line(view, clock, version);
    }
    let scores = counted(log.scores, "score");
    let last = match log.versions.len() {
        0 => format!("{scores}, no versions"),
        1 => format!("the newest version of {scores}"),
        count => format!("the {count} newest versions of {scores}"),
    };
    text + if log.versions.is_empty() { "" } else { "\n" } + &paragraph(view, Style::new(), &last)
}

fn recent_line(view: View<'_>, clock: &Clock, version: &RecentVersion) -> String {
    let room = view.width.map_or(usize::MAX, |width| width.saturating_sub(NOTE_INDENT));
    let marks = [
        (version.champion, "champion", GREEN),
        (version.former_champion, "former champion", DIM),
        (version.draft, "draft", YELLOW),
    ];
    let marks = marks.into_iter().filter(|(applies, ..)| *applies).map(|(_, mark, style)| LinePart::new(mark, style));
    let by = version.meta.author().map(|author| LinePart::new(plain(&author), DIM));
    let about: Vec<LinePart> = marks.chain(by).collect();
    let (id, mut score) = (plain(version.meta.id.short()), format!("{}/{}", plain(&version.scorecard), plain(&version.name)));
    if view.width.is_some() {
        let others: usize = about.iter().map(|part| columns(&part.text) + 2).sum();
        let beside = room.saturating_sub(columns(&id) + 2);
        // Where the name would be too short beside the others, these go on below.
        let most = if beside < others + MIN_NAME { beside } else { beside - others };
        score = middle_of(&score, most.max(1));
    }
    let parts: Vec<LinePart> = [LinePart::new(id, CYAN), LinePart::new(score, Style::new())].into_iter().chain(about).collect();
    let mut lines = flowing(view.styler, room, &parts);
    lines.extend(note(view, &version.meta).iter().flat_map(|note| wrapped(note, room, room)));
    let time = format!("  {}", clock.time(version.meta.created_at));
    let lines = lines.iter().enumerate();
    lines.map(|(at, line)| format!("{:NOTE_INDENT$}{line}\n", if at == 0 { time.as_str() } else { "" })).collect()
}

/// A log as JSON fields.
pub fn fields(log: &Log, root: &Path, links: &Links) -> Value {
    match log {
        Log::Score(log) => json!({
            "score": fields::identity(&log.score, root),
            "files": files_word(log.files),
            "offline": log.offline,
            "versions": log.versions.iter().map(|version| entry_fields(version, &log.score.id, links)).collect::<Vec<_>>(),
            "older": log.older,
        }),
        Log::Scores(log) => json!({
            "versions": log.versions.iter().map(|version| {
                let mut fields = fields::version(&version.meta);
                fields["score_id"] = version.score.as_str().into();
                fields["score"] = version.name.as_str().into();
                fields["scorecard"] = version.scorecard.as_str().into();
                fields["champion"] = version.champion.into();
                fields["base"] = version.base.into();
                fields["former_champion"] = version.former_champion.into();
                fields["draft"] = version.draft.into();
                fields["url"] = links.field(version.score.as_str(), Some(version.meta.id.as_str()));
                fields
            }).collect::<Vec<_>>(),
            "scores": log.scores,
            "unreadable": log.unreadable,
        }),
    }
}

fn files_word(files: FileState) -> &'static str {
    match files {
        FileState::None => "none",
        FileState::AsBase => "as base",
        FileState::Edited(_) => "edited",
        FileState::Reformatted => "reformatted",
        FileState::Deleted => "deleted",
        FileState::Unknown => "unknown base",
        FileState::Broken => "broken",
    }
}

fn entry_fields(version: &LogEntry, score: &ScoreId, links: &Links) -> Value {
    let mut fields = version.meta.as_ref().map_or_else(|| json!({}), fields::version);
    fields["version_id"] = version.id.as_str().into();
    fields["commit"] = version.commit.as_deref().into();
    fields["url"] = links.field(score.as_str(), Some(version.id.as_str()));
    for (name, applies) in [
        ("champion", version.champion),
        ("former_champion", version.former_champion),
        ("base", version.base),
        ("draft", version.draft),
        ("fork", version.fork),
    ] {
        fields[name] = applies.into();
    }
    fields["lineage"] = match &version.origin {
        Parentage::Root => "root",
        Parentage::Listed(_) | Parentage::LeftOut(_) => "known",
        Parentage::Foreign(_) => "foreign",
        Parentage::Circle(_) => "circle",
        Parentage::Unknown => "unknown",
    }
    .into();
    fields["evaluation"] = version.evaluation.as_ref().map_or(Value::Null, evaluation::fields);
    fields
}
