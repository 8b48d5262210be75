use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::StatusCode;
use hyper::client::conn::http1;
use hyper::header::RETRY_AFTER;
use hyper::http::request::Builder;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use whatscrap_messages::notify::EndpointRefused;

use super::Resolver;
use super::address::is_public;
use super::endpoint::Endpoint;

/// How long a name may take to be found.
const RESOLVE: Duration = Duration::from_secs(3);
/// How long one address may take to answer.
const CONNECT: Duration = Duration::from_secs(3);
/// How long the rest may take.
const EXCHANGE: Duration = Duration::from_secs(10);
/// How many addresses of a name are tried.
const ADDRESSES: usize = 3;

/// What a push service said.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) retry_after: Option<Duration>,
}

/// Why there is no answer.
pub(super) enum Failure {
    /// It leads where no push goes.
    Refused(EndpointRefused),
    /// It may work another time.
    Unreached(String),
}

/// Connects to addresses that it has looked at itself, and follows nobody elsewhere: what is
/// resolved is checked, and what was checked is dialled, with no second question between.
pub(super) struct Dialler {
    resolver: Resolver,
    tls: TlsConnector,
}

impl Dialler {
    pub(super) fn new(resolver: Resolver) -> Self {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            resolver,
            tls: TlsConnector::from(Arc::new(config)),
        }
    }

    /// Whether an endpoint leads to the public Internet, as far as can be told now.
    pub(super) async fn check(&self, endpoint: &Endpoint) -> Result<(), EndpointRefused> {
        match self.addresses(endpoint).await {
            Ok(_) => Ok(()),
            Err(Failure::Refused(why)) => Err(why),
            Err(Failure::Unreached(_)) if endpoint.is_known() => Ok(()),
            Err(Failure::Unreached(why)) => {
                Err(EndpointRefused(format!("this endpoint is refused: {why}")))
            }
        }
    }

    /// Sends one request and hears the answer's head.
    pub(super) async fn post(
        &self,
        endpoint: &Endpoint,
        head: Builder,
        body: Bytes,
    ) -> Result<Answer, Failure> {
        let addresses = self.addresses(endpoint).await?;
        let stream = connect(&addresses).await?;
        let exchange = async {
            if endpoint.loopback_port.is_some() {
                return exchange(stream, head, body).await;
            }
            let name = ServerName::try_from(endpoint.host.clone())?;
            exchange(self.tls.connect(name, stream).await?, head, body).await
        };
        match timeout(EXCHANGE, exchange).await {
            Ok(answer) => answer.map_err(|error| unreached(&*error)),
            Err(_) => Err(Failure::Unreached("it took too long to answer".to_owned())),
        }
    }

    /// Where an endpoint leads: a few addresses, each on the public Internet. One that is not
    /// spoils all.
    async fn addresses(&self, endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Failure> {
        if let Some(port) = endpoint.loopback_port {
            return Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))]);
        }
        let found = timeout(RESOLVE, (self.resolver)(endpoint.host.clone())).await;
        let found: Vec<IpAddr> = match found {
            Ok(Ok(found)) if !found.is_empty() => found,
            _ => return Err(Failure::Unreached("its name leads nowhere".to_owned())),
        };
        if !found.iter().copied().all(is_public) {
            let why = "this endpoint is refused: it is not on the public Internet";
            return Err(Failure::Refused(EndpointRefused(why.to_owned())));
        }
        let few = found.into_iter().take(ADDRESSES);
        Ok(few.map(|ip| SocketAddr::new(ip, 443)).collect())
    }
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Failure> {
    let mut last = "it took too long to answer".to_owned();
    for address in addresses {
        match timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = error.to_string(),
            Err(_) => {}
        }
    }
    Err(Failure::Unreached(last))
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    head: Builder,
    body: Bytes,
) -> Result<Answer, Box<dyn Error + Send + Sync>> {
    let request = head.body(Full::new(body))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let mut answer = pin!(async {
        let response = sender.send_request(request).await?;
        let seconds = response.headers().get(RETRY_AFTER);
        let seconds = seconds.and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Answer {
            status: response.status(),
            retry_after: seconds.map(Duration::from_secs),
        })
    });
    // The connection does its part only while it is looked after, and is dropped with the answer's
    // head: what a push service writes below it is not read.
    tokio::select! {
        answer = &mut answer => answer,
        _ended = connection => answer.await,
    }
}

/// The innermost cause says the most.
fn unreached(error: &(dyn Error + Send + Sync + 'static)) -> Failure {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Failure::Unreached(cause.to_string())
}
