use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// A setting that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text, for the one who needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The text, unless it is empty.
    pub fn given(&self) -> Option<&str> {
        Some(self.reveal()).filter(|text| !text.is_empty())
    }

    /// Another secret that follows from it, for one purpose.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let hash = Sha256::new().chain_update(purpose).chain_update([0]);
        hash.chain_update(&self.0).finalize().into()
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
