//! Makes a dashboard in a file with the account `bulk`: `cargo run --release --example bulk -- FILE SCORES`.
//!
//! Twenty scorecards, texts of the sizes that real scores have, all of them distinct, and the same ones each time.
#![allow(clippy::disallowed_macros, reason = "an example is a program of its own")]

use scoresync::registry::{Registry, seed};
use std::path::Path;
use std::process::ExitCode;

const SCORECARDS: usize = 20;
const CODE_BYTES: usize = 5_000;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, scores] = args.as_slice() else { return usage() };
    let Ok(scores) = scores.parse::<usize>() else { return usage() };
    let size = seed::Bulk { scorecards: SCORECARDS, scores_each: scores.div_ceil(SCORECARDS), code_bytes: CODE_BYTES };
    match Registry::open(Path::new(file)).and_then(|registry| seed::bulk(&registry, size)) {
        Ok(_) => {
            println!("scoresync init --api-url file:{file} --account bulk");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("cargo run --release --example bulk -- FILE SCORES");
    ExitCode::FAILURE
}
