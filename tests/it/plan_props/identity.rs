//! Merging never makes two of one thing: nodes, classes, keys and sections that both sides add, move, edit or remove.

use fastrand::Rng;
use scoresync::model::DocKind;
use scoresync::model::outline::heading;
use scoresync::plan::{Labels, Piece};
use scoresync::plan::{conflict_markers, conflict_pieces, merge_document};
use serde_yaml::Value;
use std::collections::BTreeMap;

/// A thing with a name, and the lines that say something about it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Thing {
    name: String,
    body: Vec<String>,
}

/// A document: things in their order, printed as nodes, classes, keys or sections.
type Things = Vec<Thing>;

#[derive(Clone, Copy, Debug)]
enum Printed {
    Nodes,
    KeyedItems,
    Classes,
    Labels,
    Keys,
    Sections,
}

const ALL: [Printed; 6] =
    [Printed::Nodes, Printed::KeyedItems, Printed::Classes, Printed::Labels, Printed::Keys, Printed::Sections];

impl Printed {
    fn kind(self) -> DocKind {
        if matches!(self, Self::Sections) { DocKind::Guidelines } else { DocKind::Code }
    }

    fn text(self, things: &[Thing]) -> String {
        let (head, tail) = match self {
            Self::Nodes | Self::KeyedItems => ("name: Tone\ngraph:\n", "output:\n  value: x\n"),
            Self::Classes => ("name: Tone\nclasses:\n", "output:\n  value: x\n"),
            Self::Labels => ("name: Tone\nvalid_classes:\n", "output:\n  value: x\n"),
            Self::Keys => ("name: Tone\ndata:\n", "output:\n  value: x\n"),
            Self::Sections => ("# Tone\n\n", ""),
        };
        head.to_owned() + &things.iter().map(|thing| self.thing(thing)).collect::<String>() + tail
    }

    fn thing(self, Thing { name, body }: &Thing) -> String {
        let lines = |indent: &str| body.iter().map(|line| format!("{indent}{line}\n")).collect::<String>();
        match self {
            Self::Nodes => format!("  - name: {name}\n    class: Classifier\n{}", lines("    ")),
            Self::KeyedItems => format!("  - id: {name}\n    class: Classifier\n{}", lines("    ")),
            Self::Classes => format!("- name: {name}\n{}", lines("  ")),
            Self::Labels => format!("- {name}\n"),
            Self::Keys => format!("  {name}:\n{}", lines("    ")),
            Self::Sections => format!("## {name}\n\n{}\n", lines("- ")),
        }
    }

    /// Everything that a text says, by where it says it; none if something is there twice.
    fn facts(self, text: &str) -> Option<BTreeMap<String, String>> {
        let mut facts = BTreeMap::new();
        match self {
            Self::Sections => section_facts(text, &mut facts).then_some(facts),
            _ => yaml_facts(&serde_yaml::from_str(text).ok()?, "", &mut facts).then_some(facts),
        }
    }
}

fn add(facts: &mut BTreeMap<String, String>, path: String, said: String) -> bool {
    facts.insert(path, said).is_none()
}

fn yaml_facts(value: &Value, path: &str, facts: &mut BTreeMap<String, String>) -> bool {
    match value {
        Value::Mapping(map) => map.iter().all(|(key, value)| yaml_facts(value, &format!("{path}.{}", word(key)), facts)),
        Value::Sequence(items) => items.iter().all(|item| {
            let name = ["name", "id"].iter().find_map(|key| item.get(key));
            let place = format!("{path}[{}]", word(name.unwrap_or(item)));
            add(facts, place.clone(), String::new()) && (name.is_none() || yaml_facts(item, &place, facts))
        }),
        scalar => add(facts, path.to_owned(), word(scalar)),
    }
}

fn word(value: &Value) -> String {
    serde_yaml::to_string(value).expect("YAML can be written").trim().to_owned()
}

fn section_facts(text: &str, facts: &mut BTreeMap<String, String>) -> bool {
    let mut title = String::new();
    text.lines().filter(|line| !line.is_empty()).all(|line| match heading(line) {
        Some(heading) => {
            title = heading.title.to_owned();
            add(facts, title.clone(), String::new())
        }
        // A line of a section is `- field: value`.
        None => add(facts, format!("{title}/{}", line.split(':').next().unwrap_or_default()), line.to_owned()),
    })
}

fn thing(random: &mut Rng, name: String) -> Thing {
    let body = ["prompt", "model"].map(|key| format!("{key}: {}", random.u8(0..3)));
    Thing { name, body: body.into() }
}

fn document(random: &mut Rng) -> Things {
    (0..random.usize(2..6)).map(|at| thing(random, format!("n{at}"))).collect()
}

/// One to three edits. New things are called what the other side may call its own too.
fn edited(random: &mut Rng, base: &Things) -> Things {
    let mut things = base.clone();
    for _ in 0..random.usize(1..4) {
        let at = random.usize(0..things.len());
        match random.u8(0..8) {
            0..=3 => {
                let name = random.choice(["third", "Maybe"]).expect("two names").to_owned();
                if things.iter().all(|thing| thing.name != name) {
                    let new = thing(&mut Rng::with_seed(random.u64(0..2)), name);
                    things.insert(random.usize(0..=things.len()), new);
                }
            }
            4 | 5 => {
                let line = random.usize(0..2);
                let key = things[at].body[line].split(':').next().expect("a key").to_owned();
                things[at].body[line] = format!("{key}: {}", random.u8(3..6));
            }
            6 => {
                let moved = things.remove(at);
                things.insert(random.usize(0..=things.len()), moved);
            }
            _ if things.len() > 1 => drop(things.remove(at)),
            _ => {}
        }
    }
    things
}

/// What a merge has to say; none if both sides say different things about one place.
fn expected(sides: [&BTreeMap<String, String>; 3]) -> Option<BTreeMap<String, String>> {
    let paths: std::collections::BTreeSet<&String> = sides.iter().flat_map(|side| side.keys()).collect();
    let mut merged = BTreeMap::new();
    for path in paths {
        let [base, ours, theirs] = sides.map(|side| side.get(path));
        let said = match () {
            () if ours == base || ours == theirs => theirs,
            () if theirs == base => ours,
            () => return None,
        };
        merged.extend(said.map(|said| (path.clone(), said.clone())));
    }
    Some(merged)
}

#[test]
fn a_clean_merge_says_what_both_sides_said_and_nothing_twice() {
    let (mut clean, mut twins) = (0, 0);
    for seed in 0..600 {
        let mut random = Rng::with_seed(seed);
        let printed = *random.choice(&ALL).expect("some");
        let base = document(&mut random);
        let (ours, theirs) = (edited(&mut random, &base), edited(&mut random, &base));
        let [b, o, t] = [&base, &ours, &theirs].map(|things| printed.text(things));
        let merged = merge_document(printed.kind(), &b, &o, &t);
        let mirrored = merge_document(printed.kind(), &b, &t, &o);
        let trimmed = |text: &Option<String>| text.as_ref().map(|text| text.trim_end().to_owned());
        assert_eq!(trimmed(&merged), trimmed(&mirrored), "seed {seed}, {printed:?}\n{b}\n{o}\n{t}");
        let told = || format!("seed {seed}, {printed:?}\n--- base\n{b}\n--- ours\n{o}\n--- theirs\n{t}\n--- merged\n{merged:?}");
        let facts = [&b, &o, &t].map(|text| printed.facts(text).unwrap_or_else(|| panic!("{}", told())));
        let Some(merged) = merged.as_ref().filter(|text| printed.facts(text).is_some() || printed.kind() == DocKind::Guidelines)
        else {
            // No YAML is left to whoever looks at its syntax.
            continue;
        };
        let found = printed.facts(merged);
        assert!(found.is_some(), "something is there twice: {}", told());
        assert_eq!(found, expected(facts.each_ref()), "{}", told());
        assert!(merged.lines().all(|line| [&b, &o, &t].iter().any(|text| text.lines().any(|other| other == line))), "{}", told());
        clean += 1;
        let added = |things: &Things, name: &str| things.iter().any(|thing| thing.name == name);
        twins += u32::from(["third", "Maybe"].iter().any(|name| added(&ours, name) && added(&theirs, name)));
    }
    assert!(clean > 150 && twins > 15, "{clean} merges were clean, {twins} of them with a thing that both sides added");
}

#[test]
fn what_conflicts_is_never_there_twice_whichever_side_is_taken() {
    for seed in 0..300 {
        let mut random = Rng::with_seed(seed);
        let printed = *random.choice(&ALL).expect("some");
        let base = document(&mut random);
        let (ours, theirs) = (edited(&mut random, &base), edited(&mut random, &base));
        let [b, o, t] = [&base, &ours, &theirs].map(|things| printed.text(things));
        let merged = merge_document(printed.kind(), &b, &o, &t);
        if merged.is_some_and(|text| printed.facts(&text).is_some()) {
            continue;
        }
        let pieces = conflict_pieces(printed.kind(), Some(&b), &o, &t);
        assert!(pieces.iter().any(|piece| matches!(piece, Piece::Conflict { .. })), "seed {seed}, {printed:?}\n{b}\n{o}\n{t}");
        for take_ours in [true, false] {
            let lines = pieces.iter().flat_map(|piece| match piece {
                Piece::Settled(lines) => lines,
                Piece::Conflict { ours, theirs, .. } => {
                    if take_ours {
                        ours
                    } else {
                        theirs
                    }
                }
            });
            let text: String = lines.map(|line| format!("{line}\n")).collect();
            assert!(printed.facts(&text).is_some(), "seed {seed}, {printed:?}, {take_ours}\n{b}\n{o}\n{t}\n{text}");
        }
        let labels = Labels { ours: "local", base: "base", theirs: "champion" };
        let marked = conflict_markers(printed.kind(), Some(&b), &o, &t, labels);
        assert!(marked.contains("<<<<<<< local\n") && marked.contains("\n>>>>>>> champion"), "seed {seed}: {marked}");
    }
}

#[test]
fn what_an_input_repeats_stays_and_equal_texts_merge_to_themselves() {
    let twice = "# T\n## Example\n- a\n\n## Example\n- b\n";
    let merged = |ours: &str, theirs: &str| merge_document(DocKind::Guidelines, twice, ours, theirs);
    let (first, second) = (twice.replace("- a", "- a\n- c"), twice.replace("- b", "- b\n- d"));
    let both = "# T\n## Example\n- a\n- c\n\n## Example\n- b\n- d\n";
    assert_eq!(merged(&first, &second).as_deref(), Some(both));
    let (above, below) = (twice.replace("# T\n", "# T\n## Example\n- 0\n\n"), format!("{twice}\n## Example\n- z\n"));
    assert_eq!(merged(&above, &below).map(|text| text.matches("## Example").count()), Some(4));
    assert_eq!(merged(&above, &twice.replace("- b\n", "- b\n\n## Example\n- 0\n")), None);
    assert_eq!(merged(&above, &above).as_ref(), Some(&above));
    let classes = "valid_classes:\n- A\n- A\n- B\n- C\n- D\n";
    let (ours, theirs) = (classes.replace("- B", "- B\n- E"), classes.replace("- D", "- D\n- F"));
    let both = "valid_classes:\n- A\n- A\n- B\n- E\n- C\n- D\n- F\n";
    assert_eq!(merge_document(DocKind::Code, classes, &ours, &theirs).as_deref(), Some(both));
}
