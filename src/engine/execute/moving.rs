//! Moving files whose scores were renamed: one after another, round in a circle, or by case only. A file keeps its mode and
//! takes along what somebody saves into it meanwhile.
//!
//! Crash protocol: that of [`replace`](super::replace), of whose second step this is the first part. Every step puts one
//! file in its place for good, and no step leaves a file without a place: a file goes where nothing is, and files that are each
//! in another's way exchange their places. So what is left to do shows from where the files are. A file that is nowhere as it
//! was planned on is the one that nothing else accounts for: a person saved it.
//!
//! Where the file system cannot exchange files, a circle is left to be written like any other change.

use crate::engine::execute::course::Courses;
use crate::engine::execute::interlocked::{Interlocked, interlocked};
use crate::engine::session::Session;
use crate::model::{Digest, Expect, RelPath, ScoreId};
use crate::state::{RunKind, UnfinishedRun};
use crate::workspace::FileError;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What became of a move.
pub(super) struct Moved<'a> {
    /// Whose file it is.
    pub score: &'a ScoreId,
    pub from: &'a RelPath,
    pub to: &'a RelPath,
    /// The file is in its place; where that failed, both places stay as they are.
    pub result: Result<(), FileError>,
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
    fn done(self, result: Result<(), FileError>) -> Moved<'a> {
        let Self { score, from, to, .. } = self;
        Moved { score, from, to, result }
    }
}

/// Moves that have to do with each other, and what lies at their places.
struct Circle<'a> {
    moves: Vec<Move<'a>>,
    now: BTreeMap<&'a RelPath, Option<Digest>>,
    /// Where the file of each move is; none if that is not known.
    at: Vec<Option<&'a RelPath>>,
}

/// Carries out the moves of a run; what became of each. Of moves that are left to be written nothing is said.
pub(super) fn move_files<'a>(session: &Session, unfinished: &'a UnfinishedRun, courses: &Courses<'a>) -> Vec<Moved<'a>> {
    let mut done = Vec::new();
    for moves in circles(moves(unfinished, courses)) {
        match Circle::look(session, moves) {
            Ok(mut circle) => circle.carry_out(session, courses, &mut done),
            Err((moves, error)) => {
                done.extend(moves.into_iter().map(|one| one.done(Err(error.clone()))));
            }
        }
    }
    done
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

impl<'a> Circle<'a> {
    /// Where everything is; an error if that cannot be told.
    fn look(session: &Session, moves: Vec<Move<'a>>) -> Result<Self, (Vec<Move<'a>>, FileError)> {
        let mut now = BTreeMap::new();
        for place in moves.iter().flat_map(|one| [one.from, one.to]) {
            match session.workspace.bytes_now(place) {
                Ok(bytes) => drop(now.insert(place, bytes.map(Digest::of))),
                Err(error) => return Err((moves, error)),
            }
        }
        let mut circle = Self { at: vec![None; moves.len()], moves, now };
        circle.assign();
        Ok(circle)
    }

    /// Finds the file of each move: where it goes to, where it comes from, or elsewhere in the circle.
    fn assign(&mut self) {
        let mut free: BTreeSet<&RelPath> =
            self.now.iter().filter(|(_, digest)| digest.is_some()).map(|(place, _)| *place).collect();
        for pass in 0..3 {
            for (index, one) in self.moves.iter().enumerate() {
                let holds = |place: &&RelPath| free.contains(*place) && self.now[*place] == Some(one.bytes);
                let found = match pass {
                    _ if self.at[index].is_some() => continue,
                    0 => Some(one.to).filter(|place| holds(place)),
                    1 => Some(one.from).filter(|place| holds(place)),
                    _ => free.iter().copied().find(holds),
                };
                if let Some(place) = found {
                    free.remove(place);
                    self.at[index] = Some(place);
                }
            }
        }
        // What was saved is nobody's yet; a run that wrote may have left the same text in two places.
        free.retain(|place| self.moves.iter().all(|one| self.now[*place] != Some(one.bytes)));
        let mut lost = self.at.iter_mut().filter(|at| at.is_none());
        if let (Some(lost), None, 1) = (lost.next(), lost.next(), free.len()) {
            *lost = free.pop_first();
        }
    }

    fn carry_out(&mut self, session: &Session, courses: &Courses<'a>, done: &mut Vec<Moved<'a>>) {
        let mut failed: BTreeMap<usize, FileError> = BTreeMap::new();
        let mut can_exchange = true;
        self.remove_second_names(session);
        loop {
            let pending = |index: &usize| {
                let at = self.at[*index];
                at.is_some() && at != Some(self.moves[*index].to) && !failed.contains_key(index)
            };
            let pending: Vec<usize> = (0..self.moves.len()).filter(pending).collect();
            if let Some(&index) = pending.iter().find(|index| self.now[self.moves[**index].to].is_none()) {
                if let Err(error) = self.step(session, index) {
                    failed.insert(index, error);
                }
            } else if let Some((&index, other)) =
                pending.iter().filter(|_| can_exchange).find_map(|index| Some((index, self.in_turn(*index)?)))
            {
                match self.exchange(session, index, other) {
                    Ok(exchanged) => can_exchange = exchanged,
                    Err(error) => drop(failed.insert(index, error)),
                }
            } else {
                break;
            }
        }
        for (index, one) in self.moves.iter().enumerate() {
            let result = if self.at[index] == Some(one.to) {
                Ok(())
            } else if let Some(error) = failed.remove(&index) {
                Err(error)
            } else if self.is_writable(one, courses) {
                continue;
            } else {
                let place = if self.at[index].is_some() { one.to } else { one.from };
                Err(FileError::Changed(place.under(session.workspace.root())))
            };
            done.push(one.done(result));
        }
    }

    /// Where a file system cannot move, a run that died may leave a file under both names; one that tells names by more than
    /// this run does finds it under both.
    fn remove_second_names(&mut self, session: &Session) {
        let taken: BTreeSet<&RelPath> = self.moves.iter().map(|one| one.to).collect();
        for (index, one) in self.moves.iter().enumerate() {
            let is_there_twice = self.at[index] == Some(one.to) && self.now[one.from] == Some(one.bytes);
            if is_there_twice && !taken.contains(one.from) && !self.at.contains(&Some(one.from)) {
                let expect = Expect::Bytes(one.bytes);
                if matches!(session.workspace.rename(one.from, one.to, expect), Err(FileError::Changed(_))) {
                    // What cannot be removed is told of when the place is looked at again.
                    let _ = session.workspace.remove(one.from, expect);
                }
                self.now.insert(one.from, None);
            }
        }
    }

    /// Takes a file to its free place.
    fn step(&mut self, session: &Session, index: usize) -> Result<(), FileError> {
        let (at, to) = (self.at[index].expect("it is pending"), self.moves[index].to);
        let digest = self.now[at].expect("a file is there");
        session.workspace.rename(at, to, Expect::Bytes(digest))?;
        self.now.extend([(at, None), (to, Some(digest))]);
        self.at[index] = Some(to);
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

    fn exchange(&mut self, session: &Session, index: usize, other: usize) -> Result<bool, FileError> {
        let (at, to) = (self.at[index].expect("it is pending"), self.moves[index].to);
        let [own, others] = [at, to].map(|place| self.now[place].expect("a file is there"));
        if !session.workspace.exchange([at, to], [own, others])? {
            return Ok(false);
        }
        self.now.extend([(at, Some(others)), (to, Some(own))]);
        (self.at[index], self.at[other]) = (Some(to), Some(at));
        Ok(true)
    }

    /// Both places of a move in a circle hold what they may hold, so that writing them loses nothing.
    fn is_writable(&self, one: &Move<'a>, courses: &Courses<'a>) -> bool {
        let is_known = |place: &RelPath| {
            let course = &courses[place];
            course.stages.contains(&self.now[place]) || course.after == self.now[place]
        };
        courses[one.to].stages[0].is_some() && self.moves.iter().all(|one| is_known(one.from) && is_known(one.to))
    }
}
