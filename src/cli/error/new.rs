//! Why no score can be created from a file, in words.

use super::problem::Problem;
use super::wording::{alone, too_large};
use crate::cli::exit::Exit;
use crate::cli::text::{plain, quoted};
use crate::engine::NotNew;
use crate::model::{DocKind, MAX_PAIR_BYTES, code_of, document_at};

impl From<NotNew> for Problem {
    fn from(reason: NotNew) -> Self {
        let problem = |code, message: String| Self::new(Exit::Usage, code, message);
        match reason {
            NotNew::NoCode(path) => {
                let help = match code_of(&path) {
                    Some(code) if document_at(&path) == Some(DocKind::Guidelines) => alone(&code),
                    _ => {
                        "put the file into the folder of its scorecard; scoresync status -v    # to see the scorecards".to_owned()
                    }
                };
                problem("NOT_A_SCORE", "the code of a score is <Scorecard>/<Score>.yaml in the scorecards folder".to_owned())
                    .at(plain(path.as_str()))
                    .help(help)
            }
            NotNew::Taken { path, name } => problem("NOT_NEW", format!("this file belongs to the score {:?}", plain(&name)))
                .at(plain(path.as_str()))
                .help(format!("scoresync push {}    # makes a version of it", quoted(path.as_str()))),
            NotNew::TakenOver { path, name } => {
                let message = format!(
                    "this file is of a score that is gone from Plexus, where another one is called {:?} now",
                    plain(&name)
                );
                problem("NOT_NEW", message)
                    .at(plain(path.as_str()))
                    .help("to edit the other one: move the files of this name elsewhere, then scoresync pull")
                    .help("to keep both: give the files, and the name in their code, another name, then scoresync new")
            }
            NotNew::NoScorecard(word) => problem("NO_SCORECARD", format!("there is no scorecard {:?}", plain(&word)))
                .help("scoresync status -v    # to see the scorecards; new ones are made in Plexus"),
            NotNew::NotSynced(kind) => problem("NOT_SYNCED", format!("this workspace does not sync {kind}s"))
                .help(format!("add {} to `documents` in scoresync.yaml", kind.folder().unwrap_or_default())),
            NotNew::Fault { path, fault } => Self::new(Exit::Failed, "INVALID_YAML", "the file cannot be sent as it is")
                .at(plain(&format!("{path}:{fault}")))
                .help(format!("scoresync check {}", quoted(path.as_str()))),
            NotNew::TooLarge(bytes) => Self::new(Exit::Failed, "TOO_LARGE", too_large(bytes, MAX_PAIR_BYTES))
                .help("shorten its prompts or its guidelines"),
            NotNew::WrongPlace { path, name, wanted } => {
                problem("WRONG_PLACE", format!("a score named {:?} would have the file {}", plain(&name), plain(wanted.as_str())))
                    .at(plain(path.as_str()))
                    .help("change the name in the file, or give another with --name")
                    .help("or give the file that name")
            }
            NotNew::ExternalIdTaken { name, external_id } => {
                let (id, name) = (plain(&external_id), plain(&name));
                problem("EXTERNAL_ID_TAKEN", format!("the score {name:?} of this scorecard has the external id {id:?}"))
                    .help("give another with --external-id, or change it in the file")
            }
            NotNew::NoExternalId => problem("NO_EXTERNAL_ID", "the score needs an external id".to_owned())
                .help("give it with --external-id, or as external_id in the file"),
            NotNew::NoSection { wanted, sections } => {
                let message = match (wanted, sections.is_empty()) {
                    (_, true) => "the scorecard has no section yet: make one in Plexus".to_owned(),
                    (Some(word), _) => format!("the scorecard has no section {:?}", plain(&word)),
                    (None, _) => "the scorecard has several sections, so name one".to_owned(),
                };
                let problem = problem("NO_SECTION", message);
                let problem = sections.iter().fold(problem, |problem, name| problem.at(plain(name)));
                if sections.is_empty() { problem } else { problem.help("name one with --section") }
            }
        }
    }
}
