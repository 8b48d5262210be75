//! What one writes in: when it sends, how much it takes, and how it grows.

use serde_json::json;
use whatscrap_testkit::App;
use whatscrap_testkit::browser::{Browser, Device};

use super::reading_pages::{enter, keys, open, room_of_two};

const FIELD: &str = "document.querySelector('.composer__text')";
const ENTER: &str = "\u{e007}";
/// Shift held and let go.
const SHIFT: &str = "\u{e008}";
const RELEASE: &str = "\u{e000}";

async fn writes(browser: &Browser, text: &str) {
    let text = json!(text);
    browser.holds(&format!("{FIELD}.value === {text}")).await;
}

#[tokio::test]
async fn enter_sends_at_a_desk_and_is_a_new_line_on_a_phone_and_while_a_word_is_composed() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    let phone = open(&app, &ben, Device::Phone).await.expect("one opened");
    enter(&desk, &room).await;
    enter(&phone, &room).await;
    keys(&desk, "General", &format!("a{SHIFT}{ENTER}{RELEASE}b")).await;
    writes(&desk, "a\nb").await;
    // How browsers say that Enter chooses a word, and how Safari does.
    for how in ["isComposing: true", "keyCode: 229"] {
        let event = format!(
            "new KeyboardEvent('keydown', {{ key: 'Enter', {how}, bubbles: true, cancelable: true }})"
        );
        assert_eq!(
            desk.eval(&format!("{FIELD}.dispatchEvent({event})")).await,
            true
        );
    }
    writes(&desk, "a\nb").await;
    keys(&desk, "General", ENTER).await;
    writes(&desk, "").await;
    keys(&phone, "General", &format!("c{ENTER}d")).await;
    writes(&phone, "c\nd").await;
    phone.press("Send").await;
    writes(&phone, "").await;

    // It grows with what is in it, up to two fifths of the screen, and counts near its limit.
    let height = format!("{FIELD}.offsetHeight");
    let low = desk.eval(&height).await;
    let fill = async |text: &str| {
        desk.eval(&format!("(() => {{ {FIELD}.value = {text}; {FIELD}.dispatchEvent(new InputEvent('input', {{ bubbles: true }})); }})()"))
            .await;
    };
    fill("'line\\n'.repeat(100)").await;
    desk.holds(&format!(
        "{height} > {low} && {height} <= innerHeight * 0.4 + 1"
    ))
    .await;
    let count = "document.getElementById('composer-count').innerText";
    fill("'x'.repeat(3900)").await;
    desk.holds(&format!("{count} === '100 characters left'"))
        .await;
    fill("'x'.repeat(4001)").await;
    desk.holds(&format!("{count} === '1 character too many'"))
        .await;
    keys(&desk, "General", ENTER).await;
    desk.holds(&format!("{FIELD}.value.length === 4001")).await;
    // Longer than any screen and without a space, it stays within its bubble.
    fill("'x'.repeat(4000)").await;
    keys(&desk, "General", ENTER).await;
    for browser in [&desk, &phone] {
        browser
            .holds("document.querySelectorAll('.message[data-state=sent]').length === 3")
            .await;
        let hangs_over = "['html', '#log', '.message__bubble'].some((place) =>
            [...document.querySelectorAll(place)].some((each) => each.scrollWidth > each.clientWidth + 1))";
        assert_eq!(browser.eval(hangs_over).await, false);
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
}
