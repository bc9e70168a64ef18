//! What holds for every plan of every score.

use super::build::{PULL, PUSH, REFORMAT, carried_out, plan, text};
use super::describe;
use scoresync::model::{Content, DocKind, RemoteScore, ScoreSides, Snapshot, VersionId, is_reformatted};
use scoresync::plan::{Mode, Note, Operation, ScorePlan, Standing, Step};

/// Checks everything that must hold whatever the score looks like; `what` names it in a failure.
pub fn holds(sides: &ScoreSides, what: &str) {
    let pull = plan(sides, PULL);
    let prune = plan(sides, Mode::Pull { prune: true });
    let push = plan(sides, PUSH);
    assert_eq!(pull, plan(sides, PULL), "{what}: the same trees give the same plan");
    assert_eq!((&pull.standing, &pull.notes), (&push.standing, &push.notes), "{what}: the standing does not depend on the mode");
    if let (Some(synced), None) = (&sides.synced, &pull.found) {
        assert_eq!(pull.edits, sides.local.edits_of(&synced.docs), "{what}: edits are those of the base");
    }
    if let (Some(found), RemoteScore::Champion(_, known)) = (&pull.found, &sides.remote)
        && let Some(docs) = known.iter().find(|known| known.id == found.version).and_then(|known| known.docs.as_ref())
    {
        assert_eq!(pull.edits, sides.local.edits_of(docs), "{what}: edits are those of the version that was found");
    }
    if !matches!(pull.standing, Standing::GoneRemotely { clean: true }) {
        assert_eq!(pull, prune, "{what}: pruning concerns only scores that are gone");
    }
    pull_is_safe(sides, &pull, what);
    pull_is_safe(sides, &prune, what);
    push_is_safe(sides, &push, what);
    settles(sides, &pull, PULL, what);
    settles(sides, &push, PUSH, what);
    if pull.standing == Standing::Reformatted || pull.notes.contains(&Note::Reformatted) {
        let reformat = plan(sides, REFORMAT);
        assert_eq!((&pull.standing, &pull.notes), (&reformat.standing, &reformat.notes), "{what}: nor on what is pushed");
        push_is_safe(sides, &reformat, what);
        settles(sides, &reformat, REFORMAT, what);
    }
}

/// A pull creates nothing, and replaces only what is a version's or was merged.
fn pull_is_safe(sides: &ScoreSides, plan: &ScorePlan, what: &str) {
    let Step::Do(operation) = &plan.step else { return };
    assert!(!matches!(operation, Operation::Create { .. }), "{what}: a pull creates no version");
    if let Operation::Write { files, merged, .. } = operation {
        assert!(!files.is_empty() && files.is_sorted_by_key(|file| file.kind), "{what}: code first");
        for write in files {
            let there = sides.local.get(write.kind);
            let Some(replaced) = there.file() else { continue };
            let lost = !is_version(sides, write.kind, &replaced.content) && !*merged;
            assert!(!lost, "{what}: {} is replaced by {:?}", write.path, write.text);
        }
    }
    if let Operation::Remove(_) = operation {
        for kind in [DocKind::Code, DocKind::Guidelines] {
            let known =
                sides.local.get(kind).file().is_none_or(|file| is_version(sides, kind, &file.content) || file.content.is_empty());
            assert!(known, "{what}: an edited file is removed");
        }
    }
}

/// A push touches no file, and builds only on a champion that we have seen.
fn push_is_safe(sides: &ScoreSides, plan: &ScorePlan, what: &str) {
    assert!(plan.moves.is_empty(), "{what}: a push moves no file");
    let Step::Do(operation) = &plan.step else { return };
    match operation {
        Operation::Create { version, base, .. } => {
            let champion = champion(sides);
            assert!(sides.paths.kind().has_drafts(), "{what}: nothing is pushed that runs unasked");
            assert_eq!(base.champion.as_ref(), champion, "{what}: the champion stays what it is");
            assert!(version.parent.is_some() || champion.is_none(), "{what}: only a first version has no parent");
            let current = sides.synced.as_ref().map(|synced| &synced.base);
            assert!(current.is_none() || version.parent.as_ref() == current, "{what}: the parent is the base");
        }
        Operation::Record(_) | Operation::Reuse { .. } => {}
        Operation::Write { .. } | Operation::Remove(_) => panic!("{what}: a push touches files"),
    }
}

/// A second run of the same mode has nothing to do; after a push, a pull takes nothing.
fn settles(sides: &ScoreSides, first: &ScorePlan, mode: Mode, what: &str) {
    let Step::Do(operation) = &first.step else { return };
    let mut after = carried_out(sides, first);
    if let (Operation::Create { base, .. }, RemoteScore::Champion(champion, _)) = (operation, &mut after.remote) {
        assert_ne!(champion.id, base.version);
        champion.docs = None;
    }
    assert_eq!(describe::step(&plan(&after, mode)), "nothing", "{what}: {} again", describe::step(first));
    if matches!(operation, Operation::Create { .. }) && sides.local.found_at.is_none() {
        assert_eq!(describe::step(&plan(&after, PULL)), "nothing", "{what}: a pull after a push");
        assert_eq!(plan(&after, PULL).standing, Standing::Ahead, "{what}: what was pushed is a draft");
    }
}

fn champion(sides: &ScoreSides) -> Option<&VersionId> {
    if let RemoteScore::Champion(champion, _) = &sides.remote { Some(&champion.id) } else { None }
}

/// Some version that the trees know has this document.
fn is_version(sides: &ScoreSides, kind: DocKind, content: &Content) -> bool {
    let mut versions: Vec<&Snapshot> = Vec::new();
    if let Some(synced) = &sides.synced {
        versions.extend([Some(&synced.docs), synced.champion_docs.as_ref()].into_iter().flatten());
    }
    if let RemoteScore::Champion(_, known) | RemoteScore::Unchampioned(known) = &sides.remote {
        versions.extend(known.iter().filter_map(|known| known.docs.as_ref()));
    }
    if let RemoteScore::Champion(champion, _) = &sides.remote {
        versions.extend(champion.docs.as_ref());
    }
    let is_none = kind == DocKind::Guidelines
        && content.is_empty()
        && text(sides.local.get(kind)).is_none_or(|text| text.trim().is_empty());
    is_none || versions.iter().any(|docs| docs.get(kind).is_some_and(|known| known == content || is_reformatted(known, content)))
}
