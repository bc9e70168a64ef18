//! `watch` with the real program: saves, promotions, faults, other commands, the ways to end. Every wait is for a line.

use super::documents::{self, REPORT, REPORT_TEXT, SOURCE, SOURCE_TEXT};
use super::world::{GREETING, Server, TONE, TONE_CODE, TONE_GUIDELINES, World};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long a line is waited for before the test fails.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// A running `watch`; ends with the value.
pub(super) struct Watch {
    child: Child,
    lines: Receiver<String>,
    heard: Vec<String>,
}

impl Watch {
    /// Starts it and waits until everything was compared once.
    fn start(world: &World, args: &[&str]) -> Self {
        let mut watch = Self::begin(world, args);
        watch.hears("2 scores");
        watch
    }

    pub(super) fn begin(world: &World, args: &[&str]) -> Self {
        let mut command = world.command(&[&["watch"], args].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let (to, lines) = channel();
        let out = BufReader::new(child.stdout.take().expect("its output is ours"));
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| to.send(line)));
        Self { child, lines, heard: Vec::new() }
    }

    /// Waits for a line that holds `words`.
    pub(super) fn hears(&mut self, words: &str) -> String {
        self.hears_that(words, |line| line.contains(words))
    }

    fn hears_that(&mut self, what: &str, is_it: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    self.heard.push(line.clone());
                    if is_it(&line) {
                        return line;
                    }
                }
                Err(_) => panic!("never said {what:?}; said\n{}", self.heard.join("\n")),
            }
        }
    }

    /// Waits for an event of this kind.
    fn event(&mut self, kind: &str) -> Value {
        let wanted = format!("\"event\":\"{kind}\"");
        let line = self.hears_that(kind, |line| line.contains(&wanted));
        serde_json::from_str(&line).expect("each line is JSON")
    }

    pub(super) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Waits for its end.
    pub(super) fn end(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not end");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A pulled world whose watcher waits for a short while only.
fn world() -> World {
    let world = World::pulled();
    settings(&world, "");
    world
}

fn settings(world: &World, more: &str) {
    let watch = format!("watch: {{quiet: 200ms{more}}}\n");
    world.write("scoresync.yaml", &format!("api_url: file:../dashboard.db\naccount_key: acme\n{watch}"));
}

/// A pulled workspace whose dashboard is served.
fn served() -> (World, Server) {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    let text = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &(text + "watch: {quiet: 200ms}\n"));
    (world, server)
}

fn edited(word: &str) -> String {
    TONE_CODE.replace("polite", word)
}

/// Waits until a file says something.
pub(super) fn says(world: &World, file: &str, words: &str) {
    let end = Instant::now() + PATIENCE;
    while !world.read(file).contains(words) {
        assert!(Instant::now() < end, "{file} says {}", world.read(file));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_save_becomes_a_version_and_many_saves_one() {
    let world = world();
    let mut watch = Watch::start(&world, &[]);
    for word in ["kind", "calm", "warm"] {
        world.write(TONE, &edited(word));
    }
    let line = watch.hears(", version");
    assert!(line.contains("QA/Tone  code, version"), "{line}");
    let versions = world.versions("tone");
    let codes: Vec<&str> = versions.iter().filter_map(|version| version["configuration"].as_str()).collect();
    assert!(codes.len() == 2 && codes.contains(&edited("warm").as_str()), "{codes:?}");
    assert!(world.run(&["status", "-q"]).contains("1 draft"));
}

#[test]
fn only_what_is_named_is_followed() {
    let world = world();
    let mut watch = Watch::begin(&world, &["greeting"]);
    assert!(watch.hears("watching").contains("1 score"));
    world.write(TONE, &edited("kind"));
    world.teammate("tone", "tone-2", &edited("calm"), None);
    world.write(GREETING, "name: Greeting\nclass: Classifier\nsystem_message: |\n  Hello?\n");
    assert!(watch.hears(", version").contains("greeting"));
    assert_eq!((world.versions("tone").len(), world.read(TONE)), (2, edited("kind")));
    watch.signal("-INT");
    watch.end();
    assert!(!watch.heard.iter().any(|line| line.contains("Tone")), "{:?}", watch.heard);
    let mut none = Watch::begin(&world, &["no-such-score"]);
    assert!(!none.end().success());
}

#[test]
fn blanks_at_the_end_and_what_is_taken_back_make_no_version() {
    let world = world();
    let mut watch = Watch::start(&world, &[]);
    world.write(TONE, &(TONE_CODE.to_owned() + "\n\n"));
    world.write(GREETING, "name: Greeting\nclass: Classifier\nsystem_message: |\n  Hello?\n");
    watch.hears("pushed");
    assert_eq!(world.versions("tone").len(), 1);
    assert_eq!(world.versions("greeting").len(), 2);
}

#[test]
fn a_new_champion_lands_in_the_file_and_merges_with_an_edit() {
    let world = world();
    settings(&world, ", push: manual");
    let mut watch = Watch::start(&world, &[]);
    world.teammate("tone", "tone-2", &edited("friendly"), Some("# Tone\n\nPolite is polite.\n"));
    watch.hears("pulled");
    says(&world, TONE, "friendly");
    world.write(TONE, &edited("friendly").replace("name: Tone\n", "name: Tone  # mine\n"));
    world.teammate("tone", "tone-3", &edited("gentle"), Some("# Tone\n\nPolite is polite.\n"));
    watch.hears("merged");
    let text = world.read(TONE);
    assert!(text.contains("# mine") && text.contains("gentle"), "{text}");
}

#[test]
fn a_fault_is_told_with_its_place_and_held_until_it_is_mended() {
    let world = world();
    let mut watch = Watch::start(&world, &[]);
    world.write(TONE, "name: [\n");
    watch.hears("checking");
    assert_eq!(watch.hears("error:"), format!("{TONE}:1:7: error: unclosed bracket '['"));
    assert!(watch.hears("checked").ends_with("1 file cannot be pushed"));
    // Another score is not kept waiting.
    world.write(GREETING, "name: Greeting\nclass: Classifier\nsystem_message: |\n  Hello?\n");
    watch.hears("greeting");
    assert_eq!(world.versions("tone").len(), 1);
    world.write(TONE, &edited("kind"));
    assert!(watch.hears("checked").contains("every file can be pushed"));
    watch.hears(", version");
    assert_eq!(world.versions("tone").len(), 2);
}

#[test]
fn what_check_finds_in_a_saved_file_is_told_and_stays_until_it_is_mended() {
    let world = world();
    let mut watch = Watch::start(&world, &[]);
    world.write(GREETING, "name: Greeting\nsystem_message: |\n  Hello?\n");
    let line = watch.hears("warning:");
    assert!(line.starts_with(GREETING) && line.ends_with("[missing-class]"), "{line}");
    assert!(watch.hears("checked").ends_with("every file can be pushed; 1 warning"));
    watch.hears(", version");
    // It stands beside what is found later.
    world.write(TONE, "name: [\n");
    watch.hears("warning:");
    assert!(watch.hears("checked").ends_with("checked    1 file cannot be pushed; 1 warning"));
    world.write(GREETING, "name: Greeting\nclass: Classifier\nsystem_message: |\n  Hello?\n");
    assert!(watch.hears("checked").ends_with("checked    1 file cannot be pushed"));
}

#[test]
fn standalone_documents_are_checked_by_their_own_rules_when_they_are_saved() {
    let (world, source) = World::demo_with_documents();
    let mut watch = Watch::begin(&world, &[]);
    watch.hears("15 scores");
    world.write(source, "class: FeedbackItems\nscorecard: harbor-retention\nscore: identity-chek\ndays: 0\n");
    assert_eq!(watch.hears("days"), format!("{source}:4:7: error: days must be a positive whole number [feedback-items]"));
    assert!(watch.hears("checked").contains("1 error; 1 warning"));
}

/// A data source that is saved becomes a version, a report configuration waits for a promotion, and what is saved in the
/// dashboard comes by itself.
#[test]
fn standalone_documents_are_followed() {
    let world = documents::pulled();
    world.write("scoresync.yaml", &(world.read("scoresync.yaml") + "watch: {quiet: 200ms}\n"));
    let mut watch = Watch::begin(&world, &[]);
    watch.hears("4 scores");
    let report = format!("{REPORT_TEXT}\nSaved in a form.\n");
    let form = "mutation M { updateReportConfiguration(input: {id: \"rep\", configuration: TEXT}) { id } }";
    world.ask(&form.replace("TEXT", &serde_json::json!(report).to_string()));
    watch.hears("Weekly");
    says(&world, REPORT, "Saved in a form.");
    world.write(SOURCE, &SOURCE_TEXT.replace("60", "30"));
    watch.hears(", version");
    assert_eq!(documents::heads(&world), (SOURCE_TEXT.to_owned(), report.clone()), "nothing that runs was changed");
    for days in ["Of this week.", "Of today."] {
        world.write(REPORT, &report.replace("Of last week.", days));
        assert!(watch.hears("waits").contains("Weekly"));
        assert!(watch.hears("note:").contains("scoresync push --promote"));
    }
    assert_eq!(documents::heads(&world).1, report);
}

/// A branch that is checked out for a moment is nobody's edit of a document.
#[test]
fn documents_of_a_branch_are_no_edits() {
    let world = documents::pulled();
    world.write("scoresync.yaml", &(world.read("scoresync.yaml") + "watch: {quiet: 200ms}\n"));
    world.init_git();
    world.git(&["checkout", "-qb", "side"]);
    world.write(SOURCE, &SOURCE_TEXT.replace("60", "7"));
    world.write(REPORT, &REPORT_TEXT.replace("Weekly", "Daily"));
    world.git(&["commit", "-qam", "side"]);
    world.git(&["checkout", "-q", "main"]);
    let mut watch = Watch::begin(&world, &[]);
    watch.hears("4 scores");
    world.git(&["checkout", "-q", "side"]);
    assert!(watch.hears("paused").contains("moving from main to side"));
    watch.hears("would push");
    world.git(&["checkout", "-q", "main"]);
    watch.hears("resumed");
    assert_eq!((world.read(SOURCE).as_str(), world.read(REPORT).as_str()), (SOURCE_TEXT, REPORT_TEXT));
    assert_eq!(documents::heads(&world), (SOURCE_TEXT.to_owned(), REPORT_TEXT.to_owned()));
    assert!(world.run(&["status"]).contains("4 documents: all clean"));
}

#[test]
fn guidelines_that_a_champion_lost_make_no_version_by_themselves() {
    let world = world();
    let mut watch = Watch::start(&world, &[]);
    let guidelines = world.read(TONE_GUIDELINES);
    world.teammate("tone", "tone-2", &edited("friendly"), None);
    watch.hears("pulled");
    assert!(watch.hears("note:").contains("the champion has no guidelines any more"));
    // What is pushed next is another score: there was nothing else to do.
    world.write(GREETING, "name: Greeting\nclass: Classifier\nsystem_message: |\n  Hello?\n");
    assert!(watch.hears(", version").contains("greeting"));
    assert_eq!((world.versions("tone").len(), world.read(TONE_GUIDELINES)), (2, guidelines));
    world.write(TONE, &edited("kind"));
    assert!(watch.hears(", version").contains("QA/Tone"));
    assert_eq!(world.versions("tone").len(), 3);
}

#[test]
fn a_conflict_waits_for_a_person_and_other_commands_work_beside() {
    let world = world();
    let mut watch = Watch::start(&world, &[]);
    world.write(TONE, "name: [\n");
    watch.hears("cannot be pushed");
    world.teammate("tone", "tone-2", &edited("friendly").replace("name: Tone", "name: Theirs"), None);
    let line = watch.hears("conflict");
    assert!(line.contains("QA/Tone"), "{line}");
    assert!(watch.hears("help:").contains("scoresync resolve scorecards/QA/Tone.yaml"));
    assert_eq!(world.read(TONE), "name: [\n");
    let said = world.run(&["resolve", "--ours", TONE]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    world.write(TONE, &edited("kind"));
    watch.hears(", version");
    let said = world.run(&["status", "-q"]);
    assert!(said.contains("1 draft"), "{said}");
}

#[test]
fn a_push_beside_it_is_noticed() {
    let world = world();
    settings(&world, ", push: manual");
    let mut watch = Watch::begin(&world, &["--json"]);
    watch.event("started");
    world.write(TONE, &edited("kind"));
    let said = world.run(&["push"]);
    assert!(said.contains("1 pushed"), "{said}");
    world.teammate("tone", "tone-9", &edited("gentle"), Some("# Tone\n\nPolite is polite.\n"));
    let score = watch.event("score");
    assert_eq!((&score["outcome"], &score["name"]), (&Value::from("conflict"), &Value::from("Tone")));
}

#[test]
fn a_second_one_is_refused_and_told_who_is_first() {
    let world = world();
    let watch = Watch::start(&world, &[]);
    let said = world.run(&["watch"]);
    let pid = format!("at process {}, since [time]", watch.child.id());
    assert!(said.starts_with("exit 7\n") && said.contains("already being watched") && said.contains(&pid), "{said}");
    drop(watch);
    assert!(world.run(&["watch", "--resume"]).contains("nobody watches"));
}

#[test]
fn a_watch_that_cannot_begin_is_one_line_to_a_program() {
    let world = world();
    let _first = Watch::start(&world, &[]);
    for (args, code) in [
        (&["watch", "--json"][..], "WATCHED"),
        (&["watch", "--json", "--offline"], "OFFLINE"),
        (&["watch", "--json", "-C", "nowhere"], "NO_DIRECTORY"),
        (&["watch", "--json", "--bogus"], "USAGE"),
        (&["-C", "status", "--json", "watch", "--commit", "--resum"], "USAGE"),
        (&["--color", "--json", "watch"], "USAGE"),
    ] {
        let output = world.command(args).output().expect("the program runs");
        let said = String::from_utf8(output.stdout).expect("text");
        let ended: Value = serde_json::from_str(said.trim_end()).expect("JSON");
        assert_eq!(
            (said.lines().count(), &ended["event"], &ended["error"]["code"]),
            (1, &"ended".into(), &code.into()),
            "{said}"
        );
        assert_eq!(ended["exit_code"].as_i64(), output.status.code().map(i64::from), "{said}");
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: "), "people are told as well");
    }
    for args in [&["watch", "--json", "--resume", "--bogus"][..], &["-C", "watch", "status", "--json", "--bogus"]] {
        let said = String::from_utf8(world.command(args).output().expect("the program runs").stdout).expect("text");
        assert!(said.lines().count() > 1 && serde_json::from_str::<Value>(&said).is_ok(), "no watch begins: {said}");
    }
}

#[test]
fn one_that_nobody_reads_any_more_ends() {
    for args in [&["watch"][..], &["watch", "--json"]] {
        let world = world();
        let mut command = world.command(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("its output is ours")).lines().map_while(Result::ok);
        assert!(out.any(|line| line.contains("2 scores") || line.contains("started")), "it begins");
        drop(out);
        let end = Instant::now() + PATIENCE;
        let ended = (0..).find_map(|n| {
            // A save is checked, and the finding is told, or would be.
            world.write(TONE, &edited(&format!("kind {n}")));
            assert!(Instant::now() < end, "it goes on unread");
            std::thread::sleep(Duration::from_millis(50));
            child.try_wait().expect("it is ours")
        });
        assert_eq!(ended.and_then(|status| status.code()), Some(0));
    }
}

#[test]
fn ctrl_c_ends_it_with_130_and_what_is_under_way_is_finished() {
    let world = world();
    let mut watch = Watch::start(&world, &[]);
    watch.signal("-INT");
    assert_eq!(watch.end().code(), Some(130));
    let mut watch = Watch::start(&world, &[]);
    watch.signal("-TERM");
    assert_eq!(watch.end().code(), Some(130));
    assert!(world.run(&["status", "-q"]).contains("2 scores: clean"));
}

#[test]
fn a_checkout_pauses_it_and_a_word_from_another_terminal_ends_that() {
    let world = world();
    world.init_git();
    world.git(&["checkout", "-qb", "other"]);
    world.write(TONE, &edited("kind"));
    world.commit("two");
    world.git(&["checkout", "-q", "main"]);
    let mut watch = Watch::start(&world, &[]);
    world.git(&["checkout", "-q", "other"]);
    assert!(watch.hears("paused").contains("moving from main to other"));
    assert!(watch.hears("would push").ends_with("QA/Tone.yaml"));
    assert_eq!(world.versions("tone").len(), 1);
    let said = world.run(&["watch", "--resume"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    watch.hears("resumed");
    watch.hears(", version");
    assert_eq!(world.versions("tone").len(), 2);
}

#[test]
fn a_hook_that_git_runs_for_its_commit_need_not_wait_for_it() {
    let world = world();
    world.init_git();
    let hook = format!("#!/bin/sh\n'{}' push >said.txt 2>&1\necho \"exit $?\" >>said.txt\n", env!("CARGO_BIN_EXE_scoresync"));
    world.write(".git/hooks/pre-commit", &hook);
    let script = world.folder().join(".git/hooks/pre-commit");
    fs::set_permissions(script, fs::Permissions::from_mode(0o755)).expect("a hook can be run");
    let mut watch = Watch::start(&world, &["--commit"]);
    world.write(TONE, &edited("kind"));
    watch.hears("committed");
    let said = world.read("said.txt");
    assert!(said.ends_with("exit 0\n"), "{said}");
    assert_eq!(world.versions("tone").len(), 2);
}

#[test]
fn every_line_of_json_says_what_and_when() {
    let world = world();
    let mut watch = Watch::begin(&world, &["--json"]);
    let started = watch.event("started");
    assert_eq!((&started["account"], &started["scores"]), (&Value::from("Acme"), &Value::from(2)));
    world.write(TONE, "name: [\n");
    let finding = &watch.event("checked")["findings"][0];
    assert_eq!((&finding["line"], &finding["column"], &finding["severity"]), (&1.into(), &7.into(), &"error".into()));
    assert_eq!((&finding["holds"], &finding["code"]), (&true.into(), &Value::Null));
    assert!(finding["file"].as_str().is_some_and(|file| file.ends_with(TONE)), "{finding}");
    world.write(TONE, &edited("kind"));
    let score = watch.event("score");
    assert_eq!((&score["outcome"], &score["key"], &score["success"]), (&"pushed".into(), &"tone".into(), &true.into()));
    watch.signal("-INT");
    assert_eq!(watch.event("ended")["exit_code"], Value::from(130));
    for line in &watch.heard {
        let event: Value = serde_json::from_str(line).expect("each line is JSON");
        assert!(event["version"] == 1 && event["at"].is_string() && event["event"].is_string(), "{line}");
    }
}

#[test]
fn a_dashboard_that_goes_away_is_waited_for() {
    let (world, server) = served();
    let mut watch = Watch::start(&world, &[]);
    let address = server.end();
    world.write(TONE, &edited("kind"));
    watch.hears("waiting");
    let _server = Server::listen(&world, &address, &[]);
    watch.hears("back");
    assert_eq!(watch.heard.iter().filter(|line| line.contains("waiting")).count(), 1, "{:?}", watch.heard);
    if !watch.heard.iter().any(|line| line.contains(", version")) {
        watch.hears(", version");
    }
    assert_eq!(world.versions("tone").len(), 2);
}

#[test]
fn a_rebase_pauses_in_lines_and_in_json() {
    for args in [&[][..], &["--json"]] {
        let world = World::pulled_in_git();
        settings(&world, "");
        world.git(&["switch", "-qc", "side"]);
        world.write("notes.txt", "side");
        world.commit("side");
        world.git(&["switch", "-q", "main"]);
        world.write("notes.txt", "main");
        world.commit("main");
        assert!(!world.try_git(&["rebase", "-q", "side"]).0, "the rebase stops at a conflict");
        let mut watch = Watch::begin(&world, args);
        let told = watch.hears("a rebase is under way");
        world.write(TONE, &edited("kind"));
        let json = !args.is_empty();
        assert!(told.contains(if json { "\"event\":\"paused\"" } else { "paused     a rebase is under way" }), "{told}");
        if json {
            assert!(told.contains("\"next\":[\"git status "), "{told}");
        } else {
            watch.hears("help: git status");
        }
        assert_eq!(world.versions("tone").len(), 1);
        world.git(&["rebase", "--quit"]);
        watch.hears("resumed");
        watch.hears(if json { "\"event\":\"score\"" } else { "pushed     QA/Tone" });
        assert_eq!(world.versions("tone").len(), 2);
    }
}

#[test]
fn an_edit_goes_as_soon_as_the_dashboard_answers_after_a_long_time() {
    let (world, server) = served();
    let mut watch = Watch::start(&world, &[]);
    let address = server.end();
    // Something else takes its place that hangs up on everybody, until it was asked so often that many seconds have passed.
    let elsewhere = TcpListener::bind(&address).expect("the address is free");
    let away = std::thread::spawn(move || elsewhere.incoming().take(30).for_each(drop));
    world.write(TONE, &edited("kind"));
    away.join().expect("no panic");
    let began = Instant::now();
    let _server = Server::listen(&world, &address, &[]);
    watch.hears(", version");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!(world.versions("tone").len(), 2);
}

/// What it would replace or create from then on could not be kept. It ends whether there is something to do or not.
#[test]
fn a_watch_whose_state_is_removed_ends() {
    for (args, edits) in [(&[][..], true), (&["--json"], false)] {
        let world = world();
        let mut watch = Watch::begin(&world, args);
        watch.hears(if args.is_empty() { "2 scores" } else { "\"event\":\"started\"" });
        fs::remove_dir_all(world.folder().join(".scoresync")).expect("a state");
        if edits {
            world.write(TONE, &edited("kind"));
        }
        assert_eq!(watch.end().code(), Some(6));
        if !args.is_empty() {
            assert_eq!(watch.event("ended")["error"]["code"], "STATE_GONE");
        }
        let said = watch.heard.join("\n");
        assert!(!said.contains("next try"), "{said}");
        assert!(world.run(&["status"]).starts_with("exit 0\n"), "a command makes another one");
    }
}
