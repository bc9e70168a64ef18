//! Where the dashboard's API is, and how requests to it are signed.

use super::destination::Destination;
use super::error::SettingsError;
use super::layers::Layers;
use super::setting::{Setting, SettingSource};
use crate::model::WebAddress;
use std::fmt;
use std::path::{Path, PathBuf};

/// A Plexus API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// GraphQL over HTTP: AppSync, or `scoresync serve`.
    Http(WebAddress),
    /// `file:PATH`: an embedded registry in this SQLite file, absolute. Needs no key.
    File(PathBuf),
}

impl Endpoint {
    /// The endpoint that an address names; a `file:` path is relative to `base`, the workspace. None if it names none.
    pub fn parse(text: &str, base: &Path) -> Option<Self> {
        if let Some(path) = text.strip_prefix("file:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return (!path.is_empty()).then(|| Self::File(base.join(path)));
        }
        let address = WebAddress::new(text);
        address.url().is_some().then_some(Self::Http(address))
    }

    /// What has to be trusted before a run may connect to it.
    pub fn destination(&self) -> Destination {
        match self {
            Self::Http(address) => Destination::of_server(address),
            Self::File(path) => Destination::of_file(path),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(address) => address.fmt(f),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

/// How requests are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthMode {
    /// `x-api-key`.
    #[default]
    ApiKey,
    /// AWS Signature Version 4.
    Iam,
}

impl fmt::Display for AuthMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ApiKey => "api_key",
            Self::Iam => "iam",
        })
    }
}

/// A `file:` path is relative to `base`, the workspace.
pub(super) fn endpoint(layers: &Layers<'_>, base: &Path) -> Result<Option<Setting<Endpoint>>, SettingsError> {
    let found = layers
        .text("PLEXUS_API_URL", layers.project.api_url.as_ref(), |values| values.api_url.as_ref())
        .or_else(|| layers.variable("NEXT_PUBLIC_PLEXUS_API_URL"));
    found
        .map(|found| {
            let value = Endpoint::parse(&found.value, base).ok_or_else(|| SettingsError::BadAddress {
                address: WebAddress::new(&found.value),
                source_of_value: found.source.clone(),
            })?;
            Ok(Setting { value, source: found.source })
        })
        .transpose()
}

/// The AWS region of an endpoint. Where the host names one, no variable can be right that names another: AWS refuses what is
/// signed for it.
pub(super) fn region(layers: &Layers<'_>, endpoint: Option<&Setting<Endpoint>>) -> Option<Setting<String>> {
    let of_host = endpoint.and_then(|endpoint| {
        let Endpoint::Http(address) = &endpoint.value else { return None };
        Some(Setting { value: address.aws_region()?, source: endpoint.source.clone() })
    });
    of_host.or_else(|| layers.variable("PLEXUS_API_REGION")).or_else(|| layers.variable("AWS_REGION"))
}

/// Where the user's own Plexus files lead, though a workspace may name another endpoint.
pub(super) fn own_destinations(layers: &Layers<'_>, base: &Path) -> Vec<Destination> {
    let own = layers.plexus_values(|values| values.api_url.as_ref()).filter(|address| address.source.is_users());
    own.filter_map(|address| Some(Endpoint::parse(&address.value, base)?.destination())).collect()
}

pub(super) fn auth(layers: &Layers<'_>) -> Result<Setting<AuthMode>, SettingsError> {
    let Some(found) = layers.variable("PLEXUS_GRAPHQL_AUTH_MODE") else {
        return Ok(Setting { value: AuthMode::ApiKey, source: SettingSource::Default });
    };
    let value = match found.value.to_lowercase().as_str() {
        "api_key" => AuthMode::ApiKey,
        "iam" => AuthMode::Iam,
        _ => {
            return Err(SettingsError::BadValue {
                name: "PLEXUS_GRAPHQL_AUTH_MODE",
                value: format!("{:?}", found.value),
                expected: "api_key or iam",
                source_of_value: found.source,
            });
        }
    };
    Ok(Setting { value, source: found.source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_http_or_a_file_of_the_workspace() {
        let parse = |text| Endpoint::parse(text, Path::new("/w"));
        assert_eq!(parse("file:reg.db"), Some(Endpoint::File("/w/reg.db".into())));
        assert_eq!(parse("file:///tmp/reg.db"), Some(Endpoint::File("/tmp/reg.db".into())));
        assert_eq!(parse("https://x.example/graphql"), Some(Endpoint::Http(WebAddress::new("https://x.example/graphql"))));
        for bad in ["", "file:", "x.example", "ftp://x", "https://", "https://me:pw@x.example/graphql"] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }
}
