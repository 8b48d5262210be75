use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The most pieces that one write takes.
const PIECES: usize = 64;

/// A connection whose outgoing bytes stand in line, whole frames at a time, and leave in as few
/// writes as the peer's window allows. What many sockets send stands in each line uncopied.
#[derive(Debug)]
pub(super) struct Line<T> {
    inner: T,
    pieces: VecDeque<Bytes>,
    /// Whether a part of the first piece is out.
    begun: bool,
}

impl<T: AsyncWrite + Unpin> Line<T> {
    pub(super) fn new(inner: T) -> Self {
        Self {
            inner,
            pieces: VecDeque::new(),
            begun: false,
        }
    }

    /// Adds whole frames to the line.
    pub(super) fn push(&mut self, frames: Bytes) {
        if !frames.is_empty() {
            self.pieces.push_back(frames);
        }
    }

    /// How many pieces stand in line.
    pub(super) fn waiting(&self) -> usize {
        self.pieces.len()
    }

    /// Drops what can be dropped without cutting a frame.
    pub(super) fn discard(&mut self) {
        self.pieces.truncate(usize::from(self.begun));
    }

    /// Writes until the line is empty.
    pub(super) fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pieces.is_empty() {
            let written = ready!(self.poll_write_line(cx))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.advance(written);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write_line(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let inner = Pin::new(&mut self.inner);
        if let [only] = self.pieces.make_contiguous() {
            return inner.poll_write(cx, only);
        }
        let mut slices = [IoSlice::new(&[]); PIECES];
        let count = self.pieces.len().min(PIECES);
        for (slice, piece) in slices.iter_mut().zip(&self.pieces) {
            *slice = IoSlice::new(piece);
        }
        inner.poll_write_vectored(cx, &slices[..count])
    }

    fn advance(&mut self, mut written: usize) {
        while let Some(first) = self.pieces.front_mut() {
            if written < first.len() {
                self.begun |= written > 0;
                let _ = first.split_to(written);
                return;
            }
            written -= first.len();
            self.begun = false;
            self.pieces.pop_front();
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Line<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

/// The library's own frames (`pong`, `close`) join the line.
impl<T: AsyncWrite + Unpin> AsyncWrite for Line<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        frames: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.push(Bytes::copy_from_slice(frames));
        Poll::Ready(Ok(frames.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_drain(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// Takes a few bytes a write, and then none.
    struct Narrow {
        at_once: usize,
        writes: usize,
        taken: Vec<u8>,
    }

    impl AsyncWrite for Narrow {
        fn poll_write(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            if self.writes == 0 {
                return Poll::Pending;
            }
            self.writes -= 1;
            let bytes: Vec<u8> = slices.iter().flat_map(|slice| slice.to_vec()).collect();
            let taken = bytes.len().min(self.at_once);
            self.taken.extend(&bytes[..taken]);
            Poll::Ready(Ok(taken))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    fn line(at_once: usize, writes: usize) -> Line<Narrow> {
        let mut line = Line::new(Narrow {
            at_once,
            writes,
            taken: Vec::new(),
        });
        for piece in ["one ", "two ", "three "] {
            line.push(Bytes::from_static(piece.as_bytes()));
        }
        line
    }

    fn drain(line: &mut Line<Narrow>) -> bool {
        line.poll_drain(&mut Context::from_waker(Waker::noop()))
            .is_ready()
    }

    #[test]
    fn everything_in_line_leaves_in_one_write() {
        let mut line = line(100, 1);
        assert!(drain(&mut line));
        assert_eq!(line.inner.taken, b"one two three ");
    }

    #[test]
    fn a_narrow_peer_gets_every_byte_once_and_in_order() {
        let mut line = line(3, 9);
        assert!(drain(&mut line));
        assert_eq!(line.inner.taken, b"one two three ");
    }

    #[test]
    fn what_has_begun_is_finished_and_the_rest_is_dropped() {
        let mut line = line(6, 1);
        assert!(!drain(&mut line));
        line.discard();
        line.push(Bytes::from_static(b"bye"));
        line.inner.writes = 2;
        assert!(drain(&mut line));
        assert_eq!(line.inner.taken, b"one two bye");
    }

    #[test]
    fn between_two_frames_everything_is_dropped() {
        let mut line = line(4, 1);
        assert!(!drain(&mut line));
        line.discard();
        assert_eq!(line.waiting(), 0);
    }
}
