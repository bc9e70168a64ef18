//! Reports that Plexus made, and data sets that it built.

use super::ids::VersionId;
use jiff::Timestamp;

/// What a report is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTemplate {
    /// Identity.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A report that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlexusReport {
    /// Identity.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it was made of.
    pub template: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportPart {
    /// What made it: `FeedbackAnalysis`, …
    pub kind: String,
    /// Its name.
    pub name: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
    /// What was noticed.
    pub warning: Option<String>,
    /// The beginning of what it says.
    pub preview: Option<String>,
    /// Where the rest of it is kept, which cannot be read from here.
    pub attachment: Option<String>,
}

/// Labelled calls that a score can be evaluated over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSet {
    /// Identity.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// When it was built.
    pub created_at: Timestamp,
    /// Its file is there.
    pub is_built: bool,
    /// The data source that it was built from.
    pub source: Option<String>,
    /// That source has changed since.
    pub is_stale: bool,
    /// The champion at that time.
    pub version: Option<VersionId>,
}
