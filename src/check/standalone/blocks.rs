//! The fenced blocks of a report configuration, as they stand: which lines open and close them.

use crate::check::collector::Collector;
use crate::check::rule::Rule;
use crate::model::outline::Fence;
use std::ops::Range;

/// What the info of a fence begins with, where a report block is meant.
const BLOCK: &str = "block";

/// A report block, up to the line that closes it or begins the next one.
pub struct ReportBlock<'t> {
    /// The line that opens it, without blanks at its ends.
    pub opening: Range<usize>,
    /// What stands behind the signs of that line, such as `block name="Costs"`.
    info: &'t str,
    /// What stands between the fences.
    pub body: Range<usize>,
}

impl<'t> ReportBlock<'t> {
    /// What the opening line gives for a key: `key="text"`, or a word without quotes.
    pub fn attribute(&self, key: &str) -> Option<&'t str> {
        let at = self.info.match_indices(key).find_map(|(at, _)| {
            let before = &self.info[..at];
            let begins = before.ends_with(|c: char| c.is_whitespace()) && before.matches('"').count().is_multiple_of(2);
            self.info[at + key.len()..].trim_start().strip_prefix('=').filter(|_| begins)
        })?;
        let value = at.trim_start();
        let quoted = value.strip_prefix('"').and_then(|rest| rest.split('"').next());
        quoted.or_else(|| value.split_whitespace().next())
    }
}

/// A fence that is not closed yet.
struct OpenFence<'t> {
    fence: Fence<'t>,
    opening: Range<usize>,
    body: usize,
}

impl<'t> OpenFence<'t> {
    fn is_block(&self) -> bool {
        self.fence.info.starts_with(BLOCK)
    }

    /// The block, if it is one, whose text ends here.
    fn block(self, end: usize) -> Option<ReportBlock<'t>> {
        self.is_block().then_some(ReportBlock { opening: self.opening, info: self.fence.info, body: self.body..end })
    }

    fn left_open(&self, collector: &mut Collector<'_>) {
        let signs = self.fence.signs();
        let (message, fix) =
            (format!("the {signs} of this line is never closed"), format!("write a line {signs} below the code"));
        collector.add(Rule::UnclosedFence, self.opening.clone(), message, fix);
    }
}

/// The blocks from the byte `from` on, which begins a line; fences that are not closed are reported. A block never holds
/// another one: where a second one begins, the first was left open.
pub fn blocks<'t>(text: &'t str, from: usize, collector: &mut Collector<'_>) -> Vec<ReportBlock<'t>> {
    let (mut found, mut open, mut at) = (Vec::new(), None::<OpenFence<'_>>, from);
    for line in text[from..].split_inclusive('\n') {
        let next = at + line.len();
        let content = line.trim_start_matches('\u{feff}');
        let start = next - content.trim_start().len();
        let opens = |fence| OpenFence { fence, opening: start..start + content.trim().len(), body: next };
        match (open.take(), Fence::opened_by(content).map(opens)) {
            (Some(fence), _) if fence.fence.is_closed_by(line) => found.extend(fence.block(at)),
            (Some(fence), Some(new)) if fence.is_block() && new.is_block() => {
                fence.left_open(collector);
                found.extend(fence.block(at));
                open = Some(new);
            }
            (fence, new) => open = fence.or(new),
        }
        at = next;
    }
    if let Some(fence) = open {
        fence.left_open(collector);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rule::RuleSet;
    use crate::model::DocKind;

    #[test]
    fn a_block_says_where_it_is_and_what_its_line_gives() {
        let text =
            "\u{feff}```block class=ScoreInfo  name = \"A b\"\r\na: 1\r\n```\r\n~~~~ text\n```block\n~~~~\n  ```block\n  ````\n";
        let rules = RuleSet::default();
        let mut collector = Collector::new(DocKind::ReportConfiguration, text, &rules);
        let blocks = blocks(text, 0, &mut collector);
        assert_eq!(collector.into_findings(), []);
        let bodies: Vec<&str> = blocks.iter().map(|block| &text[block.body.clone()]).collect();
        assert_eq!(bodies, ["a: 1\r\n", ""]);
        assert_eq!(&text[blocks[1].opening.clone()], "```block");
        let given = |key| blocks[0].attribute(key);
        assert_eq!((given("class"), given("name"), given("ame"), given("x")), (Some("ScoreInfo"), Some("A b"), None, None));
        let within = ReportBlock { opening: 0..0, info: "block name=\"all of class=Old\" x=1", body: 0..0 };
        assert_eq!((within.attribute("class"), within.attribute("x")), (None, Some("1")), "what stands in quotes is a text");
    }
}
