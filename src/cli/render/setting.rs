//! A setting with its value and where that comes from.

use super::table::beside;
use super::view::View;
use crate::cli::text::plain;
use crate::cli::ui::{BOLD, DIM, columns, wrapped};

/// Width of the column of names.
const NAMES: usize = 14;

/// On one line if there is room, else with the source below.
pub fn setting(view: View<'_>, name: &str, value: &str, source: &str) -> String {
    let name = format!("{}  ", view.styler.apply(BOLD, format_args!("{name:NAMES$}")));
    let (before, value) = (NAMES + 2, plain(value));
    if source.is_empty() {
        return beside(&name, before, &value, view.width);
    }
    let source = format!("({})", plain(source));
    let dim = |text: &str| view.styler.apply(DIM, text);
    match view.width.filter(|width| before + columns(&value) + 2 + columns(&source) > *width) {
        None => format!("{name}{value}  {}\n", dim(&source)),
        Some(width) => {
            let room = width.saturating_sub(before);
            let lines = wrapped(&source, room, room);
            let below: String = lines.iter().map(|line| format!("{:before$}{}\n", "", dim(line))).collect();
            beside(&name, before, &value, view.width) + &below
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::ui::Styler;
    use std::path::Path;

    #[test]
    fn a_source_that_has_no_room_stands_below() {
        let view = |width| View { styler: Styler::PLAIN, verbose: false, quiet: false, width, root: Path::new("") };
        let shown = |width| setting(view(width), "workspace", "/home/ann/work", "a file of this workspace");
        assert_eq!(shown(None), "workspace       /home/ann/work  (a file of this workspace)\n");
        assert_eq!(shown(Some(58)), shown(None));
        let below = "workspace       /home/ann/work\n                (a file of this\n                workspace)\n";
        assert_eq!(shown(Some(32)), below);
    }
}
