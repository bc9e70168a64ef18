//! What one small model is expanded to, and what the checked-in models are.

use super::*;

const NOTE: &str = r#"
"""What somebody wrote."""
type Note @model(key: ["book", "page"]) @index(key: "author", sort: ["mood", "createdAt"], name: "byMood") @index(key: "book", sort: ["line"]) {
  book: String!
  page: String!
  author: String
  mood: Mood
  line: Int!
  scores: AWSJSON
  createdAt: AWSDateTime
  answers: [Note] @hasMany(key: "author")
  answered: Note @belongsTo(key: "author")
}
"#;

/// Everything that comes of one model, in the words of the service's generated schema.
const EXPANDED: &str = r#"
"""What somebody wrote."""
type Note @model(key: ["book", "page"]) @index(key: "author", sort: ["mood", "createdAt"], name: "byMood") @index(key: "book", sort: ["line"]) {
  book: String!
  page: String!
  author: String
  mood: Mood
  line: Int!
  scores: AWSJSON
  createdAt: AWSDateTime
  updatedAt: AWSDateTime!
  answers(filter: ModelNoteFilterInput, sortDirection: ModelSortDirection, limit: Int, nextToken: String): ModelNoteConnection @hasMany(key: "author")
  answered: Note @belongsTo(key: "author")
}

type ModelNoteConnection {
  items: [Note]!
  nextToken: String
}

input CreateNoteInput {
  book: String!
  page: String!
  author: String
  mood: Mood
  line: Int!
  scores: AWSJSON
  createdAt: AWSDateTime
}

input UpdateNoteInput {
  book: String!
  page: String!
  author: String
  mood: Mood
  line: Int
  scores: AWSJSON
  createdAt: AWSDateTime
}

input DeleteNoteInput {
  book: String!
  page: String!
}

input ModelNoteFilterInput {
  book: ModelStringInput
  page: ModelStringInput
  author: ModelStringInput
  mood: ModelMoodInput
  line: ModelIntInput
  scores: ModelStringInput
  createdAt: ModelStringInput
  updatedAt: ModelStringInput
  and: [ModelNoteFilterInput]
  or: [ModelNoteFilterInput]
  not: ModelNoteFilterInput
}

input ModelNoteConditionInput {
  author: ModelStringInput
  mood: ModelMoodInput
  line: ModelIntInput
  scores: ModelStringInput
  createdAt: ModelStringInput
  updatedAt: ModelStringInput
  and: [ModelNoteConditionInput]
  or: [ModelNoteConditionInput]
  not: ModelNoteConditionInput
}

input ModelSubscriptionNoteFilterInput {
  book: ModelSubscriptionStringInput
  page: ModelSubscriptionStringInput
  author: ModelSubscriptionStringInput
  mood: ModelSubscriptionStringInput
  line: ModelSubscriptionIntInput
  scores: ModelSubscriptionStringInput
  createdAt: ModelSubscriptionStringInput
  updatedAt: ModelSubscriptionStringInput
  and: [ModelSubscriptionNoteFilterInput]
  or: [ModelSubscriptionNoteFilterInput]
}

input ModelNoteByMoodCompositeKeyConditionInput {
  eq: ModelNoteByMoodCompositeKeyInput
  le: ModelNoteByMoodCompositeKeyInput
  lt: ModelNoteByMoodCompositeKeyInput
  ge: ModelNoteByMoodCompositeKeyInput
  gt: ModelNoteByMoodCompositeKeyInput
  beginsWith: ModelNoteByMoodCompositeKeyInput
  between: [ModelNoteByMoodCompositeKeyInput]
}

input ModelNoteByMoodCompositeKeyInput {
  mood: Mood
  createdAt: AWSDateTime
}

type Query {
  getNote(book: String!, page: String!): Note
  listNotes(book: String, page: ModelStringKeyConditionInput, sortDirection: ModelSortDirection, filter: ModelNoteFilterInput, limit: Int, nextToken: String): ModelNoteConnection
  listNoteByAuthorAndMoodAndCreatedAt(author: String!, moodCreatedAt: ModelNoteByMoodCompositeKeyConditionInput, sortDirection: ModelSortDirection, filter: ModelNoteFilterInput, limit: Int, nextToken: String): ModelNoteConnection @index(key: "author", sort: ["mood", "createdAt"], name: "byMood")
  listNoteByBookAndLine(book: String!, line: ModelIntKeyConditionInput, sortDirection: ModelSortDirection, filter: ModelNoteFilterInput, limit: Int, nextToken: String): ModelNoteConnection @index(key: "book", sort: ["line"])
}

type Mutation {
  createNote(input: CreateNoteInput!, condition: ModelNoteConditionInput): Note
  updateNote(input: UpdateNoteInput!, condition: ModelNoteConditionInput): Note
  deleteNote(input: DeleteNoteInput!, condition: ModelNoteConditionInput): Note
}

type Subscription {
  onCreateNote(filter: ModelSubscriptionNoteFilterInput): Note @aws_subscribe(mutations: ["createNote"])
  onUpdateNote(filter: ModelSubscriptionNoteFilterInput): Note @aws_subscribe(mutations: ["updateNote"])
  onDeleteNote(filter: ModelSubscriptionNoteFilterInput): Note @aws_subscribe(mutations: ["deleteNote"])
}
"#;

#[test]
fn a_model_is_expanded_as_amplify_does() {
    assert_eq!(expanded(NOTE, Extent::Current).trim(), EXPANDED.trim());
}

#[test]
fn what_is_filled_in_may_be_left_out() {
    let text = expanded("type Page @model { text: String  createdAt: AWSDateTime! }", Extent::Current);
    assert!(
        text.contains("type Page @model {\n  id: ID!\n  text: String\n  createdAt: AWSDateTime!\n  updatedAt: AWSDateTime!\n}")
    );
    assert!(text.contains("input CreatePageInput {\n  id: ID\n  text: String\n  createdAt: AWSDateTime\n}"));
    assert!(text.contains("input UpdatePageInput {\n  id: ID!\n  text: String\n  createdAt: AWSDateTime\n}"));
    assert!(text.contains("getPage(id: ID!): Page") && text.contains("listPages(filter: "));
}

#[test]
fn models_that_were_retired_leave_nothing_behind() {
    let [current, older] = [Extent::Current, Extent::WithRetired].map(schema);
    let only_older: Vec<&str> =
        older.types.keys().filter(|name| !current.types.contains_key(*name)).map(|name| name.as_str()).collect();
    assert_eq!(only_older.iter().filter(|name| name.starts_with("Create")).count(), 3);
    let words = ["BatchJob", "FeedbackChangeDetail"];
    assert!(only_older.iter().all(|name| words.iter().any(|word| name.contains(word))), "{only_older:?}");
    assert!(!words.iter().any(|word| current.to_string().contains(word)));
}

#[test]
fn what_only_people_may_ask_is_kept() {
    let schema = schema(Extent::Current);
    let query = schema.get_object("Query").expect("queries");
    assert!(query.fields["getUser"].directives.has("aws_cognito_user_pools"));
}
