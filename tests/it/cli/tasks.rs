//! `tasks: long`: a long run is shown in the dashboard, and nothing else about it changes.

use super::watch::Watch;
use super::world::{Server, World};
use serde_json::Value;

/// A workspace with so many edited scores, whose long runs are shown.
fn edited(scores: usize) -> World {
    let world = World::with_many(30);
    world.write("scoresync.yaml", &(world.read("scoresync.yaml") + "tasks: long\n"));
    edit(&world, scores);
    world
}

fn edit(world: &World, scores: usize) {
    (0..scores).for_each(|n| world.write(&format!("scorecards/QA/Score {n}.yaml"), &format!("name: m{n}\n# edited\n")));
}

/// The tasks that the dashboard has.
fn tasks(world: &World) -> Vec<Value> {
    let query = "{ listTaskByAccountIdAndUpdatedAt(accountId: \"acme-id\", sortDirection: DESC) { items { type status target command \
                 dispatchStatus metadata workerNodeId scorecardId errorMessage stages { items { name status processedItems totalItems } } } } }";
    world.ask(query)["listTaskByAccountIdAndUpdatedAt"]["items"].as_array().expect("a list").clone()
}

#[test]
fn a_long_push_is_shown_with_what_was_typed_but_not_its_note() {
    let mut world = edited(25);
    world.set("PLEXUS_API_KEY", "da2-typed-by-mistake");
    let said = world.run(&["push", "-m", "Their words", "--scorecard", "QA", "Score*", "da2-typed-by-mistake"]);
    assert!(said.starts_with("exit 2\n"), "nothing is called so: {said}");
    assert!(tasks(&world).is_empty());

    let said = world.run(&["push", "-m", "Their words", "--scorecard", "QA"]);
    assert!(said.starts_with("exit 0\n") && !said.contains("ask"), "{said}");
    let found = tasks(&world);
    assert_eq!(found.len(), 1, "{found:?}");
    let task = &found[0];
    assert_eq!(
        (&task["type"], &task["status"], &task["dispatchStatus"]),
        (&"Score Sync".into(), &"COMPLETED".into(), &"LOCAL".into())
    );
    assert_eq!((&task["command"], &task["scorecardId"]), (&"scoresync push --note … --scorecard QA".into(), &"qa".into()));
    let host = task["target"].as_str().and_then(|target| target.strip_prefix("scoresync/")).expect("a host");
    assert!(
        !host.is_empty() && task["workerNodeId"].as_str().expect("a text").starts_with(&format!("scoresync@{host}-")),
        "{task}"
    );
    let jobs = world.run(&["jobs", "-v"]);
    assert!(jobs.contains("completed   Score Sync") && jobs.contains("QA, started"), "{jobs}");
    assert!(!world.has_intent());

    // What asks, and shows before it does, makes one as well; the preview that it shows makes none.
    let said = world.run(&["promote", "--yes"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    edit(&world, 24);
    assert!(world.run(&["push"]).starts_with("exit 0\n"));
    let commands: Vec<_> = tasks(&world).iter().map(|task| task["command"].clone()).collect();
    assert_eq!(commands, ["scoresync promote --yes", "scoresync push --note … --scorecard QA"]);
}

#[test]
fn a_secret_that_was_typed_is_masked() {
    let mut world = edited(25);
    world.set("PLEXUS_API_KEY", "QA");
    assert!(world.run(&["sync", "--scorecard", "QA"]).starts_with("exit 0\n"));
    assert_eq!(tasks(&world)[0]["command"], "scoresync sync --scorecard ****");
}

#[test]
fn previews_reads_and_the_default_show_nothing() {
    let world = edited(25);
    for args in [&["push", "-n"][..], &["push", "-n", "--promote"], &["sync", "-n"], &["status"], &["pull"], &["promote", "-n"]] {
        assert!(world.run(args).starts_with("exit 0\n"), "{args:?}");
    }
    assert!(tasks(&world).is_empty());
    for settings in ["tasks: never\n", ""] {
        let text = world.read("scoresync.yaml").replace("tasks: long\n", "").replace("tasks: never\n", "");
        world.write("scoresync.yaml", &(text + settings));
        edit(&world, 25);
        assert!(world.run(&["push"]).starts_with("exit 0\n"));
        assert!(tasks(&world).is_empty(), "{settings}");
    }
}

#[test]
fn doctor_tells_it_and_init_does_not_write_it() {
    let world = edited(0);
    let said = world.run(&["doctor"]);
    let line = said.lines().find(|line| line.starts_with("tasks")).expect("a line");
    assert_eq!(line, "tasks           long  (~/work/scoresync.yaml)");
    world.write("scoresync.yaml", &world.read("scoresync.yaml").replace("long", "always"));
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 2
    --- stderr
    error: never or long is expected here
      at ~/work/scoresync.yaml:3:8
      help: fix it there
    ");
    let world = World::new();
    world.run(&["init"]);
    assert!(!world.read("scoresync.yaml").contains("tasks"));
}

/// How a push ends and what it says, beside a dashboard with this fault.
fn said_beside(fault: Option<&str>, args: &[&str]) -> (String, World) {
    let mut world = World::with_many(30);
    let faults: Vec<&str> = fault.into_iter().flat_map(|fault| ["--fault", fault]).collect();
    let server = Server::start(&mut world, &faults);
    let settings = if fault.is_some() { "tasks: long\n" } else { "" };
    let settings = world.read("scoresync.yaml") + settings;
    std::fs::remove_dir_all(world.folder().join(".scoresync")).expect("removed");
    world.write("scoresync.yaml", &settings);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    edit(&world, 25);
    let said = world.run(args);
    server.end();
    (said, world)
}

#[test]
fn a_dashboard_without_tasks_or_in_trouble_with_them_changes_no_word() {
    for args in [&["push"][..], &["push", "-v"]] {
        let (expected, _) = said_beside(None, args);
        for fault in ["invalid:Task:*", "status=400:CreateTask:*", "status=500:Task:*", "drop:Task:*", "latency=60000:UpdateTask"]
        {
            let (said, world) = said_beside(Some(fault), args);
            assert_eq!(said, expected, "{fault}");
            // Where there can be no task, there is none to be ended.
            let is_refused = fault.starts_with("invalid") || fault.starts_with("status=400");
            assert_eq!(world.has_intent(), !is_refused, "{fault}");
        }
    }
}

/// A watch shows what it pushes in one go, once for each go.
#[test]
fn a_watch_shows_a_long_push_and_no_short_one() {
    let world = edited(0);
    world.write("scoresync.yaml", &(world.read("scoresync.yaml") + "watch: {quiet: 200ms}\n"));
    let mut watch = Watch::begin(&world, &[]);
    watch.hears("32 scores");
    edit(&world, 1);
    watch.hears(", version");
    assert!(tasks(&world).is_empty());
    (1..27).for_each(|n| world.write(&format!("scorecards/QA/Score {n}.yaml"), &format!("name: m{n}\n# by a script\n")));
    watch.hears("paused");
    assert!(world.run(&["watch", "--resume"]).starts_with("exit 0\n"));
    (1..27).for_each(|_| drop(watch.hears(", version")));
    watch.signal("-INT");
    assert_eq!(watch.end().code(), Some(130));
    let found: Vec<_> = tasks(&world).into_iter().map(|task| (task["command"].clone(), task["status"].clone())).collect();
    assert_eq!(found, [("scoresync watch".into(), "COMPLETED".into())]);
}
