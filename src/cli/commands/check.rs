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
use crate::workspace::Workspace;
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

/// Checks, in each workspace that paths are of, after fixing if asked to. What is told of rules needs none.
///
/// # Errors
/// The settings, or a path that is named, cannot be read, or another run holds the workspace while files are to be fixed.
pub fn run(app: &App, args: &CheckArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let format = if app.global.json { CheckFormat::Json } else { args.format };
    if args.list || args.explain.is_some() {
        return tell_rules(args.explain.as_deref(), format, ui);
    }
    let groups = by_workspace(app, &args.paths);
    let asked = groups.iter().map(|group| Asked::of(group, ui)).collect::<Result<Vec<_>, _>>()?;
    if args.fix {
        let fixed = asked.iter().map(|one| one.fix(ui)).sum::<Result<usize, _>>()?;
        ui.note(format_args!("{fixed} fixed"));
    }
    let checked = asked.iter().map(|one| Ok((one, one.checked()?))).collect::<Result<Vec<_>, Problem>>()?;
    let is_workspace = asked.iter().all(|one| one.settings.workspace.is_some());
    let tally = tell(format, checked, ui);
    if format == CheckFormat::Text {
        tally.tell(is_workspace, ui);
    }
    Ok(tally.exit())
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

/// What is to be checked in one workspace.
struct Asked<'g> {
    app: &'g App,
    settings: Settings,
    workspace: Workspace,
    catalog: Catalog,
    /// None where files were named of which none is synced here.
    selectors: Option<Vec<Selector>>,
}

/// Files that were checked, folder by folder.
type CheckedFolders<'a> = Box<dyn Iterator<Item = Vec<CheckedFile>> + 'a>;

impl<'g> Asked<'g> {
    fn of(group: &'g WorkspaceWords, ui: &Ui) -> Result<Self, Problem> {
        let settings = group.app.settings(ui)?;
        let mut wanted = group.words.clone();
        let foreign = foreign_files(&settings, &mut wanted)?;
        foreign
            .iter()
            .for_each(|file| ui.note(format_args!("{}: not among the files that are synced here, not checked", plain(file))));
        let is_nothing = wanted.is_empty() && !foreign.is_empty();
        let selectors = (!is_nothing).then(|| targets(&settings, &Selection::of(wanted)).selectors);
        let catalog = selectors.as_ref().map(|selectors| last_seen_catalog(&settings, selectors)).unwrap_or_default();
        Ok(Self { app: &group.app, workspace: workspace(&settings), settings, catalog, selectors })
    }

    /// Checks while it is read.
    fn checked(&self) -> Result<CheckedFolders<'_>, Problem> {
        let Some(selectors) = &self.selectors else { return Ok(Box::new(std::iter::empty())) };
        let known = known_catalog(&self.settings, &self.catalog);
        match check_files(&self.workspace, selectors, known, &self.settings.rules.value) {
            Ok(folders) => Ok(Box::new(folders)),
            Err(halt) => Err(advised(halt, &self.settings)),
        }
    }

    /// Finishes what an interrupted run left, then checks and fixes; how many findings are ended. The workspace lock is taken,
    /// which a watcher may hold for a moment; every byte is backed up.
    fn fix(&self, ui: &Ui) -> Result<usize, Problem> {
        if self.selectors.is_none() {
            return Ok(0);
        }
        let mut opened = open(self.app, ui, "check", Access::Offline)?;
        opened.progress.finish();
        recover_first(ui, &mut opened)?;
        let checked: Vec<CheckedFile> = self.checked()?.flatten().collect();
        let fixed = fix_files(&mut opened.lock()?, &checked)?;
        commit_earlier(ui, &mut opened.session, &opened.settings);
        Ok(fixed)
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

/// Tells what is found: for people and workflows while it is found, so that it costs no more memory than a folder does; in
/// documents at the end.
fn tell(format: CheckFormat, checked: Vec<(&Asked<'_>, CheckedFolders<'_>)>, ui: &mut Ui) -> Tally {
    let (mut tally, mut with_findings) = (Tally::default(), Vec::new());
    for (asked, folders) in checked {
        let (root, here) = (&asked.settings.root.value, &asked.settings.working_directory);
        for files in folders {
            tally.count(&files);
            let shown: Vec<ShownFile> = files.into_iter().map(|file| ShownFile::new(file, root, here)).collect();
            match format {
                CheckFormat::Text => ui.data(&findings::text(ui.styler, &shown)),
                CheckFormat::Github => ui.data(&findings::github(&shown)),
                CheckFormat::Json | CheckFormat::Sarif => {
                    with_findings.extend(shown.into_iter().filter(|shown| !shown.file.diagnostics.is_empty()))
                }
            }
        }
    }
    match format {
        CheckFormat::Json => {
            ui.data(&render::json::document("check", tally.exit(), findings::json(tally.files, &with_findings), None))
        }
        CheckFormat::Sarif => ui.data(&findings::sarif(&with_findings)),
        CheckFormat::Github | CheckFormat::Text => {}
    }
    tally
}

/// How much was checked and found.
#[derive(Default)]
struct Tally {
    files: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    is_fixable: bool,
}

impl Tally {
    fn count(&mut self, files: &[CheckedFile]) {
        self.files += files.len();
        self.errors += files.iter().filter(|file| !file.is_read).count();
        for finding in files.iter().flat_map(CheckedFile::findings) {
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Info => self.notes += 1,
            }
            self.is_fixable |= finding.fix_text.is_some();
        }
    }

    fn exit(&self) -> Exit {
        if self.errors > 0 { Exit::Differences } else { Exit::Ok }
    }

    fn tell(&self, is_workspace: bool, ui: &Ui) {
        let found = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let found = found.map(|(number, noun)| counted(number, noun)).join(", ");
        ui.note(format_args!("{} checked: {found}", counted(self.files, "file")));
        match (self.is_fixable, is_workspace) {
            (true, true) => ui.help("scoresync check --fix    # does what is safe"),
            (true, false) => ui.help("scoresync init    # makes this a workspace, in which check --fix does what is safe"),
            (false, false) if self.files == 0 => ui.help("scoresync -C FOLDER check    # in the folder that holds scorecards"),
            (false, _) => {}
        }
    }
}
