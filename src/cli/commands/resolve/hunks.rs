//! Conflicts place by place: each is shown with the lines around it, and a person decides. Writes nothing.

use super::answers::{AnswerScope, Answers, OpenPlace, PlaceAnswer, TakenSide};
use super::prompter::Prompter;
use crate::check::markers;
use crate::cli::error::Problem;
use crate::cli::text::plain;
use crate::cli::ui::{BOLD, CYAN, DIM, GREEN, Styler, YELLOW};
use crate::engine::{Resolution, ScoreConflict};
use crate::plan::{Labels, Piece};
use anstyle::Style;
use std::path::Path;

/// The most settled lines that are shown above and below a place.
const CONTEXT: usize = 3;

/// What was decided.
#[derive(Debug)]
pub struct Decided {
    /// The texts to be written. Scores that were skipped, or that were not reached, have none.
    pub texts: Vec<Resolution>,
    /// How many scores they are for.
    pub scores: usize,
    /// How many scores there are.
    pub of: usize,
    /// The person stopped before the end.
    pub stopped: bool,
}

/// What can be typed about a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlaceKey {
    Take(TakenSide, AnswerScope),
    Edit,
    EditDocument,
    Skip,
    Back,
    Quit,
}

/// Asks about every place of every document in conflict.
///
/// # Errors
/// Ctrl-C; a temporary file cannot be read or written, or the editor cannot be started.
pub fn decide(prompter: &mut impl Prompter, root: &Path, conflicts: &[ScoreConflict]) -> Result<Decided, Problem> {
    let mut answers = Answers::new(conflicts);
    let mut stopped = false;
    while !stopped && let Some(place) = answers.next() {
        let styler = prompter.question_styler();
        prompter.show(&format!("\n{}\n", styler.apply(BOLD, plain(&title(root, &place)))));
        prompter.show(&shown(styler, &place));
        stopped = !ask(prompter, root, &mut answers)?;
    }
    Ok(Decided { texts: answers.decided(), scores: answers.decided_scores(), of: answers.scores(), stopped })
}

fn title(root: &Path, place: &OpenPlace<'_>) -> String {
    let document = format!("{}  {}", place.conflict.path.under(root).display(), place.conflict.kind);
    let score = if place.score.1 > 1 { format!("score {} of {}, ", place.score.0, place.score.1) } else { String::new() };
    format!("{document}, {score}place {} of {}", place.place.0, place.place.1)
}

/// Asks about the next place until it is answered or left; false if the person stops.
fn ask(prompter: &mut impl Prompter, root: &Path, answers: &mut Answers<'_>) -> Result<bool, Problem> {
    let keys = offered(answers);
    let mut drafts = Drafts::default();
    loop {
        let Some(typed) = prompter.ask(&question(&keys))? else { return Ok(false) };
        let Some(key) = KEYS.iter().find(|(name, ..)| *name == typed).map(|(_, key, _)| *key) else {
            prompter.show(&help(&keys, answers));
            continue;
        };
        match key {
            PlaceKey::Quit => return Ok(false),
            PlaceKey::Skip => answers.give(PlaceAnswer::Skipped),
            PlaceKey::Back if answers.back() => {}
            PlaceKey::Back => {
                prompter.show("this is the first place\n");
                continue;
            }
            PlaceKey::Take(side, scope) if keys.contains(&PlaceKey::Take(side, AnswerScope::Place)) => answers.take(side, scope),
            PlaceKey::Take(side, _) => {
                prompter.show(&refusal(root, answers, side));
                continue;
            }
            PlaceKey::Edit | PlaceKey::EditDocument => match edited(prompter, root, answers, key, &mut drafts)? {
                Some(answer) => answers.give(answer),
                None => continue,
            },
        }
        return Ok(true);
    }
}

/// The keys, as they are typed, and what they do.
const KEYS: [(&str, PlaceKey, &str); 12] = [
    ("o", PlaceKey::Take(TakenSide::Ours, AnswerScope::Place), "the lines of your file"),
    ("od", PlaceKey::Take(TakenSide::Ours, AnswerScope::Document), "  and for all the rest of this document"),
    ("oa", PlaceKey::Take(TakenSide::Ours, AnswerScope::All), "  and for all the rest, in every score"),
    ("t", PlaceKey::Take(TakenSide::Theirs, AnswerScope::Place), "the lines of the champion"),
    ("td", PlaceKey::Take(TakenSide::Theirs, AnswerScope::Document), "  and for all the rest of this document"),
    ("ta", PlaceKey::Take(TakenSide::Theirs, AnswerScope::All), "  and for all the rest, in every score"),
    ("b", PlaceKey::Take(TakenSide::Both, AnswerScope::Place), "both, yours first"),
    ("e", PlaceKey::Edit, "edit these lines in your editor"),
    ("ed", PlaceKey::EditDocument, "edit the whole document in your editor"),
    ("s", PlaceKey::Skip, "leave this score in conflict"),
    ("<", PlaceKey::Back, "back to the place before"),
    ("q", PlaceKey::Quit, "stop"),
];

/// The keys that lead on here: nothing is offered that cannot be pushed then.
fn offered(answers: &Answers<'_>) -> Vec<PlaceKey> {
    let can_take = |side| answers.side(side).is_some_and(|answer| answers.fault(&answer).is_none());
    let place = answers.next();
    let reaches = |scope| {
        place.as_ref().is_some_and(|place| match scope {
            AnswerScope::Place => true,
            AnswerScope::Document => place.more_in_document,
            AnswerScope::All => place.more,
        })
    };
    let is_offered = |key: &PlaceKey| match key {
        PlaceKey::Take(side, scope) => reaches(*scope) && can_take(*side),
        PlaceKey::Back => answers.has_steps(),
        PlaceKey::Edit | PlaceKey::EditDocument | PlaceKey::Skip | PlaceKey::Quit => true,
    };
    KEYS.iter().map(|(_, key, _)| *key).filter(is_offered).collect()
}

fn question(keys: &[PlaceKey]) -> String {
    let words = keys.iter().filter_map(|key| match key {
        PlaceKey::Take(TakenSide::Ours, AnswerScope::Place) => Some("[o]urs"),
        PlaceKey::Take(TakenSide::Theirs, AnswerScope::Place) => Some("[t]heirs"),
        PlaceKey::Take(TakenSide::Both, AnswerScope::Place) => Some("[b]oth"),
        PlaceKey::Edit => Some("[e]dit"),
        PlaceKey::Skip => Some("[s]kip this score"),
        PlaceKey::Back => Some("[<] back"),
        PlaceKey::Quit => Some("[q]uit"),
        PlaceKey::Take(..) | PlaceKey::EditDocument => None,
    });
    format!("take {}, [?] more: ", words.collect::<Vec<_>>().join(", "))
}

fn help(keys: &[PlaceKey], answers: &Answers<'_>) -> String {
    let mut text = String::new();
    for (name, key, words) in KEYS.iter().filter(|(_, key, _)| keys.contains(key)) {
        let more = match (key, answers.decided_scores()) {
            (PlaceKey::Quit, 0) => ", and write nothing".to_owned(),
            (PlaceKey::Quit, scores) => format!(", and write what is decided for whole scores: {scores} of {}", answers.scores()),
            _ => String::new(),
        };
        text += &format!("  {name:3} {words}{more}\n");
    }
    text + "  Ctrl-C stops and writes nothing at all\n"
}

/// Why a side cannot be taken.
fn refusal(root: &Path, answers: &Answers<'_>, side: TakenSide) -> String {
    match (answers.next(), answers.side(side)) {
        (Some(place), Some(answer)) => {
            let fault = answers.fault(&answer).map(|fault| fault.to_string()).unwrap_or_default();
            format!("that could not be pushed: {}:{}\n", place.conflict.path.under(root).display(), plain(&fault))
        }
        _ => "one side has no lines here\n".to_owned(),
    }
}

/// What a person typed for a place, or for its document, and that was no answer: they go on from there.
#[derive(Default)]
struct Drafts {
    lines: Option<String>,
    document: Option<String>,
}

/// What the editor makes of the next place, or of its document; none if that is no answer, which is said.
fn edited(
    prompter: &mut impl Prompter,
    root: &Path,
    answers: &Answers<'_>,
    key: PlaceKey,
    drafts: &mut Drafts,
) -> Result<Option<PlaceAnswer>, Problem> {
    let Some(place) = answers.next() else { return Ok(None) };
    let (theirs, whole) = (theirs(&place), key == PlaceKey::EditDocument);
    let labels = labels(&place, &theirs);
    let draft = if whole { &mut drafts.document } else { &mut drafts.lines };
    let marked = || if whole { answers.marked(labels) } else { place.piece.marked(labels).join("\n") + "\n" };
    let text = draft.clone().unwrap_or_else(marked);
    let Some(text) = prompter.edit(&place.conflict.path, &text)? else {
        prompter.show("the editor failed\n");
        return Ok(None);
    };
    *draft = Some(text.clone());
    if markers(place.conflict.kind, &text).is_some() {
        prompter.show("there are still conflict markers\n");
        return Ok(None);
    }
    let answer = if whole { PlaceAnswer::Document(text) } else { PlaceAnswer::Lines(text.lines().map(str::to_owned).collect()) };
    let Some(fault) = answers.fault(&answer) else { return Ok(Some(answer)) };
    let path = place.conflict.path.under(root);
    prompter.show(&format!("that could not be pushed: {}:{}\n", path.display(), plain(&fault.to_string())));
    Ok(None)
}

fn theirs(place: &OpenPlace<'_>) -> String {
    let champion = &place.conflict.theirs.label;
    place.author.map_or_else(|| format!("theirs: {champion}"), |author| format!("theirs: {champion} by {author}"))
}

fn labels<'a>(place: &'a OpenPlace<'_>, theirs: &'a str) -> Labels<'a> {
    Labels { ours: "ours", base: place.conflict.base.as_ref().map_or("", |base| &base.label), theirs }
}

/// A place with the lines around it.
fn shown(styler: Styler, place: &OpenPlace<'_>) -> String {
    let Piece::Conflict { base, ours, theirs: lines } = place.piece else { return String::new() };
    let theirs = theirs(place);
    let labels = labels(place, &theirs);
    let mut text = String::new();
    let mut block = |label: &str, sign: char, style: Style, lines: &[String]| {
        if !label.is_empty() {
            text += &format!("{}\n", styler.apply(DIM, format_args!("  {}", plain(label))));
        }
        lines.iter().for_each(|line| text += &format!("{}\n", styler.apply(style, format_args!("{sign} {}", plain(line)))));
    };
    block("", ' ', Style::new(), &place.above[place.above.len().saturating_sub(CONTEXT)..]);
    if let Some(base) = base {
        block(labels.base, '-', YELLOW, base);
    }
    block(labels.ours, 'o', GREEN, ours);
    block(labels.theirs, 't', CYAN, lines);
    if let Some(Piece::Settled(lines)) = place.below {
        block("", ' ', Style::new(), &lines[..lines.len().min(CONTEXT)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::testing::{conflict, score};
    use crate::engine::{DocumentConflict, Outcome, Side};
    use crate::model::{DocKind, RelPath};
    use crate::plan::Standing;

    /// Gives these answers, and edits with these texts.
    struct Script {
        answers: Vec<&'static str>,
        edits: Vec<&'static str>,
        said: String,
    }

    impl Prompter for Script {
        fn question_styler(&self) -> Styler {
            Styler::PLAIN
        }

        fn show(&mut self, text: &str) {
            self.said += text;
        }

        fn ask(&mut self, question: &str) -> Result<Option<String>, Problem> {
            self.said += question;
            let answer = (!self.answers.is_empty()).then(|| self.answers.remove(0).to_owned());
            self.said.extend(answer.as_ref().map(|answer| format!("{answer}\n")));
            Ok(answer)
        }

        fn edit(&mut self, _: &RelPath, text: &str) -> Result<Option<String>, Problem> {
            self.said += text;
            Ok((!self.edits.is_empty()).then(|| self.edits.remove(0).to_owned()))
        }
    }

    fn score_conflict(texts: [&str; 3]) -> ScoreConflict {
        let [base, ours, theirs] = texts;
        let side = |label: &str, text: &str| Side { label: label.to_owned(), text: Some(text.into()) };
        let document = DocumentConflict {
            score: "id-Tone".into(),
            kind: DocKind::Code,
            path: RelPath::parse("Card/Tone.yaml").expect("a safe path"),
            base: Some(side("base 1a2b", base)),
            ours: side("local", ours),
            theirs: side("champion 3c4d", theirs),
            champion: "3c4d".into(),
        };
        let score = score("Tone", Standing::Clean, Outcome::Conflict(conflict()));
        ScoreConflict { score, champion: None, documents: vec![document] }
    }

    const TEXTS: [&str; 3] = ["a: 1\nb: 1\nc: 1\nd: 1\n", "a: 2\nb: 1\nc: 1\nd: 2", "a: 3\nb: 1\nc: 1\nd: 3\n"];

    /// What was said, and what was decided.
    fn play(scores: &[[&str; 3]], answers: &[&'static str], edits: &[&'static str]) -> (String, Decided) {
        let mut script = Script { answers: answers.to_vec(), edits: edits.to_vec(), said: String::new() };
        let conflicts: Vec<ScoreConflict> = scores.iter().map(|texts| score_conflict(*texts)).collect();
        let decided = decide(&mut script, Path::new("scorecards"), &conflicts).expect("nothing fails");
        (script.said, decided)
    }

    /// The texts that were decided on.
    fn texts(scores: &[[&str; 3]], answers: &[&'static str], edits: &[&'static str]) -> Vec<String> {
        play(scores, answers, edits).1.texts.into_iter().map(|decision| decision.text).collect()
    }

    #[test]
    fn each_place_is_shown_with_what_is_around_it() {
        let (said, decided) = play(&[TEXTS], &["o", "t"], &[]);
        assert_eq!(decided.texts[0].text, "a: 2\nb: 1\nc: 1\nd: 3");
        insta::assert_snapshot!(said, @r"

        scorecards/Card/Tone.yaml  code, place 1 of 2
          base 1a2b
        - a: 1
          ours
        o a: 2
          theirs: champion 3c4d
        t a: 3
          b: 1
          c: 1
        take [o]urs, [t]heirs, [e]dit, [s]kip this score, [q]uit, [?] more: o

        scorecards/Card/Tone.yaml  code, place 2 of 2
          a: 2
          b: 1
          c: 1
          base 1a2b
        - d: 1
          ours
        o d: 2
          theirs: champion 3c4d
        t d: 3
        take [o]urs, [t]heirs, [e]dit, [s]kip this score, [<] back, [q]uit, [?] more: t
        ");
    }

    #[test]
    fn places_are_counted_over_scores_and_one_can_go_back() {
        let scores = [TEXTS, TEXTS, TEXTS];
        let (said, decided) = play(&scores, &["<", "o", "o", "t", "<", "<", "t", "s", "o", "<", "o", "t"], &[]);
        let titles: Vec<&str> = said.lines().filter_map(|line| line.split_once("  code, ")).map(|(_, title)| title).collect();
        assert_eq!(
            titles,
            [
                "score 1 of 3, place 1 of 2",
                "score 1 of 3, place 2 of 2",
                "score 2 of 3, place 1 of 2",
                "score 2 of 3, place 2 of 2",
                "score 2 of 3, place 1 of 2",
                "score 1 of 3, place 2 of 2",
                "score 2 of 3, place 1 of 2",
                "score 3 of 3, place 1 of 2",
                "score 3 of 3, place 2 of 2",
                "score 3 of 3, place 1 of 2",
                "score 3 of 3, place 2 of 2",
            ]
        );
        assert!(said.contains("this is the first place\n"), "{said}");
        let texts: Vec<&str> = decided.texts.iter().map(|decision| decision.text.as_str()).collect();
        assert_eq!(texts, ["a: 2\nb: 1\nc: 1\nd: 3", "a: 2\nb: 1\nc: 1\nd: 3"], "the second was skipped");
        assert_eq!((decided.scores, decided.of, decided.stopped), (2, 3, false));
    }

    #[test]
    fn a_side_can_be_taken_for_all_the_rest() {
        let (ours, theirs) = ("a: 2\nb: 1\nc: 1\nd: 2", "a: 3\nb: 1\nc: 1\nd: 3");
        assert_eq!(texts(&[TEXTS, TEXTS], &["od", "td"], &[]), [ours, theirs]);
        assert_eq!(texts(&[TEXTS, TEXTS, TEXTS], &["od", "ta"], &[]), [ours, theirs, theirs]);
        assert_eq!(texts(&[TEXTS, TEXTS], &["t", "oa", "<"], &[]), ["a: 3\nb: 1\nc: 1\nd: 2", ours], "nothing is left to ask");
        let broken = ["a: 1\n", "a: 2\n", "a: [\n"];
        let (said, decided) = play(&[TEXTS, broken, TEXTS], &["ta", "t", "o", "<", "<", "oa"], &[]);
        assert!(said.contains("take [o]urs, [e]dit, [s]kip this score, [<] back, [q]uit, [?] more: t\n"), "{said}");
        assert!(said.contains("that could not be pushed: scorecards/Card/Tone.yaml:1:4: unclosed bracket"), "{said}");
        let texts: Vec<&str> = decided.texts.iter().map(|decision| decision.text.as_str()).collect();
        assert_eq!(texts, [ours, "a: 2\n", ours], "the answer for all was taken back as one");
    }

    #[test]
    fn the_keys_are_told() {
        let (said, _) = play(&[TEXTS, TEXTS], &["oa"; 1], &[]);
        assert!(!said.contains("  od"), "{said}");
        let (said, _) = play(&[TEXTS, TEXTS], &["od", "?"], &[]);
        insta::assert_snapshot!(said.rsplit_once("more: ?\n").expect("it was asked").1.split_once("take").expect("again").0, @r"
          o   the lines of your file
          od    and for all the rest of this document
          oa    and for all the rest, in every score
          t   the lines of the champion
          td    and for all the rest of this document
          ta    and for all the rest, in every score
          e   edit these lines in your editor
          ed  edit the whole document in your editor
          s   leave this score in conflict
          <   back to the place before
          q   stop, and write what is decided for whole scores: 1 of 2
          Ctrl-C stops and writes nothing at all
        ");
    }

    #[test]
    fn editing_goes_on_until_no_marker_is_left() {
        let edits = ["<<<<<<< x\n=======\n>>>>>>> y\n", "a: 5\n# why\n"];
        let (said, decided) = play(&[TEXTS], &["?", "e", "e", "t"], &edits);
        assert!(said.contains("leave this score in conflict") && said.contains("there are still conflict markers"), "{said}");
        assert!(said.contains("<<<<<<< ours\na: 2\n||||||| base 1a2b\na: 1\n=======\na: 3\n>>>>>>> theirs"), "{said}");
        assert_eq!(decided.texts[0].text, "a: 5\n# why\nb: 1\nc: 1\nd: 3");
        assert!(play(&[TEXTS], &["e", "q"], &[]).0.contains("the editor failed"));
    }

    #[test]
    fn a_whole_document_is_edited_with_what_is_decided_so_far() {
        let (said, decided) = play(&[TEXTS, TEXTS], &["t", "ed", "<", "ed", "oa"], &["a: 7\n", "a: 9\n"]);
        assert!(said.contains("a: 3\nb: 1\nc: 1\n<<<<<<< ours\nd: 2\n||||||| base 1a2b\n"), "{said}");
        assert_eq!(decided.texts[0].text, "a: 9\n");
        assert_eq!(decided.texts[1].text, "a: 2\nb: 1\nc: 1\nd: 2");
    }

    #[test]
    fn what_cannot_be_pushed_is_neither_offered_nor_taken() {
        let (said, decided) = play(&[TEXTS], &["b", "o", "b", "e", "q"], &["d: ["]);
        assert!(said.contains("take [o]urs, [t]heirs, [e]dit,"), "{said}");
        assert!(said.contains("that could not be pushed: scorecards/Card/Tone.yaml:2:1: the key \"a\" appears twice"), "{said}");
        assert!(said.contains(":5:1: the key \"d\" appears twice") && said.contains("unclosed bracket"), "{said}");
        assert!(decided.texts.is_empty() && decided.stopped);
        let marked = "<<<<<<< local\na: 2\n=======\na: 3\n>>>>>>> champion\n";
        let (said, _) = play(&[["a: 1\n", marked, "a: 4\n"]], &["o"], &[]);
        assert!(said.contains("take [t]heirs, [e]dit, ") && said.contains("unresolved merge markers"), "{said}");
        let removed = ["a: 1\nb: 1\n", "a: 1\n", "a: 1\nb: 2\n"];
        let (said, _) = play(&[removed], &["b"], &[]);
        assert!(said.contains("[o]urs, [t]heirs, [e]dit") && said.contains("one side has no lines here"), "{said}");
    }

    #[test]
    fn stopping_keeps_what_was_decided_for_whole_scores() {
        for answers in [&["o", "q"][..], &["o"], &[], &["o", "<", "q"]] {
            let (_, decided) = play(&[TEXTS], answers, &[]);
            assert!(decided.stopped && decided.texts.is_empty(), "{answers:?}");
        }
        let (_, decided) = play(&[TEXTS, TEXTS, TEXTS], &["od", "s", "t", "q"], &[]);
        assert_eq!((decided.texts.len(), decided.scores, decided.of, decided.stopped), (1, 1, 3, true));
    }

    /// Nobody types it all again for a bracket that is missing.
    #[test]
    fn an_edit_that_is_no_answer_is_gone_on_from() {
        for key in ["e", "ed"] {
            let typed = "a: [weeks of work\n";
            let (said, _) = play(&[TEXTS], &[key, key, "q"], &[typed, "a: 1\n"]);
            let after = said.split_once("that could not be pushed").expect("it is refused").1;
            assert!(after.contains(typed), "{key}: {after}");
        }
    }

    #[test]
    fn an_emptied_document_is_no_answer() {
        let (said, decided) = play(&[TEXTS], &["ed", "q"], &["\n"]);
        assert!(said.contains("that could not be pushed"), "{said}");
        assert!(decided.texts.is_empty());
    }
}
