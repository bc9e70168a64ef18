//! Files that cannot be synced as they are: each costs its own score only, is named with its place, and stays as it is.

use super::world::{GREETING, GREETING_CODE, TONE, TONE_CODE, TONE_GUIDELINES, World, commented};

/// An edit that is good, so that a push has something to go on with.
fn edit_the_other(world: &World) {
    world.write(GREETING, &format!("{GREETING_CODE}# edited\n"));
}

#[test]
fn yaml_that_does_not_parse_is_not_pushed_and_the_rest_is() {
    let world = World::pulled();
    world.write(TONE, "name: Tone\noptions: [a, b\nnext: 1\n");
    edit_the_other(&world);
    insta::assert_snapshot!(world.run(&["status"]), @r#"
    exit 0
    --- stdout
    QA
      edited      It's a "greeting"  code
      edited      Tone               code; scorecards/QA/Tone.yaml:2:10: unclosed bracket '['

    2 scores: edited
    --- stderr
      help: 1 edited: scoresync push
      help: 1 with a fault: scoresync check
    "#);
    insta::assert_snapshot!(world.run(&["push"]), @r#"
    exit 6
    --- stdout
    QA
      pushed      It's a "greeting"  code, version [short]
      refused     Tone               scorecards/QA/Tone.yaml:2:10: unclosed bracket '['

    2 scores: 1 pushed, 1 refused
    --- stderr
      help: scoresync push scorecards/QA/Tone.yaml    # once its files are fixed
    "#);
    assert_eq!(world.versions("tone").len(), 1);
    assert_eq!(world.versions("greeting").len(), 2);
    world.write(TONE, &commented("mended"));
    assert!(world.shell("scoresync push QA/Tone.yaml    # once its files are fixed").contains("1 score: pushed"));
}

#[test]
fn a_file_that_is_not_utf8_is_named_to_the_letter() {
    let world = World::pulled();
    let path = world.folder().join(TONE);
    std::fs::write(&path, b"name: Tone\ntext: caf\xe9\n").expect("a file");
    edit_the_other(&world);
    insta::assert_snapshot!(world.run(&["push"]), @r#"
    exit 6
    --- stdout
    QA
      pushed      It's a "greeting"  code, version [short]
      failed      Tone               scorecards/QA/Tone.yaml:2:10: not UTF-8

    2 scores: 1 pushed, 1 failed
    --- stderr
      help: scoresync restore scorecards/QA/Tone.yaml --version tone-1    # as it was; or save it as UTF-8
    "#);
    insta::assert_snapshot!(world.run(&["status"]), @r#"
    exit 6
    --- stdout
    QA
      broken      Tone               scorecards/QA/Tone.yaml:2:10: not UTF-8
      draft       It's a "greeting"  1 draft not promoted, version [short]

    2 scores: 1 broken, 1 draft
    --- stderr
      help: scoresync restore scorecards/QA/Tone.yaml --version tone-1    # as it was; or save it as UTF-8
      help: 1 draft: scoresync promote
    "#);
    insta::assert_snapshot!(world.run(&["diff", "Tone"]), @r"
    exit 6
    --- stderr
    error: scorecards/QA/Tone.yaml:2:10: not UTF-8
      help: fix the file; if it is the dashboard, run this again later, or: scoresync doctor
    ");
    world.teammate("tone", "tone-2", "name: Tone\nnew: 1\n", None);
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 6
    --- stdout
    QA
      failed      Tone  scorecards/QA/Tone.yaml:2:10: not UTF-8

    2 scores: 1 failed, 1 unchanged
    --- stderr
      help: scoresync restore scorecards/QA/Tone.yaml --version tone-1    # as it was; or save it as UTF-8
    ");
    assert_eq!(std::fs::read(&path).expect("a file"), b"name: Tone\ntext: caf\xe9\n");
}

#[test]
fn a_document_that_is_too_large_is_not_sent() {
    let world = World::pulled();
    world.write(TONE, &format!("{TONE_CODE}# {}\n", "long ".repeat(90_000)));
    edit_the_other(&world);
    insta::assert_snapshot!(world.run(&["push"]), @r#"
    exit 6
    --- stdout
    QA
      pushed      It's a "greeting"  code, version [short]
      refused     Tone               code and guidelines have 450109 bytes; Plexus takes 401408

    2 scores: 1 pushed, 1 refused
    --- stderr
      help: scoresync push scorecards/QA/Tone.yaml    # once its files are fixed
    "#);
    insta::assert_snapshot!(world.run(&["status"]), @r#"
    exit 0
    --- stdout
    QA
      draft       It's a "greeting"  1 draft not promoted, version [short]
      edited      Tone               code

    2 scores: 1 draft, 1 edited
    --- stderr
      help: 1 edited: scoresync push
      help: 1 draft: scoresync promote
    "#);
    assert_eq!(world.versions("tone").len(), 1);
}

#[test]
fn a_folder_where_a_file_should_be_is_left_alone() {
    let world = World::pulled();
    let path = world.folder().join(TONE);
    std::fs::remove_file(&path).expect("a file");
    std::fs::create_dir(&path).expect("a folder");
    world.write(&format!("{TONE}/kept"), "mine");
    world.teammate("tone", "tone-2", "name: Tone\nnew: 1\n", None);
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 6
    --- stdout
    QA
      failed      Tone  scorecards/QA/Tone.yaml: a folder, not a file

    2 scores: 1 failed, 1 unchanged
    --- stderr
      help: ls -ld scorecards/QA/Tone.yaml
    ");
    assert_eq!(world.read(&format!("{TONE}/kept")), "mine");
}

#[test]
fn a_file_where_a_folder_should_be_is_left_alone() {
    let world = World::with_dashboard();
    world.write("scorecards/QA", "mine");
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 6
    --- stdout
    QA
      failed      It's a "greeting"  ~/work/scorecards/QA: not a folder
      failed      Tone               ~/work/scorecards/QA: not a folder

    2 scores: failed
    --- stderr
      help: ls -ld ~/work/scorecards/QA
    "#);
    assert_eq!(world.read("scorecards/QA"), "mine");
}

#[test]
fn a_read_only_file_is_not_replaced() {
    let world = World::pulled();
    let path = world.folder().join(TONE);
    let mut permissions = std::fs::metadata(&path).expect("a file").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("ours");
    world.teammate("tone", "tone-2", "name: Tone\nnew: 1\n", None);
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 6
    --- stdout
    QA
      failed      Tone  ~/work/scorecards/QA/Tone.yaml: read-only, not touched; the champion has no guidelines any more; yours are kept, and the next push sends them

    2 scores: 1 failed, 1 unchanged
    --- stderr
      help: chmod u+w ~/work/scorecards/QA/Tone.yaml && scoresync pull scorecards/QA/Tone.yaml
    ");
    assert_eq!(world.read(TONE), TONE_CODE);
    let said = world.shell("chmod u+w scorecards/QA/Tone.yaml && scoresync pull QA/Tone.yaml");
    assert!(said.contains("1 score: pulled"), "{said}");
}

/// What is replaced gets another file in its place: the folder has to be writable, not the file.
#[test]
#[cfg(target_os = "linux")]
fn of_a_read_only_folder_the_folder_is_named() {
    let world = World::pulled();
    world.teammate("tone", "tone-2", "name: Tone\nnew: 1\n", Some("# Tone\n\nPolite is polite.\n"));
    let Some(said) = world.bound_shell("chmod u-w scorecards/QA && scoresync pull; echo $?; chmod u+w scorecards/QA") else {
        return;
    };
    insta::assert_snapshot!(said, @r"
    exit 0
    --- stdout
    QA
      failed      Tone  ~/work/scorecards/QA: read-only folder, nothing in it was touched

    2 scores: 1 failed, 1 unchanged
    6
    --- stderr
      help: chmod u+w ~/work/scorecards/QA && scoresync pull scorecards/QA/Tone.yaml
    ");
    assert_eq!(world.read(TONE), TONE_CODE);
    world.rename_tone("Manner");
    let said = world.bound_shell("chmod u-w scorecards/QA && scoresync pull; chmod u+w scorecards/QA").expect("as before");
    assert!(said.contains("~/work/scorecards/QA: read-only folder"), "{said}");
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    // Where folders are to be made in it.
    let world = World::with_dashboard();
    let said = world.bound_shell("mkdir scorecards && chmod u-w scorecards && scoresync pull").expect("as before");
    assert!(said.contains("help: chmod u+w ~/work/scorecards && scoresync pull scorecards/QA/Tone.yaml\n"), "{said}");
}

#[test]
fn a_full_disk_loses_nothing_and_the_next_run_goes_on() {
    let world = World::pulled();
    let long = format!("name: Tone\n# {}\n", "long ".repeat(60_000));
    world.teammate("tone", "tone-2", &long, Some("# Tone\n\nPolite is polite.\n"));
    // No file may grow beyond 200 blocks of 512 or 1024 bytes; the signal for it is ignored, so that writing fails.
    insta::assert_snapshot!(world.shell("trap '' XFSZ; ulimit -f 200; scoresync pull"), @r"
    exit 6
    --- stderr
    error: disk I/O error
      at ~/work/.scoresync/state.db
      help: check the disk that holds it, then run this again
    ");
    // What is to be written is kept in the state first.
    assert_eq!(world.read(TONE), TONE_CODE);
    let left: Vec<_> = std::fs::read_dir(world.folder().join("scorecards/QA")).expect("a folder").flatten().collect();
    assert!(left.len() <= 4, "{left:?}");
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    assert_eq!(world.read(TONE), long);
    assert!(world.run(&["status"]).contains("2 scores: clean"));
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_root_is_not_followed() {
    let world = World::pulled();
    let outside = world.folder().join("../outside");
    std::fs::rename(world.folder().join("scorecards/QA"), &outside).expect("a folder to move");
    std::os::unix::fs::symlink(&outside, world.folder().join("scorecards/QA")).expect("a link");
    world.teammate("tone", "tone-2", "name: Tone\nnew: 1\n", None);
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 6
    --- stdout
    QA
      failed      It's a "greeting"  ~/work/scorecards/QA: leads out of the scorecards folder
      failed      Tone               ~/work/scorecards/QA: leads out of the scorecards folder

    2 scores: failed
    --- stderr
      help: ls -ld ~/work/scorecards/QA
    "#);
    assert_eq!(std::fs::read_to_string(outside.join("Tone.yaml")).expect("a file"), TONE_CODE);
}

#[cfg(unix)]
#[test]
fn the_root_may_be_a_link_and_a_file_a_link_inside() {
    let world = World::pulled();
    std::fs::rename(world.folder().join("scorecards"), world.folder().join("../elsewhere")).expect("a folder to move");
    std::os::unix::fs::symlink("../elsewhere", world.folder().join("scorecards")).expect("a link");
    assert!(world.run(&["status"]).contains("2 scores: clean"));
    world.teammate("tone", "tone-2", "name: Tone\nnew: 1\n", None);
    assert!(world.run(&["pull"]).contains("1 pulled"));
    assert!(world.folder().join("scorecards").is_symlink());
    world.write(TONE, "name: Tone\nnew: 2\n");
    let said = world.run(&["push", "-C", "scorecards/QA", "Tone.yaml"]);
    assert!(said.contains("1 score: pushed"), "{said}");
}

#[test]
fn foreign_files_are_nobodys_business() {
    let world = World::pulled();
    for path in
        ["QA/Tone.yaml.bak", "QA/Tone.knowledge-base/a.md", "QA/guidelines/Tone.md.bak", "qa.yaml", "QA/experiments/x.csv"]
    {
        world.write(&format!("scorecards/{path}"), "foreign");
    }
    insta::assert_snapshot!(world.run(&["status", "--exit-code"]), @r"
    exit 0
    --- stdout
    2 scores: clean
    ");
    world.write("scorecards/QA/Stray.yaml", "name: Stray\n");
    insta::assert_snapshot!(world.run(&["status"]), @r"
    exit 0
    --- stdout
    Files without a score (scoresync new FILE creates one):
      scorecards/QA/Stray.yaml

    2 scores: clean
    ");
}

#[test]
fn guidelines_without_code_wait_for_it() {
    let world = World::pulled();
    std::fs::remove_file(world.folder().join(TONE)).expect("a file");
    world.write(TONE_GUIDELINES, "# Tone\n\nOther.\n");
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 0
    --- stdout
    QA
      unchanged   Tone  no file here; guidelines are edited, but cannot be pushed without the code file

    2 scores: unchanged
    ");
}
