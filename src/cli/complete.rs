//! What a shell offers while a command is typed: scores, scorecards, versions, rules. From the state alone, so that it is
//! there at once and without the dashboard. What cannot be read is not offered; nothing is ever said of it.

use crate::check::Rule;
use crate::model::{Catalog, Score, VersionId};
use crate::settings::{Env, STATE_FOLDER, current_directory, directory, workspace_of};
use crate::state::State;
use clap::CommandFactory;
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};
use clap_complete::env::{CompleteEnv, Shells};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::OnceLock;

/// The variable by which the script of a shell asks; its value is the shell.
const ASKED: &str = "COMPLETE";

/// The shell that asks.
static SHELL: OnceLock<String> = OnceLock::new();

/// What the script of a shell calls the program: whichever the search path has.
const PROGRAM: &str = "scoresync";

/// Answers the script of a shell, if it is one that asks; whether it was.
///
/// # Errors
/// The shell is none that is known.
pub fn answered<C: CommandFactory>() -> clap::error::Result<bool> {
    let process = Env::process();
    if let Some(shell) = process.get(ASKED) {
        // It is taken away before a value is asked for, so that no program which that starts takes it for a question.
        SHELL.get_or_init(|| shell.to_owned());
    }
    let env = CompleteEnv::with_factory(C::command).var(ASKED).bin(PROGRAM).completer(PROGRAM);
    env.try_complete(std::env::args_os(), current_directory(&process).ok().as_deref())
}

/// The names of the shells that are known.
pub fn shells() -> Vec<&'static str> {
    Shells::builtins().names().collect()
}

/// The script that makes a shell ask; none for a shell that is not known.
pub fn script(shell: &str) -> Option<String> {
    let shells = Shells::builtins();
    let mut script = Vec::new();
    shells.completer(shell)?.write_registration(ASKED, PROGRAM, PROGRAM, PROGRAM, &mut script).ok()?;
    String::from_utf8(script).ok()
}

/// Scores and scorecards by key and name, and files.
#[derive(Clone)]
pub struct TargetCompleter;

/// Scorecards by key and name.
#[derive(Clone)]
pub struct ScorecardCompleter;

/// Versions of the scores that are named before, and drafts of others.
#[derive(Clone)]
pub struct VersionCompleter;

/// Rules of the check by their codes.
#[derive(Clone)]
pub struct RuleCompleter;

impl ValueCompleter for TargetCompleter {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let Some(typed) = current.to_str() else { return Vec::new() };
        let names = Remembered::read().map(|known| known.targets()).unwrap_or_default();
        let mut all = begun(names, typed);
        if typed.contains('/') || typed.starts_with('.') {
            all.extend(PathCompleter::any().complete(current));
        }
        all
    }
}

impl ValueCompleter for ScorecardCompleter {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let names = Remembered::read().map(|known| known.scorecards()).unwrap_or_default();
        begun(names, current.to_str().unwrap_or_default())
    }
}

impl ValueCompleter for VersionCompleter {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let versions = Remembered::read().map(|known| known.versions(&typed_words())).unwrap_or_default();
        begun(versions, current.to_str().unwrap_or_default())
    }
}

impl ValueCompleter for RuleCompleter {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let rules = Rule::ALL.iter().map(|rule| (rule.code().to_owned(), rule.about().to_owned())).collect();
        begun(rules, current.to_str().unwrap_or_default())
    }
}

/// A word and what it stands for.
type Offered = (String, String);

/// What begins as it was typed; upper and lower case count as the same.
fn begun(offers: Vec<Offered>, typed: &str) -> Vec<CompletionCandidate> {
    let (plain, lower) = (typed.replace('\\', ""), typed.to_lowercase());
    let is_begun = |word: &str| word.to_lowercase().starts_with(&lower) || word.starts_with(&plain);
    let offers = offers.into_iter().filter(|(word, _)| is_begun(word));
    offers.map(|(word, about)| CompletionCandidate::new(in_shell(&word)).help(Some(about.into()))).collect()
}

/// A word as the shell takes it from us: bash puts it into the line as it is, the others quote it themselves.
fn in_shell(word: &str) -> String {
    if SHELL.get().is_none_or(|shell| shell != "bash") {
        return word.to_owned();
    }
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@%+,~".contains(c);
    word.chars().flat_map(|c| (!is_plain(c)).then_some('\\').into_iter().chain([c])).collect()
}

/// The words of the command that is being typed.
fn typed_words() -> Vec<String> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(2);
    words.filter_map(|word| OsString::into_string(word).ok()).map(|word| word.replace('\\', "")).collect()
}

/// What the state of the workspace knows.
struct Remembered {
    state: State,
    catalog: Catalog,
}

impl Remembered {
    /// The workspace of the folder that the command is about; a state is not made for this.
    fn read() -> Option<Self> {
        let env = Env::process();
        let words = typed_words();
        let named = words.iter().position(|word| word == "-C").and_then(|at| words.get(at + 1));
        let here = current_directory(&env).ok()?;
        let folder = directory(&here, Path::new(named.map_or(".", String::as_str))).ok()?;
        let state = workspace_of(&folder, env.home())?.root.join(STATE_FOLDER);
        let state = state.is_dir().then(|| State::open(&state).ok()).flatten()?;
        let catalog = state.catalog().ok()?;
        Some(Self { state, catalog })
    }

    fn targets(&self) -> Vec<Offered> {
        let cards: BTreeMap<_, &str> = self.catalog.scorecards.iter().map(|card| (&card.id, card.name.as_str())).collect();
        let scores = self.catalog.scores.iter().flat_map(|score| {
            let about = format!("{}/{}", cards.get(&score.scorecard_id).unwrap_or(&""), score.name);
            words_of(&score.key, &score.name).map(move |word| (word.to_owned(), about.clone()))
        });
        scores.chain(self.scorecards()).collect()
    }

    fn scorecards(&self) -> Vec<Offered> {
        let cards = self.catalog.scorecards.iter();
        let offer = |word: &str| (word.to_owned(), "scorecard".to_owned());
        cards.flat_map(|card| words_of(&card.key, &card.name).map(offer)).collect()
    }

    /// Champion, base and earlier bases of the scores that are named, and drafts of others of these or of all scores.
    fn versions(&self, words: &[String]) -> Vec<Offered> {
        let named: Vec<&Score> = self.catalog.scores.iter().filter(|score| is_named(score, words)).collect();
        let mut offers: Vec<Offered> = Vec::new();
        let mut offer = |id: &VersionId, about: String| {
            if offers.iter().all(|(known, _)| known != id.short()) {
                offers.push((id.short().to_owned(), about));
            }
        };
        for (score, drafts) in self.state.drafts().unwrap_or_default() {
            if named.is_empty() || named.iter().any(|one| one.id == score) {
                let by = |author: Option<String>| author.map_or_else(String::new, |author| format!(" by {author}"));
                drafts.versions.iter().for_each(|meta| offer(&meta.id, format!("draft{}", by(meta.author()))));
            }
        }
        for score in named {
            score.champion.iter().for_each(|id| offer(id, "champion".to_owned()));
            self.state.base(&score.id).ok().flatten().iter().for_each(|id| offer(id, "your files".to_owned()));
            let earlier = self.state.earlier_bases(&score.id).unwrap_or_default();
            earlier.iter().for_each(|(id, _)| offer(id, "your files, earlier".to_owned()));
        }
        offers
    }
}

/// Key and name, each once.
fn words_of<'a>(key: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    [key, name]
        .into_iter()
        .enumerate()
        .filter(move |(at, word)| !word.is_empty() && (*at == 0 || *word != key))
        .map(|(_, word)| word)
}

fn is_named(score: &Score, words: &[String]) -> bool {
    let file = |word: &String| Path::new(word).file_stem().and_then(OsStr::to_str) == Some(&score.name);
    words
        .iter()
        .any(|word| [&score.key, &score.name, &score.external_id].contains(&word) || *word == score.id.as_str() || file(word))
}
