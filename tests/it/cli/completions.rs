//! `completions` and `man`: scripts and pages for every command.

use super::world::World;

#[test]
fn scripts_and_pages_are_made_for_every_command() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(world.run(&["completions", shell]).contains("resolve"), "{shell}");
    }
    assert!(world.run(&["man"]).contains(".TH scoresync 1"));
    assert_eq!(world.run(&["man", "pages"]), "exit 0\n");
    assert!(world.read("pages/scoresync-push.1").contains("promote"));
}
