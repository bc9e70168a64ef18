//! `open`: the dashboard's pages of scores and scorecards.

use crate::cli::app::App;
use crate::cli::complete::{TargetCompleter, VersionCompleter};
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::links::address;
use crate::cli::open_session::{Access, open};
use crate::cli::targets::target;
use crate::cli::ui::Ui;
use crate::cli::{render, runtime};
use crate::engine::{DashboardPage, page};
use crate::model::WebAddress;
use crate::settings::Settings;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;
use std::process::{Command, Stdio};

/// How many pages are opened unasked.
const FEW: usize = 5;

/// Open the dashboard's page of a score or scorecard
#[derive(Debug, Args)]
#[command(after_help = "\
The address of the dashboard's pages is PLEXUS_APP_URL, or app_url in scoresync.yaml.

Examples:
  scoresync open Tone
  scoresync open Tone Greeting
  scoresync open QA                      the scorecard
  scoresync open Tone --version 1a2b3c4d
  scoresync open Tone --print            only the address")]
pub struct OpenArgs {
    /// Scores or scorecards, each by file or folder, name, key, id or external id
    #[arg(value_name = "TARGET", required = true, add = ArgValueCompleter::new(TargetCompleter))]
    pub targets: Vec<String>,
    /// The page of this version of the one score (id or the start of it)
    #[arg(long, value_name = "VERSION", add = ArgValueCompleter::new(VersionCompleter))]
    pub version: Option<String>,
    /// Only print the address (what happens off a terminal)
    #[arg(long)]
    pub print: bool,
}

/// Prints the addresses of the pages and, on a terminal, opens them in a browser; many only after a yes.
///
/// # Errors
/// The address of the dashboard is not set or none of the web, a target names neither one score nor one scorecard, or there is no such version.
pub fn run(app: &App, args: &OpenArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    if args.version.is_some() && args.targets.len() > 1 {
        return Err(Problem::new(Exit::Usage, "ONE_SCORE", "--version takes one score, and several are named")
            .help("name the score of the version only"));
    }
    let access = if args.version.is_some() { Access::Dashboard } else { Access::Offline };
    let opened = open(app, ui, "open", access)?;
    let cancellation = opened.session.cancellation();
    let mut urls = Vec::new();
    for word in &args.targets {
        let target = target(&opened.settings, word);
        let page = runtime::block_on(&cancellation, page(&opened.session, &target, args.version.as_deref()))??;
        urls.push(address_of(&opened.settings, &page)?);
    }
    opened.progress.finish();
    if app.global.json {
        let url = urls.first().filter(|_| urls.len() == 1);
        ui.data(&render::json::document("open", Exit::Ok, json!({ "url": url, "urls": urls }), None));
        return Ok(Exit::Ok);
    }
    ui.data(&urls.iter().map(|url| format!("{url}\n")).collect::<String>());
    // Whoever takes the address from stdout wants that.
    let opens = !args.print && ui.asks() && ui.width().is_some();
    if opens && urls.len() > FEW {
        ui.confirm(&format!("Open {} pages?", urls.len()))?;
    }
    if opens && !urls.iter().all(|url| browse(url)) {
        ui.note("no browser could be started");
    }
    Ok(Exit::Ok)
}

fn address_of(settings: &Settings, page: &DashboardPage) -> Result<String, Problem> {
    let missing = || {
        Problem::new(Exit::Usage, "NO_APP_URL", "the address of the dashboard's pages is not set")
            .help("set PLEXUS_APP_URL, or app_url in scoresync.yaml, to where you open the dashboard")
    };
    let setting = settings.app_url.as_ref().ok_or_else(missing)?;
    let url = address(&WebAddress::new(setting.value.as_str()), page).ok_or_else(|| {
        Problem::new(Exit::Usage, "NO_APP_URL", "the address of the dashboard's pages does not begin with http:// or https://")
            .at(&setting.source)
            .help("write the whole address, such as https://app.example.com")
    })?;
    Ok(url.to_string())
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
