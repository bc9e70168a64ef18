//! `completions` and `man`: what a shell is offered, and pages for every command.

use super::world::World;
use crate::support::{Pty, skipped};
use portable_pty::CommandBuilder;
use serde_json::json;
use std::process::Command;

/// What a shell is offered for the last of these words.
fn offered(world: &World, shell: &str, words: &[&str]) -> Vec<String> {
    let mut command = world.command(&["--", "scoresync"]);
    command.args(words).env("COMPLETE", shell).env("_CLAP_COMPLETE_INDEX", words.len().to_string()).env("_CLAP_IFS", "\n");
    let said = command.output().expect("it runs");
    assert!(said.status.success(), "{said:?}");
    String::from_utf8(said.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

#[test]
fn scripts_and_pages_are_made_for_every_shell_and_command() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(world.run(&["completions", shell]).contains("COMPLETE"), "{shell}");
    }
    assert!(world.run(&["completions", "tcsh"]).starts_with("exit 2\n"));
    assert!(world.run(&["man"]).contains(".TH scoresync 1"));
    assert_eq!(world.run(&["man", "pages"]), "exit 0\n");
    assert!(world.read("pages/scoresync-push.1").contains("promote"));
}

#[test]
fn commands_options_scores_versions_and_rules_are_offered() {
    let world = World::pulled();
    assert_eq!(offered(&world, "bash", &["prom"]), ["promote"]);
    assert_eq!(offered(&world, "bash", &["push", "--refor"]), ["--reformat"]);
    assert_eq!(offered(&world, "bash", &["show", "ton"]), ["tone", "Tone"]);
    assert_eq!(offered(&world, "bash", &["status", "--scorecard", "q"]), ["qa", "QA"]);
    assert_eq!(offered(&world, "bash", &["show", "It"]), ["It\\'s\\ a\\ \\\"greeting\\\""]);
    for typed in ["It", "\"It's a", "'It", "It\\'s\\ a"] {
        let word = "It's a \"greeting\"\tQA/It's a \"greeting\"";
        assert_eq!(offered(&world, "fish", &["show", typed]), [word], "fish hands on what stands in the line");
    }
    assert_eq!(offered(&world, "bash", &["check", "--explain", "dup"]), ["duplicate-key", "duplicate-node", "duplicate-score"]);
    assert_eq!(offered(&world, "bash", &["restore", "tone", "--version", ""]), ["tone-1"]);
    assert_eq!(offered(&world, "bash", &["restore", "--version", ""]), Vec::<String>::new());
    assert!(offered(&world, "bash", &["show", "scorecards/QA/T"]).contains(&"scorecards/QA/Tone.yaml".to_owned()));
}

#[test]
fn no_name_commands_the_terminal_or_becomes_two_offers() {
    let world = World::pulled();
    world.rename_tone("To\u{1b}]0;x\u{7}ne\n--yes");
    world.run(&["pull"]);
    for shell in ["bash", "zsh", "fish"] {
        let offered = offered(&world, shell, &["show", "to"]);
        assert_eq!(offered.iter().map(|line| line.split(['\t', ':']).next()).collect::<Vec<_>>(), [Some("tone")], "{offered:?}");
        assert!(offered.iter().all(|line| !line.contains(|c: char| c.is_control() && c != '\t')), "{offered:?}");
    }
}

#[test]
fn drafts_of_others_are_offered_once_they_were_heard_of() {
    let world = World::pulled();
    let draft = json!({"id": "ana-1", "scoreId": "tone", "configuration": "name: A\n", "parentVersionId": "tone-1",
        "isFeatured": "false", "metadata": json!({"attribution": {"actorKey": "Ana"}}).to_string()});
    world.seed(vec![("ScoreVersion", draft)]);
    world.run(&["status", "tone"]);
    assert_eq!(offered(&world, "fish", &["pull", "tone", "--version", "an"]), ["ana-1\tdraft by Ana"]);
}

#[test]
fn nothing_is_asked_and_nothing_is_made_for_an_offer() {
    let world = World::with_dashboard();
    assert_eq!(offered(&world, "bash", &["show", "ton"]), Vec::<String>::new());
    assert!(!world.folder().join(".scoresync").exists());
    let world = World::pulled();
    std::fs::remove_file(world.folder().join("../dashboard.db")).expect("removed");
    assert_eq!(offered(&world, "bash", &["show", "ton"]), ["tone", "Tone"], "without the dashboard");
    let elsewhere = offered(&world, "bash", &["-C", "..", "show", "ton"]);
    assert_eq!(elsewhere, Vec::<String>::new(), "another folder is another workspace");
}

/// A shell in a terminal in which `say` is completed as the program is, and prints its second word.
fn shell(world: &World, words: &[&str], setup: &str) -> Option<Pty> {
    if Command::new(words[0]).arg("--version").output().is_err() {
        skipped(&format!("there is no {}", words[0]));
        return None;
    }
    let bin = world.folder().join("../bin");
    std::fs::create_dir_all(&bin).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_scoresync"), bin.join("scoresync")).ok();
    let mut command = CommandBuilder::new(words[0]);
    command.args(&words[1..]);
    command.cwd(world.folder());
    command.env_clear();
    command.env("HOME", world.home());
    command.env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
    let mut shell = Pty::start(command, 200, 200);
    shell.keys(&format!("{setup}; echo re''ady\r"));
    shell.until("ready", 1, str::to_owned);
    Some(shell)
}

/// Types the beginning of a word and the tab key: which word is given then.
fn given(shell: &mut Pty, typed: &str, times: usize) {
    let word = "<It's a \"greeting\">";
    shell.keys(&format!("say show {typed}\t"));
    shell.until("greeting", 2 * times - 1, str::to_owned);
    shell.keys("\r");
    shell.until(word, times, str::to_owned);
}

const TYPED: [&str; 5] = ["It", "\"It", "'It", "It\\'s\\ ", "\"It's a"];

#[test]
fn bash_completes_names_however_they_are_quoted() {
    let world = World::pulled();
    let setup = "source <(scoresync completions bash); say() { printf '<%s>\\n' \"$2\"; }; complete -o nospace -F _clap_complete_scoresync say";
    let Some(mut bash) = shell(&world, &["bash", "--norc", "-i"], setup) else { return };
    for (at, typed) in TYPED.iter().enumerate() {
        given(&mut bash, typed, at + 1);
    }
    bash.keys("exit\r");
    bash.end();
}

#[test]
fn bash_completes_the_value_of_an_option_behind_an_equals_sign_and_what_follows_it() {
    let world = World::pulled();
    let setup = "source <(scoresync completions bash); say() { printf '<%s>' \"$@\"; echo; }; complete -o nospace -F _clap_complete_scoresync say";
    let Some(mut bash) = shell(&world, &["bash", "--norc", "-i"], setup) else { return };
    for (typed, given) in [
        ("status --color=al", "<status><--color=always>"),
        ("--color=always stat", "<--color=always><status>"),
        ("push --color=never --refor", "<push><--color=never><--reformat>"),
    ] {
        bash.keys(&format!("say {typed}\t\r"));
        bash.until(given, 1, str::to_owned);
    }
    bash.keys("exit\r");
    bash.end();
}

#[test]
fn zsh_and_fish_complete_names_however_they_are_quoted() {
    let world = World::pulled();
    let zsh = "autoload -Uz compinit; compinit -u -D; source <(scoresync completions zsh); say() { printf '<%s>\\n' \"$2\" }; \
               compdef _clap_dynamic_completer_scoresync say";
    let fish = "scoresync completions fish | string replace -- '--command scoresync' '--command say' | source; function say; printf '<%s>\\n' $argv[2]; end";
    for (words, setup) in [(&["zsh", "-f", "-i"][..], zsh), (&["fish", "--no-config"], fish)] {
        let Some(mut shell) = shell(&world, words, setup) else { continue };
        for (at, typed) in TYPED.iter().enumerate() {
            given(&mut shell, typed, at + 1);
        }
        shell.keys("exit\r");
        shell.end();
    }
}
