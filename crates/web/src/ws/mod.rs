//! The WebSocket: one a browser tab, carrying every room of its user.
//!
//! [`Line`](line::Line) is the bytes on their way out, [`Wire`](wire::Wire) the frames,
//! [`Conversation`](conversation::Conversation) the protocol,
//! [`Subscription`](subscription::Subscription) one room's place in it, [`Pasts`] what was missed.

mod close;
mod conversation;
mod frames;
mod line;
mod pasts;
mod subscription;
mod wire;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use whatscrap_realtime::Encoders;

use crate::auth::{self, Auth};
use crate::problem::Problem;
use crate::{Server, cross_site};

use close::Close;
use conversation::Conversation;
use wire::Wire;

pub(crate) use pasts::Pasts;

/// How the hub encodes events for our sockets.
pub fn encoders() -> Encoders {
    Encoders {
        message: frames::encode_message,
        read: frames::encode_read,
        typing: frames::encode_typing,
        presence: frames::encode_presence,
        user: frames::encode_user,
    }
}

/// The most bytes of a client's frame.
const MAX_FRAME: usize = 64 << 10;

/// Opens the WebSocket. Who may not have one learns so before the upgrade.
pub(crate) async fn upgrade(
    State(server): State<Server>,
    auth: Result<Auth, Problem>,
    mut request: Request,
) -> Result<Response, Problem> {
    cross_site::check_upgrade(&server.config, request.headers())?;
    let Auth(login) = auth?;
    if server.draining.is_cancelled() {
        return Err(Problem::unavailable(
            "the server is restarting: try again in a moment",
        ));
    }
    let accepted = create_response_with_body(&request, Body::empty).map_err(|_| {
        Problem::new(
            StatusCode::UPGRADE_REQUIRED,
            "malformed",
            "this address takes WebSockets only",
        )
    })?;
    let secret = auth::secret(&server.config, request.headers()).unwrap_or_default();
    let open = server.sockets.token();
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let _open = open;
        // A client that goes away before the upgrade was never here.
        let Ok(connection) = upgraded.await else {
            return;
        };
        let wire = Wire::new(connection).await;
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
    });
    Ok(accepted)
}
