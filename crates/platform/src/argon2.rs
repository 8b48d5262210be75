use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use whatscrap_kernel::BackendError;
use whatscrap_users::{HashError, PasswordHasher, StoredHash, Verified};

use crate::permits::Permits;

/// The most that a stored hash may ask for: the second choice of RFC 9106, and some more passes.
const MOST: Cost = Cost {
    memory_kib: 64 * 1024,
    passes: 8,
    lanes: 4,
};
/// The highest work factor of a stored bcrypt hash.
const MOST_BCRYPT: u32 = 14;
/// The shortest salt that is not weak, in bytes.
const SALT: usize = 16;

/// Argon2id with the costs of today; it also compares with what the original stored.
#[derive(Clone)]
pub struct Argon2id {
    cost: Cost,
    permits: Permits,
}

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB, at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes over the memory, at least 1.
    pub passes: u32,
    /// Lanes, at least 1.
    pub lanes: u32,
}

impl Default for Cost {
    /// OWASP's: 19 MiB, 2 passes, 1 lane.
    fn default() -> Self {
        Self {
            memory_kib: 19 * 1024,
            passes: 2,
            lanes: 1,
        }
    }
}

impl Default for Argon2id {
    fn default() -> Self {
        Self::costing(Cost::default())
    }
}

impl Argon2id {
    /// A hasher of other costs, for tests: for people, take the default.
    pub fn costing(cost: Cost) -> Self {
        Self {
            cost,
            permits: Permits::for_this_machine(),
        }
    }
}

#[async_trait]
impl PasswordHasher for Argon2id {
    async fn hash(&self, password: &str) -> Result<StoredHash, HashError> {
        let (cost, password) = (self.cost, password.to_owned());
        Ok(self.permits.run(move || cost.hash(&password)).await??)
    }

    async fn verify<'a>(
        &self,
        password: &str,
        hash: Option<&'a StoredHash>,
    ) -> Result<Verified, HashError> {
        let (cost, password, hash) = (self.cost, password.to_owned(), hash.cloned());
        let compare = move || match hash {
            Some(StoredHash(hash)) if hash.starts_with("$2") => verify_bcrypt(&password, &hash),
            Some(StoredHash(hash)) => cost.verify(&password, &hash),
            // As much work as comparing.
            None => cost.hash(&password).map(|_| Verified::No),
        };
        Ok(self.permits.run(compare).await??)
    }
}

impl Cost {
    fn hash(self, password: &str) -> Result<StoredHash, BackendError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None);
        let params = params.map_err(BackendError::new)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hash = argon2
            .hash_password(password.as_bytes())
            .map_err(BackendError::new)?;
        Ok(StoredHash(hash.to_string()))
    }

    fn verify(self, password: &str, hash: &str) -> Result<Verified, BackendError> {
        let hash = PasswordHash::new(hash).map_err(BackendError::new)?;
        let params = Params::try_from(&hash).map_err(BackendError::new)?;
        if MOST.is_less_than(&params) {
            return Err(BackendError::new("a stored hash asks for absurd work"));
        }
        match Argon2::default().verify_password(password.as_bytes(), &hash) {
            Ok(()) if self.is_met_by(&params, &hash) => Ok(Verified::Yes),
            Ok(()) => Ok(Verified::YesButWeak),
            Err(Error::PasswordInvalid) => Ok(Verified::No),
            Err(error) => Err(BackendError::new(error)),
        }
    }

    fn is_less_than(self, params: &Params) -> bool {
        self.memory_kib < params.m_cost()
            || self.passes < params.t_cost()
            || self.lanes < params.p_cost()
    }

    fn is_met_by(self, params: &Params, hash: &PasswordHash) -> bool {
        params.m_cost() >= self.memory_kib
            && params.t_cost() >= self.passes
            && hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && hash.salt.is_some_and(|salt| salt.len() >= SALT)
            && hash
                .hash
                .is_some_and(|output| output.len() >= Params::DEFAULT_OUTPUT_LEN)
    }
}

/// The original hashed with bcrypt: first the password, later the hexadecimal SHA-256 of it.
fn verify_bcrypt(password: &str, hash: &str) -> Result<Verified, BackendError> {
    let parts: bcrypt::HashParts = hash.parse().map_err(BackendError::new)?;
    if parts.get_cost() > MOST_BCRYPT {
        return Err(BackendError::new("a stored hash asks for absurd work"));
    }
    let is = |text: &str| bcrypt::verify(text, hash).map_err(BackendError::new);
    let known = is(&format!("{:x}", Sha256::digest(password)))? || is(password)?;
    Ok(if known {
        Verified::YesButWeak
    } else {
        Verified::No
    })
}

#[cfg(test)]
#[path = "argon2_tests.rs"]
mod tests;
