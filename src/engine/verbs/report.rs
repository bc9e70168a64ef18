//! `report`: reports that Plexus made, and one of them in short.

use crate::engine::error::Halt;
use crate::engine::observe::catalog::account;
use crate::engine::session::Session;
use crate::model::{PlexusReport, ReportPart, ReportTemplate};

/// Reports that are listed.
const NEWEST: usize = 20;
/// What Plexus itself makes reports of that nobody configured.
const PROGRAMMATIC: &str = "Programmatic Reports";

/// What was asked for.
#[derive(Debug)]
pub enum Reports {
    /// The newest reports, with the configurations that they are made of.
    List {
        /// Newest first.
        reports: Vec<PlexusReport>,
        /// All of the account that people made.
        templates: Vec<ReportTemplate>,
    },
    /// One report.
    One {
        /// The report.
        report: PlexusReport,
        /// In their order.
        parts: Vec<ReportPart>,
    },
}

/// The newest reports; those of one configuration by its id or name, or one report by its id. Reports that programs made by
/// themselves are listed only if `programmatic`.
///
/// # Errors
/// Offline; nothing has this name; the dashboard cannot be asked.
pub async fn reports(session: &mut Session, word: Option<&str>, programmatic: bool) -> Result<Reports, Halt> {
    let (Some(records), Some(remote)) = (session.records.clone(), session.remote.clone()) else { return Err(Halt::Offline) };
    let account = account(session, &*remote).await?;
    let all = records.report_templates(&account).await?;
    let (hidden, templates): (Vec<ReportTemplate>, _) = all.into_iter().partition(|one| one.name == PROGRAMMATIC);
    let Some(word) = word else {
        // Most reports may be programmatic, so more of them are read than are told.
        let mut reports = records.reports(&account, None, if programmatic { NEWEST } else { 10 * NEWEST }).await?;
        reports
            .retain(|report| programmatic || report.template.as_deref().is_none_or(|id| hidden.iter().all(|one| one.id != id)));
        reports.truncate(NEWEST);
        return Ok(Reports::List { reports, templates });
    };
    let named = templates.iter().find(|one| one.id == word).or_else(|| templates.iter().find(|one| one.name == word)).cloned();
    if let Some(template) = named {
        let reports = records.reports(&account, Some(&template), NEWEST).await?;
        return Ok(Reports::List { reports, templates });
    }
    let Some(report) = records.report(&account, word).await? else { return Err(Halt::NoReport(word.to_owned())) };
    let parts = records.report_parts(&report.id).await?;
    Ok(Reports::One { report, parts })
}
