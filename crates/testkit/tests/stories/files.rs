//! Files of messages: how they come in, who sees them, and that nothing in them is code.

use reqwest::Method;
use serde_json::{Value, json};
use whatscrap_testkit::http::{Answer, Request};
use whatscrap_testkit::{App, Person, fresh_client_id};

use super::profiles::{RED, WHITE};

stories! {
    a_file_is_its_uploaders_alone_until_it_is_sent,
    a_file_is_for_those_who_are_in_the_room_now,
    a_file_is_sent_once_and_by_its_uploader,
    a_message_of_files_needs_no_words,
    a_retry_with_the_same_files_is_the_same_message,
    parts_of_a_file_are_served,
    a_picture_is_measured_and_cleaned,
    what_is_no_file_is_refused_by_name,
    a_hostile_file_is_only_ever_saved,
    a_hostile_name_is_only_shown,
    a_file_is_described_before_it_is_sent,
}

/// A form that carries a file, as browsers write it.
fn form(name: &str, file: &[u8]) -> Vec<u8> {
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/html\r\n\r\n"
    );
    [head.as_bytes(), file, b"\r\n--b--\r\n"].concat()
}

fn upload(person: &Person, name: &str, file: &[u8]) -> Request {
    let kind = "multipart/form-data; boundary=b";
    person.post("/uploads").body(kind, form(name, file))
}

/// Uploads a file and returns the attachment.
pub(super) async fn uploads(person: &Person, name: &str, file: &[u8]) -> Value {
    upload(person, name, file).send().await.ok(201)["attachment"].take()
}

/// Sends files that are uploaded, with these words.
pub(super) async fn sends(person: &Person, room: &str, body: &str, files: &[&Value]) -> Answer {
    let files: Vec<_> = files.iter().map(|file| &file["id"]).collect();
    let message = json!({"client_id": fresh_client_id(), "body": body, "attachments": files});
    let path = format!("/rooms/{room}/messages");
    person.post(&path).json(&message).send().await
}

pub(super) async fn fetches(person: &Person, url: &Value) -> Answer {
    person.page(Method::GET, url.as_str().unwrap()).send().await
}

/// A picture of 800 × 600 pixels.
pub(super) fn large_picture() -> Vec<u8> {
    let header = [&800_u16.to_le_bytes()[..], &600_u16.to_le_bytes()].concat();
    let mut file = WHITE.to_vec();
    file[6..10].copy_from_slice(&header);
    file
}

async fn a_file_is_its_uploaders_alone_until_it_is_sent(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let file = uploads(&ada, "Plan für 名.txt", b"hello").await;
    assert_eq!(
        (&file["name"], &file["size"]),
        (&json!("Plan für 名.txt"), &json!(5))
    );
    assert_eq!(
        (&file["type"], &file["media"]),
        (&json!("text/plain"), &json!("other"))
    );
    let saved = fetches(&ada, &file["url"]).await;
    assert_eq!((saved.status.as_u16(), saved.text.as_str()), (200, "hello"));
    assert_eq!(saved.header("content-type"), "application/octet-stream");
    assert_eq!(saved.header("content-length"), "5");
    assert_eq!(saved.header("cache-control"), "private, no-store");
    let disposition = saved.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename=\"Plan f_r _.txt\"; filename*=UTF-8''"));
    assert_eq!(fetches(&ben, &file["url"]).await.status, 404);
    assert_eq!(fetches(&app.stranger(), &file["url"]).await.status, 401);
    let path = format!("/uploads/{}", file["id"].as_str().unwrap());
    ben.delete(&path).send().await.refused(404, "not_found");
    assert_eq!(ada.delete(&path).send().await.status, 204);
    assert_eq!(fetches(&ada, &file["url"]).await.status, 404);
}

async fn a_file_is_for_those_who_are_in_the_room_now(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let outsider = app.user("eve").await;
    let room = ada.creates_private_room("Den").await;
    let place = format!("/rooms/{room}/members/{}", ben.id);
    ada.put(&place).json(&json!({})).send().await;
    let file = uploads(&ada, "a.gif", &large_picture()).await;
    sends(&ada, &room, "look", &[&file]).await.ok(201);
    let urls = [&file["url"], &file["thumbnail_url"]];
    for url in urls {
        for (person, status) in [(&ada, 200), (&ben, 200), (&outsider, 404)] {
            let answer = fetches(person, url).await;
            assert_eq!(answer.status, status, "{url} {}", person.username);
        }
    }
    assert_eq!(ada.delete(&place).send().await.status, 204);
    for url in urls {
        assert_eq!(fetches(&ben, url).await.status, 404);
        assert_eq!(fetches(&ada, url).await.status, 200);
    }
}

async fn a_file_is_sent_once_and_by_its_uploader(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let file = uploads(&ada, "a.txt", b"hello").await;
    let never = json!({"id": fresh_client_id()});
    let refused = async |person: &Person, files: &[&Value]| {
        let answer = sends(person, &room, "look", files).await;
        assert_eq!(answer.refused(422, "invalid")["field"], "attachments");
    };
    refused(&ben, &[&file]).await;
    refused(&ada, &[&file, &file]).await;
    refused(&ada, &[&file, &never]).await;
    let mut many = Vec::new();
    for number in 0..11 {
        many.push(uploads(&ada, &format!("{number}.txt"), b"hello").await);
    }
    refused(&ada, &many.iter().collect::<Vec<_>>()).await;
    let message = sends(&ada, &room, "look", &[&file, &many[0]]).await.ok(201);
    assert_eq!(message["message"]["attachments"], json!([file, many[0]]));
    refused(&ada, &[&file]).await;
    let page = ben.get(&format!("/rooms/{room}/messages"));
    let page = page.send().await.ok(200);
    assert_eq!(page["messages"][0], message["message"]);
    assert_eq!(page["messages"].as_array().unwrap().len(), 1);
}

async fn a_message_of_files_needs_no_words(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut socket = ada.socket().await;
    let file = uploads(&ada, "a.txt", b"hello").await;
    let send = json!({"type": "send", "room": room, "client_id": "a", "body": " ",
        "attachments": [file["id"]]});
    assert_eq!(socket.ask(send).await["type"], "ack");
    let told = socket.wait_for("message").await;
    assert_eq!(told["message"]["attachments"], json!([file]));
    assert_eq!(told["message"]["body"], "");
    let empty = sends(&ada, &room, " ", &[]).await;
    assert_eq!(empty.refused(422, "invalid")["field"], "body");
}

async fn a_retry_with_the_same_files_is_the_same_message(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let file = uploads(&ada, "a.txt", b"hello").await;
    let post = async |files: Value| {
        let message = json!({"client_id": "once", "body": "look", "attachments": files});
        let path = format!("/rooms/{room}/messages");
        ada.post(&path).json(&message).send().await
    };
    let first = post(json!([file["id"]])).await.ok(201);
    assert_eq!(post(json!([file["id"]])).await.ok(200), first);
    post(json!([])).await.refused(409, "client_id_reused");
}

async fn parts_of_a_file_are_served(app: &App) {
    let ada = app.user("ada").await;
    let sound = [&b"OggS\0\x02"[..], "0123456789".repeat(60_000).as_bytes()].concat();
    let file = uploads(&ada, "a.ogg", &sound).await;
    assert_eq!(file["media"], "audio");
    let url = file["url"].as_str().unwrap();
    let get = async |headers: &[(&str, &str)]| {
        let request = ada.page(Method::GET, url);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        request.send().await
    };
    let whole = get(&[("Accept-Encoding", "gzip")]).await;
    assert_eq!(whole.status, 200);
    assert_eq!(whole.text.len(), sound.len());
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("content-encoding"), "");
    assert_eq!(whole.header("content-type"), "audio/ogg");
    assert!(whole.header("content-disposition").starts_with("inline"));
    let tag = whole.header("etag").to_owned();
    for (range, part, told) in [
        ("bytes=6-9", "0123", "bytes 6-9/600006"),
        ("bytes=-3", "789", "bytes 600003-600005/600006"),
        ("bytes=600005-", "9", "bytes 600005-600005/600006"),
    ] {
        let answer = get(&[("Range", range), ("If-Range", &tag)]).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (206, part));
        assert_eq!(answer.header("content-range"), told);
        assert_eq!(answer.header("content-length"), part.len().to_string());
    }
    let past = get(&[("Range", "bytes=600006-")]).await;
    assert_eq!(past.status, 416);
    assert_eq!(past.header("content-range"), "bytes */600006");
    let other = get(&[("Range", "bytes=6-9"), ("If-Range", "\"other\"")]).await;
    assert_eq!(
        (other.status.as_u16(), other.text.len()),
        (200, sound.len())
    );
}

async fn a_picture_is_measured_and_cleaned(app: &App) {
    let ada = app.user("ada").await;
    let told = [
        &WHITE[..19],
        b"\x21\xfe\x06secret\0",
        &WHITE[19..],
        b"<script>",
    ]
    .concat();
    let file = uploads(&ada, "a.png", &told).await;
    assert_eq!(
        (&file["type"], &file["media"]),
        (&json!("image/gif"), &json!("image"))
    );
    assert_eq!((&file["width"], &file["height"]), (&json!(1), &json!(1)));
    assert_eq!(file["size"], WHITE.len());
    assert_eq!(file["thumbnail_url"], Value::Null);
    let shown = fetches(&ada, &file["url"]).await;
    assert!(!shown.text.contains("secret") && !shown.text.contains("script"));
    assert_eq!(shown.header("content-type"), "image/gif");
    assert!(shown.header("content-disposition").starts_with("inline"));
    let large = uploads(&ada, "a.gif", &large_picture()).await;
    let small = fetches(&ada, &large["thumbnail_url"]).await;
    assert_eq!(small.status, 200);
    assert!(["image/png", "image/jpeg"].contains(&small.header("content-type")));
    assert_eq!(small.header("cache-control"), "private, no-store");
}

async fn what_is_no_file_is_refused_by_name(app: &App) {
    let ada = app.user("ada").await;
    let mut bomb = RED.to_vec();
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    for (name, file) in [
        ("empty", &b""[..]),
        ("cut", &RED[..40]),
        ("bomb", &bomb),
        ("liar", b"GIF89a<script>alert(1)</script>"),
    ] {
        let problem = upload(&ada, name, file).send().await;
        assert_eq!(problem.refused(422, "invalid")["field"], "file", "{name}");
    }
    let large = upload(&ada, "large", &vec![7; 26 << 20]).send().await;
    large.refused(413, "too_large");
    let chunked = vec![form("large", &vec![7; 26 << 20])];
    let chunked = futures_util::stream::iter(chunked.into_iter().map(Ok::<_, std::io::Error>));
    let kind = "multipart/form-data; boundary=b";
    let body = reqwest::Body::wrap_stream(chunked);
    let chunked = ada.post("/uploads").body(kind, body).send().await;
    chunked.refused(413, "too_large");
    let other = ada.post("/uploads").json(&json!({})).send().await;
    other.refused(415, "unsupported_media_type");
    for (body, status, code) in [("--b--\r\n", 422, "invalid"), ("--b\r\n", 400, "malformed")] {
        let broken = ada.post("/uploads").body(kind, body).send().await;
        broken.refused(status, code);
    }
    let half = form("half", b"hello")[..90].to_vec();
    let half = ada.post("/uploads").body(kind, half).send().await;
    half.refused(400, "malformed");
    let stranger = upload(&app.stranger(), "a", b"a").send().await;
    stranger.refused(401, "unauthenticated");
}

/// Files that some reader takes for a document or a program.
pub(super) const HOSTILE: [(&str, &[u8]); 7] = [
    ("a.html", b"<!doctype html><script>alert(1)</script>"),
    (
        "a.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>",
    ),
    (
        "a.xml",
        b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    ),
    ("a.pdf", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"),
    ("a.js", b"alert(1)"),
    ("a.mhtml", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>"),
    ("a.png", b"   <html><body onload=alert(1)>"),
];

async fn a_hostile_file_is_only_ever_saved(app: &App) {
    let ada = app.user("ada").await;
    for (name, file) in HOSTILE {
        let file = uploads(&ada, name, file).await;
        let saved = fetches(&ada, &file["url"]).await;
        assert_eq!(
            saved.header("content-type"),
            "application/octet-stream",
            "{name}"
        );
        assert!(
            saved
                .header("content-disposition")
                .starts_with("attachment; ")
        );
        assert_eq!(saved.header("x-content-type-options"), "nosniff");
        let policy = saved.header("content-security-policy");
        assert_eq!(policy, "sandbox; default-src 'none'");
    }
    // A picture that is a page as well is shown as the picture, and nothing else.
    let both = [
        &WHITE[..WHITE.len() - 1],
        b"\x21\xfe\x19<script>alert(1)</script>\0;",
    ]
    .concat();
    let file = uploads(&ada, "a.html", &both).await;
    let shown = fetches(&ada, &file["url"]).await;
    assert_eq!(shown.header("content-type"), "image/gif");
    assert!(!shown.text.contains("script"));
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    let policy = shown.header("content-security-policy");
    assert_eq!(policy, "sandbox; default-src 'none'");
}

async fn a_hostile_name_is_only_shown(app: &App) {
    let ada = app.user("ada").await;
    let long = "n".repeat(4_096);
    for (name, shown) in [
        ("../../../etc/passwd", "passwd"),
        ("..\\\\..\\\\a.exe", "a.exe"),
        ("photo\u{202e}gpj.exe", "photogpj.exe"),
        ("CON", "CON"),
        ("", "file"),
        (&long, &long[..200]),
        ("a%0d%0aSet-Cookie: b=c", "a%0d%0aSet-Cookie: b=c"),
        (
            "<img src=x onerror=alert(1)>.txt",
            "<img src=x onerror=alert(1)>.txt",
        ),
    ] {
        let file = uploads(&ada, name, b"hello").await;
        assert_eq!(file["name"], shown, "{name:?}");
        let saved = fetches(&ada, &file["url"]).await;
        assert_eq!((saved.status.as_u16(), saved.text.as_str()), (200, "hello"));
        assert_eq!(saved.header("set-cookie"), "");
    }
}

async fn a_file_is_described_before_it_is_sent(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Hall").await;
    let file = uploads(&ada, "a.gif", WHITE).await;
    let path = format!("/uploads/{}", file["id"].as_str().unwrap());
    let describe = async |person: &Person, alt: Value| {
        let description = json!({"alt": alt});
        person.patch(&path).json(&description).send().await
    };
    let described = describe(&ada, json!(" a white dot ")).await.ok(200);
    assert_eq!(described["attachment"]["alt"], "a white dot");
    describe(&ben, json!("mine"))
        .await
        .refused(404, "not_found");
    let long = describe(&ada, json!("ü".repeat(1_001))).await;
    assert_eq!(long.refused(422, "invalid")["field"], "alt");
    let sent = sends(&ada, &room, "", &[&file]).await.ok(201);
    assert_eq!(sent["message"]["attachments"][0]["alt"], "a white dot");
    describe(&ada, Value::Null).await.refused(404, "not_found");
    let kept = ada.delete(&path).send().await;
    kept.refused(404, "not_found");
}

#[tokio::test]
async fn files_fill_what_a_person_may_and_the_chat_goes_on() {
    let app = App::with(&["--max-storage-mb-per-user=1"]).await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Hall").await;
    let bytes = vec![7; 100_000];
    let uploads = (0..10).map(|_| upload(&ada, "a", &bytes).send());
    for answer in futures_util::future::join_all(uploads).await {
        answer.ok(201);
    }
    let full = upload(&ada, "a", &bytes).send().await;
    full.refused(413, "quota_exceeded");
    ada.posts("still here").in_room(&room).await;
    upload(&ben, "a", &bytes).send().await.ok(201);
}
