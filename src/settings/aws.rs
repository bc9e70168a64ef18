//! AWS credentials for `iam` sign-in: from the environment, else from a profile of the shared credentials file.
//!
//! Single sign-on and assumed roles are not resolved here: `aws configure export-credentials --format env` turns them
//! into variables.

use super::error::SettingsError;
use super::layers::Layers;
use super::read::read_optional;
use super::secret::Secret;
use super::setting::{Setting, SettingSource};
use std::collections::HashMap;
use std::path::Path;

/// Credentials and where they came from.
#[derive(Clone, Debug)]
pub struct AwsCredentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: Setting<Secret>,
    /// `AWS_SESSION_TOKEN`, for temporary credentials.
    pub session_token: Option<Setting<Secret>>,
}

impl AwsCredentials {
    /// What must stay secret of them.
    pub fn secrets(&self) -> impl Iterator<Item = &Setting<Secret>> {
        [Some(&self.secret_access_key), self.session_token.as_ref()].into_iter().flatten()
    }
}

/// Looks for credentials; variables with keys beat `AWS_PROFILE`, as in AWS's own command line, so that exported ones count.
pub(super) fn credentials(layers: &Layers<'_>) -> Result<Option<AwsCredentials>, SettingsError> {
    let profile = layers.variable("AWS_PROFILE").map(|profile| profile.value);
    if let (Some(id), Some(secret)) = (layers.variable("AWS_ACCESS_KEY_ID"), layers.variable("AWS_SECRET_ACCESS_KEY")) {
        return Ok(Some(AwsCredentials {
            access_key_id: id.value,
            secret_access_key: secret.map(Secret::from),
            session_token: layers.variable("AWS_SESSION_TOKEN").map(|token| token.map(Secret::from)),
        }));
    }
    let file = match (layers.variable("AWS_SHARED_CREDENTIALS_FILE"), layers.env.home()) {
        (Some(path), _) => path.value.into(),
        (None, Some(home)) => home.join(".aws").join("credentials"),
        (None, None) => return Ok(None),
    };
    let text = read_optional(&file)?.unwrap_or_default();
    Ok(from_profile(&file, &text, profile.as_deref().unwrap_or("default")))
}

fn from_profile(file: &Path, text: &str, profile: &str) -> Option<AwsCredentials> {
    let mut values: HashMap<&str, &str> = HashMap::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            inside = name.trim() == profile;
        } else if let Some((name, value)) = line.split_once('=').filter(|_| inside && !line.starts_with(['#', ';'])) {
            values.insert(name.trim(), value.trim());
        }
    }
    // A signature with an empty session token is refused.
    values.retain(|_, value| !value.is_empty());
    // A workspace may name the file and the profile; what stands there is the user's all the same.
    let secret =
        |text: &&str| Setting { value: Secret::from((*text).to_owned()), source: SettingSource::HomeFile(file.to_owned()) };
    Some(AwsCredentials {
        access_key_id: (*values.get("aws_access_key_id")?).to_owned(),
        secret_access_key: secret(values.get("aws_secret_access_key")?),
        session_token: values.get("aws_session_token").map(secret),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_gives_its_own_credentials() {
        let text = "[default]\naws_access_key_id = A\naws_secret_access_key = a-secret\naws_session_token =\n\n; other\n[work]\naws_access_key_id=B\n\
                    aws_secret_access_key=b-secret\naws_session_token=t=\n";
        let work = from_profile(Path::new("f"), text, "work").expect("the profile is there");
        assert_eq!((work.access_key_id.as_str(), work.secret_access_key.value.expose()), ("B", "b-secret"));
        assert_eq!(work.session_token.as_ref().map(|token| token.value.expose()), Some("t="));
        assert_eq!(from_profile(Path::new("f"), text, "default").expect("there").session_token, None);
        assert!(from_profile(Path::new("f"), text, "absent").is_none());
    }
}
