//! The program in a terminal of its own, in a world.

use super::World;
use super::run::filtered;
use crate::support::Pty;
use portable_pty::CommandBuilder;
use std::ffi::OsStr;
use std::process::Command;

/// A terminal in which the program runs.
pub struct Terminal<'a> {
    world: &'a World,
    pty: Pty,
}

impl World {
    /// Starts the program in a terminal of 100 columns.
    pub fn terminal(&self, args: &[&str]) -> Terminal<'_> {
        self.terminal_of(100, args)
    }

    /// Starts the program in a terminal of so many columns.
    pub fn terminal_of(&self, columns: u16, args: &[&str]) -> Terminal<'_> {
        let known = self.command(args);
        let words: Vec<_> = [known.get_program()].into_iter().chain(known.get_args()).collect();
        self.in_terminal(columns, &known, &words)
    }

    /// Starts it in a terminal from which only its output goes elsewhere, as in `scoresync … | pbcopy`.
    pub fn terminal_with_pipe(&self, args: &[&str]) -> Terminal<'_> {
        let known = self.command(args);
        let shell = ["/bin/sh", "-c", "\"$0\" \"$@\" | cat"].map(OsStr::new);
        let words: Vec<_> = shell.into_iter().chain([known.get_program()]).chain(known.get_args()).collect();
        self.in_terminal(100, &known, &words)
    }

    fn in_terminal(&self, columns: u16, known: &Command, words: &[&OsStr]) -> Terminal<'_> {
        let mut command = CommandBuilder::new(words[0]);
        command.args(&words[1..]);
        command.cwd(self.folder());
        command.env_clear();
        known.get_envs().filter_map(|(name, value)| Some((name, value?))).for_each(|(name, value)| command.env(name, value));
        Terminal { world: self, pty: Pty::start(command, columns, columns) }
    }
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
        self.pty.until(text, times, |screen| filtered(screen, self.world.real_home()));
        self
    }

    /// Types keys.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.pty.keys(keys);
        self
    }

    /// Waits for a question and answers it with a line.
    #[track_caller]
    pub fn answer(&mut self, question: &str, answer: &str) -> &mut Self {
        self.until(question).keys(&format!("{answer}\r"))
    }

    /// What stands on the screen, with placeholders as [`World::run`] has them.
    pub fn shown(&self) -> String {
        filtered(&self.pty.shown(), self.world.real_home())
    }

    /// Waits for the end of the program; how it ended, and all that stands on the screen.
    #[track_caller]
    pub fn end(&mut self) -> String {
        let status = self.pty.end();
        format!("exit {status}\n{}\n", self.shown().trim_end())
    }
}
