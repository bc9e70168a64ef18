//! Halts in words: why a whole run stopped.

use super::problem::Problem;
use super::wording::{GONE, alone, prune};
use crate::cli::args::option;
use crate::cli::exit::Exit;
use crate::cli::text::{plain, quoted};
use crate::engine::Halt;
use crate::model::{DocKind, SyncKind, code_of, document_at};
use crate::plan::Guard;
use std::path::Path;

/// The most scores that are listed where one was meant.
const MAX_NAMED: usize = 5;

impl From<Halt> for Problem {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Guard { guard, root, standalone } => of_guard(guard, &root, &standalone),
            Halt::OtherOrigin { known, given } => {
                Self::new(Exit::Guard, "OTHER_ORIGIN", "this workspace was made with another dashboard or account")
                    .at(format!("workspace: {}", plain(&known)))
                    .at(format!("settings:  {}", plain(&given)))
                    .help("scoresync doctor    # to see where the settings come from")
                    .help("use another folder for another account")
            }
            Halt::NoScore(kind) => Self::new(
                Exit::Usage,
                "NO_SCORE",
                format!("this is a {kind}; only scores are evaluated, answer and get feedback"),
            )
            .help("name a score; scoresync status -v    # to see all"),
            Halt::NoAccount(key) if key.is_empty() => {
                Self::new(Exit::Usage, "NO_ACCOUNT", "there is no account or more than one here, so name the one to use")
                    .help("set PLEXUS_ACCOUNT_KEY, or account_key in scoresync.yaml")
            }
            Halt::NoAccount(key) => Self::new(Exit::Usage, "NO_ACCOUNT", format!("no account has the key {:?}", plain(&key)))
                .help("set PLEXUS_ACCOUNT_KEY to the key of your account")
                .help("scoresync doctor    # to see where it comes from"),
            Halt::Interrupted => Self::interrupted(),
            Halt::NeverSynced => Self::new(Exit::Usage, "NEVER_SYNCED", "nothing was synced here yet").help("scoresync pull"),
            Halt::Offline => Self::new(Exit::Usage, "OFFLINE", "this needs the dashboard").help("run it without --offline"),
            Halt::LeftOut { selector, scorecard, by_settings } => {
                let (word, card) = (plain(&selector), plain(&scorecard));
                let (why, help) = if by_settings {
                    ("scoresync.yaml leaves out", format!("add {card:?} to scorecards in scoresync.yaml"))
                } else {
                    ("--scorecard leaves out", option("--scorecard", &card))
                };
                Self::new(Exit::Usage, "LEFT_OUT", format!("{word:?} is in the scorecard {card:?}, which {why}")).help(help)
            }
            Halt::NoSuchScorecard { word, known } => {
                let message = format!("no scorecard matches {:?}, which scoresync.yaml names under scorecards", plain(&word));
                let problem =
                    Self::new(Exit::Usage, "NO_MATCH", message).help("correct scorecards in scoresync.yaml; there are these");
                known.iter().fold(problem, |problem, name| problem.at(plain(name)))
            }
            Halt::NoMatch { selector, suggestion } => {
                let problem = Self::new(Exit::Usage, "NO_MATCH", format!("no score or scorecard matches {:?}", plain(&selector)));
                match suggestion {
                    Some(near) => problem.help(format!("did you mean {}?", quoted(&plain(&near)))),
                    None => problem.help("scoresync status -v    # to see all scores"),
                }
            }
            Halt::OfNoScore(path) => {
                let problem = Self::new(Exit::Usage, "NO_SCORE", "no score has this file").at(plain(path.as_str()));
                match code_of(&path) {
                    Some(code) if document_at(&path) == Some(DocKind::Guidelines) => problem.help(alone(&code)),
                    _ => problem.help(format!("scoresync new {}    # makes a score of it", quoted(path.as_str()))),
                }
            }
            Halt::Ambiguous { selector, matches } => {
                let message = format!("{:?} matches {} scores", plain(&selector), matches.len());
                let problem = Self::new(Exit::Usage, "AMBIGUOUS", message).help("name one of them by its file or its id");
                matches.iter().fold(problem, |problem, one| problem.at(plain(one)))
            }
            Halt::NothingToUndo { run: None } => Self::new(Exit::Usage, "NOTHING_TO_UNDO", "there is nothing to take back here")
                .help("scoresync log SCORE    # to go back to an earlier version"),
            Halt::NothingToUndo { run: Some(run) } => {
                Self::new(Exit::Usage, "NOTHING_TO_UNDO", format!("no backup of run {run} is kept"))
                    .help("scoresync restore --list")
            }
            Halt::NotKept(number) => Self::new(Exit::Usage, "NOT_KEPT", format!("there is no backup with the number {number}"))
                .help("scoresync restore --list"),
            Halt::NoVersion { version, matches } => {
                let message = match matches.len() {
                    0 => format!("this score has no version {:?}", plain(&version)),
                    many => format!("{many} versions of this score start with {:?}", plain(&version)),
                };
                let problem = Self::new(Exit::Usage, "NO_VERSION", message).help("scoresync log SCORE    # to see its versions");
                matches.iter().fold(problem, |problem, id| problem.at(plain(id.as_str())))
            }
            Halt::NeverChampion(version) => {
                let message = format!("it is not recorded when version {} was champion", plain(version.short()));
                Self::new(Exit::Usage, "NEVER_CHAMPION", message)
                    .help("name the time with --from DATE --to DATE")
                    .help("scoresync log SCORE    # to see its versions")
            }
            Halt::NotOneCall { name, matches } => {
                let message = match matches.len() {
                    0 => format!("no call of this account is named {:?}", plain(&name)),
                    many => format!("{many} calls are named {:?}", plain(&name)),
                };
                let problem = Self::new(Exit::Usage, "NO_CALL", message)
                    .help("name it by its id, its external id, or the value of one of its identifiers");
                matches.iter().take(MAX_NAMED).fold(problem, |problem, id| problem.at(plain(id)))
            }
            Halt::NoReport(word) => {
                Self::new(Exit::Usage, "NO_REPORT", format!("no report or report configuration is named {:?}", plain(&word)))
                    .help("scoresync report    # to see the newest")
            }
            Halt::OlderVersion { path, version } => Self::new(
                Exit::Usage,
                "OLDER_VERSION",
                format!("version {} is older than the files or the champion, so there is nothing to update", version.short()),
            )
            .at(plain(path.as_str()))
            .help(format!(
                "scoresync restore {} --version {}    # to go back to what it says",
                quoted(&plain(path.as_str())),
                version.short()
            )),
            Halt::VersionConflict { path, version, docs } => {
                let docs: Vec<String> = docs.iter().map(ToString::to_string).collect();
                let message = format!("{}: version {} and your files change the same lines", docs.join(" and "), version.short());
                let path = plain(path.as_str());
                let pull = format!("scoresync pull {} --version {}", quoted(&path), version.short());
                let help = format!("{pull} --merge    # or --ours, --theirs; your text is kept, see undo");
                Self::new(Exit::Conflict, "VERSION_CONFLICT", message).at(&path).help(help)
            }
            Halt::Gone(path) => {
                let path = plain(path.as_str());
                Self::new(Exit::Failed, "GONE", GONE).at(&path).help(prune(&quoted(&path)))
            }
            Halt::NotOneScore(named) => {
                let message = format!("this command takes one score, and {} match", named.len());
                let problem = Self::new(Exit::Usage, "ONE_SCORE", message).help("name one of them by its file or its id");
                // Two scores that exchanged names, and have yet to move, have the same file.
                let described = named.iter().map(|(id, path)| format!("{path} ({id})"));
                described.take(MAX_NAMED).fold(problem, |problem, score: String| problem.at(plain(&score)))
            }
            Halt::NotNew(not) => not.into(),
            Halt::Remote(error) => error.into(),
            Halt::State(error) => error.into(),
            Halt::File(error) => {
                Self::new(Exit::Failed, "FILE_ERROR", error.to_string()).help("run this again once that is fixed")
            }
        }
    }
}

fn of_guard(guard: Guard, root: &Path, standalone: &[SyncKind]) -> Problem {
    let problem = |code, message: String| Problem::new(Exit::Guard, code, format!("{message}; nothing was touched"));
    let anew = "mv .scoresync .scoresync.old && mkdir .scoresync && scoresync pull    # to start over, in the workspace folder";
    match guard {
        Guard::RootEmptied { known, is_there } => problem(
            "GUARD_ROOT_EMPTIED",
            format!("the scorecards folder is missing or empty, but {known} scores were synced into it"),
        )
        .help("mount or restore the folder, then run this again")
        .help(format!("{}    # if it is in git", from_git(root, is_there, standalone)))
        .help("scoresync doctor    # to see which folder is meant")
        .help(anew),
        Guard::MassDeletion { deleted, known } => {
            problem("GUARD_MASS_DELETION", format!("{deleted} of {known} synced scores have no file any more"))
                .help(format!("{}    # if they are in git; or bring them back another way", from_git(root, true, standalone)))
                .help(anew)
        }
    }
}

/// The command that brings back the files that git misses, and no others: those that are there may have edits. Where the root is not
/// there, git starts beside it.
fn from_git(root: &Path, is_there: bool, standalone: &[SyncKind]) -> String {
    let (folder, name, to_beside) = match (root.parent(), root.file_name()) {
        (Some(parent), Some(name)) if !is_there => (parent, quoted(&name.to_string_lossy()).into_owned(), ""),
        _ => (root, ".".to_owned(), "../"),
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let git = format!("git -C {}", quoted(&folder.display().to_string()));
    let beside = standalone.iter().filter_map(|kind| kind.folder());
    let beside: String = beside.map(|folder| format!(" {to_beside}{folder}")).collect();
    format!("{git} ls-files -dz {name}{beside} | {git} checkout-index -z --stdin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::RemoteError;
    use crate::state::StateError;

    #[test]
    fn each_halt_has_its_exit_code() {
        let remote = |error| Problem::from(Halt::Remote(error)).exit;
        assert_eq!(remote(RemoteError::Unauthorised("x".into())), Exit::Unauthorised);
        assert_eq!(remote(RemoteError::Throttled("x".into())), Exit::Unreachable);
        let guard = Guard::RootEmptied { known: 3, is_there: false };
        assert_eq!(Problem::from(Halt::Guard { guard, root: "cards".into(), standalone: Vec::new() }).exit, Exit::Guard);
        assert_eq!(Problem::from(Halt::State(StateError::Locked(None))).exit, Exit::Guard);
        assert_eq!(Problem::from(Halt::NoAccount("x".into())).exit, Exit::Usage);
    }

    #[test]
    fn an_ambiguous_word_lists_what_it_matches() {
        let matches = vec!["A/Tone.yaml (1)".to_owned(), "B/Tone.yaml (2)".to_owned()];
        let problem = Problem::from(Halt::Ambiguous { selector: "Tone".into(), matches: matches.clone() });
        assert_eq!(problem.at, matches);
    }
}
