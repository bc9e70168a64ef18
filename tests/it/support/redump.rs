//! Another tool's emitter: ruamel.yaml with the settings of Plexus' own command line.

use super::python;

/// Reads texts as a JSON list from stdin, and gives them back dumped, with `id` as a text and a `version` where there is none.
const SCRIPT: &str = "
import io, json, sys
from ruamel.yaml import YAML
def dump(text):
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    if 'id' in document:
        document['id'] = str(document['id'])
    document.setdefault('version', 'tone-2')
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()
json.dump([dump(text) for text in json.load(sys.stdin)], sys.stdout)
";

/// The texts, dumped; none, with a word, where there is no Python for it.
pub fn redumped(texts: &[String]) -> Option<Vec<String>> {
    python().map(|python| python.ask(SCRIPT, texts))
}
