//! Bringing texts into files: bytes that a command replaced, a file that a person deleted, any version of a score.
//!
//! What comes back is an edit like any other: Synced stays, `diff` shows it, a push gives it to the dashboard. To take back
//! a whole command, its base included, is what `undo` is for. It stays an edit where git has the same text committed: text that
//! a checkout brought counts as the version that it is, text that a restore brought is meant.
//!
//! A restore that died, or could not write every file, is finished first; if that is what is asked for, nothing else is done:
//! the newest bytes that were replaced would be those that it just replaced.

use crate::engine::error::Halt;
use crate::engine::execute::replace::{FileChange, Replacement, prune_history, recover_untold, replace};
use crate::engine::file_report::{RecoveredRun, RestoreOutcome, RestoreReport, RestoredFile};
use crate::engine::locked::Locked;
use crate::engine::observe::trees::observe;
use crate::engine::observe::types::{Depth, ObserveRequest};
use crate::engine::observe::versions::version_of;
use crate::engine::select::{Selector, Targets, is_typed_file, is_typed_form};
use crate::engine::session::Session;
use crate::engine::verbs::kept_texts::{Owners, entry_text, is_no_file, last_text};
use crate::engine::verbs::locate::locate;
use crate::model::{DocKind, RelPath, ScoreId, ScorePaths, ScoreSides, Style, code_of};
use crate::state::{Backup, BaseChange, BaseStand, Run, RunId, RunKind};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a restore brings back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestoreFrom {
    /// For a synced file that is gone, what its base says; else the newest bytes that were replaced and differ from now.
    Last,
    /// What was replaced under this number.
    Entry(i64),
    /// A version of the one score that is named, by id or the start of it.
    Version(String),
}

/// Everything that commands replaced, newest first; only the files of `targets` where some are given.
pub fn backups(session: &mut Session, targets: &Targets) -> Result<Vec<Backup>, Halt> {
    let mut kept = session.state.backups()?;
    if *targets != Targets::default() {
        let wanted = places_of(session, targets, recorded(session))?;
        kept.retain(|entry| is_in(&wanted, &entry.replaced.path));
    }
    Ok(kept)
}

/// Runs that replaced none of these files, but changed from which version some scores started, newest first, with how many of
/// these still do: there is something to undo of these, too.
pub fn base_runs(session: &Session, targets: &Targets) -> Result<Vec<(Run, usize)>, Halt> {
    let wanted = if *targets == Targets::default() { None } else { Some(places_of(session, targets, recorded(session))?) };
    let is_wanted = |path: &RelPath| wanted.as_ref().is_none_or(|wanted| is_in(wanted, path));
    let kept = session.state.backups()?;
    let with_files: BTreeSet<RunId> =
        kept.iter().filter(|entry| is_wanted(&entry.replaced.path)).map(|entry| entry.run.id).collect();
    let mut found = Vec::new();
    for run in session.state.runs()?.into_iter().filter(|run| !with_files.contains(&run.id)) {
        let (changes, stands) = (session.state.base_changes(run.id)?, session.state.base_stands(run.id)?);
        let goes_back = |base: &&BaseChange| stands[&base.score] != BaseStand::GoneOn && base.paths.iter().any(is_wanted);
        let bases = changes.iter().filter(goes_back).count();
        found.extend((bases > 0).then_some((run, bases)));
    }
    Ok(found)
}

/// Brings texts back into files; what is there now is backed up first. Only a version needs the dashboard.
///
/// # Errors
/// Nothing is kept under a number, a version is not there, or `targets` names nothing; the state cannot be read or written.
pub async fn restore(session: &mut Locked<'_>, targets: &Targets, from: &RestoreFrom) -> Result<RestoreReport, Halt> {
    let recovered = recover_untold(session)?;
    if *from == RestoreFrom::Last
        && let Some(finished) = asked_for(session, targets, &recovered)?
    {
        return Ok(RestoreReport { recovered, ..RestoreReport::of_files(Vec::new(), finished) });
    }
    let (stay, mut changes) = planned_changes(session, targets, from).await?;
    // The history has it already, if that is all there is to say.
    let is_finished = |change: &FileChange| change.before == change.after && was_written(&recovered, &change.path);
    if changes.iter().all(is_finished) {
        let finished = changes.drain(..).map(|change| change.previewed()).collect();
        return Ok(RestoreReport { recovered, ..RestoreReport::of_files(stay, finished) });
    }
    let files = changes.iter().collect();
    let restore = Replacement { kind: &RunKind::Restore, undoes: None, files, bases: Vec::new(), intents: Vec::new() };
    let changed = replace(session, None, &restore)?.files;
    renew_positions(session, &changed)?;
    prune_history(session)?;
    Ok(RestoreReport { recovered, ..RestoreReport::of_files(stay, changed) })
}

/// Whatever git brought before, a person decided what the code is.
fn renew_positions(session: &mut Locked<'_>, changed: &[RestoredFile]) -> Result<(), Halt> {
    let is_code = |file: &&RestoredFile| file.outcome.is_done() && code_of(&file.path).as_ref() == Some(&file.path);
    let scores = changed.iter().filter(is_code).map(|file| session.state.synced_at(&file.path));
    let scores = scores.collect::<Result<Vec<_>, _>>()?.concat();
    if !scores.is_empty() {
        session.state.transaction(|tx| scores.iter().try_for_each(|score| tx.position_base(score)))?;
    }
    Ok(())
}

/// The files of an interrupted restore, if it was about files that are named now.
fn asked_for(session: &mut Session, targets: &Targets, recovered: &[RecoveredRun]) -> Result<Option<Vec<RestoredFile>>, Halt> {
    let Some(restore) = recovered.iter().rfind(|one| one.run.kind == RunKind::Restore) else { return Ok(None) };
    let places = places_of(session, targets, recorded(session))?;
    let named: Vec<&RestoredFile> = restore.files.iter().filter(|file| is_in(&places, &file.path)).collect();
    // Where they were deleted since, it is asked for once more.
    let is_gone = |file: &&RestoredFile| file.outcome == RestoreOutcome::Edited && session.workspace.is_absent(&file.path);
    Ok((!named.is_empty() && !named.iter().any(is_gone)).then(|| restore.files.clone()))
}

fn was_written(recovered: &[RecoveredRun], path: &RelPath) -> bool {
    let restores = recovered.iter().filter(|one| one.run.kind == RunKind::Restore);
    restores.flat_map(|one| &one.files).any(|file| file.path == *path && file.outcome.is_done())
}

/// What [`restore`] would do.
///
/// # Errors
/// As [`restore`].
pub async fn restore_preview(session: &mut Session, targets: &Targets, from: &RestoreFrom) -> Result<RestoreReport, Halt> {
    let (stay, changes) = planned_changes(session, targets, from).await?;
    Ok(RestoreReport::of_files(stay, changes.iter().map(FileChange::previewed).collect()))
}

/// Files that stay, and those that are to be written.
async fn planned_changes(
    session: &mut Session,
    targets: &Targets,
    from: &RestoreFrom,
) -> Result<(Vec<RestoredFile>, Vec<FileChange>), Halt> {
    // Who names a version says whose file is meant.
    let owners = if matches!(from, RestoreFrom::Version(_)) { Owners::default() } else { Owners::now(session).await? };
    let mut taken = Vec::new();
    let wanted = match from {
        RestoreFrom::Version(word) => version_texts(session, targets, word, &mut taken).await?,
        RestoreFrom::Entry(number) => vec![entry_text(session, &owners, *number)?],
        RestoreFrom::Last => last_replaced(session, targets, &owners)?,
    };
    let mut files: Vec<RestoredFile> =
        taken.into_iter().map(|path| RestoredFile { path, outcome: RestoreOutcome::Taken }).collect();
    let mut changes = Vec::new();
    for (path, bytes) in wanted {
        let outcome = match (session.workspace.bytes_now(&path), bytes) {
            (Err(error), _) => RestoreOutcome::Failed(error),
            (Ok(now), None) => RestoreOutcome::NotKept(owners.base_of_edits(&path, now.as_deref())),
            // Who names a version means it: the history says so, even where the file says it already.
            (Ok(now), wanted) if now == wanted && !matches!(from, RestoreFrom::Version(_)) => RestoreOutcome::Unchanged,
            (Ok(now), wanted) => {
                changes.push(FileChange { path, before: now.map(Arc::from), after: wanted.map(Arc::from) });
                continue;
            }
        };
        files.push(RestoredFile { path, outcome });
    }
    // Of a score, the file that was edited is meant.
    let is_edited = |file: &RestoredFile| matches!(file.outcome, RestoreOutcome::NotKept(Some(_)));
    if files.iter().any(is_edited) {
        files.retain(|file| file.outcome != RestoreOutcome::NotKept(None) || targets.name_file(&file.path));
    }
    Ok((files, changes))
}

fn last_replaced(session: &mut Session, targets: &Targets, owners: &Owners) -> Result<Wanted, Halt> {
    let (kept, places) = (session.state.backups()?, places_of(session, targets, |id| Ok(owners.paths(id).cloned()))?);
    let known: BTreeSet<&RelPath> = kept.iter().map(|entry| &entry.replaced.path).chain(owners.files()).collect();
    let mut paths: BTreeSet<&RelPath> = known.into_iter().filter(|path| is_in(&places, path)).collect();
    let is_known = |place: &RelPath| paths.iter().any(|path| is_typed_file(place, path));
    let is_document = |place: &RelPath| place.as_str().ends_with(".yaml") || place.as_str().ends_with(".md");
    let unknown: Vec<&RelPath> = places.iter().filter(|place| is_document(place) && !is_known(place)).collect();
    paths.extend(unknown);
    let mut wanted = Vec::new();
    for path in paths {
        wanted.push((path.clone(), last_text(session, owners, path, &kept)?));
    }
    // A folder or a score means those of its files that are gone, else those for which something is kept.
    let is_gone = |path: &RelPath| session.workspace.is_absent(path);
    if wanted.iter().any(|(path, bytes)| bytes.is_some() && is_gone(path)) {
        wanted.retain(|(path, _)| is_gone(path) || targets.name_file(path));
    }
    if wanted.iter().any(|(_, bytes)| bytes.is_some()) {
        wanted.retain(|(path, bytes)| bytes.is_some() || targets.name_file(path));
    }
    Ok(wanted)
}

/// What a version says, for the files of its score; those where another one's lie go into `taken`.
async fn version_texts(session: &mut Session, targets: &Targets, word: &str, taken: &mut Vec<RelPath>) -> Result<Wanted, Halt> {
    let observation = observe(session, ObserveRequest::of(targets, Depth::Standings)).await?;
    let (score, sides) = observation.only_score()?;
    let version = version_of(session, score, word).await?;
    // Where it belongs since a rename in Plexus another score may still have its files.
    let paths = sides.synced.as_ref().filter(|_| sides.local.is_absent()).map_or(sides.files_at(), |synced| &synced.paths);
    let documents = paths.documents().filter(|(kind, path)| version.docs.get(*kind).is_some() && is_meant(targets, path, paths));
    if is_taken(session, score, sides, paths)? {
        taken.extend(documents.map(|(_, path)| path.clone()));
        return Ok(Vec::new());
    }
    let text = |(kind, path): (DocKind, &RelPath)| {
        let style = sides.local.get(kind).file().map_or(Style::default(), |file| file.style);
        let text = version.docs.get(kind)?.text.as_deref().unwrap_or_default();
        if is_no_file(kind, text) && session.workspace.is_absent(path) && !targets.name_file(path) {
            return None;
        }
        Some((path.clone(), Some(style.dress(text).into_owned().into_bytes())))
    };
    Ok(documents.filter_map(text).collect())
}

/// Another score has its place, or a file, where those of this one would come: what comes there would be taken for its edit.
fn is_taken(session: &Session, score: &ScoreId, sides: &ScoreSides, paths: &ScorePaths) -> Result<bool, Halt> {
    if paths.files().any(|path| sides.local.in_the_way.contains(path)) {
        return Ok(true);
    }
    Ok(sides.local.is_absent() && session.state.synced_at(&paths.code)?.iter().any(|owner| owner != score))
}

/// Files and folders that `targets` means; a word is looked up among the scores last seen. After a rename in Plexus the files of
/// a score may be where they were.
fn places_of(
    session: &Session,
    targets: &Targets,
    paths: impl Fn(&ScoreId) -> Result<Option<ScorePaths>, Halt>,
) -> Result<Vec<RelPath>, Halt> {
    let mut places = Vec::new();
    for selector in &targets.selectors {
        match selector {
            Selector::Path(path) => {
                let left = left_of(session, path, &paths)?;
                if !left.iter().any(|(belongs, _)| path.is_form_of(belongs.as_str())) {
                    places.push(path.clone());
                }
                places.extend(left.into_iter().map(|(_, at)| at));
            }
            Selector::Word(_) | Selector::Score(_) => {
                let word = Targets { selectors: vec![selector.clone()], scorecards: targets.scorecards.clone() };
                for score in locate(session, &word)? {
                    places.extend(paths(&score.id)?.unwrap_or(score.paths).files().cloned());
                }
            }
        }
    }
    Ok(places)
}

/// A file is one of these places, or lies in one.
fn is_in(places: &[RelPath], file: &RelPath) -> bool {
    places.iter().any(|place| place.holds(file) && is_typed_form(place, file))
}

/// The files that belong at `path`, or below it, since their scores were renamed in Plexus, and are neither there nor where they
/// were; with where that was.
fn left_of(
    session: &Session,
    path: &RelPath,
    paths: &impl Fn(&ScoreId) -> Result<Option<ScorePaths>, Halt>,
) -> Result<Vec<(RelPath, RelPath)>, Halt> {
    let is_gone = |path: &RelPath| session.workspace.is_absent(path);
    if code_of(path).is_some() && !is_gone(path) {
        return Ok(Vec::new());
    }
    let named = Targets { selectors: vec![Selector::Path(path.clone())], ..Targets::default() };
    let mut left = Vec::new();
    // What belongs to no score is looked for where it was named.
    for score in locate(session, &named).unwrap_or_default() {
        let Some(at) = paths(&score.id)?.filter(|at| *at != score.paths) else { continue };
        let pairs = score.paths.documents().map(|(kind, belongs)| (belongs.clone(), at.get(kind).clone()));
        left.extend(pairs.filter(|(belongs, at)| path.holds(belongs) && is_gone(belongs) && is_gone(at)));
    }
    Ok(left)
}

/// Where the files of a score are, as Synced says.
fn recorded(session: &Session) -> impl Fn(&ScoreId) -> Result<Option<ScorePaths>, Halt> {
    |id| Ok(session.state.with_texts(id)?.map(|synced| synced.paths))
}

/// Files with the bytes that are to come; none where there are none.
type Wanted = Vec<(RelPath, Option<Vec<u8>>)>;

/// One file of the score may be named; everything else means all.
fn is_meant(targets: &Targets, path: &RelPath, paths: &ScorePaths) -> bool {
    targets.name_file(path) || !paths.files().any(|path| targets.name_file(path))
}
