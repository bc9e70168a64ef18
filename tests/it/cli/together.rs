//! Two people with a workspace each, both followed, and a dashboard that writes as its forms do, without any condition: all
//! three come to the same texts by themselves, and every word that anybody wrote is somewhere.

use super::watch::{PATIENCE, Watch};
use super::world::World;
use scoresync::state::State;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Documents of each kind.
const DOCUMENTS: usize = 3;
/// Turns in which each of the three writes once.
const TURNS: usize = 12;
/// Each writes in a part of its own, so that nothing conflicts.
const PARTS: [&str; 3] = ["alpha", "beta", "gamma"];

/// A document, by its place in both lists.
#[derive(Clone, Copy)]
enum Document {
    Source(usize),
    Report(usize),
}

impl Document {
    fn all() -> impl Iterator<Item = Self> {
        (0..DOCUMENTS).flat_map(|number| [Self::Source(number), Self::Report(number)])
    }

    fn path(self) -> String {
        match self {
            Self::Source(number) => format!("data-sources/Source {number}.yaml"),
            Self::Report(number) => format!("report-configurations/Report {number}.md"),
        }
    }

    fn text(self) -> String {
        let part = |name: &str| format!("\n# {name} begins\n# one\n# two\n# {name} ends\n# -----\n");
        let head = match self {
            Self::Source(_) => "class: FeedbackItems\nscorecard: qa\ndays: 60\n",
            Self::Report(_) => "# Report\n",
        };
        PARTS.iter().fold(head.to_owned(), |text, name| text + &part(name))
    }

    fn row(self) -> (&'static str, Value) {
        let (name, text) = (self.path(), self.text());
        let name = name.split(['/', '.']).nth(1).expect("a name");
        match self {
            Self::Source(number) => (
                "DataSource",
                json!({ "id": format!("source-{number}"), "name": name, "accountId": "acme-id", "yamlConfiguration": text }),
            ),
            Self::Report(number) => (
                "ReportConfiguration",
                json!({ "id": format!("report-{number}"), "name": name, "accountId": "acme-id", "configuration": text }),
            ),
        }
    }

    /// What runs.
    fn head(self, world: &World) -> String {
        let (query, field) = match self {
            Self::Source(number) => {
                (format!("getDataSource(id: \"source-{number}\") {{ yamlConfiguration }}"), "yamlConfiguration")
            }
            Self::Report(number) => {
                (format!("getReportConfiguration(id: \"report-{number}\") {{ configuration }}"), "configuration")
            }
        };
        let reply = world.ask(&format!("query Q {{ one: {query} }}"));
        reply["one"][field].as_str().expect("a text").to_owned()
    }

    /// Writes `text` in the place of whatever runs. A source gets a version first.
    fn put(self, world: &World, text: &str) {
        let text = json!(text);
        match self {
            Self::Source(number) => {
                let input = format!("dataSourceId: \"source-{number}\", yamlConfiguration: {text}, isFeatured: \"true\"");
                let made = world.ask(&format!("mutation M {{ createDataSourceVersion(input: {{{input}}}) {{ id }} }}"));
                let version = &made["createDataSourceVersion"]["id"];
                let input = format!("id: \"source-{number}\", yamlConfiguration: {text}, currentVersionId: {version}");
                world.ask(&format!("mutation M {{ updateDataSource(input: {{{input}}}) {{ id }} }}"));
            }
            Self::Report(number) => {
                let input = format!("id: \"report-{number}\", configuration: {text}");
                world.ask(&format!("mutation M {{ updateReportConfiguration(input: {{{input}}}) {{ id }} }}"));
            }
        }
    }
}

/// `text` with a word at the end of a part.
fn with_word(text: &str, part: &str, word: &str) -> String {
    let end = format!("# {part} ends\n");
    assert!(text.contains(&end), "{text}");
    text.replace(&end, &format!("# {word}\n{end}"))
}

/// The two workspaces, pulled.
fn desks(world: &World) -> [PathBuf; 2] {
    let settings = world.read("scoresync.yaml");
    let more = "documents: [report-configurations, data-sources]\nwatch: {quiet: 200ms, promote: true}\n";
    let desks = [world.folder(), world.folder().with_file_name("other")];
    for desk in &desks {
        fs::create_dir_all(desk).expect("a folder");
        fs::write(desk.join("scoresync.yaml"), format!("{settings}{more}")).expect("a file");
        let said = world.run(&["-C", desk.to_str().expect("plain"), "pull"]);
        assert!(said.starts_with("exit 0\n"), "{said}");
    }
    desks
}

/// All texts of a workspace and of the dashboard.
fn texts(world: &World, desks: &[PathBuf]) -> Vec<String> {
    let mut texts: Vec<String> = Document::all().map(|document| document.head(world)).collect();
    let versions = world.ask("query Q { listDataSourceVersions(limit: 1000) { items { yamlConfiguration } } }");
    let versions = versions["listDataSourceVersions"]["items"].as_array().expect("rows").clone();
    texts.extend(versions.iter().map(|row| row["yamlConfiguration"].as_str().expect("a text").to_owned()));
    for desk in desks {
        let state = State::open(&desk.join(".scoresync")).expect("a state");
        let kept = state.backups().expect("readable").into_iter().filter_map(|kept| kept.replaced.before);
        let kept = kept.map(|digest| state.backup_bytes(&digest).expect("readable").expect("kept"));
        texts.extend(kept.map(|bytes| String::from_utf8(bytes).expect("text")));
    }
    texts
}

#[test]
fn two_workspaces_and_a_dashboard_come_to_the_same_texts_and_lose_no_word() {
    let world = World::with_dashboard();
    world.seed(Document::all().map(Document::row).collect());
    let desks = desks(&world);
    let mut watches = desks.each_ref().map(|desk| Watch::begin(&world, &["-C", desk.to_str().expect("plain"), "--yes"]));
    watches.iter_mut().for_each(|watch| drop(watch.hears("8 scores")));
    let (mut dice, mut words) = (fastrand::Rng::with_seed(7), Vec::new());
    let documents: Vec<Document> = Document::all().collect();
    for turn in 0..TURNS {
        for (who, part) in PARTS.iter().enumerate() {
            let (document, word) = (documents[dice.usize(..documents.len())], format!("{part}-{turn}"));
            match desks.get(who).map(|desk| desk.join(document.path())) {
                Some(file) => {
                    let text = fs::read_to_string(&file).expect("a readable file");
                    fs::write(&file, with_word(&text, part, &word)).expect("a writable file");
                }
                None => document.put(&world, &with_word(&document.head(&world), part, &word)),
            }
            words.push(word);
            std::thread::sleep(Duration::from_millis(dice.u64(20..300)));
        }
    }
    let differ = || -> Vec<String> {
        let agrees = |document: &Document| {
            let head = document.head(&world);
            desks.iter().all(|desk| fs::read_to_string(desk.join(document.path())).expect("readable") == head)
        };
        Document::all().filter(|document| !agrees(document)).map(Document::path).collect()
    };
    let end = Instant::now() + PATIENCE;
    while !differ().is_empty() {
        assert!(Instant::now() < end, "never the same: {:?}", differ());
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(watches);
    for desk in &desks {
        let said = world.run(&["-C", desk.to_str().expect("plain"), "status"]);
        assert!(said.contains("8 documents: all clean"), "{said}");
    }
    let there = texts(&world, &desks).join("\n");
    let lost: Vec<&String> = words.iter().filter(|word| !there.contains(&format!("# {word}\n"))).collect();
    assert!(lost.is_empty(), "nowhere: {lost:?}");
}
