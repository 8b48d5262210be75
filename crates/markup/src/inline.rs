use crate::emoji::glyphs;
use crate::{Names, links, mentions};

/// Running text as HTML: lines kept, web addresses made links, what may be a mention marked.
pub(crate) fn text(text: &str, names: Names, html: &mut String) {
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            html.push_str("<br>");
        }
        self::line(line, names, html);
    }
}

/// Running text within a link: there are no others in it, and no mentions.
pub(crate) fn linked(text: &str, html: &mut String) {
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            html.push_str("<br>");
        }
        escape(&glyphs(line), html);
    }
}

fn line(line: &str, names: Names, html: &mut String) {
    let mut at = 0;
    if line.contains('@') {
        for name in names(line) {
            words(&line[at..name.start], html);
            mentions::mark(&line[name.clone()], html);
            at = name.end;
        }
    }
    words(&line[at..], html);
}

fn words(text: &str, html: &mut String) {
    let mut at = 0;
    for place in links::places(text) {
        let address = &text[place.clone()];
        if let Some(host) = links::host(address) {
            escape(&glyphs(&text[at..place.start]), html);
            links::open(address, html);
            escape(address, html);
            links::close(address, &host, html);
            at = place.end;
        }
    }
    escape(&glyphs(&text[at..]), html);
}

/// Text as it stands between tags.
pub(crate) fn escape(text: &str, html: &mut String) {
    escape_with(text, false, html);
}

/// Text as it stands between double quotes.
pub(crate) fn escape_attribute(text: &str, html: &mut String) {
    escape_with(text, true, html);
}

// As browsers write it, so that cleaning changes nothing.
fn escape_with(text: &str, is_attribute: bool, html: &mut String) {
    let mut at = 0;
    for (place, sign) in text.match_indices(['&', '<', '>', '"', '\u{A0}']) {
        let escaped = match sign {
            "&" => "&amp;",
            "<" => "&lt;",
            ">" => "&gt;",
            "\"" if is_attribute => "&quot;",
            "\u{A0}" => "&nbsp;",
            _ => continue,
        };
        html.push_str(&text[at..place]);
        html.push_str(escaped);
        at = place + sign.len();
    }
    html.push_str(&text[at..]);
}
