//! The planner: three trees and a mode in, a plan out.

use super::classify::classify;
use super::files::moves;
use super::types::{FileMove, Mode, Operation, Plan, ScorePlan, Standing, Step, YamlFault};
use super::{pull, push};
use crate::model::{ScoreId, ScoreSides, Trees};

/// Plans every score for itself. `yaml_fault` gives the 1-based line and column of the first syntax error of a code
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
/// let champion = Champion { id: "v1".into(), docs: Some(docs) };
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
    Plan { scores: trees.iter().map(plan).collect() }
}

fn plan_score(id: &ScoreId, sides: &ScoreSides, mode: Mode, yaml_fault: YamlFault) -> ScorePlan {
    let row = match classify(sides) {
        Ok(row) => row,
        Err(why) => {
            let (moves, notes) = (Vec::new(), Vec::new());
            return ScorePlan { standing: Standing::Broken, moves, step: Step::Problem(why), notes, found: None };
        }
    };
    let step = match mode {
        Mode::Pull { prune } => pull::step(sides, &row, prune, yaml_fault),
        Mode::Push { reformat } => push::step(id, sides, &row, reformat),
    }
    .unwrap_or_else(Step::Problem);
    let moves = moves_before(sides, mode, &step);
    ScorePlan { standing: row.standing(), moves, step, notes: row.notes(sides), found: row.found(sides) }
}

/// Files move only in a pull that has something to record: until then the state finds them where they are.
fn moves_before(sides: &ScoreSides, mode: Mode, step: &Step) -> Vec<FileMove> {
    match (mode, step) {
        (Mode::Pull { .. }, Step::Do(Operation::Record(_) | Operation::Write { .. })) => moves(sides),
        _ => Vec::new(),
    }
}
