//! What single settings can be.

use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum_client_ip::ClientIpSource;
use clap::ValueEnum;
use url::Url;

/// Scheme, host and port, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(pub String);

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Registration {
    /// Everyone.
    Open,
    /// Who was invited.
    Invite,
    /// Nobody.
    Closed,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// Where notifications are pushed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PushEndpoints {
    /// To push services on the public Internet.
    Public,
    /// To this machine and nowhere else.
    Loopback,
}

/// The shape of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For programs: an object a line.
    Json,
}

/// Where metrics are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsBind {
    /// Nowhere.
    Off,
    /// Here.
    At(SocketAddr),
}

impl FromStr for MetricsBind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::Off);
        }
        let fault = "it is no address; accepted: IP:PORT as 127.0.0.1:9100, or nothing for off";
        text.parse().map(Self::At).map_err(|_| fault)
    }
}

pub(super) fn ip(text: &str) -> Result<IpAddr, &'static str> {
    text.parse()
        .map_err(|_| "it is no IP address; accepted: 0.0.0.0, 127.0.0.1, ::1 and the like")
}

pub(super) fn number<T: FromStr + PartialOrd + Display>(
    accepted: RangeInclusive<T>,
) -> impl Fn(&str) -> Result<T, String> + Clone
where
    RangeInclusive<T>: Clone,
{
    move |text| {
        let number = text.parse().ok().filter(|number| accepted.contains(number));
        let (least, most) = (accepted.start(), accepted.end());
        number.ok_or_else(|| format!("{text:?}; accepted: a whole number from {least} to {most}"))
    }
}

pub(super) fn public_url(text: &str) -> Result<PublicUrl, String> {
    let accepted = "accepted: http:// or https://, a host and perhaps a port, without a path";
    let url = Url::parse(text).map_err(|error| format!("{error}; {accepted}"))?;
    let is_bare = matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || !is_bare {
        return Err(format!(
            "it is more, or other, than a site's address; {accepted}"
        ));
    }
    Ok(PublicUrl(url.origin().ascii_serialization()))
}

pub(super) fn web_address(text: &str) -> Result<Url, String> {
    let accepted = "accepted: http:// or https:// and a host";
    let url = Url::parse(text).map_err(|error| format!("{error}; {accepted}"))?;
    if matches!(url.scheme(), "http" | "https") {
        Ok(url)
    } else {
        Err(format!("it is no web address; {accepted}"))
    }
}

pub(super) fn client_ip_source(text: &str) -> Result<ClientIpSource, &'static str> {
    text.parse().map_err(|_| {
        "it is no known source; accepted: ConnectInfo, RightmostXForwardedFor, XRealIp, \
         CfConnectingIp, FlyClientIp, TrueClientIp, CloudFrontViewerAddress, XEnvoyExternalAddress"
    })
}

pub(super) fn log_filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::builder().parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!(
            "{error}; accepted: a level as info, or module=level, …"
        )),
    }
}
