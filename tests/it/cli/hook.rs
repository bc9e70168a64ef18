//! `hook`: the pre-commit hook checks what is staged, the others push what commits hold; with the program that git starts.

use super::world::{DEMO_SCORE, GREETING, KEY, Server, TONE, TONE_CODE, TONE_GUIDELINES, World, commented, commit_of};
use serde_json::{Value, json};

/// A pulled workspace in a repository with a hook that pushes.
fn with_hook(hook: &str) -> World {
    let world = World::pulled_in_git();
    assert_eq!(world.run(&["hook", "install", "--type", hook]), format!("exit 0\n--- stderr\nthe {hook} hook is installed\n"));
    world
}

/// A workspace with a post-commit hook that asks a server.
fn served_with_hook() -> (World, Server) {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    world.run(&["pull"]);
    world.init_git();
    world.run(&["hook", "install", "--type", "post-commit"]);
    world.write(".env", &format!("PLEXUS_API_KEY={KEY}\n"));
    (world, server)
}

/// How `Tone` stands.
fn state(world: &World) -> String {
    let said = world.command(&["status", "--json", "tone"]).output().expect("the program starts");
    let document: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    document["scores"][0]["state"].as_str().expect("a state").to_owned()
}

#[test]
fn a_staged_text_that_could_not_be_pushed_stops_the_commit() {
    let world = World::demo_with_hook();
    let good = world.read(DEMO_SCORE);
    world.write(DEMO_SCORE, "name: a\nname: b\n");
    world.git(&["add", "."]);
    world.write(DEMO_SCORE, &good);
    let (ok, stdout, stderr) = world.try_git(&["commit", "-qm", "bad"]);
    let said = stdout + &stderr;
    assert!(!ok && said.contains(&format!("{DEMO_SCORE}:2:1: error: the key \"name\" appears twice\n")), "{said}");
    assert!(said.contains("git commit --no-verify"), "{said}");
    world.git(&["add", "."]);
    world.git(&["commit", "-qm", "good", "--allow-empty"]);
    assert_eq!(world.run(&["hook", "uninstall"]), "exit 0\n--- stderr\nthe pre-commit hook is removed\n");
    assert!(!world.folder().join(".git/hooks/pre-commit").exists());
}

#[test]
fn the_hook_is_quiet_about_what_does_not_concern_it() {
    let world = World::demo_with_hook();
    world.write("notes.yaml", "a: [\n");
    world.write("scorecards/loose.yaml", "a: [\n");
    world.git(&["add", "."]);
    let (ok, stdout, stderr) = world.try_git(&["commit", "-qm", "foreign files"]);
    assert!(ok && stdout.is_empty() && stderr.is_empty(), "{stdout}{stderr}");
}

#[test]
fn a_partial_commit_is_checked_by_what_it_commits() {
    let world = World::demo_with_hook();
    world.write(DEMO_SCORE, "name: a\nname: b\n");
    world.git(&["add", "."]);
    world.write("other.txt", "x");
    world.git(&["add", "other.txt"]);
    world.git(&["commit", "-qm", "only the other file", "--", "other.txt"]);
    assert!(!world.try_git(&["commit", "-qm", "bad", "--", DEMO_SCORE]).0);
}

#[test]
fn json_lists_findings() {
    let world = World::demo_with_hook();
    world.write(DEMO_SCORE, "name: a\nname: b\n");
    world.git(&["add", "."]);
    let said = world.command(&["hook", "run", "pre-commit", "--json"]).output().expect("the program starts");
    let document: serde_json::Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!((said.status.code(), document["command"].as_str()), (Some(1), Some("hook")));
    let findings = document["findings"].as_array().expect("a list");
    let twice = findings.iter().find(|finding| finding["rule"] == "duplicate-key").expect("the key is there twice");
    assert_eq!((twice["path"].as_str(), twice["line"].as_u64(), twice["column"].as_u64()), (Some(DEMO_SCORE), Some(2), Some(1)));
    assert_eq!(twice["severity"], "error");
}

#[test]
fn scorecards_outside_of_git_cannot_have_the_hook() {
    let world = World::new();
    world.run(&["demo", "."]);
    let said = world.run(&["hook", "install"]);
    assert!(said.starts_with("exit 2\n") && said.contains("in no git repository"), "{said}");
}

#[test]
fn post_commit_pushes_what_was_committed_and_not_what_is_on_disk() {
    let world = with_hook("post-commit");
    world.write(TONE, &commented("one"));
    world.git(&["add", "."]);
    world.write(TONE, &commented("two"));
    let (ok, stdout, stderr) = world.try_git(&["commit", "-qm", "one"]);
    assert!(ok && (stdout + &stderr).contains("pushed      Tone"));
    let made = world.version_with(&commented("one"));
    assert_eq!((&made["parentVersionId"], &made["branch"]), (&json!("tone-1"), &json!("main")));
    assert_eq!(commit_of(&made), json!(world.head()));
    assert_eq!(made["guidelines"], "# Tone\n\nPolite is polite.\n", "guidelines that were not committed are carried on");
    assert_eq!((world.read(TONE), state(&world)), (commented("two"), "edited".to_owned()));
    let again = world.run(&["hook", "run", "post-commit"]);
    assert!(again.starts_with("exit 0\n") && world.versions("tone").len() == 2, "{again}");
    world.commit("two");
    let second = world.version_with(&commented("two"));
    assert_eq!((second["parentVersionId"].clone(), state(&world)), (made["id"].clone(), "draft".to_owned()));
}

#[test]
fn hooks_do_not_read_what_is_larger_than_files_may_be() {
    let world = with_hook("post-commit");
    world.run(&["hook", "install"]);
    world.write(TONE, &format!("{TONE_CODE}# {}\n", "x".repeat(4 << 20)));
    world.git(&["add", "."]);
    let said = world.try_git(&["commit", "-qm", "large"]);
    assert!(!said.0 && said.2.contains("bytes, the limit is 4194304"), "{said:?}");
    let said = world.try_git(&["commit", "-qm", "large", "--no-verify"]);
    assert!(said.0 && (said.1 + &said.2).contains("bytes, the limit is 4194304"));
    assert_eq!(world.versions("tone").len(), 1);
}

#[test]
fn post_commit_takes_only_the_documents_of_the_commit() {
    let world = with_hook("post-commit");
    world.write(TONE, &commented("mine, not committed"));
    world.write(TONE_GUIDELINES, "# Tone\n\nFriendly is polite.\n");
    world.git(&["commit", "-qm", "guidelines", "--", TONE_GUIDELINES]);
    let versions = world.versions("tone");
    let pushed = versions.iter().find(|version| version["guidelines"] == "# Tone\n\nFriendly is polite.\n").expect("pushed");
    assert_eq!((&pushed["configuration"], versions.len()), (&json!(TONE_CODE), 2));
    assert_eq!(state(&world), "edited");
}

#[test]
fn post_commit_never_fails_and_says_what_to_run_later() {
    let (world, server) = served_with_hook();
    drop(server);
    world.write(TONE, &commented("one"));
    let said = world.commit("one");
    assert!(said.contains("the commit is made, its scores are not pushed: the dashboard cannot be reached"), "{said}");
    assert!(said.contains("scoresync push scorecards/QA/Tone.yaml    # later"), "{said}");
    world.write("notes.txt", "x");
    assert_eq!(world.commit("no score"), "", "nobody is asked where no score is committed");
}

/// As many files as a person reads are named, more are not.
#[test]
fn post_commit_names_a_few_files_and_not_many() {
    let (world, server) = served_with_hook();
    drop(server);
    for (count, words) in [(3, " scorecards/New0.yaml scorecards/New1.yaml scorecards/New2.yaml"), (4, "")] {
        let name = |at: usize| format!("scorecards/QA/New{at}.yaml");
        (0..count).for_each(|at| world.write(&name(at), &format!("name: New{at}\n# {count}\n")));
        let said = world.commit(&count.to_string());
        let words = words.replace("scorecards/", "scorecards/QA/");
        assert!(said.contains(&format!("scoresync push{words}    # later")), "{said}");
    }
}

/// The person waits for it: this takes five seconds.
#[test]
fn post_commit_waits_for_no_dashboard_that_does_not_answer() {
    let (world, server) = served_with_hook();
    let _server = server.again(&world, &["--latency", "60000"]);
    world.write(TONE, &commented("one"));
    let said = world.commit("one");
    assert!(said.contains("its scores are not pushed: no answer within 5 seconds"), "{said}");
}

#[test]
fn post_commit_tells_who_is_behind_and_how_to_get_out() {
    let world = with_hook("post-commit");
    world.teammate("tone", "tone-2", &commented("theirs"), None);
    world.write(TONE, &commented("mine"));
    let said = world.commit("mine");
    assert!(said.contains("refused     Tone  the champion is now tone-2: pull first"), "{said}");
    assert!(said.contains("help: scoresync pull scorecards/QA/Tone.yaml") && world.versions("tone").len() == 2, "{said}");
}

#[test]
fn commits_of_a_rebase_are_not_pushed_one_by_one() {
    let world = with_hook("post-commit");
    let hook = world.read(".git/hooks/post-commit");
    std::fs::remove_file(world.folder().join(".git/hooks/post-commit")).expect("it goes");
    world.write(TONE, &commented("one"));
    world.commit("one");
    world.git(&["switch", "-qc", "side", "HEAD~1"]);
    world.write("other.txt", "x");
    world.commit("other");
    world.write(".git/hooks/post-commit", &hook);
    std::fs::create_dir(world.folder().join(".git/rebase-merge")).expect("a mark of a rebase");
    world.git(&["checkout", "-q", "main"]);
    let said = world.run(&["hook", "run", "post-commit"]);
    assert!(said.contains("a rebase is under way: the scores of its commits are not pushed"), "{said}");
    assert_eq!(world.versions("tone").len(), 1);
}

/// A repository whose remote has all of it, and its hook.
fn with_pre_push() -> World {
    let world = World::pulled_in_git();
    world.git(&["init", "-q", "--bare", "../remote.git"]);
    world.git(&["remote", "add", "origin", "../remote.git"]);
    world.git(&["push", "-q", "origin", "main"]);
    world.run(&["hook", "install", "--type", "pre-push"]);
    world
}

#[test]
fn pre_push_pushes_the_texts_of_the_outgoing_commits_once() {
    let world = with_pre_push();
    world.write(TONE, &commented("one"));
    world.commit("one");
    world.write(TONE, &commented("two"));
    world.commit("two");
    world.write(TONE, &commented("three"));
    world.write(GREETING, "name: not committed\n");
    let (ok, stdout, stderr) = world.try_git(&["push", "-q", "origin", "main"]);
    assert!(ok && (stdout + &stderr).contains("pushed      Tone"));
    let made = world.version_with(&commented("two"));
    assert_eq!((commit_of(&made), &made["parentVersionId"]), (json!(world.head()), &json!("tone-1")));
    assert_eq!((world.versions("tone").len(), world.versions("greeting").len()), (2, 1));
    world.git(&["branch", "again"]);
    let (ok, ..) = world.try_git(&["push", "-q", "origin", "again"]);
    assert!(ok && world.versions("tone").len() == 2);
    assert_eq!(state(&world), "edited");
}

/// A tag with words of its own is an object, whose id is not that of its commit.
#[test]
fn pre_push_takes_a_tag_for_the_commit_that_it_leads_to() {
    let world = with_pre_push();
    let pushed = |text: &str, tag: &str, args: &[&str]| {
        world.write(TONE, &commented(text));
        world.commit(text);
        world.git(&["tag", "-a", tag, "-m", tag]);
        let (ok, stdout, stderr) = world.try_git(&[&["push", "-q", "origin"], args].concat());
        let said = stdout + &stderr;
        assert!(ok && said.contains("pushed      Tone") && !said.contains("checked out"), "{said}");
        assert_eq!(commit_of(&world.version_with(&commented(text))), json!(world.head()));
    };
    pushed("one", "v1", &["--follow-tags", "main"]);
    pushed("two", "v2", &["v2"]);
    world.git(&["tag", "of-a-file", &format!("HEAD:{TONE}")]);
    assert!(world.try_git(&["push", "-q", "origin", "of-a-file"]).0, "it brings no commit");
    world.write(TONE, &commented("three"));
    world.commit("three");
    world.git(&["tag", "-a", "v3", "-m", "v3"]);
    pushed("four", "v4", &["--follow-tags", "main"]);
}

#[test]
fn pre_push_stops_git_where_an_edit_cannot_follow() {
    let world = World::pulled_in_git();
    world.git(&["init", "-q", "--bare", "../remote.git"]);
    world.git(&["remote", "add", "origin", "../remote.git"]);
    world.run(&["hook", "install", "--type", "pre-push"]);
    world.teammate("tone", "tone-2", &commented("theirs"), None);
    world.write(TONE, &commented("mine"));
    world.commit("mine");
    let (ok, stdout, stderr) = world.try_git(&["push", "-q", "origin", "main"]);
    let said = stdout + &stderr;
    assert!(!ok && said.contains("pull first") && said.contains("git push --no-verify"), "{said}");
    assert!(world.try_git(&["push", "-q", "--no-verify", "origin", "main"]).0);
}

#[test]
fn a_push_with_commit_and_the_hook_make_one_version() {
    let world = with_hook("post-commit");
    world.write(TONE, &commented("one"));
    let said = world.run(&["push", "--commit"]);
    assert!(said.starts_with("exit 0\n") && !said.contains("another run"), "{said}");
    assert_eq!(world.versions("tone").len(), 2);
}

/// A repository with a workspace in each of these folders, whose one score is good.
fn with_workspaces(folders: &[&str]) -> World {
    let world = World::new();
    for folder in folders {
        world.write(&format!("{folder}/scoresync.yaml"), "");
        world.write(&format!("{folder}/{TONE}"), TONE_CODE);
    }
    world.init_git();
    world
}

/// Tries to commit a text that cannot be pushed; whether git did, and what was said.
fn commit_bad(world: &World, tree: &str, file: &str) -> (bool, String) {
    world.write(&format!("{tree}/{file}"), "name: [\n");
    world.git(&["-C", tree, "add", "."]);
    let (ok, stdout, stderr) = world.try_git(&["-C", tree, "commit", "-qm", "bad"]);
    (ok, stdout + &stderr)
}

#[test]
fn a_hook_serves_the_working_tree_in_which_the_commit_is_made() {
    let world = with_hook("post-commit");
    world.run(&["hook", "install"]);
    world.git(&["worktree", "add", "-q", "../tree", "-b", "side"]);
    let (ok, said) = commit_bad(&world, "../tree", TONE);
    assert!(!ok && said.contains(&format!("{TONE}:1:7: error: unclosed bracket '['")), "{said}");
    world.write(&format!("../tree/{TONE}"), &commented("elsewhere"));
    world.git(&["-C", "../tree", "commit", "-qam", "elsewhere"]);
    assert_eq!(world.version_with(&commented("elsewhere"))["parentVersionId"], "tone-1");
    assert_eq!(world.versions("tone").len(), 2);
}

#[test]
fn a_hook_moves_with_its_repository() {
    let world = World::demo_with_hook();
    std::fs::rename(world.folder(), world.folder().join("../moved")).expect("it moves");
    std::fs::create_dir(world.folder()).expect("a folder");
    let (ok, said) = commit_bad(&world, "../moved", DEMO_SCORE);
    assert!(!ok && said.contains("unclosed bracket"), "{said}");
    world.write(&format!("../moved/{DEMO_SCORE}"), TONE_CODE);
    world.git(&["-C", "../moved", "commit", "-qam", "good"]);
}

#[test]
fn each_workspace_of_a_repository_is_served_and_one_that_is_gone_is_told_of() {
    let world = with_workspaces(&["teams/qa", "teams/it's sales"]);
    for folder in ["teams/qa", "teams/it's sales"] {
        let said = world.run(&["-C", folder, "hook", "install"]);
        assert!(said.starts_with("exit 0\n"), "{said}");
    }
    for folder in ["teams/qa", "teams/it's sales"] {
        let (ok, said) = commit_bad(&world, ".", &format!("{folder}/{TONE}"));
        assert!(!ok && said.contains(&format!("{folder}/{TONE}:1:7: error")), "{said}");
        world.git(&["checkout", "-q", "HEAD", "--", "."]);
    }
    assert!(world.run(&["hook", "status"]).contains("installed, serves teams/it's sales, teams/qa"));
    world.git(&["mv", "teams/qa", "teams/quality"]);
    let said = world.commit("moved");
    assert!(said.contains("the pre-commit hook did nothing for teams/qa: no workspace is there"), "{said}");
    assert!(world.run(&["hook", "status"]).contains("no workspace in teams/qa"));
    let said = world.run(&["-C", "teams/it's sales", "hook", "uninstall"]);
    assert!(said.contains("the pre-commit hook is removed\n"), "what is gone goes too: {said}");
    for folder in ["teams/quality", "teams/it's sales"] {
        world.run(&["-C", folder, "hook", "install"]);
    }
    assert!(!commit_bad(&world, ".", &format!("teams/quality/{TONE}")).0);
    let said = world.run(&["-C", "teams/quality", "hook", "uninstall"]);
    assert!(said.contains("it still serves teams/it's sales"), "{said}");
    let said = world.run(&["hook", "uninstall"]);
    assert!(said.contains("the pre-commit hook is removed\n"), "without a workspace nobody is served: {said}");
}

#[test]
fn a_workspace_that_is_gone_is_not_taken_for_the_one_around_it() {
    let world = with_workspaces(&[".", "teams/qa"]);
    world.run(&["-C", "teams/qa", "hook", "install"]);
    world.write("teams/qa/notes.txt", "stays");
    world.git(&["rm", "-rq", "teams/qa/scoresync.yaml", "teams/qa/scorecards"]);
    let (ok, said) = commit_bad(&world, ".", TONE);
    assert!(ok && said.contains("the pre-commit hook did nothing for teams/qa"), "{said}");
}

#[test]
fn commits_by_path_and_from_a_folder_are_checked_by_what_they_commit() {
    let world = with_workspaces(&["teams/qa"]);
    world.run(&["-C", "teams/qa", "hook", "install"]);
    let file = format!("teams/qa/{TONE}");
    world.write(&file, "name: [\n");
    world.write("teams/notes.txt", "x");
    world.git(&["add", "teams/notes.txt"]);
    let in_folder = |args: &[&str]| world.try_git(&[&["-C", "teams/qa/scorecards"], args].concat()).0;
    assert!(!in_folder(&["commit", "-qam", "all"]), "-a stages into a temporary index");
    assert!(!in_folder(&["commit", "-qm", "one", "QA/Tone.yaml"]), "so does a path");
    assert!(in_folder(&["commit", "-qm", "the other", "../../notes.txt"]));
    let git_dir = world.folder().join(".git").display().to_string();
    world.git(&["add", "."]);
    let (ok, ..) = world.try_git(&["--git-dir", &git_dir, "--work-tree", ".", "commit", "-qm", "named"]);
    assert!(!ok, "git names its folder in the environment");
}

#[test]
fn a_hook_manager_is_named_with_what_to_add_to_its_settings() {
    let world = with_workspaces(&["teams/qa"]);
    world.write(".git/hooks/pre-commit", "#!/bin/sh\ncall_lefthook()\n{\n  lefthook \"$@\"\n}\n");
    insta::assert_snapshot!(world.run(&["-C", "teams/qa", "hook", "install"]), @r"
    exit 7
    --- stderr
    error: lefthook writes the pre-commit hook of this repository itself
      help: add this to lefthook.yml, and run `lefthook install`:
        pre-commit:
          commands:
            scoresync:
              run: scoresync hook run pre-commit --workspace teams/qa
    ");
    world.write("lefthook.yml", "run: scoresync hook run pre-commit --workspace teams/qa\n");
    let said = world.run(&["-C", "teams/qa", "hook", "install"]);
    assert!(said.starts_with("exit 0\n") && said.contains("lefthook runs it already"), "{said}");
}

/// A hook that is there before the manager writes its own would be replaced then.
#[test]
fn settings_of_a_hook_manager_are_enough_to_leave_the_hooks_to_it() {
    let world = with_workspaces(&["teams/qa"]);
    let install = |more: &[&str]| world.run(&[&["-C", "teams/qa", "hook", "install"], more].concat());
    world.write(".pre-commit-config.yaml", "repos: []\n");
    insta::assert_snapshot!(install(&[]), @r"
    exit 7
    --- stderr
    error: pre-commit is set up to write the pre-commit hook of this repository: nothing was installed
      at .pre-commit-config.yaml
      help: add this to .pre-commit-config.yaml, and run `pre-commit install`:
        repos:
          - repo: local
            hooks:
              - id: scoresync-pre-commit
                name: scoresync
                entry: scoresync hook run pre-commit --workspace teams/qa
                language: system
                always_run: true
                pass_filenames: false
                stages: [pre-commit]
      help: scoresync -C teams/qa hook install --type pre-commit --force    # if you do not use pre-commit here
    ");
    let is_there = |hook: &str| world.folder().join(".git/hooks").join(hook).exists();
    assert!(!is_there("pre-commit"));
    assert!(install(&["--type", "post-commit", "--type", "pre-commit"]).starts_with("exit 7\n") && !is_there("post-commit"));
    assert!(install(&["--type", "post-commit"]).starts_with("exit 0\n"), "its settings do not speak of that one");
    world.write(".pre-commit-config.yaml", "repos: [{hooks: [{id: scoresync-check-system}]}]\n");
    let said = install(&[]);
    assert!(said.contains("help: pre-commit install    # it runs scoresync then: its settings say so"), "{said}");
    assert!(install(&["--force"]).contains("the pre-commit hook is installed"));
    assert!(install(&[]).contains("the pre-commit hook is installed already"), "what is there is kept up to date");
}

#[test]
fn of_a_package_only_the_settings_of_hook_managers_count() {
    for (name, text, manager) in [
        ("lefthook.yml", "pre-push: {}\n", Some("lefthook")),
        (".config/lefthook.yml", "pre-push: {}\n", Some("lefthook")),
        (".overcommit.yml", "PreCommit: {}\n", Some("overcommit")),
        ("package.json", r#"{"simple-git-hooks": {"pre-commit": "true"}}"#, Some("simple-git-hooks")),
        ("package.json", r#"{"husky": {"hooks": {"pre-commit": "true"}}}"#, Some("husky 4")),
        (
            "package.json",
            r#"{"devDependencies": {"simple-git-hooks": "2", "husky": "9"}, "scripts": {"prepare": "husky"}}"#,
            None,
        ),
        ("package.json", "no JSON", None),
    ] {
        let world = World::pulled_in_git();
        world.write(name, text);
        let said = world.run(&["hook", "install"]);
        match manager {
            Some(manager) => {
                assert!(said.contains(&format!("error: {manager} is set up to write")) && said.contains(name), "{said}")
            }
            None => assert!(said.starts_with("exit 0\n"), "{text}: {said}"),
        }
    }
}

#[test]
fn status_and_doctor_say_which_hooks_there_are() {
    let world = World::pulled_in_git();
    world.run(&["hook", "install"]);
    world.write(".git/hooks/pre-push", "#!/bin/sh\n# scoresync-hook\n'scoresync' '-C' '/gone' 'hook' 'run' 'pre-push' \"$@\"\n");
    insta::assert_snapshot!(world.run(&["hook", "status"]), @r"
    exit 0
    --- stdout
    pre-commit   installed, serves .  (.git/hooks/pre-commit)
    post-commit  not installed  (.git/hooks/post-commit)
    pre-push     installed by an early version, for /gone only  (.git/hooks/pre-push)
    --- stderr
      help: scoresync hook install --type pre-push
    ");
    let said = world.run(&["doctor", "--offline"]);
    assert!(said.contains("pre-commit      installed, serves ."), "{said}");
    assert!(said.contains("pre-push        installed by an early version, for /gone only"), "{said}");
    let states = |args: &[&str]| -> Vec<Value> {
        let output = world.command(&[&["hook"], args, &["--json"]].concat()).output().expect("the program starts");
        let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        document["hooks"].as_array().expect("a list").iter().map(|hook| hook["state"].clone()).collect()
    };
    assert_eq!(states(&["status"]), ["installed", "absent", "outdated"]);
    assert_eq!(states(&["install", "--type", "post-commit"]), ["installed", "installed", "outdated"]);
    assert_eq!(states(&["uninstall", "--type", "post-commit"]), ["installed", "absent", "outdated"]);
}

#[test]
fn what_git_says_is_read_up_to_a_limit_and_never_by_half() {
    let world = World::pulled_in_git();
    world.write(TONE, &commented("one"));
    world.commit("one");
    let pushed = |lines: usize| {
        let other = format!("refs/heads/x {0} refs/heads/x {0}\n", "0".repeat(40));
        let head = format!("refs/heads/main {} refs/heads/main {}\n", world.head(), "0".repeat(40));
        world.write("lines", &(other.repeat(lines) + &head));
        let input = std::fs::File::open(world.folder().join("lines")).expect("it is written");
        world.said(&world.command(&["hook", "run", "pre-push"]).stdin(input).output().expect("the program runs"))
    };
    let said = pushed((17 << 20) / 108);
    assert!(
        said.starts_with("exit 2\n") && said.contains("stdin does not say what is pushed: it has more than 16 MiB"),
        "{said}"
    );
    let said = pushed((2 << 20) / 108);
    assert!(said.starts_with("exit 0\n") && said.contains("pushed      Tone"), "{said}");
}

#[test]
fn a_person_who_starts_the_hook_by_hand_is_not_waited_for() {
    let world = World::pulled_in_git();
    let said = world.terminal(&["hook", "run", "pre-push"]).end();
    assert!(said.starts_with("exit 2\n") && said.contains("let git run this hook"), "{said}");
}

#[test]
fn what_is_pushed_is_known_from_the_pre_commit_framework_too() {
    let mut world = World::pulled_in_git();
    let before = world.head();
    world.write(TONE, &commented("one"));
    world.commit("one");
    let head = world.head();
    for (name, value) in [("FROM_REF", before.as_str()), ("TO_REF", &head), ("LOCAL_BRANCH", "refs/heads/main")] {
        world.set(&format!("PRE_COMMIT_{name}"), value);
    }
    let said = world.run(&["hook", "run", "pre-push"]);
    assert!(said.starts_with("exit 0\n") && said.contains("pushed      Tone"), "{said}");
    assert_eq!(commit_of(&world.version_with(&commented("one"))), json!(head));
}

/// A team's own line in the script that husky runs is as good as ours.
#[test]
fn a_line_of_ones_own_in_a_husky_script_is_known() {
    let world = World::pulled_in_git();
    world.git(&["config", "core.hooksPath", ".husky/_"]);
    let stub = "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"";
    world.write(".husky/_/h", "");
    let hook = world.folder().join(".husky/_/pre-commit");
    world.write(".husky/_/pre-commit", stub);
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("its mode is set");
    let own = "npx lint-staged\nscoresync hook run pre-commit \\\n  --workspace . -- \"$@\"\n";
    world.write(".husky/pre-commit", &format!("# {}", own.replace('\n', "\n# ")));
    assert!(world.run(&["hook", "status"]).contains("pre-commit   not installed"), "a comment runs nothing");
    world.write(".husky/pre-commit", own);
    let said = world.run(&["hook", "status"]);
    assert!(said.contains("pre-commit   run by your own hook, for ."), "{said}");
    let said = world.run(&["hook", "install"]);
    assert!(said.contains("your own pre-commit hook runs it already (.husky/pre-commit)"), "{said}");
    assert_eq!(world.read(".husky/pre-commit"), own);
    let said = world.run(&["hook", "uninstall"]);
    assert!(said.starts_with("exit 7\n") && said.contains(".husky/pre-commit: this file runs scoresync"), "{said}");
    std::fs::remove_file(hook).expect("there");
    assert!(world.run(&["hook", "status"]).contains("pre-commit   not installed"), "husky does not run it");
}
