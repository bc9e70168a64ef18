//! Reasons to stop a whole run before it touches anything.

use super::types::Guard;
use crate::model::{LocalDoc, RemoteScore, SyncKind, Trees};

/// With fewer known scores than this, deleting most of them is nothing unusual.
const FEWEST_FOR_MASS: usize = 3;

/// A root that vanished, or most known scores deleted at once, is more likely an unmounted disk, a wrong folder or another
/// branch than intended. Scores that are gone from the dashboard do not count: removing their files is tidying up.
/// `clean` is how many scores more there are whose files are known to be there, so that the root is not empty. Standalone
/// documents lie beside the root, and say nothing of it.
pub fn guard(trees: &Trees, clean: usize, root_present: bool, root_empty: bool) -> Option<Guard> {
    let alive = || trees.iter().filter(|(_, sides)| sides.synced.is_some() && sides.remote != RemoteScore::Gone);
    let known = alive().filter(|(id, _)| SyncKind::of(id) == SyncKind::Score).count();
    if known > 0 && (!root_present || root_empty) {
        return Some(Guard::RootEmptied { known, is_there: root_present });
    }
    let (known, deleted) = (alive().count() + clean, alive().filter(|(_, sides)| sides.local.code == LocalDoc::Absent).count());
    (known >= FEWEST_FOR_MASS && deleted * 2 > known).then_some(Guard::MassDeletion { deleted, known })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Content, Digest, DocKind, LocalFile, LocalScore, ScoreId, ScorePaths, ScoreSides, Snapshot, Style, SyncedScore,
    };

    /// Synced scores: `deleted` ones without files, `present` ones with theirs, all of them still in the dashboard or gone.
    fn trees(deleted: usize, present: usize, remote: RemoteScore) -> Trees {
        let paths = ScorePaths::parse("A/B.yaml", "A/guidelines/B.md").expect("safe paths");
        let code = Content::of(DocKind::Code, "a: 1");
        let docs = Snapshot { code: code.clone(), guidelines: None };
        let synced =
            SyncedScore { base: "v".into(), docs, champion: None, champion_docs: None, paths: paths.clone(), local: None };
        let file = LocalDoc::Present(LocalFile { content: code, raw: Digest::of("a: 1"), style: Style::default() });
        let sides = |index: usize| {
            let code = if index < deleted { LocalDoc::Absent } else { file.clone() };
            let local = LocalScore { code, ..LocalScore::default() };
            let sides = ScoreSides { paths: paths.clone(), local, remote: remote.clone(), synced: Some(synced.clone()) };
            (index.to_string().as_str().into(), sides)
        };
        (0..deleted + present).map(sides).collect()
    }

    fn here(deleted: usize, present: usize) -> Trees {
        trees(deleted, present, RemoteScore::Unchampioned(Vec::new()))
    }

    #[test]
    fn a_vanished_root_stops_only_those_who_had_one() {
        assert_eq!(guard(&here(2, 0), 0, false, true), Some(Guard::RootEmptied { known: 2, is_there: false }));
        assert_eq!(guard(&here(2, 0), 0, true, true), Some(Guard::RootEmptied { known: 2, is_there: true }));
        assert_eq!(guard(&Trees::new(), 0, false, true), None);
        assert_eq!(guard(&trees(2, 0, RemoteScore::Gone), 0, true, true), None, "nothing is left to be missed");
    }

    #[test]
    fn standalone_documents_lie_beside_the_root() {
        let as_source = |(id, sides): (ScoreId, ScoreSides)| (SyncKind::DataSource.score_id(id.as_str()), sides);
        let documents: Trees = here(0, 2).into_iter().map(as_source).collect();
        assert_eq!(guard(&documents, 0, true, true), None);
        assert_eq!(guard(&documents, 0, false, true), None);
        let both: Trees = documents.into_iter().chain(here(1, 0)).collect();
        assert_eq!(guard(&both, 0, true, true), Some(Guard::RootEmptied { known: 1, is_there: true }));
    }

    #[test]
    fn more_than_half_deleted_stops_and_a_few_do_not() {
        assert_eq!(guard(&here(3, 2), 0, true, false), Some(Guard::MassDeletion { deleted: 3, known: 5 }));
        assert_eq!(guard(&here(2, 2), 0, true, false), None);
        assert_eq!(guard(&here(3, 2), 1, true, false), None, "others are there");
        assert_eq!(guard(&here(2, 0), 0, true, false), None);
        assert_eq!(guard(&trees(5, 0, RemoteScore::Gone), 0, true, false), None);
    }
}
