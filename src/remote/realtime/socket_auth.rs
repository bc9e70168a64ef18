//! [`SocketAuth`]: the credentials of a transport, and the authorization objects made of them for a socket.
//!
//! An object stands for the headers of a request that is never sent: `POST …/connect` with `{}` for the socket, `POST …`
//! with the subscription for each `start`.

use super::address::Address;
use crate::remote::sigv4::{Signer, Unsigned};
use serde_json::{Map, Value, json};
use std::time::SystemTime;

/// The credentials of a transport. Never printed: there is no `Debug`.
#[derive(Clone)]
pub(in crate::remote) enum SocketAuth {
    /// An API key.
    Key(String),
    /// AWS credentials.
    Iam(Signer),
}

/// The headers that are part of a signature, in the service's own words.
const SIGNED: [(&str, &str); 3] = [
    ("accept", "application/json, text/javascript"),
    ("content-encoding", "amz-1.0"),
    ("content-type", "application/json; charset=UTF-8"),
];

impl SocketAuth {
    /// The authorization of a socket.
    pub(super) fn authorize_socket(&self, address: &Address, now: SystemTime) -> Result<Value, String> {
        let mut url = address.api.clone();
        url.set_path(&format!("{}/connect", address.api.path().trim_end_matches('/')));
        self.authorization(address, url.as_str(), "{}", now)
    }

    /// The authorization of one subscription; `data` is what it carries, to the byte.
    pub(super) fn authorize_subscription(&self, address: &Address, data: &str, now: SystemTime) -> Result<Value, String> {
        self.authorization(address, address.api.as_str(), data, now)
    }

    fn authorization(&self, address: &Address, url: &str, body: &str, now: SystemTime) -> Result<Value, String> {
        let signer = match self {
            Self::Key(key) => return Ok(json!({ "host": address.host, "x-api-key": key })),
            Self::Iam(signer) => signer,
        };
        let signed = signer.headers(&Unsigned { method: "POST", url, headers: &SIGNED, body: body.as_bytes() }, now)?;
        let fixed = SIGNED.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        let made = signed.into_iter().map(|(name, value)| (as_documented(name), json!(value)));
        let host = ("host".to_owned(), json!(address.host));
        Ok(Value::Object(fixed.chain(made).chain([host]).collect::<Map<_, _>>()))
    }
}

/// The names of JSON keys, unlike those of headers, distinguish case.
fn as_documented(name: String) -> String {
    match name.as_str() {
        "authorization" => "Authorization".to_owned(),
        "x-amz-security-token" => "X-Amz-Security-Token".to_owned(),
        _ => name,
    }
}

#[cfg(test)]
#[cfg(feature = "iam")]
mod tests {
    use super::*;
    use crate::remote::credentials::Credentials;
    use crate::remote::sigv4::SERVICE;
    use reqwest::Url;
    use std::time::Duration;

    fn address() -> Address {
        Address::of(&Url::parse("https://abc.appsync-api.us-east-1.amazonaws.com/graphql").expect("a URL"))
    }

    fn iam(session_token: Option<&str>) -> SocketAuth {
        let credentials = Credentials {
            access_key: "AKIDEXAMPLE".to_owned(),
            secret_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
            session_token: session_token.map(str::to_owned),
        };
        SocketAuth::Iam(Signer { credentials, region: "us-east-1".to_owned(), service: SERVICE })
    }

    /// 2015-08-30T12:36:00Z
    fn then() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160)
    }

    #[test]
    fn a_key_is_sent_with_the_host_of_the_api() {
        let expected = json!({"host": "abc.appsync-api.us-east-1.amazonaws.com", "x-api-key": "da2-k"});
        let key = SocketAuth::Key("da2-k".to_owned());
        assert_eq!(key.authorize_socket(&address(), then()), Ok(expected.clone()));
        assert_eq!(key.authorize_subscription(&address(), "{}", then()), Ok(expected));
    }

    // The signatures were computed by hand from AWS's description of the canonical request and the signing key.
    #[test]
    fn a_socket_is_signed_as_a_request_to_connect() {
        let signed = iam(None).authorize_socket(&address(), then()).expect("signable");
        let expected = json!({
            "accept": "application/json, text/javascript",
            "content-encoding": "amz-1.0",
            "content-type": "application/json; charset=UTF-8",
            "host": "abc.appsync-api.us-east-1.amazonaws.com",
            "x-amz-date": "20150830T123600Z",
            "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/appsync/aws4_request, \
                 SignedHeaders=accept;content-encoding;content-type;host;x-amz-date, \
                 Signature=cb48e72420517a3ffb0a6210cd85e376741224dd38df55b7d6ee547ec56f269c",
        });
        assert_eq!(signed, expected);
    }

    #[test]
    fn a_start_is_signed_with_its_data_and_a_session_token() {
        let data = r#"{"query":"subscription OnUpdateScore { onUpdateScore { id } }","variables":{}}"#;
        let signed = iam(Some("token")).authorize_subscription(&address(), data, then()).expect("signable");
        assert_eq!(signed["X-Amz-Security-Token"], "token");
        let authorization = signed["Authorization"].as_str().expect("a text");
        assert!(
            authorization.contains("SignedHeaders=accept;content-encoding;content-type;host;x-amz-date;x-amz-security-token")
        );
        assert!(
            authorization.ends_with("Signature=941edf7192ceb5b01fba3e422b70f0534005b47cfeb95b2690f45e5cd93323ba"),
            "{authorization}"
        );
        assert_ne!(iam(Some("token")).authorize_subscription(&address(), "{}", then()).expect("signable"), signed);
    }
}
