use std::collections::VecDeque;
use std::error::Error as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio_tungstenite::tungstenite;

use super::close::Close;

/// About how many bytes go out in one write. More waits in the outbox, where it is counted.
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
pub(super) struct Wire {
    socket: WebSocket,
    waiting: VecDeque<Message>,
    unflushed: bool,
}

impl Wire {
    pub(super) fn new(socket: WebSocket) -> Self {
        Self {
            socket,
            waiting: VecDeque::new(),
            unflushed: false,
        }
    }

    /// Queues a frame. It leaves with the next [`Wire::poll_flush`].
    pub(super) fn send(&mut self, frame: Utf8Bytes) {
        self.waiting.push_back(Message::Text(frame));
    }

    /// Queues frames, in order.
    pub(super) fn send_all(&mut self, frames: Vec<Utf8Bytes>) {
        self.waiting.extend(frames.into_iter().map(Message::Text));
    }

    /// How many frames wait to be written.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Writes what waits; ready when the peer's window has taken everything.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        while !self.waiting.is_empty() {
            ready!(Pin::new(&mut self.socket).poll_ready(cx)).map_err(|_| Gone)?;
            let frame = self.waiting.pop_front().expect("it is not empty");
            Pin::new(&mut self.socket)
                .start_send(frame)
                .map_err(|_| Gone)?;
            self.unflushed = true;
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.socket).poll_flush(cx)).map_err(|_| Gone)?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// The next thing the client did.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Heard> {
        let heard = match ready!(Pin::new(&mut self.socket).poll_next(cx)) {
            Some(Ok(Message::Text(text))) => Heard::Text(text),
            Some(Ok(Message::Binary(_))) => Heard::Fault(Close::Binary),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Heard::Sign,
            Some(Ok(Message::Close(_))) | None => Heard::Gone,
            Some(Err(error)) => fault(&error).map_or(Heard::Gone, Heard::Fault),
        };
        Poll::Ready(heard)
    }

    /// Drops what waits.
    pub(super) fn discard(&mut self) {
        self.waiting.clear();
    }

    /// Writes what waits, says why it closes, and stays until the peer has answered, at most
    /// `within`.
    pub(super) async fn close(mut self, why: Close, within: Duration) {
        let frame = CloseFrame {
            code: why.code(),
            reason: why.reason().into(),
        };
        let handshake = async {
            self.waiting.push_back(Message::Close(Some(frame)));
            if std::future::poll_fn(|cx| self.poll_flush(cx)).await.is_ok() {
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
            // The library reads no more after a fault; closing at once would reset the
            // connection and could take our close frame with it.
            tokio::time::sleep(LINGER).await;
            return;
        }
        while self.socket.next().await.is_some_and(|read| read.is_ok()) {}
        let _ = self.socket.close().await;
    }
}

/// The close code that RFC 6455 has for a fault of the client; `None` if the connection is lost.
fn fault(error: &axum::Error) -> Option<Close> {
    use tungstenite::Error;
    use tungstenite::error::ProtocolError;
    match error.source()?.downcast_ref::<Error>()? {
        Error::Capacity(_) => Some(Close::TooLarge),
        Error::Utf8(_) => Some(Close::NotUtf8),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Protocol(_) => Some(Close::ProtocolError),
        _ => None,
    }
}
