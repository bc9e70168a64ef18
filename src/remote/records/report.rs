//! `Report`, `ReportBlock` and `ReportConfiguration`: reports that were made, and what they are made of.

use super::reader::{Records, text};
use crate::model::{AccountId, PlexusReport, ReportPart, ReportTemplate};
use crate::remote::call::Call;
use crate::remote::documents::PAGE;
use crate::remote::lists::{ListRequest, read_list};
use crate::remote::types::RemoteError;
use crate::remote::wire::decode;
use serde::Deserialize;
use serde_json::{Value, json};

/// Configurations that are read of an account.
const MAX_TEMPLATES: usize = 10_000;
/// Parts that are read of a report.
const MAX_PARTS: usize = 500;
/// Lines of a part that are shown.
const PREVIEW_LINES: usize = 8;
/// And their length, in characters.
const PREVIEW_WIDTH: usize = 200;

impl Records {
    /// All report configurations of an account, without their texts.
    pub async fn report_templates(&self, account: &AccountId) -> Result<Vec<ReportTemplate>, RemoteError> {
        let decode = |row: Value| {
            let id = row["id"].as_str()?.to_owned();
            Some((id.clone(), ReportTemplate { id, name: row["name"].as_str()?.to_owned() }))
        };
        let request = ListRequest { name: "the list of report configurations", most: MAX_TEMPLATES, decode: &decode };
        let compose = |token: Option<&str>| templates(account, token);
        Ok(read_list(&self.client, &request, compose).await?.rows)
    }

    /// The newest `count` reports of an account, or of one configuration.
    pub async fn reports(
        &self,
        account: &AccountId,
        template: Option<&ReportTemplate>,
        count: usize,
    ) -> Result<Vec<PlexusReport>, RemoteError> {
        let request = ListRequest { name: "the list of reports", most: count, decode: &report };
        let compose = |token: Option<&str>| reports(account, template, count, token);
        Ok(read_list(&self.client, &request, compose).await?.rows)
    }

    /// A report of this account; none if there is no such report.
    pub async fn report(&self, account: &AccountId, id: &str) -> Result<Option<PlexusReport>, RemoteError> {
        let query = "query Report($id: ID!) { getReport(id: $id) { id accountId name reportConfigurationId createdAt } }";
        let row: Value = self.client.one(Call::single("Report", "getReport", query.to_owned(), json!({ "id": id }))).await?;
        // A key sees all accounts.
        Ok(Some(row).filter(|row| row["accountId"] == account.as_str()).and_then(report).map(|(_, report)| report))
    }

    /// The parts of a report in their order, each with the beginning of what it says.
    pub async fn report_parts(&self, report: &str) -> Result<Vec<ReportPart>, RemoteError> {
        let request = ListRequest { name: "the parts of the report", most: MAX_PARTS, decode: &part };
        let compose = |token: Option<&str>| parts(report, token);
        Ok(read_list(&self.client, &request, compose).await?.rows)
    }
}

fn templates(account: &AccountId, token: Option<&str>) -> Call {
    let query = format!(
        "query ReportConfigurations($account: String!, $token: String) {{ listReportConfigurationByAccountIdAndName(\
         accountId: $account, limit: {PAGE}, nextToken: $token) {{ items {{ id name }} nextToken }} }}"
    );
    let variables = json!({ "account": account, "token": token });
    Call::single("ReportConfigurations", "listReportConfigurationByAccountIdAndName", query, variables)
}

fn reports(account: &AccountId, template: Option<&ReportTemplate>, count: usize, token: Option<&str>) -> Call {
    let (name, argument, key) = match template {
        None => ("listReportByAccountIdAndUpdatedAt", "accountId", json!(account)),
        Some(template) => ("listReportByReportConfigurationIdAndCreatedAt", "reportConfigurationId", json!(template.id)),
    };
    let query = format!(
        "query Reports($key: String!, $token: String) {{ {name}({argument}: $key, sortDirection: DESC, limit: {count}, \
         nextToken: $token) {{ items {{ id name createdAt reportConfigurationId }} nextToken }} }}"
    );
    Call::single("Reports", name, query, json!({ "key": key, "token": token }))
}

fn parts(report: &str, token: Option<&str>) -> Call {
    let query = "query ReportBlocks($report: String!, $token: String) { listReportBlockByReportIdAndPosition(reportId: $report, \
                 sortDirection: ASC, limit: 100, nextToken: $token) { items { id type name error warning output attachedFiles } \
                 nextToken } }";
    let variables = json!({ "report": report, "token": token });
    Call::single("ReportBlocks", "listReportBlockByReportIdAndPosition", query.to_owned(), variables)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReportRow {
    id: Option<String>,
    name: Option<String>,
    report_configuration_id: Option<String>,
    created_at: Option<String>,
}

fn report(row: Value) -> Option<(String, PlexusReport)> {
    let row: ReportRow = decode(row).ok()?;
    let id = text(row.id)?;
    let report = PlexusReport {
        id: id.clone(),
        name: row.name.unwrap_or_default(),
        template: text(row.report_configuration_id),
        created_at: row.created_at?.parse().ok()?,
    };
    Some((id, report))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PartRow {
    id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    name: Option<String>,
    error: Option<String>,
    warning: Option<String>,
    output: Option<String>,
    attached_files: Option<Vec<Option<String>>>,
}

fn part(row: Value) -> Option<(String, ReportPart)> {
    let row: PartRow = decode(row).ok()?;
    let output = row.output.as_deref().unwrap_or_default();
    // A large output is put into a file; what is left names it.
    let compact = serde_json::from_str::<Value>(output).ok().filter(|output| output["output_compacted"] == true);
    let said = match &compact {
        Some(compact) => compact["preview"].as_str().unwrap_or_default(),
        None => output,
    };
    let attached = row.attached_files.unwrap_or_default().into_iter().flatten().next();
    let attachment = compact.as_ref().and_then(|compact| compact["output_attachment"].as_str()).map(str::to_owned);
    let part = ReportPart {
        kind: row.kind.unwrap_or_default(),
        name: text(row.name),
        error: text(row.error),
        warning: text(row.warning),
        preview: text(Some(preview(said))),
        attachment: attachment.or(attached),
    };
    Some((row.id?, part))
}

/// The first lines, without those that are comments of a program.
fn preview(output: &str) -> String {
    let lines = output.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("# "));
    let short = lines.take(PREVIEW_LINES).map(|line| line.chars().take(PREVIEW_WIDTH).collect::<String>());
    short.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    let (account, template) = (AccountId::from("a"), ReportTemplate { id: "r".into(), name: "Weekly".into() });
    vec![
        templates(&account, Some("t")),
        reports(&account, None, 20, None),
        reports(&account, Some(&template), 20, Some("t")),
        parts("r", Some("t")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(output: &Value) -> ReportPart {
        part(json!({"id": "b", "type": "FeedbackAnalysis", "output": output})).expect("a part").1
    }

    #[test]
    fn a_part_shows_its_beginning_and_names_where_the_rest_is() {
        let compact = json!({"status": "ok", "output_compacted": true, "preview": "agreement: 0.8", "output_attachment": "reportblocks/b/output-b.json"});
        let part = of(&json!(compact.to_string()));
        assert_eq!(part.preview.as_deref(), Some("agreement: 0.8"));
        assert_eq!(part.attachment.as_deref(), Some("reportblocks/b/output-b.json"));
        assert_eq!(of(&json!("# made by a program\nscores:\n- a: 1\n")).preview.as_deref(), Some("scores:\n- a: 1"));
        let long = "x".repeat(1000) + "\n";
        assert_eq!(of(&json!(long.repeat(100))).preview.expect("a preview").len(), PREVIEW_LINES * (PREVIEW_WIDTH + 1) - 1);
        assert_eq!(of(&Value::Null).preview, None);
    }
}
