//! Joins the plan to the ports: observe, plan, execute, record, report. The only room that knows them all.
//!
//! A [`Session`] carries out one verb at a time: [`observe`](Session) reads the three trees, [`crate::plan`] decides,
//! `pull` and `push` carry out what was decided, and the [`Report`] says what really happened. It words nothing for people
//! and never touches a terminal or the environment.

mod bases;
mod blame;
mod candidate;
mod champion_history;
mod check;
mod commit;
mod committed;
mod compare;
mod conflicts;
pub mod follow;
mod legacy;
mod log;
mod new;
mod news;
mod observe;
mod promote;
mod proposal;
mod provenance;
mod pull;
mod push;
mod recover;
mod renamed;
mod report;
mod resolve;
mod restore;
mod rewrite;
mod select;
mod session;
mod sight;
mod staged;
mod still;
mod stop;
mod undo;

pub use blame::{Blame, BlamedLine, BlamedVersion};
pub use candidate::{Candidate, NotPromotable, PromoteOptions, Promotion};
pub use check::{CheckedFile, check_files, fix_files};
pub use commit::{Record, record_of};
pub use committed::CommitTexts;
pub use compare::{Against, DocDiff, Shown, Side};
pub use conflicts::{DocumentConflict, Resolution, ScoreConflict, text_of};
pub use log::{Files, Log, LogEntry, Origin, RecentVersion, ScoreLog, ScoresLog};
pub use new::Creation;
pub use proposal::{NewOptions, NotNew, Proposal, Proposed};
pub use report::{Action, Failure, Halt, Outcome, RecoveredOperation, RecoveryOutcome, RenamedHere, Report, ScoreReport, Verb};
pub use resolve::Choice;
pub use restore::RestoreFrom;
pub use rewrite::{RestoreOutcome, RestoreReport, RestoredFile};
pub use select::{Selector, Targets};
pub use session::{Config, PullOptions, PushOptions, Session};
pub use staged::{StagedFinding, StagedNews, check_staged, document_at};
pub use stop::Stop;
