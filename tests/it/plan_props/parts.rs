//! Merging by parts: random documents, each with an edit on either side.

use fastrand::Rng;
use proptest::prelude::*;
use scoresync::model::DocKind;
use scoresync::model::outline::{Outline, change};
use scoresync::plan::{merge_document, merge_parts};

/// A key of a random document.
#[derive(Clone, Debug)]
struct Key {
    name: String,
    comment: Option<String>,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    Plain(u32),
    Flow(u32),
    Block(u32),
    Map(Vec<Key>),
    /// Items, each a list of keys whose first is its name.
    Items(Vec<Vec<Key>>),
}

/// Where a key is: at each level which key, and in a list which item.
type Place = Vec<(usize, usize)>;

#[derive(Clone, Debug)]
enum Edit {
    Set(Place, u32),
    Comment(Place, u32),
    Remove(Place),
    /// A new key at the end of the mapping that holds this key.
    Add(Place, u32),
}

impl Edit {
    fn place(&self) -> &Place {
        match self {
            Self::Set(place, _) | Self::Comment(place, _) | Self::Remove(place) | Self::Add(place, _) => place,
        }
    }
}

fn key(name: &str, value: Value) -> Key {
    Key { name: name.to_owned(), comment: None, value }
}

fn keys(random: &mut Rng, depth: usize) -> Vec<Key> {
    (0..random.usize(3..6))
        .map(|at| Key { name: format!("k{at}"), comment: comment(random), value: value(random, depth) })
        .collect()
}

fn comment(random: &mut Rng) -> Option<String> {
    (random.u8(0..3) == 0).then(|| format!("why {}", random.u8(0..4)))
}

fn value(random: &mut Rng, depth: usize) -> Value {
    match random.u8(0..if depth == 0 { 3 } else { 5 }) {
        0 => Value::Plain(random.u32(0..3)),
        1 => Value::Flow(random.u32(0..3)),
        2 => Value::Block(random.u32(0..3)),
        3 => Value::Map(keys(random, depth - 1)),
        _ => Value::Items((0..random.usize(1..4)).map(|at| item(random, at, depth - 1)).collect()),
    }
}

fn item(random: &mut Rng, at: usize, depth: usize) -> Vec<Key> {
    let mut item = vec![key("name", Value::Plain(at as u32))];
    item.extend(keys(random, depth));
    item
}

fn print(keys: &[Key], indent: &str, first: &str, out: &mut String) {
    for (at, key) in keys.iter().enumerate() {
        let lead = if at == 0 { first } else { indent };
        if let Some(comment) = key.comment.as_ref().filter(|_| at > 0 || first == indent) {
            *out += &format!("\n{indent}# {comment}\n");
        }
        *out += &format!("{lead}{}:", key.name);
        let deeper = format!("{indent}  ");
        match &key.value {
            Value::Plain(n) => *out += &format!(" {n}\n"),
            Value::Flow(n) => *out += &format!(" {{a: {n},\n{deeper}b: [{n}, x]}} # flow\n"),
            Value::Block(n) => *out += &format!(" |\n{deeper}Line {n}.\n\n{deeper}# no comment {n}\n"),
            Value::Map(keys) => {
                out.push('\n');
                print(keys, &deeper, &deeper, out);
            }
            Value::Items(items) => {
                out.push('\n');
                items.iter().for_each(|item| print(item, &deeper, &format!("{indent}- "), out));
            }
        }
    }
}

fn text(keys: &[Key]) -> String {
    let mut out = String::new();
    print(keys, "", "", &mut out);
    out
}

/// All places of keys, except the names of items.
fn places(keys: &[Key], prefix: &Place, found: &mut Vec<Place>) {
    for (at, key) in keys.iter().enumerate().filter(|(_, key)| key.name != "name") {
        let step = |item: usize| prefix.iter().copied().chain([(at, item)]).collect::<Place>();
        found.push(step(0));
        match &key.value {
            Value::Map(keys) => places(keys, &step(0), found),
            Value::Items(items) => items.iter().enumerate().for_each(|(item, keys)| places(keys, &step(item), found)),
            _ => {}
        }
    }
}

/// The mapping that holds the key of a place.
fn holder<'k>(keys: &'k mut Vec<Key>, place: &[(usize, usize)]) -> &'k mut Vec<Key> {
    let [(at, item), rest @ ..] = place else { unreachable!("a place has a key") };
    if rest.is_empty() {
        return keys;
    }
    match &mut keys[*at].value {
        Value::Map(inner) => holder(inner, rest),
        Value::Items(items) => holder(&mut items[*item], rest),
        _ => unreachable!("only mappings hold keys"),
    }
}

fn edited(keys: &[Key], edits: &[&Edit]) -> Vec<Key> {
    let mut keys = keys.to_vec();
    // Keys are removed last and from the end, so that places stay what they are.
    let mut removals: Vec<&Place> = Vec::new();
    let mut added: Vec<(&Place, u32)> = Vec::new();
    for edit in edits {
        let at = edit.place().last().expect("a key").0;
        let holder = holder(&mut keys, edit.place());
        match edit {
            Edit::Set(_, n) => holder[at].value = Value::Plain(*n),
            Edit::Comment(_, n) => holder[at].comment = Some(format!("said {n}")),
            Edit::Remove(place) => removals.push(place),
            Edit::Add(place, n) => added.push((place, *n)),
        }
    }
    added.sort_by_key(|(_, n)| *n);
    for (place, n) in added {
        holder(&mut keys, place).push(key(&format!("new{n}"), Value::Block(n)));
    }
    removals.sort();
    for place in removals.into_iter().rev() {
        holder(&mut keys, place).remove(place.last().expect("a key").0);
    }
    keys
}

fn edit(random: &mut Rng, places: &[Place], fresh: u32) -> Edit {
    let place = places[random.usize(0..places.len())].clone();
    match random.u8(0..4) {
        0 => Edit::Set(place, fresh),
        1 => Edit::Comment(place, fresh),
        2 => Edit::Remove(place),
        _ => Edit::Add(place, fresh),
    }
}

/// Neither edit is about a key that the other one changes, or about something in it.
fn are_disjoint(a: &Edit, b: &Edit) -> bool {
    // Two keys of one list differ by key first: compare what is named, items included on the way only.
    let within = |inner: &Place, outer: &Place| {
        let (last, way) = outer.split_last().expect("a key");
        inner.len() >= outer.len() && inner[..way.len()] == *way && inner[way.len()].0 == last.0
    };
    let holder_within = |add: &Place, other: &Place| add.len() > other.len() && within(&add[..add.len() - 1].to_vec(), other);
    match (a, b) {
        (Edit::Add(..), Edit::Add(..)) => true,
        (Edit::Add(add, _), other) | (other, Edit::Add(add, _)) => {
            !holder_within(add, other.place()) || matches!(other, Edit::Comment(..))
        }
        (Edit::Comment(..), Edit::Comment(..)) => a.place() != b.place(),
        (Edit::Comment(comment, _), other) | (other, Edit::Comment(comment, _)) => !within(comment, other.place()),
        _ => !within(a.place(), b.place()) && !within(b.place(), a.place()),
    }
}

#[test]
fn disjoint_edits_of_a_document_become_one_document() {
    let mut merged_count = 0;
    for seed in 0..1_200 {
        let mut random = Rng::with_seed(seed);
        let base = keys(&mut random, 2);
        let mut all = Vec::new();
        places(&base, &Vec::new(), &mut all);
        let (ours, theirs) = (edit(&mut random, &all, 10), edit(&mut random, &all, 11));
        if !are_disjoint(&ours, &theirs) {
            continue;
        }
        let [b, o, t] = [text(&base), text(&edited(&base, &[&ours])), text(&edited(&base, &[&theirs]))];
        let expected = text(&edited(&base, &[&ours, &theirs]));
        let merged = merge_parts(DocKind::Code, &b, &o, &t);
        assert_eq!(merged.as_deref(), Some(&*expected), "seed {seed}: {ours:?} and {theirs:?} of\n{b}");
        assert_eq!(merge_parts(DocKind::Code, &b, &t, &o).as_deref(), Some(&*expected), "seed {seed}, mirrored");
        merged_count += 1;
    }
    assert!(merged_count > 600, "only {merged_count} pairs of edits were disjoint");
}

#[test]
fn edits_of_one_key_never_merge() {
    for seed in 0..400 {
        let mut random = Rng::with_seed(seed);
        let base = keys(&mut random, 2);
        let mut all = Vec::new();
        places(&base, &Vec::new(), &mut all);
        let place = all[random.usize(0..all.len())].clone();
        let theirs = if random.bool() { Edit::Set(place.clone(), 11) } else { Edit::Remove(place.clone()) };
        let [b, o, t] = [text(&base), text(&edited(&base, &[&Edit::Set(place, 10)])), text(&edited(&base, &[&theirs]))];
        assert_eq!(merge_document(DocKind::Code, &b, &o, &t), None, "seed {seed}: {theirs:?}\n{b}\n{o}\n{t}");
    }
}

/// Lines that mean something to YAML or Markdown, in any order.
fn lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "a: 1",
        "a: 2",
        "b:",
        "  c: 1",
        "  c: 2",
        "  d: |",
        "    x",
        "    # y",
        "# z",
        "  # w",
        "- name: q",
        "- name: r",
        "  e: [1,",
        "  2]",
        "",
        "f: 'x",
        "g'",
        "h: |+",
        "i: &k 1",
        "j: *k",
        "---",
        "...",
        "# T",
        "## A",
        "## B",
        "```",
        "text",
        "\t",
        "? m",
        ": n",
        "é: \u{1f600}",
        "l: {o: 1}",
        "- - s",
        "-",
        "  name: t",
        "!!str u: v",
        "\u{2028}",
        "\"w\": 1",
        "<<: {x: 1}",
    ]);
    prop::collection::vec(line, 0..14).prop_map(|lines| lines.join("\n"))
}

/// The document put together again from what its parts consist of.
fn tiled(outline: &Outline<'_>, part: &scoresync::model::outline::Part) -> String {
    let own = outline.own(part);
    let inside: String = part.parts.iter().map(|part| tiled(outline, part)).collect();
    own.head.to_owned() + &inside + own.tail
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_tile_any_text(text in prop_oneof![lines(), any::<String>()]) {
        for kind in [DocKind::Code, DocKind::Guidelines] {
            if let Some(outline) = Outline::read(kind, &text) {
                prop_assert_eq!(tiled(&outline, &outline.root), text.clone());
                prop_assert!(outline.parts().len() <= text.len() + 1);
            }
        }
    }

    /// Any three texts: what merges is the same from both sides, and no line that a side added is lost.
    #[test]
    fn whatever_merges_is_mirrored_and_whole(base in lines(), ours in lines(), theirs in lines()) {
        for kind in [DocKind::Code, DocKind::Guidelines] {
            let (here, there) = (merge_parts(kind, &base, &ours, &theirs), merge_parts(kind, &base, &theirs, &ours));
            let trimmed = |text: Option<String>| text.map(|text| text.trim_end().to_owned());
            prop_assert_eq!(trimmed(here.clone()), trimmed(there));
            let Some(merged) = here else { continue };
            let has = |text: &str, line: &str| text.lines().any(|other| other.trim_end() == line);
            for line in ours.lines().chain(theirs.lines()).map(str::trim_end).filter(|line| !has(&base, line)) {
                prop_assert!(line.is_empty() || has(&merged, line), "{:?} in {:?}", line, merged);
            }
        }
    }

    #[test]
    fn a_change_is_always_told_and_short(old in lines(), new in prop_oneof![lines(), any::<String>()]) {
        for kind in [DocKind::Code, DocKind::Guidelines] {
            let told = change(kind, &old, &new).to_string();
            prop_assert!(!told.is_empty() && told.chars().count() < 800 && !told.contains(char::is_control), "{:?}", told);
        }
    }
}
