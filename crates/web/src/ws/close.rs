/// Why the server closes a socket: the codes of the protocol and of RFC 6455 §7.4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Close {
    /// A frame broke RFC 6455.
    ProtocolError = 1002,
    /// A binary frame.
    Binary = 1003,
    /// A text frame that is no UTF-8.
    NotUtf8 = 1007,
    /// A frame of more than 64 KiB.
    TooLarge = 1009,
    /// The server shuts down.
    Restart = 1012,
    /// The database is away and the socket cannot be greeted.
    Overloaded = 1013,
    /// The client reads more slowly than its rooms write.
    Slow = 4000,
    /// The client was silent.
    Heartbeat = 4001,
    /// The socket could not be told of a change: the client resyncs wholly.
    Stale = 4002,
    /// The client sends faster than it may.
    Rate = 4003,
    /// The session ended.
    SessionEnded = 4500,
    /// The user has as many sockets as they may.
    TooManySockets = 4502,
    /// The client speaks a version that this server does not.
    Version = 4503,
    /// The client does not speak the protocol.
    Malformed = 4504,
}

impl Close {
    pub(super) const fn code(self) -> u16 {
        self as u16
    }

    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::ProtocolError => "the frame breaks RFC 6455",
            Self::Binary => "text frames only",
            Self::NotUtf8 => "the frame is not UTF-8",
            Self::TooLarge => "a frame has at most 65536 bytes",
            Self::Restart => "the server restarts",
            Self::Overloaded => "the server cannot greet you now",
            Self::Slow => "the client reads too slowly",
            Self::Heartbeat => "nothing was heard",
            Self::Stale => "resync",
            Self::Rate => "too many frames",
            Self::SessionEnded => "the session ended",
            Self::TooManySockets => "too many sockets",
            Self::Version => "this version is not spoken here",
            Self::Malformed => "malformed frames",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocol_page_names_every_close_code() {
        let page = include_str!("../../../../docs/protocol.md");
        let table = page.split("### Close codes").nth(1).unwrap();
        for close in [
            Close::ProtocolError,
            Close::Binary,
            Close::NotUtf8,
            Close::TooLarge,
            Close::Restart,
            Close::Overloaded,
            Close::Slow,
            Close::Heartbeat,
            Close::Stale,
            Close::Rate,
            Close::SessionEnded,
            Close::TooManySockets,
            Close::Version,
            Close::Malformed,
        ] {
            assert!(table.contains(&close.code().to_string()), "{close:?}");
        }
    }
}
