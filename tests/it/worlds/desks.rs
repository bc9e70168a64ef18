//! Desks whose files and states are in memory, and that world after world is lived at, one after the other.
//!
//! To make a desk and to open its state takes as long as a quarter of a world. At a desk that lasts, connections to the state stay
//! open, also when the program ends or dies: a command that dies takes back the transaction that it is in, and all that a new one
//! knows is what the state says. A law holds that a world is the same at old desks and at new ones.

use super::seat::Seat;

/// Desks that are free.
#[derive(Default)]
pub struct Desks(Vec<Seat>);

impl Desks {
    pub fn take(&mut self) -> Option<Seat> {
        self.0.pop()
    }

    /// A world has ended at these.
    pub fn give_back(&mut self, seats: Vec<Seat>) {
        self.0.extend(seats.into_iter().filter_map(Seat::cleared));
    }
}
