//! What one request may cost: depth, resolvers, bytes, tokens.

use super::{body, data, one_score, run};
use scoresync::registry::{Registry, seed};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The type of the only error of a request that was refused as a whole.
fn refused(registry: &Registry, query: &str) -> String {
    let answer = run(registry, query, Value::Null);
    assert_eq!((&answer["data"], answer["errors"].as_array().map(Vec::len)), (&Value::Null, Some(1)));
    answer["errors"][0]["errorType"].as_str().unwrap().to_owned()
}

/// A selection of so many levels.
fn nested(levels: usize) -> String {
    let inner = "section { scorecard { scores { items { ".repeat((levels - 2) / 4);
    let rest = ["id", "section { id }", "section { scorecard { id } }", "section { scorecard { scores { nextToken } } }"];
    let closing = " } } } }".repeat((levels - 2) / 4);
    format!("{{ getScore(id: \"score\") {{ {inner}{}{closing} }} }}", rest[(levels - 2) % 4])
}

#[test]
fn selections_have_a_greatest_depth() {
    let registry = one_score();
    for levels in 2..=20 {
        data(&registry, &nested(levels), Value::Null);
    }
    for levels in [21, 22, 40, 2_000] {
        assert_eq!(refused(&registry, &nested(levels)), "QueryDepthLimitReached", "{levels}");
    }
    let fragments: String = (0..30)
        .map(|at| format!("fragment F{at} on Score {{ section {{ scores {{ items {{ ...F{} }} }} }} }} ", at + 1))
        .collect();
    let hidden = format!("{{ getScore(id: \"score\") {{ ...F0 }} }} {fragments} fragment F30 on Score {{ id }}");
    assert_eq!(refused(&registry, &hidden), "QueryDepthLimitReached");
}

#[test]
fn a_request_runs_ten_thousand_resolvers_at_most() {
    let registry = Registry::in_memory().unwrap();
    let account = seed::bulk(&registry, seed::Bulk { scorecards: 1, scores_each: 30, code_bytes: 100 }).unwrap();
    let wide = |times: usize| {
        let (open, close) = ("scores { items { scorecard { ".repeat(times), " } } }".repeat(times));
        format!("{{ listScorecardByAccountId(accountId: \"{account}\") {{ items {{ {open}id{close} }} }} }}")
    };
    data(&registry, &wide(2), Value::Null);
    let began = Instant::now();
    assert_eq!(refused(&registry, &wide(4)), "ResolverExecutionLimitReached");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let aliases: String = (0..800).map(|at| format!("a{at}: getScore(id: \"x\") {{ id }} ")).collect();
    let many = run(&registry, &format!("{{ {aliases} }}"), Value::Null);
    assert_eq!(many.get("errors"), None);
}

#[test]
fn a_request_reads_and_answers_so_many_bytes_at_most() {
    let registry = one_score();
    let version = json!({"id": "v", "scoreId": "score", "configuration": "x".repeat(300_000), "isFeatured": "false"});
    seed::insert(&registry, [("ScoreVersion", version)]).unwrap();
    let read = |count: usize| -> String {
        (0..count).map(|at| format!("a{at}: getScoreVersion(id: \"v\") {{ id configuration }} ")).collect()
    };
    data(&registry, &format!("{{ {} }}", read(50)), Value::Null);
    assert_eq!(refused(&registry, &format!("{{ {} }}", read(200))), "ResolverExecutionLimitReached");
    let leaves: String = (0..1_000).map(|at| format!("a{at}: configuration ")).collect();
    assert_eq!(refused(&registry, &format!("{{ getScoreVersion(id: \"v\") {{ {leaves} }} }}")), "ResolverExecutionLimitReached");
}

#[test]
fn a_document_has_so_many_tokens_at_most() {
    let registry = one_score();
    let of = |count: usize| format!("{{ {} }}", "__typename ".repeat(count));
    data(&registry, &of(7_000), Value::Null);
    assert_eq!(refused(&registry, &of(20_000)), "BadRequestException");
    let deep = format!("{}{}", "{ a ".repeat(100_000), "}".repeat(100_000));
    assert!(registry.execute(None, &body(&deep, Value::Null)).is_ok());
}

/// A list costs what stands in it, under each name that a document gives to it.
#[test]
fn the_bytes_of_a_list_count() {
    let registry = one_score();
    let files: Vec<String> = (0..300).map(|at| format!("{at}{}", "x".repeat(1_000))).collect();
    let item = json!({"id": "item", "accountId": "acc", "isEvaluation": false, "attachedFiles": files});
    seed::insert(&registry, [("Item", item)]).unwrap();
    let read = |count: usize| -> String { (0..count).map(|at| format!("a{at}: attachedFiles ")).collect() };
    data(&registry, &format!("{{ getItem(id: \"item\") {{ {} }} }}", read(100)), Value::Null);
    let many = format!("{{ getItem(id: \"item\") {{ {} }} }}", read(1_000));
    assert_eq!(refused(&registry, &many), "ResolverExecutionLimitReached");
}

/// What tools ask for, to know every type, is answered; a few names more on each level would be answered with gigabytes.
#[test]
fn the_schema_is_told_but_not_over_and_over() {
    let registry = one_score();
    let kind = format!("kind name {}{}", "ofType { kind name ".repeat(8), "} ".repeat(8));
    let value = format!("name description type {{ {kind} }} defaultValue");
    let whole = format!(
        "query IntrospectionQuery {{ __schema {{ queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }} \
         types {{ ...FullType }} directives {{ name description locations args {{ {value} }} }} }} }} \
         fragment FullType on __Type {{ kind name description fields(includeDeprecated: true) {{ name description \
         args {{ {value} }} type {{ {kind} }} isDeprecated deprecationReason }} inputFields {{ {value} }} \
         interfaces {{ {kind} }} enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }} \
         possibleTypes {{ {kind} }} }}"
    );
    assert!(data(&registry, &whole, Value::Null)["__schema"]["types"].as_array().unwrap().len() > 50);
    let nested = |levels| {
        let (open, close) = ("fields { type { ".repeat(levels), "} } ".repeat(levels));
        format!("{{ __schema {{ types {{ {open}name {close} }} }} }}")
    };
    data(&registry, &nested(2), Value::Null);
    assert_eq!(refused(&registry, &nested(3)), "ResolverExecutionLimitReached");
    let often: String =
        (0..100).map(|at| format!("a{at}: __schema {{ types {{ fields {{ name args {{ name }} }} }} }} ")).collect();
    assert_eq!(refused(&registry, &format!("{{ {often} }}")), "ResolverExecutionLimitReached");
    let doubled: String = (0..40)
        .map(|at| format!("fragment F{at} on __Field {{ a{at}: name ...F{next} b{at}: name ...F{next} }} ", next = at + 1))
        .collect();
    let hidden = format!("{{ __schema {{ types {{ fields {{ ...F0 }} }} }} }} {doubled} fragment F40 on __Field {{ name }}");
    assert_eq!(refused(&registry, &hidden), "ResolverExecutionLimitReached");
}

/// Lists within each other are found wherever fragments lead, also a second time.
#[test]
fn fragments_hide_no_lists_of_the_schema() {
    let registry = one_score();
    let ask = |levels: usize| {
        let spreads: String = (0..=levels).map(|at| format!("...F{at} ")).collect();
        let fragment = |at| format!("fragment F{} on __Type {{ fields {{ type {{ ...F{at} }} }} }} ", at + 1);
        let fragments: String = (0..levels).map(fragment).collect();
        format!("{{ __schema {{ types {{ {spreads} }} }} }} fragment F0 on __Type {{ name }} {fragments}")
    };
    data(&registry, &ask(2), Value::Null);
    assert_eq!(refused(&registry, &ask(3)), "ResolverExecutionLimitReached");
    let values = "fields { type { inputFields { type { enumValues { name } } } } }";
    assert_eq!(refused(&registry, &format!("{{ __schema {{ types {{ {values} }} }} }}")), "ResolverExecutionLimitReached");
}

/// Each other name for what is told of the schema, and of types, tells it once more wherever it stands.
#[test]
fn names_do_not_multiply_what_is_told_of_types() {
    let registry = one_score();
    let named = |field: &str, count: usize| -> String { (0..count).map(|at| format!("a{at}: {field} ")).collect() };
    let whole = |leaves: &str| format!("{{ __schema {{ types {{ fields {{ type {{ {leaves} }} }} }} }} }}");
    data(&registry, &whole(&named("name", 20)), Value::Null);
    assert_eq!(refused(&registry, &whole(&named("name", 21))), "ResolverExecutionLimitReached");
    let above = format!("{{ __schema {{ {} }} }}", named("types { name kind fields { name } }", 5));
    assert_eq!(refused(&registry, &above), "ResolverExecutionLimitReached", "what is below a name is told under it");
    let types = named("__type(name: \"Score\") { name fields { name type { name } } }", 30);
    data(&registry, &format!("{{ {types} }}"), Value::Null);
    let score = |count| format!("{{ getScore(id: \"score\") {{ {} }} }}", named("__typename", count));
    data(&registry, &score(20), Value::Null);
    assert_eq!(refused(&registry, &score(21)), "ResolverExecutionLimitReached");
}

/// What a page says besides its items costs as they do: its token, and that an item is there.
#[test]
fn tokens_and_bare_items_count() {
    let registry = one_score();
    let version = |at: usize| {
        let (id, text) = (format!("{at}{}", "x".repeat(500)), "x".repeat(if at == 0 { 300_000 } else { 1 }));
        ("ScoreVersion", json!({"id": id, "scoreId": "score", "configuration": text, "isFeatured": "false"}))
    };
    seed::insert(&registry, (0..200).map(version)).unwrap();
    let named = |field: &str, count: usize| -> String { (0..count).map(|at| format!("a{at}:{field} ")).collect() };
    let ask = |texts: usize, pages: usize, names: &str| {
        let texts: String = (0..texts).map(|at| format!("text{at}:configuration ")).collect();
        let pages = named("versions(limit:200){...Page}", pages);
        format!(
            "{{ getScore(id: \"score\") {{ {pages} versions(limit:200) {{ items {{ {texts} }} }} }} }} \
             fragment Page on ModelScoreVersionConnection {{ {names} }}"
        )
    };
    let (tokens, items) = (named("nextToken", 1_000), named("items{__typename}", 400));
    data(&registry, &ask(1, 5, &tokens), Value::Null);
    assert_eq!(refused(&registry, &ask(1, 50, &tokens)), "ResolverExecutionLimitReached");
    data(&registry, &ask(190, 1, &items), Value::Null);
    assert_eq!(refused(&registry, &ask(190, 4, &items)), "ResolverExecutionLimitReached");
}
