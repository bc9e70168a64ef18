//! What git knows of files: which of them a checkout, reset, stash or pull may have brought, and what was in commits before.
//!
//! A git that cannot be asked leaves every score what it is without git: edited. That it was not asked is told.

use crate::engine::error::Halt;
use crate::engine::report::GitGap;
use crate::engine::session::Session;
use crate::git::{Blob, COMMITS, CommitId, GitError, Head, HeadMoves, MovesEnd, Past, PastTexts, Program, Repository};
use crate::model::{Digest, LocalDoc, RelPath, RemoteScore, ScoreId, ScoreSides, Snapshot, SyncKind, Trees};
use crate::state::{Backup, RunKind};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Commits in which the version under edits is looked for: mostly one of the last ones has the base, and no more are read then.
const COMMITS_UNDER_EDITS: [usize; 3] = [1, 10, 100];

/// Moves of HEAD that are looked at one by one: after more it may have brought anything.
const MOST_MOVES: usize = 50;

/// What git says of scores whose files differ from their base.
#[derive(Default)]
pub(in crate::engine) struct GitLook {
    /// What it could not tell.
    pub gap: Option<GitGap>,
    /// Scores whose files are edits of the base: git brought neither them nor what is under them.
    pub edits: BTreeSet<ScoreId>,
    /// What tells whether git is as it was when it was asked; none where that could not be told.
    pub mark: Option<Digest>,
}

/// Marks the scores whose files git may have brought; all of them where they are those of a commit. A git that cannot
/// be asked leaves them what they are without it: edits. Of `known` ones it was asked before.
pub(in crate::engine) fn look_into_git(
    session: &Session,
    trees: &mut Trees,
    committed: bool,
    known: &BTreeSet<ScoreId>,
) -> Result<GitLook, Halt> {
    if committed {
        return Ok(look_under_commit(session, trees));
    }
    // Most looks find no edits, and git is not opened for them.
    let is_asked = |(id, sides): &(&ScoreId, &ScoreSides)| !known.contains(*id) && differs(sides);
    let asked = trees.iter().filter(is_asked).map(|(id, _)| id.clone());
    let (as_left, differing): (Vec<ScoreId>, Vec<ScoreId>) = asked.partition(|id| is_as_left(&trees[id]));
    let known: BTreeSet<ScoreId> = known.iter().cloned().chain(as_left).collect();
    if differing.is_empty() && known.is_empty() {
        return Ok(GitLook::default());
    }
    let Some(program) = session.git.clone().filter(|_| !differing.is_empty()) else {
        return Ok(GitLook { edits: known.into_iter().chain(differing).collect(), mark: git_mark(session), gap: None });
    };
    let repository = match repository(session, program) {
        Ok(Some(repository)) => repository,
        nothing => return Ok(GitLook { gap: nothing.err(), ..GitLook::default() }),
    };
    let mark = repository.mark().ok().flatten();
    let touched = Touched::since(session, &repository, trees, &differing)?;
    let restored = see_brought(&repository, trees, &differing, &touched);
    let others = differing.iter().filter(|id| !restored.contains(id)).cloned().collect();
    // What cannot be read leaves the score what it is without git.
    let looked = look_under_edits(&repository, trees, others, touched);
    let is_edit = |id: &ScoreId| looked.is_ok() && !trees[id].local.from_git && trees[id].local.past.is_empty();
    let edits = differing.into_iter().filter(is_edit).chain(known).collect();
    Ok(GitLook { gap: None, edits, mark })
}

/// Marks the scores whose files git may have brought. Gives those that are as git has them because a `restore` wrote them: they
/// come from the base.
fn see_brought(repository: &Repository, trees: &mut Trees, scores: &[ScoreId], touched: &Touched) -> Vec<ScoreId> {
    let staged = as_staged(repository, trees, scores).unwrap_or_default();
    // What was restored before git moved counts no more.
    let is_meant = |id: &ScoreId| {
        let mut files = changed_files(&trees[id]);
        !touched.moved.contains(id) && files.any(|(path, doc)| is_restored(&path, doc, &touched.restored))
    };
    let (restored, brought): (Vec<ScoreId>, Vec<ScoreId>) =
        staged.into_iter().filter(|id| touched.may_have_brought(id)).partition(is_meant);
    for id in brought {
        trees.entry(id).and_modify(|sides| sides.local.from_git = true);
    }
    restored
}

/// [`look_into_git`] where the texts are those of the commit that HEAD is: a commit may bring anything.
fn look_under_commit(session: &Session, trees: &mut Trees) -> GitLook {
    let is_asked = |sides: &ScoreSides| differs(sides) && !is_as_left(sides);
    let asked: Vec<ScoreId> = trees.iter().filter(|(_, sides)| is_asked(sides)).map(|(id, _)| id.clone()).collect();
    for id in &asked {
        trees.entry(id.clone()).and_modify(|sides| sides.local.from_git = true);
    }
    let Some(program) = session.git.clone().filter(|_| !asked.is_empty()) else { return GitLook::default() };
    match repository(session, program) {
        Ok(Some(repository)) => {
            // What cannot be read leaves them edits of the base.
            if let Ok(touched) = Touched::since(session, &repository, trees, &asked) {
                let _ = look_under_edits(&repository, trees, asked, touched);
            }
            trees.values_mut().for_each(|sides| sides.local.as_head = false);
            GitLook::default()
        }
        nothing => GitLook { gap: nothing.err(), ..GitLook::default() },
    }
}

/// What git may have done to the files of scores since their bases were recorded. Who takes out what a pull brought, or what
/// they added themselves, has a text that is like the last commit's; that alone does not say that git brought it.
#[derive(Default)]
struct Touched {
    /// HEAD went elsewhere, where other files of the score are than it came from; or whether it did is not known.
    moved: BTreeSet<ScoreId>,
    /// Commits were made since.
    committed: BTreeSet<ScoreId>,
    /// What the index has of files that git wrote, or found to be what is staged.
    staged: BTreeMap<ScoreId, Snapshot>,
    /// What a `restore` left in files last: git may have found it there, and brought nothing.
    restored: HashMap<RelPath, Digest>,
}

impl Touched {
    /// What cannot be told may have happened.
    fn since(session: &Session, repository: &Repository, trees: &Trees, scores: &[ScoreId]) -> Result<Self, Halt> {
        let positions = session.state.git_positions(scores.iter())?;
        let (known, moved): (Vec<&ScoreId>, Vec<&ScoreId>) = scores.iter().partition(|id| positions.contains_key(*id));
        let mut touched = Self { moved: moved.into_iter().cloned().collect(), ..Self::default() };
        let groups: Vec<(Vec<RelPath>, _)> = known.iter().map(|id| (files_of(&trees[*id]), positions[*id].at)).collect();
        let Ok(staged) = repository.staged_since(&groups) else {
            touched.moved.extend(known.into_iter().cloned());
            return Ok(touched);
        };
        if staged.iter().any(Option::is_some) {
            touched.restored = restored(session)?;
        }
        for ((id, (paths, _)), files) in known.iter().zip(&groups).zip(staged) {
            let Some(files) = files.filter(|files| !touched.were_restored(paths, files)) else { continue };
            touched.staged.extend(snapshot(SyncKind::of(id), files).map(|files| ((*id).clone(), files)));
        }
        let mut by_end: BTreeMap<(&str, u64), Vec<&ScoreId>> = BTreeMap::new();
        for id in known {
            by_end.entry((&positions[id].head, positions[id].moves)).or_default().push(id);
        }
        for ((head, end), scores) in by_end {
            let since = MovesEnd { head: CommitId::new(head), end };
            let moves = repository.moves_since(&since).filter(|moves| moves.ends.len() <= MOST_MOVES);
            if moves.as_ref().is_some_and(|moves| moves.commits) {
                touched.committed.extend(scores.iter().map(|id| (*id).clone()));
            }
            touched.moved.extend(moved_by(repository, trees, moves, scores).into_iter().cloned());
        }
        Ok(touched)
    }

    fn were_restored(&self, paths: &[RelPath], files: &PastTexts) -> bool {
        let is_restored = |(path, blob): (&RelPath, &Option<Blob>)| match blob {
            Some(Blob::Bytes(bytes)) => self.restored.get(path) == Some(&Digest::of(bytes)),
            _ => false,
        };
        paths.iter().zip(files).any(is_restored)
    }

    fn may_have_brought(&self, id: &ScoreId) -> bool {
        self.moved.contains(id) || self.staged.contains_key(id)
    }
}

/// What a `restore` left in a file, where nothing was replaced there since: somebody wants it so.
fn restored(session: &Session) -> Result<HashMap<RelPath, Digest>, Halt> {
    let mut last: HashMap<RelPath, Option<Digest>> = HashMap::new();
    for Backup { run, replaced, .. } in session.state.backups()? {
        let after = replaced.after.filter(|_| run.kind == RunKind::Restore);
        last.entry(replaced.path).or_insert(after);
    }
    Ok(last.into_iter().filter_map(|(path, after)| Some((path, after?))).collect())
}

/// The files of a score, where they are.
fn files_of(sides: &ScoreSides) -> Vec<RelPath> {
    sides.files_at().files().cloned().collect()
}

/// The scores of which a move of HEAD changed a file; all where the moves are not known.
fn moved_by<'s>(repository: &Repository, trees: &Trees, moves: Option<HeadMoves>, scores: Vec<&'s ScoreId>) -> Vec<&'s ScoreId> {
    let Some(HeadMoves { ends, .. }) = moves else { return scores };
    if ends.is_empty() {
        return Vec::new();
    }
    let groups: Vec<Vec<RelPath>> = scores.iter().map(|id| files_of(&trees[*id])).collect();
    let same = repository.have_same(&ends, &groups).unwrap_or_else(|_| vec![false; groups.len()]);
    scores.into_iter().zip(same).filter_map(|(id, same)| (!same).then_some(id)).collect()
}

/// What tells whether git is as it was; none where that cannot be told.
pub(in crate::engine) fn git_mark(session: &Session) -> Option<Digest> {
    let Some(program) = session.git.clone() else { return Some(Digest::EMPTY) };
    match repository(session, program) {
        Ok(Some(repository)) => repository.mark().ok().flatten(),
        Ok(None) => Some(Digest::EMPTY),
        Err(_) => None,
    }
}

/// What git had before, for scores that have no base and whose files equal no version. Without git they stay unknown; why
/// git may know too little.
pub(in crate::engine) fn read_past(session: &Session, trees: &mut Trees) -> Option<GitGap> {
    let unknown: Vec<ScoreId> = trees.iter().filter(|(_, sides)| is_unknown(sides)).map(|(id, _)| id.clone()).collect();
    let program = session.git.clone().filter(|_| !unknown.is_empty())?;
    let repository = match repository(session, program) {
        Ok(Some(repository)) => repository,
        nothing => return nothing.err(),
    };
    let (past, lacks) = past_of(&repository, trees, &unknown, COMMITS).unwrap_or_default();
    for (id, past) in unknown.iter().zip(past) {
        if let Some(sides) = trees.get_mut(id) {
            sides.local.past = past;
        }
    }
    if repository.is_shallow().is_ok_and(|shallow| shallow) {
        return Some(GitGap::Shallow);
    }
    lacks.then_some(GitGap::Partial)
}

/// The repository of the scorecards, if they are in one.
pub(super) fn repository(session: &Session, program: Program) -> Result<Option<Repository>, GitGap> {
    Repository::discover(session.workspace.root(), program).map_err(GitGap::NotAsked)
}

/// The scores all of whose changed files are as the index has them.
fn as_staged(repository: &Repository, trees: &Trees, scores: &[ScoreId]) -> Result<BTreeSet<ScoreId>, GitError> {
    let (mut files, mut owners) = (Vec::new(), Vec::new());
    for id in scores {
        for (path, doc) in changed_files(&trees[id]) {
            let text = doc.file().and_then(|file| file.content.text.as_deref());
            files.push((path, text.unwrap_or_default()));
            owners.push(id);
        }
    }
    let mut whole: BTreeMap<&ScoreId, bool> = BTreeMap::new();
    for (id, same) in owners.into_iter().zip(repository.has_staged(&files)?) {
        *whole.entry(id).or_insert(true) &= same;
    }
    Ok(whole.into_iter().filter(|(_, whole)| *whole).map(|(id, _)| id.clone()).collect())
}

/// What git had under the edits of scores, back to the base, where it may have brought that since the base was recorded.
fn look_under_edits(
    repository: &Repository,
    trees: &mut Trees,
    edited: Vec<ScoreId>,
    mut touched: Touched,
) -> Result<(), GitError> {
    for id in &edited {
        let staged = touched.staged.remove(id).filter(|files| !is_base(&trees[id], files));
        trees.entry(id.clone()).and_modify(|sides| sides.local.past.extend(staged));
    }
    // What git took back lies on what the commits before it had.
    let is_taken_back = |id: &ScoreId| trees[id].local.from_git && !touched.committed.contains(id);
    let mut sought: Vec<ScoreId> = edited.into_iter().filter(|id| touched.moved.contains(id) || is_taken_back(id)).collect();
    for commits in COMMITS_UNDER_EDITS {
        let is_last = Some(&commits) == COMMITS_UNDER_EDITS.last();
        let (past, _) = past_of(repository, trees, &sought, commits)?;
        let mut further = Vec::new();
        for (id, mut past) in sought.into_iter().zip(past) {
            let Some(sides) = trees.get_mut(&id) else { continue };
            sides.local.as_head = past.first().is_some_and(|head| !sides.local.changes_from(head).any());
            if !sides.local.as_head && !touched.moved.contains(&id) {
                continue;
            }
            let base = past.iter().position(|files| is_base(sides, files));
            if base.is_none() && !past.is_empty() && !is_last {
                further.push(id);
            } else {
                past.truncate(base.unwrap_or(past.len()));
                sides.local.past.extend(past);
            }
        }
        sought = further;
    }
    Ok(())
}

fn is_base(sides: &ScoreSides, files: &Snapshot) -> bool {
    sides.synced.as_ref().is_some_and(|synced| !synced.docs.changes_to(files).any())
}

/// What commits have of each score, newest first, and whether a partial clone lacks some of it.
fn past_of(
    repository: &Repository,
    trees: &Trees,
    scores: &[ScoreId],
    commits: usize,
) -> Result<(Vec<Vec<Snapshot>>, bool), GitError> {
    let groups: Vec<Vec<RelPath>> = scores.iter().map(|id| files_of(&trees[id])).collect();
    let past = repository.history_of(&groups, commits)?;
    let lacks = past.iter().any(|past| past.lacks);
    let texts =
        |(past, id): (Past, &ScoreId)| past.texts.into_iter().filter_map(|files| snapshot(SyncKind::of(id), files)).collect();
    Ok((past.into_iter().zip(scores).map(texts).collect(), lacks))
}

/// No base, and files that are no version.
fn is_unknown(sides: &ScoreSides) -> bool {
    let is_new = sides.synced.is_none() && sides.local.code.file().is_some();
    let is_readable = !matches!(sides.remote, RemoteScore::Gone | RemoteScore::Broken(_));
    is_new && is_readable && !sides.versions_read().any(|docs| !sides.local.changes_from(docs).any())
}

/// The files of a commit, if the main one is among them and all are texts.
fn snapshot(kind: SyncKind, files: PastTexts) -> Option<Snapshot> {
    let text = |blob: Blob| blob.bytes().and_then(|bytes| String::from_utf8(bytes).ok());
    let mut texts = files.into_iter().map(|blob| blob.map(|blob| text(blob).ok_or(())).transpose());
    let (main, guidelines) = (texts.next()?.ok()??, texts.next().transpose().ok()?.flatten());
    Some(Snapshot::of(kind, main, guidelines.as_deref()))
}

/// A synced score with a code file, whose files say something else than its base.
fn differs(sides: &ScoreSides) -> bool {
    let is_there = sides.local.code.file().is_some();
    is_there && sides.synced.as_ref().is_some_and(|synced| sides.local.edits_of(&synced.docs).any())
}

/// The files say what the last sync left, so that git brought nothing since.
fn is_as_left(sides: &ScoreSides) -> bool {
    sides.synced.as_ref().is_some_and(|synced| !sides.local.changes_from(synced.as_left()).any())
}

/// The files that say something else than the base.
fn changed_files(sides: &ScoreSides) -> impl Iterator<Item = (RelPath, &LocalDoc)> {
    let changes = sides.synced.as_ref().map(|synced| sides.local.edits_of(&synced.docs)).unwrap_or_default();
    let paths = sides.files_at();
    let changed = paths.documents().filter(move |(kind, _)| changes.has(*kind));
    changed.map(|(kind, path)| (path.clone(), sides.local.get(kind)))
}

/// The file is what a `restore` left there last.
fn is_restored(path: &RelPath, doc: &LocalDoc, restored: &HashMap<RelPath, Digest>) -> bool {
    doc.file().is_some_and(|file| restored.get(path) == Some(&file.raw))
}

/// The branch that HEAD is on.
pub(in crate::engine) fn branch_of(head: &Head) -> Option<String> {
    match head {
        Head::Unborn { branch: name } | Head::Branch { name, .. } => Some(name.clone()),
        Head::Detached { .. } => None,
    }
}
