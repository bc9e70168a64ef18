//! What people do to texts.

use fastrand::Rng;
use scoresync::model::DocKind;

/// A line that both sides of a conflict like to change.
const DISPUTED: usize = 3;

/// The text after an edit of any kind; `dice` decides which.
pub fn edited(dice: &mut Rng, kind: DocKind, text: &str) -> String {
    let fresh = fresh(dice, kind);
    let (end, mut lines) = (end_of(text), text.lines().map(str::to_owned).collect::<Vec<_>>());
    let at = if lines.is_empty() { 0 } else { dice.usize(0..lines.len()) };
    let disputed = DISPUTED.min(lines.len());
    let join = |lines: &[String], end: &str| lines.iter().map(|line| format!("{line}{end}")).collect::<String>();
    match dice.u8(0..14) {
        0..3 => lines.push(fresh),
        3 | 4 => lines.insert(at, fresh),
        5 | 6 if at < lines.len() => lines[at] = fresh,
        7 if lines.len() > 2 => drop(lines.remove(at)),
        8 if lines.len() > 2 => lines.truncate(lines.len() / 2),
        9 | 10 if disputed < lines.len() => lines[disputed] = fresh,
        11 => return join(&lines, if end == "\n" { "\r\n" } else { "\n" }),
        12 => return [join(&lines, end).trim_end(), end, &fresh].concat(),
        13 if kind.is_yaml() => return text.replacen(": ", ":  ", 1),
        _ => lines.insert(disputed, fresh),
    }
    join(&lines, end)
}

/// A text that cannot be pushed.
pub fn broken(text: &str) -> String {
    format!("{text}<<<<<<< mine\n=======\n>>>>>>> theirs\n")
}

/// A whole text of a new document.
pub fn new_text(dice: &mut Rng, kind: DocKind) -> String {
    format!("{}\n{}\n", fresh(dice, kind), fresh(dice, kind))
}

fn fresh(dice: &mut Rng, kind: DocKind) -> String {
    let number = dice.u32(..);
    if kind.is_yaml() { format!("e{number:x}: {number}") } else { format!("- rule {number:x}") }
}

fn end_of(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}
