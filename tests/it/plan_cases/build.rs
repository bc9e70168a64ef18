//! Trios from short descriptions, and what becomes of them when a plan is carried out.

use scoresync::check;
use scoresync::model::{
    Content, DocKind, Expect, LocalDoc, LocalFile, LocalScore, RemoteScore, ScorePaths, ScoreSides, Snapshot, Trees,
};
use scoresync::plan::{Mode, Operation, ScorePlan, Step, fold, reconcile};

/// A pull that removes nothing.
pub const PULL: Mode = Mode::Pull { prune: false };

/// A push of edits.
pub const PUSH: Mode = Mode::Push { reformat: false, promote: false };

/// A push that is also about code that is only written in another way.
pub const REFORMAT: Mode = Mode::Push { reformat: true, promote: false };

/// The syntax check that the engine passes to the planner.
pub fn yaml_fault(text: &str) -> Option<(usize, usize)> {
    check::syntax(DocKind::Code, text).map(|fault| (fault.line, fault.column))
}

/// The plan of the only score of a tree.
pub fn plan(sides: &ScoreSides, mode: Mode) -> ScorePlan {
    let id = sides.paths.kind().score_id("score");
    let trees = Trees::from([(id.clone(), sides.clone())]);
    reconcile(&trees, mode, yaml_fault).scores.remove(&id).expect("every score has a plan")
}

/// The two files of a score of this name.
pub fn paths(name: &str) -> ScorePaths {
    ScorePaths::parse(&format!("Card/{name}.yaml"), &format!("Card/guidelines/{name}.md")).expect("safe paths")
}

/// Both documents of a version or a side.
pub fn docs(code: &str, guidelines: Option<&str>) -> Snapshot {
    Snapshot { code: Content::of(DocKind::Code, code), guidelines: guidelines.map(|text| Content::of(DocKind::Guidelines, text)) }
}

/// A file, or none.
pub fn doc(kind: DocKind, text: Option<&str>) -> LocalDoc {
    text.map_or(LocalDoc::Absent, |text| LocalDoc::Present(LocalFile::of(kind, text)))
}

/// Both files of a score.
pub fn files(code: Option<&str>, guidelines: Option<&str>) -> LocalScore {
    LocalScore { code: doc(DocKind::Code, code), guidelines: doc(DocKind::Guidelines, guidelines), ..LocalScore::default() }
}

/// The text of a file.
pub fn text(doc: &LocalDoc) -> Option<&str> {
    doc.file().and_then(|file| file.content.text.as_deref())
}

/// What a score's files and state are after its plan was carried out in full; checks each precondition.
pub fn carried_out(sides: &ScoreSides, plan: &ScorePlan) -> ScoreSides {
    let mut after = sides.clone();
    let Step::Do(operation) = &plan.step else {
        assert!(plan.moves.is_empty(), "files move only where something is recorded");
        return after;
    };
    if !plan.moves.is_empty() {
        let from = after.local.found_at.take().expect("only found files move");
        for step in &plan.moves {
            let (kind, _) = from.documents().find(|(_, path)| **path == step.from).expect("a file of the score");
            assert_eq!((&step.to, step.expect), (sides.paths.get(kind), expected(after.local.get(kind))));
        }
    }
    match operation {
        Operation::Write { files, .. } => {
            for write in files {
                let is_main = write.kind != DocKind::Guidelines;
                let there = if is_main { &mut after.local.code } else { &mut after.local.guidelines };
                assert_eq!((&write.path, write.expect), (sides.paths.get(write.kind), expected(there)));
                *there = doc(write.kind, Some(&write.text));
            }
        }
        Operation::Remove(removals) => {
            assert_eq!(sides.remote, RemoteScore::Gone);
            assert!(
                removals
                    .iter()
                    .all(|removal| [&after.local.code, &after.local.guidelines].map(expected).contains(&removal.expect))
            );
            after.local = LocalScore::default();
        }
        Operation::Record(_) | Operation::Create { .. } | Operation::Reuse { .. } => {}
    }
    after.synced = fold(sides.synced.as_ref(), operation);
    after
}

fn expected(doc: &LocalDoc) -> Expect {
    doc.file().map_or(Expect::Absent, |file| Expect::Bytes(file.raw))
}
