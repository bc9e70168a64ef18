//! Reads what an account contains: its scorecards and all their scores.
//!
//! A small account is one request. Where a list has more pages, the next page of scorecards and the next pages of all
//! unfinished score lists are read at the same time, so that the number of round trips is that of the longest list.
//!
//! A row that makes no sense is reported and left out. A list that may be incomplete is an error, because a score that is
//! missing here counts as deleted elsewhere.

use super::call::Call;
use super::client::{Client, Pages};
use super::documents;
use super::types::{RemoteError, Unreadable};
use super::wire::{RowPage, ScoreRow, ScorecardRow, SectionRow, decode, page};
use crate::model::{AccountId, Catalog, Score, ScoreId, Scorecard, ScorecardId, Section};
use futures_util::future::{OptionFuture, join, join_all};
use serde_json::Value;
use std::collections::BTreeMap;

/// Scorecards, or lists of scores, asked for in one request.
const LISTS_PER_REQUEST: usize = 25;

/// Reads all scorecards of `account` with all their scores. Never only some: where files live depends on all of them.
pub(super) async fn read(client: &Client, account: &AccountId) -> Result<(Catalog, Vec<Unreadable>), RemoteError> {
    let (mut read, mut pages) = (PartialCatalog::default(), Pages::default());
    // The page of scorecards to read next: none when there are no more, without a token for the first.
    let mut next = Some(None);
    while next.is_some() || !read.unfinished.is_empty() {
        let page = next.take().map(|token: Option<String>| client.one(documents::scorecards(account, token.as_deref())));
        let unfinished = std::mem::take(&mut read.unfinished);
        let (page, scores) = join(OptionFuture::from(page), more_scores(client, &unfinished)).await;
        if let Some(reply) = page {
            let (rows, token) = read.scorecards(reply?)?;
            next = pages.next(rows, token)?.map(Some);
        }
        for (list, reply) in unfinished.into_iter().zip(scores) {
            read.scores(list, reply)?;
        }
    }
    Ok(read.finish())
}

/// The sections of a scorecard in their order. One that cannot be decoded is left out.
pub(super) async fn sections(client: &Client, scorecard: &ScorecardId) -> Result<Vec<Section>, RemoteError> {
    let (mut pages, mut token, mut sections) = (Pages::default(), None, Vec::new());
    loop {
        let page = page("the list of sections", client.one(documents::sections(scorecard, token.as_deref())).await?)?;
        let rows = page.items.len();
        sections.extend(page.items.into_iter().filter_map(|row| decode::<SectionRow>(row).and_then(SectionRow::section).ok()));
        token = pages.next(rows, page.next_token)?;
        if token.is_none() {
            break;
        }
    }
    sections.sort_by(|a: &Section, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
    sections.dedup();
    Ok(sections)
}

/// A list of scores of which pages are missing.
struct Unfinished {
    scorecard: ScorecardId,
    name: String,
    next: Option<String>,
    pages: Pages,
    /// The list was asked for without others already.
    alone: bool,
}

/// The next page of each list.
async fn more_scores(client: &Client, lists: &[Unfinished]) -> Vec<Result<Value, RemoteError>> {
    in_parts(client, lists, |part| {
        documents::more_scores(&part.iter().map(|list| (&list.scorecard, list.next.as_deref())).collect::<Vec<_>>())
    })
    .await
}

/// Asks for all of `items`, some in each request and the requests at once; answers in their order.
async fn in_parts<'a, T: Sync>(
    client: &'a Client,
    items: &'a [T],
    compose: impl Fn(&[&'a T]) -> Call + Send + Sync,
) -> Vec<Result<Value, RemoteError>> {
    let compose = &compose;
    let parts = items.chunks(LISTS_PER_REQUEST).map(|part| {
        client.each(part.len(), move |jobs| compose(&jobs.iter().filter_map(|job| part.get(*job)).collect::<Vec<_>>()))
    });
    join_all(parts).await.into_iter().flatten().collect()
}

/// The catalog as far as it is read.
#[derive(Default)]
struct PartialCatalog {
    scorecards: BTreeMap<ScorecardId, Scorecard>,
    scores: BTreeMap<ScoreId, Score>,
    unreadable: Vec<Unreadable>,
    unfinished: Vec<Unfinished>,
}

impl PartialCatalog {
    /// Adds a page of scorecards; returns how many there were, and the token of the next page.
    fn scorecards(&mut self, reply: Value) -> Result<(usize, Option<String>), RemoteError> {
        let RowPage { items, next_token } = page("the list of scorecards", reply)?;
        let rows = items.len();
        for row in items {
            let id = shown(&row);
            match decode::<ScorecardRow>(row) {
                Ok(row) => self.scorecard(row)?,
                Err(_) if id.is_none() => self.report(None, "a scorecard is listed but cannot be shown".to_owned()),
                Err(fault) => self.report(None, format!("scorecard {} cannot be read: {fault}", id.unwrap_or_default())),
            }
        }
        Ok((rows, next_token))
    }

    fn scorecard(&mut self, mut row: ScorecardRow) -> Result<(), RemoteError> {
        let scores = row.scores.take();
        let scorecard = match row.scorecard() {
            Ok(scorecard) => scorecard,
            Err(fault) => {
                self.report(None, format!("a scorecard cannot be read: {fault}"));
                return Ok(());
            }
        };
        if self.scorecards.contains_key(&scorecard.id) {
            return Ok(());
        }
        let list = Unfinished {
            scorecard: scorecard.id.clone(),
            name: scorecard.name.clone(),
            next: None,
            pages: Pages::default(),
            alone: false,
        };
        self.scorecards.insert(scorecard.id.clone(), scorecard);
        match decode::<RowPage>(scores) {
            Ok(page) => self.page(list, page),
            // Its resolver failed beside others that did not: the list is asked for alone.
            Err(_) => {
                self.unfinished.push(list);
                Ok(())
            }
        }
    }

    /// Adds the answer to [`more_scores`] for one list.
    fn scores(&mut self, list: Unfinished, reply: Result<Value, RemoteError>) -> Result<(), RemoteError> {
        let what = format!("the scores of scorecard {:?}", list.name);
        match reply {
            Ok(Value::Null) => self.report(None, format!("{what} vanished while they were read")),
            Ok(mut scorecard) => match decode::<RowPage>(scorecard["scores"].take()) {
                Ok(page) => self.page(list, page)?,
                Err(_) if !list.alone => self.unfinished.push(Unfinished { alone: true, ..list }),
                Err(fault) => return Err(RemoteError::Protocol(format!("{what}: {fault}"))),
            },
            Err(RemoteError::Rejected { message, .. }) => self.report(None, format!("{what} cannot be read: {message}")),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn page(&mut self, mut list: Unfinished, page: RowPage) -> Result<(), RemoteError> {
        let rows = page.items.len();
        for row in page.items {
            self.score(&list, row);
        }
        list.next = list.pages.next(rows, page.next_token)?;
        if list.next.is_some() {
            self.unfinished.push(list);
        }
        Ok(())
    }

    fn score(&mut self, list: &Unfinished, row: Value) {
        let id = shown(&row).map(ScoreId::from);
        match decode::<ScoreRow>(row).and_then(|row| row.score(Some(&list.scorecard))) {
            Ok(score) => match self.scores.get(&score.id) {
                // A list that moves while it is read can show a row twice.
                Some(first) if first.scorecard_id == score.scorecard_id => {}
                Some(first) => {
                    let message = format!("score {} is listed under two scorecards; {} counts", score.id, first.scorecard_id);
                    self.report(Some(score.id), message);
                }
                None => {
                    self.scores.insert(score.id.clone(), score);
                }
            },
            Err(_) if id.is_none() => {
                self.report(None, format!("a score of scorecard {:?} is listed but cannot be shown", list.name));
            }
            Err(fault) => {
                let who = id.as_ref().map_or("", ScoreId::as_str);
                let message = format!("score {who} of scorecard {:?} cannot be read: {fault}", list.name);
                self.report(id, message);
            }
        }
    }

    fn report(&mut self, score: Option<ScoreId>, message: String) {
        self.unreadable.push(Unreadable { score, message });
    }

    fn finish(self) -> (Catalog, Vec<Unreadable>) {
        let catalog =
            Catalog { scorecards: self.scorecards.into_values().collect(), scores: self.scores.into_values().collect() };
        (catalog, self.unreadable)
    }
}

/// The id of a row that may have nothing else.
fn shown(row: &Value) -> Option<String> {
    row.get("id").and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned)
}
