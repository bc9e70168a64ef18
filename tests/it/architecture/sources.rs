//! The sources of the crate as modules, and which file imports from which: read from tokens, so that comments and texts do
//! not count, with re-exports followed to the file that declares a name. Code for tests is left out.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A module's path from the crate's root, without `crate`.
pub type ModulePath = Vec<String>;

/// A file of the crate.
pub struct Source {
    /// From `src`.
    pub file: PathBuf,
    /// What it says.
    pub text: String,
    /// Every path that its code names, absolute.
    paths: BTreeSet<ModulePath>,
    /// Names that it hands on, with where they come from.
    exports: BTreeMap<String, ModulePath>,
}

/// All files that are built without tests, by module.
pub struct Sources(pub BTreeMap<ModulePath, Source>);

impl Sources {
    /// Those of this crate.
    pub fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        Self::of(files(&root).into_iter())
    }

    /// Files with their texts.
    pub fn of(files: impl Iterator<Item = (PathBuf, String)>) -> Self {
        let files: BTreeMap<ModulePath, (PathBuf, String)> = files.map(|(file, text)| (module_of(&file), (file, text))).collect();
        let modules: BTreeSet<ModulePath> = files.keys().cloned().collect();
        let mut sources = BTreeMap::new();
        let mut only_for_tests = BTreeSet::new();
        for (module, (file, text)) in files {
            let mut reader = Reader {
                module: &module,
                modules: &modules,
                paths: BTreeSet::new(),
                exports: BTreeMap::new(),
                tests: Vec::new(),
            };
            reader.read(TokenStream::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
            only_for_tests.extend(std::mem::take(&mut reader.tests));
            let (paths, exports) = (reader.paths, reader.exports);
            sources.insert(module.clone(), Source { file, text, paths, exports });
        }
        sources.retain(|module, _| !only_for_tests.iter().any(|tests| module.starts_with(tests)));
        Self(sources)
    }

    /// The modules that each module's file takes something from, itself left out.
    pub fn imports(&self) -> BTreeMap<&ModulePath, BTreeSet<&ModulePath>> {
        let of = |(module, source): (_, &Source)| {
            let taken = source.paths.iter().filter_map(|path| self.declared_in(path, 0));
            (module, taken.filter(|from| *from != module).collect())
        };
        self.0.iter().map(of).collect()
    }

    /// The module whose file declares what a path names.
    fn declared_in(&self, path: &[String], depth: usize) -> Option<&ModulePath> {
        let (module, source) = (0..=path.len()).rev().find_map(|end| self.0.get_key_value(&path[..end]))?;
        let name = path.get(module.len());
        match name.and_then(|name| source.exports.get(name)) {
            Some(target) if depth < 8 => self.declared_in(target, depth + 1).or(Some(module)),
            _ => Some(module),
        }
    }

    /// Groups of modules that import each other in a circle.
    pub fn circles(&self) -> Vec<Vec<&ModulePath>> {
        let imports = self.imports();
        let reach: BTreeMap<_, BTreeSet<_>> = imports.keys().map(|from| (*from, reachable(from, &imports))).collect();
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for from in imports.keys() {
            let circle: Vec<_> = reach[from].iter().copied().filter(|to| reach[to].contains(from)).collect();
            if !circle.is_empty() && seen.insert(circle.clone()) {
                circles.push(circle);
            }
        }
        circles
    }
}

fn reachable<'a>(from: &'a ModulePath, imports: &BTreeMap<&'a ModulePath, BTreeSet<&'a ModulePath>>) -> BTreeSet<&'a ModulePath> {
    let (mut found, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        next.extend(imports[module].iter().copied().filter(|to| found.insert(*to)));
    }
    found
}

/// Every Rust file under a folder, with its path from there.
fn files(root: &Path) -> Vec<(PathBuf, String)> {
    let (mut folders, mut found) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a readable source");
                found.push((path.strip_prefix(root).expect("below the root").to_owned(), text));
            }
        }
    }
    found
}

fn module_of(file: &Path) -> ModulePath {
    let mut parts: ModulePath = file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

/// Reads the paths of one file.
struct Reader<'a> {
    module: &'a ModulePath,
    modules: &'a BTreeSet<ModulePath>,
    paths: BTreeSet<ModulePath>,
    exports: BTreeMap<String, ModulePath>,
    /// Modules that are declared for tests only.
    tests: Vec<ModulePath>,
}

impl Reader<'_> {
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let (mut at, mut public) = (0, false);
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '#' && is_for_tests(tokens.get(at + 1)) => {
                    at = self.skip_item(&tokens, at + 2);
                    continue;
                }
                TokenTree::Ident(word) if word == "pub" => {
                    public = true;
                    // Where it may be seen is no import.
                    at += usize::from(matches!(tokens.get(at + 1), Some(TokenTree::Group(_))));
                }
                TokenTree::Ident(word) if word == "use" => {
                    at = self.use_tree(&tokens, at + 1, &[], public);
                    public = false;
                    continue;
                }
                TokenTree::Ident(word)
                    if ["crate", "super", "self"].iter().any(|start| word == start) && is_path(&tokens, at + 1) =>
                {
                    let (path, end) = path_at(&tokens, at);
                    self.paths.extend(self.absolute(&path));
                    at = end;
                    continue;
                }
                TokenTree::Group(group) => {
                    self.read(group.stream());
                    public = false;
                }
                _ => public = false,
            }
            at += 1;
        }
    }

    /// The end of an item that is for tests only.
    fn skip_item(&mut self, tokens: &[TokenTree], from: usize) -> usize {
        let end = tokens[from..].iter().position(|token| match token {
            TokenTree::Punct(sign) => sign.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        });
        let end = end.map_or(tokens.len(), |length| from + length + 1);
        let words: Vec<String> = tokens[from..end].iter().map(ToString::to_string).collect();
        if let Some(at) = words.iter().position(|word| word == "mod") {
            self.tests.push([self.module.clone(), vec![words[at + 1].clone()]].concat());
        }
        end
    }

    /// Reads one tree of a `use`; where it ends.
    fn use_tree(&mut self, tokens: &[TokenTree], mut at: usize, prefix: &[String], public: bool) -> usize {
        let mut path = prefix.to_vec();
        let mut name = None;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Ident(word) if word == "as" => {
                    name = tokens.get(at + 1).map(ToString::to_string);
                    at += 1;
                }
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Group(group) => {
                    self.use_group(group, &path, public);
                    path.clear();
                }
                TokenTree::Punct(sign) if matches!(sign.as_char(), ';' | ',') => {
                    at += 1;
                    break;
                }
                _ => {}
            }
            at += 1;
        }
        if !path.is_empty() {
            if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                path.pop();
            }
            let name = name.or_else(|| path.last().cloned()).expect("a path has a last name");
            if let Some(path) = self.absolute(&path) {
                if public {
                    self.exports.insert(name, path.clone());
                }
                self.paths.insert(path);
            }
        }
        at
    }

    fn use_group(&mut self, group: &Group, prefix: &[String], public: bool) {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at = self.use_tree(&tokens, at, prefix, public);
        }
    }

    /// A path from the crate's root; none if it leads into another crate.
    fn absolute(&self, path: &[String]) -> Option<ModulePath> {
        match path.first().map(String::as_str)? {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([self.module.clone(), path[1..].to_vec()].concat()),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                let module = &self.module[..self.module.len().checked_sub(ups)?];
                Some([module.to_vec(), path[ups..].to_vec()].concat())
            }
            first => {
                let child = [self.module.clone(), vec![first.to_owned()]].concat();
                self.modules.contains(&child).then(|| [self.module.clone(), path.to_vec()].concat())
            }
        }
    }
}

fn is_for_tests(attribute: Option<&TokenTree>) -> bool {
    matches!(attribute, Some(TokenTree::Group(group)) if group.stream().to_string().replace(' ', "") == "cfg(test)")
}

/// `::` stands here.
fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// The names of a path that begins here, and where it ends.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut path = vec![tokens[at].to_string()];
    at += 1;
    while is_path(tokens, at) {
        let Some(TokenTree::Ident(word)) = tokens.get(at + 2) else { break };
        path.push(word.to_string());
        at += 3;
    }
    (path, at)
}
