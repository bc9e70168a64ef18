//! A push that dies after a version was made: the next run records what the push would have recorded.

use crate::moved_commits::{commit, desk_in_git, run_hook};
use crate::moves::edit;
use crate::support::{
    Browser, Dashboard, Desk, Fault, Faulty, InProcess, Weather, fill, fill_documents, locked, registry, remote,
};
use scoresync::engine::{PushOptions, Recovered, Targets, push, recover, undo};
use scoresync::model::{Digest, ScoreId, SyncKind, SyncedScore, VersionId};
use scoresync::remote::{Remote, StandaloneDocuments};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A desk with one score or standalone document.
struct Office {
    browser: Browser,
    remote: Arc<dyn Remote>,
    desk: Desk,
    id: ScoreId,
}

/// What is known of it here: what it was synced with, which champion was seen last, and which of its texts are kept.
type Known = (SyncedScore, Option<VersionId>, BTreeSet<Option<Digest>>);

impl Office {
    async fn new(kind: SyncKind) -> Self {
        let transport = Arc::new(InProcess(registry()));
        let browser = Browser::new(transport.clone()).await;
        fill(&browser, 1).await;
        fill_documents(&browser, 1).await;
        let remote: Arc<dyn Remote> = Arc::new(StandaloneDocuments::new(remote(transport), &SyncKind::STANDALONE, Vec::new()));
        let desk = Desk::new().syncing(&SyncKind::STANDALONE);
        desk.pull(remote.clone()).await;
        let id = if kind == SyncKind::Score { "score-0".into() } else { kind.score_id("document-0") };
        Self { browser, remote, desk, id }
    }

    fn synced(&self) -> SyncedScore {
        self.desk.state().with_texts(&self.id).expect("readable").expect("synced")
    }

    fn file(&self) -> PathBuf {
        self.synced().paths.code.under(&self.desk.root())
    }

    fn edit(&self, line: &str) {
        let text = std::fs::read_to_string(self.file()).expect("a file");
        std::fs::write(self.file(), format!("{text}{line}\n")).expect("written");
    }

    /// Pushes as far as the dashboard lets it. What has no drafts is pushed as what runs.
    async fn push(&self, remote: Arc<dyn Remote>) {
        let options = PushOptions { promote: !SyncKind::of(&self.id).has_drafts(), ..PushOptions::default() };
        let _ = push(&mut locked(&mut self.desk.session(remote)), &Targets::default(), &options).await;
    }

    /// Pushes until request number `at` has had its effect; whether there was one.
    async fn die(&self, at: usize) -> bool {
        let faulty = Faulty::new(self.remote.clone(), at, Fault::DieAfter);
        faulty.run(self.push(faulty.clone())).await;
        faulty.was_met()
    }

    async fn recover(&self, remote: Arc<dyn Remote>) -> usize {
        recover(&mut locked(&mut self.desk.session(remote))).await.expect("recovers").len()
    }

    fn known(&self) -> Known {
        let state = self.desk.state();
        let catalog = state.catalog().expect("readable");
        let champion = catalog.scores.into_iter().find(|score| score.id == self.id).expect("seen").champion;
        let kept = state.backups().expect("readable").into_iter().filter(|backup| backup.bytes.is_some());
        (self.synced(), champion, kept.map(|backup| backup.replaced.before).collect())
    }
}

/// An edited document over so many drafts.
async fn drawn_up(kind: SyncKind, drafts: usize) -> Office {
    let office = Office::new(kind).await;
    for draft in 0..drafts {
        office.edit(&format!("# draft {draft}"));
        office.push(office.remote.clone()).await;
    }
    office.edit("# edited");
    office
}

/// Without a look at what became of the champion: that is for what the run does next. A dashboard that does not say what became
/// of a version is asked again.
#[tokio::test]
async fn what_a_dead_push_would_have_recorded_is_recorded_by_the_next_run() {
    let kinds = [SyncKind::Score, SyncKind::ReportConfiguration, SyncKind::DataSource];
    for (kind, drafts) in kinds.into_iter().flat_map(|kind| [(kind, 0), (kind, 1)]) {
        let unbroken = drawn_up(kind, drafts).await;
        let before = unbroken.known();
        unbroken.push(unbroken.remote.clone()).await;
        let expected = unbroken.known();
        assert_ne!(before, expected, "{kind:?}: the push does something");
        let mut recovered = 0;
        for at in 0.. {
            let office = drawn_up(kind, drafts).await;
            let was_met = office.die(at).await;
            let silent = Faulty::slow(office.remote.clone(), Duration::ZERO);
            silent.plan(Weather { faults: (0..9).map(|request| (request, Fault::Piecemeal)).collect(), meddling: None });
            assert_eq!(office.recover(silent).await, 0, "{kind:?}: nobody said that there is a version");
            let next = office.recover(office.remote.clone()).await;
            recovered += next;
            let known = office.known();
            assert!(known == before || known == expected, "{kind:?}, {drafts} drafts, at {at}: {known:?}");
            assert!(next == 0 || known == expected, "{kind:?}, {drafts} drafts, at {at}: {known:?}");
            if !was_met {
                break;
            }
        }
        assert!(recovered > 0, "{kind:?}: no version was created");
    }
}

/// What a dead push had built on is not the base any more when it is found.
#[tokio::test]
async fn a_dead_push_is_no_base_where_the_state_went_on() {
    let mut found = 0;
    for at in 0..12 {
        let office = Office::new(SyncKind::Score).await;
        let Office { browser, remote, desk, id } = &office;
        let versions = async || remote.history(id).await.expect("readable").len();
        let (first, code) = (office.synced().base, std::fs::read_to_string(office.file()).expect("a file"));
        let next = browser.save(id, Some(&first), &code, Some("- newer rules\n")).await;
        browser.promote(id, Some(&next)).await;
        desk.pull(remote.clone()).await;
        office.edit("# edited");
        let before = versions().await;
        office.die(at).await;
        if versions().await > before && !desk.state().intents().expect("readable").is_empty() {
            undo(&mut locked(&mut desk.offline()), None).expect("undone");
            office.recover(remote.clone()).await;
            assert_eq!(office.synced().base, first, "at {at}");
            found += 1;
        }
    }
    assert!(found > 0, "no push died after its version was made");
}

/// Whether the commit that its hook is for brings texts of scores or not.
#[tokio::test]
async fn a_hook_tells_what_it_finished_of_a_dead_push() {
    for brings in [true, false] {
        let (remote, desk) = desk_in_git().await;
        edit(&desk, "Score 0");
        let mut texts = commit(&desk);
        for at in 0.. {
            let faulty = Faulty::new(remote.clone(), at, Fault::DieAfter);
            faulty.run(desk.push(faulty.clone(), false)).await;
            if !desk.state().intents().expect("readable").is_empty() {
                break;
            }
        }
        if !brings {
            desk.write("Nobody's.yaml", "key: nobody's\n");
            texts = commit(&desk);
        }
        let report = run_hook(&remote, &desk, &texts).await;
        assert!(matches!(&report.recovered[..], [Recovered::Operation(_)]), "brings texts: {brings}: {report:?}");
        assert_eq!(run_hook(&remote, &desk, &texts).await.recovered, []);
    }
}
