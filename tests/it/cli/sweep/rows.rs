//! Every command that changes something, each in a world in which it has something to do.

use super::super::documents::{REPORT, SOURCE, recorded};
use super::super::world::{GREETING, Server, THEIRS, TONE, TONE_CODE, TONE_GUIDELINES, World, commented, score};
use super::document_worlds::{self, NEW_SOURCE};
use rusqlite::Connection;

/// A command, and the world that it is run in.
pub struct Row {
    pub args: &'static [&'static str],
    /// Its dashboard is behind a socket.
    pub served: bool,
    /// Several scores are pushed at once: one is sent while something of another one is recorded.
    pub at_once: bool,
    pub set_up: fn() -> World,
}

const fn row(args: &'static [&'static str], set_up: fn() -> World) -> Row {
    Row { args, served: false, at_once: false, set_up }
}

const fn served(args: &'static [&'static str], set_up: fn() -> World) -> Row {
    Row { served: true, ..row(args, set_up) }
}

const fn at_once(args: &'static [&'static str], set_up: fn() -> World) -> Row {
    Row { at_once: true, ..row(args, set_up) }
}

/// All of them. A command or an option without its row fails `every_command_that_writes_is_swept`.
pub const ROWS: &[Row] = &[
    row(&["pull"], World::with_dashboard),
    row(&["pull"], newer_champion),
    row(&["pull"], both_sides),
    row(&["pull"], conflict),
    row(&["pull"], swapped),
    row(&["pull"], went_round),
    row(&["pull"], many),
    row(&["pull", "--commit"], newer_champion),
    row(&["pull", "--commit"], swapped),
    row(&["pull", "--prune", "--yes"], gone),
    row(&["pull", "--prune", "--yes"], gone_and_renamed),
    row(&["pull", "--move-legacy"], legacy),
    row(&["pull", "--version", "tone-2", "Tone"], draft_of_another),
    row(&["pull", "--version", "greeting-2", "greeting", "--ours"], conflict),
    row(&["pull", "--version", "greeting-2", "greeting", "--theirs"], conflict),
    row(&["pull", "--version", "greeting-2", "greeting", "--merge"], conflict),
    at_once(&["push"], edited_twice),
    row(&["push", "--note", "Why", "--commit"], edited),
    row(&["push", "--promote", "--yes"], edited),
    row(&["push", "--reformat"], reformatted),
    at_once(&["push", "--promote", "--yes"], many_edited),
    served(&["pull"], newer_champion),
    served(&["push"], edited),
    served(&["push", "--promote", "--yes"], edited),
    served(&["new", "--yes", NEW], with_new),
    row(&["sync"], both_sides),
    row(&["sync", "--commit", "--promote", "--note", "Why", "--yes"], both_sides),
    row(&["sync", "--prune", "--yes"], gone),
    row(&["sync", "--reformat"], reformatted),
    served(&["promote", "--yes", "Tone"], drafted),
    row(&["promote", "--yes", "--version", "tone-1", "Tone"], newer_champion),
    row(&["promote", "--yes", "--undo", "Tone"], promoted),
    row(&["undo", "--yes"], pulled_twice),
    row(&["undo", "--yes", "--run", "1"], pulled_twice),
    row(&["undo", "--yes"], pruned_and_renamed),
    row(&["restore", "Tone"], removed),
    row(&["restore", "Tone", "--version", "tone-1"], pulled_twice),
    row(&["restore", "--entry", "1"], pulled_twice),
    row(&["resolve", "--ours", "--commit"], pulled_conflict),
    row(&["resolve", "--theirs"], pulled_conflict),
    row(&["resolve", "--merge"], pulled_conflict),
    row(&["resolve", "--tool=true"], pulled_conflict),
    row(
        &[
            "new",
            "--yes",
            "--scorecard",
            "QA",
            "--section",
            "All",
            "--type",
            "binary",
            "--external-id",
            "78",
            "--key",
            "calm",
            "--name",
            "Calm",
            "--note",
            "Why",
            NEW,
        ],
        with_new,
    ),
    row(&["pull"], recorded),
    row(&["pull"], document_worlds::saved_there),
    row(&["pull"], document_worlds::both_sides),
    at_once(&["push"], document_worlds::edited),
    Row { served: true, ..at_once(&["push", "--promote", "--yes"], document_worlds::edited) },
    at_once(&["push", "--promote", "--yes"], document_worlds::edited),
    row(&["push", "--promote", "--yes", "--commit"], document_worlds::edited_in_git),
    row(&["sync", "--promote", "--yes"], document_worlds::both_sides),
    row(&["promote", "--yes", SOURCE], document_worlds::drafted),
    row(&["undo", "--yes"], document_worlds::pulled_form),
    row(&["restore", REPORT, "--yes"], document_worlds::promoted),
    row(&["resolve", "--theirs", REPORT], document_worlds::conflict),
    row(&["new", "--yes", NEW_SOURCE], document_worlds::with_new),
    row(&["init"], World::new),
    row(&["init", "--api-url", "file:../dashboard.db", "--account", "acme", "--editor", "vscode"], World::new),
    row(&["hook", "install"], World::pulled_in_git),
    row(&["hook", "install", "--type", "pre-push"], with_earlier_hook),
    row(&["hook", "uninstall", "--type", "pre-push"], with_chained_hook),
    row(&["hook", "run", "post-commit"], committed),
    row(&["check", "--fix"], World::fixable),
    row(&["trust", "add", "https://example.com/graphql"], World::new),
    row(&["trust", "add", "--insecure-http", "http://example.com/graphql"], World::new),
    row(&["trust", "remove", "file:../dashboard.db"], World::with_dashboard),
    row(&["watch"], watched),
    row(&["watch", "--poll", "--commit"], watched),
    row(&["demo", "."], World::new),
];

/// Commands that only look. The state may remember what they saw.
pub const READS: &[&[&str]] = &[
    &["status"],
    &["diff"],
    &["log", "Tone"],
    &["show", "Tone"],
    &["blame", TONE],
    &["path", "Tone"],
    &["open", "Tone"],
    &["eval", "Tone"],
    &["feedback", "Tone"],
    &["call", "tone"],
    &["jobs"],
    &["report"],
    &["schema"],
    &["doctor"],
    &["completions", "bash"],
    &["check"],
    &["trust", "list"],
    &["hook", "status"],
    &["hook", "run", "pre-commit"],
];

/// Commands that end when somebody ends them, or that write where they are told to and nothing depends on it.
pub const OTHERS: &[&str] = &["serve", "man"];

/// Options that say of what, how much or how loud, and not what is done.
pub const SHADES: &[&str] = &[
    "dry-run",
    "scorecard",
    "list",
    "force",
    "require-evaluation",
    "min-items",
    "min-accuracy",
    "min-ac1",
    "no-regression",
    "wait",
    "explain",
    "format",
    "resume",
    "help",
    "json",
];

const NEW: &str = "scorecards/QA/Silence.yaml";

impl World {
    fn fixable() -> Self {
        let world = Self::pulled();
        for file in [TONE, GREETING] {
            world.write(file, &format!("{}parent: abc\n", world.read(file)));
        }
        world
    }
}

/// As many new files as are flushed together.
pub fn many() -> World {
    let world = World::with_dashboard();
    world.seed((0..130).flat_map(|n| score(&format!("m{n}"), &format!("Score {n}"))).collect());
    world
}

fn newer_champion() -> World {
    let world = World::pulled_in_git();
    world.promoted("tone-2", "tone-1", &commented("newer"));
    world
}

/// Both sides changed both scores; one merges and the other only comes.
fn both_sides() -> World {
    let world = World::pulled_in_git();
    world.write(TONE, &TONE_CODE.replace("polite", "kind"));
    world.write(TONE_GUIDELINES, "# Tone\n\nPolite is kind.\n");
    world.promoted("tone-2", "tone-1", &format!("# newer\n{TONE_CODE}"));
    world.teammate("greeting", "greeting-2", THEIRS, None);
    world
}

fn conflict() -> World {
    let world = World::conflicting();
    world.init_git();
    world
}

fn pulled_conflict() -> World {
    let world = conflict();
    world.run(&["pull"]);
    world
}

/// Three scores with these names.
fn named(names: [&str; 3], world: World) -> World {
    for (n, (id, name)) in ["a", "b", "c"].into_iter().zip(names).enumerate() {
        let [mut row, mut version] = score(id, name);
        version.1["guidelines"] = format!("# {id}\n").into();
        (row.1["key"], row.1["externalId"]) = (id.into(), format!("2{n}").into());
        world.seed(vec![row, version]);
    }
    world
}

/// Names that are swapped, one of them of an edited file, and a name that changes by case.
fn swapped() -> World {
    let world = named(["One", "Two", "three"], World::with_dashboard());
    world.run(&["pull"]);
    world.init_git();
    world.write("scorecards/QA/One.yaml", &(world.read("scorecards/QA/One.yaml") + "# mine\n"));
    named(["Two", "One", "Three"], world)
}

fn went_round() -> World {
    let world = named(["One", "Two", "Three"], World::with_dashboard());
    world.run(&["pull"]);
    named(["Two", "Three", "One"], world)
}

fn gone() -> World {
    let world = named(["One", "Two", "Three"], World::with_dashboard());
    world.run(&["pull"]);
    let database = Connection::open(world.folder().join("../dashboard.db")).expect("a database");
    database.execute_batch("DELETE FROM Score WHERE id IN ('a', 'b')").expect("gone");
    world
}

/// A score is gone, another one has its name now, and a third one that of the second.
fn gone_and_renamed() -> World {
    let world = named(["One", "Two", "Three"], World::with_dashboard());
    world.run(&["pull"]);
    world.write("scorecards/QA/Two.yaml", &(world.read("scorecards/QA/Two.yaml") + "# mine\n"));
    let world = named(["One", "One", "Two"], world);
    let database = Connection::open(world.folder().join("../dashboard.db")).expect("a database");
    database.execute_batch("DELETE FROM Score WHERE id = 'a'").expect("gone");
    world
}

fn pruned_and_renamed() -> World {
    let world = gone_and_renamed();
    world.run(&["pull", "--prune", "--yes"]);
    world
}

fn legacy() -> World {
    let world = named(["One", "Two", "Three"], World::with_dashboard());
    world.run(&["pull"]);
    for name in ["Tone", "One"] {
        world.rename(&format!("scorecards/QA/guidelines/{name}.md"), &format!("scorecards/QA/{name}.md"));
    }
    world.write("scorecards/QA/Tone.md", "# Tone\n\nMine.\n");
    world
}

fn draft_of_another() -> World {
    let world = World::pulled();
    world.promoted("tone-2", "tone-1", &commented("newer"));
    world.teammate("tone", "tone-1", TONE_CODE, Some("# Tone\n\nPolite is polite.\n"));
    world
}

fn edited() -> World {
    let world = World::pulled_in_git();
    world.write(TONE, &commented("edited"));
    world.write(TONE_GUIDELINES, "# Tone\n\nPolite is kind.\n");
    world
}

/// Two scores: where the push of one is left to the next push, that is one without options.
fn edited_twice() -> World {
    let world = edited();
    world.write(GREETING, THEIRS);
    world
}

/// As many as are shown in the dashboard as a task.
fn many_edited() -> World {
    let world = World::with_many(25);
    world.write("scoresync.yaml", &(world.read("scoresync.yaml") + "tasks: long\n"));
    (0..25).for_each(|n| world.write(&format!("scorecards/QA/Score {n}.yaml"), &format!("name: m{n}\n# edited\n")));
    world
}

fn reformatted() -> World {
    let world = World::pulled();
    world.write(TONE, &TONE_CODE.replace("class: Classifier", "class:   Classifier"));
    world
}

fn drafted() -> World {
    let world = edited();
    world.run(&["push"]);
    world
}

fn promoted() -> World {
    let world = edited();
    world.run(&["push", "--promote", "--yes"]);
    world
}

fn pulled_twice() -> World {
    let world = newer_champion();
    world.teammate("tone", "tone-2", &commented("newer"), Some("# Tone\n\nNewer.\n"));
    world.run(&["pull"]);
    world
}

fn removed() -> World {
    let world = World::pulled();
    [TONE, TONE_GUIDELINES].iter().for_each(|file| std::fs::remove_file(world.folder().join(file)).expect("removed"));
    world
}

fn with_new() -> World {
    let world = World::pulled();
    world.write(NEW, "name: Silence\nkey: silence\nexternal_id: '77'\nclass: Classifier\n");
    world.write("scorecards/QA/guidelines/Silence.md", "# Silence\n");
    world
}

fn with_earlier_hook() -> World {
    let world = World::pulled_in_git();
    world.write(".git/hooks/pre-push", "#!/bin/sh\nexit 0\n");
    world.write(".git/hooks/helper", "#!/bin/sh\nexit 0\n");
    world
}

fn with_chained_hook() -> World {
    let world = with_earlier_hook();
    world.run(&["hook", "install", "--type", "pre-push"]);
    world
}

fn committed() -> World {
    let world = edited();
    world.commit("edited");
    world
}

fn watched() -> World {
    let world = both_sides();
    let settings = world.read("scoresync.yaml");
    world.write("scoresync.yaml", &(settings + "watch: {quiet: 100ms}\n"));
    world.commit("settings");
    world
}

/// Serves the dashboard of a world that a row is to be run in.
pub fn serve(world: &mut World) -> Server {
    Server::start(world, &[])
}
