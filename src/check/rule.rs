//! What is asked about rules: which one a code means, which ones block a push, and which are on.

pub use super::rule_table::{ExampleFile, Rule};
use super::severity::Severity;
use crate::model::{most_similar, suggest};
use std::collections::BTreeMap;

/// How much of a code must be as it was typed to be suggested, from 0 to 1.
const LIKE: f64 = 0.5;

impl Rule {
    /// A document that breaks it cannot be pushed.
    pub fn blocks_push(self) -> bool {
        matches!(self, Self::MergeMarkers | Self::YamlSyntax | Self::DuplicateKey | Self::EmptyDocument | Self::NotAMapping)
    }

    /// The rule with this code.
    ///
    /// # Errors
    /// No rule has this code; the error says which one looks like it.
    pub fn from_code(code: &str) -> Result<Self, UnknownRule> {
        let codes = || Self::ALL.iter().map(|rule| rule.code());
        Self::ALL.iter().copied().find(|rule| rule.code() == code).ok_or_else(|| UnknownRule {
            code: code.to_owned(),
            suggestion: suggest(code, codes()).or_else(|| most_similar(code, codes(), LIKE)).map(str::to_owned),
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
        assert_eq!(
            Rule::from_code("unknown-scores-class").expect_err("no rule has it").suggestion.as_deref(),
            Some("unknown-score")
        );
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
