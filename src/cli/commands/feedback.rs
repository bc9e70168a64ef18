//! `feedback`: how often people corrected the answers of scores, and which.

use super::private_output::{self, OutputFile};
use crate::cli::app::App;
use crate::cli::args::Selection;
use crate::cli::complete::VersionCompleter;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::open_session::{Access, open};
use crate::cli::render::feedback::{Shape, help, json, lines, text, warnings};
use crate::cli::targets::targets;
use crate::cli::text::counted;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{FeedbackOptions, FeedbackSince, MAX_FEEDBACK, ScoreFeedback, feedback, feedback_scope};
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Scores that are read without asking; each takes a request or more.
const MANY: usize = 200;
/// Corrected calls that are listed of one score.
const SHOWN: u32 = 10;

/// Show how often people corrected the answers of scores
#[derive(Debug, Args)]
#[command(after_help = "\
Without a time, the feedback of one score is that since its champion was promoted, and of several scores that of the last 30 days. \
Plexus does not store which version gave an answer: use --answered to leave out calls that were answered before.

Examples:
  scoresync feedback                                all scores, worst first
  scoresync feedback Tone                           one score in detail
  scoresync feedback Tone --cell No:Yes --comments  No that should be Yes
  scoresync feedback Tone --days 90 --json          for programs")]
pub struct FeedbackArgs {
    /// Which scores.
    #[command(flatten)]
    pub selection: Selection,
    /// Since this version became champion (id or the start of it), and until another one did; or "champion"
    #[arg(long, value_name = "VERSION", add = ArgValueCompleter::new(VersionCompleter), conflicts_with_all = ["days", "from", "to", "all"])]
    pub since: Option<String>,
    /// Only the last DAYS days
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500), conflicts_with_all = ["from", "to", "all"])]
    pub days: Option<u32>,
    /// Not before this day or time: 2026-04-12, 2026-04-12T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = first_moment, conflicts_with = "all")]
    pub from: Option<Timestamp>,
    /// Not after this day or time
    #[arg(long, value_name = "TIME", value_parser = last_moment, conflicts_with = "all")]
    pub to: Option<Timestamp>,
    /// All feedback, however old
    #[arg(long)]
    pub all: bool,
    /// List the newest corrected calls, for several scores too
    #[arg(long)]
    pub misjudged: bool,
    /// List calls that were answered with one label and should have another: No:Yes
    #[arg(long, value_name = "SAID:SHOULD", value_parser = cell)]
    pub cell: Option<String>,
    /// How many calls of a score are listed
    #[arg(long, value_name = "NUMBER", default_value_t = SHOWN, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub limit: u32,
    /// Leave out listed calls that were answered before the period began
    #[arg(long)]
    pub answered: bool,
    /// Also list each change that people made; a dashboard that does not keep them shows all as one
    #[arg(long)]
    pub changes: bool,
    /// Also show what people wrote: this may contain words of customers
    #[arg(long)]
    pub comments: bool,
    /// Write the calls to a file, all of them, one JSON object per line
    #[command(flatten)]
    pub out: OutputFile,
}

/// Prints feedback.
///
/// # Errors
/// The dashboard cannot be asked, nothing matches what is named, or a file of calls would end up in git.
pub fn run(app: &App, args: &FeedbackArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let mut opened = open(app, ui, "feedback", Access::Dashboard)?;
    args.out.check(app)?;
    let targets = targets(&opened.settings, &args.selection);
    let cancellation = opened.session.cancellation();
    let scope = runtime::block_on(&cancellation, feedback_scope(&mut opened.session, &targets))??;
    if scope.scores() > MANY && ui.asks() && !app.global.yes {
        let question = format!("Read the feedback of {}, with a request or more for each?", counted(scope.scores(), "score"));
        ui.confirm(&question)?;
    }
    let scores = runtime::block_on(&cancellation, feedback(&opened.session, scope, &options(args)));
    opened.progress.finish();
    let mut scores = scores??;
    let exit = if scores.iter().any(ScoreFeedback::is_incomplete) { Exit::Failed } else { Exit::Ok };
    if args.out.is_given() {
        args.out.write(app, &lines(&scores))?;
        scores.iter_mut().flat_map(|score| &mut score.found).for_each(|found| found.calls.clear());
    }
    if args.comments && !args.out.is_given() {
        private_output::warn(ui);
    }
    if app.global.json {
        ui.data(&render::json::document("feedback", exit, json(&scores, &opened.settings.root.value), None));
    } else {
        let shape = Shape {
            is_one: scores.len() == 1 && !args.selection.targets.is_empty(),
            lists: args.misjudged || args.cell.is_some(),
        };
        ui.page(&text(app.view(ui, &opened.settings), &app.clock(), &scores, shape));
        if shape.is_one && args.cell.is_none() {
            help(&scores, &args.selection.typed().join(" ")).iter().for_each(|help| ui.help(help));
        }
    }
    warnings(&scores).iter().for_each(|warning| ui.warning(warning));
    Ok(exit)
}

fn options(args: &FeedbackArgs) -> FeedbackOptions {
    let since = match &args.since {
        Some(word) if word == "champion" => Some(FeedbackSince::Champion),
        Some(version) => Some(FeedbackSince::Version(version.clone())),
        None if args.all => Some(FeedbackSince::All),
        None if args.from.is_some() || args.to.is_some() => Some(FeedbackSince::Dates(args.from, args.to)),
        None => args.days.map(FeedbackSince::Days),
    };
    FeedbackOptions {
        since,
        cell: args.cell.clone(),
        limit: if args.out.is_given() { MAX_FEEDBACK } else { args.limit as usize },
        comments: args.comments,
        answered: args.answered,
        changes: args.changes,
    }
}

fn cell(text: &str) -> Result<String, String> {
    if text.contains(':') { Ok(text.to_owned()) } else { Err("two labels with a colon are expected, such as No:Yes".to_owned()) }
}

fn first_moment(text: &str) -> Result<Timestamp, String> {
    moment(text, start_of)
}

fn last_moment(text: &str) -> Result<Timestamp, String> {
    moment(text, |day| start_of(day.tomorrow().ok()?)?.checked_sub(SignedDuration::from_millis(1)).ok())
}

fn start_of(day: Date) -> Option<Timestamp> {
    TimeZone::system().to_timestamp(day.to_datetime(Time::midnight())).ok()
}

/// A time, or what `of_day` makes of a day of this place.
fn moment(text: &str, of_day: impl Fn(Date) -> Option<Timestamp>) -> Result<Timestamp, String> {
    let time = text.parse::<Timestamp>().ok();
    let day = || text.parse::<Date>().ok().and_then(&of_day);
    time.or_else(day).ok_or_else(|| "a day or a time is expected, such as 2026-04-12 or 2026-04-12T08:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_whole() {
        let (first, last) = (first_moment("2026-04-12").expect("a day"), last_moment("2026-04-12").expect("a day"));
        assert!(last.duration_since(first) > SignedDuration::from_hours(22));
        assert_eq!(first_moment("2026-04-12T08:00:00+02:00").expect("a time").to_string(), "2026-04-12T06:00:00Z");
        assert!(first_moment("yesterday").is_err());
    }
}
