//! `new`: shows which score a file would become, asks, and creates it in Plexus.

use super::check::{known_catalog, last_seen_catalog};
use super::commit::commit_earlier;
use super::run_verb::recover_first;
use crate::check::{TYPES, is_key};
use crate::cli::app::App;
use crate::cli::error::{Problem, push_again};
use crate::cli::exit::{Exit, of_failure};
use crate::cli::open_session::{Access, Opened, open, workspace};
use crate::cli::roots::{shown, typed};
use crate::cli::targets::target;
use crate::cli::text::plain;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{
    CheckedFile, Creation, Halt, NewOptions, NotNew, Proposal, Recovered, RecoveryOutcome, Selector, check_files, create_new,
    propose,
};
use crate::model::RelPath;
use clap::Args;
use std::path::Path;

/// Create a score in Plexus from a file that has none
#[derive(Debug, Args)]
#[command(after_help = "\
Without options, name, key, external_id and type are those in the file, and the scorecard is that of the folder. The score \
gets its first version, which becomes its champion. Creating the same score twice makes only one.

Examples:
  scoresync new -n 'scorecards/QA/Silence.yaml'       what would be created
  scoresync new QA/Silence.yaml --section Compliance --external-id 45813")]
pub struct NewArgs {
    /// The code of the score: <Scorecard>/<Score>.yaml in the scorecards folder
    #[arg(value_name = "FILE")]
    pub file: String,
    /// The scorecard (name, key, id or external id), if not the one of the folder
    #[arg(long, value_name = "SCORECARD")]
    pub scorecard: Option<String>,
    /// The section (name or id), if there are several
    #[arg(long, value_name = "SECTION")]
    pub section: Option<String>,
    /// Its type, if neither the file nor its classes say it
    #[arg(long = "type", value_name = "TYPE", value_parser = TYPES)]
    pub kind: Option<String>,
    /// Its external id, if the file does not say it
    #[arg(long, value_name = "ID", value_parser = word)]
    pub external_id: Option<String>,
    /// Its key, if the file does not say it
    #[arg(long, value_name = "KEY", value_parser = key)]
    pub key: Option<String>,
    /// Its name, if the file does not say it
    #[arg(long, value_name = "NAME", value_parser = word)]
    pub name: Option<String>,
    /// What the first version's note says
    #[arg(short = 'm', long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Only show what would be done
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// A key as `check` wants it in the file.
fn key(text: &str) -> Result<String, String> {
    if is_key(text) { Ok(text.to_owned()) } else { Err("a key has only a-z, 0-9, _ and -".to_owned()) }
}

/// A word that is there, and that a terminal only shows.
fn word(text: &str) -> Result<String, String> {
    let is_plain = !text.trim().is_empty() && !text.contains(char::is_control);
    if is_plain { Ok(text.to_owned()) } else { Err("letters, digits or signs are expected".to_owned()) }
}

/// Findings that are shown before `check` is recommended.
const MAX_FINDINGS: usize = 5;

/// Creates a score from a file.
///
/// # Errors
/// The file cannot become a score, the answer is no, or the dashboard cannot be asked.
pub fn run(app: &App, args: &NewArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "new", Access::Dashboard)?;
    let file = file(&opened, args)?;
    if let Some(recovered) = if args.dry_run { None } else { recovered(ui, &mut opened, &file)? } {
        return Ok(print_recovered(app, ui, &recovered));
    }
    let proposal = proposed(ui, &mut opened, &file, args)?;
    require_checked(&opened, app.shown(&opened.settings.root.value), &file)?;
    if !app.global.json && !app.global.quiet {
        ui.data(&(render::new::proposal(ui.styler, &proposal) + "\n"));
    }
    let creation = if args.dry_run { None } else { Some(create(ui, &mut opened, &proposal)?) };
    let exit = match &creation {
        Some(Creation::Failed(failure)) => of_failure(failure),
        _ => Exit::Ok,
    };
    if app.global.json {
        let body = render::new::fields(&proposal, creation.as_ref(), &opened.settings.root.value);
        ui.data(&render::json::document("new", exit, body, None));
    } else {
        ui.data(&render::new::result(app.view(ui, &opened.settings), &proposal, creation.as_ref()));
    }
    if exit != Exit::Ok {
        ui.help(&push_again(&typed(app.shown(&opened.settings.root.value), &file)));
    }
    Ok(exit)
}

/// The one file that is named.
fn file(opened: &Opened, args: &NewArgs) -> Result<RelPath, Problem> {
    match target(&opened.settings, &args.file).selectors.as_slice() {
        [Selector::Path(path)] => Ok(path.clone()),
        _ => Err(Problem::new(Exit::Usage, "NO_FILE", format!("{:?} is not a file in the scorecards folder", plain(&args.file)))
            .help("scoresync new scorecards/<Scorecard>/<Score>.yaml")),
    }
}

/// Finishes what earlier runs left, and gives the creation of this very score, if that was among it.
fn recovered(ui: &Ui, opened: &mut Opened, file: &RelPath) -> Result<Option<Recovered>, Problem> {
    let recovered = recover_first(ui, opened)?;
    commit_earlier(ui, &mut opened.session, &opened.settings);
    // The last step of a creation is a promotion.
    let is_made = |outcome| matches!(outcome, RecoveryOutcome::Created | RecoveryOutcome::Promoted);
    let is_it = |one: &Recovered| match one {
        Recovered::Operation(one) => is_made(one.outcome) && one.path == *file,
        Recovered::Run(_) => false,
    };
    Ok(recovered.into_iter().find(is_it))
}

fn print_recovered(app: &App, ui: &mut Ui, recovered: &Recovered) -> Exit {
    if app.global.json {
        let body = serde_json::json!({ "finished": render::json::recovered(recovered) });
        ui.data(&render::json::document("new", Exit::Ok, body, None));
    }
    Exit::Ok
}

/// Asks for what nobody said, where somebody can answer.
fn proposed(ui: &Ui, opened: &mut Opened, file: &RelPath, args: &NewArgs) -> Result<Proposal, Problem> {
    let mut options = NewOptions {
        scorecard: args.scorecard.clone(),
        section: args.section.clone(),
        name: args.name.clone(),
        key: args.key.clone(),
        external_id: args.external_id.clone(),
        kind: args.kind.clone(),
        note: args.note.clone(),
    };
    loop {
        let cancellation = opened.session.cancellation();
        let proposed = runtime::block_on(&cancellation, propose(&mut opened.session, file, &options))?;
        opened.progress.finish();
        let reason = match proposed {
            Err(Halt::NotNew(reason)) => reason,
            other => return Ok(other?),
        };
        let answered = match &reason {
            NotNew::NoExternalId => ui.answer("External id of the score: ")?.map(|answer| options.external_id = Some(answer)),
            NotNew::NoSection { wanted, sections } if sections.len() > 1 => {
                ui.answer(&which_section(wanted.as_deref(), sections))?.map(|answer| options.section = Some(answer))
            }
            _ => None,
        };
        answered.ok_or_else(|| Problem::from(reason))?;
    }
}

fn which_section(wanted: Option<&str>, sections: &[String]) -> String {
    let wrong = wanted.map(|word| format!("There is no section {:?}. ", plain(word))).unwrap_or_default();
    format!("{wrong}Section ({}): ", plain(&sections.join(", ")))
}

/// What could not run is not to be created.
fn require_checked(opened: &Opened, root: &Path, file: &RelPath) -> Result<(), Problem> {
    let settings = &opened.settings;
    let (workspace, selectors) = (workspace(settings), [Selector::Path(file.clone())]);
    let catalog = last_seen_catalog(settings, &selectors);
    let checked = check_files(&workspace, &selectors, known_catalog(settings, &catalog), &settings.rules.value)?;
    let checked: Vec<CheckedFile> = checked.flatten().collect();
    let found = checked.iter().flat_map(CheckedFile::findings_at);
    let errors: Vec<String> = found
        .filter(|(_, finding)| finding.is_error())
        .map(|(path, one)| format!("{}:{}:{}: {}", shown(root, path), one.start.line, one.start.column, one.message))
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    let problem = Problem::new(Exit::Failed, "CHECK_FAILED", "check found errors: nothing was created");
    let problem = errors.iter().take(MAX_FINDINGS).fold(problem, |problem, error| problem.at(plain(error)));
    Err(problem.help(format!("scoresync check {}", typed(root, file))))
}

fn create(ui: &Ui, opened: &mut Opened, proposal: &Proposal) -> Result<Creation, Problem> {
    ui.confirm("Create this score in Plexus?")?;
    let cancellation = opened.session.cancellation();
    let mut locked = opened.lock()?;
    Ok(runtime::block_on(&cancellation, create_new(&mut locked, proposal))??)
}
