//! A merge tool as git is set up to start it: `merge.tool`, `mergetool.<name>.cmd`, `.path`, `.trustExitCode`, and the tools
//! that git knows. Git's own shell library does it, so that a tool behaves here as it does under `git mergetool`.

use super::error::GitError;
use super::program::Program;
use std::path::Path;

/// The script is an alias: git starts those in the shell that it brought along. Git for Windows has one, but the search path
/// there seldom leads to it.
const ALIAS: &str = "scoresync-mergetool";

/// Loads the library. What a tool prints is no data of ours.
const LIBRARY: &str = "exec 1>&2; TOOL_MODE=merge; . \"$(git --exec-path)/git-mergetool--lib\"; ";

/// What a tool is given; all are there, the base is empty where there is none.
#[derive(Clone, Copy, Debug)]
pub struct MergeFiles<'a> {
    /// What both sides come from.
    pub base: &'a Path,
    /// Both sides come from something.
    pub has_base: bool,
    /// This side.
    pub local: &'a Path,
    /// The other side.
    pub remote: &'a Path,
    /// Both with conflict markers; the tool writes the result here.
    pub merged: &'a Path,
    /// A copy of it, to see whether the tool wrote anything.
    pub backup: &'a Path,
}

/// How a tool ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolEnd {
    /// It says that the merge is done.
    Merged,
    /// It does not, or wrote nothing.
    Left,
    /// Git's configuration names no tool.
    NoTool,
    /// Git neither knows a tool of this name nor is told its command.
    Unknown(String),
}

/// Starts the tool in `folder`, whose git configuration counts, and waits for its end.
///
/// # Errors
/// There is no git.
pub fn mergetool(folder: &Path, tool: Option<&str>, files: MergeFiles<'_>) -> Result<ToolEnd, GitError> {
    let configured = || -> Result<Option<String>, GitError> {
        let said = Program::default().find(folder, &["config", "--get", "merge.tool"], b"")?;
        Ok(said.map(|name| String::from_utf8_lossy(&name).trim().to_owned()))
    };
    let tool = match tool {
        Some(tool) => Some(tool.to_owned()),
        None => configured()?,
    };
    let Some(tool) = tool.filter(|tool| !tool.is_empty()) else { return Ok(ToolEnd::NoTool) };
    let run = |script: &str| {
        let alias = format!("alias.{ALIAS}=!merge() {{ {LIBRARY}{script}; }}; merge");
        let named = [("BASE", files.base), ("LOCAL", files.local), ("REMOTE", files.remote), ("MERGED", files.merged)];
        let program = named.iter().fold(Program::default(), |program, (name, path)| program.with(name, path));
        let has_base = if files.has_base { "true" } else { "false" };
        program.with("BACKUP", files.backup).attended(folder, &["-c", &alias, ALIAS, &tool, has_base])
    };
    if !run("setup_tool \"$1\"")? {
        return Ok(ToolEnd::Unknown(tool));
    }
    Ok(if run("setup_tool \"$1\"; run_merge_tool \"$1\" \"$2\"")? { ToolEnd::Merged } else { ToolEnd::Left })
}
