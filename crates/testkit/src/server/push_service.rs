//! A push service of our own, and the browsers that subscribe with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;
use web_push_native::Auth;

use crate::server::person::Person;
use crate::server::site::PATIENCE;

/// Takes pushes on loopback as a browser's push service does (RFC 8030), and opens them as the
/// browser does (RFC 8291). The server must run with `--push-endpoints=loopback`.
pub struct PushService {
    origin: String,
    shared: Arc<Shared>,
    _task: AbortOnDropHandle<()>,
}

#[derive(Default)]
struct Shared {
    browsers: Mutex<HashMap<String, Browser>>,
    heard: watch::Sender<Vec<Pushed>>,
}

struct Browser {
    secret: SecretKey,
    auth: [u8; 16],
    /// What it is answered next, the last for ever.
    answers: Vec<u16>,
}

/// A push that came.
#[derive(Debug, Clone)]
pub struct Pushed {
    /// Which browser it was for.
    pub browser: String,
    /// The request's headers, their names in small letters.
    pub headers: HashMap<String, String>,
    /// What it says, opened.
    pub said: Value,
}

impl PushService {
    /// Listens, until it is dropped.
    ///
    /// # Panics
    /// Without a port on loopback.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("loopback has a free port");
        let address = listener.local_addr().expect("it has an address");
        let shared = Arc::<Shared>::default();
        let serving = serve(listener, shared.clone());
        Self {
            origin: format!("http://{address}"),
            shared,
            _task: AbortOnDropHandle::new(tokio::spawn(serving)),
        }
    }

    /// What a new browser sends when it subscribes: its `PushSubscription.toJSON()`.
    pub fn browser(&self, name: &str) -> Value {
        let secret = SecretKey::random(&mut p256::elliptic_curve::rand_core::OsRng);
        let point = secret.public_key().to_encoded_point(false);
        let auth = rand::random();
        let browser = Browser {
            secret,
            auth,
            answers: vec![201],
        };
        self.shared.browsers().insert(name.to_owned(), browser);
        json!({
            "endpoint": self.endpoint(name),
            "expirationTime": null,
            "keys": {"p256dh": BASE64.encode(point.as_bytes()), "auth": BASE64.encode(auth)},
        })
    }

    /// Where a browser's pushes go.
    pub fn endpoint(&self, browser: &str) -> String {
        format!("{}/push/{browser}", self.origin)
    }

    /// Subscribes a new browser of somebody's.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn subscribes(&self, person: &Person, browser: &str) {
        let subscription = self.browser(browser);
        let subscribing = person.post("/push/subscriptions").json(&subscription);
        subscribing.send().await.ok(201);
    }

    /// From here on a browser's pushes are answered so, one after the other, the last for ever.
    ///
    /// # Panics
    /// If no browser has this name.
    pub fn answers(&self, browser: &str, statuses: &[u16]) {
        let mut browsers = self.shared.browsers();
        let browser = browsers.get_mut(browser).expect("it subscribed");
        browser.answers = statuses.iter().rev().copied().collect();
    }

    /// Everything that was pushed, once there is so much.
    ///
    /// # Panics
    /// If it does not come.
    pub async fn hears(&self, count: usize) -> Vec<Pushed> {
        let mut heard = self.shared.heard.subscribe();
        let enough = heard.wait_for(|heard| heard.len() >= count);
        let heard = timeout(PATIENCE, enough).await;
        let heard = heard.unwrap_or_else(|_| panic!("no {count} pushes came: {:?}", self.so_far()));
        heard.expect("the service is there").clone()
    }

    /// Everything that was pushed so far.
    pub fn so_far(&self) -> Vec<Pushed> {
        self.shared.heard.borrow().clone()
    }
}

impl Shared {
    fn browsers(&self) -> MutexGuard<'_, HashMap<String, Browser>> {
        self.browsers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The status for a push, after it was opened.
    fn take(&self, browser: &str, headers: HashMap<String, String>, body: Vec<u8>) -> u16 {
        let mut browsers = self.browsers();
        let Some(known) = browsers.get_mut(browser) else {
            return 404;
        };
        let said = web_push_native::decrypt(body, &known.secret, &Auth::from(known.auth));
        let Ok(said) = said else {
            return 400;
        };
        let status = match known.answers.as_slice() {
            [last] => *last,
            _ => known.answers.pop().unwrap_or(201),
        };
        let pushed = Pushed {
            browser: browser.to_owned(),
            headers,
            said: serde_json::from_slice(&said).unwrap_or_default(),
        };
        self.heard.send_modify(|heard| heard.push(pushed));
        status
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, shared.clone()));
    }
}

/// One request, as far as this server sends them: `Content-Length`, one a connection.
async fn answer(mut stream: TcpStream, shared: Arc<Shared>) -> std::io::Result<()> {
    let mut request = Vec::new();
    let end = loop {
        if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    };
    let head = String::from_utf8_lossy(&request[..end]).into_owned();
    let mut lines = head.lines();
    let target = lines.next().and_then(|line| line.split(' ').nth(1));
    let browser = target.and_then(|target| target.strip_prefix("/push/"));
    let headers: HashMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length");
    let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    while request.len() < end + 4 + length {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    let browser = browser.unwrap_or_default().to_owned();
    let status = shared.take(&browser, headers, request.split_off(end + 4));
    let answer =
        format!("HTTP/1.1 {status} Answered\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).await
}
