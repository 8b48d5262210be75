use std::borrow::Cow;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use crate::links::{REL, SCHEMES, TARGET};

/// Everything a message may consist of. What the writer makes is within it: this is the wall
/// behind it.
static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut allowed = Builder::empty();
    allowed
        .add_tags([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "li",
            "ol",
            "p",
            "pre",
            "span",
            "strong",
            "ul",
        ])
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("code", ["class"])
        .add_tag_attributes("ol", ["start"])
        .add_allowed_classes("p", ["jumbo"])
        .add_allowed_classes("span", ["host", "mention"])
        .attribute_filter(|tag, attribute, value| {
            let is_fine = match (tag, attribute) {
                ("code", "class") => value.strip_prefix("language-").is_some_and(is_language),
                ("ol", "start") => value.bytes().all(|byte| byte.is_ascii_digit()),
                _ => true,
            };
            is_fine.then_some(Cow::Borrowed(value))
        })
        .url_schemes(SCHEMES.into())
        .url_relative(UrlRelative::Deny)
        .set_tag_attribute_value("a", "target", TARGET)
        .link_rel(Some(REL));
    allowed
});

/// Leaves what is allowed, and closes what is open.
pub(crate) fn clean(html: &str) -> String {
    ALLOWED.clean(html).to_string()
}

/// Whether a word may be the name of a language of programming.
pub(crate) fn is_language(word: &str) -> bool {
    let may_hold = |byte: u8| byte.is_ascii_alphanumeric() || b"+#-_.".contains(&byte);
    (1..=30).contains(&word.len()) && word.bytes().all(may_hold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_does_not_pass() {
        for (html, cleaned) in [
            ("<p onclick=\"x\">a</p>", "<p>a</p>"),
            ("<script>a</script><p>b", "<p>b</p>"),
            ("<img src=x onerror=x>", ""),
            (
                "<p class=\"jumbo x\" style=\"x\" id=\"x\">a</p>",
                "<p class=\"jumbo\">a</p>",
            ),
            (
                "<code class=\"language-c++\">a</code>",
                "<code class=\"language-c++\">a</code>",
            ),
            ("<code class=\"message\">a</code>", "<code>a</code>"),
            ("<ol start=\"x\"><li>a</li></ol>", "<ol><li>a</li></ol>"),
            ("<svg><a href=\"https://x.org\">a</a></svg>", ""),
        ] {
            assert_eq!(clean(html), cleaned, "{html}");
        }
        for href in [
            "javascript:alert(1)",
            "/chat",
            "//x.org",
            "data:text/html,x",
            " vbscript:x",
        ] {
            let link = clean(&format!("<a href=\"{href}\">a</a>"));
            assert!(!link.contains("href"), "{link}");
        }
    }
}
