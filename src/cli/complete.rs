//! What a shell offers while a command is typed: scores, scorecards, versions, rules. From the state alone, so that it is
//! there at once and without the dashboard. What cannot be read is not offered; nothing is ever said of it.

use super::printable::is_deceptive;
use super::text::plain;
use crate::check::Rule;
use crate::model::{Catalog, Score, VersionId};
use crate::settings::{Env, STATE_FOLDER, current_directory, directory, workspace_of};
use crate::state::State;
use clap::CommandFactory;
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};
use clap_complete::env::{Bash, CompleteEnv, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::sync::OnceLock;

/// The variable by which the script of a shell asks; its value is the shell.
const ASKED: &str = "COMPLETE";

/// The shell that asks.
static SHELL: OnceLock<String> = OnceLock::new();

/// The variable in which the script of bash tells how the word begins that is being typed.
const BEGINNING: &str = "_SCORESYNC_BEGINNING";

/// Bash takes the `=` between an option and its value for a word of its own, so that the value would be none of the option.
const WITHOUT_EQUALS: &str = r#"    local word at=-1 joined=()
    for word in "${words[@]}"; do
        at=$((at + 1))
        if [[ "$word" == "=" && "${joined[${#joined[@]}-1]-}" == --* ]]; then
            _CLAP_COMPLETE_INDEX=$((_CLAP_COMPLETE_INDEX - (at < COMP_CWORD)))
        else
            joined+=("$word")
        fi
    done
    words=("${joined[@]}")
"#;

/// The shells that are known.
const SHELLS: Shells<'_> = Shells(&[&QuotingBash, &Elvish, &Fish, &Powershell, &Zsh]);

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
    let env = CompleteEnv::with_factory(C::command).shells(SHELLS).var(ASKED).bin(PROGRAM).completer(PROGRAM);
    env.try_complete(std::env::args_os(), current_directory(&process).ok().as_deref())
}

/// The names of the shells that are known.
pub fn shells() -> Vec<&'static str> {
    SHELLS.names().collect()
}

/// The script that makes a shell ask; none for a shell that is not known.
pub fn script(shell: &str) -> Option<String> {
    let mut script = Vec::new();
    SHELLS.completer(shell)?.write_registration(ASKED, PROGRAM, PROGRAM, PROGRAM, &mut script).ok()?;
    String::from_utf8(script).ok()
}

/// Bash, which hands on the word that is typed without the quote that is open there, but puts what it is given behind that
/// quote as it is. It breaks words at `=`.
struct QuotingBash;

impl EnvCompleter for QuotingBash {
    fn name(&self) -> &'static str {
        Bash.name()
    }

    fn is(&self, name: &str) -> bool {
        Bash.is(name)
    }

    fn write_registration(&self, var: &str, name: &str, bin: &str, completer: &str, to: &mut dyn Write) -> io::Result<()> {
        let mut script = Vec::new();
        Bash.write_registration(var, name, bin, completer, &mut script)?;
        let asks = format!("{var}=\"bash\" \\\n");
        let tells = format!("{BEGINNING}=\"${{COMP_WORDS[COMP_CWORD]:0:1}}\" \\\n        {asks}");
        let asked = "    COMPREPLY=( $(";
        let joins = format!("{WITHOUT_EQUALS}{asked}");
        to.write_all(String::from_utf8_lossy(&script).replace(&asks, &tells).replace(asked, &joins).as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut clap::Command,
        args: Vec<OsString>,
        here: Option<&Path>,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        Bash.write_complete(command, args, here, to)
    }
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
            let files = PathCompleter::any().complete(OsStr::new(&Quoting::now().meant(typed)));
            all.extend(files.into_iter().map(|file| in_shell(&file.get_value().to_string_lossy())));
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

/// What begins as it was typed; upper and lower case count as the same. Names come from the dashboard, and shells print them as
/// they are: one with a line end would be two offers, and one with an escape an order to the terminal.
fn begun(offers: Vec<Offered>, typed: &str) -> Vec<CompletionCandidate> {
    let typed = Quoting::now().meant(typed).to_lowercase();
    let is_offered = |(word, _): &Offered| word.to_lowercase().starts_with(&typed) && !word.chars().any(is_deceptive);
    let offers = offers.into_iter().filter(is_offered);
    offers.map(|(word, about)| in_shell(&word).help(Some(plain(&about).into_owned().into()))).collect()
}

fn in_shell(word: &str) -> CompletionCandidate {
    CompletionCandidate::new(Quoting::now().written(word))
}

/// How a word is written where it is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoting {
    /// As it is: the shell quotes it itself.
    ByShell,
    /// In bash, with backslashes.
    Bare,
    /// In bash, behind an open `"`.
    Double,
    /// In bash, behind an open `'`.
    Single,
}

impl Quoting {
    fn now() -> Self {
        if SHELL.get().is_none_or(|shell| shell != "bash") {
            return Self::ByShell;
        }
        match Env::process().get(BEGINNING) {
            Some("\"") => Self::Double,
            Some("'") => Self::Single,
            _ => Self::Bare,
        }
    }

    /// What has a meaning of its own there.
    fn is_special(self, c: char) -> bool {
        match self {
            Self::Double => "\"$`\\".contains(c),
            Self::Bare => c.is_ascii() && !c.is_ascii_alphanumeric() && !"-_./%+,~".contains(c),
            Self::ByShell | Self::Single => false,
        }
    }

    /// A word as it is put into the line. An apostrophe ends the single quote that is open, and opens it again.
    fn written(self, word: &str) -> String {
        let escaped = |c| self.is_special(c).then_some('\\').into_iter().chain([c]);
        let mut written: String = match self {
            Self::Single => word.replace('\'', r"'\''"),
            _ => word.chars().flat_map(escaped).collect(),
        };
        // Bash closes the quote, unless it takes the last letter for the end of it.
        match self {
            Self::Double if word.ends_with('"') => written.push('"'),
            Self::Single if word.ends_with('\'') => written.push('\''),
            _ => {}
        }
        written
    }

    /// What is meant by what stands in the line. Bash leaves out the quote that is open, the others do not.
    fn meant(self, typed: &str) -> String {
        let (how, typed) = match (self, typed.chars().next()) {
            (Self::ByShell, Some('"')) => (Self::Double, &typed[1..]),
            (Self::ByShell, Some('\'')) => (Self::Single, &typed[1..]),
            (Self::ByShell, _) => (Self::Bare, typed),
            _ => (self, typed),
        };
        let (mut meant, mut typed) = (String::new(), typed.chars().peekable());
        while let Some(c) = typed.next() {
            let is_escape = c == '\\' && (how == Self::Bare || typed.peek().is_some_and(|next| how.is_special(*next)));
            meant.extend(if is_escape { typed.next() } else { Some(c) });
        }
        meant
    }
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
    words.iter().any(|word| {
        [&*score.key, &score.name, &score.external_id].contains(&word.as_str()) || *word == score.id.as_str() || file(word)
    })
}

#[cfg(test)]
mod tests {
    use super::Quoting::{self, Bare, ByShell, Double, Single};

    #[test]
    fn what_is_written_means_the_word() {
        let word = r#"It's a "$5 \ deal" – 100% `ok`!"#;
        for quoting in [Bare, Double] {
            assert_eq!(quoting.meant(&quoting.written(word)), word, "{quoting:?}");
        }
        assert_eq!(ByShell.written(word), word);
        for typed in [r"It\'s\ a", "\"It's a", r"It's a"] {
            assert_eq!(ByShell.meant(typed), "It's a", "{typed}");
        }
        assert_eq!(ByShell.meant("'It"), "It");
        assert_eq!(Double.written("a\""), r#"a\"""#);
        assert_eq!(Single.written("It's"), r"It'\''s");
        assert_eq!(Bare.written("a – b's"), r"a\ –\ b\'s");
        assert_eq!(Double.written(r#"a "b" $c"#), r#"a \"b\" \$c"#);
        assert_eq!((Quoting::Double.meant(r"a\b"), Bare.meant(r"a\")), (r"a\b".to_owned(), "a".to_owned()));
    }
}
