use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{SinkExt, Stream, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes, error::ProtocolError};

use super::MAX_FRAME;
use super::close::Close;
use super::line::Line;

/// About how many bytes are taken out of the outbox for one write. More waits there, where it is
/// counted.
pub(super) const BATCH: usize = 32 << 10;

/// How long a connection stays up after a fault, so that the peer can read why it ends.
const LINGER: Duration = Duration::from_secs(1);

/// The connection is gone.
#[derive(Debug)]
pub(super) struct Gone;

/// Something a client did.
#[derive(Debug)]
pub(super) enum Heard {
    Text(Utf8Bytes),
    /// A control frame: it lives.
    Sign,
    /// It did what no client may.
    Fault(Close),
    /// It closed, or the connection is lost.
    Gone,
}

/// A WebSocket that writes whatever waits in as few writes as possible, and reads while it does.
pub(super) struct Wire(WebSocketStream<Line<TokioIo<Upgraded>>>);

impl Wire {
    pub(super) async fn new(connection: Upgraded) -> Self {
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_FRAME))
            .max_frame_size(Some(MAX_FRAME))
            .read_buffer_size(2 << 10)
            // The library's frames go straight into our line.
            .write_buffer_size(0);
        let line = Line::new(TokioIo::new(connection));
        Self(WebSocketStream::from_raw_socket(line, Role::Server, Some(config)).await)
    }

    /// Queues whole frames. They leave with the next [`Wire::poll_flush`].
    pub(super) fn send(&mut self, frames: Bytes) {
        self.0.get_mut().push(frames);
    }

    /// How many pieces wait to be written.
    pub(super) fn waiting(&self) -> usize {
        self.0.get_ref().waiting()
    }

    /// Writes what waits; ready when the peer's window has taken everything.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.0.get_mut().poll_drain(cx).map_err(|_| Gone)
    }

    /// The next thing the client did.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Heard> {
        let heard = match ready!(Pin::new(&mut self.0).poll_next(cx)) {
            Some(Ok(Message::Text(text))) => Heard::Text(text),
            Some(Ok(Message::Binary(_))) => Heard::Fault(Close::Binary),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Heard::Sign,
            Some(Ok(Message::Close(_))) | None => Heard::Gone,
            Some(Err(error)) => fault(&error).map_or(Heard::Gone, Heard::Fault),
        };
        Poll::Ready(heard)
    }

    /// Drops what waits.
    pub(super) fn discard(&mut self) {
        self.0.get_mut().discard();
    }

    /// Writes what waits, says why it closes, and stays until the peer has answered, at most
    /// `within`.
    pub(super) async fn close(mut self, why: Close, within: Duration) {
        let frame = CloseFrame {
            code: why.code().into(),
            reason: why.reason().into(),
        };
        let handshake = async {
            // What the library could not flush itself is written by `finish`.
            let sent = self.0.send(Message::Close(Some(frame))).await;
            if sent.is_ok() || self.waiting() > 0 {
                self.finish(matches!(
                    why,
                    Close::ProtocolError | Close::NotUtf8 | Close::TooLarge
                ))
                .await;
            }
        };
        // A peer that never answers is dropped.
        let _ = tokio::time::timeout(within, handshake).await;
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "nothing tells when the peer has read"
    )]
    /// Completes a handshake that the client began.
    pub(super) async fn finish(&mut self, faulty: bool) {
        if faulty {
            self.drain().await;
            // The library reads no more after a fault; closing at once would reset the
            // connection and could take our close frame with it.
            tokio::time::sleep(LINGER).await;
            return;
        }
        while self.0.next().await.is_some_and(|read| read.is_ok()) {}
        // With its answer to a close the library is done, and flushes no more.
        self.drain().await;
    }

    /// Waits until everything is written, or cannot be.
    async fn drain(&mut self) {
        let _ = std::future::poll_fn(|cx| self.poll_flush(cx)).await;
    }
}

/// The close code that RFC 6455 has for a fault of the client; `None` if the connection is lost.
fn fault(error: &Error) -> Option<Close> {
    match error {
        Error::Capacity(_) => Some(Close::TooLarge),
        Error::Utf8(_) => Some(Close::NotUtf8),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Protocol(_) => Some(Close::ProtocolError),
        _ => None,
    }
}
