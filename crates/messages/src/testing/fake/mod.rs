use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Page};
use whatscrap_rooms::RoomId;
use whatscrap_rooms::testing::{FakeRooms, Kept, Place};
use whatscrap_users::{User, UserId, Username, Users};

use crate::mentions::{Call, Named};
use crate::testing::attachments::FakeAttachments;
use crate::{
    Attention, Bus, Change, ChangeError, Changes, ContentHash, Edit, Emoji, Event, History,
    Mentions, Message, MessageId, Messages, NewMessage, PageAt, Posted, Quote, ReadMark, ReadMoved,
    Renamed, SMALL_ROOM, Seen, What,
};

mod changing;

/// Messages in memory, of rooms and people in other fakes.
pub struct FakeMessages {
    users: Arc<dyn Users>,
    rooms: Arc<FakeRooms>,
    bus: Arc<dyn Bus>,
    attention: Arc<dyn Attention>,
    posts: Mutex<Vec<Post>>,
    /// The files that they carry.
    pub attachments: Arc<FakeAttachments>,
}

/// A message as it stands, but for its author's profile and what it quotes.
struct Post {
    message: Arc<Message>,
    content: ContentHash,
    /// The version it had when it was posted.
    first: u64,
    edits: Vec<Edit>,
    /// Who reacts how, in order.
    reacting: Vec<(Emoji, UserId)>,
}

impl FakeMessages {
    /// No message yet; what is posted goes to `bus`, and `attention` tells who is there.
    pub fn new(
        users: Arc<dyn Users>,
        rooms: Arc<FakeRooms>,
        bus: Arc<dyn Bus>,
        attention: Arc<dyn Attention>,
    ) -> Self {
        let posts = Mutex::default();
        Self {
            users,
            rooms,
            bus,
            attention,
            posts,
            attachments: Arc::default(),
        }
    }

    /// The messages of a room, by `seq`, with their authors' profiles as they are now.
    async fn of(&self, room: RoomId) -> Result<Vec<Message>, BackendError> {
        let mut messages: Vec<Message> = {
            let posts = self.posts.lock().expect("no panic while messages change");
            let here = posts.iter().filter(|post| post.message.room == room);
            here.map(|post| (*post.message).clone()).collect()
        };
        let quotes: Vec<_> = messages.iter().map(quote).collect();
        for message in &mut messages {
            if let Some(author) = self.users.find(message.author.id).await? {
                message.author = author;
            }
            let parent = message.reply_to.as_ref();
            let parent = parent.and_then(|parent| quotes.iter().find(|it| it.id == parent.id));
            message.reply_to = parent.cloned();
        }
        Ok(messages)
    }

    /// The message as it stands.
    async fn now(&self, message: &Message) -> Result<Arc<Message>, BackendError> {
        let all = self.of(message.room).await?;
        let now = all.into_iter().find(|each| each.id == message.id);
        Ok(Arc::new(now.expect("nothing is ever gone")))
    }

    /// Who is called so.
    async fn people(&self, named: &Named) -> Result<Vec<(Username, UserId)>, BackendError> {
        let mut people = Vec::new();
        for name in &named.people {
            let found = self.users.credentials(name).await?;
            people.extend(found.map(|(user, _)| (name.clone(), user.id)));
        }
        Ok(people)
    }

    fn add(
        &self,
        new: NewMessage,
        author: User,
        people: Vec<(Username, UserId)>,
    ) -> Result<Posted, ChangeError> {
        let mut posts = self.posts.lock().expect("no panic while messages change");
        let mut rooms = self.rooms.lock();
        let kept = rooms.get_mut(&new.room).ok_or(ChangeError::NotAMember)?;
        if !kept.places.contains_key(&new.author) {
            return Err(ChangeError::NotAMember);
        }
        let named = |post: &&Post| {
            let message = &post.message;
            (message.room, message.author.id, &message.client_id)
                == (new.room, new.author, &new.client_id)
        };
        if let Some(post) = posts.iter().find(named) {
            if post.content != new.content {
                return Err(ChangeError::ClientIdReused);
            }
            return Ok(Posted {
                message: Arc::clone(&post.message),
                version: post.first,
                duplicate: true,
            });
        }
        if kept.room.archived_at.is_some() {
            return Err(ChangeError::Archived);
        }
        let parent = |parent| {
            let mut here = posts.iter().map(|post| &post.message);
            let found = here.find(|each| each.id == parent && each.room == new.room);
            let found = found.filter(|each| each.deleted_at.is_none());
            found
                .map(|parent| quote(parent))
                .ok_or(ChangeError::NoParent)
        };
        let reply_to = new.reply_to.map(parent).transpose()?;
        let attachments = self
            .attachments
            .take(&new.attachments, new.author, new.room);
        let attachments = attachments.ok_or(ChangeError::Attachments)?;
        kept.room.last_seq += 1;
        kept.room.version += 1;
        let seq = kept.room.last_seq;
        kept.authors.push(new.author);
        let mentions = members(kept, people, new.named.call);
        self.address(kept, seq, &mentions);
        if let Some(place) = kept.places.get_mut(&new.author) {
            place.read_seq = seq;
        }
        let message = Arc::new(Message {
            id: new.id,
            room: new.room,
            seq: kept.room.last_seq,
            version: kept.room.version,
            client_id: new.client_id,
            author,
            body: new.body,
            html: new.html,
            reply_to,
            mentions,
            attachments,
            reactions: Vec::new(),
            created_at: new.created_at,
            edited_at: None,
            deleted_at: None,
        });
        posts.push(Post {
            message: Arc::clone(&message),
            content: new.content,
            first: message.version,
            edits: Vec::new(),
            reacting: Vec::new(),
        });
        self.bus
            .publish(Event::Messages(new.room, vec![Arc::clone(&message)]));
        Ok(Posted {
            version: message.version,
            message,
            duplicate: false,
        })
    }

    /// Notes whom a message names, and no others any more.
    fn address(&self, kept: &mut Kept, seq: u64, mentions: &Mentions) {
        kept.mentions.retain(|(at, _)| *at != seq);
        if mentions.call == Some(Call::Room) {
            kept.mentions.push((seq, None));
        } else {
            let mut each: BTreeSet<_> = mentions.users().collect();
            if mentions.call.is_some() {
                let members = kept.places.keys().copied();
                each.extend(members.filter(|user| self.attention.is_online(*user)));
            }
            let each = each.into_iter().map(|user| (seq, Some(user)));
            kept.mentions.extend(each);
        }
    }
}

/// Those of the named who are in the room.
fn members(kept: &Kept, people: Vec<(Username, UserId)>, call: Option<Call>) -> Mentions {
    let is_in = |(_, user): &(Username, UserId)| kept.places.contains_key(user);
    Mentions {
        people: people.into_iter().filter(is_in).collect(),
        call,
    }
}

fn quote(message: &Message) -> Quote {
    let author = message.author.username.clone();
    let body = message.body.as_str();
    Quote::of(message.id, message.seq, author, body, &message.attachments)
}

#[async_trait]
impl Messages for FakeMessages {
    async fn post(&self, new: NewMessage) -> Result<Posted, ChangeError> {
        let author = self.users.find(new.author).await?;
        let author = author.ok_or(ChangeError::NotAMember)?;
        let people = self.people(&new.named).await?;
        let posted = self.add(new, author, people)?;
        let message = self.now(&posted.message).await?;
        Ok(Posted { message, ..posted })
    }

    async fn change(&self, change: Change) -> Result<Arc<Message>, ChangeError> {
        let people = match &change.what {
            What::Edit { named, .. } => self.people(named).await?,
            What::Delete | What::React { .. } => Vec::new(),
        };
        let changed = {
            let mut posts = self.posts.lock().expect("no panic while messages change");
            let mut rooms = self.rooms.lock();
            let kept = rooms.get_mut(&change.room).ok_or(ChangeError::NotAMember)?;
            let place = kept.places.get(&change.by).ok_or(ChangeError::NotAMember)?;
            let is_it = |post: &&mut Post| {
                (post.message.id, post.message.room) == (change.message, change.room)
            };
            let post = posts.iter_mut().find(is_it).ok_or(ChangeError::NotFound)?;
            let is_late = changing::permits(kept, place.role, post, &change)?;
            if post.alters(&change)? {
                if kept.room.archived_at.is_some() {
                    return Err(ChangeError::Archived);
                }
                if is_late {
                    return Err(ChangeError::WindowOver);
                }
                let (seq, before) = (post.message.seq, post.message.mentions.clone());
                let mentions = match &change.what {
                    What::Edit { named, .. } => members(kept, people, named.call),
                    What::Delete => Mentions::default(),
                    What::React { .. } => before.clone(),
                };
                if mentions != before {
                    self.address(kept, seq, &mentions);
                }
                if matches!(change.what, What::Delete) {
                    kept.deleted.insert(seq);
                    self.attachments.give_up(&post.message.attachments);
                }
                post.apply(change, mentions)?;
                kept.room.version += 1;
                let message = Arc::make_mut(&mut post.message);
                message.version = kept.room.version;
                let message = Arc::clone(&post.message);
                let event = Event::Messages(message.room, vec![Arc::clone(&message)]);
                self.bus.publish(event);
                if before != message.mentions && message.deleted_at.is_none() {
                    let message = Arc::clone(&message);
                    self.bus
                        .publish(Event::Renamed(Renamed { message, before }));
                }
            }
            Arc::clone(&post.message)
        };
        Ok(self.now(&changed).await?)
    }

    async fn history(
        &self,
        room: RoomId,
        message: MessageId,
    ) -> Result<Option<History>, BackendError> {
        let posts = self.posts.lock().expect("no panic while messages change");
        let is_it = |post: &&Post| (post.message.id, post.message.room) == (message, room);
        Ok(posts.iter().find(is_it).map(|post| History {
            author: post.message.author.id,
            edits: post.edits.clone(),
        }))
    }

    async fn page(
        &self,
        room: RoomId,
        at: PageAt,
        limit: u32,
    ) -> Result<Page<Message>, BackendError> {
        let all = self.of(room).await?;
        let limit = usize::try_from(limit).expect("fits");
        // How many messages lie before the page, and before its end.
        let before = |seq: u64| all.iter().filter(|message| message.seq < seq).count();
        let (first, end) = match at {
            PageAt::Newest => (all.len().saturating_sub(limit), all.len()),
            PageAt::Before(seq) => (before(seq).saturating_sub(limit), before(seq)),
            PageAt::After(seq) => {
                let first = before(seq.saturating_add(1));
                (first, all.len().min(first + limit))
            }
            PageAt::Around(seq) => {
                let centred = before(seq).saturating_sub(limit / 2);
                let first = centred.min(all.len().saturating_sub(limit));
                (first, all.len().min(first + limit))
            }
        };
        Ok(Page {
            has_before: first > 0,
            has_after: end < all.len(),
            items: all[first..end].to_vec(),
        })
    }

    async fn changes(
        &self,
        room: RoomId,
        after: u64,
        limit: u32,
    ) -> Result<Option<Changes>, BackendError> {
        let mut changed = self.of(room).await?;
        changed.sort_by_key(|message| message.version);
        let version = changed.last().map_or(0, |message| message.version);
        if !self.rooms.lock().contains_key(&room) || version < after {
            return Ok(None);
        }
        changed.retain(|message| message.version > after);
        let limit = usize::try_from(limit).expect("fits");
        let more = changed.len() > limit;
        changed.truncate(limit);
        Ok(Some(Changes {
            version: changed.last().map_or(version, |message| message.version),
            messages: changed,
            more,
        }))
    }

    async fn mark_read(
        &self,
        room: RoomId,
        user: UserId,
        mark: ReadMark,
    ) -> Result<Option<ReadMoved>, BackendError> {
        let mut rooms = self.rooms.lock();
        let Some(kept) = rooms.get_mut(&room) else {
            return Ok(None);
        };
        let is_small = kept.places.len() as u64 <= SMALL_ROOM;
        let last = kept.room.last_seq;
        Ok(kept.places.get_mut(&user).map(|place| {
            let seq = match mark {
                ReadMark::Forward(seq) => seq.min(last).max(place.read_seq),
                ReadMark::Exactly(seq) => seq.min(last),
            };
            let moved = seq != place.read_seq;
            place.read_seq = seq;
            ReadMoved {
                seq,
                moved,
                is_small,
            }
        }))
    }

    async fn seen(&self, room: RoomId) -> Result<Vec<Seen>, BackendError> {
        let places: Vec<_> = match self.rooms.lock().get(&room) {
            Some(kept) if kept.places.len() as u64 <= SMALL_ROOM => {
                let seen = |(user, place): (&UserId, &Place)| (*user, place.read_seq);
                kept.places.iter().map(seen).collect()
            }
            _ => Vec::new(),
        };
        let mut seen = Vec::new();
        for (user, seq) in places {
            let preferences = self.users.preferences(user).await?;
            if preferences.is_some_and(|preferences| preferences.receipts) {
                seen.push(Seen { user, seq });
            }
        }
        Ok(seen)
    }

    async fn mentions(
        &self,
        user: UserId,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<Page<Message>, BackendError> {
        let named: Vec<_> = {
            let rooms = self.rooms.lock();
            let mine = rooms
                .values()
                .filter(|kept| kept.places.contains_key(&user));
            let named = |kept: &Kept| {
                let room = kept.room.id;
                let mut seqs: Vec<_> = kept.mentions.clone();
                seqs.retain(|(_, whom)| whom.is_none_or(|whom| whom == user));
                seqs.into_iter().map(move |(seq, _)| (room, seq))
            };
            mine.flat_map(named).collect()
        };
        let mut found = Vec::new();
        for (room, seq) in named {
            found.extend(
                self.of(room)
                    .await?
                    .into_iter()
                    .find(|each| each.seq == seq),
            );
        }
        found.retain(|each| each.author.id != user && before.is_none_or(|id| each.id < id));
        found.sort_by_key(|each| std::cmp::Reverse(each.id));
        let limit = usize::try_from(limit).expect("fits");
        let has_after = found.len() > limit;
        found.truncate(limit);
        Ok(Page {
            items: found,
            has_before: before.is_some(),
            has_after,
        })
    }

    async fn epoch(&self) -> Result<String, BackendError> {
        Ok("memory".to_owned())
    }
}
