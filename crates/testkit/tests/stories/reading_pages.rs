//! Reading in real browsers: two people, and a second device of one of them.

use serde_json::json;
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD, Person, Site};

const DOWN: &str = "\u{e015}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const TAB: &str = "\u{e004}";

/// Logs somebody in who has an account.
pub(super) async fn open(site: &Site, person: &Person, device: Device) -> Option<Browser> {
    let browser = Browser::open(site, &person.username, device).await?;
    browser.visit("/auth/login").await;
    browser.fill("Username", &person.username).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Log in").await;
    browser.holds("location.pathname.startsWith('/chat')").await;
    Some(browser)
}

pub(super) async fn enter(browser: &Browser, room: &str) {
    browser.visit(&format!("/chat/room/{room}")).await;
    is_online(browser).await;
    // What answers to what one does comes after what one sees.
    browser
        .holds("document.querySelector('#log[data-actions]')")
        .await;
}

pub(super) async fn is_online(browser: &Browser) {
    browser
        .holds("document.documentElement.dataset.connection === 'online'")
        .await;
}

/// Waits until the sidebar counts so much of a room.
async fn counts(browser: &Browser, room: &str, unread: u64, mentions: u64) {
    let expected = json!([unread, mentions]);
    browser
        .holds(&format!(
            "(() => {{
                const {{ unread, mentions }} = document.querySelector('[data-room=\"{room}\"] a').dataset;
                return JSON.stringify([Number(unread ?? 0), Number(mentions ?? 0)]) === '{expected}';
            }})()"
        ))
        .await;
}

pub(super) async fn keys(browser: &Browser, room: &str, keys: &str) {
    browser.types(&format!("Message {room}"), keys).await;
}

pub(super) async fn room_of_two(app: &App) -> (Person, Person, String) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("General").await;
    ben.joins(&room).await;
    (ada, ben, room)
}

#[tokio::test]
async fn what_is_unread_is_the_same_on_a_second_device_and_stays_unread_when_one_says_so() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    let Some(first) = open(&app, &ben, Device::Desktop).await else {
        return;
    };
    let second = open(&app, &ben, Device::Phone).await.expect("one opened");
    for device in [&first, &second] {
        device.visit("/chat/rooms").await;
        is_online(device).await;
    }
    ada.posts("one").in_room(&room).await;
    ada.posts("two, @ben").in_room(&room).await;
    for device in [&first, &second] {
        counts(device, &room, 2, 1).await;
        device.holds("document.title.startsWith('(2) ')").await;
        device
            .holds("document.querySelector('link[rel=icon]').href.includes('icon-mentioned')")
            .await;
    }
    first.follow("General").await;
    first.find("log", "Messages in General").await;
    first
        .holds("document.getElementById('unread').innerText === '2 new'")
        .await;
    counts(&second, &room, 0, 0).await;
    second.holds("!document.title.startsWith('(')").await;
    second.reload().await;
    counts(&second, &room, 0, 0).await;

    // From the second message on, and neither the focus nor what comes next undoes it.
    first
        .holds("document.querySelector('#log[data-actions]')")
        .await;
    first
        .click_at(".message[data-seq='2'] .message__more")
        .await;
    first.press("Mark unread from here").await;
    for device in [&first, &second] {
        counts(device, &room, 1, 1).await;
    }
    first
        .eval("['blur', 'focus'].forEach(type => dispatchEvent(new Event(type)))")
        .await;
    ada.posts("three").in_room(&room).await;
    first
        .holds("document.querySelector('.message[data-seq=\"3\"]')")
        .await;
    for device in [&first, &second] {
        counts(device, &room, 2, 1).await;
    }
    first
        .holds("document.getElementById('unread').innerText === '2 new'")
        .await;
    let mine = ben.get(&format!("/rooms/{room}")).send().await.ok(200);
    assert_eq!(mine["room"]["read_seq"], 1);
    keys(&first, "General", ESCAPE).await;
    counts(&second, &room, 0, 0).await;

    // A page that nobody has touched for a minute reads nothing.
    let later = "(() => { const real = Date.now; Date.now = () => real() + 61_000; })()";
    first.eval(later).await;
    ada.posts("four").in_room(&room).await;
    for device in [&first, &second] {
        counts(device, &room, 1, 0).await;
    }
    first
        .eval("document.body.dispatchEvent(new PointerEvent('pointermove', {bubbles: true}))")
        .await;
    for device in [&first, &second] {
        counts(device, &room, 0, 0).await;
    }
    for device in [&first, &second] {
        assert_eq!(device.complaints().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn seen_appears_under_what_the_other_has_seen() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    let Some(author) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&author, &room).await;
    author.says("General", "Are you there?").await;
    author
        .holds("document.querySelector('.message[data-state=sent]')")
        .await;
    let reader = open(&app, &ben, Device::Phone).await.expect("one opened");
    let height = "document.getElementById('rows').offsetHeight";
    let before = author.eval(height).await;
    let seen = "document.querySelector('.message[data-seq=\"1\"] .message__seen')?.innerText === 'Seen by ben'";
    assert_eq!(author.eval(seen).await, false);
    enter(&reader, &room).await;
    author.holds(seen).await;
    assert_eq!(
        author.eval(height).await,
        before,
        "there was a place for it"
    );
    author.reload().await;
    author.holds(seen).await;
    author.says("General", "There you are").await;
    author
        .holds("document.querySelector('.message[data-seq=\"2\"] .message__seen')")
        .await;
    author
        .holds("document.querySelectorAll('.message__seen').length === 1")
        .await;
    author.screenshot("seen").await;
    assert_eq!(author.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn names_are_completed_by_the_keyboard_and_everyone_is_called_after_a_question() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    let bea = app.user("bea").await;
    bea.joins(&room).await;
    for number in 0..3 {
        app.user(&format!("other{number}")).await.joins(&room).await;
    }
    let Some(author) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&author, &room).await;
    let options = "[...document.querySelectorAll('#completion [role=option]')].map(e => e.innerText.replace(/\\s+/g, ' ')).join('|')";
    let value = "document.querySelector('#composer textarea').value";

    keys(&author, "General", "hi @b").await;
    author
        .holds(&format!("{options} === 'B bea @bea|B ben @ben'"))
        .await;
    author.screenshot("names").await;
    keys(&author, "General", DOWN).await;
    author
        .holds("document.getElementById(document.querySelector('#composer textarea').getAttribute('aria-activedescendant')).innerText.includes('@ben')")
        .await;
    keys(&author, "General", TAB).await;
    assert_eq!(author.eval(value).await, "hi @ben ");
    keys(&author, "General", &format!("lunch?{ENTER}")).await;
    let named = format!(
        ".message[data-state=sent] .mention[data-user=\"{}\"]",
        ben.id
    );
    author
        .holds(&format!(
            "document.querySelector('{named}').innerText === '@ben'"
        ))
        .await;

    keys(&author, "General", "@").await;
    author.holds(&format!("{options}.includes('@room')")).await;
    keys(&author, "General", ESCAPE).await;
    author
        .holds("document.getElementById('completion').hidden")
        .await;
    assert_eq!(author.eval(value).await, "@");
    keys(&author, "General", "roo").await;
    author.holds(&format!("{options}.includes('@room')")).await;
    keys(&author, "General", ENTER).await;
    assert_eq!(author.eval(value).await, "@room ");
    keys(&author, "General", &format!("now{ENTER}")).await;
    author.press("Keep writing").await;
    author.holds(&format!("{value} === '@room now'")).await;
    assert_eq!(ada.reads(&room).await.len(), 1);
    keys(&author, "General", ENTER).await;
    author.screenshot("question").await;
    author.press("Send to everyone").await;
    author
        .holds("document.querySelector('.message[data-state=sent] .mention[data-call=room]')")
        .await;
    assert_eq!(author.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn everything_unread_is_gone_through_by_the_keyboard() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    let other = ada.creates_room("Alpha").await;
    ben.joins(&other).await;
    for body in ["one", "two", "@ben three"] {
        ada.posts(body).in_room(&room).await;
    }
    ada.posts("else").in_room(&other).await;
    let Some(reader) = open(&app, &ben, Device::Desktop).await else {
        return;
    };
    reader.visit("/chat/unread").await;
    is_online(&reader).await;
    let titles =
        "[...document.querySelectorAll('.catch-up__room h2')].map(e => e.innerText).join()";
    assert_eq!(reader.eval(titles).await, "General,Alpha");
    reader.screenshot("unread").await;
    for key in ["j", "j", "k", "e"] {
        reader.key(key).await;
    }
    reader.holds(&format!("{titles} === 'Alpha'")).await;
    counts(&reader, &room, 0, 0).await;
    counts(&reader, &other, 1, 0).await;
    reader.key("e").await;
    reader
        .holds("!document.getElementById('caught-up').hidden")
        .await;
    reader.visit("/chat/mentions").await;
    reader.screenshot("mentions").await;
    reader.follow("In General").await;
    reader
        .holds("document.querySelector('.message[data-target][data-mentioned]').innerText.includes('@ben three')")
        .await;
    assert_eq!(reader.complaints().await, Vec::<String>::new());
}
