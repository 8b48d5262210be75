//! Files in real browsers: sent by one person, seen by another, opened by whoever is curious.

use std::io::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use whatscrap_testkit::App;
use whatscrap_testkit::browser::{Browser, Device};

use super::files::{HOSTILE, sends, uploads};
use super::settings::logs_in;

/// A picture of 1200 × 800 pixels in this colour, drawn by a browser.
async fn picture(browser: &Browser, colour: &str) -> Vec<u8> {
    let drawn = browser
        .eval(&format!(
            "(() => {{
                const canvas = document.createElement('canvas');
                [canvas.width, canvas.height] = [1200, 800];
                const context = canvas.getContext('2d');
                context.fillStyle = '{colour}';
                context.fillRect(0, 0, 1200, 800);
                context.fillStyle = 'gold';
                context.fillRect(600, 100, 500, 600);
                return canvas.toDataURL().split(',')[1];
            }})()"
        ))
        .await;
    BASE64_STANDARD.decode(drawn.as_str().unwrap()).unwrap()
}

fn named(ending: &str, bytes: &[u8]) -> NamedTempFile {
    let file = tempfile::Builder::new().suffix(ending).tempfile();
    let mut file = file.unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// A second of silence (WAV, 8 bits, 8 kHz).
fn silence() -> Vec<u8> {
    let mut file = b"RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x40\x1f\0\0".to_vec();
    file.extend([0x80; 8_000]);
    file
}

/// The picture has the words that it was sent with.
const DESCRIBED: &str = "document.querySelector('.message[data-seq] img[alt=\"Gold on teal\"]')";

async fn chooses(browser: &Browser, files: &[&NamedTempFile]) {
    let paths: Vec<_> = files.iter().map(|file| file.path()).collect();
    let button = browser.find("button", "Attach files").await;
    browser
        .chooses_files(&button, ".attach__input", &paths)
        .await;
}

#[tokio::test]
async fn files_are_sent_seen_at_once_and_looked_at_by_the_keyboard() {
    let app = App::on_sqlite().await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let path = format!("/chat/room/{room}");
    let Some(adas) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    let bens = Browser::open(&app, "ben", Device::Phone).await.unwrap();
    logs_in(&adas, "ada", &path).await;
    logs_in(&bens, "ben", &path).await;

    let teal = named(".png", &picture(&adas, "teal").await);
    let plum = named(".png", &picture(&adas, "plum").await);
    let notes = named(".html", b"<script>alert(1)</script>");
    chooses(&adas, &[&teal, &plum, &notes]).await;
    adas.holds("document.querySelectorAll('.upload[data-state=done]').length === 3")
        .await;
    let name = teal.path().file_name().unwrap().to_str().unwrap();
    let describe = format!("Describe {name} for those who cannot see it");
    adas.fill(&describe, "Gold on teal").await;
    adas.screenshot("files-composer").await;
    adas.says("Hall", "Look").await;
    for browser in [&adas, &bens] {
        browser
            .holds("[...document.querySelectorAll('.message[data-seq] .attachment--image img')].filter(e => e.naturalWidth === 640).length === 2")
            .await;
        browser.holds(DESCRIBED).await;
        browser
            .holds("document.querySelector('.attachment--file .attachment__size').textContent === '25 bytes'")
            .await;
    }
    adas.holds("document.getElementById('uploads').hidden && document.querySelector('.composer__text').value === ''")
        .await;
    // The place of a picture is as large before it is there.
    let is_still = "[...document.querySelectorAll('.attachment--image img')].every(e => e.clientHeight > 100 && Math.abs(e.clientWidth / e.clientHeight - e.width / e.height) < 0.02)";
    assert_eq!(bens.eval(is_still).await, Value::Bool(true));
    bens.screenshot("files-phone").await;

    adas.click(&adas.at(".attachment--image").await).await;
    let shows = async |place: &str, name: &str| {
        adas.holds(&format!(
            "document.querySelector('#lightbox[open] .lightbox__place').textContent === '{place}'
             && document.querySelector('.lightbox__stage img').naturalWidth === 1200
             && document.querySelector('.lightbox__name').textContent.includes('{name}')"
        ))
        .await;
    };
    let press = async |key: &str| {
        let dialog = adas.driver.active_element().await.unwrap();
        dialog.send_keys(key).await.unwrap();
    };
    shows("1 of 2", "Gold on teal").await;
    adas.screenshot("files-lightbox").await;
    press("\u{e014}").await;
    shows("2 of 2", "png").await;
    press("+").await;
    adas.holds("document.querySelector('.lightbox__stage').hasAttribute('data-zoomed')")
        .await;
    press("\u{e012}").await;
    shows("1 of 2", "Gold on teal").await;
    adas.holds("!document.querySelector('.lightbox__stage').hasAttribute('data-zoomed')")
        .await;
    press("\u{e00c}").await;
    adas.holds("!document.getElementById('lightbox').open && document.activeElement.matches('.attachment--image')")
        .await;

    // The server's own rows show the same.
    adas.reload().await;
    adas.holds(DESCRIBED).await;
    for browser in [&adas, &bens] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn sound_plays_in_the_page_and_a_file_alone_is_a_message() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let Some(browser) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    logs_in(&browser, "ada", &format!("/chat/room/{room}")).await;
    let sound = named(".wav", &silence());
    chooses(&browser, &[&sound]).await;
    browser
        .holds("document.querySelector('.upload[data-state=done]')")
        .await;
    browser.press("Send").await;
    browser
        .holds("document.querySelector('.message[data-seq] audio')?.duration === 1")
        .await;
    browser
        .eval("document.querySelector('audio').currentTime = 0.5")
        .await;
    browser
        .holds("document.querySelector('audio').seekable.end(0) === 1 && document.querySelector('audio').currentTime === 0.5")
        .await;
    browser.screenshot("files-sound").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_failed_file_can_be_removed_and_what_was_written_stays() {
    let app = App::with(&["--max-upload-mb=1"]).await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let Some(browser) = Browser::open(&app, "ada", Device::Phone).await else {
        return;
    };
    logs_in(&browser, "ada", &format!("/chat/room/{room}")).await;
    let (large, broken) = (
        named(".bin", &vec![7; 2 << 20]),
        named(".png", b"\x89PNG\r\n\x1a\nno picture"),
    );
    chooses(&browser, &[&large, &broken]).await;
    browser
        .holds("document.querySelectorAll('.upload[data-state=failed]').length === 2")
        .await;
    browser
        .holds(
            "document.querySelector('.upload__state').textContent === 'A file has at most 1 MB.'",
        )
        .await;
    browser.fill("Message Hall", "Still here").await;
    browser.press("Send").await;
    browser
        .holds("document.querySelector('.composer__text').value === 'Still here' && document.activeElement.closest('.upload')")
        .await;
    for file in [&large, &broken] {
        let name = file.path().file_name().unwrap().to_str().unwrap();
        browser.press(&format!("Remove {name}")).await;
    }
    browser.press("Send").await;
    browser
        .holds("document.querySelector('.message[data-seq] .message__body')?.innerText.trim() === 'Still here'")
        .await;

    // What the line was lost for goes on its way again.
    let block = async |urls: &[&str]| {
        let cdp = browser.driver.cdp();
        cdp.send_raw("Network.enable", json!({})).await.unwrap();
        cdp.send_raw("Network.setBlockedURLs", json!({ "urls": urls }))
            .await
            .unwrap();
    };
    block(&["*/api/v1/uploads"]).await;
    let plan = named(".txt", b"the plan");
    chooses(&browser, &[&plan]).await;
    browser
        .holds(
            "document.querySelector('.upload__state')?.textContent === 'The connection was lost.'",
        )
        .await;
    block(&[]).await;
    let name = plan.path().file_name().unwrap().to_str().unwrap();
    browser.press(&format!("Retry {name}")).await;
    browser
        .holds("document.querySelector('.upload[data-state=done]')")
        .await;

    // With the tenth there are enough, and it is said.
    let drop = "(() => {
        const dataTransfer = new DataTransfer();
        for (let n = 0; n < 12; n++) dataTransfer.items.add(new File([`file ${n}`], `${n}.txt`));
        const how = { dataTransfer, bubbles: true, cancelable: true };
        document.getElementById('log').dispatchEvent(new DragEvent('drop', how));
    })()";
    let paste = "(() => {
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File(['pasted'], 'pasted.txt'));
        const how = { clipboardData, bubbles: true, cancelable: true };
        document.querySelector('.composer__text').dispatchEvent(new ClipboardEvent('paste', how));
    })()";
    browser.eval(paste).await;
    browser.find("button", "Remove pasted.txt").await;
    browser.eval(drop).await;
    browser
        .holds("document.getElementById('connection').textContent.startsWith('A message has at most 10 files')")
        .await;
    browser
        .holds("document.querySelectorAll('.upload[data-state=done]').length === 10")
        .await;
    browser.press("Remove 0.txt").await;
    browser.press("Send").await;
    browser
        .holds("[...document.querySelectorAll('.message[data-seq]')].at(-1).querySelectorAll('.attachment--file').length === 9")
        .await;
}

#[tokio::test]
async fn no_script_of_a_file_runs_wherever_it_is_opened() {
    let app = App::on_sqlite().await;
    let mallory = app.user("mallory").await;
    let room = mallory.creates_room("Hall").await;
    let ada = app.user("ada").await;
    ada.joins(&room).await;
    let mut files = Vec::new();
    for (name, bytes) in HOSTILE {
        files.push(uploads(&mallory, name, bytes).await);
    }
    let hostile = "<img src=x onerror=alert(1)>.txt";
    files.push(uploads(&mallory, hostile, b"hello").await);
    let all: Vec<_> = files.iter().collect();
    sends(&mallory, &room, "open me", &all).await.ok(201);
    let Some(browser) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    logs_in(&browser, "ada", &format!("/chat/room/{room}")).await;
    browser
        .holds(&format!(
            "[...document.querySelectorAll('.attachment__name')].at(-1)?.textContent === '{hostile}'"
        ))
        .await;
    assert_eq!(
        browser
            .eval("document.querySelector('.message img[src=x]')")
            .await,
        Value::Null
    );
    for file in &files {
        let url = file["url"].as_str().unwrap();
        let answer = ada.page(Method::GET, url).send().await;
        assert!(
            answer
                .header("content-disposition")
                .starts_with("attachment")
        );
        browser
            .driver
            .goto(format!("{}{url}", app.origin))
            .await
            .ok();
    }
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn files_stay_with_their_room_while_one_looks_at_another() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let hall = ada.creates_room("Hall").await;
    ada.creates_room("Den").await;
    let Some(desk) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    logs_in(&desk, "ada", &format!("/chat/room/{hall}")).await;
    desk.holds("document.querySelector('#log[data-actions]')")
        .await;
    let plan = named(".txt", b"the plan");
    chooses(&desk, &[&plan]).await;
    desk.follow("Den").await;
    desk.find("log", "Messages in Den").await;
    desk.holds("document.querySelector('#log[data-actions]')")
        .await;
    let pencil =
        format!("document.querySelector('[data-room=\"{hall}\"] .room-link__draft:not([hidden])')");
    desk.holds(&pencil).await;
    assert_eq!(
        desk.eval("document.getElementById('uploads').hidden").await,
        true
    );
    desk.follow("Hall").await;
    desk.find("log", "Messages in Hall").await;
    desk.holds("document.querySelector('.upload[data-state=done]')")
        .await;
    desk.press("Send").await;
    desk.holds("document.querySelector('.message[data-seq] .attachment--file')")
        .await;
    desk.holds("document.getElementById('uploads').hidden")
        .await;
    assert_eq!(ada.reads(&hall).await.len(), 1);
    desk.follow("Den").await;
    desk.find("log", "Messages in Den").await;
    desk.holds(&format!("!{pencil}")).await;

    // What is sent before its file is there is sent once that is, wherever one is by then.
    let hold = "(() => {
        const { send } = XMLHttpRequest.prototype;
        XMLHttpRequest.prototype.send = function (body) { window.letGo = () => send.call(this, body); };
    })()";
    desk.eval(hold).await;
    for (comes_back, text) in [(true, "seen"), (false, "unseen")] {
        desk.follow("Hall").await;
        desk.find("log", "Messages in Hall").await;
        desk.holds("document.querySelector('#log[data-actions]')")
            .await;
        chooses(&desk, &[&plan]).await;
        desk.says("Hall", text).await;
        desk.holds("document.getElementById('composer').ariaBusy === 'true'")
            .await;
        desk.follow("Den").await;
        desk.find("log", "Messages in Den").await;
        if comes_back {
            desk.follow("Hall").await;
            desk.find("log", "Messages in Hall").await;
            desk.holds("document.getElementById('composer').ariaBusy === 'true'")
                .await;
        }
        desk.eval("letGo()").await;
        desk.until("it is sent", async || {
            let said = ada.reads(&hall).await;
            let last = said.last()?;
            (last["body"] == text && last["attachments"][0]["size"] == 8).then_some(())
        })
        .await;
        if comes_back {
            desk.holds("document.querySelector('.composer__text').value === '' && document.getElementById('uploads').hidden")
                .await;
        }
    }
    desk.holds(&format!("!{pencil}")).await;
    assert_eq!(ada.reads(&hall).await.len(), 3);
}
