//! Where each setting comes from; the only reader of environment and home.
//!
//! Sources, the strongest first: environment, `.env` of the working directory and of the workspace, `scoresync.yaml`,
//! `.plexus/config.yaml` (then `.yml`) of the workspace, the same of the home folder, defaults. Variables and
//! `.plexus` files are those of the other Plexus tools, so that nothing is configured twice. Each source has an owner, the user
//! or whoever wrote the workspace: [`Settings::grant`] is about what that means for secrets. Nothing is written here,
//! and nothing is asked of the network.

mod actor;
mod aws;
mod destination;
mod directory;
mod discover;
mod dotenv;
mod endpoint;
mod env;
mod error;
mod grant;
mod host;
mod layers;
mod length_of_time;
mod load;
mod log;
mod plexus;
mod position;
mod project;
mod read;
mod real_path;
mod root;
mod schema;
mod secret;
mod setting;
#[cfg(test)]
mod tests;
mod trust_list;
mod yaml;

pub use actor::Actor;
pub use aws::AwsCredentials;
pub use destination::Destination;
pub use directory::directory;
pub use discover::{FoundWorkspace, STATE_FOLDER};
pub use endpoint::{AuthMode, Endpoint};
pub use env::{Env, Terminal, current_directory, program};
pub use error::{NoRoot, SettingsError, Untrusted};
pub use grant::Grant;
pub use host::host;
pub use length_of_time::length_of_time;
pub use load::{Settings, workspace_of};
pub use log::LogSetting;
pub use position::FilePosition;
pub use project::{PROJECT_FILE, PROJECT_KEYS, settings_beside};
pub use schema::project_schema;
pub use secret::{LOCAL_KEY, Secret};
pub use setting::{Setting, SettingSource};
pub use trust_list::{remembered, trust_file, trusted};
