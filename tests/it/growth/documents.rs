//! Documents that a generator, a mistake or ill will makes, by what they have much of.

use scoresync::model::DocKind;

/// Everything that a document can have much of.
pub fn all() -> impl Iterator<Item = (DocKind, &'static str)> {
    CODE.iter().map(|what| (DocKind::Code, *what)).chain(GUIDELINES.iter().map(|what| (DocKind::Guidelines, *what)))
}

/// A document that has `count` of one thing.
pub fn text(kind: DocKind, what: &str, count: usize) -> String {
    if kind == DocKind::Code { code(what, count) } else { guidelines(what, count) }
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// A score's code that has much of one thing.
fn code(what: &str, count: usize) -> String {
    match what {
        "anchors" => "name: A\n".to_owned() + &lines(count, |at| format!("a{at}: &a{at} x\n")),
        "aliases" => "name: &n A\nl:\n".to_owned() + &lines(count, |_| "- *n\n".to_owned()),
        "keys" => "name: A\n".to_owned() + &lines(count, |at| format!("key{at}: {at}\n")),
        "misspelt keys" => "name: A\n".to_owned() + &lines(count, |at| format!("grap{at}: x\n")),
        "equal keys" => lines(count, |_| "name: A\n".to_owned()),
        "keys in one line" => format!("name: A\nm: {{{}}}\n", lines(count, |at| format!("k{at}: Yes, "))),
        "items" => "name: A\nvalid_classes:\n".to_owned() + &lines(count, |at| format!("- c{at}\n")),
        "nodes" => "name: A\ngraph:\n".to_owned() + &lines(count, |at| format!("- name: n{at}\n  edge: {{end: m{at}}}\n")),
        "equal nodes" => "name: A\ngraph:\n".to_owned() + &lines(count, |_| "- name: n\n  class: Clasifier\n".to_owned()),
        "references" => "name: A\ndepends_on:\n".to_owned() + &lines(count, |at| format!("- Score {at}\n")),
        "comments" => "name: A\n".to_owned() + &lines(count, |at| format!("k{at}: 1 # c\n# d\n\n")),
        "blocks" => "name: A\n".to_owned() + &lines(count, |at| format!("k{at}: |\n  {{{{ text }}}}\n\n  TODO\n")),
        "a long line" => format!("name: A\nprompt: {}\n", lines(count, |at| format!("word {at} {{ TODO "))),
        "a long quote" => format!("name: A\nprompt: \"{}\"\n", lines(count, |at| format!("\\u00e9{at} results['x"))),
        "templates" => format!("name: A\nprompt: |\n  {}\n", lines(count, |_| "{% if a %}{{ b }}{# c".to_owned())),
        "programs" => {
            let classes = lines(count, |at| format!("- c{at}\n"));
            let listed = lines(count, |at| format!("\"c{at}\", "));
            format!("name: A\nvalid_classes:\n{classes}code: |\n  classes = {{{listed}}} classes = {{{listed}}}\n")
        }
        "line ends" => "\n".repeat(count),
        "documents" => "---\n".repeat(count),
        "stamps" => "id: 1\nversion: 2\n".repeat(count),
        _ => unreachable!("{what}"),
    }
}

/// Guidelines that have much of one thing.
fn guidelines(what: &str, count: usize) -> String {
    match what {
        "equal headings" => "# T\n".to_owned() + &lines(count, |_| "## Example\n".to_owned()),
        "headings" => "# T\n".to_owned() + &lines(count, |at| format!("## Example {at}\ntext\n")),
        "numbered headings" => "# T\n".to_owned() + &lines(count, |at| format!("## E ({at})\n## E\n")),
        "labels" => {
            let labels: Vec<String> = (0..count).map(|at| format!("L{at}")).collect();
            let sections = lines(count, |at| format!("## Definition of L{at}\n## L{at} vs L0\n"));
            format!("# T\n## Objective\n## Classes\n- Valid labels: [{}]\n{sections}", labels.join(", "))
        }
        "equal lines" => lines(count, |_| "- the same\n".to_owned()),
        "fences" => "```\n".repeat(count),
        _ => unreachable!("{what}"),
    }
}

/// What code can have much of.
const CODE: [&str; 19] = [
    "anchors",
    "aliases",
    "keys",
    "misspelt keys",
    "equal keys",
    "keys in one line",
    "items",
    "nodes",
    "equal nodes",
    "references",
    "comments",
    "blocks",
    "a long line",
    "a long quote",
    "templates",
    "programs",
    "line ends",
    "documents",
    "stamps",
];
/// What guidelines can have much of.
const GUIDELINES: [&str; 6] = ["equal headings", "headings", "numbered headings", "labels", "equal lines", "fences"];
