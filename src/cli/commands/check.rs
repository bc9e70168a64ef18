//! `check`: are the files good? Asks nobody, and needs nothing but the files.

use super::commit::commit_earlier;
use super::run_verb::recover_first;
use crate::check::{KnownCatalog, Rule, Severity};
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::complete::RuleCompleter;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open, workspace};
use crate::cli::render;
use crate::cli::render::findings::{self, ShownFile};
use crate::cli::render::rules;
use crate::cli::targets::{is_document, is_known_path, target, targets};
use crate::cli::text::{counted, plain};
use crate::cli::ui::Ui;
use crate::cli::workspaces::{WorkspaceWords, by_workspace};
use crate::engine::{CheckedFile, Halt, Selector, catalog_for, check_files, fix_files};
use crate::model::{Catalog, SyncKind};
use crate::settings::{STATE_FOLDER, Settings};
use crate::state::State;
use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;

/// Check the files of scores and other documents, offline
#[derive(Debug, Args)]
#[command(after_help = "\
Exits with 1 if there are errors. Rules are turned on and off in scoresync.yaml:
  check:
    rules:
      missing-class: off
      ambiguous-text: error")]
pub struct CheckArgs {
    /// Files, folders, or names of scores or scorecards; everything if none is given
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// List all rules: code, severity, and what each requires
    #[arg(long, conflicts_with_all = ["paths", "fix", "explain"])]
    pub list: bool,
    /// Explain a rule: why it matters, a bad and a good example, and the fix
    #[arg(long, value_name = "CODE", add = ArgValueCompleter::new(RuleCompleter), conflicts_with_all = ["paths", "fix"])]
    pub explain: Option<String>,
    /// Fix what is safe to fix: quote texts that YAML readers disagree on, remove stamps of other tools
    #[arg(long)]
    pub fix: bool,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: CheckFormat,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people.
    #[default]
    Text,
    /// As `--json`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
}

/// Checks, fixes if asked to, and checks again, in each workspace that paths are of. What is told of rules needs none.
///
/// # Errors
/// The settings, or a path that is named, cannot be read, or another run holds the workspace while files are to be fixed.
pub fn run(app: &App, args: &CheckArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let format = if app.global.json { CheckFormat::Json } else { args.format };
    if args.list || args.explain.is_some() {
        return tell_rules(args.explain.as_deref(), format, ui);
    }
    let groups = by_workspace(app, &args.paths);
    let checked = groups.iter().map(|group| Checked::of(group, args.fix, ui)).collect::<Result<Vec<_>, _>>()?;
    if args.fix {
        ui.note(format_args!("{} fixed", checked.iter().map(|one| one.fixed).sum::<usize>()));
    }
    Ok(print(format, &checked, ui))
}

/// Lists all rules, or explains the one that has this code.
///
/// # Errors
/// No rule has it.
fn tell_rules(code: Option<&str>, format: CheckFormat, ui: &mut Ui) -> Result<Exit, Problem> {
    let one = code.map(Rule::from_code).transpose()?;
    match (format, one) {
        (CheckFormat::Json, _) => {
            let told = one.as_ref().map_or(Rule::ALL, std::slice::from_ref);
            let fields = json!({ "rules": told.iter().copied().map(rules::json).collect::<Vec<_>>() });
            ui.data(&render::json::document("check", Exit::Ok, fields, None));
        }
        (_, Some(rule)) => ui.page(&rules::explanation(ui.styler, rule)),
        (_, None) => {
            ui.page(&rules::list(ui.styler, ui.width()));
            ui.help("scoresync check --explain CODE    # says more about one");
        }
    }
    Ok(Exit::Ok)
}

/// What was checked in one workspace.
struct Checked {
    settings: Settings,
    files: Vec<CheckedFile>,
    /// How many findings were ended.
    fixed: usize,
}

impl Checked {
    fn of(group: &WorkspaceWords, fix: bool, ui: &Ui) -> Result<Self, Problem> {
        let settings = group.app.settings(ui)?;
        let mut wanted = group.words.clone();
        let foreign = foreign_files(&settings, &mut wanted)?;
        foreign
            .iter()
            .for_each(|file| ui.note(format_args!("{}: not among the files that are synced here, not checked", plain(file))));
        if wanted.is_empty() && !foreign.is_empty() {
            return Ok(Self { settings, files: Vec::new(), fixed: 0 });
        }
        let workspace = workspace(&settings);
        let selectors = targets(&settings, &Selection::of(wanted)).selectors;
        let catalog = last_seen_catalog(&settings, &selectors);
        let known = known_catalog(&settings, &catalog);
        let check = || -> Result<Vec<CheckedFile>, Problem> {
            let checked = check_files(&workspace, &selectors, known, &settings.rules.value);
            checked.map_err(|halt| advised(halt, &settings))
        };
        let (files, fixed) = if fix { self::fix(&group.app, ui, check)? } else { (check()?, 0) };
        Ok(Self { settings, files, fixed })
    }

    fn shown(&self) -> impl Iterator<Item = ShownFile<'_>> {
        let (root, here) = (&self.settings.root.value, &self.settings.working_directory);
        self.files.iter().map(move |file| ShownFile::new(file, root, here))
    }
}

/// Takes files out of `words` that are there but outside of the folders that are synced. A hook that names all files of a commit
/// which look like those of scores must not fail for others.
///
/// # Errors
/// There is no workspace that such a file could belong to.
fn foreign_files(settings: &Settings, words: &mut Vec<String>) -> Result<Vec<String>, Problem> {
    let is_foreign = |word: &String| {
        let looks_so = is_document(word) || word.contains('/');
        looks_so
            && settings.working_directory.join(word).is_file()
            && !(is_known_path(settings, word) && is_synced(settings, word))
    };
    let foreign: Vec<String> = words.extract_if(.., |word| is_foreign(word)).collect();
    match foreign.first() {
        Some(file) if settings.workspace.is_none() => {
            Err(Problem::new(Exit::Usage, "NO_WORKSPACE", "no workspace holds this file")
                .at(plain(file))
                .help("scoresync -C FOLDER init    # in the folder that holds scorecards"))
        }
        _ => Ok(foreign),
    }
}

/// The settings ask for files of the kind that a path is of.
fn is_synced(settings: &Settings, word: &str) -> bool {
    match &target(settings, word).selectors[..] {
        [Selector::Path(path)] => SyncKind::at(path.as_str()).is_synced(&settings.documents.value),
        _ => true,
    }
}

/// Finishes what an interrupted run left, then checks and fixes, and checks again; how many findings are ended. The workspace
/// lock is taken, which a watcher may hold for a moment; every byte is backed up.
fn fix(app: &App, ui: &Ui, check: impl Fn() -> Result<Vec<CheckedFile>, Problem>) -> Result<(Vec<CheckedFile>, usize), Problem> {
    let mut opened = open(app, ui, "check", Access::Offline)?;
    opened.progress.finish();
    recover_first(ui, &mut opened)?;
    let fixed = fix_files(&mut opened.lock()?, &check()?)?;
    commit_earlier(ui, &mut opened.session, &opened.settings);
    Ok((check()?, fixed))
}

/// A halt in words. Without a workspace, most commands that could help would be refused.
fn advised(halt: Halt, settings: &Settings) -> Problem {
    let nothing_fits = matches!(halt, Halt::NoMatch { suggestion: None, .. });
    let mut problem = Problem::from(halt);
    if nothing_fits && settings.workspace.is_none() {
        problem.help = vec!["scoresync check    # without a name: all scores below ./scorecards".to_owned()];
    }
    problem
}

/// The scores last seen, if any were, as far as a check of `selectors` needs them; a check must not make a state.
pub fn last_seen_catalog(settings: &Settings, selectors: &[Selector]) -> Catalog {
    let folder = settings.workspace().ok().map(|found| found.root.join(STATE_FOLDER)).filter(|folder| folder.is_dir());
    folder.and_then(|folder| catalog_for(&State::open(&folder).ok()?, selectors).ok()).unwrap_or_default()
}

/// What is known of the names in documents.
pub fn known_catalog<'a>(settings: &Settings, catalog: &'a Catalog) -> KnownCatalog<'a> {
    KnownCatalog { catalog, is_whole: settings.scorecards.value.is_empty() }
}

fn print(format: CheckFormat, checked: &[Checked], ui: &mut Ui) -> Exit {
    let shown: Vec<ShownFile<'_>> = checked.iter().flat_map(Checked::shown).collect();
    let files = || shown.iter().map(|shown| shown.file);
    let count = |severity| files().flat_map(CheckedFile::findings).filter(|one| one.severity == severity).count();
    let unreadable = files().filter(|file| !file.is_read).count();
    let errors = count(Severity::Error) + unreadable;
    let exit = if errors > 0 { Exit::Differences } else { Exit::Ok };
    match format {
        CheckFormat::Json => ui.data(&render::json::document("check", exit, findings::json(&shown), None)),
        CheckFormat::Sarif => ui.data(&findings::sarif(&shown)),
        CheckFormat::Github => ui.data(&findings::github(&shown)),
        CheckFormat::Text => ui.data(&findings::text(ui.styler, &shown)),
    }
    if format == CheckFormat::Text {
        let found = [(errors, "error"), (count(Severity::Warning), "warning"), (count(Severity::Info), "note")];
        let found = found.map(|(number, noun)| counted(number, noun)).join(", ");
        ui.note(format_args!("{} checked: {found}", counted(shown.len(), "file")));
        let is_fixable = files().flat_map(CheckedFile::findings).any(|finding| finding.fix_text.is_some());
        let is_workspace = checked.iter().all(|one| one.settings.workspace.is_some());
        match (is_fixable, is_workspace) {
            (true, true) => ui.help("scoresync check --fix    # does what is safe"),
            (true, false) => ui.help("scoresync init    # makes this a workspace, in which check --fix does what is safe"),
            (false, false) if shown.is_empty() => ui.help("scoresync -C FOLDER check    # in the folder that holds scorecards"),
            (false, _) => {}
        }
    }
    exit
}
