//! What people do at their desks without the program.

use super::script::Act;
use super::seat::Files;
use super::texts;
use super::world::World;
use fastrand::Rng;
use scoresync::model::{DocKind, SyncKind};
use std::path::{Path, PathBuf};

impl World {
    pub fn at_desk(&mut self, act: Act, desk: usize, dice: &mut Rng) {
        let files = self.seats[desk].files();
        let Some(path) = any_file(&files, dice) else {
            return if act == Act::Restart {
                self.seats[desk].restart()
            };
        };
        match act {
            Act::Edit => self.edit(desk, &path, dice),
            Act::EditBoth => {
                both(&path).iter().filter(|path| files.contains_key(*path)).for_each(|path| self.edit(desk, path, dice))
            }
            Act::EditAlike => {
                let seed = dice.u64(..);
                let alike = |other: &usize| self.seats[*other].files().get(&path) == files.get(&path);
                let alike: Vec<usize> = (0..self.seats.len()).filter(alike).collect();
                alike.into_iter().for_each(|other| self.edit(other, &path, &mut Rng::with_seed(seed)));
            }
            Act::Break => self.type_into(desk, &path, &texts::broken(&files[&path])),
            Act::Delete => self.remove(desk, &path),
            Act::DeleteScore => {
                both(&path).iter().filter(|path| files.contains_key(*path)).for_each(|path| self.remove(desk, path))
            }
            Act::RenameFile => {
                let name = path.with_file_name(format!("Moved {:x}", dice.u16(..))).with_extension(extension(&path));
                self.remove(desk, &path);
                self.type_into(desk, &name, &files[&path]);
            }
            Act::Open => self.opened.push((desk, path.clone(), files[&path].clone())),
            Act::SaveOpened => self.save_opened(desk, dice),
            Act::Restart => self.seats[desk].restart(),
            Act::LoseState if self.seats[desk].desk.state_folder().exists() => {
                self.seats[desk].lose_state();
                self.settled.forget(desk);
                // Who removes the state, and what it knows of old names, begins anew in the editor, too.
                self.opened.retain(|(at, ..)| *at != desk);
                self.promoted_otherwise.extend(self.seats[desk].line.promoted());
            }
            Act::Commit | Act::Checkout | Act::Rebase if self.seats[desk].git => self.git(act, desk, dice),
            Act::TakeFiles => self.take_files(desk, (desk + dice.usize(1..self.seats.len())) % self.seats.len()),
            _ => {}
        }
    }

    /// Git brings what a teammate has.
    fn take_files(&mut self, desk: usize, from: usize) {
        let (files, theirs) = (self.seats[desk].files(), self.seats[from].files());
        self.note(format!("  desk {desk}: has the files of desk {from}"));
        files.keys().filter(|path| !theirs.contains_key(*path)).for_each(|path| self.seats[desk].remove(path));
        let changed = theirs.iter().filter(|(path, text)| files.get(*path) != Some(text));
        changed.for_each(|(path, text)| self.seats[desk].write(path, text));
        self.settled.pairs_of(&theirs);
        self.settled.are_mixed = true;
    }

    /// An editor saves what it read some time ago, as it was or edited, whatever is there by now.
    fn save_opened(&mut self, desk: usize, dice: &mut Rng) {
        let of_desk: Vec<usize> = (0..self.opened.len()).filter(|number| self.opened[*number].0 == desk).collect();
        let Some(number) = of_desk.get(dice.usize(0..of_desk.len().max(1))) else { return };
        let (_, path, text) = self.opened.swap_remove(*number);
        let text = if dice.bool() { texts::edited(dice, kind(&path), &text) } else { text };
        self.type_into(desk, &path, &text);
    }

    fn edit(&mut self, desk: usize, path: &Path, dice: &mut Rng) {
        let text = self.seats[desk].files().remove(path).unwrap_or_default();
        let text = texts::edited(dice, kind(path), &text);
        self.type_into(desk, path, &text);
    }

    /// A person saves a file.
    pub fn type_into(&mut self, desk: usize, path: &Path, text: &str) {
        self.note(format!("  desk {desk}: {} becomes {text:?}", path.display()));
        self.seats[desk].write(path, text);
        self.settled.pair_of(&self.seats[desk].files(), path);
    }

    /// A person deletes a file.
    pub fn remove(&mut self, desk: usize, path: &Path) {
        self.note(format!("  desk {desk}: {} is deleted", path.display()));
        self.seats[desk].remove(path);
        self.settled.pair_of(&self.seats[desk].files(), path);
    }

    fn git(&mut self, act: Act, desk: usize, dice: &mut Rng) {
        let seat = &self.seats[desk];
        let number = dice.u32(..);
        match act {
            Act::Commit => seat.commit("later"),
            Act::Checkout => {
                let _ = seat.try_git(&["checkout", "-q", ["HEAD", "HEAD~1", "HEAD~2"][number as usize % 3], "--", "."]);
            }
            // What is not committed is put away first, and taken back then, as far as git can.
            _ => {
                let stashed = seat.try_git(&["stash", "-q"]);
                let branch = format!("side-{number}");
                if seat.try_git(&["checkout", "-q", "-b", &branch, "HEAD~1"]) {
                    let yaml: Vec<_> = seat.files().into_keys().filter(|path| kind(path).is_yaml()).collect();
                    if let Some(path) = yaml.get(number as usize % yaml.len().max(1)) {
                        let text = seat.files()[path].clone();
                        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
                        seat.write(path, &format!("{text}{end}side{number:x}: 1\n"));
                    }
                    seat.commit("aside");
                    let rebased = seat.try_git(&["rebase", "-q", "main"]) || seat.try_git(&["rebase", "--abort"]);
                    seat.git(&["checkout", "-q", "-B", "main"]);
                    debug_assert!(rebased);
                }
                if stashed && !seat.try_git(&["stash", "pop", "-q"]) {
                    seat.try_git(&["checkout", "-q", "HEAD", "--", "."]);
                }
            }
        }
        let files = self.seats[desk].files();
        self.settled.pairs_of(&files);
        self.settled.are_mixed = true;
    }
}

pub fn any_file(files: &Files, dice: &mut Rng) -> Option<PathBuf> {
    if files.is_empty() { None } else { files.keys().nth(dice.usize(0..files.len())).cloned() }
}

pub fn kind(path: &Path) -> DocKind {
    match SyncKind::at(&path.to_string_lossy()) {
        SyncKind::Score if extension(path) == "md" => DocKind::Guidelines,
        kind => kind.main_document(),
    }
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|end| end.to_str()).unwrap_or_default()
}

/// The file and the other one of its score.
fn both(path: &Path) -> Vec<PathBuf> {
    if SyncKind::at(&path.to_string_lossy()).is_standalone() {
        return vec![path.to_owned()];
    }
    let (folder, stem) = (path.parent().unwrap_or(Path::new("")), path.file_stem().unwrap_or_default());
    let card = if kind(path) == DocKind::Guidelines { folder.parent().unwrap_or(folder) } else { folder };
    let name = |end: &str| Path::new(stem).with_file_name(format!("{}.{end}", stem.to_string_lossy()));
    vec![card.join(name("yaml")), card.join("guidelines").join(name("md"))]
}
