//! What a person answered about the places that conflict, in their order, and the texts that come of it. A pure value: it
//! asks nothing, and an answer can be taken back.

use crate::check::unpushable;
use crate::engine::{DocumentConflict, Resolution, ScoreConflict, text_of};
use crate::model::Fault;
use crate::plan::{Labels, Piece, conflict_pieces};
use std::ops::Range;

/// The answers so far. The places without one come after all those that have one.
pub struct Answers<'a> {
    /// All documents in conflict, those of a score together.
    documents: Vec<OpenDocument<'a>>,
    /// All places, in the order in which they are asked about.
    places: Vec<ConflictPlace>,
    given: Vec<PlaceAnswer>,
    /// How many answers there were before each thing that the person said.
    steps: Vec<usize>,
}

/// A document with the runs of lines that both sides are made of.
struct OpenDocument<'a> {
    conflict: &'a DocumentConflict,
    /// Who made the champion, if that is known.
    author: Option<String>,
    pieces: Vec<Piece>,
    /// The score that it belongs to, among the scores in conflict.
    score: usize,
    /// Its places, among all places.
    places: Range<usize>,
}

/// A place where both sides differ.
struct ConflictPlace {
    document: usize,
    /// Among the pieces of the document.
    piece: usize,
}

/// What a place is to say.
#[derive(Clone, Debug)]
pub enum PlaceAnswer {
    /// These lines.
    Lines(Vec<String>),
    /// The whole document, its other places too.
    Document(String),
    /// Nothing: its score stays in conflict.
    Skipped,
}

/// Lines that need no editing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenSide {
    /// Those of the file.
    Ours,
    /// Those of the champion.
    Theirs,
    /// Those of the file, then those of the champion.
    Both,
}

/// How far an answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerScope {
    /// One place.
    Place,
    /// All places of the document from here on.
    Document,
    /// All places from here on.
    All,
}

/// The place that is asked about.
pub struct OpenPlace<'a> {
    /// Its document.
    pub conflict: &'a DocumentConflict,
    /// Who made the champion, if that is known.
    pub author: Option<&'a str>,
    /// Both sides.
    pub piece: &'a Piece,
    /// The lines above, as they are decided.
    pub above: Vec<String>,
    /// What comes below.
    pub below: Option<&'a Piece>,
    /// Which score this is, counted from 1, and how many there are.
    pub score: (usize, usize),
    /// Which place of the score this is, counted from 1, and how many there are.
    pub place: (usize, usize),
    /// More places of the document follow.
    pub more_in_document: bool,
    /// More places follow.
    pub more: bool,
}

impl<'a> Answers<'a> {
    /// No answer yet.
    pub fn new(conflicts: &'a [ScoreConflict]) -> Self {
        let (mut documents, mut places) = (Vec::new(), Vec::new());
        for (score, one) in conflicts.iter().enumerate() {
            for conflict in &one.documents {
                let base = conflict.base.as_ref().map(text_of);
                let pieces = conflict_pieces(conflict.kind, base, text_of(&conflict.ours), text_of(&conflict.theirs));
                let (document, first) = (documents.len(), places.len());
                let is_conflict =
                    |(piece, one)| matches!(one, &Piece::Conflict { .. }).then_some(ConflictPlace { document, piece });
                places.extend(pieces.iter().enumerate().filter_map(is_conflict));
                let author = one.champion.as_ref().and_then(|meta| meta.author());
                documents.push(OpenDocument { conflict, author, pieces, score, places: first..places.len() });
            }
        }
        Self { documents, places, given: Vec::new(), steps: Vec::new() }
    }

    /// The next place without an answer.
    pub fn next(&self) -> Option<OpenPlace<'_>> {
        let at = self.given.len();
        let place = self.places.get(at)?;
        let document = &self.documents[place.document];
        let of_score = self.of_score(document.score);
        Some(OpenPlace {
            conflict: document.conflict,
            author: document.author.as_deref(),
            piece: &document.pieces[place.piece],
            above: self.lines(document, place.piece, None, TakenSide::Ours),
            below: document.pieces.get(place.piece + 1),
            score: (document.score + 1, self.scores()),
            place: (at - of_score.start + 1, of_score.len()),
            more_in_document: at + 1 < document.places.end,
            more: at + 1 < self.places.len(),
        })
    }

    /// What a side says in the next place; none where it says no more than another one.
    pub fn side(&self, side: TakenSide) -> Option<PlaceAnswer> {
        let Piece::Conflict { ours, theirs, .. } = self.next()?.piece else { return None };
        let adds_nothing = side == TakenSide::Both && (ours.is_empty() || theirs.is_empty());
        (!adds_nothing).then(|| PlaceAnswer::Lines(taken(side, ours, theirs)))
    }

    /// Why no text that can be pushed comes of this answer to the next place, whichever side is taken in those after it.
    pub fn fault(&self, answer: &PlaceAnswer) -> Option<Fault> {
        let document = &self.documents[self.places.get(self.given.len())?.document];
        let fault = |rest| unpushable(document.conflict.kind, &self.text(document, Some(answer), rest));
        fault(TakenSide::Ours).and(fault(TakenSide::Theirs))
    }

    /// A side is taken in the next place, and as far as `scope` reaches. It stops before a place where it cannot be taken.
    pub fn take(&mut self, side: TakenSide, scope: AnswerScope) {
        let end = match (scope, self.places.get(self.given.len())) {
            (AnswerScope::Place, _) | (_, None) => self.given.len() + 1,
            (AnswerScope::Document, Some(place)) => self.documents[place.document].places.end,
            (AnswerScope::All, _) => self.places.len(),
        };
        self.steps.push(self.given.len());
        while self.given.len() < end
            && let Some(answer) = self.side(side).filter(|answer| self.fault(answer).is_none())
        {
            self.given.push(answer);
        }
    }

    /// An answer to the next place; one for the whole document goes for its other places too.
    pub fn give(&mut self, answer: PlaceAnswer) {
        let at = self.given.len();
        let Some(place) = self.places.get(at) else { return };
        let document = &self.documents[place.document];
        let end = match &answer {
            PlaceAnswer::Lines(_) => at + 1,
            PlaceAnswer::Document(_) => document.places.end,
            PlaceAnswer::Skipped => self.of_score(document.score).end,
        };
        self.steps.push(at);
        self.given.resize(end, answer);
    }

    /// Takes back what was said last; false if nothing was said.
    pub fn back(&mut self) -> bool {
        let last = self.steps.pop();
        self.given.truncate(last.unwrap_or_default());
        last.is_some()
    }

    /// Something can be taken back.
    pub fn has_steps(&self) -> bool {
        !self.steps.is_empty()
    }

    /// The document of the next place, with conflict markers in the places without an answer.
    pub fn marked(&self, labels: Labels<'_>) -> String {
        let Some(place) = self.places.get(self.given.len()) else { return String::new() };
        let document = &self.documents[place.document];
        let mut lines = self.lines(document, place.piece, None, TakenSide::Ours);
        lines.extend(document.pieces[place.piece..].iter().flat_map(|piece| piece.marked(labels)));
        lines.join("\n") + "\n"
    }

    /// The texts of the scores that have an answer in every place, and were not skipped.
    pub fn decided(&self) -> Vec<Resolution> {
        let whole = self.documents.iter().filter(|document| self.is_decided(document.score));
        whole.map(|document| document.conflict.decided(self.text(document, None, TakenSide::Ours))).collect()
    }

    /// How many scores [`Self::decided`] is about.
    pub fn decided_scores(&self) -> usize {
        (0..self.scores()).filter(|score| self.is_decided(*score)).count()
    }

    /// How many scores there are.
    pub fn scores(&self) -> usize {
        self.documents.last().map_or(0, |document| document.score + 1)
    }

    fn is_decided(&self, score: usize) -> bool {
        let answers = self.given.get(self.of_score(score));
        answers.is_some_and(|answers| !answers.iter().any(|answer| matches!(answer, PlaceAnswer::Skipped)))
    }

    /// The places of a score, among all places.
    fn of_score(&self, score: usize) -> Range<usize> {
        let mut places = self.documents.iter().filter(|document| document.score == score).map(|document| &document.places);
        let first = places.next().cloned().unwrap_or_default();
        first.start..places.next_back().map_or(first.end, |last| last.end)
    }

    /// What a document says, with `next` as the answer to the next place and a side in the places without an answer. It ends
    /// as the file ends.
    fn text(&self, document: &OpenDocument<'_>, next: Option<&PlaceAnswer>, rest: TakenSide) -> String {
        let answers = document.places.clone().filter_map(|place| self.answer(place, next));
        let edited =
            answers.into_iter().find_map(|answer| if let PlaceAnswer::Document(text) = answer { Some(text) } else { None });
        if let Some(text) = edited {
            return text.clone();
        }
        let ours = text_of(&document.conflict.ours);
        let ending = if ours.is_empty() { "\n" } else { &ours[ours.trim_end().len()..] };
        let lines = self.lines(document, document.pieces.len(), next, rest);
        if lines.is_empty() { String::new() } else { lines.join("\n") + ending }
    }

    /// The lines of the first pieces of a document.
    fn lines(&self, document: &OpenDocument<'_>, pieces: usize, next: Option<&PlaceAnswer>, rest: TakenSide) -> Vec<String> {
        let mut places = document.places.clone();
        let lines = |piece: &Piece| match piece {
            Piece::Settled(lines) => lines.clone(),
            Piece::Conflict { ours, theirs, .. } => match places.next().and_then(|place| self.answer(place, next)) {
                Some(PlaceAnswer::Lines(lines)) => lines.clone(),
                _ => taken(rest, ours, theirs),
            },
        };
        document.pieces[..pieces].iter().flat_map(lines).collect()
    }

    fn answer<'b>(&'b self, place: usize, next: Option<&'b PlaceAnswer>) -> Option<&'b PlaceAnswer> {
        self.given.get(place).or(next.filter(|_| place == self.given.len()))
    }
}

fn taken(side: TakenSide, ours: &[String], theirs: &[String]) -> Vec<String> {
    match side {
        TakenSide::Ours => ours.to_vec(),
        TakenSide::Theirs => theirs.to_vec(),
        TakenSide::Both => [ours, theirs].concat(),
    }
}
