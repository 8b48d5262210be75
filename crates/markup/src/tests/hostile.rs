use super::show;

/// A payload a line, as people paste them into chats; `\n` stands for a new line.
pub(super) const BODIES: &str = include_str!("../../hostile.txt");

/// Every tag that a message may have, as it is written.
const TAGS: &[&str] = &[
    "<p>",
    "</p>",
    "<p class=\"jumbo\">",
    "<br>",
    "<em>",
    "</em>",
    "<strong>",
    "</strong>",
    "<del>",
    "</del>",
    "<code>",
    "</code>",
    "<pre>",
    "</pre>",
    "<ul>",
    "</ul>",
    "<ol>",
    "</ol>",
    "<li>",
    "</li>",
    "<blockquote>",
    "</blockquote>",
    "</a>",
    "</span>",
    "<span class=\"mention\">",
    "<span class=\"host\">",
];
const LINK_END: &str = " target=\"_blank\" rel=\"noopener noreferrer nofollow ugc\">";

/// Asserts that HTML has no tag and no attribute but those of a message.
pub(super) fn assert_harmless(html: &str, body: &str) {
    for part in html.split('<').skip(1) {
        let (tag, _) = part
            .split_once('>')
            .unwrap_or_else(|| panic!("{html} of {body:?}"));
        let tag = format!("<{tag}>");
        assert!(TAGS.contains(&&*tag) || is_fine(&tag), "{tag} of {body:?}");
    }
}

/// Whether it is a tag with a value of the author's, in quotes that the value cannot leave.
fn is_fine(tag: &str) -> bool {
    let value = |open: &str, close: &str| {
        let value = tag.strip_prefix(open)?.strip_suffix(close)?;
        (!value.contains(['"', '<', '>'])).then(|| value.to_lowercase())
    };
    let schemes = ["http:", "https:", "mailto:"];
    let leads = |href: String| schemes.iter().any(|scheme| href.starts_with(scheme));
    value("<a href=\"", &format!("\"{LINK_END}")).is_some_and(leads)
        || value("<code class=\"language-", "\">").is_some()
        || value("<ol start=\"", "\">").is_some()
}

#[test]
fn nothing_hostile_becomes_more_than_text() {
    let bodies: Vec<_> = BODIES.lines().filter(|line| !line.is_empty()).collect();
    assert!(bodies.len() >= 300, "{} bodies", bodies.len());
    for body in bodies {
        let body = body.replace("\\n", "\n");
        for wrapped in [
            body.clone(),
            format!("*a* {body}"),
            format!("> {body}"),
            format!("- {body}"),
            format!("`{body}`"),
            format!("```\n{body}\n```"),
            format!("[a]({body})"),
            format!("![{body}](https://x.org/{body})"),
            format!("https://x.org/{body}"),
        ] {
            assert_harmless(&show(&wrapped), &wrapped);
        }
    }
}
