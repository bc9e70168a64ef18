//! What a run found and did, one value for text, JSON and exit code alike.

use crate::engine::error::Failure;
use crate::engine::file_report::{ForeignFolder, RecoveredRun};
use crate::git::GitError;
use crate::model::{
    Changes, Digest, Fault, FaultCause, NewerDrafts, RelPath, RemoteScore, Score, ScoreId, ScorePaths, ScoreSides, SharedName,
    VersionId, folder_and_stem,
};
use crate::plan::{AheadBehind, Conflict, Found, Note, Refusal, Standing};
use crate::remote::LeftOut;
use crate::state::RunKind;
use crate::workspace::FileError;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a run was asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Only look.
    Status,
    /// Champions into files.
    Pull,
    /// Edits into versions.
    Push,
    /// Pull, then push.
    Sync,
    /// Resolve conflicts.
    Resolve,
}

/// The result of a run.
#[derive(Debug)]
pub struct Report {
    /// What was asked.
    pub verb: Verb,
    /// Nothing was carried out; outcomes are plans.
    pub dry_run: bool,
    /// The dashboard was not asked; its side is as last seen.
    pub offline: bool,
    /// Not all that is synced are scores: there are standalone documents, too.
    pub mixed: bool,
    /// The run was stopped before everything planned had happened.
    pub interrupted: bool,
    /// The account's name.
    pub account: String,
    /// One entry per selected score, ordered by path.
    pub scores: Vec<ScoreReport>,
    /// Scores that are clean and not in `scores`, because a short status only counts them.
    pub unlisted_clean: usize,
    /// Scores that have nothing to sync, likewise.
    pub unlisted_empty: usize,
    /// What an earlier run had begun, and this one finished before it did anything else.
    pub recovered: Vec<Recovered>,
    /// What is no score's own.
    pub warnings: Vec<Warning>,
    /// What the dashboard listed but could not show, as sentences. The scores meant may be missing from `scores`.
    pub unreadable: Vec<String>,
    /// Standalone documents of the dashboard that are not synced; none offline.
    pub left_out: Vec<LeftOut>,
    /// Files in scorecard folders that belong to no score.
    pub unknown: Vec<RelPath>,
    /// In a status of everything: folders with files that look like those of scores, and belong to no scorecard.
    pub foreign: Vec<ForeignFolder>,
    /// Guidelines files beside the code, where they lived before they had a folder.
    pub legacy: Vec<RelPath>,
    /// The new places of those that were moved because a person asked, or would be.
    pub legacy_moved: Vec<RelPath>,
}

/// Something that an earlier run had begun and did not see the end of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovered {
    /// A change of the dashboard.
    Operation(RecoveredOperation),
    /// A run that replaces files.
    Run(RecoveredRun),
}

/// A change of the dashboard that an earlier run had begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveredOperation {
    /// Whose.
    pub score: ScoreId,
    /// The code file of the score, as the state knew it.
    pub path: RelPath,
    /// The version that the run was about.
    pub version: VersionId,
    /// How it ended.
    pub outcome: RecoveryOutcome,
}

/// What a run noticed that is no score's own.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// Names that had to be told apart.
    SharedName(SharedName),
    /// Guidelines stay beside the code, because something is at their new place already.
    LegacyBlocked {
        /// Where they are.
        from: RelPath,
        /// Where they should go.
        to: RelPath,
    },
    /// Guidelines stay beside the code, because they cannot be moved.
    LegacyNotMoved {
        /// Where they are.
        from: RelPath,
        /// Why.
        error: FileError,
    },
    /// An earlier run began this and did not see its end, or is still at it.
    Unfinished(UnfinishedWork),
    /// What was pushed does not say its git commit, because git could not be asked.
    NoProvenance(GitError),
    /// Git could not tell which files are an earlier version.
    GitGap(GitGap),
}

/// Why git cannot tell which version files are that differ from their base, or have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitGap {
    /// It could not be asked.
    NotAsked(GitError),
    /// The clone is shallow: the commits that would tell may be missing.
    Shallow,
    /// The clone is partial: what the commits say that would tell is not fetched.
    Partial,
}

/// What a run began and did not see the end of. The next run that changes anything finishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnfinishedWork {
    /// Files are replaced by this command.
    Run(RunKind),
    /// Versions are created.
    Push,
    /// A score is created.
    Creation,
    /// A version is made champion.
    Promotion,
    /// Git is to record what was written or pushed.
    Commit,
}

/// How an interrupted operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryOutcome {
    /// The version is in Plexus, and the files stand on it.
    Pushed,
    /// The score was created, and its first version is champion.
    Created,
    /// The version is champion.
    Promoted,
    /// The version is champion again, as an earlier promotion was taken back.
    TakenBack,
    /// The version was not made champion: another came first, or Plexus refused.
    NotPromoted,
}

/// One score in a report. There may be many, so what few have is boxed.
#[derive(Debug)]
pub struct ScoreReport {
    /// Identity.
    pub id: ScoreId,
    /// The score's name in Plexus.
    pub name: Arc<str>,
    /// The scorecard's name in Plexus.
    pub scorecard: Arc<str>,
    /// Short name; may be empty.
    pub key: Arc<str>,
    /// May be empty.
    pub external_id: Arc<str>,
    /// Switched off in the dashboard.
    pub disabled: bool,
    /// Its files.
    pub paths: ScorePaths,
    /// Where its files were before the run, if a rename in Plexus gives them other paths.
    pub moved_from: Option<Box<ScorePaths>>,
    /// What lies where a file of its own belongs since a rename in Plexus, and stays, so that none of them goes there.
    pub waits_for: Option<RelPath>,
    /// How it stands: before the run, for a run that does something.
    pub standing: Standing,
    /// The version that the files come from.
    pub base: Option<VersionId>,
    /// The champion, as known after the run.
    pub champion: Option<VersionId>,
    /// The version that the files turned out to be by what they say, where the state did not say so.
    pub found: Option<Box<Found>>,
    /// Digests of the bytes of its code and its guidelines, where the files are there.
    pub files: [Option<Digest>; 2],
    /// What the files change against `base`, formatting aside.
    pub edits: Changes,
    /// What keeps the files from being pushed as they are.
    pub fault: Option<Box<Fault>>,
    /// Who made the champion, if it was read and says so.
    pub author: Option<String>,
    /// Its code file is gone, and this one looks like it.
    pub renamed: Option<Box<RenamedHere>>,
    /// In a status: what happened around the base, where that is not the champion and the dashboard was asked.
    pub ahead_behind: Option<Box<AheadBehind>>,
    /// Drafts of others, where they were asked for, now or earlier.
    pub drafts: Option<Box<NewerDrafts>>,
    /// Its base is not known, and git cannot help to find it.
    pub git_gap: Option<Box<GitGap>>,
    /// What else a person should know.
    pub notes: Vec<Note>,
    /// In a sync: what the pull had done before the push did `outcome`.
    pub earlier: Option<Box<Action>>,
    /// What became of it.
    pub outcome: Outcome,
}

/// A file that a person seems to have renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenamedHere {
    /// Where the code seems to be.
    pub to: RelPath,
    /// Where the guidelines seem to be, if they were renamed along with it.
    pub guidelines: Option<RelPath>,
    /// How much of the code is the same, in percent; 100 only if all of it is.
    pub percent: u8,
    /// The folder of the score is gone: the whole folder was renamed.
    pub whole_folder: bool,
}

/// What became of one score.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing was to be done.
    Untouched,
    /// This would be done: a dry run, or one that was interrupted before it.
    Planned(Action),
    /// This was done.
    Done(Action),
    /// A person must decide; the files are as they were.
    Conflict(Box<Conflict>),
    /// Left alone, and why.
    Refused(Refusal),
    /// Failed; the other scores went on.
    Failed(Failure),
}

/// Something done for one score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Files were written.
    Pulled {
        /// The champion that was taken.
        version: VersionId,
        /// Which files were written.
        written: Changes,
        /// The files hold a merge of both sides.
        merged: bool,
    },
    /// A conflict was ended.
    Resolved {
        /// The champion that the files stand on now.
        version: VersionId,
        /// The documents that were in conflict.
        documents: Changes,
        /// Which files were written: not those that say already what was chosen, and those that merged by themselves.
        written: Changes,
    },
    /// Both sides of a conflict stand in the files, between conflict markers.
    Marked {
        /// The champion that the files are to be merged with.
        version: VersionId,
        /// The documents that are in conflict.
        documents: Changes,
        /// Which files were written.
        written: Changes,
    },
    /// Only the state learned something; files and dashboard agreed already.
    Recorded {
        /// The base now.
        version: VersionId,
    },
    /// A version was created.
    Pushed {
        /// The new version.
        version: VersionId,
        /// What it changes against its parent.
        changes: Changes,
        /// An earlier try had created it already.
        existed: bool,
        /// It was made champion.
        promoted: bool,
    },
    /// The files were removed with the score; their bytes are kept.
    Removed,
    /// The files moved with a rename in Plexus.
    Moved,
}

impl ScoreReport {
    /// It is edited, and conflict markers are left in its files.
    pub fn is_marked(&self) -> bool {
        let is_edited =
            matches!(self.standing, Standing::Modified(_) | Standing::Diverged { .. } | Standing::New | Standing::UnknownBase);
        is_edited && self.fault.as_ref().is_some_and(|fault| fault.cause == FaultCause::UnfinishedMerge)
    }

    /// A score as it was observed; standing, notes and outcome are still to be filled in. A score that is gone from Plexus
    /// is named after its files.
    pub(in crate::engine) fn new(id: &ScoreId, score: Option<&Score>, scorecard: Option<&Arc<str>>, sides: &ScoreSides) -> Self {
        let (folder, stem) = folder_and_stem(&sides.paths.code);
        let champion = match &sides.remote {
            RemoteScore::Champion(champion, _) => Some(champion.id.clone()),
            _ => score.and_then(|score| score.champion.clone()),
        };
        Self {
            id: id.clone(),
            name: score.map_or_else(|| stem.into(), |score| Arc::clone(&score.name)),
            scorecard: scorecard.map_or_else(|| folder.into(), Arc::clone),
            key: score.map_or_else(|| "".into(), |score| Arc::clone(&score.key)),
            external_id: score.map_or_else(|| "".into(), |score| Arc::clone(&score.external_id)),
            disabled: score.is_some_and(|score| score.disabled),
            paths: sides.paths.clone(),
            moved_from: sides.local.found_at.clone().map(Box::new),
            waits_for: None,
            standing: Standing::Clean,
            base: sides.synced.as_ref().map(|synced| synced.base.clone()),
            champion,
            found: None,
            files: [&sides.local.code, &sides.local.guidelines].map(|doc| doc.file().map(|file| file.raw)),
            edits: Changes::default(),
            fault: sides.local.fault.clone().map(Box::new),
            author: None,
            renamed: None,
            ahead_behind: None,
            drafts: None,
            git_gap: None,
            notes: Vec::new(),
            earlier: None,
            outcome: Outcome::Untouched,
        }
    }

    /// Beside how it stands and what was done there is nothing to be told of it: its files are where they belong, and nobody
    /// has drafts.
    pub(in crate::engine) fn is_all_told(&self) -> bool {
        let has_drafts = self.drafts.as_ref().is_some_and(|drafts| !drafts.versions.is_empty());
        let stays = self.moved_from.is_none() && self.waits_for.is_none();
        self.notes.is_empty() && self.renamed.is_none() && !has_drafts && stays
    }

    /// Where its files were before the run.
    pub fn files_at(&self) -> &ScorePaths {
        self.moved_from.as_deref().unwrap_or(&self.paths)
    }

    /// Takes over what really happened.
    fn settle(&mut self, outcome: Outcome) {
        if let Outcome::Done(action) = &outcome {
            match action {
                Action::Pulled { version, .. }
                | Action::Resolved { version, .. }
                | Action::Marked { version, .. }
                | Action::Recorded { version } => {
                    self.base = Some(version.clone());
                }
                Action::Pushed { version, promoted, .. } => {
                    self.base = Some(version.clone());
                    self.notes.retain(|note| *note != Note::GuidelinesDropped);
                    if *promoted {
                        self.champion = Some(version.clone());
                    }
                }
                Action::Removed => self.base = None,
                Action::Moved => {}
            }
        }
        self.outcome = outcome;
    }
}

impl Report {
    /// A report of nothing yet.
    pub(crate) fn new(verb: Verb, account: String, offline: bool) -> Self {
        Self {
            verb,
            dry_run: false,
            offline,
            mixed: false,
            interrupted: false,
            account,
            scores: Vec::new(),
            unlisted_clean: 0,
            unlisted_empty: 0,
            recovered: Vec::new(),
            warnings: Vec::new(),
            unreadable: Vec::new(),
            left_out: Vec::new(),
            unknown: Vec::new(),
            foreign: Vec::new(),
            legacy: Vec::new(),
            legacy_moved: Vec::new(),
        }
    }

    /// Replaces plans by what really happened. A step that did not happen, or a promotion after it, stays planned: the run
    /// was interrupted.
    pub(in crate::engine) fn settle(&mut self, mut outcomes: BTreeMap<ScoreId, Outcome>) {
        for score in &mut self.scores {
            let promotes = matches!(score.outcome, Outcome::Planned(Action::Pushed { promoted: true, .. }));
            match outcomes.remove(&score.id) {
                Some(outcome) => {
                    let is_promoted = matches!(outcome, Outcome::Done(Action::Pushed { promoted: true, .. }));
                    self.interrupted |= promotes && matches!(outcome, Outcome::Done(_)) && !is_promoted;
                    score.settle(outcome);
                }
                None => self.interrupted |= matches!(score.outcome, Outcome::Planned(_)),
            }
        }
    }
}

#[cfg(test)]
pub(in crate::engine) mod tests {
    use super::*;
    use crate::model::LocalScore;

    fn score_at(code: &str, outcome: Outcome) -> ScoreReport {
        let paths = ScorePaths::parse(code, "").expect("safe paths");
        let sides = ScoreSides { paths, local: LocalScore::default(), remote: RemoteScore::Gone, synced: None };
        ScoreReport { outcome, ..ScoreReport::new(&"s".into(), None, None, &sides) }
    }

    pub(in crate::engine) fn report(verb: Verb, outcome: Outcome) -> Report {
        Report { scores: vec![score_at("Card/Tone.yaml", outcome)], ..Report::new(verb, String::new(), false) }
    }

    pub(in crate::engine) fn pulled() -> Action {
        Action::Pulled { version: "c".into(), written: Changes { code: true, guidelines: false }, merged: true }
    }

    pub(in crate::engine) fn pushed() -> Action {
        Action::Pushed { version: "d".into(), changes: Changes::default(), existed: false, promoted: true }
    }

    #[test]
    fn a_score_that_is_gone_is_named_after_its_files() {
        for (code, named) in [("Card/Tone.yaml", "Card, Tone"), ("report-configurations/All.md", "report-configurations, All")] {
            let score = score_at(code, Outcome::Untouched);
            assert_eq!(format!("{}, {}", score.scorecard, score.name), named);
        }
    }

    #[test]
    fn a_planned_step_that_did_not_happen_means_interrupted() {
        let mut report = report(Verb::Pull, Outcome::Planned(pulled()));
        report.settle(BTreeMap::new());
        assert!(report.interrupted && matches!(report.scores[0].outcome, Outcome::Planned(_)));
    }

    #[test]
    fn a_planned_promotion_that_did_not_happen_means_interrupted() {
        let draft = Action::Pushed { version: "d".into(), changes: Changes::default(), existed: false, promoted: false };
        for (done, interrupted) in [(draft, true), (pushed(), false)] {
            let mut report = report(Verb::Push, Outcome::Planned(pushed()));
            report.settle(BTreeMap::from([("s".into(), Outcome::Done(done))]));
            assert_eq!(report.interrupted, interrupted);
        }
    }
}
