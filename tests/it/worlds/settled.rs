//! What people settled on: texts that stood in a file when a command looked, and the pairs of documents that they left for the
//! program. Laws about them.

use super::seat::{Files, Seat};
use super::{Broken, editor, law};
use scoresync::model::{Digest, DocKind, ScoreId, SyncKind, Version, VersionId, canonical, is_same_document};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The canonical digests of a score's code and, if there is such a file, guidelines.
type Pair = (Digest, Option<Digest>);

#[derive(Default)]
pub struct Settled {
    pairs: HashSet<Pair>,
    /// Code by its digest.
    codes: HashMap<Digest, String>,
    /// By desk, what commands replaced: it was kept then.
    replaced: BTreeMap<usize, BTreeSet<Digest>>,
    /// What versions said when they were seen first.
    versions: BTreeMap<VersionId, Pair>,
    /// Scores to which a person gave what was in their files, whosever text that was.
    pub decided: BTreeSet<ScoreId>,
    /// Somebody took files over, with edits, and without what the states of others know of old names.
    pub are_mixed: bool,
    pub texts: u64,
}

impl Settled {
    /// The documents of all scores are as somebody wants them.
    pub fn pairs_of(&mut self, files: &Files) {
        files.keys().filter(|path| is_code(path)).for_each(|path| self.add(files, path));
    }

    /// The documents of the score that has this file are as somebody wants them.
    pub fn pair_of(&mut self, files: &Files, path: &Path) {
        let stem = path.with_extension("yaml");
        let code = if is_code(path) { path.to_owned() } else { outside(&stem) };
        self.add(files, &code);
    }

    fn add(&mut self, files: &Files, code: &Path) {
        if let Some(pair) = pair(files, code)
            && self.pairs.insert(pair)
        {
            self.codes.entry(pair.0).or_insert_with(|| files[code].clone());
        }
    }

    /// Somebody wrote that text in a form of the dashboard.
    pub fn form(&mut self, kind: DocKind, text: &str) {
        let digest = Digest::of(canonical(kind, text).as_ref());
        self.pairs.insert((digest, None));
        self.codes.entry(digest).or_insert_with(|| text.to_owned());
    }

    /// The state of a desk was removed by a person, and what it kept with it.
    pub fn forget(&mut self, desk: usize) {
        self.replaced.remove(&desk);
    }

    /// What stood in a file before a command stands in a file, or was kept before it was replaced.
    pub fn check_replaced(&mut self, desk: usize, seat: &Seat, before: &Files) -> Result<(), Broken> {
        let now = seat.files();
        let gone = |(path, text): &(&PathBuf, &String)| now.get(*path) != Some(text);
        let gone: Vec<_> = before.iter().filter(gone).filter(|(_, text)| !now.values().any(|other| other == *text)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let (kept, aside) = (seat.kept(), seat.aside());
        for (path, text) in gone {
            let digest = Digest::of(text);
            law(kept.contains(&digest) || aside.contains(text), "every text is kept", || {
                format!("desk {desk}: {} said {text:?}, and that is nowhere now", path.display())
            })?;
            self.replaced.entry(desk).or_default().extend(kept.contains(&digest).then_some(digest));
            self.texts += 1;
        }
        Ok(())
    }

    /// What commands ever replaced is still kept.
    pub fn check_kept(&self, desk: usize, seat: &Seat) -> Result<(), Broken> {
        let Some(replaced) = self.replaced.get(&desk) else { return Ok(()) };
        let kept = seat.kept();
        let lost = replaced.iter().find(|digest| !kept.contains(digest));
        law(lost.is_none(), "every text is kept", || format!("desk {desk}: {lost:?} was kept, and is not any more"))
    }

    /// Versions stay, and stay what they are. One that the program made says what stood in files that somebody wanted so, says
    /// something else than its parent, and no other version says the same over that parent. It says nothing of another score.
    pub fn check_versions(
        &mut self,
        versions: &BTreeMap<VersionId, Version>,
        champions: &BTreeSet<VersionId>,
    ) -> Result<(), Broken> {
        let lost = self.versions.keys().find(|id| !versions.contains_key(id) && is_stored(id));
        law(lost.is_none(), "versions stay", || format!("{lost:?} is gone"))?;
        let mut made = BTreeMap::new();
        let of_champions =
            versions.values().filter(|version| is_of_dashboard(&version.meta.id) && champions.contains(&version.meta.id));
        let of_champions: HashMap<Digest, &ScoreId> =
            of_champions.map(|version| (version.docs.code.digest, &version.meta.score_id)).collect();
        for (id, version) in versions {
            let pair = (version.docs.code.digest, version.docs.guidelines.as_ref().map(|guidelines| guidelines.digest));
            let before = self.versions.entry(id.clone()).or_insert(pair);
            law(*before == pair, "versions stay", || format!("{id} says something else than before"))?;
            if is_of_dashboard(id) {
                continue;
            }
            let parent = version.meta.parent.as_ref().and_then(|parent| versions.get(parent));
            law(parent.is_none_or(|parent| parent.docs.changes_to(&version.docs).any()), "versions are distinct", || {
                format!("{id} says what its parent {:?} says", version.meta.parent)
            })?;
            let twin = made.insert((&version.meta.score_id, &version.meta.parent, pair), id);
            law(twin.is_none(), "versions are distinct", || format!("{id} and {twin:?} say the same"))?;
            law(self.is_settled(version, parent), "versions are what somebody settled on", || {
                format!("{id} of {} says what nobody wanted: {:?}", version.meta.score_id, version.docs)
            })?;
            law(self.is_own(version, &of_champions), "a text stays with its score", || {
                format!("{id} of {} says what is of another one: {:?}", version.meta.score_id, version.docs)
            })?;
        }
        Ok(())
    }

    /// What says of which score it is says that it is of this one. Where files are mixed, just what champions of others say is
    /// told apart.
    fn is_own(&self, version: &Version, of_champions: &HashMap<Digest, &ScoreId>) -> bool {
        let score = &version.meta.score_id;
        let Some(number) = score.as_str().strip_prefix("score-").filter(|_| !self.decided.contains(score)) else { return true };
        if self.are_mixed && of_champions.get(&version.docs.code.digest).is_none_or(|owner| *owner == score) {
            return true;
        }
        let texts = [Some(&version.docs.code), version.docs.guidelines.as_ref().filter(|_| !self.are_mixed)];
        let mut texts = texts.into_iter().flatten().filter_map(|content| content.text.as_deref());
        texts.all(|text| names_none_or(number, text))
    }

    fn is_settled(&self, version: &Version, parent: Option<&Version>) -> bool {
        let (code, guidelines) = (version.docs.code.digest, version.docs.guidelines.as_ref().map(|one| one.digest));
        if self.pairs.contains(&(code, guidelines)) || self.pairs.contains(&(code, None)) {
            return true;
        }
        // Code that says what the parent says, in another way, is not sent: guidelines were edited beside it.
        let Some(parent) = parent.filter(|parent| parent.docs.code.digest == code) else { return false };
        let said = parent.docs.code.text.as_deref().unwrap_or_default();
        let is_meant = |(_, other): &&Pair| *other == guidelines;
        self.pairs.iter().filter(is_meant).any(|(code, _)| is_same_document(&self.codes[code], said))
    }
}

/// Lines end with the number of a score; some with this one, or none.
fn names_none_or(number: &str, text: &str) -> bool {
    let mut named =
        text.lines().filter_map(|line| line.rsplit_once(" of score ")).map(|(_, number)| number.trim_end()).peekable();
    named.peek().is_none() || named.any(|named| named == number)
}

/// The main document of a score, or a standalone one.
fn is_code(path: &Path) -> bool {
    editor::kind(path) != DocKind::Guidelines
}

fn is_of_dashboard(id: &VersionId) -> bool {
    id.as_str().starts_with("dashboard-")
}

/// The dashboard keeps it. A text of a standalone document that ran without being a version goes when another one is written.
fn is_stored(id: &VersionId) -> bool {
    match SyncKind::of_version(id) {
        SyncKind::Score => true,
        SyncKind::ReportConfiguration => false,
        SyncKind::DataSource => is_of_dashboard(id),
    }
}

/// `Card/guidelines/Score.yaml` as `Card/Score.yaml`.
fn outside(path: &Path) -> PathBuf {
    let card = path.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    card.join(path.file_name().unwrap_or_default())
}

fn pair(files: &Files, code: &Path) -> Option<Pair> {
    let digest = |kind, text: &String| Digest::of(canonical(kind, text).as_ref());
    let guidelines = code.parent()?.join("guidelines").join(code.file_name()?).with_extension("md");
    let code = digest(editor::kind(code), files.get(code)?);
    Some((code, files.get(&guidelines).map(|text| digest(DocKind::Guidelines, text))))
}

/// Two files say the same.
pub fn agree(kind: DocKind, a: &str, b: &str) -> bool {
    canonical(kind, a) == canonical(kind, b) || (kind.is_yaml() && is_same_document(a, b))
}
