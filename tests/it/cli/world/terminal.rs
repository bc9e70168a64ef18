//! The program in a terminal of its own: what stands on the screen, and what a person types.

use super::World;
use super::run::filtered;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long something may take to come onto the screen on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);
/// The time between two looks at the screen.
const LOOK: Duration = Duration::from_millis(10);
/// More lines than any test prints, so that nothing leaves the screen.
const LINES: NonZero<u16> = NonZero::new(500).expect("not zero");

/// A terminal in which the program runs.
pub struct Terminal<'a> {
    world: &'a World,
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    reader: Option<std::thread::JoinHandle<()>>,
    _master: Box<dyn MasterPty + Send>,
}

impl World {
    /// Starts the program in a terminal of 100 columns.
    pub fn terminal(&self, args: &[&str]) -> Terminal<'_> {
        self.terminal_of(100, args)
    }

    /// Starts the program in a terminal of so many columns.
    pub fn terminal_of(&self, columns: u16, args: &[&str]) -> Terminal<'_> {
        let size = PtySize { rows: LINES.get(), cols: columns, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let known = self.command(args);
        let mut command = CommandBuilder::new(known.get_program());
        command.args(known.get_args());
        command.cwd(self.folder());
        command.env_clear();
        known.get_envs().filter_map(|(name, value)| Some((name, value?))).for_each(|(name, value)| command.env(name, value));
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(LINES, NonZero::new(columns).expect("columns"), 0)));
        let reader = read(pair.master.try_clone_reader().expect("a reader"), screen.clone());
        let keyboard = pair.master.take_writer().expect("a keyboard");
        Terminal { world: self, child, keyboard, screen, reader: Some(reader), _master: pair.master }
    }
}

/// Brings what the program writes onto the screen, until it ends.
fn read(mut output: Box<dyn Read + Send>, screen: Arc<Mutex<vt100::Parser>>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut part = [0; 4096];
        // At the end Linux answers with an error, others with nothing.
        while let Ok(length @ 1..) = output.read(&mut part) {
            screen.lock().expect("a screen").process(&part[..length]);
        }
    })
}

impl Terminal<'_> {
    /// Waits until a text stands on the screen.
    #[track_caller]
    pub fn until(&mut self, text: &str) -> &mut Self {
        self.until_times(text, 1)
    }

    /// Waits until a text stands so many times on the screen.
    #[track_caller]
    pub fn until_times(&mut self, text: &str, times: usize) -> &mut Self {
        let start = Instant::now();
        while self.shown().matches(text).count() < times {
            assert!(start.elapsed() < PATIENCE, "{text:?} did not come onto the screen:\n{}", self.shown());
            std::thread::sleep(LOOK);
        }
        self
    }

    /// Types keys.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).and_then(|()| self.keyboard.flush()).expect("typed");
        self
    }

    /// Waits for a question and answers it with a line.
    #[track_caller]
    pub fn answer(&mut self, question: &str, answer: &str) -> &mut Self {
        self.until(question).keys(&format!("{answer}\r"))
    }

    /// What stands on the screen, with placeholders as [`World::run`] has them.
    pub fn shown(&self) -> String {
        let screen = self.screen.lock().expect("a screen").screen().contents();
        filtered(&screen, self.world.real_home())
    }

    /// Waits for the end of the program; how it ended, and all that stands on the screen.
    #[track_caller]
    pub fn end(&mut self) -> String {
        let start = Instant::now();
        let status = loop {
            match self.child.try_wait().expect("a child") {
                Some(status) => break status,
                None => assert!(start.elapsed() < PATIENCE, "the program does not end:\n{}", self.shown()),
            }
            std::thread::sleep(LOOK);
        };
        self.reader.take().into_iter().for_each(|reader| reader.join().expect("a reader"));
        format!("exit {}\n{}\n", status.exit_code(), self.shown().trim_end())
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
