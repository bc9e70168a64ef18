//! A few lines at the bottom of a terminal that are drawn again and again, with lines that stay scrolling by above them.
//! The terminal is as before when the value is dropped, also by a panic.

use crossterm::QueueableCommand;
use crossterm::cursor::{Hide, MoveToColumn, MoveUp, Show};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{Clear, ClearType, DisableLineWrap, EnableLineWrap, disable_raw_mode, enable_raw_mode, size};
use std::io::{self, Write};
use tokio::sync::mpsc;

/// Width where the terminal does not tell.
const USUAL_WIDTH: u16 = 80;

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

/// The lines.
pub struct Live {
    /// The lines that are drawn.
    drawn: Vec<String>,
    keys: bool,
}

impl Live {
    /// Takes the terminal; with `keys`, typed letters come without Enter and unseen.
    pub fn start(keys: bool) -> io::Result<Self> {
        let mut live = Self { drawn: Vec::new(), keys: false };
        live.take(keys)?;
        Ok(live)
    }

    fn take(&mut self, keys: bool) -> io::Result<()> {
        if keys {
            enable_raw_mode()?;
        }
        self.keys = keys;
        self.write(|out| out.queue(Hide).map(drop))
    }

    /// Columns of the terminal.
    pub fn width(&self) -> usize {
        size().map_or(USUAL_WIDTH, |(columns, _)| columns).max(1).into()
    }

    /// Prints lines that stay, in place of the drawn ones, which are to be drawn again.
    pub fn above(&mut self, text: &str) -> io::Result<()> {
        self.erase()?;
        self.write(|out| out.write_all(text.replace('\n', "\r\n").as_bytes()))
    }

    /// Draws these lines in place of those before, unless they are the same.
    pub fn draw(&mut self, lines: Vec<String>) -> io::Result<()> {
        if lines == self.drawn {
            return Ok(());
        }
        self.erase()?;
        let text = lines.join("\r\n");
        self.drawn = lines;
        self.write(|out| {
            out.queue(DisableLineWrap)?;
            out.write_all(text.as_bytes())?;
            out.queue(EnableLineWrap).map(drop)
        })
    }

    /// A terminal that became narrower shows a line in several rows.
    fn erase(&mut self) -> io::Result<()> {
        let width = self.width();
        let rows: usize = self.drawn.drain(..).map(|line| visible(&line).div_ceil(width).max(1)).sum();
        let up = u16::try_from(rows.saturating_sub(1)).unwrap_or(u16::MAX);
        self.write(|out| {
            out.queue(MoveToColumn(0))?;
            if up > 0 {
                out.queue(MoveUp(up))?;
            }
            out.queue(Clear(ClearType::FromCursorDown)).map(drop)
        })
    }

    /// Gives the terminal back, stops as Ctrl-Z does elsewhere, and takes the terminal again when continued.
    pub fn suspend(&mut self) -> io::Result<()> {
        let keys = self.keys;
        self.give_back()?;
        #[cfg(unix)]
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)?;
        self.take(keys)
    }

    fn give_back(&mut self) -> io::Result<()> {
        self.erase()?;
        self.write(|out| out.queue(Show).map(drop))?;
        if std::mem::take(&mut self.keys) { disable_raw_mode() } else { Ok(()) }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the only writer")]
    fn write(&self, f: impl FnOnce(&mut io::StdoutLock<'static>) -> io::Result<()>) -> io::Result<()> {
        let mut out = io::stdout().lock();
        f(&mut out)?;
        out.flush()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // Nobody is left to be told.
        let _ = self.give_back();
    }
}

/// What is typed from now on. The thread ends with the process: reading a terminal cannot be stopped.
pub fn keys() -> mpsc::Receiver<Key> {
    let (to, keys) = mpsc::channel(16);
    std::thread::spawn(move || {
        while let Ok(event) = crossterm::event::read() {
            if let Some(key) = key(&event)
                && to.blocking_send(key).is_err()
            {
                return;
            }
        }
    });
    keys
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

/// Characters that are seen: without the sequences that colour.
fn visible(line: &str) -> usize {
    let mut coloured = false;
    line.chars()
        .filter(|c| {
            let starts = *c == '\u{1b}';
            let hidden = coloured || starts;
            coloured = (coloured && *c != 'm') || starts;
            !hidden
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_take_no_room() {
        assert_eq!(visible("\u{1b}[1mTone\u{1b}[0m.yaml"), 9);
        assert_eq!(visible(""), 0);
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
