//! Where each setting comes from; the only reader of environment and home.
//!
//! Sources, the strongest first: environment, `.env` of the working directory and of the workspace, `scoresync.yaml`,
//! `.plexus/config.yaml` (then `.yml`) of the workspace, the same of the home folder, defaults. Variables and
//! `.plexus` files are those of the other Plexus tools, so that nothing is configured twice. Nothing is written here,
//! and nothing is asked of the network.

mod actor;
mod aws;
mod directory;
mod discover;
mod dotenv;
mod endpoint;
mod env;
mod error;
mod layers;
mod load;
mod log;
mod plexus;
mod position;
mod project;
mod read;
mod secret;
mod setting;
#[cfg(test)]
mod tests;
mod yaml;

pub use actor::Actor;
pub use aws::AwsCredentials;
pub use directory::directory;
pub use discover::{FoundWorkspace, STATE_FOLDER};
pub use endpoint::{AuthMode, Endpoint};
pub use env::{Env, Terminal, current_directory, program};
pub use error::SettingsError;
pub use load::Settings;
pub use log::LogSetting;
pub use position::FilePosition;
pub use project::PROJECT_FILE;
pub use secret::Secret;
pub use setting::{Setting, SettingSource};
