//! Our lines in a script that people keep, because a hook manager runs it. Pure.
//!
//! The script is committed and runs on other machines: nothing in our lines belongs to this one, and where there is no
//! scoresync they say so and stop nothing.

use super::hook_script::{HookKind, arguments};

/// The line that ours begin with.
const BEGIN: &str = "# >>> scoresync >>>";
/// The line that ours end with.
const END: &str = "# <<< scoresync <<<";

/// Whether a script has lines of ours.
pub(super) fn has_lines(script: &str) -> bool {
    script.lines().any(|line| line == BEGIN)
}

/// The script with lines at its end that serve these workspaces, and no others of ours.
///
/// `pre-push` is told what is pushed on stdin, and other commands of the script may read it first: then it is kept at the
/// beginning, and given to them again.
pub(super) fn with_lines(script: &str, kind: HookKind, workspaces: &[String]) -> String {
    let mut text = without_lines(script);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let feed = if kind == HookKind::PrePush {
        let start = if text.starts_with("#!") { text.find('\n').map_or(text.len(), |end| end + 1) } else { 0 };
        let keep = "scoresync_input=$(cat)\n\
                    [ -z \"$scoresync_input\" ] || exec <<SCORESYNC_INPUT\n$scoresync_input\nSCORESYNC_INPUT\n";
        text.insert_str(start, &marked(keep));
        "printf '%s\\n' \"$scoresync_input\" | "
    } else {
        ""
    };
    let name = kind.name();
    let run = arguments(kind, workspaces).replace('\n', "\n    ");
    text + &marked(&format!(
        "# Written by `scoresync hook install --type {name}`; `scoresync hook uninstall --type {name}` removes it.\n\
         if command -v scoresync >/dev/null 2>&1; then\n    {feed}scoresync {run}\n\
         else\n    echo 'scoresync is not on the PATH, so its {name} hook did nothing' >&2\nfi\n"
    ))
}

/// The script without our lines.
pub(super) fn without_lines(script: &str) -> String {
    let mut is_ours = false;
    let mut text = String::new();
    for line in script.split_inclusive('\n') {
        let bare = line.trim_end();
        is_ours |= bare == BEGIN;
        if !is_ours {
            text += line;
        }
        is_ours &= bare != END;
    }
    text
}

/// Nothing is left in a script that would do anything.
pub(super) fn is_idle(script: &str) -> bool {
    script.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#') || line.contains("/_/husky.sh"))
}

/// The line at which a script ends before it comes to ours, as far as can be seen; counted from 1.
pub(super) fn ends_before(script: &str) -> Option<usize> {
    let lines: Vec<&str> = script.lines().collect();
    let ours = lines.iter().rposition(|line| *line == BEGIN)?;
    let ends = |line: &str| line.split([' ', ';']).next().is_some_and(|word| matches!(word, "exit" | "exec"));
    let is_kept_input = |at: usize| lines[..at].iter().rev().find_map(|line| (*line == BEGIN || *line == END).then_some(*line));
    (0..ours).find(|at| ends(lines[*at]) && is_kept_input(*at) != Some(BEGIN)).map(|at| at + 1)
}

fn marked(lines: &str) -> String {
    format!("{BEGIN}\n{lines}{END}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> [String; 1] {
        [".".to_owned()]
    }

    #[test]
    fn our_lines_come_and_go_and_the_rest_stays() {
        for script in ["", "npm test\n", "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n\nnpm test\n"] {
            for kind in HookKind::ALL {
                let with = with_lines(script, kind, &here());
                assert!(has_lines(&with) && !has_lines(script));
                assert_eq!(with_lines(&with, kind, &here()), with, "a second time changes nothing");
                assert_eq!(without_lines(&with), script);
            }
        }
        assert!(with_lines("npm test", HookKind::PreCommit, &here()).starts_with("npm test\n# >>>"));
    }

    #[test]
    fn what_pushes_read_is_kept_below_the_first_line() {
        let with = with_lines("#!/bin/sh\ngit lfs pre-push \"$@\"\n", HookKind::PrePush, &here());
        assert!(with.starts_with("#!/bin/sh\n# >>> scoresync >>>\nscoresync_input=$(cat)\n"), "{with}");
    }

    #[test]
    fn a_script_that_ends_before_our_lines_is_seen() {
        let with = |script: &str| with_lines(script, HookKind::PreCommit, &here());
        assert_eq!(ends_before(&with("npm test\nexit 0\n")), Some(2));
        assert_eq!(ends_before(&with("exec npm test\n")), Some(1));
        assert_eq!(ends_before(&with("if x; then\n  exit 1\nfi\nexits=1\n")), None);
        assert_eq!(ends_before("exit 0\n"), None, "there are no lines of ours");
    }

    #[test]
    fn a_script_of_comments_and_of_husky_does_nothing() {
        assert!(is_idle("#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n\n") && is_idle(""));
        assert!(!is_idle("npm test\n"));
    }
}
