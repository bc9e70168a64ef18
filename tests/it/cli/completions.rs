//! `completions` and `man`: what a shell is offered, and pages for every command.

use super::world::World;
use crate::support::skipped;
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
    assert_eq!(offered(&world, "fish", &["show", "It"]), ["It's a \"greeting\"\tQA/It's a \"greeting\""]);
    assert_eq!(offered(&world, "bash", &["check", "--explain", "dup"]), ["duplicate-key", "duplicate-node", "duplicate-score"]);
    assert_eq!(offered(&world, "bash", &["restore", "tone", "--version", ""]), ["tone-1"]);
    assert_eq!(offered(&world, "bash", &["restore", "--version", ""]), Vec::<String>::new());
    assert!(offered(&world, "bash", &["show", "scorecards/QA/T"]).contains(&"scorecards/QA/Tone.yaml".to_owned()));
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

#[test]
fn bash_completes_with_the_printed_script() {
    let world = World::pulled();
    if Command::new("bash").arg("--version").output().is_err() {
        skipped("there is no bash");
        return;
    }
    let bin = world.folder().join("../bin");
    std::fs::create_dir(&bin).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_scoresync"), bin.join("scoresync")).expect("a link");
    let line = "source <(scoresync completions bash); COMP_WORDS=(scoresync show It); COMP_CWORD=2; COMP_TYPE=9\n\
                _clap_complete_scoresync scoresync It show; printf '<%s>' \"${COMPREPLY[@]}\"; eval \"set -- ${COMPREPLY[0]}\"; echo \"$1\"";
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", line]).current_dir(world.folder()).env_clear().env("HOME", world.home());
    bash.env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
    let said = world.said(&bash.output().expect("it runs"));
    assert_eq!(said, "exit 0\n--- stdout\n<It\\'s\\ a\\ \\\"greeting\\\">It's a \"greeting\"\n");
}
