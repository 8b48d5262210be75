use std::fs::{self, File};
use std::io::{Error, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chrono::TimeDelta;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::rand_core::OsRng;
use serde_json::json;
use whatscrap_kernel::Time;

use super::endpoint::Endpoint;

/// For how long a signature holds; 24 hours is the most.
const HOLDS: TimeDelta = TimeDelta::hours(12);

/// Whom a push service may ask about this server: its own address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact(String);

impl Contact {
    /// The server's public address, if it is one that a push service takes.
    pub fn of(public_url: &str) -> Option<Self> {
        public_url
            .starts_with("https://")
            .then(|| Self(public_url.to_owned()))
    }
}

/// The key by which push services know this server (RFC 8292). Every subscription is tied to it:
/// without it, all are lost.
#[derive(Clone)]
pub struct VapidKey(SigningKey);

impl VapidKey {
    /// Reads the key from a file, or makes one and keeps it there, to be read by nobody else. Of
    /// several who make it at once, all get the same.
    pub fn at(path: &Path) -> Result<Self, Error> {
        match read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                make(path)?;
                read(path)
            }
            read => read,
        }
    }

    /// The key that follows from this seed: the same for all who know it.
    pub fn derived(seed: &[u8; 32]) -> Result<Self, Error> {
        SigningKey::from_slice(seed).map(Self).map_err(invalid)
    }

    /// A new key, kept nowhere.
    pub fn random() -> Self {
        Self(SigningKey::random(&mut OsRng))
    }

    /// What browsers subscribe with.
    pub(super) fn public(&self) -> [u8; 65] {
        let point = self.0.verifying_key().to_encoded_point(false);
        point
            .as_bytes()
            .try_into()
            .expect("an uncompressed point has 65 bytes")
    }

    /// The header that shows a push service who speaks.
    pub(super) fn authorization(
        &self,
        endpoint: &Endpoint,
        contact: Option<&Contact>,
        now: Time,
    ) -> String {
        let mut claims = json!({
            "aud": endpoint.origin(),
            "exp": (now + HOLDS).timestamp(),
        });
        if let Some(Contact(address)) = contact {
            claims["sub"] = address.as_str().into();
        }
        let head = BASE64.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", BASE64.encode(claims.to_string()));
        let signature: Signature = self.0.sign(signed.as_bytes());
        let signature = BASE64.encode(signature.to_bytes());
        let key = BASE64.encode(self.public());
        format!("vapid t={signed}.{signature}, k={key}")
    }
}

fn read(path: &Path) -> Result<VapidKey, Error> {
    let mut text = String::new();
    File::open(path)?.read_to_string(&mut text)?;
    let bytes = BASE64.decode(text.trim()).map_err(invalid)?;
    SigningKey::from_slice(&bytes)
        .map(VapidKey)
        .map_err(invalid)
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::InvalidData, error)
}

/// The file appears under its name whole, or not at all, and the first to come keeps it.
fn make(path: &Path) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let fresh = path.with_extension(format!(
        "{}.{:x}.new",
        std::process::id(),
        rand::random::<u64>()
    ));
    let mut options = File::options();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&fresh)?;
    let kept = file
        .write_all(BASE64.encode(VapidKey::random().0.to_bytes()).as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| match fs::hard_link(&fresh, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        });
    fs::remove_file(&fresh)?;
    kept?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::thread;

    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;
    use serde_json::Value;
    use whatscrap_kernel::{Clock, ManualClock};

    use super::*;
    use crate::webpush::Reach;

    fn now() -> Time {
        ManualClock::default().now()
    }

    #[test]
    fn the_key_is_made_once_and_read_by_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vapid.key");
        let made: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| VapidKey::at(&path).unwrap().public()))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(made.iter().all(|key| *key == made[0]));
        assert_eq!(VapidKey::at(&path).unwrap().public(), made[0]);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_holds_no_key_is_an_error_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vapid.key");
        for text in ["", "AAAA", "not base64!"] {
            fs::write(&path, text).unwrap();
            assert!(VapidKey::at(&path).is_err(), "{text}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn a_push_service_can_check_who_speaks_to_whom_and_until_when() {
        let key = VapidKey::random();
        let endpoint = Endpoint::parse("https://push.example.com/x", Reach::Public).unwrap();
        let contact = Contact::of("https://chat.example.com");
        let header = key.authorization(&endpoint, contact.as_ref(), now());
        let (token, k) = header
            .strip_prefix("vapid t=")
            .unwrap()
            .split_once(", k=")
            .unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let public = BASE64.decode(k).unwrap();
        assert_eq!(public, key.public());
        let signature = Signature::from_slice(&BASE64.decode(signature).unwrap()).unwrap();
        let verifying = VerifyingKey::from_sec1_bytes(&public).unwrap();
        verifying.verify(signed.as_bytes(), &signature).unwrap();
        let claims = BASE64.decode(signed.split_once('.').unwrap().1).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], "https://push.example.com");
        assert_eq!(claims["sub"], "https://chat.example.com");
        let left = claims["exp"].as_i64().unwrap() - now().timestamp();
        assert!((1..=24 * 3600).contains(&left));
        assert_eq!(Contact::of("http://chat.example.com"), None);
    }
}
