//! Whatever opens over a page, the focus comes back to what opened it; from what one writes in, to
//! the composer.

use whatscrap_testkit::App;
use whatscrap_testkit::browser::{Browser, Device};

use super::accessible::edited_message;
use super::files::{large_picture, sends, uploads};
use super::reading_pages::{enter, open};

const COMPOSER: &str = ".composer__text";
const ROW: &str = ".message[data-seq='1']";
const MORE: &str = ".message[data-seq='1'] .message__more";
const MENU: &str = "#message-menu:popover-open";
const PICKER: &str = "#emoji-picker[open]";

/// The one key that no driver has. What browsers make of it is an event.
const MENU_KEY: &str = "ContextMenu";
const MENU_EVENT: &str = "document.activeElement.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))";

/// How something is opened by the keyboard.
struct Opening {
    /// Where one goes, one after the other.
    to: &'static [&'static str],
    /// What is pressed there.
    key: &'static str,
    /// What is chosen of the menu that it opened.
    item: Option<&'static str>,
    opened: &'static str,
    /// The button that closes it, beside Escape.
    button: Option<&'static str>,
    /// Where the focus is afterwards, if not where one went.
    back: Option<&'static str>,
}

const fn by(to: &'static [&'static str], key: &'static str, opened: &'static str) -> Opening {
    Opening {
        to,
        key,
        item: None,
        opened,
        button: None,
        back: None,
    }
}

impl Opening {
    const fn item(mut self, item: &'static str) -> Self {
        self.item = Some(item);
        self
    }

    const fn button(mut self, button: &'static str) -> Self {
        self.button = Some(button);
        self
    }

    const fn leading_to_composer(mut self) -> Self {
        self.back = Some(COMPOSER);
        self
    }
}

const OVER_A_ROOM: [Opening; 21] = [
    by(&[COMPOSER], "Control+k", "#switcher[open]"),
    by(&["[data-opens=switcher]"], "Enter", "#switcher[open]"),
    by(&["#log"], "?", "#shortcuts[open]").button("Close"),
    by(&[COMPOSER], "Control+/", "#shortcuts[open]").button("Close"),
    by(&[".account-button"], "Enter", "#account:popover-open"),
    by(&["#bell"], "Enter", "#bell-dialog[open]").button("Not now"),
    by(&[".room__level"], "Enter", "#room-level:popover-open"),
    by(
        &["[popovertarget=formatting]"],
        "Enter",
        "#formatting:popover-open",
    ),
    by(&[MORE], "Enter", MENU),
    by(&[ROW], MENU_KEY, MENU),
    by(&[MORE], "Enter", PICKER).item("React").button("Close"),
    by(&[ROW], "+", PICKER).button("Close"),
    by(&[ROW, "#message-bar [data-action=react]"], "Enter", PICKER).button("Close"),
    by(&[".message[data-seq='1'] .reaction--add"], "Enter", PICKER).button("Close"),
    by(&["[data-tool=emoji]"], "Enter", PICKER)
        .button("Close")
        .leading_to_composer(),
    by(
        &[".message[data-seq='1'] .message__edited"],
        "Enter",
        "#edits[open]",
    )
    .button("Close"),
    by(&[ROW], "e", ".editor")
        .button("Cancel")
        .leading_to_composer(),
    by(&[MORE], "Enter", ".editor")
        .item("Edit")
        .button("Cancel")
        .leading_to_composer(),
    by(
        &[".message[data-seq='2'] .message__author"],
        "Enter",
        "#person-card:popover-open",
    ),
    by(
        &[".details__people li:last-child .details__name"],
        "Enter",
        "#person-card:popover-open",
    ),
    by(&[".attachment--image"], "Enter", "#lightbox[open]").button("Close"),
];

/// Opens it by its keys, closes it by Escape and by its button, and looks where the focus is.
async fn returns(browser: &Browser, opening: &Opening) {
    let Opening {
        to,
        key,
        item,
        opened,
        button,
        back,
    } = opening;
    let back = back.unwrap_or(to[to.len() - 1]);
    for closing in [None].into_iter().chain(button.map(Some)) {
        for place in *to {
            browser.goes_to(&browser.at(place).await).await;
        }
        if *key == MENU_KEY {
            browser.eval(MENU_EVENT).await;
        } else {
            browser.key(key).await;
        }
        if let Some(item) = item {
            browser.press(item).await;
        }
        browser.at(opened).await;
        match closing {
            None => browser.key("Escape").await,
            Some(name) => browser.press(name).await,
        }
        browser
            .holds(&format!(
                "!document.querySelector(\"{opened}\") && document.activeElement.matches(\"{back}\")"
            ))
            .await;
    }
}

#[tokio::test]
async fn to_what_opened_it_whatever_it_is_and_however_it_is_closed() {
    let app = App::on_sqlite().await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let (room, said) = edited_message(&ada, &ben).await;
    let path = format!("/rooms/{room}/messages/{said}");
    let reaction = ben.put(&format!("{path}/reactions/👍"));
    reaction.send().await.ok(200);
    let picture = uploads(&ben, "a.gif", &large_picture()).await;
    sends(&ben, &room, "look", &[&picture]).await.ok(201);
    let Some(browser) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    let browser = browser.by_keyboard();
    enter(&browser, &room).await;
    for opening in &OVER_A_ROOM {
        returns(&browser, opening).await;
    }
    // What is open over a field leaves it the focus.
    browser.types("Message Plans", "Look, @").await;
    browser.at("#completion .completion__option").await;
    browser.key("Escape").await;
    browser
        .holds(&format!(
            "document.getElementById('completion').hidden && document.activeElement.matches('{COMPOSER}')"
        ))
        .await;
}

#[tokio::test]
async fn to_the_composer_when_one_calls_everybody_and_to_the_row_when_its_button_is_gone() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Plans").await;
    for number in 0..5 {
        app.user(&format!("other{number}")).await.joins(&room).await;
    }
    let said = ada.posts("hello").in_room(&room).await;
    let path = format!("/rooms/{room}/messages/{}", said["id"].as_str().unwrap());
    let reaction = ada.put(&format!("{path}/reactions/👍"));
    reaction.send().await.ok(200);
    let Some(browser) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    let browser = browser.by_keyboard();
    enter(&browser, &room).await;
    let focus = |place: &str| format!("document.activeElement.matches(\"{place}\")");

    // One's own reaction is the last: its button goes with it.
    browser.press("👍 1: you").await;
    browser.holds("!document.querySelector('.reaction')").await;
    browser.holds(&focus(ROW)).await;
    // What is deleted can be undone at once, and then has the focus again.
    browser.key("Delete").await;
    browser.holds(&focus(".message__undo button")).await;
    browser.key("Enter").await;
    browser.holds(&focus(ROW)).await;

    for name in [None, Some("Keep writing")] {
        browser.fill("Message Plans", "lunch, @room!").await;
        browser.key("Enter").await;
        browser.at("#call-question[open]").await;
        match name {
            None => browser.key("Escape").await,
            Some(name) => browser.press(name).await,
        }
        browser
            .holds("!document.getElementById('call-question').open")
            .await;
        browser.holds(&focus(COMPOSER)).await;
    }
}
