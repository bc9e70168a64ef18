//! AWS credentials as values, and the two texts they are found in. Reads no file and no environment.

use serde::Deserialize;
use std::fmt;

/// Temporary or lasting AWS credentials. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `aws_access_key_id`.
    pub access_key: String,
    /// `aws_secret_access_key`.
    pub secret_key: String,
    /// `aws_session_token`, for temporary ones.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// Why no credentials came out of a text. Never quotes it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// The file has no such section.
    #[error("there is no profile {0:?}")]
    NoProfile(String),
    /// The profile, or the JSON, has none of this name.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Not the JSON that `aws configure export-credentials` writes.
    #[error("not the JSON of a credential process")]
    Malformed,
}

impl Credentials {
    /// Those of `profile` in the text of `~/.aws/credentials`; `~/.aws/config` calls its sections `[profile NAME]`.
    pub fn from_profile(text: &str, profile: &str) -> Result<Self, CredentialsError> {
        let lines = section(text, profile).ok_or_else(|| CredentialsError::NoProfile(profile.to_owned()))?;
        let value = |name: &str| {
            let values = lines.iter().filter_map(|line| line.split_once('='));
            values.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned()).next_back()
        };
        Self::complete(value("aws_access_key_id"), value("aws_secret_access_key"), value("aws_session_token"))
    }

    /// Those in the JSON that `aws configure export-credentials --format process` writes.
    pub fn from_process(json: &str) -> Result<Self, CredentialsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Process {
            access_key_id: Option<String>,
            secret_access_key: Option<String>,
            session_token: Option<String>,
        }
        let found: Process = serde_json::from_str(json).map_err(|_| CredentialsError::Malformed)?;
        Self::complete(found.access_key_id, found.secret_access_key, found.session_token)
    }

    fn complete(access: Option<String>, secret: Option<String>, token: Option<String>) -> Result<Self, CredentialsError> {
        let present = |value: Option<String>| value.filter(|value| !value.is_empty());
        Ok(Self {
            access_key: present(access).ok_or(CredentialsError::Missing("the access key"))?,
            secret_key: present(secret).ok_or(CredentialsError::Missing("the secret key"))?,
            session_token: present(token),
        })
    }
}

/// The lines below the heading of `profile`, up to the next one.
fn section<'a>(text: &'a str, profile: &str) -> Option<Vec<&'a str>> {
    let mut lines = text.lines().map(str::trim).skip_while(|line| heading(line) != Some(profile));
    lines.next()?;
    Some(lines.take_while(|line| heading(line).is_none()).filter(|line| !line.starts_with(['#', ';'])).collect())
}

fn heading(line: &str) -> Option<&str> {
    let name = line.strip_prefix('[')?.split(']').next()?.trim();
    Some(name.strip_prefix("profile ").map_or(name, str::trim))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# mine\r\n[default]\r\naws_access_key_id = AKIA1\r\naws_secret_access_key=s=1\r\n\r\n\
        [ work ]\naws_access_key_id=AKIA2\n# aws_secret_access_key = old\naws_secret_access_key = s2\naws_session_token = t2\n\
        [profile empty]\nregion = x\n";

    #[test]
    fn profiles_are_sections() {
        let default = Credentials::from_profile(FILE, "default").expect("a complete profile");
        assert_eq!((default.secret_key.as_str(), default.session_token), ("s=1", None));
        let work = Credentials::from_profile(FILE, "work").expect("a complete profile");
        assert_eq!((work.access_key.as_str(), work.secret_key.as_str()), ("AKIA2", "s2"));
        assert_eq!(work.session_token.as_deref(), Some("t2"));
        assert_eq!(Credentials::from_profile(FILE, "empty"), Err(CredentialsError::Missing("the access key")));
        assert_eq!(Credentials::from_profile(FILE, "other"), Err(CredentialsError::NoProfile("other".to_owned())));
    }

    #[test]
    fn a_credential_process_writes_json() {
        let json = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "S", "SessionToken": "T", "Expiration": "x"}"#;
        let found = Credentials::from_process(json).expect("complete");
        assert_eq!(found.session_token.as_deref(), Some("T"));
        assert_eq!(format!("{found:?}"), "Credentials(…)");
        assert_eq!(Credentials::from_process("{}"), Err(CredentialsError::Missing("the access key")));
        assert_eq!(Credentials::from_process("secret"), Err(CredentialsError::Malformed));
    }
}
