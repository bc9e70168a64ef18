//! What is published: the README, the pages of docs, and the other documents at the top.

use scoresync::model::outline::Fence;
use std::path::Path;

/// A Markdown file of the repository.
pub struct Page {
    /// From the top of the repository, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl Page {
    /// One page.
    pub fn read(path: &str) -> Self {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
        Self { path: path.to_owned(), text: text.unwrap_or_else(|error| panic!("{path}: {error}")) }
    }

    /// A page that is made from the program says what is `made`; with `UPDATE_DOCS` set it is written first. `test` is its test.
    pub fn hold(path: &str, made: &str, test: &str) {
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), made).expect("written");
        }
        assert!(Self::read(path).text == made, "{path} is out of date: UPDATE_DOCS=1 cargo test {test}");
    }

    /// The lines that are no code, with the spans of code in them left out.
    pub fn prose(&self) -> String {
        self.uncoded().map(|line| line.split('`').step_by(2).collect::<Vec<_>>().join("") + "\n").collect()
    }

    /// Headings outside of code: level and text.
    pub fn headings(&self) -> Vec<(usize, String)> {
        let heading = |line: &str| {
            let level = line.chars().take_while(|c| *c == '#').count();
            line[level..].strip_prefix(' ').filter(|_| level > 0).map(|text| (level, text.trim().to_owned()))
        };
        self.uncoded().filter_map(heading).collect()
    }

    /// The lines that are no code.
    fn uncoded(&self) -> impl Iterator<Item = &str> {
        let mut open: Option<Fence<'_>> = None;
        self.text.lines().filter(move |line| {
            let line = line.trim_start();
            let was_open = open;
            open = match open {
                Some(fence) => Some(fence).filter(|fence| !fence.is_closed_by(line)),
                None => Fence::opened_by(line),
            };
            was_open.is_none() && open.is_none()
        })
    }

    /// The text below the heading with this text, up to the next of its level or above.
    pub fn section(&self, title: &str) -> Option<&str> {
        let start = self.text.lines().find(|line| line.starts_with('#') && line.trim_start_matches('#').trim() == title)?;
        let level = start.chars().take_while(|c| *c == '#').count();
        let from = start.as_ptr() as usize - self.text.as_ptr() as usize + start.len();
        let rest = &self.text[from..];
        let end = rest.match_indices("\n#").find(|(at, _)| {
            let next = rest[at + 1..].chars().take_while(|c| *c == '#').count();
            next <= level
        });
        Some(end.map_or(rest, |(at, _)| &rest[..at]))
    }
}

/// The README and every page of docs.
pub fn published() -> Vec<Page> {
    let mut paths = vec!["README.md".to_owned()];
    paths.extend(docs());
    paths.iter().map(|path| Page::read(path)).collect()
}

/// The pages below docs, in order, without the table of contents.
pub fn docs() -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec!["docs".to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder)).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.file_type().expect("a kind").is_dir() {
                folders.push(path);
            } else if path.ends_with(".md") && path != "docs/SUMMARY.md" {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
