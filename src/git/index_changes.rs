//! What an index changes against HEAD, from the index's file: a repository has many files, and few of them are staged. Folders
//! whose trees git has noted in the index, and that HEAD has as they are, are passed over.

use super::index_file::{IndexEntry, IndexFile};
use git2::{FileMode, ObjectType, Oid, Repository, Tree};
use std::collections::{BTreeMap, HashMap};

/// What staging did to a file, compared with HEAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StagedChange {
    /// HEAD does not have it.
    Added,
    /// HEAD has other bytes.
    Modified,
    /// HEAD has it, the index does not.
    Deleted,
    /// A merge conflict that is not resolved; git itself refuses to commit it.
    Unmerged,
}

/// A difference between HEAD and the index.
#[derive(Clone)]
pub(super) struct IndexChange {
    /// From the top of the working tree.
    pub path: Vec<u8>,
    pub change: StagedChange,
    /// What the index has; of nothing where it has no one entry.
    pub id: Oid,
    /// It is a file there: no link, no submodule.
    pub is_file: bool,
}

/// What an index changes in a folder, as it is called from the top of the working tree: empty for all. `head` is the tree of
/// all.
pub(super) fn changes_in(
    repository: &Repository,
    index: &IndexFile<'_>,
    head: Option<&Tree<'_>>,
    folder: &str,
) -> Result<Vec<IndexChange>, git2::Error> {
    let tree = match head {
        Some(head) if folder.is_empty() => Some(head.id()),
        Some(head) => {
            head.get_path(folder.as_ref()).ok().filter(|entry| entry.kind() == Some(ObjectType::Tree)).map(|entry| entry.id())
        }
        None => None,
    };
    let mut comparison = IndexComparison { repository, trees: &index.trees, changes: Vec::new() };
    let path = if folder.is_empty() { Vec::new() } else { format!("{folder}/").into_bytes() };
    comparison.folder(&path, tree, index.below(&path))?;
    Ok(comparison.changes)
}

struct IndexComparison<'c> {
    repository: &'c Repository,
    trees: &'c HashMap<Vec<u8>, Oid>,
    changes: Vec<IndexChange>,
}

/// What both sides have under one name.
#[derive(Default)]
struct NameSides<'e> {
    /// HEAD's object and mode.
    head: Option<(Oid, i32)>,
    /// The index's entry, or all entries below the name.
    entries: &'e [IndexEntry<'e>],
    is_folder: bool,
}

impl IndexComparison<'_> {
    /// Compares what is below `path`, which is empty or ends with a slash.
    fn folder(&mut self, path: &[u8], tree: Option<Oid>, entries: &[IndexEntry<'_>]) -> Result<(), git2::Error> {
        if tree.is_some() && self.trees.get(path.strip_suffix(b"/").unwrap_or(path)) == tree.as_ref() {
            return Ok(());
        }
        let tree = tree.map(|id| self.repository.find_tree(id)).transpose()?;
        let mut names: BTreeMap<Vec<u8>, NameSides<'_>> = BTreeMap::new();
        for entry in tree.iter().flat_map(Tree::iter) {
            names.entry(entry.name_bytes().to_vec()).or_default().head = Some((entry.id(), entry.filemode()));
        }
        for group in entries.chunk_by(|a, b| part(a, path) == part(b, path)) {
            let name = part(&group[0], path);
            let is_folder = group[0].path.len() > path.len() + name.len();
            let slot = names.entry(name.to_vec()).or_default();
            (slot.entries, slot.is_folder) = (group, is_folder);
        }
        names.into_iter().try_for_each(|(name, both)| self.name([path, name.as_slice()].concat(), &both))
    }

    fn name(&mut self, path: Vec<u8>, both: &NameSides<'_>) -> Result<(), git2::Error> {
        let tree = both.head.filter(|(_, mode)| *mode == i32::from(FileMode::Tree)).map(|(id, _)| id);
        let file = both.head.filter(|_| tree.is_none());
        let (inside, entry) = if both.is_folder { (both.entries, None) } else { (&[][..], both.entries.first()) };
        if tree.is_some() || both.is_folder {
            self.folder(&[path.as_slice(), b"/"].concat(), tree, inside)?;
        }
        let change = match (file, entry) {
            (_, Some(entry)) if entry.is_conflict => StagedChange::Unmerged,
            // What is only planned to be added is not there yet.
            (Some(_), Some(entry)) if entry.is_planned => StagedChange::Deleted,
            (None, Some(entry)) if !entry.is_planned => StagedChange::Added,
            (Some((id, mode)), Some(entry)) if (id, mode) != (entry.id, entry.mode) => StagedChange::Modified,
            (Some(_), None) => StagedChange::Deleted,
            _ => return Ok(()),
        };
        let is_file = entry.is_some_and(|entry| entry.mode & 0o170_000 == 0o100_000);
        self.changes.push(IndexChange { path, change, id: entry.map_or(Oid::ZERO_SHA1, |entry| entry.id), is_file });
        Ok(())
    }
}

/// The next part of an entry's path below a folder.
fn part<'e>(entry: &IndexEntry<'e>, folder: &[u8]) -> &'e [u8] {
    let below = &entry.path[folder.len()..];
    below.split(|byte| *byte == b'/').next().unwrap_or(below)
}
