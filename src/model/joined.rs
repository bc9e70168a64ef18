//! [`joined`]: sets that have to do with each other.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// The sets that have a member in common, one with the next, by their numbers; a set without such a neighbour is alone.
pub fn joined<T: Eq + Hash, S: IntoIterator<Item = T>>(sets: impl IntoIterator<Item = S>) -> Vec<Vec<usize>> {
    let (mut parents, mut first_with): (Vec<usize>, HashMap<T, usize>) = (Vec::new(), HashMap::new());
    for (number, set) in sets.into_iter().enumerate() {
        parents.push(number);
        for member in set {
            let [one, other] = [*first_with.entry(member).or_insert(number), number].map(|set| root(&mut parents, set));
            parents[one.max(other)] = one.min(other);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for number in 0..parents.len() {
        groups.entry(root(&mut parents, number)).or_default().push(number);
    }
    groups.into_values().collect()
}

/// The first set of a group. The way to it is made shorter, so that a long chain is not gone through for each of its sets.
fn root(parents: &mut [usize], mut set: usize) -> usize {
    while parents[set] != set {
        parents[set] = parents[parents[set]];
        set = parents[set];
    }
    set
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn sets_with_a_member_in_common_are_together() {
        // 0 and 1 swap; 2 and 4 are joined by 5; 3 is alone, and so is one without members.
        let sets = [&[0, 1][..], &[1, 0], &[2, 3], &[9], &[4, 5], &[3, 4], &[]];
        assert_eq!(joined(sets), [&[0, 1][..], &[2, 4, 5], &[3], &[6]]);
        assert_eq!(joined::<u8, [u8; 0]>([]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn a_long_chain_is_one_group() {
        let count = 200_000;
        assert_eq!(joined((0..count).map(|at| [at, at + 1])).len(), 1);
        assert_eq!(joined((0..count).rev().map(|at| [at, at + 1])).len(), 1);
        // First every other link, then what joins them.
        let links = (0..count).step_by(2).chain((1..count).step_by(2));
        assert_eq!(joined(links.map(|at| [at, at + 1])).len(), 1);
    }
}
