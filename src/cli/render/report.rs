//! A report as text: calm where all is well, one line for each score that is not.

use super::ahead_behind;
use super::labels;
use super::relative_time::Clock;
use super::table::{Label, TableRow, summary, table};
use super::view::View;
use crate::cli::error::{explanation, fault_at};
use crate::cli::roots::shown;
use crate::cli::text::{DRY_RUN, counted, plain};
use crate::cli::ui::wrapped;
use crate::engine::{Action, ForeignFolder, Outcome, Report, ScoreReport, Verb};
use crate::model::{DocKind, RelPath, code_of, document_at};
use crate::plan::Standing;
use crate::remote::{LeftOut, WhyLeftOut};
use std::collections::HashMap;
use std::path::Path;

const UNKNOWN_HEADING: &str = "Files without a score (scoresync new FILE creates one):";
const GUIDELINES_HEADING: &str = "Guidelines of no score, so they are not synced (they have the name of its code file):";
const BESIDE_HEADING: &str = "Files in no scorecard's folder, so they are not synced:";
const FOREIGN_HEADING: &str = "Folders that belong to no scorecard, so nothing in them is synced:";
const LEGACY_HEADING: &str = "Guidelines beside the code instead of in guidelines/:";
const LEFT_OUT_HEADING: &str = "In Plexus, and not synced:";
const MOVED_HEADING: &str = "Guidelines moved here from beside the code:";

/// The text of a report; ends with a line that sums it up. A status begins with what needs a person. Where only that is to be
/// told, a run that went well has none.
pub fn report(view: View<'_>, clock: &Clock, report: &Report) -> String {
    let scores = in_order(report);
    if view.quiet && report.verb != Verb::Status && !report.dry_run {
        return failures(view, clock, report, &scores);
    }
    let shown = scores.iter().filter(|score| is_shown(view, report.verb, score));
    let rows: Vec<TableRow<'_>> = shown.map(|score| row(view, clock, report, score)).collect();
    let mut text = table(view.styler, view.width, &rows);
    text += &files(view.root, MOVED_HEADING, report.legacy_moved.iter(), !text.is_empty());
    text += &left_out(view, report, !text.is_empty());
    if report.verb == Verb::Status {
        let unknown = report.unknown.iter().filter(|path| !is_renamed(report, path));
        let (beside, in_cards): (Vec<_>, Vec<_>) = unknown.partition(|path| !path.as_str().contains('/'));
        let (guidelines, new): (Vec<_>, Vec<_>) = in_cards.into_iter().partition(|path| is_alone(report, path));
        text += &files(view.root, UNKNOWN_HEADING, new.into_iter(), !text.is_empty());
        text += &files(view.root, GUIDELINES_HEADING, guidelines.into_iter(), !text.is_empty());
        text += &files(view.root, BESIDE_HEADING, beside.into_iter(), !text.is_empty());
        text += &foreign(view.root, report, !text.is_empty());
        text += &files(view.root, LEGACY_HEADING, report.legacy.iter(), !text.is_empty());
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text + &closing(view, report, &scores)
}

/// The scores that a run did not do what was asked for.
fn failures(view: View<'_>, clock: &Clock, report: &Report, scores: &[&ScoreReport]) -> String {
    let went_wrong =
        |score: &&&ScoreReport| matches!(score.outcome, Outcome::Conflict(_) | Outcome::Refused(_) | Outcome::Failed(_));
    let rows: Vec<TableRow<'_>> = scores.iter().filter(went_wrong).map(|score| row(view, clock, report, score)).collect();
    match rows[..] {
        [] => String::new(),
        _ => format!("{}\n{}", table(view.styler, view.width, &rows), closing(view, report, scores)),
    }
}

/// The last line, in as many as it takes.
fn closing(view: View<'_>, report: &Report, scores: &[&ScoreReport]) -> String {
    let last = last_line(report, scores);
    view.width.map_or_else(|| vec![last.clone()], |width| wrapped(&last, width, width)).join("\n") + "\n"
}

/// With `--verbose`, the documents that are not synced.
fn left_out(view: View<'_>, report: &Report, gap: bool) -> String {
    if !view.verbose || report.left_out.is_empty() {
        return String::new();
    }
    let why = |why| match why {
        WhyLeftOut::MadeByMachine => "a program made it for itself",
        WhyLeftOut::NoText => "it has no text",
        WhyLeftOut::OtherScorecard => "it is for a scorecard that is not synced here",
    };
    let line = |one: &LeftOut| format!("  {} {:?}: {}\n", one.kind, plain(&one.name), why(one.why));
    let lines: String = report.left_out.iter().map(line).collect();
    format!("{}{LEFT_OUT_HEADING}\n{lines}", if gap { "\n" } else { "" })
}

/// The scores as they are listed. In a status, conflicts come first, then what is broken: first the scorecards that have any,
/// then the scores of each.
fn in_order(report: &Report) -> Vec<&ScoreReport> {
    let mut scores: Vec<&ScoreReport> = report.scores.iter().collect();
    if report.verb == Verb::Status {
        let rank = |score: &ScoreReport| match score.outcome {
            Outcome::Conflict(_) => 0,
            Outcome::Failed(_) => 1,
            _ => 2,
        };
        let mut scorecards = HashMap::new();
        for (at, score) in report.scores.iter().enumerate() {
            let (first_rank, _) = scorecards.entry(&*score.scorecard).or_insert((rank(score), at));
            *first_rank = rank(score).min(*first_rank);
        }
        scores.sort_by_key(|score| (scorecards[&*score.scorecard], rank(score)));
    }
    scores
}

/// Whether a score has a line: all have with `--verbose`, else those that are not clean, or that something was done to.
fn is_shown(view: View<'_>, verb: Verb, score: &ScoreReport) -> bool {
    let is_calm = match verb {
        Verb::Status => {
            matches!(score.outcome, Outcome::Untouched) && matches!(score.standing, Standing::Clean | Standing::Empty)
        }
        Verb::Resolve => false,
        _ => score.earlier.is_none() && is_quiet(&score.outcome),
    };
    let has_drafts = verb == Verb::Status && score.drafts.as_ref().is_some_and(|drafts| !drafts.versions.is_empty());
    let will_move = verb == Verb::Status && score.moved_from.is_some();
    // No pull takes these files away.
    let stays = score.standing == (Standing::GoneRemotely { clean: false });
    view.verbose
        || !is_calm
        || !score.notes.is_empty()
        || score.renamed.is_some()
        || has_drafts
        || will_move
        || stays
        || score.waits_for.is_some()
}

/// Nothing was done that a person would see in files or dashboard.
fn is_quiet(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Untouched | Outcome::Done(Action::Recorded { .. }) | Outcome::Planned(Action::Recorded { .. }))
}

fn row<'a>(view: View<'_>, clock: &Clock, report: &Report, score: &'a ScoreReport) -> TableRow<'a> {
    let (label, mut details) = match report.verb {
        Verb::Status => (labels::status(score), vec![labels::standing_detail(score, Some(clock))]),
        _ => outcome_row(score),
    };
    if let Some(explanation) = explanation(score, view.root) {
        details = vec![explanation.message];
        details.extend([ahead_behind::behind(score, Some(clock)), ahead_behind::forks(score, Some(clock))].into_iter().flatten());
    }
    details.extend(labels::waits(score));
    details.extend(labels::moves(score, report.verb));
    if report.verb == Verb::Status {
        details.extend(score.fault.as_ref().map(|fault| plain(&fault_at(view.root, score.files_at(), fault)).into_owned()));
    }
    if report.verb == Verb::Status {
        details.extend(ahead_behind::newer_drafts(score, clock));
    }
    details.extend(score.notes.iter().map(|note| labels::note(*note).to_owned()));
    details.extend(score.disabled.then(|| "disabled".to_owned()));
    details.retain(|detail| !detail.is_empty());
    TableRow { scorecard: &score.scorecard, label, name: &score.name, detail: details.join("; ") }
}

fn outcome_row(score: &ScoreReport) -> (Label, Vec<String>) {
    let mut details = Vec::new();
    let mut label = labels::result(score);
    if let Some(earlier) = score.earlier.as_deref() {
        let first = Outcome::Done(earlier.clone());
        if matches!(score.outcome, Outcome::Untouched) {
            label = labels::outcome(&first);
            details.push(labels::action_detail(earlier, false));
        } else {
            details.push(format!("{} first", labels::done(earlier)));
        }
    }
    match &score.outcome {
        Outcome::Done(action) => details.push(labels::action_detail(action, false)),
        Outcome::Planned(action) => details.push(labels::action_detail(action, true)),
        Outcome::Untouched if score.earlier.is_none() => details.push(labels::standing_detail(score, None)),
        _ => {}
    }
    (label, details)
}

/// Guidelines without a code file of their name, with which a score could be made of them.
fn is_alone(report: &Report, path: &RelPath) -> bool {
    document_at(path) == Some(DocKind::Guidelines) && code_of(path).is_none_or(|code| !report.unknown.contains(&code))
}

/// The file is reported as a score's, under another name.
fn is_renamed(report: &Report, path: &RelPath) -> bool {
    let renamed = report.scores.iter().filter_map(|score| score.renamed.as_ref());
    renamed.into_iter().any(|renamed| renamed.to == *path || renamed.guidelines.as_ref() == Some(path))
}

fn files<'a>(root: &Path, heading: &str, paths: impl Iterator<Item = &'a RelPath>, gap: bool) -> String {
    let lines: String = paths.map(|path| format!("  {}\n", shown(root, path))).collect();
    if lines.is_empty() {
        return lines;
    }
    format!("{}{heading}\n{lines}", if gap { "\n" } else { "" })
}

/// Folders of no scorecard. One that a scorecard's folder was renamed to is told with its scores.
fn foreign(root: &Path, report: &Report, gap: bool) -> String {
    let renamed: Vec<&str> = report.scores.iter().filter_map(|score| Some(score.renamed.as_ref()?.to.folder())).collect();
    let told = report.foreign.iter().filter(|foreign| !renamed.contains(&foreign.folder.as_str()));
    let line = |foreign: &ForeignFolder| {
        let near = foreign.near.as_ref().map_or_else(String::new, |near| format!("; did you mean {}?", plain(near)));
        format!("  {}  {}{near}\n", shown(root, &foreign.folder), counted(foreign.files, "file"))
    };
    let lines: String = told.map(line).collect();
    if lines.is_empty() { lines } else { format!("{}{FOREIGN_HEADING}\n{lines}", if gap { "\n" } else { "" }) }
}

/// What is counted: standalone documents are no scores.
fn counted_as(report: &Report) -> &'static str {
    if report.mixed { "document" } else { "score" }
}

/// How scores are counted that have no champion yet.
const NO_CHAMPION: &str = "without a champion";

fn last_line(report: &Report, scores: &[&ScoreReport]) -> String {
    let no_champion = labels::standing(Standing::Empty).text;
    let word = |standing| match report.verb {
        Verb::Status => labels::standing(standing).text,
        _ => labels::outcome(&Outcome::Untouched).text,
    };
    let unlisted = [(Standing::Clean, report.unlisted_clean), (Standing::Empty, report.unlisted_empty)];
    let unlisted = unlisted.into_iter().flat_map(|(standing, count)| std::iter::repeat_n(word(standing), count));
    let listed = scores.iter().map(|score| match report.verb {
        Verb::Status => labels::status(score).text,
        _ => outcome_row(score).0.text,
    });
    let words = listed.chain(unlisted).map(|word| if word == no_champion { NO_CHAMPION } else { word });
    // They come first whether they are listed or only counted.
    let (empty, others): (Vec<&str>, Vec<&str>) = words.partition(|word| *word == NO_CHAMPION);
    let words = empty.into_iter().chain(others);
    let last = if report.verb == Verb::Status { "clean" } else { "unchanged" };
    let mut line = summary(counted_as(report), words, last);
    if report.dry_run {
        line += DRY_RUN;
    }
    if report.offline {
        line += " (offline: the dashboard as last seen)";
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::testing::{conflict, report as sample, score};
    use crate::cli::ui::Styler;
    use crate::model::{Changes, DocKind, Fault};
    use crate::plan::{Note, Refusal};

    const CODE: Changes = Changes { code: true, guidelines: false };
    fn plain_view() -> View<'static> {
        View { styler: Styler::PLAIN, verbose: false, quiet: false, width: None, root: Path::new("scorecards") }
    }

    fn text(view: View<'_>, run: &Report) -> String {
        report(view, &Clock::new(jiff::Timestamp::UNIX_EPOCH, || jiff::tz::TimeZone::UTC), run)
    }

    fn pulled(merged: bool) -> Action {
        Action::Pulled { version: "cham5678-0".into(), written: CODE, merged }
    }

    fn pushed(promoted: bool) -> Action {
        Action::Pushed { version: "new45678-0".into(), changes: CODE, existed: false, promoted }
    }

    #[test]
    fn a_clean_status_is_one_line() {
        let clean = sample(Verb::Status, vec![score("A", Standing::Clean, Outcome::Untouched)]);
        assert_eq!(text(plain_view(), &clean), "1 score: clean\n");
        assert!(text(View { verbose: true, ..plain_view() }, &clean).contains("  clean       A\n"));
    }

    #[test]
    fn a_status_has_one_line_for_each_score_that_is_not_clean() {
        let mut tone = score("Tone", Standing::Modified(CODE), Outcome::Untouched);
        tone.notes.push(Note::GuidelinesDropped);
        tone.fault = Some(Box::new(Fault::new(DocKind::Code, 1, 7, "unclosed bracket".to_owned())));
        let mut status = sample(
            Verb::Status,
            vec![
                score("A", Standing::Clean, Outcome::Untouched),
                score("Draft", Standing::Ahead, Outcome::Untouched),
                score("Greeting", Standing::Diverged { local: CODE, remote: CODE }, Outcome::Conflict(conflict())),
                score("None", Standing::Empty, Outcome::Untouched),
                tone,
            ],
        );
        let strays = ["Card/Stray.yaml", "Card/guidelines/Old.md", "Card/guidelines/Stray.md"];
        status.unknown.extend(strays.map(|path| RelPath::parse(path).expect("a safe path")));
        status.offline = true;
        insta::assert_snapshot!(text(plain_view(), &status), @r"
        Card
          conflict    Greeting  code: both sides changed the same lines
          draft       Draft     not promoted, version base5678
          edited      Tone      code; scorecards/Card/Tone.yaml:1:7: unclosed bracket; the champion has no guidelines any more; yours are kept, and the next push sends them

        Files without a score (scoresync new FILE creates one):
          scorecards/Card/Stray.yaml
          scorecards/Card/guidelines/Stray.md

        Guidelines of no score, so they are not synced (they have the name of its code file):
          scorecards/Card/guidelines/Old.md

        5 scores: 1 without a champion, 1 conflict, 1 draft, 1 edited, 1 clean (offline: the dashboard as last seen)
        ");
    }

    #[test]
    fn a_run_says_what_became_of_each_score() {
        let mut both = score("Both", Standing::Clean, Outcome::Done(pushed(true)));
        both.earlier = Some(Box::new(pulled(true)));
        let mut first = score("First", Standing::Clean, Outcome::Untouched);
        first.earlier = Some(Box::new(pulled(false)));
        let run = sample(
            Verb::Sync,
            vec![
                both,
                first,
                score("Quiet", Standing::Converged, Outcome::Done(Action::Recorded { version: "v".into() })),
                score("Stale", Standing::Clean, Outcome::Refused(Refusal::Stale { champion: "cham5678-0".into() })),
                score("Same", Standing::Clean, Outcome::Untouched),
            ],
        );
        insta::assert_snapshot!(text(plain_view(), &run), @r"
        Card
          pushed      Both   merged first; code, version new45678, now champion
          pulled      First  code, version cham5678
          refused     Stale  the champion is now cham5678: pull first

        5 scores: 1 pushed, 1 pulled, 1 recorded, 1 refused, 1 unchanged
        ");
    }

    #[test]
    fn a_dry_run_says_that_nothing_was_done() {
        let mut run = sample(Verb::Push, vec![score("A", Standing::Modified(CODE), Outcome::Planned(pushed(false)))]);
        run.dry_run = true;
        insta::assert_snapshot!(text(plain_view(), &run), @r"
        Card
          to push     A  code, version new45678

        1 score: to push (dry run: nothing was done)
        ");
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let status = sample(Verb::Status, vec![score("Tone", Standing::Modified(CODE), Outcome::Untouched)]);
        let bright = text(View { styler: Styler::COLOURED, ..plain_view() }, &status);
        assert!(bright.contains('\u{1b}'));
        assert_eq!(anstream::adapter::strip_str(&bright).to_string(), text(plain_view(), &status));
    }
}
