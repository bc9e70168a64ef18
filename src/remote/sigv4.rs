//! Signs requests for AppSync's IAM mode (AWS Signature Version 4). It reads no credentials file and no clock.
//! Without the feature `iam` nothing is signed: [`HttpTransport`](super::HttpTransport) is not made for it.
#![cfg_attr(not(feature = "iam"), allow(dead_code, reason = "nothing is signed"))]

use super::credentials::Credentials;
#[cfg(feature = "iam")]
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
#[cfg(feature = "iam")]
use aws_sigv4::sign::v4;
use std::time::SystemTime;

/// What AppSync is called in signatures.
pub(super) const SERVICE: &str = "appsync";

/// What a signature is made with.
#[derive(Clone, Debug)]
pub(super) struct Signer {
    pub credentials: Credentials,
    pub region: String,
    pub service: &'static str,
}

/// A request to be signed.
pub(super) struct Unsigned<'a> {
    pub method: &'a str,
    pub url: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
}

impl Signer {
    /// The headers that sign `request` at `now`. An error says why it cannot be signed, without the credentials.
    #[cfg(feature = "iam")]
    pub(super) fn headers(&self, request: &Unsigned<'_>, now: SystemTime) -> Result<Vec<(String, String)>, String> {
        let Credentials { access_key, secret_key, session_token } = &self.credentials;
        let identity =
            aws_credential_types::Credentials::new(access_key, secret_key, session_token.clone(), None, "settings").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service)
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| error.to_string())?
            .into();
        let Unsigned { method, url, headers, body } = *request;
        let request = SignableRequest::new(method, url, headers.iter().copied(), SignableBody::Bytes(body));
        let signed = request.and_then(|request| sign(request, &params)).map_err(|error| error.to_string())?;
        let (instructions, _) = signed.into_parts();
        Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// An error: nothing can be signed.
    #[cfg(not(feature = "iam"))]
    pub(super) fn headers(&self, _: &Unsigned<'_>, _: SystemTime) -> Result<Vec<(String, String)>, String> {
        Err("this build has no sign-in with iam".to_owned())
    }
}

#[cfg(test)]
#[cfg(feature = "iam")]
mod tests {
    use super::*;
    use std::time::Duration;

    fn signed(service: &'static str, method: &str, session_token: Option<&str>) -> Vec<(String, String)> {
        let credentials = Credentials {
            access_key: "AKIDEXAMPLE".to_owned(),
            secret_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
            session_token: session_token.map(str::to_owned),
        };
        let signer = Signer { credentials, region: "us-east-1".to_owned(), service };
        let request = Unsigned { method, url: "https://example.amazonaws.com/", headers: &[], body: b"" };
        // 2015-08-30T12:36:00Z, the time of AWS's published test suite.
        signer.headers(&request, SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160)).expect("signable")
    }

    fn signature(headers: &[(String, String)]) -> &str {
        let (_, authorization) = headers.iter().find(|(name, _)| name == "authorization").expect("signed");
        authorization.rsplit("Signature=").next().unwrap_or_default()
    }

    #[test]
    fn the_published_vectors_hold() {
        let get = signed("service", "GET", None);
        assert_eq!(signature(&get), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        let post = signed("service", "POST", None);
        assert_eq!(signature(&post), "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    }

    #[test]
    fn service_and_session_token_are_part_of_it() {
        let appsync = signed(SERVICE, "POST", Some("token"));
        assert!(appsync.iter().any(|(name, value)| name == "x-amz-security-token" && value == "token"));
        assert!(appsync.iter().any(|(_, value)| value.contains("/us-east-1/appsync/aws4_request")));
        assert_ne!(signature(&appsync), signature(&signed(SERVICE, "POST", None)));
    }
}
