//! The rules: their codes and severities, what each requires, and which of them are on.

use super::severity::Severity;
use crate::model::suggest;
use std::collections::BTreeMap;

macro_rules! rules {
    ($($name:ident $code:literal $severity:ident $about:literal;)+) => {
        /// A rule. Its code never changes; settings and reports name it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $about] $name,)+
        }

        impl Rule {
            /// All rules, in the order in which findings at one place are listed.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable short name.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What it requires, in one sentence.
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)+ }
            }

            /// How much it matters unless settings say otherwise.
            pub fn default_severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }
        }
    };
}

rules! {
    MergeMarkers "merge-markers" Error "No line is left of an unfinished merge.";
    YamlSyntax "yaml-syntax" Error "The code is one YAML document of bounded depth and size.";
    DuplicateKey "duplicate-key" Error "A mapping has each key once.";
    NotLoadable "not-loadable" Error "PyYAML and ruamel.yaml, which load scores to run them, can both load the code.";
    NotAMapping "not-a-mapping" Error "The code is a mapping from keys to values.";
    MissingName "missing-name" Error "A score has a name that is not empty.";
    WrongType "wrong-type" Error "A known key has a value of its type.";
    BadKey "bad-key" Error "`key` is made of a-z, 0-9, _ and -.";
    BadValue "bad-value" Error "A key with a fixed set of values has one of them.";
    MissingClass "missing-class" Warning "A score says which class runs it.";
    ExternalIds "external-ids" Warning "`externalId` and `external_id` do not contradict each other.";
    Misspelt "misspelt-key" Warning "No top-level key is a known one with a letter wrong.";
    DeprecatedKey "deprecated-key" Warning "No key is used that has a successor.";
    Processors "processors" Error "`processors` is a list of mappings with a class.";
    LegacyProcessors "legacy-processors" Warning "Processors are under `item`, not under `data`.";
    UnknownClass "unknown-class" Warning "Nodes and processors have classes that Plexus has.";
    DeprecatedClass "deprecated-class" Warning "No node has a class that has a successor.";
    AmbiguousText "ambiguous-text" Warning "No text is written so that PyYAML and ruamel.yaml read different values.";
    AmbiguousValue "ambiguous-value" Warning "No value is written so that PyYAML and ruamel.yaml read different ones.";
    NotText "not-text" Warning "Class names are texts, not booleans, numbers, dates or null.";
    ClassLists "class-lists" Warning "The class lists of YAML, Lua and guidelines agree.";
    UnknownNode "unknown-node" Error "Edges and conditions of a graph lead to its own nodes.";
    DuplicateNode "duplicate-node" Warning "Each node of a graph has a name of its own.";
    UnknownScore "unknown-score" Warning "`depends_on` and `results[…]` name scores of the scorecard.";
    DependencyCycle "dependency-cycle" Error "No score depends on itself, directly or through others.";
    DuplicateScore "duplicate-score" Warning "Each score of a scorecard has a name and a key of its own.";
    Template "template" Warning "Braces of templates are balanced.";
    Placeholder "placeholder" Warning "No text is left that only keeps a place.";
    Stamp "stamp" Info "No `version:` or `parent:` line of other tools is in the file.";
    TooLarge "too-large" Error "Code and guidelines together fit into one item of the store.";
    NearLimit "near-limit" Warning "Code and guidelines are not close to the limit of one item.";
    GuidelinesFormat "guidelines-format" Warning "Guidelines follow the format of classifier guidelines.";
    GuidelinesTitle "guidelines-title" Warning "The first line of guidelines is their title.";
    GuidelinesLabels "guidelines-labels" Error "The Classes section lists at least two valid labels.";
    GuidelinesSection "guidelines-section" Error "Guidelines have the sections that their type requires.";
    GuidelinesHeading "guidelines-heading" Warning "Guidelines have no sections that the format does not know.";
    GuidelinesClasses "guidelines-classes" Warning "Target, default and abstain class are given, and are labels.";
}

impl Rule {
    /// A document that breaks it cannot be pushed.
    pub fn blocks_push(self) -> bool {
        matches!(self, Self::MergeMarkers | Self::YamlSyntax | Self::DuplicateKey)
    }

    /// The rule with this code.
    ///
    /// # Errors
    /// No rule has this code; the error says which one looks like it.
    pub fn from_code(code: &str) -> Result<Self, UnknownRule> {
        Self::ALL.iter().copied().find(|rule| rule.code() == code).ok_or_else(|| UnknownRule {
            code: code.to_owned(),
            suggestion: suggest(code, Self::ALL.iter().map(|rule| rule.code())).map(str::to_owned),
        })
    }
}

/// A code that no rule has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule {code:?}{}", suggestion.as_ref().map(|code| format!("; did you mean {code:?}?")).unwrap_or_default())]
pub struct UnknownRule {
    /// What was asked for.
    pub code: String,
    /// The code that looks most like it.
    pub suggestion: Option<String>,
}

/// Which rules are on, and how much each matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSet {
    changed: BTreeMap<Rule, Option<Severity>>,
}

impl RuleSet {
    /// Sets a rule's severity; none turns it off.
    pub fn set(&mut self, rule: Rule, severity: Option<Severity>) {
        self.changed.insert(rule, severity);
    }

    /// The severity of a rule; none if it is off.
    pub fn severity(&self, rule: Rule) -> Option<Severity> {
        self.changed.get(&rule).copied().unwrap_or(Some(rule.default_severity()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_lead_back() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_code(rule.code()), Ok(*rule));
            assert!(rule.code().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.code());
        }
        let unknown = Rule::from_code("duplicate-keys").expect_err("no rule has it");
        assert_eq!(unknown.to_string(), "there is no rule \"duplicate-keys\"; did you mean \"duplicate-key\"?");
        assert_eq!(Rule::from_code("zzz").expect_err("no rule has it").suggestion, None);
    }

    #[test]
    fn a_rule_can_be_changed_and_turned_off() {
        let mut rules = RuleSet::default();
        assert_eq!(rules.severity(Rule::Stamp), Some(Severity::Info));
        rules.set(Rule::Stamp, Some(Severity::Error));
        rules.set(Rule::Template, None);
        assert_eq!((rules.severity(Rule::Stamp), rules.severity(Rule::Template)), (Some(Severity::Error), None));
    }
}
