//! Installing, removing and finding hooks. A hook that is there first is never lost: it is moved aside and run first, under
//! its own name. What a hook manager writes is left to it; husky's scripts get lines of ours, and for the others the person
//! is told what to add to their settings.
//!
//! Crash protocol of an installation: (1) the earlier hook gets its second name; (2) ours takes the first name in one
//! rename. Before (2) the earlier hook runs as ever, after it ours does, which runs the earlier one. A removal is one rename.
//! The second name that early versions gave goes last.

use super::error::{GitError, HookRefusal};
use super::hook_block::{ends_before, has_lines, is_idle, with_lines, without_lines};
use super::hook_files::{beside_previous, first_name, forget_previous, second_name, write_script};
use super::hook_manager::{AwaitedManager, HookManager, awaited_manager, called_for, calls_us, husky_stub, manager_of};
use super::hook_place::{HookPlace, is_executable, is_there};
use super::hook_script::{HookCommand, HookKind, is_ours, program_of, script, served, served_before};
use super::repository::Repository;
use crate::whole_file;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What is at a hook's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookState {
    /// Nothing.
    Absent,
    /// Ours.
    Ours {
        /// The workspaces that it serves, from the top of the working tree.
        serves: Vec<String>,
        /// The program that it runs; where that is gone, the one of the search path.
        program: String,
        /// An earlier hook that it runs first; none where that is not executable.
        previous: Option<PathBuf>,
        /// An early version wrote it, for the workspace at this absolute folder.
        early: Option<String>,
    },
    /// Our lines are in the script that husky runs.
    InScript {
        /// The script.
        script: PathBuf,
        /// The workspaces that they serve, from the top of the working tree.
        serves: Vec<String>,
        /// The line at which the script ends before them.
        ends_before: Option<usize>,
        /// Husky's own hook, which would run the script, is there.
        is_run: bool,
    },
    /// A hook manager's.
    Managed {
        /// Which.
        manager: HookManager,
        /// The file of its settings that makes it call us, if one does.
        called_from: Option<PathBuf>,
    },
    /// Somebody else's, which runs us.
    CallsUs {
        /// The file that does: the hook itself, or the script that husky runs.
        file: PathBuf,
        /// For these workspaces, from the top of the working tree.
        serves: Vec<String>,
    },
    /// Somebody else's.
    Foreign,
    /// `core.hooksPath` names something that is no folder, as `/dev/null`, or nothing: git runs no hooks.
    Off,
}

/// A hook as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookReport {
    /// Which.
    pub kind: HookKind,
    /// Where git looks for it.
    pub path: PathBuf,
    /// What is there.
    pub state: HookState,
    /// A hook of ours that git does not run, because `core.hooksPath` names another folder.
    pub passed_over: Option<PathBuf>,
}

/// What an installation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Installed {
    /// There was no hook.
    New,
    /// An earlier hook was moved aside and runs first.
    Chained,
    /// An earlier hook was moved aside; it is not executable and does not run, as it did not before.
    BesideIdle,
    /// Ours was there with another command.
    Updated,
    /// Ours was there already.
    Unchanged,
    /// Lines were put into the script that husky runs.
    InScript {
        /// The script.
        script: PathBuf,
        /// The line at which the script ends before them.
        ends_before: Option<usize>,
    },
    /// A hook manager calls us already.
    ByManager(HookManager, PathBuf),
    /// Somebody's own hook does.
    ByHook(PathBuf),
}

/// What a removal did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uninstalled {
    /// There was nothing of ours.
    Nothing,
    /// Ours is gone; an earlier hook has its place back.
    Removed,
    /// Ours still serves these other workspaces.
    Serves(Vec<String>),
}

impl Repository {
    /// What is at a hook's place.
    ///
    /// # Errors
    /// The hook, or where hooks are, cannot be read.
    pub fn hook(&self, kind: HookKind) -> Result<HookReport, GitError> {
        let place = self.hook_place(kind)?;
        let usual = self.usual_hook_place(kind)?.hook;
        let passed_over = usual != place.hook && matches!(text_of(&usual)?, HookFile::Ours(_));
        let state = self.state_of(kind, &place)?;
        Ok(HookReport { kind, path: place.hook, state, passed_over: passed_over.then_some(usual) })
    }

    fn state_of(&self, kind: HookKind, place: &HookPlace) -> Result<HookState, GitError> {
        if let Some(script) = &place.script
            && let Some(text) = script_text(script)?.filter(|text| has_lines(text))
        {
            let is_run = is_there(&place.hook);
            let (serves, ends_before) = (served(&text), ends_before(&text));
            return Ok(HookState::InScript { script: script.clone(), serves, ends_before, is_run });
        }
        if place.is_off() {
            return Ok(HookState::Off);
        }
        let manager = || match place.script {
            Some(_) => Some(HookManager::Husky),
            None => manager_of(&place.folder, kind),
        };
        Ok(match text_of(&place.hook)? {
            HookFile::Ours(text) => {
                let previous = runs_first(place).cloned();
                HookState::Ours { serves: served(&text), program: program_of(&text), previous, early: served_before(&text) }
            }
            HookFile::Foreign => match (called_by(place, kind)?, manager()) {
                (Some((file, serves)), _) => HookState::CallsUs { file, serves },
                (None, Some(manager)) => HookState::Managed { manager, called_from: calls_us(&self.workdir, manager, kind) },
                (None, None) => HookState::Foreign,
            },
            HookFile::Nothing => match manager().filter(|manager| *manager != HookManager::Husky) {
                Some(manager) => HookState::Managed { manager, called_from: calls_us(&self.workdir, manager, kind) },
                None => HookState::Absent,
            },
        })
    }

    /// The hook manager that is set up to write a hook of this kind, where neither it nor husky nor we have done so yet.
    ///
    /// # Errors
    /// The hook, or where hooks are, cannot be read.
    pub fn awaited_manager(&self, kind: HookKind) -> Result<Option<AwaitedManager>, GitError> {
        let place = self.hook_place(kind)?;
        let is_open = place.script.is_none() && matches!(self.state_of(kind, &place)?, HookState::Absent | HookState::Foreign);
        Ok(if is_open { awaited_manager(&self.workdir, kind) } else { None })
    }

    /// Installs a hook, or brings ours up to date; other workspaces that it serves are served on. Refused where the hook
    /// would be committed, would run for other repositories, or would go when a hook manager writes its own again.
    ///
    /// # Errors
    /// [`GitError::Hook`] where it cannot be installed safely; the hook cannot be read or written.
    pub fn install_hook(&self, kind: HookKind, command: &HookCommand) -> Result<Installed, GitError> {
        let place = self.hook_place(kind)?;
        if let Some((file, serves)) = called_by(&place, kind)?
            && serves.contains(&command.workspace)
        {
            return Ok(Installed::ByHook(file));
        }
        let place = self.safe_hook_place(kind)?;
        if let Some(script) = &place.script {
            return self.install_in_script(kind, command, &place, script);
        }
        let found = text_of(&place.hook)?;
        if !matches!(found, HookFile::Ours(_))
            && let Some(manager) = manager_of(&place.folder, kind)
        {
            let called_from = calls_us(&self.workdir, manager, kind);
            return match called_from {
                Some(file) => Ok(Installed::ByManager(manager, file)),
                None => Err(HookRefusal::Managed { manager, kind }.into()),
            };
        }
        fs::create_dir_all(&place.folder).map_err(GitError::at(&place.folder))?;
        let (text, did) = match &found {
            HookFile::Nothing => (String::new(), Installed::New),
            HookFile::Foreign if is_executable(&place.hook) => (String::new(), Installed::Chained),
            HookFile::Foreign => (String::new(), Installed::BesideIdle),
            HookFile::Ours(text) => (text.clone(), Installed::Updated),
        };
        let text_now = script(kind, &command.program, &self.also_served(&text, command), &place.to_previous);
        let is_early = is_there(&place.early_previous);
        if text == text_now && !is_early {
            return Ok(Installed::Unchanged);
        }
        match found {
            HookFile::Foreign => second_name(&place.hook, &place)?,
            HookFile::Ours(_) if is_early => second_name(&place.early_previous, &place)?,
            HookFile::Ours(_) | HookFile::Nothing => {}
        }
        beside_previous(&place)?;
        write_script(&place.hook, &text_now, true)?;
        if is_early {
            fs::remove_file(&place.early_previous).map_err(GitError::at(&place.early_previous))?;
        }
        Ok(did)
    }

    /// The workspaces that a text of ours serves, and this one.
    fn also_served(&self, text: &str, command: &HookCommand) -> Vec<String> {
        let early = served_before(text).map(PathBuf::from).filter(|folder| folder.is_dir());
        let mut folders = served(text);
        folders.extend(early.map(|folder| self.from_top(&folder)));
        folders.push(command.workspace.clone());
        folders.sort();
        folders.dedup();
        folders
    }

    fn install_in_script(
        &self,
        kind: HookKind,
        command: &HookCommand,
        place: &HookPlace,
        script: &Path,
    ) -> Result<Installed, GitError> {
        let text = script_text(script)?.unwrap_or_default();
        let mut known = text.clone();
        if place.hook != script
            && let HookFile::Ours(ours) = text_of(&place.hook)?
        {
            known += &ours;
            give_back(place)?;
        }
        // Husky 5 to 8 let git run the script itself.
        let head = if text.is_empty() && place.hook == script {
            "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n\n"
        } else {
            ""
        };
        let text_now = with_lines(&format!("{head}{text}"), kind, &self.also_served(&known, command));
        if text_now == text {
            return Ok(Installed::Unchanged);
        }
        write_script(script, &text_now, place.hook == script)?;
        Ok(Installed::InScript { script: script.to_owned(), ends_before: ends_before(&text_now) })
    }

    /// Takes a workspace off our hook, and those that are gone; all of them if none is named. A hook that serves no other
    /// one is removed, and an earlier one gets its place back.
    ///
    /// # Errors
    /// [`HookRefusal::Foreign`] where the hook is somebody else's, [`HookRefusal::InSettings`] where that or a hook manager calls us;
    /// the hook cannot be read or removed.
    pub fn uninstall_hook(&self, kind: HookKind, workspace: Option<&str>) -> Result<Uninstalled, GitError> {
        let (place, usual) = (self.hook_place(kind)?, self.usual_hook_place(kind)?);
        let mut did = self.uninstall_at(kind, &place, workspace)?;
        if usual.hook != place.hook && matches!(text_of(&usual.hook)?, HookFile::Ours(_)) {
            did = self.uninstall_at(kind, &usual, workspace)?;
        }
        if did != Uninstalled::Nothing {
            return Ok(did);
        }
        // A removal that died after it had given the place back.
        [&place, &usual].into_iter().for_each(forget_previous);
        match self.state_of(kind, &place)? {
            HookState::Managed { called_from: Some(file), .. } => Err(HookRefusal::InSettings(file).into()),
            HookState::CallsUs { file, .. } => Err(HookRefusal::InSettings(file).into()),
            HookState::Foreign => Err(HookRefusal::Foreign(place.hook).into()),
            _ => Ok(Uninstalled::Nothing),
        }
    }

    fn uninstall_at(&self, kind: HookKind, place: &HookPlace, workspace: Option<&str>) -> Result<Uninstalled, GitError> {
        let mut did = Uninstalled::Nothing;
        if let Some(script) = &place.script
            && let Some(text) = script_text(script)?.filter(|text| has_lines(text))
        {
            did = self.take_off(&text, workspace);
            let rest = without_lines(&text);
            match &did {
                Uninstalled::Serves(others) => write_script(script, &with_lines(&rest, kind, others), false)?,
                _ if is_idle(&rest) => fs::remove_file(script).map_err(GitError::at(script))?,
                _ => write_script(script, &rest, false)?,
            }
        }
        if let HookFile::Ours(text) = text_of(&place.hook)? {
            did = self.take_off(&text, workspace);
            match &did {
                Uninstalled::Serves(others) => {
                    write_script(&place.hook, &script(kind, &program_of(&text), others, &place.to_previous), true)?;
                }
                _ => give_back(place)?,
            }
        }
        Ok(did)
    }

    /// What is left of the workspaces that a text of ours serves.
    fn take_off(&self, text: &str, workspace: Option<&str>) -> Uninstalled {
        let is_kept = |folder: &String| workspace.is_some_and(|gone| folder != gone) && self.workdir.join(folder).is_dir();
        let others: Vec<String> = served(text).into_iter().filter(is_kept).collect();
        if others.is_empty() { Uninstalled::Removed } else { Uninstalled::Serves(others) }
    }
}

/// What a hook's file is.
enum HookFile {
    Nothing,
    Ours(String),
    Foreign,
}

/// The file of somebody else that runs us where git runs a hook, and the workspaces for which it does: the hook itself, what ours
/// runs first, or the script that husky's runs, but for our lines. What a hook manager writes says so in its settings.
fn called_by(place: &HookPlace, kind: HookKind) -> Result<Option<(PathBuf, Vec<String>)>, GitError> {
    let file = match (text_of(&place.hook)?, &place.script) {
        (HookFile::Foreign, _) if !is_executable(&place.hook) => None,
        (HookFile::Foreign, Some(script)) => Some(script),
        (HookFile::Foreign, None) => manager_of(&place.folder, kind).is_none().then_some(&place.hook),
        (HookFile::Ours(_), None) => runs_first(place),
        (HookFile::Ours(_), Some(_)) | (HookFile::Nothing, _) => None,
    };
    let Some(file) = file else { return Ok(None) };
    let text = whole_file::read(file).unwrap_or_default();
    let serves = called_for(&without_lines(&String::from_utf8_lossy(&text)), kind);
    Ok((!serves.is_empty()).then(|| (file.clone(), serves)))
}

/// The earlier hook that ours runs before itself.
fn runs_first(place: &HookPlace) -> Option<&PathBuf> {
    [&place.previous, &place.early_previous].into_iter().find(|path| is_executable(path))
}

fn text_of(hook: &Path) -> Result<HookFile, GitError> {
    match whole_file::read(hook) {
        Ok(bytes) if is_ours(&bytes) => Ok(HookFile::Ours(String::from_utf8_lossy(&bytes).into_owned())),
        Ok(_) => Ok(HookFile::Foreign),
        // A program, perhaps, as some are.
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Ok(HookFile::Foreign),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_there(hook) => Ok(HookFile::Nothing),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(HookFile::Nothing),
        // A dangling link: git runs nothing, but it is not ours.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(HookFile::Foreign),
        Err(error) => Err(GitError::at(hook)(error)),
    }
}

fn script_text(script: &Path) -> Result<Option<String>, GitError> {
    match whole_file::read(script).and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(GitError::at(script)(error)),
    }
}

/// Gives the hook's place back to who had it before, or to husky.
fn give_back(place: &HookPlace) -> Result<(), GitError> {
    let before = [&place.previous, &place.early_previous].into_iter().find(|path| is_there(path));
    match (before, husky_stub(&place.folder).filter(|_| place.script.is_some())) {
        (Some(before), _) => first_name(before, place)?,
        (None, Some(stub)) => write_script(&place.hook, &String::from_utf8_lossy(&stub), true)?,
        (None, None) => fs::remove_file(&place.hook).map_err(GitError::at(&place.hook))?,
    }
    forget_previous(place);
    Ok(())
}
