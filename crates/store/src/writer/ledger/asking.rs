//! What a group has to know of the database.

use std::collections::BTreeSet;

use sea_orm::Value;
use serde_json::json;
use whatscrap_messages::mentions::Call;
use whatscrap_messages::{Emoji, MessageId, NewMessage, Reaction, What};
use whatscrap_users::UserId;

use super::{Ledger, document, id, some};
use crate::writer::task::Task;

impl Ledger {
    /// What is to be looked up for every group, for [`Sql::reads`](crate::writer::sql::Sql::reads):
    /// the rooms, in the order in which every lane and node locks them, who acts in them, and what
    /// their posts are called.
    pub(in crate::writer) fn asked(tasks: &[Task]) -> [Value; 3] {
        let rooms: BTreeSet<_> = tasks.iter().map(Task::room).collect();
        let authors: BTreeSet<_> = tasks.iter().map(|task| (task.room(), task.by())).collect();
        let name = |post: &NewMessage| {
            json!([id(post.room.0), id(post.author.0), post.client_id.as_str()])
        };
        [
            document(rooms.iter().map(|room| json!(id(room.0)))),
            document(
                authors
                    .iter()
                    .map(|(room, author)| json!([id(room.0), id(author.0)])),
            ),
            document(tasks.iter().filter_map(Task::post).map(name)),
        ]
    }

    /// Whom this group names, each with the room; `None`, as most of the time, if it names nobody.
    pub(in crate::writer) fn named(tasks: &[Task]) -> Option<Value> {
        let mut rows = Vec::new();
        for task in tasks {
            for name in task.named().into_iter().flat_map(|named| &named.people) {
                rows.push(json!([id(task.room().0), name.as_str()]));
            }
        }
        some(rows)
    }

    /// The rooms in which this group calls who is there.
    pub(in crate::writer) fn called(tasks: &[Task]) -> Option<Value> {
        let calls = |task: &&Task| task.named().and_then(|named| named.call) == Some(Call::Here);
        let rooms: BTreeSet<_> = tasks.iter().filter(calls).map(Task::room).collect();
        some(rooms.iter().map(|room| json!(id(room.0))).collect())
    }

    /// The messages that this group changes or answers; `None`, as most of the time, if there are
    /// none.
    pub(in crate::writer) fn touched(tasks: &[Task]) -> Option<Value> {
        let touched = |task: &Task| match task {
            Task::Post(post) => post.reply_to,
            Task::Change(change) => Some(change.message),
        };
        let messages: BTreeSet<MessageId> = tasks.iter().filter_map(touched).collect();
        some(
            messages
                .iter()
                .map(|message| json!(id(message.0)))
                .collect(),
        )
    }

    /// The files that this group's posts carry; `None`, as most of the time, if there are none.
    pub(in crate::writer) fn carried(tasks: &[Task]) -> Option<Value> {
        let posts = tasks.iter().filter_map(Task::post);
        let files: BTreeSet<_> = posts.flat_map(|post| &post.attachments).collect();
        some(files.iter().map(|file| json!(id(file.0))).collect())
    }

    /// To what this group reacts, and how many of the first who did so are to be read: as many as
    /// are named, and as many as may be taken back.
    pub(in crate::writer) fn reactions(tasks: &[Task]) -> Option<[Value; 2]> {
        let reactions: BTreeSet<_> = reacting(tasks)
            .map(|(message, emoji, _)| (message, emoji))
            .collect();
        let rows = reactions
            .iter()
            .map(|(message, emoji)| json!([id(message.0), emoji.as_str()]));
        let most = i64::try_from(Reaction::NAMED + tasks.len()).unwrap_or(i64::MAX);
        Some([some(rows.collect())?, most.into()])
    }

    /// Who reacts to what in this group.
    pub(in crate::writer) fn reactors(tasks: &[Task]) -> Option<Value> {
        let rows = reacting(tasks)
            .map(|(message, emoji, user)| json!([id(message.0), emoji.as_str(), id(user.0)]));
        some(rows.collect())
    }
}

fn reacting(tasks: &[Task]) -> impl Iterator<Item = (MessageId, &Emoji, UserId)> {
    let changes = tasks.iter().filter_map(Task::change);
    changes.filter_map(|change| match &change.what {
        What::React { emoji, .. } => Some((change.message, emoji, change.by)),
        What::Edit { .. } | What::Delete => None,
    })
}
