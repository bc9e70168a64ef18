//! What a watcher says: lines with their time, for people and for problem matchers of editors.

use super::wording::{found_help, found_reason, next_try, pause_help, pause_reason, polling_reason};
use crate::check::Severity;
use crate::cli::chosen_folder::ChosenFolder;
use crate::cli::error::{Problem, explanation, message};
use crate::cli::exit::Exit;
use crate::cli::render::commit::left_out;
use crate::cli::render::evaluation::summary as summary_of;
use crate::cli::render::labels;
use crate::cli::roots::shown;
use crate::cli::text::{counted, plain};
use crate::cli::ui::{CYAN, DIM, GREEN, RED, Styler, YELLOW, visible_columns, wrapped};
use crate::engine::follow::{Drafted, Evaluated, Event, Pause, Waiting};
use crate::engine::{Action, CommitReport, Diagnostic, Outcome, ScoreReport};
use anstyle::Style;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// The most files of a plan that are named.
const MAX_PLANNED: usize = 10;
/// Width of the column of words, in characters.
const WORD_WIDTH: usize = 10;

/// Where the words of a line begin, below the time and the word of the first line.
const TEXT_COLUMN: usize = "14:02:10 ".len() + WORD_WIDTH + 1;
/// Where a line goes on that has no such columns, or no room for them.
const HANG: usize = 4;

/// How lines look, and in which time zone their time is.
#[derive(Clone, Debug)]
pub struct EventFormatter {
    /// Colour.
    pub styler: Styler,
    /// The columns that lines have; none where a program may read them, which wants them whole.
    pub width: Option<usize>,
    /// The time zone of the hours.
    pub zone: fn() -> TimeZone,
    /// The scorecards root as a person sees it.
    pub root: PathBuf,
    /// Items that an evaluation must cover to count.
    pub least_items: u64,
    /// What commands name besides, if they are typed where the program was started.
    pub chosen_folder: ChosenFolder,
}

fn evaluated(ended: &Evaluated, least: u64) -> String {
    let champion = ended.champion.as_ref().map(|champion| format!("; champion {:.1} %", champion.accuracy)).unwrap_or_default();
    format!("{}  {}: {}{champion}", ended.name, ended.version.short(), summary_of(&ended.evaluation, least))
}

fn drafted(draft: &Drafted) -> String {
    let Drafted { name, version, .. } = draft;
    let by = version.author().map(|author| format!(" by {author}")).unwrap_or_default();
    let note = version.note.as_deref().filter(|note| !note.is_empty()).map(|note| format!(": {note}")).unwrap_or_default();
    format!("{name}  {}{by}, not promoted{note}", version.id.short())
}

impl EventFormatter {
    /// The lines of an event.
    pub fn event(&self, at: Timestamp, event: Event) -> String {
        let line = |word: &str, style, rest: String| self.line(at, word, style, &rest);
        match event {
            Event::Started { account, scores } => line("watching", GREEN, format!("{account}: {}", counted(scores, "score"))),
            Event::Checked { found, paused } => self.checked(at, &found, paused),
            Event::Waits(waiting) => self.waits(at, &waiting),
            Event::Did(report) => {
                let recovered = report.recovered.iter().map(|one| line("finished", GREEN, labels::recovered(one)));
                recovered.chain(report.scores.iter().map(|score| self.score(at, score))).collect()
            }
            Event::Evaluated(ended) => {
                let good = ended.evaluation.counts(self.least_items);
                line("evaluated", if good { GREEN } else { YELLOW }, evaluated(&ended, self.least_items))
            }
            Event::Drafted(draft) => line("draft", CYAN, drafted(&draft)),
            Event::Committed(committed) => self.committed(at, &committed),
            Event::NotCommitted(error) => line("uncommitted", RED, error.to_string()),
            Event::Paused(pause) => self.paused(at, &pause),
            Event::Resumed => line("resumed", GREEN, String::new()),
            Event::Stuck { why, retry_in } => self.stuck(at, &Problem::from(why), retry_in),
            Event::Unstuck => line("back", GREEN, "the dashboard answers again".to_owned()),
            Event::Listening => line("listening", DIM, "the dashboard reports changes as they happen".to_owned()),
            Event::Asking(why) => line("asking", DIM, format!("the dashboard is checked for changes now and then: {why}")),
            Event::FilesPolled(why) => {
                line("polling", DIM, format!("files are checked for changes now and then: {}", polling_reason(&why)))
            }
            Event::RootGone => line("waiting", YELLOW, "the scorecards folder is gone".to_owned()),
            Event::RootBack => line("back", GREEN, "the scorecards folder is there".to_owned()),
        }
    }

    fn line(&self, at: Timestamp, word: &str, style: Style, rest: &str) -> String {
        let time = self.styler.apply(DIM, self.time(at));
        let word = self.styler.apply(style, format_args!("{word:WORD_WIDTH$}"));
        self.fitted(&format!("{time} {word} {}", plain(rest)), TEXT_COLUMN)
    }

    fn time(&self, at: Timestamp) -> String {
        (self.zone)().to_datetime(at).strftime("%H:%M:%S").to_string()
    }

    /// A line, broken between words where it is too long; the lines below begin in column `hang`, if that leaves half of the room.
    fn fitted(&self, line: &str, hang: usize) -> String {
        let Some(width) = self.width.filter(|width| visible_columns(line) > *width) else {
            return line.trim_end().to_owned() + "\n";
        };
        let hang = if hang * 2 <= width { hang } else { HANG };
        let lines = wrapped(line, width, width.saturating_sub(hang));
        let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        lines.join(&format!("\n{:hang$}", "")) + "\n"
    }

    /// An editor takes the findings between the two lines for all there are.
    fn checked(&self, at: Timestamp, found: &[Diagnostic], paused: bool) -> String {
        let mut text = self.line(at, "checking", DIM, "");
        found.iter().for_each(|diagnostic| text += &self.diagnostic(diagnostic));
        text + &self.line(at, "checked", DIM, &summary(found, paused))
    }

    fn diagnostic(&self, diagnostic: &Diagnostic) -> String {
        let style = if diagnostic.severity == Severity::Error { RED } else { YELLOW };
        let word = self.styler.apply(style, format_args!("{}:", diagnostic.severity.word()));
        let file = diagnostic.path.under(&self.root).display().to_string();
        let place = diagnostic.start.map(|start| format!(":{}:{}", start.line, start.column)).unwrap_or_default();
        let rule = diagnostic.rule().map(|rule| format!(" [{}]", rule.code())).unwrap_or_default();
        self.fitted(&format!("{}{place}: {word} {}{rule}", plain(&file), plain(&message(diagnostic))), HANG)
    }

    fn score(&self, at: Timestamp, score: &ScoreReport) -> String {
        let word = labels::result(score);
        let name = format!("{}/{}", score.scorecard, score.name);
        let detail = match (&score.outcome, explanation(score, &self.root)) {
            (_, Some(explanation)) => explanation.message,
            (Outcome::Done(action), None) => labels::action_detail(action, false) + &by(score, action),
            _ => String::new(),
        };
        let mut text = self.line(at, word.text, word.style, &format!("{name}  {detail}"));
        for note in &score.notes {
            text += &self.fitted(&format!("  {} {}", self.styler.apply(CYAN, "note:"), labels::note(*note)), HANG);
        }
        if let Some(help) = explanation(score, &self.root).and_then(|explanation| explanation.help) {
            text += &self.help(&help);
        }
        text
    }

    fn waits(&self, at: Timestamp, waiting: &[Waiting]) -> String {
        let (mut text, mut helps) = (String::new(), BTreeSet::new());
        for one in waiting.iter().take(MAX_PLANNED) {
            let why = found_reason(&self.root, one).unwrap_or_default();
            text += &self.line(at, "waits", YELLOW, &format!("{}  {why}", shown(&self.root, &one.path)));
            // A folder that was renamed has one for all.
            let help = found_help(&self.root, one).filter(|help| helps.insert(help.clone()));
            text += &help.map(|help| self.help(&help)).unwrap_or_default();
        }
        if waiting.len() > MAX_PLANNED {
            text += &format!("  and {} more\n", waiting.len() - MAX_PLANNED);
        }
        text
    }

    fn committed(&self, at: Timestamp, committed: &CommitReport) -> String {
        let made = committed.made.as_ref();
        let made = made.map(|(id, subject)| self.line(at, "committed", GREEN, &format!("{}: {subject}", id.short())));
        let left_out = left_out(&committed.left_out, &self.root);
        let left_out = left_out.iter().map(|why| self.line(at, "uncommitted", YELLOW, why));
        made.into_iter().chain(left_out).collect()
    }

    fn paused(&self, at: Timestamp, pause: &Pause) -> String {
        let mut text = self.line(at, "paused", YELLOW, &format!("{}: nothing is pushed or written", pause_reason(&pause.why)));
        for path in pause.plan.iter().take(MAX_PLANNED) {
            text += &self.fitted(&format!("  would push {}", shown(&self.root, path)), HANG);
        }
        if pause.plan.len() > MAX_PLANNED {
            text += &format!("  and {} more\n", pause.plan.len() - MAX_PLANNED);
        }
        text + &self.help(pause_help(&pause.why))
    }

    /// What may pass by itself needs no advice.
    fn stuck(&self, at: Timestamp, problem: &Problem, retry_in: Option<Duration>) -> String {
        // The line stays: "in 2 s" would be wrong 2 seconds later.
        let when = retry_in.map(|retry_in| format!("at {}", self.time(at.checked_add(retry_in).unwrap_or(at))));
        let words = format!("{}; {}", problem.message, next_try(when));
        let help = problem.help.iter().filter(|_| problem.exit != Exit::Unreachable);
        self.line(at, "waiting", YELLOW, &words) + &help.map(|help| self.help(help)).collect::<String>()
    }

    /// A line with a command that gets out of something; it is to be copied, and stays whole.
    pub fn help(&self, help: &str) -> String {
        format!("  {} {}\n", self.styler.apply(CYAN, "help:"), self.chosen_folder.typed(help))
    }

    /// A line about a problem that does not end the watch.
    pub fn problem(&self, problem: &Problem) -> String {
        self.fitted(&format!("{} {}", self.styler.apply(RED.bold(), "error:"), problem.message), HANG)
    }
}

/// How many files cannot be pushed, and what else was found.
fn summary(found: &[Diagnostic], paused: bool) -> String {
    let count = |is_it: &dyn Fn(&Diagnostic) -> bool| found.iter().filter(|one| is_it(one)).count();
    let is_of = |one: &Diagnostic, severity| !one.blocks_push && one.severity == severity;
    let parts = [(count(&|one| is_of(one, Severity::Error)), "error"), (count(&|one| is_of(one, Severity::Warning)), "warning")];
    let found = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what));
    let held = match count(&|one| one.blocks_push) {
        0 if paused => "every file can be pushed, after the pause".to_owned(),
        0 => "every file can be pushed".to_owned(),
        1 => "1 file cannot be pushed".to_owned(),
        many => format!("{many} files cannot be pushed"),
    };
    [held].into_iter().chain(found).collect::<Vec<_>>().join("; ")
}

/// Who made what was taken from the dashboard.
fn by(score: &ScoreReport, action: &Action) -> String {
    match (action, &score.author) {
        (Action::Pulled { .. }, Some(author)) => format!(" by {author}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::TextPosition;
    use crate::cli::testing::{conflict, report, score};
    use crate::engine::Cause;
    use crate::engine::follow::{GitActivity, PauseWhy, WaitReason};
    use crate::engine::{Halt, RenamedHere, Verb};
    use crate::git::GitOperation;
    use crate::model::{Changes, DocKind, Evaluation, Fault, RelPath, VersionMeta};
    use crate::plan::Standing;
    use crate::remote::RemoteError;
    use std::time::Instant;

    fn said(event: Event) -> String {
        said_in(None, event)
    }

    fn said_in(width: Option<usize>, event: Event) -> String {
        let styler = if width.is_some() { Styler::COLOURED } else { Styler::PLAIN };
        let formatter = EventFormatter {
            styler,
            width,
            zone: || TimeZone::UTC,
            root: "scorecards".into(),
            least_items: 20,
            chosen_folder: ChosenFolder::default(),
        };
        let text = formatter.event(Timestamp::from_second(50_530).expect("a time"), event);
        anstream::adapter::strip_str(&text).to_string()
    }

    fn path(name: &str) -> RelPath {
        RelPath::parse(name).expect("a safe path")
    }

    fn held(fault: Fault) -> Diagnostic {
        Diagnostic {
            path: path("A/My: B.yaml"),
            start: Some(TextPosition { line: 3, column: 7 }),
            severity: Severity::Error,
            cause: Cause::Fault(fault),
            blocks_push: true,
        }
    }

    #[test]
    fn what_was_done_is_a_line_with_its_time_and_who_did_it() {
        let written = Changes { code: true, guidelines: false };
        let pulled = Action::Pulled { version: "new45678-0".into(), written, merged: false };
        let mut done = score("Tone", Standing::Behind(written), Outcome::Done(pulled));
        done.author = Some("Ann\u{1b}[2J".to_owned());
        let stuck = score("My Tone", Standing::UnknownBase, Outcome::Conflict(conflict()));
        insta::assert_snapshot!(said(Event::Did(report(Verb::Pull, vec![done, stuck]))), @r"
        14:02:10 pulled     Card/Tone  code, version new45678 by Ann�[2J
        14:02:10 conflict   Card/My Tone  code: both sides changed the same lines
          help: scoresync resolve 'scorecards/Card/My Tone.yaml'    # or with --ours, --theirs, --merge, --tool
        ");
    }

    #[test]
    fn what_only_a_person_ends_is_told_with_the_way_out() {
        let waiting = |name: &str, wait| Waiting { path: path(name), edited: false, behind: false, wait, since: Instant::now() };
        let renamed = |to: &str, whole_folder| {
            let renamed = RenamedHere { to: path(to), guidelines: None, percent: 100, whole_folder };
            WaitReason::Renamed(Box::new(renamed))
        };
        let told = said(Event::Waits(vec![
            waiting("A/B.yaml", renamed("A/C.yaml", false)),
            waiting("My QA/D.yaml", renamed("QA 2/D.yaml", true)),
            waiting("My QA/E.yaml", renamed("QA 2/E.yaml", true)),
            waiting("Z/F.yaml", WaitReason::Deleted),
            waiting("Z/G.yaml", WaitReason::GoneRemotely),
            waiting("Z/H.yaml", WaitReason::Place(path("Z/I.yaml"))),
        ]));
        insta::assert_snapshot!(told, @r"
        14:02:10 waits      scorecards/A/B.yaml  renamed here to C.yaml; its edits are not synced
          help: mv -n scorecards/A/C.yaml scorecards/A/B.yaml    # files are named after scores: to rename one, rename it in Plexus
        14:02:10 waits      scorecards/My QA/D.yaml  renamed here to QA 2/D.yaml; its edits are not synced
          help: mv -n 'scorecards/QA 2' 'scorecards/My QA'    # files are named after scores: to rename one, rename it in Plexus
        14:02:10 waits      scorecards/My QA/E.yaml  renamed here to QA 2/E.yaml; its edits are not synced
        14:02:10 waits      scorecards/Z/F.yaml  its code file is deleted here, which is not synced
          help: scoresync restore scorecards/Z/F.yaml    # brings it back
        14:02:10 waits      scorecards/Z/G.yaml  gone from Plexus, edited here
          help: scoresync new scorecards/Z/G.yaml    # makes a score of it again; or remove its files
        14:02:10 waits      scorecards/Z/H.yaml  renamed in Plexus; scorecards/Z/I.yaml is in the way
          help: scoresync status scorecards/Z/H.yaml
        ");
        let many = (0..12).map(|n| waiting(&format!("A/{n}.yaml"), WaitReason::Deleted)).collect();
        assert!(said(Event::Waits(many)).ends_with("  and 2 more\n"));
    }

    #[test]
    fn an_evaluation_is_told_with_that_of_the_champion() {
        let evaluation = |accuracy: f64| Evaluation {
            id: "e".to_owned(),
            kind: "accuracy".to_owned(),
            status: "COMPLETED".to_owned(),
            accuracy,
            items: Some(200),
            total: Some(200),
            error: None,
            cost: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            details: None,
        };
        let ended = |champion: Option<f64>| Evaluated {
            score: "s".into(),
            name: "Card/Tone".to_owned(),
            version: "1a2b3c4d-0".into(),
            evaluation: evaluation(92.5),
            champion: champion.map(evaluation),
        };
        let told = [Some(88.0), None].map(|champion| said(Event::Evaluated(Box::new(ended(champion)))));
        insta::assert_snapshot!(told.concat(), @r"
        14:02:10 evaluated  Card/Tone  1a2b3c4d: accuracy 92.5 % of 200; champion 88.0 %
        14:02:10 evaluated  Card/Tone  1a2b3c4d: accuracy 92.5 % of 200
        ");
    }

    #[test]
    fn faults_stand_between_two_lines_that_an_editor_waits_for() {
        let start = |line, column| Some(TextPosition { line, column });
        let checked = |found, paused| said(Event::Checked { found, paused });
        let fault = Fault::new(DocKind::Code, 3, 7, "unclosed bracket '['".to_owned());
        let held = held(fault);
        let warning = Diagnostic {
            path: path("A/C.yaml"),
            start: start(1, 1),
            severity: Severity::Warning,
            cause: Cause::Behind("12345678-9".into()),
            blocks_push: false,
        };
        insta::assert_snapshot!(checked(vec![held, warning], false) + &checked(Vec::new(), false) + &checked(Vec::new(), true), @r"
        14:02:10 checking
        scorecards/A/My: B.yaml:3:7: error: unclosed bracket '['
        scorecards/A/C.yaml:1:1: warning: behind champion 12345678
        14:02:10 checked    1 file cannot be pushed; 1 warning
        14:02:10 checking
        14:02:10 checked    every file can be pushed
        14:02:10 checking
        14:02:10 checked    every file can be pushed, after the pause
        ");
    }

    #[test]
    fn a_terminal_gets_lines_that_fit_and_break_between_words() {
        let version = VersionMeta {
            id: "1a2b3c4d-0".into(),
            score_id: "s".into(),
            parent: None,
            created_at: Timestamp::UNIX_EPOCH,
            note: Some("A note of several words that goes on".to_owned()),
            metadata: serde_json::Value::Null,
        };
        let name = "Harbor Telecom - Retention Calls/Greeting and Name".to_owned();
        let draft = || Event::Drafted(Box::new(Drafted { score: "s".into(), name: name.clone(), version: version.clone() }));
        let fault = Fault::new(DocKind::Code, 3, 7, "expected ',' or ']' but found the end of the text".to_owned());
        let found = || Event::Checked { found: vec![held(fault.clone())], paused: false };
        let shown = said_in(Some(60), draft()) + &said_in(Some(60), found()) + &said_in(Some(30), draft());
        insta::assert_snapshot!(shown.replace("checking  ", "checking"), @r"
        14:02:10 draft      Harbor Telecom - Retention
                            Calls/Greeting and Name  1a2b3c4d, not
                            promoted: A note of several words that
                            goes on
        14:02:10 checking
        scorecards/A/My: B.yaml:3:7: error: expected ',' or ']' but
            found the end of the text
        14:02:10 checked    1 file cannot be pushed
        14:02:10 draft      Harbor
            Telecom - Retention
            Calls/Greeting and Name
            1a2b3c4d, not promoted: A
            note of several words that
            goes on
        ");
        let events: [&dyn Fn() -> Event; 2] = [&draft, &found];
        for (width, event) in [20, 30, 60, 80].into_iter().flat_map(|width| events.map(|event| (width, event))) {
            let (narrow, whole) = (said_in(Some(width), event()), said(event()));
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&narrow), words(&whole), "{narrow}");
            let longest = words(&narrow).iter().map(String::len).max().unwrap_or_default();
            assert!(narrow.lines().all(|line| line.len() <= width.max(longest + HANG)), "{width}: {narrow}");
        }
    }

    #[test]
    fn a_pause_shows_the_plan_and_the_way_out() {
        let plan = (1..=12).map(|n| path(&format!("A/{n}.yaml"))).collect();
        let text = said(Event::Paused(Pause { why: PauseWhy::HeadMoved("checkout: moving from a to b".into()), plan }));
        let lines: Vec<&str> = text.lines().collect();
        let first = "14:02:10 paused     git changed files (checkout: moving from a to b): nothing is pushed or written";
        assert_eq!((lines[0], lines[1], lines[11]), (first, "  would push scorecards/A/1.yaml", "  and 2 more"));
        assert!(lines[12].contains("scoresync watch --resume"), "{text}");
    }

    #[test]
    fn a_pause_that_git_ends_shows_how_git_ends_it() {
        let paused = |what| said(Event::Paused(Pause { why: PauseWhy::GitBusy(what), plan: Vec::new() }));
        insta::assert_snapshot!(paused(GitActivity::Operation(GitOperation::Rebase)) + &paused(GitActivity::IndexLocked), @r#"
        14:02:10 paused     a rebase is under way: nothing is pushed or written
          help: git status    # says how to finish it, or to give it up
        14:02:10 paused     git has locked its index: nothing is pushed or written
          help: rm "$(git rev-parse --git-path index.lock)"    # only if no git is running
        "#);
    }

    #[test]
    fn what_is_waited_for_is_said_without_advice_that_does_not_help() {
        let stuck = |error, retry_in| said(Event::Stuck { why: Halt::Remote(error), retry_in });
        let unreachable = stuck(RemoteError::Unreachable("no route".into()), None);
        assert!(unreachable.contains("no route; goes on when it answers") && !unreachable.contains("help:"), "{unreachable}");
        let odd = stuck(RemoteError::Protocol("no sense".into()), Some(Duration::from_millis(1_500)));
        assert!(odd.contains("no sense; next try at 14:02:11"), "{odd}");
        assert!(stuck(RemoteError::Unauthorised("no".into()), None).contains("help:"));
    }
}
