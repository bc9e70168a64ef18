//! Another tool's emitter: ruamel.yaml with the settings of Plexus' own command line.

use std::io::Write;
use std::process::{Command, Stdio};

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

/// The texts, dumped; none, with a word, where there is no Python with ruamel.yaml. `SCORESYNC_TEST_PYTHON` names another one
/// than `python3`.
pub fn redumped(texts: &[String]) -> Option<Vec<String>> {
    let python = std::env::var("SCORESYNC_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_ruamel = Command::new(&python).args(["-c", "import ruamel.yaml"]).stderr(Stdio::null()).status();
    if !has_ruamel.is_ok_and(|status| status.success()) {
        writeln!(std::io::stderr(), "skipped: there is no {python} with ruamel.yaml").ok();
        return None;
    }
    let mut child =
        Command::new(python).args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python starts");
    let mut stdin = child.stdin.take().expect("its stdin");
    stdin.write_all(serde_json::to_string(texts).expect("JSON").as_bytes()).expect("python reads");
    drop(stdin);
    let output = child.wait_with_output().expect("python ends");
    assert!(output.status.success(), "it dumps the texts");
    Some(serde_json::from_slice(&output.stdout).expect("a list of texts"))
}
