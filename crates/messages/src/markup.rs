//! What markup makes of a body: the HTML that is kept beside it, the names in it, what is shown.

use whatscrap_markup::{Names, RENDERER, plain, render, resolve};

use crate::mentions::{Call, Mention, places};
use crate::{Html, Mentions, Message, MessageBody, Named};

/// What is kept of a body beside it, and whom it names. Of a body without markup that is no HTML:
/// it is escaped whenever it is shown.
///
/// What is code, and names nobody, is decided here and nowhere else.
pub(crate) fn read(body: &MessageBody) -> (Option<Html>, Named) {
    let text = body.as_str();
    let Some(html) = render(text, places) else {
        // Most name nobody, and posting is what a server does most.
        let named = if text.contains('@') {
            let typed = places(text)
                .into_iter()
                .map(|at| &text[at.start + 1..at.end]);
            Named::of(typed)
        } else {
            Named::default()
        };
        return (None, named);
    };
    let named = Named::of(whatscrap_markup::names(&html));
    let html = Html {
        text: html,
        renderer: RENDERER,
    };
    (Some(html), named)
}

/// What a body would show, if it named nobody.
pub(crate) fn preview(body: &MessageBody) -> String {
    let (html, _) = read(body);
    finish(body, html.as_ref(), &Mentions::default())
}

impl Message {
    /// What it shows, as HTML that is safe to show, the same for every reader: formatted, web
    /// addresses made links, who is named made a mention. Nothing if it says nothing: it is deleted, or
    /// carries files alone.
    pub fn shown(&self) -> String {
        if self.deleted_at.is_some() || self.body.as_str().is_empty() {
            return String::new();
        }
        finish(&self.body, self.html.as_ref(), &self.mentions)
    }
}

fn finish(body: &MessageBody, html: Option<&Html>, mentions: &Mentions) -> String {
    let names: Names = if mentions.is_empty() {
        |_| Vec::new()
    } else {
        places
    };
    let html = match html {
        Some(html) if html.renderer == RENDERER => html.text.clone(),
        // Another renderer made it: this one knows better.
        Some(_) => render(body.as_str(), names).unwrap_or_else(|| plain(body.as_str(), names)),
        None => plain(body.as_str(), names),
    };
    resolve(html, |name| match mentions.find(name)? {
        Mention::Person(user) => Some(("data-user", user.0.to_string())),
        Mention::Call(Call::Room) => Some(("data-call", "room".to_owned())),
        Mention::Call(Call::Here) => Some(("data-call", "here".to_owned())),
    })
}

#[cfg(test)]
mod tests {
    use whatscrap_kernel::Uuid;
    use whatscrap_rooms::RoomId;
    use whatscrap_users::testing::{new_user, now};
    use whatscrap_users::{UserId, Username};

    use super::*;
    use crate::testing::{new_message, posted};

    fn body(text: &str) -> MessageBody {
        MessageBody::stored(text.to_owned())
    }

    fn message(text: &str) -> Message {
        let ada = new_user("ada").user;
        let new = new_message(RoomId(Uuid::nil()), ada.id, text);
        Message {
            html: read(&new.body).0,
            ..posted(new, ada, 1)
        }
    }

    #[test]
    fn only_who_was_resolved_is_a_mention() {
        let ben = UserId(Uuid::from_u128(1));
        let mentions = Mentions {
            people: vec![(Username::stored("ben".to_owned()), ben)],
            call: Some(Call::Room),
        };
        let person = format!("<span class=\"mention\" data-user=\"{}\">", ben.0);
        let here = "<span class=\"mention\" data-call=\"room\">@room</span>";
        for (text, html) in [
            (
                "@BEN, @eve: @room",
                format!("<p>{person}@BEN</span>, @eve: {here}</p>"),
            ),
            (
                "**@BEN**, @eve: `@ben` @room",
                format!(
                    "<p><strong>{person}@BEN</span></strong>, @eve: <code>@ben</code> {here}</p>"
                ),
            ),
        ] {
            let message = Message {
                mentions: mentions.clone(),
                ..message(text)
            };
            assert_eq!(message.shown(), html);
        }
    }

    #[test]
    fn code_holds_no_name() {
        for (text, expected) in [
            ("`@a` @b", vec!["b"]),
            ("``@a `@a`` @b", vec!["b"]),
            ("` @a", vec!["a"]),
            ("`@a\n\n` @b", vec!["a", "b"]),
            ("```\n@a\n```\n@b", vec!["b"]),
            ("  ~~~~ rust\n@a\n~~~\n@a\n~~~~~\n@b", vec!["b"]),
            ("```\n@a", vec![]),
            ("```@a``` @b", vec!["b"]),
            ("`a``@b`", vec![]),
            ("> - `@a`\n>   @b", vec!["b"]),
        ] {
            let (_, named) = read(&body(text));
            let people: Vec<_> = named.people.iter().map(Username::as_str).collect();
            assert_eq!(people, expected, "{text}");
        }
    }

    #[test]
    fn what_another_renderer_made_is_made_anew() {
        let html = Html {
            text: "<p>old</p>".to_owned(),
            renderer: RENDERER + 1,
        };
        let old = Message {
            html: Some(html),
            ..message("*new*")
        };
        assert_eq!(old.shown(), "<p><em>new</em></p>");
    }

    #[test]
    fn plain_text_is_kept_without_html_and_shown_as_typed() {
        assert_eq!(read(&body("a < b & \"c\"")).0, None);
        assert_eq!(
            message("a < b & \"c\"").shown(),
            "<p>a &lt; b &amp; \"c\"</p>"
        );
        // Also what was posted before there was markup.
        let old = Message {
            html: None,
            ..message("*new*")
        };
        assert_eq!(old.shown(), "<p>*new*</p>");
    }

    #[test]
    fn what_is_deleted_shows_nothing() {
        let deleted = Message {
            deleted_at: Some(now()),
            ..message("*a*")
        };
        assert_eq!(deleted.shown(), "");
    }
}
