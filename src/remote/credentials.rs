//! AWS credentials as values. The settings read them; no file and no environment is read here.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_never_printed() {
        let found = Credentials { access_key: "A".into(), secret_key: "S".into(), session_token: None };
        assert_eq!(format!("{found:?}"), "Credentials(…)");
    }
}
