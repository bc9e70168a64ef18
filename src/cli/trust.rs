//! What this user trusts, as it is asked for and remembered in the user's own configuration folder. Whether a run may connect
//! is decided in [`crate::settings`].

use super::app::App;
use super::error::Problem;
use super::exit::Exit;
use super::files;
use super::text::plain;
use super::ui::Ui;
use crate::settings::{Destination, Setting, SettingSource, Settings, SettingsError, Untrusted, remembered, trust_file};
use std::path::{Path, PathBuf};

/// Asks once, where somebody can answer, whether the endpoint of the settings may be connected to, and remembers a yes. With
/// any other answer the settings stay as they are, and connecting is refused. `--yes` answers other questions.
///
/// # Errors
/// The answer cannot be remembered; Ctrl-C.
pub fn ask(app: &App, settings: &mut Settings, ui: &Ui) -> Result<(), Problem> {
    let Err(SettingsError::Untrusted(untrusted)) = settings.grant() else { return Ok(()) };
    if ui.agrees(&question(&untrusted))? {
        let file = remember(app, &untrusted.destination)?;
        ui.note(format_args!("trusted from now on, see `scoresync trust`: {}", file.display()));
        settings.trusted.push(Setting { value: untrusted.destination, source: SettingSource::HomeFile(file) });
    }
    Ok(())
}

fn question(untrusted: &Untrusted) -> String {
    let Untrusted { destination, address, secret } = untrusted;
    let (address, destination) = (address.to_string(), destination.to_string());
    let effect = match secret {
        Some(secret) => format!("Your key ({secret}) would be sent there."),
        None => "It lies outside this workspace.".to_owned(),
    };
    format!(
        "{} names a dashboard that you have not trusted yet: {}\n{effect} Trust it from now on? [y/N] ",
        plain(&address),
        plain(&destination)
    )
}

/// Remembers a destination; where.
///
/// # Errors
/// There is no home folder, or the file cannot be read or written.
pub fn remember(app: &App, destination: &Destination) -> Result<PathBuf, Problem> {
    let file = file(app)?;
    if !remembered(&file)?.contains(destination) {
        let before = text(&file)?;
        let end = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
        write(&file, &format!("{before}{end}{destination}\n"))?;
    }
    Ok(file)
}

/// Forgets a destination; where it was remembered, or none if it was not.
///
/// # Errors
/// There is no home folder, or the file cannot be read or written.
pub fn forget(app: &App, destination: &Destination) -> Result<Option<PathBuf>, Problem> {
    let file = file(app)?;
    if !remembered(&file)?.contains(destination) {
        return Ok(None);
    }
    let is_it = |line: &&str| Destination::parse(line.trim(), Path::new("/")).as_ref() == Some(destination);
    let before = text(&file)?;
    let left: String = before.split_inclusive('\n').filter(|line| !is_it(line)).collect();
    write(&file, &left)?;
    Ok(Some(file))
}

fn file(app: &App) -> Result<PathBuf, Problem> {
    trust_file(&app.env).ok_or_else(|| {
        Problem::new(Exit::Usage, "NO_HOME", "there is no home folder to remember this in")
            .help("set HOME or XDG_CONFIG_HOME, or SCORESYNC_TRUST=HOST for this run")
    })
}

fn text(file: &Path) -> Result<String, Problem> {
    if file.exists() { files::read(file).map_err(|error| Problem::file(&error, file)) } else { Ok(String::new()) }
}

/// Where a link leads to, if it is one: people keep such files in a repository of their own.
fn write(file: &Path, text: &str) -> Result<(), Problem> {
    let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    files::write_private(&real, text).map_err(|error| Problem::file(&error, file))
}
