//! Every combination of what the three sides of one score can say: the table is looked at, the laws are checked.

use super::build::{PULL, PUSH, docs, files, paths, plan};
use super::{describe, law};
use scoresync::model::{Champion, RemoteScore, ScoreSides, Snapshot, SyncedScore, VersionId};
use std::fmt::Write as _;

/// What one side can say about a document.
const SAYS: [Option<&str>; 4] = [None, Some("A"), Some("B"), Some("C")];
const GUIDELINES: [Option<&str>; 4] = [None, Some(""), Some("X\n"), Some("Y\n")];

fn code(name: &str) -> String {
    format!("name: {name}\n")
}

fn side(name: Option<&str>, guidelines: Option<&str>) -> Option<Snapshot> {
    name.map(|name| docs(&code(name), guidelines))
}

/// A score whose base is `b`, which was champion unless there is a `seen`, and whose champion is `c`.
fn sides(
    local: (Option<&str>, Option<&str>),
    base: Option<Snapshot>,
    seen: Option<Snapshot>,
    champion: Option<Snapshot>,
) -> ScoreSides {
    let synced = base.clone().map(|docs| SyncedScore {
        base: VersionId::from("b"),
        docs,
        champion: Some(VersionId::from(if seen.is_some() { "s" } else { "b" })),
        champion_docs: seen,
        paths: paths("A"),
        local: None,
    });
    let remote = champion
        .map_or(RemoteScore::Gone, |docs| RemoteScore::Champion(Champion::new(VersionId::from("c"), Some(docs)), Vec::new()));
    ScoreSides { paths: paths("A"), local: files(local.0.map(code).as_deref(), local.1), remote, synced }
}

/// The same score before the champion moved.
fn unmoved(sides: &ScoreSides) -> ScoreSides {
    let champion = sides.synced.as_ref().and_then(|synced| synced.champion.clone());
    let remote =
        champion.map_or(RemoteScore::Unchampioned(Vec::new()), |id| RemoteScore::Champion(Champion::new(id, None), Vec::new()));
    ScoreSides { remote, ..sides.clone() }
}

fn row(table: &mut String, texts: [Option<&str>; 3], sides: &ScoreSides) {
    let names = texts.map(|text| text.map_or("-", |text| if text.is_empty() { "''" } else { text.trim() }));
    let (pull, push) = (plan(sides, PULL), plan(sides, PUSH));
    let notes = if pull.notes.is_empty() { String::new() } else { format!(" {:?}", pull.notes) };
    let standing = describe::standing(&pull.standing) + &notes;
    let (pull, push) = (describe::step(&pull), describe::step(&push));
    let line = format!("{:2} {:2} {:2} | {standing:32} | {pull:55} | {push}", names[0], names[1], names[2]);
    writeln!(table, "{}", line.trim_end()).expect("a string takes all");
}

/// L, B and C for one document; the rest is the same on all sides.
fn table(says: [Option<&'static str>; 4], make: impl Fn([Option<&str>; 3]) -> ScoreSides) -> String {
    let mut table = "L  B  C  | standing | pull | push\n".to_owned();
    for base in says {
        for champion in says {
            for local in says {
                row(&mut table, [local, base, champion], &make([local, base, champion]));
            }
        }
    }
    table
}

/// B is none: no state; C is none: the score is gone.
#[test]
fn code_of_synced_scores() {
    insta::assert_snapshot!(table(SAYS, |[l, b, c]| sides((l, None), side(b, None), None, side(c, None))));
}

/// None: no opinion. The code is the same on all sides.
#[test]
fn guidelines_of_synced_scores() {
    let a = Some("A");
    insta::assert_snapshot!(table(GUIDELINES, |[l, b, c]| sides((a, l), side(a, b), None, side(a, c))));
}

/// B is a draft on top of S, which is always A; nothing is known of the lineage of C.
#[test]
fn code_with_a_draft() {
    let seen = || side(Some("A"), None);
    insta::assert_snapshot!(table(SAYS, |[l, b, c]| sides((l, None), side(b, None), seen(), side(c, None))));
}

/// C is the champion that was seen: B, or S (which is A) where B is a draft.
#[test]
fn code_before_the_champion_moved() {
    let mut table = String::new();
    for (title, seen) in [("C is B", None), ("B is a draft, C is A", side(Some("A"), None))] {
        writeln!(table, "{title}\nL  B  C  | standing | pull | push").expect("a string takes all");
        for base in [Some("A"), Some("B")] {
            for local in SAYS {
                let champion = if seen.is_some() { Some("A") } else { base };
                let sides = unmoved(&sides((local, None), side(base, None), seen.clone(), None));
                row(&mut table, [local, base, champion], &sides);
            }
        }
    }
    insta::assert_snapshot!(table);
}

/// No state: L is what the guidelines file says, C what the champion's say, and the third column the code file; the
/// champion's code is A.
#[test]
fn files_without_a_state() {
    let mut table = "L  C  code | standing | pull | push\n".to_owned();
    for code in [None, Some("A"), Some("B")] {
        for champion in GUIDELINES {
            for local in GUIDELINES {
                row(&mut table, [local, champion, code], &sides((code, local), None, None, side(Some("A"), champion)));
            }
        }
    }
    insta::assert_snapshot!(table);
}

/// All documents on all sides, before and after the champion moved, with and without a draft.
#[test]
fn the_laws_hold_for_every_combination() {
    let seen = [None, side(Some("A"), Some("X\n")), side(Some("C"), None)];
    for index in 0..4_usize.pow(6) {
        let pick = |place: u32| index / 4_usize.pow(place) % 4;
        let [l, b, c] = [0, 1, 2].map(|place| (SAYS[pick(place)], GUIDELINES[pick(place + 3)]));
        for seen in &seen {
            let moved = sides(l, side(b.0, b.1), seen.clone(), side(c.0, c.1));
            let what = format!("L {l:?} B {b:?} C {c:?} S {:?}", seen.is_some());
            law::holds(&moved, &what);
            law::holds(&unmoved(&moved), &format!("{what}, not moved"));
        }
    }
}
