//! `scoresync.yaml`: the settings of a workspace that are committed with it. It holds no secrets; unknown keys are errors.

use super::error::SettingsError;
use super::yaml::{SettingNode, YamlFile};
use crate::check::{Rule, RuleSet, Severity};
use crate::model::{PushWhen, SyncKind, TaskWhen, suggest};
use crate::plan::Gate;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Name of the file, in the workspace's top folder.
pub const PROJECT_FILE: &str = "scoresync.yaml";
/// Most requests at once that may be asked for.
pub(super) const MOST_CONCURRENCY: usize = 64;
/// Most runs of history that may be asked for.
pub(super) const MOST_RUNS: usize = 100_000;
/// Every top-level key of the file.
pub const PROJECT_KEYS: [&str; 14] = [
    "scorecards",
    "documents",
    "root",
    "concurrency",
    "history",
    "push",
    "promote",
    "git",
    "check",
    "watch",
    "tasks",
    "api_url",
    "account_key",
    "app_url",
];
pub(super) const WATCH_KEYS: [&str; 3] = ["push", "promote", "quiet"];
pub(super) const PROMOTE_KEYS: [&str; 5] = ["require_evaluation", "min_items", "min_accuracy", "min_ac1", "no_regression"];

/// The settings among which one of this name was looked for, each with its section.
pub fn settings_beside(key: &str) -> Vec<String> {
    let within = |section: &str, keys: &[&str]| keys.iter().map(|key| format!("{section}.{key}")).collect();
    match key.split_once('.') {
        Some((section @ "watch", _)) => within(section, &WATCH_KEYS),
        Some((section @ "promote", _)) => within(section, &PROMOTE_KEYS),
        Some((section @ "history", _)) => within(section, &["keep_runs"]),
        Some((section @ "push", _)) => within(section, &["note"]),
        Some((section @ "git", _)) => within(section, &["commit"]),
        Some(("check", "rules")) => within("check", &["rules"]),
        Some(("check", _)) => Rule::ALL.iter().map(|rule| format!("check.rules.{}", rule.code())).collect(),
        _ => PROJECT_KEYS.map(str::to_owned).into(),
    }
}

/// Most items that an evaluation may be asked to cover.
pub(super) const MOST_ITEMS: usize = 1_000_000;
/// The longest that a watcher may be told to wait.
pub(super) const LONGEST_QUIET: Duration = Duration::from_secs(3600);

/// What the file says; none where a key is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Project {
    pub path: PathBuf,
    pub scorecards: Option<Vec<String>>,
    pub documents: Option<Vec<SyncKind>>,
    pub root: Option<String>,
    pub concurrency: Option<usize>,
    pub keep_runs: Option<usize>,
    pub note: Option<String>,
    pub commit: Option<bool>,
    pub rules: Option<RuleSet>,
    pub watch: WatchSettings,
    pub tasks: Option<TaskWhen>,
    pub gate: Option<Gate>,
    pub api_url: Option<String>,
    pub account_key: Option<String>,
    pub app_url: Option<String>,
}

/// What the file says about following a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WatchSettings {
    pub push: Option<PushWhen>,
    pub promote: Option<bool>,
    pub quiet: Option<Duration>,
}

impl Project {
    /// Reads the file's text; any key it does not know is an error.
    pub fn parse(path: &Path, text: &str) -> Result<Self, SettingsError> {
        let mut project = Self { path: path.to_owned(), ..Self::default() };
        let file = YamlFile::read(path, text)?;
        for (key, at, value) in file.root().entries()? {
            match key {
                "scorecards" => project.scorecards = Some(value.texts()?),
                "documents" => project.documents = Some(documents(&value)?),
                "root" => project.root = Some(value.text()?),
                "concurrency" => project.concurrency = Some(value.count(MOST_CONCURRENCY)?),
                "history" => project.keep_runs = nested(&value, "history", "keep_runs", |value| value.count(MOST_RUNS))?,
                "push" => project.note = nested(&value, "push", "note", SettingNode::text)?,
                "promote" => project.gate = Some(gate(&value)?),
                "git" => project.commit = nested(&value, "git", "commit", SettingNode::switch)?,
                "check" => project.rules = nested(&value, "check", "rules", rules)?,
                "watch" => project.watch = watch(&value)?,
                "tasks" => project.tasks = Some(task_when(&value)?),
                "api_url" => project.api_url = Some(value.text()?),
                "account_key" => project.account_key = Some(value.text()?),
                "app_url" => project.app_url = Some(value.text()?),
                "api_key" => return Err(SettingsError::SecretInProject { place: at.position() }),
                _ => return Err(unknown(&at, key.to_owned(), suggest(key, PROJECT_KEYS).map(str::to_owned))),
            }
        }
        Ok(project)
    }
}

/// The only key of a nested mapping.
fn nested<'a, T>(
    node: &SettingNode<'a>,
    parent: &str,
    only: &str,
    read: impl Fn(&SettingNode<'a>) -> Result<T, SettingsError>,
) -> Result<Option<T>, SettingsError> {
    let mut found = None;
    for (key, at, value) in node.entries()? {
        if key != only {
            return Err(unknown(&at, format!("{parent}.{key}"), Some(format!("{parent}.{only}"))));
        }
        found = Some(read(&value)?);
    }
    Ok(found)
}

fn watch(node: &SettingNode<'_>) -> Result<WatchSettings, SettingsError> {
    let mut watch = WatchSettings::default();
    for (key, at, value) in node.entries()? {
        match key {
            "push" => watch.push = Some(push_when(&value)?),
            "promote" => watch.promote = Some(value.switch()?),
            "quiet" => watch.quiet = Some(value.duration(LONGEST_QUIET)?),
            _ => {
                let near = suggest(key, WATCH_KEYS).map(|near| format!("watch.{near}"));
                return Err(unknown(&at, format!("watch.{key}"), near));
            }
        }
    }
    Ok(watch)
}

/// What must have been measured of a version before it is promoted.
fn gate(node: &SettingNode<'_>) -> Result<Gate, SettingsError> {
    let mut gate = Gate::default();
    for (key, at, value) in node.entries()? {
        match key {
            "require_evaluation" => gate.require_evaluation = value.switch()?,
            "min_items" => gate.min_items = Some(value.count(MOST_ITEMS)? as u64),
            "min_accuracy" => gate.min_accuracy = Some(value.number(0.0, 100.0)?),
            "min_ac1" => gate.min_ac1 = Some(value.number(-1.0, 1.0)?),
            "no_regression" => gate.no_regression = Some(value.number(0.0, 100.0)?),
            _ => {
                let near = suggest(key, PROMOTE_KEYS).map(|near| format!("promote.{near}"));
                return Err(unknown(&at, format!("promote.{key}"), near));
            }
        }
    }
    Ok(gate)
}

/// Standalone documents that are synced, by the names of their folders.
fn documents(node: &SettingNode<'_>) -> Result<Vec<SyncKind>, SettingsError> {
    let words = node.texts()?;
    let kinds: Option<BTreeSet<SyncKind>> = words.iter().map(|word| SyncKind::parse(word)).collect();
    kinds.map(|kinds| kinds.into_iter().collect()).ok_or_else(|| node.expected("a list of report-configurations, data-sources"))
}

fn push_when(node: &SettingNode<'_>) -> Result<PushWhen, SettingsError> {
    match node.text()?.as_str() {
        "on-idle" => Ok(PushWhen::OnIdle),
        "on-commit" => Ok(PushWhen::OnCommit),
        "manual" => Ok(PushWhen::Manual),
        "never" => Ok(PushWhen::Never),
        _ => Err(node.expected("on-idle, on-commit, manual or never")),
    }
}

fn task_when(node: &SettingNode<'_>) -> Result<TaskWhen, SettingsError> {
    TaskWhen::parse(&node.text()?).ok_or_else(|| node.expected("never or long"))
}

/// Severities by the code of a rule.
fn rules(node: &SettingNode<'_>) -> Result<RuleSet, SettingsError> {
    let mut rules = RuleSet::default();
    for (code, at, value) in node.entries()? {
        let in_full = |code: &str| format!("check.rules.{code}");
        let rule =
            Rule::from_code(code).map_err(|error| unknown(&at, in_full(code), error.suggestion.as_deref().map(in_full)))?;
        let severity = match value.text()?.as_str() {
            "off" => None,
            "info" => Some(Severity::Info),
            "warning" => Some(Severity::Warning),
            "error" => Some(Severity::Error),
            _ => return Err(value.expected("off, info, warning or error")),
        };
        rules.set(rule, severity);
    }
    Ok(rules)
}

fn unknown(at: &SettingNode<'_>, key: String, suggestion: Option<String>) -> SettingsError {
    SettingsError::UnknownKey { place: at.position(), key, suggestion }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Project, String> {
        Project::parse(Path::new("scoresync.yaml"), text).map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn every_key_is_read() {
        let text = "\u{feff}# ours\nscorecards:\n  - Quality Assurance\n  - 1039\ndocuments: [data-sources]\nroot: cards\nconcurrency: 4\nhistory:\n  keep_runs: 20\n\
                    push: {note: edited}\ngit: {commit: true}\ncheck: {rules: {stamp: off, template: error}}\n\
                    watch: {push: on-commit, promote: true, quiet: 1500ms}\ntasks: long\napi_url: file:registry.db\naccount_key: acme\n\
                    app_url: https://x.example\n";
        let project = parse(text).expect("a good file");
        assert_eq!(project.scorecards.as_deref(), Some(&["Quality Assurance".to_owned(), "1039".to_owned()][..]));
        assert_eq!(project.documents.as_deref(), Some(&[SyncKind::DataSource][..]));
        assert_eq!((project.root.as_deref(), project.concurrency, project.keep_runs), (Some("cards"), Some(4), Some(20)));
        assert_eq!((project.note.as_deref(), project.api_url.as_deref()), (Some("edited"), Some("file:registry.db")));
        assert_eq!(project.app_url.as_deref(), Some("https://x.example"));
        assert_eq!((project.account_key.as_deref(), project.commit), (Some("acme"), Some(true)));
        assert_eq!(project.tasks, Some(TaskWhen::Long));
        let quiet = Some(Duration::from_millis(1500));
        assert_eq!(project.watch, WatchSettings { push: Some(PushWhen::OnCommit), promote: Some(true), quiet });
        let rules = project.rules.expect("given");
        assert_eq!((rules.severity(Rule::Stamp), rules.severity(Rule::Template)), (None, Some(Severity::Error)));
    }

    #[test]
    fn an_empty_file_says_nothing() {
        for empty in ["", "# only a comment\n", "---\n", "~\n"] {
            let silent = Project { path: "scoresync.yaml".into(), ..Project::default() };
            assert_eq!(parse(empty), Ok(silent), "{empty:?}");
        }
    }

    #[test]
    fn a_mapping_of_which_all_lines_are_comments_says_nothing() {
        for empty in ["watch:\n  # quiet: 2m\n", "push:\n", "check:\n  rules:\n  # stamp: off\n", "git: ~\n", "history: null\n"] {
            let silent = Project { path: "scoresync.yaml".into(), ..Project::default() };
            let found = parse(empty)
                .map(|project| Project { rules: project.rules.filter(|rules| *rules != RuleSet::default()), ..project });
            assert_eq!(found, Ok(silent), "{empty:?}");
        }
        assert_eq!(parse("promote:\n  # min_items: 5\n").map(|project| project.gate), Ok(Some(Gate::default())));
    }

    #[test]
    fn a_null_in_quotes_is_a_text() {
        for name in ["null", "~", "Null"] {
            let project = parse(&format!("account_key: '{name}'\nscorecards: [\"{name}\"]\n")).expect("texts");
            assert_eq!((project.account_key.as_deref(), project.scorecards), (Some(name), Some(vec![name.to_owned()])));
            assert!(parse(&format!("account_key: {name}\n")).is_err(), "{name}");
        }
        for blank in ["", " ", "\t"] {
            assert!(
                parse(&format!("account_key: \"{blank}\"\n")).is_err() && parse(&format!("scorecards: [\"{blank}\"]\n")).is_err()
            );
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, place, word) in [
            ("root: a\nscorecard: [x]\n", "line: 2, column: 1", "Some(\"scorecards\")"),
            ("push:\n  notes: x\n", "line: 2, column: 3", "Some(\"push.note\")"),
            ("check: {rules: {stmp: off}}\n", "line: 1, column: 17", "Some(\"check.rules.stamp\")"),
            ("check: {rules: {stamp: never}}\n", "line: 1, column: 24", "off, info, warning or error"),
            ("editor: vim\n", "line: 1, column: 1", "suggestion: None"),
            ("root: a\napi_key: da2-secret\n", "line: 2, column: 1", "SecretInProject"),
            ("git: {commit: maybe}\n", "line: 1, column: 15", "true or false"),
            ("watch: {push: sometimes}\n", "line: 1, column: 15", "on-idle, on-commit, manual or never"),
            ("tasks: always\n", "line: 1, column: 8", "never or long"),
            ("watch: {quiets: 5s}\n", "line: 1, column: 9", "Some(\"watch.quiet\")"),
            ("watch: {quiet: 5}\n", "line: 1, column: 16", "such as 500ms, 5s or 2m"),
            ("watch: {quiet: 2h}\n", "line: 1, column: 16", "such as 500ms, 5s or 2m"),
            ("concurrency: many\n", "line: 1, column: 14", "a whole number from 1 to 64"),
            ("concurrency: 0\n", "line: 1, column: 14", "a whole number"),
            ("scorecards: A\n", "line: 1, column: 13", "a list"),
            ("watch: 5s\n", "line: 1, column: 8", "`key: value` lines"),
            ("documents: [scores]\n", "line: 1, column: 12", "report-configurations, data-sources"),
            ("scorecards:\n- [a]\n", "line: 2, column: 3", "a text"),
            ("- root\n", "line: 1, column: 1", "`key: value` lines"),
            ("root: a\nroot: b\n", "line: 2, column: 1", "twice"),
            ("root: &a x\naccount_key: *a\n", "line: 2, column: 14", "aliases"),
            ("root: [\n", "line: 1, column: 7", "unclosed"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(place) && error.contains(word), "{text:?} → {error}");
        }
    }

    #[test]
    fn a_refused_secret_is_not_repeated() {
        assert!(!parse("api_key: da2-secret\n").expect_err("refused").contains("da2-secret"));
    }
}
