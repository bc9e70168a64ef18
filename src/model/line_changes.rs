//! [`line_changes`]: what two texts have in common, line by line, in bounded time.
//!
//! Comparing takes more than twice as long for twice as many lines. No text that the dashboard stores has as many lines as are
//! compared, but a file may have: what differs in it is then one change.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::hash::Hash;

/// The most lines of two texts that are compared, without those that both begin and end with.
const MOST_LINES: usize = 400_000;

/// The runs of lines that are the same and that are not, in their order.
pub fn line_changes<T: Hash + Ord>(algorithm: Algorithm, old: &[T], new: &[T]) -> Vec<DiffOp> {
    up_to(MOST_LINES, algorithm, old, new)
}

fn up_to<T: Hash + Ord>(most: usize, algorithm: Algorithm, old: &[T], new: &[T]) -> Vec<DiffOp> {
    let Some(changes) = whole(most, old, new) else { return capture_diff_slices(algorithm, old, new) };
    changes.into_iter().filter(|change| !change.old_range().is_empty()).collect()
}

/// What two texts begin with, what differs, and what they end with, if `most` lines do not hold what differs.
fn whole<T: PartialEq>(most: usize, old: &[T], new: &[T]) -> Option<[DiffOp; 3]> {
    let above = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[above..], &new[above..]);
    let below = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_len, new_len) = (old_rest.len() - below, new_rest.len() - below);
    let is_too_much = old_len + new_len > most && old_len.min(new_len) > 0;
    is_too_much.then_some([
        DiffOp::Equal { old_index: 0, new_index: 0, len: above },
        DiffOp::Replace { old_index: above, old_len, new_index: above, new_len },
        DiffOp::Equal { old_index: above + old_len, new_index: above + new_len, len: below },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(0_u8..4, 0..24)
    }

    proptest! {
        #[test]
        fn changes_make_the_new_text_of_the_old_one_whatever_the_limit(old in lines(), new in lines(), most in 0_usize..60) {
            let changes = up_to(most, Algorithm::Myers, &old, &new);
            let (mut at, mut made) = (0, Vec::new());
            for change in &changes {
                prop_assert_eq!(change.old_range().start, at);
                at = change.old_range().end;
                if let DiffOp::Equal { .. } = change {
                    prop_assert_eq!(&old[change.old_range()], &new[change.new_range()]);
                }
                made.extend_from_slice(&new[change.new_range()]);
            }
            prop_assert_eq!((at, made), (old.len(), new));
        }
    }

    #[test]
    fn what_differs_in_too_many_lines_is_one_change() {
        let count = |old: &[u8], new: &[u8]| {
            let changes = up_to(6, Algorithm::Myers, old, new);
            changes.iter().filter(|change| !matches!(change, DiffOp::Equal { .. })).count()
        };
        assert_eq!(count(b"aBcDgg", b"abcdgg"), 2, "three lines of each between `a` and `gg`");
        assert_eq!(count(b"aBcdEgg", b"abcdegg"), 1, "four lines of each");
        assert_eq!(count(&[b'a'; 100], &[b'a'; 90]), 1, "nothing replaces what is gone");
        let [old, new] = [b"aX", b"bX"].map(|pair| pair.repeat(MOST_LINES / 4 + 1));
        let changes = line_changes(Algorithm::Myers, &old, &new);
        assert_eq!(changes.len(), 2, "what differs, and the last line");
    }
}
