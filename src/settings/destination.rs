//! [`Destination`]: where secrets and documents may go, in the form in which it is trusted.

use super::real_path::real_path;
use crate::model::WebAddress;
use std::fmt;
use std::path::Path;

/// A server or the file of an embedded dashboard: `HOST` over https, `HOST:PORT` where the port is not 443, `http://HOST` over
/// plain http, `file:PATH` with an absolute path without links. Two are equal where they are the same place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination(String);

impl Destination {
    /// What a person calls it: a host, a whole address, or `file:PATH` as seen from `folder`. None if it is none of these.
    pub fn parse(word: &str, folder: &Path) -> Option<Self> {
        if let Some(path) = word.strip_prefix("file:") {
            return (!path.is_empty()).then(|| Self::of_file(&folder.join(path.strip_prefix("//").unwrap_or(path))));
        }
        if word.contains("://") {
            return WebAddress::new(word).origin().map(Self);
        }
        let is_bare = !word.contains(['/', '\\', '?', '#', '@']);
        WebAddress::new(format!("https://{word}")).origin().filter(|_| is_bare).map(Self)
    }

    /// The server at an address. One that nothing can be sent to is no place that anybody trusts.
    pub(super) fn of_server(address: &WebAddress) -> Self {
        Self(address.origin().unwrap_or_default())
    }

    /// The dashboard in a file.
    pub(super) fn of_file(path: &Path) -> Self {
        Self(format!("file:{}", real_path(path).display()))
    }

    /// Everybody on the way there can read along.
    pub fn is_in_the_clear(&self) -> bool {
        let address = WebAddress::new(&self.0);
        address.is_plain() && !address.is_loopback()
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_name_however_it_is_typed() {
        for (typed, name) in [
            ("plexus.example", Some("plexus.example")),
            ("PLEXUS.example:443", Some("plexus.example")),
            ("https://plexus.example/graphql?x", Some("plexus.example")),
            ("plexus.example:8443", Some("plexus.example:8443")),
            ("http://plexus.example/graphql", Some("http://plexus.example")),
            ("file:/nowhere/dashboard.db", Some("file:/nowhere/dashboard.db")),
            ("file:dashboard.db", Some("file:/nowhere/at/all/dashboard.db")),
            ("plexus.example/graphql", None),
            ("https://me@plexus.example", None),
            ("me@plexus.example", None),
            ("*.example/", None),
            ("", None),
            ("file:", None),
            ("ftp://plexus.example", None),
        ] {
            let found = Destination::parse(typed, Path::new("/nowhere/at/all"));
            assert_eq!(found.map(|found| found.to_string()).as_deref(), name, "{typed:?}");
        }
    }

    #[test]
    fn only_plain_http_to_another_machine_is_in_the_clear() {
        let is_in_the_clear = |typed| Destination::parse(typed, Path::new("/")).expect("good").is_in_the_clear();
        assert!(is_in_the_clear("http://plexus.example"));
        assert!(!is_in_the_clear("http://127.0.0.1:8765") && !is_in_the_clear("plexus.example") && !is_in_the_clear("file:/x"));
    }
}
