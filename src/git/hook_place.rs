//! Where the files of a hook are: git's folder for hooks, what was there before ours, and the script that husky runs.

use super::error::{GitError, HookRefusal};
use super::hook_manager::husky_script;
use super::hook_script::HookKind;
use super::repository::Repository;
use super::tracking::Tracking;
use git2::ConfigLevel;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of hooks that were there before ours. They keep their names in it: a hook may ask by which name it was called.
const PREVIOUS: &str = "scoresync-previous";
/// What an early version appended to the name of a hook that was there before.
const EARLY_PREVIOUS: &str = ".scoresync-previous";

/// Where the files of one hook are; none of them need be there.
pub(super) struct HookPlace {
    /// The folder that git runs hooks from.
    pub folder: PathBuf,
    /// The hook that git runs.
    pub hook: PathBuf,
    /// The hook that was there before ours.
    pub previous: PathBuf,
    /// The folder of that one, as seen from `folder`.
    pub to_previous: String,
    /// Where an early version put it.
    pub early_previous: PathBuf,
    /// The script that husky runs; the hook itself is husky's to write.
    pub script: Option<PathBuf>,
}

/// Where `core.hooksPath` comes from, and what it says.
struct HooksPath {
    /// Set in the configuration of this repository or working tree.
    own: bool,
    folder: PathBuf,
}

impl HooksPath {
    /// Git puts a slash and the name of the hook behind what is set: behind nothing that leads to the top of all folders.
    fn new(own: bool, folder: PathBuf) -> Self {
        Self { own, folder: if folder.as_os_str().is_empty() { "/".into() } else { folder } }
    }
}

impl Repository {
    /// Where git looks for a hook.
    pub(super) fn hook_place(&self, kind: HookKind) -> Result<HookPlace, GitError> {
        match self.hooks_path()? {
            Some(setting) => Ok(HookPlace::in_folder(self.workdir.join(setting.folder), kind)),
            None => self.usual_hook_place(kind),
        }
    }

    /// The same, where a hook may be put.
    pub(super) fn safe_hook_place(&self, kind: HookKind) -> Result<HookPlace, GitError> {
        let Some(setting) = self.hooks_path()? else { return self.usual_hook_place(kind) };
        let place = HookPlace::in_folder(self.workdir.join(setting.folder), kind);
        if place.is_off() {
            return Err(HookRefusal::NotAFolder(place.folder).into());
        }
        if !setting.own {
            return Err(HookRefusal::Shared(place.folder).into());
        }
        if place.script.is_none()
            && let Some(inside) = place.folder.strip_prefix(&self.workdir).ok().and_then(Path::to_str)
            && !place.folder.starts_with(&self.git_dir)
            && self.tracking_of(&[format!("{inside}/{}", HookKind::PreCommit.name())])? != [Tracking::Ignored]
        {
            return Err(HookRefusal::Committed(place.folder).into());
        }
        Ok(place)
    }

    /// Where git looks for a hook unless `core.hooksPath` says otherwise.
    pub(super) fn usual_hook_place(&self, kind: HookKind) -> Result<HookPlace, GitError> {
        let folder = self.common_dir()?.join("hooks");
        let place = HookPlace::in_folder(folder, kind);
        // Hooks look for files by the way up from their own folder, which is as long from a folder beside it. From behind a
        // link there is no way back to that.
        let is_link = fs::symlink_metadata(&place.folder).is_ok_and(|found| found.is_symlink());
        Ok(if is_link { place } else { place.with_previous_in(&format!("../{PREVIOUS}")) })
    }

    /// A folder as seen from the top of the working tree, with `/`; `.` is the top itself.
    pub fn from_top(&self, folder: &Path) -> String {
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let shared = self.workdir.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
        if shared == 0 {
            return folder.display().to_string();
        }
        let up = self.workdir.components().skip(shared).map(|_| "..".to_owned());
        let down = folder.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
        let path = up.chain(down).collect::<Vec<_>>().join("/");
        if path.is_empty() { ".".to_owned() } else { path }
    }

    /// `core.hooksPath`. The program is asked first: it knows sources of configuration that libgit2 does not.
    fn hooks_path(&self) -> Result<Option<HooksPath>, GitError> {
        let args = ["config", "--show-scope", "--null", "--type=path", "--get", "core.hooksPath"];
        match self.program.find(&self.workdir, &args, b"") {
            Ok(answer) => Ok(answer.and_then(|answer| scoped_path(&answer))),
            Err(GitError::NeedsProgram { why }) => {
                let library = self.library.as_ref().map_err(|_| GitError::NeedsProgram { why })?;
                let config = library.config()?.snapshot()?;
                let Ok(folder) = config.get_path("core.hookspath") else { return Ok(None) };
                let level = config.get_entry("core.hookspath")?.level();
                Ok(Some(HooksPath::new(matches!(level, ConfigLevel::Local | ConfigLevel::Worktree), folder)))
            }
            Err(error) => Err(error),
        }
    }

    /// The folder that all working trees of the repository share.
    fn common_dir(&self) -> Result<PathBuf, GitError> {
        let asked = || {
            let answer = self.git(&["rev-parse", "--path-format=absolute", "--git-common-dir"])?;
            Ok(PathBuf::from(String::from_utf8_lossy(&answer).trim_end_matches('\n')))
        };
        self.read(|repository| Ok(repository.commondir().to_owned()), asked)
    }
}

impl HookPlace {
    fn in_folder(folder: PathBuf, kind: HookKind) -> Self {
        let name = kind.name();
        let place = Self {
            hook: folder.join(name),
            previous: PathBuf::new(),
            to_previous: String::new(),
            early_previous: folder.join(format!("{name}{EARLY_PREVIOUS}")),
            script: husky_script(&folder, kind),
            folder,
        };
        place.with_previous_in(PREVIOUS)
    }

    /// What is there is no folder, so that there are no hooks in it; or the top of all folders, where nobody has any.
    pub fn is_off(&self) -> bool {
        self.folder.parent().is_none() || is_there(&self.folder) && !self.folder.is_dir()
    }

    fn with_previous_in(self, folder: &str) -> Self {
        let real = match folder.strip_prefix("../") {
            Some(beside) => self.folder.with_file_name(beside),
            None => self.folder.join(folder),
        };
        let name = self.hook.file_name().unwrap_or_default();
        Self { previous: real.join(name), to_previous: folder.to_owned(), ..self }
    }
}

/// Whether anything is at the path, a dangling link included.
pub(super) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Git, and our hook, run it.
pub(super) fn is_executable(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    {
        is_there(path)
    }
}

/// Reads `<scope>\0<path>\0`.
fn scoped_path(answer: &[u8]) -> Option<HooksPath> {
    let answer = String::from_utf8_lossy(answer);
    let (scope, path) = answer.split_once('\0')?;
    Some(HooksPath::new(matches!(scope, "local" | "worktree"), PathBuf::from(path.trim_end_matches('\0'))))
}
