//! Laws that hold for any text: no panic, bounded findings with places inside the text, and mends that only mend.

use proptest::prelude::*;
use scoresync::check::{Finding, KnownCatalog, RuleSet, ScoreNames, Texts, documents, fix_text, score};
use scoresync::model::DocKind;
use scoresync::model::yaml::Tree;

/// A score that has something of everything.
pub(super) const SCORE: &str = r#"name: Tone
key: tone
externalId: 45813
version: 1b2c
class: LangGraphScore
valid_classes: &all [Yes, No, "NA"]
depends_on:
  Greeting: {operator: "==", value: on}
graph:
  - name: judge
    class: Classifier
    valid_classes: *all
    system_message: |
      Judge the "tone" — é 😀 {{ text }}
    user_message: "{{ results[\"Greeting\"].value }} {% if a %}b{% endif %}"
    conditions:
      - {value: No, node: END, output: {value: off}}
    edge: {start: judge, end: END}
  - name: last
    class: LogicalClassifier
    code: >
      return {"classes": 1e3}
data:
  balance: no
code: |
  ClassifyProcedure { classes = {"Yes", "No"}, user_message = [[ {{ text }} ]] }
parent: None
"#;

const GUIDELINES: &str = "# Tone\n\n## Objective\nTODO é\n## Classes\n- Valid labels: [Yes, No]\n- Target class: Yes\n\
    - Default class: No\n## Definition of Yes\n## Conditions for Yes\n## Definition of No\n## Conditions for No\n";

/// A report configuration that has something of everything.
const REPORT: &str = "parameters:\n  - name: days\n    type: number\n  - {name: é}\n---\n# Weekly é 😀\n\n```block name=\"A b\"\n\
    class: FeedbackAlignment\nscorecard: QA\nscore: {{ score }}\n{% if days %}\ndays: {{ days }}\n{% endif %}\n```\n\n\
    ~~~block class=ScoreInfo\nconfig: {scorecard: nothing, score: x}\n~~~\n\n```block\nclass: Odd\n\n```block\n- a\n";

/// A data source, likewise.
const SOURCE: &str = "class: FeedbackItems\nscorecard: \"é\"\nscore: Tome\ndays: -1\nlimit: 1.5\nsample_seed: 4\nlimit_per_cel: &a 3\n\
    sampling_mode: *a\nitem: {x: [y, z]}\n";

/// What is put into a text to break it.
const PIECES: [&str; 34] = [
    "\n",
    "\r\n",
    "\r",
    "\t",
    "  ",
    "- ",
    ": ",
    ":",
    "#",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "}}",
    "{% if",
    "%}",
    "&a ",
    "*a",
    "<<: *a",
    "|",
    ">",
    "---\n",
    "!!str ",
    "Yes",
    "1e3",
    "\0",
    "\u{feff}",
    "\u{85}",
    "é",
    "😀",
    "version: x\n",
];

#[derive(Clone, Debug)]
enum Edit {
    Insert(prop::sample::Index, &'static str),
    Remove(prop::sample::Index, usize),
    Double(prop::sample::Index, usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let at = any::<prop::sample::Index>;
    let edit = prop_oneof![
        (at(), prop::sample::select(PIECES.to_vec())).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        (at(), 1..40_usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        (at(), 1..80_usize).prop_map(|(at, length)| Edit::Double(at, length)),
    ];
    prop::collection::vec(edit, 0..6)
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut text = text.to_owned();
    for edit in edits {
        let place = |at: &prop::sample::Index, text: &str| text.floor_char_boundary(at.index(text.len() + 1));
        match edit {
            Edit::Insert(at, piece) => text.insert_str(place(at, &text), piece),
            Edit::Remove(at, length) => {
                let start = place(at, &text);
                text.replace_range(start..text.ceil_char_boundary(start + length), "");
            }
            Edit::Double(at, length) => {
                let start = place(at, &text);
                let part = text[start..text.ceil_char_boundary(start + length)].to_owned();
                text.insert_str(start, &part);
            }
        }
    }
    text
}

fn check(code: &str, guidelines: &str) -> Vec<Finding> {
    let names: ScoreNames = ["Tone", "Greeting"].map(str::to_owned).into_iter().collect();
    score(Texts { code: Some(code), guidelines: Some(guidelines) }, Some(&names), &RuleSet::default())
}

fn check_standalone(kind: DocKind, text: &str) -> Vec<Finding> {
    let catalog = super::cases::catalog();
    documents(&[(kind, text)], None, KnownCatalog { catalog: &catalog, is_whole: true }, &RuleSet::default())
}

fn assert_places(findings: &[Finding], code: &str, guidelines: &str) {
    for finding in findings {
        let text = if finding.kind == DocKind::Code { code } else { guidelines };
        let lines: Vec<&str> = text.split('\n').collect();
        assert!(finding.start <= finding.end, "{finding:?}");
        for place in [finding.start, finding.end] {
            let line = lines.get(place.line - 1).unwrap_or_else(|| panic!("no such line: {finding:?}"));
            assert!((1..=line.chars().count() + 1).contains(&place.column), "{finding:?}");
        }
        assert!(!finding.message.is_empty() && !finding.fix.contains('\n'), "{finding:?}");
        assert!(finding.message.chars().count() <= 301, "{finding:?}");
    }
}

#[test]
fn the_whole_texts_are_found_in() {
    let rules: Vec<&str> = check(SCORE, GUIDELINES).iter().map(|finding| finding.rule.code()).collect();
    assert!(rules.len() > 8 && rules.contains(&"ambiguous-text") && rules.contains(&"stamp"), "{rules:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_checked_and_mended_within_its_bounds(code in edits(), guidelines in edits()) {
        let (code, guidelines) = (edited(SCORE, &code), edited(GUIDELINES, &guidelines));
        let findings = check(&code, &guidelines);
        assert_places(&findings, &code, &guidelines);
        prop_assert_eq!(&findings, &check(&code, &guidelines));
        let mut text = code.clone();
        // Overlapping edits take another round each; at most two overlap.
        for _ in 0..3 {
            let Some(fixed) = fix_text(DocKind::Code, &text, &check(&text, &guidelines)) else { break };
            assert_only_mended(&text, &fixed.text);
            text = fixed.text;
        }
        prop_assert_eq!(fix_text(DocKind::Code, &text, &check(&text, &guidelines)), None);
    }

    #[test]
    fn any_standalone_document_is_checked_within_its_bounds(report in edits(), source in edits()) {
        for (kind, text) in [(DocKind::ReportConfiguration, edited(REPORT, &report)), (DocKind::DataSource, edited(SOURCE, &source))] {
            let findings = check_standalone(kind, &text);
            assert_places(&findings, &text, &text);
            prop_assert!(findings.iter().all(|finding| finding.kind == kind && finding.fix_text.is_none()));
        }
    }

    #[test]
    fn arbitrary_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes);
        assert_places(&check(&text, &text), &text, &text);
        for kind in [DocKind::ReportConfiguration, DocKind::DataSource] {
            assert_places(&check_standalone(kind, &text), &text, &text);
        }
    }
}

/// Lines are only dropped whole, quoted in, or renamed: with these taken away, both texts are the same. No key goes with a line
/// but that of a stamp.
fn assert_only_mended(before: &str, after: &str) {
    assert_eq!(keys(before), keys(after), "{before:?} became {after:?}");
    let bare = |text: &str| text.replace('"', "").replace("tactus_code", "code");
    let (before, after) = (bare(before), bare(after));
    let mut rest = before.split_inclusive('\n');
    for line in after.split_inclusive('\n') {
        assert!(rest.any(|other| other == line || other.trim_end() == line.trim_end()), "{line:?} is new");
    }
}

#[test]
fn hostile_texts_are_bounded() {
    let bomb = (1..60).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| format!("{text}a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1));
    let merges =
        (1..200).fold("a0: &a0 {x: 1}\n".to_owned(), |text, n| format!("{text}a{n}: &a{n} {{<<: [*a{0}, *a{0}]}}\n", n - 1));
    let huge = format!("name: A\nclass: B\ndescription: |\n{}", "  {{ text }} results[\"A\"] Yes\n".repeat(40_000));
    let braces = format!("name: A\nclass: B\ndescription: '{}'\n", "{{ a }} {% if a %}".repeat(20_000));
    let openings = format!("name: A\nclass: B\ncode: '{}'\n", "classes = {".repeat(50_000));
    let labels = format!("# A\n## Objective\n## Classes\nValid labels: [{}]\n", "a, ".repeat(20_000));
    for text in [bomb, merges, huge, braces, openings, labels, "[".repeat(100_000), "# \n".repeat(100_000), "\u{1}".repeat(10)] {
        let findings = check(&text, &text);
        assert_places(&findings, &text, &text);
        assert!(findings.len() < 500);
    }
}

/// The topmost keys of a score without those of stamps, as they are called today.
fn keys(code: &str) -> Vec<String> {
    let (tree, _) = Tree::read(code);
    let pairs = tree.root().and_then(|root| tree.pairs(root)).unwrap_or_default();
    let keys = pairs.iter().filter_map(|(key, _)| tree.text_of(*key)).filter(|key| !["version", "parent"].contains(key));
    keys.map(|key| key.replace("tactus_code", "code")).collect()
}
