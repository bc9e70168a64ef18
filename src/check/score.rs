//! A whole score: both documents, and whether they fit together.

use super::collector::{Collector, Place};
use super::finding::Finding;
use super::guidelines::{self, GuidelinesLabels};
use super::rule::{Rule, RuleSet};
use super::rules::labels::{CodeLabels, differs};
use super::rules::{fields, graph, labels, nodes, placeholders, references, scalars, templates};
use super::score_names::ScoreNames;
use super::wellformed::{has_markers, is_wellformed};
use crate::model::yaml::{Defect, Tree};
use crate::model::{DocKind, MAX_PAIR_BYTES, canonical, outgoing};

/// From this many bytes on a warning is given.
const NEAR_PAIR_BYTES: usize = MAX_PAIR_BYTES / 10 * 9;

/// The texts of a score, as its files have them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Texts<'a> {
    /// Its YAML; none is not checked.
    pub code: Option<&'a str>,
    /// Its Markdown; none is "no opinion".
    pub guidelines: Option<&'a str>,
}

/// Everything that the rules find in a score, code before guidelines, each by place.
///
/// Without `names` references to other scores are not looked at. Work and result are bounded by the size of the texts.
///
/// # Examples
///
/// ```
/// use scoresync::check::{Finding, RuleSet, Texts, score};
///
/// let texts = Texts { code: Some("name: Tone\nclass: Classifier\nname: Voice\n"), guidelines: None };
/// let findings = score(texts, None, &RuleSet::default());
/// let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.is_error()).collect();
/// assert_eq!((errors[0].rule.code(), errors[0].start.line), ("duplicate-key", 3));
/// ```
pub fn score(texts: Texts<'_>, names: Option<&ScoreNames>, rules: &RuleSet) -> Vec<Finding> {
    let examined = examine(texts, rules);
    let mut findings = examined.findings;
    if let Some(names) = names {
        let mut code = Collector::new(DocKind::Code, "", rules);
        references::judge(&examined.references, names, &mut code);
        findings.extend(code.into_findings());
        findings.sort_by_key(|finding| (finding.kind, finding.start, finding.rule));
    }
    findings
}

/// A name and where it stands.
pub(super) type PlacedName = (String, Place);

/// What is found in a score by itself, and what it says about others. Its texts are not needed any more.
#[derive(Default)]
pub struct ExaminedScore {
    pub(super) findings: Vec<Finding>,
    pub(super) references: Vec<PlacedName>,
    pub(super) name: Option<PlacedName>,
    pub(super) key: Option<PlacedName>,
    pub(super) depends_on: Vec<PlacedName>,
}

impl ExaminedScore {
    /// Only what a score says of itself to others; nothing that is found in it.
    pub fn named(code: &str) -> Self {
        let (rules, (tree, _)) = (RuleSet::default(), Tree::read(code));
        Self::of(&tree, &Collector::new(DocKind::Code, code, &rules))
    }

    fn of(tree: &Tree<'_>, code: &Collector<'_>) -> Self {
        let Some(score) = tree.root() else { return Self::default() };
        let text = |key: &str| {
            let id = tree.get(score, key)?;
            Some((tree.text_of(id)?.to_owned(), code.place_of(tree.node(id).span.clone())))
        };
        let depends_on = placed(references::depends_on(tree, score), code);
        Self { name: text("name"), key: text("key"), depends_on, ..Self::default() }
    }

    /// Its name and key.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.name.iter().chain(&self.key).map(|(name, _)| name.as_str())
    }

    /// It says that other scores come first, which may lead in a circle.
    pub fn depends_on_others(&self) -> bool {
        !self.depends_on.is_empty()
    }

    /// The names of other scores in it.
    pub fn referred(&self) -> impl Iterator<Item = &str> {
        self.references.iter().chain(&self.depends_on).map(|(name, _)| name.as_str())
    }

    /// What was found in this document.
    pub fn findings_in(&self, kind: DocKind) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.kind == kind)
    }
}

/// Everything that the rules find in a score by itself, for [`super::scorecard_of`].
pub fn examine(texts: Texts<'_>, rules: &RuleSet) -> ExaminedScore {
    let mut code = Collector::new(DocKind::Code, texts.code.unwrap_or_default(), rules);
    let mut guidelines = Collector::new(DocKind::Guidelines, texts.guidelines.unwrap_or_default(), rules);
    let read = texts.code.map(Tree::read);
    let own = read.as_ref().map(|(tree, _)| ExaminedScore::of(tree, &code)).unwrap_or_default();
    let code_labels = read.as_ref().and_then(|(tree, defects)| check_code(tree, defects, &mut code));
    let root = read.as_ref().and_then(|(tree, _)| Some((tree, tree.root()?))).filter(|_| code_labels.is_some());
    let references = root.map(|(tree, score)| placed(references::find(tree, score), &code)).unwrap_or_default();
    let guidelines_labels = texts.guidelines.and_then(|text| check_guidelines(text, &mut guidelines));
    if let (Some(of_code), Some(of_guidelines)) = (code_labels, guidelines_labels) {
        check_labels(&of_code, &of_guidelines, &mut guidelines);
    }
    check_size(texts, if texts.code.is_some() { &mut code } else { &mut guidelines });
    let mut findings = code.into_findings();
    findings.extend(guidelines.into_findings());
    ExaminedScore { findings, references, ..own }
}

fn placed(found: Vec<references::Reference<'_>>, code: &Collector<'_>) -> Vec<PlacedName> {
    found.into_iter().map(|one| (one.name.to_owned(), code.place_of(one.at))).collect()
}

fn check_code(tree: &Tree<'_>, defects: &[Defect], collector: &mut Collector<'_>) -> Option<CodeLabels> {
    if !is_wellformed(tree, defects, collector) {
        return None;
    }
    let Some(score) = tree.root().filter(|root| tree.pairs(*root).is_some()) else {
        collector.add(Rule::NotAMapping, 0..0, "a score is a mapping from keys to values", "begin with `name: …`");
        return None;
    };
    fields::check(tree, score, collector);
    nodes::check(tree, score, collector);
    graph::check(tree, score, collector);
    scalars::check(tree, score, collector);
    templates::check(tree, collector);
    placeholders::check(tree, collector);
    Some(labels::check(tree, score, collector))
}

fn check_guidelines(text: &str, collector: &mut Collector<'_>) -> Option<GuidelinesLabels> {
    if has_markers(text, collector) || canonical(DocKind::Guidelines, text).is_empty() {
        return None;
    }
    guidelines::check(text, collector)
}

/// The score's own list must be that of the guidelines; without one, its nodes must reach every label.
fn check_labels(code: &CodeLabels, guidelines: &GuidelinesLabels, collector: &mut Collector<'_>) {
    let message = match (&code.declared, &code.reachable) {
        (Some(declared), _) if *declared != guidelines.labels => {
            differs("the list of valid labels", &guidelines.labels, "the code", declared)
        }
        (None, Some(reachable)) if !guidelines.labels.is_subset(reachable) => {
            let lost: Vec<String> = guidelines.labels.difference(reachable).map(|label| format!("{label:?}")).collect();
            format!("no node of the code answers {}", lost.join(", "))
        }
        _ => return,
    };
    collector.add(Rule::ClassLists, guidelines.at.clone(), message, "make code and guidelines name the same classes");
}

fn check_size(texts: Texts<'_>, collector: &mut Collector<'_>) {
    let on_disk = texts.code.map_or(0, str::len) + texts.guidelines.map_or(0, str::len);
    if on_disk <= NEAR_PAIR_BYTES {
        return;
    }
    let sent = |kind, text: Option<&str>| text.map_or(0, |text| outgoing(kind, text).len());
    let size = sent(DocKind::Code, texts.code) + sent(DocKind::Guidelines, texts.guidelines);
    let message = format!("code and guidelines have {} KB together; the store takes {} KB", size / 1024, MAX_PAIR_BYTES / 1024);
    if size > MAX_PAIR_BYTES {
        collector.add(Rule::TooLarge, 0..0, message, "shorten them, or split the score");
    } else if size > NEAR_PAIR_BYTES {
        collector.add(Rule::NearLimit, 0..0, message, "shorten them, or split the score");
    }
}
