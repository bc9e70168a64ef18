//! What `serve` and `demo` are in a build without the embedded dashboard: an answer that says so, whatever else was typed.

use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::ui::Ui;
use clap::Args;

/// Anything; nothing of it is read.
#[derive(Debug, Args)]
#[command(about = "Not in this build: it has no embedded dashboard", disable_help_flag = true)]
pub struct NotEmbeddedArgs {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    ignored: Vec<String>,
}

fn refuse() -> Result<Exit, Problem> {
    Err(Problem::not_embedded())
}

pub mod demo {
    //! `demo` without its dashboard.

    pub use super::NotEmbeddedArgs as DemoArgs;
    use super::{App, Exit, Problem, Ui, refuse};

    /// Says that it cannot.
    ///
    /// # Errors
    /// Always.
    pub fn run(_: &App, _: &DemoArgs, _: &mut Ui) -> Result<Exit, Problem> {
        refuse()
    }
}

pub mod serve {
    //! `serve` without anything to serve.

    pub use super::NotEmbeddedArgs as ServeArgs;
    use super::{App, Exit, Problem, Ui, refuse};

    /// Says that it cannot.
    ///
    /// # Errors
    /// Always.
    pub fn run(_: &App, _: &ServeArgs, _: &mut Ui) -> Result<Exit, Problem> {
        refuse()
    }
}
