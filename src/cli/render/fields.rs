//! JSON fields that several commands print: of paths, scores and versions.

use crate::engine::ScoreReport;
use crate::model::{RelPath, ScorePaths, VersionMeta};
use serde_json::{Value, json};
use std::path::Path;

/// A path below `root`, in full.
pub(super) fn path(path: &RelPath, root: &Path) -> String {
    path.under(root).display().to_string()
}

/// The path of the guidelines; null for a standalone document.
pub(super) fn guidelines(paths: &ScorePaths, root: &Path) -> Option<String> {
    paths.guidelines.as_ref().map(|guidelines| path(guidelines, root))
}

/// Which score it is, where its files are, and its two versions: for what does not compare files and dashboard.
pub(super) fn identity(score: &ScoreReport, root: &Path) -> Value {
    json!({
        "id": score.id.as_str(),
        "name": score.name,
        "scorecard": score.scorecard,
        "key": score.key,
        "external_id": score.external_id,
        "disabled": score.disabled,
        "version_id": score.base.as_ref().map(|id| id.as_str()),
        "champion_version_id": score.champion.as_ref().map(|id| id.as_str()),
        "code_file_path": path(&score.paths.code, root),
        "guidelines_file_path": guidelines(&score.paths, root),
    })
}

/// A version, by whom, when, why and from what.
pub(super) fn version(meta: &VersionMeta) -> Value {
    json!({
        "version_id": meta.id.as_str(),
        "parent_version_id": meta.parent.as_ref().map(|id| id.as_str()),
        "created_at": meta.created_at.to_string(),
        "note": meta.note,
        "author": meta.author(),
        "commit": meta.commit(),
    })
}
