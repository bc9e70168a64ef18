//! Braces of Jinja templates: what is opened is closed.

use super::prose::{Prose, scalars};
use crate::check::collector::Collector;
use crate::check::raw::end_of_raw;
use crate::check::rule::Rule;
use crate::model::yaml::Tree;
use std::ops::Range;

/// Statements that have an end of their own.
const BLOCKS: [&str; 7] = ["if", "for", "macro", "call", "filter", "raw", "with"];

/// Checks every text, and in programs every long string, which is where Lua keeps its templates.
pub fn check(tree: &Tree<'_>, collector: &mut Collector<'_>) {
    for (id, is_program) in scalars(tree) {
        let Some(prose) = Prose::of(tree, id).filter(|prose| prose.text.contains(['{', '}'])) else { continue };
        let mut check = |part: Range<usize>| {
            if let Some((at, message, fix)) = unbalanced(&prose.text[part.clone()]) {
                collector.add(Rule::Template, prose.place(part.start + at.start..part.start + at.end), message, fix);
            }
        };
        if is_program { long_strings(prose.text).into_iter().for_each(check) } else { check(0..prose.text.len()) }
    }
}

/// What stands between `[[` and `]]`.
fn long_strings(program: &str) -> Vec<Range<usize>> {
    let (mut strings, mut at) = (Vec::new(), 0);
    while let Some(start) = program[at..].find("[[").map(|found| at + found + 2) {
        let Some(end) = program[start..].find("]]").map(|found| start + found) else { break };
        strings.push(start..end);
        at = end + 2;
    }
    strings
}

/// What is not balanced: where, what is wrong, and what to do about it.
type Imbalance = (Range<usize>, String, String);

/// The first thing that is not balanced.
fn unbalanced(text: &str) -> Option<Imbalance> {
    let mut open: Vec<(&str, Range<usize>)> = Vec::new();
    let (mut at, mut single) = (0, 0_usize);
    while let Some(found) = text[at..].find(['{', '}', '%']).map(|found| at + found) {
        let mark = text.get(found..found + 2).unwrap_or_default();
        at = match mark {
            "{{" | "{%" | "{#" => {
                let end = match closing(text, found) {
                    Ok(end) => end,
                    Err(close) => return Some(unclosed(found, mark, close)),
                };
                if mark == "{%"
                    && let Some(trouble) = statement(text, found..end, &mut open)
                {
                    return Some(trouble);
                }
                if open.last().is_some_and(|(name, _)| *name == "raw") { end_of_raw(text, end) } else { end }
            }
            // Two closing braces end two opening ones, as in JSON; else the opening pair lost a brace.
            "}}" if single < 2 => return Some(unopened(found, mark, "{{")),
            "%}" => return Some(unopened(found, mark, "{%")),
            _ => {
                match text.as_bytes()[found] {
                    b'{' => single += 1,
                    b'}' => single = single.saturating_sub(1),
                    _ => {}
                }
                found + 1
            }
        };
    }
    let (name, place) = open.pop()?;
    Some((place, format!("{{% {name} %}} is never ended"), format!("add {{% end{name} %}}")))
}

fn unclosed(at: usize, mark: &str, close: &str) -> Imbalance {
    (at..at + 2, format!("{mark} is never closed"), format!("close it with {close}"))
}

fn unopened(at: usize, mark: &str, open: &str) -> Imbalance {
    (at..at + 2, format!("{mark} closes nothing"), format!("open it with {open}"))
}

/// Where the tag that starts at `start` ends; what should have closed it, if nothing does.
fn closing(text: &str, start: usize) -> Result<usize, &'static str> {
    let body = start + 2;
    match &text[start..body] {
        "{{" => tag_end(text, body, "}}").ok_or("}}"),
        "{%" => tag_end(text, body, "%}").ok_or("%}"),
        _ => text[body..].find("#}").map(|found| body + found + 2).ok_or("#}"),
    }
}

/// Reads an expression to its `close`: texts in quotes hold anything, braces of mappings come in pairs.
fn tag_end(text: &str, body: usize, close: &str) -> Option<usize> {
    let (mut at, mut depth) = (body, 0_usize);
    loop {
        at += text[at..].find(['"', '\'', '{', '}', '%'])?;
        let rest = &text[at..];
        if depth == 0 && rest.starts_with(close) {
            return Some(at + close.len());
        }
        if rest.starts_with("{{") || rest.starts_with("{%") {
            return None;
        }
        match rest.as_bytes()[0] {
            quote @ (b'"' | b'\'') => at += 1 + rest[1..].find(char::from(quote))?,
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        at += 1;
    }
}

/// Opens or ends a block.
fn statement<'t>(text: &'t str, tag: Range<usize>, open: &mut Vec<(&'t str, Range<usize>)>) -> Option<Imbalance> {
    let body = text[tag.start + 2..tag.end - 2].trim_matches(['-', '+']).trim_start();
    let word = body.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    if BLOCKS.contains(&word) {
        open.push((word, tag));
        return None;
    }
    let ended = word.strip_prefix("end").filter(|name| BLOCKS.contains(name))?;
    match open.pop() {
        Some((name, _)) if name == ended => None,
        Some((name, place)) => {
            Some((place, format!("{{% {name} %}} is ended by {{% {word} %}}"), format!("end it with {{% end{name} %}}")))
        }
        None => Some((tag, format!("{{% {word} %}} ends nothing"), format!("open it with {{% {ended} … %}}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_texts_have_no_trouble() {
        for good in [
            "",
            "{{ text }} and {{results[\"A\"].value}}",
            "{% if a %}x{% else %}y{% endif %}",
            "{%- for a in b -%}{{ a }}{%- endfor -%}",
            "{# {{ #}",
            "{\"a\": {\"b\": 1}} and {\n \"a\": {\n  \"b\": {}\n }\n}",
            "100% {a} {}",
            "{% set a = 1 %}",
            "{{ {'a': {'b': 1}} }} {{ '}}' }}",
            "{% raw %} {{ and {% if a {% endraw %}{{ b }}",
            "{%- raw -%} }} %} {% raw %} {%- endraw -%}",
        ] {
            assert_eq!(unbalanced(good), None, "{good}");
        }
    }

    #[test]
    fn the_first_loose_brace_is_found() {
        for (bad, at) in [
            ("a {{ text", 2),
            ("{{ a } {{ b }}", 0),
            ("a } }}", 4),
            ("{ text }}", 7),
            ("{% if a %}x", 0),
            ("x{% endif %}", 1),
            ("{% if a %}{% for b in c %}{% endif %}", 10),
            ("% if a %}", 7),
            ("{% if a }", 0),
            ("{{ a }\n{\"b\": {\"c\": {}}}", 0),
            ("{{ a' }}", 0),
            ("x {% raw %} {{ a", 2),
            ("{% raw %} {{ {% endraw %} }}", 26),
        ] {
            assert_eq!(unbalanced(bad).map(|(place, ..)| place.start), Some(at), "{bad}");
        }
    }

    #[test]
    fn only_long_strings_of_programs_are_templates() {
        let program = "classes = {{\"a\"}}, x = [[ {{ text }} ]], y = [[ {{ ]]";
        let strings: Vec<&str> = long_strings(program).into_iter().map(|part| &program[part]).collect();
        assert_eq!(strings, [" {{ text }} ", " {{ "]);
    }
}
