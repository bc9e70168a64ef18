//! The git room against real repositories, each in a temporary folder with a home and configuration of its own.

mod commit;
mod committed;
mod hooks;
mod husky;
mod owner;
mod reading;
mod sandbox;
