//! What goes wrong while a command runs.

use super::blank::{RECORDS, refusals};
use super::seat::{Files, Seat, files_below};
use super::tally::Tally;
use super::world::Promises;
use super::{clock, editor, texts};
use crate::support::{Dashboard, Fault, Meddling, Weather};
use fastrand::Rng;
use scoresync::model::{ScoreId, VersionId};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// What requests meet.
const FAULTS: [Fault; 7] =
    [Fault::Before, Fault::After, Fault::DieBefore, Fault::DieAfter, Fault::Throttled, Fault::Garbled, Fault::Stale];

/// Requests of a command that can meet something.
const REQUESTS: usize = 9;

/// A version that somebody saves and promotes meanwhile.
pub struct Rival {
    pub score: ScoreId,
    pub parent: VersionId,
    pub code: String,
    pub guidelines: Option<String>,
}

/// Something that goes wrong.
pub enum Trouble {
    None,
    Line(BTreeMap<usize, Fault>),
    /// Somebody saves and promotes before that request.
    Rival(usize, Rival),
    /// Somebody types into a file before that request, or before the files are written.
    Typing {
        path: PathBuf,
        text: String,
        request: Option<usize>,
    },
    /// A file cannot be written, from the start or from when it was read.
    Denied {
        path: PathBuf,
        late: bool,
    },
    /// The state cannot record that.
    Refused {
        record: usize,
        restarts: bool,
    },
    /// It dies when that many files are written, with this much of the next one beside its place.
    BetweenFiles {
        written: usize,
        of_next: Option<usize>,
    },
}

/// What was set up for a command, to be taken down after it.
pub struct SetUp {
    trouble: Trouble,
    /// The files as they were just before somebody typed meanwhile.
    found: Arc<Mutex<Option<Files>>>,
}

impl Trouble {
    pub fn any(dice: &mut Rng, files: &Files, rival: impl FnOnce(&mut Rng) -> Option<Rival>) -> Self {
        let file = editor::any_file(files, dice);
        match (dice.u8(0..20), file) {
            (0..6, _) => {
                let some = dice.usize(1..3);
                Self::Line((0..some).map(|_| (dice.usize(0..REQUESTS), FAULTS[dice.usize(0..FAULTS.len())])).collect())
            }
            (6, _) => match rival(dice) {
                Some(rival) => Self::Rival(dice.usize(0..REQUESTS), rival),
                None => Self::None,
            },
            (7, Some(path)) => {
                let text = texts::edited(dice, editor::kind(&path), &files[&path]);
                Self::Typing { path, text, request: dice.bool().then(|| dice.usize(0..REQUESTS)) }
            }
            (8, Some(path)) => Self::Denied { path, late: dice.bool() },
            (9, _) => Self::Refused { record: dice.usize(0..RECORDS.len()), restarts: dice.bool() },
            (10, _) => Self::BetweenFiles { written: dice.usize(0..4), of_next: dice.bool().then(|| dice.usize(0..60)) },
            _ => Self::None,
        }
    }

    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    pub fn set_up(self, seat: &Seat, dashboard: &Arc<dyn Dashboard>) -> SetUp {
        let found = Arc::new(Mutex::new(None));
        let mut weather = Weather::default();
        match &self {
            Self::Line(faults) => weather.faults.clone_from(faults),
            Self::Rival(at, rival) => weather.meddling = Some((*at, promoted(dashboard.clone(), rival))),
            Self::Typing { path, text, request } => {
                let (root, path, text, found) = (seat.desk.root(), seat.desk.place(path), text.clone(), found.clone());
                let write = move || {
                    let files = files_below(&root);
                    let typed = std::fs::write(path, text).is_ok();
                    *found.lock().expect("whole") = Some(files).filter(|_| typed);
                };
                match request {
                    Some(at) => weather.meddling = Some((*at, Box::pin(async move { write() }))),
                    None => clock::at_question(1, write),
                }
            }
            Self::Denied { path, late } => {
                let path = seat.desk.place(path);
                if *late { clock::at_question(1, move || deny(&path)) } else { deny(&path) }
            }
            Self::Refused { record, .. } => refuse(seat, RECORDS[*record].1),
            Self::BetweenFiles { .. } => {
                refuse(seat, "UPDATE OF pending ON replaced");
            }
            Self::None => {}
        }
        seat.line.plan(weather);
        SetUp { trouble: self, found }
    }
}

fn promoted(dashboard: Arc<dyn Dashboard>, rival: &Rival) -> Meddling {
    let Rival { score, parent, code, guidelines } = rival;
    let (score, parent, code, guidelines) = (score.clone(), parent.clone(), code.clone(), guidelines.clone());
    Box::pin(async move {
        let version = dashboard.save(&score, Some(&parent), &code, guidelines.as_deref()).await;
        dashboard.promote(&score, Some(&version)).await;
    })
}

fn deny(path: &Path) {
    let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o444));
}

fn refuse(seat: &Seat, record: &str) {
    // The state is made when it is opened first.
    seat.state();
    seat.sql(&format!("{}; INSERT INTO refused VALUES ('{record}')", refusals()));
}

/// Something was not done.
pub fn has_failed(said: &str) -> bool {
    ["ailed", "Edited", "refused"].iter().any(|word| said.contains(word))
}

/// How a command ended, as far as trouble is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    Whole,
    /// The state could not record something.
    Refused,
    /// The program is gone.
    Died,
}

impl SetUp {
    /// The files as they were just before somebody typed meanwhile, if that happened; and what was typed where.
    pub fn typed(&self) -> Option<(Files, &PathBuf, &String)> {
        let Trouble::Typing { path, text, .. } = &self.trouble else { return None };
        Some((self.found.lock().expect("whole").take()?, path, text))
    }

    /// The documents of a score may be as nobody wanted them: some file could not be written.
    pub fn may_have_halved(&self, said: &str) -> bool {
        match self.trouble {
            Trouble::BetweenFiles { .. } => true,
            Trouble::Typing { .. } | Trouble::Denied { .. } => has_failed(said),
            _ => false,
        }
    }

    /// `before`: the files as the command found them.
    pub fn take_down(&self, seat: &mut Seat, before: &Files, end: End, tally: &mut Tally) {
        seat.line.met().iter().for_each(|fault| tally.fault(said(*fault)));
        seat.line.plan(Weather::default());
        clock::never_mind();
        match &self.trouble {
            Trouble::Rival(..) => tally.fault("another promotes meanwhile"),
            Trouble::Typing { .. } if self.found.lock().expect("whole").is_some() => tally.fault("another types meanwhile"),
            Trouble::Denied { .. } => {
                tally.fault("a file cannot be written");
                for path in seat.files().into_keys() {
                    let _ = std::fs::set_permissions(seat.desk.place(&path), std::fs::Permissions::from_mode(0o644));
                }
            }
            Trouble::Refused { record, restarts } => {
                seat.sql("DELETE FROM refused");
                if end == End::Refused {
                    tally.fault(&format!("the state cannot record {}", RECORDS[*record].0));
                    if *restarts {
                        seat.restart();
                    }
                }
            }
            Trouble::BetweenFiles { written, of_next } => {
                seat.sql("DELETE FROM refused");
                if end == End::Refused {
                    tally.fault("death between two files");
                    seat.restart();
                    take_back(seat, before, (*written, *of_next), tally);
                }
            }
            Trouble::Typing { .. } | Trouble::Line(_) | Trouble::None => {}
        }
        if end == End::Died {
            seat.restart();
        }
    }
}

pub fn said(fault: Fault) -> &'static str {
    match fault {
        Fault::Before => "no connection",
        Fault::After => "a lost reply",
        Fault::DieBefore => "death before a request",
        Fault::DieAfter => "death before a reply",
        Fault::Throttled => "throttling",
        Fault::Garbled => "a cut reply",
        Fault::Stale => "a list of earlier",
        Fault::Piecemeal | Fault::OnlyFirst | Fault::Unseen => "versions that are not read",
    }
}

/// Takes back what a run did to files after the first few, so that it died there.
fn take_back(seat: &Seat, found: &Files, (written, of_next): (usize, Option<usize>), tally: &mut Tally) {
    let state = seat.state();
    let Some(run) = state.unfinished_runs().expect("readable").pop() else { return };
    // Files that change places do so in one step of the system, or in several that only the program knows.
    if run.bases.iter().any(|base| base.ways.iter().any(|(from, to)| from != to)) {
        return;
    }
    let bytes = |digest| state.backup_bytes(&digest).expect("readable");
    seat.touched();
    let root = seat.desk.root();
    for (at, file) in run.files.iter().enumerate().skip(written) {
        let path = file.path.under(&root);
        let (before, after) = (file.before.and_then(bytes), file.after.and_then(bytes));
        // What an earlier run had done stays done.
        let is_found = found.get(Path::new(file.path.as_str())).map(String::as_bytes) == before.as_deref();
        if !is_found || std::fs::read(&path).ok() != after {
            continue;
        }
        match &before {
            Some(before) => {
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                std::fs::write(&path, before).expect("written");
            }
            None => std::fs::remove_file(&path).expect("removed"),
        }
        if let (Some(length), Some(after)) = (of_next.filter(|_| at == written), after) {
            let name = format!(".scoresync-{}-Ab3dEf9h.tmp", state.identity());
            std::fs::write(path.with_file_name(name), &after[..length.min(after.len())]).expect("written");
            tally.fault("a short write");
        }
    }
}

/// Breaks what the program relies upon.
pub fn break_promise(promises: Promises, seat: &Seat, end: End) {
    match promises {
        Promises::BackupsVanish => seat.sql("DELETE FROM replaced WHERE pending = 0"),
        Promises::BasesVanish => seat.sql("DELETE FROM synced"),
        Promises::IntentsVanish if end != End::Whole => {
            seat.sql("DELETE FROM intent; DELETE FROM synced_after; UPDATE replaced SET pending = 0")
        }
        _ => {}
    }
}
