use std::mem::take;
use std::ops::Range;

use pulldown_cmark::Event;

use crate::guard::Guarded;
use crate::tags::{DEEPEST, Open};
use crate::{Names, emoji, inline};

/// Makes HTML of the parser's events.
pub(crate) struct Writer<'a> {
    pub(crate) source: &'a Guarded<'a>,
    names: Names,
    pub(crate) html: String,
    /// Running text that is not written yet: the parser hands it over in pieces.
    pub(crate) run: String,
    pub(crate) open: Vec<Open>,
    /// How many of them are quotes and lists.
    pub(crate) containers: usize,
    /// How deep in an element that was shown as typed.
    pub(crate) skipped: usize,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(source: &'a Guarded<'a>, names: Names) -> Self {
        Self {
            source,
            names,
            html: String::with_capacity(source.text().len() * 2),
            run: String::new(),
            open: Vec::new(),
            containers: 0,
            skipped: 0,
        }
    }

    /// Writes what comes next; `None` if it is too deep.
    pub(crate) fn take(&mut self, event: Event<'_>, at: Range<usize>) -> Option<()> {
        if self.skipped > 0 {
            match event {
                Event::Start(_) => self.skipped += 1,
                Event::End(_) => {
                    self.skipped -= 1;
                    if self.skipped == 0 {
                        self.open.pop();
                    }
                }
                _ => {}
            }
            return Some(());
        }
        match event {
            Event::Start(_) if self.open.len() == DEEPEST => return None,
            Event::Start(tag) => self.start(tag, at),
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text, &at),
            Event::Html(text) | Event::InlineHtml(text) => {
                self.run.push_str(&self.source.typed(&text));
            }
            Event::Code(code) => self.code(&code),
            Event::SoftBreak | Event::HardBreak => {
                let next = &self.source.text()[at.end..];
                let margin = next.len() - next.trim_start_matches([' ', '\t']).len();
                self.run.push('\n');
                self.indent(&next[..margin]);
            }
            Event::Rule => self.as_typed(&at),
            _ => {}
        }
        Some(())
    }

    pub(crate) fn finish(mut self) -> String {
        self.flush();
        emoji::enlarge(self.html)
    }

    fn text(&mut self, text: &str, at: &Range<usize>) {
        let source = self.source;
        let typed = &source.text()[at.clone()];
        if let Some(Open::Code { code, .. }) = self.open.last_mut() {
            return code.push_str(&source.typed(text));
        }
        if let Some(Open::Lines) = self.open.last() {
            self.indent(self.margin(at.start));
        }
        if typed.starts_with('&') {
            // An entity, which means nothing to whoever chats.
            self.run.push_str(&source.typed(typed));
        } else {
            self.run.push_str(&source.typed(text));
        }
    }

    fn code(&mut self, code: &str) {
        self.flush();
        let code = self.source.typed(code);
        self.html.push_str("<code>");
        inline::escape(&code, &mut self.html);
        self.html.push_str("</code>");
        if let Some(text) = self.link() {
            text.push_str(&code);
        }
    }

    /// Keeps the space at the beginning of a line, where it belongs to no quote and no list.
    pub(crate) fn indent(&mut self, margin: &str) {
        if self.containers == 0 {
            self.run.push_str(margin);
        }
    }

    /// The space between the beginning of the line and here.
    pub(crate) fn margin(&self, at: usize) -> &'a str {
        let line = &self.source.text()[..at];
        &line[line.trim_end_matches([' ', '\t']).len()..]
    }

    /// What was typed there, without the space around it.
    pub(crate) fn typed(&self, at: &Range<usize>) -> String {
        let typed = &self.source.text()[at.clone()];
        self.source.typed(typed.trim()).into_owned()
    }

    /// Writes a block as it was typed.
    pub(crate) fn as_typed(&mut self, at: &Range<usize>) {
        self.flush();
        self.run = self.typed(at);
        self.html.push_str("<p>");
        self.flush();
        self.html.push_str("</p>");
    }

    /// Writes the running text.
    pub(crate) fn flush(&mut self) {
        let run = take(&mut self.run);
        if let Some(text) = self.link() {
            text.push_str(&run);
            inline::linked(&run, &mut self.html);
        } else {
            inline::text(&run, self.names, &mut self.html);
        }
    }

    /// What the link that is open reads so far.
    fn link(&mut self) -> Option<&mut String> {
        self.open.iter_mut().find_map(|open| match open {
            Open::Link { text, .. } => Some(text),
            _ => None,
        })
    }
}
