use linkify::{LinkFinder, LinkKind};
use whatscrap_messages::mentions::{Call, Mention, spans};
use whatscrap_messages::{Mentions, Message};

/// What a message shows: what markup made of it, or its text.
pub(super) fn of(message: &Message) -> String {
    match &message.html {
        _ if message.deleted_at.is_some() => String::new(),
        Some(html) => html.text.clone(),
        None => render(message.body.as_str(), &message.mentions),
    }
}

/// A message's text as HTML: escaped, lines kept, web addresses made links, and who is named made
/// a mention, for every reader alike.
///
/// Everything of the text passes through [`escape`]; the only markup is what stands here.
fn render(text: &str, mentions: &Mentions) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    html.push_str("<p>");
    let mut at = 0;
    if !mentions.is_empty() {
        for span in spans(text) {
            if let Some(mention) = mentions.find(span.name) {
                link(&text[at..span.at.start], &mut html);
                name(mention, &text[span.at.clone()], &mut html);
                at = span.at.end;
            }
        }
    }
    link(&text[at..], &mut html);
    html.push_str("</p>");
    html
}

/// What a call is called.
const fn call(call: Call) -> &'static str {
    match call {
        Call::Room => "room",
        Call::Here => "here",
    }
}

fn name(mention: Mention, text: &str, html: &mut String) {
    html.push_str("<span class=\"mention\" data-");
    match mention {
        Mention::Person(user) => {
            html.push_str("user=\"");
            html.push_str(&user.0.to_string());
        }
        Mention::Call(many) => {
            html.push_str("call=\"");
            html.push_str(call(many));
        }
    }
    html.push_str("\">");
    escape(text, html);
    html.push_str("</span>");
}

/// Text with its web addresses as links.
fn link(text: &str, html: &mut String) {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    for span in finder.spans(text) {
        let is_web = ["http://", "https://"].iter().any(|scheme| {
            span.as_str()
                .get(..scheme.len())
                .is_some_and(|s| s.eq_ignore_ascii_case(scheme))
        });
        if span.kind().is_some() && is_web {
            html.push_str("<a href=\"");
            escape(span.as_str(), html);
            html.push_str("\" rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\">");
            escape(span.as_str(), html);
            html.push_str("</a>");
        } else {
            escape(span.as_str(), html);
        }
    }
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' => html.push_str("<br>"),
            '\r' => {}
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use whatscrap_kernel::Uuid;
    use whatscrap_users::{UserId, Username};

    use super::*;

    fn render(text: &str) -> String {
        super::render(text, &Mentions::default())
    }

    #[test]
    fn only_who_was_resolved_is_a_mention() {
        let ben = UserId(Uuid::from_u128(1));
        let mentions = Mentions {
            people: vec![(Username::stored("ben".to_owned()), ben)],
            call: Some(Call::Room),
        };
        let person = format!("<span class=\"mention\" data-user=\"{}\">", ben.0);
        assert_eq!(
            super::render("<b> @BEN, @eve: https://x.org/@ben `@ben` @room", &mentions),
            format!(
                "<p>&lt;b&gt; {person}@BEN</span>, @eve: \
                 <a href=\"https://x.org/@ben\" rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\">https://x.org/@ben</a> \
                 `@ben` <span class=\"mention\" data-call=\"room\">@room</span></p>"
            )
        );
    }

    #[test]
    fn markup_is_shown_as_typed() {
        assert_eq!(
            render("<img src=x onerror=\"alert('1')\"> & co"),
            "<p>&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; co</p>"
        );
    }

    #[test]
    fn lines_are_kept() {
        assert_eq!(render("a\r\nb\nc"), "<p>a<br>b<br>c</p>");
    }

    #[test]
    fn web_addresses_become_links_and_nothing_else_does() {
        let rel = "rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\"";
        assert_eq!(
            render("see https://example.com/?a=1&b=\"2\"."),
            format!(
                "<p>see <a href=\"https://example.com/?a=1&amp;b=\" {rel}>https://example.com/?a=1&amp;b=</a>&quot;2&quot;.</p>"
            )
        );
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "javascript://a.b/%0aalert(1)",
        ] {
            assert!(!render(text).contains("<a "), "{text}");
        }
    }
}
