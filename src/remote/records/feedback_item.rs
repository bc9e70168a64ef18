//! `FeedbackItem`: what people say of the answers of a score.

use super::reader::{Records, at_any_time, text};
use crate::model::{AccountId, FeedbackComments, FeedbackItem, ScoreId, ScorecardId};
use crate::remote::call::{AliasedField, Call};
use crate::remote::documents::PAGE;
use crate::remote::lists::{ListRequest, Rows, read_lists};
use crate::remote::types::RemoteError;
use crate::remote::wire::decode;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::iter::zip;

/// Lists whose pages travel in one document: a full page has about a quarter of a megabyte.
const LISTS: usize = 8;
/// Comments that travel in one document.
const COMMENTS: usize = 25;
/// A window that is longer than this is read in parts, side by side.
const LONG: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How many parts those are.
const PARTS: i32 = 4;
/// Times are compared as text, and not all clients write fractions of a second.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

const ANSWERS: &str = "fragment Answers on ModelFeedbackItemConnection \
     { items { id itemId initialAnswerValue finalAnswerValue isInvalid editedAt updatedAt } nextToken }";
/// In the index of `editedAt` a row without one cannot be found; in the other there are all.
const EDITED: &str =
    "listFeedbackItemByAccountIdAndScorecardIdAndScoreIdAndEditedAt(accountId: $i, scorecardIdScoreIdEditedAt: $r";
const ALL: &str =
    "listFeedbackItemByAccountIdAndScorecardIdAndScoreIdAndUpdatedAt(accountId: $i, scorecardIdScoreIdUpdatedAt: $r";

/// Which feedback is asked for: that of one score, edited in a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackQuery {
    /// The account.
    pub account: AccountId,
    /// The score's scorecard.
    pub scorecard: ScorecardId,
    /// The score.
    pub score: ScoreId,
    /// Not before; without it all there is, up to the end of the window.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Timestamp,
}

/// Feedback of one score.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedbackList {
    /// Newest first.
    pub items: Vec<FeedbackItem>,
    /// There is no more than this.
    pub complete: bool,
}

impl Records {
    /// The feedback of each query, in their order; of each the newest `most` rows. Rows that cannot be decoded are left out.
    pub async fn feedback(&self, queries: &[FeedbackQuery], most: usize) -> Vec<Result<FeedbackList, RemoteError>> {
        let parts: Vec<(usize, FeedbackQuery)> =
            queries.iter().enumerate().flat_map(|(at, query)| query.parts().into_iter().map(move |part| (at, part))).collect();
        let request = &ListRequest { name: "the list of feedback", most, decode: &item };
        let read = parts.chunks(LISTS).map(|parts| async move {
            let compose = |lists: &[(usize, Option<&str>)]| {
                feedback(&lists.iter().map(|(at, token)| (&parts[*at].1, *token)).collect::<Vec<_>>())
            };
            read_lists(&self.client, parts.len(), request, compose).await
        });
        let read = join_all(read).await.into_iter().flatten();
        let mut lists: Vec<Result<FeedbackList, RemoteError>> =
            queries.iter().map(|_| Ok(FeedbackList { items: Vec::new(), complete: true })).collect();
        for ((at, _), rows) in zip(&parts, read) {
            add(&mut lists[*at], rows);
        }
        zip(lists, queries).map(|(list, query)| list.map(|list| query.take(list, most))).collect()
    }

    /// What people wrote, by the ids of feedback.
    pub async fn feedback_comments(&self, ids: &[&str]) -> BTreeMap<String, Result<FeedbackComments, RemoteError>> {
        let replies = self.client.in_batches(ids, COMMENTS, comments).await;
        zip(ids, replies).map(|(id, reply)| ((*id).to_owned(), reply.and_then(|row| written(id, row)))).collect()
    }
}

fn add(list: &mut Result<FeedbackList, RemoteError>, rows: Result<Rows<FeedbackItem>, RemoteError>) {
    match (list.as_mut(), rows) {
        (Ok(list), Ok(rows)) => {
            list.items.extend(rows.rows);
            list.complete &= rows.complete;
        }
        (Ok(_), Err(error)) => *list = Err(error),
        (Err(_), _) => {}
    }
}

impl FeedbackQuery {
    /// The same in parts that can be read side by side.
    fn parts(&self) -> Vec<Self> {
        let Some(from) = self.from.filter(|from| self.to.duration_since(*from) > LONG) else { return vec![self.clone()] };
        let step = self.to.duration_since(from) / PARTS;
        let part = |at: i32| {
            let end = if at + 1 == PARTS { self.to } else { from + step * (at + 1) };
            Self { from: Some(from + step * at), to: end, ..self.clone() }
        };
        (0..PARTS).map(part).collect()
    }

    /// What of `list` is in the window: bounds that are compared as text are a little too wide, and parts overlap by as much.
    fn take(&self, mut list: FeedbackList, most: usize) -> FeedbackList {
        list.items.retain(|item| item.edited_at <= self.to && self.from.is_none_or(|from| from <= item.edited_at));
        list.items.sort_by(|a, b| (Reverse(a.edited_at), &a.id).cmp(&(Reverse(b.edited_at), &b.id)));
        list.items.dedup_by(|a, b| a.id == b.id);
        list.complete &= list.items.len() <= most;
        list.items.truncate(most);
        list
    }

    fn variables(&self, token: Option<&str>) -> Vec<(&'static str, &'static str, Value)> {
        let key = json!({ "scorecardId": self.scorecard, "scoreId": self.score });
        let (kind, range) = match self.from {
            None => {
                ("ModelFeedbackItemByAccountScorecardScoreUpdatedAtCompositeKeyConditionInput", at_any_time(&key, "updatedAt"))
            }
            Some(from) => {
                let bound = |at: Timestamp| {
                    let mut bound = key.clone();
                    bound["editedAt"] = json!(format!("{at:.0}"));
                    bound
                };
                // Nothing is beyond the first and the last time that there is.
                let (early, late) =
                    (from.saturating_sub(SECOND).unwrap_or(from), self.to.saturating_add(SECOND).unwrap_or(self.to));
                let range = json!({ "between": [bound(early), bound(late)] });
                ("ModelFeedbackItemByAccountScorecardScoreEditedAtCompositeKeyConditionInput", range)
            }
        };
        vec![("i", "String!", json!(self.account)), ("r", kind, range), ("t", "String", json!(token))]
    }
}

/// Pages of lists that all have a window, or all have none.
fn feedback(lists: &[(&FeedbackQuery, Option<&str>)]) -> Call {
    let list = if lists.first().is_some_and(|(query, _)| query.from.is_none()) { ALL } else { EDITED };
    let field = format!("{list}, sortDirection: DESC, limit: {PAGE}, nextToken: $t) {{ ...Answers }}");
    let fields = lists.iter().map(|(query, token)| AliasedField { field: &field, variables: query.variables(*token) });
    Call::aliased("Feedback", ANSWERS, fields)
}

fn comments(ids: &[&str]) -> Call {
    let field = "getFeedbackItem(id: $i) { initialCommentValue finalCommentValue editCommentValue editorName }";
    Call::aliased("FeedbackComments", "", ids.iter().map(|id| AliasedField { field, variables: vec![("i", "ID!", json!(id))] }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FeedbackRow {
    id: Option<String>,
    item_id: Option<String>,
    initial_answer_value: Option<String>,
    final_answer_value: Option<String>,
    is_invalid: Option<bool>,
    edited_at: Option<String>,
    updated_at: Option<String>,
}

pub(super) fn item(row: Value) -> Option<(String, FeedbackItem)> {
    let row: FeedbackRow = decode(row).ok()?;
    let id = row.id.filter(|id| !id.is_empty())?;
    let item = FeedbackItem {
        id: id.clone(),
        item_id: row.item_id?,
        said: row.initial_answer_value.filter(|answer| !answer.is_empty()),
        should_be: row.final_answer_value.filter(|answer| !answer.is_empty()),
        is_invalid: row.is_invalid.unwrap_or(false),
        edited_at: row.edited_at.or(row.updated_at)?.parse().ok()?,
    };
    Some((id, item))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommentsRow {
    initial_comment_value: Option<String>,
    final_comment_value: Option<String>,
    edit_comment_value: Option<String>,
    editor_name: Option<String>,
}

fn written(id: &str, row: Value) -> Result<FeedbackComments, RemoteError> {
    if row.is_null() {
        return Err(RemoteError::Missing(format!("feedback {id}")));
    }
    let row: CommentsRow = decode(row).map_err(|fault| RemoteError::Protocol(format!("feedback {id}: {fault}")))?;
    Ok(FeedbackComments {
        explanation: text(row.initial_comment_value),
        comment: text(row.final_comment_value),
        change: text(row.edit_comment_value),
        editor: text(row.editor_name),
    })
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    let query = tests::query(Some("2026-04-01T00:00:00Z"), "2026-05-01T00:00:00Z");
    let all = FeedbackQuery { from: None, ..query.clone() };
    vec![
        feedback(&[(&query, None)]),
        feedback(&[(&query, None), (&query, Some("t"))]),
        feedback(&[(&all, None), (&all, Some("t"))]),
        comments(&["f0", "f1"]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    pub(super) fn query(from: Option<&str>, to: &str) -> FeedbackQuery {
        FeedbackQuery { account: "a".into(), scorecard: "c".into(), score: "s".into(), from: from.map(at), to: at(to) }
    }

    #[test]
    fn a_long_window_is_read_in_parts_that_cover_it() {
        let month = query(Some("2026-04-01T00:00:00Z"), "2026-05-01T00:00:00Z");
        assert_eq!(month.parts(), std::slice::from_ref(&month));
        let year = query(Some("2025-05-01T00:00:00.5Z"), "2026-05-01T00:00:00Z");
        let parts = year.parts();
        assert_eq!((parts.len(), parts[0].from, parts[3].to), (4, year.from, year.to));
        assert!(parts.windows(2).all(|pair| Some(pair[0].to) == pair[1].from));
        let all = query(None, "2026-05-01T00:00:00Z");
        assert_eq!(all.parts(), std::slice::from_ref(&all));
    }

    #[test]
    fn a_window_ends_with_time_itself() {
        let query = query(Some("-009999-01-02T01:59:59Z"), "9999-12-30T22:00:00Z");
        let range = &query.variables(None)[1].2["between"];
        assert_eq!(
            (&range[0]["editedAt"], &range[1]["editedAt"]),
            (&json!("-009999-01-02T01:59:59Z"), &json!("9999-12-30T22:00:00Z"))
        );
    }

    #[test]
    fn rows_at_the_edges_are_asked_for_however_their_time_is_written() {
        let query = query(Some("2026-04-01T00:00:00.5Z"), "2026-05-01T00:00:00Z");
        let range = &query.variables(None)[1].2["between"];
        let (low, high) = (range[0]["editedAt"].as_str().expect("a bound"), range[1]["editedAt"].as_str().expect("a bound"));
        assert_eq!((low, high), ("2026-03-31T23:59:59Z", "2026-05-01T00:00:01Z"));
        for written in
            ["2026-04-01T00:00:00.5Z", "2026-04-01T00:00:01+00:00", "2026-04-30T23:59:59.999999Z", "2026-05-01T00:00:00Z"]
        {
            assert!((low..=high).contains(&written), "{written}");
        }
        let row = |id: &str, edited: &str| {
            item(json!({"id": id, "itemId": "i", "initialAnswerValue": "Yes", "finalAnswerValue": "", "editedAt": edited}))
                .expect("a row")
                .1
        };
        let rows =
            [row("a", "2026-04-01T00:00:00.4Z"), row("b", "2026-04-01T00:00:00.5Z"), row("c", "2026-05-01T00:00:00+00:00")];
        let list = FeedbackList { items: [rows.to_vec(), rows.to_vec()].concat(), complete: true };
        let taken = query.take(list, 10);
        assert_eq!(taken.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["c", "b"], "newest first, each once");
        assert_eq!(taken.items[0].should_be, None, "no answer is no answer");
    }
}
