//! A WebSocket without a library: frames as one likes them, also wrong ones.

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::server::site::PATIENCE;

/// The masking key of every frame; any will do.
const KEY: [u8; 4] = [0x5a, 0xc3, 0x17, 0x88];

/// What a frame is (RFC 6455 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Opcode {
    /// Goes on with a message.
    Continuation = 0,
    /// Begins a text.
    Text = 1,
    /// Begins anything else.
    Binary = 2,
    /// Ends the connection.
    Close = 8,
    /// Asks for a pong.
    Ping = 9,
    /// Answers a ping.
    Pong = 10,
}

/// One frame of a client.
#[derive(Debug, Clone)]
#[must_use = "a frame does nothing until it is sent"]
pub struct RawFrame {
    first: u8,
    payload: Vec<u8>,
    declared: Option<u64>,
    is_masked: bool,
}

impl RawFrame {
    /// A proper frame, whole and masked.
    pub fn new(opcode: Opcode, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            first: 0x80 | opcode as u8,
            payload: payload.into(),
            declared: None,
            is_masked: true,
        }
    }

    /// More of the message is to come.
    pub fn unfinished(mut self) -> Self {
        self.first &= 0x7f;
        self
    }

    /// Sets bits of the first byte: 0x40, 0x20 and 0x10 are reserved, and so are
    /// some opcodes.
    pub fn with_bits(mut self, bits: u8) -> Self {
        self.first |= bits;
        self
    }

    /// Says that it is this long, whatever it is.
    pub fn declaring(mut self, length: u64) -> Self {
        self.declared = Some(length);
        self
    }

    /// Leaves the mask out, as no client may.
    pub fn unmasked(mut self) -> Self {
        self.is_masked = false;
        self
    }

    /// The bytes of it.
    pub fn encode(&self) -> Vec<u8> {
        let length = self.declared.unwrap_or(self.payload.len() as u64);
        let mask_bit = if self.is_masked { 0x80 } else { 0 };
        let mut bytes = vec![self.first];
        match (u8::try_from(length), u16::try_from(length)) {
            (Ok(length @ ..126), _) => bytes.push(mask_bit + length),
            (_, Ok(length)) => {
                bytes.push(mask_bit + 126);
                bytes.extend(length.to_be_bytes());
            }
            _ => {
                bytes.push(mask_bit + 127);
                bytes.extend(length.to_be_bytes());
            }
        }
        if self.is_masked {
            bytes.extend(KEY);
            let masked = self.payload.iter().zip(KEY.iter().cycle());
            bytes.extend(masked.map(|(byte, key)| byte ^ key));
        } else {
            bytes.extend(&self.payload);
        }
        bytes
    }
}

/// A connection after its upgrade.
#[derive(Debug)]
pub struct Wire {
    stream: BufReader<TcpStream>,
}

impl Wire {
    /// Connects, sends the head of an upgrade and reads the answer's.
    pub(crate) async fn open(address: &str, head: &str) -> Self {
        let stream = TcpStream::connect(address).await;
        let mut stream = BufReader::new(stream.expect("the server is there"));
        let sent = stream.write_all(head.as_bytes()).await;
        sent.expect("the server takes an upgrade");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.expect("the server answers"));
        }
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        Self { stream }
    }

    /// Sends a frame. Nothing happens if the connection is gone.
    pub async fn say(&mut self, frame: &RawFrame) {
        self.write(&frame.encode()).await;
    }

    /// Sends a whole text.
    pub async fn say_text(&mut self, text: &str) {
        self.say(&RawFrame::new(Opcode::Text, text)).await;
    }

    /// Sends these bytes. Whether the server took them: it may have ended the
    /// connection.
    pub async fn write(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// The next frame's first byte and payload; `None` if the connection ended.
    ///
    /// # Panics
    /// If nothing comes in time.
    pub async fn hear(&mut self) -> Option<(u8, Vec<u8>)> {
        let hearing = timeout(PATIENCE, self.read()).await;
        hearing.expect("a frame or the end comes in time").ok()
    }

    async fn read(&mut self) -> std::io::Result<(u8, Vec<u8>)> {
        let first = self.stream.read_u8().await?;
        let length = match self.stream.read_u8().await? {
            126 => self.stream.read_u16().await?.into(),
            127 => self.stream.read_u64().await?,
            length => length.into(),
        };
        let mut payload = vec![0; usize::try_from(length).expect("frames are small")];
        self.stream.read_exact(&mut payload).await?;
        Ok((first, payload))
    }

    /// Hears until a whole frame of this kind, and returns its payload.
    ///
    /// # Panics
    /// If the connection ends before.
    pub async fn hear_next(&mut self, opcode: Opcode) -> Vec<u8> {
        loop {
            let (first, payload) = self.hear().await.expect("the connection lives");
            if first == 0x80 | opcode as u8 {
                return payload;
            }
        }
    }

    /// Hears until the end, and returns the close code that came before: 1005
    /// for a close without one, 1006 if there was no close.
    pub async fn closed(&mut self) -> u16 {
        let mut code = 1006;
        while let Some((first, payload)) = self.hear().await {
            if first == 0x80 | Opcode::Close as u8 {
                code = payload
                    .first_chunk()
                    .map_or(1005, |code| u16::from_be_bytes(*code));
            }
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_short_as_they_may() {
        for (length, head) in [
            (0, vec![0x81, 0x80]),
            (125, vec![0x81, 0xfd]),
            (126, vec![0x81, 0xfe, 0, 126]),
            (65_535, vec![0x81, 0xfe, 0xff, 0xff]),
            (65_536, vec![0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let frame = RawFrame::new(Opcode::Text, vec![0; length]).encode();
            assert_eq!(frame[..head.len()], head);
            assert_eq!(frame.len(), head.len() + 4 + length);
        }
    }
}
