//! Whether a run may connect to the endpoint that its settings name.
//!
//! Settings have two owners: the user (environment, home folder), and whoever wrote the files of the workspace, who may be a
//! stranger. A secret goes to an address only if both have one owner or the user trusts the address: otherwise a cloned
//! repository could name an address and be sent the user's key.
//!
//! | the address | |
//! |---|---|
//! | the user trusts it: `SCORESYNC_TRUST`, or the file that `scoresync trust` writes | everything may go there |
//! | is plain http to another machine | nothing goes there |
//! | stands in the user's own settings, if only in a weaker source | everything may go there; an AWS signature only if the host is AppSync's |
//! | stands in the same file as the secret | the secret may go there |
//! | is this machine | a key that `scoresync serve` made may go there |
//! | is a file inside the workspace | it may be opened |
//! | anything else | nothing goes there |

use super::destination::Destination;
use super::endpoint::{AuthMode, Endpoint};
use super::error::{SettingsError, Untrusted};
use super::load::Settings;
use super::real_path::real_path;
use super::setting::{Setting, SettingSource};
use crate::model::WebAddress;
use std::path::Path;

/// Why a run may connect to its endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// The user trusts the address, and said so there.
    Trusted(SettingSource),
    /// The user's own settings name the address.
    Own,
    /// Address and secret stand in one file.
    SameFile,
    /// The address is this machine, and so is the only one where the key is worth anything.
    ThisMachine,
    /// The dashboard is a file inside the workspace.
    InWorkspace,
    /// There is no secret that could be sent.
    NoSecret,
}

impl Settings {
    /// The endpoint, if a run may connect to it.
    ///
    /// # Errors
    /// None is set; it is plain http to another machine; the user does not trust it.
    pub fn trusted_endpoint(&self) -> Result<&Endpoint, SettingsError> {
        self.grant()?;
        self.endpoint()
    }

    /// Why a run may connect to the endpoint.
    ///
    /// # Errors
    /// As [`Settings::trusted_endpoint`].
    pub fn grant(&self) -> Result<Grant, SettingsError> {
        let address = self.endpoint_setting()?;
        let destination = address.value.destination();
        if let Some(trusted) = self.trusted.iter().find(|trusted| trusted.value == destination) {
            return Ok(Grant::Trusted(trusted.source.clone()));
        }
        if destination.is_in_the_clear() {
            return Err(SettingsError::PlainHttp { destination, source_of_address: address.source.clone() });
        }
        let is_own = address.source.is_users() || self.own_destinations.contains(&destination);
        let grant = match &address.value {
            Endpoint::File(path) => self.file_grant(path, is_own),
            Endpoint::Http(web) => self.http_grant(web, is_own, &address.source),
        };
        grant.ok_or_else(|| self.untrusted(destination, address))
    }

    /// The user allowed that everybody on the way to the endpoint may read along.
    pub fn allows_plain_http(&self) -> bool {
        matches!(self.grant(), Ok(Grant::Trusted(_)))
    }

    fn file_grant(&self, path: &Path, is_own: bool) -> Option<Grant> {
        if is_own {
            return Some(Grant::Own);
        }
        let workspace = self.workspace.as_ref()?;
        real_path(path).starts_with(real_path(&workspace.root)).then_some(Grant::InWorkspace)
    }

    fn http_grant(&self, web: &WebAddress, is_own: bool, address: &SettingSource) -> Option<Grant> {
        let secrets = self.secret_sources();
        let signs = self.auth.value == AuthMode::Iam;
        if secrets.is_empty() {
            Some(Grant::NoSecret)
        } else if is_own && (web.is_appsync() || !signs) {
            Some(Grant::Own)
        } else if secrets.iter().all(|secret| secret.is_in_file_of(address)) {
            Some(Grant::SameFile)
        } else if web.is_loopback() && !signs && self.api_key.iter().all(|key| key.value.is_local()) {
            Some(Grant::ThisMachine)
        } else {
            None
        }
    }

    /// Where the secrets stand that requests carry.
    fn secret_sources(&self) -> Vec<&SettingSource> {
        match self.auth.value {
            AuthMode::ApiKey => self.api_key.iter().map(|key| &key.source).collect(),
            AuthMode::Iam => self.aws.iter().flat_map(|aws| aws.secrets()).map(|secret| &secret.source).collect(),
        }
    }

    fn untrusted(&self, destination: Destination, address: &Setting<Endpoint>) -> SettingsError {
        let is_file = matches!(address.value, Endpoint::File(_));
        let secret = if is_file { None } else { self.secret_sources().first().map(|source| (*source).clone()) };
        SettingsError::Untrusted(Untrusted { destination, address: address.source.clone(), secret })
    }
}
