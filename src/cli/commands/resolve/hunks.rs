//! Conflicts hunk by hunk: each is shown with the lines around it, and a person decides. Writes nothing.

use super::prompter::Prompter;
use crate::check::{markers, syntax};
use crate::cli::error::Problem;
use crate::cli::text::plain;
use crate::cli::ui::{BOLD, CYAN, DIM, GREEN, Styler, YELLOW};
use crate::engine::{DocumentConflict, Resolution, ScoreConflict, text_of};
use crate::plan::{Labels, Piece, conflict_pieces};
use anstyle::Style;
use std::path::Path;

/// The most settled lines that are shown above and below a hunk.
const CONTEXT: usize = 3;
const KEYS: &str = "take [o]urs, [t]heirs, [b]oth, [e]dit, [s]kip this score, [q]uit? ";
const HELP: &str = "  o  the lines of your file
  t  the lines of the champion
  b  both, yours first
  e  edit them in your editor
  s  leave this score in conflict
  q  stop, and write nothing at all
";

/// How it went.
#[derive(Debug)]
pub enum Ending {
    /// Nothing is to be written.
    Quit,
    /// These texts are to be written; skipped scores have none.
    Decided(Vec<Resolution>),
}

/// What was answered about one hunk, or about a whole document.
enum HunkAnswer<T> {
    /// This is to be its text.
    Take(T),
    /// The score stays in conflict.
    Skip,
    /// Nothing at all is to be written.
    Quit,
}

/// Asks about every hunk of every document in conflict.
///
/// # Errors
/// A temporary file cannot be read or written, or the editor cannot be started.
pub fn decide(prompter: &mut impl Prompter, root: &Path, conflicts: &[ScoreConflict]) -> Result<Ending, Problem> {
    let mut decisions = Vec::new();
    for score in conflicts {
        let author = score.champion.as_ref().and_then(|meta| meta.author());
        let mut texts = Vec::new();
        for conflict in &score.documents {
            match document(prompter, root, conflict, author.as_deref())? {
                HunkAnswer::Take(text) => texts.push(conflict.decided(text)),
                HunkAnswer::Skip => {
                    texts.clear();
                    break;
                }
                HunkAnswer::Quit => return Ok(Ending::Quit),
            }
        }
        decisions.append(&mut texts);
    }
    Ok(Ending::Decided(decisions))
}

/// Asks about one document until its text parses.
fn document(
    prompter: &mut impl Prompter,
    root: &Path,
    conflict: &DocumentConflict,
    author: Option<&str>,
) -> Result<HunkAnswer<String>, Problem> {
    loop {
        let mut text = match hunks(prompter, root, conflict, author)? {
            HunkAnswer::Take(text) => text,
            HunkAnswer::Skip => return Ok(HunkAnswer::Skip),
            HunkAnswer::Quit => return Ok(HunkAnswer::Quit),
        };
        while let Some(fault) = syntax(conflict.kind, &text) {
            prompter.show(&format!("{}:{}\n", conflict.path.under(root).display(), plain(&fault.to_string())));
            match prompter
                .ask("that cannot be pushed: [e]dit the document, decide [a]gain, [s]kip this score, [q]uit? ")?
                .as_deref()
            {
                Some("e") => text = prompter.edit(&conflict.path, &text)?.unwrap_or(text),
                Some("a") => break,
                Some("s") => return Ok(HunkAnswer::Skip),
                Some("q") | None => return Ok(HunkAnswer::Quit),
                Some(_) => {}
            }
        }
        if syntax(conflict.kind, &text).is_none() {
            return Ok(HunkAnswer::Take(text));
        }
    }
}

/// Asks about each hunk of a document; the text that comes of it.
fn hunks(
    prompter: &mut impl Prompter,
    root: &Path,
    conflict: &DocumentConflict,
    author: Option<&str>,
) -> Result<HunkAnswer<String>, Problem> {
    let ours = text_of(&conflict.ours);
    let pieces = conflict_pieces(conflict.kind, conflict.base.as_ref().map(text_of), ours, text_of(&conflict.theirs));
    let all = pieces.iter().filter(|piece| matches!(piece, Piece::Conflict { .. })).count();
    let champion = author.map_or(conflict.theirs.label.clone(), |author| format!("{} by {author}", conflict.theirs.label));
    let labels = Labels {
        ours: "ours",
        base: conflict.base.as_ref().map_or("", |base| &base.label),
        theirs: &format!("theirs: {champion}"),
    };
    let (mut lines, mut number) = (Vec::<String>::new(), 0);
    for (at, piece) in pieces.iter().enumerate() {
        if let Piece::Settled(settled) = piece {
            lines.extend_from_slice(settled);
            continue;
        }
        number += 1;
        let styler = prompter.question_styler();
        let title = format!("{}  {}, place {number} of {all}", conflict.path.under(root).display(), conflict.kind);
        prompter.show(&format!("\n{}\n", styler.apply(BOLD, plain(&title))));
        prompter.show(&shown(styler, &lines, piece, pieces.get(at + 1), labels));
        match hunk(prompter, conflict, piece, labels)? {
            HunkAnswer::Take(mut chosen) => lines.append(&mut chosen),
            HunkAnswer::Skip => return Ok(HunkAnswer::Skip),
            HunkAnswer::Quit => return Ok(HunkAnswer::Quit),
        }
    }
    let ending = &ours[ours.trim_end().len()..];
    let ending = if ending.is_empty() && ours.is_empty() { "\n" } else { ending };
    Ok(HunkAnswer::Take(if lines.is_empty() { String::new() } else { lines.join("\n") + ending }))
}

/// Asks about one hunk; its lines.
fn hunk(
    prompter: &mut impl Prompter,
    conflict: &DocumentConflict,
    piece: &Piece,
    labels: Labels<'_>,
) -> Result<HunkAnswer<Vec<String>>, Problem> {
    let Piece::Conflict { ours, theirs, .. } = piece else { return Ok(HunkAnswer::Take(Vec::new())) };
    loop {
        match prompter.ask(KEYS)?.as_deref() {
            Some("o") => return Ok(HunkAnswer::Take(ours.clone())),
            Some("t") => return Ok(HunkAnswer::Take(theirs.clone())),
            Some("b") => return Ok(HunkAnswer::Take([ours.as_slice(), theirs].concat())),
            Some("e") => match prompter.edit(&conflict.path, &(piece.marked(labels).join("\n") + "\n"))? {
                Some(text) if markers(conflict.kind, &text).is_none() => {
                    return Ok(HunkAnswer::Take(text.lines().map(str::to_owned).collect()));
                }
                Some(_) => prompter.show("there still are conflict markers\n"),
                None => prompter.show("the editor failed\n"),
            },
            Some("s") => return Ok(HunkAnswer::Skip),
            Some("q") | None => return Ok(HunkAnswer::Quit),
            Some(_) => prompter.show(HELP),
        }
    }
}

/// A hunk with the lines around it.
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

    /// What was said, and the text that was decided on, if any was.
    fn play(texts: [&str; 3], answers: &[&'static str], edits: &[&'static str]) -> (String, Option<String>) {
        let mut script = Script { answers: answers.to_vec(), edits: edits.to_vec(), said: String::new() };
        let ending = decide(&mut script, Path::new("scorecards"), &[score_conflict(texts)]).expect("nothing fails");
        let text = match ending {
            Ending::Decided(decisions) => decisions.into_iter().next().map(|decision| decision.text),
            Ending::Quit => Some("quit".to_owned()),
        };
        (script.said, text)
    }

    #[test]
    fn each_hunk_is_shown_with_what_is_around_it() {
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
