//! The planner: three trees and a mode in, a plan out.

use super::classify::classify;
use super::files::moves;
use super::types::{FileMove, Mode, Note, Operation, Plan, ScorePlan, Standing, Step, YamlFault};
use super::{pull, push};
use crate::model::{Changes, RelPath, ScoreId, ScorePaths, ScoreSides, Trees};
use std::collections::{HashMap, HashSet};

/// Plans every score for itself; only that a score whose place is taken stays where it is is seen from all of them. `yaml_fault` gives the 1-based line and column of the first syntax error of a code
/// text; it is asked only about texts that a merge has made.
///
/// Texts have to be in the trees wherever files and base, or champion and last champion, differ; a score that lacks one
/// gets [`Step::Problem`].
///
/// # Examples
///
/// A score that was never synced and has a champion is written by a pull:
///
/// ```
/// use scoresync::model::{
///     Champion, Content, DocKind, LocalScore, RelPath, RemoteScore, ScoreId, ScorePaths, ScoreSides, Snapshot, Trees,
/// };
/// use scoresync::plan::{Mode, Operation, Standing, reconcile};
///
/// let code = RelPath::parse("Calls/Tone.yaml").expect("a safe path");
/// let docs = Snapshot { code: Content::of(DocKind::Code, "name: Tone\n"), guidelines: None };
/// let champion = Champion::new("v1".into(), Some(docs));
/// let sides = ScoreSides {
///     paths: ScorePaths::of_code(&code).expect("the code of a score"),
///     local: LocalScore::default(),
///     remote: RemoteScore::Champion(champion, Vec::new()),
///     synced: None,
/// };
/// let tone = ScoreId::from("tone");
/// let plan = reconcile(&Trees::from([(tone.clone(), sides)]), Mode::Pull { prune: false }, |_| None);
/// assert_eq!(plan.scores[&tone].standing, Standing::NotPulled);
/// assert!(matches!(plan.operations().next(), Some((_, Operation::Write { files, .. })) if files[0].path == code));
/// ```
pub fn reconcile(trees: &Trees, mode: Mode, yaml_fault: YamlFault) -> Plan {
    let plan = |(id, sides): (&ScoreId, &ScoreSides)| (id.clone(), plan_score(id, sides, mode, yaml_fault));
    let mut plan = Plan { scores: trees.iter().map(plan).collect() };
    hold_back(trees, &mut plan, |id, sides| plan_score(id, sides, mode, yaml_fault));
    plan
}

/// Files go where others lie only if these leave in the same run: names that are swapped, or handed on, and files that are
/// removed. Where something stays, everything that waits for its place stays too.
fn hold_back(trees: &Trees, plan: &mut Plan, plan_score: impl Fn(&ScoreId, &ScoreSides) -> ScorePlan) {
    let obstructed: Vec<(&ScoreId, &ScoreSides)> = trees.iter().filter(|(_, sides)| !sides.local.in_the_way.is_empty()).collect();
    let mut leaving: HashSet<RelPath> = plan.scores.values().flat_map(ScorePlan::leaves).cloned().collect();
    let wanted_by: HashMap<&RelPath, &ScoreId> =
        obstructed.iter().flat_map(|(id, sides)| sides.local.in_the_way.iter().map(move |place| (place, *id))).collect();
    let taken = |sides: &ScoreSides, leaving: &HashSet<RelPath>| {
        sides.local.in_the_way.iter().find(|place| !leaving.contains(*place)).cloned()
    };
    let mut held: Vec<&ScoreId> =
        obstructed.iter().filter(|(_, sides)| taken(sides, &leaving).is_some()).map(|(id, _)| *id).collect();
    while let Some(id) = held.pop() {
        let (sides, planned) = (&trees[id], plan.scores.get_mut(id).expect("every score has a plan"));
        for place in planned.leaves().filter(|place| leaving.remove(*place)) {
            held.extend(wanted_by.get(place));
        }
        let stays = match &sides.local.found_at {
            Some(at) => plan_score(id, &staying(sides, at.clone())),
            None => ScorePlan { step: Step::Nothing, ..planned.clone() },
        };
        *planned = ScorePlan { waits_for: taken(sides, &leaving), ..stays };
    }
}

/// The score as if it had not been renamed: its files are found where they belong.
fn staying(sides: &ScoreSides, paths: ScorePaths) -> ScoreSides {
    ScoreSides { paths, ..sides.clone() }
}

/// What the files change against the base that the state knows.
fn edits_of_base(sides: &ScoreSides) -> Changes {
    sides.synced.as_ref().map(|synced| sides.local.edits_of(&synced.docs)).unwrap_or_default()
}

fn plan_score(id: &ScoreId, sides: &ScoreSides, mode: Mode, yaml_fault: YamlFault) -> ScorePlan {
    let row = match classify(sides) {
        Ok(row) => row,
        Err(why) => {
            let (moves, notes) = (Vec::new(), Vec::new());
            return ScorePlan {
                standing: Standing::Broken,
                moves,
                waits_for: None,
                step: Step::Problem(why),
                notes,
                found: None,
                edits: edits_of_base(sides),
            };
        }
    };
    let step = match mode {
        Mode::Pull { prune } => pull::step(sides, &row, prune, yaml_fault),
        Mode::Push { reformat, promote } => push::step(id, sides, &row, reformat, promote),
    }
    .unwrap_or_else(Step::Problem);
    let moves = moves_before(sides, mode, &step);
    let (standing, mut notes, found) = (row.standing(), row.notes(sides), row.found(sides));
    notes.retain(|note| *note != Note::HasNoDrafts || !matches!(step, Step::Do(Operation::Create { .. })));
    let edits = row.edits().unwrap_or_else(|| edits_of_base(sides));
    ScorePlan { standing, moves, waits_for: None, step, notes, found, edits }
}

/// Files move only in a pull that has something to record: until then the state finds them where they are.
fn moves_before(sides: &ScoreSides, mode: Mode, step: &Step) -> Vec<FileMove> {
    match (mode, step) {
        (Mode::Pull { .. }, Step::Do(Operation::Record(_) | Operation::Write { .. })) => moves(sides),
        _ => Vec::new(),
    }
}
