use pulldown_cmark::{Options, Parser};

use crate::Names;
use crate::guard::Guarded;
use crate::paragraphs::without_returns;
use crate::tags::DEEPEST;
use crate::writer::Writer;

/// A body as HTML, not yet cleaned; `None` if it nests markup more deeply than the writer goes.
pub(crate) fn html(body: &str, names: Names) -> Option<String> {
    if body.split('\n').any(nests_deeply) {
        return None;
    }
    let body = without_definitions(without_returns(body).into_owned());
    let source = Guarded::new(&body, names);
    let mut writer = Writer::new(&source, names);
    for (event, at) in parser(source.text()).into_offset_iter() {
        writer.take(event, at)?;
    }
    Some(writer.finish())
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH)
}

/// The parser swallows `[word]: something` as the definition of a link. In a chat it is a sentence.
fn without_definitions(mut body: String) -> String {
    if !body.contains("]:") {
        return body;
    }
    let mut starts: Vec<usize> = parser(&body)
        .reference_definitions()
        .iter()
        .map(|(_, definition)| definition.span.start)
        .collect();
    starts.sort_unstable();
    for start in starts.into_iter().rev() {
        body.insert(start, '\\');
    }
    body
}

/// Whether a line begins so many quotes and lists that the parser would take its time.
fn nests_deeply(line: &str) -> bool {
    let mut rest = Some(line);
    for _ in 0..=DEEPEST {
        rest = rest.and_then(|rest| within(rest.trim_start_matches([' ', '\t'])));
    }
    rest.is_some()
}

/// What follows the mark of a quote or a list.
fn within(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix('>') {
        return Some(rest);
    }
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = if number.len() < line.len() {
        number.strip_prefix(['.', ')'])
    } else {
        line.strip_prefix(['-', '*', '+'])
    };
    rest.filter(|rest| rest.starts_with([' ', '\t']))
}
