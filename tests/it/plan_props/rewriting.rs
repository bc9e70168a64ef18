//! One document written in two ways is one document, and a change of what it says is seen however it is written.

use fastrand::Rng;
use proptest::prelude::*;
use scoresync::check;
use scoresync::model::{DocKind, is_same_document};

#[derive(Clone, Debug)]
enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
    Nothing,
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

/// A topmost key with a comment above it, if any.
#[derive(Clone, Debug)]
struct Entry {
    comment: Option<String>,
    key: String,
    value: Value,
}

const TEXTS: [&str; 9] = ["word", "two words", "Yes", "12:30", "a # b", "x: y", "é 你", "one\ntwo\n", "- \"it's\""];

fn value(random: &mut Rng, depth: usize) -> Value {
    match random.u8(0..if depth < 3 { 9 } else { 6 }) {
        0..3 => Value::Text(TEXTS[random.usize(0..TEXTS.len())].to_owned()),
        3 => Value::Number(random.i64(-9..99)),
        4 => Value::Flag(random.bool()),
        5 => Value::Nothing,
        6 => Value::List((0..random.usize(0..4)).map(|_| value(random, depth + 1)).collect()),
        _ => Value::Map((0..random.usize(0..4)).map(|at| (format!("k{at}"), value(random, depth + 1))).collect()),
    }
}

fn document(random: &mut Rng) -> Vec<Entry> {
    let mut entry = |at: usize| {
        let comment = random.bool().then(|| format!("# about {at}: \"why\" & how"));
        Entry { comment, key: format!("key{at}"), value: value(random, 0) }
    };
    (0..5).map(&mut entry).collect()
}

/// The document in some way of writing.
fn written(random: &mut Rng, document: &[Entry]) -> String {
    let mut text = String::new();
    for entry in document {
        text += &blank(random);
        text.extend(entry.comment.iter().map(|comment| format!("{comment}{}\n", " ".repeat(random.usize(0..2)))));
        text += &format!("{}:{}", quoted_key(random, &entry.key), block(random, &entry.value, 0));
    }
    text
}

fn blank(random: &mut Rng) -> String {
    "\n".repeat(random.usize(0..2))
}

fn quoted_key(random: &mut Rng, key: &str) -> String {
    if random.bool() { key.to_owned() } else { format!("\"{key}\"") }
}

/// What stands behind the colon or the dash, with the line's end.
fn block(random: &mut Rng, value: &Value, indent: usize) -> String {
    let inner = indent + random.usize(1..5);
    let margin = " ".repeat(inner);
    match value {
        Value::List(items) if !items.is_empty() && random.bool() => items
            .iter()
            .fold("\n".to_owned(), |text, item| format!("{text}{}{margin}-{}", blank(random), block(random, item, inner))),
        Value::Map(pairs) if !pairs.is_empty() && random.bool() => pairs.iter().fold("\n".to_owned(), |text, (key, value)| {
            format!("{text}{margin}{}:{}", quoted_key(random, key), block(random, value, inner))
        }),
        Value::Text(text) if text.ends_with('\n') && random.bool() => {
            text.lines().fold(" |\n".to_owned(), |block, line| format!("{block}{margin}{line}\n"))
        }
        Value::Text(text) if !text.contains('\n') && random.bool() => format!(" >-\n{margin}{text}\n"),
        _ => format!(" {}\n", flow(random, value)),
    }
}

/// A value on one line.
fn flow(random: &mut Rng, value: &Value) -> String {
    let pick = |random: &mut Rng, words: &[&str]| words[random.usize(0..words.len())].to_owned();
    match value {
        Value::Text(text) if text.contains("word") && random.bool() => text.clone(),
        Value::Text(text) if !text.contains('\n') && random.bool() => format!("'{}'", text.replace('\'', "''")),
        Value::Text(text) => serde_json::to_string(text).expect("a text is JSON"),
        Value::Number(number) => number.to_string(),
        Value::Flag(true) => pick(random, &["true", "True"]),
        Value::Flag(false) => pick(random, &["false", "FALSE"]),
        Value::Nothing => pick(random, &["null", "~"]),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(random, item)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(pairs) => {
            let pairs: Vec<String> =
                pairs.iter().map(|(key, value)| format!("{}: {}", quoted_key(random, key), flow(random, value))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

/// Says something else than before.
fn change(random: &mut Rng, document: &mut Vec<Entry>) {
    let at = random.usize(0..document.len());
    match random.u8(0..6) {
        0 => document[at].key.push('x'),
        1 => {
            let comment = document[at].comment.take();
            document[at].comment = comment.is_none().then(|| "# new".to_owned());
        }
        2 => document[at].comment = Some("# other".to_owned()),
        3 => document.swap(at, (at + 1) % 5),
        4 => drop(document.remove(at)),
        _ => change_value(random, &mut document[at].value),
    }
}

fn change_value(random: &mut Rng, value: &mut Value) {
    match value {
        Value::Text(text) => text.insert(0, 'z'),
        Value::Number(number) => *number += 1,
        Value::Flag(flag) => *flag = !*flag,
        Value::Nothing => *value = Value::Text("null".to_owned()),
        Value::List(items) if random.bool() && !items.is_empty() => {
            let at = random.usize(0..items.len());
            change_value(random, &mut items[at]);
        }
        Value::Map(pairs) if random.bool() && !pairs.is_empty() => {
            let at = random.usize(0..pairs.len());
            change_value(random, &mut pairs[at].1);
        }
        Value::List(items) => items.push(Value::Nothing),
        Value::Map(pairs) => pairs.push(("more".to_owned(), Value::Nothing)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_what_is_said_counts(seed: u64) {
        let mut random = Rng::with_seed(seed);
        let mut document = document(&mut random);
        let (one, other) = (written(&mut random, &document), written(&mut random, &document));
        prop_assert!(check::syntax(DocKind::Code, &one).is_none(), "{}", one);
        prop_assert!(is_same_document(&one, &other), "{}---\n{}", one, other);
        change(&mut random, &mut document);
        let changed = written(&mut random, &document);
        prop_assert!(!is_same_document(&one, &changed), "{}---\n{}", one, changed);
    }
}
