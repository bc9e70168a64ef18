//! `docs/models.md` names every method of the Python models, and nothing of ours that is not there.

use super::pages::Page;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;

/// The classes and their methods, without those that each of them has (`__init__`, `fields`, `from_dict`). `DataSet` has no
/// others; of it, its attributes.
const CLASSES: [(&str, &str); 18] = [
    ("Account", "get_by_id get_by_key list_by_key update"),
    ("BatchJob", "create get_by_id update"),
    ("DataSet", "createdAt dataSource dataSourceId errorMessage filePath id name source status updatedAt"),
    ("DataSource", "get get_by_name list list_by_key list_by_name"),
    ("Evaluation", "create get_by_id update"),
    ("FeedbackChangeDetail", "count_by_account_id create delete_all_by_account_id get list"),
    (
        "FeedbackItem",
        "count_by_account_id create delete_all_by_account_id generate_cache_key get get_by_composite_key list \
         load_change_details upsert_by_cache_key",
    ),
    (
        "Identifier",
        "batch_create_for_item batch_find_by_values create delete find_by_name_and_value find_by_value list_by_item_id update",
    ),
    ("Item", "create find_by_identifier get_by_id list update upsert_by_identifiers"),
    ("Report", "create delete delete_by_id delete_multiple get_by_name list_by_account_id update"),
    ("ReportBlock", "create list_by_report_id update"),
    ("ReportConfiguration", "create get_by_name list_by_account_and_name list_by_account_id update"),
    (
        "Score",
        "create_version_from_code create_version_from_yaml get_by_external_id get_by_id get_by_key get_by_name \
         get_by_scorecard_and_external_id get_champion_code_yaml get_champion_configuration_yaml get_code get_local_code_path \
         get_local_configuration_path get_local_guidelines_path get_valid_classes get_valid_classes_count list_by_section_id \
         pull_code_and_guidelines pull_configuration push_code_and_guidelines push_configuration",
    ),
    ("ScoreResult", "batch_create create find_by_cache_key get_by_id numeric_value scoreName update"),
    (
        "Scorecard",
        "create get_by_account_and_external_id get_by_external_id get_by_id get_by_key get_by_name list_by_external_id \
         list_by_key list_by_name",
    ),
    ("ScoringJob", "create find_by_item_id find_existing_job get_batch_job get_by_id update"),
    (
        "Task",
        "acquire_lock advance_stage complete_processing create create_stage create_stages_batch create_with_stages \
         fail_current_stage fail_processing get_by_id get_stages list_tasks release_lock start_processing update update_progress",
    ),
    ("TaskStage", "complete_processing create fail_processing get_by_id start_processing update"),
];

/// What a row says of methods that the service does not answer.
const REFUSED: &str = "Refused today";

/// The spans of code of a text.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The rows of the table of a class: its methods, and what is said of them.
fn rows(page: &Page, class: &str) -> Vec<(Vec<String>, String)> {
    let section = page.section(class).unwrap_or_else(|| panic!("there is no section of {class}"));
    let lines = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let rows = lines.filter(|(methods, _)| *methods != "Python");
    rows.map(|(methods, said)| (spans(methods).map(str::to_owned).collect(), said.to_owned())).collect()
}

/// Whether each call of `Class.method` in `fixtures/operations` is refused.
fn refusals() -> BTreeMap<String, bool> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/operations");
    let mut refusals = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a fixture");
        for operation in text.split("- call: ").skip(1) {
            let name = operation.lines().next().expect("a name").split(',').next().expect("a method");
            *refusals.entry(name.to_owned()).or_insert(true) &= operation.contains("\n  refused: true");
        }
    }
    refusals
}

/// What the sources declare, as `Type::member` and `room::Type`.
fn declared() -> BTreeSet<String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut names, mut next) = (BTreeSet::new(), vec![top.clone()]);
    while let Some(path) = next.pop() {
        if path.is_dir() {
            next.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            let room = path.strip_prefix(&top).expect("below src").components().next().expect("a room");
            let room = room.as_os_str().to_string_lossy().replace(".rs", "");
            declare(TokenStream::from_str(&text).expect("Rust"), &room, &mut names);
        }
    }
    names
}

/// Types and functions of a room, and the members of each block: functions, and what a type has in its own.
fn declare(tokens: TokenStream, room: &str, names: &mut BTreeSet<String>) {
    let mut heading: Vec<String> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => heading.push(ident.to_string()),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                if let Some(owner) = owner(&heading) {
                    let has_fields = heading.iter().any(|word| word == "struct" || word == "enum");
                    names.insert(format!("{room}::{owner}"));
                    names.extend(members(group.stream(), has_fields).map(|member| format!("{owner}::{member}")));
                }
                heading.clear();
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => heading.clear(),
            _ => {}
        }
    }
}

/// The names after `fn`; all names in a type's own block.
fn members(block: TokenStream, has_fields: bool) -> impl Iterator<Item = String> {
    let mut before = String::new();
    block.into_iter().filter_map(move |token| {
        let TokenTree::Ident(ident) = token else { return None };
        let is_member = has_fields || before == "fn";
        before = ident.to_string();
        is_member.then(|| before.clone())
    })
}

/// Whose block follows these words: `impl Trait for Type`, `pub struct Type`, `fn name`.
fn owner(heading: &[String]) -> Option<&String> {
    let after = |word: &str| heading.iter().position(|other| other == word).and_then(|at| heading.get(at + 1));
    let is_impl = heading.iter().any(|word| word == "impl");
    after("for").filter(|_| is_impl).or_else(|| ["fn", "trait", "struct", "enum", "impl"].into_iter().find_map(after))
}

#[test]
fn every_method_of_every_class_has_its_row() {
    let page = Page::read("docs/models.md");
    let sections: Vec<String> = page.headings().into_iter().filter(|(level, _)| *level == 2).map(|(_, title)| title).collect();
    let mut expected: Vec<&str> = CLASSES.iter().map(|(class, _)| *class).collect();
    expected.push("Figures");
    assert_eq!(sections, expected);
    for (class, methods) in CLASSES {
        let mut told: Vec<String> = rows(&page, class).into_iter().flat_map(|(methods, _)| methods).collect();
        told.sort();
        let mut methods: Vec<&str> = methods.split_whitespace().collect();
        methods.sort_unstable();
        assert_eq!(told, methods, "{class}");
    }
}

#[test]
fn what_is_said_to_be_refused_is_refused() {
    let (page, refusals) = (Page::read("docs/models.md"), refusals());
    let mut known = 0;
    for (class, _) in CLASSES {
        for (methods, said) in rows(&page, class) {
            for method in methods {
                let Some(refused) = refusals.get(&format!("{class}.{method}")) else { continue };
                known += 1;
                assert_eq!(said.contains(REFUSED), *refused, "{class}.{method}: {said}");
            }
        }
    }
    assert!(known > 80, "calls that are replayed: {known}");
    // Each class inherits `get_by_id`.
    let is_told = |class: &str, method: &str| {
        let methods = CLASSES.iter().find(|(other, _)| *other == class).map(|(_, methods)| methods);
        methods.is_none_or(|methods| method == "get_by_id" || methods.split_whitespace().any(|other| other == method))
    };
    let unknown: Vec<&String> =
        refusals.keys().filter(|name| name.split_once('.').is_some_and(|(class, method)| !is_told(class, method))).collect();
    assert!(unknown.is_empty(), "replayed, and no methods: {unknown:?}");
}

#[test]
fn names_of_the_source_are_those_of_the_source() {
    let (page, declared) = (Page::read("docs/models.md"), declared());
    let rooms: BTreeSet<&str> = declared.iter().filter_map(|name| name.split("::").next()).collect();
    assert!(rooms.contains("Records") && rooms.contains("model"), "the sources are read");
    let paths = spans(&page.text).filter(|span| span.starts_with("src/"));
    let gone: Vec<&str> = paths.filter(|path| !Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists()).collect();
    assert!(gone.is_empty(), "there is no {gone:?}");
    let names: Vec<&str> = spans(&page.text).filter(|span| span.contains("::") && *span != "::").collect();
    assert!(names.len() > 40, "names: {names:?}");
    let gone: Vec<&&str> = names.iter().filter(|name| !declared.contains(**name)).collect();
    assert!(gone.is_empty(), "there is no {gone:?} in src");
}

#[test]
fn every_class_names_the_file_that_reads_it() {
    let page = Page::read("docs/models.md");
    for (class, _) in CLASSES {
        let section = page.section(class).expect("a section");
        let introduction = section.split("\n|").next().expect("what comes before the table");
        assert!(spans(introduction).any(|span| span.starts_with("src/")), "{class} names no file");
    }
}
