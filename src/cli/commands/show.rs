//! `show`: one score in full, or one of its parts.

use crate::cli::app::App;
use crate::cli::complete::TargetCompleter;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::links::Links;
use crate::cli::open_session::{Access, open};
use crate::cli::render::View;
use crate::cli::targets::target;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{ShowOptions, Shown, show};
use clap::Args;
use clap_complete::engine::ArgValueCompleter;

/// Show one score: state, versions, files, classes
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// One score: file, name, key, id or external id
    #[arg(value_name = "TARGET", add = ArgValueCompleter::new(TargetCompleter))]
    pub target: String,
    /// Only the valid classes and how many there are
    #[arg(long, conflicts_with_all = ["code", "guidelines"])]
    pub classes: bool,
    /// Only the code
    #[arg(long, conflicts_with = "guidelines")]
    pub code: bool,
    /// Only the guidelines
    #[arg(long)]
    pub guidelines: bool,
    /// Also show how often people corrected the answers of the champion
    #[arg(long, conflicts_with_all = ["classes", "code", "guidelines"])]
    pub feedback: bool,
}

/// Prints the score.
///
/// # Errors
/// The dashboard cannot be asked, not exactly one score is named, or it lacks the part that is asked for.
pub fn run(app: &App, args: &ShowArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "show", Access::Dashboard)?;
    let target = target(&opened.settings, &args.target);
    let is_part = args.classes || args.code || args.guidelines;
    let options = ShowOptions { data_sets: !is_part, feedback: args.feedback };
    let cancellation = opened.session.cancellation();
    let result = runtime::block_on(&cancellation, show(&mut opened.session, &target, options));
    opened.progress.finish();
    let shown = result??;
    let root = &opened.settings.root.value;
    if app.global.json {
        let mut fields = render::show::fields(&shown, app.roots(&opened.settings));
        fields["url"] = Links::of(&opened.settings, &opened.session)?.field(shown.score.id.as_str(), None);
        ui.data(&render::json::document("show", Exit::Ok, fields, None));
    } else if args.classes {
        let found = render::show::classes_of(&shown).ok_or_else(|| no_classes(&shown))?;
        ui.data(&render::show::class_text(&found));
    } else if args.code {
        ui.data(shown.code.as_deref().ok_or_else(|| nothing("NO_CODE", "code"))?);
    } else if args.guidelines {
        ui.data(shown.guidelines.as_deref().ok_or_else(|| nothing("NO_GUIDELINES", "guidelines"))?);
    } else {
        ui.data(&render::show::text(View { root, ..app.view(ui, &opened.settings) }, &app.clock(), &shown));
    }
    Ok(Exit::Ok)
}

fn nothing(code: &'static str, what: &str) -> Problem {
    Problem::new(Exit::Failed, code, format!("this score has no {what}, neither here nor in Plexus"))
        .help("scoresync status -v    # to see what each score has")
}

fn no_classes(shown: &Shown) -> Problem {
    match shown.code {
        Some(_) => Problem::new(Exit::Failed, "INVALID_YAML", "the code is not YAML, so its classes are not known")
            .at(&shown.score.paths.code)
            .help("scoresync check    # to see where it is wrong"),
        None => nothing("NO_CODE", "code"),
    }
}
