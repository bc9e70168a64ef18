//! What happens in a world, as a list that a seed makes and from which steps can be left out.

use fastrand::Rng;
use std::fmt;

/// What a world stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ports {
    /// The dashboard in memory; files and states in the memory of the system, where there is a folder for that.
    Memory,
    /// The registry, asked in GraphQL; files and states on the disk; git in every other world.
    Real,
    /// The registry, asked in GraphQL, with standalone documents beside the scores; files and states as in [`Self::Memory`]; git
    /// in every other world.
    Documents,
}

/// Something that somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    // at a desk, in an editor
    Edit,
    EditBoth,
    EditAlike,
    Break,
    Delete,
    DeleteScore,
    RenameFile,
    Open,
    SaveOpened,
    // at a desk, with the program
    Pull,
    Push,
    PushAndPromote,
    Sync,
    Watch,
    Promote,
    Undo,
    Restore,
    RestoreVersion,
    Resolve,
    PullVersion,
    New,
    Prune,
    Look,
    // at a desk, otherwise
    Restart,
    LoseState,
    Commit,
    Checkout,
    Rebase,
    TakeFiles,
    // in the dashboard
    Save,
    SaveAndPromote,
    PromoteAny,
    Rename,
    SwapNames,
    CycleNames,
    RenameScorecard,
    SameName,
    Move,
    Add,
    Remove,
}

use Act::*;

/// How often each happens.
const ACTS: [(Act, usize); 40] = [
    (Edit, 26),
    (EditBoth, 6),
    (EditAlike, 3),
    (Break, 2),
    (Delete, 2),
    (DeleteScore, 1),
    (RenameFile, 1),
    (Open, 4),
    (SaveOpened, 4),
    (Pull, 16),
    (Push, 9),
    (PushAndPromote, 6),
    (Sync, 9),
    (Watch, 3),
    (Promote, 3),
    (Undo, 4),
    (Restore, 2),
    (RestoreVersion, 2),
    (Resolve, 4),
    (PullVersion, 2),
    (New, 1),
    (Prune, 1),
    (Look, 2),
    (Restart, 3),
    (LoseState, 1),
    (Commit, 3),
    (Checkout, 2),
    (Rebase, 1),
    (TakeFiles, 2),
    (Save, 5),
    (SaveAndPromote, 8),
    (PromoteAny, 4),
    (Rename, 2),
    (SwapNames, 2),
    (CycleNames, 1),
    (RenameScorecard, 1),
    (SameName, 1),
    (Move, 1),
    (Add, 1),
    (Remove, 1),
];

/// One world in so many stands on the real ports.
const ONE_IN: u64 = 100;

/// And one in so many has standalone documents.
const WITH_DOCUMENTS_ONE_IN: u64 = 20;

/// One step: what is done, and the seed of everything that is chosen on the way. So the other steps stay what they are when
/// one is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step(pub Act, pub u64);

/// A whole world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    pub seed: u64,
    pub ports: Ports,
    pub desks: usize,
    pub scores: usize,
    pub git: bool,
    pub steps: Vec<Step>,
}

impl Script {
    /// The world of a seed; one in so many is a real one.
    pub fn of(seed: u64) -> Self {
        let ports = match () {
            () if seed % ONE_IN == ONE_IN - 1 => Ports::Real,
            () if seed % WITH_DOCUMENTS_ONE_IN == WITH_DOCUMENTS_ONE_IN / 2 => Ports::Documents,
            () => Ports::Memory,
        };
        Self::on(ports, seed)
    }

    /// The world of a seed that stands on these ports.
    pub fn on(ports: Ports, seed: u64) -> Self {
        let mut dice = Rng::with_seed(seed);
        let desks = if dice.u8(0..4) == 0 { 3 } else { 2 };
        let scores = dice.usize(2..5);
        let git = ports != Ports::Memory && dice.bool();
        let steps = (0..dice.usize(8..24)).map(|_| Step(any(&mut dice), dice.u64(0..1 << 32))).collect();
        Self { seed, ports, desks, scores, git, steps }
    }

    /// The same world with other steps.
    pub fn with(&self, steps: Vec<Step>) -> Self {
        Self { steps, ..self.clone() }
    }
}

/// As a test would say it.
impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: Vec<String> = self.steps.iter().map(|Step(act, dice)| format!("({act:?}, {dice})")).collect();
        write!(f, "seed {}, steps [{}]", self.seed, steps.join(", "))
    }
}

fn any(dice: &mut Rng) -> Act {
    let all = ACTS.iter().map(|(_, weight)| weight).sum();
    let mut at = dice.usize(0..all);
    for (act, weight) in ACTS {
        match at.checked_sub(weight) {
            Some(rest) => at = rest,
            None => return act,
        }
    }
    unreachable!("the weights were added up")
}
