//! Desks whose files and states are in memory, and that world after world is lived at, one after the other.
//!
//! To open a state means to read its schema and to prepare every statement anew. At a desk that lasts, connections to the state stay
//! open, also when the program ends or dies: a command that dies takes back the transaction that it is in, and all that a new one
//! knows is what the state says. A test holds that what happens in a world is the same at old desks and at new ones.

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
