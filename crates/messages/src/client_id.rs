/// The name that a client gives its message: 1 to 64 bytes, unique per author and room for ever.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientId(String);

/// Why a client id was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a client_id has 1 to {} bytes, none of them zero",
    ClientId::MAX_BYTES
)]
pub struct ClientIdError;

impl ClientId {
    /// The most bytes.
    pub const MAX_BYTES: usize = 64;

    /// Takes the text as it is.
    pub fn parse(text: &str) -> Result<Self, ClientIdError> {
        if (1..=Self::MAX_BYTES).contains(&text.len()) && !text.contains('\0') {
            Ok(Self(text.to_owned()))
        } else {
            Err(ClientIdError)
        }
    }

    /// An id that was accepted before.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_has_1_to_64_bytes() {
        assert!(ClientId::parse("a").is_ok());
        assert!(ClientId::parse(&"é".repeat(32)).is_ok());
        for id in ["", &"é".repeat(33), "a\0"] {
            assert_eq!(ClientId::parse(id), Err(ClientIdError), "{id:?}");
        }
    }
}
