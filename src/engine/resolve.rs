//! Ending a conflict the way a person chose.
//!
//! Documents that merge are merged whatever the choice; the choice is about those that do not. Afterwards the champion is
//! the base, so that the next push continues from it.

use super::observe::Depth;
use super::pull::RESOLVE;
use super::report::{Halt, Report, Verb};
use super::select::Targets;
use super::session::Session;
use crate::model::{Content, DocKind, Expect, LocalDoc, RelPath, Snapshot, Trio, outgoing};
use crate::plan::{Conflict, FileWrite, Labels, Mode, NewBase, Operation, Step, merge, with_markers};
use std::sync::Arc;

/// Which side wins where documents conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The files.
    Ours,
    /// The champion.
    Theirs,
    /// Both, between conflict markers, to be edited.
    Merge,
}

impl Session {
    /// Ends the conflicts of the selected scores; scores without one are left alone.
    pub async fn resolve(&mut self, targets: &Targets, choice: Choice) -> Result<Report, Halt> {
        let observation = self.observe(targets, Depth::Contents, None).await?;
        let mut plan = self.plan(&observation, Mode::Pull { prune: false })?;
        let mut report = self.report(Verb::Resolve, &observation, &plan)?;
        plan.scores.retain(|_, plan| matches!(plan.step, Step::Conflict(_)));
        report.scores.retain(|score| plan.scores.contains_key(&score.id));
        for (id, score) in &mut plan.scores {
            if let Step::Conflict(conflict) = &score.step {
                score.step = Step::Do(resolution(&observation.trees[id], conflict, choice));
            }
        }
        let outcomes = self.execute_pull(&observation, &plan, RESOLVE).await?;
        report.settle(outcomes);
        Ok(report)
    }
}

fn resolution(trio: &Trio, conflict: &Conflict, choice: Choice) -> Operation {
    let (version, theirs) = &conflict.theirs;
    // After a rename in Plexus the files are still where they were; the next pull moves them.
    let paths = trio.local.found_at.as_ref().unwrap_or(&trio.paths);
    let base = NewBase {
        version: version.clone(),
        docs: theirs.clone(),
        champion: Some(version.clone()),
        champion_docs: None,
        paths: paths.clone(),
    };
    let places =
        [(DocKind::Code, &trio.local.code, &paths.code), (DocKind::Guidelines, &trio.local.guidelines, &paths.guidelines)];
    let files: Vec<FileWrite> =
        places.into_iter().filter_map(|(kind, doc, path)| write(kind, doc, path, conflict, choice)).collect();
    if files.is_empty() { Operation::Record(base) } else { Operation::Write { files, base, merged: choice != Choice::Theirs } }
}

/// What one document becomes; none if its file stays.
fn write(kind: DocKind, doc: &LocalDoc, path: &RelPath, conflict: &Conflict, choice: Choice) -> Option<FileWrite> {
    let theirs = text(kind, &conflict.theirs.1);
    let base = conflict.base.as_ref().and_then(|(_, docs)| text(kind, docs));
    let file = doc.file();
    let ours = file.and_then(|file| file.content.text.as_deref()).map(|text| outgoing(kind, text).into_owned());
    let resolved = match (ours, theirs) {
        (_, None) => return None,
        (None, Some(theirs)) => theirs,
        (Some(ours), Some(theirs)) => settled(kind, base.as_deref(), &ours, &theirs, conflict, choice)?,
    };
    let text = file.map_or(resolved.clone(), |file| file.style.dress(&resolved).into_owned());
    let expect = file.map_or(Expect::Absent, |file| Expect::Bytes(file.raw));
    let unchanged = file.is_some_and(|file| file.content == Content::of(kind, resolved));
    (!unchanged).then(|| FileWrite { kind, path: path.clone(), text: Arc::from(text), expect })
}

fn settled(kind: DocKind, base: Option<&str>, ours: &str, theirs: &str, conflict: &Conflict, choice: Choice) -> Option<String> {
    if !conflict.docs.contains(&kind) {
        return base.and_then(|base| merge(base, ours, theirs).clean);
    }
    match choice {
        Choice::Ours => None,
        Choice::Theirs => Some(theirs.to_owned()),
        Choice::Merge => {
            let base_label = conflict.base.as_ref().map_or_else(String::new, |(id, _)| format!("base {}", id.short()));
            let theirs_label = format!("champion {}", conflict.theirs.0.short());
            let labels = Labels { ours: "local", base: &base_label, theirs: &theirs_label };
            Some(with_markers(base, ours, theirs, labels))
        }
    }
}

fn text(kind: DocKind, docs: &Snapshot) -> Option<String> {
    let content = match kind {
        DocKind::Code => Some(&docs.code),
        DocKind::Guidelines => docs.guidelines.as_ref(),
    };
    content.and_then(|content| content.text.as_deref()).map(|text| outgoing(kind, text).into_owned())
}
