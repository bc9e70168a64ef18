//! What kept one score from being done, in words.

use super::diagnostic::{broken_file, broken_score, fault_at, score_problem};
use super::git::git_gap;
use super::promotion::{lost_to, replace_lost};
use super::remote::remote_code;
use super::wording::{GONE, made_anew, push_again, too_large};
use crate::cli::exit::{Exit, of_remote};
use crate::cli::roots::typed;
use crate::cli::text::{plain, quoted};
use crate::engine::{Failure, GitGap, Outcome, ScoreReport};
use crate::model::{BrokenFile, DocKind, Fault, FaultCause};
use crate::plan::{Conflict, ConflictKind, Found, Refusal, ScoreProblem, Standing};
use crate::workspace::FileError;
use std::path::Path;

/// Why a score was not done. The codes are the reference's where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// For programs; stable.
    pub code: &'static str,
    /// What is wrong, without a full stop.
    pub message: String,
    /// The command that gets out.
    pub help: Option<String>,
}

/// Why `score` was not done; none if it was, or had nothing to do. `root` is the scorecards root as a person sees it.
pub fn explanation(score: &ScoreReport, root: &Path) -> Option<Explanation> {
    let path = || typed(root, &score.paths.code);
    let explained = |(code, message, help): Words| Explanation { code, message: plain(&message).into_owned(), help };
    let unedited = score.found.as_ref().filter(|_| matches!(score.standing, Standing::Adopted { .. }));
    match (&score.outcome, unedited) {
        (Outcome::Conflict(conflict), _) if score.is_marked() => Some(explained(of_marked_conflict(conflict, &path()))),
        (Outcome::Conflict(conflict), _) if is_unrelated(score) && conflict.kind == ConflictKind::UnknownBase => {
            Some(explained(of_unrelated_conflict(conflict, &path())))
        }
        (Outcome::Conflict(conflict), _) => Some(explained(of_conflict(conflict, score.git_gap.as_deref(), &path()))),
        (Outcome::Refused(Refusal::UnknownBase), _) if is_unrelated(score) => Some(explained(of_unrelated(&path()))),
        (Outcome::Refused(Refusal::Stale { .. }), Some(found)) => Some(explained(older(found, &path()))),
        (Outcome::Refused(Refusal::Fault(fault)), _) => {
            let (code, _, help) = of_refusal(&Refusal::Fault(fault.clone()), None, &path());
            let help = with_own_text(score, fault, &path()).or(help);
            Some(explained((code, fault_at(root, score.files_at(), fault), help)))
        }
        (Outcome::Refused(refusal), _) => Some(explained(of_refusal(refusal, score.git_gap.as_deref(), &path()))),
        (Outcome::Failed(Failure::Problem(ScoreProblem::File(file))), _) => Some(explained(of_broken_file(score, file, root))),
        (Outcome::Failed(failure), _) => Some(explained(of_failure(failure, &path(), root))),
        (Outcome::Untouched | Outcome::Planned(_) | Outcome::Done(_), _) => None,
    }
}

/// The command that gets out of what a score is in: of what kept it from being done, or of an unfinished merge.
pub fn next_command(score: &ScoreReport, root: &Path) -> Option<String> {
    let unfinished = || score.is_marked().then(|| once_merged(&typed(root, &score.paths.code)));
    explanation(score, root).map_or_else(unfinished, |explanation| explanation.help)
}

/// Code, message and way out, as in [`Explanation`].
type Words = (&'static str, String, Option<String>);

fn of_conflict(conflict: &Conflict, gap: Option<&GitGap>, path: &str) -> Words {
    let docs: Vec<String> = conflict.docs.iter().map(ToString::to_string).collect();
    let docs = docs.join(" and ");
    let resolve = Some(to_resolve(path));
    match conflict.kind {
        ConflictKind::Lines => ("CONFLICT", format!("{docs}: both sides changed the same lines"), resolve),
        ConflictKind::Parts => ("CONFLICT", format!("{docs}: both sides added, moved or changed the same part"), resolve),
        ConflictKind::Yaml { line, column } => {
            ("CONFLICT", format!("{docs}: merged without overlap, but the result is not YAML at {line}:{column}"), resolve)
        }
        ConflictKind::OlderText => (
            "OLDER_TEXT",
            format!("{docs}: Plexus went back to a text that was replaced from here; maybe an old form was saved"),
            resolve,
        ),
        ConflictKind::UnknownBase => {
            let message = format!("{docs}: the files match no version of this score");
            match gap.map(git_gap) {
                Some(gap) => ("UNKNOWN_BASE", format!("{message}; {}", gap.message), gap.help.or(resolve)),
                None => ("UNKNOWN_BASE", message, resolve),
            }
        }
    }
}

/// The version that the files come from is known, and neither it nor another one is what the champion comes from, too: both were
/// made as the first version, say.
pub fn is_unrelated(score: &ScoreReport) -> bool {
    score.standing == Standing::UnknownBase && score.base.is_some()
}

/// What files and champion are to each other then.
pub const UNRELATED: &str = "your files and the champion come from no common version";

fn of_unrelated_conflict(conflict: &Conflict, path: &str) -> Words {
    let docs: Vec<String> = conflict.docs.iter().map(ToString::to_string).collect();
    ("UNKNOWN_BASE", format!("{}: {UNRELATED}", docs.join(" and ")), Some(to_resolve(path)))
}

fn of_unrelated(path: &str) -> Words {
    ("UNKNOWN_BASE", format!("{UNRELATED}: pull first"), Some(pull_first(path)))
}

/// A conflict of files that hold conflict markers: those of a merge that was begun before the champion moved again.
fn of_marked_conflict(conflict: &Conflict, path: &str) -> Words {
    let (code, message, _) = of_conflict(conflict, None, path);
    (code, message, Some(to_resolve_marked(path)))
}

/// A push of files whose base nobody knows, and what would tell it.
fn unknown_base(gap: Option<&GitGap>, path: &str) -> Words {
    let message = "it is not known which version the files come from";
    let pull = pull_first(path);
    match gap.map(git_gap) {
        Some(gap) => ("UNKNOWN_BASE", format!("{message}: {}", gap.message), gap.help.or(Some(pull))),
        None => ("UNKNOWN_BASE", format!("{message}: pull first"), Some(pull)),
    }
}

/// FileState that are an older version, as a checkout brings them, are not pushed over the champion.
fn older(found: &Found, path: &str) -> Words {
    let version = found.version.short();
    let behind = found.behind.map_or_else(|| "older than".to_owned(), |behind| format!("{behind} behind"));
    let go_back = format!("to go back on purpose: scoresync restore {path} --version {version}, then push");
    (
        "STALE",
        format!("the files are version {version}, {behind} the champion"),
        Some(format!("scoresync pull {path}    # or, {go_back}")),
    )
}

/// The way out of what a push does not send before a pull: one that has ended in a conflict already would only say so again.
fn pull_first(path: &str) -> String {
    format!("scoresync pull {path}    # if that is a conflict: scoresync resolve {path}")
}

/// The command that ends the conflict of a score; `path` as it is typed.
pub fn to_resolve(path: &str) -> String {
    format!("scoresync resolve {path}    # or with --ours, --theirs, --merge, --tool")
}

fn to_resolve_marked(path: &str) -> String {
    where_marked(&format!("scoresync resolve {path}"))
}

/// How `resolve` goes on where the file holds conflict markers: none are put around them, and such a file cannot be pushed.
pub fn where_marked(resolve: &str) -> String {
    format!("{resolve} --theirs    # or edit what lies between the markers, then --ours")
}

fn of_refusal(refusal: &Refusal, gap: Option<&GitGap>, path: &str) -> Words {
    match refusal {
        Refusal::Stale { champion } => {
            ("STALE", format!("the champion is now {}: pull first", champion.short()), Some(pull_first(path)))
        }
        Refusal::UnknownBase => unknown_base(gap, path),
        Refusal::GoneRemotely => ("GONE", GONE.into(), Some(made_anew(path))),
        Refusal::Fault(fault) => match fault.cause {
            FaultCause::UnfinishedMerge => ("MERGE_MARKERS", fault.to_string(), Some(once_merged(path))),
            FaultCause::OfAnother => ("OTHER_SCORES_TEXT", fault.message.clone(), Some(once_told_apart(path, fault.kind))),
            FaultCause::Copy => ("OTHER_SCORES_TEXT", fault.message.clone(), Some(once_meant(path))),
            FaultCause::Text => ("INVALID_YAML", fault.to_string(), Some(once_fixed(path))),
        },
        Refusal::TooLarge { bytes, limit } => ("TOO_LARGE", too_large(*bytes, *limit), Some(once_fixed(path))),
    }
}

/// The way out of files that hold conflict markers; `path` as it is typed.
pub fn once_merged(path: &str) -> String {
    format!("scoresync push {path}    # once you have edited what lies between the markers")
}

/// Why something failed; `root` is the scorecards root as a person sees it.
pub fn failure_message(failure: &Failure, root: &Path) -> String {
    of_failure(failure, "", root).1
}

/// The way out of code that is another score's, where it is known what the own text was.
fn with_own_text(score: &ScoreReport, fault: &Fault, path: &str) -> Option<String> {
    let base = score.base.as_ref().filter(|_| fault.is_of_another() && fault.kind != DocKind::Guidelines)?;
    let else_push = match fault.cause {
        FaultCause::Copy => format!("; if you mean the other one: scoresync push {path}"),
        _ => "; what is there now is kept".to_owned(),
    };
    Some(format!("scoresync restore {} --version {}    # its own text{else_push}", score.id, base.short()))
}

/// The way out of files that git brought from before names changed hands.
fn once_told_apart(path: &str, kind: DocKind) -> String {
    if kind == DocKind::Guidelines {
        return format!("scoresync push {path}    # if they are meant; else commit the other document of both scores, too");
    }
    format!("scoresync diff {path}    # then check out the files of both scores as they are today")
}

/// The way out of a file that says what another score says, which may be meant.
fn once_meant(path: &str) -> String {
    format!("scoresync diff {path}    # if you mean that text: scoresync push {path}")
}

/// The way out of files that cannot be pushed as they are.
fn once_fixed(path: &str) -> String {
    format!("scoresync push {path}    # once its files are fixed")
}

fn of_failure(failure: &Failure, path: &str, root: &Path) -> Words {
    match failure {
        Failure::Problem(ScoreProblem::Remote(broken)) if broken.lost_champion().is_some() => {
            ("BROKEN_CHAMPION", broken_score(broken), Some(replace_lost(path)))
        }
        Failure::Problem(problem) => ("UNEXPECTED_ERROR", score_problem(root, problem), None),
        Failure::NoBase => ("UNEXPECTED_ERROR", "it has no base version to promote".to_owned(), None),
        Failure::LateResolution(kept) => {
            let message = "the file or the champion changed meanwhile, so nothing was written; what you decided is kept";
            let numbers: Vec<String> = kept.iter().map(|number| format!("scoresync restore --entry {number}")).collect();
            let again = format!("scoresync resolve {path}    # again; what you decided: {}", numbers.join(" && "));
            ("CHANGED_MEANWHILE", message.to_owned(), Some(again))
        }
        Failure::MarkedBefore(marked) => (
            "MERGE_MARKERS",
            format!("{} already contains conflict markers: edit the text between them", root.join(marked.as_str()).display()),
            Some(to_resolve_marked(path)),
        ),
        Failure::LostProposal => ("UNEXPECTED_ERROR", "what was to be created is no longer known".to_owned(), None),
        Failure::UnreadVersion(version) => ("UNEXPECTED_ERROR", format!("version {version} was not read"), None),
        Failure::File(error) => ("FILE_ERROR", error.to_string(), after_file(error, path)),
        Failure::Remote(error) => {
            let may_pass_by_itself = of_remote(error) == Exit::Unreachable;
            (remote_code(error), error.to_string(), may_pass_by_itself.then(|| push_again(path)))
        }
        Failure::NotPromoted { version, winner } => (
            "CHAMPION_MOVED",
            format!("version {} was created but not promoted: {}", version.short(), lost_to(winner.as_deref())),
            Some(format!("scoresync pull {path} && scoresync push --promote {path}")),
        ),
        Failure::ShadowInvalidated(version) => (
            "SHADOW_INVALIDATION_PRESENT",
            format!(
                "version {} was created but not promoted: it lists optimizer_shadow_invalid_feedback_item_ids",
                version.short()
            ),
            Some(format!("scoresync push --promote {path}    # once that list is removed from the file")),
        ),
    }
}

/// A file that cannot be read as a document. What is there is kept when its earlier text comes back.
fn of_broken_file(score: &ScoreReport, file: &BrokenFile, root: &Path) -> Words {
    let path = quoted(&root.join(&file.path).display().to_string()).into_owned();
    let help = match (file.place, &score.base) {
        (Some(_), Some(base)) => {
            format!("scoresync restore {path} --version {}    # as it was; or save it as UTF-8", base.short())
        }
        (Some(_), None) => format!("scoresync check {path}    # once it is saved as UTF-8"),
        (None, _) => format!("ls -ld {path}"),
    };
    ("FILE_ERROR", broken_file(root, file), Some(help))
}

/// What to do about a file that could not be read or written; `path` names its score.
fn after_file(error: &FileError, path: &str) -> Option<String> {
    let file = error.path().display().to_string();
    match error {
        FileError::Changed(_) => Some(format!("scoresync pull {path}    # the file was changed while this ran")),
        FileError::ReadOnly(_) | FileError::ReadOnlyFolder(_) => {
            Some(format!("chmod u+w {} && scoresync pull {path}", quoted(&file)))
        }
        FileError::Denied(_) => Some(format!("ls -ld {}    # who may read and write it", quoted(&file))),
        FileError::NoSpace(_) => Some(format!("scoresync pull {path}    # once there is room")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::testing::{conflict, score};

    fn root() -> &'static Path {
        Path::new("scorecards")
    }

    #[test]
    fn a_conflict_says_which_command_ends_it() {
        let explanation =
            explanation(&score("My Tone", Standing::UnknownBase, Outcome::Conflict(conflict())), root()).expect("an explanation");
        assert_eq!(explanation.code, "CONFLICT");
        assert_eq!(explanation.message, "code: both sides changed the same lines");
        assert_eq!(
            explanation.help.as_deref(),
            Some("scoresync resolve 'scorecards/Card/My Tone.yaml'    # or with --ours, --theirs, --merge, --tool")
        );
    }

    #[test]
    fn what_went_well_has_no_explanation() {
        assert_eq!(explanation(&score("A", Standing::Clean, Outcome::Untouched), root()), None);
    }
}
