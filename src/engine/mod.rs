//! Joins the plan to the ports: observe, plan, execute, record, report. The only room that knows them all.
//!
//! A [`Session`] is the context of a run; verbs are functions over it. It words nothing for people and never touches a
//! terminal or the environment.
//!
//! # Floors
//!
//! Each imports only what stands before it:
//!
//! ```text
//! error · diagnostic · file_report · report · select · session · locked · git_record   what a run works with, and what it says of itself
//! observe/    the three trees as they are now; decides nothing
//! planned     guards, plan, report: nothing is carried out
//! execute/    carries out one kind of operation each, with its crash protocol
//! verbs/      one file per verb: observe, plan, execute, report
//! follow/     watch: verbs on just the scores that changed, when the moment is good
//! ```

mod diagnostic;
mod error;
mod execute;
mod file_report;
pub mod follow;
mod git_record;
mod locked;
mod observe;
mod planned;
mod report;
mod select;
mod session;
mod verbs;

pub use diagnostic::{Cause, Diagnostic};
pub use error::{Failure, Halt, NotNew};
pub use execute::creation::{Creation, Proposal, create_new};
pub use execute::recover::recover;
pub use execute::replace::told;
pub use file_report::{ForeignFolder, RecoveredRun, RestoreOutcome, RestoreReport, RestoredFile};
pub use git_record::{Record, record_of};
pub use locked::Locked;
pub use observe::catalog_read::listen;
pub use observe::commit_texts::CommitTexts;
pub use observe::starting_point::recorded_of;
pub use report::{
    Action, GitGap, Outcome, Recovered, RecoveredOperation, RecoveryOutcome, RenamedHere, Report, ScoreReport, UnfinishedWork,
    Verb, Warning,
};
pub use select::{Selector, Targets};
pub use session::{Config, PullOptions, PushOptions, RunTasks, Session};
pub use verbs::blame::{Blame, BlamedLine, BlamedVersion, blame};
pub use verbs::call::{AnsweredScore, CallOptions, CallReport, call};
pub use verbs::check::{CheckedFile, catalog_for, check_files, fix_files};
pub use verbs::check_staged::check_staged;
pub use verbs::commit_owed::{CommitReport, commit_owed, owes_commit};
pub use verbs::conflicts::{DocumentConflict, Resolution, ScoreConflict, conflicts, text_of};
pub use verbs::diff::{Against, DocDiff, Side, diff};
pub use verbs::eval::{EvalOptions, EvaluatedVersion, Misjudged, ScoreEvaluations, VersionRole, eval};
pub use verbs::feedback::{
    FeedbackOptions, FeedbackPeriod, FeedbackScope, FeedbackSince, FoundFeedback, JudgedCall, MAX_FEEDBACK, PeriodReason,
    ScoreFeedback, feedback, feedback_scope,
};
pub use verbs::jobs::{Busy, Jobs, jobs};
pub use verbs::locate::locate;
pub use verbs::log::{FileState, Log, LogEntry, Parentage, RecentVersion, ScoreLog, ScoresLog, log};
pub use verbs::new::{NewOptions, propose};
pub use verbs::page::{DashboardPage, page, scorecards_of};
pub use verbs::promote::{BothEvaluations, Candidate, Candidates, NotPromotable, PromoteOptions, Promotion, candidates, promote};
pub use verbs::pull::{pull, pull_preview};
pub use verbs::pull_version::{VersionChoice, pull_version, pull_version_preview};
pub use verbs::push::{push, push_preview};
pub use verbs::push_commit::push_commit;
pub use verbs::report::{Reports, reports};
pub use verbs::resolve::{Choice, resolve, resolve_decided, resolve_preview};
pub use verbs::restore::{RestoreFrom, backups, base_runs, restore, restore_preview};
pub use verbs::show::{ShowOptions, Shown, show};
pub use verbs::status::{status, status_and_drafts};
pub use verbs::surroundings::{ChampionFeedback, Surroundings};
pub use verbs::sync::{sync, sync_preview};
pub use verbs::undo::{undo, undo_preview};
pub use verbs::unfinished::{unfinished, unfinished_in};
