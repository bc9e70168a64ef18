//! The settings files that all Plexus tools share: `.plexus/config.yaml` of a project and of a person.

use super::error::SettingsError;
use super::position::FilePosition;
use super::read::read_optional;
use super::setting::SettingSource;
use super::yaml::is_null;
use crate::check::{self, Lines};
use crate::model::DocKind;
use crate::model::yaml::{DefectKind, Id, Tree};
use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The folder, in a workspace and in the home folder.
pub const PLEXUS_FOLDER: &str = ".plexus";
/// The mapping of the files that is ours; the others belong to other tools.
const SECTION: &str = "plexus";
/// File names in the order in which they count.
const FILES: [&str; 2] = ["config.yaml", "config.yml"];

/// The keys that this tool reads; those of other tools are ignored.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    pub api_url: Option<String>,
    pub api_key: Option<String>,
    pub app_url: Option<String>,
    pub account_key: Option<String>,
    pub default_account_id: Option<String>,
    pub working_directory: Option<String>,
}

/// One file and what it says.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub source: SettingSource,
    pub values: Values,
}

/// The files of `folder` that exist, the one that counts most first; `source` says whose they are.
pub(super) fn layers(folder: &Path, source: fn(PathBuf) -> SettingSource) -> Result<Vec<Layer>, SettingsError> {
    let mut layers = Vec::new();
    for name in FILES {
        let path = folder.join(PLEXUS_FOLDER).join(name);
        if let Some(text) = read_optional(&path)? {
            layers.push(Layer { values: parse(&path, &text)?, source: source(path) });
        }
    }
    Ok(layers)
}

fn parse(path: &Path, text: &str) -> Result<Values, SettingsError> {
    let lines = Lines::of(text);
    let invalid = |at, message: &str| {
        let (line, column) = lines.place(at);
        let place = FilePosition { file: path.to_owned(), line, column };
        SettingsError::Invalid { place, message: message.to_owned() }
    };
    if let Some(fault) = check::markers(DocKind::Code, text) {
        let place = FilePosition { file: path.to_owned(), line: fault.line, column: fault.column };
        return Err(SettingsError::Invalid { place, message: fault.message });
    }
    let (tree, defects) = Tree::read(text);
    if let Some(defect) = defects.iter().find(|defect| defect.kind == DefectKind::Syntax) {
        return Err(invalid(defect.at, &defect.message));
    }
    // What is found may be an API key, so it is not repeated.
    let expected = |id: Id| invalid(tree.node(id).span.start, "a mapping `plexus:` with texts is expected here");
    let mapping = |id: &Id| if tree.pairs(*id).is_some() { Ok(*id) } else { Err(expected(*id)) };
    let is_written = |id: &Id| !is_null(&tree, *id);
    let Some(root) = tree.root().filter(is_written).as_ref().map(mapping).transpose()? else { return Ok(Values::default()) };
    let section = tree.get(root, SECTION).filter(is_written).as_ref().map(mapping).transpose()?;
    let is_ours = is_ours(&tree, root, section);
    if let Some(defect) = defects.iter().find(|defect| is_ours(defect.at)) {
        return Err(invalid(defect.at, &defect.message));
    }
    let Some(section) = section else { return Ok(Values::default()) };
    if let Some(id) = tree.merged(section).find(|id| tree.pairs(*id).is_none()) {
        return Err(invalid(tree.node(id).span.start, "a mapping, or a list of mappings, is expected behind `<<`"));
    }
    let value = |key| {
        let found = tree.get(section, key).filter(is_written);
        found.map(|id| tree.text_of(id).map(str::to_owned).ok_or_else(|| expected(id))).transpose()
    };
    Ok(Values {
        api_url: value("api_url")?,
        api_key: value("api_key")?,
        app_url: value("app_url")?,
        account_key: value("account_key")?,
        default_account_id: value("default_account_id")?,
        working_directory: value("working_directory")?,
    })
}

/// Where a key that stands twice makes doubtful what we read: in our section, in what is merged into it, or the section's name.
fn is_ours(tree: &Tree<'_>, root: Id, section: Option<Id>) -> impl Fn(usize) -> bool {
    let spans = section.map(|section| tree.merged(section).map(|id| tree.node(tree.target(id)).span.clone()).collect());
    let spans: Vec<Range<usize>> = spans.unwrap_or_default();
    let keys = tree.merged(root).flat_map(|map| tree.pairs(map).unwrap_or_default()).map(|(key, _)| *key);
    let names = keys.filter(|key| tree.text_of(*key) == Some(SECTION)).map(|key| tree.node(key).span.start);
    let names: HashSet<usize> = names.collect();
    move |at| names.contains(&at) || spans.iter().any(|span| span.contains(&at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plexus_mapping_counts_and_strangers_are_left_alone() {
        let values = parse(Path::new("c"), "plexus:\n  api_url: https://x\n  other: [1]\naws:\n  region: y\n").expect("good");
        assert_eq!((values.api_url.as_deref(), values.api_key), (Some("https://x"), None));
        assert!(parse(Path::new("c"), "").expect("empty").api_url.is_none());
    }

    #[test]
    fn merge_keys_bring_what_the_section_does_not_say_itself() {
        let read = |text: &str| {
            let values = parse(Path::new("c"), text).expect("good");
            (values.account_key.unwrap_or_default(), values.api_url.unwrap_or_default())
        };
        let base = "base: &base\n  account_key: theirs\n  api_url: https://x\nmore: &more {account_key: more}\n";
        let expected = |key: &str| (key.to_owned(), "https://x".to_owned());
        assert_eq!(read(&format!("{base}plexus:\n  <<: *base\n")), expected("theirs"));
        assert_eq!(read(&format!("{base}plexus:\n  account_key: mine\n  <<: *base\n")), expected("mine"));
        assert_eq!(read(&format!("{base}plexus:\n  <<: [*more, *base]\n")), expected("more"));
        assert_eq!(read(&format!("{base}plexus: *base\n")), expected("theirs"));
        assert_eq!(read("all: &all\n  plexus: {account_key: k, api_url: https://x}\n<<: *all\n"), expected("k"));
    }

    #[test]
    fn a_key_may_stand_twice_where_another_tool_reads_it() {
        let parse = |text: &str| parse(Path::new("c"), text).map_err(|error| error.to_string());
        for theirs in ["aws:\n  a: 1\n  a: 2\n", "aws: 1\naws: 2\n", "base: &base {a: 1, a: 2}\naws: *base\n"] {
            let values = parse(&format!("{theirs}plexus:\n  account_key: k\n")).expect("ours is sound");
            assert_eq!(values.account_key.as_deref(), Some("k"), "{theirs}");
        }
        for (ours, place) in [
            ("plexus:\n  api_url: a\n  api_url: b\n", "c:3:3: "),
            ("plexus: {api_url: a}\nplexus: {api_url: b}\n", "c:2:1: "),
            ("plexus:\n  api_url: a\n  other: {x: 1, x: 2}\n", "c:3:17: "),
            ("base: &base {api_url: a, api_url: b}\nplexus:\n  <<: *base\n", "c:1:26: "),
        ] {
            let error = parse(ours).expect_err("nobody knows which one counts");
            assert!(error.contains(place) && error.contains("appears twice"), "{ours}: {error}");
        }
    }

    #[test]
    fn a_value_is_a_text_or_nothing() {
        let account =
            |value: &str| parse(Path::new("c"), &format!("plexus:\n  account_key: {value}\n")).map(|read| read.account_key);
        for (value, expected) in
            [("a", Some("a")), ("'~'", Some("~")), ("12", Some("12")), ("", None), ("~", None), ("null", None)]
        {
            assert_eq!(account(value).expect("good").as_deref(), expected, "{value:?}");
        }
        for wrong in ["[a]", "{a: b}"] {
            assert!(account(wrong).is_err(), "{wrong}");
        }
        for wrong in ["plexus: text\n", "- plexus\n", "text\n"] {
            assert!(parse(Path::new("c"), wrong).is_err(), "{wrong:?}");
        }
        assert!(parse(Path::new("c"), "plexus:\n").is_ok() && parse(Path::new("c"), "~\n").is_ok());
    }

    /// What is merged into a mapping that is merged comes before the next one, and a later merge key first.
    #[test]
    fn merges_count_in_the_order_of_pyyaml() {
        let maps = "a: &a {account_key: a}\nb: &b {account_key: b}\nc: &c {<<: *a}\n";
        for (own, expected) in [
            ("<<: [*c, *b]", "a"),
            ("<<: [*b, *c]", "b"),
            ("<<: *b, <<: *c", "a"),
            ("<<: *c, <<: *b", "b"),
            ("<<: *a, <<: [*b, *c]", "b"),
            ("<<: *a, account_key: own", "own"),
        ] {
            let values = parse(Path::new("c"), &format!("{maps}plexus: {{{own}}}\n")).expect("good");
            assert_eq!(values.account_key.as_deref(), Some(expected), "{own}");
        }
    }

    #[test]
    fn what_is_merged_is_a_mapping() {
        for (merged, place) in [("text", "c:3:7"), ("", "c:3:5"), ("[{}, text]", "c:3:12"), ("*list", "c:1:18"), ("*it", "c:3:7")]
        {
            let text = format!("list: &list [&it x]\nplexus:\n  <<: {merged}\n");
            let error = parse(Path::new("c"), &text).expect_err(merged).to_string();
            assert!(error.contains(place) && error.contains("mapping"), "{merged}: {error}");
        }
        assert!(parse(Path::new("c"), "plexus:\n  <<: []\naws:\n  <<: text\n").is_ok());
    }

    #[test]
    fn a_wrong_type_is_named_without_its_value() {
        let error = parse(Path::new("c"), "plexus:\n  api_key: [da2-secret]\n").expect_err("a list is no key");
        assert!(!format!("{error:?} {error}").contains("secret"));
        assert!(error.to_string().contains("c:2:"), "{error}");
    }
}
