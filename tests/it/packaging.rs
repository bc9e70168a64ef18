//! The ways to install: what the files for pip, pre-commit, GitHub and Homebrew say agrees, and the scripts between them work.

use crate::support::skipped;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const ARCHIVE: &str = "scoresync-";

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&text(path)).expect("YAML")
}

/// The systems that a release is made for, and the ending of the archive of each.
fn released() -> BTreeSet<String> {
    let workflow = yaml(".github/workflows/release.yml");
    let matrix = workflow["jobs"]["build"]["strategy"]["matrix"]["include"].as_array().expect("a matrix").clone();
    let target = |job: &Value| job["target"].as_str().expect("a target").to_owned();
    matrix
        .iter()
        .map(target)
        .map(|target| format!("{target}{}", if target.contains("windows") { ".zip" } else { ".tar.gz" }))
        .collect()
}

/// The archives that a file names, as target and ending; `version` is how the file writes the version.
fn archives(path: &str, version: &str) -> BTreeSet<String> {
    let (text, start) = (text(path), format!("{ARCHIVE}{version}-"));
    let name = |rest: &str| rest.split(|c: char| c.is_whitespace() || "\"`".contains(c)).next().map(str::to_owned);
    text.split(&start).skip(1).filter_map(name).collect()
}

fn shell(script: &str, args: &[&str]) -> Output {
    Command::new("bash").arg(project(script)).args(args).output().expect("bash runs")
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

#[test]
fn everything_names_the_archives_that_a_release_makes() {
    let released = released();
    assert_eq!(released.len(), 5, "{released:?}");
    assert_eq!(archives(".github/install.sh", "$version"), released);
    let unix: BTreeSet<String> = released.iter().filter(|name| name.ends_with(".tar.gz")).cloned().collect();
    assert_eq!(archives("packaging/scoresync.rb", "@VERSION@"), unix);
    let workflow = archives(".github/workflows/release.yml", "$VERSION");
    assert_eq!(workflow, ["$TARGET.tar.gz", "$TARGET.zip"].map(str::to_owned).into());
    let docs = archives("docs/install.md", "VERSION");
    assert!(!docs.is_empty() && docs.is_subset(&released), "{docs:?}");
}

#[test]
fn there_is_one_version() {
    assert_eq!(yaml("action.yml")["inputs"]["version"]["default"], VERSION);
    let project = text("pyproject.toml");
    assert!(project.contains("dynamic = [\"version\"]") && !project.lines().any(|line| line.starts_with("version")));
    for path in ["docs/guides/one-shot.md", "docs/install.md"] {
        let text = text(path);
        let tags: Vec<&str> =
            text.split("OWNER/scoresync@v").skip(1).map(|rest| &rest[..VERSION.len().min(rest.len())]).collect();
        assert!(tags.iter().all(|tag| *tag == VERSION), "{path}: {tags:?}");
    }
    let oldest = |text: &str, before: &str| text.split_once(before).expect("a version of Rust").1[..4].to_owned();
    assert_eq!(oldest(&text("Dockerfile"), "FROM rust:"), oldest(&text("Cargo.toml"), "rust-version = \""));
}

#[test]
fn the_python_package_says_of_itself_what_the_crate_says() {
    let (python, rust) = (text("pyproject.toml"), text("Cargo.toml"));
    let field = |text: &str, name: &str| text.lines().find(|line| line.starts_with(&format!("{name} = "))).map(str::to_owned);
    for name in ["name", "description", "license", "readme"] {
        assert!(field(&rust, name).is_some() && field(&python, name) == field(&rust, name), "{name}");
    }
}

#[test]
fn the_hooks_differ_only_in_where_the_program_comes_from() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_array().expect("a list");
    let same = |hook: &Value| ["entry", "files", "types_or", "stages", "require_serial"].map(|key| hook[key].clone());
    assert!(hooks.iter().all(|hook| same(hook) == same(&hooks[0])));
    let languages: BTreeSet<&str> = hooks.iter().filter_map(|hook| hook["language"].as_str()).collect();
    assert_eq!(languages, ["python", "rust", "system"].into());
}

#[test]
fn a_source_package_holds_what_the_build_reads() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["package", "--list", "--allow-dirty", "--offline", "--manifest-path"]).arg(project("Cargo.toml"));
    let listed = cargo.output().expect("cargo runs");
    assert!(listed.status.success(), "{}", said(&listed));
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let outside: Vec<&str> = listed.lines().filter(|path| !path.starts_with("src/")).collect();
    let fixtures = outside.iter().filter(|path| path.starts_with("fixtures/scorecards/")).count();
    assert!(fixtures > 10, "{outside:?}");
    let others: Vec<&str> = outside.into_iter().filter(|path| !path.starts_with("fixtures/scorecards/")).collect();
    let own = [".cargo_vcs_info.json", "Cargo.toml.orig"];
    let others: Vec<&str> = others.into_iter().filter(|path| !own.contains(path) && !path.starts_with("benches/")).collect();
    let expected =
        ["Cargo.lock", "Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "fixtures/schema.graphql", "pyproject.toml"];
    assert_eq!(others, expected);
}

#[test]
fn the_formula_is_filled_from_the_checksums_of_a_release() {
    let folder = tempfile::tempdir().expect("a folder");
    let sums = folder.path().join("SHA256SUMS");
    let line = |(number, name): (usize, &String)| format!("{number:064x}  {ARCHIVE}{VERSION}-{name}\n");
    let all: Vec<String> = released().iter().enumerate().map(line).collect();
    fs::write(&sums, all.concat()).expect("written");
    let sums = sums.to_str().expect("UTF-8");
    let site = "https://example.com/ann&bob/scoresync";
    let formula = said(&shell("packaging/formula", &[site, VERSION, sums]));
    let arm = format!(
        "      url \"{site}/releases/download/v{VERSION}/scoresync-{VERSION}-aarch64-apple-darwin.tar.gz\"\n      sha256 \"{:064x}\"\n",
        0
    );
    assert!(formula.starts_with("class Scoresync < Formula\n") && formula.contains(&arm) && !formula.contains('@'), "{formula}");
    fs::write(sums, all[1..].concat()).expect("written");
    let refused = shell("packaging/formula", &[site, VERSION, sums]);
    assert!(!refused.status.success() && said(&refused).contains("no checksum for aarch64-apple-darwin"), "{}", said(&refused));
}

/// A release in a folder, with a program that says its name.
#[test]
fn the_action_installs_only_what_the_checksums_name() {
    let curl = Command::new("curl").arg("--version").output();
    if !curl.is_ok_and(|curl| curl.status.success()) || !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return skipped("installing a release needs curl, and this test the archive for Linux on x86-64");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let release = folder.path().join("v1.2.3");
    fs::create_dir(&release).expect("made");
    let run = |command: &str| {
        let output = Command::new("bash").args(["-ec", command]).current_dir(&release).output().expect("bash runs");
        assert!(output.status.success(), "{}", said(&output));
    };
    let archive = "scoresync-1.2.3-x86_64-unknown-linux-musl.tar.gz";
    run(&format!(
        "printf '#!/bin/sh\\necho it runs\\n' > scoresync; chmod +x scoresync; tar -czf {archive} scoresync; sha256sum * > SHA256SUMS"
    ));
    let releases = format!("file://{}", folder.path().display());
    let target = folder.path().join("bin");
    let install = |version: &str| shell(".github/install.sh", &[&releases, version, target.to_str().expect("UTF-8")]);
    let installed = install("v1.2.3");
    assert!(installed.status.success(), "{}", said(&installed));
    assert_eq!(said(&Command::new(target.join("scoresync")).output().expect("it starts")), "it runs\n");
    fs::remove_dir_all(&target).expect("removed");
    assert!(!install("9.9.9").status.success(), "there is no such release");
    for change in ["echo more >> scoresync-*.tar.gz", ": > SHA256SUMS"] {
        run(change);
        let refused = install("1.2.3");
        assert!(!refused.status.success() && said(&refused).contains("nothing was installed"), "{}", said(&refused));
        assert!(!target.exists());
    }
}
