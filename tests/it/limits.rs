//! Whatever a server, a file or git says, it costs bounded memory and time: each limit, and the test that fails without it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A file of `src`, its limits, and the test that holds them: a file and a function.
type Held = (&'static str, &'static [&'static str], (&'static str, &'static str));

const HELD: &[Held] = &[
    ("check/collector.rs", &["MAX_CHARS"], ("tests/it/check/laws.rs", "hostile_texts_are_bounded")),
    ("check/collector.rs", &["MAX_PER_RULE"], ("tests/it/check/cases.rs", "one_rule_cannot_flood_a_report")),
    ("check/loaders/construct.rs", &["MAX_DIGITS"], ("src/check/loaders/construct.rs", "numbers_are_those_of_python")),
    ("check/loaders/scanner.rs", &["MAX_KEY"], ("tests/it/check/loaders.rs", "the_check_refuses_what_a_loader_refuses")),
    ("check/rules/fields.rs", &["MOST_UNKNOWN"], ("tests/it/growth.rs", "checking_grows_with_the_document")),
    ("check/score.rs", &["NEAR_PAIR_BYTES"], ("tests/it/check/cases.rs", "pairs_near_and_over_the_limit_are_found")),
    (
        "check/standalone/data_source.rs",
        &["MOST_UNKNOWN"],
        ("tests/it/check/standalone.rs", "a_long_document_is_read_once_and_one_rule_cannot_flood_a_report"),
    ),
    (
        "cli/commands/hook/push.rs",
        &["COMMIT_TIMEOUT"],
        ("tests/it/cli/hook.rs", "post_commit_waits_for_no_dashboard_that_does_not_answer"),
    ),
    ("cli/commands/hook/push.rs", &["MAX_NAMED"], ("tests/it/cli/hook.rs", "post_commit_names_a_few_files_and_not_many")),
    (
        "cli/commands/hook/push.rs",
        &["MOST_INPUT"],
        ("tests/it/cli/hook.rs", "what_git_says_is_read_up_to_a_limit_and_never_by_half"),
    ),
    ("model/backoff.rs", &["MAX_DOUBLINGS"], ("src/model/backoff.rs", "the_limit_doubles_up_to_the_longest")),
    ("model/feedback.rs", &["MAX_LABELS"], ("src/model/feedback.rs", "more_labels_than_anybody_looks_at_make_no_table")),
    ("model/line_changes.rs", &["MOST_LINES"], ("src/model/line_changes.rs", "what_differs_in_too_many_lines_is_one_change")),
    ("model/names.rs", &["MAX_STEM"], ("src/model/names.rs", "long_names_are_cut_and_stay_distinct")),
    ("model/outline/change.rs", &["MOST_NAMED", "MOST_PATH"], ("src/model/outline/change.rs", "many_parts_are_counted")),
    ("model/outline/path.rs", &["MOST_NAME"], ("src/model/outline/path.rs", "long_and_hostile_names_are_cut_and_tamed")),
    ("model/suggest.rs", &["MAX_CHARS"], ("src/model/suggest.rs", "only_close_names_are_suggested")),
    ("model/version.rs", &["MAX_ITEM_BYTES"], ("tests/it/contract/writes.rs", "what_does_not_fit_is_not_sent")),
    ("model/version.rs", &["MAX_PAIR_BYTES"], ("tests/it/cli/bad_files.rs", "a_document_that_is_too_large_is_not_sent")),
    ("model/yaml.rs", &["MAX_DEPTH", "MAX_NODES", "MAX_MERGES"], ("src/model/yaml.rs", "hostile_documents_stay_bounded")),
    ("registry/budget.rs", &["MAX_TOKENS"], ("tests/it/registry/limits.rs", "a_document_has_so_many_tokens_at_most")),
    ("registry/budget.rs", &["MAX_SCHEMA_FIELDS"], ("tests/it/registry/limits.rs", "the_schema_is_told_but_not_over_and_over")),
    ("registry/budget.rs", &["MAX_SCHEMA_NAMES"], ("tests/it/registry/limits.rs", "names_do_not_multiply_what_is_told_of_types")),
    ("registry/budget.rs", &["MAX_SCHEMA_LISTS"], ("tests/it/registry/limits.rs", "fragments_hide_no_lists_of_the_schema")),
    ("registry/budget.rs", &["MAX_DEPTH"], ("tests/it/registry/limits.rs", "selections_have_a_greatest_depth")),
    ("registry/budget.rs", &["MAX_RESOLVERS"], ("tests/it/registry/limits.rs", "a_request_runs_ten_thousand_resolvers_at_most")),
    (
        "registry/budget.rs",
        &["MAX_BYTES", "PLACE_BYTES"],
        ("tests/it/registry/limits.rs", "a_request_reads_and_answers_so_many_bytes_at_most"),
    ),
    (
        "registry/http.rs",
        &["CLOSE_TIMEOUT"],
        ("tests/it/registry/http.rs", "it_stops_when_told_and_requests_without_end_do_not_keep_it"),
    ),
    ("registry/http.rs", &["READ_BYTES"], ("tests/it/registry/http.rs", "a_body_without_end_is_refused_before_it_is_read")),
    ("registry/page.rs", &["PAGE_BYTES"], ("tests/it/registry/reading.rs", "a_page_is_cut_at_one_megabyte")),
    (
        "registry/realtime/socket.rs",
        &["CLOSE_TIMEOUT"],
        ("tests/it/registry/realtime.rs", "who_is_put_out_and_does_not_go_is_cut_off"),
    ),
    (
        "registry/realtime/upgrade.rs",
        &["FRAME_BYTES", "MAX_WRITE_BYTES"],
        ("tests/it/registry/realtime.rs", "a_subscriber_that_does_not_read_does_not_keep_the_server_from_stopping"),
    ),
    ("registry/request.rs", &["CACHED_BYTES"], ("src/registry/request.rs", "documents_are_kept_up_to_a_number_and_a_size")),
    ("registry/service.rs", &["BODY_BYTES"], ("tests/it/registry/errors.rs", "a_body_over_ten_megabytes_is_413")),
    ("registry/write.rs", &["ITEM_BYTES"], ("tests/it/registry/writing.rs", "an_item_may_have_409600_bytes_and_no_more")),
    (
        "remote/client.rs",
        &["MAX_PAGES", "MAX_ROWS", "MAX_TOKEN"],
        ("src/remote/client.rs", "a_list_ends_however_its_server_goes_on"),
    ),
    ("remote/event.rs", &["MAX_ID"], ("src/remote/event.rs", "the_event_of_a_mutation_names_its_score_where_that_is_known")),
    ("remote/http.rs", &["MAX_REPLY"], ("tests/it/contract/http.rs", "a_reply_larger_than_any_real_one_is_not_read_to_its_end")),
    ("remote/http.rs", &["REQUEST_TIMEOUT"], ("tests/it/contract/http.rs", "a_reply_that_drips_is_given_up")),
    ("remote/memory.rs", &["CAPACITY"], ("src/remote/memory.rs", "a_slow_listener_is_told_to_look_at_everything")),
    (
        "remote/net.rs",
        &["CONNECT_TIMEOUT"],
        ("src/remote/net.rs", "a_server_that_takes_a_connection_and_says_nothing_is_given_up_soon"),
    ),
    (
        "remote/net.rs",
        &["PING_TIMEOUT"],
        ("src/remote/net.rs", "a_connection_that_answers_no_ping_is_lost_long_before_its_requests_are_given_up"),
    ),
    ("remote/probe.rs", &["TIMEOUT"], ("src/remote/probe.rs", "a_dashboard_that_says_nothing_is_left_with_ten_questions")),
    (
        "remote/probe.rs",
        &["MAX_RETRY_AFTER"],
        ("src/remote/probe.rs", "a_dashboard_that_asks_for_a_day_is_asked_again_after_minutes"),
    ),
    (
        "remote/realtime/coalescing.rs",
        &["CAPACITY"],
        ("src/remote/realtime/coalescing.rs", "what_a_slow_listener_misses_becomes_one_event_and_the_latest_of_the_connection"),
    ),
    (
        "remote/realtime/connect.rs",
        &["FRAME_BYTES"],
        ("src/remote/realtime/connection.rs", "hostile_frames_are_ignored_or_end_the_connection"),
    ),
    (
        "remote/realtime/connect.rs",
        &["WRITE_BYTES", "MAX_WRITE_BYTES"],
        ("src/remote/realtime/connect.rs", "a_server_that_sends_pings_and_never_reads_fills_no_memory"),
    ),
    (
        "remote/realtime/connect.rs",
        &["MAX_RETRY_AFTER"],
        ("src/remote/realtime/connect.rs", "a_busy_server_is_left_alone_for_so_long_at_most"),
    ),
    (
        "remote/realtime/connection.rs",
        &["START_TIMEOUT"],
        ("src/remote/realtime/connection.rs", "a_refusal_before_or_after_the_start_is_the_end"),
    ),
    ("remote/realtime/frames.rs", &["TIMEOUT"], ("src/remote/realtime/frames.rs", "each_frame_is_understood")),
    (
        "remote/realtime/supervisor.rs",
        &["OPEN_TIMEOUT"],
        ("src/remote/realtime/supervisor.rs", "a_socket_that_does_not_open_is_given_up"),
    ),
    ("remote/records/evaluation.rs", &["MAX_EVALUATIONS"], LISTS),
    ("remote/records/report.rs", &["MAX_TEMPLATES", "MAX_PARTS"], LISTS),
    ("remote/records/score_result.rs", &["MAX_EVALUATED"], LISTS),
    ("remote/records/scoring_job.rs", &["MAX_JOBS"], LISTS),
    ("remote/records/task.rs", &["MAX_TASKS"], LISTS),
    ("remote/reply.rs", &["MAX_WORDS"], ("src/remote/reply.rs", "a_server_has_so_many_words_at_most")),
    ("remote/run_task/rows.rs", &["MOST_COMMAND"], ("tests/it/contract/run_task.rs", "a_long_command_is_shown_by_its_beginning")),
    ("remote/standalone/data_source.rs", &["MOST"], LISTS),
    (
        "remote/standalone/documents.rs",
        &["MOST_VERSIONS"],
        ("tests/it/contract/standalone.rs", "versions_without_end_are_read_up_to_ten_thousand"),
    ),
    ("remote/standalone/report_configuration.rs", &["MOST"], LISTS),
    ("remote/versions.rs", &["MAX_TEXTS", "MAX_HELD"], ("src/remote/versions.rs", "texts_have_limits_one_by_one_and_together")),
    (
        "settings/project.rs",
        &["MOST_CONCURRENCY", "MOST_RUNS", "MOST_ITEMS"],
        ("src/settings/tests.rs", "numbers_have_a_greatest_value"),
    ),
    ("settings/read.rs", &["MOST"], ("src/settings/tests.rs", "a_file_without_an_end_is_an_error")),
    ("watch/event_queue.rs", &["CAPACITY"], ("src/watch/event_queue.rs", "more_than_it_holds_becomes_look_at_everything")),
    ("whole_file.rs", &["MAX_BYTES"], ("src/whole_file.rs", "a_file_is_read_up_to_its_greatest_size")),
    ("model/file.rs", &["MAX_FILE_BYTES"], ("tests/it/workspace.rs", "a_broken_file_costs_only_itself")),
];

/// Where lists are read, none is read further than is asked for.
const LISTS: (&str, &str) = ("src/remote/lists.rs", "a_list_is_read_up_to_so_many_rows_and_says_whether_there_are_more");

/// Rooms that read what others wrote, and one file of another room.
const LIMITED: &[&str] =
    &["check", "model", "registry", "remote", "settings", "watch", "whole_file.rs", "workspace", "cli/commands/hook/push.rs"];

/// The name of a constant is that of a limit.
fn is_limit(name: &str) -> bool {
    let (first, last) = (name.split('_').next(), name.rsplit('_').next());
    matches!(first, Some("MAX" | "MOST")) || matches!(last, Some("BYTES" | "TIMEOUT" | "CAPACITY"))
}

/// The limits of a file: constants outside of its tests.
fn limits(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let names = code.lines().filter_map(|line| line.trim().split_once("const ")?.1.split_once(':').map(|(name, _)| name));
    names.filter(|name| is_limit(name) && !name.contains(' '))
}

fn sources(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_file() {
        found.push(path.to_owned());
    }
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        sources(&entry.path(), found);
    }
}

#[test]
fn every_limit_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    LIMITED.iter().for_each(|room| sources(&root.join("src").join(room), &mut files));
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut found = BTreeSet::new();
    for path in files.iter().filter(|path| !path.ends_with("settings/tests.rs")) {
        let file = path.strip_prefix(root.join("src")).expect("below src").to_string_lossy().into_owned();
        found.extend(limits(&read(path)).map(|name| (file.clone(), name.to_owned())));
    }
    let of = |(file, names, _): &Held| names.iter().map(|name| ((*file).to_owned(), (*name).to_owned())).collect::<Vec<_>>();
    let told: BTreeSet<(String, String)> = HELD.iter().flat_map(of).collect();
    let only = |some: &BTreeSet<_>, others| some.difference(others).cloned().collect::<Vec<_>>();
    assert_eq!(only(&found, &told), [], "limits in the code that are not in this table");
    assert_eq!(only(&told, &found), [], "limits in this table that are not in the code");
    for (_, names, (file, test)) in HELD {
        assert!(read(&root.join(file)).contains(&format!("fn {test}(")), "{names:?}: {file} has a test {test}");
    }
}
