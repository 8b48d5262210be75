//! The WebSocket: one a browser tab, carrying every room of its user.
//!
//! [`Wire`](wire::Wire) is the bytes, [`Conversation`](conversation::Conversation) the protocol,
//! [`Subscription`](subscription::Subscription) one room's place in it.

mod close;
mod conversation;
mod frames;
mod pasts;
mod subscription;
mod wire;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Utf8Bytes, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use whatscrap_realtime::Encoders;

use crate::auth::{self, Auth};
use crate::problem::Problem;
use crate::{Server, cross_site};

use close::Close;
use conversation::Conversation;
use wire::Wire;

pub(crate) use pasts::Pasts;

/// An encoded frame, shared by every socket that sends it.
pub type Frame = Utf8Bytes;
/// The hub of this server's sockets.
pub type Hub = whatscrap_realtime::Hub<Frame>;

/// How the hub encodes events for our sockets.
pub fn encoders() -> Encoders<Frame> {
    Encoders {
        message: frames::encode_message,
        read: frames::encode_read,
    }
}

/// The most bytes of a client's frame.
const MAX_FRAME: usize = 64 << 10;

/// Opens the WebSocket. Who may not have one learns so before the upgrade.
pub(crate) async fn upgrade(
    State(server): State<Server>,
    headers: HeaderMap,
    auth: Result<Auth, Problem>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    cross_site::check_upgrade(&server.config, &headers)?;
    let Auth(login) = auth?;
    if server.draining.is_cancelled() {
        return Err(Problem::unavailable(
            "the server is restarting: try again in a moment",
        ));
    }
    let upgrade = upgrade.map_err(|_| {
        Problem::new(
            StatusCode::UPGRADE_REQUIRED,
            "malformed",
            "this address takes WebSockets only",
        )
    })?;
    let secret = auth::secret(&server.config, &headers).unwrap_or_default();
    let open = server.sockets.token();
    Ok(upgrade
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .read_buffer_size(4 << 10)
        .write_buffer_size(wire::BATCH)
        .on_upgrade(async move |socket| {
            let _open = open;
            let wire = Wire::new(socket);
            match server.hub.connect(login.user.id, login.session.id) {
                Ok(connection) => {
                    Conversation::new(server, login, secret, connection, wire)
                        .run()
                        .await;
                }
                Err(_) => {
                    wire.close(Close::TooManySockets, server.config.timing.close)
                        .await;
                }
            }
        }))
}
