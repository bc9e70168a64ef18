//! Fills a registry without asking it: the demo account, accounts of any size, and items that its own rules refuse.
//!
//! It writes no logs and sends no events: to a client, seeded items have always been there.

mod bulk;
mod demo;
mod insert;

pub use bulk::{Bulk, bulk};
pub use demo::{DEMO_ACCOUNT_KEY, demo};
pub use insert::insert;
