//! Reports that Plexus made: a list, or one in short.

use super::relative_time::Clock;
use super::table::beside;
use super::view::View;
use crate::cli::text::{counted, plain, quoted};
use crate::cli::ui::{BOLD, DIM, RED, YELLOW, columns, padded};
use crate::engine::Reports;
use crate::model::{PlexusReport, ReportPart, ReportTemplate};
use serde_json::{Value, json};

/// A line for each report, or one report part by part.
pub fn text(view: View<'_>, clock: &Clock, found: &Reports) -> String {
    match found {
        Reports::List { reports, templates } => list(view, clock, reports, templates),
        Reports::One { report, parts } => one(view, clock, report, parts),
    }
}

fn list(view: View<'_>, clock: &Clock, reports: &[PlexusReport], templates: &[ReportTemplate]) -> String {
    let of = |report: &PlexusReport| {
        let template = templates.iter().find(|one| Some(&one.id) == report.template.as_ref());
        template.filter(|one| one.name != report.name).map(|one| format!("  {}", one.name)).unwrap_or_default()
    };
    let line = |report: &PlexusReport| {
        let when = padded(&clock.age_or_exact(report.created_at, view.verbose), 14);
        let which = format!("{}{}  {}", report.name, of(report), report.id);
        beside(&format!("  {when}  "), columns(&when) + 4, &plain(&which), view.width)
    };
    let gap = if reports.is_empty() { "" } else { "\n" };
    let text: String = reports.iter().map(line).collect();
    format!("{text}{gap}{}, {}\n", counted(reports.len(), "report"), counted(templates.len(), "configuration"))
}

fn one(view: View<'_>, clock: &Clock, report: &PlexusReport, parts: &[ReportPart]) -> String {
    let styler = view.styler;
    let mut text =
        format!("{}  {}\n", styler.apply(BOLD, plain(&report.name)), clock.age_or_exact(report.created_at, view.verbose));
    for part in parts {
        let name = part.name.as_deref().filter(|name| *name != part.kind).map(|name| format!("  {name}")).unwrap_or_default();
        text += &format!("\n{}{}\n", styler.apply(BOLD, plain(&part.kind)), plain(&name));
        part.error.iter().for_each(|error| text += &format!("  {}\n", styler.apply(RED, plain(error))));
        part.warning.iter().for_each(|warning| text += &format!("  {}\n", styler.apply(YELLOW, plain(warning))));
        part.preview.iter().flat_map(|preview| preview.lines()).for_each(|line| text += &format!("  {}\n", plain(line)));
        part.attachment.iter().for_each(|key| text += &format!("  {}\n", styler.apply(DIM, format!("in full: {}", plain(key)))));
    }
    text
}

/// How to make one.
pub fn help(found: &Reports) -> Option<String> {
    match found {
        Reports::List { templates, .. } => {
            let template = templates.first()?;
            Some(format!("plexus report run --config {}    # makes a report", quoted(&plain(&template.name))))
        }
        Reports::One { .. } => None,
    }
}

/// All of it as JSON fields.
pub fn json(found: &Reports) -> Value {
    let fields = |report: &PlexusReport| json!({ "id": report.id, "name": report.name, "configuration_id": report.template, "created_at": report.created_at.to_string() });
    match found {
        Reports::List { reports, templates } => json!({
            "reports": reports.iter().map(fields).collect::<Vec<_>>(),
            "configurations": templates.iter().map(|one| json!({ "id": one.id, "name": one.name })).collect::<Vec<_>>(),
        }),
        Reports::One { report, parts } => {
            let part = |part: &ReportPart| {
                json!({
                    "type": part.kind, "name": part.name, "error": part.error, "warning": part.warning,
                    "preview": part.preview, "attachment": part.attachment,
                })
            };
            json!({ "report": fields(report), "parts": parts.iter().map(part).collect::<Vec<_>>() })
        }
    }
}
