//! A Python: the one that `SCORESYNC_PYTHON` names, or `python3`. Where it lacks the two loaders that read scores, there is
//! one in `target` that pip fills once.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// An interpreter.
pub struct Python(PathBuf);

/// One with its standard library at least; none, with a word, where there is none.
pub fn plain_python() -> Option<Python> {
    let python = PathBuf::from(std::env::var_os("SCORESYNC_PYTHON").unwrap_or_else(|| "python3".into()));
    let found = answers(&python, "import fractions").then_some(Python(python));
    if found.is_none() {
        super::skipped("there is no Python");
    }
    found
}

/// One that has PyYAML and ruamel.yaml; none, with a word, where there is none and pip cannot make one.
pub fn python() -> Option<&'static Python> {
    static FOUND: OnceLock<Option<Python>> = OnceLock::new();
    let found = FOUND.get_or_init(|| find().map(Python)).as_ref();
    if found.is_none() {
        super::skipped("there is no Python with PyYAML and ruamel.yaml, and pip cannot give them");
    }
    found
}

impl Python {
    /// What a script answers, as JSON on stdout, to what it reads as JSON from stdin.
    pub fn ask<T: DeserializeOwned>(&self, script: &str, asked: &(impl Serialize + ?Sized)) -> T {
        let mut child = Command::new(&self.0)
            .args(["-c", script])
            .env("PYTHONIOENCODING", "utf-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let input = serde_json::to_vec(asked).expect("it is JSON");
        child.stdin.take().expect("it is piped").write_all(&input).expect("Python reads");
        let output = child.wait_with_output().expect("Python ends");
        assert!(output.status.success(), "the script ends well");
        serde_json::from_slice(&output.stdout).expect("Python answers")
    }
}

fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("SCORESYNC_PYTHON") {
        return Some(PathBuf::from(named)).filter(|python| has_loaders(python));
    }
    // An example that shares this file has no such folder.
    let folder = Path::new(option_env!("CARGO_TARGET_TMPDIR").unwrap_or("target/tmp")).join("loaders");
    let own = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let known = [PathBuf::from("python3"), own.clone()].into_iter().find(|python| has_loaders(python));
    known.or_else(|| {
        let succeeds = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
        let is_made = succeeds(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
        let pip =
            ["-m", "pip", "install", "--quiet", "--retries", "0", "--timeout", "10", "PyYAML>=6,<7", "ruamel.yaml>=0.19,<0.20"];
        (is_made && succeeds(Command::new(&own).args(pip)) && has_loaders(&own)).then_some(own)
    })
}

/// Both libraries are there, in editions whose rules the check knows.
fn has_loaders(python: &Path) -> bool {
    answers(python, "import yaml, ruamel.yaml; assert yaml.__version__ >= '6' and ruamel.yaml.version_info[:2] >= (0, 19)")
}

/// A script ends well.
fn answers(python: &Path, script: &str) -> bool {
    Command::new(python).args(["-c", script]).output().is_ok_and(|output| output.status.success())
}
