//! A program in a pseudo-terminal: what stands on the screen, and what a person types.

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

/// A terminal in which a program runs.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    reader: Option<std::thread::JoinHandle<()>>,
    _master: Box<dyn MasterPty + Send>,
}

impl Pty {
    /// Starts a program that is told of a terminal of `columns`. The screen that is looked at has `seen` columns: where it has
    /// more, a line that is too long is seen as one.
    pub fn start(mut command: CommandBuilder, columns: u16, seen: u16) -> Self {
        let size = PtySize { rows: LINES.get(), cols: columns, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(LINES, NonZero::new(seen).expect("columns"), 0)));
        let reader = read(pair.master.try_clone_reader().expect("a reader"), screen.clone());
        let keyboard = pair.master.take_writer().expect("a keyboard");
        Self { child, keyboard, screen, reader: Some(reader), _master: pair.master }
    }

    /// What stands on the screen.
    pub fn shown(&self) -> String {
        self.screen.lock().expect("a screen").screen().contents()
    }

    /// Waits until a text stands so many times on the screen, as `seen` shows it.
    #[track_caller]
    pub fn until(&self, text: &str, times: usize, seen: impl Fn(&str) -> String) {
        let start = Instant::now();
        while seen(&self.shown()).matches(text).count() < times {
            assert!(start.elapsed() < PATIENCE, "{text:?} did not come onto the screen:\n{}", self.shown());
            std::thread::sleep(LOOK);
        }
    }

    /// Types keys.
    pub fn keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).and_then(|()| self.keyboard.flush()).expect("typed");
    }

    /// Waits for the end of the program: its exit status. All that it wrote stands on the screen then.
    #[track_caller]
    pub fn end(&mut self) -> u32 {
        let start = Instant::now();
        let status = loop {
            match self.child.try_wait().expect("a child") {
                Some(status) => break status,
                None => assert!(start.elapsed() < PATIENCE, "the program does not end:\n{}", self.shown()),
            }
            std::thread::sleep(LOOK);
        };
        self.reader.take().into_iter().for_each(|reader| reader.join().expect("a reader"));
        status.exit_code()
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

impl Drop for Pty {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
