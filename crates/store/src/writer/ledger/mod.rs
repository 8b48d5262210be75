use std::collections::HashMap;
use std::sync::Arc;

use chrono::SecondsFormat;
use sea_orm::prelude::*;
use sea_orm::{FromQueryResult, QueryResult, Value};
use whatscrap_kernel::{BackendError, Time};
use whatscrap_messages::mentions::Call;
use whatscrap_messages::{
    Attachment, AttachmentId, Attention, ChangeError, ClientId, ContentHash, Mentions, Message,
    MessageBody, MessageId, Named, Posted, Renamed,
};
use whatscrap_rooms::{Role, RoomId, RoomKind};
use whatscrap_users::{User, UserId, Username};

use super::task::Task;
use crate::attachments::attachment;
use crate::entity::{Word, unsigned, user};
use crate::messages::row;

mod asking;
mod changing;
mod posting;
mod reactors;
mod writing;

use reactors::Reactors;

/// What a group has to know, and what becomes of it.
#[derive(Default)]
pub(super) struct Ledger {
    rooms: HashMap<RoomId, Room>,
    authors: HashMap<(RoomId, UserId), Author>,
    known: HashMap<Name, Known>,
    /// Who is called so in a room.
    named: HashMap<(RoomId, Username), UserId>,
    /// Who is there of the rooms that are called.
    present: HashMap<RoomId, Vec<UserId>>,
    /// What is changed or answered.
    held: HashMap<MessageId, Held>,
    reactors: Reactors,
    /// The files that may still be sent, each with its owner.
    files: HashMap<AttachmentId, (UserId, Attachment)>,
    new: Vec<(Arc<Message>, ContentHash)>,
    replaced: Vec<Replaced>,
    renamed: Vec<Renamed>,
}

/// The room's counters, moved on by everything that the group does.
struct Room {
    kind: RoomKind,
    seq: u64,
    version: u64,
    archived: bool,
    moved: bool,
}

/// Who posts or changes something.
struct Author {
    user: User,
    role: Role,
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

/// A message that was there, as this group leaves it.
struct Held {
    message: Arc<Message>,
    /// It has another version.
    moved: bool,
    /// Not only its reactions are others.
    rewritten: bool,
    /// It names others.
    renamed: bool,
}

impl Held {
    fn new(message: Arc<Message>) -> Self {
        Self {
            message,
            moved: false,
            rewritten: false,
            renamed: false,
        }
    }

    /// Whether this group deletes it.
    fn is_gone(&self) -> bool {
        self.rewritten && self.message.deleted_at.is_some()
    }
}

/// What a message said before this change, and since when.
struct Replaced {
    message: MessageId,
    version: u64,
    body: MessageBody,
    said_at: Time,
}

impl Ledger {
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
        let kind: String = row.try_get("", "kind")?;
        let room = Room {
            kind: RoomKind::from_word(&kind)?,
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
        let role: String = row.try_get("", "room_role")?;
        let place = (RoomId(row.try_get("", "room_id")?), user.id);
        let author = Author {
            user,
            role: Role::from_word(&role)?,
            posted: None,
        };
        self.authors.insert(place, author);
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

    /// Reads what is changed or answered.
    pub(super) fn read_touched(&mut self, rows: &[QueryResult]) -> Result<(), BackendError> {
        for message in row::messages(rows)? {
            self.held.insert(message.id, Held::new(Arc::new(message)));
        }
        Ok(())
    }

    /// Reads the first who react so to the messages of the group.
    pub(super) fn read_reactions(&mut self, rows: &[QueryResult]) -> Result<(), DbErr> {
        self.reactors.read_first(rows)
    }

    /// Reads who of the group reacts so already.
    pub(super) fn read_reactors(&mut self, rows: &[QueryResult]) -> Result<(), DbErr> {
        self.reactors.read_reacting(rows)
    }

    /// Reads the files that may be sent.
    pub(super) fn read_files(&mut self, rows: &[QueryResult]) -> Result<(), DbErr> {
        for row in rows {
            let file = attachment(row)?;
            let owner = UserId(row.try_get("", "owner_id")?);
            self.files.insert(file.id, (owner, file));
        }
        Ok(())
    }

    /// Decides what becomes of one task, after those before it.
    pub(super) fn take(&mut self, task: &Task) -> Result<Posted, ChangeError> {
        match task {
            Task::Post(post) => self.post(post),
            Task::Change(change) => self.change(change),
        }
    }

    /// Which messages came to name others.
    pub(super) fn renamed(self) -> Vec<Renamed> {
        self.renamed
    }

    /// A message of this room that the group touches, as it stands by now.
    fn message(&self, room: RoomId, id: MessageId) -> Option<Arc<Message>> {
        let held = self.held.get(&id).map(|held| &held.message);
        let new = || self.new.iter().map(|(new, _)| new);
        let found = held.or_else(|| new().find(|new| new.id == id))?;
        (found.room == room).then(|| Arc::clone(found))
    }
}

/// Those of the named who are members. In a room of too many, `@here` is a word like any other.
fn resolve(
    members: &HashMap<(RoomId, Username), UserId>,
    present: &HashMap<RoomId, Vec<UserId>>,
    room: RoomId,
    named: &Named,
) -> Mentions {
    if named.is_empty() {
        return Mentions::default();
    }
    let can_call = |call: &Call| *call == Call::Room || present.contains_key(&room);
    let mut mentions = Mentions {
        call: named.call.filter(can_call),
        ..Mentions::default()
    };
    for name in &named.people {
        let place = (room, name.clone());
        if let Some(user) = members.get(&place) {
            mentions.people.push((place.1, *user));
        }
    }
    mentions
}

fn document(items: impl Iterator<Item = serde_json::Value>) -> Value {
    items.collect::<serde_json::Value>().to_string().into()
}

/// [`document`], if there is anything.
fn some(rows: Vec<serde_json::Value>) -> Option<Value> {
    (!rows.is_empty()).then(|| document(rows.into_iter()))
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
