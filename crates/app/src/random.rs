//! Secrets that the server makes up.

use rand::TryRngCore;
use rand::rngs::OsRng;

use crate::Failure;

/// 128 bits from the operating system, as 32 hexadecimal digits.
pub(crate) fn hex() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    OsRng.try_fill_bytes(&mut bytes).map_err(Failure::cannot)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
