use super::{names, show};
use crate::{plain, render};

fn assert_shown(cases: &[(&str, &str)]) {
    for (body, html) in cases {
        assert_eq!(show(body), *html, "{body}");
    }
}

const TO: &str = "target=\"_blank\" rel=\"noopener noreferrer nofollow ugc\"";

fn link(href: &str, text: &str) -> String {
    format!("<a href=\"{href}\" {TO}>{text}</a>")
}

#[test]
fn words_are_marked_as_people_do() {
    assert_shown(&[
        (
            "**bold** __bold__ *italic* _italic_ ~~gone~~ ~gone~",
            "<p><strong>bold</strong> <strong>bold</strong> <em>italic</em> <em>italic</em> <del>gone</del> <del>gone</del></p>",
        ),
        ("`a **b** <c>`", "<p><code>a **b** &lt;c&gt;</code></p>"),
        ("***both***", "<p><em><strong>both</strong></em></p>"),
        ("snake_case_name 5*3 ~10", "<p>snake_case_name 5*3 ~10</p>"),
        ("3*4*5 *is* 60", "<p>3*4*5 <em>is</em> 60</p>"),
        (r"\*not\* \_so\_", "<p>*not* _so_</p>"),
        (r"¯\_(ツ)_/¯ *ok*", "<p>¯\\_(ツ)_/¯ <em>ok</em></p>"),
    ]);
}

#[test]
fn lines_paragraphs_and_indents_are_kept() {
    assert_shown(&[
        (
            "*a*\nb\n  c\n\n\n  d",
            "<p><em>a</em><br>b<br>  c</p><p>  d</p>",
        ),
        ("a\nb\n  c\n\n\n  d", "<p>a<br>b<br>  c</p><p>  d</p>"),
        (
            "a\n\n    b  *c*\n      d",
            "<p>a</p><p>    b  *c*<br>      d</p>",
        ),
        ("*a*\r\nb", "<p><em>a</em><br>b</p>"),
        ("a  \nb", "<p>a<br>b</p>"),
    ]);
}

#[test]
fn blocks_are_quotes_lists_and_code() {
    assert_shown(&[
        (
            "> a\n> b\n\nc",
            "<blockquote><p>a<br>b</p></blockquote><p>c</p>",
        ),
        (
            "- a\n- b\n  - c",
            "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>",
        ),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        (
            "2024. was good",
            "<ol start=\"2024\"><li>was good</li></ol>",
        ),
        (
            "```rust\nlet a = 1 < 2;\n```",
            "<pre><code class=\"language-rust\">let a = 1 &lt; 2;</code></pre>",
        ),
        (
            "```\n  a\n\n  *b*\n```",
            "<pre><code>  a\n\n  *b*</code></pre>",
        ),
        (
            "```js\na()```",
            "<pre><code class=\"language-js\">a()</code></pre>",
        ),
        ("```\"x\"\na\n```", "<pre><code>\"x\"\na</code></pre>"),
        ("~~~\n```\n~~~", "<pre><code>```</code></pre>"),
    ]);
}

#[test]
fn headings_do_not_shout() {
    assert_shown(&[
        ("# Big *news*", "<p><strong>Big <em>news</em></strong></p>"),
        ("#1 #general", "<p>#1 #general</p>"),
        ("Title\n---\ntext", "<p>Title<br>---</p><p>text</p>"),
        ("shopping:\n-", "<p>shopping:<br>-</p>"),
    ]);
}

#[test]
fn what_means_nothing_is_shown_as_typed() {
    assert_shown(&[
        ("---", "<p>---</p>"),
        ("***", "<p>***</p>"),
        (
            "------------------------\n*a*\n........................",
            "<p>------------------------</p><p><em>a</em><br>........................</p>",
        ),
        ("-", "<p>-</p>"),
        ("1.", "<p>1.</p>"),
        ("#", "<p>#</p>"),
        (">_<", "<p>&gt;_&lt;</p>"),
        ("```", "<p>```</p>"),
        (
            "&lt; &amp;nbsp; &copy *x*",
            "<p>&amp;lt; &amp;amp;nbsp; &amp;copy <em>x</em></p>",
        ),
        (
            "[note]: remember *this*",
            "<p>[note]: remember <em>this</em></p>",
        ),
        (
            "[a]: https://x.org\n[b]: y",
            &format!(
                "<p>[a]: {}<br>[b]: y</p>",
                link("https://x.org", "https://x.org")
            ),
        ),
        (
            "<b>hi</b> **you**",
            "<p>&lt;b&gt;hi&lt;/b&gt; <strong>you</strong></p>",
        ),
        (
            "<div>\n*a*\n</div>",
            "<p>&lt;div&gt;<br>*a*<br>&lt;/div&gt;</p>",
        ),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "<p>| a | b |<br>|---|---|<br>| 1 | 2 |</p>",
        ),
        (
            "[x](javascript:alert(1))",
            "<p>[x](javascript:alert(1))</p>",
        ),
        (
            "[x](/chat) <javascript:x>",
            "<p>[x](/chat) &lt;javascript:x&gt;</p>",
        ),
    ]);
}

#[test]
fn links_say_where_they_lead() {
    let web = "https://example.org/a";
    assert_shown(&[
        (web, &format!("<p>{}</p>", link(web, web))),
        (
            "*see* https://example.org/a.",
            &format!("<p><em>see</em> {}.</p>", link(web, web)),
        ),
        (
            "<https://example.org/a>",
            &format!("<p>{}</p>", link(web, web)),
        ),
        (
            "[docs](https://example.org/a \"no\")",
            &format!(
                "<p>{} <span class=\"host\">(example.org)</span></p>",
                link(web, "docs")
            ),
        ),
        (
            "[example.org](https://example.org/a)",
            &format!("<p>{}</p>", link(web, "example.org")),
        ),
        (
            "[](https://example.org/a)",
            &format!("<p>{}</p>", link(web, web)),
        ),
        (
            "<ada@x.org>",
            &format!("<p>{}</p>", link("mailto:ada@x.org", "ada@x.org")),
        ),
        (
            "**https://example.org/a**",
            &format!("<p><strong>{}</strong></p>", link(web, web)),
        ),
    ]);
}

#[test]
fn addresses_and_names_keep_their_signs() {
    let odd = "https://x.org/__init__.py?a=*b*&c=~d~e";
    let escaped = odd.replace('&', "&amp;");
    assert_shown(&[
        (odd, &format!("<p>{}</p>", link(&escaped, &escaped))),
        (
            "`https://x.org/__init__.py` @_a_b",
            "<p><code>https://x.org/__init__.py</code> <span class=\"mention\">@_a_b</span></p>",
        ),
        (
            "_@ada_",
            "<p><em><span class=\"mention\">@ada</span></em></p>",
        ),
    ]);
}

#[test]
fn pictures_are_links() {
    let host = "<span class=\"host\">(x.org)</span>";
    let picture = "https://x.org/a.png";
    assert_shown(&[
        (
            "![a cat](https://x.org/a.png)",
            &format!("<p>{} {host}</p>", link(picture, "a cat")),
        ),
        (
            "[![a *cat*](https://x.org/a.png)](https://x.org/)",
            &format!("<p>{} {host}</p>", link("https://x.org/", "a <em>cat</em>")),
        ),
        (
            "![](data:image/png;base64,x)",
            "<p>![](data:image/png;base64,x)</p>",
        ),
    ]);
}

#[test]
fn emoji_have_shortcodes_and_stand_alone() {
    assert_shown(&[
        (":smile:", "<p class=\"jumbo\">😄</p>"),
        ("😄 👍🏽", "<p class=\"jumbo\">😄 👍🏽</p>"),
        ("ok :+1:", "<p>ok 👍</p>"),
        (
            "**ok** :+1: `:+1:`",
            "<p><strong>ok</strong> 👍 <code>:+1:</code></p>",
        ),
        ("😄😄😄😄", "<p>😄😄😄😄</p>"),
    ]);
}

#[test]
fn what_may_be_a_mention_is_marked_but_not_in_code_or_links() {
    assert_shown(&[
        (
            "**hi** @ben",
            "<p><strong>hi</strong> <span class=\"mention\">@ben</span></p>",
        ),
        (
            "`@ben` ```\n@ben",
            "<p><code>@ben</code> ```<br><span class=\"mention\">@ben</span></p>",
        ),
        (
            "[@ben](https://x.org)",
            &format!(
                "<p>{} <span class=\"host\">(x.org)</span></p>",
                link("https://x.org", "@ben")
            ),
        ),
        (
            "https://x.org/@ben",
            &format!(
                "<p>{}</p>",
                link("https://x.org/@ben", "https://x.org/@ben")
            ),
        ),
    ]);
}

#[test]
fn a_body_without_markup_is_not_rendered() {
    for body in [
        "It takes about a hundred bytes to say what people say.",
        "see https://example.org/a?b=1&c, @ben: 10:30 :) <3 ~5 a*b snake_case #room 3.5 (a) [b] {c}",
        "two\nlines\n\nand  spaces",
        "C:\\temp \u{1F600} :smile:",
    ] {
        assert_eq!(render(body, names), None, "{body}");
    }
}

#[test]
fn what_is_nested_too_deeply_is_shown_as_typed() {
    let deep = format!("{}a", "> ".repeat(40));
    assert_eq!(render(&deep, names), None);
    assert_eq!(
        plain(&deep, names),
        format!("<p>{}a</p>", "&gt; ".repeat(40))
    );
    assert!(render(&format!("{}a", "> ".repeat(10)), names).is_some());
}
