use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, LinkType, Tag};

use crate::clean::is_language;
use crate::writer::Writer;
use crate::{inline, links};

/// More marks within marks than this are no message but an attack.
pub(crate) const DEEPEST: usize = 16;

/// What is to be closed.
pub(crate) enum Open {
    Element(&'static str),
    Container(&'static str),
    /// A paragraph of whole lines.
    Lines,
    /// A heading by the line under it.
    Underlined(Range<usize>),
    Code {
        at: Range<usize>,
        language: String,
        code: String,
    },
    Link {
        href: String,
        host: String,
        text: String,
    },
    /// What has no place here: its text has.
    Nothing,
}

impl Writer<'_> {
    /// Opens an element, or shows it as typed.
    pub(crate) fn start(&mut self, tag: Tag<'_>, at: Range<usize>) {
        self.flush();
        let open = match tag {
            Tag::Paragraph => {
                self.html.push_str("<p>");
                self.indent(self.margin(at.start));
                Open::Element("</p>")
            }
            Tag::Heading { .. } => self.heading(at),
            Tag::BlockQuote(_) | Tag::List(_) if self.is_word(&at) => self.skip(&at),
            Tag::BlockQuote(_) => self.container("<blockquote>", "</blockquote>"),
            Tag::List(None) => self.container("<ul>", "</ul>"),
            Tag::List(Some(1)) => self.container("<ol>", "</ol>"),
            Tag::List(Some(first)) => self.container(&format!("<ol start=\"{first}\">"), "</ol>"),
            Tag::Item => self.element("<li>", "</li>"),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                let info = self.source.typed(&info).into_owned();
                let (language, code) = if info.is_empty() || is_language(&info) {
                    (info, String::new())
                } else {
                    (String::new(), info + "\n")
                };
                Open::Code { at, language, code }
            }
            Tag::CodeBlock(CodeBlockKind::Indented) | Tag::HtmlBlock => {
                self.html.push_str("<p>");
                Open::Lines
            }
            Tag::Emphasis => self.element("<em>", "</em>"),
            Tag::Strong => self.element("<strong>", "</strong>"),
            Tag::Strikethrough => self.element("<del>", "</del>"),
            Tag::Link {
                link_type: LinkType::Email,
                dest_url,
                ..
            } => self.link_to(&format!("mailto:{dest_url}"), &at),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.link_to(&dest_url, &at)
            }
            _ => Open::Nothing,
        };
        self.open.push(open);
    }

    fn element(&mut self, open: &str, close: &'static str) -> Open {
        self.html.push_str(open);
        Open::Element(close)
    }

    fn container(&mut self, open: &str, close: &'static str) -> Open {
        self.html.push_str(open);
        self.containers += 1;
        Open::Container(close)
    }

    /// Whether nothing but one word was typed: `>_<` is no quote, and `-` no list.
    fn is_word(&self, at: &Range<usize>) -> bool {
        !self.typed(at).contains(char::is_whitespace)
    }

    /// Shows a block as typed.
    fn skip(&mut self, at: &Range<usize>) -> Open {
        self.as_typed(at);
        self.skipped = 1;
        Open::Nothing
    }

    /// A heading does not shout: it is a bold line. One that a line of `-` or `=` made is a line
    /// over a line.
    fn heading(&mut self, at: Range<usize>) -> Open {
        let typed = self.typed(&at);
        if typed.contains('\n') {
            self.html.push_str("<p>");
            self.indent(self.margin(at.start));
            Open::Underlined(at)
        } else if typed.trim_matches(['#', ' ', '\t']).is_empty() {
            self.skip(&at)
        } else {
            self.element("<p><strong>", "</strong></p>")
        }
    }

    /// A link leads to the web or to a mail; what leads elsewhere is shown as typed. A picture is a
    /// link: nobody's browser asks another server for it by itself.
    fn link_to(&mut self, to: &str, at: &Range<usize>) -> Open {
        let href = self.source.typed(to).into_owned();
        let is_link = |open: &Open| matches!(open, Open::Link { .. });
        if self.open.iter().any(is_link) {
            return Open::Nothing;
        }
        let Some(host) = links::host(&href) else {
            self.run = self.typed(at);
            self.skipped = 1;
            return Open::Nothing;
        };
        links::open(&href, &mut self.html);
        let text = String::new();
        Open::Link { href, host, text }
    }

    /// Closes what was opened last.
    pub(crate) fn end(&mut self) {
        match self.open.last() {
            Some(Open::Lines) => self.run.truncate(self.run.trim_end().len()),
            Some(Open::Underlined(at)) => {
                let typed = self.typed(at);
                let text = typed.trim_end_matches(['-', '=']);
                self.run.push('\n');
                self.run.push_str(&typed[text.len()..]);
            }
            _ => {}
        }
        self.flush();
        match self.open.pop() {
            Some(Open::Element(close)) => self.html.push_str(close),
            Some(Open::Container(close)) => {
                self.html.push_str(close);
                self.containers -= 1;
            }
            Some(Open::Lines | Open::Underlined(_)) => self.html.push_str("</p>"),
            Some(Open::Code { at, language, code }) => self.end_code(&at, &language, &code),
            Some(Open::Link { href, host, text }) => {
                if text.trim().is_empty() {
                    inline::escape(&href, &mut self.html);
                    links::close(&href, &host, &mut self.html);
                } else {
                    links::close(&text, &host, &mut self.html);
                }
            }
            Some(Open::Nothing) | None => {}
        }
    }

    fn end_code(&mut self, at: &Range<usize>, language: &str, code: &str) {
        let mut code = code.strip_suffix('\n').unwrap_or(code);
        // Many close a block at the end of its last line.
        if !self.is_closed(at)
            && let Some(inner) = code.trim_end().strip_suffix("```")
        {
            code = inner.trim_end();
        }
        if code.trim().is_empty() {
            return self.as_typed(at);
        }
        self.html.push_str("<pre><code");
        if !language.is_empty() {
            self.html.extend([" class=\"language-", language, "\""]);
        }
        self.html.push('>');
        inline::escape(code, &mut self.html);
        self.html.push_str("</code></pre>");
    }

    /// Whether the last line of a fenced block is a fence.
    fn is_closed(&self, at: &Range<usize>) -> bool {
        let typed = self.typed(at);
        let last = typed.lines().skip(1).last();
        last.is_some_and(|line| line.trim_matches(['`', '~', '>', ' ', '\t']).is_empty())
    }
}
