//! The guard of the dashboard against promoting a version that an optimizer run has invalidated.

use serde_yaml::Value;

/// The code lists feedback items that an optimizer run marked invalid, at its top level as a text or a list; such a version
/// must not become champion. Code that does not parse lists nothing.
pub fn is_shadow_invalidated(code: &str) -> bool {
    const KEY: &str = "optimizer_shadow_invalid_feedback_item_ids";
    if !code.contains(KEY) {
        return false;
    }
    let merged = || {
        let mut root: Value = serde_yaml::from_str(code.strip_prefix('\u{feff}').unwrap_or(code)).ok()?;
        // Where something cannot be merged, the key counts all the same.
        root.apply_merge().ok();
        Some(root)
    };
    match merged().as_ref().and_then(|yaml| yaml.get(KEY)) {
        None | Some(Value::Null) => false,
        Some(Value::String(ids)) => !ids.trim().is_empty(),
        Some(Value::Sequence(ids)) => !ids.is_empty(),
        Some(_) => true,
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
            (format!("\u{feff}{key}: [a]\n"), true),
        ] {
            assert_eq!(is_shadow_invalidated(&yaml), invalid, "{yaml}");
        }
    }
}
