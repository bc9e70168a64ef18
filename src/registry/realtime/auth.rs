//! Who is admitted to a socket: an authorization object (`{"host", "x-api-key"}`) that travels in base64, in the query as
//! `header=` beside `payload=`, or among the subprotocols as `header-…`.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use crate::registry::service::Registry;

/// The prefix of a subprotocol that carries an authorization instead.
const HEADER_PROTOCOL: &str = "header-";

/// Why a client is not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// The authorization is not what the protocol asks for.
    Malformed,
    /// The key is missing or wrong.
    Unauthorized,
}

/// Checks the authorization of a new socket.
pub(super) fn admit(registry: &Registry, query: &str, protocols: &[&str]) -> Result<(), Refused> {
    let protocol = protocols.iter().find_map(|protocol| protocol.strip_prefix(HEADER_PROTOCOL));
    let Some(header) = protocol.map(str::to_owned).or_else(|| parameter(query, "header")) else {
        return if registry.is_authorized(None) { Ok(()) } else { Err(Refused::Unauthorized) };
    };
    let header = object(&header).ok_or(Refused::Malformed)?;
    if protocol.is_none() && parameter(query, "payload").is_none_or(|payload| object(&payload).is_none()) {
        return Err(Refused::Malformed);
    }
    authorize(registry, &header)
}

/// Checks the authorization of a socket or of one subscription.
pub(super) fn authorize(registry: &Registry, header: &Value) -> Result<(), Refused> {
    let known = header["host"].is_string() && registry.is_authorized(header["x-api-key"].as_str());
    if known { Ok(()) } else { Err(Refused::Unauthorized) }
}

/// A parameter of the query, decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let url = reqwest::Url::parse(&format!("ws://registry/?{query}")).ok()?;
    let (_, value) = url.query_pairs().find(|(key, _)| key == name)?;
    // A plus of base64 that was not escaped is decoded as a blank.
    Some(value.replace(' ', "+"))
}

/// A JSON object in base64 of either alphabet, padded or not.
fn object(text: &str) -> Option<Value> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    let bytes = GeneralPurpose::new(&alphabet, config).decode(text).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
    use serde_json::json;

    fn registry() -> Registry {
        crate::registry::RegistryOptions::default().api_key("k?>~key").in_memory().expect("an empty registry")
    }

    #[test]
    fn a_key_travels_in_the_query_or_as_a_subprotocol_in_any_base64() {
        let registry = registry();
        let header = json!({"host": "h", "x-api-key": "k?>~key"}).to_string();
        for text in [BASE64_STANDARD.encode(&header), BASE64_URL_SAFE.encode(&header), BASE64_URL_SAFE_NO_PAD.encode(&header)] {
            assert_eq!(admit(&registry, &format!("header={text}&payload=e30="), &["graphql-ws"]), Ok(()));
            let escaped = text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
            assert_eq!(admit(&registry, &format!("payload=e30&header={escaped}"), &["graphql-ws"]), Ok(()));
            assert_eq!(admit(&registry, "", &["graphql-ws", &format!("header-{text}")]), Ok(()));
        }
    }

    #[test]
    fn nobody_else_is_admitted() {
        let registry = registry();
        let of = |header: Value| format!("header={}&payload=e30=", BASE64_STANDARD.encode(header.to_string()));
        for (query, refused) in [
            (String::new(), Refused::Unauthorized),
            (of(json!({"host": "h"})), Refused::Unauthorized),
            (of(json!({"x-api-key": "k?>~key"})), Refused::Unauthorized),
            (of(json!({"host": "h", "x-api-key": "other"})), Refused::Unauthorized),
            (of(json!(["k?>~key"])), Refused::Malformed),
            ("header=%%%&payload=e30=".to_owned(), Refused::Malformed),
            (of(json!({"host": "h", "x-api-key": "k?>~key"})).replace("payload", "load"), Refused::Malformed),
        ] {
            assert_eq!(admit(&registry, &query, &["graphql-ws"]), Err(refused), "{query}");
        }
        assert_eq!(admit(&Registry::in_memory().expect("no key"), "", &[]), Ok(()));
    }
}
