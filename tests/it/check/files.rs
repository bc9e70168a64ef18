//! Checked files hold what is told of them, not their texts.

use scoresync::check::{KnownCatalog, RuleSet};
use scoresync::engine::{CheckedFile, check_files};
use scoresync::model::Catalog;
use scoresync::workspace::Workspace;
use std::fs;

fn checked(files: &[(&str, &str)]) -> Vec<CheckedFile> {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("QA/guidelines")).unwrap();
    files.iter().for_each(|(path, text)| fs::write(home.path().join("QA").join(path), text).unwrap());
    let known = KnownCatalog { catalog: &Catalog::default(), is_whole: true };
    check_files(&Workspace::new(home.path()), &[], known, &RuleSet::default()).unwrap().flatten().collect()
}

fn lines(file: &CheckedFile) -> Vec<(usize, &str)> {
    file.lines.iter().map(|(line, text)| (*line, &**text)).collect()
}

#[test]
fn a_text_is_held_only_where_it_can_be_fixed() {
    let prompt = "  a line that nobody wants to hear of\n".repeat(1_000);
    let loose = format!("name: A\nclass: Classifier\nsystem_message: |\n  TODO\n{prompt}");
    let fixable = format!("name: B\nclass: Classifier\nvalid_classes: [Yes, No]\nsystem_message: |\n{prompt}");
    let files = checked(&[("A.yaml", &loose), ("B.yaml", &fixable)]);
    assert_eq!((lines(&files[0]), files[0].text.is_none()), (vec![(4, "  TODO")], true), "{:?}", files[0].diagnostics);
    assert_eq!(files[1].text.as_deref(), Some(fixable.as_str()));
}

#[test]
fn lines_are_known_that_only_other_scores_tell_of() {
    let code = |key: &str| format!("# {key}\nname: A\nclass: Classifier\nkey: {key}\n");
    let files = checked(&[("A.yaml", &code("a")), ("B.yaml", &code("b"))]);
    let line = |file: &CheckedFile| file.findings().map(|finding| finding.start.line).collect::<Vec<_>>();
    assert!(line(&files[1]).contains(&2), "{:?}", files[1].diagnostics);
    assert!(files.iter().all(|file| line(file).iter().all(|line| file.lines.contains_key(line))));
    assert_eq!(files[1].lines[&2].as_ref(), "name: A");
}
