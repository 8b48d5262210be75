use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use url::Url;

use crate::inline::{escape, escape_attribute};

pub(crate) const REL: &str = "noopener noreferrer nofollow ugc";
pub(crate) const TARGET: &str = "_blank";
pub(crate) const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Where a link leads, in the fewest words: the host, or the address of a mail. `None` if there is
/// no link to make.
pub(crate) fn host(href: &str) -> Option<String> {
    let url = Url::parse(href).ok()?;
    match url.scheme() {
        "http" | "https" => url.host_str().map(str::to_owned),
        "mailto" => Some(url.path().to_owned()),
        _ => None,
    }
}

/// Where the web addresses of a text stand.
pub(crate) fn places(text: &str) -> Vec<Range<usize>> {
    if !text.contains("://") {
        return Vec::new();
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let links = finder.links(text).filter(|link| is_web(link.as_str()));
    links.map(|link| link.start()..link.end()).collect()
}

fn is_web(address: &str) -> bool {
    let begins = |scheme: &str| {
        let start = address.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    begins("http://") || begins("https://")
}

/// Begins a link.
pub(crate) fn open(href: &str, html: &mut String) {
    html.push_str("<a href=\"");
    escape_attribute(href, html);
    html.push_str("\" target=\"");
    html.push_str(TARGET);
    html.push_str("\" rel=\"");
    html.push_str(REL);
    html.push_str("\">");
}

/// Ends a link that reads `text`, and says where it leads if the text says otherwise.
pub(crate) fn close(text: &str, host: &str, html: &mut String) {
    html.push_str("</a>");
    if !says(text, host) {
        html.push_str(" <span class=\"host\">(");
        escape(host, html);
        html.push_str(")</span>");
    }
}

/// Whether a reader of the text knows the host: the text begins with it.
fn says(text: &str, host: &str) -> bool {
    let text = text.trim().to_lowercase();
    let text = ["https://", "http://", "mailto:"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
        .unwrap_or(&text);
    text.strip_prefix(&host.to_lowercase())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(text: &str, href: &str) -> String {
        let mut html = String::new();
        close(text, &host(href).unwrap(), &mut html);
        html
    }

    #[test]
    fn a_text_that_does_not_say_the_host_is_followed_by_it() {
        for (text, href) in [
            ("https://example.org/a", "https://example.org/a"),
            ("Example.org", "https://example.org/a"),
            ("example.org:8000/b", "http://example.org:8000/a"),
            ("ada@example.org", "mailto:ada@example.org"),
        ] {
            assert_eq!(closed(text, href), "</a>", "{text}");
        }
        for (text, href, host) in [
            ("here", "https://example.org/a", "example.org"),
            (
                "example.org",
                "https://example.org.evil.net/",
                "example.org.evil.net",
            ),
            (
                "https://example.org@evil.net/",
                "https://example.org@evil.net/",
                "evil.net",
            ),
            (
                "https://ex\u{430}mple.org",
                "https://ex\u{430}mple.org",
                "xn--exmple-4nf.org",
            ),
            ("write", "mailto:ada@example.org", "ada@example.org"),
        ] {
            assert_eq!(
                closed(text, href),
                format!("</a> <span class=\"host\">({host})</span>")
            );
        }
    }

    #[test]
    fn only_the_web_and_mail_are_linked() {
        for href in [
            "javascript:alert(1)",
            "JAVASCRIPT://x.org/%0a",
            "data:text/html,x",
            "/chat",
            "//x.org",
            "ftp://x.org",
            "https://",
            "",
        ] {
            assert_eq!(host(href), None, "{href}");
        }
    }
}
