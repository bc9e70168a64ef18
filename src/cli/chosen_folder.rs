//! Help lines, notes and warnings as they are typed where the program was started, if `-C` named another folder to work in. It
//! only adds that folder; which command helps is not decided here. Tables on stdout name commands as they are typed in that folder.

use super::error::Problem;
use super::text::{plain, quoted};
use std::borrow::Cow;
use std::path::Path;

/// Our commands that work in a folder, and are named in help lines.
pub const OURS: [&str; 26] = [
    "blame", "call", "check", "diff", "doctor", "eval", "feedback", "hook", "init", "jobs", "log", "new", "open", "path",
    "promote", "pull", "push", "report", "resolve", "restore", "serve", "show", "status", "sync", "undo", "watch",
];
/// Those of git that are named in help lines and depend on the folder.
const GITS: [&str; 11] = ["add", "checkout", "commit", "config", "fetch", "init", "push", "reset", "restore", "rm", "status"];

/// Programs that are named in help lines and take paths.
const TAKE_PATHS: [&str; 3] = ["ls", "mv", "rm"];

/// The folder that `-C` names, as a word of a command line; none if that is where the program was started.
#[derive(Clone, Debug, Default)]
pub struct ChosenFolder(Option<String>);

impl ChosenFolder {
    /// For the folder as it was typed.
    pub fn new(folder: &Path) -> Self {
        let folder = folder.display().to_string();
        // One that begins with a hyphen would be an option.
        let folder = if folder.starts_with('-') { format!("./{folder}") } else { folder };
        Self(Some(quoted(&plain(&folder)).into_owned()))
    }

    /// A problem whose help lines do the same where the program was started.
    pub fn problem(&self, problem: Problem) -> Problem {
        Problem { help: problem.help.iter().map(|line| self.typed(line).into_owned()).collect(), ..problem }
    }

    /// A help line whose commands do the same where the program was started. One that has the folder already stays as it is.
    pub fn typed<'a>(&self, line: &'a str) -> Cow<'a, str> {
        let Some(folder) = &self.0 else { return Cow::Borrowed(line) };
        if line.split_once(' ').is_some_and(|(program, _)| TAKE_PATHS.contains(&program)) {
            return moved(line, folder);
        }
        let (mut typed, mut rest) = (String::new(), line);
        while let Some(at) = rest.find(' ') {
            let (word, after) = rest.split_at(at + 1);
            typed.push_str(word);
            let is_quoted = !typed.matches('\'').count().is_multiple_of(2);
            if !is_quoted && is_command(&typed, after) && !after.starts_with(&format!("-C {folder} ")) {
                typed += &format!("-C {folder} ");
            }
            rest = after;
        }
        Cow::Owned(typed + rest)
    }
}

/// What is `typed` ends with a program that is given a command that depends on the folder.
fn is_command(typed: &str, after: &str) -> bool {
    let starts = |program: &str| typed.strip_suffix(program).map(|before| (before, after.split(' ').next().unwrap_or_default()));
    if let Some((before, word)) = starts("scoresync ") {
        // What a hook runs is written down, for the folder that it runs in.
        return !before.ends_with(|c: char| c.is_alphanumeric() || "/-_.".contains(c))
            && OURS.contains(&word)
            && !after.starts_with("hook run ");
    }
    starts("git ").is_some_and(|(before, word)| {
        (before.is_empty() || before.ends_with("&& ") || before.ends_with(": "))
            && (GITS.contains(&word) || word == "-C")
            && !after.starts_with("config --global ")
    })
}

/// A line that looks at, moves or removes files. Absolute ones are found from anywhere, and the state where the line says.
fn moved<'a>(line: &'a str, folder: &str) -> Cow<'a, str> {
    let file = line.split(' ').skip(1).find(|word| !word.starts_with('-')).unwrap_or_default().trim_start_matches('\'');
    if file == ".scoresync" {
        Cow::Borrowed(line)
    } else if Path::new(file).is_absolute() {
        Cow::Owned(line.replace("&& scoresync pull", &format!("&& scoresync -C {folder} pull")))
    } else {
        Cow::Owned(there(line, folder))
    }
}

/// The commands of a line as they are typed in the folder.
fn there(line: &str, folder: &str) -> String {
    let (commands, comment) =
        line.split_once("    # ").map_or((line, String::new()), |(commands, why)| (commands, format!("    # {why}")));
    format!("(cd {folder} && {commands}){comment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_with_the_folder_that_was_named() {
        let there = ChosenFolder::new(Path::new("my teams/qa"));
        for (line, typed) in [
            (
                "scoresync pull    # then: scoresync push",
                "scoresync -C 'my teams/qa' pull    # then: scoresync -C 'my teams/qa' push",
            ),
            ("git init", "git -C 'my teams/qa' init"),
            ("it is shallow: git fetch --unshallow", "it is shallow: git -C 'my teams/qa' fetch --unshallow"),
            ("git rm --cached a && git status", "git -C 'my teams/qa' rm --cached a && git -C 'my teams/qa' status"),
            ("git -C .. add -f a", "git -C 'my teams/qa' -C .. add -f a"),
            ("mv -n scorecards/A scorecards/B    # why", "(cd 'my teams/qa' && mv -n scorecards/A scorecards/B)    # why"),
            ("rm \"$(git rev-parse x)\"    # why", "(cd 'my teams/qa' && rm \"$(git rev-parse x)\")    # why"),
            ("ls -ld scorecards/A", "(cd 'my teams/qa' && ls -ld scorecards/A)"),
            ("git config --show-origin core.hooksPath", "git -C 'my teams/qa' config --show-origin core.hooksPath"),
            (
                "scoresync push 'scorecards/run scoresync check now.yaml'",
                "scoresync -C 'my teams/qa' push 'scorecards/run scoresync check now.yaml'",
            ),
            ("mv /w/.scoresync /w/x && scoresync pull", "mv /w/.scoresync /w/x && scoresync -C 'my teams/qa' pull"),
        ] {
            assert_eq!(there.typed(line), typed);
            assert_eq!(there.typed(typed), typed, "it is added once");
        }
        for line in [
            "mv .scoresync .scoresync.old && mkdir .scoresync && scoresync pull    # in the workspace folder",
            "scoresync trust add HOST",
            "ls -ld /w/scorecards",
            "another scoresync is at work; let git push",
            "git config --global merge.tool NAME",
            "run: scoresync hook run pre-commit --workspace qa",
            "scoresync -C other pull",
            "set `root` in scoresync.yaml",
        ] {
            assert_eq!(there.typed(line), line);
        }
        assert_eq!(ChosenFolder::default().typed("scoresync pull"), "scoresync pull");
        assert_eq!(ChosenFolder::new(Path::new("-x")).typed("scoresync pull"), "scoresync -C ./-x pull");
    }
}
