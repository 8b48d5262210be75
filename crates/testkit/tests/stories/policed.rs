//! The policy of our pages holds, and whoever tells a story hears when one breaks it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use whatscrap_testkit::App;
use whatscrap_testkit::browser::{Browser, Device};

/// What no page does, and what is said of it.
const FORBIDDEN: [(&str, &str); 4] = [
    (
        "document.body.innerHTML = '<b>bold</b>'",
        "require-trusted-types-for",
    ),
    ("trustedTypes.createPolicy('another', {})", "trusted-types"),
    (
        "document.body.append(Object.assign(new Image(), { src: 'https://example.com/x.png' }))",
        "img-src",
    ),
    (
        "document.body.append(Object.assign(document.createElement('style'), { textContent: 'b {}' }))",
        "style-src",
    ),
];

/// Does it, and waits until all that it leads to is told.
async fn does(browser: &Browser, what: &str) {
    let then = format!(
        "new Promise((done) => {{ try {{ {what}; }} catch {{}} setTimeout(() => setTimeout(done)); }})"
    );
    browser.eval(&then).await;
}

#[tokio::test]
async fn what_a_page_must_not_do_is_refused_and_fails_its_story() {
    let app = App::on_sqlite().await;
    let Some(browser) = Browser::open(&app, "stranger", Device::Desktop).await else {
        return;
    };
    for (forbidden, said) in FORBIDDEN {
        does(&browser, forbidden).await;
        let told = browser.complaints().await.join("\n");
        let violation = format!("policy violation: {said}");
        assert!(told.contains(&violation), "{forbidden}: {told}");
    }
    does(&browser, "setTimeout(() => { throw new Error('boom'); })").await;
    let end = catch_unwind(AssertUnwindSafe(|| drop(browser)));
    let why = end.expect_err("its story fails").downcast::<String>();
    assert!(why.unwrap().contains("Uncaught Error: boom"));
}
