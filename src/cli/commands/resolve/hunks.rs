//! Conflicts place by place: each is shown with what is around it, and a person decides. Writes nothing.

use crate::check::{markers, syntax};
use crate::cli::error::{Problem, plain};
use crate::cli::ui::{BOLD, CYAN, DIM, GREEN, Styler, YELLOW};
use crate::engine::{DocumentConflict, Resolution, ScoreConflict, text_of};
use crate::model::RelPath;
use crate::plan::{Labels, Piece, pieces};
use anstyle::Style;
use std::path::Path;

/// Settled lines that are shown above and below a place.
const CONTEXT: usize = 3;
const KEYS: &str = "take [o]urs, [t]heirs, [b]oth, [e]dit, [s]kip this score, [q]uit? ";
const HELP: &str = "  o  the lines of your file
  t  the lines of the champion
  b  both, yours first
  e  edit them in your editor
  s  leave this score in conflict
  q  stop, and write nothing at all
";

/// Whoever decides.
pub(super) trait Person {
    /// How text may look.
    fn question_styler(&self) -> Styler;
    /// Shows a text.
    fn show(&mut self, text: &str);
    /// Asks for a line; none if they are gone.
    fn ask(&mut self, question: &str) -> Option<String>;
    /// The text as they leave it in their editor; none if the editor failed.
    fn edit(&mut self, document: &RelPath, text: &str) -> Result<Option<String>, Problem>;
}

/// How it went.
#[derive(Debug)]
pub(super) enum Ending {
    /// Nothing is to be written.
    Quit,
    /// These texts are to be written; skipped scores have none.
    Decided(Vec<Resolution>),
}

/// What became of one place or document.
enum Answer<T> {
    Is(T),
    Skip,
    Quit,
}

/// Asks about every place of every document in conflict.
pub(super) fn decide(person: &mut impl Person, root: &Path, conflicts: &[ScoreConflict]) -> Result<Ending, Problem> {
    let mut decisions = Vec::new();
    for conflict in conflicts {
        let mut texts = Vec::new();
        for clash in &conflict.documents {
            let author = conflict.champion.as_ref().and_then(|meta| meta.author());
            match document(person, root, clash, author.as_deref())? {
                Answer::Is(text) => texts.push(clash.decided(text)),
                Answer::Skip => {
                    texts.clear();
                    break;
                }
                Answer::Quit => return Ok(Ending::Quit),
            }
        }
        decisions.append(&mut texts);
    }
    Ok(Ending::Decided(decisions))
}

/// One document, as often as it takes until its text is good.
fn document(
    person: &mut impl Person,
    root: &Path,
    clash: &DocumentConflict,
    author: Option<&str>,
) -> Result<Answer<String>, Problem> {
    loop {
        let mut text = match places(person, root, clash, author)? {
            Answer::Is(text) => text,
            Answer::Skip => return Ok(Answer::Skip),
            Answer::Quit => return Ok(Answer::Quit),
        };
        while let Some(fault) = syntax(clash.kind, &text) {
            person.show(&format!("{}:{}\n", clash.path.under(root).display(), plain(&fault.to_string())));
            match person.ask("that cannot be pushed: [e]dit the document, decide [a]gain, [s]kip this score, [q]uit? ").as_deref()
            {
                Some("e") => text = person.edit(&clash.path, &text)?.unwrap_or(text),
                Some("a") => break,
                Some("s") => return Ok(Answer::Skip),
                Some("q") | None => return Ok(Answer::Quit),
                Some(_) => {}
            }
        }
        if syntax(clash.kind, &text).is_none() {
            return Ok(Answer::Is(text));
        }
    }
}

fn places(
    person: &mut impl Person,
    root: &Path,
    clash: &DocumentConflict,
    author: Option<&str>,
) -> Result<Answer<String>, Problem> {
    let ours = text_of(&clash.ours);
    let pieces = pieces(clash.base.as_ref().map(text_of), ours, text_of(&clash.theirs));
    let all = pieces.iter().filter(|piece| matches!(piece, Piece::Conflict { .. })).count();
    let champion = author.map_or(clash.theirs.label.clone(), |author| format!("{} by {author}", clash.theirs.label));
    let labels =
        Labels { ours: "ours", base: clash.base.as_ref().map_or("", |base| &base.label), theirs: &format!("theirs: {champion}") };
    let (mut lines, mut number) = (Vec::<String>::new(), 0);
    for (at, piece) in pieces.iter().enumerate() {
        if let Piece::Settled(settled) = piece {
            lines.extend_from_slice(settled);
            continue;
        }
        number += 1;
        let styler = person.question_styler();
        let title = format!("{}  {}, place {number} of {all}", clash.path.under(root).display(), clash.kind);
        person.show(&format!("\n{}\n", styler.apply(BOLD, plain(&title))));
        person.show(&shown(styler, &lines, piece, pieces.get(at + 1), labels));
        match place(person, clash, piece, labels)? {
            Answer::Is(mut chosen) => lines.append(&mut chosen),
            Answer::Skip => return Ok(Answer::Skip),
            Answer::Quit => return Ok(Answer::Quit),
        }
    }
    let ending = &ours[ours.trim_end().len()..];
    let ending = if ending.is_empty() && ours.is_empty() { "\n" } else { ending };
    Ok(Answer::Is(if lines.is_empty() { String::new() } else { lines.join("\n") + ending }))
}

fn place(
    person: &mut impl Person,
    clash: &DocumentConflict,
    piece: &Piece,
    labels: Labels<'_>,
) -> Result<Answer<Vec<String>>, Problem> {
    let Piece::Conflict { ours, theirs, .. } = piece else { return Ok(Answer::Is(Vec::new())) };
    loop {
        match person.ask(KEYS).as_deref() {
            Some("o") => return Ok(Answer::Is(ours.clone())),
            Some("t") => return Ok(Answer::Is(theirs.clone())),
            Some("b") => return Ok(Answer::Is([ours.as_slice(), theirs].concat())),
            Some("e") => match person.edit(&clash.path, &(piece.marked(labels).join("\n") + "\n"))? {
                Some(text) if markers(&text).is_none() => return Ok(Answer::Is(text.lines().map(str::to_owned).collect())),
                Some(_) => person.show("there still are conflict markers\n"),
                None => person.show("the editor failed\n"),
            },
            Some("s") => return Ok(Answer::Skip),
            Some("q") | None => return Ok(Answer::Quit),
            Some(_) => person.show(HELP),
        }
    }
}

/// A place with the lines around it.
fn shown(styler: Styler, above: &[String], piece: &Piece, below: Option<&Piece>, labels: Labels<'_>) -> String {
    let Piece::Conflict { base, ours, theirs } = piece else { return String::new() };
    let mut text = String::new();
    let mut block = |label: &str, sign: char, style: Style, lines: &[String]| {
        if !label.is_empty() {
            text += &format!("{}\n", styler.apply(DIM, format_args!("  {}", plain(label))));
        }
        lines.iter().for_each(|line| text += &format!("{}\n", styler.apply(style, format_args!("{sign} {}", plain(line)))));
    };
    block("", ' ', Style::new(), &above[above.len().saturating_sub(CONTEXT)..]);
    if let Some(base) = base {
        block(labels.base, '-', YELLOW, base);
    }
    block(labels.ours, 'o', GREEN, ours);
    block(labels.theirs, 't', CYAN, theirs);
    if let Some(Piece::Settled(lines)) = below {
        block("", ' ', Style::new(), &lines[..lines.len().min(CONTEXT)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::testing::{conflict, score};
    use crate::engine::{Outcome, Side};
    use crate::model::DocKind;
    use crate::plan::Standing;

    /// Gives these answers, and edits with these texts.
    struct Script {
        answers: Vec<&'static str>,
        edits: Vec<&'static str>,
        said: String,
    }

    impl Person for Script {
        fn question_styler(&self) -> Styler {
            Styler::PLAIN
        }

        fn show(&mut self, text: &str) {
            self.said += text;
        }

        fn ask(&mut self, question: &str) -> Option<String> {
            self.said += question;
            let answer = (!self.answers.is_empty()).then(|| self.answers.remove(0).to_owned())?;
            self.said += &format!("{answer}\n");
            Some(answer)
        }

        fn edit(&mut self, _: &RelPath, text: &str) -> Result<Option<String>, Problem> {
            self.said += text;
            Ok((!self.edits.is_empty()).then(|| self.edits.remove(0).to_owned()))
        }
    }

    fn conflicted(texts: [&str; 3]) -> ScoreConflict {
        let [base, ours, theirs] = texts;
        let side = |label: &str, text: &str| Side { label: label.to_owned(), text: Some(text.into()) };
        let clash = DocumentConflict {
            score: "id-Tone".into(),
            kind: DocKind::Code,
            path: RelPath::parse("Card/Tone.yaml").expect("a safe path"),
            base: Some(side("base 1a2b", base)),
            ours: side("local", ours),
            theirs: side("champion 3c4d", theirs),
            champion: "3c4d".into(),
        };
        let score = score("Tone", Standing::Clean, Outcome::Conflict(conflict()));
        ScoreConflict { score, champion: None, documents: vec![clash] }
    }

    const TEXTS: [&str; 3] = ["a: 1\nb: 1\nc: 1\nd: 1\n", "a: 2\nb: 1\nc: 1\nd: 2", "a: 3\nb: 1\nc: 1\nd: 3\n"];

    /// What was said, and the text that was decided on, if any was.
    fn play(texts: [&str; 3], answers: &[&'static str], edits: &[&'static str]) -> (String, Option<String>) {
        let mut script = Script { answers: answers.to_vec(), edits: edits.to_vec(), said: String::new() };
        let ending = decide(&mut script, Path::new("scorecards"), &[conflicted(texts)]).expect("nothing fails");
        let text = match ending {
            Ending::Decided(decisions) => decisions.into_iter().next().map(|decision| decision.text),
            Ending::Quit => Some("quit".to_owned()),
        };
        (script.said, text)
    }

    #[test]
    fn each_place_is_shown_with_what_is_around_it() {
        let (said, text) = play(TEXTS, &["o", "t"], &[]);
        assert_eq!(text.as_deref(), Some("a: 2\nb: 1\nc: 1\nd: 3"));
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
        take [o]urs, [t]heirs, [b]oth, [e]dit, [s]kip this score, [q]uit? o

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
        take [o]urs, [t]heirs, [b]oth, [e]dit, [s]kip this score, [q]uit? t
        ");
    }

    #[test]
    fn editing_goes_on_until_no_marker_is_left() {
        let (said, text) = play(TEXTS, &["?", "e", "e", "e", "t"], &["<<<<<<< x\n=======\n>>>>>>> y\n", "a: 5\n# why\n"]);
        assert!(said.contains("leave this score in conflict") && said.contains("there still are conflict markers"), "{said}");
        assert!(said.contains("<<<<<<< ours\na: 2\n||||||| base 1a2b\na: 1\n=======\na: 3\n>>>>>>> theirs"), "{said}");
        assert_eq!(text.as_deref(), Some("a: 5\n# why\nb: 1\nc: 1\nd: 3"));
    }

    #[test]
    fn what_is_no_yaml_is_asked_about_again() {
        let (said, text) = play(TEXTS, &["b", "o", "a", "o", "b", "e", "x", "s"], &["a: ["]);
        assert!(said.contains("scorecards/Card/Tone.yaml:2:1: the key \"a\" is there twice"), "{said}");
        assert!(said.contains(":5:1: the key \"d\" is there twice") && said.contains("unclosed bracket"), "{said}");
        assert_eq!(text, None);
        assert_eq!(play(TEXTS, &["b", "o", "e"], &["a: 9\n"]).1.as_deref(), Some("a: 9\n"));
    }

    #[test]
    fn quitting_or_leaving_writes_nothing() {
        for answers in [&["o", "q"][..], &["o"], &[]] {
            assert_eq!(play(TEXTS, answers, &[]).1.as_deref(), Some("quit"), "{answers:?}");
        }
        assert_eq!(play(TEXTS, &["o", "s"], &[]).1, None);
    }
}
