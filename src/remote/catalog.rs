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
use super::reply::FieldAnswer;
use super::types::{RemoteError, Unreadable};
use super::wire::{RowPage, ScoreRow, ScorecardRow, SectionRow, decode, decode_text, page};
use crate::model::{AccountId, Catalog, Score, ScoreId, Scorecard, ScorecardId, Section};
use futures_util::future::{OptionFuture, join, join_all};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The text of a part of a reply: there is much of it, so it is decoded once, into what it shall become.
type Unread = Box<RawValue>;

/// Scorecards, or lists of scores, asked for in one request.
const LISTS_PER_REQUEST: usize = 25;

/// Reads all scorecards of `account` with all their scores. Never only some: where files live depends on all of them.
pub(super) async fn read(client: &Client, account: &AccountId) -> Result<(Catalog, Vec<Unreadable>), RemoteError> {
    let (mut read, mut pages) = (PartialCatalog::default(), Pages::default());
    // The page of scorecards to read next: none when there are no more, without a token for the first.
    let mut next = Some(None);
    while next.is_some() || !read.unfinished.is_empty() {
        let page = |token: Option<String>| client.one::<Unread>(documents::scorecards(account, token.as_deref()));
        let page = next.take().map(page);
        let unfinished = std::mem::take(&mut read.unfinished);
        let (page, scores) = join(OptionFuture::from(page), more_scores(client, &unfinished)).await;
        if let Some(reply) = page {
            let (rows, token) = read.scorecards(&reply?)?;
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
async fn more_scores(client: &Client, lists: &[Unfinished]) -> Vec<Result<Unread, RemoteError>> {
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
) -> Vec<Result<Unread, RemoteError>> {
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
    /// As they were listed; one may be there twice.
    scores: Vec<Score>,
    unreadable: Vec<Unreadable>,
    unfinished: Vec<Unfinished>,
}

impl PartialCatalog {
    /// Adds a page of scorecards; returns how many there were, and the token of the next page.
    fn scorecards(&mut self, reply: &RawValue) -> Result<(usize, Option<String>), RemoteError> {
        let page = rows::<ScorecardRow>(reply);
        let RowPage { items, next_token } =
            page.map_err(|fault| RemoteError::Protocol(format!("the list of scorecards: {fault}")))?;
        let rows = items.len();
        for row in items {
            match row {
                Ok(row) => self.scorecard(row)?,
                Err(BadRow { id: None, .. }) => self.report(None, "a scorecard is listed but cannot be shown".to_owned()),
                Err(BadRow { id: Some(id), fault }) => self.report(None, format!("scorecard {id} cannot be read: {fault}")),
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
        match rows(scores.as_deref().unwrap_or(RawValue::NULL)) {
            Ok(page) => self.page(list, page),
            // Its resolver failed beside others that did not: the list is asked for alone.
            Err(_) => {
                self.unfinished.push(list);
                Ok(())
            }
        }
    }

    /// Adds the answer to [`more_scores`] for one list.
    fn scores(&mut self, list: Unfinished, reply: Result<Unread, RemoteError>) -> Result<(), RemoteError> {
        let what = format!("the scores of scorecard {:?}", list.name);
        match reply {
            Ok(scorecard) if scorecard.is_null() => self.report(None, format!("{what} vanished while they were read")),
            Ok(scorecard) => match scores_of(&scorecard) {
                Ok(page) => self.page(list, page)?,
                Err(_) if !list.alone => self.unfinished.push(Unfinished { alone: true, ..list }),
                Err(fault) => return Err(RemoteError::Protocol(format!("{what}: {fault}"))),
            },
            Err(RemoteError::Rejected { message, .. }) => self.report(None, format!("{what} cannot be read: {message}")),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn page(&mut self, mut list: Unfinished, page: RowPage<Row<ScoreRow>>) -> Result<(), RemoteError> {
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

    fn score(&mut self, list: &Unfinished, row: Row<ScoreRow>) {
        let of_list = |row: ScoreRow| {
            let id = row.shown().map(str::to_owned);
            row.score(Some(&list.scorecard)).map_err(|fault| BadRow { id, fault })
        };
        match row.and_then(of_list) {
            Ok(score) => self.scores.push(score),
            Err(BadRow { id: None, .. }) => {
                self.report(None, format!("a score of scorecard {:?} is listed but cannot be shown", list.name));
            }
            Err(BadRow { id: Some(id), fault }) => {
                let message = format!("score {id} of scorecard {:?} cannot be read: {fault}", list.name);
                self.report(Some(id.into()), message);
            }
        }
    }

    fn report(&mut self, score: Option<ScoreId>, message: String) {
        self.unreadable.push(Unreadable { score, message });
    }

    fn finish(mut self) -> (Catalog, Vec<Unreadable>) {
        let mut scores = std::mem::take(&mut self.scores);
        scores.sort_by(|a, b| a.id.cmp(&b.id));
        // A list that moves while it is read can show a row twice; the first counts.
        scores.dedup_by(|score, first| {
            let is_again = score.id == first.id;
            if is_again && score.scorecard_id != first.scorecard_id {
                let message = format!("score {} is listed under two scorecards; {} counts", score.id, first.scorecard_id);
                self.report(Some(score.id.clone()), message);
            }
            is_again
        });
        (Catalog { scorecards: self.scorecards.into_values().collect(), scores }, self.unreadable)
    }
}

/// A row that makes no sense.
struct BadRow {
    /// It may have nothing else, and not even this.
    id: Option<String>,
    fault: String,
}

type Row<R> = Result<R, BadRow>;

/// The rows of a page. All of them make sense as a rule, and then one pass is enough; else each is decoded by itself.
fn rows<R: DeserializeOwned>(page: &RawValue) -> Result<RowPage<Row<R>>, String> {
    if let Ok(RowPage { items, next_token }) = decode_text::<RowPage<R>>(page) {
        return Ok(RowPage { items: items.into_iter().map(Ok).collect(), next_token });
    }
    let RowPage { items, next_token } = decode_text::<RowPage<Unread>>(page)?;
    let row = |text: Unread| decode_text(&text).map_err(|fault| BadRow { id: shown(&text), fault });
    Ok(RowPage { items: items.into_iter().map(row).collect(), next_token })
}

/// The page of scores in a scorecard.
fn scores_of(scorecard: &RawValue) -> Result<RowPage<Row<ScoreRow>>, String> {
    #[derive(Deserialize)]
    struct Scores {
        scores: Option<Unread>,
    }

    rows(decode_text::<Scores>(scorecard)?.scores.as_deref().unwrap_or(RawValue::NULL))
}

/// The id of a row that may have nothing else.
fn shown(row: &RawValue) -> Option<String> {
    let row = decode_text::<Value>(row).ok()?;
    row["id"].as_str().filter(|id| !id.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_bad_row_costs_only_itself_and_what_it_holds() {
        let score = |id: &str| json!({ "id": id, "name": id, "key": null, "externalId": "7", "championVersionId": "v" });
        let card = |id: &str, scores: Value| json!({ "id": id, "name": id, "scores": { "items": scores, "nextToken": null } });
        let good = [card("c1", json!([score("s2"), score("s1")])), card("c2", json!([score("s3")]))];
        let bad = [
            card("c1", json!([{ "id": "s4", "name": 7 }, score("s2"), null, score("s1"), { "id": "s5" }, "s6"])),
            json!({ "id": "c3", "name": ["c3"], "scores": null }),
            card("c2", json!([score("s3"), score("s1"), { "name": "s7" }])),
            Value::Null,
        ];
        let read = |cards: &[Value]| {
            let reply = json!({ "items": cards, "nextToken": "t" }).to_string();
            let mut read = PartialCatalog::default();
            let seen = read.scorecards(&RawValue::from_string(reply).expect("it is JSON")).expect("it is read");
            assert_eq!(seen, (cards.len(), Some("t".to_owned())));
            read.finish()
        };
        let ((catalog, nothing), (same, bad)) = (read(&good), read(&bad));
        assert_eq!((nothing, &same), (Vec::new(), &catalog));
        let said: Vec<_> =
            bad.iter().map(|row| (row.score.as_ref().map_or("-", ScoreId::as_str), row.message.as_str())).collect();
        assert_eq!(
            said,
            [
                ("s4", "score s4 of scorecard \"c1\" cannot be read: invalid type: integer, expected a string"),
                ("-", "a score of scorecard \"c1\" is listed but cannot be shown"),
                ("s5", "score s5 of scorecard \"c1\" cannot be read: it has no name"),
                ("-", "a score of scorecard \"c1\" is listed but cannot be shown"),
                ("-", "scorecard c3 cannot be read: invalid type: sequence, expected a string"),
                ("-", "a score of scorecard \"c2\" is listed but cannot be shown"),
                ("-", "a scorecard is listed but cannot be shown"),
                ("s1", "score s1 is listed under two scorecards; c1 counts"),
            ]
        );
    }
}
