//! Workspaces as the demo leaves them: twelve scores, one of them edited.

use super::World;

/// The data source of the demo.
const DEMO_SOURCE: &str = "data-sources/Identity Check – reviewed calls.yaml";

/// The score that the demo edits.
pub const DEMO_SCORE: &str = "scorecards/Harbor Telecom – Retention Calls/Greeting and Name.yaml";

impl World {
    /// A world in which the demo was played; commands run in its folder.
    pub fn demo() -> Self {
        let world = Self::new();
        let said = world.run(&["demo", "."]);
        assert!(said.starts_with("exit 0\n"), "{said}");
        world
    }

    /// The same in a repository with one commit, and the pre-commit hook installed.
    pub fn demo_with_hook() -> Self {
        let world = Self::demo();
        world.init_git();
        let said = world.run(&["hook", "install"]);
        assert_eq!(said, "exit 0\n--- stderr\nthe pre-commit hook is installed\n");
        world
    }

    /// The demo with report configurations and data sources, pulled, and the file of its data source.
    pub fn demo_with_documents() -> (Self, &'static str) {
        let world = Self::demo();
        let settings = world.read("scoresync.yaml");
        world.write("scoresync.yaml", &format!("{settings}documents: [report-configurations, data-sources]\n"));
        let said = world.run(&["pull"]);
        assert!(said.starts_with("exit 0\n"), "{said}");
        (world, DEMO_SOURCE)
    }
}
