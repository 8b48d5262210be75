//! What goes over the wire, and what never does.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use p256::SecretKey;
use p256::elliptic_curve::rand_core::OsRng;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uuid::Uuid;
use web_push_native::Auth;
use whatscrap_kernel::ManualClock;
use whatscrap_messages::notify::{SubscriptionId, Urgency};
use whatscrap_rooms::RoomId;
use whatscrap_users::testing::{new_session, now};

use super::*;

/// The example of RFC 8291, §5 and Appendix A.
mod example {
    pub(super) const SAID: &[u8] = b"When I grow up, I want to be a watermelon";
    pub(super) const RECEIVER: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    pub(super) const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    pub(super) const SEALED: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml\
        mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuw\
        XPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
}

fn push() -> Push {
    Push {
        room: Some(RoomId(Uuid::from_u128(7))),
        seq: 42,
        count: 3,
        title: "Ada in Plans".to_owned(),
        body: "Grüß dich 👋".to_owned(),
        read: vec![RoomId(Uuid::from_u128(8))],
        ttl: Duration::from_hours(4),
        urgency: Urgency::High,
    }
}

/// A browser: its own key, and its subscription.
fn browser(endpoint: &str) -> (SecretKey, Subscription) {
    let secret = SecretKey::random(&mut OsRng);
    let point = secret.public_key().to_encoded_point(false);
    let session = new_session(whatscrap_users::UserId(Uuid::nil())).session;
    let subscription = Subscription {
        id: SubscriptionId(Uuid::nil()),
        user: session.user,
        session: session.id,
        endpoint: endpoint.to_owned(),
        keys: Keys::parse(point.as_bytes(), &[9; 16]).unwrap(),
        created_at: now(),
        origin: None,
        user_agent: None,
    };
    (secret, subscription)
}

fn pusher(reach: Reach, resolver: Resolver) -> WebPush {
    let clock = Arc::new(ManualClock::default());
    WebPush::new(VapidKey::random(), None, reach, resolver, clock)
}

#[test]
fn push_services_may_ask_the_server_as_its_operator_calls_it_or_as_the_browser_found_it() {
    let named = |public_url: &str, origin: &str| {
        let clock = Arc::new(ManualClock::default());
        let (key, contact) = (VapidKey::random(), Contact::of(public_url));
        let pusher = WebPush::new(key, contact, Reach::Public, system_resolver(), clock);
        let (_, mut subscription) = browser("https://push.example.com/1");
        subscription.origin = Some(origin.to_owned());
        pusher.contact_for(&subscription)
    };
    let (public, found) = ("https://chat.example.com", "https://found.example.com");
    assert_eq!(named(public, found), Contact::of(public));
    assert_eq!(named("http://chat.example.com", found), Contact::of(found));
    assert_eq!(named("", "http://found.example.com"), None);
}

/// A resolver that gives these answers, one after the other, the last for ever.
fn resolves(answers: &[&[&str]]) -> Resolver {
    let answers: Vec<Vec<IpAddr>> = answers
        .iter()
        .map(|ips| ips.iter().map(|ip| ip.parse().unwrap()).collect())
        .collect();
    let asked = AtomicUsize::new(0);
    Arc::new(move |_| {
        let at = asked.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let answer = answers[at].clone();
        Box::pin(async move { Ok(answer) })
    })
}

/// A push service that gives these answers, one a connection, and keeps what it was sent.
async fn service(answers: Vec<&'static str>) -> (String, Arc<Mutex<Vec<(String, Vec<u8>)>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let requests = Arc::new(Mutex::new(Vec::new()));
    let keeps = requests.clone();
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let (head, body) = loop {
                assert!(
                    stream.read_buf(&mut request).await.unwrap() > 0,
                    "the whole request comes"
                );
                let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") else {
                    continue;
                };
                let head = String::from_utf8(request[..end].to_vec()).unwrap();
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "));
                if request.len() == end + 4 + length.unwrap().parse::<usize>().unwrap() {
                    break (head, request.split_off(end + 4));
                }
            };
            keeps.lock().unwrap().push((head, body));
            let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (format!("http://{address}/push/abc?x=1"), requests)
}

#[test]
fn the_example_of_the_standard_is_read() {
    let receiver = SecretKey::from_slice(&BASE64.decode(example::RECEIVER).unwrap()).unwrap();
    let auth = Auth::clone_from_slice(&BASE64.decode(example::AUTH).unwrap());
    let sealed = BASE64.decode(example::SEALED).unwrap();
    let said = web_push_native::decrypt(sealed, &receiver, &auth).unwrap();
    assert_eq!(said, example::SAID);
}

#[test]
fn what_is_pushed_is_read_by_its_browser_alone_and_its_length_tells_little() {
    let (secret, browser) = browser("https://push.example.com/x");
    let sealed = payload::encrypt(&push(), &browser.keys).unwrap();
    let auth = Auth::from(browser.keys.auth);
    let said = web_push_native::decrypt(sealed.to_vec(), &secret, &auth).unwrap();
    assert_eq!(said.len() % 512, 0);
    let said: Value = serde_json::from_slice(&said).unwrap();
    assert_eq!(said["title"], "Ada in Plans");
    assert_eq!(said["body"], "Grüß dich 👋");
    assert_eq!((&said["seq"], &said["count"]), (&42.into(), &3.into()));
    assert_eq!(said["read"][0], Uuid::from_u128(8).to_string());
    let other = SecretKey::random(&mut OsRng);
    assert!(web_push_native::decrypt(sealed.to_vec(), &other, &auth).is_err());
    assert!(web_push_native::decrypt(sealed.to_vec(), &secret, &Auth::default()).is_err());
}

#[tokio::test]
async fn a_push_carries_what_the_standards_ask_for() {
    let (endpoint, requests) = service(vec!["201 Created"]).await;
    let (secret, browser) = browser(&endpoint);
    let pusher = pusher(Reach::Loopback, resolves(&[&[]]));
    assert_eq!(pusher.push(&browser, &push()).await, Delivery::Accepted);
    let (head, body) = requests.lock().unwrap().pop().unwrap();
    let head = head.to_ascii_lowercase();
    for line in [
        "post /push/abc?x=1 http/1.1",
        "ttl: 14400",
        "urgency: high",
        "topic: aaaaaaaaaaaaaaaaaaaabw",
        "content-encoding: aes128gcm",
        "authorization: vapid t=",
    ] {
        assert!(head.contains(line), "{line} is missing in {head}");
    }
    let auth = Auth::from(browser.keys.auth);
    assert!(web_push_native::decrypt(body, &secret, &auth).is_ok());
}

#[tokio::test]
async fn what_a_push_service_answers_is_what_becomes_of_a_push() {
    for (answers, delivery) in [
        (vec!["200 OK"], Delivery::Accepted),
        (vec!["404 Not Found"], Delivery::Gone),
        (vec!["410 Gone"], Delivery::Gone),
        (vec!["403 Forbidden"], Delivery::Refused(403)),
        (vec!["413 Too Large"], Delivery::Refused(413)),
        (
            vec!["429 Busy\r\nretry-after: 0", "201 Created"],
            Delivery::Accepted,
        ),
        (
            vec!["503 Away\r\nretry-after: 0"; 3],
            Delivery::Refused(503),
        ),
        (
            vec!["429 Busy\r\nretry-after: 3600"],
            Delivery::Refused(429),
        ),
    ] {
        let tries = answers.len();
        let (endpoint, requests) = service(answers.clone()).await;
        let (_, browser) = browser(&endpoint);
        let pusher = pusher(Reach::Loopback, resolves(&[&[]]));
        assert_eq!(
            pusher.push(&browser, &push()).await,
            delivery,
            "{answers:?}"
        );
        assert_eq!(requests.lock().unwrap().len(), tries, "{answers:?}");
    }
}

#[tokio::test]
async fn nobody_is_led_elsewhere() {
    let (elsewhere, others) = service(vec!["201 Created"]).await;
    let moved = format!("307 Moved\r\nlocation: {elsewhere}");
    let (endpoint, _) = service(vec![Box::leak(moved.into_boxed_str())]).await;
    let (_, browser) = browser(&endpoint);
    let pusher = pusher(Reach::Loopback, resolves(&[&[]]));
    assert_eq!(pusher.push(&browser, &push()).await, Delivery::Refused(307));
    assert_eq!(others.lock().unwrap().len(), 0);
}

/// Listens where a push may never go, on the very port of HTTPS if this machine lets us.
async fn forbidden() -> Option<TcpListener> {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, 443)).await.ok()
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_neither_kept_nor_dialled() {
    let trap = forbidden().await;
    for ips in [
        &["127.0.0.1"][..],
        &["93.184.216.34", "127.0.0.1"],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["::ffff:0:a9fe:a9fe"],
        &["64:ff9b::7f00:1"],
        &["64:ff9b:1::7f00:1"],
        &["169.254.169.254"],
        &["100.64.0.1"],
        &["fd00::1"],
    ] {
        let pusher = pusher(Reach::Public, resolves(&[ips]));
        let (_, browser) = browser("https://push.example.com/x");
        let checked = pusher.check(&browser.endpoint, &browser.keys).await;
        let why = checked.unwrap_err().to_string();
        assert!(why.contains("not on the public Internet"), "{ips:?}: {why}");
        let delivery = pusher.push(&browser, &push()).await;
        assert_eq!(delivery, Delivery::Failed(why), "{ips:?}");
    }
    unseen(trap).await;
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_after_it_was_kept_is_not_dialled() {
    let trap = forbidden().await;
    let pusher = pusher(
        Reach::Public,
        resolves(&[&["93.184.216.34"], &["127.0.0.1"]]),
    );
    let (_, browser) = browser("https://rebinding.example.com/x");
    pusher
        .check(&browser.endpoint, &browser.keys)
        .await
        .unwrap();
    let delivery = pusher.push(&browser, &push()).await;
    assert!(matches!(delivery, Delivery::Failed(_)), "{delivery:?}");
    unseen(trap).await;
}

#[tokio::test]
async fn an_endpoint_that_got_past_the_door_is_not_dialled() {
    let trap = forbidden().await;
    let pusher = pusher(Reach::Public, resolves(&[&["93.184.216.34"]]));
    for endpoint in [
        "https://127.0.0.1/x",
        "https://0x7f.1/x",
        "https://[::1]/x",
        "http://127.0.0.1/",
    ] {
        let (_, browser) = browser(endpoint);
        let delivery = pusher.push(&browser, &push()).await;
        assert!(
            matches!(delivery, Delivery::Failed(_)),
            "{endpoint}: {delivery:?}"
        );
    }
    unseen(trap).await;
}

/// Nobody connected before this: we ourselves are the first.
async fn unseen(trap: Option<TcpListener>) {
    let Some(trap) = trap else { return };
    let own = tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, 443))
        .await
        .unwrap();
    let (_, peer) = trap.accept().await.unwrap();
    assert_eq!(peer, own.local_addr().unwrap());
}

#[tokio::test]
async fn while_no_resolver_answers_only_known_services_are_kept() {
    let nowhere: Resolver = Arc::new(|_| Box::pin(async { Err(io::ErrorKind::NotFound.into()) }));
    let pusher = pusher(Reach::Public, nowhere);
    let (_, browser) = browser("https://fcm.googleapis.com/fcm/send/x");
    pusher
        .check(&browser.endpoint, &browser.keys)
        .await
        .unwrap();
    assert!(
        pusher
            .check("https://push.example.com/x", &browser.keys)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_key_that_is_no_point_of_the_curve_is_refused() {
    let pusher = pusher(Reach::Public, resolves(&[&["93.184.216.34"]]));
    let (_, browser) = browser("https://push.example.com/x");
    let mut keys = browser.keys;
    keys.p256dh[64] ^= 1;
    let refused = pusher.check(&browser.endpoint, &keys).await.unwrap_err();
    assert!(refused.to_string().contains("p256dh"), "{refused}");
}

/// What browsers' own push services hand out, with keys that nobody uses.
#[tokio::test]
async fn the_formats_of_real_push_services_are_taken() {
    let recorded = include_str!("recorded.json");
    let recorded: Vec<Value> = serde_json::from_str(recorded).unwrap();
    assert!(recorded.len() >= 5);
    let pusher = pusher(Reach::Public, resolves(&[&["93.184.216.34"]]));
    for subscription in &recorded {
        let subscription = &subscription["subscription"];
        let key = |name: &str| {
            let key = subscription["keys"][name].as_str().unwrap();
            BASE64.decode(key.trim_end_matches('=')).unwrap()
        };
        let keys = Keys::parse(&key("p256dh"), &key("auth")).unwrap();
        let endpoint = subscription["endpoint"].as_str().unwrap();
        pusher.check(endpoint, &keys).await.unwrap();
        assert!(
            Endpoint::parse(endpoint, Reach::Public).unwrap().is_known(),
            "{endpoint}"
        );
        assert!(payload::encrypt(&push(), &keys).is_some());
    }
}

#[tokio::test]
async fn more_than_may_wait_are_not_tried() {
    let pusher = pusher(Reach::Loopback, resolves(&[&[]]));
    let (_, browser) = browser("http://127.0.0.1:1/x");
    let _all = pusher
        .admitted
        .acquire_many(u32::try_from(AT_ONCE + WAITING).unwrap())
        .await
        .unwrap();
    assert_eq!(pusher.push(&browser, &push()).await, Delivery::Busy);
}
