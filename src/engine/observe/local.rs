//! What the files of a score change, from digests alone.

use crate::model::{Changes, LocalDoc, LocalScore, Snapshot};

pub(in crate::engine) fn has_no_files(local: &LocalScore) -> bool {
    local.code == LocalDoc::Absent && local.guidelines == LocalDoc::Absent
}

/// What the files change against the base, from digests alone.
pub(in crate::engine) fn local_changes(local: &LocalScore, base: &Snapshot) -> Changes {
    let content = |doc: &LocalDoc| doc.file().map(|file| file.content.clone());
    let code = content(&local.code).unwrap_or_else(|| base.code.clone());
    base.changes_to(&Snapshot { code, guidelines: content(&local.guidelines) })
}
