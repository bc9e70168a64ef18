//! Writing a `Task`: how the dashboard's Activity shows a long run of this program.
//!
//! A `Task` whose `dispatchStatus` is `PENDING` is a command for the server: it runs it on workers of the customer. So what is
//! sent is made of types that cannot say that (`rows`): a new task is `LOCAL` in both places where a dispatcher looks, and a
//! change has neither.
//!
//! Each write may be sent twice: ids are made from that of the run, and what has ended stays as it ended, by a condition.

mod documents;
mod rows;
mod types;
mod writer;

pub use types::{RunEnd, RunProgress, RunStage, RunTask, RunWork};
pub use writer::RunTaskWriter;

#[cfg(test)]
mod tests {
    use super::documents::{self, Mutation};
    use super::rows::{StageChange, StageCreation, TaskChange, TaskCreation};
    use super::{RunEnd, RunProgress, RunStage, RunTask, RunWork};
    use crate::model::TaskId;
    use crate::remote::schema_check;
    use crate::schema::Extent;
    use jiff::Timestamp;

    #[test]
    fn every_document_is_valid() {
        let (id, now) = (TaskId::from("t"), Timestamp::UNIX_EPOCH);
        let (command, host) = ("scoresync push".to_owned(), "desk".to_owned());
        let work = RunWork { scores: 40, pushes: 40, promotions: 40 };
        let scorecard = Some(("c".into(), "QA".to_owned()));
        let task = RunTask { id: id.clone(), account: "a".into(), command, host, process: 7, scorecard, work, started_at: now };
        let at = |stage, pushed, promoted| RunProgress { stage, pushed, promoted };
        let (first, last) = (at(RunStage::Pushing, 0, 0), at(RunStage::Promoting, 40, 3));
        let end = RunEnd::Refused { refused: 3, of: 40 };
        let stages = [
            StageCreation::all(&task, first, now).into_iter().map(Mutation::CreateStage).collect::<Vec<_>>(),
            StageChange::since(&id, first, last, now).into_iter().map(Mutation::UpdateStage).collect(),
            StageChange::ended(&id, work, Some(last), end, now).into_iter().map(Mutation::UpdateStage).collect(),
        ];
        let tasks =
            [TaskChange::in_stage(&id, RunStage::Pushing, now), TaskChange::ended(&id, end, now)].map(Mutation::UpdateTask);
        let all: Vec<&Mutation> = stages.iter().flatten().chain(&tasks).collect();
        let calls = [documents::create_task(&TaskCreation::of(&task)), documents::mutations("UpdateTask", &all)];
        schema_check::hold(Extent::Current, &calls);
    }
}
