//! A state that is damaged, newer, in use or made elsewhere, and files that look like an accident: refused, nothing touched.

use super::world::{Server, TONE, TONE_CODE, World, commented, score};
use std::io::Write;
use std::process::{Command, Stdio};

/// The first help line of what the program said.
fn way_out(said: &str) -> &str {
    said.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("a way out")
}

/// The state on a disk of its own, which is too small at first.
#[test]
fn a_full_disk_is_named_and_costs_nothing_once_there_is_room() {
    let world = World::with_dashboard();
    let guidelines = "- a rule\n".repeat(12_000);
    for n in 0..20 {
        let [mut row, mut version] = score(&format!("s{n}"), &format!("Score {n}"));
        (row.1["externalId"], version.1["guidelines"]) = (format!("x{n}").into(), format!("# {n}\n{guidelines}").into());
        world.seed(vec![row, version]);
    }
    std::fs::create_dir_all(world.folder().join(".scoresync")).expect("a folder");
    let script = "mount -t tmpfs -o size=900k none .scoresync || exit 99; \"$0\" pull -q; echo \"exit $?\"; \
                  mount -o remount,size=60m none .scoresync; \"$0\" pull -q >/dev/null; echo \"exit $?\"";
    let program = world.command(&[]);
    let mut alone = Command::new("unshare");
    alone.args(["-rm", "sh", "-c", script]).arg(program.get_program()).current_dir(world.folder()).env_clear();
    alone.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdin(Stdio::null());
    let Some(output) = alone.output().ok().filter(|output| output.stdout.starts_with(b"exit")) else {
        writeln!(std::io::stderr(), "skipped: no file system can be mounted here").expect("stderr is there");
        return;
    };
    insta::assert_snapshot!(world.said(&output), @r"
    exit 0
    --- stdout
    exit 6
    exit 0
    --- stderr
    error: no space left on the disk: what was done until then is recorded
      at ~/work/.scoresync/state.db
      help: free space on the disk that holds ~/work/.scoresync, then run this again
    ");
    assert!(world.folder().join("scorecards/QA/Score 19.yaml").exists());
}

#[test]
fn a_damaged_state_is_put_aside_by_the_command_that_is_named() {
    let world = World::pulled();
    world.write(TONE, "name: Tone\nedited: true\n");
    world.write(".scoresync/state.db", "no database at all, but longer than the header of one would be".repeat(20).as_str());
    let said = world.run(&["push"]);
    insta::assert_snapshot!(said, @r"
    exit 7
    --- stderr
    error: the state is damaged: file is not a database
      at ~/work/.scoresync/state.db
      help: mv ~/work/.scoresync ~/work/.scoresync.damaged && mkdir ~/work/.scoresync && scoresync pull    # your files stay as they are
    ");
    insta::assert_snapshot!(world.run(&["status", "--json"]), @r#"
    exit 7
    --- stdout
    {
      "version": 1,
      "command": "status",
      "ok": false,
      "exit_code": 7,
      "error": {
        "code": "STATE_CORRUPT",
        "message": "the state is damaged: file is not a database",
        "at": [
          "~/work/.scoresync/state.db"
        ],
        "next": [
          "mv ~/work/.scoresync ~/work/.scoresync.damaged && mkdir ~/work/.scoresync && scoresync pull    # your files stay as they are"
        ]
      }
    }
    --- stderr
    error: the state is damaged: file is not a database
      at ~/work/.scoresync/state.db
      help: mv ~/work/.scoresync ~/work/.scoresync.damaged && mkdir ~/work/.scoresync && scoresync pull    # your files stay as they are
    "#);
    let again = world.shell(&way_out(&said).replace('~', &world.home()));
    assert!(again.starts_with("exit 3\n"), "edits without a base are a conflict: {again}");
    assert_eq!(world.read(TONE), "name: Tone\nedited: true\n");
    assert!(world.folder().join(".scoresync.damaged/state.db").is_file());
}

#[test]
fn a_state_that_is_cut_off_is_damaged() {
    let world = World::pulled();
    let path = world.folder().join(".scoresync/state.db");
    let bytes = std::fs::read(&path).expect("a state");
    std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("a file");
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 7\n") && said.contains("the state is damaged"), "{said}");
    assert_eq!(world.read(TONE), TONE_CODE);
}

#[test]
fn a_newer_state_asks_for_a_newer_program() {
    let world = World::pulled();
    let path = world.folder().join(".scoresync/state.db");
    let mut bytes = std::fs::read(&path).expect("a state");
    // `user_version` of SQLite's header: a big-endian number at byte 60.
    bytes[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&path, bytes).expect("a file");
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 7
    --- stderr
    error: the state has format 99, this program knows up to 14
      help: update scoresync; nothing was touched
    ");
}

#[test]
fn another_dashboard_or_account_is_refused() {
    let mut world = World::pulled();
    let _server = Server::start(&mut world, &[]);
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 7
    --- stderr
    error: this workspace was made with another dashboard or account
      at workspace: file:../dashboard.db account "acme"
      at settings:  http://[address]/graphql account "acme"
      help: scoresync doctor    # to see where the settings come from
      help: use another folder for another account
    "#);
    insta::assert_snapshot!(world.run(&["push", "-q"]), @r#"
    exit 7
    --- stderr
    error: this workspace was made with another dashboard or account
      at workspace: file:../dashboard.db account "acme"
      at settings:  http://[address]/graphql account "acme"
      help: scoresync doctor    # to see where the settings come from
      help: use another folder for another account
    "#);
    world.write("scoresync.yaml", "api_url: file:../dashboard.db\naccount_key: other\n");
    insta::assert_snapshot!(world.run(&["status"]), @r#"
    exit 7
    --- stderr
    error: this workspace was made with another dashboard or account
      at workspace: file:../dashboard.db account "acme"
      at settings:  file:../dashboard.db account "other"
      help: scoresync doctor    # to see where the settings come from
      help: use another folder for another account
    "#);
}

#[test]
fn an_account_that_is_not_there_is_named() {
    let world = World::with_dashboard();
    world.write("scoresync.yaml", "api_url: file:../dashboard.db\naccount_key: other\n");
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 2
    --- stderr
    error: no account has the key "other"
      help: set PLEXUS_ACCOUNT_KEY to the key of your account
      help: scoresync doctor    # to see where it comes from
    "#);
}

#[test]
fn a_second_run_says_who_works_here() {
    let mut world = World::with_dashboard();
    let _server = Server::start(&mut world, &["--latency", "60000"]);
    let mut first = world.command(&["pull"]);
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let holder = world.folder().join(".scoresync/run.holder");
    let is_written = || std::fs::read_to_string(&holder).is_ok_and(|words| words.lines().count() == 3 && words.ends_with('\n'));
    while !is_written() {
        assert!(first.try_wait().expect("ours").is_none(), "it waits for the dashboard");
        std::thread::yield_now();
    }
    let said = world.run(&["push"]).replace(&format!("process {}", first.id()), "process [pid]");
    first.kill().expect("it runs");
    first.wait().expect("it ends");
    insta::assert_snapshot!(said, @r"
    exit 7
    --- stderr
    error: another scoresync is running in this workspace
      at scoresync pull, process [pid], since [time]
      help: wait until it has finished, then run this again
    ");
    let said = world.run(&["push", "--offline"]);
    assert!(said.starts_with("exit 2\n"), "the lock ended with its process: {said}");
}

#[test]
fn files_that_are_all_gone_are_not_a_decision() {
    let world = World::pulled();
    std::fs::remove_dir_all(world.folder().join("scorecards")).expect("a folder");
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 7
    --- stderr
    error: the scorecards folder is missing or empty, but 2 scores were synced into it; nothing was touched
      help: mount or restore the folder, then run this again
      help: git -C ~/work ls-files -dz scorecards | git -C ~/work checkout-index -z --stdin    # if it is in git
      help: scoresync doctor    # to see which folder is meant
      help: mv .scoresync .scoresync.old && mkdir .scoresync && scoresync pull    # to start over, in the workspace folder
    ");
    std::fs::create_dir(world.folder().join("scorecards")).expect("a folder");
    insta::assert_snapshot!(world.run(&["pull", "-q"]), @r"
    exit 7
    --- stderr
    error: the scorecards folder is missing or empty, but 2 scores were synced into it; nothing was touched
      help: mount or restore the folder, then run this again
      help: git -C ~/work/scorecards ls-files -dz . | git -C ~/work/scorecards checkout-index -z --stdin    # if it is in git
      help: scoresync doctor    # to see which folder is meant
      help: mv .scoresync .scoresync.old && mkdir .scoresync && scoresync pull    # to start over, in the workspace folder
    ");
    insta::assert_snapshot!(world.run(&["status", "--json"]), @r#"
    exit 7
    --- stdout
    {
      "version": 1,
      "command": "status",
      "ok": false,
      "exit_code": 7,
      "error": {
        "code": "GUARD_ROOT_EMPTIED",
        "message": "the scorecards folder is missing or empty, but 2 scores were synced into it; nothing was touched",
        "at": [],
        "next": [
          "mount or restore the folder, then run this again",
          "git -C ~/work/scorecards ls-files -dz . | git -C ~/work/scorecards checkout-index -z --stdin    # if it is in git",
          "scoresync doctor    # to see which folder is meant",
          "mv .scoresync .scoresync.old && mkdir .scoresync && scoresync pull    # to start over, in the workspace folder"
        ]
      }
    }
    --- stderr
    error: the scorecards folder is missing or empty, but 2 scores were synced into it; nothing was touched
      help: mount or restore the folder, then run this again
      help: git -C ~/work/scorecards ls-files -dz . | git -C ~/work/scorecards checkout-index -z --stdin    # if it is in git
      help: scoresync doctor    # to see which folder is meant
      help: mv .scoresync .scoresync.old && mkdir .scoresync && scoresync pull    # to start over, in the workspace folder
    "#);
    assert_eq!(world.versions("tone").len(), 1);
}

#[test]
fn most_files_gone_are_not_a_decision_either() {
    let world = World::with_dashboard();
    world.seed((0..8).flat_map(|n| score(&format!("s{n}"), &format!("Score {n}"))).collect());
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    for n in 0..8 {
        std::fs::remove_file(world.folder().join(format!("scorecards/QA/Score {n}.yaml"))).expect("a file");
    }
    insta::assert_snapshot!(world.run(&["sync"]), @r"
    exit 7
    --- stderr
    error: 8 of 10 synced scores have no file any more; nothing was touched
      help: git -C ~/work/scorecards ls-files -dz . | git -C ~/work/scorecards checkout-index -z --stdin    # if they are in git; or bring them back another way
      help: mv .scoresync .scoresync.old && mkdir .scoresync && scoresync pull    # to start over, in the workspace folder
    ");
}

/// What the message names works, and `doctor` says what is wrong.
#[test]
fn a_root_that_is_gone_comes_back_from_git() {
    for is_there in [false, true] {
        let world = World::pulled_in_git();
        let root = world.folder().join("scorecards");
        std::fs::remove_dir_all(&root).expect("a folder");
        if is_there {
            std::fs::create_dir(&root).expect("a folder");
        }
        let said = world.run(&["doctor", "--offline"]);
        assert!(said.starts_with("exit 7\n") && said.contains("the scorecards folder is missing or empty"), "{said}");
        let output = world.command(&["status"]).output().expect("the program starts");
        let said = String::from_utf8(output.stderr).expect("text");
        let help = said.lines().find_map(|line| line.strip_prefix("  help: git ")).expect("a command");
        world.shell(&format!("git {help}"));
        assert!(world.run(&["status"]).contains("2 scores: clean"), "{said}");
        assert!(world.run(&["doctor", "--offline"]).starts_with("exit 0\n"));
    }
}

#[test]
fn what_brings_missing_files_back_leaves_edits_of_the_others() {
    let (world, report) = World::demo_with_documents();
    world.write("scoresync.yaml", &format!("{}root: my cards\n", world.read("scoresync.yaml")));
    world.rename("scorecards", "my cards");
    assert!(world.run(&["pull", "-q"]).starts_with("exit 0\n"));
    world.init_git();
    let card = world.folder().join("my cards/Billing Support Quality");
    let (edited, missing) = ("my cards/Harbor Telecom – Retention Calls/Identity Check.yaml", "my cards/Billing Support Quality");
    world.write(edited, &format!("{}# weeks of work\n", world.read(edited)));
    std::fs::remove_dir_all(card).expect("a folder");
    std::fs::remove_file(world.folder().join(report)).expect("a file");
    let rest = world.folder().join("my cards/Harbor Telecom – Retention Calls");
    for file in std::fs::read_dir(rest).expect("a folder").flatten().map(|file| file.path()) {
        if file.is_file() && !file.ends_with("Identity Check.yaml") {
            std::fs::remove_file(file).expect("a file");
        }
    }
    let said = world.run(&["status"]);
    assert!(said.starts_with("exit 7\n"), "{said}");
    let home = world.folder().parent().expect("a home").display().to_string();
    assert_eq!(world.shell(&way_out(&said).replace('~', &home)), "exit 0\n");
    assert!(world.folder().join(missing).is_dir() && world.folder().join(report).is_file());
    assert!(world.read(edited).ends_with("# weeks of work\n"), "the edit stands");
    let said = world.run(&["status"]);
    assert!(said.contains(" 2 edited, 12 clean"), "{said}");
}

/// The process has said to the system that it handles Ctrl-C itself.
#[cfg(target_os = "linux")]
fn handles_interrupts(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim().to_owned();
    u64::from_str_radix(&caught, 16).is_ok_and(|signals| signals & 0b10 != 0)
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_with_130_and_says_how_to_go_on() {
    let mut world = World::with_dashboard();
    let _server = Server::start(&mut world, &["--latency", "60000"]);
    let mut pull = world.command(&["pull"]);
    let mut pull = pull.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    while !handles_interrupts(pull.id()) {
        assert!(pull.try_wait().expect("ours").is_none(), "it waits for the dashboard");
        std::thread::yield_now();
    }
    world.shell(&format!("kill -INT {}", pull.id()));
    let output = pull.wait_with_output().expect("it ends");
    insta::assert_snapshot!(world.said(&output), @r"
    exit 130
    --- stderr
    error: interrupted
      help: run it again: nothing is lost, and it finishes what was begun
    ");
}

/// What is under way is finished, and what was not reached is not told as if there were nothing to do.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_in_a_promoting_push_is_told() {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    let _server = server.again(&world, &["--fault", "latency=1500:createScoreVersion"]);
    for args in [&["push", "--promote", "--yes"][..], &["push", "--promote", "--yes", "--json"]] {
        world.write(TONE, &commented(&format!("edited for {args:?}")));
        let mut push = world.command(args);
        let push = push.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        while !world.has_intent() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        world.shell(&format!("kill -INT {}", push.id()));
        let output = push.wait_with_output().expect("it ends");
        let said = world.said(&output);
        assert!(said.starts_with("exit 130\n"), "{said}");
        if let Ok(document) = serde_json::from_slice::<serde_json::Value>(&output.stdout) {
            assert_eq!((&document["ok"], &document["error"]["code"]), (&false.into(), &"INTERRUPTED".into()), "{said}");
        } else {
            assert!(said.contains("1 pushed") && said.contains("error: interrupted\n"), "{said}");
        }
        assert!(!said.contains("now champion"), "{said}");
    }
    let said = world.run(&["push", "--promote", "--yes"]);
    assert!(said.starts_with("exit 0\n") && said.contains("now champion"), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn doctor_finds_that_no_state_can_be_made() {
    let world = World::with_dashboard();
    for (mode, found) in [("u-w", true), ("u+w", false)] {
        let Some(said) = world.bound_shell(&format!("chmod {mode} . && scoresync doctor; chmod u+w .")) else { return };
        assert_eq!(said.contains("error: permission denied\n  at ~/work/.scoresync\n"), found, "{mode}: {said}");
        assert_eq!(said.contains("all well"), !found, "{mode}: {said}");
        assert!(!world.folder().join(".scoresync").exists(), "it only looks");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_state_that_cannot_be_written_can_still_be_looked_at() {
    let world = World::pulled();
    world.write(TONE, &commented("mine"));
    // All of the workspace, or the database alone: then a run could take the lock, and would record into a copy.
    for place in [".", ".scoresync/state.db"] {
        let mount = format!("mount --bind {place} {place} && mount -o remount,ro,bind {place} && cd .");
        let may_mount = Command::new("unshare").args(["-rm", "sh", "-c", &mount]).current_dir(world.folder()).status();
        if !may_mount.is_ok_and(|status| status.success()) {
            writeln!(std::io::stderr(), "skipped: nothing can be mounted read-only here").ok();
            return;
        }
        let read_only = |line: &str| {
            let program = env!("CARGO_BIN_EXE_scoresync");
            let work = world.folder().display().to_string();
            world.shell(&format!("unshare -rm sh -c '{mount} && cd {work} && {program} {line}'"))
        };
        let said = read_only("status --offline");
        assert!(said.starts_with("exit 0\n") && said.contains("1 edited, 1 clean (offline"), "{place}: {said}");
        assert!(read_only("diff --offline").contains("+# mine"));
        let said = read_only("doctor --offline");
        assert!(said.starts_with("exit 6\n") && said.contains("not ready:"), "{place}: {said}");
        assert!(said.contains("error: permission denied\n  at ~/work/.scoresync\n  help: check who may write it"), "{said}");
        for line in ["push", "undo --yes", "resolve --ours tone"] {
            let said = read_only(line);
            assert!(said.starts_with("exit 6\n") && said.contains("permission denied"), "{place}, {line}: {said}");
        }
    }
    assert!(world.run(&["push"]).starts_with("exit 0\n"), "nothing was spoiled");
}
