//! Replaces and creates files so that every reader, and every moment after a crash, sees the old file or the new one whole.
//!
//! A batch goes in four steps: find the places; write every file beside its place and flush it (`flush.rs`); then, one after
//! another, check each expectation and put the new file in its place; then flush each folder once. An error before the third
//! step leaves nothing but the old file.
//!
//! Replacing exchanges the two files in one step of the system and looks at what came out: if somebody saved the file since
//! it was checked, the exchange is taken back, so that no edit is lost. What replaces keeps mode and owner of what it
//! replaces; hard links to the old file keep the old file, and extended attributes stay behind.
//!
//! RACE: a program that has the file open for writing across the exchange writes into the file that goes away. It is
//! harmless for editors that save whole files (before the exchange: seen; after it: they replace ours).
//! RACE: where the system cannot exchange files, an edit between the check and the rename is lost. The window is some
//! microseconds.

use super::error::FileError;
use super::flush::{FileFlush, flush_files, flush_folders};
use super::permission::may_write;
use super::read::{described, digest};
use super::resolve::{FilePlace, FoundFile, ScorecardsRoot};
use super::stat::{file_stat, now, read_when_placed};
use super::temporary;
use crate::model::{CachedFile, Digest, Expect, FileStat, MAX_FILE_BYTES, RelPath, read_as};
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempPath};

/// What the stat cache may remember of a file that was written.
type WriteResult = Result<Option<CachedFile>, FileError>;

/// One file to replace or create.
#[derive(Clone, Copy, Debug)]
pub struct WriteRequest<'a> {
    /// Where.
    pub path: &'a RelPath,
    /// Its exact new bytes.
    pub bytes: &'a [u8],
    /// What must be there now.
    pub expect: Expect,
}

/// A new file that waits beside its place.
struct StagedWrite {
    temp: TempPath,
    target: PathBuf,
    /// What the stat cache may remember of it beside its place; none if its bytes are not UTF-8.
    described: Option<CachedFile>,
}

/// [`super::Workspace::write_all`].
pub(super) fn write_all(root: &Path, owner: &str, requests: &[WriteRequest<'_>]) -> Vec<WriteResult> {
    let root = match ScorecardsRoot::make(root) {
        Ok(root) => root,
        Err(error) => return requests.iter().map(|_| Err(error.clone())).collect(),
    };
    let mut changed = BTreeSet::new();
    let places = places(&root, requests, &mut changed);
    let jobs: Vec<_> = requests.iter().zip(places).collect();
    let flush = FileFlush::of(root.place(), requests.len());
    let staged = flush.map(&jobs, |(request, place)| stage(owner, request, place.as_ref().map_err(Clone::clone)?, &flush));
    let staged = if flush.ended() { staged } else { flushed(staged) };
    let mut results: Vec<WriteResult> = Vec::with_capacity(requests.len());
    for (request, staged) in requests.iter().zip(staged) {
        results.push(staged.and_then(|staged| {
            changed.extend(staged.target.parent().map(Path::to_owned));
            commit(request, staged)
        }));
    }
    if let Err(error) = flush_folders(&changed) {
        results.iter_mut().filter(|result| result.is_ok()).for_each(|result| *result = Err(error.clone()));
    }
    results.into_iter().map(|result| result.map_err(|error| root.shown(error))).collect()
}

/// The files, each flushed for itself; an error for those that could not be.
fn flushed(staged: Vec<Result<StagedWrite, FileError>>) -> Vec<Result<StagedWrite, FileError>> {
    let paths: Vec<&Path> = staged.iter().flatten().map(|staged| &*staged.temp).collect();
    let mut results = flush_files(&paths).into_iter();
    let mut result = |staged: StagedWrite| {
        let result = results.next().expect("one for each that was written");
        result.map_err(FileError::at(&staged.target)).map(|()| staged)
    };
    staged.into_iter().map(|staged| staged.and_then(&mut result)).collect()
}

/// Where each file goes. Folders are made only for files that are to be created.
fn places(
    root: &ScorecardsRoot,
    requests: &[WriteRequest<'_>],
    changed: &mut BTreeSet<PathBuf>,
) -> Vec<Result<FilePlace, FileError>> {
    let mut folders: HashMap<(&str, bool), Result<PathBuf, FileError>> = HashMap::new();
    requests
        .iter()
        .map(|request| {
            let (folder, name) = (request.path.folder(), request.path.file_name());
            let create = request.expect == Expect::Absent;
            let found = folders.entry((folder, create)).or_insert_with(|| match create {
                true => root.make_folder(folder, changed),
                false => root.folder(folder)?.ok_or_else(|| FileError::Changed(root.named(request.path))),
            });
            root.locate(found.as_ref().map_err(Clone::clone)?, name)
        })
        .collect()
}

/// Writes and flushes the new file beside its place.
fn stage(owner: &str, request: &WriteRequest<'_>, place: &FilePlace, flush: &FileFlush) -> Result<StagedWrite, FileError> {
    let (target, old) = match (place, request.expect) {
        (FilePlace::Absent(path), Expect::Absent) => (path, None),
        (FilePlace::File(found), Expect::Bytes(_)) => (&found.file, Some(&found.metadata)),
        (FilePlace::Absent(path) | FilePlace::File(FoundFile { file: path, .. }), _) => {
            return Err(FileError::Changed(path.clone()));
        }
    };
    if request.bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(FileError::too_large(target, request.bytes.len() as u64));
    }
    if let Some(old) = old {
        require_writable(target, old)?;
    }
    let (temp, stat) = new_file(owner, target, request.bytes, old, flush).map_err(FileError::at_entry(target))?;
    let described = described(read_as(request.path), request.bytes, stat, 0).ok();
    Ok(StagedWrite { temp, target: target.clone(), described })
}

fn new_file(
    owner: &str,
    target: &Path,
    bytes: &[u8],
    old: Option<&Metadata>,
    flush: &FileFlush,
) -> io::Result<(TempPath, FileStat)> {
    let mut temp = temporary_beside(owner, target)?;
    temp.write_all(bytes)?;
    if let Some(old) = old {
        keep_owner(temp.as_file(), old);
        temp.as_file().set_permissions(old.permissions())?;
    }
    let metadata = temp.as_file().metadata()?;
    flush.written(temp.as_file(), &metadata)?;
    Ok((temp.into_temp_path(), file_stat(&metadata)))
}

/// A new file beside `target`, removed when dropped, with the permissions that new files get here.
fn temporary_beside(owner: &str, target: &Path) -> io::Result<NamedTempFile> {
    temporary::make(owner, |builder| {
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(target.parent().unwrap_or(Path::new(".")))
    })
}

/// Gives the file the owner of what it replaces, as far as the system lets us: only root gives files away.
#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    if fchown(file, Some(old.uid()), Some(old.gid())).is_err() {
        let _ = fchown(file, None, Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

/// Refuses a file without write permission: a rename would replace it all the same, and root may write every file.
pub(super) fn require_writable(path: &Path, metadata: &Metadata) -> Result<(), FileError> {
    let nobody_may = metadata.permissions().readonly();
    if nobody_may || !may_write(path) { Err(FileError::ReadOnly(path.to_owned())) } else { Ok(()) }
}

/// Checks the expectation and puts the new file in its place.
fn commit(request: &WriteRequest<'_>, staged: StagedWrite) -> WriteResult {
    let StagedWrite { temp, target, described } = staged;
    let placed = now();
    match request.expect {
        Expect::Absent => temp.persist_noclobber(&target).map_err(|failed| taken(&[&target], &failed.error))?,
        Expect::Bytes(expected) => replace(temp, &target, expected)?,
    }
    Ok(described.map(|file| {
        let stat = settled(&target, file.stat);
        CachedFile { stat, read_at: read_when_placed(&stat, placed), ..file }
    }))
}

/// What it means that a file could not be put where nothing should be: at the last of `paths`, the first is where it was.
pub(super) fn taken(paths: &[&Path], error: &io::Error) -> FileError {
    match (error.kind(), paths.last()) {
        (io::ErrorKind::AlreadyExists, Some(path)) => FileError::Changed(path.to_path_buf()),
        _ => FileError::of_entries(paths, error),
    }
}

/// The file's stat in its place, for the cache. If it is not the file that was put there, the stat from before stays, which
/// no file has any more.
fn settled(target: &Path, before: FileStat) -> FileStat {
    let after = fs::symlink_metadata(target).map_or(before, |metadata| file_stat(&metadata));
    if (FileStat { changed: before.changed, ..after }) == before { after } else { before }
}

fn replace(temp: TempPath, target: &Path, expected: Digest) -> Result<(), FileError> {
    if !holds(target, expected) {
        return Err(FileError::Changed(target.to_owned()));
    }
    match exchange(&temp, target) {
        Ok(()) if holds(&temp, expected) => temp.close().map_err(FileError::at(target)),
        Ok(()) => Err(put_back(temp, target)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(FileError::Changed(target.to_owned())),
        Err(_) => temp.persist(target).map_err(|failed| FileError::of_entries(&[target], &failed.error)),
    }
}

/// The file at `path` has the expected bytes.
pub(super) fn holds(path: &Path, expected: Digest) -> bool {
    digest(path).is_ok_and(|found| found == expected)
}

/// Undoes an exchange that took away somebody's edit. If even that fails, the edit gets a name that no later run removes.
fn put_back(temp: TempPath, target: &Path) -> FileError {
    if exchange(&temp, target).is_ok() {
        return FileError::Changed(target.to_owned());
    }
    match temp.persist_noclobber(target) {
        Ok(()) => FileError::Changed(target.to_owned()),
        Err(failed) => keep_aside(failed.path, target),
    }
}

/// Keeps what was found in place of the expected file, beside it, and says where.
pub(super) fn keep_aside(temp: TempPath, target: &Path) -> FileError {
    let aside = temp.with_extension("kept");
    let kept = temp.keep().map_err(|failed| failed.error).and_then(|path| fs::rename(path, &aside));
    let message = match kept {
        Ok(()) => format!("changed meanwhile; what was there is now in {}", aside.display()),
        Err(error) => error.to_string(),
    };
    FileError::Io { path: target.to_owned(), message }
}

/// Gives two files each other's names, in one step of the system.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
pub(super) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

/// Gives two files each other's names, in one step of the system: here it cannot.
#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    fn staged(target: &Path, bytes: &[u8]) -> TempPath {
        new_file("0", target, bytes, None, &FileFlush::Each).expect("a temporary file").0
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect()
    }

    #[test]
    fn an_edit_after_the_check_is_put_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("S.yaml");
        fs::write(&target, "theirs").expect("a file");
        let temp = staged(&target, b"ours");
        exchange(&temp, &target).expect("an exchange");
        assert_eq!(fs::read(&target).expect("a file"), b"ours");
        assert_eq!(put_back(temp, &target), FileError::Changed(target.clone()));
        assert_eq!(fs::read(&target).expect("a file"), b"theirs");
        assert_eq!(names(folder.path()), ["S.yaml"]);
    }

    #[test]
    fn an_edit_whose_place_is_gone_goes_back_to_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("S.yaml");
        let temp = staged(&target, b"theirs");
        assert_eq!(put_back(temp, &target), FileError::Changed(target.clone()));
        assert_eq!(fs::read(&target).expect("a file"), b"theirs");
    }

    #[test]
    fn an_edit_that_cannot_go_back_is_kept_beside() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("S.yaml");
        let temp = staged(&target, b"theirs");
        let error = keep_aside(temp, &target);
        let names = names(folder.path());
        assert!(names[0].ends_with(".kept") && error.reason().contains(&names[0]), "{error} {names:?}");
        assert_eq!(fs::read(folder.path().join(&names[0])).expect("a file"), b"theirs");
    }

    #[test]
    fn a_stat_of_another_file_is_not_remembered() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("S.yaml");
        let (temp, stat) = new_file("0", &target, b"ours", None, &FileFlush::Each).expect("a file");
        temp.persist(&target).expect("in place");
        assert_eq!(settled(&target, stat).inode, stat.inode);
        fs::write(folder.path().join("other"), "ours").expect("a file");
        fs::rename(folder.path().join("other"), &target).expect("replaced");
        assert_eq!(settled(&target, stat), stat);
    }
}
