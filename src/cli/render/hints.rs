//! What to do next after a status: one command for all scores in the same state.

use super::labels;
use crate::cli::error::made_anew;
use crate::cli::roots::typed;
use crate::engine::{Report, ScoreReport};
use crate::model::{Fault, RelPath};
use crate::plan::Standing;
use std::path::Path;

/// The states that ask for something, the gravest first, and the command that each is told with.
const COMMANDS: [(&str, &str); 9] = [
    ("conflict", "resolve"),
    ("diverged", "pull"),
    ("behind", "pull"),
    ("not pulled", "pull"),
    ("to move", "pull"),
    ("edited", "push"),
    ("new", "push"),
    ("draft", "promote"),
    ("gone", "pull --prune"),
];

/// `2 behind: scoresync pull`, for each state that asks for something. `selection` is what was typed after the command, for a
/// shell; it is empty where everything is meant. `root` is the scorecards root as it is shown.
pub fn hints(report: &Report, selection: &[String], root: &Path) -> Vec<String> {
    let selected: String = selection.iter().map(|word| format!(" {word}")).collect();
    let hint = |(state, command): (&str, &str)| {
        let count = report.scores.iter().filter(|score| asks(score) && labels::status(score).text == state).count();
        (count > 0).then(|| format!("{count} {state}: scoresync {command}{selected}"))
    };
    let is_of_another = |score: &ScoreReport| score.fault.as_deref().is_some_and(Fault::is_of_another);
    let faulty = || report.scores.iter().filter(|score| score.fault.is_some() && !score.is_marked());
    let of_others = faulty().filter(|score| is_of_another(score)).count();
    let faults = faulty().count() - of_others;
    let faults = (faults > 0).then(|| format!("{faults} with a fault: scoresync check"));
    let of_others = (of_others > 0).then(|| format!("{of_others} with another score's text: scoresync diff{selected}"));
    let waiting = report.scores.iter().filter(|score| score.waits_for.is_some()).count();
    let waiting = (waiting > 0).then(|| {
        format!("{waiting} waiting for a place: scoresync pull{selected}    # once what lies there is moved or removed")
    });
    let files = deleted(report, root).into_iter().chain(edited_and_gone(report, root));
    COMMANDS.into_iter().filter_map(hint).chain(files).chain(faults).chain(of_others).chain(waiting).collect()
}

/// Files that are gone and seem to be nowhere else: each may be meant, so that they are named one by one.
fn deleted(report: &Report, root: &Path) -> Option<String> {
    let is_deleted = |score: &&ScoreReport| labels::status(score) == labels::standing(Standing::DeletedLocally);
    let (count, file) = one_by_one(report.scores.iter().filter(is_deleted), root)?;
    Some(format!("{count} deleted: scoresync restore {file}    # brings it back; Plexus keeps the score"))
}

/// Edits of scores that are gone, each of which may be kept. Where another score waits for the place of one, that has to be
/// free.
fn edited_and_gone(report: &Report, root: &Path) -> Option<String> {
    let wanted: Vec<&RelPath> = report.scores.iter().filter_map(|score| score.waits_for.as_ref()).collect();
    let is_meant = |score: &&ScoreReport| {
        let is_wanted = score.paths.files().any(|file| wanted.contains(&file));
        score.standing == (Standing::GoneRemotely { clean: false }) && !is_wanted
    };
    let (count, file) = one_by_one(report.scores.iter().filter(is_meant), root)?;
    Some(format!("{count} gone, edited here: {}", made_anew(&file)))
}

/// How many there are, and what a command names for one of them.
fn one_by_one<'a>(mut scores: impl Iterator<Item = &'a ScoreReport>, root: &Path) -> Option<(usize, String)> {
    let one = scores.next()?;
    let others = scores.count();
    Some((1 + others, if others == 0 { typed(root, &one.paths.code) } else { "PATH".to_owned() }))
}

/// The command of its state does something for this score: a push refuses faults, a prune leaves edits alone, and only where a
/// text is no document there is nothing to resolve yet. One whose place is taken is not pulled until that is free.
fn asks(score: &ScoreReport) -> bool {
    if score.standing == Standing::NotPulled && score.waits_for.is_some() {
        return false;
    }
    let is_in_the_way = |fault: &Fault| !fault.is_of_another() || score.standing != Standing::UnknownBase;
    !score.fault.as_deref().is_some_and(is_in_the_way) && score.standing != (Standing::GoneRemotely { clean: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::testing::{conflict, report, score};
    use crate::engine::{Outcome, Verb};
    use crate::model::{Changes, DocKind, Fault};

    const CODE: Changes = Changes { code: true, guidelines: false };

    #[test]
    fn each_state_has_one_command_for_all() {
        let mut broken = score("F", Standing::Modified(CODE), Outcome::Untouched);
        broken.fault = Some(Box::new(Fault::new(DocKind::Code, 1, 7, "unclosed bracket".to_owned())));
        let mut waiting = score("I", Standing::Clean, Outcome::Untouched);
        waiting.waits_for = Some(waiting.paths.code.clone());
        let status = report(
            Verb::Status,
            vec![
                score("A", Standing::Clean, Outcome::Untouched),
                score("B", Standing::Ahead, Outcome::Untouched),
                score("C", Standing::Behind(CODE), Outcome::Untouched),
                score("D", Standing::Diverged { local: CODE, remote: CODE }, Outcome::Conflict(conflict())),
                score("E", Standing::Behind(CODE), Outcome::Untouched),
                broken,
                score("G", Standing::Modified(CODE), Outcome::Untouched),
                score("H", Standing::GoneRemotely { clean: false }, Outcome::Untouched),
                waiting,
                score("J", Standing::DeletedLocally, Outcome::Untouched),
            ],
        );
        let selection = ["QA".to_owned(), "'my score'".to_owned()];
        insta::assert_snapshot!(hints(&status, &selection, Path::new("scorecards")).join("\n"), @r"
        1 conflict: scoresync resolve QA 'my score'
        2 behind: scoresync pull QA 'my score'
        1 edited: scoresync push QA 'my score'
        1 draft: scoresync promote QA 'my score'
        1 deleted: scoresync restore scorecards/Card/J.yaml    # brings it back; Plexus keeps the score
        1 gone, edited here: scoresync new scorecards/Card/H.yaml    # makes a score of it again; or remove its files
        1 with a fault: scoresync check
        1 waiting for a place: scoresync pull QA 'my score'    # once what lies there is moved or removed
        ");
    }
}
