//! How the chat is installed as an app (W3C Web Application Manifest).

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value, json};

static MANIFEST: LazyLock<String> = LazyLock::new(|| {
    let urls = super::urls();
    let icon = |path: &str, sizes: &str, purpose: &str| {
        let kind = if path.ends_with("svg") {
            "image/svg+xml"
        } else {
            "image/png"
        };
        json!({ "src": urls[path], "sizes": sizes, "type": kind, "purpose": purpose })
    };
    let manifest = json!({
        "id": "/",
        "name": "WhatsCrap",
        "short_name": "WhatsCrap",
        "description": "Rooms and conversations on a server of your own",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "launch_handler": { "client_mode": "navigate-existing" },
        "background_color": "#f4f1ec",
        "theme_color": "#f4f1ec",
        "categories": ["social", "productivity"],
        "icons": [
            icon("img/icon.svg", "any", "any"),
            icon("img/icon-192.png", "192x192", "any"),
            icon("img/icon-512.png", "512x512", "any"),
            icon("img/icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [
            shortcut("Unread", "/chat/unread"),
            shortcut("Mentions", "/chat/mentions"),
            shortcut("New conversation", "/chat/people"),
            shortcut("Search", "/chat/search"),
        ],
        "screenshots": [
            screenshot(&urls["img/screen-wide.webp"], "1440x900", "wide"),
            screenshot(&urls["img/screen-narrow.webp"], "390x900", "narrow"),
        ],
    });
    manifest.to_string()
});

/// It names no one: anybody may read it. Browsers ask for it with every page: an hour's is new enough.
pub(super) async fn serve() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/manifest+json"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, MANIFEST.as_str())
}

fn shortcut(name: &str, url: &str) -> Value {
    json!({ "name": name, "url": url })
}

fn screenshot(src: &str, sizes: &str, form: &str) -> Value {
    let label = "A room and its messages";
    json!({ "src": src, "sizes": sizes, "type": "image/webp", "form_factor": form, "label": label })
}
