//! A few lines at the bottom of a terminal that are drawn again and again, with lines that stay scrolling by above them.
//! The terminal is as before when the value is dropped, also by a panic.

use super::columns::visible_columns;
use crate::cli::printable::for_terminal;
use crossterm::QueueableCommand;
use crossterm::cursor::{Hide, MoveToColumn, MoveUp, Show};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{Clear, ClearType, DisableLineWrap, EnableLineWrap, disable_raw_mode, enable_raw_mode, size};
use std::io::{self, Write};
use std::panic::{set_hook, take_hook};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::current;
use tokio::sync::mpsc;

/// Columns where the terminal does not tell.
const DEFAULT_WIDTH: u16 = 80;
/// Rows where the terminal does not tell.
const DEFAULT_HEIGHT: u16 = 24;

/// What was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A letter.
    Letter(char),
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-Z.
    Suspend,
    /// The terminal has another size.
    Resized,
}

/// The lines at the bottom, and the terminal for as long as they are drawn.
pub struct Live {
    /// The lines that are drawn.
    drawn: Vec<String>,
    keys: bool,
    screen: Arc<Screen>,
}

/// The terminal, shared with what happens at a panic.
struct Screen {
    out: Mutex<Box<dyn Write + Send>>,
    /// Whether typed letters come without Enter while the terminal is ours; none while it is not.
    taken: Mutex<Option<bool>>,
}

impl Live {
    /// Takes the terminal; with `keys`, typed letters come without Enter and unseen.
    ///
    /// # Errors
    /// It is no terminal that can be written to.
    #[expect(clippy::disallowed_methods, reason = "this is the only writer")]
    pub fn start(keys: bool) -> io::Result<Self> {
        Self::on(Box::new(io::stdout()), keys)
    }

    fn on(out: Box<dyn Write + Send>, keys: bool) -> io::Result<Self> {
        let screen = Arc::new(Screen { out: Mutex::new(out), taken: Mutex::new(None) });
        screen.give_back_at_a_panic();
        screen.take(keys)?;
        Ok(Self { drawn: Vec::new(), keys, screen })
    }

    /// Columns of the terminal.
    pub fn width(&self) -> usize {
        size().map_or(DEFAULT_WIDTH, |(columns, _)| columns).max(1).into()
    }

    /// The most lines that can be drawn: more would scroll, and what has scrolled cannot be erased. One row stays for what was
    /// said last above.
    pub fn height(&self) -> usize {
        size().map_or(DEFAULT_HEIGHT, |(_, rows)| rows).saturating_sub(1).max(1).into()
    }

    /// Prints lines that stay, in place of the drawn ones, which are to be drawn again.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn above(&mut self, text: &str) -> io::Result<()> {
        self.erase()?;
        self.screen.write(|out| out.write_all(for_terminal(text).replace('\n', "\r\n").as_bytes()))
    }

    /// Draws these lines in place of those before, unless they are the same.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, lines: Vec<String>) -> io::Result<()> {
        if lines == self.drawn {
            return Ok(());
        }
        self.erase()?;
        let text = lines.iter().map(|line| for_terminal(line)).collect::<Vec<_>>().join("\r\n");
        self.drawn = lines;
        self.screen.write(|out| {
            out.queue(DisableLineWrap)?;
            out.write_all(text.as_bytes())?;
            out.queue(EnableLineWrap).map(drop)
        })
    }

    /// Erases what is drawn, row by row: tmux keeps a copy of what is erased at once from the first row of the terminal on. A
    /// terminal that became narrower shows a line in several rows.
    fn erase(&mut self) -> io::Result<()> {
        let width = self.width();
        let rows: usize = self.drawn.drain(..).map(|line| visible_columns(&line).div_ceil(width).max(1)).sum();
        self.screen.write(|out| {
            out.queue(MoveToColumn(0))?.queue(Clear(ClearType::CurrentLine))?;
            for _ in 1..rows {
                out.queue(MoveUp(1))?.queue(Clear(ClearType::CurrentLine))?;
            }
            Ok(())
        })
    }

    /// Gives the terminal back, stops as Ctrl-Z does elsewhere, and takes the terminal again when continued.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        self.give_back()?;
        #[cfg(unix)]
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)?;
        self.take_again()
    }

    /// Erases what is drawn and leaves the terminal to others, until it is taken again.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn give_back(&mut self) -> io::Result<()> {
        self.erase()?;
        self.screen.give_back("")
    }

    /// Takes the terminal again.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn take_again(&mut self) -> io::Result<()> {
        self.screen.take(self.keys)
    }
}

impl Drop for Live {
    /// Nobody is left to be told of an error. After a panic the lines stay, above its message.
    fn drop(&mut self) {
        if self.screen.is_taken() {
            let _ = self.erase();
            let _ = self.screen.give_back("");
        }
    }
}

impl Screen {
    fn take(&self, keys: bool) -> io::Result<()> {
        if keys {
            enable_raw_mode()?;
        }
        *lock(&self.taken) = Some(keys);
        self.write(|out| out.queue(Hide).map(drop))
    }

    fn is_taken(&self) -> bool {
        lock(&self.taken).is_some()
    }

    /// Leaves the terminal as it was before, after writing `last`.
    fn give_back(&self, last: &str) -> io::Result<()> {
        let Some(keys) = lock(&self.taken).take() else { return Ok(()) };
        let written = self.write(|out| {
            out.queue(Show)?;
            out.write_all(last.as_bytes())
        });
        if keys { disable_raw_mode().and(written) } else { written }
    }

    /// The message of a panic comes before anything is dropped: it needs a terminal as it was, and a line of its own.
    fn give_back_at_a_panic(self: &Arc<Self>) {
        let (screen, here, before) = (Arc::downgrade(self), current().id(), take_hook());
        set_hook(Box::new(move |panic| {
            // A panic of another thread ends nothing here. A thread that panics while it writes holds the lock.
            let screen = screen.upgrade().filter(|screen| current().id() == here && screen.out.try_lock().is_ok());
            screen.into_iter().for_each(|screen| drop(screen.give_back("\r\n")));
            before(panic);
        }));
    }

    fn write(&self, f: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = lock(&self.out);
        f(&mut **out)?;
        out.flush()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is typed. The terminal is read only while a key is waited for: between two keys others can read it.
pub struct Keys {
    typed: mpsc::Receiver<Key>,
    wanted: std::sync::mpsc::Sender<()>,
    /// A key is being read.
    is_wanted: bool,
}

impl Keys {
    /// Nothing is read yet. The thread ends with the process: reading a terminal cannot be stopped.
    pub fn start() -> Self {
        let (to, typed) = mpsc::channel(1);
        let (wanted, is_wanted) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            while is_wanted.recv().is_ok() {
                let Some(key) = read_key() else { return };
                if to.blocking_send(key).is_err() {
                    return;
                }
            }
        });
        Self { typed, wanted, is_wanted: false }
    }

    /// The next key; none if the terminal is gone. Dropping the wait loses no key.
    pub async fn next(&mut self) -> Option<Key> {
        self.is_wanted = self.is_wanted || self.wanted.send(()).is_ok();
        let key = self.typed.recv().await;
        self.is_wanted = false;
        key
    }
}

/// Waits for something that is a key to us.
fn read_key() -> Option<Key> {
    loop {
        if let Some(key) = key(&crossterm::event::read().ok()?) {
            return Some(key);
        }
    }
}

fn key(event: &Event) -> Option<Key> {
    match event {
        Event::Resize(..) => Some(Key::Resized),
        Event::Key(KeyEvent { code: KeyCode::Char(letter), modifiers, kind, .. }) if *kind != KeyEventKind::Release => {
            match (letter, modifiers.contains(KeyModifiers::CONTROL)) {
                ('c', true) => Some(Key::Interrupt),
                ('z', true) => Some(Key::Suspend),
                (_, true) => None,
                (letter, false) => Some(Key::Letter(letter.to_ascii_lowercase())),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// What was written to a terminal.
    #[derive(Clone, Default)]
    struct TerminalOutput(Arc<Mutex<Vec<u8>>>);

    impl Write for TerminalOutput {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            lock(&self.0).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// How a run with one drawn line ends on the terminal.
    fn end_of(run: fn()) -> String {
        let written = TerminalOutput::default();
        let end = catch_unwind(AssertUnwindSafe(|| {
            let mut live = Live::on(Box::new(written.clone()), false).expect("a terminal");
            live.draw(vec!["calm".to_owned()]).expect("it is drawn");
            run();
        }));
        drop(end);
        let text = String::from_utf8(lock(&written.0).clone()).expect("text");
        text.split_once("calm").expect("it was drawn").1.to_owned()
    }

    #[test]
    fn the_terminal_is_given_back_at_the_end_and_at_a_panic() {
        let (show, wrap, clear) = ("\u{1b}[?25h", "\u{1b}[?7h", "\u{1b}[2K");
        let end = end_of(|| {});
        assert!(end.contains(clear) && end.ends_with(show), "{end:?}");
        // The lines stay, and the message of the panic has a line of its own.
        assert_eq!(end_of(|| panic!("told to")), format!("{wrap}{show}\r\n"));
        // A panic of another thread ends nothing.
        let end = end_of(|| drop(std::thread::spawn(|| panic!("told to")).join()));
        assert!(end.contains(clear) && end.ends_with(show), "{end:?}");
    }

    #[test]
    fn keys_are_letters_and_what_ends_or_stops() {
        let typed = |code, modifiers| key(&Event::Key(KeyEvent::new(KeyCode::Char(code), modifiers)));
        assert_eq!(typed('P', KeyModifiers::SHIFT), Some(Key::Letter('p')));
        assert_eq!(typed('c', KeyModifiers::CONTROL), Some(Key::Interrupt));
        assert_eq!(typed('z', KeyModifiers::CONTROL), Some(Key::Suspend));
        assert_eq!(typed('x', KeyModifiers::CONTROL), None);
        assert_eq!(key(&Event::Resize(80, 24)), Some(Key::Resized));
    }
}
