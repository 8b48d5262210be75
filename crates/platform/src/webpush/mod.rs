//! Web push: messages to browsers whose pages are closed, by way of the browser's push service
//! (RFC 8030), readable by the browser alone (RFC 8291), and signed by this server (RFC 8292).
//!
//! Where a push goes is what a client said, so it is dialled with care: see [`endpoint`] and
//! [`address`].

mod address;
mod dialling;
mod endpoint;
mod payload;
#[cfg(test)]
mod tests;
mod vapid;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use rand::Rng;
use tokio::sync::Semaphore;
use whatscrap_kernel::Clock;
use whatscrap_messages::notify::{Delivery, EndpointRefused, Keys, Push, Pusher, Subscription};

pub use vapid::{Contact, VapidKey};

use dialling::{Answer, Dialler};
use endpoint::Endpoint;

/// How many pushes are under way at once.
const AT_ONCE: usize = 16;
/// How many may wait for their turn, or for another try.
const WAITING: usize = 1_024;
/// How often one push is tried.
const TRIES: u32 = 3;
/// Before the second try; twice as long before the third.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause that a push service can ask for; who asks for more is not asked again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Where pushes may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To push services on the public Internet, by HTTPS.
    Public,
    /// To this very machine by plain HTTP, and nowhere else: for tests.
    Loopback,
}

/// Finds the addresses of a name.
pub type Resolver =
    Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// Asks the operating system.
pub fn system_resolver() -> Resolver {
    Arc::new(|host| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 443)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// Speaks to push services.
pub struct WebPush {
    vapid: VapidKey,
    contact: Option<Contact>,
    clock: Arc<dyn Clock>,
    reach: Reach,
    dialler: Dialler,
    admitted: Semaphore,
    turns: Semaphore,
}

impl WebPush {
    /// Signs with this key, and tells push services whom to ask about it.
    pub fn new(
        vapid: VapidKey,
        contact: Option<Contact>,
        reach: Reach,
        resolver: Resolver,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            vapid,
            contact,
            clock,
            reach,
            dialler: Dialler::new(resolver),
            admitted: Semaphore::new(AT_ONCE + WAITING),
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// This server, as its operator calls it, or else as this browser found it.
    fn contact_for(&self, to: &Subscription) -> Option<Contact> {
        let found = to.origin.as_deref().and_then(Contact::of);
        self.contact.clone().or(found)
    }

    async fn try_all(&self, to: &Subscription, push: &Push) -> Delivery {
        let endpoint = match Endpoint::parse(&to.endpoint, self.reach) {
            Ok(endpoint) => endpoint,
            Err(EndpointRefused(why)) => return Delivery::Failed(why),
        };
        let Some(body) = payload::encrypt(push, &to.keys) else {
            return Delivery::Failed("its keys do not work".to_owned());
        };
        let contact = self.contact_for(to);
        let mut pause = FIRST_PAUSE;
        let mut last = Delivery::Busy;
        for tries in 1..=TRIES {
            let answer = {
                let _turn = self.turns.acquire().await;
                let now = self.clock.now();
                let signed = self.vapid.authorization(&endpoint, contact.as_ref(), now);
                let head = payload::head(push, &endpoint, &signed);
                self.dialler.post(&endpoint, head, body.clone()).await
            };
            let wait = match answer {
                Ok(Answer { status, .. }) if status.is_success() => return Delivery::Accepted,
                Ok(Answer { status, .. }) if matches!(status.as_u16(), 404 | 410) => {
                    return Delivery::Gone;
                }
                Ok(Answer {
                    status,
                    retry_after,
                }) => {
                    last = Delivery::Refused(status.as_u16());
                    if status.as_u16() != 429 && !status.is_server_error() {
                        return last;
                    }
                    retry_after.unwrap_or(pause)
                }
                Err(dialling::Failure::Refused(EndpointRefused(why))) => {
                    return Delivery::Failed(why);
                }
                Err(dialling::Failure::Unreached(why)) => {
                    last = Delivery::Failed(why);
                    pause
                }
            };
            if tries == TRIES || wait > LONGEST_PAUSE {
                break;
            }
            #[expect(clippy::disallowed_methods, reason = "a push service asks for a pause")]
            tokio::time::sleep(jittered(wait)).await;
            pause *= 2;
        }
        last
    }
}

#[async_trait]
impl Pusher for WebPush {
    fn key(&self) -> [u8; 65] {
        self.vapid.public()
    }

    async fn check(&self, endpoint: &str, keys: &Keys) -> Result<(), EndpointRefused> {
        let endpoint = Endpoint::parse(endpoint, self.reach)?;
        if payload::public_key(keys).is_none() {
            let why = "its p256dh is no point of the curve P-256";
            return Err(EndpointRefused(why.to_owned()));
        }
        self.dialler.check(&endpoint).await
    }

    async fn push(&self, to: &Subscription, push: &Push) -> Delivery {
        let Ok(_admitted) = self.admitted.try_acquire() else {
            return Delivery::Busy;
        };
        self.try_all(to, push).await
    }
}

/// Up to a quarter more, so that what failed together is not tried again together.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(1.0 + rand::rng().random_range(0.0..0.25))
}
