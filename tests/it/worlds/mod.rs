//! Whole worlds: two or three people at their desks and others in the dashboard, who do what people do, in an order that a seed
//! decides, while lines break, disks refuse and programs die. When all stop, laws say what must hold.
//!
//! | law | what must hold |
//! |---|---|
//! | every text is kept | what stood in a file before a command stands in a file, or is kept for an undo, and stays kept |
//! | versions stay | no version goes or changes |
//! | versions are distinct | a version says something else than its parent, and than the others over that parent |
//! | versions are what somebody settled on | it says a pair that stood in files when a person had left them, or a command had ended |
//! | promotions are conditional | a champion moves only where the one stands that was seen |
//! | promotions are told | a champion that the program promoted has that in its history |
//! | previews come true | what a preview names, the command does |
//! | looks agree | `status`, previews, `diff`, `log` and `show` say one thing |
//! | a watch keeps up | what a watch does not wait for is as the dashboard has it, whoever looked meanwhile |
//! | everything comes to rest | once conflicts are decided, files and champions are the same everywhere |
//! | rest is rest | two more runs change nothing |
//! | nothing panics | – |
//!
//! It is shared by the tests and by `examples/soak.rs`.

mod blank;
mod clock;
mod commands;
mod dashboard;
mod desks;
mod editor;
#[cfg(test)]
mod found;
mod looks;
mod many;
mod own_locks;
mod rest;
mod script;
mod seat;
mod settled;
mod shrink;
mod tally;
#[cfg(test)]
mod tests;
mod texts;
mod trouble;
mod watching;
mod world;

pub use desks::Desks;
pub use many::many;
pub use script::Script;
pub use tally::Tally;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::task::LocalSet;
use world::{Promises, World};

/// A law that a world broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub law: &'static str,
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.law, self.what)
    }
}

/// What became of a world.
pub struct Life {
    pub end: Result<(), Broken>,
    /// What happened, step by step.
    pub trace: Vec<String>,
    pub tally: Tally,
}

fn law(holds: bool, law: &'static str, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { law, what: what() }) }
}

/// Lives a world to its end.
pub fn live(script: &Script) -> Life {
    live_with(script, Promises::Kept, None)
}

/// The same at desks that other worlds have used.
fn live_at(desks: &mut Desks, script: &Script) -> Life {
    live_with(script, Promises::Kept, Some(desks))
}

/// The same in a world in which something that the program relies upon may be broken on purpose.
fn live_with(script: &Script, promises: Promises, mut desks: Option<&mut Desks>) -> Life {
    clock::start();
    own_locks::use_them();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let mut world = None;
    let lived = catch_unwind(AssertUnwindSafe(|| {
        LocalSet::new().block_on(&runtime, async {
            let world = world.insert(World::new(script, promises, desks.as_deref_mut()).await);
            world.live(script).await
        })
    }));
    clock::never_mind();
    let has_panicked = lived.is_err();
    let end = lived.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().cloned();
        let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
        Err(Broken { law: "nothing panics", what: words.unwrap_or_default() })
    });
    let (trace, tally, seats) = world.map(World::story).unwrap_or_default();
    if let Some(desks) = desks.filter(|_| !has_panicked) {
        desks.give_back(seats);
    }
    Life { end, trace, tally }
}
