//! The guard of the dashboard against promoting a version that an optimizer run has invalidated.

use crate::model::yaml::Tree;
use crate::model::yaml_scalars::{Reading, pyyaml};

/// The code lists feedback items that an optimizer run marked invalid, at its top level as a text or a list; such a version
/// must not become champion. Of code that does not parse, what stands before that counts.
pub fn is_shadow_invalidated(code: &str) -> bool {
    const KEY: &str = "optimizer_shadow_invalid_feedback_item_ids";
    if !code.contains(KEY) {
        return false;
    }
    let tree = Tree::read(code).0;
    let Some(ids) = tree.root().and_then(|root| tree.get(root, KEY)) else { return false };
    let is_null = tree.plain(tree.target(ids)).is_some_and(|text| pyyaml(text) == Reading::Null);
    match (tree.items(ids), tree.text_of(ids)) {
        (Some(ids), _) => !ids.is_empty(),
        (None, Some(ids)) => !is_null && !ids.trim().is_empty(),
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::is_shadow_invalidated;

    #[test]
    fn only_a_top_level_list_or_text_with_ids_counts() {
        let key = "optimizer_shadow_invalid_feedback_item_ids";
        for (yaml, invalid) in [
            (format!("{key}: [a]\n"), true),
            (format!("{key}: a, b\n"), true),
            (format!("{key}: []\n"), false),
            (format!("{key}: \"\"\n"), false),
            (format!("{key}:\n"), false),
            (format!("data:\n  {key}: [a]\n"), false),
            (format!("prompt: |\n  {key}: [a]\n"), false),
            (format!("base: &base\n  {key}: [a]\n<<: *base\n"), true),
            (format!("a: &a {{{key}: [a]}}\nb: &b {{<<: *a}}\n<<: *b\n"), true),
            (format!("x: 1\nx: 2\n{key}: [a]\n"), true),
            (format!("{key}: ~\n"), false),
            (format!("{key}: '~'\n"), true),
            (format!("{key}: {{a: b}}\n"), true),
            (format!("\u{feff}{key}: [a]\n"), true),
        ] {
            assert_eq!(is_shadow_invalidated(&yaml), invalid, "{yaml}");
        }
    }
}
