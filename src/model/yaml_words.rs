//! What is wrong with YAML, in words that need no knowledge of its grammar.

/// What a parser says, and what it means to whoever writes the file.
const MEANINGS: [(&str, &str); 15] = [
    ("simple key expected ':'", "a key without ':' behind it"),
    ("simple key is no longer valid", "a key without ':' on its line"),
    ("mapping values are not allowed in this context", "no key can stand here: quote the text, or check the indentation"),
    ("mapping keys are not allowed in this context", "no key can stand here: quote the text, or check the indentation"),
    ("while parsing a block mapping, did not find expected key", "a key is expected here: check the indentation"),
    ("while parsing a block collection, did not find expected '-' indicator", "a '-' is expected here: check the indentation"),
    ("block sequence entries are not allowed in this context", "no '-' can stand here: begin the list on a line of its own"),
    ("while parsing a flow mapping, did not find expected ',' or '}'", "a ',' or '}' is expected here"),
    ("while parsing node, found unknown anchor", "an alias without an anchor before it"),
    ("wrongly indented line in block scalar", "a line that is indented less than its text"),
    ("misplaced bracket", "a bracket that closes nothing"),
    ("tab", "a tab cannot indent: use spaces"),
    ("invalid indentation", "wrong indentation"),
    ("invalid trailing content after double-quoted scalar", "text behind the closing quote"),
    ("invalid trailing content after single-quoted scalar", "text behind the closing quote"),
];

/// A parser's message in plain words; as it is where there are none.
pub fn in_plain_words(message: &str) -> String {
    if let Some(character) = message.strip_prefix("unexpected character: `").and_then(|rest| rest.strip_suffix('\'')) {
        // One that has to be escaped cannot stand in quotes either.
        let is_escaped = character.starts_with('\\');
        let [can, way_out] = if is_escaped { ["hold", "remove it"] } else { ["begin with", "quote it"] };
        return format!("a text cannot {can} {character}: {way_out}");
    }
    let meaning = MEANINGS.iter().find(|(said, _)| message.starts_with(said));
    meaning.map_or(message, |(_, meant)| meant).to_owned()
}
