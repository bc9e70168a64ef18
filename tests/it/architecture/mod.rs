//! How the house is built, read from its sources: which room may import which, the floors of the engine, no circles, one
//! name for one thing, short files.

mod sources;

use sources::{ModulePath, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Longest file of code, in lines; tables of data are no code.
const MOST_LINES: usize = 500;
const MOST_LINES_OF_MAIN: usize = 20;
/// The floors of the engine from the ground up: each imports only itself and those before it. A name is a file or a folder.
const ENGINE_FLOORS: [&[&str]; 6] = [
    &["error", "diagnostic", "file_report", "report", "select", "session", "locked", "git_record"],
    &["observe"],
    &["planned"],
    &["execute"],
    &["verbs"],
    &["follow"],
];
/// Type names that are declared more than once because they are the same idea.
const SAME_IDEA: [&str; 0] = [];

/// The rooms and what each may import, from the table in the documentation of the crate.
fn rooms() -> BTreeMap<String, BTreeSet<String>> {
    let lib = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("a readable source");
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! | ").filter(|row| row.starts_with(['[', '`'])));
    rows.map(|row| {
        let (room, rest) = row.split_once('|').expect("a first column");
        let room = room.trim_matches(['[', '`', ']', ' ']);
        let may = rest.trim_end_matches(['|', ' ']).rsplit('|').next().expect("a last column");
        let may = may.split(',').map(str::trim).filter(|word| *word != "–").map(str::to_owned).collect();
        (room.to_owned(), may)
    })
    .collect()
}

fn shown(module: &ModulePath) -> String {
    module.join("::")
}

fn file(path: &str, text: &str) -> (PathBuf, String) {
    (PathBuf::from(path), text.to_owned())
}

/// `a::one` imports `b::two` and `c`, in every form that a path can have.
#[test]
fn the_reader_sees_every_form_of_an_import() {
    let one = "use super::super::b::two::T;\nuse crate::{c::{self, U as V}, d::*};\n// crate::e\nfn f(_: &crate::g::X) { let _ = \
               \"crate::e\"; vec![super::h::y()] }\nuse std::crate_like;\n#[cfg(test)] mod tests { use crate::e::Z; }\n";
    let texts = [
        ("lib.rs", ""),
        ("a/mod.rs", "pub use one::A;"),
        ("a/one.rs", one),
        ("a/h.rs", ""),
        ("b/mod.rs", "pub mod two;"),
        ("b/two.rs", "pub use crate::i::T;"),
        ("c.rs", ""),
        ("d.rs", ""),
        ("e.rs", ""),
        ("g.rs", "use crate::a::A;"),
        ("i.rs", ""),
    ];
    let sources = Sources::of(texts.into_iter().map(|(path, text)| file(path, text)));
    let imports = sources.imports();
    let of = |path: &[&str]| -> Vec<String> {
        let module: ModulePath = path.iter().map(|part| (*part).to_owned()).collect();
        imports[&module].iter().map(|module| shown(module)).collect()
    };
    assert_eq!(of(&["a", "one"]), ["a::h", "c", "d", "g", "i"]);
    let circles: Vec<Vec<String>> =
        sources.circles().iter().map(|circle| circle.iter().map(|module| shown(module)).collect()).collect();
    assert_eq!(circles, [["a::one", "g"]]);
}

#[test]
fn rooms_import_only_what_they_may() {
    let (sources, rooms) = (Sources::read(), rooms());
    let mut wrong = Vec::new();
    for (module, imports) in sources.imports() {
        let Some(room) = module.first().filter(|room| *room != "main") else { continue };
        let Some(may) = rooms.get(room) else {
            wrong.push(format!("{}: the room {room} is not in the table of src/lib.rs", shown(module)));
            continue;
        };
        let others = imports.into_iter().filter_map(|from| from.first()).filter(|from| *from != room && !may.contains(*from));
        wrong.extend(others.map(|from| format!("{}: {room} may not import {from}", shown(module))));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let sources = Sources::read();
    let circles: Vec<String> = sources
        .circles()
        .iter()
        .map(|circle| circle.iter().map(|module| shown(module)).collect::<Vec<_>>().join(" ↔ "))
        .collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn the_engine_stands_on_its_floors() {
    let floor = |module: &ModulePath| {
        let name = module.get(1)?;
        let floor = ENGINE_FLOORS.iter().position(|names| names.contains(&name.as_str()));
        Some(floor.unwrap_or_else(|| panic!("engine::{name} is on no floor")))
    };
    let is_engine = |module: &ModulePath| module.first().is_some_and(|room| room == "engine");
    let mut wrong = Vec::new();
    for (module, imports) in Sources::read().imports() {
        let Some(own) = Some(module).filter(|module| is_engine(module)).and_then(floor) else { continue };
        let above = imports.into_iter().filter(|from| is_engine(from) && floor(from).is_none_or(|floor| floor > own));
        wrong.extend(above.map(|from| format!("{} imports {}, which stands above it", shown(module), shown(from))));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_type_name_means_one_thing() {
    let mut declared: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (module, source) in Sources::read().0 {
        for line in source.text.lines().take_while(|line| *line != "#[cfg(test)]") {
            declared_type(line).into_iter().for_each(|name| declared.entry(name.to_owned()).or_default().push(shown(&module)));
        }
    }
    let twice: Vec<String> = declared
        .into_iter()
        .filter(|(name, modules)| modules.len() > 1 && !SAME_IDEA.contains(&name.as_str()))
        .map(|(name, modules)| format!("{name}: {}", modules.join(", ")))
        .collect();
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

/// The type that a line declares.
fn declared_type(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.trim_start(),
        None => line,
    };
    let name = ["struct ", "enum ", "trait ", "type ", "union "].into_iter().find_map(|word| line.strip_prefix(word))?;
    let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    // What a trait's implementation says of `Item`, `Target` or `Err` is no declaration.
    (!line.starts_with("type ") || !["Item", "Target", "Err", "Error", "Value", "Output"].contains(&name)).then_some(name)
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = Sources::read()
        .0
        .values()
        .map(|source| (&source.file, source.text.lines().count()))
        .filter(|(file, lines)| *lines > if file.as_path() == Path::new("main.rs") { MOST_LINES_OF_MAIN } else { MOST_LINES })
        .map(|(file, lines)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<PathBuf> = Sources::read()
        .0
        .into_values()
        .filter(|source| !source.text.trim_start().starts_with("//!"))
        .map(|source| source.file)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}
