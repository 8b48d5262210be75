use url::{Host, Url};
use whatscrap_messages::notify::EndpointRefused;

use super::Reach;

/// The longest endpoint that is kept. Real ones have 150 to 600 bytes.
const MOST_BYTES: usize = 2_048;

/// Names that lead to machines nearby, whatever the resolver says.
const NEARBY: [&str; 8] = [
    "local",
    "localhost",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "arpa",
];

/// The push services of the browsers. They are checked like any other; but while no resolver
/// answers they may be subscribed to.
const KNOWN: [&str; 5] = [
    "fcm.googleapis.com",
    "android.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
];

/// A place to push to whose form is right; where it leads is seen when it is dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// The name to be resolved, and to be shown by the certificate.
    pub(super) host: String,
    /// Path and query, as they go into the request.
    pub(super) target: String,
    /// Whether the form is that of tests; else the port, for them alone.
    pub(super) loopback_port: Option<u16>,
}

impl Endpoint {
    pub(super) fn parse(text: &str, reach: Reach) -> Result<Self, EndpointRefused> {
        if text.len() > MOST_BYTES {
            return refuse("it is longer than 2048 bytes");
        }
        let Ok(url) = Url::parse(text) else {
            return refuse("it is no address");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it carries a username or a password");
        }
        let target = url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
        match reach {
            Reach::Public => Self::public(&url, target),
            Reach::Loopback => Self::loopback(&url, target),
        }
    }

    fn public(url: &Url, target: String) -> Result<Self, EndpointRefused> {
        if url.scheme() != "https" || url.port_or_known_default() != Some(443) {
            return refuse("a push service is an address that begins with https://, on port 443");
        }
        let Some(Host::Domain(host)) = url.host() else {
            return refuse("it names a number instead of a push service");
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let (rest, last) = host.rsplit_once('.').unwrap_or_default();
        if rest.is_empty() || NEARBY.contains(&last) {
            return refuse("it is not on the public Internet");
        }
        Ok(Self {
            host,
            target,
            loopback_port: None,
        })
    }

    fn loopback(url: &Url, target: String) -> Result<Self, EndpointRefused> {
        match (url.scheme(), url.host_str(), url.port()) {
            ("http", Some("127.0.0.1"), Some(port)) => Ok(Self {
                host: "127.0.0.1".to_owned(),
                target,
                loopback_port: Some(port),
            }),
            _ => refuse("this server is set up for tests: only http://127.0.0.1:PORT is pushed to"),
        }
    }

    /// What a signature is made for (RFC 6454).
    pub(super) fn origin(&self) -> String {
        match self.loopback_port {
            Some(port) => format!("http://127.0.0.1:{port}"),
            None => format!("https://{}", self.host),
        }
    }

    /// What the request's `Host` says.
    pub(super) fn authority(&self) -> String {
        match self.loopback_port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// Whether a browser's own push service is named.
    pub(super) fn is_known(&self) -> bool {
        KNOWN.iter().any(|known| {
            self.host
                .strip_suffix(known)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}

fn refuse<T>(why: &str) -> Result<T, EndpointRefused> {
    Err(EndpointRefused(format!("this endpoint is refused: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Endpoint, EndpointRefused> {
        Endpoint::parse(text, Reach::Public)
    }

    #[test]
    fn only_names_by_https_on_the_usual_port_are_taken() {
        for endpoint in [
            "",
            "push",
            "http://push.example.com/x",
            "ftp://push.example.com/x",
            "https://push.example.com:8443/x",
            "https://push.example.com:80/x",
            "https://ada@push.example.com/x",
            "https://ada:secret@push.example.com/x",
            "https://push.example.com:pass@127.0.0.1/x",
            "https://127.0.0.1/x",
            "https://127.1/x",
            "https://0x7f.1/x",
            "https://2130706433/x",
            "https://0177.0.0.1/x",
            "https://169.254.169.254/latest/meta-data/",
            "https://100.64.0.1/x",
            "https://93.184.216.34/x",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://[::ffff:0:a9fe:a9fe]/x",
            "https://[64:ff9b::7f00:1]/x",
            "https://[64:ff9b:1::7f00:1]/x",
            "https://[2606:4700::1111]/x",
            "https://localhost/x",
            "https://localhost./x",
            "https://printer.local/x",
            "https://printer.LOCAL./x",
            "https://metadata.google.internal/x",
            "https://push/x",
            "https:///x",
        ] {
            assert!(
                parse(endpoint).is_err(),
                "{endpoint}: {:?}",
                parse(endpoint)
            );
        }
        let long = format!("https://push.example.com/{}", "x".repeat(2_048));
        assert!(parse(&long).is_err());
    }

    #[test]
    fn signs_of_all_kinds_that_mean_a_digit_are_seen_through() {
        for endpoint in ["https://①②⑦.⓪.⓪.①/x", "https://127。0。0。1/x"] {
            assert!(
                parse(endpoint).is_err(),
                "{endpoint}: {:?}",
                parse(endpoint)
            );
        }
    }

    #[test]
    fn path_and_query_go_into_the_request_and_nothing_else() {
        let endpoint = parse("https://WNS.notify.windows.com:443/w/?token=a%2fb%3d#part").unwrap();
        assert_eq!(endpoint.host, "wns.notify.windows.com");
        assert_eq!(endpoint.target, "/w/?token=a%2fb%3d");
        assert_eq!(endpoint.origin(), "https://wns.notify.windows.com");
        assert!(endpoint.is_known());
        assert!(
            !parse("https://evilpush.apple.com.example.com/x")
                .unwrap()
                .is_known()
        );
        assert!(!parse("https://evilpush.apple.com/x").unwrap().is_known());
    }

    #[test]
    fn for_tests_only_this_machine_is_taken() {
        let parse = |text| Endpoint::parse(text, Reach::Loopback);
        assert_eq!(
            parse("http://127.0.0.1:8123/a").unwrap().origin(),
            "http://127.0.0.1:8123"
        );
        for endpoint in [
            "https://fcm.googleapis.com/x",
            "http://10.0.0.1:80/x",
            "http://127.0.0.1/x",
        ] {
            assert!(parse(endpoint).is_err(), "{endpoint}");
        }
    }
}
