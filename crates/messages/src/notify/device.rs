use whatscrap_kernel::Time;
use whatscrap_users::{SessionId, UserId};

whatscrap_kernel::ids! {
    /// Names a subscription: a browser that takes pushes.
    SubscriptionId
}

/// What a payload is encrypted with, so that only the browser can read it (RFC 8291).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// The browser's public key, an uncompressed point of P-256.
    pub p256dh: [u8; 65],
    /// The secret that the browser shares with us.
    pub auth: [u8; 16],
}

/// Which of the keys was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The public key.
    #[error("p256dh is an uncompressed point of P-256: 65 bytes, the first of them 4")]
    P256dh,
    /// The secret.
    #[error("auth has 16 bytes")]
    Auth,
}

impl Keys {
    /// Takes them as a browser sends them, decoded.
    pub fn parse(p256dh: &[u8], auth: &[u8]) -> Result<Self, KeysError> {
        let p256dh: [u8; 65] = p256dh.try_into().map_err(|_| KeysError::P256dh)?;
        if p256dh[0] != 4 {
            return Err(KeysError::P256dh);
        }
        let auth = auth.try_into().map_err(|_| KeysError::Auth)?;
        Ok(Self { p256dh, auth })
    }
}

/// A browser that is to take pushes, for as long as its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// Its id, if it is new.
    pub id: SubscriptionId,
    /// Whose it is.
    pub user: UserId,
    /// It ends with this session.
    pub session: SessionId,
    /// Where its pushes go.
    pub endpoint: String,
    /// How they are encrypted.
    pub keys: Keys,
    /// When it was made.
    pub created_at: Time,
    /// Where the browser found this server, as `https://chat.example.com`.
    pub origin: Option<String>,
}

/// A browser that takes pushes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Never changes.
    pub id: SubscriptionId,
    /// Whose it is.
    pub user: UserId,
    /// The session it was made in.
    pub session: SessionId,
    /// Where its pushes go.
    pub endpoint: String,
    /// How they are encrypted.
    pub keys: Keys,
    /// When it was made, or last renewed.
    pub created_at: Time,
    /// Where the browser found this server, as `https://chat.example.com`.
    pub origin: Option<String>,
    /// The browser that its session began in.
    pub user_agent: Option<String>,
}

impl Subscription {
    /// The host of its push service.
    pub fn service(&self) -> &str {
        let host = self.endpoint.split("://").nth(1).unwrap_or_default();
        host.split('/').next().unwrap_or_default()
    }

    /// What its owner knows it by, as `Firefox on Linux`.
    pub fn label(&self) -> String {
        let agent = self.user_agent.as_deref().unwrap_or_default();
        let named = |names: &[(&str, &'static str)]| {
            let named = names.iter().find(|(sign, _)| agent.contains(sign));
            named.map(|(_, name)| *name)
        };
        // Each also says the names of those below it.
        let browser = named(&[
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("FxiOS/", "Firefox"),
            ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ]);
        let system = named(&[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS X", "macOS"),
            ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
        ]);
        match (browser, system) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(name), None) | (None, Some(name)) => name.to_owned(),
            (None, None) => format!("a device by {}", self.service()),
        }
    }
}

#[cfg(test)]
mod tests {
    use whatscrap_kernel::Uuid;
    use whatscrap_users::testing::now;

    use super::*;

    #[test]
    fn a_device_is_known_by_its_browser_and_system() {
        let label = |agent: Option<&str>| {
            let device = Subscription {
                id: SubscriptionId(Uuid::nil()),
                user: UserId(Uuid::nil()),
                session: SessionId(Uuid::nil()),
                endpoint: "https://push.example.com/x?y".to_owned(),
                keys: Keys {
                    p256dh: [4; 65],
                    auth: [0; 16],
                },
                created_at: now(),
                origin: None,
                user_agent: agent.map(str::to_owned),
            };
            device.label()
        };
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS",
            ),
            ("curl/8", "a device by push.example.com"),
        ] {
            assert_eq!(label(Some(agent)), name);
        }
        assert_eq!(label(None), "a device by push.example.com");
    }

    #[test]
    fn keys_have_their_lengths_and_the_point_is_uncompressed() {
        let mut point = [7; 65];
        assert_eq!(Keys::parse(&point, &[0; 16]), Err(KeysError::P256dh));
        point[0] = 4;
        assert!(Keys::parse(&point, &[0; 16]).is_ok());
        assert_eq!(Keys::parse(&point[..64], &[0; 16]), Err(KeysError::P256dh));
        assert_eq!(Keys::parse(&point, &[0; 15]), Err(KeysError::Auth));
        assert_eq!(Keys::parse(&point, &[]), Err(KeysError::Auth));
    }
}
