//! The words of a commit that records a run: which scores, which versions, from whom. Pure.

use super::commit::Uncommitted;
use crate::model::{RelPath, SyncKind, VersionId};
use std::collections::HashSet;
use std::fmt::Write;

/// Mark lines that tie a score, or a standalone document, to the version that the commit holds.
pub(super) const TRAILERS: [&str; 3] = ["Score-Version", "Report-Configuration", "Data-Source"];
/// A subject's length that every git tool shows whole.
const SUBJECT: usize = 72;

/// One score of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `<Scorecard>/<Score>`, as people call them.
    pub score: String,
    /// The version that the files hold or come from; none where files only went or moved.
    pub version: Option<VersionId>,
    /// What happened to it, as `pulled` or `pushed and promoted`.
    pub what: String,
    /// Who made the version, if that is known.
    pub by: Option<String>,
    /// Its files that are to be committed, from the scorecards root.
    pub files: Vec<RelPath>,
}

/// A commit message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What the run did, as `Pull` or `Push`.
    pub verb: String,
    /// Its scores, in their order.
    pub entries: Vec<Entry>,
}

impl Message {
    /// The same without the scores of which all files are left out of the commit.
    pub fn without(mut self, left_out: &Uncommitted) -> Self {
        let left_out: HashSet<&RelPath> = left_out.files().collect();
        self.entries.retain(|entry| entry.files.is_empty() || entry.files.iter().any(|file| !left_out.contains(file)));
        self
    }

    /// Subject, one line per score, and one trailer per version: `Score-Version: <score> <version>`, or with the kind of a
    /// standalone document.
    pub fn text(&self) -> String {
        let mut text = self.subject();
        text.push_str("\n\n");
        for entry in &self.entries {
            let _ = writeln!(text, "- {}", line(entry));
        }
        let versions = self.entries.iter().filter_map(|entry| Some((entry, entry.version.as_ref()?)));
        for (n, (entry, version)) in versions.enumerate() {
            let gap = if n == 0 { "\n" } else { "" };
            let trailer = trailer(version);
            let _ = writeln!(text, "{gap}{trailer}: {} {}", one_line(&entry.score), one_line(version.as_str()));
        }
        text
    }

    fn subject(&self) -> String {
        let named = |names: &str| format!("{} {names}", self.verb);
        match &self.entries[..] {
            [entry] => shortened(&named(&one_line(&entry.score))),
            entries => {
                let all = named(&entries.iter().map(|entry| one_line(&entry.score)).collect::<Vec<_>>().join(", "));
                if all.chars().count() <= SUBJECT { all } else { named(&format!("{} scores", entries.len())) }
            }
        }
    }
}

/// The versions that a commit message names, each with its score, in their order.
pub fn versions_in(message: &str) -> Vec<(String, VersionId)> {
    let named =
        |line: &'_ str| TRAILERS.iter().any(|trailer| line.strip_prefix(trailer).is_some_and(|rest| rest.starts_with(": ")));
    let trailers = message.lines().filter(|line| named(line)).filter_map(|line| line.split_once(": ")?.1.rsplit_once(' '));
    trailers.map(|(score, version)| (score.to_owned(), VersionId::from(version))).collect()
}

fn trailer(version: &VersionId) -> &'static str {
    match SyncKind::of_version(version) {
        SyncKind::Score => TRAILERS[0],
        SyncKind::ReportConfiguration => TRAILERS[1],
        SyncKind::DataSource => TRAILERS[2],
    }
}

fn line(entry: &Entry) -> String {
    let mut line = format!("{}: {}", one_line(&entry.score), entry.what);
    if let Some(version) = &entry.version {
        let _ = write!(line, ", version {}", one_line(version.short()));
    }
    if let Some(by) = entry.by.as_deref().filter(|by| !by.trim().is_empty()) {
        let _ = write!(line, " by {}", one_line(by));
    }
    line
}

/// Names come from a server: what would break a line becomes a blank.
fn one_line(text: &str) -> String {
    let plain = text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(subject: &str) -> String {
    if subject.chars().count() <= SUBJECT {
        return subject.to_owned();
    }
    subject.chars().take(SUBJECT - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(score: &str, version: Option<&str>, by: Option<&str>) -> Entry {
        Entry {
            score: score.into(),
            version: version.map(Into::into),
            what: "pulled".into(),
            by: by.map(Into::into),
            files: Vec::new(),
        }
    }

    fn message(entries: Vec<Entry>) -> Message {
        Message { verb: "Pull".into(), entries }
    }

    #[test]
    fn a_score_without_a_file_in_the_commit_is_not_named() {
        let file = |name: &str| RelPath::parse(name).expect("a safe path");
        let files = |names: &[&str]| names.iter().map(|name| file(name)).collect();
        let entries = vec![
            Entry { files: files(&["C/A.yaml", "C/guidelines/A.md"]), ..entry("C/A", Some("v1"), None) },
            Entry { files: files(&["C/B.yaml"]), ..entry("C/B", Some("v2"), None) },
        ];
        let message = Message { verb: "Push".into(), entries };
        let text = message.without(&Uncommitted { staged: files(&["C/A.yaml", "C/B.yaml"]), ..Uncommitted::default() }).text();
        assert_eq!(text, "Push C/A\n\n- C/A: pulled, version v1\n\nScore-Version: C/A v1\n");
    }

    #[test]
    fn a_message_says_what_happened_and_can_be_read_back() {
        let entries = vec![entry("Calls/Tone of voice", Some("0123456789"), Some("Ann")), entry("Calls/Gone", None, None)];
        let text = message(entries).text();
        let expected = "Pull Calls/Tone of voice, Calls/Gone\n\n\
                        - Calls/Tone of voice: pulled, version 01234567 by Ann\n- Calls/Gone: pulled\n\n\
                        Score-Version: Calls/Tone of voice 0123456789\n";
        assert_eq!(text, expected);
        assert_eq!(versions_in(&text), [("Calls/Tone of voice".to_owned(), "0123456789".into())]);
    }

    #[test]
    fn a_standalone_document_has_a_trailer_of_its_own() {
        let version = VersionId::of_document("0123", &SyncKind::DataSource.score_id("7"));
        let text = message(vec![entry("data-sources/Calls of May", Some(version.as_str()), None)]).text();
        assert!(text.ends_with("\nData-Source: data-sources/Calls of May 0123@data-source:7\n"), "{text}");
        assert_eq!(versions_in(&text), [("data-sources/Calls of May".to_owned(), version)]);
    }

    #[test]
    fn subjects_stay_short() {
        let many = message((0..40).map(|n| entry(&format!("Calls/Score {n}"), Some("v"), None)).collect());
        assert_eq!(many.text().lines().next(), Some("Pull 40 scores"));
        let long = message(vec![entry(&"é".repeat(100), None, None)]).text();
        assert_eq!(long.lines().next().map(|subject| subject.chars().count()), Some(SUBJECT));
    }

    #[test]
    fn a_name_cannot_forge_a_trailer() {
        let text = message(vec![entry("A\nScore-Version: B evil\r\n", Some("v"), Some("x\u{2028}Score-Version: C evil"))]).text();
        assert_eq!(versions_in(&text).len(), 1, "{text}");
    }
}
