//! A report configuration: its parameters, and the YAML of each of its blocks.

use super::blocks::{ReportBlock, blocks};
use super::parameters;
use super::scope::{self, KnownCatalog, SaidName};
use super::tables::BLOCK_CLASSES;
use super::template::Template;
use crate::check::collector::Collector;
use crate::check::rule::Rule;
use crate::check::wellformed::{advice, has_markers};
use crate::model::suggest;
use crate::model::yaml::{DefectKind, Id, Tree};
use std::ops::Range;

/// Every rule of report configurations.
pub fn check(text: &str, known: KnownCatalog<'_>, collector: &mut Collector<'_>) {
    if has_markers(text, collector) {
        return;
    }
    let report = parameters::check(text, collector);
    for block in blocks(text, report, collector) {
        let template = Template::of(&text[block.body.clone()]);
        BlockYaml::check(&block, &template, known, collector);
    }
}

/// The YAML of a block, which knows its places in the file.
struct BlockYaml<'t> {
    block: &'t ReportBlock<'t>,
    template: &'t Template,
    tree: Tree<'t>,
}

impl<'t> BlockYaml<'t> {
    fn check(block: &'t ReportBlock<'t>, template: &'t Template, known: KnownCatalog<'_>, collector: &mut Collector<'_>) {
        let (tree, defects) = Tree::read(&template.text);
        // Only one of two branches is left when a report is made.
        for defect in defects.iter().filter(|_| !template.has_statements) {
            let at = block.body.start + defect.at..block.body.start + defect.word_end(&template.text);
            collector.add(Rule::ReportBlock, at, defect.message.as_str(), advice(defect.kind));
        }
        if defects.iter().any(|defect| defect.kind == DefectKind::Syntax) {
            return;
        }
        let yaml = Self { block, template, tree };
        match yaml.tree.root().filter(|root| yaml.tree.pairs(*root).is_some()) {
            Some(map) => yaml.mapping(map, known, collector),
            None if template.has_statements => {}
            None => {
                let at = yaml.tree.root().map(|root| yaml.place(root)).filter(|at| !at.is_empty());
                let message = "the text of a block is a mapping from keys to values";
                collector.add(Rule::ReportBlock, at.unwrap_or(block.opening.clone()), message, "begin with `class: …`");
            }
        }
    }

    fn mapping(&self, map: Id, known: KnownCatalog<'_>, collector: &mut Collector<'_>) {
        match self.tree.entry(map, "class") {
            Some((key, class)) => match self.tree.text_of(class).filter(|text| !text.is_empty()) {
                Some(name) if !self.template.is_open(&self.tree.node(class).span) => {
                    unknown_class(name, self.place(class), collector);
                }
                Some(_) => {}
                None => no_class(self.place(key), collector),
            },
            None => match self.block.attribute("class") {
                Some(name) => unknown_class(name, self.block.opening.clone(), collector),
                None if self.template.has_statements => {}
                None => no_class(self.block.opening.clone(), collector),
            },
        }
        let given = self.tree.get(map, "config").unwrap_or(map);
        let score = self.name(given, "score_id").or_else(|| self.name(given, "score"));
        scope::check(self.name(given, "scorecard"), score, known, collector);
    }

    /// The name under a key; none where it is filled in only when a report is made.
    fn name(&self, map: Id, key: &str) -> Option<SaidName<'_>> {
        let value = self.tree.get(map, key)?;
        let text = self.tree.text_of(value).filter(|_| !self.template.is_open(&self.tree.node(value).span))?;
        Some(SaidName { text, at: self.place(value) })
    }

    /// Where a node is in the file.
    fn place(&self, id: Id) -> Range<usize> {
        let (start, span) = (self.block.body.start, &self.tree.node(id).span);
        start + span.start..start + span.end
    }
}

fn no_class(at: Range<usize>, collector: &mut Collector<'_>) {
    collector.add(Rule::ReportBlock, at, "the block has no class", "write `class: FeedbackAlignment`, or another one");
}

/// A class may come with a later release, or from somebody's own code.
fn unknown_class(name: &str, at: Range<usize>, collector: &mut Collector<'_>) {
    if BLOCK_CLASSES.contains(&name) {
        return;
    }
    let fix = match suggest(name, BLOCK_CLASSES.iter().copied()) {
        Some(meant) => format!("did you mean {meant}?"),
        None => "leave it, if your Plexus has it".to_owned(),
    };
    collector.add(Rule::UnknownBlock, at, format!("{name} is not a block of Plexus 1.50"), fix);
}
