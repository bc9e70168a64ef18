//! What was typed, as others may read it: without texts that are meant for somebody else.

use super::text::{plain, quoted};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsStr;

/// Options and words whose values name scores, versions, amounts and times. The value of any other is left out, unless it
/// is one of a list: a note is for those who read the version, and a folder is of this machine.
const TOLD: [&str; 8] = ["targets", "scorecard", "version", "wait", "min_items", "min_accuracy", "min_ac1", "no_regression"];
/// Stands for what is left out.
const LEFT_OUT: &str = "…";

/// The command line that `matches` come from; `command` is the built program.
pub fn told(command: &Command, matches: &ArgMatches) -> String {
    let (mut words, mut level) = (vec![command.get_name().to_owned()], Some((command, matches)));
    while let Some((command, matches)) = level {
        level = matches.subcommand().and_then(|(name, inner)| Some((command.find_subcommand(name)?, inner)));
        // Every level knows the options of all commands.
        let own = command.get_arguments().filter(|arg| level.is_none() || !arg.is_global_set());
        let mut given: Vec<(usize, Vec<String>)> = own.filter_map(|arg| given(arg, matches)).collect();
        given.sort();
        words.extend(given.into_iter().flat_map(|(_, words)| words));
        words.extend(level.map(|(inner, _)| inner.get_name().to_owned()));
    }
    words.join(" ")
}

/// The words of an argument, if it was typed, and where it stands first.
fn given(arg: &Arg, matches: &ArgMatches) -> Option<(usize, Vec<String>)> {
    let id = arg.get_id().as_str();
    if matches.value_source(id) != Some(ValueSource::CommandLine) {
        return None;
    }
    let at = matches.indices_of(id)?.next()?;
    let name = arg.get_long().map(|long| format!("--{long}")).or_else(|| arg.get_short().map(|short| format!("-{short}")));
    if !arg.get_action().takes_values() {
        return Some((at, name.into_iter().collect()));
    }
    let is_told = TOLD.contains(&id) || !arg.get_possible_values().is_empty();
    let value = |value: &OsStr| {
        if is_told { quoted(&plain(&value.to_string_lossy())).into_owned() } else { LEFT_OUT.to_owned() }
    };
    let times = matches.get_raw_occurrences(id).into_iter().flatten();
    Some((at, times.flat_map(|values| name.clone().into_iter().chain(values.map(value))).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command::Cli;
    use clap::CommandFactory;
    use proptest::prelude::*;

    fn of(args: &[&str]) -> String {
        let mut command = Cli::command();
        let matches = command.try_get_matches_from_mut([&["scoresync"], args].concat()).expect("a command");
        told(&command, &matches)
    }

    #[test]
    fn what_was_typed_is_told_without_texts_and_folders() {
        for (args, line) in [
            (&["push"][..], "scoresync push"),
            (&["push", "-m", "Why"], "scoresync push --note …"),
            (&["push", "-mWhy", "QA/Tone"], "scoresync push --note … QA/Tone"),
            (&["push", "--note=Why", "--promote", "-y"], "scoresync push --note … --promote --yes"),
            (&["push", "-vym", "Why", "-C", "/home/jo"], "scoresync push --verbose --yes --note … -C …"),
            (
                &["-C", "/home/jo", "--json", "sync", "--scorecard", "Quality A", "--scorecard", "7"],
                "scoresync sync --scorecard 'Quality A' --scorecard 7 -C … --json",
            ),
            (
                &["promote", "Tone", "--min-accuracy", "90", "--no-regression=2"],
                "scoresync promote Tone --min-accuracy 90 --no-regression 2",
            ),
            (&["st", "it's"], r"scoresync status 'it'\''s'"),
            (&["watch", "--color", "never"], "scoresync watch --color never"),
            (
                &["hook", "run", "pre-push", "origin", "git@host:x", "--workspace", "w"],
                "scoresync hook run pre-push … … --workspace …",
            ),
        ] {
            assert_eq!(of(args), line, "{args:?}");
        }
    }

    #[test]
    fn what_deceives_a_reader_is_replaced() {
        let line = of(&["push", "a\nb\u{202e}c"]);
        assert!(!line.contains(['\n', '\u{202e}']), "{line:?}");
    }

    proptest! {
        #[test]
        fn a_note_is_never_told(note in "[^-\0][^\0]{0,30}", form in 0..4usize, target in "[a-z]{1,8}") {
            // So that no other word is part of it by chance.
            let note = format!("{note}§§{note}");
            let whole = format!("--note={note}");
            let short = format!("-m{note}");
            let args: Vec<&str> = match form {
                0 => vec!["push", "-m", &note, &target],
                1 => vec!["push", &target, "--note", &note],
                2 => vec!["sync", &whole, &target],
                _ => vec!["push", &short, &target],
            };
            let line = of(&args);
            prop_assert!(!line.contains("§§") && line.contains(&target), "{}", line);
        }
    }
}
