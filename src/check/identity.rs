//! What a score's code says about the score itself: its names and its type.

use super::classes::classes;
use crate::model::yaml::{Id, Tree};
use crate::model::yaml_scalars::{Reading, ruamel};

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
    let classes = classes(code)?;
    let tree = Tree::read(code).0;
    let root = tree.root().filter(|root| tree.pairs(*root).is_some())?;
    let said = |key: &str| text(&tree, tree.get(root, key)?);
    let derived = if classes.names.len().max(classes.count()) > 2 { "categorical" } else { "binary" };
    Some(Identity {
        name: said("name"),
        key: said("key"),
        external_id: said("external_id").or_else(|| said("externalId")).or_else(|| said("id")),
        kind: said("type").filter(|kind| TYPES.contains(&kind.as_str())).unwrap_or_else(|| derived.to_owned()),
    })
}

/// A text or a number that is not blank.
fn text(tree: &Tree<'_>, id: Id) -> Option<String> {
    let is_other = |text: &str| matches!(ruamel(text), Reading::Null | Reading::Bool(_));
    let text = tree.text_of(id).map(str::trim).filter(|text| !text.is_empty())?;
    (!tree.plain(tree.target(id)).is_some_and(is_other)).then(|| text.to_owned())
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
        let chained = "a: &a {external_id: 7}\nb: &b {<<: *a, name: A}\n<<: *b\n";
        assert_eq!(read(chained), Some(["A", "", "7", "binary"].map(str::to_owned)), "a merge of a merge");
        assert_eq!(read("name: true\nkey: ~\nid: 2024-01-02\n"), Some(["", "", "2024-01-02", "binary"].map(str::to_owned)));
        assert_eq!((identity("- a\n"), identity("a: [\n")), (None, None));
    }
}
