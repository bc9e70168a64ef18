//! The text of a hook: POSIX shell that runs what was there before, then us. Pure.

/// The line by which a hook is recognised as ours.
const MARKER: &str = "# scoresync-hook";
/// What is appended to the name of a hook that was there first.
pub(super) const PREVIOUS: &str = ".scoresync-previous";

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
    /// The program: a path, or a name that the search path knows.
    pub program: String,
    /// Its arguments; git's own follow them.
    pub args: Vec<String>,
}

/// Whether a hook's bytes are ours.
pub(super) fn is_ours(script: &[u8]) -> bool {
    script.split(|byte| *byte == b'\n').take(2).any(|line| line == MARKER.as_bytes())
}

/// The hook. What it reads (`pre-push` is told the references on stdin) goes to both programs; where the earlier hook says
/// no, it stays no. A missing program is reported and stops nothing.
pub(super) fn script(kind: HookKind, command: &HookCommand) -> String {
    let name = kind.name();
    let program = quoted(&command.program);
    let args: String = command.args.iter().map(|arg| format!(" {}", quoted(arg))).collect();
    let (read, feed) = match kind {
        // A command substitution drops trailing line ends; the `x` behind them keeps them.
        HookKind::PrePush => ("input=$(cat; printf x)\ninput=${input%x}\n", "printf '%s' \"$input\" | "),
        HookKind::PreCommit | HookKind::PostCommit => ("", ""),
    };
    format!(
        "#!/bin/sh\n{MARKER}\n\
         previous=$(dirname -- \"$0\")/{name}{PREVIOUS}\n\
         {read}\
         if [ -x \"$previous\" ]; then\n    {feed}\"$previous\" \"$@\" || exit $?\nfi\n\
         if ! command -v {program} >/dev/null 2>&1; then\n    \
         echo {missing} >&2\n    exit 0\nfi\n\
         {feed}{program}{args} \"$@\"\n",
        missing = quoted(&format!("scoresync: {} was not found, its {name} hook did nothing", command.program)),
    )
}

/// The text as one word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_shell() {
        assert_eq!(quoted("it's $HOME `x`"), r"'it'\''s $HOME `x`'");
    }

    #[test]
    fn only_the_marker_at_the_top_makes_a_hook_ours() {
        let command = HookCommand { program: "scoresync".into(), args: Vec::new() };
        assert!(is_ours(script(HookKind::PrePush, &command).as_bytes()));
        assert!(!is_ours(b"#!/bin/sh\necho\n# scoresync-hook\n"));
    }
}
