//! Commands of the program, each with what goes wrong meanwhile, and the laws about them.

use super::dashboard::saved;
use super::script::Act;
use super::seat::Files;
use super::trouble::{End, Rival, Trouble, break_promise, has_failed};
use super::world::World;
use super::{Broken, law, texts};
use crate::support::locked;
use fastrand::Rng;
use scoresync::engine::{
    Action, Choice, Creation, Halt, NewOptions, Outcome, PromoteOptions, Promotion, PullOptions, PushOptions, Report,
    RestoreFrom, RestoreOutcome, RestoreReport, Session, Targets, VersionChoice, candidates, create_new, promote, propose, pull,
    pull_preview, pull_version, push, push_preview, recover, resolve, restore, sync, told, undo, unfinished,
};
use scoresync::model::{DocKind, RelPath, ScoreId, SyncKind, VersionId};
use std::path::{Path, PathBuf};

/// A command with its arguments.
#[derive(Debug)]
pub enum Command {
    Pull(Targets, PullOptions),
    Push(Targets, PushOptions),
    Sync(PushOptions),
    Promote(Targets, PromoteOptions),
    Undo { told: bool },
    Restore(Targets, RestoreFrom),
    Resolve(Targets, Choice),
    PullVersion(Targets, VersionChoice),
    New(RelPath),
}

impl World {
    pub async fn run(&mut self, act: Act, desk: usize, dice: &mut Rng) -> Result<(), Broken> {
        let Some(command) = self.chosen(act, desk, dice).await else { return Ok(()) };
        let rival = self.rival(dice).await;
        let trouble = Trouble::any(dice, &self.seats[desk].files(), |_| rival);
        let expected = if trouble.is_none() && dice.u8(0..3) == 0 { self.preview(desk, &command).await } else { None };
        let found = self.command(desk, command, trouble).await?;
        if let (Some(expected), Some(found)) = (expected, found) {
            law(expected == found, "previews come true", || format!("desk {desk}: {expected} became {found}"))?;
        }
        Ok(())
    }

    async fn chosen(&mut self, act: Act, desk: usize, dice: &mut Rng) -> Option<Command> {
        let scores = self.catalog().await.scores;
        let score = scores.get(dice.usize(0..scores.len().max(1)))?.id.clone();
        let (one, all) = (Targets::scores([&score]), Targets::default());
        let some = if dice.u8(0..4) == 0 { one.clone() } else { all.clone() };
        let options = |promote| PushOptions { promote, ..PushOptions::default() };
        let choice = [Choice::Ours, Choice::Theirs, Choice::Merge][dice.usize(0..3)];
        Some(match act {
            Act::Pull => Command::Pull(some, PullOptions { only_moved: dice.bool(), ..PullOptions::default() }),
            Act::Prune => Command::Pull(all, PullOptions { prune: true, ..PullOptions::default() }),
            Act::Push => Command::Push(some, PushOptions { reformat: dice.u8(0..4) == 0, ..options(false) }),
            Act::PushAndPromote => Command::Push(some, options(true)),
            Act::Sync => Command::Sync(options(dice.bool())),
            Act::Promote => {
                let back = dice.u8(0..4) == 0;
                Command::Promote(some, PromoteOptions { back, force: dice.bool(), ..PromoteOptions::default() })
            }
            Act::Undo => Command::Undo { told: dice.u8(0..4) > 0 },
            Act::Restore => Command::Restore(one, RestoreFrom::Last),
            Act::RestoreVersion => Command::Restore(one, RestoreFrom::Version(self.any_version(&score, dice).await?.to_string())),
            Act::Resolve => Command::Resolve(some, choice),
            Act::PullVersion => {
                let version = self.any_version(&score, dice).await?.to_string();
                Command::PullVersion(one, VersionChoice { version, choice: dice.bool().then_some(choice) })
            }
            _ => Command::New(self.new_file(desk, dice)),
        })
    }

    async fn any_version(&mut self, score: &ScoreId, dice: &mut Rng) -> Option<VersionId> {
        let versions = self.versions().await;
        let own: Vec<&VersionId> = versions.values().filter(|one| one.meta.score_id == *score).map(|one| &one.meta.id).collect();
        own.get(dice.usize(0..own.len().max(1))).map(|id| (*id).clone())
    }

    async fn rival(&mut self, dice: &mut Rng) -> Option<Rival> {
        let versions = self.versions().await;
        let parent = versions.values().nth(dice.usize(0..versions.len().max(1)))?;
        // Nobody promotes anything of a score that is removed.
        if !self.catalog().await.scores.iter().any(|score| score.id == parent.meta.score_id) {
            return None;
        }
        let (code, guidelines) = saved(parent, dice);
        if SyncKind::of(&parent.meta.score_id).is_standalone() {
            self.settled.form(parent.docs.code.kind, &code);
        }
        Some(Rival { score: parent.meta.score_id.clone(), parent: parent.meta.id.clone(), code, guidelines })
    }

    /// A file that wants to be a new score.
    fn new_file(&mut self, desk: usize, dice: &mut Rng) -> RelPath {
        let number = dice.u16(..);
        if self.seats[desk].documents && dice.u8(0..3) > 0 {
            let kind = SyncKind::STANDALONE[dice.usize(0..2)];
            let path = format!("{}/New {number}{}", kind.folder().unwrap_or_default(), kind.ending());
            let text = texts::new_text(dice, kind.main_document());
            self.type_into(desk, Path::new(&path), &text);
            return RelPath::parse(&path).expect("a safe path");
        }
        let code = format!("name: New {number}\nkey: new-{number}\nexternal_id: '7{number}'\nclass: Classifier\n");
        let path = format!("Calls/New {number}.yaml");
        self.type_into(desk, Path::new(&path), &code);
        if dice.bool() {
            let guidelines = texts::new_text(dice, DocKind::Guidelines);
            self.type_into(desk, Path::new(&format!("Calls/guidelines/New {number}.md")), &guidelines);
        }
        RelPath::parse(&path).expect("a safe path")
    }

    /// What a pull or a push says that it would do; none where something else has to be finished first.
    async fn preview(&mut self, desk: usize, command: &Command) -> Option<String> {
        let session = self.seats[desk].looking();
        if !unfinished(session).ok()?.is_empty() {
            return None;
        }
        let preview = match command {
            Command::Pull(targets, options) => pull_preview(session, targets, *options).await,
            Command::Push(targets, options) => push_preview(session, targets, options).await,
            _ => return None,
        };
        Some(preview.map_or_else(|halt| said_halt(&halt), |report| said(&report)))
    }

    /// The code of scores of which a command says that it has done all.
    fn whole(&self, desk: usize, said: &str) -> Vec<PathBuf> {
        let done = said.split("; ").filter(|words| !has_failed(words)).filter_map(|words| words.split_once(' '));
        let synced = self.seats[desk].state().load().expect("readable").synced;
        done.filter_map(|(id, _)| Some(file_of(&synced.get(&ScoreId::from(id))?.paths.code))).collect()
    }

    /// Runs a command; what it said, if it came to its end.
    pub async fn command(&mut self, desk: usize, command: Command, trouble: Trouble) -> Result<Option<String>, Broken> {
        self.tally.commands += 1;
        let mut before = self.seats[desk].files();
        let set_up = trouble.set_up(&self.seats[desk], &self.dashboard);
        let seat = &mut self.seats[desk];
        let line = seat.line.clone();
        let ended = line.run(command.carry_out(seat.session())).await;
        let (end, said) = match &ended {
            None => (End::Died, "died".to_owned()),
            Some(Ok(said)) => (End::Whole, said.clone()),
            Some(Err(halt @ Halt::State(_))) => (End::Refused, said_halt(halt)),
            Some(Err(halt)) => (End::Whole, said_halt(halt)),
        };
        set_up.take_down(seat, &before, end, &mut self.tally);
        break_promise(self.promises, seat, end);
        self.note(format!("  desk {desk}: {}: {said}", command.name()));
        if matches!(command, Command::Resolve(_, Choice::Ours | Choice::Merge)) {
            self.settled.decided.extend(resolved(&said));
        }
        if let Some((mut then, path, text)) = set_up.typed() {
            self.settled.pairs_of(&then);
            then.insert(path.clone(), text.clone());
            self.settled.pair_of(&then, path);
            before.insert(path.clone(), text.clone());
            self.note(format!("  desk {desk}: meanwhile {} becomes {text:?}", path.display()));
        }
        self.check_desk(desk, &before)?;
        let files: Files = self.seats[desk].files();
        if set_up.may_have_halved(&said) {
            self.whole(desk, &said).iter().for_each(|code| self.settled.pair_of(&files, code));
        } else {
            self.settled.pairs_of(&files);
        }
        Ok(matches!(ended, Some(Ok(_) | Err(_))).then_some(said))
    }
}

impl Command {
    fn name(&self) -> String {
        match self {
            Self::Pull(_, options) => format!("pull{}", if options.prune { " --prune" } else { "" }),
            Self::Push(_, options) => format!("push{}", if options.promote { " --promote" } else { "" }),
            Self::Sync(options) => format!("sync{}", if options.promote { " --promote" } else { "" }),
            Self::Promote(..) => "promote".to_owned(),
            Self::Undo { .. } => "undo".to_owned(),
            Self::Restore(_, from) => format!("restore {from:?}"),
            Self::Resolve(_, choice) => format!("resolve {choice:?}"),
            Self::PullVersion(_, version) => format!("pull --version {}", version.version),
            Self::New(path) => format!("new {path}"),
        }
    }

    async fn carry_out(&self, session: &mut Session) -> Result<String, Halt> {
        let report = match self {
            Self::Pull(targets, options) => pull(&mut locked(session), targets, *options).await?,
            Self::Push(targets, options) => push(&mut locked(session), targets, options).await?,
            Self::Sync(options) => sync(&mut locked(session), &Targets::default(), PullOptions::default(), options).await?,
            Self::Resolve(targets, choice) => resolve(&mut locked(session), targets, *choice).await?,
            Self::PullVersion(targets, version) => pull_version(&mut locked(session), targets, version).await?,
            Self::Promote(targets, options) => {
                recover(&mut locked(session)).await?;
                let mut found = candidates(session, targets, options).await?.all;
                promote(&mut locked(session), &mut found).await?;
                let done = found.iter().filter(|one| matches!(one.promotion, Promotion::Done));
                return Ok(format!("promoted {:?}", done.map(|one| one.score.as_str()).collect::<Vec<_>>()));
            }
            Self::Undo { told: is_told } => {
                let report = undo(&mut locked(session), None)?;
                if *is_told {
                    told(session)?;
                }
                return Ok(said_files(&report));
            }
            Self::Restore(targets, from) => {
                let report = restore(&mut locked(session), targets, from).await?;
                told(session)?;
                return Ok(said_files(&report));
            }
            Self::New(file) => {
                recover(&mut locked(session)).await?;
                let proposal = propose(session, file, &NewOptions::default()).await?;
                let created = create_new(&mut locked(session), &proposal).await?;
                return Ok(if matches!(created, Creation::Done { .. }) { "created" } else { "not created" }.to_owned());
            }
        };
        Ok(said(&report))
    }
}

/// The outcomes that are worth a word, by score.
pub fn said(report: &Report) -> String {
    let words = |outcome: &Outcome| {
        Some(match outcome {
            Outcome::Untouched => return None,
            Outcome::Planned(action) | Outcome::Done(action) => said_action(action),
            Outcome::Conflict(_) => "conflict".to_owned(),
            Outcome::Refused(refusal) => format!("refused {refusal:?}"),
            Outcome::Failed(_) => "failed".to_owned(),
        })
    };
    let of_score = |score: &scoresync::engine::ScoreReport| {
        let earlier = score.earlier.as_deref().map(said_action);
        let all: Vec<String> = earlier.into_iter().chain(words(&score.outcome)).collect();
        (!all.is_empty()).then(|| format!("{} {}", score.id, all.join(", then ")))
    };
    report.scores.iter().filter_map(of_score).collect::<Vec<_>>().join("; ")
}

fn said_action(action: &Action) -> String {
    match action {
        // Whether it existed is not known before it is tried.
        Action::Pushed { version, promoted, .. } => format!("pushed {version}, promoted {promoted}"),
        action => format!("{action:?}"),
    }
}

pub fn said_halt(halt: &Halt) -> String {
    match halt {
        Halt::State(_) => "the state refused".to_owned(),
        Halt::File(_) => "a file refused".to_owned(),
        halt => format!("{halt}"),
    }
}

fn said_files(report: &RestoreReport) -> String {
    let word = |outcome: &RestoreOutcome| match outcome {
        RestoreOutcome::Failed(_) => "failed".to_owned(),
        outcome => format!("{outcome:?}"),
    };
    report.files.iter().map(|file| format!("{} {}", file.path, word(&file.outcome))).collect::<Vec<_>>().join("; ")
}

/// The scores of which a report says that they are resolved.
fn resolved(said: &str) -> impl Iterator<Item = ScoreId> {
    let ids = said.split("; ").filter(|words| words.contains(" Resolved")).filter_map(|words| words.split_once(' '));
    ids.map(|(id, _)| ScoreId::from(id))
}

/// A path below the root as files are named here.
pub fn file_of(path: &RelPath) -> PathBuf {
    PathBuf::from(path.as_str())
}
