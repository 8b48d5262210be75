use async_trait::async_trait;

use crate::{HashError, PasswordHasher, StoredHash, Verified};

/// Hashes that cost nothing and hide nothing. `weak:…` stands for a hash of yesterday.
#[derive(Debug, Clone, Copy, Default)]
pub struct FakeHasher;

impl FakeHasher {
    /// The hash of a password that is to be upgraded.
    pub fn weak(password: &str) -> StoredHash {
        StoredHash(format!("weak:{password}"))
    }

    /// The hash of a password.
    pub fn strong(password: &str) -> StoredHash {
        StoredHash(format!("strong:{password}"))
    }
}

#[async_trait]
impl PasswordHasher for FakeHasher {
    async fn hash(&self, password: &str) -> Result<StoredHash, HashError> {
        Ok(Self::strong(password))
    }

    async fn verify<'a>(
        &self,
        password: &str,
        hash: Option<&'a StoredHash>,
    ) -> Result<Verified, HashError> {
        Ok(match hash {
            Some(hash) if *hash == Self::strong(password) => Verified::Yes,
            Some(hash) if *hash == Self::weak(password) => Verified::YesButWeak,
            _ => Verified::No,
        })
    }
}
