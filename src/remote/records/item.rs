//! `Item` and `Identifier`: calls, found by any of their names. Items are large and many, so they are never listed.

use super::reader::{Records, text};
use crate::model::{AccountId, FeedbackItem, Identifier, Item, ScoreId};
use crate::remote::call::{AliasedField, Call};
use crate::remote::lists::{ListRequest, read_list};
use crate::remote::types::RemoteError;
use crate::remote::wire::decode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Names of one kind that are read of a call.
const IDENTIFIERS: usize = 100;
/// Feedback that is read of one call.
const FEEDBACK: usize = 1_000;

/// Where a name of a call is looked for.
const PLACES: [&str; 4] = [
    "getItem(id: $i) { id accountId }",
    "getFeedbackItem(id: $i) { itemId accountId }",
    "listIdentifierByAccountIdAndValue(accountId: $a, value: $v, limit: 20) { items { itemId } }",
    "listItemByAccountIdAndExternalId(accountId: $a, externalId: $v, limit: 20) { items { id } }",
];

impl Records {
    /// The ids of the items that `name` names in this account: an id of an item or of feedback, an external id, or the value
    /// of an identifier.
    pub async fn find_items(&self, account: &AccountId, name: &str) -> Result<Vec<String>, RemoteError> {
        let compose = |jobs: &[usize]| places(account, name, jobs);
        let replies = self.client.each(PLACES.len(), compose).await;
        let mut found = BTreeSet::new();
        for reply in replies {
            found.extend(item_ids(account, reply?));
        }
        Ok(found.into_iter().collect())
    }

    /// An item without its text; none if there is no such item.
    pub async fn item(&self, id: &str) -> Result<Option<Item>, RemoteError> {
        let row: Value = self.client.one(item(id)).await?;
        if row.is_null() {
            return Ok(None);
        }
        let row: ItemRow = decode(row).map_err(|fault| RemoteError::Protocol(format!("item {id}: {fault}")))?;
        Ok(Some(row.item(id)))
    }

    /// What was said in a call.
    pub async fn item_text(&self, id: &str) -> Result<Option<String>, RemoteError> {
        let row: Value = self.client.one(item_text(id)).await?;
        Ok(row["text"].as_str().map(str::to_owned))
    }

    /// What people say of the answers to a call, with the score of each.
    pub async fn feedback_of_item(&self, id: &str) -> Result<Vec<(ScoreId, FeedbackItem)>, RemoteError> {
        let decode = |row: Value| {
            let score = row["scoreId"].as_str().map(ScoreId::from)?;
            super::feedback_item::item(row).map(|(id, item)| (id, (score, item)))
        };
        let request = ListRequest { name: "the feedback of the item", most: FEEDBACK, decode: &decode };
        let compose = |token: Option<&str>| feedback(id, token);
        Ok(read_list(&self.client, &request, compose).await?.rows)
    }
}

fn places(account: &AccountId, name: &str, jobs: &[usize]) -> Call {
    let fields = jobs.iter().map(|job| {
        let field = PLACES[*job];
        let all = [
            ("i", "ID!", json!(name)),
            ("a", "String!", json!(account)),
            ("v", "ModelStringKeyConditionInput", json!({ "eq": name })),
        ];
        let variables = all.into_iter().filter(|(letter, _, _)| field.contains(&format!("${letter}"))).collect();
        AliasedField { field, variables }
    });
    Call::aliased("Call", "", fields)
}

/// A key sees all accounts, so what is found by its id may be another one's.
fn item_ids(account: &AccountId, reply: Value) -> Vec<String> {
    let id = |row: &Value| row["itemId"].as_str().or(row["id"].as_str()).map(str::to_owned);
    match reply["items"].as_array() {
        Some(rows) => rows.iter().filter_map(id).collect(),
        None => Some(&reply).filter(|row| row["accountId"] == account.as_str()).and_then(id).into_iter().collect(),
    }
}

fn item(id: &str) -> Call {
    let query = format!(
        "query Item($id: ID!) {{ getItem(id: $id) {{ externalId attachedFiles createdAt \
         itemIdentifiers(limit: {IDENTIFIERS}) {{ items {{ name value url position }} }} }} }}"
    );
    Call::single("Item", "getItem", query, json!({ "id": id }))
}

fn item_text(id: &str) -> Call {
    let query = "query ItemText($id: ID!) { getItem(id: $id) { text } }";
    Call::single("ItemText", "getItem", query.to_owned(), json!({ "id": id }))
}

fn feedback(item: &str, token: Option<&str>) -> Call {
    let query = "query ItemFeedback($item: String!, $token: String) { listFeedbackItemByItemId(itemId: $item, limit: 100, \
                 nextToken: $token) { items { id scoreId itemId initialAnswerValue finalAnswerValue isInvalid editedAt updatedAt } \
                 nextToken } }";
    Call::single("ItemFeedback", "listFeedbackItemByItemId", query.to_owned(), json!({ "item": item, "token": token }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemRow {
    external_id: Option<String>,
    attached_files: Option<Vec<Option<String>>>,
    created_at: Option<String>,
    item_identifiers: Option<IdentifierPage>,
}

#[derive(Deserialize)]
struct IdentifierPage {
    items: Vec<Option<IdentifierRow>>,
}

#[derive(Deserialize)]
struct IdentifierRow {
    name: Option<String>,
    value: Option<String>,
    url: Option<String>,
    position: Option<i64>,
}

impl ItemRow {
    fn item(self, id: &str) -> Item {
        let mut names: Vec<IdentifierRow> =
            self.item_identifiers.map(|page| page.items).unwrap_or_default().into_iter().flatten().collect();
        names.sort_by_key(|row| row.position);
        let named = |row: IdentifierRow| Some(Identifier { name: row.name?, value: row.value?, url: text(row.url) });
        Item {
            id: id.to_owned(),
            external_id: text(self.external_id),
            created_at: self.created_at.and_then(|at| at.parse().ok()),
            files: self.attached_files.unwrap_or_default().into_iter().flatten().collect(),
            identifiers: names.into_iter().filter_map(named).collect(),
        }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Call> {
    let account = AccountId::from("a");
    let places = [&[0, 1, 2, 3][..], &[2]].map(|jobs| places(&account, "4711", jobs));
    places.into_iter().chain([item("i"), item_text("i"), feedback("i", Some("t"))]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_another_account_is_not_found() {
        let account = AccountId::from("a");
        let ids = |reply: Value| item_ids(&account, reply);
        assert_eq!(ids(json!({"id": "i", "accountId": "a"})), ["i"]);
        assert_eq!(ids(json!({"itemId": "i", "accountId": "a"})), ["i"], "the item of feedback");
        assert_eq!(ids(json!({"id": "i", "accountId": "other"})), [] as [&str; 0]);
        assert_eq!(ids(Value::Null), [] as [&str; 0]);
        assert_eq!(ids(json!({"items": [{"itemId": "i"}, null, {"itemId": "j"}]})), ["i", "j"]);
    }
}
