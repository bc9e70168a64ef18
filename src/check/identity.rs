//! What a score's code says about the score itself: its names and its type.

use super::classes::classes;
use serde_yaml::Value;

/// The types of scores, as Plexus names them.
pub const TYPES: [&str; 4] = ["binary", "categorical", "numeric", "text"];

/// What code says about its score.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// `name`.
    pub name: Option<String>,
    /// `key`.
    pub key: Option<String>,
    /// `external_id` or `externalId`, else `id`, where older files have it.
    pub external_id: Option<String>,
    /// `type`; where that is not said, `binary` for two classes and `categorical` for more.
    pub kind: String,
}

/// What `code` says about its score; none if it is no YAML mapping.
pub fn identity(code: &str) -> Option<Identity> {
    let mut root: Value = serde_yaml::from_str(code.strip_prefix('\u{feff}').unwrap_or(code)).ok()?;
    root.as_mapping()?;
    root.apply_merge().ok()?;
    let said = |key: &str| text(root.get(key)?);
    let classes = classes(code)?;
    let derived = if classes.names.len().max(classes.count()) > 2 { "categorical" } else { "binary" };
    Some(Identity {
        name: said("name"),
        key: said("key"),
        external_id: said("external_id").or_else(|| said("externalId")).or_else(|| said("id")),
        kind: said("type").filter(|kind| TYPES.contains(&kind.as_str())).unwrap_or_else(|| derived.to_owned()),
    })
}

/// A text or a number that is not blank.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_type_are_read_and_derived() {
        let read =
            |code: &str| identity(code).map(|is| [is.name, is.key, is.external_id, Some(is.kind)].map(Option::unwrap_or_default));
        for (code, expected) in [
            ("name: A\nkey: a\nexternal_id: '7'\nid: 9\ntype: text\n", ["A", "a", "7", "text"]),
            ("externalId: 8\n", ["", "", "8", "binary"]),
            ("id: 0451\nname: ' '\n", ["", "", "0451", "binary"]),
            ("classes: [{name: A}, {name: B}, {name: C}]\ntype: other\n", ["", "", "", "categorical"]),
            ("graph: [{valid_classes: [Yes, No, NA]}]\n", ["", "", "", "categorical"]),
        ] {
            assert_eq!(read(code), Some(expected.map(str::to_owned)), "{code}");
        }
        let merged = "base: &base\n  name: A\n  external_id: 7\n  type: text\n<<: *base\nkey: a\n";
        assert_eq!(read(merged), Some(["A", "a", "7", "text"].map(str::to_owned)), "as every reader has them");
        assert_eq!((identity("- a\n"), identity("a: [\n")), (None, None));
    }
}
