//! Names that a server could think of: every file stays inside the root, and no two scores share one.

use super::world::{TONE, World, score, written};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Everything below a folder.
fn tree(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            found.extend(tree(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    found
}

fn hostile() -> Vec<String> {
    let long = "long name ".repeat(30);
    let names = [
        "..",
        ".",
        "../../x",
        "/etc/passwd",
        ".git",
        ".git/hooks/pre-commit",
        "CON",
        "aux.txt",
        "a\u{1b}[31mred\nnew\tline",
        "~root",
    ];
    let others =
        ["tone", "TONE", "cafe\u{301}", "caf\u{e9}", "A/B", "A:B", "-n", "--help", "guidelines", "$(touch x)", "emoji 👩‍👩‍👧"];
    names.into_iter().chain(others).map(str::to_owned).chain([long.clone(), long + "2"]).collect()
}

#[test]
fn no_name_leads_out_of_the_root_and_none_shares_a_file() {
    let world = World::with_dashboard();
    let before = tree(world.folder().parent().expect("a home")).len();
    let names = hostile();
    world.seed(names.iter().enumerate().flat_map(|(n, name)| score(&format!("h{n}"), name)).collect());
    let said = world.run(&["pull"]);
    assert!(said.starts_with("exit 0\n") && !said.contains('\u{1b}'), "{said}");
    let scores = names.len() + 2;
    assert!(said.contains(&format!("{scores} scores: all pulled")), "{said}");
    let home = world.folder().parent().expect("a home").to_owned();
    let outside: Vec<PathBuf> = tree(&home).into_iter().filter(|path| !path.starts_with(world.folder())).collect();
    assert_eq!(outside.len(), 2, "only the dashboard, and that it is trusted: {outside:?}");
    let files = tree(&world.folder().join("scorecards"));
    // Each hostile score has both documents; of the other two, one has guidelines.
    assert_eq!(files.len(), 2 * names.len() + 3, "{files:#?}");
    assert!(before >= 2);
    assert!(world.run(&["status", "-q"]).contains("all clean"));
    insta::assert_snapshot!(world.run(&["path", "h0", "h2", "h4", "h6", "h8", "h20"]), @r"
    exit 0
    --- stdout
    ~/work/scorecards/QA/..-..-x.yaml
    ~/work/scorecards/QA/guidelines/..-..-x.md
    ~/work/scorecards/QA/.git.yaml
    ~/work/scorecards/QA/guidelines/.git.md
    ~/work/scorecards/QA/CON_.yaml
    ~/work/scorecards/QA/guidelines/CON_.md
    ~/work/scorecards/QA/__.yaml
    ~/work/scorecards/QA/guidelines/__.md
    ~/work/scorecards/QA/a-31mred-new-line.yaml
    ~/work/scorecards/QA/guidelines/a-31mred-new-line.md
    ~/work/scorecards/QA/emoji 👩-👩-👧.yaml
    ~/work/scorecards/QA/guidelines/emoji 👩-👩-👧.md
    ");
}

/// Turns the text around it, hides, separates lines, and is obeyed by old terminals.
const DECEPTIVE: &[char] = &['\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}', '\u{9b}', '\u{feff}', '\u{e0041}', '\u{1b}'];

#[test]
fn nothing_that_a_server_says_deceives_the_reader() {
    let world = World::with_dashboard();
    let trick: String = DECEPTIVE.iter().collect();
    let mut rows = score("h", &format!("Tone{trick}x"));
    rows[1].1["note"] = format!("note{trick}x").into();
    rows[1].1["configuration"] = format!("name: \"Tone{trick}x\"\nunknown{trick}x: 1\n").into();
    world.seed(rows.to_vec());
    assert!(world.run(&["pull", "-q"]).starts_with("exit 0\n"));
    let file = world.run(&["path", "h"]);
    let file = file
        .lines()
        .find(|line| line.ends_with(".yaml"))
        .and_then(|line| line.strip_prefix("~/work/"))
        .expect("a path")
        .to_owned();
    world.write(&file, &format!("name: [{trick}\n"));
    let promote = format!("h-1{trick}");
    for args in [
        &["status"][..],
        &["status", "-v"],
        &["log"],
        &["log", "h"],
        &["diff", "--summary"],
        &["check"],
        &["push"],
        &["path", "h"],
        &["promote", "--yes", "h", "--version", &promote],
        &["new", "--yes", &trick],
        &["status", &trick],
        &["blame", "h"],
        &["doctor"],
    ] {
        for json in [&[][..], &["--json"]] {
            let said = world.run(&[args, json].concat());
            let found: Vec<char> = said.chars().filter(|c| DECEPTIVE.contains(c)).collect();
            assert!(found.is_empty(), "{args:?} {json:?}: {found:?} in {said}");
        }
    }
}

#[test]
fn no_name_adds_a_line_of_its_own() {
    let world = World::with_dashboard();
    let (scorecard, draft) = ("tone", "name: Tone\nclass: x\n");
    world.seed(score(scorecard, "Tone\n  help: do harm\nerror: x").to_vec());
    assert!(world.run(&["pull", "-q"]).starts_with("exit 0\n"));
    let said = world.run(&["path", scorecard]);
    let file = said.lines().find_map(|line| line.strip_prefix("~/work/")).expect("a path").to_owned();
    world.write(&file, draft);
    assert!(world.run(&["push", scorecard]).contains("1 score: pushed"));
    for args in [
        &["status", "-v"][..],
        &["show", scorecard],
        &["log"],
        &["eval", scorecard],
        &["promote", "-n", scorecard, "--min-accuracy", "90"],
        &["promote", "--yes", scorecard, "--version", "nothing"],
        &["open", scorecard],
        &["restore", scorecard, "--version", "nothing"],
        &["feedback", scorecard],
        &["jobs"],
        &["diff", "--summary"],
        &["blame", scorecard],
    ] {
        let said = world.run(args);
        let forged = |line: &&str| line.trim_start() == "help: do harm" || line.starts_with("error: x");
        assert_eq!(said.lines().find(forged), None, "{args:?}: {said}");
    }
}

#[test]
fn names_that_are_told_apart_are_said_once() {
    let world = World::with_dashboard();
    for (id, name) in [("a", "Refund/Chargeback"), ("b", "Refund:Chargeback")] {
        world.seed(score(id, name).to_vec());
    }
    let words = "2 scores share one file name: \"Refund/Chargeback\" is ";
    assert!(world.run(&["pull"]).contains(&format!("warning: {words}")));
    assert!(!world.run(&["pull"]).contains("share one") && !world.run(&["status"]).contains("share one"));
    assert!(world.run(&["status", "-v"]).contains(words));
    assert!(world.run(&["doctor"]).contains(&format!("file names      {words}")));
    assert!(world.run(&["status", "--json"]).contains("2 scores share one file name"));
}

#[test]
fn scorecards_have_no_better_manners() {
    let world = World::with_dashboard();
    for (n, name) in ["..", "../out", ".git", "CON", "con", "qa", ""].into_iter().enumerate() {
        let (id, key) = (format!("card{n}"), format!("k{n}"));
        world.seed(vec![("Scorecard", json!({"id": id, "name": name, "key": key, "externalId": key, "accountId": "acme-id"}))]);
        let mut rows = score(&format!("c{n}"), "Score");
        rows[0].1["scorecardId"] = id.into();
        world.seed(rows.to_vec());
    }
    insta::assert_snapshot!(world.run(&["pull"]), @r#"
    exit 0
    --- stdout
    ../out
      pulled      Score              code and guidelines, version c1-1

    CON
      pulled      Score              code and guidelines, version c3-1

    QA
      pulled      It's a "greeting"  code, version greeting
      pulled      Tone               code and guidelines, version tone-1

    .git
      pulled      Score              code and guidelines, version c2-1


      pulled      Score              code and guidelines, version c6-1

    ..
      pulled      Score              code and guidelines, version c0-1

    con
      pulled      Score              code and guidelines, version c4-1

    qa
      pulled      Score              code and guidelines, version c5-1

    9 scores: all pulled
    --- stderr
    warning: 2 scorecards share one folder name: "CON" is "CON_ ~k3", "con" is "con_ ~k4"
    warning: 2 scorecards share one folder name: "QA" is "QA ~9", "qa" is "qa ~k5"
    "#);
    let root = world.folder().join("scorecards");
    let outside = |path: &PathBuf| !path.starts_with(&root) && !path.starts_with(world.folder().join(".scoresync"));
    let stray: Vec<PathBuf> = tree(&world.folder()).into_iter().filter(outside).collect();
    assert_eq!(stray, [world.folder().join("scoresync.yaml")]);
}

#[test]
fn a_score_can_be_pushed_whatever_its_name_does_to_a_shell() {
    let world = World::with_dashboard();
    let names = ["$(touch pwned)", "It's `bad` \"here\"", "-n", "a; touch pwned", "two  spaces", "emoji 👩‍👩‍👧", "back\\slash"];
    world.seed(names.iter().enumerate().flat_map(|(n, name)| score(&format!("q{n}"), name)).collect());
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    for n in 0..names.len() {
        world.seed(vec![("ScoreVersion", written(&format!("q{n}"), "x", "name: x\n", None))]);
        let id = format!("q{n}");
        let said = world.run(&["path", &id]);
        let path = said.lines().find(|line| line.ends_with(".yaml")).expect("a path").replace('~', &world.home());
        std::fs::write(&path, "broken: [\n").expect("a file");
        let said = world.run(&["push", &id]);
        let help = said.lines().find_map(|line| line.trim().strip_prefix("help: ")).expect("a way out").to_owned();
        std::fs::write(&path, "mended: true\n").expect("a file");
        let said = world.shell(&help);
        assert!(said.starts_with("exit 0\n") && said.contains("1 score: pushed"), "{help}\n{said}");
    }
    assert!(!world.folder().join("pwned").exists());
}

/// A Mac writes names in decomposed form, and its shell completes them so.
#[test]
fn a_file_is_named_in_either_unicode_form() {
    let world = World::with_dashboard();
    world.seed(score("cafe", "Caf\u{e9}").to_vec());
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    let [composed, decomposed] = ["scorecards/QA/Caf\u{e9}.yaml", "scorecards/QA/Cafe\u{301}.yaml"];
    world.rename(composed, decomposed);
    world.write(decomposed, &(world.read(decomposed) + "# mine\n"));
    for name in [composed, decomposed] {
        let said = world.run(&["status", name]);
        assert!(said.contains("edited      Caf\u{e9}") && said.contains("1 score: edited"), "{said}");
        assert!(world.run(&["diff", name]).contains("+# mine"));
    }
    assert!(world.run(&["push", decomposed]).contains("1 score: pushed"));
}

/// What is asked of a file, or decided about it, does not depend on the Unicode form in which a shell completes its name.
#[test]
fn a_file_in_the_other_unicode_form_is_meant_as_the_file_itself() {
    let [composed, decomposed] = ["scorecards/QA/Caf\u{e9}.yaml", "scorecards/QA/Cafe\u{301}.yaml"];
    for name in [composed, decomposed, "QA/Caf\u{e9}"] {
        let world = World::pulled();
        world.seed(score("cafe", "Caf\u{e9}").to_vec());
        assert!(world.run(&["pull"]).starts_with("exit 0\n"));
        world.rename(composed, decomposed);
        world.write(decomposed, &world.read(TONE));
        assert!(world.run(&["push"]).contains("this is the text of QA/Tone.yaml, too"));
        let said = world.run(&["push", name]);
        assert!(said.starts_with("exit 0\n") && said.contains("1 score: pushed"), "{name}: {said}");
    }
}

/// Where both are there, the one that no score has is another file.
#[cfg(target_os = "linux")]
#[test]
fn a_stray_in_the_other_unicode_form_is_not_the_file_of_the_score() {
    let [composed, decomposed] = ["scorecards/QA/Caf\u{e9}.yaml", "scorecards/QA/Cafe\u{301}.yaml"];
    let world = World::pulled();
    world.seed(score("cafe", "Caf\u{e9}").to_vec());
    assert!(world.run(&["pull"]).starts_with("exit 0\n"));
    let first = world.read(composed);
    world.write(composed, &world.read(TONE));
    assert!(world.run(&["restore", composed, "--version", "cafe-1"]).contains("1 file: 1 restored"));
    world.write(decomposed, "name: Stray\n");
    let said = world.run(&["restore", decomposed]);
    assert!(said.starts_with("exit 6\n") && said.contains("not kept"), "{said}");
    assert!(!world.run(&["restore", "--list", decomposed]).contains(".yaml"));
    assert_eq!(world.read(composed), first);
    assert!(world.run(&["restore", composed]).contains("1 file: 1 restored"));
    assert_eq!(world.read(composed), world.read(TONE));
    let said = world.run(&["push", decomposed]);
    assert!(!said.contains("pushed"), "{said}");
    assert!(world.run(&["push", composed]).contains("1 score: pushed"));
}

#[test]
fn a_file_in_the_other_unicode_form_comes_back_and_is_looked_into() {
    let guidelines = |name: &str| format!("scorecards/QA/guidelines/{name}.md");
    for name in ["Caf\u{e9}", "Cafe\u{301}"] {
        let world = World::with_dashboard();
        world.seed(score("cafe", "Caf\u{e9}").to_vec());
        assert!(world.run(&["pull"]).starts_with("exit 0\n"));
        let said = world.run(&["blame", &guidelines(name)]);
        assert!(said.contains("# Rules"), "{name}: {said}");
        for other in ["Caf\u{e9}", "Cafe\u{301}"] {
            let code = |name: &str| format!("scorecards/QA/{name}.yaml");
            let file = world.folder().join(code("Caf\u{e9}"));
            std::fs::remove_file(file).expect("there");
            let said = world.run(&["restore", &code(other)]);
            assert!(said.starts_with("exit 0\n") && said.contains("1 file: 1 restored"), "{other}: {said}");
            assert_eq!(world.read(&code("Caf\u{e9}")), "name: cafe\n");
            world.write(&code("Caf\u{e9}"), "a: [\n");
            let said = world.run(&["check", &code(other)]);
            assert!(said.starts_with("exit 1\n") && said.contains("unclosed bracket"), "{other}: {said}");
        }
    }
}
