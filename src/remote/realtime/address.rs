//! [`Address`]: where the socket of an API is. Opens nothing.

use crate::model::AppSyncHost;
use crate::remote::net;
use reqwest::Url;

/// The addresses of an API and of its socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The API itself; signatures are about it.
    pub api: Url,
    /// The socket, as `http` or `https`: it begins as a request.
    pub socket: Url,
    /// What an authorization calls the API: its host, with the port where it is not the usual one.
    pub host: String,
}

impl Address {
    /// AppSync's own hosts each have a second host for sockets; elsewhere the socket is a path below that of the API.
    pub(super) fn of(api: &Url) -> Self {
        let mut api = api.clone();
        api.set_query(None);
        api.set_fragment(None);
        let mut socket = api.clone();
        let host = api.host_str().unwrap_or_default();
        match AppSyncHost::parse(host) {
            // A host that is made of a valid one is valid.
            Some(appsync) => drop(socket.set_host(Some(&appsync.realtime()))),
            None => {
                let path = api.path().trim_end_matches('/');
                socket.set_path(&format!("{}/realtime", if path.is_empty() { "/graphql" } else { path }));
            }
        }
        Self { host: net::host_and_port(&api), api, socket }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(api: &str) -> (String, String) {
        let address = Address::of(&Url::parse(api).expect("a URL"));
        (address.socket.to_string(), address.host)
    }

    #[test]
    fn the_socket_is_another_host_at_appsync_and_a_path_elsewhere() {
        for (api, socket, host) in [
            (
                "https://abc.appsync-api.eu-west-1.amazonaws.com/graphql",
                "https://abc.appsync-realtime-api.eu-west-1.amazonaws.com/graphql",
                "abc.appsync-api.eu-west-1.amazonaws.com",
            ),
            (
                "https://abc.appsync-api.cn-north-1.amazonaws.com.cn/graphql",
                "https://abc.appsync-realtime-api.cn-north-1.amazonaws.com.cn/graphql",
                "abc.appsync-api.cn-north-1.amazonaws.com.cn",
            ),
            ("https://plexus.example/graphql?x=1#y", "https://plexus.example/graphql/realtime", "plexus.example"),
            ("http://127.0.0.1:8765/graphql/", "http://127.0.0.1:8765/graphql/realtime", "127.0.0.1:8765"),
            ("http://[::1]:9", "http://[::1]:9/graphql/realtime", "[::1]:9"),
            (
                "https://abc.appsync-api.evil.example/graphql",
                "https://abc.appsync-api.evil.example/graphql/realtime",
                "abc.appsync-api.evil.example",
            ),
        ] {
            assert_eq!(of(api), (socket.to_owned(), host.to_owned()), "{api}");
        }
    }
}
