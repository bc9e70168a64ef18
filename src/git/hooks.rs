//! Installing and removing hooks. A hook that is there first is never lost: it is moved aside and run first.
//!
//! Crash protocol of an installation: (1) the earlier hook gets its second name; (2) ours takes the first name in one
//! rename. Before (2) the earlier hook runs as ever, after it ours does, which runs the earlier one. A removal is one rename.

use super::error::{GitError, HookRefusal};
use super::hook_script::{HookCommand, HookKind, PREVIOUS, is_ours, script};
use super::repository::Repository;
use super::tracking::Tracking;
use git2::ConfigLevel;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What is at a hook's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookState {
    /// Nothing.
    Absent,
    /// Ours.
    Ours,
    /// Somebody else's.
    Foreign,
}

/// What an installation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installed {
    /// There was no hook.
    New,
    /// An earlier hook was moved aside and runs first.
    Chained,
    /// Ours was there with another command.
    Updated,
    /// Ours was there already.
    Unchanged,
}

/// Where `core.hooksPath` comes from, and what it says.
struct HooksPath {
    /// Set in the configuration of this repository or working tree.
    own: bool,
    folder: PathBuf,
}

impl Repository {
    /// What is at a hook's place.
    ///
    /// # Errors
    /// The hook, or where hooks are, cannot be read.
    pub fn hook(&self, kind: HookKind) -> Result<HookState, GitError> {
        state_of(&self.hooks_folder()?.join(kind.name()))
    }

    /// Installs a hook, or brings ours up to date. Refused where the hook would be committed or would run for other
    /// repositories.
    ///
    /// # Errors
    /// [`GitError::Hook`] where it cannot be installed safely; the hook cannot be read or written.
    pub fn install_hook(&self, kind: HookKind, command: &HookCommand) -> Result<Installed, GitError> {
        let folder = self.safe_hooks_folder()?;
        fs::create_dir_all(&folder).map_err(GitError::at(&folder))?;
        let (hook, previous) = (folder.join(kind.name()), folder.join(format!("{}{PREVIOUS}", kind.name())));
        let text = script(kind, command);
        let found = state_of(&hook)?;
        if found == HookState::Ours && fs::read(&hook).is_ok_and(|bytes| bytes == text.as_bytes()) {
            return Ok(Installed::Unchanged);
        }
        if found == HookState::Foreign {
            second_name(&hook, &previous)?;
        }
        write_hook(&folder, &hook, &text)?;
        Ok(match found {
            HookState::Absent => Installed::New,
            HookState::Ours => Installed::Updated,
            HookState::Foreign => Installed::Chained,
        })
    }

    /// Removes our hook and gives an earlier one its place back; false if there is no hook.
    ///
    /// # Errors
    /// [`HookRefusal::Foreign`] where the hook is somebody else's; the hook cannot be read or removed.
    pub fn uninstall_hook(&self, kind: HookKind) -> Result<bool, GitError> {
        let folder = self.hooks_folder()?;
        let (hook, previous) = (folder.join(kind.name()), folder.join(format!("{}{PREVIOUS}", kind.name())));
        match state_of(&hook)? {
            HookState::Absent => return Ok(false),
            HookState::Foreign => return Err(HookRefusal::Foreign(hook).into()),
            HookState::Ours if is_there(&previous) => fs::rename(&previous, &hook),
            HookState::Ours => fs::remove_file(&hook),
        }
        .map_err(GitError::at(&hook))?;
        Ok(true)
    }

    /// The folder that git runs hooks from.
    fn hooks_folder(&self) -> Result<PathBuf, GitError> {
        Ok(match self.hooks_path()? {
            Some(setting) => self.workdir.join(setting.folder),
            None => self.common_dir()?.join("hooks"),
        })
    }

    fn safe_hooks_folder(&self) -> Result<PathBuf, GitError> {
        let Some(setting) = self.hooks_path()? else { return self.hooks_folder() };
        let folder = self.workdir.join(setting.folder);
        if is_there(&folder) && !folder.is_dir() {
            return Err(HookRefusal::NotAFolder(folder).into());
        }
        if !setting.own {
            return Err(HookRefusal::Shared(folder).into());
        }
        if let Some(inside) = folder.strip_prefix(&self.workdir).ok().and_then(Path::to_str)
            && !folder.starts_with(&self.git_dir)
            && self.tracking_of(&[format!("{inside}/{}", HookKind::PreCommit.name())])? != [Tracking::Ignored]
        {
            return Err(HookRefusal::Committed(folder).into());
        }
        Ok(folder)
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
                Ok(Some(HooksPath { own: matches!(level, ConfigLevel::Local | ConfigLevel::Worktree), folder }))
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

/// Reads `<scope>\0<path>\0`.
fn scoped_path(answer: &[u8]) -> Option<HooksPath> {
    let answer = String::from_utf8_lossy(answer);
    let (scope, path) = answer.split_once('\0')?;
    let folder = PathBuf::from(path.trim_end_matches('\0'));
    (!folder.as_os_str().is_empty()).then_some(HooksPath { own: matches!(scope, "local" | "worktree"), folder })
}

fn state_of(hook: &Path) -> Result<HookState, GitError> {
    match fs::read(hook) {
        Ok(bytes) if is_ours(&bytes) => Ok(HookState::Ours),
        Ok(_) => Ok(HookState::Foreign),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_there(hook) => Ok(HookState::Absent),
        // A dangling link: git runs nothing, but it is not ours.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(HookState::Foreign),
        Err(error) => Err(GitError::at(hook)(error)),
    }
}

/// Gives the earlier hook its second name; it keeps the first one. A link is made anew, because not every system can give a
/// link itself a second name; where there are no second names at all, it is copied.
fn second_name(hook: &Path, previous: &Path) -> Result<(), GitError> {
    let failed = GitError::at(previous);
    if is_there(previous) {
        // An installation that died after its first step left the same bytes.
        let same = fs::read(hook).ok().zip(fs::read(previous).ok()).is_some_and(|(a, b)| a == b);
        return if same { Ok(()) } else { Err(HookRefusal::PreviousInTheWay(previous.to_owned()).into()) };
    }
    #[cfg(unix)]
    if let Ok(target) = fs::read_link(hook) {
        return std::os::unix::fs::symlink(target, previous).map_err(failed);
    }
    fs::hard_link(hook, previous).or_else(|_| fs::copy(hook, previous).map(drop)).map_err(failed)
}

/// Puts our hook in place in one step, executable.
fn write_hook(folder: &Path, hook: &Path, text: &str) -> Result<(), GitError> {
    let failed = GitError::at(hook);
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    let mut file = builder.prefix(".scoresync-").tempfile_in(folder).map_err(&failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(&failed)?;
    file.persist(hook).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Whether anything is at the path, a dangling link included.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
