//! Lists that are read page by page, several of them in one document.

use super::call::Call;
use super::client::{Client, Pages};
use super::types::RemoteError;
use super::wire::page;
use serde_json::Value;
use std::collections::HashSet;

/// Rows that one document asks for at most.
pub(super) const ROWS: usize = 2500;
/// Lists that one document asks for at most.
const LISTS: usize = 50;

/// How many lists one document asks for, where `count` rows of each are wanted.
pub(super) fn lists_per_document(count: usize) -> usize {
    (ROWS / count.max(1)).clamp(1, LISTS)
}

/// The rows of a list, in the server's order.
#[derive(Debug)]
pub(super) struct Rows<T> {
    /// Each row once; those that cannot be decoded are left out.
    pub rows: Vec<T>,
    /// The list ended there.
    pub complete: bool,
}

/// What is read of lists of one kind.
pub(super) struct ListRequest<'a, T> {
    /// What errors call it.
    pub name: &'static str,
    /// Rows that are kept of each list.
    pub most: usize,
    /// A row and its id; none if it cannot be used.
    pub decode: &'a (dyn Fn(Value) -> Option<(String, T)> + Sync),
}

/// One list, as far as it is read.
struct OpenList<T> {
    rows: Vec<T>,
    seen: HashSet<String>,
    next: Option<String>,
    pages: Pages,
    failed: Option<RemoteError>,
    is_cut: bool,
}

/// Reads `count` lists, whose pages travel together: `compose` makes the document for some of them, each with its token. A
/// page may hold less than what was asked for, because the server counts fields that it does not send; those lists are
/// asked for again.
pub(super) async fn read_lists<T, C>(
    client: &Client,
    count: usize,
    request: &ListRequest<'_, T>,
    compose: C,
) -> Vec<Result<Rows<T>, RemoteError>>
where
    T: Send + Sync,
    C: Fn(&[(usize, Option<&str>)]) -> Call + Send + Sync,
{
    let mut lists: Vec<OpenList<T>> = (0..count).map(|_| OpenList::new()).collect();
    let mut open: Vec<usize> = (0..count).collect();
    while !open.is_empty() {
        let compose = |jobs: &[usize]| {
            let wanted = jobs.iter().filter_map(|job| open.get(*job).copied());
            compose(&wanted.map(|at| (at, lists[at].next.as_deref())).collect::<Vec<_>>())
        };
        let replies = client.each(open.len(), compose).await;
        for (at, reply) in open.iter().zip(replies) {
            lists[*at].take(reply, request);
        }
        open.retain(|at| lists[*at].next.is_some());
    }
    lists.into_iter().map(OpenList::done).collect()
}

/// Reads one list: `compose` makes the document of the page that a token names.
pub(super) async fn read_list<T, C>(client: &Client, request: &ListRequest<'_, T>, compose: C) -> Result<Rows<T>, RemoteError>
where
    T: Send + Sync,
    C: Fn(Option<&str>) -> Call + Send + Sync,
{
    let compose = |lists: &[(usize, Option<&str>)]| compose(lists.first().and_then(|(_, token)| *token));
    read_lists(client, 1, request, compose).await.pop().expect("one list was asked for")
}

impl<T> OpenList<T> {
    fn new() -> Self {
        Self { rows: Vec::new(), seen: HashSet::new(), next: None, pages: Pages::default(), failed: None, is_cut: false }
    }

    /// Adds a page; afterwards there is a next token only if another page is wanted.
    fn take(&mut self, reply: Result<Value, RemoteError>, request: &ListRequest<'_, T>) {
        let taken = reply.and_then(|reply| page(request.name, reply)).and_then(|page| {
            let count = page.items.len();
            for (id, row) in page.items.into_iter().filter_map(request.decode) {
                if self.rows.len() < request.most {
                    self.rows.extend(self.seen.insert(id).then_some(row));
                } else {
                    self.is_cut |= !self.seen.contains(&id);
                }
            }
            self.pages.next(count, page.next_token)
        });
        match taken {
            Ok(next) => {
                let is_full = self.rows.len() >= request.most;
                self.is_cut |= is_full && next.is_some();
                self.next = next.filter(|_| !is_full);
            }
            Err(error) => (self.next, self.failed) = (None, Some(error)),
        }
    }

    fn done(self) -> Result<Rows<T>, RemoteError> {
        self.failed.map_or(Ok(Rows { rows: self.rows, complete: !self.is_cut }), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Pages of two rows are taken until no other one is wanted.
    fn read(pages: usize, most: usize) -> (usize, bool, usize) {
        let decode = |row: Value| Some((row["id"].as_str()?.to_owned(), row));
        let request = ListRequest { name: "the list", most, decode: &decode };
        let (mut list, mut asked) = (OpenList::new(), 0);
        loop {
            let rows: Vec<Value> = (0..2).map(|at| json!({"id": (asked * 2 + at).to_string()})).collect();
            asked += 1;
            let next = (asked < pages).then(|| asked.to_string());
            list.take(Ok(json!({"items": rows, "nextToken": next})), &request);
            if list.next.is_none() {
                break;
            }
        }
        let rows = list.done().expect("it is read");
        (rows.rows.len(), rows.complete, asked)
    }

    #[test]
    fn a_list_is_read_up_to_so_many_rows_and_says_whether_there_are_more() {
        assert_eq!(read(3, 100), (6, true, 3));
        assert_eq!(read(3, 6), (6, true, 3));
        assert_eq!(read(3, 5), (5, false, 3));
        assert_eq!(read(1_000_000, 5), (5, false, 3));
        assert_eq!(read(1_000_000, 4), (4, false, 2));
    }
}
