//! Random worlds: a dashboard, a folder and a state that only the planner's operations change. The random part comes
//! first; then everybody stops editing, and pulls and pushes must come to an end with nothing lost.

use crate::plan_cases::build::{PULL, PUSH, doc, docs, paths, plan, yaml_fault};
use crate::plan_cases::law;
use fastrand::Rng;
use proptest::prelude::*;
use scoresync::model::{
    Champion, DocKind, Expect, Known, LocalDoc, LocalScore, RelPath, RemoteScore, ScoreId, ScorePaths, ScoreSides, Snapshot,
    SyncedScore, Trees, VersionId,
};
use scoresync::plan::{Mode, Operation, Plan, ScorePlan, Standing, Step, fold, reconcile};
use std::collections::{BTreeMap, BTreeSet};

/// What may happen to one score of the world.
#[derive(Clone, Debug)]
enum Event {
    /// A person changes, adds or removes a line of a file.
    Edit(DocKind, usize, u8),
    /// A person deletes a file.
    Delete(DocKind),
    /// Somebody saves a version in the dashboard, from the champion, and promotes it; it may lose guidelines and parent.
    Publish { line: usize, guidelines: u8, keeps_parent: bool },
    /// Somebody promotes one of the versions that are there.
    Promote(usize),
    /// The score gets another name.
    Rename,
    /// The state of this score is lost.
    Forget,
    /// A whole run.
    Run(bool),
}

fn event() -> impl Strategy<Value = Event> {
    let kind = prop::sample::select(vec![DocKind::Code, DocKind::Guidelines]);
    prop_oneof![
        6 => (kind.clone(), 0..8_usize, any::<u8>()).prop_map(|(kind, line, how)| Event::Edit(kind, line, how)),
        1 => kind.prop_map(Event::Delete),
        4 => (0..8_usize, any::<u8>(), any::<bool>())
            .prop_map(|(line, guidelines, keeps_parent)| Event::Publish { line, guidelines, keeps_parent }),
        2 => any::<usize>().prop_map(Event::Promote),
        1 => Just(Event::Rename),
        1 => Just(Event::Forget),
        4 => any::<bool>().prop_map(Event::Run),
    ]
}

/// One score in the dashboard; versions in the order of their making.
#[derive(Default)]
struct Remote {
    name: String,
    versions: Vec<Known>,
    champion: Option<VersionId>,
}

struct World {
    random: Rng,
    scores: BTreeMap<ScoreId, Remote>,
    files: BTreeMap<RelPath, String>,
    state: BTreeMap<ScoreId, SyncedScore>,
}

impl World {
    fn new(seed: u64) -> Self {
        let score = |name: &str| {
            let code: String = (0..8).map(|line| format!("k{line}: 0\n")).collect();
            let guidelines: String = (0..8).map(|line| format!("{line}. 0\n")).collect();
            let id = VersionId::from(format!("{name}-first"));
            let first = Known { id: id.clone(), parent: None, docs: Some(docs(&code, Some(&guidelines))) };
            (ScoreId::from(name), Remote { name: name.to_owned(), versions: vec![first], champion: Some(id) })
        };
        let scores = ["one", "two"].map(score).into();
        Self { random: Rng::with_seed(seed), scores, files: BTreeMap::new(), state: BTreeMap::new() }
    }

    fn happen(&mut self, score: &ScoreId, event: &Event) {
        match event {
            Event::Edit(kind, line, how) => self.edit(score, *kind, *line, *how),
            Event::Delete(kind) => {
                let path = self.path(score, *kind);
                self.files.remove(&path);
            }
            Event::Publish { line, guidelines, keeps_parent } => self.publish(score, *line, *guidelines, *keeps_parent),
            Event::Promote(index) => {
                let remote = self.remote(score);
                remote.champion = Some(remote.versions[index % remote.versions.len()].id.clone());
            }
            Event::Rename => self.remote(score).name.push('x'),
            Event::Forget => drop(self.state.remove(score)),
            Event::Run(true) => drop(self.run(PULL)),
            Event::Run(false) => drop(self.run(PUSH)),
        }
    }

    fn remote(&mut self, score: &ScoreId) -> &mut Remote {
        self.scores.get_mut(score).expect("scores stay")
    }

    /// Where a file of a score is, or belongs if it is not there.
    fn path(&self, score: &ScoreId, kind: DocKind) -> RelPath {
        let sides = self.sides(score);
        let paths = sides.local.found_at.unwrap_or(sides.paths);
        paths.get(kind).clone()
    }

    fn edit(&mut self, score: &ScoreId, kind: DocKind, line: usize, how: u8) {
        let path = self.path(score, kind);
        let word = self.random.u32(..);
        let text = self.files.get(&path).map(|text| edited(text, line, how, word));
        self.files.insert(path, text.unwrap_or_else(|| format!("k{word}: new\n")));
    }

    fn publish(&mut self, score: &ScoreId, line: usize, guidelines: u8, keeps_parent: bool) {
        let word = self.random.u32(..);
        let remote = self.remote(score);
        let Some(champion) = remote.versions.iter().find(|version| Some(&version.id) == remote.champion.as_ref()) else { return };
        let old = champion.docs.clone().expect("all versions have documents");
        let text = |content: &Option<_>| content.as_ref().map(|content: &scoresync::model::Content| content.text.clone());
        let guidelines = match (guidelines % 5, text(&old.guidelines).flatten()) {
            (0, _) => None,
            (1, _) => Some(String::new()),
            (2, Some(old)) => Some(edited(&old, line, 0, word)),
            (_, old) => old.as_deref().map(str::to_owned),
        };
        let code = edited(old.code.text.as_deref().expect("all texts are there"), line, guidelines.is_some().into(), word);
        let id = VersionId::from(format!("v-{word}"));
        let parent = keeps_parent.then(|| champion.id.clone());
        remote.versions.push(Known { id: id.clone(), parent, docs: Some(docs(&code, guidelines.as_deref())) });
        remote.champion = Some(id);
    }

    /// What observing this score gives the planner.
    fn sides(&self, score: &ScoreId) -> ScoreSides {
        let (remote, synced) = (&self.scores[score], self.state.get(score).cloned());
        let paths = paths(&remote.name);
        let is_there = |paths: &ScorePaths| paths.files().any(|path| self.files.contains_key(path));
        let found_at = synced.as_ref().map(|synced| synced.paths.clone()).filter(|old| !is_there(&paths) && is_there(old));
        let at = found_at.as_ref().unwrap_or(&paths);
        let file = |kind: DocKind| doc(kind, self.files.get(at.get(kind)).map(String::as_str));
        let (code, guidelines) = (file(DocKind::Code), file(DocKind::Guidelines));
        let known: Vec<Known> = remote.versions.iter().rev().cloned().collect();
        let champion = remote.champion.as_ref().map(|id| {
            let in_state = synced.as_ref().is_some_and(|synced| synced.docs_of(id).is_some());
            let version = known.iter().find(|version| version.id == *id).expect("a champion is a version");
            Champion::new(id.clone(), version.docs.clone().filter(|_| !in_state))
        });
        let remote = champion.map_or(RemoteScore::Gone, |champion| RemoteScore::Champion(champion, known));
        ScoreSides {
            paths: paths.clone(),
            local: LocalScore { code, guidelines, found_at, ..LocalScore::default() },
            remote,
            synced,
        }
    }

    fn trees(&self) -> Trees {
        self.scores.keys().map(|id| (id.clone(), self.sides(id))).collect()
    }

    /// Plans, and carries the operations out in any order.
    fn run(&mut self, mode: Mode) -> Plan {
        let trees = self.trees();
        trees.iter().for_each(|(id, sides)| law::holds(sides, id.as_str()));
        let plan = reconcile(&trees, mode, yaml_fault);
        let mut scores: Vec<_> = plan.scores.iter().collect();
        self.random.shuffle(&mut scores);
        for (id, step) in scores {
            self.carry_out(id, &trees[id], step);
        }
        plan
    }

    fn carry_out(&mut self, id: &ScoreId, sides: &ScoreSides, plan: &ScorePlan) {
        let own: Vec<_> = sides.paths.files().collect();
        for step in &plan.moves {
            assert!(own.contains(&&step.to) && !self.files.contains_key(&step.to));
            let text = self.files.remove(&step.from).expect("what moves is there");
            self.files.insert(step.to.clone(), text);
        }
        let Step::Do(operation) = &plan.step else { return };
        match operation {
            Operation::Write { files, .. } => {
                for write in files {
                    let there = if write.kind == DocKind::Code { &sides.local.code } else { &sides.local.guidelines };
                    assert!(own.contains(&&write.path), "{} is another score's", write.path);
                    assert_eq!(write.expect, there.file().map_or(Expect::Absent, |file| Expect::Bytes(file.raw)));
                    self.nothing_is_lost(id, write.kind, there, &write.text);
                    self.files.insert(write.path.clone(), write.text.to_string());
                }
            }
            Operation::Create { version, base, .. } => {
                let made = Known { id: version.id.clone(), parent: version.parent.clone(), docs: Some(base.docs.clone()) };
                let versions = &mut self.remote(id).versions;
                match versions.iter().find(|known| known.id == made.id) {
                    Some(same) => assert_eq!(*same, made, "one id, one version"),
                    None => versions.push(made),
                }
            }
            Operation::Record(_) | Operation::Reuse { .. } | Operation::Remove(_) => {}
        }
        match fold(sides.synced.as_ref(), operation) {
            Some(synced) => drop(self.state.insert(id.clone(), synced)),
            None => drop(self.state.remove(id)),
        }
    }

    /// What is replaced is a version's, or each line that no version has is in the new text.
    fn nothing_is_lost(&self, id: &ScoreId, kind: DocKind, replaced: &LocalDoc, new: &str) {
        let Some(file) = replaced.file() else { return };
        let of = |docs: &Snapshot| if kind == DocKind::Code { Some(docs.code.clone()) } else { docs.guidelines.clone() };
        let versions: Vec<_> = self.scores[id].versions.iter().filter_map(|version| of(version.docs.as_ref()?)).collect();
        if file.content.is_empty() || versions.contains(&file.content) {
            return;
        }
        let texts = versions.iter().filter_map(|content| content.text.as_deref());
        let known: BTreeSet<&str> = texts.chain([new]).flat_map(str::lines).collect();
        for line in file.content.text.as_deref().unwrap_or_default().lines() {
            assert!(known.contains(line), "{line:?} of {id} is lost");
        }
    }
}

fn edited(text: &str, line: usize, how: u8, word: u32) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = line.min(lines.len().saturating_sub(1));
    match how % 4 {
        0 if lines.len() > 2 => drop(lines.remove(at)),
        1 => lines.insert(at, format!("n{word}: 1")),
        _ if lines.is_empty() => lines.push(format!("n{word}: 1")),
        _ => {
            let key = lines[at].split(' ').next().unwrap_or_default().to_owned();
            lines[at] = format!("{key} {word}");
        }
    }
    lines.join("\n") + "\n"
}

fn operations(plan: &Plan) -> Vec<String> {
    plan.operations().map(|(id, operation)| format!("{id}: {operation:?}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_world_comes_to_rest(seed in any::<u64>(), events in prop::collection::vec((0..2_usize, event()), 0..30)) {
        let mut world = World::new(seed);
        for (index, event) in &events {
            let score = world.scores.keys().nth(*index).expect("two scores").clone();
            world.happen(&score, event);
        }
        world.run(PULL);
        world.run(PUSH);
        prop_assert_eq!(operations(&world.run(PULL)), Vec::<String>::new());
        prop_assert_eq!(operations(&world.run(PUSH)), Vec::<String>::new());
        for sides in world.trees().values() {
            let plan = plan(sides, PULL);
            let at_rest = match plan.standing {
                Standing::Clean | Standing::Ahead | Standing::DeletedLocally => plan.step == Step::Nothing,
                Standing::Diverged { .. } | Standing::UnknownBase => matches!(plan.step, Step::Conflict(_)),
                Standing::Modified(_) => sides.local.code.file().is_some_and(|file| file.content.is_empty()),
                _ => false,
            };
            prop_assert!(at_rest, "{:?}", plan);
        }
    }
}
