//! The text of a hook of ours: POSIX shell that runs what was there before, then us. Pure.
//!
//! Nothing in it is a place of the day on which it was installed: workspaces are named from the top of whatever working tree
//! git runs it in, and where the program is gone the search path is asked.

/// The line by which a hook is recognised as ours.
const MARKER: &str = "# scoresync-hook";
/// What a line with a workspace begins with.
const WORKSPACE: &str = "--workspace ";
/// What such a line ends with.
const CONTINUED: &str = " \\";

/// A moment at which git runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookKind {
    /// Before a commit is made; may refuse it.
    PreCommit,
    /// After a commit was made.
    PostCommit,
    /// Before references are pushed; may refuse it. Reads them on stdin.
    PrePush,
}

impl HookKind {
    /// All that there are.
    pub const ALL: [Self; 3] = [Self::PreCommit, Self::PostCommit, Self::PrePush];

    /// Git's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PostCommit => "post-commit",
            Self::PrePush => "pre-push",
        }
    }
}

/// What a hook runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookCommand {
    /// This program's path. Where it is gone, the `scoresync` of the search path is run.
    pub program: String,
    /// The folder of the workspace, from the top of the working tree; `.` is the top itself.
    pub workspace: String,
}

/// Whether a hook's bytes are ours.
pub(super) fn is_ours(script: &[u8]) -> bool {
    script.split(|byte| *byte == b'\n').take(2).any(|line| line == MARKER.as_bytes())
}

/// The workspaces that a script of ours, or one with lines of ours, serves.
pub(super) fn served(script: &str) -> Vec<String> {
    let word = |line: &str| unquoted(line.trim_start().strip_prefix(WORKSPACE)?.strip_suffix(CONTINUED)?);
    script.lines().filter_map(word).collect()
}

/// The one workspace that a hook serves which an early version of ours wrote, with its absolute folder.
pub(super) fn served_before(script: &str) -> Option<String> {
    let (_, rest) = script.split_once(" '-C' ")?;
    unquoted(rest.split_once(" 'hook' 'run'")?.0)
}

/// The program that a hook of ours runs.
pub(super) fn program_of(script: &str) -> String {
    let word = script.lines().find_map(|line| unquoted(line.strip_prefix("scoresync=")?));
    word.unwrap_or_else(|| "scoresync".to_owned())
}

/// The arguments that make this program do what a hook does; git's own follow.
pub(super) fn arguments(kind: HookKind, workspaces: &[String]) -> String {
    let workspaces = workspaces.iter().map(|folder| format!("    {WORKSPACE}{}{CONTINUED}\n", quoted(folder)));
    format!("hook run {}{CONTINUED}\n{}    -- \"$@\"", kind.name(), workspaces.collect::<String>())
}

/// The hook. `previous` is the folder of what was there before, as seen from the hook's own. What it reads (`pre-push` is
/// told the references on stdin) goes to both programs; where the earlier hook says no, it stays no. A missing program is
/// reported and stops nothing.
pub(super) fn script(kind: HookKind, program: &str, workspaces: &[String], previous: &str) -> String {
    let name = kind.name();
    let (read, feed) = match kind {
        // A command substitution drops trailing line ends; the `x` behind them keeps them.
        HookKind::PrePush => ("input=$(cat; printf x)\ninput=${input%x}\n", "printf '%s' \"$input\" | "),
        HookKind::PreCommit | HookKind::PostCommit => ("", ""),
    };
    format!(
        "#!/bin/sh\n{MARKER}\n\
         # Written by `scoresync hook install --type {name}`; `scoresync hook uninstall --type {name}` removes it.\n\
         previous=$(dirname -- \"$0\")/{previous}/{name}\n\
         {read}\
         if [ -x \"$previous\" ]; then\n    {feed}\"$previous\" \"$@\" || exit $?\nfi\n\
         scoresync={program}\n\
         if [ ! -x \"$scoresync\" ] && ! scoresync=$(command -v scoresync); then\n    \
         echo {missing} >&2\n    \
         echo \"  help: run 'scoresync hook install --type {name}' once it is there again, or remove $0\" >&2\n    \
         exit 0\nfi\n\
         {feed}\"$scoresync\" {arguments}\n",
        arguments = arguments(kind, workspaces),
        missing = quoted(&format!("scoresync: {program} is gone and the PATH has no other, so its {name} hook did nothing")),
        program = quoted(program),
    )
}

/// The text as one word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// What was [`quoted`].
fn unquoted(word: &str) -> Option<String> {
    Some(word.strip_prefix('\'')?.strip_suffix('\'')?.replace(r"'\''", "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_shell() {
        assert_eq!(quoted("it's $HOME `x`"), r"'it'\''s $HOME `x`'");
        assert_eq!(unquoted(&quoted("it's $HOME `x`")).as_deref(), Some("it's $HOME `x`"));
    }

    #[test]
    fn only_the_marker_at_the_top_makes_a_hook_ours() {
        assert!(is_ours(script(HookKind::PrePush, "scoresync", &[], "before").as_bytes()));
        assert!(!is_ours(b"#!/bin/sh\necho\n# scoresync-hook\n"));
    }

    #[test]
    fn a_script_says_which_workspaces_it_serves() {
        let workspaces = [".", "teams/qa", "it's here"].map(str::to_owned);
        for kind in HookKind::ALL {
            let text = script(kind, "/bin/scoresync", &workspaces, "before");
            assert_eq!((served(&text), program_of(&text).as_str()), (workspaces.to_vec(), "/bin/scoresync"));
        }
        let before = "if true; then\n    exit 0\nfi\n'/bin/scoresync' '-C' '/a b/it'\\''s' 'hook' 'run' 'pre-commit' \"$@\"\n";
        assert_eq!((served_before(before).as_deref(), served(before)), (Some("/a b/it's"), Vec::new()));
    }
}
