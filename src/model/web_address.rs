//! [`WebAddress`]: an address on the web as somebody gave it. Sends nothing and trusts nobody.

use super::appsync_host::AppSyncHost;
use std::fmt;
use std::net::IpAddr;
use url::Url;

/// An address on the web as somebody gave it, good or not. `Display` and `Debug` show it without user name, password, query
/// and fragment, where tokens may stand; only [`WebAddress::url`] gives all of it, to what connects.
#[derive(Clone, PartialEq, Eq)]
pub struct WebAddress(String);

impl WebAddress {
    /// What was given.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The URL, if requests can go there: http or https, with a host, without a user name or password.
    pub fn url(&self) -> Option<Url> {
        Url::parse(&self.0).ok().filter(|url| is_web(url) && !has_userinfo(url))
    }

    /// `HOST` over https, with `:PORT` where it is not 443; with `http://` before it over plain http. Two addresses with one
    /// origin are the same server. None if requests cannot go there.
    pub fn origin(&self) -> Option<String> {
        let url = self.url()?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let scheme = if url.scheme() == "http" { "http://" } else { "" };
        Some(format!("{scheme}{}{port}", url.host_str()?))
    }

    /// The page at these names below it. None if no browser can go there.
    pub fn page(&self, names: &[&str]) -> Option<Self> {
        let mut url = self.url()?;
        url.set_query(None);
        url.set_fragment(None);
        url.path_segments_mut().ok()?.pop_if_empty().extend(names);
        Some(Self::new(url))
    }

    /// It is plain http.
    pub fn is_plain(&self) -> bool {
        self.url().is_some_and(|url| url.scheme() == "http")
    }

    /// Its host is this machine.
    pub fn is_loopback(&self) -> bool {
        self.url().as_ref().and_then(Url::host_str).is_some_and(is_loopback)
    }

    /// Its host is one of AppSync's own.
    pub fn is_appsync(&self) -> bool {
        self.aws_region().is_some()
    }

    /// The AWS region that its host names, if that is one of AppSync's own.
    pub fn aws_region(&self) -> Option<String> {
        let url = self.url()?;
        url.host_str().and_then(AppSyncHost::parse).map(|host| host.region().to_owned())
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Url::parse(&self.0) {
            Ok(url) if is_web(&url) && !has_userinfo(&url) => f.write_str(without_query(&self.0)),
            Ok(mut url) if is_web(&url) => {
                // Neither can fail for a URL that has a host.
                let _ = (url.set_username(""), url.set_password(None));
                f.write_str(without_query(url.as_str()))
            }
            // Whatever this is, what stands before the last `@` may be a password with any character in it.
            _ => f.write_str(without_query(self.0.rsplit_once('@').map_or(&self.0, |(_, rest)| rest))),
        }
    }
}

impl fmt::Debug for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebAddress({self})")
    }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

fn has_userinfo(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn without_query(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or_default()
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_on_the_web_and_below_the_address() {
        let page = |address: &str| WebAddress::new(address).page(&["lab", "a b/../c", "?x#y"]).map(|page| page.to_string());
        let expected = "https://x.example/app/lab/a%20b%2F..%2Fc/%3Fx%23y";
        assert_eq!(page("https://x.example/app").as_deref(), Some(expected));
        assert_eq!(page("https://x.example/app/?key=secret#y").as_deref(), Some(expected));
        for bad in ["file:///etc/passwd", "javascript:alert(1)", "x.example", "https://me:secret@x.example", ""] {
            assert_eq!(page(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_secret_in_an_address_is_never_shown() {
        for (given, shown) in [
            ("https://x.example/graphql", "https://x.example/graphql"),
            ("https://x.example", "https://x.example"),
            ("https://x.example/graphql?key=secret#secret", "https://x.example/graphql"),
            ("https://me:secret@x.example/graphql?key=secret", "https://x.example/graphql"),
            ("https://secret@x.example/", "https://x.example/"),
            ("https://x.example/a?to=me@y.example", "https://x.example/a"),
            ("HTTPS:\\\\me:secret@x.example\\graphql", "https://x.example/graphql"),
            ("me:secret@x.example/graphql", "x.example/graphql"),
            ("https://me:sec?ret@x.example/", "x.example/"),
            ("/there?key=secret", "/there"),
            ("", ""),
        ] {
            let address = WebAddress::new(given);
            assert_eq!(address.to_string(), shown, "{given}");
            assert_eq!(format!("{address:?}"), format!("WebAddress({shown})"));
        }
    }

    #[test]
    fn an_origin_is_one_server() {
        for (given, origin) in [
            ("https://X.example:443/graphql?x#y", Some("x.example")),
            ("https://x.example:8443", Some("x.example:8443")),
            ("http://x.example/graphql", Some("http://x.example")),
            ("http://[::1]:9/", Some("http://[::1]:9")),
            // What connects takes the backslash for a slash, and so does this.
            ("https://x.example\\@evil.example/", Some("x.example")),
            ("https://xn--bcher-kva.example/", Some("xn--bcher-kva.example")),
            ("https://bücher.example/", Some("xn--bcher-kva.example")),
            ("https://x.example@evil.example/", None),
            ("ftp://x.example", None),
            ("https://", None),
            ("x.example", None),
        ] {
            assert_eq!(WebAddress::new(given).origin().as_deref(), origin, "{given}");
        }
    }

    #[test]
    fn this_machine_has_several_names_and_no_other_looks_like_it() {
        for here in ["http://127.0.0.1:9/graphql", "http://[::1]:9/", "http://localhost:9", "http://LOCALHOST/", "http://127.1/"]
        {
            assert!(WebAddress::new(here).is_loopback() && WebAddress::new(here).is_plain(), "{here}");
        }
        for there in ["http://example.com/", "http://127.0.0.1.example.com/", "http://localhost.example.com/", "localhost"] {
            assert!(!WebAddress::new(there).is_loopback(), "{there}");
        }
    }
}
