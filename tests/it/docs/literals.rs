//! The texts that stand in sources, read from tokens: comments and code for tests do not count.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::path::Path;
use std::str::FromStr;

/// A text in a source.
pub struct Literal {
    /// What it says, escapes as written.
    pub text: String,
    /// The name before it, as in `value_name = "FILE"`, `concat!("…")` or `get("…")`.
    pub after: String,
}

/// The texts of a file, or of all files below a folder, named from the top of the repository.
pub fn literals(path: &str) -> Vec<Literal> {
    let (mut found, mut next) = (Vec::new(), vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(path)]);
    while let Some(path) = next.pop() {
        if path.is_dir() {
            next.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            read(TokenStream::from_str(&text).expect("Rust"), "", &mut found);
        }
    }
    found
}

fn read(tokens: TokenStream, before: &str, found: &mut Vec<Literal>) {
    let (mut name, mut for_tests) = (before.to_owned(), false);
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => name = ident.to_string(),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if let Some(text) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                    found.push(Literal { text: text.to_owned(), after: name.clone() });
                }
            }
            TokenTree::Group(group) if group.stream().to_string() == "cfg (test)" => for_tests = true,
            // Of a module for tests, its body; of a declaration, nothing.
            TokenTree::Group(group) if for_tests && group.delimiter() == Delimiter::Brace => for_tests = false,
            TokenTree::Group(group) => read(group.stream(), &name, found),
            TokenTree::Punct(punct) if punct.as_char() == ';' => for_tests = false,
            TokenTree::Punct(_) => {}
        }
    }
}

/// It looks like `ERROR_CODE`.
pub fn is_capitals(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}
