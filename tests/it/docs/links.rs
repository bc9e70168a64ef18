//! Every relative link and anchor leads somewhere, and the table of contents has every page.

use super::pages::{Page, docs, published};
use std::collections::BTreeSet;
use std::path::Path;

/// The documents beside the README.
const TOP: [&str; 4] = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];

/// The targets of a page's links.
fn links(page: &Page) -> Vec<String> {
    let prose = page.prose();
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:")).map(str::to_owned).collect()
}

/// The anchor of a heading, as GitHub and mdBook make it.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    heading.to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// `target` as seen from the folder of `page`, without `..`; none if it leaves the repository.
fn resolved(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Why a link leads nowhere.
fn wrong(page: &Page, link: &str) -> Option<String> {
    let (target, fragment) = link.split_once('#').map_or((link, None), |(target, fragment)| (target, Some(fragment)));
    let path = if target.is_empty() { page.path.clone() } else { resolved(&page.path, target)? };
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join(&path).exists() {
        return Some(format!("{}: {link}: there is no {path}", page.path));
    }
    // The book is built from docs alone.
    if page.path.starts_with("docs/") && !path.starts_with("docs/") {
        return Some(format!("{}: {link} leads out of the book", page.path));
    }
    let fragment = fragment?;
    let there = Page::read(&path).headings().iter().any(|(_, heading)| anchor(heading) == fragment);
    (!there).then(|| format!("{}: {link}: {path} has no such heading", page.path))
}

#[test]
fn links_lead_somewhere() {
    let pages = published().into_iter().chain(TOP.map(Page::read)).chain([Page::read("docs/SUMMARY.md")]);
    let wrong: Vec<String> =
        pages.flat_map(|page| links(&page).into_iter().filter_map(move |link| wrong(&page, &link))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_of_contents_has_every_page_once() {
    let summary = Page::read("docs/SUMMARY.md");
    let listed: Vec<String> = links(&summary).iter().filter_map(|link| resolved(&summary.path, link)).collect();
    let once: BTreeSet<&String> = listed.iter().collect();
    assert_eq!(once.len(), listed.len(), "a page stands there twice: {listed:?}");
    let pages = docs();
    assert_eq!(once, pages.iter().collect(), "docs/SUMMARY.md lists other pages than there are");
}

#[test]
fn an_anchor_is_made_of_words() {
    assert_eq!(anchor("What `pull` does, and why"), "what-pull-does-and-why");
    assert_eq!(anchor("GUARD_ROOT_EMPTIED"), "guard_root_emptied");
    assert_eq!(resolved("docs/guides/a.md", "../b.md").as_deref(), Some("docs/b.md"));
    assert_eq!(resolved("README.md", "../b.md"), None);
}
