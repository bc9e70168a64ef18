//! Whole worlds, as many as are wanted: `cargo run --release --example soak -- --worlds N --seed S [--minutes M]`.
//!
//! Each seed from S on is a world: see `tests/it/worlds`. What was tried is printed, and of a world that breaks a law the few
//! steps that it takes.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods, reason = "an example is a program of its own")]

#[path = "../tests/it/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "tests use the rest")]
mod support;
#[path = "../tests/it/worlds/mod.rs"]
#[expect(dead_code, reason = "only tests break promises")]
mod worlds;

use std::process::ExitCode;
use std::time::{Duration, Instant};
use worlds::many;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = args.iter().position(|arg| arg == name)?;
        args.get(at + 1)?.parse::<u64>().ok()
    };
    let Some(worlds) = value("--worlds") else {
        eprintln!("cargo run --release --example soak -- --worlds N --seed S [--minutes M]");
        return ExitCode::FAILURE;
    };
    let seed = value("--seed").unwrap_or(0);
    let began = Instant::now();
    let until = value("--minutes").map(|minutes| began + Duration::from_secs(60 * minutes));
    let (tally, failures) = many(seed..seed.saturating_add(worlds), until);
    let seconds = began.elapsed().as_secs_f64();
    print!("seeds from {seed}: {tally}");
    println!("{seconds:.0} seconds, {:.1} worlds a second", tally.worlds as f64 / seconds);
    failures.iter().for_each(|failure| println!("\n{failure}"));
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
