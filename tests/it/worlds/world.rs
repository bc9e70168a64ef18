//! A world: a dashboard, desks, and what happened so far.

use super::desks::Desks;
use super::script::{Act, Ports, Script, Step};
use super::seat::{Files, Seat};
use super::settled::Settled;
use super::tally::Tally;
use super::{Broken, clock, law};
use crate::support::{Browser, Dashboard, Faulty, InProcess, KEY, Lie, fill, fill_documents, registry, remote, world};
use fastrand::Rng;
use scoresync::model::{AccountId, Catalog, DocKind, ScoreId, Section, SyncKind, Version, VersionId};
use scoresync::remote::{MemoryRemote, Remote, StandaloneDocuments};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// What the program relies upon: kept, or broken to see that a law reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promises {
    Kept,
    /// What was replaced is forgotten after each command.
    BackupsVanish,
    /// A run that died leaves no intent.
    IntentsVanish,
    /// The dashboard sets champions whatever stands there.
    PromotionsBlind,
    /// The dashboard says that it created a version, and has not.
    VersionsVanish,
    /// What was synced is forgotten after each command.
    BasesVanish,
}

pub struct World {
    pub remote: Arc<dyn Remote>,
    pub dashboard: Arc<dyn Dashboard>,
    /// The dashboard, where it is in memory.
    pub memory: Option<Arc<MemoryRemote>>,
    pub seats: Vec<Seat>,
    pub settled: Settled,
    pub tally: Tally,
    pub promises: Promises,
    /// Versions that somebody promoted in the dashboard, or of which a lost state was to tell.
    pub promoted_otherwise: BTreeSet<VersionId>,
    /// Forms of standalone documents that somebody filled in, and may save later.
    pub forms: Vec<(ScoreId, VersionId)>,
    /// What editors read at a desk, and where.
    pub opened: Vec<(usize, PathBuf, String)>,
    trace: Vec<String>,
    scores: BTreeSet<ScoreId>,
    account: AccountId,
}

impl World {
    /// A world at some of these desks, if it is one in memory.
    pub async fn new(script: &Script, promises: Promises, mut desks: Option<&mut Desks>) -> Self {
        let (remote, dashboard, memory): (Arc<dyn Remote>, Arc<dyn Dashboard>, _) = match script.ports {
            Ports::Memory => {
                let memory = world(script.scores);
                (memory.clone(), memory.clone(), Some(memory))
            }
            Ports::Real | Ports::Documents => {
                let transport = Arc::new(InProcess(registry()));
                let browser = Browser::new(transport.clone()).await;
                let remote = remote(transport);
                if script.ports == Ports::Real {
                    fill(&browser, script.scores).await;
                    (Arc::new(remote), Arc::new(browser), None)
                } else {
                    fill(&browser, 1).await;
                    fill_documents(&browser, script.scores.div_ceil(2)).await;
                    (Arc::new(StandaloneDocuments::new(remote, &SyncKind::STANDALONE, Vec::new())), Arc::new(browser), None)
                }
            }
        };
        let section = Section { id: "all".into(), name: "All".to_owned(), order: 0, next_order: 0 };
        dashboard.put_section(&"card".into(), section).await;
        let account = remote.account(KEY).await.expect("an answer").expect("an account").id;
        let lie = match promises {
            Promises::PromotionsBlind => Some(Lie::BlindPromotions),
            Promises::VersionsVanish => Some(Lie::VanishingVersions),
            _ => None,
        };
        let mut seat = || {
            let Some(desks) = desks.as_mut().filter(|_| script.ports == Ports::Memory) else {
                return Seat::new(script, Faulty::lying(remote.clone(), lie), false);
            };
            match desks.take() {
                Some(seat) => {
                    seat.line.lead_to(remote.clone(), lie);
                    seat
                }
                None => Seat::new(script, Faulty::lying(remote.clone(), lie), true),
            }
        };
        let seats = (0..script.desks).map(|_| seat()).collect();
        let (settled, tally, trace, scores, promoted_otherwise, forms, opened) = Default::default();
        Self {
            remote,
            dashboard,
            memory,
            seats,
            settled,
            tally,
            promises,
            promoted_otherwise,
            forms,
            opened,
            trace,
            scores,
            account,
        }
    }

    pub fn story(self) -> (Vec<String>, Tally, Vec<Seat>) {
        let with_documents = u64::from(self.seats.iter().any(|seat| seat.documents));
        let tally = Tally { worlds: 1, with_documents, texts: self.settled.texts, ..self.tally };
        (self.trace, tally, self.seats)
    }

    pub async fn live(&mut self, script: &Script) -> Result<(), Broken> {
        let versions = self.versions().await;
        let documents = versions.values().map(|version| &version.docs.code).filter(|code| code.kind != DocKind::Code);
        documents.for_each(|code| self.settled.form(code.kind, code.text.as_deref().unwrap_or_default()));
        for step in &script.steps {
            self.step(*step).await?;
        }
        self.come_to_rest(script.seed as usize).await
    }

    async fn step(&mut self, step: Step) -> Result<(), Broken> {
        let Step(act, seed) = step;
        let mut dice = Rng::with_seed(seed);
        clock::pass(dice.u32(1..4_000));
        self.tally.steps += 1;
        self.tally.act(format!("{act:?}"));
        self.note(format!("{step:?}"));
        let desk = dice.usize(0..self.seats.len());
        match act {
            Act::Edit
            | Act::EditBoth
            | Act::EditAlike
            | Act::Break
            | Act::Delete
            | Act::DeleteScore
            | Act::RenameFile
            | Act::Open
            | Act::SaveOpened
            | Act::Restart
            | Act::LoseState
            | Act::Commit
            | Act::Checkout
            | Act::Rebase
            | Act::TakeFiles => self.at_desk(act, desk, &mut dice),
            Act::Save
            | Act::SaveAndPromote
            | Act::PromoteAny
            | Act::Rename
            | Act::SwapNames
            | Act::CycleNames
            | Act::RenameScorecard
            | Act::SameName
            | Act::Move
            | Act::Add
            | Act::Remove => self.in_dashboard(act, &mut dice).await,
            Act::Watch => self.watch(desk, &mut dice).await?,
            Act::Look => self.look(desk).await?,
            _ => self.run(act, desk, &mut dice).await?,
        }
        Ok(())
    }

    pub fn note(&mut self, what: impl Into<String>) {
        self.trace.push(what.into());
    }

    pub async fn catalog(&mut self) -> Catalog {
        let (catalog, _) = self.remote.catalog(&self.account).await.expect("a catalog");
        self.scores.extend(catalog.scores.iter().map(|score| score.id.clone()));
        catalog
    }

    /// All versions of all scores that ever were.
    pub async fn versions(&mut self) -> BTreeMap<VersionId, Version> {
        if let Some(memory) = &self.memory {
            return memory.all_versions();
        }
        self.catalog().await;
        let mut ids = Vec::new();
        for score in &self.scores {
            ids.extend(self.remote.history(score).await.expect("a history").into_iter().map(|meta| meta.id));
        }
        let reads = self.remote.versions(&ids).await.expect("versions");
        reads.into_iter().map(|(id, read)| (id, read.expect("a version"))).collect()
    }

    pub async fn check_versions(&mut self) -> Result<(), Broken> {
        let versions = self.versions().await;
        let champions = self.catalog().await.scores.into_iter().filter_map(|score| score.champion).collect();
        self.settled.check_versions(&versions, &champions)
    }

    /// The laws about what a command did, or a watcher since the last look.
    pub fn check_desk(&mut self, desk: usize, before: &Files) -> Result<(), Broken> {
        let seat = &self.seats[desk];
        self.settled.check_replaced(desk, seat, before)?;
        let blind = seat.line.blind_promotions();
        law(blind.is_empty(), "promotions are conditional", || format!("desk {desk}: {blind:?}"))
    }
}
