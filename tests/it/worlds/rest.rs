//! The end of a world: everybody stops, puts in order what is theirs to put in order, and decides what waits for a decision.

use super::commands::{Command, file_of};
use super::seat::Files;
use super::settled::agree;
use super::trouble::Trouble;
use super::world::World;
use super::{Broken, editor, law};
use scoresync::engine::{Choice, Outcome, PullOptions, PushOptions, RestoreFrom, ScoreReport, Targets, status};
use scoresync::model::{DocKind, FaultCause, RelPath, ScoreId, SyncKind};
use scoresync::plan::{Note, Standing};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const LAW: &str = "everything comes to rest";

impl World {
    /// `observer`: the desk from which the end is looked at in all ways.
    pub async fn come_to_rest(&mut self, observer: usize) -> Result<(), Broken> {
        self.note("everybody stops");
        let desks = 0..self.seats.len();
        for desk in desks.clone() {
            self.tidy(desk).await?;
        }
        for choice in [Choice::Ours, Choice::Theirs] {
            for desk in desks.clone() {
                self.decide(desk, choice).await?;
            }
        }
        for desk in desks.clone() {
            self.make_room(desk).await;
            let prune = PullOptions { prune: true, ..PullOptions::default() };
            let pruned = self.calmly(desk, Command::Pull(Targets::default(), prune)).await?;
            if !pruned.is_empty() {
                // What waited for the place of files that are removed now.
                self.calmly(desk, Command::Pull(Targets::default(), PullOptions::default())).await?;
            }
        }
        for desk in desks.clone() {
            self.check_rest(desk).await?;
        }
        self.look(observer % desks.len()).await?;
        self.check_agreement().await?;
        self.check_versions().await?;
        self.check_history().await?;
        self.tally.versions += self.versions().await.len() as u64;
        desks.into_iter().try_for_each(|desk| self.settled.check_kept(desk, &self.seats[desk]))
    }

    /// A command that meets no trouble.
    async fn calmly(&mut self, desk: usize, command: Command) -> Result<String, Broken> {
        Ok(self.command(desk, command, Trouble::None).await?.unwrap_or_default())
    }

    /// Files that were deleted come back, strange ones go, and those that cannot be pushed are mended.
    async fn tidy(&mut self, desk: usize) -> Result<(), Broken> {
        // Whatever was left unfinished is finished first.
        self.calmly(desk, Command::Push(Targets::default(), PushOptions::default())).await?;
        // Where a score has the text of one that is missing, bringing that one back would make it a copy.
        self.give_back(desk).await?;
        let loaded = self.seats[desk].state().load().expect("readable");
        for (score, synced) in &loaded.synced {
            if !self.seats[desk].files().contains_key(&file_of(&synced.paths.code)) {
                self.calmly(desk, Command::Restore(Targets::scores([score]), RestoreFrom::Last)).await?;
            }
        }
        let recorded: BTreeSet<PathBuf> = loaded.synced.values().flat_map(|synced| synced.paths.files().map(file_of)).collect();
        if self.seats[desk].files().keys().any(|path| !recorded.contains(path)) {
            self.put_strange_files_away(desk).await;
        }
        self.calmly(desk, Command::Pull(Targets::default(), PullOptions::default())).await?;
        // Of a score whose place another one's file had it shows only now that it has none.
        self.bring_back(desk).await?;
        self.mend(desk).await
    }

    async fn bring_back(&mut self, desk: usize) -> Result<(), Broken> {
        for score in self.deleted(desk).await {
            self.calmly(desk, Command::Restore(Targets::scores([&score]), RestoreFrom::Last)).await?;
        }
        Ok(())
    }

    async fn deleted(&mut self, desk: usize) -> Vec<ScoreId> {
        let report = status(self.seats[desk].looking(), &Targets::default(), true).await;
        let scores = report.map(|report| report.scores).unwrap_or_default();
        let deleted = scores.into_iter().filter(|score| score.standing == Standing::DeletedLocally);
        deleted.map(|score| score.id).collect()
    }

    async fn put_strange_files_away(&mut self, desk: usize) {
        let report = status(self.seats[desk].looking(), &Targets::default(), true).await;
        let scores = report.map(|report| report.scores).unwrap_or_default();
        let paths = scores.iter().flat_map(|score| [Some(&score.paths), score.moved_from.as_deref()]).flatten();
        let known: BTreeSet<PathBuf> = paths.flat_map(|paths| paths.files().map(file_of)).collect();
        for path in self.seats[desk].files().into_keys().filter(|path| !known.contains(path)) {
            self.note(format!("  desk {desk}: {} is put away", path.display()));
            self.seats[desk].remove(&path);
        }
    }

    /// A person brings back the own text of each score whose file has another one's; guidelines that it has none of go. Where
    /// the code was so, the guidelines are told only then.
    async fn give_back(&mut self, desk: usize) -> Result<(), Broken> {
        let of_others = |scores: Vec<ScoreReport>| {
            scores.into_iter().filter(|score| score.fault.as_ref().is_some_and(|fault| fault.is_of_another()))
        };
        for _ in 0..2 {
            for score in of_others(self.faulty(desk).await) {
                self.give_back_one(desk, &score).await?;
            }
        }
        Ok(())
    }

    async fn give_back_one(&mut self, desk: usize, score: &ScoreReport) -> Result<(), Broken> {
        let paths = score.files_at();
        let Some(base) = &score.base else {
            // It has no version: nobody gave it a text yet.
            let here = self.seats[desk].files();
            let there = paths.files().map(file_of).filter(|path| here.contains_key(path));
            there.for_each(|path| self.remove(desk, &path));
            return Ok(());
        };
        if let Some(fault) = &score.fault {
            let own = RestoreFrom::Version(base.to_string());
            let restored = self.calmly(desk, Command::Restore(Targets::scores([&score.id]), own)).await?;
            if let Some(guidelines) = paths.guidelines.as_ref().filter(|_| fault.kind == DocKind::Guidelines)
                && !restored.contains(guidelines.as_str())
                && self.seats[desk].files().contains_key(&file_of(guidelines))
            {
                self.remove(desk, &file_of(guidelines));
            }
        }
        Ok(())
    }

    /// A person rewrites what cannot be pushed, and gives back what is another score's.
    async fn mend(&mut self, desk: usize) -> Result<(), Broken> {
        self.give_back(desk).await?;
        for score in self.faulty(desk).await {
            // Who edits what lies between conflict markers decides, too, and a world cannot tell whose line is whose.
            if score.fault.as_ref().is_some_and(|fault| fault.cause == FaultCause::UnfinishedMerge) {
                self.settled.decided.insert(score.id.clone());
            }
            let paths = score.files_at();
            for path in paths.files().map(file_of).collect::<Vec<_>>() {
                if let Some(text) = self.seats[desk].files().get(&path).map(|text| mended(&path, text)) {
                    self.type_into(desk, &path, &text);
                }
            }
        }
        Ok(())
    }

    /// The scores whose files cannot be pushed as they are.
    async fn faulty(&mut self, desk: usize) -> Vec<ScoreReport> {
        let report = status(self.seats[desk].looking(), &Targets::default(), true).await;
        let scores = report.map(|report| report.scores).unwrap_or_default();
        scores.into_iter().filter(|score| score.fault.is_some() || score.standing == Standing::Broken).collect()
    }

    /// A person puts away the files that another score waits for the place of, one after the other: edited ones of scores that are
    /// gone, and those that are no score's.
    async fn make_room(&mut self, desk: usize) {
        while let Some(path) = self.in_the_way(desk).await {
            self.note(format!("  desk {desk}: {} is put away", path.display()));
            self.seats[desk].remove(&path);
        }
    }

    async fn in_the_way(&mut self, desk: usize) -> Option<PathBuf> {
        let report = status(self.seats[desk].looking(), &Targets::default(), true).await.ok()?;
        let is_gone = |score: &&ScoreReport| score.standing == Standing::GoneRemotely { clean: false };
        let (gone, listed): (Vec<_>, Vec<_>) = report.scores.iter().partition(is_gone);
        let is_of = |scores: &[&ScoreReport], path: &RelPath| scores.iter().any(|score| score.files_at().lie_at(path));
        let waited_for = report.scores.iter().filter_map(|score| score.waits_for.as_ref());
        let here = self.seats[desk].files();
        let mut places = waited_for.filter(|path| is_of(&gone, path) || !is_of(&listed, path)).map(file_of);
        places.find(|place| here.contains_key(place))
    }

    /// Takes what the dashboard has, gives it what is here, and decides what is in the way of that.
    async fn decide(&mut self, desk: usize, choice: Choice) -> Result<(), Broken> {
        let all = Targets::default;
        let promote = PushOptions { promote: true, reformat: true, ..PushOptions::default() };
        let mut done = self.calmly(desk, Command::Sync(promote.clone())).await?;
        if is_undone(&done) {
            self.calmly(desk, Command::Resolve(all(), choice)).await?;
            // Whose place another score's file had.
            self.bring_back(desk).await?;
            self.mend(desk).await?;
            done = self.calmly(desk, Command::Push(all(), promote)).await?;
        }
        law(!is_undone(&done) || done.contains("Gone"), LAW, || {
            format!("desk {desk}: a push after everything is decided says: {done}")
        })
    }

    async fn check_rest(&mut self, desk: usize) -> Result<(), Broken> {
        let report = status(self.seats[desk].looking(), &Targets::default(), true).await;
        let report = report.map_err(|halt| Broken { law: LAW, what: format!("desk {desk}: status says {halt}") })?;
        for score in &report.scores {
            law(is_at_rest(score), LAW, || format!("desk {desk}: {} is {:?}", score.id, score.standing))?;
        }
        let (before, versions) = (self.seats[desk].files(), self.versions().await);
        for command in [
            Command::Pull(Targets::default(), PullOptions::default()),
            Command::Push(Targets::default(), PushOptions { promote: true, ..PushOptions::default() }),
        ] {
            let done = self.calmly(desk, command).await?;
            law(done.is_empty() || done.contains("Gone"), "rest is rest", || format!("desk {desk}: one more run does {done}"))?;
        }
        let now = self.versions().await;
        let same = now.len() == versions.len() && now.iter().all(|(id, version)| versions[id].docs == version.docs);
        law(same && self.seats[desk].files() == before, "rest is rest", || format!("desk {desk}: one more run changes something"))
    }

    /// A champion that the program promoted has that in its history.
    async fn check_history(&mut self) -> Result<(), Broken> {
        let versions = self.versions().await;
        let champions: Vec<_> = self.catalog().await.scores.into_iter().filter_map(|score| score.champion).collect();
        for champion in champions {
            let ours = self.seats.iter().any(|seat| seat.line.promoted().contains(&champion));
            let has_history = SyncKind::of_version(&champion) == SyncKind::Score;
            if ours && has_history && !self.promoted_otherwise.contains(&champion) {
                let is_told = versions[&champion].meta.was_champion();
                law(is_told, "promotions are told", || format!("the history of {champion} says nothing"))?;
            }
        }
        Ok(())
    }

    /// What the champions say is what all desks have.
    async fn check_agreement(&mut self) -> Result<(), Broken> {
        let versions = self.versions().await;
        let scores: Vec<ScoreId> = self.catalog().await.scores.into_iter().map(|score| score.id).collect();
        for desk in 0..self.seats.len() {
            let files: Files = self.seats[desk].files();
            let loaded = self.seats[desk].state().load().expect("readable");
            for score in &scores {
                let champion = self.remote.score(score).await.expect("a score").and_then(|score| score.champion);
                let Some(champion) = champion.and_then(|champion| versions.get(&champion)) else { continue };
                let Some(synced) = loaded.synced.get(score) else {
                    return law(false, LAW, || format!("desk {desk} knows nothing of {score}"));
                };
                for (kind, path) in synced.paths.documents() {
                    let said = champion.docs.get(kind).and_then(|content| content.text.as_deref());
                    let here = files.get(&file_of(path));
                    let (Some(said), Some(here)) = (said, here) else { continue };
                    law(agree(kind, said, here), LAW, || {
                        format!("desk {desk}: {kind} of {score} says {here:?}, its champion {} {said:?}", champion.meta.id)
                    })?;
                }
            }
        }
        Ok(())
    }
}

/// Something waits for a person.
fn is_undone(said: &str) -> bool {
    ["refused", "failed", "conflict"].iter().any(|word| said.contains(word))
}

fn is_at_rest(score: &ScoreReport) -> bool {
    let is_calm = matches!(score.standing, Standing::Clean | Standing::Empty | Standing::GoneRemotely { .. });
    is_calm && (matches!(score.outcome, Outcome::Untouched) || score.notes.contains(&Note::GuidelinesDropped))
}

/// A text that can be pushed, with what was to be kept of one that cannot.
fn mended(path: &Path, text: &str) -> String {
    let is_marker = |line: &&str| ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| line.starts_with(marker));
    let lines = text.lines().filter(|line| !is_marker(line));
    if !editor::kind(path).is_yaml() {
        return lines.map(|line| format!("{line}\n")).collect();
    }
    let mut keys = BTreeSet::new();
    let fresh = |line: &&str| line.split_once(':').is_some_and(|(key, _)| keys.insert(key.to_owned()));
    lines.filter(fresh).map(|line| format!("{line}\n")).collect()
}
