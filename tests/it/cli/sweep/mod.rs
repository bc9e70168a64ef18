//! A program that dies at an effect, whichever that is: the next run of any command goes on, and in the end everything is as if it had
//! not died, or as if it had never begun.
//!
//! Every command runs once to count its effects: what it writes, flushes, renames, links, removes, makes and sends. Then it dies at
//! one of them, and half of the writes it dies at are written half. Another command follows, and then the same command again.
//! What all this comes to must be what these commands come to where nothing dies, and what they keep then is kept. By default a
//! share of the effects of each command is tried; `SWEEP=all` tries every one, `SWEEP='pull --prune'` every one of the commands
//! that begin so, and `STRIDE=7` with either one in seven.

mod document_worlds;
mod effects;
mod end;
mod power;
mod rows;
mod texts;
mod together;

use super::world::{Server, World};
use crate::effects::can_count;
use end::end;
use rows::{OTHERS, READS, ROWS, Row, SHADES};
use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use texts::Texts;

/// Deaths of each command, unless all are asked for.
const DEATHS: usize = 6;
/// What may come next, in turns; none is the same command.
const NEXT: [&[&str]; 6] = [&[], &["pull"], &["status"], &["push"], &["check", "--fix"], &["sync"]];
/// A watcher that says nothing for so long has nothing to do.
const SILENCE: Duration = Duration::from_secs(3);
/// How long a watcher is waited for before the test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// It first takes what nobody edited, and then merges and pushes the rest.
const WATCH_THAT_COMMITS: &[&str] = &["watch", "--poll", "--commit"];
const PULL_OF_THE_WATCH: &[&str] = &["pull", "--commit", "greeting"];

/// The world of a row, which is made anew from a copy for every death.
struct Stage {
    row: &'static Row,
    world: World,
    copy: tempfile::TempDir,
    server: Option<Server>,
}

impl Stage {
    fn new(row: &'static Row) -> Self {
        let mut world = (row.set_up)();
        let server = row.served.then(|| rows::serve(&mut world));
        let address = server.map(Server::end);
        let copy = world.copied();
        let server = address.map(|address| Server::listen(&world, &address, &[]));
        Self { row, world, copy, server }
    }

    /// Everything is as it was at first.
    fn again(&mut self) {
        let address = self.server.take().map(Server::end);
        self.world.return_to(&self.copy);
        self.server = address.map(|address| Server::listen(&self.world, &address, &[]));
    }

    /// Runs the command of the row, or another one, to its end.
    fn run(&self, args: &[&str]) {
        let args = if args.is_empty() { self.row.args } else { args };
        let mut command = self.world.command(&[]);
        start(args, command.stdout(Stdio::null()).stderr(Stdio::null()));
    }

    /// What the command of the row and the next one come to where nothing dies, or where it never began. A watch that pulls
    /// and pushes may have come between the two: what it is to do then is for the next command to do, in its own way.
    fn ends(&mut self, next: &[&str]) -> Vec<(String, Texts)> {
        let mut ends = vec![self.end_of(&[&[], next, &[]]), self.end_of(&[next, &[]])];
        if self.row.args == WATCH_THAT_COMMITS {
            ends.push(self.end_of(&[PULL_OF_THE_WATCH, next, &[]]));
        }
        ends
    }

    /// What these commands come to.
    fn end_of(&mut self, commands: &[&[&str]]) -> (String, Texts) {
        self.again();
        commands.iter().for_each(|args| self.run(args));
        (end(&self.world), Texts::of(&self.world))
    }
}

/// Runs a command to its end; a watch is ended when it has nothing to do any more.
fn start(args: &[&str], command: &mut Command) {
    if args[0] != "watch" {
        command.args(args).output().expect("the program starts");
        return;
    }
    let mut child = command.args(args).args(["--json"]).stdout(Stdio::piped()).spawn().expect("the program starts");
    let lines = BufReader::new(child.stdout.take().expect("ours")).lines();
    let (to, heard) = channel();
    std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| to.send(line)));
    loop {
        match heard.recv_timeout(SILENCE) {
            Ok(line) if line.contains("\"event\":\"pushed\"") => break,
            Ok(_) => {}
            Err(_) => break,
        }
    }
    signal(&child);
    let end = Instant::now() + PATIENCE;
    while child.try_wait().expect("ours").is_none() {
        assert!(Instant::now() < end, "a watch ends");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn signal(child: &Child) {
    let mut kill = Command::new("kill");
    // It may have died.
    kill.args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status().expect("kill runs");
}

/// Whether every effect of a command is to be tried, where that is asked for of all or of some commands.
fn is_asked_for(row: &Row, asked: &str) -> bool {
    asked == "all" || row.args.join(" ").starts_with(asked)
}

/// Of how many effects one is tried where those of a command are asked for.
fn stride() -> usize {
    std::env::var("STRIDE").map_or(1, |stride| stride.parse().expect("STRIDE is a number above 0"))
}

/// Lets the command of a row die at its effects, each in turn or some of them.
fn sweep(row: &'static Row) {
    let asked = std::env::var("SWEEP").ok();
    if !can_count() || asked.as_ref().is_some_and(|asked| !is_asked_for(row, asked)) {
        return;
    }
    let mut stage = Stage::new(row);
    stage.again();
    let effects = effects::counted(&stage.world, |command| start(row.args, command));
    power::assert_nothing_can_be_lost(row.args, row.at_once, &effects);
    let effects = effects.len();
    assert!(effects > 1, "{:?} does something: {}", row.args, stage.world.run(row.args));
    let step = if asked.is_some() { stride() } else { effects.div_ceil(DEATHS) };
    let mut unbroken: HashMap<usize, Vec<(String, Texts)>> = HashMap::new();
    let mut deaths = 0;
    // The last effects are those that record what was done.
    for at in (1..=effects).rev().step_by(step) {
        let turn = deaths % NEXT.len();
        let next = NEXT[turn];
        let ends = unbroken.entry(turn).or_insert_with(|| stage.ends(next));
        stage.again();
        effects::killed(&stage.world, at, |command| start(row.args, command));
        stage.run(next);
        stage.run(&[]);
        let is = end(&stage.world);
        let (same, others): (Vec<_>, Vec<_>) = ends.iter().partition(|(end, _)| *end == is);
        assert!(
            !same.is_empty(),
            "{:?} killed at effect {at} of {effects}, then {next:?}:\n{}",
            row.args,
            similar::TextDiff::from_lines(&others[0].0, &is).unified_diff()
        );
        let texts = Texts::of(&stage.world);
        let lack = same.iter().map(|(_, unbroken)| texts.lack(unbroken)).min_by_key(Vec::len).expect("there is one");
        assert!(lack.is_empty(), "{:?} killed at effect {at} of {effects}, then {next:?}, keeps no more: {lack:?}", row.args);
        deaths += 1;
    }
    told(row, deaths, effects);
}

/// So many effects of a first pull make the state.
const MAKING_THE_STATE: usize = 50;

/// The state is made in the first effects, of which a sample of all takes none.
#[test]
fn a_state_that_was_half_made_is_made_anew() {
    if !can_count() {
        return;
    }
    let mut stage = Stage::new(&ROWS[0]);
    stage.again();
    for at in 1..MAKING_THE_STATE {
        stage.again();
        effects::killed(&stage.world, at, |command| start(stage.row.args, command));
        let said = stage.world.run(stage.row.args);
        assert!(said.starts_with("exit 0\n"), "killed at effect {at}: {said}");
    }
}

#[expect(clippy::disallowed_macros, reason = "how much was tried is what the run is for")]
fn told(row: &Row, deaths: usize, effects: usize) {
    eprintln!("{} died at {deaths} of {effects} effects", row.args.join(" "));
}

/// One test for each share of the rows, so that they run side by side.
macro_rules! shares {
    ($($name:ident: $share:literal),*) => {
        const SHARES: usize = [$($share),*].len();
        $(#[test]
        fn $name() {
            ROWS.iter().skip($share).step_by(SHARES).for_each(sweep);
        })*
    };
}
shares!(first: 0, second: 1, third: 2, fourth: 3, fifth: 4, sixth: 5, seventh: 6, eighth: 7);

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<&str> {
    let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let lines = list.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != "help").collect()
}

/// The options that a help text lists, but for those of every command.
fn options(help: &str) -> impl Iterator<Item = &str> {
    let own = help.split("\nOptions of every command:").next().unwrap_or_default();
    own.lines().filter_map(|line| {
        let option = line.trim_start();
        let option = option.strip_prefix('-').and_then(|rest| rest.split_once("--").map(|(_, name)| name))?;
        option.split(|c: char| !c.is_ascii_lowercase() && c != '-').next()
    })
}

#[test]
fn every_command_that_writes_is_swept() {
    let world = World::new();
    let help = |words: &[&str]| {
        let said = world.command(&[words, &["--help"]].concat()).output().expect("the program starts");
        String::from_utf8(said.stdout).expect("help is UTF-8")
    };
    let swept: BTreeSet<&str> = ROWS.iter().flat_map(|row| row.args).filter_map(|word| word.split('=').next()).collect();
    let looks: BTreeSet<&str> = READS.iter().map(|args| args[0]).chain(OTHERS.iter().copied()).collect();
    let program = help(&[]);
    assert!(commands(&program).len() > 20, "{program}");
    for command in commands(&program) {
        if !ROWS.iter().any(|row| row.args[0] == command) {
            assert!(looks.contains(command), "{command}: neither swept nor known to look only");
            continue;
        }
        let mut words = vec![vec![command]];
        let own = help(&[command]);
        for inner in commands(&own) {
            let is_known = |args: &[&str]| args[..args.len().min(2)] == [command, inner];
            let has_row = ROWS.iter().any(|row| is_known(row.args)) || READS.iter().any(|args| is_known(args));
            assert!(has_row, "{command} {inner}: neither swept nor known to look only");
            words.push(vec![command, inner]);
        }
        for words in words {
            for option in options(&help(&words)) {
                let is_known = swept.contains(&*format!("--{option}")) || SHADES.contains(&option);
                assert!(is_known, "{words:?} --{option}: no row of the sweep has it");
            }
        }
    }
}

#[test]
fn commands_that_look_change_nothing() {
    let world = World::pulled_in_git();
    let before = end(&world);
    for args in READS {
        world.run(args);
        assert_eq!(end(&world), before, "{args:?}");
    }
}
