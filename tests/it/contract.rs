//! What every `Remote` promises, asserted on each of them; and what the GraphQL client does when a server misbehaves.

mod catalog;
mod fake;
mod faults;
mod http;
mod listening;
mod newest;
mod records;
mod registry;
mod run_task;
mod standalone;
mod suite;
mod writes;
