//! What becomes of a group, as the statements take it.

use std::collections::BTreeSet;

use sea_orm::Value;
use sea_orm::prelude::Uuid;
use serde_json::json;
use whatscrap_messages::mentions::Call;
use whatscrap_messages::{ContentHash, Message};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use super::{Author, Held, Ledger, document, hex, id, some, time};
use crate::entity::{attachments, mentions, reactions};
use crate::writer::sql::Sql;

impl Ledger {
    /// What is to be written, for [`Sql::write`]: the rooms' counters, the authors' pointers, the
    /// rows. `None` if nothing is new.
    pub(in crate::writer) fn changes(&self) -> Option<[Value; 3]> {
        if !self.rooms.values().any(|room| room.moved) {
            return None;
        }
        let moved = self.rooms.iter().filter(|(_, room)| room.moved);
        let counters = moved.map(|(room, at)| json!([id(room.0), at.seq, at.version]));
        let posted = |((room, user), author): (&(RoomId, UserId), &Author)| {
            Some(json!([id(room.0), id(user.0), author.posted?]))
        };
        let pointers = self.authors.iter().filter_map(posted);
        let rows = self
            .new
            .iter()
            .map(|(message, content)| row(message, content));
        Some([document(counters), document(pointers), document(rows)])
    }

    /// What is to be written then, in this order: nothing, as most of the time, if a group is all
    /// posts that name nobody.
    pub(in crate::writer) fn further(
        &self,
        sql: &Sql,
    ) -> impl Iterator<Item = (&'static str, Value)> + use<> {
        let changed = self.reactors.changed.iter();
        let unreact = changed
            .clone()
            .map(|((message, emoji, user), _)| json!([id(message.0), emoji.as_str(), id(user.0)]));
        let react = changed.filter_map(|((message, emoji, user), since)| {
            Some(json!([
                id(message.0),
                emoji.as_str(),
                (*since)?,
                id(user.0)
            ]))
        });
        let replaced = self.replaced.iter().map(|it| {
            let (message, said_at) = (id(it.message.0), time(it.said_at));
            json!([message, it.version, it.body.as_str(), said_at])
        });
        let name = |message: &Message| json!(id(message.id.0));
        let discarded = |message: &Message| {
            let at = message.deleted_at.unwrap_or(message.created_at);
            json!([id(message.id.0), time(at)])
        };
        let writes = [
            (sql.rewrite, self.held(|it| it.rewritten, rewritten)),
            (
                sql.restate,
                self.held(|it| it.moved && !it.rewritten, restated),
            ),
            (sql.unaddress, self.held(|it| it.renamed, name)),
            (sql.address, self.addressed()),
            (sql.unreact, unreact.collect()),
            (sql.react, react.collect()),
            (sql.replace, replaced.collect()),
            (sql.forget, self.held(Held::is_gone, name)),
            (sql.take, self.taken()),
            (sql.discard, self.held(Held::is_gone, discarded)),
        ];
        let writes = writes.into_iter();
        writes.filter_map(|(sql, rows)| Some((sql, some(rows)?)))
    }

    /// The files that new messages take.
    fn taken(&self) -> Vec<serde_json::Value> {
        let mut rows = Vec::new();
        for (message, _) in &self.new {
            for file in &message.attachments {
                rows.push(json!([id(file.id.0), id(message.id.0), id(message.room.0)]));
            }
        }
        rows
    }

    fn held(
        &self,
        which: impl Fn(&Held) -> bool,
        row: impl Fn(&Message) -> serde_json::Value,
    ) -> Vec<serde_json::Value> {
        let held = self.held.values().filter(|held| which(held));
        held.map(|held| row(&held.message)).collect()
    }

    /// Who is addressed by what is new or names others than before: each member who is named, or
    /// the room for all of them.
    fn addressed(&self) -> Vec<serde_json::Value> {
        let mut rows = Vec::new();
        let new = self.new.iter().map(|(message, _)| message);
        let new = new.filter(|message| !self.held.contains_key(&message.id));
        let held = self.held.values().filter(|held| held.renamed);
        for message in new.chain(held.map(|held| &held.message)) {
            let author = message.author.id;
            let present = self.present.get(&message.room).into_iter().flatten();
            let addressees: BTreeSet<Uuid> = match message.mentions.call {
                Some(Call::Room) => [message.room.0].into(),
                call => {
                    let called = present.copied().filter(|_| call.is_some());
                    let all = message.mentions.users().chain(called);
                    all.filter(|user| *user != author)
                        .map(|user| user.0)
                        .collect()
                }
            };
            rows.extend(addressees.into_iter().map(|addressee| {
                json!([
                    id(addressee),
                    id(message.room.0),
                    message.seq,
                    id(author.0),
                    id(message.id.0),
                ])
            }));
        }
        rows
    }
}

/// A new row. What it lacks at its end is left out: most have a body and nothing else.
fn row(message: &Message, content: &ContentHash) -> serde_json::Value {
    let mut row = vec![
        json!(id(message.id.0)),
        json!(id(message.room.0)),
        json!(message.seq),
        json!(message.version),
        json!(id(message.author.id.0)),
        json!(message.client_id.as_str()),
        json!(message.body.as_str()),
        json!(hex(content)),
        json!(time(message.created_at)),
    ];
    let html = message.html.as_ref();
    let more = [
        mentions::written(&message.mentions).map(Into::into),
        html.map(|html| html.text.as_str().into()),
        html.map(|html| html.renderer.into()),
        message.reply_to.as_ref().map(|quote| id(quote.id.0).into()),
        attachments::written(&message.attachments).map(Into::into),
    ];
    let last = more.iter().rposition(Option::is_some);
    let kept = last.map_or(0, |last| last + 1);
    row.extend(more.into_iter().take(kept).map(Option::unwrap_or_default));
    row.into()
}

/// A row that says something else, or nothing any more.
fn rewritten(message: &Message) -> serde_json::Value {
    let html = message.html.as_ref();
    json!([
        id(message.id.0),
        message.version,
        message.body.as_str(),
        html.map(|html| html.text.as_str()),
        html.map(|html| html.renderer),
        mentions::written(&message.mentions),
        attachments::written(&message.attachments),
        reactions::written(&message.reactions),
        message.edited_at.map(time),
        message.deleted_at.map(time),
    ])
}

/// A row of which only the reactions are others.
fn restated(message: &Message) -> serde_json::Value {
    let reactions = reactions::written(&message.reactions);
    json!([id(message.id.0), message.version, reactions])
}
