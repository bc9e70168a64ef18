//! After git moved the files: which version they are is found again, and nobody's champion is reverted by a checkout.

use super::documents::said_ok;
use super::world::{Server, TONE, TONE_CODE, World, commented};
use serde_json::Value;

fn count(world: &World) -> usize {
    world.versions("tone").len()
}

fn score(world: &World, args: &[&str]) -> Value {
    let said = world.command(args).output().expect("the program starts");
    let document: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    let scores = document["scores"].as_array().expect("a list");
    scores.iter().find(|score| score["id"] == "tone").expect("Tone").clone()
}

#[test]
fn an_old_branch_is_behind_and_is_not_pushed_over_the_champion() {
    let world = World::three_commits();
    world.git(&["checkout", "-q", "HEAD~2"]);
    let said = world.run(&["status", "-q"]);
    assert!(said.contains("Tone  the files are version tone-1, 2 behind the champion"), "{said}");
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 6\n") && said.contains("the files are version tone-1, 2 behind the champion"), "{said}");
    assert_eq!(count(&world), 3);
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 0\n") && said.contains("pulled      Tone  code, version tone-3"), "{said}");
    assert_eq!(world.read(TONE), commented("tone-3"));
}

#[test]
fn offline_the_state_knows_what_it_pulled_before() {
    let world = World::three_commits();
    world.git(&["checkout", "-q", "HEAD~1"]);
    assert_eq!(score(&world, &["status", "--json", "--offline"])["version_id"], "tone-2");
}

#[test]
fn reset_and_stash_are_no_edits_either() {
    let world = World::three_commits();
    world.write(TONE, &commented("mine"));
    world.git(&["stash", "-q"]);
    assert_eq!(score(&world, &["status", "--json"])["state"], "clean");
    world.git(&["stash", "pop", "-q"]);
    assert_eq!(score(&world, &["status", "--json"])["state"], "edited");
    world.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let reset = score(&world, &["status", "--json"]);
    assert_eq!((reset["state"].as_str(), reset["version_id"].as_str()), (Some("adopted"), Some("tone-2")));
    world.run(&["pull", "-q"]);
    assert_eq!((world.read(TONE), count(&world)), (commented("tone-3"), 3));
}

#[test]
fn branches_with_a_draft_and_without_take_turns() {
    let world = World::three_commits();
    world.git(&["switch", "-qc", "stricter"]);
    world.write(TONE, &commented("stricter"));
    world.commit("stricter");
    world.run(&["push", "-q"]);
    let draft = score(&world, &["status", "--json"])["version_id"].clone();
    world.git(&["switch", "-q", "main"]);
    for _ in 0..2 {
        assert!(world.run(&["push", "-q"]).starts_with("exit 0\n"));
        assert_eq!(score(&world, &["status", "--json"])["state"], "clean");
        world.git(&["switch", "-q", "stricter"]);
        assert!(world.run(&["push", "-q"]).starts_with("exit 0\n"));
        let back = score(&world, &["status", "--json"]);
        assert_eq!((back["state"].as_str(), &back["version_id"]), (Some("draft"), &draft));
        world.git(&["switch", "-q", "main"]);
    }
    assert_eq!(count(&world), 4);
    world.run(&["pull", "-q"]);
    world.write(TONE, &commented("tone-3 and more"));
    world.run(&["push", "-q"]);
    let versions = world.versions("tone");
    let last = versions.iter().find(|version| version["configuration"] == commented("tone-3 and more")).expect("pushed");
    assert_eq!(last["parentVersionId"], "tone-3", "the edit was made on main, and not on the draft");
}

#[test]
fn an_edit_that_is_committed_before_it_is_pushed_is_an_edit() {
    let world = World::three_commits();
    world.write(TONE, &commented("mine"));
    world.commit("mine");
    assert_eq!(score(&world, &["status", "--json"])["state"], "edited");
    world.run(&["push", "-q"]);
    assert_eq!(count(&world), 4);
}

#[test]
fn whoever_means_to_go_back_says_so() {
    let world = World::three_commits();
    world.git(&["checkout", "-q", "HEAD~2"]);
    let said = world.run(&["push"]);
    assert!(said.contains("refused"), "{said}");
    let said = world.run(&["restore", "QA/Tone.yaml", "--version", "tone-1"]);
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_eq!(score(&world, &["status", "--json"])["state"], "edited");
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 0\n") && said.contains("pushed      Tone"), "{said}");
    let versions = world.versions("tone");
    let back = versions.iter().find(|version| version["parentVersionId"] == "tone-3").expect("a child of the champion");
    assert_eq!(back["configuration"], TONE_CODE);
    assert!(world.run(&["push"]).contains("unchanged"), "once is enough");
}

#[test]
fn without_git_a_text_that_is_typed_is_an_edit() {
    let world = World::pulled();
    world.promoted("tone-2", "tone-1", &commented("tone-2"));
    world.run(&["pull", "-q"]);
    world.write(TONE, TONE_CODE);
    assert_eq!(score(&world, &["status", "--json"])["state"], "edited");
}

#[test]
fn a_revert_in_git_is_not_pushed_by_the_hook_but_told() {
    let world = World::three_commits();
    world.run(&["hook", "install", "--type", "post-commit"]);
    let (ok, stdout, stderr) = world.try_git(&["revert", "--no-edit", "HEAD"]);
    let said = stdout + &stderr;
    assert!(ok && said.contains("the files are version tone-2, 1 behind the champion"), "{said}");
    assert!(said.contains("scoresync restore scorecards/QA/Tone.yaml --version tone-2, then push"), "{said}");
    assert_eq!(count(&world), 3);
}

/// The champion changed line 2, and now somebody at an older commit goes on at the end, and synced nothing since.
#[test]
fn edits_on_an_old_branch_do_not_revert_the_champion() {
    let world = World::three_commits();
    world.git(&["checkout", "-q", "HEAD~1"]);
    let edited = commented("tone-2") + "# from the branch\n";
    world.write(TONE, &edited);
    for offline in [&["--offline"][..], &[]] {
        let said = score(&world, &[&["status", "--json"], offline].concat());
        assert_eq!((&said["state"], &said["version_id"]), (&"diverged".into(), &"tone-2".into()), "{said}");
    }
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 6\n"), "{said}");
    assert_eq!(count(&world), 3);
    world.git(&["checkout", "-q", "--", "."]);
    world.write(TONE, &commented("tone-2").replacen("name:", "# from the branch\nname:", 1));
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 0\n") && said.contains("merged"), "{said}");
    assert_eq!(world.read(TONE), commented("tone-3").replacen("name:", "# from the branch\nname:", 1));
}

/// The same once the edit is staged, or committed: git has the files exactly as they are then.
#[test]
fn edits_on_an_old_branch_do_not_revert_the_champion_once_they_are_committed() {
    for commands in [&[&["add", TONE][..]][..], &[&["add", TONE], &["commit", "-qm", "mine"]]] {
        let world = World::three_commits();
        world.git(&["checkout", "-q", "HEAD~1"]);
        world.write(TONE, &commented("tone-2").replacen("name:", "# from the branch\nname:", 1));
        commands.iter().for_each(|command| drop(world.git(command)));
        for offline in [&["--offline"][..], &[]] {
            let said = score(&world, &[&["status", "--json"], offline].concat());
            assert_eq!((&said["state"], &said["version_id"]), (&"diverged".into(), &"tone-2".into()), "{said}");
        }
        for command in [&["push"][..], &["push", "--promote", "--yes"]] {
            let said = world.run(command);
            assert!(said.starts_with("exit 6\n") && said.contains("the champion is now tone-3: pull first"), "{said}");
        }
        assert_eq!(count(&world), 3);
        assert!(world.run(&["pull"]).contains("merged"));
        assert_eq!(world.read(TONE), commented("tone-3").replacen("name:", "# from the branch\nname:", 1));
    }
}

#[test]
fn a_hook_pushes_no_edit_of_an_old_branch_over_the_champion() {
    let world = World::three_commits();
    world.run(&["hook", "install", "--type", "post-commit"]);
    world.git(&["checkout", "-q", "-b", "older", "HEAD~1"]);
    world.write(TONE, &(commented("tone-2") + "# from the branch\n"));
    let said = world.commit("mine");
    assert!(said.contains("the champion is now tone-3: pull first"), "{said}");
    assert_eq!(count(&world), 3);
}

/// The draft of a branch that is not merged is nothing that an edit on another one comes from.
#[test]
fn drafts_of_two_branches_have_the_same_parent() {
    let world = World::three_commits();
    for branch in ["one", "two"] {
        world.git(&["checkout", "-q", "-b", branch, "main"]);
        world.write(TONE, &(commented("tone-3") + &format!("# {branch}\n")));
        world.commit(branch);
        assert!(world.run(&["push"]).contains("1 pushed"));
    }
    let versions = world.versions("tone");
    let parents = versions.iter().filter(|version| version["configuration"].as_str().expect("code").contains("# "));
    let parents: Vec<&Value> = parents.map(|version| &version["parentVersionId"]).filter(|parent| *parent == "tone-3").collect();
    assert_eq!(parents.len(), 2, "{versions:?}");
}

/// Edits far back in history, and many commits since: what is under them is found, and what is not is an edit of the base.
#[test]
fn edits_over_many_commits_are_found() {
    for commits in [3, 12] {
        let world = World::three_commits();
        world.git(&["checkout", "-q", "HEAD~1"]);
        for number in 0..commits {
            world.write(TONE, &(commented("tone-2") + &format!("# edit {number}\n")));
            world.commit("mine");
        }
        assert_eq!(score(&world, &["status", "--json"])["version_id"], "tone-2", "{commits}");
        world.git(&["checkout", "-q", "main"]);
        for number in 0..commits {
            world.write(TONE, &(commented("tone-3") + &format!("# edit {number}\n")));
            world.commit("mine");
        }
        let said = score(&world, &["status", "--json"]);
        assert_eq!((&said["state"], &said["version_id"]), (&"edited".into(), &"tone-3".into()), "{commits}: {said}");
    }
}

#[test]
fn edits_of_a_version_that_is_not_committed_are_its_edits() {
    let world = World::three_commits();
    world.promoted("tone-4", "tone-3", &commented("tone-4"));
    world.run(&["pull", "-q"]);
    world.write(TONE, &(commented("tone-4") + "# mine\n"));
    let said = score(&world, &["status", "--json"]);
    assert_eq!((&said["state"], &said["version_id"]), (&"edited".into(), &"tone-4".into()), "{said}");
}

/// Champion tone-2 with four more lines is pulled and not committed: git has tone-1 under it.
fn four_lines_more() -> (World, String) {
    let world = World::pulled_in_git();
    let more = TONE_CODE.to_owned() + "# one\n# two\n# three\n# four\n";
    world.promoted("tone-2", "tone-1", &more);
    assert!(world.run(&["pull", "-q"]).starts_with("exit 0\n"));
    (world, more)
}

/// The last commit has a text that is nearer, but git did nothing: who takes out what a pull brought means it.
#[test]
fn what_a_person_takes_out_does_not_come_back() {
    let nothing: &[&[&str]] = &[];
    let before: [&[&[&str]]; 4] =
        [nothing, &[&["switch", "-qc", "other"]], &[&["commit", "-qm", "x", "--allow-empty"]], &[&["status"]]];
    let after: [&[&[&str]]; 3] = [nothing, &[&["add", TONE]], &[&["add", TONE], &["commit", "-qm", "mine"]]];
    for (before, after) in before.into_iter().flat_map(|before| after.map(|after| (before, after))) {
        let what = format!("{before:?}, {after:?}");
        let (world, _) = four_lines_more();
        let git = |commands: &[&[&str]]| commands.iter().for_each(|command| drop(world.git(command)));
        git(before);
        let mine = TONE_CODE.to_owned() + "# mine\n";
        world.write(TONE, &mine);
        git(after);
        let said = score(&world, &["status", "--json"]);
        assert_eq!((&said["state"], &said["version_id"]), (&"edited".into(), &"tone-2".into()), "{what}: {said}");
        assert!(world.run(&["pull"]).contains("unchanged"), "{what}");
        assert_eq!(world.read(TONE), mine, "{what}");
        assert!(world.run(&["push"]).contains("1 pushed"), "{what}");
        let versions = world.versions("tone");
        let pushed = versions.iter().find(|version| version["configuration"] == mine).expect("a version");
        assert_eq!(pushed["parentVersionId"], "tone-2", "{what}");
    }
}

#[test]
fn taking_out_just_what_a_pull_brought_is_an_edit() {
    let (world, _) = four_lines_more();
    world.write(TONE, TONE_CODE);
    assert_eq!(score(&world, &["status", "--json"])["state"], "edited");
    assert!(world.run(&["push"]).contains("1 pushed"));
}

/// The same text, but git brought it: nothing is pushed.
#[test]
fn files_that_git_took_back_are_behind() {
    for command in [&["checkout", "-q", "--", "."][..], &["stash", "-q"], &["reset", "-q", "--hard"]] {
        let (world, _) = four_lines_more();
        world.git(command);
        assert_eq!(score(&world, &["status", "--json"])["state"], "adopted", "{command:?}");
        world.write(TONE, &(TONE_CODE.to_owned() + "# mine\n"));
        let said = score(&world, &["status", "--json"]);
        assert_eq!((&said["state"], &said["version_id"]), (&"diverged".into(), &"tone-1".into()), "{command:?}: {said}");
        assert!(world.run(&["push"]).starts_with("exit 6\n"), "{command:?}");
        assert!(world.run(&["pull"]).contains("conflict"), "{command:?}: both add lines at the end");
    }
}

/// The same once the edit on it is staged or committed. A checkout of files leaves no mark then.
#[test]
fn edits_of_what_a_stash_or_reset_took_back_are_not_pushed() {
    for command in [&["stash", "-q"][..], &["reset", "-q", "--hard"]] {
        for after in [&[&["add", TONE][..]][..], &[&["commit", "-qam", "mine"]]] {
            let (world, _) = four_lines_more();
            world.git(command);
            world.write(TONE, &(TONE_CODE.to_owned() + "# mine\n"));
            after.iter().for_each(|command| drop(world.git(command)));
            assert!(world.run(&["push", "--promote", "--yes"]).starts_with("exit 6\n"), "{command:?}, {after:?}");
        }
    }
}

/// What an undo brings back lies on what git had brought.
#[test]
fn an_undo_does_not_forget_what_git_brought() {
    let world = World::three_commits();
    world.git(&["checkout", "-q", "HEAD~1"]);
    world.write(TONE, &commented("tone-2").replacen("name:", "# mine\nname:", 1));
    assert!(world.run(&["pull"]).contains("merged"));
    assert!(world.run(&["undo", "--yes"]).starts_with("exit 0\n"));
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 6\n"), "{said}");
}

/// A promotion sets the champion beside the base; what git brought since the base was recorded stays so.
#[test]
fn a_promotion_does_not_forget_what_git_brought() {
    let world = World::three_commits();
    world.write(TONE, &(commented("tone-3") + "# draft\n"));
    assert!(world.run(&["push"]).contains("1 pushed"));
    let draft = score(&world, &["status", "--json"])["version_id"].as_str().expect("a draft").to_owned();
    world.git(&["checkout", "-q", "HEAD~1", "--", TONE]);
    assert!(world.run(&["promote", "tone", "--version", &draft, "--yes"]).contains("promoted"));
    world.write(TONE, &commented("tone-2").replacen("name:", "# mine\nname:", 1));
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 6\n"), "{said}");
}

/// The files still lie under the earlier name.
#[test]
fn files_of_a_renamed_score_are_told_by_where_they_are() {
    let world = World::three_commits();
    let mut row = crate::cli::world::score("tone", "Manner");
    (row[0].1["key"], row[0].1["externalId"]) = ("tone".into(), "11".into());
    row[0].1["championVersionId"] = "tone-3".into();
    world.seed(vec![row[0].clone()]);
    world.git(&["checkout", "-q", "HEAD~1", "--", TONE]);
    let said = world.run(&["push"]);
    assert!(said.starts_with("exit 6\n") && said.contains("the files are version tone-2"), "{said}");
}

/// HEAD went away and came back; then an old file is checked out that its history has only behind the base.
#[test]
fn a_file_that_is_checked_out_after_a_switch_is_found() {
    let world = World::three_commits();
    world.git(&["switch", "-q", "-c", "other", "HEAD~1"]);
    world.git(&["switch", "-q", "main"]);
    world.git(&["checkout", "-q", "other", "--", TONE]);
    world.write(TONE, &commented("tone-2").replacen("name:", "# mine\nname:", 1));
    let said = score(&world, &["status", "--json"]);
    assert_eq!((&said["state"], &said["version_id"]), (&"diverged".into(), &"tone-2".into()), "{said}");
}

/// The reply to a push was lost, and git brought an older text before the next one.
#[test]
fn what_a_lost_push_made_is_recorded_as_of_then() {
    let mut world = World::with_dashboard();
    let server = Server::start(&mut world, &[]);
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    world.init_git();
    world.write(TONE, &(TONE_CODE.to_owned() + "# one\n# two\n# three\n"));
    let server = server.again(&world, &["--fault", "lose-reply:createScoreVersion:*"]);
    assert!(world.run(&["push"]).starts_with("exit 5\n"));
    let _server = server.again(&world, &[]);
    world.git(&["stash", "-q"]);
    world.write(TONE, &TONE_CODE.replacen("name:", "# mine\nname:", 1));
    let said = world.run(&["push"]);
    let made = said.contains("finished what an interrupted run began");
    let pushed = world
        .versions("tone")
        .into_iter()
        .find(|version| version["configuration"].as_str().is_some_and(|code| code.contains("# mine")));
    assert!(made && pushed.is_none_or(|version| version["parentVersionId"] == "tone-1"), "{said}");
}

/// A commit that was not pushed, a pull that merged, and git takes the file back: it lies on what the commit lay on.
#[test]
fn a_commit_that_git_takes_back_is_not_pushed_over_the_champion() {
    for command in [&["checkout", "-q", "--", "."][..], &["stash", "-q"], &["reset", "-q", "--hard"]] {
        let world = World::pulled_in_git();
        world.write(TONE, &TONE_CODE.replacen("name:", "# mine\nname:", 1));
        world.commit("mine");
        world.promoted("tone-2", "tone-1", &(TONE_CODE.to_owned() + "# theirs\n"));
        assert!(world.run(&["pull"]).contains("merged"));
        world.git(command);
        let said = world.run(&["push", "--promote", "--yes"]);
        assert!(said.starts_with("exit 6\n"), "{command:?}: {said}");
        assert!(world.run(&["pull"]).contains("merged"), "{command:?}");
        assert!(world.read(TONE).contains("# theirs") && world.read(TONE).contains("# mine"), "{command:?}");
    }
}

/// The same on a branch of its own, where somebody goes on from the commit.
#[test]
fn an_edit_of_a_commit_that_was_not_pushed_is_not_pushed_over_the_champion() {
    let world = World::pulled_in_git();
    world.git(&["switch", "-q", "-c", "work"]);
    world.write(TONE, &TONE_CODE.replacen("name:", "# mine\nname:", 1));
    world.commit("mine");
    world.git(&["switch", "-q", "-c", "pulled"]);
    world.promoted("tone-2", "tone-1", &(TONE_CODE.to_owned() + "# theirs\n"));
    assert!(world.run(&["pull", "--commit"]).contains("merged"));
    world.git(&["switch", "-q", "work"]);
    world.write(TONE, &world.read(TONE).replacen("name:", "# more\nname:", 1));
    assert!(world.run(&["push", "--promote", "--yes"]).starts_with("exit 6\n"));
    assert!(world.run(&["pull"]).contains("merged"));
    let text = world.read(TONE);
    assert!(["# mine", "# more", "# theirs"].iter().all(|line| text.contains(line)), "{text}");
}

/// What was restored counts until git brings something else.
#[test]
fn what_git_brings_after_a_restore_is_not_meant() {
    let world = World::three_commits();
    world.git(&["switch", "-q", "-c", "older", "HEAD~1"]);
    world.git(&["switch", "-q", "main"]);
    assert!(world.run(&["restore", "tone", "--version", "tone-2"]).starts_with("exit 0\n"));
    world.git(&["checkout", "-q", "--", "."]);
    assert_eq!(score(&world, &["status", "--json"])["state"], "clean");
    world.git(&["switch", "-q", "older"]);
    assert!(world.run(&["push", "--promote", "--yes"]).starts_with("exit 6\n"));
    // On the old branch it is the way to go back, and to go on from there.
    assert!(world.run(&["restore", "tone", "--version", "tone-2"]).starts_with("exit 0\n"));
    world.write(TONE, &(world.read(TONE) + "# mine\n"));
    assert!(world.run(&["push"]).contains("1 pushed"));
}

/// What was restored on purpose, and gone on from there.
#[test]
fn an_edit_of_what_was_restored_is_an_edit() {
    for look in [&["log", "-1"][..], &["status"], &["add", TONE], &["commit", "-qam", "back", "--allow-empty"]] {
        let (world, _) = four_lines_more();
        assert!(world.run(&["restore", "tone", "--version", "tone-1"]).starts_with("exit 0\n"));
        world.git(look);
        world.write(TONE, &(world.read(TONE) + "# mine\n"));
        assert_eq!(score(&world, &["status", "--json"])["version_id"], "tone-2", "{look:?}");
        assert!(world.run(&["push"]).contains("1 pushed"), "{look:?}");
    }
}

/// The same with lines of one's own.
#[test]
fn lines_that_were_pushed_and_taken_out_stay_out() {
    let world = World::pulled_in_git();
    world.write(TONE, &(TONE_CODE.to_owned() + "# one\n# two\n# three\n# four\n"));
    assert!(world.run(&["push", "--promote", "--yes"]).contains("now champion"));
    let mine = TONE_CODE.to_owned() + "# mine\n";
    world.write(TONE, &mine);
    assert!(world.run(&["pull"]).contains("unchanged"));
    assert!(world.run(&["push", "--promote", "--yes"]).contains("now champion"));
    assert_eq!(world.read(TONE), mine);
    world.write(TONE, TONE_CODE);
    assert!(world.run(&["pull"]).contains("unchanged"));
    assert_eq!(world.read(TONE), TONE_CODE);
}

/// What four commands say of the version that the files of `Tone` come from, and of the files.
fn views(world: &World) -> [Value; 4] {
    let said = |args: &[&str]| -> Value {
        let said = world.command(args).output().expect("the program starts");
        serde_json::from_slice(&said.stdout).unwrap_or_else(|error| panic!("{error}: {said:?}"))
    };
    let (status, shown, log) =
        (score(world, &["status", "--json"]), said(&["show", "--json", "tone"]), said(&["log", "--json", "tone"]));
    let marked = |log: &Value| {
        let versions = log["versions"].as_array().expect("a list").clone();
        versions.into_iter().find(|version| version["base"] == true).expect("a base")["version_id"].clone()
    };
    assert_eq!(shown["score"]["state"], status["state"], "show and status");
    let of_many = said(&["log", "--json", "-n", "0"]);
    let bases = of_many["versions"].as_array().expect("a list").iter();
    let of_tone = bases.clone().find(|version| version["base"] == true && version["score_id"] == "tone").expect("a base");
    assert_eq!(of_tone["version_id"], status["version_id"], "log of many and status");
    let diff = world.run(&["diff", "--base", "tone"]);
    let files = if diff.contains("nothing differs") { "as base" } else { "edited" };
    assert_eq!(log["files"], files, "log and diff --base: {diff}");
    [status["version_id"].clone(), shown["score"]["version_id"].clone(), log["score"]["version_id"].clone(), marked(&log)]
}

#[test]
fn all_views_agree_after_a_switch_of_branches() {
    let world = World::three_commits();
    world.git(&["branch", "old", "HEAD~1"]);
    world.git(&["switch", "-qc", "stricter"]);
    world.write(TONE, &commented("stricter"));
    world.commit("stricter");
    world.run(&["push", "-q"]);
    let draft = score(&world, &["status", "--json"])["version_id"].as_str().expect("a version").to_owned();
    for (branch, expected) in
        [("main", "tone-3"), ("stricter", draft.as_str()), ("old", "tone-2"), ("main", "tone-3"), ("old", "tone-2")]
    {
        world.git(&["switch", "-q", branch]);
        assert_eq!(views(&world), [expected; 4], "on {branch}");
        world.write(TONE, &(world.read(TONE) + "# and more\n"));
        assert_eq!(views(&world), [expected; 4], "edited on {branch}");
        world.git(&["checkout", "-q", "."]);
    }
}

#[test]
fn a_promotion_takes_the_draft_that_a_branch_brought() {
    let world = World::three_commits();
    let pushed_on = |branch: &str| {
        world.git(&["switch", "-q", "main"]);
        world.git(&["switch", "-qc", branch]);
        world.write(TONE, &commented(branch));
        world.commit(branch);
        world.run(&["push", "-q"]);
        score(&world, &["status", "--json"])["version_id"].as_str().expect("a version").to_owned()
    };
    let (first, second) = (pushed_on("first"), pushed_on("second"));
    let promoted = |selection: &[&str]| {
        let said = world.command(&[&["promote", "-n", "--json"], selection].concat()).output().expect("it runs");
        serde_json::from_slice::<serde_json::Value>(&said.stdout).expect("JSON")["scores"].clone()
    };
    for (branch, draft) in [("first", &first), ("second", &second), ("first", &first)] {
        world.git(&["switch", "-q", branch]);
        assert_eq!(promoted(&[])[0]["version_id"].as_str(), Some(draft.as_str()), "on {branch}");
        world.write(TONE, &(world.read(TONE) + "# and more\n"));
        assert_eq!(promoted(&[])[0]["version_id"].as_str(), Some(draft.as_str()), "edited on {branch}");
        world.git(&["checkout", "-q", "."]);
    }
    // The state's base is a draft still, and the files are not: what is promoted is what a status shows.
    for branch in ["main", "HEAD~1"] {
        world.git(&["switch", "-q", "main"]);
        world.git(&["checkout", "-q", branch]);
        assert_eq!(promoted(&[]).as_array().map(Vec::len), Some(0), "at {branch}");
        assert!(world.run(&["promote", "tone", "--yes"]).contains("there is no draft to promote here"), "at {branch}");
    }
}

fn twelve(changes: &[(&str, &str)]) -> String {
    let text: String = (0..12).map(|n| format!("key{n}: {n}\n")).collect();
    changes.iter().fold(text, |text, (from, to)| text.replace(from, to))
}

const MINE: [(&str, &str); 2] = [("key10: 10", "key10: ten"), ("key11: 11", "key11: eleven")];

/// A draft of two lines is pushed and committed; then somebody promotes what they made of the champion before it.
fn draft_beside_a_champion(crlf: bool, theirs: (&str, &str)) -> World {
    let world = World::pulled_in_git();
    let here = |text: String| if crlf { text.replace('\n', "\r\n") } else { text };
    world.write(TONE, &here(twelve(&[])));
    world.promoted("tone-2", "tone-1", &twelve(&[]));
    assert!(world.run(&["pull", "-q"]).starts_with("exit 0\n"));
    world.commit("what runs");
    world.write(TONE, &here(twelve(&MINE)));
    assert!(world.run(&["push", "-q", "--commit"]).starts_with("exit 0\n"));
    world.promoted("tone-3", "tone-2", &twelve(&[theirs]));
    world
}

/// What a pull merged comes from the champion that it took, not from the draft that git has under it.
#[test]
fn a_draft_that_a_pull_merged_can_be_pushed() {
    for crlf in [false, true] {
        for goes_on in ["at once", "edited", "committed", "committed and edited", "edited where they did"] {
            let world = draft_beside_a_champion(crlf, ("key0: 0", "key0: zero"));
            assert!(said_ok(&world, &["pull"]).contains("merged      Tone"), "{goes_on}");
            if goes_on.starts_with("committed") {
                world.commit("merged");
            }
            if goes_on.ends_with("edited") {
                world.write(TONE, &world.read(TONE).replace("key5: 5", "key5: five"));
            }
            if goes_on.ends_with("did") {
                world.write(TONE, &world.read(TONE).replace("key0: zero", "key0: null"));
            }
            assert_eq!(score(&world, &["status", "--json"])["state"], "edited", "{goes_on}");
            said_ok(&world, &["push"]);
            let pushed = score(&world, &["status", "--json"])["version_id"].clone();
            let version = world.versions("tone").into_iter().find(|version| version["id"] == pushed).expect("pushed");
            assert_eq!(version["parentVersionId"], "tone-3", "{goes_on}");
            assert!(said_ok(&world, &["pull"]).contains("unchanged"), "{goes_on}");
        }
    }
}

#[test]
fn a_champion_that_only_writes_the_code_anew_stops_no_push() {
    let world = draft_beside_a_champion(false, ("key0: 0", "key0:  0"));
    said_ok(&world, &["pull"]);
    world.write(TONE, &world.read(TONE).replace("key5: 5", "key5: five"));
    said_ok(&world, &["push"]);
}

#[test]
fn what_a_person_decided_about_a_committed_draft_can_be_pushed() {
    let world = draft_beside_a_champion(false, ("key10: 10", "key10: 010"));
    assert!(world.run(&["pull"]).starts_with("exit 3\n"));
    said_ok(&world, &["resolve", "--ours", TONE, "--yes"]);
    said_ok(&world, &["push"]);
    assert_eq!(world.read(TONE), twelve(&MINE));
}

/// The merge is thrown away: the files are the draft again, and the champion is still to be taken.
#[test]
fn a_checkout_after_a_merge_brings_the_draft_back() {
    let world = draft_beside_a_champion(false, ("key0: 0", "key0: zero"));
    said_ok(&world, &["pull"]);
    world.git(&["checkout", "-q", "--", "."]);
    let status = score(&world, &["status", "--json"]);
    assert_eq!(status["state"], "diverged", "{status}");
    assert!(said_ok(&world, &["pull"]).contains("merged      Tone"));
    said_ok(&world, &["push"]);
}
