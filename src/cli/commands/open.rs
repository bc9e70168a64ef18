//! `open`: the dashboard's page of a score.

use crate::cli::app::App;
use crate::cli::complete::{TargetCompleter, VersionCompleter};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::links::address;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::target;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::page;
use crate::model::WebAddress;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;
use std::process::{Command, Stdio};

/// Open the dashboard's page of a score
#[derive(Debug, Args)]
#[command(after_help = "\
The address of the dashboard's pages is PLEXUS_APP_URL, or app_url in scoresync.yaml.

Examples:
  scoresync open Tone
  scoresync open Tone --version 1a2b3c4d
  scoresync open Tone --print            only the address")]
pub struct OpenArgs {
    /// One score: file, name, key, id or external id
    #[arg(value_name = "TARGET", add = ArgValueCompleter::new(TargetCompleter))]
    pub target: String,
    /// The page of this version (id or the start of it)
    #[arg(long, value_name = "VERSION", add = ArgValueCompleter::new(VersionCompleter))]
    pub version: Option<String>,
    /// Only print the address (what happens off a terminal)
    #[arg(long)]
    pub print: bool,
}

/// Prints the address of the page and, on a terminal, opens it in a browser.
///
/// # Errors
/// The address of the dashboard is not set or none of the web, not one score is named, or there is no such version.
pub fn run(app: &App, args: &OpenArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let access = if args.version.is_some() { Access::Dashboard } else { Access::Offline };
    let opened = open(app, ui, "open", access)?;
    let target = target(&opened.settings, &args.target);
    let cancellation = opened.session.cancellation();
    let found = runtime::block_on(&cancellation, page(&opened.session, &target, args.version.as_deref()));
    opened.progress.finish();
    let page = found??;
    let missing = || {
        Problem::new(Exit::Usage, "NO_APP_URL", "the address of the dashboard's pages is not set")
            .help("set PLEXUS_APP_URL, or app_url in scoresync.yaml, to where you open the dashboard")
    };
    let setting = opened.settings.app_url.as_ref().ok_or_else(missing)?;
    let url = address(&WebAddress::new(setting.value.as_str()), &page).ok_or_else(|| {
        Problem::new(Exit::Usage, "NO_APP_URL", "the address of the dashboard's pages does not begin with http:// or https://")
            .at(&setting.source)
    })?;
    let url = url.to_string();
    if app.global.json {
        ui.data(&render::json::document("open", Exit::Ok, json!({ "url": url }), None));
        return Ok(Exit::Ok);
    }
    ui.data(&format!("{url}\n"));
    if !args.print && ui.asks() && !browse(&url) {
        ui.note("no browser could be started");
    }
    Ok(Exit::Ok)
}

/// Hands an address to the system, which knows the browser.
fn browse(url: &str) -> bool {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut browser = Command::new(program);
    browser.args(before).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    browser.status().is_ok_and(|status| status.success())
}
