//! What people do in the dashboard.

use super::script::Act;
use super::texts;
use super::world::World;
use fastrand::Rng;
use scoresync::model::{Content, DocKind, Score, ScoreId, Scorecard, SyncKind, Version, VersionId};
use std::collections::BTreeMap;

impl World {
    pub async fn in_dashboard(&mut self, act: Act, dice: &mut Rng) {
        let catalog = self.catalog().await;
        let scores = catalog.scores;
        let any = |dice: &mut Rng| scores.get(dice.usize(0..scores.len().max(1))).cloned();
        let (Some(score), fresh) = (any(dice), dice.u16(..)) else { return };
        match act {
            Act::Save | Act::SaveAndPromote => self.save(&score.id, act == Act::SaveAndPromote, dice).await,
            Act::PromoteAny => {
                let versions = self.versions().await;
                let mut own: Vec<VersionId> = of_score(&versions, &score.id).map(|version| version.meta.id.clone()).collect();
                if SyncKind::of(&score.id).is_standalone() {
                    // A form is saved, however old what stands in it is.
                    let forms = self.forms.iter().filter(|(document, _)| *document == score.id);
                    own = forms.map(|(_, form)| form.clone()).collect();
                }
                if !own.is_empty() {
                    let version = own[dice.usize(0..own.len())].clone();
                    self.promote(&score.id, &version).await;
                }
            }
            Act::Rename => self.rename(&score, format!("Score {fresh:x}")).await,
            Act::SwapNames | Act::CycleNames => {
                let count = if act == Act::SwapNames { 2 } else { 3 };
                let first = scores.iter().position(|other| other.id == score.id).unwrap_or_default();
                let round: Vec<&Score> = scores.iter().cycle().skip(first).take(count.min(scores.len())).collect();
                for (at, score) in round.iter().enumerate() {
                    self.rename(score, round[(at + 1) % round.len()].name.to_string()).await;
                }
            }
            Act::SameName => {
                let other = any(dice).unwrap_or(score.clone());
                let name = if dice.bool() { other.name.to_string() } else { score.name.to_uppercase() };
                self.rename(&score, name).await;
            }
            Act::RenameScorecard => {
                let card = catalog.scorecards.into_iter().next().expect("there is one");
                let name = ["Calls", "Letters", "CALLS"][usize::from(fresh) % 3].to_owned();
                self.note(format!("  dashboard: {} is named {name}", card.id));
                self.dashboard.change_scorecard(Scorecard { name, ..card }).await;
            }
            Act::Move if SyncKind::of(&score.id).is_standalone() => {}
            Act::Move => {
                let second =
                    Scorecard { id: "second".into(), name: "Second".into(), key: "second".into(), external_id: "2".into() };
                if !catalog.scorecards.iter().any(|card| card.id == second.id) {
                    self.dashboard.put_scorecard(second).await;
                }
                let scorecard_id = if score.scorecard_id.as_str() == "card" { "second" } else { "card" }.into();
                self.note(format!("  dashboard: {} moves to {scorecard_id}", score.id));
                self.dashboard.change_score(Score { scorecard_id, ..score }).await;
            }
            Act::Add => {
                let kind = SyncKind::of(&score.id);
                let (id, external_id) = (kind.score_id(&format!("added-{fresh:x}")), format!("9{fresh}"));
                let (name, key) = (format!("Added {fresh:x}").into(), format!("added-{fresh:x}").into());
                let added = Score { id: id.clone(), name, key, external_id: external_id.into(), champion: None, ..score };
                self.note(format!("  dashboard: {id} is new"));
                self.dashboard.put_score(added).await;
                let [code, guidelines] = [kind.main_document(), DocKind::Guidelines].map(|kind| texts::new_text(dice, kind));
                let version = self.fill_in(&id, None, &code, Some(&guidelines)).await;
                if dice.u8(0..4) > 0 {
                    self.promote(&id, &version).await;
                }
            }
            _ if scores.len() > 2 => {
                self.note(format!("  dashboard: {} is removed", score.id));
                self.dashboard.remove_score(&score.id).await;
            }
            _ => {}
        }
    }

    /// Makes a version; of a standalone document, a form that can be saved later, too.
    async fn fill_in(&mut self, score: &ScoreId, parent: Option<&VersionId>, code: &str, guidelines: Option<&str>) -> VersionId {
        let version = self.dashboard.save(score, parent, code, guidelines).await;
        let kind = SyncKind::of(score);
        if kind.is_standalone() {
            self.forms.push((score.clone(), version.clone()));
            self.settled.form(kind.main_document(), code);
        }
        version
    }

    async fn rename(&mut self, score: &Score, name: String) {
        self.note(format!("  dashboard: {} is named {name:?}", score.id));
        self.dashboard.change_score(Score { name: name.into(), ..score.clone() }).await;
    }

    async fn promote(&mut self, score: &ScoreId, version: &VersionId) {
        self.note(format!("  dashboard: {version} of {score} is promoted"));
        self.promoted_otherwise.insert(version.clone());
        self.dashboard.promote(score, Some(version)).await;
    }

    /// Somebody saves a version, mostly from the champion or another version, mostly with both documents.
    async fn save(&mut self, score: &ScoreId, promote: bool, dice: &mut Rng) {
        let versions = self.versions().await;
        let own: Vec<&Version> = of_score(&versions, score).collect();
        if own.is_empty() {
            return;
        }
        let champion = self.remote.score(score).await.expect("a score").and_then(|score| score.champion);
        let champion = champion.filter(|_| dice.u8(0..4) > 0).and_then(|champion| versions.get(&champion));
        let base = champion.unwrap_or(own[dice.usize(0..own.len())]);
        let (code, guidelines) = saved(base, dice);
        let parent = Some(&base.meta.id).filter(|_| dice.u8(0..5) > 0);
        let version = self.fill_in(score, parent, &code, guidelines.as_deref()).await;
        self.note(format!("  dashboard: {version} of {score}, from {}: {code:?}, {guidelines:?}", base.meta.id));
        if promote {
            self.promote(score, &version).await;
        }
    }
}

/// What somebody saves over a version.
pub fn saved(base: &Version, dice: &mut Rng) -> (String, Option<String>) {
    let text = |content: &Content| content.text.as_deref().unwrap_or_default().to_owned();
    let (code, guidelines) = (text(&base.docs.code), base.docs.guidelines.as_ref().map(text));
    if base.docs.code.kind != DocKind::Code {
        return (texts::edited(dice, base.docs.code.kind, &code), None);
    }
    let edited = |kind, text: &str, dice: &mut Rng| texts::edited(dice, kind, text);
    match dice.u8(0..7) {
        0..3 => (edited(DocKind::Code, &code, dice), guidelines),
        3 | 4 => {
            let guidelines = guidelines.unwrap_or_default();
            let guidelines = edited(DocKind::Guidelines, &guidelines, dice);
            (code, Some(guidelines))
        }
        5 => {
            let guidelines = guidelines.map(|text| edited(DocKind::Guidelines, &text, dice));
            (edited(DocKind::Code, &code, dice), guidelines)
        }
        // An agent that forgets the guidelines.
        _ => (edited(DocKind::Code, &code, dice), None),
    }
}

fn of_score<'a>(versions: &'a BTreeMap<VersionId, Version>, score: &ScoreId) -> impl Iterator<Item = &'a Version> {
    versions.values().filter(move |version| version.meta.score_id == *score)
}
