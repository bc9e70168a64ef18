//! Moving files whose scores were renamed: one after another, round in a circle, or by case only. A file keeps its mode and
//! takes along what somebody saves into it meanwhile.
//!
//! Crash protocol: that of [`replace`](super::replace), of whose second step this is the first part. Every step puts one
//! file in its place for good, and no step leaves a file without a place: a file goes where nothing is, and files that are each
//! in another's way exchange their places. So what is left to do shows from where the files are. A file that is nowhere as it
//! was planned on is the one that nothing else accounts for: a person saved it.
//!
//! Both documents of a score move, or none, and so do the scores that take each other's places: where one file cannot be moved, the
//! others are taken back, or somebody else's text would lie beside one of them. Where the file system cannot exchange files, a circle is
//! left to be written like any other change.

use crate::engine::execute::course::Courses;
use crate::engine::execute::interlocked::{Interlocked, interlocked};
use crate::engine::session::Session;
use crate::model::{Digest, Expect, RelPath, ScoreId, joined};
use crate::state::{RunKind, UnfinishedRun};
use crate::workspace::{FileError, Workspace};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What became of a move.
pub(super) struct Moved<'a> {
    /// Whose file it is.
    pub score: &'a ScoreId,
    pub from: &'a RelPath,
    pub to: &'a RelPath,
    /// The file is in its place; where that failed, both places stay as they are.
    pub result: Result<(), FileError>,
    /// The file is at no place that has to do with it: somebody removed it.
    pub is_gone: bool,
}

/// A file that is to go from one place to another.
#[derive(Clone, Copy)]
struct Move<'a> {
    score: &'a ScoreId,
    from: &'a RelPath,
    to: &'a RelPath,
    bytes: Digest,
}

impl<'a> Move<'a> {
    fn done(self, result: Result<(), FileError>, is_gone: bool) -> Moved<'a> {
        let Self { score, from, to, .. } = self;
        Moved { score, from, to, result, is_gone }
    }
}

/// Moves that have to do with each other, and what lies at their places.
struct Circle<'a> {
    moves: Vec<Move<'a>>,
    now: BTreeMap<&'a RelPath, Option<Digest>>,
    /// Where the file of each move is; none if that is not known.
    at: Vec<Option<&'a RelPath>>,
    /// Why one of the places cannot be read.
    unreadable: Option<FileError>,
    /// The file system exchanges files, as far as is known.
    can_exchange: bool,
    /// What was done: from where a file went, and to where.
    steps: Vec<[&'a RelPath; 2]>,
}

/// Carries out the moves of a run; what became of each. Of moves that are left to be written nothing is said.
pub(super) fn move_files<'a>(session: &Session, unfinished: &'a UnfinishedRun, courses: &Courses<'a>) -> Vec<Moved<'a>> {
    let mut done = Vec::new();
    for circles in together(circles(moves(unfinished, courses))) {
        let mut looked: Vec<Circle<'_>> = circles.into_iter().map(|moves| Circle::look(session, courses, moves)).collect();
        let obstacle = looked.iter().find_map(|circle| circle.obstacle(session, courses));
        match obstacle.or_else(|| carry_out(&session.workspace, &mut looked)) {
            None => looked.into_iter().for_each(|circle| circle.end(session, courses, &mut done)),
            Some(error) => done.extend(looked.into_iter().flat_map(|circle| circle.give_up(&error))),
        }
    }
    done
}

/// Moves what lies in these circles. Where a file cannot be moved all go back, and why is told.
fn carry_out(workspace: &Workspace, circles: &mut [Circle<'_>]) -> Option<FileError> {
    let error = circles.iter_mut().find_map(|circle| circle.carry_out(workspace).err())?;
    circles.iter_mut().rev().for_each(|circle| circle.take_back(workspace));
    Some(error)
}

/// A move takes a document of a score from where it was to where it belongs, with its bytes. A place that is to be replaced and
/// not left is none to move to.
fn moves<'a>(unfinished: &'a UnfinishedRun, courses: &Courses<'a>) -> Vec<Move<'a>> {
    let mut moves: BTreeMap<&RelPath, Move<'_>> = BTreeMap::new();
    for base in &unfinished.bases {
        for (from, to) in &base.ways {
            let (Some(left), Some(taken)) = (courses.get(from), courses.get(to)) else { continue };
            let ([Some(bytes), next], [before, first]) = (left.moved(), taken.moved()) else { continue };
            let goes = next != Some(bytes) && first == Some(bytes) && before != first;
            if goes {
                moves.insert(from, Move { score: &base.score, from, to, bytes });
            }
        }
    }
    let (mut kept, mut before) = (moves, usize::MAX);
    while kept.len() < before {
        before = kept.len();
        let left: BTreeSet<&RelPath> = kept.keys().copied().collect();
        kept.retain(|_, one| courses[one.to].stages[0].is_none() || left.contains(one.to));
    }
    if unfinished.run.kind == RunKind::Undo {
        keep_whole(&mut kept, unfinished, courses);
    }
    kept.into_values().collect()
}

/// An undo moves scores that take each other's places only where nothing else is to be done with them: what is written can
/// fail, and would part from what was moved.
fn keep_whole(moves: &mut BTreeMap<&RelPath, Move<'_>>, unfinished: &UnfinishedRun, courses: &Courses<'_>) {
    let ends: BTreeSet<&RelPath> = moves.iter().flat_map(|(from, one)| [*from, one.to]).collect();
    let is_parted = |group: &Interlocked<'_>| group.places.iter().any(|path| courses.contains_key(path) && !ends.contains(path));
    let stay: BTreeSet<&RelPath> =
        interlocked(&unfinished.bases).into_iter().filter(is_parted).flat_map(|group| group.places).collect();
    moves.retain(|from, _| !stay.contains(from));
}

/// Moves that take each other's places, together.
fn circles(moves: Vec<Move<'_>>) -> Vec<Vec<Move<'_>>> {
    let comes_to: HashMap<&RelPath, Move<'_>> = moves.iter().map(|one| (one.to, *one)).collect();
    let goes_from: HashMap<&RelPath, Move<'_>> = moves.iter().map(|one| (one.from, *one)).collect();
    let mut seen: BTreeSet<&RelPath> = BTreeSet::new();
    let mut circles = Vec::new();
    for one in &moves {
        if seen.contains(one.from) {
            continue;
        }
        let mut last = *one;
        while let Some(next) = goes_from.get(last.to).filter(|next| next.from != one.from) {
            last = *next;
        }
        let mut circle = Vec::new();
        let mut next = Some(last);
        while let Some(one) = next.filter(|one| seen.insert(one.from)) {
            circle.push(one);
            next = comes_to.get(one.from).copied();
        }
        circles.push(circle);
    }
    circles
}

/// Circles that have a score in common: both documents of a score move, or none, or another score's would lie beside one of them.
fn together(circles: Vec<Vec<Move<'_>>>) -> Vec<Vec<Vec<Move<'_>>>> {
    let groups = joined(circles.iter().map(|circle| circle.iter().map(|one| one.score)));
    let mut circles: Vec<_> = circles.into_iter().map(Some).collect();
    groups.into_iter().map(|group| group.into_iter().filter_map(|circle| circles[circle].take()).collect()).collect()
}

impl<'a> Circle<'a> {
    /// Where everything is.
    fn look(session: &Session, courses: &Courses<'a>, moves: Vec<Move<'a>>) -> Self {
        let (mut now, mut unreadable) = (BTreeMap::new(), None);
        for place in moves.iter().flat_map(|one| [one.from, one.to]) {
            match session.workspace.bytes_now(place) {
                Ok(bytes) => drop(now.insert(place, bytes.map(Digest::of))),
                Err(error) => unreadable = Some(error),
            }
        }
        let mut circle = Self { at: vec![None; moves.len()], moves, now, unreadable, can_exchange: true, steps: Vec::new() };
        if circle.unreadable.is_none() {
            circle.assign(courses);
        }
        circle
    }

    /// Why nothing moves: a place cannot be read, or somebody put a file there.
    fn obstacle(&self, session: &Session, courses: &Courses<'a>) -> Option<FileError> {
        let is_taken =
            |one: &&Move<'_>| !self.at.contains(&Some(one.to)) && self.now[one.to].is_some() && !self.is_known(one.to, courses);
        let taken = || self.moves.iter().find(is_taken).map(|one| FileError::Changed(one.to.under(session.workspace.root())));
        self.unreadable.clone().or_else(taken)
    }

    /// What is in its place already is there, nothing else will be.
    fn give_up(self, error: &FileError) -> Vec<Moved<'a>> {
        let ended = |(one, at): (Move<'a>, Option<&RelPath>)| {
            let result = if at == Some(one.to) { Ok(()) } else { Err(error.clone()) };
            one.done(result, at.is_none() && self.unreadable.is_none())
        };
        self.moves.iter().copied().zip(self.at).map(ended).collect()
    }

    /// Finds the file of each move: where it goes to, where it comes from, elsewhere in the circle, or where it went to and was
    /// written since.
    fn assign(&mut self, courses: &Courses<'a>) {
        let mut free: BTreeSet<&RelPath> =
            self.now.iter().filter(|(_, digest)| digest.is_some()).map(|(place, _)| *place).collect();
        for pass in 0..4 {
            for (index, one) in self.moves.iter().enumerate() {
                let holds = |place: &&RelPath| free.contains(*place) && self.now[*place] == Some(one.bytes);
                let found = match pass {
                    _ if self.at[index].is_some() => continue,
                    0 => Some(one.to).filter(|place| holds(place)),
                    1 => Some(one.from).filter(|place| holds(place)),
                    2 => free.iter().copied().find(holds),
                    _ => Some(one.to).filter(|place| free.contains(*place) && self.now[*place] == courses[*place].after),
                };
                if let Some(place) = found {
                    free.remove(place);
                    self.at[index] = Some(place);
                }
            }
        }
        // What was saved is nobody's yet; a run that wrote may have left the same text in two places, or what is to come in its place.
        free.retain(|place| {
            self.now[*place] != courses[*place].after && self.moves.iter().all(|one| self.now[*place] != Some(one.bytes))
        });
        let mut lost = self.at.iter_mut().filter(|at| at.is_none());
        if let (Some(lost), None, 1) = (lost.next(), lost.next(), free.len()) {
            *lost = free.pop_first();
        }
    }

    /// Takes every file to its place that can go there; an error if one cannot be moved.
    fn carry_out(&mut self, workspace: &Workspace) -> Result<(), FileError> {
        self.remove_second_names(workspace);
        loop {
            let is_pending = |index: &usize| self.at[*index].is_some_and(|at| at != self.moves[*index].to);
            let pending: Vec<usize> = (0..self.moves.len()).filter(is_pending).collect();
            if let Some(&index) = pending.iter().find(|index| self.now[self.moves[**index].to].is_none()) {
                self.step(workspace, index)?;
            } else if let Some((&index, other)) =
                pending.iter().filter(|_| self.can_exchange).find_map(|index| Some((index, self.in_turn(*index)?)))
            {
                self.can_exchange = self.exchange(workspace, index, other)?;
            } else {
                return Ok(());
            }
        }
    }

    /// Takes files back to where they were, the last one first. What cannot go back stays, and so does what moved before it: one
    /// of these may have made room for it, and would push it on to a place that is nothing to it.
    fn take_back(&mut self, workspace: &Workspace) {
        while let Some([was, is]) = self.steps.pop() {
            let (own, others) = (self.now[is].expect("a file came here"), self.now[was]);
            let is_back = match others {
                Some(others) => workspace.exchange([is, was], [own, others]) == Ok(true),
                None => workspace.rename(is, was, Expect::Bytes(own)).is_ok(),
            };
            if !is_back {
                return;
            }
            self.now.extend([(was, Some(own)), (is, others)]);
            for at in self.at.iter_mut().flatten() {
                *at = match *at {
                    at if at == is => was,
                    at if at == was => is,
                    at => at,
                };
            }
        }
    }

    /// What became of each move.
    fn end(self, session: &Session, courses: &Courses<'a>, done: &mut Vec<Moved<'a>>) {
        let is_writable = self.is_writable(courses);
        for (one, at) in self.moves.iter().zip(&self.at) {
            let result = if *at == Some(one.to) {
                Ok(())
            } else if is_writable {
                continue;
            } else {
                let place = if at.is_some() { one.to } else { one.from };
                Err(FileError::Changed(place.under(session.workspace.root())))
            };
            done.push(one.done(result, at.is_none()));
        }
    }

    /// Where a file system cannot move, a run that died may leave a file under both names; one that tells names by more than
    /// this run does finds it under both.
    fn remove_second_names(&mut self, workspace: &Workspace) {
        let taken: BTreeSet<&RelPath> = self.moves.iter().map(|one| one.to).collect();
        for one in &self.moves {
            // Its file is under the new name, or this one would be taken for it.
            let is_second = self.now[one.from] == Some(one.bytes) && !self.at.contains(&Some(one.from));
            if is_second && !taken.contains(one.from) {
                let expect = Expect::Bytes(one.bytes);
                if matches!(workspace.rename(one.from, one.to, expect), Err(FileError::Changed(_))) {
                    // What cannot be removed is told of when the place is looked at again.
                    let _ = workspace.remove(one.from, expect);
                }
                self.now.insert(one.from, None);
            }
        }
    }

    /// Takes a file to its free place.
    fn step(&mut self, workspace: &Workspace, index: usize) -> Result<(), FileError> {
        let (at, to) = (self.at[index].expect("it is pending"), self.moves[index].to);
        let digest = self.now[at].expect("a file is there");
        workspace.rename(at, to, Expect::Bytes(digest))?;
        self.now.extend([(at, None), (to, Some(digest))]);
        self.at[index] = Some(to);
        self.steps.push([at, to]);
        Ok(())
    }

    /// The move whose file is in the way of this one, if that of the last one after it is in the way of none: they go round.
    fn in_turn(&self, first: usize) -> Option<usize> {
        let in_the_way = |index: usize| self.at.iter().position(|at| *at == Some(self.moves[index].to));
        let other = in_the_way(first)?;
        let (mut last, mut steps) = (other, 0);
        while Some(self.moves[last].to) != self.at[first] {
            last = in_the_way(last)?;
            steps += 1;
            if steps > self.moves.len() {
                return None;
            }
        }
        Some(other)
    }

    fn exchange(&mut self, workspace: &Workspace, index: usize, other: usize) -> Result<bool, FileError> {
        let (at, to) = (self.at[index].expect("it is pending"), self.moves[index].to);
        let [own, others] = [at, to].map(|place| self.now[place].expect("a file is there"));
        if !workspace.exchange([at, to], [own, others])? {
            return Ok(false);
        }
        self.now.extend([(at, Some(others)), (to, Some(own))]);
        (self.at[index], self.at[other]) = (Some(to), Some(at));
        self.steps.push([at, to]);
        Ok(true)
    }

    /// They go round: each goes to where another one was. And all places hold what they may hold, so that writing them loses
    /// nothing.
    fn is_writable(&self, courses: &Courses<'a>) -> bool {
        self.moves.iter().all(|one| courses[one.to].stages[0].is_some() && self.is_known(one.to, courses))
    }

    /// The place holds what the run planned on, or what it makes of it.
    fn is_known(&self, place: &RelPath, courses: &Courses<'a>) -> bool {
        let course = &courses[place];
        course.stages.contains(&self.now[place]) || course.after == self.now[place]
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "somebody else's hands")]
mod tests {
    use super::*;
    use std::fs;

    /// Two files moved on, the first to where the second was; then somebody puts a file where the first came from.
    #[test]
    fn what_cannot_go_back_is_not_pushed_on() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = Workspace::new(folder.path());
        let [first, second, third] = ["A/1.yaml", "A/2.yaml", "A/3.yaml"].map(|path| RelPath::parse(path).expect("a safe path"));
        fs::create_dir(folder.path().join("A")).expect("made");
        let file = |path: &RelPath| path.under(folder.path());
        let [one, other] = ["one", "other"].map(|text| Digest::of(text.as_bytes()));
        fs::write(file(&first), "one").expect("written");
        fs::write(file(&second), "other").expect("written");
        let scores = [ScoreId::from("one"), ScoreId::from("other")];
        let moves = vec![
            Move { score: &scores[0], from: &first, to: &second, bytes: one },
            Move { score: &scores[1], from: &second, to: &third, bytes: other },
        ];
        let now = [(&first, Some(one)), (&second, Some(other)), (&third, None)].into_iter().collect();
        let at = vec![Some(&first), Some(&second)];
        let mut circle = Circle { moves, now, at, unreadable: None, can_exchange: true, steps: Vec::new() };
        circle.carry_out(&workspace).expect("moved");
        let files = || [&first, &second, &third].map(|path| fs::read_to_string(file(path)).ok());
        assert_eq!(files(), [None, Some("one".into()), Some("other".into())]);
        fs::write(file(&first), "typed").expect("written");
        circle.take_back(&workspace);
        assert_eq!(files(), ["typed", "one", "other"].map(|text| Some(text.to_owned())));
        assert_eq!(circle.at, [Some(&second), Some(&third)]);
    }
}
