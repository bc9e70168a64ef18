//! A lineage as lines beside a list: which version was made from which. Pure: from row numbers to characters.
//!
//! Rows come children first. Every version has at most one parent, so that two lines which lead to the same parent can be
//! joined at once: there are never more columns than there are parents still to come.

/// What is drawn beside one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Beside the row's first line.
    pub head: String,
    /// Beside its further lines.
    pub body: String,
    /// A line of its own below, where this row's line joins another one.
    pub joint: Option<String>,
}

/// A row to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct GraphNode {
    /// How it looks.
    pub glyph: char,
    /// The row of its parent; rows that are not below it are no parents.
    pub parent: Option<usize>,
}

/// The lines beside `nodes`.
pub fn graph(nodes: &[GraphNode]) -> Vec<Drawn> {
    let mut columns: Vec<Option<usize>> = Vec::new();
    nodes.iter().enumerate().map(|(row, node)| draw(&mut columns, row, *node, nodes.len())).collect()
}

/// Draws one row; each column waits for the row that it leads to.
fn draw(columns: &mut Vec<Option<usize>>, row: usize, node: GraphNode, rows: usize) -> Drawn {
    let at = columns.iter().position(|column| *column == Some(row)).unwrap_or_else(|| free(columns));
    columns[at] = None;
    let head = line(columns, |column| if column == at { Some(node.glyph) } else { None });
    let parent = node.parent.filter(|parent| (row + 1..rows).contains(parent));
    let other = parent.and_then(|parent| columns.iter().position(|column| *column == Some(parent)));
    columns[at] = parent;
    let body = line(columns, |_| None);
    let joint = other.map(|other| {
        let (left, right) = (at.min(other), at.max(other));
        (columns[left], columns[right]) = (parent, None);
        joint(columns, left, right)
    });
    let used = columns.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    columns.truncate(used);
    Drawn { head, body, joint }
}

/// The first column that leads nowhere.
fn free(columns: &mut Vec<Option<usize>>) -> usize {
    columns.iter().position(Option::is_none).unwrap_or_else(|| {
        columns.push(None);
        columns.len() - 1
    })
}

/// One line: what `at` puts into a column, else the line that passes there.
fn line(columns: &[Option<usize>], at: impl Fn(usize) -> Option<char>) -> String {
    let character = |(column, leads): (usize, &Option<usize>)| at(column).unwrap_or(if leads.is_some() { '│' } else { ' ' });
    let characters: Vec<String> = columns.iter().enumerate().map(|column| character(column).to_string()).collect();
    characters.join(" ").trim_end().to_owned()
}

/// The line on which the column `right` ends in the column `left`.
fn joint(columns: &[Option<usize>], left: usize, right: usize) -> String {
    let mut text = String::new();
    for (column, leads) in columns.iter().enumerate() {
        text.push(match column {
            _ if column == left => '├',
            _ if column == right => '╯',
            _ if (left..right).contains(&column) => {
                if leads.is_some() {
                    '┼'
                } else {
                    '─'
                }
            }
            _ if leads.is_some() => '│',
            _ => ' ',
        });
        text.push(if (left..right).contains(&column) { '─' } else { ' ' });
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows `name<parent`, children first.
    fn drawn(words: &str) -> String {
        let words: Vec<(&str, &str)> = words.split_whitespace().map(|word| word.split_once('<').unwrap_or((word, ""))).collect();
        let node = |(name, parent): &(&str, &str)| GraphNode {
            glyph: name.chars().next().expect("a name"),
            parent: words.iter().position(|(name, _)| name == parent),
        };
        let mut text = String::new();
        for row in graph(&words.iter().map(node).collect::<Vec<_>>()) {
            text += &format!("{}\n{}\n", row.head, row.body);
            text.extend(row.joint.map(|joint| joint + "\n"));
        }
        text
    }

    #[test]
    fn a_line_goes_down() {
        assert_eq!(drawn("c<b b<a a"), "c\n│\nb\n│\na\n\n");
        assert_eq!(drawn(""), "");
    }

    #[test]
    fn forks_join_as_soon_as_they_can() {
        insta::assert_snapshot!(drawn("e<a d<a c<b b<a a"), @r"
        e
        │
        │ d
        │ │
        ├─╯
        │ c
        │ │
        │ b
        │ │
        ├─╯
        a
        ");
    }

    #[test]
    fn a_join_crosses_what_passes_and_fills_what_is_free() {
        insta::assert_snapshot!(drawn("f<a e<b d<c g<a c b a"), @r"
        f
        │
        │ e
        │ │
        │ │ d
        │ │ │
        │ │ │ g
        │ │ │ │
        ├─┼─┼─╯
        │ │ c
        │ │
        │ b
        │
        a
        ");
    }

    #[test]
    fn many_forks_of_one_version_need_two_columns() {
        let forks: String = (0..50).map(|_| "f<a ").collect();
        assert!(drawn(&(forks + "a")).lines().all(|line| line.chars().count() <= 3));
    }

    #[test]
    fn a_lineage_that_is_broken_just_ends() {
        assert_eq!(drawn("c<lost b a<a"), "c\n\nb\n\na\n\n");
        // Parents that are not below: a circle.
        assert_eq!(drawn("b<a a<b"), "b\n│\na\n\n");
    }

    #[test]
    fn a_column_that_became_free_is_used_again() {
        insta::assert_snapshot!(drawn("d<a x e<a a"), @r"
        d
        │
        │ x
        │
        │ e
        │ │
        ├─╯
        a
        ");
    }
}
