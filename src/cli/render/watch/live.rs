//! The few lines at the bottom of a terminal that say how everything stands.

use super::events::EventFormatter;
use super::wording::{found_reason, length, next_try, pause_reason};
use crate::cli::error::{Problem, failure_message};
use crate::cli::render::relative_time::Clock;
use crate::cli::roots::shown;
use crate::cli::text::plain;
use crate::cli::ui::{BOLD, CYAN, DIM, GREEN, RED, YELLOW, columns, middle_of, padded, start_of};
use crate::engine::Failure;
use crate::engine::follow::{Doing, FollowStatus, PauseWhy, Stuck, WaitReason, Waiting};
use crate::model::BrokenFile;
use crate::plan::ScoreProblem;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// The most scores that are named.
const MAX_NAMED: usize = 8;
/// The widest column of names, in terminal columns.
const MAX_NAME_WIDTH: usize = 48;
/// The narrowest column of reasons, in terminal columns.
const MIN_REASON_WIDTH: usize = 18;

/// The moment that lines are drawn at, and when what waits began to: since the lines may stand for hours, they name the time. It is
/// remembered from the first look on, because a computer that sleeps stops the clock of what waits.
#[derive(Clone, Debug)]
pub struct Times {
    now: Instant,
    clock: Clock,
    begun: BTreeMap<Instant, Timestamp>,
}

impl Times {
    /// At this moment, by both clocks; nothing waited before.
    pub fn new(now: Instant, clock: Clock) -> Self {
        Self { now, clock, begun: BTreeMap::new() }
    }

    /// The same later, when these wait.
    pub fn go_on(&mut self, now: Instant, clock: Clock, waiting: &[Waiting]) {
        let time_of = |since: Instant| {
            clock.timestamp().checked_sub(now.saturating_duration_since(since)).unwrap_or_else(|_| clock.timestamp())
        };
        let begun = |one: &Waiting| (one.since, self.begun.get(&one.since).copied().unwrap_or_else(|| time_of(one.since)));
        self.begun = waiting.iter().map(begun).collect();
        (self.now, self.clock) = (now, clock);
    }

    /// `14:02`, or the day.
    fn begun(&self, since: Instant) -> String {
        self.clock.short(self.begun.get(&since).copied().unwrap_or_else(|| self.clock.timestamp()))
    }
}

/// The lines of a status, the last one with the keys; none is wider than `width` columns, and they are no more than `height`.
pub fn lines(
    formatter: &EventFormatter,
    status: &FollowStatus,
    times: &Times,
    (width, height): (usize, usize),
    keys: bool,
) -> Vec<String> {
    let mut lines = vec![headline(formatter, status, times.now, width)];
    let most = named_at_most(status.waiting.len(), height.saturating_sub(1 + usize::from(keys)));
    let names = status.waiting.iter().map(|one| columns(&shown(&formatter.root, &one.path))).max().unwrap_or_default();
    let is_paused = status.paused.is_some();
    let named: Vec<(&Waiting, String)> = status
        .waiting
        .iter()
        .take(most)
        .map(|one| (one, plain(&why(&formatter.root, one, times, is_paused)).into_owned()))
        .collect();
    // Reasons get the columns that they need, up to half of the width, and no fewer than most reasons need: names must not
    // move while the time in a reason changes.
    let reasons = named.iter().map(|(_, why)| columns(why)).max().unwrap_or_default().max(MIN_REASON_WIDTH).min(width / 2);
    let names = names.min(MAX_NAME_WIDTH).min(width.saturating_sub(reasons + 5));
    lines.extend(named.into_iter().map(|(one, why)| waiting(formatter, one, &why, names, width)));
    if status.waiting.len() > most {
        let more = status.waiting.len() - most;
        let words = if most > 0 { format!("   and {more} more") } else { format!("   {more} not in sync") };
        lines.push(formatter.styler.apply(DIM, start_of(&words, width)));
    }
    if keys {
        let first = match status.paused.as_ref().map(|pause| &pause.why) {
            None => "p push now  ",
            // Git has to finish first.
            Some(PauseWhy::GitBusy(_)) => "",
            Some(_) => "c continue  ",
        };
        let words = format!("   {first}d diff  r resolve  ? help  q quit");
        lines.push(formatter.styler.apply(DIM, start_of(&words, width)));
    }
    lines.truncate(height.max(1));
    lines
}

/// How many of those that wait are named in so many rows; the line that counts the others needs a row, too.
fn named_at_most(waiting: usize, rows: usize) -> usize {
    if waiting <= rows.min(MAX_NAMED) { waiting } else { rows.saturating_sub(1).min(MAX_NAMED) }
}

/// What the keys do.
pub fn help() -> &'static str {
    "  p       push now what waits
  d       show the edits that wait
  r       resolve the conflicts that wait, place by place
  c       continue after a pause: the changes are meant
  q       quit
  Ctrl-C  finish what is being done, then end; a second time,
          end at once
"
}

/// What is drawn of it changes as time passes.
pub fn is_ticking(status: &FollowStatus) -> bool {
    status.stuck.is_some() || status.waiting.iter().any(|one| matches!(one.wait, WaitReason::Quiet(_)))
}

fn headline(formatter: &EventFormatter, status: &FollowStatus, now: Instant, width: usize) -> String {
    let told = if status.listening { "the dashboard reports changes" } else { "the dashboard is checked now and then" };
    let (mark, words) = match (&status.stuck, &status.paused, status.scores) {
        (Some(Stuck { why, retry_at }), _, _) => {
            let when = retry_at.map(|at| format!("in {}", length(at.saturating_duration_since(now))));
            ((YELLOW, "!"), format!("{}; {}", Problem::from(why.clone()).message, next_try(when)))
        }
        (_, Some(pause), _) => ((YELLOW, "="), format!("paused: {}", pause_reason(&pause.why))),
        (_, _, 0) if status.doing.is_some() => ((DIM, "*"), "comparing files and dashboard".to_owned()),
        (.., scores) => {
            let calm = scores.saturating_sub(status.waiting.len());
            let mark = if calm == scores { (GREEN, "*") } else { (YELLOW, "*") };
            (mark, format!("{calm} of {scores} in sync; {}", doing(status).unwrap_or_else(|| told.to_owned())))
        }
    };
    format!(
        "{} {}",
        formatter.styler.apply(mark.0, mark.1),
        formatter.styler.apply(BOLD, start_of(&plain(&words), width.saturating_sub(2)))
    )
}

fn doing(status: &FollowStatus) -> Option<String> {
    match status.doing? {
        Doing::Pulling(scores) => Some(format!("pulling {scores}")),
        Doing::Pushing(scores) => Some(format!("pushing {scores}")),
        Doing::Comparing | Doing::Asking => None,
    }
}

fn waiting(formatter: &EventFormatter, one: &Waiting, why: &str, names: usize, width: usize) -> String {
    let style = match one.wait {
        WaitReason::Fault(_) | WaitReason::Conflict | WaitReason::Failed(_) => RED,
        WaitReason::GoneRemotely | WaitReason::TooLarge { .. } => RED,
        WaitReason::Commit | WaitReason::Person | WaitReason::Never => CYAN,
        WaitReason::Deleted | WaitReason::Renamed(_) => CYAN,
        WaitReason::Turn | WaitReason::Quiet(_) | WaitReason::Place(_) => YELLOW,
    };
    let name = padded(&middle_of(&shown(&formatter.root, &one.path), names), names);
    let words = start_of(why, width.saturating_sub(names + 5));
    format!("   {name}  {}", formatter.styler.apply(style, words))
}

fn why(root: &Path, one: &Waiting, times: &Times, is_paused: bool) -> String {
    let since = times.begun(one.since);
    let next = if one.behind { "pulled" } else { "pushed" };
    match &one.wait {
        WaitReason::Turn | WaitReason::Quiet(_) if is_paused => format!("{next} after the pause"),
        WaitReason::Turn => format!("{next} next"),
        WaitReason::Quiet(until) => format!("{next} in {}", length(until.saturating_duration_since(times.now))),
        WaitReason::Commit => format!("edited since {since}; pushed when it is committed"),
        WaitReason::Person => format!("edited since {since}; p pushes it"),
        WaitReason::Never => format!("edited since {since}; not pushed from here"),
        WaitReason::Fault(fault) => format!("cannot be pushed: {}", fault.message),
        WaitReason::Conflict => format!("in conflict since {since}; r resolves it"),
        WaitReason::TooLarge { bytes, limit } => format!("{bytes} bytes; Plexus takes {limit}"),
        WaitReason::Failed(Failure::Problem(ScoreProblem::File(file))) => cannot_be_read(file),
        WaitReason::Failed(failure) => failure_message(failure, root),
        _ => found_reason(root, one).unwrap_or_default(),
    }
}

/// The line names the file already.
fn cannot_be_read(file: &BrokenFile) -> String {
    let place = file.place.map(|(line, column)| format!("{line}:{column}: ")).unwrap_or_default();
    format!("cannot be pushed: {place}{}", file.reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::chosen_folder::ChosenFolder;
    use crate::cli::ui::Styler;
    use crate::engine::Halt;
    use crate::engine::follow::{GitActivity, Pause};
    use crate::git::GitOperation;
    use crate::model::RelPath;
    use crate::model::{DocKind, Fault};
    use crate::plan::Guard;
    use crate::remote::RemoteError;
    use jiff::tz::TimeZone;
    use std::time::Duration;

    fn one(path: &str, wait: WaitReason, now: Instant) -> Waiting {
        let path = RelPath::parse(path).expect("a safe path");
        Waiting { path, edited: true, behind: false, wait, since: now - Duration::from_secs(61) }
    }

    fn clock(time: &str) -> Clock {
        Clock::new(time.parse().expect("a time"), || TimeZone::UTC)
    }

    fn shown(status: &FollowStatus, now: Instant, width: usize) -> Vec<String> {
        let mut times = Times::new(now, clock("2026-11-23T14:03:10Z"));
        times.go_on(now, clock("2026-11-23T14:03:10Z"), &status.waiting);
        shown_at(status, &times, width)
    }

    fn shown_at(status: &FollowStatus, times: &Times, width: usize) -> Vec<String> {
        let formatter = EventFormatter {
            styler: Styler::PLAIN,
            width: Some(width),
            zone: || TimeZone::UTC,
            root: "scorecards".into(),
            least_items: 20,
            chosen_folder: ChosenFolder::default(),
        };
        lines(&formatter, status, times, (width, 24), true)
    }

    fn fault() -> Fault {
        Fault::new(DocKind::Code, 1, 7, "unclosed bracket '['".to_owned())
    }

    #[test]
    fn what_is_in_the_way_is_said_as_a_command_says_it() {
        let now = Instant::now();
        let guard = Guard::RootEmptied { known: 3, is_there: true };
        let why = Halt::Guard { guard, root: "scorecards".into(), standalone: Vec::new() };
        let stuck = Some(Stuck { why, retry_at: Some(now + Duration::from_secs(2)) });
        insta::assert_snapshot!(shown(&FollowStatus { scores: 3, stuck, ..FollowStatus::default() }, now, 120)[0], @"! the scorecards folder is missing or empty, but 3 scores were synced into it; nothing was touched; next try in 2 s");
    }

    #[test]
    fn what_waits_is_named_with_its_reason() {
        let now = Instant::now() + Duration::from_secs(3600);
        let quiet = WaitReason::Quiet(now + Duration::from_millis(2_100));
        let waiting = vec![
            one("A/B.yaml", quiet, now),
            one("A/Fault.yaml", WaitReason::Fault(fault()), now),
            one("A/Mine.yaml", WaitReason::Person, now),
        ];
        let status = FollowStatus { scores: 12, waiting, listening: true, ..FollowStatus::default() };
        insta::assert_snapshot!(shown(&status, now, 80).join("\n"), @r"
        * 9 of 12 in sync; the dashboard reports changes
           scorecards/A/B.yaml      pushed in 3 s
           scorecards/A/Fault.yaml  cannot be pushed: unclosed bracket '['
           scorecards/A/Mine.yaml   edited since 14:02; p pushes it
           p push now  d diff  r resolve  ? help  q quit
        ");
        assert!(is_ticking(&status) && !is_ticking(&FollowStatus::default()));
        // Not "0 of 0 in sync", which a terminal would show for a moment.
        assert_eq!(shown(&FollowStatus::at_start(), now, 80)[0], "* comparing files and dashboard");
    }

    #[test]
    fn a_time_that_stands_still_stays_true() {
        let now = Instant::now() + Duration::from_secs(3600);
        let waiting = vec![one("A/Mine.yaml", WaitReason::Person, now), one("A/Ours.yaml", WaitReason::Conflict, now)];
        let status = FollowStatus { scores: 2, waiting, ..FollowStatus::default() };
        let mut times = Times::new(now, clock("2026-11-23T14:03:10Z"));
        let mut shown_from = |now, time| {
            times.go_on(now, clock(time), &status.waiting);
            shown_at(&status, &times, 80)[1..3].to_vec()
        };
        let first = shown_from(now, "2026-11-23T14:03:10Z");
        assert_eq!(first[0], "   scorecards/A/Mine.yaml  edited since 14:02; p pushes it");
        assert_eq!(first[1], "   scorecards/A/Ours.yaml  in conflict since 14:02; r resolves it");
        // Nothing draws them anew meanwhile, and the computer may sleep.
        assert!(!is_ticking(&status));
        assert_eq!(shown_from(now + Duration::from_secs(60), "2026-11-23T20:00:00Z"), first);
        assert!(shown_from(now + Duration::from_secs(61), "2026-11-24T09:00:00Z")[0].contains("edited since 2026-11-23;"));
    }

    #[test]
    fn what_git_has_under_way_stands_in_the_headline_and_offers_no_key() {
        let now = Instant::now() + Duration::from_secs(3600);
        let why = PauseWhy::GitBusy(GitActivity::Operation(GitOperation::Rebase));
        let paused = Some(Pause { why, plan: Vec::new() });
        let waiting = vec![one("A/B.yaml", WaitReason::Turn, now)];
        let status = FollowStatus { scores: 12, waiting, paused, ..FollowStatus::default() };
        insta::assert_snapshot!(shown(&status, now, 80).join("\n"), @r"
        = paused: a rebase is under way
           scorecards/A/B.yaml  pushed after the pause
           d diff  r resolve  ? help  q quit
        ");
    }

    #[test]
    fn reasons_stand_in_one_column_beside_wide_names() {
        let now = Instant::now() + Duration::from_secs(3600);
        let waiting = vec![one("A/評価.yaml", WaitReason::Person, now), one("A/Tone check.yaml", WaitReason::Person, now)];
        let status = FollowStatus { scores: 2, waiting, ..FollowStatus::default() };
        let lines = shown(&status, now, 80);
        assert_eq!(lines[1], "   scorecards/A/評価.yaml        edited since 14:02; p pushes it");
        assert_eq!(lines[2], "   scorecards/A/Tone check.yaml  edited since 14:02; p pushes it");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_not_more_than_a_few_are_shown() {
        let now = Instant::now() + Duration::from_secs(3600);
        let name = format!("Long/{}.yaml", "name ".repeat(40));
        let waiting = (0..30)
            .map(|_| one(&name, WaitReason::Failed(Failure::Remote(RemoteError::Protocol("because ".repeat(30)))), now))
            .collect();
        let pause = Pause { why: PauseWhy::Many(30), plan: Vec::new() };
        let status = FollowStatus { scores: 99, waiting, paused: Some(pause), ..FollowStatus::default() };
        let edited = FollowStatus {
            scores: 2,
            waiting: vec![one("Billing/Legacy Script Check.yaml", WaitReason::Person, now)],
            ..FollowStatus::default()
        };
        assert_eq!(shown(&edited, now, 40)[1], "   scoreca…ck.yaml  edited since 14:02;…");
        for width in [20, 40, 80, 200] {
            let lines = shown(&status, now, width);
            assert_eq!(lines.len(), 1 + MAX_NAMED + 1 + 1);
            let widest = lines.iter().map(|line| columns(line)).max().unwrap_or_default();
            assert!(widest <= width, "{width}: {lines:#?}");
        }
        assert!(shown(&status, now, 80)[10].starts_with("   c continue  d diff"));
    }

    #[test]
    fn a_low_terminal_gets_no_more_lines_than_it_has_rows() {
        let now = Instant::now() + Duration::from_secs(3600);
        let formatter = EventFormatter {
            styler: Styler::PLAIN,
            width: Some(80),
            zone: || TimeZone::UTC,
            root: "scorecards".into(),
            least_items: 20,
            chosen_folder: ChosenFolder::default(),
        };
        let times = Times::new(now, clock("2026-11-23T14:03:10Z"));
        for (waiting, height) in (0..30).flat_map(|waiting| (1..16).map(move |height| (waiting, height))) {
            let waits = (0..waiting).map(|n| one(&format!("A/{n}.yaml"), WaitReason::Person, now)).collect();
            let status = FollowStatus { scores: 99, waiting: waits, ..FollowStatus::default() };
            for keys in [true, false] {
                let lines = lines(&formatter, &status, &times, (80, height), keys);
                assert!(lines.len() <= height, "{waiting} in {height}: {lines:#?}");
                let named = lines.iter().filter(|line| line.contains(".yaml")).count();
                let others = lines.iter().find_map(|line| line.strip_prefix("   and ")?.split(' ').next()?.parse().ok());
                assert!(named == 0 || named + others.unwrap_or(0) == waiting, "{waiting} in {height}: {lines:#?}");
            }
        }
        let waits = (0..3).map(|n| one(&format!("A/{n}.yaml"), WaitReason::Person, now)).collect();
        let status = FollowStatus { scores: 9, waiting: waits, ..FollowStatus::default() };
        insta::assert_snapshot!(lines(&formatter, &status, &times, (80, 3), true).join("\n"), @r"
        * 6 of 9 in sync; the dashboard is checked now and then
           3 not in sync
           p push now  d diff  r resolve  ? help  q quit
        ");
    }
}
