//! Checks working files, and fixes what is safe. Needs neither the dashboard nor, to look only, a state.

use crate::check::{
    self, ExaminedScore, Finding, FixedText, KnownCatalog, Lines, RuleSet, Texts, examine, fix_text, scorecard_of,
};
use crate::engine::diagnostic::Diagnostic;
use crate::engine::error::Halt;
use crate::engine::execute::replace::{FileChange, Replacement, prune_history, replace};
use crate::engine::file_report::RestoredFile;
use crate::engine::locked::Locked;
use crate::engine::observe::starting_point::catalog_of;
use crate::engine::select::{Directory, Selector, Targets};
use crate::model::{
    Catalog, DocKind, Layout, RelPath, ScoreId, ScorePaths, SyncKind, document_at, file_stem, folder_and_stem, folder_name,
    is_same_name, read_as,
};
use crate::state::{RunKind, State, StateError};
use crate::workspace::{FileError, FileReader, Workspace, in_parallel};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use wildmatch::WildMatch;

/// A file as it was checked.
#[derive(Clone, Debug)]
pub struct CheckedFile {
    /// Relative to the scorecards root.
    pub path: RelPath,
    /// What it is.
    pub kind: DocKind,
    /// It could be read.
    pub is_read: bool,
    /// Its text, where something in it can be fixed.
    pub text: Option<Arc<str>>,
    /// The lines, by number, at which findings begin.
    pub lines: BTreeMap<usize, Box<str>>,
    /// What was found, by place.
    pub diagnostics: Vec<Diagnostic>,
}

impl CheckedFile {
    /// What was found by rules.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.diagnostics.iter().filter_map(Diagnostic::finding)
    }

    /// The same, each with the file.
    pub fn findings_at(&self) -> impl Iterator<Item = (&RelPath, &Finding)> {
        self.findings().map(|finding| (&self.path, finding))
    }

    /// Keeps of its text what is needed to tell of these findings and to fix them.
    fn keep(&mut self, text: &Arc<str>, findings: &[&Finding]) {
        if findings.is_empty() {
            return;
        }
        let lines = Lines::of(text);
        let told = findings.iter().map(|finding| finding.start.line).map(|line| (line, lines.text(line).into()));
        self.lines.extend(told);
        if findings.iter().any(|finding| finding.fix_text.is_some()) {
            self.text = Some(text.clone());
        }
    }

    /// The text with all safe edits; none if there are none.
    fn fixed(&self) -> Option<FixedText> {
        fix_text(self.kind, self.text.as_ref()?, self.findings())
    }
}

/// Checks what `selectors` name, everything if there are none: the files of one folder after the other, as they are asked for,
/// small folders together.
/// A scorecard is always read whole, so that its scores know each other; `known` names those that have no files. Files that
/// are nobody's documents are left alone.
///
/// # Errors
/// The root cannot be listed; a selector names nothing that is there, or could mean several scores.
pub fn check_files<'a>(
    workspace: &'a Workspace,
    selectors: &[Selector],
    known: KnownCatalog<'a>,
    rules: &'a RuleSet,
) -> Result<impl Iterator<Item = Vec<CheckedFile>> + use<'a>, Halt> {
    let catalog = known.catalog;
    let documents = match cards_of(selectors) {
        Some(cards) => workspace.documents_in(&cards)?,
        None => workspace.documents()?,
    };
    let (mut chosen, layout) = (BTreeSet::new(), Layout::of(catalog));
    for selector in selectors {
        let named = named(selector, &documents, &Directory { catalog, layout: &layout })?;
        if named.is_empty() {
            nothing_there(workspace, selector)?;
        }
        chosen.extend(named);
    }
    let is_wanted = |path: &RelPath| selectors.is_empty() || chosen.contains(path);
    let mut folders: BTreeMap<String, Vec<WantedDocument>> = BTreeMap::new();
    for path in &documents {
        let document = WantedDocument { is_wanted: is_wanted(path), path: path.clone() };
        folders.entry(folder_and_stem(path).0.to_owned()).or_default().push(document);
    }
    folders.retain(|_, documents| documents.iter().any(|document| document.is_wanted));
    let mut names = names(catalog, &layout);
    let reader = workspace.reader()?;
    Ok(together(folders).into_iter().flat_map(move |folders| check_folders(&reader, &folders, &mut names, known, rules)))
}

/// Documents that are read at once, where their folders are small: so many keep all processors busy, and are soon done.
const AT_ONCE: usize = 1024;

/// A folder with its documents.
type WantedFolder = (String, Vec<WantedDocument>);

/// The folders in their order, small ones together.
fn together(folders: BTreeMap<String, Vec<WantedDocument>>) -> Vec<Vec<WantedFolder>> {
    let (mut all, mut size): (Vec<Vec<WantedFolder>>, usize) = (Vec::new(), 0);
    for folder in folders {
        let more = folder.1.len();
        match all.last_mut().filter(|_| size + more <= AT_ONCE) {
            Some(last) => last.push(folder),
            None => {
                all.push(vec![folder]);
                size = 0;
            }
        }
        size += more;
    }
    all
}

/// A document in a folder that is checked.
struct WantedDocument {
    path: RelPath,
    /// It is to be checked itself; others in its folder matter to it.
    is_wanted: bool,
}

/// The folders of scorecards that are asked for, where only documents are named.
fn cards_of(selectors: &[Selector]) -> Option<BTreeSet<&str>> {
    selectors.iter().map(card_of).collect::<Option<BTreeSet<&str>>>().filter(|cards| !cards.is_empty())
}

fn card_of(selector: &Selector) -> Option<&str> {
    match selector {
        Selector::Path(path) => document_at(path).map(|_| folder_and_stem(path).0),
        Selector::Score(_) | Selector::Word(_) => None,
    }
}

/// The part of the catalog last seen that a check of `selectors` needs: all of it, which standalone documents may name, or the
/// scorecards of the scores that are named.
///
/// # Errors
/// The state cannot be read.
pub fn catalog_for(state: &State, selectors: &[Selector]) -> Result<Catalog, StateError> {
    match cards_of(selectors).filter(|cards| !cards.iter().any(|card| SyncKind::at(card).is_standalone())) {
        Some(cards) => catalog_of(state, &cards),
        None => state.catalog(),
    }
}

/// Carries out the safe edits of what was checked; the bytes before are backed up. How many findings are ended.
///
/// # Errors
/// The state cannot be written. A file that is not what was checked any more, or cannot be written, is an error too; the
/// others are fixed.
pub fn fix_files(session: &mut Locked<'_>, checked: &[CheckedFile]) -> Result<usize, Halt> {
    let fixed: Vec<_> = checked.iter().filter_map(|file| Some((file, file.fixed()?))).collect();
    if fixed.is_empty() {
        return Ok(0);
    }
    let change = |(file, fixed): &(&CheckedFile, FixedText)| FileChange {
        path: file.path.clone(),
        before: file.text.clone().map(Arc::from),
        after: Some(fixed.text.as_bytes().into()),
    };
    let changes: Vec<FileChange> = fixed.iter().map(change).collect();
    let files = changes.iter().collect();
    let fix = Replacement { kind: &RunKind::Check, undoes: None, files, bases: Vec::new(), intents: Vec::new() };
    let done = replace(session, None, &fix)?.files;
    prune_history(session)?;
    let root = session.workspace.root();
    if let Some(error) = done.iter().find_map(|RestoredFile { path, outcome }| outcome.obstacle(root, path)) {
        return Err(Halt::File(error));
    }
    Ok(fixed.iter().map(|(_, fixed)| fixed.count).sum())
}

/// The documents that a selector names.
fn named<'a>(selector: &Selector, documents: &'a [RelPath], known: &Directory<'_>) -> Result<BTreeSet<&'a RelPath>, Halt> {
    let select = |is_meant: &dyn Fn(&RelPath) -> bool| documents.iter().filter(|path| is_meant(path)).collect();
    let lies_with = |id: &ScoreId, path: &RelPath| known.layout.paths.get(id).is_some_and(|paths| paths.lie_at(path));
    let word = match selector {
        Selector::Path(at) => return Ok(select(&|path| lies_at(at, path))),
        Selector::Score(id) => return Ok(select(&|path| lies_with(id, path))),
        Selector::Word(word) => word,
    };
    match known.resolve(&Targets { selectors: vec![selector.clone()], scorecards: Vec::new() }) {
        Ok(scores) => {
            // A scorecard and a pattern mean new files, too.
            let folder = folder_of_scorecard(word, &scores, known);
            let is_new = |path: &RelPath| folder == Some(folder_and_stem(path).0) || is_pattern(word) && is_called(word, path);
            let own: HashSet<&RelPath> =
                scores.iter().filter_map(|id| known.layout.paths.get(id)).flat_map(ScorePaths::files).collect();
            Ok(select(&|path| own.contains(path) || is_new(path)))
        }
        // What the dashboard does not know goes by the names of its files.
        Err(Halt::NoMatch { selector, suggestion }) => {
            let found: BTreeSet<_> = select(&|path| is_called(word, path));
            if found.is_empty() { Err(Halt::NoMatch { selector, suggestion }) } else { Ok(found) }
        }
        Err(other) => Err(other),
    }
}

/// The folder of the scorecard that a word names, if all its scores are meant.
fn folder_of_scorecard<'l>(word: &str, scores: &BTreeSet<ScoreId>, known: &Directory<'l>) -> Option<&'l str> {
    let card = known.scorecard(word).ok()?;
    let own = known.catalog.scores.iter().filter(|score| score.scorecard_id == card.id).map(|score| &score.id);
    let paths = known.layout.paths.get(scores.first()?)?;
    own.collect::<BTreeSet<_>>().into_iter().eq(scores).then(|| folder_and_stem(&paths.code).0)
}

/// A document selects its score's other one too: some findings are about both.
fn lies_at(at: &RelPath, path: &RelPath) -> bool {
    let ((folder, stem), (its_folder, its_stem)) = (folder_and_stem(at), folder_and_stem(path));
    let is_of_it = at.as_str().contains('/') && is_same_name(stem, its_stem) && is_same_name(folder, its_folder);
    is_of_it || at.holds(path)
}

/// A word is the name of a score or a scorecard, or a pattern of `Scorecard/Score`.
fn is_called(word: &str, path: &RelPath) -> bool {
    let (folder, stem) = folder_and_stem(path);
    let matches = || {
        let pattern = WildMatch::new(word);
        [stem, &format!("{folder}/{stem}"), path.as_str()].into_iter().any(|name| pattern.matches(name))
    };
    stem == file_stem(word) || folder == folder_name(word) || is_pattern(word) && matches()
}

fn is_pattern(word: &str) -> bool {
    word.contains(['*', '?'])
}

/// A file that is there, but no score's, is left alone; so are scores that have no files.
fn nothing_there(workspace: &Workspace, selector: &Selector) -> Result<(), Halt> {
    let Selector::Path(path) = selector else { return Ok(()) };
    match workspace.read(path) {
        Err(FileError::NotFound(_)) => Err(Halt::NoMatch { selector: path.to_string(), suggestion: None }),
        _ => Ok(()),
    }
}

/// Names of scores by the folder of their scorecard.
type NamesByFolder<'c> = BTreeMap<String, Vec<&'c str>>;

fn names<'c>(catalog: &'c Catalog, layout: &Layout) -> NamesByFolder<'c> {
    let mut names = NamesByFolder::new();
    for score in &catalog.scores {
        if let Some(paths) = layout.paths.get(&score.id) {
            names.entry(folder_and_stem(&paths.code).0.to_owned()).or_default().push(&score.name);
        }
    }
    names
}

/// Documents that stand for themselves, each by itself, on all processors.
fn check_standalone(
    reader: &FileReader<'_>,
    documents: &[WantedDocument],
    known: KnownCatalog<'_>,
    rules: &RuleSet,
) -> Vec<CheckedFile> {
    let wanted: Vec<&RelPath> = documents.iter().filter(|document| document.is_wanted).map(|document| &document.path).collect();
    in_parallel(&wanted, |path| {
        let (mut file, text) = read(reader, path);
        if let Some(text) = text {
            let found = check::documents(&[(file.kind, &*text)], None, known, rules);
            file.keep(&text, &found.iter().collect::<Vec<_>>());
            file.diagnostics.extend(found.into_iter().map(|finding| Diagnostic::of_finding(file.path.clone(), finding)));
        }
        file
    })
}

/// The documents of a score, and whether it is to be checked itself.
type ScoreDocuments<'d> = (Vec<&'d RelPath>, bool);

/// The files of a score with what is found in them; none where it is not to be checked itself.
type ExaminedPair = Option<(Vec<CheckedFile>, ExaminedScore)>;

/// Folders one after the other. Their scores are read and examined on all processors, those of all folders at once; of a text
/// only the lines are kept in which something was found, and all of it where that can be fixed.
fn check_folders(
    reader: &FileReader<'_>,
    folders: &[WantedFolder],
    names: &mut NamesByFolder<'_>,
    known: KnownCatalog<'_>,
    rules: &RuleSet,
) -> Vec<Vec<CheckedFile>> {
    let is_card = |folder: &str| SyncKind::at(folder) == SyncKind::Score;
    let cards = folders.iter().map(|(folder, documents)| if is_card(folder) { pairs(documents) } else { Vec::new() });
    let cards: Vec<Vec<ScoreDocuments<'_>>> = cards.collect();
    let all: Vec<&ScoreDocuments<'_>> = cards.iter().flatten().collect();
    let examined = in_parallel(&all, |(paths, is_wanted)| is_wanted.then(|| examine_pair(reader, paths, rules)));
    let mut examined = examined.into_iter();
    let check = |((folder, documents), pairs): (&WantedFolder, &Vec<ScoreDocuments<'_>>)| match is_card(folder) {
        true => {
            let examined = examined.by_ref().take(pairs.len()).collect();
            check_scorecard(reader, pairs, examined, &names.remove(folder).unwrap_or_default(), rules)
        }
        false => check_standalone(reader, documents, known, rules),
    };
    folders.iter().zip(&cards).map(check).collect()
}

fn pairs(documents: &[WantedDocument]) -> Vec<ScoreDocuments<'_>> {
    let mut pairs: BTreeMap<&str, ScoreDocuments<'_>> = BTreeMap::new();
    for WantedDocument { path, is_wanted } in documents {
        let pair = pairs.entry(folder_and_stem(path).1).or_default();
        pair.0.push(path);
        pair.1 |= is_wanted;
    }
    pairs.into_values().collect()
}

/// Of scores that nobody wants checked only those are looked into that can matter to the others.
fn check_scorecard(
    reader: &FileReader<'_>,
    pairs: &[ScoreDocuments<'_>],
    examined: Vec<ExaminedPair>,
    known: &[&str],
    rules: &RuleSet,
) -> Vec<CheckedFile> {
    let own: BTreeSet<&str> = examined.iter().flatten().flat_map(|(_, score)| score.names()).collect();
    let known_names: HashSet<&str> = known.iter().copied().collect();
    let is_open = |score: &ExaminedScore| score.depends_on_others() || score.referred().any(|name| !known_names.contains(name));
    let all_matter = examined.iter().flatten().any(|(_, score)| is_open(score));
    let matters = |code: &str| all_matter || own.iter().any(|name| may_say(code, name));
    let unwanted: Vec<&[&RelPath]> = pairs.iter().filter(|(_, is_wanted)| !is_wanted).map(|(paths, _)| &**paths).collect();
    let mut others = in_parallel(&unwanted, |paths| examine_name(reader, paths, matters)).into_iter();
    let (mut files, mut scores) = (Vec::new(), Vec::new());
    for wanted in examined {
        let (of_score, score) = wanted.unwrap_or_else(|| (Vec::new(), others.next().unwrap_or_default()));
        files.push(of_score);
        scores.push(score);
    }
    let found = scorecard_of(scores, known, rules);
    let told = |(files, found): (Vec<CheckedFile>, Vec<Finding>)| {
        files.into_iter().map(|file| told(reader, file, &found)).collect::<Vec<_>>()
    };
    files.into_iter().zip(found).flat_map(told).collect()
}

/// Code may have a name in it, however it is written: all its words are there, or a line that could say it has an escape.
fn may_say(code: &str, name: &str) -> bool {
    let is_escaped = |line: &str| line.contains('\\') && !line.starts_with([' ', '#', '-']);
    name.split_whitespace().all(|word| code.contains(word)) || code.lines().any(is_escaped)
}

/// What a score says of itself, where that can matter.
fn examine_name(reader: &FileReader<'_>, paths: &[&RelPath], matters: impl Fn(&str) -> bool) -> ExaminedScore {
    let code = paths.iter().find(|path| path.as_str().ends_with(".yaml"));
    let text = code.and_then(|path| reader.text(path).ok()).filter(|text| matters(text));
    text.map(|text| ExaminedScore::named(&text)).unwrap_or_default()
}

/// The files of a score, code first, and what is found in them.
fn examine_pair(reader: &FileReader<'_>, paths: &[&RelPath], rules: &RuleSet) -> (Vec<CheckedFile>, ExaminedScore) {
    let mut files: Vec<_> = paths.iter().map(|path| read(reader, path)).collect();
    files.sort_by_key(|(file, _)| file.kind);
    let text = |kind| files.iter().find(|(file, _)| file.kind == kind).and_then(|(_, text)| text.as_deref());
    let examined = examine(Texts { code: text(DocKind::Code), guidelines: text(DocKind::Guidelines) }, rules);
    let kept = files.into_iter().map(|(mut file, text)| {
        if let Some(text) = text {
            file.keep(&text, &examined.findings_in(file.kind).collect::<Vec<_>>());
        }
        file
    });
    (kept.collect(), examined)
}

/// A file with its findings. What other scores say about it may be at lines of which nothing was known: then its text is
/// read again.
fn told(reader: &FileReader<'_>, mut file: CheckedFile, findings: &[Finding]) -> CheckedFile {
    let found: Vec<&Finding> = findings.iter().filter(|finding| finding.kind == file.kind).collect();
    if found.iter().any(|finding| !file.lines.contains_key(&finding.start.line))
        && let (_, Some(text)) = read(reader, &file.path)
    {
        file.keep(&text, &found);
    }
    file.diagnostics.extend(found.into_iter().map(|finding| Diagnostic::of_finding(file.path.clone(), finding.clone())));
    file
}

/// A file in which nothing was found yet, and its text, if it can be read.
fn read(reader: &FileReader<'_>, path: &RelPath) -> (CheckedFile, Option<Arc<str>>) {
    let (kind, lines) = (read_as(path), BTreeMap::new());
    let file = CheckedFile { path: path.clone(), kind, is_read: true, text: None, lines, diagnostics: Vec::new() };
    match reader.text(path) {
        Ok(text) => (file, Some(text.into())),
        Err(error) => {
            let diagnostics = vec![Diagnostic::of_unreadable(path.clone(), error)];
            (CheckedFile { is_read: false, diagnostics, ..file }, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_folders_are_checked_together_in_their_order() {
        let documents = |count: usize| {
            let path = RelPath::parse("Card/A.yaml").expect("a safe path");
            (0..count).map(|_| WantedDocument { path: path.clone(), is_wanted: true }).collect::<Vec<_>>()
        };
        let sizes = [("a", 1), ("b", AT_ONCE - 1), ("c", 1), ("d", AT_ONCE + 1), ("e", 2), ("f", 3)];
        let folders = sizes.map(|(name, count)| (name.to_owned(), documents(count)));
        let together: Vec<Vec<String>> =
            together(folders.into()).into_iter().map(|part| part.into_iter().map(|(name, _)| name).collect()).collect();
        assert_eq!(together, [&["a", "b"][..], &["c"], &["d"], &["e", "f"]]);
    }
}
