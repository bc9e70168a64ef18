//! In a terminal the program does what it does elsewhere; what it asks can be answered, and left with Ctrl-C.

use super::watch::{Watch, says};
use super::world::terminal::Terminal;
use super::world::{GREETING, OURS, TONE, TONE_CODE, World};

const CTRL_C: &str = "\u{3}";
const CTRL_D: &str = "\u{4}";

/// A workspace with one draft.
fn with_draft() -> World {
    let world = World::pulled();
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    assert!(world.run(&["push"]).contains("pushed"));
    world
}

fn has_draft(world: &World) -> bool {
    world.run(&["status"]).contains("1 draft not promoted")
}

#[test]
fn the_demo_needs_no_answer() {
    let world = World::new();
    let said = world.terminal(&["demo", "here"]).end();
    assert!(said.starts_with("exit 0\n") && !said.contains("warning"), "{said}");
    assert!(said.contains("now champion") && said.contains("It is yours now"), "{said}");
}

#[test]
fn a_demo_that_is_stopped_leaves_nothing_behind() {
    let world = World::new();
    let said = world.terminal(&["demo", "here"]).until("$ scoresync pull").keys(CTRL_C).end();
    assert!(said.starts_with("exit 130\n"), "{said}");
    assert!(!world.folder().join("here").exists());
    std::fs::create_dir(world.folder().join("empty")).expect("a folder");
    world.terminal(&["demo", "empty"]).until("$ scoresync pull").keys(CTRL_C).end();
    assert!(world.run(&["demo", "empty"]).starts_with("exit 0\n"), "the folder is there, and empty again");
}

#[test]
fn promote_goes_on_with_yes_only() {
    let world = with_draft();
    for answer in ["", "n", "no", "q"] {
        let said = world.terminal(&["promote"]).answer("Make this version the champion? [y/N] ", answer).end();
        assert!(said.starts_with("exit 7\n") && said.contains("error: not confirmed: nothing was done"), "{said}");
    }
    for key in [CTRL_C, CTRL_D] {
        let said = world.terminal(&["promote"]).until("[y/N]").keys(key).end();
        assert!(said.starts_with(if key == CTRL_C { "exit 130\n" } else { "exit 7\n" }), "{said}");
    }
    assert!(has_draft(&world));
    let said = world.terminal(&["promote"]).answer("[y/N]", "yes").end();
    assert!(said.starts_with("exit 0\n") && said.contains("1 score: 1 promoted"), "{said}");
    assert!(!has_draft(&world));
}

#[test]
fn each_of_many_drafts_is_asked_about() {
    let world = with_draft();
    world.write(GREETING, OURS);
    assert!(world.run(&["push"]).contains("pushed"));
    let question = "Make this version the champion? [y]es, [n]o, [a]ll the rest too, [q]uit ";
    let said = world.terminal(&["promote"]).answer(question, "q").end();
    assert!(said.starts_with("exit 7\n") && said.matches("→").count() == 2, "{said}");
    let mut terminal = world.terminal(&["promote"]);
    let said = terminal.answer(question, "n").until("+  Is the agent kind").until(&format!("{question}n")).keys("y\r").end();
    assert!(said.starts_with("exit 0\n") && said.contains("left alone") && said.contains("2 scores: 1 promoted"), "{said}");
    assert!(world.run(&["status"]).contains("1 draft,"));
    assert!(world.terminal(&["promote"]).answer("[y/N]", "y").end().contains("1 promoted"));
}

#[test]
fn a_push_that_promotes_shows_what_it_is_about() {
    let world = World::pulled();
    let said = world.terminal(&["push", "--promote"]).end();
    assert!(said.starts_with("exit 0\n") && !said.contains("[y/N]"), "nothing to ask about: {said}");
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    let said = world.terminal(&["push", "--promote"]).answer("Make 1 version the champion at once? [y/N]", "n").end();
    insta::assert_snapshot!(said, @r"
    exit 7
    QA
      to push     Tone  code, version [short], to be champion

    2 scores: 1 to push, 1 unchanged
    Make 1 version the champion at once? [y/N] n
    error: not confirmed: nothing was done
    ");
    assert_eq!(world.versions("tone").len(), 1, "nothing is pushed either");
    let said = world.terminal(&["push", "--promote"]).answer("[y/N]", "y").end();
    assert!(said.starts_with("exit 0\n") && said.contains("now champion"), "{said}");
}

#[test]
fn files_are_removed_after_a_yes() {
    let world = World::pulled();
    world.seed(vec![("Score", serde_json::json!({"id": "tone", "name": "Tone", "scorecardId": "gone"}))]);
    let said = world.terminal(&["pull", "--prune"]).answer("Remove the files of 1 score? [y/N]", "n").end();
    assert!(said.starts_with("exit 7\n") && said.contains("to remove   Tone"), "{said}");
    assert!(world.folder().join(TONE).exists());
    let said = world.terminal(&["sync", "--prune"]).answer("[y/N]", "y").end();
    assert!(said.starts_with("exit 0\n") && !world.folder().join(TONE).exists(), "{said}");
}

#[test]
fn an_undo_is_shown_first() {
    let world = World::pulled();
    world.promoted("tone-2", "tone-1", &TONE_CODE.replace("polite", "kind"));
    assert!(world.run(&["pull"]).contains("pulled"));
    let said = world.terminal(&["undo"]).answer("Change these files? [y/N]", "n").end();
    assert!(said.starts_with("exit 7\n") && said.contains("to restore  scorecards/QA/Tone.yaml"), "{said}");
    assert!(said.contains("1 file: 1 to restore; 1 base version to restore\n"), "nobody asked for a dry run: {said}");
    let said = world.terminal(&["undo"]).answer("[y/N]", "y").end();
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_eq!(world.read(TONE), TONE_CODE);
}

#[test]
fn a_new_score_is_asked_for_what_it_lacks() {
    let world = World::pulled();
    world.write("scorecards/QA/Silence.yaml", "name: Silence\nkey: silence\nclass: Classifier\nsystem_message: Silence?\n");
    let mut terminal = world.terminal(&["new", "scorecards/QA/Silence.yaml"]);
    let said = terminal.answer("External id of the score: ", "77").answer("Create this score in Plexus? [y/N]", "y").end();
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert!(world.run(&["show", "Silence"]).contains("77"));
}

#[test]
fn conflicts_are_resolved_by_answers() {
    let world = World::conflicting();
    world.run(&["pull"]);
    let said = world.terminal(&["resolve"]).until("[q]uit").keys(CTRL_C).end();
    assert!(said.starts_with("exit 130\n"), "{said}");
    let said = world.terminal(&["resolve", "-n"]).end();
    assert!(said.starts_with("exit 3\n") && said.contains("1 score in conflict") && !said.contains("[q]uit"), "{said}");
    let said = world.terminal(&["resolve"]).answer("[q]uit", "q").end();
    assert!(said.starts_with("exit 3\n") && said.contains("nothing was written"), "{said}");
    assert_eq!(world.read(GREETING), OURS);
    let said = world.terminal(&["resolve"]).answer("[q]uit", "t").end();
    assert!(said.starts_with("exit 0\n") && world.read(GREETING).contains("by name"), "{said}");
}

#[test]
fn what_was_decided_before_quitting_is_written() {
    let world = World::conflicting();
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    let theirs = TONE_CODE.replace("polite", "calm");
    world.teammate("tone", "tone-2", &theirs, None);
    world.run(&["pull"]);
    let mut terminal = world.terminal(&["resolve"]);
    for (number, answer) in ["t\r", "<\r", "o\r", CTRL_C].into_iter().enumerate() {
        terminal.until_times("[?] more: ", number + 1).keys(answer);
    }
    let said = terminal.end();
    let scores = ["score 1 of 2, place 1 of 1", "score 2 of 2, place 1 of 1"].map(|title| said.matches(title).count());
    assert_eq!(scores, [2, 2], "it went back once: {said}");
    assert!(said.starts_with("exit 130\n"), "{said}");
    assert!(world.run(&["status"]).contains("2 scores: conflict"), "nothing was written");
    let said = world.terminal(&["resolve"]).answer("[?] more: ", "t").until_times("[?] more: ", 2).keys("q\r").end();
    assert!(said.starts_with("exit 3\n") && said.contains("stopped: writing what is decided for 1 of 2 scores"), "{said}");
    assert!(said.contains("2 scores: 1 resolved, 1 conflict"), "{said}");
    let written = [world.read(GREETING).contains("by name"), world.read(TONE) == theirs];
    assert_eq!(written.iter().filter(|written| **written).count(), 1, "{said}");
    assert!(world.run(&["undo", "--yes"]).starts_with("exit 0\n"));
}

#[test]
fn a_watch_listens_to_keys() {
    let world = World::pulled();
    world.write("scoresync.yaml", &(world.read("scoresync.yaml") + "watch: {push: manual}\n"));
    let mut terminal = world.terminal(&["watch"]);
    terminal.until("q quit");
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    terminal.until("edited").keys("d").until("+  Is the agent kind?").keys("p").until("pushed").keys("q");
    let said = terminal.end();
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_eq!(world.versions("tone").len(), 2);
}

#[test]
fn c_says_that_the_changes_are_meant() {
    let world = World::pulled_in_git();
    world.git(&["checkout", "-qb", "other"]);
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    world.commit("other");
    world.git(&["checkout", "-q", "main"]);
    let mut terminal = world.terminal(&["watch"]);
    terminal.until("2 of 2 in sync").keys("c");
    world.git(&["checkout", "-q", "other"]);
    terminal.until("would push scorecards/QA/Tone.yaml").until("pushed after the pause").until("c continue");
    assert!(!terminal.shown().contains("p push now"), "{}", terminal.shown());
    // To push at once is not to say that it is meant, and neither is a `c` from before.
    terminal.keys("pd").until("+  Is the agent kind?");
    assert_eq!(world.versions("tone").len(), 1);
    let said = terminal.keys("c").until("resumed").until("pushed     QA/Tone").until("p push now").keys("q").end();
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_eq!(world.versions("tone").len(), 2);
}

/// A watch beside a score in conflict, whose questions are asked.
fn resolving(world: &World) -> Terminal<'_> {
    world.run(&["pull"]);
    world.write("scoresync.yaml", &(world.read("scoresync.yaml") + "watch: {push: manual}\n"));
    let mut terminal = world.terminal(&["watch"]);
    terminal.until("r resolves it").keys("r").until("[q]uit, [?] more: ");
    terminal
}

#[test]
fn a_watch_resolves_conflicts_in_place() {
    let world = World::conflicting();
    let mut terminal = resolving(&world);
    assert!(!terminal.shown().contains("d diff"), "{}", terminal.shown());
    // What happens meanwhile is told afterwards.
    world.promoted("tone-2", "tone-1", &TONE_CODE.replace("polite", "calm"));
    says(&world, TONE, "calm");
    assert!(!terminal.shown().contains("pulled"), "{}", terminal.shown());
    terminal.keys("t\r").until("1 score: resolved").until("pulled").until("2 of 2 in sync");
    assert!(world.read(GREETING).contains("by name"));
    let said = terminal.keys("r").until("nothing is in conflict").keys("?").until("place by place").keys("q").end();
    assert!(said.starts_with("exit 0\n"), "{said}");
}

#[test]
fn quitting_the_questions_comes_back_to_the_watch_and_ctrl_c_ends_both() {
    let world = World::conflicting();
    let mut terminal = resolving(&world);
    terminal.keys("q\r").until("nothing was written").until("r resolves it").keys("r");
    let said = terminal.until_times("[q]uit, [?] more: ", 2).keys(CTRL_C).end();
    assert!(said.starts_with("exit 130\n"), "{said}");
    assert_eq!(world.read(GREETING), OURS);
}

#[test]
fn a_watch_that_promotes_asks_first() {
    let world = World::pulled();
    world.write("scoresync.yaml", &(world.read("scoresync.yaml") + "watch: {promote: true}\n"));
    let question = "Make every version that this watch pushes the champion at once? [y/N]";
    let said = world.terminal(&["watch"]).answer(question, "n").end();
    assert!(said.starts_with("exit 7\n"), "{said}");
    insta::assert_snapshot!(world.run(&["watch"]), @r"
    exit 7
    --- stderr
    error: this needs your confirmation, and there is no terminal to ask on: nothing was done
      at ~/work/scoresync.yaml
      help: add --yes to go on, or set watch.promote to false
    ");
    world.terminal(&["watch"]).answer(question, "y").until("q quit").keys("q").end();
}

#[test]
fn where_nobody_can_answer_nothing_is_done() {
    let world = with_draft();
    world.seed(vec![("Score", serde_json::json!({"id": "greeting", "name": "Greeting", "scorecardId": "gone"}))]);
    let refused = "exit 7\n--- stderr\nerror: this needs your confirmation, and there is no terminal to ask on: nothing was done\n  \
                   help: add --yes to go on, or -n to see what it would do\n";
    let commands: [&[&str]; 6] = [
        &["push", "--promote"],
        &["sync", "--promote"],
        &["sync", "--prune"],
        &["pull", "--prune"],
        &["undo"],
        &["promote", "-q"],
    ];
    for command in commands {
        assert!(world.run(command).ends_with(&refused["exit 7\n--- stderr\n".len()..]), "{command:?}");
        assert!(world.run(command).starts_with("exit 7\n"), "{command:?}");
        let said = world.terminal(&[command, &["--no-input"]].concat()).end();
        assert!(said.starts_with("exit 7\n"), "{command:?}: {said}");
        let said = world.run(&[command, &["--json"]].concat());
        assert!(said.starts_with("exit 7\n") && said.contains("\"NOT_CONFIRMED\""), "{command:?}: {said}");
        assert!(!world.run(&[command, &["-n"]].concat()).contains("needs a yes"), "{command:?}");
    }
    assert!(has_draft(&world) && world.folder().join(GREETING).exists());
}

#[test]
fn where_there_is_nothing_to_ask_no_yes_is_needed() {
    let world = World::pulled();
    let commands: [&[&str]; 5] =
        [&["push", "--promote"], &["sync", "--promote", "--prune"], &["sync", "--prune"], &["pull", "--prune"], &["promote"]];
    for command in commands {
        assert!(world.run(command).starts_with("exit 0\n"), "{command:?}");
        let said = world.run(&[command, &["--json"]].concat());
        assert!(said.starts_with("exit 0\n") && !said.contains("NOT_CONFIRMED"), "{command:?}: {said}");
    }
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    for command in &commands[2..4] {
        assert!(world.run(command).starts_with("exit 0\n"), "what is asked about does not happen: {command:?}");
    }
    let said = world.run(&["push", "--promote"]);
    assert!(said.starts_with("exit 7\n") && has_draft(&world), "a draft waits by now: {said}");
}

#[test]
fn a_sync_asks_about_what_it_will_merge_and_promote_then() {
    let world = World::pulled();
    world.write(TONE, &TONE_CODE.replace("key: tone\n", "key: tone\ndescription: how it sounds\n"));
    let theirs = TONE_CODE.replace("Is the agent polite?", "Is the agent always polite?");
    world.teammate("tone", "tone-2", &theirs, Some("# Tone\n\nPolite is polite.\n"));
    let (said, status) = (world.run(&["sync", "--promote"]), world.run(&["status"]));
    assert!(said.starts_with("exit 7\n") && status.contains("1 diverged"), "{said}{status}");
    // A yes to one of two questions is none to the other.
    world.seed(vec![("Score", serde_json::json!({"id": "greeting", "name": "Greeting", "scorecardId": "gone"}))]);
    let said = world.terminal(&["sync", "--prune"]).answer("Remove the files of 1 score? [y/N]", "y").end();
    assert!(said.starts_with("exit 0\n") && has_draft(&world), "{said}");
    // Another checkout has the draft, and nothing recorded of it yet.
    std::fs::remove_dir_all(world.folder().join(".scoresync")).expect("the state");
    let said = world.run(&["sync", "--promote"]);
    assert!(said.starts_with("exit 7\n"), "the draft would become champion: {said}");
    let said = world.terminal(&["sync", "--promote"]).answer("Make 1 version the champion at once? [y/N]", "y").end();
    assert!(said.starts_with("exit 0\n") && !has_draft(&world), "{said}");
}

#[test]
fn what_cannot_be_pushed_is_refused_where_nothing_is_asked() {
    let (world, source) = World::demo_with_documents();
    world.write(source, "");
    for promote in [&[][..], &["--promote"]] {
        let said = world.run(&[&["push", source], promote].concat());
        assert!(said.starts_with("exit 6\n"), "{said}");
    }
}

#[test]
fn the_pager_is_the_one_that_git_uses() {
    let mut world = World::pulled();
    world.write("../.gitconfig", "[core]\n\tpager = sed s/^/paged:/\n");
    let shown = |world: &World, args: &[&str]| world.terminal(args).end();
    for command in ["status", "log"] {
        assert!(shown(&world, &[command]).contains("paged:"), "{command}");
    }
    assert!(!shown(&world, &["status", "--no-pager"]).contains("paged:"));
    assert!(!world.run(&["status"]).contains("paged:"), "off a terminal there is none");
    world.set("GIT_PAGER", "sed s/^/ours:/");
    assert!(shown(&world, &["status"]).contains("ours:"));
    world.set("SCORESYNC_PAGER", "cat");
    assert!(!shown(&world, &["status"]).contains("ours:"));
}

#[test]
fn a_pager_that_fails_hides_nothing() {
    let mut world = World::pulled();
    for pager in ["false", "nonexistent-pager", "cat > /dev/null; exit 1"] {
        world.set("SCORESYNC_PAGER", pager);
        let said = world.terminal(&["log", "Tone"]).end();
        assert!(said.starts_with("exit 0\n") && said.contains("QA/Tone"), "{pager}: {said}");
    }
}

#[test]
fn a_log_fits_a_narrow_terminal_without_a_broken_word() {
    let world = World::demo();
    world.run(&["push", "-q", "--note", "A note of several words that has to go on in a second line of the terminal"]);
    let args = ["log", "--no-pager", "greeting-and-name"];
    let (whole, words) = (world.run(&args), |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() });
    for columns in [32, 40, 48] {
        let narrow = world.terminal_of(columns, &args).end();
        let known = words(&whole);
        assert!(words(&narrow).iter().all(|word| known.contains(word)), "{columns}: {narrow}");
        for args in [&["log", "--no-pager"][..], &args, &["eval", "--no-pager"], &["promote", "-n", "-q"]] {
            let narrow = world.terminal_of(columns, args).end();
            let fits = |line: &str| line.chars().count() <= columns.into() || line.starts_with("  help: ");
            assert!(narrow.lines().all(fits), "{columns}: {narrow}");
        }
    }
}

#[test]
fn a_status_and_a_log_fit_the_terminal_without_a_broken_word() {
    let world = World::conflicting();
    world.run(&["pull", "-q"]);
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    world.run(&["push", "-q", "--note", "A note of several words that has to go on in a second line of the terminal", "Tone"]);
    for args in [&["status", "--no-pager"][..], &["log", "--no-pager"], &["log", "--no-pager", "Tone"]] {
        let whole = world.run(args);
        let words: Vec<&str> =
            whole.lines().skip(2).filter(|line| !line.starts_with("---")).flat_map(str::split_whitespace).collect();
        let narrow = world.terminal_of(60, args).end();
        let shown: Vec<&str> = narrow.lines().skip(1).flat_map(str::split_whitespace).collect();
        assert_eq!(shown.concat().replace('│', ""), words.concat().replace('│', ""), "{narrow}");
        assert!(shown.iter().all(|word| words.contains(word)), "{narrow}");
        assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    }
}

#[test]
fn every_key_of_a_watch_works_at_any_width() {
    for columns in [80, 120] {
        let world = World::conflicting();
        world.run(&["pull", "-q"]);
        world.write("scoresync.yaml", &(world.read("scoresync.yaml") + "watch: {push: manual}\n"));
        let mut terminal = world.terminal_of(columns, &["watch"]);
        terminal.until("r resolves it").keys("?").until("place by place");
        world.write(TONE, &TONE_CODE.replace("polite", "kind"));
        terminal.until("p pushes it").keys("d").until("+  Is the agent kind?").keys("p").until("pushed     QA/Tone");
        terminal.keys("r").until("[q]uit, [?] more: ").keys("o\r").until("1 score: resolved").until("p pushes it");
        let said = terminal.keys("q").end();
        assert!(said.starts_with("exit 0\n"), "{said}");
    }
}

#[test]
fn lists_fit_the_terminal() {
    let world = World::demo();
    for args in [
        &["eval", "identity-check"][..],
        &["check", "--list"],
        &["feedback"],
        &["jobs"],
        &["report"],
        &["doctor"],
        &["undo", "-n"],
        &["restore", "--list"],
        &["restore", "-n", "greeting-and-name", "--version", "353cfa31"],
    ] {
        let narrow = world.terminal_of(64, &[args, &["--no-pager"]].concat()).end();
        assert!(narrow.lines().all(|line| line.chars().count() <= 64 || line.starts_with("  help: ")), "{narrow}");
        assert!(narrow.starts_with("exit 0\n"), "{narrow}");
    }
    let said = world.terminal_of(80, &["feedback", "identity-check", "--no-pager"]).end();
    assert!(said.lines().all(|line| line.chars().count() <= 80 || line.starts_with("  help: ")), "{said}");
    assert!(said.lines().filter(|line| line.contains(" ago ")).all(|line| line.ends_with("[id]")), "a call, a line: {said}");
}

#[test]
fn the_lines_of_a_watch_break_between_words() {
    for columns in [60, 80] {
        let world = World::conflicting();
        world.write(TONE, &TONE_CODE.replace("polite", "kind"));
        let mut terminal = world.terminal_of(columns, &["watch"]);
        let said = terminal.until("pushed     QA/Tone").until("in conflict since").keys("q").end();
        let narrow: Vec<&str> = said.lines().skip(1).filter(|line| !line.starts_with("  help: ")).collect();
        assert!(narrow.iter().all(|line| line.chars().count() <= columns.into()), "{said}");
        let mut watch = Watch::begin(&world, &[]);
        let whole = watch.hears("conflict ");
        assert!(whole.chars().count() > 80, "a line that a program reads is whole: {whole}");
        let (_, words) = whole.split_once(' ').expect("a time");
        let shown = narrow.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains(&words.split_whitespace().collect::<Vec<_>>().join(" ")), "no word is broken: {said}");
    }
}
