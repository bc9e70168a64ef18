//! Where the file system cannot exchange two files: what holds of scores that get each other's names holds there, too. Their tests
//! run once more, in a process that is told by every exchange that there is no such thing.

use crate::effects::{can_count, with_effects};
use std::process::Command;

/// All but those that say that a file which moves is the same one, or that begin in the middle of several exchanges.
const HOLDS: &[&str] = &[
    "dead_moves::a_circle_that_is_written_and_dies_between_two_files_is_finished_by_the_next_run",
    "moves::an_undo_brings_back_what_was_renamed_and_changed",
    "moves::files_that_are_moved_already_are_taken_for_what_they_are",
    "moves::names_that_are_swapped_take_their_edits_along_in_one_pull",
    "moves::names_that_go_round_or_are_handed_on_move_in_one_pull",
    "moves::scorecards_that_swap_names_and_names_that_change_by_case_move_too",
    "moves::what_is_in_the_way_stays_and_so_does_what_waits_for_it",
    "interlocked::a_save_after_an_undo_that_died_at_its_end_turns_nothing_back",
    "interlocked::an_undo_that_cannot_write_one_file_takes_none_back_until_it_can",
    "interlocked::what_somebody_does_while_a_pull_moves_files_stays_as_it_is",
    "interlocked::a_save_between_the_files_of_an_undo_stays_with_its_score",
];

#[test]
fn scores_get_each_others_names_where_files_cannot_be_exchanged() {
    if !can_count() {
        return;
    }
    let mut tests = Command::new(std::env::current_exe().expect("this program"));
    let ran = with_effects(&mut tests).env("EFFECTS_APART", "1").arg("--exact").args(HOLDS).output().expect("it starts");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains(&format!("{} passed", HOLDS.len())), "{said}");
}
