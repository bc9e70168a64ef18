//! `init`: makes the working directory a workspace. Can be run again; never overwrites a file that sets something.

use super::init_editor::{self, Editor};
use crate::cli::app::App;
use crate::cli::error::{Problem, secret_in_project};
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::render;
use crate::cli::trust;
use crate::cli::ui::Ui;
use crate::model::{SyncKind, WebAddress};
use crate::settings::{
    Destination, Endpoint, Grant, PROJECT_FILE, STATE_FOLDER, SettingSource, Settings, SettingsError, trust_file,
};
use crate::state::State;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::Path;

/// How the keys begin that AppSync makes.
const API_KEY_START: &str = "da2-";

/// Make the current folder a workspace
#[derive(Clone, Debug, Default, Args)]
#[command(after_help = "\
On a terminal it asks for the address and the account if they are set nowhere, as long as scoresync.yaml sets nothing.

Keys are never written: set PLEXUS_API_KEY in the environment, in .env or in ~/.plexus/config.yaml.")]
pub struct InitArgs {
    /// Address of the Plexus API, or file:PATH for an embedded one
    #[arg(long, value_name = "URL")]
    pub api_url: Option<String>,
    /// Key of the account
    #[arg(long, value_name = "KEY", value_parser = account)]
    pub account: Option<String>,
    /// Sync these documents beside the scores
    #[arg(long, value_name = "FOLDER", value_parser = PossibleValuesParser::new(SyncKind::folders()))]
    pub with: Vec<String>,
    /// Make this editor complete and check score YAML while you type
    #[arg(long, value_enum, value_name = "EDITOR")]
    pub editor: Option<Editor>,
}

/// A key of an account, which is not blank.
fn account(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() { Err("an account has a key") } else { Ok(text.to_owned()) }
}

/// Writes `scoresync.yaml` if it is not there, and makes the state folder.
///
/// # Errors
/// A file cannot be written, or there are settings already and others are given.
pub fn run(app: &App, args: &InitArgs, ui: &mut Ui) -> Result<Exit, Problem> {
    let folder = &app.working_directory;
    let path = folder.join(PROJECT_FILE);
    let failed = |error| Problem::file(&error, &path);
    if let Some(url) = &args.api_url {
        check_address(url, folder)?;
    }
    let known = Settings::load(&app.env, &app.place)?;
    if args.account.as_ref().is_some_and(|account| is_secret(account, &known)) {
        return Err(secret_typed());
    }
    let args = &completed(&known, args, folder, ui)?;
    let text = settings_text(args);
    let mut written = files::create_new(&path, &text).map_err(failed)?;
    if !written {
        // What has the name may be a folder, or a link to nothing.
        let found = files::read(&path).map_err(failed)?;
        let sets_something = !given(args).is_empty();
        // What is there may be of the same command, which died before it came further.
        if sets_something && found == settings_text(&InitArgs::default()) {
            files::write(&path, &text).map_err(failed)?;
            written = true;
        } else if sets_something && found != text {
            return Err(already_there(args, &path));
        }
    }
    let settings = app.settings(ui)?;
    let trusted = if args.api_url.is_some() { trust_what_was_typed(app, &settings)? } else { None };
    State::open(&folder.join(STATE_FOLDER))?;
    if let Some(editor) = args.editor {
        init_editor::write(editor, folder, &settings, ui).map_err(failed)?;
    }
    if app.global.json {
        let body = serde_json::json!({ "workspace": folder.display().to_string(), "created": written });
        ui.data(&render::json::document("init", Exit::Ok, body, None));
        return Ok(Exit::Ok);
    }
    ui.note(format_args!("{} {}", if written { "made" } else { "there already:" }, path.display()));
    trusted.iter().for_each(|destination| ui.note(format_args!("trusted: {destination}")));
    let may_connect = settings.endpoint().is_ok() && (trusted.is_some() || settings.grant().is_ok());
    let next = if may_connect && settings.api_key().is_ok() { "scoresync pull" } else { "scoresync doctor" };
    ui.note(format_args!("next: {next}"));
    Ok(Exit::Ok)
}

/// What is given, and what somebody answers of the rest that is set nowhere, while there is no file that sets something.
fn completed(settings: &Settings, given: &InitArgs, folder: &Path, ui: &Ui) -> Result<InitArgs, Problem> {
    let mut args = given.clone();
    let found = || files::read(&folder.join(PROJECT_FILE));
    if !ui.asks() || !found().map_or(true, |text| text == settings_text(&InitArgs::default())) {
        return Ok(args);
    }
    // What another workspace sets, which this one may be in, counts no more.
    let is_own = settings.workspace.as_ref().is_none_or(|found| found.root == *folder);
    let is_set = |source: &SettingSource| is_own || source.is_users();
    if args.api_url.is_none() && !settings.endpoint.as_ref().is_some_and(|set| is_set(&set.source)) {
        args.api_url = typed_address(folder, ui)?;
    }
    if args.account.is_none() && !settings.account_key.as_ref().is_some_and(|set| is_set(&set.source)) {
        args.account = typed_account(settings, ui)?;
    }
    Ok(args)
}

/// An address that is one.
fn typed_address(folder: &Path, ui: &Ui) -> Result<Option<String>, Problem> {
    loop {
        let Some(address) = ui.answer("Address of the Plexus API, https://… (empty: set it later): ")? else { return Ok(None) };
        match check_address(&address, folder) {
            Ok(()) => return Ok(Some(address)),
            // It came from no option.
            Err(error) => ui.problem(&Problem { at: Vec::new(), ..error.into() }),
        }
    }
}

/// The key of an account, and not that of the API: it goes into a file that is meant to be committed.
fn typed_account(settings: &Settings, ui: &Ui) -> Result<Option<String>, Problem> {
    loop {
        match ui.answer("Key of the account, such as my-account (empty: set it later): ")? {
            Some(answer) if is_secret(&answer, settings) => ui.problem(&secret_typed()),
            answer => return Ok(answer),
        }
    }
}

/// It is the key of an API, or looks like one.
fn is_secret(account: &str, settings: &Settings) -> bool {
    account.starts_with(API_KEY_START) || settings.api_key.as_ref().is_some_and(|key| key.value.expose() == account)
}

fn secret_typed() -> Problem {
    secret_in_project().help("set PLEXUS_API_KEY in the environment or in .env")
}

/// The lines of the settings that are given.
fn given(args: &InitArgs) -> Vec<String> {
    settings_text(args).lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// A file that sets something is not written again: whoever wrote it may mean something else.
fn already_there(args: &InitArgs, path: &Path) -> Problem {
    let problem = Problem::new(Exit::Usage, "ALREADY_INITIALISED", "scoresync.yaml already exists").at(path.display());
    given(args).iter().fold(problem, |problem, line| problem.help(format!("set it there: {line}")))
}

/// Before it stands in a file that is meant to be committed.
fn check_address(url: &str, folder: &Path) -> Result<(), SettingsError> {
    let source_of_value = SettingSource::Flag("--api-url");
    match Endpoint::parse(url, folder) {
        Some(_) => Ok(()),
        None => Err(SettingsError::BadAddress { address: WebAddress::new(url), source_of_value }),
    }
}

/// The file that names the address from now on could be anybody's; here its user typed it.
fn trust_what_was_typed(app: &App, settings: &Settings) -> Result<Option<Destination>, Problem> {
    let needs_no_trust = match settings.endpoint()? {
        // Plain http to another machine takes more than to name it.
        Endpoint::Http(address) if address.is_loopback() => matches!(settings.grant(), Ok(Grant::ThisMachine)),
        Endpoint::Http(address) => address.is_plain(),
        Endpoint::File(_) => settings.grant().is_ok(),
    };
    if needs_no_trust || trust_file(&app.env).is_none() {
        return Ok(None);
    }
    let destination = settings.endpoint()?.destination();
    trust::remember(app, &destination)?;
    Ok(Some(destination))
}

/// Every line is a comment unless it was given.
fn settings_text(args: &InitArgs) -> String {
    let line = |key: &str, given: &Option<String>, example: &str| match given {
        Some(value) => format!("{key}: {}\n", serde_json::Value::from(value.as_str())),
        None => format!("# {key}: {example}\n"),
    };
    let mut text = String::from(
        "# Settings of scoresync for this folder; meant to be committed. Keys and passwords do not belong here:\n\
         # set PLEXUS_API_KEY in the environment, in .env, or as plexus.api_key in ~/.plexus/config.yaml.\n\n",
    );
    text += &line("api_url", &args.api_url, "https://….appsync-api.us-west-2.amazonaws.com/graphql");
    text += &line("account_key", &args.account, "my-account");
    text += &match args.with.is_empty() {
        true => format!("# documents: [{}]    # to sync them, too\n", SyncKind::folders().collect::<Vec<_>>().join(", ")),
        false => format!("documents: [{}]\n", args.with.join(", ")),
    };
    text += "# scorecards: [Quality Assurance]    # all of the account if not given\n# root: scorecards\n";
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_is_quoted_and_the_rest_is_a_comment() {
        let args = InitArgs {
            api_url: Some("https://x/graphql".into()),
            account: Some("a: b # c".into()),
            with: Vec::new(),
            editor: None,
        };
        let text = settings_text(&args);
        assert!(text.contains("api_url: \"https://x/graphql\"\naccount_key: \"a: b # c\"\n"), "{text}");
        let none = settings_text(&InitArgs::default());
        assert!(none.lines().all(|line| line.is_empty() || line.starts_with('#')));
    }
}
