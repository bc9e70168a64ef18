//! Git hooks as they were found, for people and for programs.

use crate::cli::chosen_folder::ChosenFolder;
use crate::cli::text::plain;
use crate::cli::ui::{BOLD, DIM, Styler};
use crate::git::{HookManager, HookReport, HookState};
use serde_json::{Value, json};
use std::path::Path;

/// Width of the column of names.
const NAMES: usize = 11;

/// A hook as a person sees it.
pub struct ShownHook {
    /// Git's name for it.
    pub name: &'static str,
    /// How it stands, in words.
    pub words: String,
    /// Where git looks for it.
    pub path: String,
    /// For programs; stable.
    state: &'static str,
    serves: Vec<String>,
    gone: Vec<String>,
    passed_over: Option<String>,
    help: Vec<String>,
    is_faulty: bool,
}

/// What there is of a program that a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookProgram {
    /// It is where the hook looks for it.
    There,
    /// It is gone, and the search path has another one.
    OnPath,
    /// There is none.
    Gone,
}

impl ShownHook {
    /// A hook whose paths are `shown`, and whose workspaces may be gone.
    pub fn new(
        hook: &HookReport,
        shown: impl Fn(&Path) -> String,
        is_gone: impl Fn(&String) -> bool,
        found: impl Fn(&str) -> HookProgram,
    ) -> Self {
        let name = hook.kind.name();
        let install = format!("scoresync hook install --type {name}");
        let (mut help, mut is_faulty) = (Vec::new(), false);
        let (state, mut words, serves) = match &hook.state {
            HookState::Absent => ("absent", "not installed".to_owned(), Vec::new()),
            HookState::Ours { early: Some(folder), .. } => {
                help.push(install.clone());
                is_faulty = true;
                ("outdated", format!("installed by an early version, for {folder} only"), Vec::new())
            }
            HookState::Ours { serves, program, previous, early: None } => {
                let first = previous.as_ref().map(|path| format!("; {} runs first", shown(path))).unwrap_or_default();
                let gone = match found(program) {
                    HookProgram::There => String::new(),
                    HookProgram::OnPath => format!("; {program} is gone, so that the scoresync of the PATH runs"),
                    HookProgram::Gone => format!("; does nothing: {program} is gone, and the PATH has no other"),
                };
                is_faulty |= !gone.is_empty();
                help.extend((!gone.is_empty()).then(|| install.clone()));
                ("installed", format!("installed, serves {}{first}{gone}", serves.join(", ")), serves.clone())
            }
            HookState::InScript { script, serves, ends_before, is_run } => {
                let script = shown(script);
                let ended = ends_before.map(|line| format!("; not reached, line {line} ends the script")).unwrap_or_default();
                let unrun = if *is_run { "" } else { "; not run, husky's own hook is missing" };
                help.extend((!is_run).then(|| "npx husky".to_owned()));
                let is_found = found("scoresync") != HookProgram::Gone;
                let gone = if is_found { "" } else { "; does nothing, scoresync is not on the PATH" };
                is_faulty |= !is_run || !is_found || ends_before.is_some();
                ("installed", format!("installed in {script}, serves {}{ended}{unrun}{gone}", serves.join(", ")), serves.clone())
            }
            HookState::Managed { manager, called_from: Some(file) } => {
                ("installed", format!("run by {} ({})", manager.name(), shown(file)), Vec::new())
            }
            HookState::Managed { manager: HookManager::Husky, .. } => ("absent", "not installed".to_owned(), Vec::new()),
            HookState::Managed { manager, called_from: None } => {
                help.push(format!("{install}    # says what to add to its settings"));
                ("managed", format!("not installed: {} writes it", manager.name()), Vec::new())
            }
            HookState::CallsUs { serves, .. } => {
                ("installed", format!("run by your own hook, for {}", serves.join(", ")), serves.clone())
            }
            HookState::Foreign => ("foreign", "another hook".to_owned(), Vec::new()),
            HookState::Off => ("off", "git runs no hooks: core.hooksPath leads to no folder for them".to_owned(), Vec::new()),
        };
        let gone: Vec<String> = serves.iter().filter(|folder| is_gone(folder)).cloned().collect();
        if !gone.is_empty() {
            is_faulty = true;
            words += &format!("; no workspace in {}", gone.join(", "));
            help.push(format!("scoresync hook uninstall --type {name}    # then install it where the workspace is now"));
        }
        let passed_over = hook.passed_over.as_ref().map(|path| shown(path));
        if let Some(path) = &passed_over {
            is_faulty = true;
            words += &format!("; {path} is ours, but core.hooksPath leads past it");
            help.push(install);
        }
        Self { name, words, path: shown(&hook.path), state, serves, gone, passed_over, help, is_faulty }
    }

    /// There is something to tell of.
    pub fn is_there(&self) -> bool {
        self.state != "absent" || self.passed_over.is_some()
    }

    /// It does not do all that it is there for.
    pub fn is_faulty(&self) -> bool {
        self.is_faulty
    }

    /// The commands that mend it.
    pub fn help(&self) -> &[String] {
        &self.help
    }
}

/// One line.
pub fn line(styler: Styler, hook: &ShownHook) -> String {
    let path = styler.apply(DIM, format_args!("  ({})", plain(&hook.path)));
    format!("{}  {}{path}\n", styler.apply(BOLD, format_args!("{:NAMES$}", hook.name)), plain(&hook.words))
}

/// The fields of a hook.
pub fn fields(hook: &ShownHook, chosen_folder: &ChosenFolder) -> Value {
    let next: Vec<_> = hook.help.iter().map(|help| chosen_folder.typed(help)).collect();
    json!({
        "hook": hook.name, "state": hook.state, "message": hook.words, "path": hook.path, "serves": hook.serves,
        "gone": hook.gone, "passed_over": hook.passed_over, "next": next,
    })
}
