use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::SecondsFormat;
use sea_orm::prelude::*;
use sea_orm::{FromQueryResult, QueryResult, Value};
use serde_json::json;
use whatscrap_kernel::Time;
use whatscrap_messages::mentions::Call;
use whatscrap_messages::{
    Attachment, AttachmentId, Attention, ClientId, ContentHash, Mentions, Message, NewMessage,
    PostError, Posted,
};
use whatscrap_rooms::RoomId;
use whatscrap_users::{User, UserId, Username};

use crate::attachments::attachment;
use crate::entity::{attachments, mentions, unsigned, user};
use crate::messages::row;

/// What a group of posts has to know, and what becomes of it.
#[derive(Default)]
pub(super) struct Ledger {
    rooms: HashMap<RoomId, Room>,
    authors: HashMap<(RoomId, UserId), Author>,
    known: HashMap<Name, Known>,
    /// Who is called so in a room.
    named: HashMap<(RoomId, Username), UserId>,
    /// Who is there of the rooms that are called.
    present: HashMap<RoomId, Vec<UserId>>,
    /// The files that may still be sent, each with its owner.
    files: HashMap<AttachmentId, (UserId, Attachment)>,
    new: Vec<(Arc<Message>, ContentHash)>,
}

/// The room's counters, moved on by every post of the group.
struct Room {
    seq: u64,
    version: u64,
    archived: bool,
    moved: bool,
}

struct Author {
    user: User,
    /// Their newest post of this group.
    posted: Option<u64>,
}

/// What makes a post the same post.
type Name = (RoomId, UserId, ClientId);

/// What a name was given to, by an earlier group or by this one.
struct Known {
    content: ContentHash,
    message: Arc<Message>,
    version: u64,
}

impl Ledger {
    /// What is to be looked up for these posts, for [`Sql::reads`](super::sql::Sql::reads): their
    /// rooms, in the order in which every lane and node locks them, their authors, their names.
    pub(super) fn asked(posts: &[NewMessage]) -> [Value; 3] {
        let rooms: BTreeSet<_> = posts.iter().map(|post| post.room).collect();
        let authors: BTreeSet<_> = posts.iter().map(|post| (post.room, post.author)).collect();
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
            document(posts.iter().map(name)),
        ]
    }

    /// Whom these posts name, each with the room; `None`, as most of the time, if they name nobody.
    pub(super) fn named(posts: &[NewMessage]) -> Option<Value> {
        let mut rows = Vec::new();
        for post in posts {
            for name in &post.named.people {
                rows.push(json!([id(post.room.0), name.as_str()]));
            }
        }
        (!rows.is_empty()).then(|| document(rows.into_iter()))
    }

    /// The rooms in which these posts call who is there.
    pub(super) fn called(posts: &[NewMessage]) -> Option<Value> {
        let calls = posts
            .iter()
            .filter(|post| post.named.call == Some(Call::Here));
        let rooms: BTreeSet<_> = calls.map(|post| post.room).collect();
        (!rooms.is_empty()).then(|| document(rooms.iter().map(|room| json!(id(room.0)))))
    }

    /// The files that these posts carry; `None`, as most of the time, if there are none.
    pub(super) fn carried(posts: &[NewMessage]) -> Option<Value> {
        let files: BTreeSet<_> = posts.iter().flat_map(|post| &post.attachments).collect();
        (!files.is_empty()).then(|| document(files.iter().map(|file| json!(id(file.0)))))
    }

    pub(super) fn read(&mut self, rows: &[QueryResult]) -> Result<(), DbErr> {
        for row in rows {
            let what: String = row.try_get("", "what")?;
            match what.as_str() {
                "room" => self.read_room(row)?,
                "author" => self.read_author(row)?,
                _ => self.read_earlier(row)?,
            }
        }
        Ok(())
    }

    fn read_room(&mut self, row: &QueryResult) -> Result<(), DbErr> {
        let archived_at: Option<Time> = row.try_get("", "archived_at")?;
        let room = Room {
            seq: unsigned(row.try_get("", "last_seq")?),
            version: unsigned(row.try_get("", "version")?),
            archived: archived_at.is_some(),
            moved: false,
        };
        self.rooms.insert(RoomId(row.try_get("", "id")?), room);
        Ok(())
    }

    fn read_author(&mut self, row: &QueryResult) -> Result<(), DbErr> {
        let user: User = user::Model::from_query_result(row, "")?.try_into()?;
        let place = (RoomId(row.try_get("", "room_id")?), user.id);
        self.authors.insert(place, Author { user, posted: None });
        Ok(())
    }

    /// Reads what was posted before; the authors must have been read.
    fn read_earlier(&mut self, row: &QueryResult) -> Result<(), DbErr> {
        let room = RoomId(row.try_get("", "room_id")?);
        let author = UserId(row.try_get("", "author_id")?);
        let client_id = ClientId::stored(row.try_get("", "client_id")?);
        let Some(Author { user, .. }) = self.authors.get(&(room, author)) else {
            return Ok(());
        };
        let message = row::message(row, user.clone())?;
        let content: Vec<u8> = row.try_get("", "content")?;
        let known = Known {
            content: content.try_into().unwrap_or_default(),
            message: Arc::new(message),
            version: unsigned(row.try_get("", "posted_version")?),
        };
        self.known.insert((room, author, client_id), known);
        Ok(())
    }

    pub(super) fn read_named(&mut self, rows: &[QueryResult]) -> Result<(), DbErr> {
        for row in rows {
            let name = Username::stored(row.try_get("", "username")?);
            let place = (RoomId(row.try_get("", "room_id")?), name);
            self.named
                .insert(place, UserId(row.try_get("", "user_id")?));
        }
        Ok(())
    }

    /// Reads the members of the rooms that are called.
    pub(super) fn read_present(
        &mut self,
        rows: &[QueryResult],
        attention: &dyn Attention,
    ) -> Result<(), DbErr> {
        for row in rows {
            let user = UserId(row.try_get("", "user_id")?);
            let present = self.present.entry(RoomId(row.try_get("", "room_id")?));
            let present = present.or_default();
            if attention.is_online(user) {
                present.push(user);
            }
        }
        Ok(())
    }

    pub(super) fn read_files(&mut self, rows: &[QueryResult]) -> Result<(), DbErr> {
        for row in rows {
            let file = attachment(row)?;
            let owner = UserId(row.try_get("", "owner_id")?);
            self.files.insert(file.id, (owner, file));
        }
        Ok(())
    }

    /// Decides one post, after those before it.
    pub(super) fn post(&mut self, post: &NewMessage) -> Result<Posted, PostError> {
        let place = (post.room, post.author);
        let (Some(room), Some(author)) =
            (self.rooms.get_mut(&post.room), self.authors.get_mut(&place))
        else {
            return Err(PostError::NotAMember);
        };
        let name = (post.room, post.author, post.client_id.clone());
        if let Some(known) = self.known.get(&name) {
            return known.again(post);
        }
        if room.archived {
            return Err(PostError::Archived);
        }
        let mentions = if post.named.is_empty() {
            Mentions::default()
        } else {
            resolve(&self.named, &self.present, post)
        };
        let Some(attachments) = take(&mut self.files, post) else {
            return Err(PostError::Attachments);
        };
        room.seq += 1;
        room.version += 1;
        room.moved = true;
        author.posted = Some(room.seq);
        let message = Arc::new(Message {
            id: post.id,
            room: post.room,
            seq: room.seq,
            version: room.version,
            client_id: post.client_id.clone(),
            author: author.user.clone(),
            body: post.body.clone(),
            html: post.html.clone(),
            reply_to: None,
            mentions,
            attachments,
            reactions: Vec::new(),
            created_at: post.created_at,
            edited_at: None,
            deleted_at: None,
        });
        let known = Known {
            content: post.content,
            message: Arc::clone(&message),
            version: room.version,
        };
        self.known.insert(name, known);
        self.new.push((Arc::clone(&message), post.content));
        Ok(Posted {
            version: message.version,
            message,
            duplicate: false,
        })
    }

    /// What is to be written, for [`Sql::write`](super::sql::Sql::write): the rooms' counters,
    /// the authors' pointers, the rows. `None` if nothing is new.
    pub(super) fn changes(&self) -> Option<[Value; 3]> {
        if self.new.is_empty() {
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

    /// The files that are taken: `[[id, message, room]]`.
    pub(super) fn taken(&self) -> Option<Value> {
        let mut rows = Vec::new();
        for (message, _) in &self.new {
            for file in &message.attachments {
                rows.push(json!([id(file.id.0), id(message.id.0), id(message.room.0)]));
            }
        }
        (!rows.is_empty()).then(|| document(rows.into_iter()))
    }

    /// Who is addressed by what is new, for [`Sql::mention`](super::sql::Sql::mention): each member
    /// who is named, or the room for all of them. `None` if nobody is.
    pub(super) fn addressed(&self) -> Option<Value> {
        let mut rows = Vec::new();
        for (message, _) in &self.new {
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
        (!rows.is_empty()).then(|| document(rows.into_iter()))
    }
}

/// Takes the files of a post, if each is its author's and unused.
fn take(
    files: &mut HashMap<AttachmentId, (UserId, Attachment)>,
    post: &NewMessage,
) -> Option<Vec<Attachment>> {
    let mut names = HashSet::new();
    let is_theirs = |id| {
        files
            .get(id)
            .is_some_and(|(owner, _)| *owner == post.author)
    };
    if !post
        .attachments
        .iter()
        .all(|id| is_theirs(id) && names.insert(id))
    {
        return None;
    }
    let taken = post.attachments.iter().map(|id| files.remove(id));
    taken.map(|file| file.map(|(_, file)| file)).collect()
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

impl Known {
    fn again(&self, post: &NewMessage) -> Result<Posted, PostError> {
        if self.content != post.content {
            return Err(PostError::ClientIdReused);
        }
        Ok(Posted {
            message: Arc::clone(&self.message),
            version: self.version,
            duplicate: true,
        })
    }
}

/// Those of the named who are members. In a room of too many, `@here` is a word like any other.
fn resolve(
    named: &HashMap<(RoomId, Username), UserId>,
    present: &HashMap<RoomId, Vec<UserId>>,
    post: &NewMessage,
) -> Mentions {
    let can_call = |call: &Call| *call == Call::Room || present.contains_key(&post.room);
    let mut mentions = Mentions {
        call: post.named.call.filter(can_call),
        ..Mentions::default()
    };
    for name in &post.named.people {
        let place = (post.room, name.clone());
        if let Some(user) = named.get(&place) {
            mentions.people.push((place.1, *user));
        }
    }
    mentions
}

fn document(items: impl Iterator<Item = serde_json::Value>) -> Value {
    items.collect::<serde_json::Value>().to_string().into()
}

/// As the driver writes times on SQLite.
fn time(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

fn id(id: Uuid) -> String {
    hex(id.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|n| char::from(DIGITS[usize::from(n)]));
    bytes.iter().flat_map(digits).collect()
}
