use linkify::{LinkFinder, LinkKind};

/// A message's text as HTML: escaped, lines kept, web addresses made links.
///
/// Everything of the text passes through [`escape`]; the only markup is what stands here.
pub(super) fn render(text: &str) -> String {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut html = String::with_capacity(text.len() + 16);
    html.push_str("<p>");
    for span in finder.spans(text) {
        let is_web = ["http://", "https://"].iter().any(|scheme| {
            span.as_str()
                .get(..scheme.len())
                .is_some_and(|s| s.eq_ignore_ascii_case(scheme))
        });
        if span.kind().is_some() && is_web {
            html.push_str("<a href=\"");
            escape(span.as_str(), &mut html);
            html.push_str("\" rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\">");
            escape(span.as_str(), &mut html);
            html.push_str("</a>");
        } else {
            escape(span.as_str(), &mut html);
        }
    }
    html.push_str("</p>");
    html
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
    use super::render;

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
