//! A machine that never synced: no state, nobody to ask, a fresh checkout of what was merged. What it costs is counted.

use crate::support::locked;
use crate::support::{Browser, Desk, InProcess, fill, registry, remote};
use scoresync::engine::{Action, Outcome, PullOptions, PushOptions, Report, Session, Targets, pull_preview, push, status};
use scoresync::git::Program;
use scoresync::plan::Standing;
use scoresync::registry::Registry;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const SCORES: usize = 60;

/// A dashboard, and a checkout of everything in it.
struct Machine {
    registry: Registry,
    desk: Desk,
}

impl Machine {
    async fn new() -> Self {
        let (registry, desk) = (registry(), Desk::new());
        let transport = Arc::new(InProcess(registry.clone()));
        fill(&Browser::new(transport.clone()).await, SCORES).await;
        desk.pull(Arc::new(remote(transport))).await;
        git2::Repository::init(desk.root()).expect("a repository");
        let machine = Self { registry, desk };
        machine.commit();
        machine
    }

    fn commit(&self) {
        commit(&self.desk.root());
    }

    /// A session of a new run: the state of the last one is gone.
    fn session(&self) -> Session {
        fs::remove_dir_all(self.desk.state_folder()).expect("there was a state");
        let remote = Arc::new(remote(Arc::new(InProcess(self.registry.clone()))));
        self.desk.session(remote).with_git(Program::new("/nonexistent/git"))
    }

    async fn push(&self) -> Report {
        push(&mut locked(&mut self.session()), &Targets::default(), &PushOptions::default()).await.expect("the push runs")
    }

    /// What was asked of the dashboard since `before`.
    fn asked(&self, before: usize) -> Vec<String> {
        self.registry.requests().into_iter().skip(before).map(|request| request.operation).collect()
    }
}

fn commit(root: &Path) {
    let repository = git2::Repository::open(root).expect("a repository");
    let mut index = repository.index().expect("an index");
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).expect("added");
    index.write().expect("written");
    let tree = repository.find_tree(index.write_tree().expect("a tree")).expect("the tree");
    let ann = git2::Signature::now("Ann", "ann@example.com").expect("a signature");
    let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    repository.commit(Some("HEAD"), &ann, &ann, "x", &tree, &parents).expect("a commit");
}

fn pushed(report: &Report) -> usize {
    report.scores.iter().filter(|score| matches!(score.outcome, Outcome::Done(Action::Pushed { .. }))).count()
}

#[tokio::test]
async fn looking_costs_a_page_and_the_contents_of_the_champions() {
    let machine = Machine::new().await;
    let before = machine.registry.requests().len();
    let status = status(&mut machine.session(), &Targets::default(), true).await.expect("the status runs");
    assert!(status.scores.iter().all(|score| score.standing == Standing::Adopted { current: true }));
    assert_eq!(machine.asked(before), ["Account", "Scorecards", "Versions", "Versions"]);
    let options = PullOptions::default();
    let pull = pull_preview(&mut machine.session(), &Targets::default(), options).await.expect("the pull runs");
    assert!(pull.scores.iter().all(|score| matches!(score.outcome, Outcome::Planned(Action::Recorded { .. }))));
}

#[tokio::test]
async fn merged_edits_are_pushed_once_whatever_is_run_again() {
    let machine = Machine::new().await;
    for score in ["Score 3.yaml", "Score 7.yaml"] {
        machine.desk.write(score, &(machine.desk.read(score) + "merged: true\n"));
    }
    machine.commit();
    let before = machine.registry.requests().len();
    let report = machine.push().await;
    assert_eq!(pushed(&report), 2);
    let asked = machine.asked(before);
    let creates = asked.iter().filter(|operation| *operation == "CreateScoreVersion").count();
    assert_eq!((creates, asked.len()), (2, 7), "{asked:?}");
    let before = machine.registry.requests().len();
    assert_eq!(pushed(&machine.push().await), 0);
    assert!(!machine.asked(before).contains(&"CreateScoreVersion".to_owned()), "a second run makes nothing");
}

#[tokio::test]
async fn an_edit_of_an_older_version_does_not_revert_the_champion() {
    let machine = Machine::new().await;
    let theirs = Desk::new();
    let remote = || Arc::new(remote(Arc::new(InProcess(machine.registry.clone()))));
    theirs.pull(remote()).await;
    theirs.write("Score 3.yaml", &(theirs.read("Score 3.yaml") + "theirs: true\n"));
    theirs.push(remote(), true).await;
    machine.desk.write("Score 3.yaml", &(machine.desk.read("Score 3.yaml") + "merged: true\n"));
    machine.commit();
    let report = machine.push().await;
    let refused = report.scores.iter().filter(|score| matches!(score.outcome, Outcome::Refused(_))).count();
    assert_eq!((pushed(&report), refused), (0, 1));
}
