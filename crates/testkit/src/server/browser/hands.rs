//! Hands: the same story is told with a pointer, or with the keyboard alone.

use std::path::Path;

use serde_json::Value;
use thirtyfour::components::SelectElement;
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

    /// Presses a key, by its name in the page and with what is held: `Enter`, `Alt+Shift+ArrowUp`.
    pub async fn key(&self, name: &str) {
        let mut held: Vec<_> = name.split('+').collect();
        let name = match held.pop() {
            // The plus itself.
            Some("") => "+",
            name => name.unwrap_or_default(),
        };
        let mut chain = self.driver.action_chain();
        let held = held.into_iter().filter_map(modifier);
        for key in held.clone() {
            chain = chain.key_down(key);
        }
        chain = chain.send_keys(code(name));
        for key in held.rev() {
            chain = chain.key_up(key);
        }
        chain.perform().await.expect("a key can be pressed");
    }

    /// Chooses the option with this text of the list with this label.
    ///
    /// # Panics
    /// If the arrows do not lead there.
    pub async fn selects(&self, label: &str, option: &str) {
        let list = self.find("combobox", label).await;
        if self.hands == Hands::Pointer {
            let choice = SelectElement::new(&list).await;
            let choice = choice.expect("it is a list of options");
            let chosen = choice.select_by_exact_text(option).await;
            return chosen.expect("the list has that option");
        }
        self.goes_to(&list).await;
        let text = "return arguments[0].selectedOptions[0].text";
        for _ in 0..FAR {
            if self.asks(text, &list, false).await == option {
                return;
            }
            self.key("ArrowDown").await;
        }
        panic!("no arrows lead to {option:?} of {label:?}");
    }

    /// Hands files over: presses what opens the browser's dialog, which no driver can reach, and
    /// gives them to the field that asked for it.
    pub async fn chooses_files(&self, opener: &WebElement, field: &str, paths: &[&Path]) {
        let ask = "const field = document.querySelector(arguments[0]);
            delete field.dataset.asked;
            field.onclick = (event) => { field.dataset.asked = ''; event.preventDefault(); }";
        let listens = self.driver.execute(ask, vec![field.into()]).await;
        listens.expect("the field is there");
        match self.hands {
            Hands::Pointer => {
                self.asks("arguments[0].click()", opener, false).await;
            }
            Hands::Keyboard => {
                self.goes_to(opener).await;
                self.key(" ").await;
            }
        }
        let asked = self.at(&format!("{field}[data-asked]")).await;
        let paths: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
        let given = asked.send_keys(paths.join("\n")).await;
        given.expect("the field takes files");
    }

    async fn asks(&self, script: &str, element: &WebElement, flag: bool) -> Value {
        let element = element.to_json().expect("an element has an id");
        let said = self.driver.execute(script, vec![element, flag.into()]);
        said.await.expect("the page answers").json().clone()
    }
}

/// The key that is held, by its name in the page.
fn modifier(name: &str) -> Option<char> {
    Some(match name {
        "Shift" => '\u{e008}',
        "Control" => '\u{e009}',
        "Alt" => '\u{e00a}',
        _ => return None,
    })
}

/// What WebDriver calls a key.
fn code(name: &str) -> &str {
    match name {
        "Tab" => "\u{e004}",
        "Enter" => "\u{e007}",
        "Escape" => "\u{e00c}",
        "End" => "\u{e010}",
        "Delete" => "\u{e017}",
        "ArrowLeft" => "\u{e012}",
        "ArrowUp" => "\u{e013}",
        "ArrowRight" => "\u{e014}",
        "ArrowDown" => "\u{e015}",
        other => other,
    }
}
