//! The command `scoresync`.

fn main() -> std::process::ExitCode {
    scoresync::cli::main()
}
