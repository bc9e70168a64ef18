//! Bytes that a person wrote: a pull, an edit of another document and a push change none of them.

use super::world::{TONE, TONE_CODE, TONE_GUIDELINES, World};

fn bytes(world: &World, path: &str) -> Vec<u8> {
    std::fs::read(world.folder().join(path)).expect("a file")
}

fn put(world: &World, path: &str, bytes: &[u8]) {
    std::fs::write(world.folder().join(path), bytes).expect("a file");
}

#[test]
fn the_style_of_a_file_survives_a_push_and_a_pull_of_something_else() {
    let styles: [(&str, &str); 5] = [
        ("crlf", "name: Tone\r\nsystem_message: |\r\n  Hello\r\n"),
        ("bom", "\u{feff}name: Tone\nsystem_message: |\n  Hello\n"),
        ("no final newline", "name: Tone\nsystem_message: Hello"),
        ("emoji and nfd", "name: Tone # 👩‍👩‍👧 cafe\u{301}\nsystem_message: Hello\n"),
        ("comments and anchors", "# mine\nname: &n Tone\nother: *n   # kept\n\n\nsystem_message: >-\n  Hello\n"),
    ];
    for (style, text) in styles {
        let world = World::pulled();
        put(&world, TONE, text.as_bytes());
        let said = world.run(&["push", "--promote", "--yes"]);
        assert!(said.contains("1 pushed"), "{style}: {said}");
        assert!(world.run(&["status"]).contains("2 scores: clean"), "{style}");
        assert_eq!(bytes(&world, TONE), text.as_bytes(), "{style}");
        // The expert changes the guidelines of the same score; the engineer edits them further.
        let code = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        world.teammate("tone", "tone-2", &code, Some("# Tone\n\nPolite.\n"));
        assert!(world.run(&["pull"]).contains("1 pulled"), "{style}");
        assert_eq!(bytes(&world, TONE), text.as_bytes(), "{style}");
        put(&world, TONE_GUIDELINES, b"# Tone\n\nPolite and kind.\n");
        assert!(world.run(&["push"]).contains("guidelines, version"), "{style}");
        assert_eq!(bytes(&world, TONE), text.as_bytes(), "{style}");
        let versions = world.versions("tone");
        let last = versions.iter().find(|version| version["guidelines"] == "# Tone\n\nPolite and kind.\n").expect("pushed");
        let sent = last["configuration"].as_str().expect("code");
        assert_eq!(sent.trim_end(), code.trim_end(), "{style}");
        assert!(!sent.contains('\r') && !sent.contains('\u{feff}'), "{style}");
    }
}

#[test]
fn what_only_looks_different_is_clean() {
    let world = World::pulled();
    for text in [
        TONE_CODE.replace('\n', "\r\n"),
        format!("\u{feff}{TONE_CODE}"),
        format!("{TONE_CODE}\n\n"),
        format!("version: tone-1\n{TONE_CODE}"),
    ] {
        put(&world, TONE, text.as_bytes());
        assert!(world.run(&["status"]).contains("2 scores: clean"), "{text:?}");
        assert!(world.run(&["push"]).contains("2 scores: unchanged"), "{text:?}");
        assert_eq!(bytes(&world, TONE), text.as_bytes());
    }
    assert_eq!(world.versions("tone").len(), 1);
}

#[test]
fn a_pull_merges_into_the_style_of_the_file() {
    let world = World::pulled();
    let long = "name: Tone\na: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n";
    put(&world, TONE, long.replace('\n', "\r\n").as_bytes());
    assert!(world.run(&["push", "--promote", "--yes"]).contains("1 pushed"));
    world.teammate("tone", "tone-2", &long.replace("f: 6", "f: 7"), Some("# Tone\n\nPolite is polite.\n"));
    put(&world, TONE, long.replace("a: 1", "a: 0").replace('\n', "\r\n").as_bytes());
    let said = world.run(&["pull"]);
    assert!(said.contains("1 merged"), "{said}");
    let merged = long.replace("a: 1", "a: 0").replace("f: 6", "f: 7").replace('\n', "\r\n");
    assert_eq!(String::from_utf8_lossy(&bytes(&world, TONE)), merged);
}

#[test]
fn null_guidelines_never_empty_a_file() {
    let world = World::pulled();
    world.teammate("tone", "tone-2", "name: Tone\nagent: wrote this\n", None);
    insta::assert_snapshot!(world.run(&["pull"]), @r"
    exit 0
    --- stdout
    QA
      pulled      Tone  code, version tone-2; the champion has no guidelines any more; yours are kept, and the next push sends them

    2 scores: 1 pulled, 1 unchanged
    ");
    assert_eq!(world.read(TONE_GUIDELINES), "# Tone\n\nPolite is polite.\n");
    insta::assert_snapshot!(world.run(&["push"]), @r"
    exit 0
    --- stdout
    QA
      pushed      Tone  guidelines, version [short]

    2 scores: 1 pushed, 1 unchanged
    ");
    let versions = world.versions("tone");
    let last = versions.iter().find(|version| version["parentVersionId"] == "tone-2").expect("pushed");
    assert_eq!(last["guidelines"], "# Tone\n\nPolite is polite.\n");
}
