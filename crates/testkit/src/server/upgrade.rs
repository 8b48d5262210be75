//! The WebSocket upgrade, honest or not.

use std::fmt::Write;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::server::site::PATIENCE;
use crate::server::socket::Socket;
use crate::server::wire::Wire;

/// The bare stream, for tests that misbehave below the protocol.
pub type RawSocket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Why there is no socket.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server answered with this status.
    Status(u16),
    /// There is no server, or it ended the connection.
    Unreachable(String),
}

/// A WebSocket upgrade in the making.
#[derive(Debug, Clone)]
#[must_use = "an upgrade does nothing until it is opened"]
pub struct Upgrade {
    request: Request,
}

impl Upgrade {
    /// An upgrade without any header but the protocol's own.
    pub fn to(origin: &str) -> Self {
        let url = format!("{}/api/v1/ws", origin.replacen("http", "ws", 1));
        let request = url.into_client_request().expect("an origin is a URL");
        Self { request }
    }

    /// Sets a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = value.parse().expect("a header's value");
        self.request.headers_mut().insert(name, value);
        self
    }

    /// Leaves a header out.
    pub fn without(mut self, name: &str) -> Self {
        self.request.headers_mut().remove(name);
        self
    }

    /// The bare stream, or why there is none.
    pub async fn raw(self) -> Result<RawSocket, Refusal> {
        match timeout(PATIENCE, connect_async(self.request)).await {
            Ok(Ok((stream, _))) => Ok(stream),
            Ok(Err(Error::Http(answer))) => Err(Refusal::Status(answer.status().as_u16())),
            Ok(Err(error)) => Err(Refusal::Unreachable(error.to_string())),
            Err(late) => panic!("{late}: no answer to the upgrade"),
        }
    }

    /// The bytes themselves.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn wire(self) -> Wire {
        let uri = self.request.uri();
        let address = uri.authority().expect("an upgrade has an address").as_str();
        let mut head = format!("GET {} HTTP/1.1\r\n", uri.path());
        for (name, value) in self.request.headers() {
            let value = value.to_str().expect("our headers are ASCII");
            let _ = write!(head, "{name}: {value}\r\n");
        }
        Wire::open(address, &(head + "\r\n")).await
    }

    /// A socket that has not said hello yet.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn open(self) -> Socket {
        let stream = self.raw().await.expect("the upgrade is accepted");
        Socket::over(stream)
    }
}
