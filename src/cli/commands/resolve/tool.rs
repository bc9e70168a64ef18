//! Conflicts in a merge tool, one document after another. A result counts if the tool says that it is done, and no marker is
//! left, and it parses, and says something where both sides do. Writes no document.

use crate::check::unpushable;
use crate::cli::editor::Scratch;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::text::plain;
use crate::cli::ui::Ui;
use crate::engine::{DocumentConflict, Resolution, ScoreConflict, Side, text_of};
use crate::git::{MergeFiles, ToolEnd, mergetool};
use crate::plan::{Labels, conflict_markers};
use crate::settings::Settings;

/// What became of the documents in the tool; a score with a document that was left has no text.
///
/// # Errors
/// Git knows no such tool, or a temporary file cannot be read or written.
pub fn decide(ui: &Ui, settings: &Settings, name: Option<&str>, conflicts: &[ScoreConflict]) -> Result<Vec<Resolution>, Problem> {
    let mut decisions = Vec::new();
    for score in conflicts {
        let mut texts = Vec::new();
        for conflict in &score.documents {
            let Some(text) = merged(ui, settings, name, conflict)? else { break };
            texts.push(conflict.decided(text));
        }
        if texts.len() == score.documents.len() {
            decisions.append(&mut texts);
        }
    }
    Ok(decisions)
}

fn merged(ui: &Ui, settings: &Settings, name: Option<&str>, conflict: &DocumentConflict) -> Result<Option<String>, Problem> {
    let scratch = Scratch::new()?;
    let write = |what: &str, text: &str| scratch.write(&conflict.path, what, text);
    let base = conflict.base.as_ref().map(text_of);
    let labels = Labels {
        ours: &conflict.ours.label,
        base: conflict.base.as_ref().map_or("", |base| &base.label),
        theirs: &conflict.theirs.label,
    };
    let marked = conflict_markers(conflict.kind, base, text_of(&conflict.ours), text_of(&conflict.theirs), labels);
    let files = [
        write("_BASE", base.unwrap_or_default())?,
        write("_LOCAL", text_of(&conflict.ours))?,
        write("_REMOTE", text_of(&conflict.theirs))?,
        write("", &marked)?,
        write("_BACKUP", &marked)?,
    ];
    let [base_file, local, remote, merged, backup] = &files;
    let files = MergeFiles { base: base_file, has_base: base.is_some(), local, remote, merged, backup };
    let left = |why: &str| {
        ui.warning(&format!("{}: {why}: left as it is", conflict.path));
        Ok(None)
    };
    match mergetool(&settings.working_directory, name, files)? {
        ToolEnd::Left => left("the tool did not finish the merge"),
        ToolEnd::NoTool => Err(Problem::new(Exit::Usage, "NO_MERGE_TOOL", "git's configuration names no merge tool")
            .help("git config --global merge.tool NAME")
            .help("scoresync resolve --tool=NAME")),
        ToolEnd::Unknown(tool) => {
            Err(Problem::new(Exit::Usage, "NO_MERGE_TOOL", format!("git cannot start a merge tool {:?}", plain(&tool)))
                .help(format!(
                    "git config --global mergetool.{}.cmd 'COMMAND \"$LOCAL\" \"$BASE\" \"$REMOTE\" \"$MERGED\"'",
                    plain(&tool)
                ))
                .help("git mergetool --tool-help    # lists those that git knows"))
        }
        ToolEnd::Merged => {
            let text = match Scratch::read(merged) {
                Ok(text) => text,
                Err(error) => return left(&format!("the tool left no file that can be read: {error}")),
            };
            let says_something = |side: &Side| !text_of(side).trim().is_empty();
            if text.trim().is_empty() && says_something(&conflict.ours) && says_something(&conflict.theirs) {
                return left("the tool left an empty file");
            }
            match unpushable(conflict.kind, &text) {
                Some(fault) => left(&fault.to_string()),
                None => Ok(Some(text)),
            }
        }
    }
}
