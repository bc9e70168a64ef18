//! Worlds with standalone documents, for the commands that change these.

use super::super::documents::{REPORT, REPORT_TEXT, SOURCE, SOURCE_TEXT, pulled, report};
use super::super::world::World;

/// A data source and a report configuration that nobody has.
pub const NEW_SOURCE: &str = "data-sources/All.yaml";

fn days(days: &str) -> (String, String) {
    (SOURCE_TEXT.replace("60", days), REPORT_TEXT.replace("days: 7", &format!("days: {days}")))
}

/// Both documents are edited here.
pub fn edited() -> World {
    let world = pulled();
    let (source, report) = days("30");
    world.write(SOURCE, &source);
    world.write(REPORT, &report);
    world
}

/// The same in a repository.
pub fn edited_in_git() -> World {
    let world = pulled();
    world.init_git();
    world.write(REPORT, &days("30").1);
    world
}

/// A form was saved in the dashboard.
pub fn saved_there() -> World {
    let world = pulled();
    world.seed(vec![report(&REPORT_TEXT.replace("Of last", "Of the last"))]);
    world
}

/// Edited here in one part, saved there in another.
pub fn both_sides() -> World {
    let world = saved_there();
    world.write(REPORT, &days("30").1);
    world
}

/// What was saved there is here.
pub fn pulled_form() -> World {
    let world = saved_there();
    world.run(&["pull"]);
    world
}

/// A version of the data source that does not run.
pub fn drafted() -> World {
    let world = edited();
    world.run(&["push"]);
    world
}

/// A text was replaced by a promotion.
pub fn promoted() -> World {
    let world = edited();
    world.run(&["push", "--promote", "--yes"]);
    world
}

/// Both sides changed the same line.
pub fn conflict() -> World {
    let world = pulled();
    world.write(REPORT, &days("30").1);
    world.seed(vec![report(&days("90").1)]);
    world.run(&["pull"]);
    world
}

/// Files that are no documents of the dashboard yet.
pub fn with_new() -> World {
    let world = pulled();
    world.write(NEW_SOURCE, SOURCE_TEXT);
    world
}
