//! The check beside the two Python loaders that run scores: what one of them refuses is an error, and what both load is none.
//!
//! Without a Python that has both the test says so and does nothing.

use super::cases::cases;
use super::laws::SCORE;
use crate::support::{python, seeds};
use scoresync::check::{Finding, Rule, RuleSet, Texts, score};

/// Reads texts as JSON, and says of each what the two loaders refuse.
const SCRIPT: &str = r#"
import io, json, sys, warnings
import yaml
from ruamel.yaml import YAML
warnings.simplefilter("ignore")
def refusal(load, text):
    try:
        load(text)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
texts = json.load(io.TextIOWrapper(sys.stdin.buffer, "utf-8"))
print(json.dumps([[refusal(yaml.safe_load, text), refusal(YAML(typ="safe", pure=True).load, text)] for text in texts]))
"#;

/// What is put into a score to break it.
const PIECES: [&str; 66] = [
    "\n",
    "\r\n",
    "\t",
    "\t# c",
    "\t\n",
    "  ",
    "\n  ",
    "\n    ",
    "\n\n",
    "- ",
    "? ",
    "?",
    ": ",
    ":",
    ", ",
    ",",
    " #",
    "#",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "}}",
    "&a ",
    "&all ",
    "*a",
    "*all ",
    "<<: *all",
    "<<",
    "=",
    "|",
    "|-",
    "|2\n",
    ">",
    "!",
    "! ",
    "!x ",
    "!!str ",
    "!!int ",
    "!!map ",
    "!!seq ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "%",
    "@",
    "`",
    "\\",
    "~",
    "null: ",
    "true: ",
    "1: ",
    "1.0: ",
    "2024-13-01",
    "2024-02-30 ",
    "0x_",
    "-",
    "é",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\u{7}",
    "name: ",
];

/// What small texts are made of.
const WORDS: [&str; 72] = [
    "a",
    "b",
    "a: ",
    "b: ",
    ": ",
    ":",
    "- ",
    "? ",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    "'",
    "\"",
    "|\n  ",
    ">\n ",
    "|2-\n",
    "|\n",
    "&x ",
    "&y ",
    "*x",
    "*y ",
    "!!int ",
    "!!float ",
    "!!bool ",
    "!!null ",
    "!!set ",
    "!!map ",
    "!!seq ",
    "!!omap ",
    "!!pairs ",
    "!!binary ",
    "!!timestamp ",
    "!!str ",
    "!t ",
    "! ",
    "!<tag:yaml.org,2002:str> ",
    "!e!x ",
    "<<: ",
    "<<",
    "=",
    "1",
    "1: ",
    "0x1: ",
    "true: ",
    "1.0: ",
    "~: ",
    "'1': ",
    "[1]: ",
    "{a: 1}",
    "[b: 1]",
    " # c",
    "\t",
    "---\n",
    "--- ",
    "...\n",
    "%TAG !e! tag:yaml.org,2002:\n---\n",
    "%X y\n",
    "2024-13-01",
    "2024-01-02",
    "0b_",
    "12:30",
    "-_",
    "-",
    "?",
    "é",
];

#[test]
fn the_check_refuses_what_a_loader_refuses() {
    let Some(python) = python() else { return };
    let mut texts: Vec<String> = cases().into_iter().filter_map(|case| case.code).collect();
    texts.push(format!("{}: a\n", "k".repeat(1025)));
    for seed in seeds(0..250) {
        let mut random = fastrand::Rng::with_seed(seed);
        texts.push(broken(&mut random));
        texts.push((0..random.usize(1..10)).map(|_| WORDS[random.usize(..WORDS.len())]).collect());
    }
    let mut wrong = String::new();
    let refused: Vec<[Option<String>; 2]> = python.ask(SCRIPT, &texts);
    for (text, refusals) in texts.iter().zip(refused) {
        if let Err(why) = agrees(text, &refusals) {
            wrong += &format!("{why}: {text:?}\n  {refusals:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A score with a few pieces put in, taken out and doubled.
fn broken(random: &mut fastrand::Rng) -> String {
    let mut text = SCORE.to_owned();
    for _ in 0..random.usize(1..5) {
        let at = text.floor_char_boundary(random.usize(..=text.len()));
        let end = text.ceil_char_boundary(at + random.usize(1..60));
        match random.u8(..10) {
            0..6 => text.insert_str(at, PIECES[random.usize(..PIECES.len())]),
            6 | 7 => text.replace_range(at..end, ""),
            _ => {
                let part = text[at..end].to_owned();
                text.insert_str(at, &part);
            }
        }
    }
    text
}

fn agrees(text: &str, refusals: &[Option<String>; 2]) -> Result<(), &'static str> {
    let findings = score(Texts { code: Some(text), guidelines: None }, None, &RuleSet::default());
    let of = |rules: &[Rule]| findings.iter().filter(|finding| rules.contains(&finding.rule)).collect::<Vec<_>>();
    let others = of(&[Rule::MergeMarkers, Rule::YamlSyntax, Rule::DuplicateKey]);
    let found = of(&[Rule::NotLoadable]);
    let is_refused = refusals.iter().any(Option::is_some);
    if is_refused && found.is_empty() && others.is_empty() {
        return Err("the check is more lenient");
    }
    if !is_refused && !found.is_empty() {
        return Err("the check is stricter");
    }
    let says = |loader: &str| found.iter().any(|finding| refuser(finding).contains(loader));
    if others.is_empty() && [says("PyYAML"), says("ruamel.yaml")] != [refusals[0].is_some(), refusals[1].is_some()] {
        return Err("the check names the wrong loader");
    }
    Ok(())
}

/// Who refuses, as a finding says.
fn refuser(finding: &Finding) -> &str {
    finding.message.split_once(" refuse").map_or("", |(who, _)| who)
}
