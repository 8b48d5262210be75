//! Hands: the same story is told with a pointer, or with the keyboard alone.

use serde_json::Value;
use thirtyfour::prelude::*;

use super::Browser;

/// So many keys are pressed on the way to something.
const FAR: usize = 300;
/// After so many the way there is the long one, forward and around.
const LOST: usize = 60;

/// With what a browser is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    /// A mouse or a finger.
    Pointer,
    /// Nothing but keys: what cannot be reached with them fails, and so does what does not show
    /// that it has the focus.
    Keyboard,
}

impl Hands {
    /// The keyboard if the variable `HANDS` says `keyboard`.
    #[must_use]
    pub fn of_this_run() -> Self {
        match std::env::var("HANDS").as_deref() {
            Ok("keyboard") => Self::Keyboard,
            _ => Self::Pointer,
        }
    }
}

impl Browser {
    /// Clicks something; with the keyboard, goes there and presses Enter, or Space on a choice.
    pub async fn click(&self, element: &WebElement) {
        if self.hands == Hands::Pointer {
            return element.click().await.expect("it can be clicked");
        }
        self.goes_to(element).await;
        let kind = element.prop("type").await.ok().flatten();
        match kind.as_deref() {
            Some("checkbox" | "radio") => self.key(" ").await,
            _ => self.key("Enter").await,
        }
    }

    /// Clicks the first element that a selector finds, once it is there. A pointer need not be over
    /// what shows it.
    pub async fn click_at(&self, selector: &str) {
        let element = self.at(selector).await;
        match self.hands {
            Hands::Pointer => {
                self.asks("arguments[0].click()", &element, false).await;
            }
            Hands::Keyboard => self.click(&element).await,
        }
    }

    /// The first element that a selector finds, once it is there.
    pub async fn at(&self, selector: &str) -> WebElement {
        self.until(selector, async || {
            self.driver.find(By::Css(selector)).await.ok()
        })
        .await
    }

    /// Gives something the focus.
    ///
    /// # Panics
    /// With the keyboard, if no keys lead there, or nothing shows that it has the focus.
    pub async fn goes_to(&self, element: &WebElement) {
        if self.hands == Hands::Pointer {
            return element.focus().await.expect("it takes the focus");
        }
        let look = include_str!("look.js");
        let before = self.asks(look, element, false).await;
        for pressed in 0..FAR {
            let way = include_str!("way.js");
            let way = self.asks(way, element, pressed > LOST).await;
            let Some(key) = way.as_str() else {
                if pressed > 0 {
                    self.until(&format!("focus ring of {element:?}"), async || {
                        (self.asks(look, element, true).await != before).then_some(())
                    })
                    .await;
                }
                return;
            };
            self.key(key).await;
        }
        let html = element.outer_html().await.unwrap_or_default();
        panic!("no keys lead to {html}");
    }

    /// Presses a key, by its name in the page: `Enter`, `Shift+Tab`, `r`.
    pub async fn key(&self, name: &str) {
        let (held, name) = match name.rsplit_once('+') {
            Some(("Shift", name)) => (Some('\u{e008}'), name),
            Some(("Control", name)) => (Some('\u{e009}'), name),
            _ => (None, name),
        };
        let key = match name {
            "Tab" => "\u{e004}",
            "Enter" => "\u{e007}",
            "Escape" => "\u{e00c}",
            "ArrowUp" => "\u{e013}",
            "ArrowDown" => "\u{e015}",
            other => other,
        };
        let chain = self.driver.action_chain();
        let chain = match held {
            Some(held) => chain.key_down(held).send_keys(key).key_up(held),
            None => chain.send_keys(key),
        };
        chain.perform().await.expect("a key can be pressed");
    }

    async fn asks(&self, script: &str, element: &WebElement, flag: bool) -> Value {
        let element = element.to_json().expect("an element has an id");
        let said = self.driver.execute(script, vec![element, flag.into()]);
        said.await.expect("the page answers").json().clone()
    }
}
