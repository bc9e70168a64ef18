//! `trust`: which dashboards this user trusts with a key, whoever names them.

use crate::cli::app::App;
use crate::cli::error::Problem;
use crate::cli::exit::Exit;
use crate::cli::render;
use crate::cli::text::{plain, quoted};
use crate::cli::trust::{forget, remember};
use crate::cli::ui::Ui;
use crate::model::WebAddress;
use crate::settings::{Destination, Setting, trusted};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// Show or change which dashboards may receive your API key
#[derive(Debug, Args)]
#[command(
    after_help = "Your key goes to addresses in your own settings (environment, ~/.plexus/config.yaml) and to those that you trust. \
                  Where a file of a workspace names another one, you are asked once on a terminal; elsewhere the command ends \
                  with exit status 4. In CI, set PLEXUS_API_URL, or SCORESYNC_TRUST=HOST[,HOST]."
)]
pub struct TrustArgs {
    /// What to do; lists them if nothing is given.
    #[command(subcommand)]
    pub action: Option<TrustAction>,
}

/// What can be done with trust.
#[derive(Debug, Subcommand)]
pub enum TrustAction {
    /// List what is trusted, and where that is written
    List,
    /// Trust a dashboard from now on
    Add {
        /// HOST, HOST:PORT, an address, or file:PATH of an embedded dashboard
        #[arg(value_name = "HOST")]
        destination: String,
        /// Allow http://HOST: anybody on the network can read your key
        #[arg(long)]
        insecure_http: bool,
    },
    /// Stop trusting a dashboard
    Remove {
        /// As `scoresync trust` lists it
        #[arg(value_name = "HOST")]
        destination: String,
    },
}

/// Lists, adds or removes.
///
/// # Errors
/// What was typed names no dashboard; the list cannot be read or written.
pub fn run(app: &App, args: &TrustArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let said = match &args.action {
        None | Some(TrustAction::List) => return list(app, ui),
        Some(TrustAction::Add { destination, insecure_http }) => add(app, destination, *insecure_http)?,
        Some(TrustAction::Remove { destination }) => remove(app, destination)?,
    };
    if app.global.json {
        return list(app, ui);
    }
    ui.note(said);
    Ok(Exit::Ok)
}

fn list(app: &App, ui: &mut Ui) -> Result<Exit, Problem> {
    let trusted = trusted(&app.env, &app.working_directory)?;
    if app.global.json {
        let row = |one: &Setting<Destination>| json!({ "destination": one.value.to_string(), "source": one.source.to_string() });
        let body = json!({ "trusted": trusted.iter().map(row).collect::<Vec<Value>>() });
        ui.data(&render::json::document("trust", Exit::Ok, body, None));
        return Ok(Exit::Ok);
    }
    if trusted.is_empty() {
        ui.note("only the addresses in your own settings are trusted");
    }
    let lines: String = trusted.iter().map(|one| format!("{}  ({})\n", plain(&one.value.to_string()), one.source)).collect();
    ui.data(&lines);
    Ok(Exit::Ok)
}

fn add(app: &App, word: &str, insecure_http: bool) -> Result<String, Problem> {
    let destination = parsed(app, word)?;
    if destination.is_in_the_clear() && !insecure_http {
        let problem = "over plain http, anybody on the network can read your key";
        return Err(Problem::new(Exit::Usage, "PLAIN_HTTP", problem)
            .at(&destination)
            .help(format!("scoresync trust add --insecure-http {destination}    # to allow it")));
    }
    let file = remember(app, &destination)?;
    Ok(format!("trusted: {}  ({})", plain(&destination.to_string()), file.display()))
}

fn remove(app: &App, word: &str) -> Result<String, Problem> {
    let destination = parsed(app, word)?;
    let not_there = || Problem::new(Exit::Usage, "NOT_TRUSTED", format!("{} is not remembered", plain(&destination.to_string())));
    let file = forget(app, &destination)?.ok_or_else(|| not_there().help("scoresync trust    # to see what is"))?;
    Ok(format!("no longer trusted: {}  ({})", plain(&destination.to_string()), file.display()))
}

fn parsed(app: &App, word: &str) -> Result<Destination, Problem> {
    Destination::parse(word, &app.working_directory).ok_or_else(|| {
        let shown = WebAddress::new(word).to_string();
        Problem::new(Exit::Usage, "NO_DESTINATION", format!("{} is not a dashboard", quoted(&plain(&shown))))
            .help("scoresync trust add HOST    # or HOST:PORT, or file:PATH")
    })
}
