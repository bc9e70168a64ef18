//! Runs a function over a slice on several threads.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Threads for work that the processor or the page cache bounds.
fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(8)
}

/// Files that one thread looks at sooner than a second one would have begun.
const FEW: usize = 64;

/// Threads for work on so many files that the processor or the page cache bounds.
pub(super) fn threads_for(files: usize) -> usize {
    if files < FEW { 1 } else { processors() }
}

/// `f` of every item, in order, on all processors.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map(items, processors(), 16, f)
}

/// `f` of every item, in order. Threads take `chunk` items at a time, so that a slow one does not hold up the rest.
pub(super) fn map<T: Sync, R: Send>(items: &[T], threads: usize, chunk: usize, f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let chunks: Vec<&[T]> = items.chunks(chunk).collect();
    if threads < 2 || chunks.len() < 2 {
        return items.iter().map(f).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(chunk) = chunks.get(at) else { return done };
            done.push((at, chunk.iter().map(&f).collect::<Vec<R>>()));
        }
    };
    let mut done: Vec<(usize, Vec<R>)> = thread::scope(|scope| {
        // This thread is one of them.
        let workers: Vec<_> = (1..threads.min(chunks.len())).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        let others = workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        done.extend(others);
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        for (threads, chunk) in [(1, 10), (4, 7), (8, 2000), (16, 1)] {
            let doubled = map(&items, threads, chunk, |n| n * 2);
            assert!(doubled.iter().copied().eq((0..1000).map(|n| n * 2)), "{threads} threads, {chunk} at a time");
        }
        assert!(map(&[] as &[usize], 4, 1, |n| *n).is_empty());
    }
}
